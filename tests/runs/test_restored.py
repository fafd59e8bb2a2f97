"""What a restore proves about the set it was made from is kept beside the set."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.core.errors import Refused
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.hosts.addresses import AddressBook, Environment
from lync_wizard.runs.journal import Reader, runs
from lync_wizard.runs.runner import Answer, Request
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.runs.test_resume import Steady
from tests.world import World, begun

SE = "se01.contoso.com"


@pytest.fixture
def shelf(contoso_papers: Path, tmp_path: Path) -> Path:
    kept = next((contoso_papers / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup"))
    return Path(shutil.copytree(kept, tmp_path / "shelf"))


def opened(home: Home, shelf: Path, world: World, *, judged: bool = False) -> Workspace:
    book = AddressBook(Environment("production", "test"), shares={r"\\backup01.contoso.com\LyncBackup": shelf})
    return Workspace(home, book, world.connect, Redactor(), judged=judged)


class Leaving(Steady):
    """Leaves out what is to be confirmed, with a reason."""

    def ask(self, request: Request) -> Answer:
        if request.kind == "confirm":
            return Answer("skip", reason="later")
        return super().ask(request)


def carried(workspace: Workspace, operator: Steady) -> str:
    made = workspace.plan("restore-se", SE, workspace.newest(), {})
    # Without gates: the hosts of these tests answer no catalogue check.
    made = replace(made, steps=tuple(replace(step, before=()) for step in made.steps))
    operator.world.plan = made
    begun(workspace, made, operator).run()
    return made.backup_set or ""


def test_a_run_that_did_every_step_is_recorded_beside_its_set(home: Home, shelf: Path, world: World) -> None:
    workspace = opened(home, shelf, world)
    name = carried(workspace, Steady(world))
    (restored,) = backup.read_log(shelf / name).restored
    assert (restored.run, restored.environment, restored.restored) == (runs(home.runs)[0].name, "production", True)


class Stopping(Steady):
    """Stops where something is to be confirmed."""

    def ask(self, request: Request) -> Answer:
        return Answer("stop") if request.kind == "confirm" else super().ask(request)


def test_a_run_goes_on_only_with_the_files_that_were_saved(home: Home, shelf: Path, world: World) -> None:
    workspace = opened(home, shelf, world)
    name = carried(workspace, Stopping(world))
    [run] = runs(home.runs)
    users = shelf / name / f"UserData/{SE}.zip"
    whole = users.read_bytes()
    users.write_bytes(whole[:-1] + b"x")
    again = RunSession.resume(workspace, run.name, by="ann")
    with pytest.raises(Refused, match=f"UserData/{SE}.zip has another content"):
        again.start(Steady(world))
    with pytest.raises(Refused, match="is not the target"):
        again.leave_files_unhashed("fe01.contoso.com")
    users.write_bytes(whole)
    again.start(Steady(world)).run()
    assert backup.read_log(shelf / name).restored


def test_a_run_with_gaps_proves_nothing(home: Home, shelf: Path, world: World) -> None:
    name = carried(opened(home, shelf, world), Leaving(world))
    assert not backup.read_log(shelf / name).restored


def test_where_somebody_else_judges_the_end_of_a_run_proves_nothing(home: Home, shelf: Path, world: World) -> None:
    name = carried(opened(home, shelf, world, judged=True), Steady(world))
    assert not backup.read_log(shelf / name).restored


def test_a_record_that_cannot_be_written_is_noted_and_fails_no_run(home: Home, shelf: Path, world: World) -> None:
    workspace = opened(home, shelf, world)
    (shelf / (workspace.newest() or "") / "state.json").write_text("damaged", "utf-8")
    carried(workspace, Steady(world))
    with Reader(runs(home.runs)[0]) as reader:
        events = reader.events()
    assert [event.type for event in events[-2:]] == ["run_finished", "note"]
    assert "damaged" in events[-1].data["text"]
