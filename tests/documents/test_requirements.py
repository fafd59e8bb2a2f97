"""The README's table of requirements: what it names exists, and every step of a restore and a failover is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_wizard import checks, procedures
from lync_wizard.core.catalogue import data_folder
from lync_wizard.core.yaml_document import Problems
from lync_wizard.procedures import Library

README = Path(__file__).parents[2] / "README.md"
HEADING = "## What the documentation asks, and the step that does it"
RESTORES = ("restore-", "prepare", "ucs-rollback")
FAILOVERS = (
    "pool-fail", "cms-failover", "mirror-failover", "backup-service", "conf-content", "pairing", "unpair-pools",
    "edge-", "pchat-fail", "rgs-dr", "announce-dr", "callpark-dr", "abc-failover",
)  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    problems = Problems()
    found = procedures.load_library([data_folder() / "procedures"], problems)
    problems.raise_any("the procedures")
    return found


def rows() -> list[tuple[str, str, str]]:
    """Topic, requirement and what carries it out."""
    section = README.read_text("utf-8").partition(HEADING)[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table[2:]]
    return [(topic, asked, done) for topic, asked, done in cells]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def restores(library: Library) -> Iterator[tuple[str, str]]:
    """Every step of the shipped procedures of restore and failover, with its procedure."""
    for one in library.values():
        if one.id.startswith((*RESTORES, *FAILOVERS)) and not one.block:
            yield from ((one.id, step.id) for step in one.steps if step.id)


def test_every_row_names_what_carries_it_out(library: Library) -> None:
    steps = {step.id for one in library.values() for step in one.steps if step.id and not one.block}
    known = steps | set(checks.ids())
    for topic, asked, done in rows():
        assert named(done) or "wizard" in done, f"{topic}: {asked}"
        unknown = [name for name in named(done) if name not in known]
        assert not unknown, f"{topic}: {asked}: {unknown}"


def test_every_step_of_a_restore_answers_a_requirement(library: Library) -> None:
    told = {name for _, _, done in rows() for name in named(done)}
    missing = sorted({f"{step} of {one}" for one, step in restores(library) if step not in told})
    assert missing == []


def test_no_requirement_stands_there_twice() -> None:
    every = [(topic, asked) for topic, asked, _ in rows()]
    assert len(every) > 100
    assert len(every) == len(set(every))
