"""Procedures: runbooks as written, read from YAML with every problem at once (procedure-format.md)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from lync_wizard import catalogue, delivery, facts, lists
from lync_wizard.asks import Ask, ask_from
from lync_wizard.document import Fields, Mark, Node, Problems, did_you_mean, load
from lync_wizard.expectation import COMPARISONS, QUANTIFIERS
from lync_wizard.hosts.command import Cmdlet, Command, Pipeline, Program, from_data
from lync_wizard.placeholders import PLACEHOLDER, known
from lync_wizard.plan import Confirm, Kind

KINDS: Final = get_args(Kind)
ACCOUNTS: Final = ("lync-admin", "domain-admin", "sql-admin", "chat-admin", "edge-admin")
BOOTSTRAPPER: Final = r"C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe"
PROGRAMS: Final = (
    "robocopy", "certutil", "whoami", "net", "icacls", "xcopy", "route", "ipconfig", "w32tm", "nltest", BOOTSTRAPPER,
)  # fmt: skip
FORBIDDEN: Final = frozenset(
    {"invoke-expression", "iex", "invoke-command", "icm", "start-process", "add-type", "new-pssession",
     "foreach-object", "invoke-wmimethod", "invoke-cimmethod", "set-executionpolicy", "start-job"}
)  # fmt: skip
_ID: Final = r"[a-z0-9]+(-[a-z0-9]+)*"
_RUN_FORMS: Final = ("pipeline", "program", "statement", "copy")


@dataclass(frozen=True)
class Use:
    """A placeholder as used, and where."""

    name: str
    mark: Mark


@dataclass(frozen=True)
class ForEach:
    """One copy of the step for every item of a list, bound to a placeholder."""

    bind: str
    over: str
    order: Literal["parallel", "sequence"]


@dataclass(frozen=True)
class Step:
    """A step as written; commands and predicates still hold placeholders. ``data`` parts are plain values.

    ``parts`` are commands of one step, numbered ``ID.1`` on; ``ways`` are alternatives chosen by the ask ``ask``;
    ``include`` is another procedure or block put in this place, ``only`` these steps of it where given; ``on`` is the
    server at hand there.
    """

    id: str
    title: str
    mark: Mark
    kind: Kind = "manual"
    when: tuple[str, ...] = ()
    host: str = ""
    on: str = ""
    account: str = "lync-admin"
    for_each: ForEach | None = None
    run: Command | None = None
    expect: Mapping[str, Any] = field(default_factory=dict)
    verify: Mapping[str, Any] | None = None
    before: tuple[Mapping[str, Any], ...] = ()
    reads: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    deliver: Mapping[str, Any] = field(default_factory=dict)
    destructive: str | None = None
    harms: str = ""
    confirm: Confirm | None = None
    repeatable: bool = False
    expected_seconds: float = 0.0
    limit_seconds: float = 600.0
    choices: tuple[str, ...] = ()
    undo: str = ""
    notes: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    source: str = ""
    ask: str = ""
    ways: Mapping[str, Step] = field(default_factory=dict)
    parts: tuple[Step, ...] = ()
    include: str = ""
    only: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()

    def walk(self) -> Iterator[Step]:
        """This step, its parts and its ways."""
        yield self
        for child in (*self.parts, *self.ways.values()):
            yield from child.walk()


@dataclass(frozen=True)
class Procedure:
    """A runbook; a ``block`` holds steps that other procedures include under an id of their own."""

    id: str
    title: str
    mark: Mark
    source: str = ""
    summary: str = ""
    target: str = ""
    rto: str = ""
    block: bool = False
    listed: bool = True
    needs_backup: bool = False
    asks: tuple[Ask, ...] = ()
    checks: tuple[str, ...] = ()
    afterwards: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    def walk(self) -> Iterator[Step]:
        for step in self.steps:
            yield from step.walk()


Library = Mapping[str, Procedure]


def included(step: Step, inner: Procedure) -> tuple[Step, ...]:
    """The steps of a procedure that a step includes: all of them, or those it names."""
    return tuple(one for one in inner.steps if not step.only or (one.id or one.include) in step.only)


def load_library(
    folders: Collection[Path], problems: Problems, *, checks: Collection[str] = ()
) -> dict[str, Procedure]:
    """All procedures of these folders, later folders replacing earlier ids; linted, every problem at once.

    ``checks`` are the ids the catalogue of checks knows.
    """
    library: dict[str, Procedure] = {}
    for folder in folders:
        here: dict[str, Procedure] = {}
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            procedure = read(path, problems)
            if procedure is None:
                continue
            if procedure.id in here:
                other = here[procedure.id].mark
                problems.add(procedure.mark, "id", f"{procedure.id} stands in {other.path} too", "Choose another id.")
            here[procedure.id] = procedure
        library |= here
    lint(library, problems, checks=checks)
    return library


def read(path: Path, problems: Problems) -> Procedure | None:
    """One procedure file; None where it is no YAML mapping."""
    node = load(path, problems)
    if node is None:
        return None
    top = Fields(node, problems, "a procedure")
    block = top.flag("block")
    procedure = Procedure(
        id=top.text("id", required=True, pattern=_ID),
        title=top.text("title", required=True),
        mark=node.mark,
        source=top.text("source"),
        summary=top.text("summary"),
        target=top.text("target"),
        rto=top.text("rto"),
        block=block,
        listed=top.flag("listed", not block),
        needs_backup=top.flag("needs-backup"),
        asks=tuple(ask_from(item) for item in top.mappings("asks")),
        checks=top.texts("checks"),
        afterwards=top.texts("afterwards"),
        steps=tuple(_step(item, block, "") for item in top.mappings("steps", required=True)),
    )
    top.done()
    return procedure


def _step(item: Fields, anonymous: bool, inherited: str) -> Step:
    """One mapping under ``steps``, ``parts`` or ``ways``; ``inherited`` is the id of the step it belongs to."""
    include = item.text("include")
    named = not (anonymous or inherited or include)
    seconds = item.mapping("seconds")
    kind = item.text("kind", "manual", required=named and "parts" not in item, choices=KINDS)
    confirm = item.text("confirm", choices=("none", "yes", "type"))
    step = Step(
        id=item.text("id", inherited, required=named, pattern=_ID),
        title=item.text("title", required=named or (anonymous and not include and not inherited)),
        mark=item.node.mark,
        kind=cast(Kind, kind if kind in KINDS else "manual"),
        when=item.texts("when"),
        host=item.text("host"),
        on=item.text("on"),
        account=item.text("as", "lync-admin", choices=ACCOUNTS),
        for_each=_for_each(item),
        run=_command(item),
        expect=_predicated(item.mapping("expect"), ("exit", "tolerates")),
        verify=_verification(item.mapping("verify")),
        before=tuple(_before(one) for one in item.mappings("before")),
        reads=_reads(item),
        deliver=_deliver(item),
        destructive=item.text("destructive") or None,
        harms=item.text("harms"),
        confirm=cast(Confirm, confirm) if confirm else None,
        repeatable=item.flag("repeatable"),
        expected_seconds=seconds.number("expected", 0.0) if seconds else 0.0,
        limit_seconds=seconds.number("limit", 600.0, least=1) if seconds else 600.0,
        choices=item.texts("choices"),
        undo=item.text("undo"),
        notes=item.texts("notes"),
        errata=item.texts("errata"),
        pitfalls=item.texts("pitfalls"),
        source=item.text("source"),
        ask=item.text("ask"),
        ways=_ways(item),
        parts=tuple(_step(part, True, "") for part in item.mappings("parts")),
        include=include,
        only=item.texts("only"),
        uses=tuple(_uses(item.node)),
    )
    if seconds:
        seconds.done()
    item.done()
    return step


def _ways(item: Fields) -> dict[str, Step]:
    ways = item.mapping("ways")
    found = {}
    for name in ways.keys if ways else ():
        way = ways.mapping(name) if ways else None
        if way is not None:
            found[name] = _step(way, True, "-")
    return found


def _for_each(item: Fields) -> ForEach | None:
    each = item.mapping("for_each")
    if each is None:
        return None
    order = each.text("order", "sequence", choices=("parallel", "sequence"))
    found = ForEach(
        each.text("as", required=True).strip("<>"),
        each.text("in", required=True, choices=lists.NAMES),
        "parallel" if order == "parallel" else "sequence",
    )
    each.done()
    return found


def _command(item: Fields) -> Command | None:
    """``run`` for hosts, ``do`` (with ``deed``) for people."""
    node = item.get("run")
    do, deed = item.text("do"), item.text("deed")
    if node is None:
        return from_data({"do": do} | ({"deed": deed} if deed else {})) if do else None
    if do:
        item.problems.add(node.mark, "run", "stands beside do", "Let a host run it or a person do it, not both.")
    return _runnable(node, item.problems)


def _runnable(node: Node, problems: Problems) -> Command | None:
    data = node.plain()
    if not isinstance(data, dict) or not any(form in data for form in _RUN_FORMS):
        problems.add(node.mark, "run", "names nothing to run", f"Write one of {', '.join(_RUN_FORMS)}.")
        return None
    try:
        command = from_data(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problems.add(node.mark, "run", f"cannot be read: {error}", "Compare it with worksheets/README.md, What runs.")
        return None
    _lint_command(command, node.mark, problems)
    return command


def _lint_command(command: Command, mark: Mark, problems: Problems) -> None:
    match command:
        case Pipeline(cmdlets):
            for cmdlet in cmdlets:
                _lint_cmdlet(cmdlet, mark, problems)
        case Program(name, args):
            if name not in PROGRAMS:
                problems.add(mark, "program", f"{name!r} is not among the programs", did_you_mean(name, PROGRAMS))
            for arg in args:
                if '"' in arg or arg.endswith("\\"):
                    problems.add(mark, "args", f"{arg!r} cannot be passed safely",
                                 "Leave out double quotes and the last backslash.")  # fmt: skip


def _lint_cmdlet(cmdlet: Cmdlet, mark: Mark, problems: Problems) -> None:
    known_cmdlets = catalogue.load()
    if cmdlet.name.lower() in FORBIDDEN:
        problems.add(mark, "name", f"{cmdlet.name} runs free script and is refused", "Name the cmdlet itself.")
        return
    syntax = known_cmdlets.get(cmdlet.name)
    if syntax is None:
        near = known_cmdlets.nearest(cmdlet.name)
        hint = f"Did you mean {near}?" if near else "Take a cmdlet of the catalogue (worksheets/cmdlets.json)."
        problems.add(mark, "name", f"the catalogue has no cmdlet {cmdlet.name}", hint)
        return
    for wrong in syntax.problems(dict(cmdlet.parameters)):
        problems.add(mark, "parameters", wrong, f"Compare with the syntax of {syntax.name} in the cmdlet reference.")
    for name, value in cmdlet.parameters:
        if isinstance(value, str) and re.search(r"[{}]|\$\(", value):
            problems.add(mark, name, "holds a script block or a subexpression", "Pass plain values only.")


def _predicated(fields: Fields | None, extra: tuple[str, ...]) -> Mapping[str, Any]:
    """The plain data of an expectation or verification, its predicates checked."""
    if fields is None:
        return {}
    for name in extra:
        fields.get(name)
    for quantifier in QUANTIFIERS:
        body = fields.mapping(quantifier)
        if body is None:
            continue
        places = [body] if quantifier == "count" else [m for key in body.keys if (m := body.mapping(key))]
        for place in places:
            for comparison in place.keys:
                place.get(comparison)
                if comparison not in COMPARISONS:
                    where = place.where(comparison)
                    fields.problems.add(where, comparison, "is no comparison", did_you_mean(comparison, COMPARISONS))
    fields.done()
    data = fields.node.plain()
    return data if isinstance(data, dict) else {}


def _verification(fields: Fields | None) -> Mapping[str, Any] | None:
    if fields is None:
        return None
    node = fields.get("run", required=True)
    if node is not None:
        _runnable(node, fields.problems)
    data = _predicated(fields, ("host", "as", "within"))
    if not any(quantifier in data for quantifier in QUANTIFIERS):
        fields.problems.add(fields.node.mark, "verify", "has no predicate", f"Add one of {', '.join(QUANTIFIERS)}.")
    return data


def _before(fields: Fields) -> Mapping[str, Any]:
    if fields.text("check"):
        fields.text("title")
        fields.done()
    else:
        fields.text("title", required=True)
        _verification(fields)
    data = fields.node.plain()
    return data if isinstance(data, dict) else {}


def _reads(item: Fields) -> dict[str, Mapping[str, Any]]:
    reads = item.mapping("reads")
    found: dict[str, Mapping[str, Any]] = {}
    for name in reads.keys if reads else ():
        read_one = reads.mapping(name) if reads else None
        if read_one is None:
            continue
        node = read_one.get("run", required=True)
        if node is not None:
            _runnable(node, item.problems)
        read_one.text("select", required=True)
        read_one.text("host")
        read_one.text("as", choices=ACCOUNTS)
        read_one.done()
        found[name] = read_one.node.plain()
    return found


def _deliver(item: Fields) -> Mapping[str, Any]:
    """``{to: PATH, as: bytes | text}``: the file of the new backup set that the reply becomes."""
    fields = item.mapping("deliver")
    if fields is None:
        return {}
    found = {"to": fields.text("to", required=True), "as": fields.text("as", "bytes", choices=("bytes", "text"))}
    fields.done()
    try:
        delivery.from_data({**found, "to": PLACEHOLDER.sub("x", found["to"])})
    except ValueError as error:
        hint = "Write a path relative to the set, with forward slashes."
        item.problems.add(fields.node.mark, "deliver", str(error), hint)
    return found


def _uses(node: Node) -> Iterator[Use]:
    """Every placeholder in the values of a step, parts and ways included."""
    match node.value:
        case dict():
            for key, child in node.value.items():
                if key not in {"title", "notes", "undo", "destructive", "question", "do"}:
                    yield from _uses(child)
        case list():
            for child in node.value:
                yield from _uses(child)
        case str():
            for found in PLACEHOLDER.finditer(node.value):
                yield Use(found[1], node.mark)


def lint(library: Library, problems: Problems, *, checks: Collection[str] = ()) -> None:
    """What can be told without a deployment: ids, facts, placeholders, includes, asks and checks."""
    seen: dict[str, Mark] = {}
    for procedure in library.values():
        asks = {ask.name: tuple(ask.choices) for ask in _asks(procedure, library)}
        names = [*facts.names(), *(f"{ask}-{choice}" for ask, choices in asks.items() for choice in choices)]
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


def asks_of(procedure: Procedure, library: Library) -> list[Ask]:
    """The questions to decide before planning, those of everything it includes too, each once."""
    found, waiting = {procedure.id: procedure}, [procedure]
    while waiting:
        inner = [library[step.include] for step in waiting.pop(0).steps if step.include in library]
        waiting += [one for one in inner if one.id not in found]
        found |= {one.id: one for one in inner}
    return list({ask.name: ask for one in reversed(found.values()) for ask in reversed(one.asks)}.values())[::-1]


def _asks(procedure: Procedure, library: Library) -> list[Ask]:
    """The asks that steps may go by; a block may use its includers'."""
    every = library.values() if procedure.block else ()
    return [*asks_of(procedure, library), *(ask for other in every for ask in other.asks)]


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
        inner = [one.id or one.include for one in library[step.include].steps]
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


def merged(step: Step, way: Step) -> Step:
    """A step with one of its ways in place of its own ``run``, ``kind`` and whatever else the way sets."""
    changed: dict[str, Any] = {"kind": way.kind, "run": way.run, "ways": {}, "ask": ""}
    for name in ("title", "host", "destructive", "harms", "verify", "undo", "confirm"):
        if getattr(way, name):
            changed[name] = getattr(way, name)
    if way.notes:
        changed["notes"] = (*step.notes, *way.notes)
    if way.parts:
        changed["parts"] = way.parts
    return replace(step, **changed)
