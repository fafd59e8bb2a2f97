"""The document of the format and the parser know the same keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lync_wizard import procedures
from lync_wizard.core.yaml_document import Problems

DOCUMENT = Path(__file__).parents[2] / "docs" / "procedure-format.md"
EVERYTHING_WRONG = """
id: wrong
title: Wrong
nonsense: x
asks: [{name: how, question: "How?", choices: {one: One}, nonsense: x}]
steps:
  - id: wr-one
    title: One
    kind: cmdlet
    nonsense: x
    for_each: {as: <ServerFqdn>, in: servers-of-pool, nonsense: x}
    seconds: {nonsense: 1}
    run: {nonsense: x}
    expect: {nonsense: x, all: {Status: {nonsense: x}}}
    verify: {run: {pipeline: [{name: Get-CsPool}]}, count: {at_least: 1}, nonsense: x}
    before:
      - {check: hosts-answer, nonsense: x}
      - {title: Seen, run: {pipeline: [{name: Get-CsPool}]}, count: {at_least: 1}, nonsense: x}
    reads: {Name: {run: {pipeline: [{name: Get-CsPool}]}, select: Fqdn, nonsense: x}}
    deliver: {to: a, nonsense: x}
    parts: [{title: Part, nonsense: x}]
    ask: how
    ways: {one: {kind: manual, do: It., nonsense: x}}
"""


def documented() -> dict[str, set[str]]:
    """The keys that the tables of each chapter name."""
    chapters = re.split(r"^## ", DOCUMENT.read_text("utf-8"), flags=re.M)[1:]
    found = {one.partition("\n")[0]: set(re.findall(r"^\| `([\w-]+)` \|", one, flags=re.M)) for one in chapters}
    return {name: keys for name, keys in found.items() if keys}


@pytest.fixture
def accepted(tmp_path: Path) -> dict[str, set[str]]:
    """The keys that the parser allows, by the mapping in which it meets another."""
    path, problems, found = tmp_path / "wrong.yaml", Problems(), {}
    path.write_text(EVERYTHING_WRONG, "utf-8")
    procedures.read(path, problems)
    for one in problems:
        if listed := re.search(r"(?:Allowed:|Write one of) (.*)\.$", one.hint):
            where = one.message.removeprefix("is not a key of ")
            found.setdefault(where, set()).update(listed[1].split(", "))
    return found


@pytest.mark.parametrize(
    ("where", "chapters"),
    [
        ("a procedure", ["A procedure"]),
        ("asks", ["An option"]),
        ("steps", ["A step"]),
        ("parts", ["A step"]),
        ("one", ["A step"]),
        ("for_each", ["A list"]),
        ("seconds", ["The time"]),
        ("names nothing to run", ["What runs"]),
        ("is no comparison", ["Comparisons"]),
        ("expect", ["An expectation", "Predicates"]),
        ("verify", ["A verification", "Predicates"]),
        ("before", ["A precondition", "A verification", "Predicates"]),
        ("Name", ["A value read"]),
        ("deliver", ["A file of the set"]),
    ],
)
def test_every_key_is_documented_and_no_other(where: str, chapters: list[str], accepted: dict[str, set[str]]) -> None:
    keys = documented()
    assert accepted[where] == set().union(*(keys[chapter] for chapter in chapters))


def test_every_chapter_with_keys_is_compared(accepted: dict[str, set[str]]) -> None:
    assert set().union(*documented().values()) == set().union(*accepted.values())
