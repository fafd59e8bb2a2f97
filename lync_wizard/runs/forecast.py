"""How long a run still takes by what its steps usually take, and whether that keeps the RTO; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs.state import RunState


@dataclass(frozen=True)
class Forecast:
    """Seconds: ``elapsed`` since the run began, ``left`` of what is not settled yet, ``rto`` where the plan has one."""

    elapsed: float
    left: float
    rto: float | None

    @property
    def margin(self) -> float | None:
        """What of the RTO will remain at the expected end; negative where it will not be met, None without an RTO."""
        return None if self.rto is None else self.rto - self.elapsed - self.left

    @property
    def over(self) -> bool:
        """Whether the RTO has passed already."""
        return self.rto is not None and self.elapsed > self.rto

    @property
    def late(self) -> bool:
        """Whether the RTO has passed, or will have by the expected end."""
        return self.margin is not None and self.margin < 0


def current(plan: Plan, state: RunState) -> PlannedStep | None:
    """The step that is under way or next; None when all are settled."""
    running = (s for s in plan.steps if state.of(s.id).shown == "running")
    return next(running, None) or next((s for s in plan.steps if not state.of(s.id).settled), None)


def remaining(plan: Plan, state: RunState, now: datetime | None) -> float:
    """Seconds that the steps not settled usually take, less what has passed of those under way at ``now``.

    Steps of one batch run side by side, so the longest of them counts.
    """
    single, batches = 0.0, dict[str, float]()
    for step in plan.steps:
        at = state.of(step.id)
        if at.settled:
            continue
        left = step.expected_seconds
        if now is not None and at.shown == "running" and at.started_at is not None:
            left = max(0.0, left - max(0.0, (now - at.started_at).total_seconds()))
        if step.batch:
            batches[step.batch] = max(batches.get(step.batch, 0.0), left)
        else:
            single += left
    return single + sum(batches.values())


def of(plan: Plan, state: RunState, now: datetime) -> Forecast:
    """The forecast at ``now``; a run that has not begun has no time behind it."""
    elapsed = (now - state.started_at).total_seconds() if state.started_at else 0.0
    return Forecast(max(0.0, elapsed), remaining(plan, state, now), plan.rto_seconds)
