"""Events, commands and durations in the words that terminal, screen and paper share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lync_wizard.hosts import identity as identities
from lync_wizard.hosts.command import Command, Pipeline
from lync_wizard.hosts.powershell import cmdlet_lines, text_of
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs import forecast
from lync_wizard.runs.forecast import Forecast
from lync_wizard.runs.state import RunEvent, RunState


def command_lines(command: Command) -> list[str]:
    """A command as it was sent: cmdlets with one parameter a line."""
    if not isinstance(command, Pipeline):
        return text_of(command).splitlines()
    lines: list[str] = []
    for number, cmdlet in enumerate(command.cmdlets):
        name, *parameters = cmdlet_lines(cmdlet)
        lines += [f"| {name}" if number else name, *(f"  {line}" for line in parameters)]
    return lines


def typed(data: Mapping[str, Any]) -> str:
    """What a confirmation says."""
    reads = ", ".join(f"{name} {value}" for name, value in dict(data.get("reads") or {}).items())
    typed = f"typed {data['typed']}" if data.get("typed") else "confirmed"
    return f"{typed}, having seen {reads}" if reads else typed


def accepted(data: Mapping[str, Any]) -> str:
    """A finding that was accepted, and why."""
    return ": ".join(filter(None, (str(data.get("finding", "")), str(data.get("reason", "")))))


def identity(data: Mapping[str, Any]) -> str:
    """How it is known who approved: a host's word, or why not; empty in journals that did not ask."""
    known = " ".join(filter(None, (str(data.get("account", "")), str(data.get("sid", "")))))
    signed_in = f"signed in at {data.get('host', '')}: {known}" if known else ""
    not_proven = f"not proven: {data['not_proven']}" if data.get("not_proven") else ""
    return "; ".join(filter(None, (not_proven, signed_in)))


_KNOWN: Final = {
    "as-recorded": "as the plan says",
    "as-named": "as its name says; SQL Server says no more of itself",
    "first-contact": "confirmed at its first contact",
    "confirmed": "another than recorded, and confirmed",
}


def host_met(data: Mapping[str, Any]) -> str:
    """What a host is and how that is known, or what speaks against it."""
    said = f"{data.get('host', '')} says it is {identities.from_data(data.get('identity'))}"
    if "how" in data:
        how = _KNOWN.get(str(data["how"]), str(data["how"]))
        return ": ".join(filter(None, (f"{said}; {how}", str(data.get("reason", "")))))
    differing = "; ".join(str(one) for one in data.get("differing", ()))
    return f"{said}; is that the right machine? {differing or 'it answers for the first time'}"


def words_of(event: RunEvent) -> str:
    """An event in words; empty for those that are noise in a timeline."""
    data = event.data
    match event.type:
        case "run_started":
            return f"run started, plan {str(data.get('plan', ''))[:19]}"
        case "plan_approved":
            return "; ".join(filter(None, ("plan approved", identity(data))))
        case "finding_accepted":
            return f"finding accepted: {accepted(data)}"
        case "step_confirmed":
            return typed(data)
        case "step_started":
            return f"started, attempt {event.attempt}" if (event.attempt or 1) > 1 else "started"
        case "command_resent":
            return f"sent again by the session: {data.get('why', '')}"
        case "host_doubted" | "host_identified":
            return host_met(data)
        case "step_finished":
            why, answer = data.get("why", ""), data.get("answer", "")
            return ", ".join(filter(None, (str(data.get("outcome", "unknown")), str(why), str(answer))))
        case "step_verified":
            result = {"yes": "verified", "no": "not verified"}.get(str(data.get("result")), "cannot be verified")
            return f"{result}: {data.get('evidence', '')}"
        case "step_skipped":
            return f"skipped: {data.get('reason', '')}"
        case "step_reconciled":
            decided = "called done" if data.get("decision") == "done" else "to be sent again"
            return f"{decided}: {data['reason']}" if data.get("reason") else decided
        case "note":
            return f"note: {data.get('text', '')}"
        case "run_paused":
            return f"paused: {data.get('reason', '')}"
        case "run_resumed":
            return "resumed"
        case "run_finished":
            return f"run {data.get('result', 'finished')}"
    return ""


def duration(seconds: float) -> str:
    """A duration for reading: ``41 s``, ``12 min 05 s``, ``6 h 20 min``, ``3 d 4 h``."""
    total = max(0, round(seconds))
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def usually(step: PlannedStep) -> str:
    """What a step usually takes and whence that is known: ``usually 41 s (3 runs)``; empty where nobody knows."""
    if not step.expected_seconds:
        return ""
    return f"usually {duration(step.expected_seconds)}{f' ({step.expected_from})' if step.expected_from else ''}"


def in_all(plan: Plan) -> str:
    """What a plan usually takes, against its RTO."""
    takes = forecast.of(plan, RunState(), plan.made_at)
    text = f"Expected: {duration(takes.left)}"
    if takes.rto is None:
        return f"{text}, no RTO in the plan."
    text += f" of RTO {duration(takes.rto)}"
    return f"{text}. THE RTO WILL NOT BE MET: {duration(-(takes.margin or 0))} over." if takes.late else f"{text}."


def standing(takes: Forecast) -> str:
    """Where a run stands in time: elapsed, what is left to do, and against the RTO what remains or what is missing."""
    text = f"elapsed {duration(takes.elapsed)}, about {duration(takes.left)} to go"
    if takes.rto is None or takes.margin is None:
        return f"{text}, no RTO in the plan"
    if takes.over:
        return f"{text}; the RTO of {duration(takes.rto)} has passed"
    if takes.late:
        return f"{text}; THE RTO OF {duration(takes.rto)} WILL NOT BE MET, by about {duration(-takes.margin)}"
    return f"{text}, {duration(takes.rto - takes.elapsed)} of the RTO remain"
