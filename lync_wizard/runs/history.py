"""Earlier runs as lines of a list: what each was to do, and how far it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lync_wizard.core.errors import WizardError
from lync_wizard.runs import journal
from lync_wizard.runs import state as run_state
from lync_wizard.runs.journal import Reader


@dataclass(frozen=True)
class RunSummary:
    """A run as a line of a list; ``end`` is empty while it is unfinished, ``held`` while somebody carries it out.

    ``broken_at`` is the event at which its journal was changed after it was written.
    """

    run: str
    procedure: str
    title: str
    target: str
    started_at: datetime | None
    done: int
    total: int
    at_step: str
    end: str
    held: bool
    broken_at: int | None = None


@dataclass(frozen=True)
class UnreadableRun:
    """A run of which nothing can be said but why: its journal is damaged, of another program, or may not be read."""

    run: str
    why: str
    hint: str

    def __str__(self) -> str:
        return f"{self.run}: {self.why}\n  HINT: {self.hint}"


def every(places: Iterable[Path]) -> list[RunSummary | UnreadableRun]:
    """Every run in these folders of runs, in the order of the places, newest first in each; raises nothing."""
    found: list[RunSummary | UnreadableRun] = []
    for place in places:
        try:
            found += map(_summary, journal.runs(place))
        except WizardError as error:
            found.append(UnreadableRun(str(place), error.summary, error.hint))
    return found


def runs(places: Iterable[Path]) -> list[RunSummary]:
    """Those of :func:`every` that can be read."""
    return [one for one in every(places) if isinstance(one, RunSummary)]


def unreadable(places: Iterable[Path]) -> list[UnreadableRun]:
    """Those of :func:`every` that cannot be read."""
    return [one for one in every(places) if isinstance(one, UnreadableRun)]


def summarise(folder: Path) -> RunSummary | None:
    """One run in a line; None where its journal cannot be read."""
    found = _summary(folder)
    return found if isinstance(found, RunSummary) else None


def _summary(folder: Path) -> RunSummary | UnreadableRun:
    try:
        with Reader(folder) as reader, journal.readable(folder):
            return _read(folder, reader)
    except WizardError as error:
        return UnreadableRun(folder.name, error.summary, error.hint)


def _read(folder: Path, reader: Reader) -> RunSummary:
    plan, state = reader.plan, run_state.fold(reader.events())
    broken_at = reader.broken_at(outputs=False)
    action = run_state.next_action(plan, state)
    step = getattr(action, "step", None) or next(iter(getattr(action, "steps", ())), None)
    done = sum(state.of(s.id).settled for s in plan.steps)
    return RunSummary(
        run=folder.name,
        procedure=plan.procedure,
        title=plan.title,
        target=plan.target,
        started_at=state.started_at,
        done=done,
        total=len(plan.steps),
        at_step=step.title if step else "",
        end=state.finished,
        held=journal.held(folder),
        broken_at=broken_at,
    )
