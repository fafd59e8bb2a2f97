"""Which questions of a procedure are decided before its plan is made: those that matter where it is aimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lync_wizard.backup import BackupSet
from lync_wizard.deployment import Deployment
from lync_wizard.procedures import ForEach, Library, Procedure, conditions, options_of, targets
from lync_wizard.procedures.conditions import Situation
from lync_wizard.procedures.expand import Chooser, Place, PlacedStep, Round, walk
from lync_wizard.procedures.options import PlanOption

_OF_SETS: Final = "backup-has-"
"""Facts about a backup set begin so; they keep no question back while no set is chosen."""


def open_options(
    procedure: Procedure,
    library: Library,
    deployment: Deployment,
    target: str,
    answers: Mapping[str, str],
    backup_set: BackupSet | None = None,
) -> list[PlanOption]:
    """The questions that matter for the target after these answers, in order; every one for a target unknown.

    A question matters where its own facts hold and where a step of the procedure that asks it is carried out.
    """
    every = options_of(procedure, library)
    pool = targets.pool_for(deployment, target)
    if pool is None:
        return every
    said = {option.name: option.default for option in every} | dict(answers)
    situation = Situation(deployment, pool, target, backup_set, said)
    chooser = _TargetChooser({option.name: tuple(option.choices) for option in every})
    carried_out = {
        heading.includes
        for found in walk(procedure, library, chooser, situation)
        if isinstance(found, PlacedStep)
        for heading in found.place.path
        if heading.includes
    }
    asking = {option.name for one in (procedure, *(library[name] for name in carried_out)) for option in one.options}
    return [option for option in every if option.name in asking and not chooser.unmet(option.when, situation)]


@dataclass(frozen=True)
class _TargetChooser(Chooser[Situation | None]):
    """Goes where the facts of the target lead; within a list there are none before there is a plan."""

    options: Mapping[str, tuple[str, ...]]

    def unmet(self, when: Sequence[str], scope: Situation | None) -> str:
        return "" if scope is None else ", ".join(name for name in when if not self._may_hold(name, scope))

    def rounds(self, each: ForEach, place: Place[Situation | None]) -> Sequence[Round[Situation | None]]:  # noqa: ARG002
        return [Round("", None)]

    def _may_hold(self, name: str, situation: Situation) -> bool:
        of_no_set = situation.backup_set is None and name.removeprefix("not-").startswith(_OF_SETS)
        return of_no_set or conditions.holds(name, situation, self.options)
