"""Whether the verification of a step can tell a done step from an undone one, and whether its ok proves anything.

Asked for by `procedures lint` alone: a procedure with such a step can still be planned and run. What is found is a
problem unless the step gives its reason in ``evidence``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lync_wizard.backup import contents
from lync_wizard.core.yaml_document import Mark, Problems
from lync_wizard.hosts import statements
from lync_wizard.hosts.command import Command, Pipeline, SimulatedAction, Statement, from_data
from lync_wizard.procedures import answers
from lync_wizard.procedures.expand import merged
from lync_wizard.procedures.expectations import COMPARISONS, QUANTIFIERS, RELATIVE, predicates_from, properties
from lync_wizard.procedures.model import Procedure, Step

_RESTORE: Final = "restore-database"
_EVIDENCE: Final = "Or give the reason why there is none, in `evidence`."
_COMPARE: Final = "Compare with the backup set (<BackupSet:…>), with a value read, or with before (changed)."
_READS: Final = re.compile(r"(Get|Test|Measure|Select|Where)-")
_FILES: Final = re.compile(r"(Export|Import)-Cs", re.IGNORECASE)
_STATES: Final = {"state_desc", "user_access_desc", "state", "useraccess"}
_SIZES: Final = {"length", "count"}


def lint(procedure: Procedure, problems: Problems) -> None:
    """Every step of a procedure whose verification or ok is worth nothing."""
    for step, commands in (found for one in procedure.steps for found in _whole(one)):
        _lint_step(step, commands, problems)


def guesses(procedure: Procedure) -> list[str]:
    """What the predicates of a procedure rest on that nobody has seen and nothing documents: step, property, cmdlet."""
    found: list[str] = []
    for step, command, data in _questions(procedure):
        names = properties(predicates_from(data))
        found += [f"{step.title}: {guess}" for guess in answers.guessed(command, names)]
        found += [f"{step.title}: what {one} reads of the export" for one in sorted(contents.GUESSED & _wanted(data))]
    return list(dict.fromkeys(found))


def rested_on(procedure: Procedure) -> list[str]:
    """The properties of answers that a procedure compares, reads or chooses by."""
    found: list[str] = []
    for _, command, data in _questions(procedure):
        found += [*properties(predicates_from(data)), *(name for _, name in answers.chosen_by(command))]
    return list(dict.fromkeys(found))


def _questions(procedure: Procedure) -> Iterator[tuple[Step, Command, Mapping[str, Any]]]:
    """Everything that is asked or sent, with the predicates on its answer; what is read before a step counts as one."""
    for step, commands in (one for each in procedure.steps for one in _whole(each)):
        for one in (step.verify, *step.before):
            if one and "run" in one:
                yield step, from_data(one["run"]), one
        for command in commands:
            yield step, command, step.expect
        for one in step.reads.values():
            yield step, from_data(one["run"]), {"any": {one["select"]: {"not": ""}}}


def _wanted(data: Mapping[str, Any]) -> set[str]:
    """The texts that the predicates of a question compare with."""
    tests = (test for quantifier in QUANTIFIERS for _, test in _tests(data, quantifier))
    return {wanted for test in tests for wanted in test.values() if isinstance(wanted, str)}


def lint_comparisons(step: Step, problems: Problems) -> None:
    """Comparisons with before where nothing is asked before: they could never hold."""
    for before in step.before:
        _relative_elsewhere(before, step.mark, "before", problems)
    _relative_elsewhere(step.expect, step.mark, "expect", problems)
    by_hand = isinstance(step.run, SimulatedAction) or any(
        isinstance(w.run, SimulatedAction) for w in step.ways.values()
    )
    if by_hand and step.verify and _names(step.verify, RELATIVE):
        problems.add(step.mark, "verify", "compares with before, but a person carries the step out",
                     "Only what the wizard sends is looked at before; compare with a fixed value.")  # fmt: skip


def _whole(step: Step) -> Iterator[tuple[Step, tuple[Command, ...]]]:
    """Every step or part with the commands of its ways, or its own; a way that is judged by itself stands alone."""
    own = [way for way in step.ways.values() if way.verify or way.expect]
    commands = tuple(way.run for way in step.ways.values() if way.run and way not in own) or (
        (step.run,) if step.run else ()
    )
    yield step, commands
    for way in own:
        yield merged(step, way), (way.run,) if way.run else ()
    for part in (*step.parts, *(one for way in step.ways.values() for one in way.parts)):
        yield from _whole(part)


def _lint_step(step: Step, commands: tuple[Command, ...], problems: Problems) -> None:
    sent = [command for command in commands if not isinstance(command, SimulatedAction)]
    if step.evidence:
        return
    if any(isinstance(command, Statement) and command.name == _RESTORE for command in sent):
        if not _of_this_restore(step.verify):
            problems.add(
                step.mark, "verify", "does not distinguish this restore from an earlier state of the database",
                "Ask restore-state: RestoreId higher_than_before, BackupSetGuid in those of the file. " + _EVIDENCE,
            )  # fmt: skip
    elif step.verify and commands and not all(map(_only_reads, commands)) and _only_existence(step.verify):
        problems.add(
            step.mark, "verify", "cannot distinguish done from undone: it only shows that something exists",
            f"{_COMPARE} {_EVIDENCE}",
        )  # fmt: skip
    if step.destructive and sent and not step.verify and not any(step.expect.get(one) for one in QUANTIFIERS):
        problems.add(
            step.mark, "destructive", "nothing shows whether it was done",
            "Add a `verify`, or say in `evidence` what to look at.",
        )  # fmt: skip
    for command in sent:
        if why := _worthless(step, command):
            problems.add(step.mark, "run", f"proves nothing by ending well: {why}", f"Add a `verify`. {_EVIDENCE}")


def _worthless(step: Step, command: Command) -> str:
    """Why the ok of a command says nothing of what it did; empty where it does."""
    match command:
        case Pipeline(cmdlets):
            name = next((cmdlet.name for cmdlet in cmdlets if _FILES.match(cmdlet.name)), "")
            if name.lower().startswith("export") and not step.deliver and not _read_back(step.verify):
                return f"{name} writes a file whose content nobody reads"
            if name and not step.verify and not step.deliver:
                return f"{name} may have taken nothing in"
        case Statement(name, _):
            entry = statements.CATALOGUE.get(name)
            if entry and entry.changes and not step.verify and not statements.judged(name):
                return f"nothing that {name} is answered says that it was carried out"
    return ""


def _read_back(verify: Mapping[str, Any] | None) -> bool:
    """Whether a verification reads what was written, so that its predicates are about the content."""
    asked = verify["run"].get("pipeline", ()) if verify else ()
    return any(str(one.get("name", "")).lower().startswith("import-") for one in asked)


def _only_reads(command: Command) -> bool:
    match command:
        case Pipeline(cmdlets):
            return all(_READS.match(cmdlet.name) for cmdlet in cmdlets)
        case Statement(name, _):
            entry = statements.CATALOGUE.get(name)
            return entry is not None and not entry.changes
    return False


def _of_this_restore(verify: Mapping[str, Any] | None) -> bool:
    wanted = dict(verify.get("all", {})) if verify and verify["run"].get("statement") == "restore-state" else {}
    return "higher_than_before" in wanted.get("RestoreId", {}) and bool(
        set(wanted.get("BackupSetGuid", {})) & {"in", "equals"}
    )


def _only_existence(verify: Mapping[str, Any]) -> bool:
    """Whether every predicate holds as soon as something is there: a number of objects, a size, a path, a state."""
    tests = [
        (name.lower(), comparison, wanted)
        for quantifier in QUANTIFIERS
        for name, comparisons in _tests(verify, quantifier)
        for comparison, wanted in comparisons.items()
    ]
    return bool(tests) and all(_weak(*test, run=verify.get("run", {})) for test in tests)


def _tests(verify: Mapping[str, Any], quantifier: str) -> list[tuple[str, Mapping[str, Any]]]:
    body = verify.get(quantifier, {})
    return [("count", body)] if quantifier == "count" and body else list(body.items())


def _weak(name: str, comparison: str, wanted: Any, *, run: Mapping[str, Any]) -> bool:
    if isinstance(wanted, str) and "<" in wanted:
        return False
    if name in _SIZES:
        return comparison in {"at_least", "not"} or (name == "count" and wanted == 1)
    if name == "value" and wanted is True:
        return any(cmdlet.get("name", "").lower() == "test-path" for cmdlet in run.get("pipeline", ()))
    return name in _STATES and run.get("statement") in {"database-state", "databases", "restore-state"}


def _relative_elsewhere(data: Mapping[str, Any], mark: Mark, key: str, problems: Problems) -> None:
    for name in _names(data, RELATIVE):
        problems.add(mark, key, f"{name} compares with the question before the step, which only a `verify` has",
                     f"Use one of {', '.join(c for c in COMPARISONS if c not in RELATIVE)}.")  # fmt: skip


def _names(data: Mapping[str, Any], wanted: frozenset[str]) -> list[str]:
    """The comparisons of ``wanted`` that the predicates use."""
    return [
        comparison
        for quantifier in QUANTIFIERS
        for _, comparisons in _tests(data, quantifier)
        for comparison in comparisons
        if comparison in wanted
    ]
