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
    """A run as a line of a list; ``end`` is empty while it is unfinished, ``held`` while somebody carries it out."""

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


def runs(places: Iterable[Path]) -> list[RunSummary]:
    """Every run in these folders of runs that can be read, in the order of the places, newest first in each."""
    return [summary for place in places for folder in journal.runs(place) if (summary := summarise(folder))]


def summarise(folder: Path) -> RunSummary | None:
    """One run in a line; None where its journal cannot be read."""
    try:
        with Reader(folder) as reader:
            plan, state = reader.plan, run_state.fold(reader.events())
    except WizardError:
        return None
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
    )
