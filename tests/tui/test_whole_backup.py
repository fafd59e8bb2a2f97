"""A backup from the home screen against the lab, every painted screen kept: what it makes, and what it never shows."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from lync_wizard import backup
from lync_wizard.cli import main
from lync_wizard.cli.context import open_context
from lync_wizard.core import timestamps
from lync_wizard.core.secret import Secret
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.tui import Start, WizardApp
from lync_wizard.tui.screens.checks import ChecksScreen
from lync_wizard.tui.screens.choose import ChooseScreen
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.leave import LeaveScreen
from lync_wizard.tui.screens.password import PasswordScreen
from lync_wizard.tui.screens.progress import ProgressScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.run import RunScreen
from lync_wizard.tui.screens.worksheet import WorksheetScreen
from lync_wizard.tui.widgets.frame import Setting
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.backup_job.unattended_operator import UnattendedOperator
from lync_wizard.workspace.run_session import RunSession
from tests.tui.stage import Clock, text_of
from tests.tui.test_screens import typed

SE = "se01.contoso.com"
PASSWORD = "Correct-Horse-7-Battery"


class Watched(WizardApp):
    """The app, and every text it ever painted with the screen it stood on."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.painted: dict[str, set[str]] = {}

    def post_display_hook(self) -> None:
        self.painted.setdefault(type(self.screen).__name__, set()).add("\n".join(text_of(self)))

    def seen(self) -> str:
        return "\n".join(text for texts in self.painted.values() for text in texts)


class Keyboard:
    """Somebody at the keys who waits for what is to appear."""

    def __init__(self, app: WizardApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def until(self, holds: Callable[[], bool], seconds: float = 90) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    await self.pilot.pause(0.05)
        except TimeoutError:
            raise AssertionError("\n".join([repr(self.app.refused), *text_of(self.app)])) from None

    async def at(self, kind: type[Any]) -> Any:
        await self.until(lambda: isinstance(self.app.screen, kind) and self.app.screen.is_mounted)
        await self.pilot.pause()
        return self.app.screen

    async def reads(self, *texts: str) -> None:
        """These texts stand there; where a line wraps is the screen's business."""

        def dense(text: str) -> str:
            return "".join(text.split())

        await self.until(lambda: all(dense(text) in dense("".join(text_of(self.app))) for text in texts))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def choose(self, item: str) -> None:
        """The item of the list whose line begins so."""
        for _ in range(12):
            if any(line.strip().startswith(f"› {item}") for line in text_of(self.app)):
                break
            await self.press("down")
        await self.press("enter")


@pytest.fixture
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    home = tmp_path / "home"
    os.environ[process.VARIABLE] = PASSWORD
    try:
        process.start(home, "contoso-se", speed=getattr(request, "param", 400), seed=11, standing=True)
        os.environ[process.VARIABLE] = "no account reads it, so that a person is asked"
        connections = home / "connections.yaml"
        asked = connections.read_text("utf-8").replace(f", password_env: {process.VARIABLE}", "")
        connections.write_text(asked, "utf-8")
        yield home
    finally:
        os.environ.pop(process.VARIABLE, None)
        process.stop(home)


@asynccontextmanager
async def opened(
    home: Path, start: Start | None = None, *, kind: type[WizardApp] = WizardApp
) -> AsyncIterator[Keyboard]:
    options = argparse.Namespace(home=str(home), deployment=None)
    setting = Setting("contoso", "drill", domain="contoso.com", clock=Clock())
    app = kind(lambda ask: open_context(options, ask=ask), start=start or Start(), by="ann", setting=setting)
    async with app.run_test(size=(100, 30)) as pilot:
        yield Keyboard(app, pilot)


def root_of(home: Path) -> Path:
    [root] = (home / "lab" / "disks" / "backup01.contoso.com").rglob("LyncBackup")
    return root


async def to_the_run(keys: Keyboard) -> None:
    await keys.at(HomeScreen)
    await keys.reads("Reachable", "2 of 2 servers", "restored ·")
    await keys.choose("Back up now")
    await keys.at(PasswordScreen)
    await keys.press(*typed(PASSWORD), "enter")
    await keys.at(ChecksScreen)
    await keys.reads("no check blocks the run")
    await keys.press("enter")
    await keys.at(ReviewScreen)


async def test_from_home_to_a_verified_set_and_no_secret_anywhere(site: Path) -> None:
    before = {path.name for path in root_of(site).iterdir() if path.is_dir()}
    async with opened(site, kind=Watched) as keys:
        assert isinstance(keys.app, Watched)
        await to_the_run(keys)
        await keys.press("p")
        await keys.at(ChooseScreen)
        await keys.reads("Written:", "backup-contoso.pdf")
        await keys.press("escape")
        await keys.at(ReviewScreen)
        await keys.press("enter")
        await keys.at(ReportScreen)
        await keys.reads("backed up: ")
        await keys.press("p")
        await keys.reads("Written:", "report-")
        await keys.press("escape")
        await keys.at(ReportScreen)
        await keys.press("enter")
        await keys.at(HomeScreen)
        await keys.reads("present ✓  intact ✓  read ✓  restored ·", "newest verified set", "2 of 2 servers")
        await keys.choose("Worksheets")
        await keys.at(WorksheetScreen)
        await keys.press("escape")
        await keys.at(HomeScreen)
        await keys.press("p")
        await keys.reads("Written:", "runbook.pdf")
        await keys.press("escape")
        await keys.at(HomeScreen)
        await keys.reads("printed today")
        await keys.press("q")
        await keys.at(LeaveScreen)
        await keys.press("down", "enter")
        await keys.until(lambda: keys.app.return_value is not None)
    [made] = [path for path in root_of(site).iterdir() if path.is_dir() and path.name not in before]
    assert LabControl(site).backed_up(made.name) == {"verdict": "backed up", "not_restored": []}
    verified = backup.read_log(made).newest
    assert verified
    assert verified.value("read") == "pass"
    assert json.loads((site / backup_job.STATUS).read_text("utf-8"))["exit"] == 0
    kinds = {"HomeScreen", "ChecksScreen", "PasswordScreen", "ReviewScreen", "RunScreen", "ReportScreen",
             "ChooseScreen", "WorksheetScreen", "LeaveScreen", ProgressScreen.__name__}  # fmt: skip
    assert kinds <= set(keys.app.painted)
    assert PASSWORD not in keys.app.seen()
    printed = sorted((site / "reports").rglob("*.pdf"))
    assert {path.name for path in printed} >= {"backup-contoso.pdf", "worksheets.pdf", "plan.pdf", "runbook.pdf"}
    for path in [*printed, *made.glob("*.pdf")]:
        text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
        assert "contoso" in text
        assert PASSWORD not in text
        assert PASSWORD.encode() not in path.read_bytes()
    for path in (p for p in site.rglob("*") if p.is_file() and p.name != "ntlm-users"):
        assert PASSWORD.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("site", [50], indirect=True)  # slow enough for a middle to leave it in
async def test_a_run_left_in_the_middle_goes_on_from_the_home_screen_and_the_set_is_completed(site: Path) -> None:
    async with opened(site) as keys:
        await to_the_run(keys)
        await keys.press("enter")
        await keys.at(RunScreen)
        await keys.press("s")
        await keys.at(ReportScreen)
        await keys.reads("lync-wizard --home")
        await keys.press("enter")
        await keys.at(HomeScreen)
        await keys.reads("Go on with backup contoso", "restored ·")
        await keys.press("enter")
        await keys.at(ReportScreen)
        await keys.reads("backed up: ")
    done = [one for one in backup.sets(root_of(site)) if isinstance(one, backup.BackupSet)]
    assert len(done) == 2
    assert not (done[0].folder / backup_job.MARK).exists()
    assert LabControl(site).backed_up(done[0].name)["verdict"] == "backed up"


async def test_a_set_whose_run_ended_while_nobody_was_there_is_completed(site: Path) -> None:
    """As after a power cut between the last step and the manifest."""
    work = open_context(argparse.Namespace(home=str(site), deployment=None), ask=lambda _: Secret(PASSWORD))
    made = backup_job.prepare(work.workspace)

    session = RunSession(work.workspace, made, by="ann")
    for finding in session.in_the_way:
        session.note(replace(finding, status="ok"))
    session.approve()
    session.start(UnattendedOperator()).run()
    assert not (root_of(site) / str(made.backup_set) / backup.MANIFEST).exists()
    async with opened(site) as keys:
        await keys.at(HomeScreen)
        await keys.reads("Complete the set of", "restored ·")
        await keys.choose("Complete the set of")
        await keys.at(PasswordScreen)
        await keys.press(*typed(PASSWORD), "enter")
        await keys.at(ReportScreen)
        await keys.reads("backed up: ")
    assert LabControl(site).backed_up(str(made.backup_set))["verdict"] == "backed up"


@pytest.mark.thorough
async def test_older_sets_are_listed_and_go_only_when_somebody_says_so(site: Path) -> None:
    [old] = [one for one in backup.sets(root_of(site)) if isinstance(one, backup.BackupSet)]
    for day in (1, 2, 3):
        another(old, f"2020-01-0{day}T000000Z_contoso", f"2020-01-0{day}T00:00:00Z")
    for column in ("count", "days", "minimum-sound"):
        assert main(["--home", str(site), "worksheet", "set", f"plan/retention/{column}", "1"]) == 0
    async with opened(site) as keys:
        await to_the_run(keys)
        await keys.press("enter")
        await keys.at(ReportScreen)
        await keys.press("enter")
        await keys.at(ChooseScreen)
        await keys.reads("3 older sets may be removed under the plan", "2020-01-01T000000Z_contoso")
        await keys.press("enter")
        await keys.pilot.pause()
        assert isinstance(keys.app.screen, ChooseScreen), "Enter alone answered"
        assert len(list(root_of(site).glob("2020-*"))) == 3
        await keys.press("down", "down", "enter")
        await keys.at(HomeScreen)
    assert not list(root_of(site).glob("2020-*"))
    gone = [json.loads(line) for line in (site / "removed.jsonl").read_text("utf-8").splitlines()]
    assert [(one["name"], one["by"]) for one in gone] == [
        (f"2020-01-0{day}T000000Z_contoso", "ann") for day in (1, 2, 3)
    ]


def another(old: backup.BackupSet, name: str, made_at: str) -> None:
    folder = old.folder.parent / name
    shutil.copytree(old.folder, folder, ignore=shutil.ignore_patterns("*.json"))
    backup.write_manifest(folder, replace(old.manifest, name=name, made_at=timestamps.parse_utc(made_at)))
