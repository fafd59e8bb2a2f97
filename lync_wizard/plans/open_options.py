"""Which questions of a procedure are decided before its plan is made: those that matter where it is aimed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lync_wizard.backup import BackupSet
from lync_wizard.deployment import Deployment
from lync_wizard.procedures import Library, Procedure, conditions, options_of, targets
from lync_wizard.procedures.conditions import Situation
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

    A question matters where its own facts hold and where the procedure that asks it is carried out at all.
    """
    every = options_of(procedure, library)
    pool = targets.pool_for(deployment, target)
    if pool is None:
        return every
    said = {ask.name: ask.default for ask in every} | dict(answers)
    situation = Situation(deployment, pool, target, backup_set, said)
    known = {ask.name: tuple(ask.choices) for ask in every}

    def holds(name: str) -> bool:
        chosen = backup_set is not None or not name.removeprefix("not-").startswith(_OF_SETS)
        return not chosen or conditions.holds(name, situation, known)

    def carried_out(one: Procedure) -> Iterator[Procedure]:
        yield one
        for step in one.steps:
            # The facts of a step that is done for many are those of each, not of the target.
            if step.include in library and (step.for_each or all(map(holds, step.when))):
                yield from carried_out(library[step.include])

    asking = {ask.name for one in carried_out(procedure) for ask in one.asks}
    return [ask for ask in every if ask.name in asking and all(map(holds, ask.when))]
