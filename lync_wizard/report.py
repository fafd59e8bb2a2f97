"""What a run amounted to, read from its journal: one value, and one wording of it for terminal, screen and paper."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any, Final, Literal

from lync_wizard import backup
from lync_wizard import run as machine
from lync_wizard.hosts.command import Command, Pipeline, from_data
from lync_wizard.hosts.powershell import cmdlet_lines, text_of
from lync_wizard.journal import Reader, held
from lync_wizard.plan import Omitted, Plan, PlannedStep
from lync_wizard.run import RunEvent, RunState

Ending = Literal["finished", "incomplete", "paused", "under way", "interrupted"]
_ANSWERS: Final = {
    "plan_approved",
    "finding_accepted",
    "step_confirmed",
    "step_skipped",
    "step_reconciled",
    "run_paused",
}
"""Events that a person's answer makes: the time before them was spent waiting for it."""


@dataclass(frozen=True)
class Entry:
    """Something that happened: when (UTC), at which step (empty: the run), what in words, and who said so."""

    at: datetime
    step: str
    text: str
    by: str = ""

    def to_data(self) -> dict[str, Any]:
        return asdict(self) | {"at": backup.utc(self.at)}


@dataclass(frozen=True)
class Carried:
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
    steps: tuple[Carried, ...]
    timeline: tuple[Entry, ...]
    confirmations: tuple[Entry, ...]
    skipped: tuple[Entry, ...]
    omitted: tuple[Omitted, ...]
    failures: tuple[Entry, ...]
    findings: tuple[Entry, ...]
    notes: tuple[Entry, ...]
    lost: tuple[str, ...]
    afterwards: tuple[str, ...]
    last_hash: str
    intact: bool

    @property
    def within_rto(self) -> bool | None:
        return None if self.rto is None else self.elapsed <= self.rto

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
            "started_at": backup.utc(self.started_at) if self.started_at else None,
            "ended_at": backup.utc(self.ended_at) if self.ended_at else None,
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
            "journal": {"last_hash": self.last_hash, "intact": self.intact},
            **{name: [entry.to_data() for entry in entries] for name, entries in self._entries()},
        }

    def _entries(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        for name in ("timeline", "confirmations", "skipped", "failures", "findings", "notes"):
            yield name, getattr(self, name)


def of(reader: Reader) -> Report:
    """The report of a run, finished or not. Raises :class:`~lync_wizard.errors.InputError` as the reader does."""
    return from_events(
        reader.run,
        reader.plan,
        reader.events(),
        last_hash=reader.last_hash,
        intact=reader.broken_at() is None,
        held=held(reader.folder),
    )


def from_events(
    run: str, plan: Plan, events: Sequence[RunEvent], *, last_hash: str, intact: bool, held: bool = False
) -> Report:
    """The report of these events; ``held`` says whether some process is carrying the run out at the moment."""
    state = machine.fold(events)
    ending = _ending(state, held)
    working, waiting, away = _times(plan, events)
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
        timeline=tuple(_timeline(plan, events)),
        confirmations=tuple(_chosen(events, "step_confirmed", _typed)),
        skipped=tuple(_chosen(events, "step_skipped", lambda data: str(data.get("reason", "")))),
        omitted=plan.omitted,
        failures=tuple(_failures(events)),
        findings=tuple(_chosen(events, "finding_accepted", _accepted)),
        notes=tuple(_chosen(events, "note", lambda data: str(data.get("text", "")))),
        lost=tuple(_lost(plan, state)),
        afterwards=plan.afterwards,
        last_hash=last_hash,
        intact=intact,
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
        text += f", {accepted} by a person's word"
    if ending in {"finished", "incomplete"} and plan.rto_seconds is not None:
        text += ", within the RTO" if elapsed <= plan.rto_seconds else ", RTO not met"
    return text


def _times(plan: Plan, events: Sequence[RunEvent]) -> tuple[float, float, float]:
    """Seconds of working, of waiting for people, and away: each gap is named by the event that ended it."""
    by_hand = {step.id for step in plan.steps if step.by_hand}
    working = waiting = away = 0.0
    settled = last = events[0].at if events else None
    for event in events:
        if settled is None or last is None:
            break
        gap = (event.at - settled).total_seconds()
        if event.type == "run_resumed":
            # Whatever was under way when the program ended went on until its last sign of life.
            working += (last - settled).total_seconds()
            away += (event.at - last).total_seconds()
        elif event.type in _ANSWERS or (event.type == "step_finished" and event.step in by_hand):
            waiting += gap
        elif event.type not in {"output", "note"}:
            working += gap
        last = event.at
        if event.type not in {"output", "note"}:
            settled = event.at
    if settled and last:
        working += (last - settled).total_seconds()
    return working, waiting, away


def _carried(step: PlannedStep, state: RunState, events: Iterable[RunEvent]) -> Carried:
    at = state.of(step.id)
    own = [event for event in events if event.step == step.id]
    sent = [e.data["command"] for e in own if e.type == "step_started" and "command" in e.data]
    command = from_data(sent[-1]) if sent else step.command
    return Carried(
        step=step.id,
        title=step.title,
        host=step.host,
        state=at.shown,
        attempts=sum(event.type == "step_started" for event in own),
        seconds=sum(float(e.data.get("seconds", 0.0)) for e in own if e.type == "step_finished"),
        command=tuple(_command_lines(command)) if command else (step.text,),
    )


def _command_lines(command: Command) -> list[str]:
    if not isinstance(command, Pipeline):
        return text_of(command).splitlines()
    lines: list[str] = []
    for number, cmdlet in enumerate(command.cmdlets):
        name, *parameters = cmdlet_lines(cmdlet)
        lines += [f"| {name}" if number else name, *(f"  {line}" for line in parameters)]
    return lines


def _who(data: Mapping[str, Any]) -> str:
    return str(data.get("by", ""))


def _typed(data: Mapping[str, Any]) -> str:
    reads = ", ".join(f"{name} {value}" for name, value in dict(data.get("reads") or {}).items())
    typed = f"typed {data['typed']}" if data.get("typed") else "confirmed"
    return f"{typed}, having seen {reads}" if reads else typed


def _accepted(data: Mapping[str, Any]) -> str:
    return ": ".join(filter(None, (str(data.get("finding", "")), str(data.get("reason", "")))))


def _chosen(events: Iterable[RunEvent], kind: str, words: Callable[[Mapping[str, Any]], str]) -> Iterator[Entry]:
    for event in events:
        if event.type == kind:
            yield Entry(event.at, event.step or "", words(event.data), _who(event.data))


def _failures(events: Iterable[RunEvent]) -> Iterator[Entry]:
    for event in events:
        data, attempt = event.data, f"attempt {event.attempt}: " if event.attempt else ""
        if event.type == "step_finished" and data.get("outcome") != "ok":
            why = data.get("why") or "without a reason given"
            yield Entry(event.at, event.step or "", f"{attempt}{data.get('outcome', 'unknown')}, {why}")
        elif event.type == "step_verified" and data.get("result") == "no":
            yield Entry(event.at, event.step or "", f"not verified: {data.get('evidence', '')}")


def _timeline(plan: Plan, events: Iterable[RunEvent]) -> Iterator[Entry]:
    titles = {step.id: step.title for step in plan.steps}
    for event in events:
        if text := words_of(event):
            title = titles.get(event.step or "", "")
            started = event.type == "step_started"
            yield Entry(event.at, event.step or "", f"{title}: {text}" if started else text, _who(event.data))


def words_of(event: RunEvent) -> str:
    """An event in words; empty for those that are noise in a timeline."""
    data = event.data
    match event.type:
        case "run_started":
            return f"run started, plan {str(data.get('plan', ''))[:19]}"
        case "plan_approved":
            return "plan approved"
        case "finding_accepted":
            return f"finding accepted: {_accepted(data)}"
        case "step_confirmed":
            return _typed(data)
        case "step_started":
            return f"started, attempt {event.attempt}" if (event.attempt or 1) > 1 else "started"
        case "step_finished":
            why, answer = data.get("why", ""), data.get("answer", "")
            return ", ".join(filter(None, (str(data.get("outcome", "unknown")), str(why), str(answer))))
        case "step_verified":
            result = {"yes": "verified", "no": "not verified"}.get(str(data.get("result")), "cannot tell")
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


def _lost(plan: Plan, state: RunState) -> Iterator[str]:
    if plan.backup_set and plan.backup_at and state.started_at:
        gap = (state.started_at - backup.moment(plan.backup_at)).total_seconds()
        yield (
            f"Data written after the backup {plan.backup_set} and before the failure: the set was {duration(gap)} old "
            "when this run started."
        )


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


def render_text(report: Report, width: int = 80, zone: tzinfo | None = None) -> list[str]:
    """The report as lines of at most ``width`` columns (longer names are never cut), times local or in ``zone``."""
    return list(_Text(report, max(width, 40), zone).lines())


class _Text:
    def __init__(self, report: Report, width: int, zone: tzinfo | None) -> None:
        self.report = report
        self.width = width
        self.zone = zone

    def lines(self) -> Iterator[str]:
        report = self.report
        yield from self._wrap(report.verdict)
        yield ""
        yield from self._facts()
        yield from self._section("Not executed", self._not_executed())
        yield from self._section("Failed or retried", self._entries(report.failures))
        yield from self._section("Lost", self._bullets(report.lost))
        yield from self._section("What to do next", self._bullets(report.afterwards))
        yield from self._section("Confirmed by", self._entries(report.confirmations))
        yield from self._section("Findings accepted", self._entries(report.findings))
        yield from self._section("Notes", self._entries(report.notes))
        yield from self._section("Timeline", self._entries(report.timeline))
        yield from self._section("Commands", self._commands())
        yield ""
        yield from self._wrap(f"Last hash of the journal: {report.last_hash}")
        if not report.intact:
            yield from self._wrap("The journal was changed after it was written: its chain of hashes is broken.")

    def _facts(self) -> Iterator[str]:
        report = self.report
        facts = {
            "Procedure": f"{report.procedure} {report.target}",
            "Environment": f"{report.environment_kind.upper()} {report.environment}",
            "Backup set": report.backup_set or "none",
            "Run": report.run,
        }
        if report.started_at and report.ended_at:
            start, end = self._local(report.started_at), self._local(report.ended_at)
            same_day = start.date() == end.date()
            facts["Time"] = f"{start:%Y-%m-%d %H:%M:%S} to {end:{'' if same_day else '%Y-%m-%d '}%H:%M:%S} {start:%Z}"
        against = f" of RTO {duration(report.rto)}" if report.rto is not None else ", no RTO in the plan"
        facts["Elapsed"] = duration(report.elapsed) + against
        away = f", away {duration(report.away)}" if report.away >= 1 else ""
        facts["Of this"] = f"working {duration(report.working)}, waiting for people {duration(report.waiting)}{away}"
        failed = report.count("failed", "unknown")
        facts["Steps"] = (
            f"{report.count('done')} done, {report.count('skipped')} skipped, {failed} failed, "
            f"{len(report.steps)} in all"
        )
        for name, text in facts.items():
            yield from self._wrap(text, f"{name:<12} ")

    def _not_executed(self) -> Iterator[str]:
        yield from self._entries(self.report.skipped)
        for one in self.report.omitted:
            yield from self._wrap(f"{one.group} {one.title}: {one.why}", "  ")
        open_steps = [s for s in self.report.steps if s.state not in {"done", "skipped"}]
        for step in open_steps:
            yield from self._wrap(f"{step.step} {step.title}: {step.state}", "  ")

    def _commands(self) -> Iterator[str]:
        for step in self.report.steps:
            if not step.attempts:
                continue
            often = f", sent {step.attempts} times" if step.attempts > 1 else ""
            took = f", {duration(step.seconds)}" if step.seconds else ""
            yield from self._wrap(f"{step.step} on {step.host or 'no host'}: {step.state}{took}{often}", "  ")
            for line in step.command:
                yield from self._wrap(line.strip(), "    " if line == line.lstrip() else "      ")

    def _entries(self, entries: Iterable[Entry]) -> Iterator[str]:
        for entry in entries:
            step = f"{entry.step} " if entry.step else ""
            by = f" ({entry.by})" if entry.by else ""
            yield from self._wrap(f"{step}{entry.text}{by}", f"  {self._local(entry.at):%H:%M:%S}  ")

    def _bullets(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            yield from self._wrap(text, "  - ")

    def _section(self, heading: str, lines: Iterable[str]) -> Iterator[str]:
        body = list(lines)
        if body:
            yield from ("", heading, *body)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _wrap(self, text: str, lead: str = "") -> list[str]:
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [lead.rstrip()]
