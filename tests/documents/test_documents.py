"""Case files: ``WHAT.CASE.yaml`` is read as WHAT, its problems must read as ``WHAT.CASE.expected`` says, to the letter.

WHAT is ``document`` (any YAML), the name of a worksheet, ``form`` (a blank form), or ``connections``. Drop in a pair of
files and it is run.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard.core.yaml_document import Problems, load
from lync_wizard.hosts import connections
from lync_wizard.worksheets import SHEETS, forms, read_file
from lync_wizard.worksheets.forms import load_form

HERE = Path(__file__).parent
CASES = sorted(path.stem for path in HERE.glob("*.yaml"))


def problems_of(path: Path) -> str:
    problems = Problems()
    what = path.name.partition(".")[0]
    if what == "document":
        load(path, problems, shown=path.name)
    elif what == "form":
        load_form(path, problems, shown=path.name)
    elif what == "connections":
        connections.read(path, problems, shown=path.name)
    else:
        scope = forms().sheet(what).scope
        read_file(path, what, "pool01.contoso.com" if scope == "pool" else None, problems, shown=path.name)
    return "".join(f"{problem}\n" for problem in problems)


@pytest.mark.parametrize("case", CASES)
def test_the_problems_of_a_file_are_the_expected_ones(case: str) -> None:
    expected = (HERE / f"{case}.expected").read_text(encoding="utf-8")
    assert problems_of(HERE / f"{case}.yaml") == expected


def test_every_expected_text_has_its_case() -> None:
    assert sorted(path.stem for path in HERE.glob("*.expected")) == CASES


def test_every_kind_of_document_has_a_case() -> None:
    assert {case.partition(".")[0] for case in CASES} >= {"document", "form", "connections", *SHEETS}


def test_a_file_that_is_not_there_is_a_problem_not_an_exception(tmp_path: Path) -> None:
    problems = Problems()
    assert load(tmp_path / "gone.yaml", problems, shown="gone.yaml") is None
    assert [str(p) for p in problems] == [
        "gone.yaml:1:1: cannot be read: No such file or directory\n  HINT: Check the path and its rights."
    ]
