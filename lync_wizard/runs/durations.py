"""What steps took in earlier runs and drills: read from their journals, people's waiting left out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Final

from lync_wizard.core.errors import WizardError
from lync_wizard.core.wrapping import counted
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs import journal
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.report import duration
from lync_wizard.runs.state import EventType, RunEvent

MOST_RUNS: Final = 40
"""So many of the newest runs are read."""
NEWEST: Final = 9
"""The middle of so many of the newest times of a step is what it usually takes."""
_TIMED: Final[tuple[EventType, ...]] = ("step_started", "step_finished", "step_verified")


@dataclass(frozen=True)
class StepTime:
    """One time a step was carried out: seconds from the first byte to the proof of its effect.

    ``kind`` is the environment's (production, drill): the two are never mixed, because a simulated deployment has
    its own pace.
    """

    step: str
    target: str
    kind: str
    seconds: float


def key_of(step_id: str) -> str:
    """What a step is called wherever it is included and whichever host it runs on: ids are unique across procedures."""
    return step_id.rpartition("/")[2].partition("@")[0]


def step_times(plan: Plan, events: Iterable[RunEvent]) -> Iterator[StepTime]:
    """The times in one run's events: commands that ended well and whose effect was there.

    A step done by hand is left out: nobody knows how long of it was work and how long somebody was waited for.
    """
    sent = {step.id: step for step in plan.steps if not step.by_hand}
    open_: dict[str, tuple[RunEvent, float]] = {}
    for event in events:
        step = sent.get(event.step or "")
        if step is None:
            continue
        if event.type == "step_finished":
            open_.pop(step.id, None)
            if event.data.get("outcome") == "ok":
                seconds = float(event.data.get("seconds", 0.0))
                if event.data.get("to_verify"):
                    open_[step.id] = (event, seconds)
                else:
                    yield StepTime(step.id, plan.target, plan.environment_kind, seconds)
        elif event.type == "step_verified" and step.id in open_:
            ended, seconds = open_.pop(step.id)
            if event.data.get("result") == "yes":
                seconds += (event.at - ended.at).total_seconds()
                yield StepTime(step.id, plan.target, plan.environment_kind, seconds)
        elif event.type == "step_started":
            open_.pop(step.id, None)


def read(places: Iterable[Path]) -> Durations:
    """The times in the newest journals of these folders of runs; what cannot be read is passed over."""
    folders: set[Path] = set()
    for place in places:
        with contextlib.suppress(WizardError):
            folders.update(journal.runs(place))
    found: list[StepTime] = []
    for folder in sorted(folders, key=lambda one: one.name, reverse=True)[:MOST_RUNS]:
        try:
            with Reader(folder) as reader, journal.readable(folder):
                found.extend(step_times(reader.plan, reader.events(types=_TIMED)))
        except WizardError:
            continue
    return Durations(found)


class Durations:
    """Times of steps, the newest first."""

    def __init__(self, found: Sequence[StepTime]) -> None:
        self._found = tuple(found)

    def of(self, step: PlannedStep, target: str, kind: str) -> tuple[float, int] | None:
        """Seconds the step usually takes in environments of this kind, and from how many times; None where unknown.

        Times of exactly this step on this target count before those of the same step elsewhere.
        """
        alike = [one for one in self._found if one.kind == kind and key_of(one.step) == key_of(step.id)]
        exact = [one for one in alike if one.step == step.id and one.target.lower() == target.lower()]
        times = [one.seconds for one in (exact or alike)[:NEWEST]]
        return (median(times), len(times)) if times else None

    def applied(self, plan: Plan) -> Plan:
        """The plan with what its steps usually take here, and whence that is known.

        Only times of the plan's own kind of environment change a figure; those of drills stand beside the figure of
        the procedure, marked, because a drill's clock runs faster than life.
        """
        return replace(plan, steps=tuple(self._applied(step, plan) for step in plan.steps))

    def _applied(self, step: PlannedStep, plan: Plan) -> PlannedStep:
        if step.by_hand:
            return step
        if own := self.of(step, plan.target, plan.environment_kind):
            seconds, times = own
            whence = f"{_times(plan.environment_kind, times)}"
            return replace(step, expected_seconds=round(max(seconds, 0.1), 1), expected_from=whence)
        for kind in sorted({one.kind for one in self._found} - {plan.environment_kind}):
            if other := self.of(step, plan.target, kind):
                seconds, times = other
                words = f"the procedure; {duration(seconds)} in {_times(kind, times)}"
                return replace(step, expected_from=words)
        return step


def _times(kind: str, number: int) -> str:
    noun = {"production": "run", "drill": "drill"}.get(kind, f"{kind} run")
    return counted(number, noun)
