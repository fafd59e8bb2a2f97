"""Every drill with a real PowerShell as the interpreter of every host: the same cases, the same verdicts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from lync_wizard.lab.server import process
from tests.drills.test_drills import CASES, LAB, carry_out, drill_home, run
from tests.lab.real_powershell.labs import gone
from tests.scripts.real_powershell import real_powershell

__all__ = ["drill_home"]

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc"), pytest.mark.timeout(900)]

KEPT = {"archmon-straight-through"}
"""Carried out in every test run: a restore with cmdlets, programs, files and SQL Server."""
BACKUPS = [("backup-core", "contoso-se"), ("backup", "contoso-archmon"), ("backup", "contoso-ee")]


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem, marks=[] if path.stem in KEPT else pytest.mark.thorough) for path in CASES],
)
def test_drill(path: Path, drill_home: Path) -> None:
    carry_out(path, drill_home, real_powershell())
    process.stop(drill_home / "drills" / LAB)
    assert gone(drill_home / "drills" / LAB), "a PowerShell outlived its lab"


@pytest.mark.thorough
@pytest.mark.parametrize(("procedure", "scenario"), BACKUPS)
def test_backup(procedure: str, scenario: str, drill_home: Path) -> None:
    lab = drill_home / "drills" / LAB
    process.start(lab, scenario, speed=400, seed=5, standing=True, powershell=real_powershell())
    saved = run(drill_home, "drill", procedure, "--headless", "--json", "--lab", LAB)
    assert saved.returncode == 0, saved.stderr
    said = json.loads(saved.stdout)
    assert (said["verdict"], said["not_restored"]) == ("backed up", [])
    assert said["steps"]["failed"] == said["steps"]["skipped"] == 0
    process.stop(lab)
    assert gone(lab), "a PowerShell outlived its lab"
