"""Every server down and every paper lost: set-up from the last backup's Config.zip, then the restore to the end."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from tests.drills.test_drills import assert_no_secret, run

ANSWERS = {
    "plan/backup/location": r"\\backup01.contoso.com\LyncBackup",
    "plan/rto/standard-edition": "2h",
    "se01.contoso.com:deployment-facts/file-store/local-folder": r"C:\LyncShare",
    "se01.contoso.com:deployment-facts/pool/version": "5.0.8308.887",
}
"""What no topology says, and somebody remembers."""


def test_restore_from_nothing_but_the_backup(tmp_path: Path) -> None:
    lab = tmp_path / "drills" / "case"
    process.start(lab, "contoso-se", speed=400, seed=5)
    try:
        shutil.rmtree(lab / "worksheets")
        config = next((lab / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup/*/Config.zip"))
        answers = tmp_path / "answers.yaml"
        answers.write_text(yaml.safe_dump(ANSWERS), "utf-8")
        done = run(lab, "--deployment", "contoso", "setup", "--from-topology", str(config), "--answers", str(answers))
        assert done.returncode == 1, done.stderr
        assert "missing" in done.stdout, "schedules and owners are still to be told"
        plan = run(lab, "plan", "restore-se", "--target", "se01.contoso.com")
        assert plan.returncode == 0, plan.stderr
        drill = run(tmp_path, "drill", "restore-se", "--headless", "--json", "--lab", "case")
        assert drill.returncode == 0, drill.stderr
        assert LabControl(lab).verdict()["verdict"] == "restored"
        assert_no_secret(lab, drill.stdout + drill.stderr)
    finally:
        process.stop(lab)
