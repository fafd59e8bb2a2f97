"""docs/reading.md names every command that this program sends only to read, and none that it does not know."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import lync_wizard
from lync_wizard.core.storage import Home
from lync_wizard.hosts import effects, statements, transfer_scripts
from lync_wizard.hosts.command import Cmdlet, Pipeline, Program, Statement
from lync_wizard.procedures import available

PACKAGE = Path(lync_wizard.__file__).parent
DOCUMENT = PACKAGE.parent / "docs" / "reading.md"
CMDLET = re.compile(r"[A-Z][a-z]+-[A-Z][A-Za-z0-9]+")
PROGRAMS = {"program", "Program"}


def commands(value: Any) -> Iterator[Any]:
    """Every command anywhere in a value of the procedures' model."""
    if isinstance(value, Pipeline | Program | Statement):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from commands(getattr(value, field.name))
    elif isinstance(value, dict):
        for one in value.values():
            yield from commands(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from commands(one)


def sent_by_code() -> tuple[set[str], set[str]]:
    """Names of cmdlets and programs in the program's own code that only read."""
    cmdlets, programs = set(), set()
    for path in PACKAGE.rglob("*.py"):
        if PACKAGE / "lab" in path.parents:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                if CMDLET.fullmatch(node.value) and effects.reads_only(Pipeline((Cmdlet(node.value, ()),))):
                    cmdlets.add(node.value)
            elif isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                if called in PROGRAMS and texts and texts[0] in effects.READING_PROGRAMS:
                    programs.add(str(texts[0]))
    return cmdlets, programs


def expected(tmp_path: Path) -> dict[str, set[str]]:
    known = list(commands(list(available.load(Home(tmp_path).procedures).procedures.values())))
    cmdlets, programs = sent_by_code()
    for command in known:
        if isinstance(command, Pipeline) and effects.reads_only(command):
            cmdlets |= {cmdlet.name for cmdlet in command.cmdlets}
        elif isinstance(command, Program) and effects.reads_only(command):
            programs.add(command.name)
    return {
        "Cmdlets": cmdlets,
        "Programs": programs | set(effects.READING_PROGRAMS),
        "T-SQL statements": {name for name, one in statements.CATALOGUE.items() if not one.changes},
        "Scripts": {transfer_scripts.NAMES[script] for script in transfer_scripts.READING},
    }


def listed() -> dict[str, set[str]]:
    sections = re.split(r"^## (.+)\n", DOCUMENT.read_text("utf-8"), flags=re.M)[1:]
    named = dict(zip(sections[::2], sections[1::2], strict=True))
    return {title: set(re.findall(r"^- `([^`]+)`", text, flags=re.M)) for title, text in named.items()}


def test_the_document_names_what_only_reads(tmp_path: Path) -> None:
    found, named = expected(tmp_path), listed()
    for title, names in found.items():
        assert named[title] == names, f"{title}: missing {names - named[title]}, too many {named[title] - names}"


def test_verbs_that_count_as_reading_are_named() -> None:
    text = DOCUMENT.read_text("utf-8")
    said = re.search(r"whose verb is one of (.*?)\.", text, re.S)
    assert said is not None
    assert {word.casefold() for word in re.findall(r"`(\w+)`", said[1])} == effects.READING_VERBS
