"""One carrying-out of a plan as a pure state machine: facts that happened in, the next thing to do out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Any, Literal, get_args

from lync_wizard.core import timestamps
from lync_wizard.plans.derivation import typed_before
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expectations import Before

EventType = Literal[
    "run_started", "plan_approved", "finding_accepted", "step_ready", "step_confirmed", "step_started", "output",
    "command_resent", "host_doubted", "host_identified", "step_finished", "step_verified", "step_skipped",
    "step_reconciled", "note", "run_paused", "run_resumed", "run_finished",
]  # fmt: skip
Shown = Literal["waiting", "ready", "running", "done", "failed", "unknown", "skipped"]


@dataclass(frozen=True)
class RunEvent:
    """A fact that happened: ``prev`` is the hash of the event before, ``data`` what the type carries."""

    seq: int
    at: datetime
    prev: str
    run: str
    type: EventType
    step: str | None = None
    attempt: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """The JSON object of one line of ``watch --json`` (docs/events.md)."""
        return {
            "seq": self.seq,
            "at": timestamps.utc(self.at),
            "prev": self.prev,
            "run": self.run,
            "step": self.step,
            "attempt": self.attempt,
            "type": self.type,
            **self.data,
        }


def event_from(data: Mapping[str, Any]) -> RunEvent:
    """The event that :meth:`RunEvent.to_data` wrote. Raises KeyError, TypeError or ValueError."""
    if not isinstance(data, dict) or data["type"] not in get_args(EventType) or not isinstance(data["seq"], int):
        raise ValueError("it is no event")
    if not all(isinstance(data[key], str) for key in ("at", "prev", "run")):
        raise ValueError("it is no event")
    known = {"seq", "at", "prev", "run", "step", "attempt", "type"}
    return RunEvent(
        seq=data["seq"],
        at=timestamps.parse_utc(data["at"]),
        prev=data["prev"],
        run=data["run"],
        type=data["type"],
        step=data["step"],
        attempt=data["attempt"],
        data={key: value for key, value in data.items() if key not in known},
    )


@dataclass(frozen=True)
class StepState:
    """Where one step stands. ``verified`` is yes, no, cannot-tell, or empty before the question was asked.

    ``held_before`` is what the same question was answered just before the step was sent; empty where it was not asked.
    ``known_before`` are the values that its answer is compared with afterwards.
    """

    shown: Shown = "waiting"
    attempt: int = 0
    confirmed: bool = False
    outcome: str = ""
    why: str = ""
    verified: str = ""
    evidence: str = ""
    held_before: str = ""
    known_before: Before = field(default_factory=dict)
    accepted: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    seconds: float = 0.0
    proposal: str = ""

    @property
    def settled(self) -> bool:
        return self.shown in {"done", "skipped"}


@dataclass(frozen=True)
class RunState:
    """The fold of all events so far; ``steps`` holds only steps something happened to."""

    run: str = ""
    environment: str = ""
    started_at: datetime | None = None
    approvers: tuple[str, ...] = ()
    steps: Mapping[str, StepState] = field(default_factory=dict)
    accepted_findings: tuple[str, ...] = ()
    paused: bool = False
    finished: str = ""
    last_seq: int = 0

    def of(self, step_id: str) -> StepState:
        return self.steps.get(step_id, _NEW)


_NEW = StepState()
MOST_ATTEMPTS = 3
"""A repeatable step is sent this often without asking; then a person decides."""


@dataclass(frozen=True)
class Confirm:
    """Ask for the confirmation of these steps (one, or all of a batch); nothing has been sent."""

    steps: tuple[PlannedStep, ...]


@dataclass(frozen=True)
class Execute:
    """Send these steps (one, or all of a batch at the same time)."""

    steps: tuple[PlannedStep, ...]


@dataclass(frozen=True)
class Verify:
    """The command ended well; ask the host whether its effect is there."""

    step: PlannedStep


@dataclass(frozen=True)
class Reconcile:
    """Nobody knows whether the command ran: ask the host, then, where it cannot tell, a person."""

    step: PlannedStep


@dataclass(frozen=True)
class Decide:
    """The step failed or its effect is not there: a person says retry, skip with a reason, or stop."""

    step: PlannedStep


@dataclass(frozen=True)
class Finished:
    """Every step is done or skipped."""

    skipped: tuple[str, ...]


Action = Confirm | Execute | Verify | Reconcile | Decide | Finished


def next_action(plan: Plan, state: RunState) -> Action:
    """What comes next; pure, so that resuming is the ordinary start with a longer list of events.

    It is asked between actions only: a step that was started and has no end was interrupted.
    """
    for step in plan.steps:
        at = state.of(step.id)
        if at.settled:
            continue
        if at.outcome == "ok":
            return Decide(step) if at.verified in {"no", "cannot-tell"} else Verify(step)
        match at.shown:
            case "running" | "unknown" if step.by_hand or not step.repeatable or at.attempt >= MOST_ATTEMPTS:
                return Reconcile(step)
            case "failed":
                return Decide(step)
        return _send(plan, state, step)
    return Finished(tuple(s.id for s in plan.steps if state.of(s.id).shown == "skipped"))


def _send(plan: Plan, state: RunState, step: PlannedStep) -> Confirm | Execute:
    together: tuple[PlannedStep, ...] = (step,)
    if step.batch:
        others = (s for s in plan.steps if s.batch == step.batch and s is not step)
        together = (step, *(s for s in others if state.of(s.id).shown in {"waiting", "ready"}))
    unconfirmed = tuple(s for s in together if s.confirm != "none" and not state.of(s.id).confirmed)
    return Confirm(tuple(_asked(plan, state, s) for s in unconfirmed)) if unconfirmed else Execute(together)


def _asked(plan: Plan, state: RunState, step: PlannedStep) -> PlannedStep:
    """One key is enough for harm only where the name was typed for an earlier item that was sent."""
    if not step.destructive or step.confirm == "type":
        return step
    sent = [one for one in plan.steps if state.of(one.id).attempt]
    return step if typed_before(step, sent) else replace(step, confirm="type")


def fold(events: Iterable[RunEvent], state: RunState | None = None) -> RunState:
    """The state after these events, starting from ``state`` or from nothing."""
    return reduce(apply, events, state or RunState())


def apply(state: RunState, event: RunEvent) -> RunState:
    """One event's effect on the state."""
    state = replace(state, last_seq=event.seq)
    match event.type:
        case "run_started":
            return replace(
                state, run=event.run, started_at=event.at, environment=str(event.data.get("environment", ""))
            )
        case "plan_approved":
            # Whoever approves the steps left, in a later part of the run, is still one person.
            by = str(event.data.get("by", ""))
            return replace(state, approvers=tuple(dict.fromkeys((*state.approvers, by))))
        case "finding_accepted":
            return replace(state, accepted_findings=(*state.accepted_findings, str(event.data.get("finding", ""))))
        case "run_paused":
            return replace(state, paused=True)
        case "run_resumed":
            # A confirmation does not survive a restart: who confirmed may not be the one who resumes.
            steps = {
                step_id: replace(at, confirmed=False, shown="waiting" if at.shown == "ready" else at.shown)
                for step_id, at in state.steps.items()
            }
            return replace(state, paused=False, steps=steps)
        case "run_finished":
            return replace(state, finished=str(event.data.get("result", "")))
        case "output" | "command_resent" | "host_doubted" | "host_identified" | "note":
            return state
    if event.step is None:
        return state
    return replace(state, steps={**state.steps, event.step: _after(state.of(event.step), event)})


def _after(at: StepState, event: RunEvent) -> StepState:
    data = event.data
    match event.type:
        case "step_ready":
            return replace(at, shown="ready", confirmed=False)
        case "step_confirmed":
            return replace(at, confirmed=True)
        case "step_started":
            return StepState(
                shown="running",
                attempt=event.attempt or at.attempt + 1,
                confirmed=at.confirmed,
                held_before=str(data.get("held_before", "")),
                known_before={name: tuple(values) for name, values in data.get("known_before", {}).items()},
                started_at=event.at,
            )
        case "step_finished":
            outcome = str(data.get("outcome", "unknown"))
            return replace(
                at,
                shown=_shown(outcome, bool(data.get("to_verify"))),
                # What is sent again without asking (repeatable, outcome unknown) keeps its confirmation.
                confirmed=at.confirmed and outcome == "unknown",
                outcome=outcome,
                why=str(data.get("why", "")),
                finished_at=event.at,
                seconds=float(data.get("seconds", 0.0)),
            )
        case "step_verified":
            result = str(data.get("result", ""))
            evidence = str(data.get("evidence", ""))
            if at.outcome == "ok":
                return replace(at, verified=result, evidence=evidence, shown="done" if result == "yes" else "failed")
            return replace(at, proposal=result, evidence=evidence)
        case "step_skipped":
            return replace(at, shown="skipped", why=str(data.get("reason", "")), finished_at=event.at)
        case "step_reconciled":
            return _reconciled(at, event)
    return at


def _shown(outcome: str, to_verify: bool) -> Shown:
    match outcome:
        case "ok":
            return "running" if to_verify else "done"
        case "failed":
            return "failed"
    return "unknown"


def _reconciled(at: StepState, event: RunEvent) -> StepState:
    reason = str(event.data.get("reason", ""))
    match event.data.get("decision"):
        case "done":
            return replace(at, shown="done", accepted=True, confirmed=False, finished_at=event.at, why=reason)
        case "again":
            return StepState(attempt=at.attempt)
    return at
