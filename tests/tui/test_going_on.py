"""A run that goes on: what has changed needs a reason, an expired approval a new one, before anything is sent."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_wizard.core import timestamps
from lync_wizard.core.errors import Refused
from lync_wizard.core.prompts import through
from lync_wizard.line_mode import Preset, Prompts, resumed
from lync_wizard.runs.journal import Journal
from lync_wizard.tui import Start
from lync_wizard.tui.screens.confirm import ConfirmScreen
from lync_wizard.tui.screens.note import NoteScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.workspace.run_session import CHANGED, RunSession
from tests.tui import samples
from tests.tui.test_app import Desk, Farm, opened
from tests.tui.test_screens import typed

AHEAD = float(os.environ.get(timestamps.SHIFT) or 0)
SETTLED = ["run_started", "plan_approved", "run_resumed", "plan_approved", "finding_accepted"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A home with a run approved two days ago, of a plan that says of no procedure that it was used."""
    made = Desk(tmp_path, Farm())
    plan = samples.PLAN
    with Journal.create(made.home.runs, plan) as record:
        record.append("run_started", data={"environment": made.environment, "by": "ann", "plan": plan.hash})
        record.append("plan_approved", data={"by": "ann", "hash": plan.hash, "person": 1})
    timestamps.shift(AHEAD + 2)
    yield made
    timestamps.shift(AHEAD)


def run_of(desk: Desk) -> str:
    (folder,) = desk.home.runs.iterdir()
    return folder.name


async def test_on_the_screens(desk: Desk) -> None:
    start = Start("session", session=RunSession.resume(desk, run_of(desk), by="ann"))
    async with opened(desk.home.root, start) as (driver, _):
        await driver.at(NoteScreen)
        await driver.reads("procedure restore-se was not used then")
        await driver.press(*typed("looked"), "enter")
        await driver.at(ReviewScreen)
        await driver.reads("was valid for 24 h")
        assert len(desk.events) == 2, "nothing is on record before both"
        await driver.press("enter")
        await driver.at(ConfirmScreen)
        assert [kind for kind, _ in desk.events][:5] == SETTLED
    assert desk.farm.sent == []


async def test_on_the_screens_without_a_reason_nothing_goes_on(desk: Desk) -> None:
    start = Start("session", session=RunSession.resume(desk, run_of(desk), by="ann"))
    async with opened(desk.home.root, start) as (driver, _):
        await driver.at(NoteScreen)
        await driver.press("escape")
        await driver.until(lambda: driver.app.return_value is not None)
    assert len(desk.events) == 2


def in_line_mode(desk: Desk, keys: str) -> str:
    out = io.StringIO()
    try:
        resumed(desk, Prompts(through(io.StringIO(keys), out), out), run_of(desk), Preset(by="ann"))
    except Refused:  # the input ends at the first question of the run itself
        out.write("REFUSED")
    return out.getvalue()


def test_in_line_mode(desk: Desk) -> None:
    said = in_line_mode(desk, "looked\ny\n")
    assert CHANGED in said
    assert "was valid for 24 h" in said
    assert [kind for kind, _ in desk.events][:5] == SETTLED
    assert desk.farm.sent == []


def test_in_line_mode_a_no_goes_on_with_nothing(desk: Desk) -> None:
    said = in_line_mode(desk, "looked\nn\n")
    assert f"resume {run_of(desk)} --plain" in said.splitlines()[-1]
    assert len(desk.events) == 2
