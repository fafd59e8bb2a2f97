"""On the screens and in line mode: the second person, time against the RTO, and what was reported."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from lync_wizard.core.prompts import through
from lync_wizard.line_mode import PlainOperator, Prompts
from lync_wizard.plans import approval
from lync_wizard.plans.model import Plan
from lync_wizard.runs.state import RunState
from lync_wizard.tui import Start
from lync_wizard.tui.screens.checks import ChecksScreen
from lync_wizard.tui.screens.confirm import ConfirmScreen
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.run import RunScreen
from lync_wizard.tui.screens.second_approver import SecondApproverScreen
from lync_wizard.tui.screens.symptoms import SymptomsScreen
from lync_wizard.tui.widgets.log_view import log_lines
from lync_wizard.worksheets import Cell
from tests.tui import samples
from tests.tui.stage import Stage, setting, text_of
from tests.tui.test_app import opened
from tests.tui.test_screens import SMALL, settled, typed


async def test_the_second_person_is_asked_and_nobody_else_passes() -> None:
    stage = Stage(SecondApproverScreen(setting(), samples.PLAN, "ann", approval.second))
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.pause()
        for name in ("", "ANN", "a n n"):
            await pilot.press(*(typed(name) if name else ()), "enter")
            await settled(pilot)
            assert stage.dismissed == []
            assert ("cannot be the second person" if name else "no name was given") in "\n".join(text_of(stage))
            await pilot.press(*["backspace"] * len(name))
        await pilot.press(*typed("Ben"), "enter")
        await settled(pilot)
    assert stage.dismissed == ["Ben"]


async def test_a_run_begins_only_with_the_second_name(tmp_path: Path) -> None:
    async with opened(tmp_path) as (driver, desk):
        desk.record(Cell.parse(approval.CELL), "yes")
        await driver.at(ChecksScreen)
        await driver.reads("nothing stands in the way")
        await driver.press("enter")
        await driver.at(ReviewScreen)
        await driver.press("enter")
        await driver.at(SecondApproverScreen)
        await driver.press("escape")
        await driver.at(ReviewScreen)
        assert not list(desk.home.runs.glob("*"))
        await driver.press("enter")
        await driver.at(SecondApproverScreen)
        await driver.press(*typed("Ben"), "enter")
        await driver.at(ConfirmScreen)
        assert [event.data["by"] for event in desk.journal if event.type == "plan_approved"] == ["ann", "Ben"]


async def test_what_was_reported_comes_first_and_can_be_read_again(tmp_path: Path) -> None:
    async with opened(tmp_path, Start(told=("Nobody in Redmond can sign in.",))) as (driver, _):
        await driver.at(SymptomsScreen)
        await driver.reads("Nobody in Redmond can sign in.")
        await driver.press("enter")
        await driver.at(HomeScreen)
        await driver.reads("What was reported")
        await driver.reads("End the drill")
        await driver.press("up", "enter")
        await driver.until(lambda: driver.app.return_value is not None)


async def standing(plan: Plan, state: RunState) -> str:
    stage = Stage(RunScreen(setting(), plan))
    async with stage.run_test(size=SMALL) as pilot:
        screen = stage.shown
        assert isinstance(screen, RunScreen)
        screen.update(state, [line for event in samples.UNDER_WAY for line in log_lines(event)])
        await settled(pilot)
        return "\n".join(text_of(stage))


async def test_the_run_screen_shows_what_is_left_and_warns_when_the_rto_will_be_missed() -> None:
    steps = tuple(replace(step, expected_seconds=step.expected_seconds + 1200) for step in samples.PLAN.steps)
    good = await standing(replace(samples.PLAN, steps=steps), samples.state())
    assert "of RTO 02:00" in good
    assert "to go, expected end" in good
    assert "missed" not in good
    slow = tuple(replace(step, expected_seconds=step.expected_seconds + 7200) for step in samples.PLAN.steps)
    assert "! RTO missed by" in await standing(replace(samples.PLAN, steps=slow), samples.state())


async def test_the_review_says_what_the_plan_takes_and_whence_that_is_known() -> None:
    steps = tuple(replace(step, expected_from="3 runs", expected_seconds=4000.0) for step in samples.PLAN.steps)
    stage = Stage(ReviewScreen(setting(), replace(samples.PLAN, steps=steps)))
    async with stage.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        text = "\n".join(text_of(stage))
    assert "of RTO 2 h !" in text
    assert "(3 runs)" in text


@pytest.mark.parametrize(("extra", "warned"), [(0.0, False), (7200.0, True)])
def test_line_mode_warns_once_when_the_rto_will_be_missed(extra: float, warned: bool) -> None:
    steps = tuple(replace(step, expected_seconds=step.expected_seconds + extra) for step in samples.PLAN.steps)
    out = io.StringIO()
    operator = PlainOperator(Prompts(through(io.StringIO(""), out), out), by="ann", zone=UTC)
    operator.follow(replace(samples.PLAN, steps=steps), RunState())
    for event in samples.UNDER_WAY:
        operator.show(event)
    said = out.getvalue()
    assert said.count("WARNING elapsed") == int(warned)
    assert ("WILL NOT BE MET" in said) is warned


def test_line_mode_says_at_each_step_where_the_run_stands() -> None:
    out = io.StringIO()
    operator = PlainOperator(Prompts(through(io.StringIO("x\n"), out), out), by="ann", zone=UTC)
    operator.follow(samples.PLAN, RunState())
    operator.show(samples.UNDER_WAY[0])
    operator.ask(samples.destructive())
    assert "  time    elapsed" in out.getvalue()
