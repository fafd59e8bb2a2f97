"""Ctrl-C while nobody watches: the command is stopped on its host, and the last line says how to go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core.errors import WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import Limits, connections, silent, sql_session
from lync_wizard.hosts.addresses import Credentials
from lync_wizard.hosts.command import Statement
from lync_wizard.lab.server import process
from lync_wizard.runs import journal
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.state import RunEvent

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("interrupted"),
    # Windows sends CTRL_C_EVENT to a whole console, pytest included; the handler there is the same.
    pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches every process of a Windows console"),
]
RESTORE = "ma-options@LcsCDR"
MONITORING = "mon01.contoso.com\\LYNC"
PATIENCE = 240.0


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[process.Started]:
    yield process.start(tmp_path / "home", "contoso-archmon", speed=15, seed=7)
    process.stop(tmp_path / "home")


STARTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from lync_wizard.cli import main
sys.exit(main())
"""
"""As `python -m lync_wizard`, with Ctrl+C heeded: what a shell starts in the background ignores it, and so do its
children.
"""


def wizard(lab: process.Started, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTED, "--home", str(lab.home), *arguments],
        env={**os.environ, "PYTHONUTF8": "1", process.VARIABLE: lab.password.reveal()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def events(lab: process.Started) -> list[RunEvent]:
    try:
        with Reader(journal.runs(lab.home / "runs")[0]) as reader:
            return reader.events()
    except (IndexError, WizardError):  # not begun
        return []


def until(lab: process.Started, child: subprocess.Popen[str], step: str, stream: str) -> None:
    """Return when the step has written to that stream."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and child.poll() is None:
        if any(e.step == step and e.data.get("stream") == stream for e in events(lab)):
            return
    child.kill()
    raise AssertionError(f"{step} wrote no {stream}: {child.communicate()}")


def state_of(lab: process.Started, database: str) -> dict[str, Any]:
    there = connections.read(lab.connections, Problems()).sql(MONITORING)
    session = sql_session.open_session(there, Credentials("sqladmin", lab.password), Redactor())
    try:
        question = Statement("database-state", (("Database", database),))
        reply = session.run(question, limits=Limits(), on_output=silent, cancel=threading.Event())
    finally:
        session.close()
    return dict(reply.objects[0].properties)


@pytest.mark.thorough
def test_a_restore_is_cancelled_on_the_instance_and_can_be_gone_on_with(lab: process.Started, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    made = wizard(lab, "plan", "restore-archmon", "--target", "fe01.contoso.com", "--set", "chat=restore",
                  "-o", str(plan))  # fmt: skip
    assert made.wait(PATIENCE) == 0, made.communicate()
    approval = ("--approve", json.loads(plan.read_text("utf-8"))["hash"], "--second", "bob")
    child = wizard(lab, "run", str(plan), "--headless", *approval)
    until(lab, child, RESTORE, "progress")
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130, said
    run = journal.runs(lab.home / "runs")[0].name
    assert said.splitlines()[-1].startswith("paused; go on with: lync-wizard")
    assert said.splitlines()[-1].endswith(f"resume {run}")
    finished, paused = events(lab)[-2:]
    assert (finished.type, finished.step, finished.data["why"]) == ("step_finished", RESTORE, "cancelled")
    assert paused.type == "run_paused"
    left = state_of(lab, "LcsCDR")
    assert left["state_desc"] == "RESTORING" or left["user_access_desc"] == "MULTI_USER", left

    answers = tmp_path / "answers.yaml"
    answers.write_text(f"answers: {{{RESTORE}: {{choice: again}}}}\n", "utf-8")
    again = wizard(lab, "resume", run, "--headless", "--approve", "--answers", str(answers))
    _, said = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, said
    left = state_of(lab, "LcsCDR")
    assert (left["state_desc"], left["user_access_desc"]) == ("ONLINE", "MULTI_USER")
