"""Where the password of a lab lies, who reads it there, and where the start line does not show it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lync_wizard.lab.server import process
from tests.command import call

CHECK = ("check", "restore-se", "--target", "se01.contoso.com", "--json")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != process.VARIABLE}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "drill"
    process.stop(tmp_path / "drill")


@contextmanager
def started(home: Path, output: int) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-m", "lync_wizard.lab", "--home", str(home), "--speed", "10000", "--seed", "7"]
    with subprocess.Popen(words, stdout=output, env=ENVIRONMENT) as lab:
        try:
            yield lab
        finally:
            lab.terminate()


def test_a_command_with_its_home_needs_no_variable(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(process.VARIABLE, raising=False)
    with started(home, subprocess.PIPE) as lab:
        assert lab.stdout is not None
        line = json.loads(lab.stdout.readline())
        kept = process.password(home)
        assert kept is not None
        assert line["password"] == kept.reveal()
        place = Path(line["password_file"])
        assert place.is_relative_to(home)
        if sys.platform != "win32":
            assert stat.S_IMODE(place.stat().st_mode) == 0o600
        done = call(home, *CHECK)
        found = {(one["check"], one["host"]): one["status"] for one in json.loads(done.stdout)["findings"]}
        assert found["hosts-answer", "fe01.contoso.com"] == "ok"
        refused = call(home, *CHECK, LYNC_WIZARD_LAB_PASSWORD="of nobody")
        assert refused.returncode == 4


def test_in_a_file_the_start_line_names_the_place_alone(home: Path, tmp_path: Path) -> None:
    said = tmp_path / "said"
    with said.open("wb") as output, started(home, output.fileno()) as lab:
        while not said.stat().st_size and lab.poll() is None:
            process.running(home)  # gives the lab the processor
    line = json.loads(said.read_text("utf-8").splitlines()[0])
    kept = process.password(home)
    assert kept is not None
    assert line["password"] is None
    assert Path(line["password_file"]).read_text("utf-8").find(kept.reveal()) >= 0
    assert kept.reveal() not in said.read_text("utf-8")
