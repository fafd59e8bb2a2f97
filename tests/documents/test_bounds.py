"""Files that are made to cost time and memory: what reading them costs grows no faster than they do, and has an end."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Problems
from lync_wizard.core.yaml_document.load import MAX_NODES
from lync_wizard.core.yaml_document.problems import MOST_PROBLEMS, did_you_mean
from lync_wizard.hosts.connections import read
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
