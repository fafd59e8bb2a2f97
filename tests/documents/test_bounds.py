"""Files that are made to cost time and memory: what reading them costs grows no faster than they do, and has an end."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard.core import mapping
from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Problems
from lync_wizard.core.yaml_document.load import MAX_NODES
from lync_wizard.core.yaml_document.problems import MOST_PROBLEMS, did_you_mean
from lync_wizard.hosts.connections import read
from lync_wizard.plans import derivation
from lync_wizard.workspace.workspace import Workspace
from tests.ratios import work


def connections(folder: Path, text: str) -> Problems:
    path = folder / "connections.yaml"
    path.write_text(text, "utf-8")
    problems = Problems()
    read(path, problems)
    return problems


@pytest.mark.parametrize(
    "line",
    ["unknown{n}: 1\n", "same: {n}\n", "hosts{n}: {{adress: x}}\n"],
    ids=["unknown keys", "one key again and again", "mappings of unknown keys"],
)
def test_twice_the_problems_cost_twice(tmp_path: Path, line: str) -> None:
    def cost(lines: int) -> int:
        text = "".join(line.format(n=n) for n in range(lines))
        return work(lambda: connections(tmp_path, text))

    assert cost(8_000) < 2.6 * cost(4_000)


def test_a_key_given_twice_at_the_end_costs_no_more_than_reading_does() -> None:
    """Python's lines and, as the search may be one line, the processor's time; the latter with room for a busy one."""

    def read_twice(keys: int) -> None:
        text = "{" + ",".join(f'"k{n}": 1' for n in range(keys)) + f', "k{keys - 1}": 2}}'
        with pytest.raises(ValueError, match=f"the key k{keys - 1} is given twice"):
            mapping.from_json(text)

    def seconds(keys: int) -> float:
        took = []
        for _ in range(3):
            began = time.process_time()
            read_twice(keys)
            took.append(time.process_time() - began)
        return min(took)

    assert work(lambda: read_twice(8_000)) < 2.6 * work(lambda: read_twice(4_000))
    assert seconds(24_000) < 20 * seconds(3_000)


def test_a_plan_of_twice_the_steps_is_proven_at_twice_the_cost(workspace: Workspace) -> None:
    made = workspace.plan("restore-se", "se01.contoso.com", workspace.newest(), {})
    step = next(step for step in made.steps if step.destructive)

    def cost(number: int) -> int:
        items = tuple(replace(step, id=f"{step.id}@{n}", confirm="yes") for n in range(number))
        return work(lambda: list(derivation.contradictions(replace(made, steps=items))))

    assert cost(800) < 2.6 * cost(400)


def test_no_more_problems_are_kept_than_anybody_reads(tmp_path: Path) -> None:
    problems = connections(tmp_path, "".join(f"unknown{n}: 1\n" for n in range(20_000)))
    assert len(problems) == MOST_PROBLEMS
    with pytest.raises(InputError, match="1,000 problems") as refused:
        problems.raise_any("connections.yaml")
    assert "more problems than are listed" in refused.value.detail


def test_a_key_of_a_million_letters_is_compared_and_shown_in_part(tmp_path: Path) -> None:
    problems = connections(tmp_path, "x" * 1_000_000 + ": 1\n")
    assert max(len(str(problem)) for problem in problems) < 5_000
    assert "Allowed" in did_you_mean("x" * 1_000_000, ["hosts"])


@pytest.mark.parametrize(
    "text", ["[" + "[]," * 250_000 + "]", "- \n" * 250_000, "{" + ",".join(f"a{n}" for n in range(150_000)) + "}"]
)
def test_a_document_of_nothing_but_values_is_refused(tmp_path: Path, text: str) -> None:
    [problem] = connections(tmp_path, text)
    assert f"more than {MAX_NODES:,} values" in problem.message
