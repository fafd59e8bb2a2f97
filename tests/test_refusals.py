"""Every refusal says what to do: each place that makes one is looked at, in the sources themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_wizard.core import errors

PACKAGE = Path(errors.__file__).parent.parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
TREES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCES}
MARKS = (".", "?", "!", ":", "`", ")")
"""What a hint may end with; some end with a command or a list."""


def kinds() -> set[str]:
    """The names of all classes that are errors of ours, wherever they are defined."""
    known = {"WizardError"}
    bases = {
        node.name: {base.id if isinstance(base, ast.Name) else getattr(base, "attr", "") for base in node.bases}
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def own_making(names: set[str]) -> set[str]:
    """Those that write summary and hint themselves, in a constructor of their own."""
    return {
        node.name
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name in names - {"WizardError"}
        if any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in node.body)
    }


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in names:
                    yield f"{path}:{node.lineno}", node


def argument(call: ast.Call, number: int, name: str) -> ast.expr | None:
    named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    if named is not None:
        return named
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(k.arg is None for k in call.keywords):
        return ast.Name("handed on")
    return call.args[number] if len(call.args) > number else None


def faults(value: ast.expr | None) -> Iterator[str]:
    """What is wrong with a hint as it stands in the source; one that is computed is left to its maker."""
    match value:
        case None:
            yield "has none"
        case ast.Constant(text):
            if not isinstance(text, str) or not text.strip():
                yield "has an empty one"
            elif not text[0].isupper() or not text.endswith(MARKS):
                yield f"is no sentence: {text!r}"
        case ast.JoinedStr(parts):
            first, last = parts[0], parts[-1]
            if isinstance(first, ast.Constant) and not str(first.value)[:1].isupper():
                yield f"does not begin like a sentence: {first.value!r}"
            if isinstance(last, ast.Constant) and not str(last.value).endswith(MARKS):
                yield f"does not end like a sentence: {last.value!r}"
        case ast.IfExp(_, one, other):
            yield from faults(one)
            yield from faults(other)
        case ast.BoolOp(ast.Or(), values):
            yield from faults(values[-1])


def wrong(names: set[str], number: int, name: str) -> list[str]:
    return [f"{place} {fault}" for place, call in calls(names) for fault in faults(argument(call, number, name))]


def test_every_error_has_a_hint() -> None:
    names = kinds()
    assert {"InputError", "Refused", "Unreachable", "Denied"} <= names
    assert len(list(calls(names))) > 150
    assert not wrong(names - own_making(names), 1, "hint")


def test_every_problem_of_a_file_has_a_hint() -> None:
    assert not wrong({"Problem"}, 3, "hint")
    adding = [(place, call) for place, call in calls({"add"}) if len(call.args) == 4]
    assert len(adding) > 50
    assert not [f"{place} {fault}" for place, call in adding for fault in faults(call.args[3])]


CHECKS = [path for path in TREES if path.startswith("checks/")]


@pytest.mark.parametrize("path", CHECKS)
def test_every_finding_that_is_not_well_has_a_hint_and_its_evidence(path: str) -> None:
    for place, call in calls({"say"}):
        if not place.startswith(f"{path}:"):
            continue
        statuses = [node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)]
        if "later" in statuses:
            continue
        assert argument(call, 3, "evidence") is not None, f"{place} has no evidence"
        if statuses != ["ok"]:
            assert not list(faults(argument(call, 2, "hint"))), place


@pytest.mark.parametrize("source", ["InputError('no')", "InputError('no', '')", "InputError('no', hint='do it')"])
def test_the_look_sees_what_is_missing(source: str) -> None:
    (call,) = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    assert list(faults(argument(call, 1, "hint")))
