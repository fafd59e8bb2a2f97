"""One plan through every front end comes to one end: ``front_ends.yaml`` says which, and what the end is.

The wizard's home is beside the lab's, as in production: nobody but the run itself judges what it came to.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lync_wizard import backup
from lync_wizard.backup.verification_log import restored
from lync_wizard.cli import main
from lync_wizard.cli.context import open_context
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.plans import model
from lync_wizard.runs import journal
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.state import fold
from lync_wizard.tui import Start
from lync_wizard.tui.app import EXIT_CODES
from lync_wizard.tui.screens.checks import ChecksScreen
from lync_wizard.tui.screens.confirm import ConfirmScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.run import RunScreen
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.run_session import RunSession
from tests.tui.stage import text_of
from tests.tui.test_screens import typed
from tests.tui.test_whole_backup import Keyboard, opened

CASES = yaml.safe_load(Path(__file__).with_name("front_ends.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def lab_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """The home of a lab for a kind of plan: one that stands serves all of its front ends, a broken one only one."""
    begun: list[Path] = []
    standing: dict[str, Path] = {}

    def start(kind: str) -> Path:
        case = CASES[kind]
        if kind in standing:
            return standing[kind]
        begun.append(tmp_path_factory.mktemp(kind))
        process.start(begun[-1], case["scenario"], speed=400, seed=11, standing=case["standing"])
        if case["standing"]:
            standing[kind] = begun[-1]
        return begun[-1]

    yield start
    for lab in begun:
        process.stop(lab)


def root_of(lab: Path) -> Path:
    [root] = (lab / "lab" / "disks" / "backup01.contoso.com").rglob("LyncBackup")
    return root


def home_beside(lab: Path, home: Path) -> Path:
    """A wizard's home that knows the deployment of the lab, and of the lab itself nothing."""
    shutil.copytree(lab / "worksheets", home / "worksheets")
    # The test users' password lies where the others' does.
    users = "".join(
        f'  {one}.contoso.com: {{user: "CONTOSO\\\\{one}", password_env: {process.VARIABLE}}}\n'
        for one in ("support01", "support02")
    )
    known = (lab / "connections.yaml").read_text("utf-8").replace("\nhosts:\n", f"\nhosts:\n{users}")
    (home / "connections.yaml").write_text(known, "utf-8")
    shutil.copy(lab / "manifests.json", home / "manifests.json")
    return home


def end_of(code: int, home: Path, lab: Path) -> dict[str, Any]:
    """Where everything stands after the one run of a home."""
    [folder] = journal.runs(home / "runs")
    with Reader(folder) as reader:
        plan, state = reader.plan, fold(reader.events())
    made = root_of(lab) / str(plan.backup_set)
    told = home / backup_job.STATUS
    status = json.loads(told.read_text("utf-8")) if told.is_file() else None
    judged = LabControl(lab).backed_up(made.name) if backup_job.is_backup(plan) else LabControl(lab).verdict()
    log = backup.read_log(made)
    return {
        "exit": code,
        "run": state.finished or "unfinished",
        "lab": judged["verdict"],
        "status": status and {key: status[key] for key in ("exit", "result")},
        "set": {
            "manifest": (made / backup.MANIFEST).is_file(),
            "mark": (made / backup.MARK).is_file(),
            "read": log.newest.value("read") if log.newest else "not verified",
            "restored": restored(log.restored).value,
        },
    }


def played() -> Iterator[Any]:
    for kind, case in CASES.items():
        for face, how in case["front ends"].items():
            marks = [pytest.mark.thorough] if how.get("thorough") else []
            yield pytest.param(kind, face, id=f"{kind}-{face}", marks=marks)


@pytest.mark.parametrize(("kind", "face"), list(played()))
async def test_every_front_end_comes_to_the_same_end(
    kind: str, face: str, lab_of: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    case, how = CASES[kind], CASES[kind]["front ends"][face]
    lab = lab_of(kind)
    password = process.password(lab)
    assert password
    monkeypatch.setenv(process.VARIABLE, password.reveal())
    home, plan = home_beside(lab, tmp_path / "home"), tmp_path / "plan.json"
    if how.get("screens"):
        code = await on_the_screens(home, made(home, case["plan"], plan))
    else:
        words = how["command"]
        if "PLAN" in words:
            known = {"PLAN": str(plan), "HASH": made(home, case["plan"], plan).hash}
            words = [known.get(word, word) for word in words]
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in how.get("typed", ()))))
        code = main(["--home", str(home), *words])
    assert end_of(code, home, lab) == case["end"]
    if kind == "backup":
        [folder] = journal.runs(home / "runs")
        capsys.readouterr()
        assert main(["--home", str(home), "resume", folder.name, "--plain"]) == code, (
            "to complete it again does no more"
        )
        assert "backed up: " in capsys.readouterr().out


def made(home: Path, words: list[str], path: Path) -> model.Plan:
    assert main(["--home", str(home), "plan", *words, "-o", str(path)]) == 0
    return model.load(path)


async def on_the_screens(home: Path, plan: model.Plan) -> int:
    """Somebody at the keys agrees to the plan and to each of its steps; the exit code that the screens leave with."""
    work = open_context(argparse.Namespace(home=str(home), deployment=None))
    start = Start("session", session=RunSession(work.workspace, plan, by="ann"))
    async with opened(home, start) as hand:
        await hand.at(ChecksScreen)
        await hand.reads("no check blocks the run")
        await hand.press("enter")
        await hand.at(ReviewScreen)
        await hand.press("enter")
        await hand.at(RunScreen)
        while hand.app.return_value is None:
            await agree(hand)
        return EXIT_CODES[hand.app.return_value.what]


async def agree(hand: Keyboard) -> None:
    """Answer what stands there, if anything does."""
    match hand.app.screen:
        case ConfirmScreen() as asking:
            await hand.press(*typed(asking.request.step.confirm_text), "enter")
            # A key behind that Enter would say that nobody meant it.
            await hand.until(lambda: hand.app.screen is not asking)
        case ReportScreen():
            await hand.press("enter")
        case RunScreen() if "Enter sends it" in "\n".join(text_of(hand.app)):
            await hand.press("enter")
        case _:
            await hand.pilot.pause(0.05)
