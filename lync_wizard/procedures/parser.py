"""One procedure file, read with every problem at once (docs/procedure-format.md)."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast, get_args

from lync_wizard.core.yaml_document import Fields, Node, Problem, Problems, content, decoded, did_you_mean
from lync_wizard.hosts.command import Command, Compare, from_data
from lync_wizard.procedures import capture, collections
from lync_wizard.procedures.command_parser import runnable
from lync_wizard.procedures.expectations import COMPARISONS, QUANTIFIERS, RELATIVE
from lync_wizard.procedures.model import ForEach, Kind, Procedure, Step, Use, WrittenConfirm
from lync_wizard.procedures.options import option_from
from lync_wizard.procedures.placeholders import PLACEHOLDER

KINDS: Final = get_args(Kind)
ACCOUNTS: Final = ("lync-admin", "domain-admin", "sql-admin", "chat-admin", "edge-admin")
_ID: Final = r"[a-z0-9]+(-[a-z0-9]+)*"


def read(path: Path, problems: Problems) -> Procedure | None:
    """One procedure file; None where it is no YAML mapping."""
    raw = content(path, problems)
    if raw is None:
        return None
    procedure, found = _parsed(str(path), raw)
    problems.extend(one for one in found if one not in problems)
    return procedure


@functools.lru_cache(maxsize=256)
def _parsed(name: str, raw: bytes) -> tuple[Procedure | None, tuple[Problem, ...]]:
    """What stands in a file and what is wrong there; a home is opened many times with the same procedures."""
    problems = Problems()
    node = decoded(raw, name, problems)
    digest = hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()
    return (None if node is None else _procedure(node, digest, problems)), tuple(problems)


def _procedure(node: Node, digest: str, problems: Problems) -> Procedure:
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
        takes_backup=top.flag("takes-backup"),
        makes_set=top.flag("makes-set"),
        options=tuple(option_from(item) for item in top.mappings("asks")),
        checks=top.texts("checks"),
        check_marks={str(one.value): one.mark for one in top.nodes("checks")},
        afterwards=top.texts("afterwards"),
        steps=tuple(_step(item, block, "") for item in top.mappings("steps", required=True)),
        sha256=digest,
    )
    top.done()
    return procedure


def _step(item: Fields, anonymous: bool, inherited: str) -> Step:
    """One mapping under ``steps``, ``parts`` or ``ways``; ``inherited`` is the id of the step it belongs to."""
    include = item.text("include")
    named = not (anonymous or inherited or include)
    seconds = item.mapping("seconds")
    kind = item.text("kind", "manual", required=named and "parts" not in item, choices=KINDS)
    confirm = item.text("confirm", choices=get_args(WrittenConfirm))
    repeatable, because = _repeatable(item)
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
        expect=_predicated(item.mapping("expect"), ("exit", "tolerates", "shows")),
        verify=_verification(item.mapping("verify")),
        before=tuple(_before(one) for one in item.mappings("before")),
        reads=_reads(item),
        deliver=_deliver(item),
        evidence=item.text("evidence"),
        destructive=item.text("destructive") or None,
        harms=item.text("harms"),
        confirm=cast(WrittenConfirm, confirm) if confirm else None,
        repeatable=repeatable,
        repeatable_because=because,
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
        followed_by=item.texts("followed-by"),
        uses=tuple(_uses(item.node)),
    )
    if seconds:
        seconds.done()
    item.done()
    return step


def _repeatable(item: Fields) -> tuple[bool, str]:
    """Whether a step may be sent again, and why that does no harm."""
    node = item.get("repeatable")
    if node is None:
        return False, ""
    return (node.value, "") if isinstance(node.value, bool) else (True, item.text("repeatable").strip())


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
        each.text("in", required=True, choices=collections.NAMES),
        "parallel" if order == "parallel" else "sequence",
    )
    each.done()
    return found


def _command(item: Fields) -> Command | None:
    """``run`` for hosts, ``do`` (with ``deed``) for people."""
    node = item.get("run")
    do, action = item.text("do"), item.text("deed")
    if node is None:
        return from_data({"do": do} | ({"deed": action} if action else {})) if do else None
    if do:
        item.problems.add(node.mark, "run", "is given beside do", "Let a host run it or a person do it, not both.")
    command = runnable(node, item.problems)
    if isinstance(command, Compare):
        item.problems.add(node.mark, "run", "compares exports, which is a question", "Write it under `verify`.")
        return None
    return command


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
                value = place.get(comparison)
                if comparison in RELATIVE and value is not None and value.plain() is not True:
                    fields.problems.add(value.mark, comparison, "takes no value", f"Write `{comparison}: true`.")
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
        runnable(node, fields.problems)
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
            runnable(node, item.problems)
        read_one.text("select", required=True)
        read_one.text("host")
        read_one.text("as", choices=ACCOUNTS)
        if wanted := read_one.mapping("certificate"):
            wanted.texts("names")
            wanted.text("recorded", required=True)
            wanted.flag("other")
            wanted.done()
        read_one.done()
        found[name] = read_one.node.plain()
    return found


def _deliver(item: Fields) -> Mapping[str, Any]:
    """``{to: PATH, as: FORM, optional: true}``: the file of the new backup set that the reply becomes."""
    fields = item.mapping("deliver")
    if fields is None:
        return {}
    found: dict[str, Any] = {"to": fields.text("to", required=True)}
    found["as"] = fields.text("as", "bytes", choices=capture.FORMS)
    if fields.flag("optional"):
        found["optional"] = True
    fields.done()
    try:
        capture.from_data({**found, "to": PLACEHOLDER.sub("x", found["to"])})
    except ValueError as error:
        hint = "Write a path relative to the set, with forward slashes."
        item.problems.add(fields.node.mark, "deliver", str(error), hint)
    return found


def _uses(node: Node) -> Iterator[Use]:
    """Every placeholder in the values of a step, parts and ways included."""
    match node.value:
        case dict():
            for key, child in node.value.items():
                if key not in {"title", "notes", "undo", "destructive", "question", "do", "evidence"}:
                    yield from _uses(child)
        case list():
            for child in node.value:
                yield from _uses(child)
        case str():
            for found in PLACEHOLDER.finditer(node.value):
                yield Use(found[1], node.mark)
