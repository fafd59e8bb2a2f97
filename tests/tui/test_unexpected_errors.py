"""An exception nobody foresaw, wherever it is raised: exit code 70, a report without values, the command to go on."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual import constants

from lync_wizard.core.errors import UNEXPECTED
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.plans.model import Precondition
from lync_wizard.runs.journal import Journal
from lync_wizard.tui import Load, Start, open_app
from lync_wizard.workspace.run_session import RunSession
from tests.tui import samples
from tests.tui.test_app import Desk, Farm, Loaded


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app runs whole, from ``open_app`` on, but paints on nothing and reads no keys."""
    monkeypatch.setattr(constants, "DRIVER", "textual.drivers.headless_driver:HeadlessDriver")


def stumble(*_: object) -> None:
    """Fails with a local variable that must not come into the report, and a secret in its message."""
    value = "local-" + "value"
    raise ZeroDivisionError("the password is hunter2" if value else "")


class Begun(Desk):
    """A home with one run that has been begun; ``fails`` says where carrying it on raises."""

    def __init__(self, root: Path, fails: str) -> None:
        super().__init__(root, Farm(), stumble if fails == "runner" else None)
        self.fails = fails
        first = replace(samples.BARE, before=(Precondition("the server is clean", "server-is-clean"),))
        # Of an earlier version: nothing is known of what it was made with, so nothing is compared.
        plan = replace(samples.PLAN, steps=(first,), format=1)
        with Journal.create(self.home.runs, plan) as record:
            record.append("run_started", data={"environment": self.environment, "by": "ann", "plan": plan.hash})
            record.append("plan_approved", data={"by": "ann", "hash": plan.hash, "person": 1})
        (folder,) = self.home.runs.iterdir()
        self.run = folder.name

    @property
    def begun(self) -> Start:
        return Start("session", session=RunSession.resume(self, self.run, by="ann"))

    def start_survey(self, told: object, *, asking: bool = False) -> None:
        threading.Thread(target=stumble).start()


class Actions:
    """Actions beside the wizard that cannot be listed."""

    title = "By hand"

    def __init__(self, desk: Begun) -> None:
        if desk.fails == "app":
            stumble()

    def actions(self) -> None:
        stumble()


class Beside(Begun):
    """A home whose run has actions beside it; they are looked up in the app's thread and listed in another."""

    @property
    def action_provider(self) -> Actions:  # type: ignore[override]
        return Actions(self)

    @action_provider.setter
    def action_provider(self, value: object) -> None:
        """Given up: there are always some."""


def loading(desk: Desk) -> Load:
    return lambda _: Loaded(desk, Redactor([Secret("hunter2")]))


def report_in(home: Path) -> str:
    """The text of the one report; it is its owner's alone."""
    (path,) = (home / "reports").iterdir()
    assert path.name.startswith("error-")
    assert path.suffix == ".txt"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fails", "home"), [("app", Beside), ("worker", Beside), ("runner", Begun)], ids=["app", "worker", "runner"]
)
def test_it_ends_with_a_report_and_the_command_that_continues_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fails: str, home: Callable[[Path, str], Begun]
) -> None:
    desk = home(tmp_path, fails)
    assert open_app(loading(desk), desk.begun, by="ann") == UNEXPECTED == 70
    # Whether a step was under way in the runner's thread just then is not known here.
    waited = "Waiting for the step under way: "
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith(waited)]
    assert said[0] == "lync-wizard ended unexpectedly: ZeroDivisionError"
    assert said[1].startswith(f"A report was written to {tmp_path / 'reports'}")
    assert said[-1] == f"lync-wizard resume {desk.run}"
    assert len(said) == 4, "nothing but the lines to be read"
    text = report_in(tmp_path)
    assert "in stumble" in text
    assert f"run {desk.run}" in text
    assert "ZeroDivisionError: the password is ********" in text
    assert "local-value" not in text
    assert "hunter2" not in text


def test_a_thread_that_nobody_waits_for_is_no_exception(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert open_app(loading(Begun(tmp_path, "survey")), Start("restore"), by="ann") == UNEXPECTED
    assert capsys.readouterr().err.splitlines()[-1] == "lync-wizard"
    assert "in stumble" in report_in(tmp_path)


@pytest.mark.parametrize("named", [True, False], ids=["home-named", "home-of-the-environment"])
def test_before_anything_is_read_the_report_goes_to_the_home_that_would_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], named: bool
) -> None:
    from lync_wizard.core.storage import Home

    monkeypatch.setenv("LYNC_WIZARD_HOME", str(tmp_path / "other" if named else tmp_path))
    home = Home.find(str(tmp_path)) if named else None
    assert open_app(stumble, by="ann", home=home) == UNEXPECTED  # type: ignore[arg-type]
    said = capsys.readouterr().err.splitlines()
    assert said[-1] == (f"lync-wizard --home {tmp_path}" if named else "lync-wizard")
    assert not any("hunter2" in line or "Traceback" in line for line in said)
    assert "in stumble" in report_in(tmp_path)


def test_a_report_that_cannot_be_written_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Begun(tmp_path, "runner")
    (tmp_path / "reports").write_text("in the way", encoding="utf-8")
    assert open_app(loading(desk), desk.begun, by="ann") == UNEXPECTED
    said = capsys.readouterr().err.splitlines()
    assert said[1].startswith("No report could be written: ")
    assert said[-1] == f"lync-wizard resume {desk.run}"
