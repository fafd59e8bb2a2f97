"""A plan held against its procedures as written: what follows from them whatever worksheets and backup set say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lync_wizard.hosts.command import SimulatedAction, to_data
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures import Library, Step
from lync_wizard.procedures.expand import expanded, merged
from lync_wizard.procedures.expectations import verification_from
from lync_wizard.procedures.placeholders import PLACEHOLDER

_OF_A_FILE: Final = frozenset({"sha256", "bytes"})
"""What a copy of one file of a backup set says beyond its procedure."""


def deviations(plan: Plan, library: Library) -> Iterator[str]:
    """Where a step is not one of the plan's procedure, or says otherwise what no value can change."""
    written: dict[str, list[Step]] = {}
    for placed in expanded(library[plan.procedure], library):
        ways = [merged(placed.step, way) for way in placed.step.ways.values()]
        written.setdefault(placed.command, []).extend(ways or [placed.step])
    for step in plan.steps:
        found = [next(_unlike(step, one), "") for one in written.get(step.id.partition("@")[0], ())]
        if not found:
            yield f"step {step.id} is none of {plan.procedure}"
        elif all(found):
            yield f"step {step.id}, {found[0]} not as {plan.procedure} has it"


def _unlike(step: PlannedStep, written: Step) -> Iterator[str]:
    """The fields that cannot come from this step of a procedure."""
    by_hand = written.run is None or isinstance(written.run, SimulatedAction)
    confirm = "type" if written.destructive else written.confirm or ("none" if by_hand else "yes")
    allowed = {confirm, "yes"} if written.confirm == "once" else {confirm}
    fits = {
        "kind": step.kind == written.kind,
        "destructive": bool(step.destructive) == bool(written.destructive),
        "confirm": step.confirm in allowed,
        "repeatable": step.repeatable == written.repeatable,
        "command": _fits(_data(written.run), _data(step.command)),
        "verify": _fits(_asked(written), to_data(step.verify.command) if step.verify else None),
        "choices": step.choices == written.choices,
    }
    yield from (f"{name} is" for name, fit in fits.items() if not fit)


def _data(command: Any) -> Any:
    return to_data(command) if command is not None else None


def _asked(written: Step) -> Any:
    if written.verify is None:
        return None
    return to_data(verification_from({"host": "", "as": "", **written.verify}).command)


def _fits(template: Any, filled: Any) -> bool:
    """Whether data can be what a template becomes when its placeholders are filled in."""
    match template:
        case str() if PLACEHOLDER.fullmatch(template):
            return isinstance(filled, str | int | float | list)
        case str():
            parts = (re.escape(part) for part in re.split(PLACEHOLDER.pattern.replace("(", "(?:", 1), template))
            return isinstance(filled, str) and re.fullmatch(".*".join(parts), filled, re.DOTALL) is not None
        case {"optional": str(placeholder)}:
            return _fits(placeholder, filled)
        case Mapping():
            if not isinstance(filled, Mapping):
                return False
            optional = {name for name, one in template.items() if isinstance(one, Mapping) and "optional" in one}
            if (filled.keys() - template.keys()) - _OF_A_FILE or (
                template.keys() - filled.keys()
            ) - _OF_A_FILE - optional:
                return False
            return all(_fits(template[name], filled[name]) for name in template.keys() & filled.keys())
        case list():
            if not isinstance(filled, list) or len(filled) != len(template):
                return False
            return all(map(_fits, template, filled))
    return type(template) is type(filled) and bool(template == filled)
