"""The disk takes no more while a run is recorded: nothing is sent that is not on record, and the run goes on later.

The limit on the size of files (RLIMIT_FSIZE) is the operating system's own, so that SQLite meets it where it writes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core.errors import WizardError
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.plans.model import Plan
from lync_wizard.runs.journal import FILE, Journal, Reader, runs
from lync_wizard.runs.state import fold
from tests.command import call
from tests.runs.test_resume import Guides, carry, plan_for
from tests.world import World

if sys.platform == "win32":
    pytest.skip("Windows has no limit on the size of files", allow_module_level=True)

import resource

PAGE = 4096 + 24
"""Bytes of one frame of SQLite's write-ahead log."""


def limited(most: int, folder: Path) -> dict[str, Any]:
    """Carry the run on in a process of its own whose files grow to ``most`` bytes; what it did and how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        world, told = World(), {"end": ""}
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            told["end"] = carry(Journal.open(folder), world).end
        except WizardError as error:
            told |= {"said": error.summary, "hint": error.hint}
        except BaseException as error:
            told |= {"said": repr(error), "hint": "unexpected"}
        with os.fdopen(writing, "w") as back:
            json.dump({**told, "done": dict(world.done)}, back)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as back:
        found: dict[str, Any] = json.load(back)
    os.waitpid(child, 0)
    return found


def sizes(plan: Plan, folder: Path) -> int:
    """How far the log of a whole run grows at least: how much output comes differs a little."""
    journal = Journal.create(folder, plan)
    path = journal.folder / "journal.db-wal"
    largest = 0

    def look(_: str) -> None:
        nonlocal largest
        largest = max(largest, path.stat().st_size)

    assert carry(journal, World(on_run=look)).end == "finished"
    return largest * 9 // 10


@pytest.mark.parametrize("parts", [6, pytest.param(40, marks=pytest.mark.thorough)])
def test_a_disk_that_is_full_stops_the_run_before_the_next_command_and_loses_nothing(
    parts: int, workspace_of: Guides, tmp_path: Path
) -> None:
    plan = plan_for(workspace_of, "restore-se")
    whole = sizes(plan, tmp_path / "whole")
    stopped = 0
    for number in range(parts):
        with Journal.create(tmp_path / "runs", plan) as journal:
            folder = journal.folder
        ended = limited(3 * PAGE + number * (whole // parts), folder)
        assert ended["end"] == "", "the limit was never met"
        assert str(folder) in ended["said"], ended
        assert "Make room on that disk" in ended["hint"], ended
        with Reader(folder) as reader:
            assert reader.broken_at() is None
            started = Counter(e.step for e in reader.events(types=("step_started",)))
            assert not reader.events(types=("run_finished",))
        assert all(times <= started[step] for step, times in ended["done"].items()), "sent, and not on record"
        stopped += bool(ended["done"])
        world = World(done=Counter(ended["done"]))
        assert carry(Journal.open(folder), world).end == "finished"
        again = {step.id for step in plan.steps if step.repeatable}
        assert {step for step, times in world.done.items() if times > 1} <= again
        assert {step.id for step in plan.steps} == set(world.done)
    assert stopped > parts // 2


LIMITED = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); from lync_wizard.cli import main"
)


def test_a_drill_on_a_full_disk_says_where_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    home, lab = tmp_path / "home", tmp_path / "home" / "drills" / "case"
    process.start(lab, "contoso-se", speed=400, seed=7)
    try:
        words = ["--home", str(home), "drill", "restore-se", "--headless", "--lab", "case"]
        code = f"{LIMITED.format(700_000)}; sys.exit(main({words!r}))"
        ended = subprocess.run(
            [sys.executable, "-c", code], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        (folder,) = runs(lab / "runs")
        said = ended.stderr
        assert ended.returncode == 1, said
        assert f"{folder / FILE} cannot be written" in said
        assert "HINT: Make room on that disk, then try again." in said
        assert said.rstrip().splitlines()[-1].endswith(f"resume {folder.name}")
        with Reader(folder) as reader:
            done = [e for e in reader.events() if e.type == "step_finished"]
            assert done
            assert not reader.events(types=("run_finished",))
            state = fold(reader.events())
            # What was under way when the disk was full: a person's work was done, a command is sent once more.
            open_steps = {s.id: s for s in reader.plan.steps if state.of(s.id).shown == "running"}
        known = {name: {"choice": "done" if s.by_hand else "again", "reason": "x"} for name, s in open_steps.items()}
        answers = tmp_path / "answers.yaml"
        answers.write_text(json.dumps({"reconcile": known}), "utf-8")
        resumed = call(home, "resume", folder.name, "--headless", "--approve", "--answers", str(answers))
        assert resumed.returncode == 0, resumed.stderr
        assert LabControl(lab).verdict()["verdict"] == "restored"
        with Reader(folder) as reader:
            assert reader.broken_at() is None
    finally:
        process.stop(lab)
