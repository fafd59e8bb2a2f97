"""What a run amounted to, read from its journal: one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from lync_wizard.core import timestamps
from lync_wizard.hosts.command import from_data
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expand import Omitted
from lync_wizard.runs import state as run_state
from lync_wizard.runs.anchors import NOT_ANCHORED, Anchored
from lync_wizard.runs.host_identity import EVENTS, key_of
from lync_wizard.runs.journal import Reader, held, readable
from lync_wizard.runs.report.checked import Checked, checked, own_procedures
from lync_wizard.runs.report.times import times
from lync_wizard.runs.report.words import accepted, command_lines, duration, host_met, identity, typed, words_of
from lync_wizard.runs.state import RunEvent, RunState

Ending = Literal["finished", "incomplete", "paused", "under way", "interrupted"]


@dataclass(frozen=True)
class ReportLine:
    """Something that happened: when (UTC), at which step (empty: the run), what in words, and who said so."""

    at: datetime
    step: str
    text: str
    by: str = ""

    def to_data(self) -> dict[str, Any]:
        return asdict(self) | {"at": timestamps.utc(self.at)}


@dataclass(frozen=True)
class Approval(ReportLine):
    """Who approved the plan; ``identity`` says how that is known, or why it is not proven."""

    identity: str = ""

    @property
    def who(self) -> str:
        return f"{self.by} ({self.identity})" if self.identity else self.by


@dataclass(frozen=True)
class StepOutcome:
    """One step's end: its state, how often it was sent, its seconds in all, and the command as it was sent last."""

    step: str
    title: str
    host: str
    state: str
    attempts: int
    seconds: float
    command: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Everything a report says. Times are UTC, durations seconds.

    ``elapsed`` runs from the start to the last event and counts against ``rto``; ``waiting`` (for people), ``away``
    (paused, or the program was not running) and ``working`` add up to it. ``intact`` is False where the journal's
    chain of hashes is broken.
    """

    run: str
    verdict: str
    ending: Ending
    procedure: str
    title: str
    target: str
    deployment: str
    environment: str
    environment_kind: str
    backup_set: str
    started_at: datetime | None
    ended_at: datetime | None
    elapsed: float
    working: float
    waiting: float
    away: float
    rto: float | None
    steps: tuple[StepOutcome, ...]
    approvals: tuple[Approval, ...]
    timeline: tuple[ReportLine, ...]
    confirmations: tuple[ReportLine, ...]
    skipped: tuple[ReportLine, ...]
    omitted: tuple[Omitted, ...]
    failures: tuple[ReportLine, ...]
    findings: tuple[ReportLine, ...]
    notes: tuple[ReportLine, ...]
    lost: tuple[str, ...]
    afterwards: tuple[str, ...]
    last_hash: str
    intact: bool
    anchored: Anchored = NOT_ANCHORED
    checked: tuple[Checked, ...] = ()
    own_procedures: tuple[str, ...] = ()
    """Shipped procedures in whose place the home had its own."""
    hosts: tuple[ReportLine, ...] = ()
    """What each host of the plan was in this run, and how that was known."""

    @property
    def within_rto(self) -> bool | None:
        """None without an RTO, and for a run that has not ended while there is time left."""
        if self.rto is None or (self.elapsed <= self.rto and self.ending not in {"finished", "incomplete"}):
            return None
        return self.elapsed <= self.rto

    @property
    def rto_kept(self) -> str:
        """``met`` or ``NOT met``; empty where that is not known yet, or there is none."""
        return {True: "met", False: "NOT met", None: ""}[self.within_rto]

    def count(self, *states: str) -> int:
        return sum(step.state in states for step in self.steps)

    def to_data(self) -> dict[str, Any]:
        """The JSON object of ``report --json``."""
        return {
            "run": self.run,
            "verdict": self.verdict,
            "ending": self.ending,
            "procedure": self.procedure,
            "title": self.title,
            "target": self.target,
            "deployment": self.deployment,
            "environment": {"kind": self.environment_kind, "id": self.environment},
            "backup_set": self.backup_set or None,
            "started_at": timestamps.utc(self.started_at) if self.started_at else None,
            "ended_at": timestamps.utc(self.ended_at) if self.ended_at else None,
            "seconds": {
                "elapsed": round(self.elapsed, 3),
                "working": round(self.working, 3),
                "waiting": round(self.waiting, 3),
                "away": round(self.away, 3),
            },
            "rto_seconds": self.rto,
            "within_rto": self.within_rto,
            "steps": {
                "total": len(self.steps),
                "done": self.count("done"),
                "skipped": self.count("skipped"),
                "failed": self.count("failed", "unknown"),
            },
            "carried": [asdict(step) | {"command": list(step.command)} for step in self.steps],
            "omitted": [asdict(one) for one in self.omitted],
            "lost": list(self.lost),
            "afterwards": list(self.afterwards),
            "checks": [one.to_data() for one in self.checked],
            "own_procedures": list(self.own_procedures),
            "journal": {
                "last_hash": self.last_hash,
                "intact": self.intact,
                "anchored_to": self.anchored.seq,
                "anchor_broken_at": self.anchored.broken_at,
            },
            **{name: [entry.to_data() for entry in entries] for name, entries in self._entries()},
        }

    def _entries(self) -> Iterator[tuple[str, tuple[ReportLine, ...]]]:
        for name in ("approvals", "timeline", "confirmations", "skipped", "failures", "findings", "notes", "hosts"):
            yield name, getattr(self, name)


def of(reader: Reader) -> Report:
    """The report of a run, finished or not. Raises :class:`lync_wizard.core.errors.InputError` as the reader does."""
    with readable(reader.folder):
        return from_events(
            reader.run,
            reader.plan,
            reader.events(),
            last_hash=reader.last_hash,
            intact=reader.broken_at() is None,
            anchored=reader.anchored(),
            held=held(reader.folder),
        )


def from_events(
    run: str,
    plan: Plan,
    events: Sequence[RunEvent],
    *,
    last_hash: str,
    intact: bool,
    anchored: Anchored = NOT_ANCHORED,
    held: bool = False,
) -> Report:
    """The report of these events; ``held`` says whether some process is carrying the run out at the moment."""
    state = run_state.fold(events)
    ending = _ending(state, held)
    working, waiting, away = times(plan, events)
    steps = tuple(_carried(step, state, events) for step in plan.steps)
    elapsed = working + waiting + away
    return Report(
        run=run,
        verdict=_verdict(plan, state, ending, elapsed),
        ending=ending,
        procedure=plan.procedure,
        title=plan.title,
        target=plan.target,
        deployment=plan.deployment,
        environment=plan.environment,
        environment_kind=plan.environment_kind,
        backup_set=plan.backup_set or "",
        started_at=events[0].at if events else None,
        ended_at=events[-1].at if events else None,
        elapsed=elapsed,
        working=working,
        waiting=waiting,
        away=away,
        rto=plan.rto_seconds,
        steps=steps,
        approvals=tuple(_approvals(events)),
        timeline=tuple(_timeline(plan, events)),
        confirmations=tuple(_chosen(events, "step_confirmed", typed)),
        skipped=tuple(_chosen(events, "step_skipped", lambda data: str(data.get("reason", "")))),
        omitted=plan.omitted,
        failures=tuple(_failures(events)),
        findings=tuple(_chosen(events, "finding_accepted", accepted)),
        hosts=tuple(_hosts(plan, events)),
        notes=tuple(_chosen(events, "note", lambda data: str(data.get("text", "")))),
        lost=tuple(_lost(plan, state)),
        afterwards=plan.afterwards,
        last_hash=last_hash,
        intact=intact,
        anchored=anchored,
        checked=checked(events),
        own_procedures=own_procedures(events),
    )


def _ending(state: RunState, held: bool) -> Ending:
    match state.finished:
        case "finished":
            return "finished"
        case "incomplete":
            return "incomplete"
    if state.paused:
        return "paused"
    return "under way" if held else "interrupted"


def _verdict(plan: Plan, state: RunState, ending: Ending, elapsed: float) -> str:
    total = len(plan.steps)
    done = sum(state.of(step.id).shown == "done" for step in plan.steps)
    skipped = sum(state.of(step.id).shown == "skipped" for step in plan.steps)
    accepted = sum(state.of(step.id).accepted for step in plan.steps)
    match ending:
        case "finished":
            text = f"Finished: {done} of {total} steps done"
        case "incomplete":
            text = f"Finished with gaps: {done} of {total} steps done, {skipped} skipped"
        case _:
            at = next((step.id for step in plan.steps if not state.of(step.id).settled), "its end")
            text = f"{ending.capitalize()} at {at}: {done + skipped} of {total} steps settled"
    if accepted:
        text += f", {accepted} by a person's statement"
    if ending in {"finished", "incomplete"} and plan.rto_seconds is not None:
        text += ", within the RTO" if elapsed <= plan.rto_seconds else ", RTO not met"
    return text


def _carried(step: PlannedStep, state: RunState, events: Iterable[RunEvent]) -> StepOutcome:
    at = state.of(step.id)
    own = [event for event in events if event.step == step.id]
    sent = [e.data["command"] for e in own if e.type == "step_started" and "command" in e.data]
    command = from_data(sent[-1]) if sent else step.command
    return StepOutcome(
        step=step.id,
        title=step.title,
        host=step.host,
        state=at.shown,
        attempts=sum(event.type == "step_started" for event in own),
        seconds=sum(float(e.data.get("seconds", 0.0)) for e in own if e.type == "step_finished"),
        command=tuple(command_lines(command)) if command else (step.text,),
    )


def _who(data: Mapping[str, Any]) -> str:
    return str(data.get("by", ""))


def _chosen(events: Iterable[RunEvent], kind: str, words: Callable[[Mapping[str, Any]], str]) -> Iterator[ReportLine]:
    for event in events:
        if event.type == kind:
            yield ReportLine(event.at, event.step or "", words(event.data), _who(event.data))


def _approvals(events: Iterable[RunEvent]) -> Iterator[Approval]:
    for event in (one for one in events if one.type == "plan_approved"):
        text = f"plan {str(event.data.get('hash', ''))[:19]}"
        yield Approval(event.at, "", text, _who(event.data), identity(event.data))


def _hosts(plan: Plan, events: Sequence[RunEvent]) -> Iterator[ReportLine]:
    met = {key_of(event): event for event in events if event.type in EVENTS}
    for name, one in plan.identified.items():
        if event := met.get(name):
            yield ReportLine(event.at, event.step or "", host_met(event.data), _who(event.data))
        elif events:
            said = f"{name.partition(' ')[2]} was not met; when the plan was made: {one}"
            yield ReportLine(events[0].at, "", said)


def _failures(events: Iterable[RunEvent]) -> Iterator[ReportLine]:
    for event in events:
        data, attempt = event.data, f"attempt {event.attempt}: " if event.attempt else ""
        if event.type == "step_finished" and data.get("outcome") != "ok":
            why = data.get("why") or "without a reason given"
            yield ReportLine(event.at, event.step or "", f"{attempt}{data.get('outcome', 'unknown')}, {why}")
        elif event.type == "command_resent":
            yield ReportLine(event.at, event.step or "", f"{attempt}{words_of(event)}")
        elif event.type == "step_verified" and data.get("result") == "no":
            yield ReportLine(event.at, event.step or "", f"not verified: {data.get('evidence', '')}")


def _timeline(plan: Plan, events: Iterable[RunEvent]) -> Iterator[ReportLine]:
    titles = {step.id: step.title for step in plan.steps}
    for event in events:
        if text := words_of(event):
            title = titles.get(event.step or "", "")
            started = event.type == "step_started"
            yield ReportLine(event.at, event.step or "", f"{title}: {text}" if started else text, _who(event.data))


def _lost(plan: Plan, state: RunState) -> Iterator[str]:
    # Where the set is not judged, nothing of what users wrote comes from it.
    if plan.backup_set and plan.backup_at and state.started_at and "backup-set" in plan.checks:
        gap = (state.started_at - timestamps.parse_utc(plan.backup_at)).total_seconds()
        yield (
            f"Data written after the backup {plan.backup_set} and before the failure: the set was {duration(gap)} old "
            "when this run started."
        )
