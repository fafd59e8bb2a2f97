"""Scripts of filled plans and blank procedures, run in a real PowerShell to their end by a person who agrees to all."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lync_wizard.plans.model import from_plan_data
from lync_wizard.render import runbook, scripts
from tests.golden.test_golden import FOLDER, library
from tests.scripts import stand_ins
from tests.scripts.real_powershell import real_powershell
from tests.scripts.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")

ALWAYS = {"restore-se.contoso-se"}
PLANS = sorted(path.parent.name for path in FOLDER.glob("drills/*/plan.json"))
SETUP = re.compile(r"& (?:\$Read_Setup|\('<Read:InstallDir>[^\n]*?'\.Replace\([^\n]*?\)\)\))(?= )")
"""A program of Lync's setup, whose folder somebody types while the script runs."""


class Willing:
    """Gives one value where values are asked for."""

    def __init__(self) -> None:
        self._given = False

    def __call__(self, question: str) -> str | None:
        if question == "run, skip or quit":
            return "run"
        if question.endswith("(yes or no)"):
            return "yes"
        if found := re.fullmatch(r"Type (.+) to go on \(Ctrl\+C stops\)", question):
            return found[1]
        if question.endswith("one value a line, an empty line ends"):
            self._given = not self._given
            return "value" if self._given else ""
        return "" if question == "Press Enter when it is done" else None


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in ALWAYS else pytest.mark.thorough) for name in PLANS]
)
def test_a_filled_script_runs_to_its_end(name: str, tmp_path: Path) -> None:
    plan = from_plan_data(json.loads((FOLDER / "drills" / name / "plan.json").read_text("utf-8")))
    said = run(scripts.powershell_script(plan), tmp_path)
    assert f"Finished: {len(plan.steps)} steps run, 0 skipped" in said


@pytest.mark.thorough
@pytest.mark.parametrize("name", [one.id for one in library().values() if one.listed and not one.block])
def test_a_blank_script_that_was_filled_in_runs_to_its_end(name: str, tmp_path: Path) -> None:
    script = scripts.powershell_script(library()[name], library())
    for placeholder in runbook.of(library()[name], library()).placeholders:
        script = script.replace(f"<{placeholder}>", placeholder)
    said = run(script, tmp_path)
    steps = len(re.findall("^if [(]Test-Step", script, re.MULTILINE))
    assert f"Finished: {steps} steps run, 0 skipped" in said


def test_a_blank_script_is_refused_with_what_is_to_be_filled_in(tmp_path: Path) -> None:
    script = tmp_path / "blank.ps1"
    script.write_bytes(scripts.script_bytes(library()["restore-rgs"], library()))
    command = [real_powershell(), "-NoLogo", "-NoProfile", "-File", str(script)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Fill in first: <" in done.stderr
    assert list(tmp_path.iterdir()) == [script]


def run(script: str, folder: Path) -> str:
    """What stood on the terminal; the exit code has to be 0."""
    script = SETUP.sub("& 'Bootstrapper.exe'", script)
    (folder / "script.ps1").write_text(script, "utf-8-sig", newline="")
    stand_ins.write(folder, script, {"Test-Path": False})
    line = "Import-Module './stand_ins.psm1'; & './script.ps1'; exit $LASTEXITCODE"
    command = [real_powershell(), "-NoLogo", "-NoProfile", "-Command", line]
    with Terminal(command, folder, os.environ | {"TERM": "xterm"}) as terminal:
        assert terminal.converse(Willing()) == 0, terminal.text[-3000:]
        return terminal.text
