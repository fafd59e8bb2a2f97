"""Case files: ``cases/NAME`` (a file, or a folder ``NAME.zip`` that becomes a ZIP) is read as ``NAME.expected`` says.

Drop in a new case, run ``python -m tests.topology.rendering cases/NAME``, and read what it wrote.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.topology.rendering import rendered

HERE = Path(__file__).parent / "cases"
CASES = sorted(path.name for path in HERE.iterdir() if path.suffix != ".expected")


@pytest.mark.parametrize("case", CASES)
def test_a_topology_is_read_as_expected(case: str) -> None:
    assert rendered(HERE / case) == (HERE / f"{case}.expected").read_text(encoding="utf-8")


def test_every_expected_text_has_its_case() -> None:
    assert sorted(path.name.removesuffix(".expected") for path in HERE.glob("*.expected")) == CASES
