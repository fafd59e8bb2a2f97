"""What the wizard backs up is enough for it to restore from: one drill after the other in the same lab."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.lab.server import process
from tests.drills.test_drills import run


def test_a_server_is_restored_from_the_set_that_was_just_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    try:
        saved = run(home, "drill", "backup-core", "--headless", "--json", "--lab", "both", "--seed", "5",
                    "--speed", "400")  # fmt: skip
        assert saved.returncode == 0, saved.stderr
        said = json.loads(saved.stdout)
        assert (said["verdict"], said["not_restored"]) == ("backed up", [])
        assert said["steps"]["failed"] == said["steps"]["skipped"] == 0
        chosen = said["backup_set"]
        restored = run(home, "drill", "restore-se", "--headless", "--json", "--lab", "both", "--backup-set", chosen)
        assert restored.returncode == 0, restored.stderr
        assert json.loads(restored.stdout)["verdict"] == "restored"
        shown = run(home / "drills" / "both", "runs", "show", json.loads(restored.stdout)["run"])
        assert chosen in shown.stdout
        again = run(home, "drill", "backup-core", "--headless", "--json", "--lab", "both")
        assert again.returncode == 3, "a lab that was struck is no place to practise backups"
        assert "the loss has been simulated" in again.stderr
        [root] = (home / "drills" / "both" / "lab" / "disks" / "backup01.contoso.com").rglob("LyncBackup")
        assert [one for one in backup.sets(root) if isinstance(one, backup.BackupSet) and one.absent()] == []
    finally:
        process.stop(home / "drills" / "both")


@pytest.mark.thorough
def test_databases_are_restored_from_the_set_that_was_just_made(tmp_path: Path) -> None:
    """Archiving, monitoring and chat: saved by SQL Server, checked with the set, and restored by SQL Server."""
    home = tmp_path / "home"
    try:
        saved = run(home, "drill", "backup", "--variant", "contoso-archmon", "--headless", "--json", "--lab", "both",
                    "--seed", "5", "--speed", "400")  # fmt: skip
        assert saved.returncode == 0, saved.stderr
        said = json.loads(saved.stdout)
        assert (said["verdict"], said["not_restored"]) == ("backed up", [])
        chosen = said["backup_set"]
        [root] = (home / "drills" / "both" / "lab" / "disks" / "backup01.contoso.com").rglob("LyncBackup")
        made = {a.path: (a.kind, a.of, a.host) for a in backup.read_manifest(root / chosen).files if a.kind == "Sql"}
        where = r"mon01.contoso.com\LYNC"
        names = ("LcsLog", "LcsCDR", "QoEMetrics", "mgc")
        assert made == {f"Sql/mon01.contoso.com_LYNC/{name}.bak": ("Sql", where, where) for name in names}
        restored = run(home, "drill", "restore-archmon", "--headless", "--json", "--lab", "both",
                       "--backup-set", chosen)  # fmt: skip
        assert restored.returncode == 0, restored.stderr
        assert json.loads(restored.stdout)["verdict"] == "restored"
    finally:
        process.stop(home / "drills" / "both")


@pytest.mark.thorough
def test_persistent_chat_is_imported_from_the_export_that_was_just_made(tmp_path: Path) -> None:
    """Way B from end to end: the worksheet names the cmdlet, the backup exports, the restore rehearses and imports."""
    home = tmp_path / "home"
    variant = ("--variant", "contoso-pchat-export")
    try:
        saved = run(home, "drill", "backup", *variant, "--headless", "--json", "--lab", "both", "--seed", "5",
                    "--speed", "400")  # fmt: skip
        assert saved.returncode == 0, saved.stderr
        said = json.loads(saved.stdout)
        assert (said["verdict"], said["not_restored"]) == ("backed up", [])
        chosen = said["backup_set"]
        [root] = (home / "drills" / "both" / "lab" / "disks" / "backup01.contoso.com").rglob("LyncBackup")
        made = {a.path: a.command for a in backup.read_manifest(root / chosen).files}
        assert made["PersistentChat/chatpool.contoso.com.zip"] == "Export-CsPersistentChatData"
        assert not [path for path in made if path.endswith("mgc.bak")]
        restored = run(home, "drill", "restore-pchat", *variant, "--headless", "--json", "--lab", "both",
                       "--backup-set", chosen)  # fmt: skip
        assert restored.returncode == 0, restored.stderr
        assert json.loads(restored.stdout)["verdict"] == "restored"
    finally:
        process.stop(home / "drills" / "both")


def test_what_no_export_holds_is_kept_apart(tmp_path: Path) -> None:
    """Audio of Call Park and announcements is copied into the set, their settings are written down there."""
    home = tmp_path / "home"
    try:
        saved = run(home, "drill", "backup", "--variant", "contoso-voice", "--headless", "--json", "--lab", "voice",
                    "--seed", "5", "--speed", "400")  # fmt: skip
        assert saved.returncode == 0, saved.stderr
        said = json.loads(saved.stdout)
        assert (said["verdict"], said["not_restored"]) == ("backed up", [])
        [root] = (home / "drills" / "voice" / "lab" / "disks" / "backup01.contoso.com").rglob("LyncBackup")
        folder = root / said["backup_set"]
        assert (folder / "Audio" / "CPS" / "fe01.contoso.com" / "hold.wma").stat().st_size == 5100
        assert (folder / "Audio" / "AS" / "fe01.contoso.com" / "greeting.wav").stat().st_size == 6400
        settings = {path.name: path.read_text("utf-8") for path in (folder / "Settings").glob("*.txt")}
        assert "CallPickupTimeoutThreshold : 00:01:30" in settings["call-park_fe01.contoso.com.txt"]
        assert "greeting.wav" in settings["announcements_fe01.contoso.com.txt"]
        assert "tel:+14255550100" in settings["unassigned-numbers_fe01.contoso.com.txt"]
    finally:
        process.stop(home / "drills" / "voice")


@pytest.mark.thorough
def test_a_target_of_the_dfs_folder_gets_its_registry_values_from_the_set_that_was_just_made(tmp_path: Path) -> None:
    """The backup keeps the value of the one server that has it; of the others there is no file to put back."""
    home = tmp_path / "home"
    variant = ("--variant", "contoso-ee-dfs")
    try:
        saved = run(home, "drill", "backup", *variant, "--headless", "--json", "--lab", "both", "--seed", "5",
                    "--speed", "400")  # fmt: skip
        assert saved.returncode == 0, saved.stderr
        said = json.loads(saved.stdout)
        assert (said["verdict"], said["not_restored"]) == ("backed up", [])
        chosen = said["backup_set"]
        [root] = (home / "drills" / "both" / "lab" / "disks" / "backup01.contoso.com").rglob("LyncBackup")
        kept = [a.of for a in backup.read_manifest(root / chosen).files if a.kind == "DfsLoopback"]
        assert kept == ["fe02.contoso.com"]
        edges = [
            a.of for a in backup.read_manifest(root / chosen).files if a.kind == "Schannel" and "edge" in str(a.of)
        ]
        assert edges == ["edge01.contoso.com", "edge02.contoso.com"]
        restored = run(home, "drill", "restore-member", *variant, "--headless", "--json", "--lab", "both",
                       "--backup-set", chosen)  # fmt: skip
        assert restored.returncode == 0, restored.stderr
        assert json.loads(restored.stdout)["verdict"] == "restored"
    finally:
        process.stop(home / "drills" / "both")
