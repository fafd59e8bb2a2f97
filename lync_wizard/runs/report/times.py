"""Where the time of a run went: working, waiting for people, away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_wizard.plans.model import Plan
from lync_wizard.runs.state import RunEvent

_ANSWERS: Final = {
    "plan_approved",
    "finding_accepted",
    "step_confirmed",
    "step_skipped",
    "step_reconciled",
    "run_paused",
}
"""Events that a person's answer makes: the time before them was spent waiting for it."""


def times(plan: Plan, events: Sequence[RunEvent]) -> tuple[float, float, float]:
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
