"""What can be told of procedures without a deployment: ids, facts, placeholders, includes, asks and checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lync_wizard.core.yaml_document import Mark, Problems, did_you_mean
from lync_wizard.procedures import conditions
from lync_wizard.procedures.expand import options_of
from lync_wizard.procedures.model import Library, Procedure, Step
from lync_wizard.procedures.options import PlanOption
from lync_wizard.procedures.placeholders import known


def lint(library: Library, problems: Problems, *, checks: Collection[str] = ()) -> None:
    """Every problem of these procedures; ``checks`` are the ids the catalogue of checks knows."""
    seen: dict[str, Mark] = {}
    for procedure in library.values():
        asks = {ask.name: tuple(ask.choices) for ask in _asks(procedure, library)}
        names = [*conditions.names(), *(f"{ask}-{choice}" for ask, choices in asks.items() for choice in choices)]
        for check in procedure.checks:
            if check not in checks:
                problems.add(procedure.mark, "checks", f"there is no check {check}", did_you_mean(check, checks))
        for ask in procedure.asks:
            for name in [name for name in ask.when if name not in names and name.removeprefix("not-") not in names]:
                problems.add(procedure.mark, f"asks.{ask.name}", f"there is no fact {name}", did_you_mean(name, names))
        for step in procedure.walk():
            _lint_step(step, names, asks, library, checks, problems)
        for step in procedure.steps:
            if step.id and not step.include and not procedure.block:
                if step.id in seen:
                    problems.add(step.mark, "id", f"{step.id} stands at {seen[step.id]} too", "Choose another id.")
                seen[step.id] = step.mark


def _asks(procedure: Procedure, library: Library) -> list[PlanOption]:
    """The asks that steps may go by; a block may use its includers'."""
    every = library.values() if procedure.block else ()
    return [*options_of(procedure, library), *(ask for other in every for ask in other.asks)]


def _lint_step(
    step: Step, names: list[str], asks: Mapping[str, tuple[str, ...]], library: Library, checks: Collection[str],
    problems: Problems,
) -> None:  # fmt: skip
    for name in step.when:
        if name not in names and name.removeprefix("not-") not in names:
            problems.add(step.mark, "when", f"there is no fact {name}", did_you_mean(name, names))
    if step.include and step.include not in library:
        problems.add(step.mark, "include", f"there is no procedure {step.include}", did_you_mean(step.include, library))
    for name in step.only if step.include in library else ():
        inner = [one.name for one in library[step.include].steps]
        if name not in inner:
            problems.add(step.mark, "only", f"{step.include} has no step {name}", did_you_mean(name, inner))
    if step.ways and step.ask not in asks:
        problems.add(step.mark, "ways", "are chosen by no ask", f"Name one in `ask`. {did_you_mean(step.ask, asks)}")
    for way in step.ways:
        if step.ask in asks and way not in asks[step.ask]:
            problems.add(
                step.mark, "ways", f"the ask {step.ask} has no choice {way}", did_you_mean(way, asks[step.ask])
            )
    for before in step.before:
        check = before.get("check")
        if check is not None and check not in checks:
            problems.add(step.mark, "before", f"there is no check {check}", did_you_mean(str(check), checks))
    bound = {step.for_each.bind} if step.for_each else set()
    for use in step.uses:
        if use.name not in bound and not known(use.name):
            hint = "Take one of worksheets.md section 5, or a value computed by the planner."
            problems.add(use.mark, use.name, f"there is no placeholder <{use.name}>", hint)
