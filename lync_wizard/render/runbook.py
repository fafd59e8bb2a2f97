"""A procedure or a plan as a person works through it: steps flat and in order, with all there is to say on each."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from lync_wizard.core.errors import InputError
from lync_wizard.hosts import powershell, statements
from lync_wizard.hosts.command import (
    Command,
    Compare,
    Copy,
    Identify,
    Pipeline,
    Program,
    SimulatedAction,
    Statement,
    from_data,
)
from lync_wizard.plans import remarks
from lync_wizard.plans.model import Plan, PlannedStep, Precondition
from lync_wizard.procedures import ForEach, Library, Procedure, Step, conditions, options_of
from lync_wizard.procedures.expand import PlacedStep, expanded, merged
from lync_wizard.procedures.expectations import RELATIVE, Predicate, Test, predicates_from
from lync_wizard.procedures.options import PlanOption
from lync_wizard.procedures.placeholders import PLACEHOLDER

_COMPARED: Final = {
    "equals": "is", "not": "is not", "in": "is one of", "contains": "contains", "mentions": "names",
    "at_least": "is at least", "at_most": "is at most", "matches_fqdn": "is the host", "changed": "is another than",
    "higher_than_before": "is above",
}  # fmt: skip

_BEFORE: Final = "what it was just before this step"


@dataclass(frozen=True)
class Inspection:
    """Something to look at that changes nothing: a read-only command on a host, and what it must show, in words.

    ``command`` None is a check of the wizard's own catalogue, which a person judges by its title. ``by_property``: the
    answer is judged by properties of its objects.
    """

    title: str
    command: Command | None
    host: str
    account: str
    wanted: str = ""
    by_property: bool = False


@dataclass(frozen=True)
class ValueRead:
    """A value known only when its step is reached; ``<Read:NAME>`` stands for it in commands."""

    name: str
    command: Command
    host: str
    select: str


@dataclass(frozen=True)
class RunbookStep:
    """One step: what to do, where, as whom, what it harms, how to see that it worked.

    ``only`` are conditions in words, empty in a plan. ``harms`` is the name a person types before a destructive step.
    ``by_property``: ``expected`` speaks of properties of objects. ``ok_exit`` are the exit codes that are no failure,
    where it runs a program. ``delivers`` is the file of the new backup set that the answer becomes, in the form
    ``delivers_as`` (:mod:`lync_wizard.procedures.capture`).
    """

    id: str
    group: str
    title: str
    host: str
    account: str
    kind: str
    command: Command | None
    only: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    destructive: str = ""
    harms: str = ""
    before: tuple[Inspection, ...] = ()
    readings: tuple[ValueRead, ...] = ()
    expected: str = ""
    by_property: bool = False
    tolerates: tuple[str, ...] = ()
    ok_exit: tuple[int, int] = (0, 0)
    delivers: str = ""
    delivers_as: str = "bytes"
    verify: Inspection | None = None
    undo: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def by_hand(self) -> bool:
        return self.command is None or isinstance(self.command, SimulatedAction)


@dataclass(frozen=True)
class Runbook:
    """What a person holds in hand. ``hash`` is empty and ``asks`` are open for a procedure without a plan."""

    id: str
    title: str
    source: str
    summary: str
    target: str
    deployment: str
    backup_set: str
    made_at: datetime | None
    hash: str
    items: tuple[RunbookStep, ...]
    asks: tuple[PlanOption, ...] = ()
    omitted: tuple[tuple[str, str], ...] = ()
    afterwards: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @functools.cached_property
    def placeholders(self) -> tuple[str, ...]:
        """Names (without angle brackets) still to be filled in, in the order of their use; ``Read:`` ones not."""
        found: dict[str, None] = {}
        for item in self.items:
            texts = [item.host, item.harms, item.delivers, *(q.host for q in (*item.before, item.verify) if q)]
            commands = [item.command, *(q.command for q in (*item.before, item.verify) if q)]
            commands += [reading.command for reading in item.readings]
            texts += [text for command in commands if command for text in _texts(command)]
            found |= {name: None for text in texts for name in PLACEHOLDER.findall(text)}
        return tuple(name for name in found if not name.startswith("Read:"))


def _texts(command: Command) -> Iterator[str]:
    match command:
        case SimulatedAction() | Identify():
            return
        case Statement(_, parameters):
            yield from (text for _, item in parameters for text in _strings(item))
        case Pipeline(cmdlets):
            yield from (text for one in cmdlets for _, item in one.parameters for text in _strings(item))
        case Copy(source, target, exclude):
            yield from (source, target, *exclude)
        case Compare(export, file):
            yield from (file, *(text for _, item in export.parameters for text in _strings(item)))
        case _:
            yield from command.args


def _strings(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, tuple):
        for one in item:
            yield from _strings(one)
    elif hasattr(item, "path"):
        yield item.path


def wanted(predicates: Sequence[Predicate]) -> str:
    """Predicates in words: ``every object: Status is Running``."""
    return "; ".join(_in_words(predicate) for predicate in predicates)


def _by_property(predicates: Sequence[Predicate]) -> bool:
    return any(
        test.property != "value"
        for predicate in predicates
        if predicate.quantifier != "count"
        for test in predicate.tests
    )


def _in_words(predicate: Predicate) -> str:
    tests = [(_name(test.property), _COMPARED[test.comparison], _value(test)) for test in predicate.tests]
    if predicate.quantifier == "count":
        return "the number of objects " + " and ".join(f"{how} {what}" for _, how, what in tests)
    who = {
        "all": "every object", "any": "at least one object", "none": "no object", "each": "for each of them one object",
    }[predicate.quantifier]  # fmt: skip
    return f"{who}: " + " and ".join(f"{name} {how} {what}" for name, how, what in tests)


def _value(test: Test) -> str:
    if test.comparison in RELATIVE:
        return _BEFORE
    return ", ".join(map(str, test.wanted)) if isinstance(test.wanted, tuple) else _plain(test.wanted)


def _plain(value: Any) -> str:
    return {True: "True", False: "False"}[value] if isinstance(value, bool) else str(value) or "empty"


def _name(name: str) -> str:
    return "the value" if name == "value" else name


def shown(command: Command) -> list[str]:
    """A command as it is typed, one element a command line; T-SQL may have several lines."""
    match command:
        case Copy():
            return [powershell.text_of(one) for one in powershell.copying(command)]
        case Statement():
            try:
                return statements.show(command).splitlines()
            except InputError:
                return [powershell.text_of(command)]
    return [powershell.text_of(command)]


def of(what: Procedure | Plan, library: Library | None = None) -> Runbook:
    """The runbook of either; ``library`` holds what a procedure includes."""
    return of_plan(what) if isinstance(what, Plan) else of_procedure(what, library or {})


def of_plan(plan: Plan) -> Runbook:
    """A plan's runbook: every value is filled in, what does not apply is listed with its reason."""
    return Runbook(
        id=plan.procedure,
        title=plan.title,
        source=plan.source,
        summary="",
        target=plan.target,
        deployment=plan.deployment,
        backup_set=plan.backup_set or "",
        made_at=plan.made_at,
        hash=plan.hash,
        items=tuple(_planned(step, str(plan.values.get("BackupSet", _SET))) for step in plan.steps),
        omitted=tuple((one.title, one.why) for one in plan.omitted),
        afterwards=plan.afterwards,
        remarks=(*remarks.own(plan), *remarks.weak(plan)),
    )


_SET: Final = "<BackupSet>"


def _delivered(folder: str, path: str) -> str:
    """A file of the set as a Windows path; ``path`` as the procedure writes it."""
    return folder.rstrip("\\") + "\\" + path.replace("/", "\\") if path else ""


def _planned(step: PlannedStep, folder: str) -> RunbookStep:
    return RunbookStep(
        id=step.id,
        group=step.group_title,
        title=step.title,
        host=step.host,
        account=step.account,
        kind=step.kind,
        command=step.command,
        choices=step.choices,
        destructive=step.destructive or "",
        harms=step.confirm_text,
        before=tuple(_precondition(one, step) for one in step.before),
        readings=tuple(ValueRead(f"Read:{n}", r.command, r.host, r.select) for n, r in step.reads.items()),
        expected=wanted(step.expect.objects),
        by_property=_by_property(step.expect.objects),
        tolerates=step.expect.tolerates,
        ok_exit=_ok_exit(step.command, step.expect.exit),
        delivers=_delivered(folder, step.deliver.path) if step.deliver else "",
        delivers_as=step.deliver.form if step.deliver else "bytes",
        verify=_verification(step),
        undo=step.undo,
        notes=_notes(step),
        seconds=step.expected_seconds,
    )


def _notes(step: Step | PlannedStep) -> tuple[str, ...]:
    """Notes, and what to look at where no question tells whether the step was done."""
    return (*step.notes, *([step.evidence] if step.evidence and not step.verify else []))


def _precondition(one: Precondition, step: PlannedStep) -> Inspection:
    asked = one.question
    if asked is None:
        return Inspection(one.title, None, step.host, step.account)
    words = wanted(asked.predicates)
    return Inspection(one.title, asked.command, asked.host, asked.account, words, _by_property(asked.predicates))


def _verification(step: PlannedStep) -> Inspection | None:
    asked = step.verify
    if asked is None:
        return None
    words = _with_patience(asked.command, asked.predicates, asked.within)
    return Inspection("", asked.command, asked.host, asked.account, words, _by_property(asked.predicates))


def _ok_exit(command: Command | None, declared: tuple[int, int] | None) -> tuple[int, int]:
    if isinstance(command, Copy) and not isinstance(powershell.copying(command)[0], Program):
        return 0, 0
    if declared:
        return declared
    if isinstance(command, Copy):
        return 0, 7
    return getattr(command, "ok_exit", (0, 0))


def _with_patience(command: Command, predicates: Sequence[Predicate], within: float) -> str:
    if isinstance(command, Compare):
        return "in the new export all that the imported one holds"
    patience = f" (within {within / 60:.0f} min)" if within >= 60 else f" (within {within:.0f} s)" if within else ""
    return wanted(predicates) + patience


def of_procedure(procedure: Procedure, library: Library) -> Runbook:
    """A procedure's runbook: includes and ways resolved into steps with their conditions, values still placeholders."""
    asks = {ask.name: ask for ask in options_of(procedure, library)}
    words = _Words(asks)
    return Runbook(
        id=procedure.id,
        title=procedure.title,
        source=procedure.source,
        summary=procedure.summary,
        target="",
        deployment="",
        backup_set="",
        made_at=None,
        hash="",
        items=tuple(item for placed in expanded(procedure, library) for item in words.items(placed)),
        asks=tuple(asks.values()),
        afterwards=procedure.afterwards,
    )


@dataclass(frozen=True)
class _Words:
    """Placed steps as a person reads them."""

    asks: Mapping[str, PlanOption]

    def items(self, placed: PlacedStep[str]) -> Iterator[RunbookStep]:
        """One for every way of doing it."""
        step, place, heading = replace(placed.step, id=placed.id), placed.place, placed.heading.title
        only = (*map(self._condition, place.when), *map(_round, place.rounds))
        if not step.ways:
            yield self._item(step, only, heading)
        for name, way in step.ways.items():
            yield self._item(merged(step, way), (*only, self._condition(f"{step.ask}-{name}")), heading)

    def _item(self, step: Step, only: tuple[str, ...], group: str) -> RunbookStep:
        host = step.host
        if step.for_each:
            only = (*only, _round(step.for_each))
        declared = step.expect.get("exit")
        return RunbookStep(
            id=step.id,
            group=group,
            title=step.title,
            host=host,
            account=step.account,
            kind=step.kind,
            command=step.run,
            only=only,
            choices=step.choices,
            destructive=step.destructive or "",
            harms=(step.harms or host) if step.destructive else "",
            before=tuple(_asked(one, host, step.account) for one in step.before),
            readings=tuple(
                ValueRead(f"Read:{name}", from_data(read["run"]), str(read.get("host", host)), read["select"])
                for name, read in step.reads.items()
            ),
            expected=wanted(predicates_from(step.expect)),
            by_property=_by_property(predicates_from(step.expect)),
            tolerates=tuple(step.expect.get("tolerates", ())),
            ok_exit=_ok_exit(step.run, (int(declared[0]), int(declared[1])) if declared else None),
            delivers=_delivered(_SET, str(step.deliver.get("to", ""))),
            delivers_as=str(step.deliver.get("as", "bytes")),
            verify=_asked(step.verify, host, step.account) if step.verify else None,
            undo=step.undo,
            notes=_notes(step),
            seconds=step.expected_seconds,
        )

    def _condition(self, name: str) -> str:
        """A fact of ``when`` in words."""
        for ask in self.asks.values():
            for choice, meaning in ask.choices.items():
                if name == f"{ask.name}-{choice}":
                    return f"{ask.question} {meaning}"
        plain = name.removeprefix("not-")
        meaning = next((fact.meaning for fact in conditions.FACTS if fact.name == plain), plain.replace("-", " "))
        return meaning if plain == name else f"not: {meaning}"


def _round(each: ForEach) -> str:
    return f"for each <{each.bind}> of {each.over.replace('-', ' ')}"


def _asked(data: Mapping[str, Any], host: str, account: str) -> Inspection:
    if "run" not in data:
        return Inspection(str(data.get("title") or data["check"]).replace("-", " "), None, host, account)
    predicates, command = predicates_from(data), from_data(data["run"])
    return Inspection(
        title=str(data.get("title", "")),
        command=command,
        host=str(data.get("host", host)),
        account=str(data.get("as", account)),
        wanted=_with_patience(command, predicates, float(data.get("within", 0))),
        by_property=_by_property(predicates),
    )


def minutes(seconds: float) -> str:
    """An expected time for paper: ``about 5 min``; nothing for less than half a minute."""
    if seconds < 30:
        return ""
    return f"about {max(1, round(seconds / 60))} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def one_line(text: str) -> str:
    """White space of any kind made single spaces: for headings and comments."""
    return re.sub(r"\s+", " ", text).strip()
