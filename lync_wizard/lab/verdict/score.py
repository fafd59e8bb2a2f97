"""The score of a drill: the trainee's wrong turns, read from the journals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lync_wizard.core.errors import WizardError
from lync_wizard.plans.model import Plan
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.state import RunEvent

WRONG_TARGET: Final = "the target typed was not"
"""How the runner's note of a wrong target begins."""


@dataclass(frozen=True)
class Score:
    """Wrong turns, each as ``step: what``. ``total`` is their number."""

    procedures: tuple[str, ...] = ()
    refused_actions: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    wrong_targets: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(len(turns) for turns in self._kinds().values())

    def _kinds(self) -> dict[str, tuple[str, ...]]:
        return {
            "other_procedures": self.procedures,
            "refused_deeds": self.refused_actions,
            "failed_steps": self.failed,
            "skipped_steps": self.skipped,
            "wrong_targets": self.wrong_targets,
        }

    def to_data(self) -> dict[str, Any]:
        return {"wrong_turns": self.total, **{name: list(turns) for name, turns in self._kinds().items()}}

    def lines(self) -> list[str]:
        """For people: the number, then each wrong turn."""
        named = {name.replace("_", " "): turns for name, turns in self._kinds().items()}
        said = [f"  {name[:-1]}: {turn}" for name, turns in named.items() for turn in turns]
        return [f"wrong turns: {self.total or 'none'}", *said]


@dataclass
class _Turns:
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    wrong_targets: list[str] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)

    def add(self, event: RunEvent) -> None:
        data, step = event.data, event.step or ""
        match event.type:
            case "step_started":
                self.ended.pop(step, None)
            case "step_finished":
                self.ended[step] = str(data.get("outcome", ""))
                if data.get("outcome") == "failed":
                    self.failed.append(f"{step}: {data.get('why') or 'without a reason given'}")
            case "step_verified" if data.get("result") == "no" and self.ended.get(step) == "ok":
                self.failed.append(f"{step}: not verified, {data.get('evidence', '')}")
            case "step_skipped":
                self.skipped.append(f"{step}: {data.get('reason', '')}")
            case "step_confirmed" if data.get("wrong_targets"):
                self.wrong_targets += [f"{step}: {one}" for one in data["wrong_targets"]]
            case "note" if str(data.get("text", "")).startswith(WRONG_TARGET):
                self.wrong_targets.append(f"{step}: {data['text']}")


def of(runs: Iterable[tuple[Plan, Sequence[RunEvent]]], right: str, refused: Sequence[str] = ()) -> Score:
    """The score of these runs, in their order; ``right`` is the procedure that restores what is lost.

    A step that a person reconciled is no wrong turn: nobody chose that its connection was lost.
    """
    turns = _Turns()
    others = []
    for plan, events in runs:
        if plan.procedure != right:
            others.append(f"{plan.procedure} {plan.target}")
        for event in events:
            turns.add(event)
    return Score(tuple(others), tuple(refused), tuple(turns.failed), tuple(turns.skipped), tuple(turns.wrong_targets))


def read(folders: Iterable[Path], right: str, refused: Sequence[str] = ()) -> Score:
    """The score of the runs in these folders; a journal that cannot be read is left out."""
    found: list[tuple[Plan, list[RunEvent]]] = []
    for folder in folders:
        try:
            with Reader(folder) as reader:
                found.append((reader.plan, reader.events()))
        except WizardError:
            continue
    return of(found, right, refused)
