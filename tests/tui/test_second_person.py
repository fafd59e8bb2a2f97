"""On the screens and in line mode: the second person, time against the RTO, and what was reported."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core.errors import Denied
from lync_wizard.core.prompts import through
from lync_wizard.core.secret import Secret
from lync_wizard.hosts import Record, Reply, Session
from lync_wizard.hosts.command import Command
from lync_wizard.line_mode import PlainOperator, Prompts
from lync_wizard.plans import approval
from lync_wizard.plans.model import Plan
from lync_wizard.runs.state import RunState
from lync_wizard.tui import Start
from lync_wizard.tui.screens.checks import ChecksScreen
from lync_wizard.tui.screens.confirm import ConfirmScreen
from lync_wizard.tui.screens.error import ErrorScreen
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.note import NoteScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.run import RunScreen
from lync_wizard.tui.screens.second_approver import NotProvenScreen, SecondApproverScreen
from lync_wizard.tui.screens.symptoms import SymptomsScreen
from lync_wizard.tui.widgets.log_view import log_lines
from lync_wizard.worksheets import Cell
from tests.tui import samples
from tests.tui.stage import Stage, setting, text_of
from tests.tui.test_app import Desk, Driver, Talk, opened
from tests.tui.test_screens import SMALL, settled, typed

BEN = r"CONTOSO\ben"


async def test_the_second_person_is_asked_and_nobody_else_passes() -> None:
    stage = Stage(SecondApproverScreen(setting(), samples.PLAN, "ann"))
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.pause()
        for name in ("", "ANN", "a n n", "contoso/ann"):
            await pilot.press(*(typed(name) if name else ()), "enter")
            await settled(pilot)
            assert stage.dismissed == []
            assert ("cannot be the second person" if name else "no name was given") in "\n".join(text_of(stage))
            await pilot.press(*["backspace"] * len(name))
        await pilot.press(*typed(BEN), "enter", *typed("Secret-7"))
        assert "Secret-7" not in "\n".join(text_of(stage))
        await pilot.press("enter")
        await settled(pilot)
    assert stage.dismissed == [(BEN, Secret("Secret-7"))]


async def to_the_second_person(driver: Driver, desk: Desk) -> None:
    desk.record(Cell.parse(approval.CELL), "yes")
    await driver.at(ChecksScreen)
    await driver.reads("no check blocks the run")
    await driver.press("enter")
    await driver.at(ReviewScreen)
    await driver.press("enter")
    await driver.at(SecondApproverScreen)


def approvals(desk: Desk) -> list[dict[str, Any]]:
    return [dict(event.data) for event in desk.journal if event.type == "plan_approved"]


async def test_where_nobody_can_sign_in_the_screens_say_so_and_the_approval_is_not_proven(tmp_path: Path) -> None:
    async with opened(tmp_path) as (driver, desk):
        await to_the_second_person(driver, desk)
        await driver.press("escape")
        await driver.at(ReviewScreen)
        assert not list(desk.home.runs.glob("*"))
        await driver.press("enter")
        await driver.at(SecondApproverScreen)
        await driver.press(*typed(BEN), "enter", *typed("Secret-7"), "enter")
        await driver.at(NotProvenScreen)
        await driver.reads("is not proven")
        await driver.press("down", "enter")
        await driver.at(ConfirmScreen)
        first, second = approvals(desk)
        assert (first["by"], second["by"]) == ("ann", BEN)
        assert "cannot sign in to" in second["not_proven"]
        assert "Secret-7" not in str([event.data for event in desk.journal])


async def test_a_refused_password_can_be_typed_again_or_left_at_a_reason(tmp_path: Path) -> None:
    tried: list[str] = []

    def refuse(server: str, user: str, _: Secret) -> Session:
        tried.append(f"{user} at {server}")
        raise Denied(f"{server} refused the account or its password", "Enter the password again.")

    async with opened(tmp_path) as (driver, desk):
        desk.sign_in = refuse
        await to_the_second_person(driver, desk)
        await driver.press(*typed(BEN), "enter", *typed("Secret-7"), "enter")
        await driver.at(NotProvenScreen)
        await driver.reads("refused the account or its password")
        await driver.press("enter")
        await driver.at(SecondApproverScreen)
        await driver.reads(BEN)
        await driver.press("enter", "enter")
        await driver.at(NoteScreen)
        await driver.press(*typed("on the telephone"), "enter")
        await driver.at(ConfirmScreen)
        assert tried == [f"{BEN} at {samples.SE}"], "an empty password was sent"
        assert approvals(desk)[1]["not_proven"] == "nobody signed in; on the telephone"


async def test_whoever_a_host_knows_as_the_starter_is_told_so_and_asked_again(tmp_path: Path) -> None:
    class Known(Talk):
        def run(self, command: Command, **more: Any) -> Reply:
            return Reply("completed", (Record(r'"contoso\ann","S-1-5-21-1-2-3-4"'),), exit_code=0)

    async with opened(tmp_path) as (driver, desk):
        desk.sign_in = lambda server, *_: Known(desk.farm, server)
        await to_the_second_person(driver, desk)
        await driver.press(*typed(BEN), "enter", *typed("Secret-7"), "enter")
        await driver.at(ErrorScreen)
        await driver.reads("cannot be the second person as well")
        await driver.press("enter")
        await driver.at(SecondApproverScreen)
        assert not list(desk.home.runs.glob("*"))


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
