"""The whole app around a real runner and a real journal: the flow, leaving, a crash, notes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from lync_wizard.core import storage
from lync_wizard.core.errors import InputError
from lync_wizard.core.secret import AskPassword, Redactor, Secret
from lync_wizard.core.storage import Home
from lync_wizard.hosts import Connect, Limits, Output, Record, Reply
from lync_wizard.hosts.addresses import AddressBook, Endpoint, Environment
from lync_wizard.hosts.agreement import NamedHost
from lync_wizard.hosts.command import Command, Pipeline
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.state import RunEvent
from lync_wizard.triage import SurveyResult
from lync_wizard.tui import Ending, Start, WizardApp
from lync_wizard.tui.flows.run import RunFlow
from lync_wizard.tui.screens.agreement import AgreementScreen
from lync_wizard.tui.screens.checks import ChecksScreen
from lync_wizard.tui.screens.confirm import ConfirmScreen
from lync_wizard.tui.screens.decide import DecideScreen
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.leave import LeaveScreen
from lync_wizard.tui.screens.opening import OpeningScreen
from lync_wizard.tui.screens.password import PasswordScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.run import RunScreen
from lync_wizard.tui.screens.triage import TriageScreen
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.tui import samples
from tests.tui.stage import setting, text_of
from tests.tui.test_screens import typed


@dataclass
class Farm:
    """Hosts that answer as asked for; ``hold`` keeps the import under way until it is set."""

    hold: threading.Event = field(default_factory=threading.Event)
    importing: threading.Event = field(default_factory=threading.Event)
    sent: list[str] = field(default_factory=list)

    def connect(self, server: str, account: str, transport: str = "psrp") -> Talk:
        return Talk(self, server)


@dataclass
class Talk:
    """One session with such a host."""

    farm: Farm
    host: str

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        if not isinstance(command, Pipeline):
            self.farm.sent.append("robocopy")
            return Reply("completed", exit_code=0)
        name = command.cmdlets[0].name
        if name == "Import-CsUserData":
            self.farm.sent.append(name)
            on_output(Output("verbose", "Reading package ..."))
            self.farm.importing.set()
            self.farm.hold.wait(30)
            return Reply("completed")
        return Reply("completed", (Record("RTCSRV", {"Status": "Running"}),))

    def close(self) -> None:
        """Nothing to end."""


FACTS = """
deployment: {dns-domain: contoso.com, sites: [Redmond]}
pools: {se01.contoso.com: {pool: {kind: standard-edition, site: Redmond, servers: [se01.contoso.com]}}}
"""


class Desk(Workspace):
    """The workspace of a home that knows one server, which answers as the farm does; nobody asks it for triage."""

    def __init__(self, root: Path, farm: Farm, connect: Connect | None = None) -> None:
        self.farm = farm
        storage.write_whole(root / "worksheets" / "contoso" / "deployment-facts.yaml", FACTS)
        nowhere = {samples.SE: Endpoint(address="127.0.0.1", port=9)}
        book = AddressBook(Environment(samples.PLAN.environment_kind, samples.PLAN.environment), hosts=nowhere)
        super().__init__(Home(root), book, connect or farm.connect, Redactor())

    @property
    def session(self) -> RunSession:
        """A new session of the sample plan, with a check that these hosts can answer."""
        return RunSession(self, replace(samples.PLAN, checks=("hosts-answer",)), by="ann")

    def start_survey(self, told: Callable[[SurveyResult], object], *, asking: bool = False) -> None:
        """Nobody is asked."""

    @property
    def events(self) -> list[tuple[str, str | None]]:
        return [(event.type, event.step) for event in self.journal]

    @property
    def journal(self) -> list[RunEvent]:
        """The events of the one run."""
        (folder,) = self.home.runs.iterdir()
        with Reader(folder) as reader:
            return reader.events()


@dataclass(frozen=True)
class Loaded:
    """What loading brings."""

    workspace: Workspace
    redactor: Callable[[str], str] = field(default_factory=Redactor)


class Driver:
    """The app under a pilot, with waits for what is to appear."""

    def __init__(self, app: WizardApp, pilot: Pilot[Any], desk: Desk) -> None:
        self.app = app
        self.pilot = pilot
        self.desk = desk

    async def until(self, holds: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(10):
                while not holds():
                    await self.pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError("\n".join(text_of(self.app))) from None

    async def at(self, kind: type[Any]) -> None:
        await self.until(lambda: isinstance(self.app.screen, kind) and self.app.screen.is_mounted)
        await self.pilot.pause()

    async def reads(self, text: str) -> None:
        await self.until(lambda: text in "\n".join(text_of(self.app)))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def to_the_run(self) -> None:
        await self.at(ChecksScreen)
        await self.reads("no check blocks the run")
        await self.press("enter")
        await self.at(ReviewScreen)
        await self.press("enter")

    async def confirm(self) -> None:
        await self.at(ConfirmScreen)
        await self.press(*typed(samples.SE), "enter")

    def done(self, step: str) -> bool:
        """Whether the runner has a step behind it."""
        flow = self.app.context.run_flow
        return isinstance(flow, RunFlow) and flow.runner.state.of(step).shown == "done"

    async def to_the_import(self) -> None:
        await self.to_the_run()
        await self.confirm()
        for name in ("se-bare", "se-image"):
            await self.reads("Do this manually")
            await self.press("enter")
            await self.until(partial(self.done, name))
        await self.confirm()
        await self.reads("Enter sends it")
        await self.press("enter")
        await self.until(self.desk.farm.importing.is_set)
        await self.reads("Reading package")


@asynccontextmanager
async def opened(tmp_path: Path, start: Start | None = None) -> AsyncIterator[tuple[Driver, Desk]]:
    desk = Desk(tmp_path, Farm())
    start = start or Start("session", session=desk.session)
    app = WizardApp(lambda _: Loaded(desk), start=start, by="ann", setting=setting(under_way=""))
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            yield Driver(app, pilot, desk), desk
    finally:
        desk.farm.hold.set()


async def test_from_checks_to_report(tmp_path: Path) -> None:
    async with opened(tmp_path) as (driver, desk):
        await driver.to_the_import()
        desk.farm.hold.set()
        await driver.at(DecideScreen)
        await driver.press("down", "enter")
        await driver.at(ReportScreen)
        await driver.reads("5 of 5 steps")
        await driver.press("enter")
        await driver.until(lambda: driver.app.return_value is not None)
    ending = driver.app.return_value
    assert ending is not None
    assert ending.what == "finished"
    assert desk.farm.sent == ["robocopy", "Import-CsUserData"]
    assert desk.events[-1] == ("run_finished", None)


async def test_ctrl_c_under_way_offers_to_stop_after_the_step_and_cuts_nothing_off(tmp_path: Path) -> None:
    async with opened(tmp_path) as (driver, desk):
        await driver.to_the_import()
        await driver.press("ctrl+c")
        await driver.at(LeaveScreen)
        await driver.reads("▶ under way  Import user data on se01.contoso.com")
        await driver.press("enter")
        await driver.at(RunScreen)
        await driver.press("q")
        await driver.at(LeaveScreen)
        await driver.press("down", "enter")
        await driver.at(RunScreen)
        assert driver.app.return_value is None
        desk.farm.hold.set()
        await driver.until(lambda: driver.app.return_value is not None)
    ending = driver.app.return_value
    assert ending is not None
    assert ending.what == "paused"
    assert ending.said[-1].endswith(f"lync-wizard resume {ending.run}")
    assert ("step_finished", "se-userdata.4") in desk.events
    assert desk.events[-1] == ("run_paused", None)


async def test_escape_answers_nothing_and_enter_opens_the_question_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as (driver, desk):
        await driver.to_the_run()
        await driver.at(ConfirmScreen)
        await driver.press("escape")
        await driver.at(RunScreen)
        await driver.reads("Destructive: Enter opens")
        await driver.press("n")
        await driver.press(*typed("seen"), "enter")
        await driver.until(lambda: ("note", "se-bare") in desk.events)
        await driver.at(ConfirmScreen)
        await driver.press("escape")
        await driver.at(RunScreen)
        await driver.press("enter")
        await driver.at(ConfirmScreen)
        assert ("step_confirmed", "se-bare") not in desk.events
        await driver.press("escape")
        await driver.at(RunScreen)
        await driver.press("s")
        await driver.at(ReportScreen)
        await driver.reads("go on with  lync-wizard resume")
    assert desk.farm.sent == []


def stumble() -> None:
    """Fails with a local variable that must not come into the report."""
    password = "hunter2"
    if password:
        raise ZeroDivisionError


async def test_a_crash_leaves_a_report_and_the_command_that_goes_on(tmp_path: Path) -> None:
    raised = None
    desk = Desk(tmp_path, Farm())
    start = Start("session", session=desk.session)
    app = WizardApp(lambda _: Loaded(desk), start=start, by="ann", setting=setting())
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            driver = Driver(app, pilot, desk)
            await driver.to_the_run()
            await driver.at(ConfirmScreen)
            app.call_later(stumble)
            await driver.until(lambda: bool(app.crash))
    except ZeroDivisionError as error:
        raised = error
    assert raised is not None
    assert app.crash[-1] == f"lync-wizard resume {app.context.run_name}"
    (written,) = (tmp_path / "reports").iterdir()
    text = written.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in text
    assert "hunter2" not in text
    assert desk.events[-1] == ("run_paused", None), "the runner was let go and wrote down that it stopped"


async def test_home_is_left_with_q(tmp_path: Path) -> None:
    async with opened(tmp_path, Start()) as (driver, _):
        await driver.at(HomeScreen)
        await driver.press("question_mark")
        await driver.reads("A drill does all of this")
        await driver.press("escape")
        await driver.press("q")
        await driver.at(LeaveScreen)
        await driver.press("down", "enter")
        await driver.until(lambda: driver.app.return_value is not None)
    assert driver.app.return_value == Ending()


async def test_the_frame_stands_before_anything_is_read_and_says_neither_drill_nor_production(tmp_path: Path) -> None:
    go_on = threading.Event()
    desk = Desk(tmp_path, Farm())

    def load(_: AskPassword) -> Loaded:
        go_on.wait(30)
        return Loaded(desk)

    app = WizardApp(load, by="ann")
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot, desk)
        await driver.at(OpeningScreen)
        await driver.reads("reading the worksheets …")
        lines = text_of(app)
        assert lines[0].startswith(" lync-wizard")
        assert "q quit" in lines[-1]
        assert not {"DRILL", "PRODUCTION"} & set(lines[0].split())
        go_on.set()
        await driver.at(HomeScreen)
        await driver.reads("contoso │  DRILL ")


async def test_while_the_home_is_read_q_leaves_at_once(tmp_path: Path) -> None:
    go_on = threading.Event()

    def load(_: AskPassword) -> Loaded:
        go_on.wait(30)
        return Loaded(Desk(tmp_path, Farm()))

    app = WizardApp(load)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("q")
        go_on.set()
    assert app.return_value == Ending()


async def test_a_home_that_cannot_be_read_ends_the_screens_with_that_refusal() -> None:
    broken = InputError("2 problems in the worksheets", "Fix what is listed and try again.", "plan.yaml:3:5: rto")

    def load(_: AskPassword) -> Loaded:
        raise broken

    app = WizardApp(load)
    async with app.run_test(size=(80, 24)) as pilot, asyncio.timeout(10):
        while app.refused is None:
            await pilot.pause(0.02)
    assert app.refused is broken
    assert not app.crash


@dataclass
class Door:
    """A farm that lets nobody in without a password."""

    farm: Farm
    ask: AskPassword = field(default=lambda _: None)
    given: list[Secret | None] = field(default_factory=list)

    def connect(self, server: str, account: str, transport: str = "psrp") -> Talk:
        self.given.append(self.ask(r"CONTOSO\lyncadmin"))
        return self.farm.connect(server, account, transport)


@pytest.mark.parametrize("keys", [["enter"], ["escape"]], ids=lambda keys: str(keys[0]))
async def test_a_password_is_asked_for_on_a_screen_of_its_own(tmp_path: Path, keys: list[str]) -> None:
    farm = Farm()
    door = Door(farm)
    desk = Desk(tmp_path, farm, door.connect)

    def load(ask: AskPassword) -> Loaded:
        door.ask = ask
        return Loaded(desk)

    start = Start("session", session=desk.session)
    app = WizardApp(load, start=start, by="ann", setting=setting(under_way=""))
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot, desk)
        await driver.at(PasswordScreen)
        await driver.reads(r"Password for CONTOSO\lyncadmin")
        await driver.press(*typed("hunter2"), *keys)
        await driver.until(lambda: not isinstance(app.screen, PasswordScreen))
        assert "hunter2" not in "\n".join(text_of(app))
    assert door.given[0] == (Secret("hunter2") if keys == ["enter"] else None)
    assert app.person("ann") is None, "nobody is there to be asked any more"


@pytest.mark.parametrize(("keys", "agreed"), [(["enter"], False), (["down", "enter"], True), (["escape"], False)])
async def test_hosts_that_nobody_agreed_to_are_asked_about_on_a_screen_of_its_own(
    tmp_path: Path, keys: list[str], agreed: bool
) -> None:
    desk = Desk(tmp_path, Farm())
    hosts = [NamedHost(f"fe{number:02}.contoso.com", "from topology.xml") for number in range(1, 31)]
    app = WizardApp(lambda _: Loaded(desk), start=Start(), by="ann", setting=setting(under_way=""))
    answers: list[bool | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot, desk)
        await driver.at(HomeScreen)
        threading.Thread(target=lambda: answers.append(app.person.agrees(hosts))).start()
        await driver.at(AgreementScreen)
        await driver.reads("fe01.contoso.com  from topology.xml")
        await driver.reads("› No")
        await driver.press(*keys)
        await driver.until(lambda: bool(answers))
        app.person.told("signing in to fe01.contoso.com as ann")
        await driver.reads("signing in to fe01.contoso.com as ann")
    assert answers == [agreed]
    assert app.person.agrees(hosts) is None, "nobody is there to be asked any more"


async def test_the_answers_so_far_are_shown_in_words(tmp_path: Path) -> None:
    async with opened(tmp_path, Start("restore")) as (driver, _):
        await driver.at(TriageScreen)
        await driver.press("enter")
        await driver.reads("pairing: ")
