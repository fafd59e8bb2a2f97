"""What can be told of procedures without a deployment: ids, facts, placeholders, includes, options, evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lync_wizard.core.yaml_document import Mark, Problems, did_you_mean
from lync_wizard.procedures import conditions, evidence_lint, unread_lint
from lync_wizard.procedures.expand import options_of
from lync_wizard.procedures.model import Library, Procedure, Step
from lync_wizard.procedures.options import PlanOption
from lync_wizard.procedures.placeholders import known


def lint(library: Library, problems: Problems, *, checks: Collection[str] = ()) -> None:
    """Every problem of these procedures; ``checks`` are the ids the catalogue of checks knows."""
    seen: dict[str, Mark] = {}
    for procedure in library.values():
        _lint_includes(procedure, library, problems)
        options = {one.name: tuple(one.choices) for one in _options(procedure, library)}
        names = [*conditions.names(), *(f"{one}-{choice}" for one, choices in options.items() for choice in choices)]
        for check in procedure.checks:
            if check not in checks:
                where = procedure.check_marks.get(check, procedure.mark)
                problems.add(where, "checks", f"there is no check {check}", did_you_mean(check, checks))
        judged = {"backup-set"} if procedure.needs_backup else {"backup-set", "backup-files"}
        if checks and (procedure.needs_backup or procedure.takes_backup) and not judged & {*procedure.checks}:
            hint = f"Add {' or '.join(sorted(judged))}: nobody looks otherwise whether its files are what was saved."
            problems.add(procedure.mark, "checks", "a backup set is used and not checked", hint)
        for option in procedure.options:
            for name in [name for name in option.when if name not in names and name.removeprefix("not-") not in names]:
                problems.add(
                    procedure.mark, f"asks.{option.name}", f"there is no fact {name}", did_you_mean(name, names)
                )
        for step in procedure.walk():
            _lint_step(step, names, options, library, checks, problems)
            evidence_lint.lint_comparisons(step, problems)
        unread_lint.lint_deeds(procedure, problems)
        for step in procedure.steps:
            if step.id and not step.include and not procedure.block:
                if step.id in seen:
                    problems.add(step.mark, "id", f"{step.id} is at {seen[step.id]} too", "Choose another id.")
                seen[step.id] = step.mark


def _lint_includes(procedure: Procedure, library: Library, problems: Problems) -> None:
    """A step that leads back to its own procedure, directly or through others, has no end."""
    for step in procedure.walk():
        found, waiting = set[str](), [step.include]
        while waiting:
            name = waiting.pop()
            if name in library and name not in found:
                found.add(name)
                waiting += [inner.include for inner in library[name].walk()]
        if procedure.id in found:
            message = f"{step.include} includes {procedure.id} again"
            if step.include == procedure.id:
                message = "a procedure cannot include itself"
            problems.add(step.mark, "include", message, "Include a block that holds the common steps.")


def _options(procedure: Procedure, library: Library) -> list[PlanOption]:
    """The options that steps may go by; a block may use its includers'."""
    every = library.values() if procedure.block else ()
    return [*options_of(procedure, library), *(one for other in every for one in other.options)]


def _lint_step(
    step: Step, names: list[str], options: Mapping[str, tuple[str, ...]], library: Library, checks: Collection[str],
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
    if step.ways and step.ask not in options:
        problems.add(step.mark, "ways", "are chosen by no ask", f"Name one in `ask`. {did_you_mean(step.ask, options)}")
    for way in step.ways:
        if step.ask in options and way not in options[step.ask]:
            problems.add(
                step.mark, "ways", f"the ask {step.ask} has no choice {way}", did_you_mean(way, options[step.ask])
            )
    for before in step.before:
        check = before.get("check")
        if check is not None and check not in checks:
            problems.add(step.mark, "before", f"there is no check {check}", did_you_mean(str(check), checks))
    if step.repeatable and not step.repeatable_because:
        hint = "Write why that does no harm, as in `repeatable: it only reads`, or take the key away."
        problems.add(step.mark, "repeatable", "has no reason", hint)
    if step.repeatable and any(one.destructive for one in (step, *step.ways.values())):
        hint = "Take `repeatable` away: after an unknown outcome the step's own verification decides, or a person."
        problems.add(step.mark, "repeatable", "is set on a destructive step", hint)
    bound = {step.for_each.bind} if step.for_each else set()
    for use in step.uses:
        if use.name not in bound and not known(use.name):
            hint = "Take one of docs/procedure-format.md, Placeholders, or a value computed by the planner."
            problems.add(use.mark, use.name, f"there is no placeholder <{use.name}>", hint)
