"""A seeded sample of the crash matrix, small enough for every day; ``make soak`` is the whole of it."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from lync_wizard.backup import ANCHORS
from lync_wizard.lab.scenarios import catalogue, random_pick
from lync_wizard.lab.scenarios.random_pick import Pair
from tests.soak import wizard
from tests.soak.__main__ import chosen
from tests.soak.matrix import Case, Matrix, key

SEED = int(os.environ.get("LYNC_WIZARD_SOAK_SEED", "5"))
SHORT = (
    ("restore-rgs", "contoso-se-rgs"),
    ("restore-archmon", "contoso-archmon"),
)
"""Procedures and scenarios whose whole run takes seconds."""


LONGER = (("mirror-failover", "contoso-failover-mirror"), ("pchat-failover", "contoso-failover-chat"))
"""Failovers: too long for each run of the tests."""


@pytest.mark.parametrize("pair", [*SHORT, *(pytest.param(one, marks=pytest.mark.thorough) for one in LONGER)], ids=key)
def test_killed_anywhere_and_resumed_it_ends_well(pair: Pair, tmp_path: Path) -> None:
    matrix = Matrix(tmp_path, pair)
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


def test_the_hashes_that_the_wizard_writes_on_its_own_are_no_effect_of_a_step(tmp_path: Path) -> None:
    """Who looks at the hosts after a crash would take them for one, and call done what was never sent."""
    procedure, scenario = SHORT[0]
    with wizard.running(tmp_path, scenario, seed=7) as lab:
        runner = wizard.begun(lab, procedure, lambda _: runner.stop_after_this_step())
        runner.run()
        (written,) = (lab / "lab" / "disks").rglob(ANCHORS)
        before = wizard.picture(lab)
        written.write_bytes(written.read_bytes() * 2)
        assert wizard.picture(lab) == before
        written.with_name("export.xml").write_bytes(b"half of it")
        assert wizard.picture(lab) != before


def test_whatever_drill_list_names_is_in_the_matrix_but_backups() -> None:
    listed = {(one, variant) for one, variants in catalogue.VARIANTS.items() for variant in variants}
    pairs = chosen([])
    assert listed - set(pairs) == {pair for pair in listed if pair[0] in catalogue.BACKUPS}
    assert {*random_pick.pairs(), *SHORT} < set(pairs)


def test_one_pair_is_named_by_procedure_scenario_or_both() -> None:
    pair = ("cms-failover", "contoso-failover-cms")
    assert chosen(["contoso-failover-cms"]) == chosen(["cms-failover/contoso-failover-cms"]) == [pair]
    assert pair in chosen(["cms-failover"])
    assert chosen(["*-failover"]) == [one for one in chosen([]) if one[0].endswith("-failover")]
    assert not chosen(["contoso-failover"])
