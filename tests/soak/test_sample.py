"""A seeded sample of the crash matrix, small enough for every day; ``make soak`` is the whole of it."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from lync_wizard.lab.scenarios import random_pick
from tests.soak.matrix import Case, Matrix

SEED = int(os.environ.get("LYNC_WIZARD_SOAK_SEED", "5"))
SHORT = ("contoso-se-rgs", "contoso-archmon")
"""Scenarios whose whole run takes seconds."""


@pytest.mark.parametrize("scenario", SHORT)
def test_killed_anywhere_and_resumed_it_is_restored(scenario: str, tmp_path: Path) -> None:
    matrix = Matrix(tmp_path, scenario)
    cases = matrix.cases()
    whole(matrix, cases)
    drawn = random.Random(SEED)
    chosen: list[Case] = [
        drawn.choice([case for case in cases if case.kind == kind]) for kind in ("event", "middle", "fault")
    ]
    figures = [matrix.play(case) for case in chosen]
    assert not {figure.case: figure.wrong for figure in figures if figure.wrong}


def whole(matrix: Matrix, cases: list[Case]) -> None:
    """The matrix holds every event and the middle of every step."""
    found = matrix.prepare()
    started = [one.step for one in found if one.type == "step_started"]
    assert [c.boundary.seq for c in cases if c.kind == "event"] == [one.seq for one in found[:-1]]
    assert [c.boundary.step for c in cases if c.kind == "middle"] == started
    assert found[-1].type == "run_finished"


def test_every_scenario_that_can_be_drawn_is_in_the_matrix() -> None:
    assert set(SHORT) < {scenario for _, scenario in random_pick.pairs()}
