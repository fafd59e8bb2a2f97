"""What a plan says that follows from something else in it, or from what it was made of; every difference in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from lync_wizard.core import mapping
from lync_wizard.core.errors import InputError
from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import Command
from lync_wizard.plans import identified, model, reach
from lync_wizard.plans.model import Plan, PlannedStep

LEARNED: Final = frozenset({"expected_seconds", "expected_from"})
"""What comes from earlier runs, differs from day to day, and changes nothing that is done."""
_OWN: Final = frozenset({"made_at", "steps", "values", "reached", "identified"})
_MOST: Final = 160


def text_of(command: Command | None, title: str) -> str:
    """What is shown of a step: its command as it is sent; the title of a decision."""
    return powershell.text_of(command) if command else title


def load(path: Path) -> Plan:
    """The plan of a file. Raises :class:`InputError` as :func:`model.load`, and for one that contradicts itself."""
    plan = model.load(path)
    if not plan.of_today:
        raise InputError(f"the plan has format {plan.format}, of an earlier version", "Create a new plan.")
    if found := [*contradictions(plan)]:
        raise InputError("the plan contradicts itself", "Create a new plan; a plan is never edited.", "\n".join(found))
    return plan


def contradictions(plan: Plan) -> Iterator[str]:
    """Where a plan contradicts itself: repeated steps, a text that is not the command, harm that nobody confirms."""
    seen: set[str] = set()
    typed: set[tuple[str, str, str]] = set()
    for step in plan.steps:
        if step.id in seen:
            yield f"step {step.id} is in the plan twice"
        seen.add(step.id)
        yield from _own(step, again=_harm(step) in typed)
        typed |= {_harm(step)} if step.confirm == "type" and "@" in step.id else set()


def typed_before(step: PlannedStep, earlier: Sequence[PlannedStep]) -> bool:
    """Whether the same name was typed for an earlier item of the same list, on the same host."""
    return any(one.confirm == "type" and "@" in one.id and _harm(one) == _harm(step) for one in earlier)


def _harm(step: PlannedStep) -> tuple[str, str, str]:
    """Of which list an item is, what it harms, and on which host; typed once for all of them."""
    return step.id.rpartition("@")[0], step.confirm_text, step.host


def _own(step: PlannedStep, *, again: bool) -> Iterator[str]:
    """``again``: the same name was typed for an earlier item of the same list."""
    derived: dict[str, Any] = {"text": text_of(step.command, step.title)}
    if step.destructive and not (step.confirm == "yes" and again):
        derived["confirm"] = "type"
    for name, found in derived.items():
        if getattr(step, name) != found:
            yield _line(step.id, name, getattr(step, name), found)
    if step.confirm == "type" and not step.confirm_text:
        yield f"step {step.id}, confirm_text: is empty, and has to be typed"


def differences(plan: Plan, made: Plan) -> Iterator[str]:
    """Where a plan is not the one that was made now from what it says it was made of.

    When it was made, and how long steps usually take, may differ.
    """
    said, found = (_plain(one) for one in (plan, made))
    for name in said:
        if name not in _OWN and mapping.to_json(said[name]) != mapping.to_json(found[name]):
            yield f"{name}: the plan says {_short(said[name])}, it follows {_short(found[name])}"
    for name in sorted({*plan.values, *made.values}):
        one, other = (_short(values.get(name)) for values in (plan.values, made.values))
        if one != other:
            yield f"the value <{name}>: the plan says {one}, it follows {other}"
    yield from reach.changed(plan.reached, made.reached, made.environment_kind)
    yield from identified.differences(plan.identified, made.identified)
    yield from _steps(plan, made)


def _steps(plan: Plan, made: Plan) -> Iterator[str]:
    said, found = ({step.id: step for step in one.steps} for one in (plan, made))
    yield from (f"step {name} is missing" for name in found if name not in said)
    yield from (f"step {name} does not belong to the plan" for name in said if name not in found)
    order = {name: number for number, name in enumerate(found)}
    for one, other in pairwise(name for name in said if name in order):
        if order[one] > order[other]:
            yield f"step {other} comes after {one}, and belongs before it"
    for name, step in said.items():
        if name in found:
            yield from _fields(step, found[name])


def _fields(step: PlannedStep, made: PlannedStep) -> Iterator[str]:
    said, found = (mapping.to_data(replace(one, expected_seconds=0.0, expected_from="")) for one in (step, made))
    for name in {**found, **said}:
        one, other = said.get(name), found.get(name)
        if mapping.to_json(one) != mapping.to_json(other):
            yield _line(step.id, name, one, other)
        elif _order(one) != _order(other):
            yield f"step {step.id}, {name}: its parameters are in another order"


def _order(data: Any) -> Any:
    """The data with their mappings as lists, so that the order of parameters counts."""
    match data:
        case Mapping():
            return [(name, _order(one)) for name, one in data.items()]
        case list():
            return [_order(one) for one in data]
    return data


def _plain(plan: Plan) -> dict[str, Any]:
    return mapping.to_data(replace(plan, steps=(), values={}))


def _line(step: str, name: str, said: Any, found: Any) -> str:
    return f"step {step}, {name}: the plan says {_short(said)}, it follows {_short(found)}"


def _short(value: Any) -> str:
    text = mapping.to_json(value)
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
