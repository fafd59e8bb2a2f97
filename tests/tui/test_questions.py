"""A drill whose procedure is named: what was reported, then only the questions that matter, each with how to decide."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_wizard.cli.context import with_drill
from lync_wizard.core.storage import Home
from lync_wizard.lab.scenarios import symptoms
from lync_wizard.lab.server import process
from lync_wizard.tui import Start, WizardApp
from lync_wizard.tui.screens.backup_set import BackupSetScreen
from lync_wizard.tui.screens.choose import ChooseScreen
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.symptoms import SymptomsScreen
from lync_wizard.tui.widgets.frame import Setting
from tests.tui.stage import Clock
from tests.tui.test_whole_backup import Keyboard

SCENARIO = "contoso-ee-cms"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    lab = tmp_path / "drills" / "asked"
    process.start(lab, SCENARIO, speed=400, seed=3)
    yield lab
    process.stop(lab)


async def test_the_screens_tell_what_broke_and_ask_with_reasons_what_the_answers_leave_open(home: Path) -> None:
    options = argparse.Namespace(home=str(home.parent.parent), deployment=None)
    told = symptoms.of(SCENARIO)
    begin = Start("restore", "restore-cms", told=told)
    setting = Setting("contoso", "drill", domain="contoso.com", clock=Clock())
    app = WizardApp(lambda _: with_drill(options, Home(home)), start=begin, by="ann", setting=setting)
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Keyboard(app, pilot)
        await hand.at(SymptomsScreen)
        await hand.reads(*told)
        await hand.press("enter")
        await hand.at(ChooseScreen)
        await hand.reads(
            "se02.contoso.com", "› pool01.contoso.com", "holds the Central Management store", "does NOT hold"
        )
        await hand.press("enter")
        await hand.at(BackupSetScreen)
        await hand.press("enter")
        await hand.at(ChooseScreen)
        await hand.reads("Is the user store lost with the server?", "so is the data of its users")
        await hand.reads("Question 1 of 5")
        await hand.press("down", "enter")
        await hand.reads("Does another Lync server with the management shell still work?", "keeps a replica")
        await hand.reads("Question 2 of 3")
        await hand.press("escape")
        await hand.reads("Is the user store lost with the server?", "› no, the server works")


async def test_home_counts_the_sql_servers_among_what_can_be_reached(home: Path) -> None:
    options = argparse.Namespace(home=str(home.parent.parent), deployment=None)
    setting = Setting("contoso", "drill", domain="contoso.com", clock=Clock())
    app = WizardApp(lambda _: with_drill(options, Home(home)), start=Start(), by="ann", setting=setting)
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Keyboard(app, pilot)
        await hand.at(HomeScreen)
        await hand.reads("Reachable", "12 of 13 servers", "sql01 no answer")
