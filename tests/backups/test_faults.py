"""Nights on which something goes wrong: the set is marked, the status says so, the next run is good, nothing goes."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lync_wizard import backup
from lync_wizard.backup.retention import set_records
from lync_wizard.cli import main
from lync_wizard.core import timestamps
from lync_wizard.core.storage import Home
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from tests.backups.test_backup_run import Site
from tests.command import lives

RETENTION = {"count": "1", "days": "1", "minimum-sound": "1"}


class Night(Site):
    """A site whose plan keeps one set of one day, and which holds two sound sets that are far older."""

    def begin(self, scenario: str, *faults: str, speed: float = 400) -> Night:
        process.start(self.home, scenario, speed=speed, seed=11, faults=faults, standing=True)
        [sound] = [one for one in backup.sets(self.root) if isinstance(one, backup.BackupSet)]
        for days in (400, 300):
            self.another(sound, timestamps.now() - timedelta(days=days))
        for column, value in RETENTION.items():
            assert self.run("worksheet", "set", f"plan/retention/{column}", value).returncode == 0
        for name in self.names:
            assert self.run("backup", "verify", name).returncode == 0
        return self

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command in this process; a process of its own only where one is to be killed."""
        words = ["--home", str(self.home), *(arguments or ("backup", "run", "--headless", "--json"))]
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(words)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    def another(self, sound: backup.BackupSet, made_at: datetime) -> Path:
        made_at = made_at.replace(microsecond=0)
        folder = self.root / f"{made_at:%Y-%m-%dT%H%M%SZ}_contoso"
        shutil.copytree(sound.folder, folder, ignore=shutil.ignore_patterns("*.json"))
        backup.write_manifest(folder, replace(sound.manifest, name=folder.name, made_at=made_at))
        return folder

    @property
    def names(self) -> list[str]:
        return [known.name for known in set_records(self.root, backup.Ledger(Home(self.home)))]

    def told(self) -> dict[str, Any]:
        """What ``backup status`` says."""
        found = json.loads(self.run("backup", "status", "--json").stdout)
        assert isinstance(found, dict)
        return found

    def fails(self, code: int = 1) -> str:
        """A backup that comes to nothing, and everything it said; older sets stay, and the status names the new one."""
        before = set(self.names)
        done = self.run("backup", "run", "--headless")
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        assert set(self.names) == before, "a set came or went"
        assert not (self.home / "removed.jsonl").exists()
        [marked] = [one for one in backup.sets(self.root) if isinstance(one, backup.Unusable)]
        assert marked.begun
        [line] = [text for text in self.told()["incomplete"] if marked.folder.name in text]
        assert "incomplete: " in line
        return f"{said}\n{line}"

    def succeeds(self) -> None:
        """The next backup is good; only now do the old sets go, and each is on record."""
        done = self.run()
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["result"] == "backed up"
        assert LabControl(self.home).backed_up(said["name"])["verdict"] == "backed up"
        lines = (self.home / "removed.jsonl").read_text("utf-8").splitlines()
        assert [json.loads(line)["name"] for line in lines] == said["removed"]
        assert len(said["removed"]) == 2


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    monkeypatch.setenv(process.VARIABLE, "a password of this night")
    made = Night(tmp_path / "home")
    yield made
    process.stop(made.home)


@pytest.mark.thorough
def test_the_file_server_runs_full_in_the_middle(night: Night) -> None:
    said = night.begin("contoso-se", "disk-full@backup01.contoso.com").fails()
    assert "bk-userdata-copy" in said
    LabControl(night.home).do("free-disk-space")
    night.succeeds()


@pytest.mark.thorough
def test_the_connection_is_lost_twice_in_the_export_of_the_second_of_three_pools(night: Night) -> None:
    lost = "connection-dropped@Export-CsUserData@se01.contoso.com"
    said = night.begin("contoso-three", lost, lost).fails()
    assert "bk-userdata@se01.contoso.com" in said
    [mark] = [one for one in backup.sets(night.root) if isinstance(one, backup.Unusable)]
    kept = {path.name for path in (mark.folder / "UserData").iterdir()}
    assert {"fe01.contoso.com.zip", "se02.contoso.com.zip"} <= kept, "the other pools were saved all the same"
    night.succeeds()


@pytest.mark.thorough
def test_a_connection_lost_once_costs_nothing(night: Night) -> None:
    night.begin("contoso-three", "connection-dropped@Export-CsUserData@se01.contoso.com").succeeds()


@pytest.mark.thorough
def test_the_settings_of_one_instance_are_impossible(night: Night) -> None:
    night.begin("contoso-archmon")
    connections = night.home / "connections.yaml"
    right = connections.read_text("utf-8")
    at = right.index("\nsql:")
    connections.write_text(right[:at] + right[at:].replace("verify: false", "verify: true, driver: FreeTDS"), "utf-8")
    said = night.fails()
    assert "bk-sql-archmon" in said
    assert "FreeTDS" in said
    [marked] = [one for one in backup.sets(night.root) if isinstance(one, backup.Unusable)]
    assert (marked.folder / "Config.zip").is_file(), "what needs no SQL Server was saved all the same"
    connections.write_text(right, "utf-8")
    night.succeeds()


def test_sql_server_refuses_the_login(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.begin("contoso-archmon")
    connections = night.home / "connections.yaml"
    right = connections.read_text("utf-8")
    at = right.index("\nsql:")
    connections.write_text(right[:at] + right[at:].replace(process.VARIABLE, "WRONG_SQL", 3), "utf-8")
    monkeypatch.setenv("WRONG_SQL", "not it")
    said = night.fails()
    assert "bk-sql-archmon" in said
    assert "mon01.contoso.com" in said
    [marked] = [one for one in backup.sets(night.root) if isinstance(one, backup.Unusable)]
    assert (marked.folder / "Config.zip").is_file(), "what needs no SQL Server was saved all the same"
    connections.write_text(right, "utf-8")
    night.succeeds()


@pytest.mark.thorough
def test_killed_and_never_resumed(night: Night) -> None:
    night.begin("contoso-se")
    before = set(night.names)
    child = subprocess.Popen(
        night.words("backup", "run", "--headless"), env=os.environ | night.environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    end = time.monotonic() + 60
    while not any(e.type == "step_finished" and e.step == "backup-core/bk-lis" for e in night.events()):
        assert time.monotonic() < end
        assert lives(child), "the backup ended before it could be killed"
    child.kill()
    child.wait()
    assert set(night.names) == before
    [line] = night.told()["incomplete"]
    assert "has not come to its end" in line
    night.succeeds()


@pytest.mark.thorough
def test_the_clock_was_set_back(night: Night) -> None:
    """Every set is from days to come: they vouch for nothing, what is made now is no reason to remove anything."""
    night.begin("contoso-se")
    [sound] = [one for one in backup.sets(night.root) if one.folder.name == night.names[0]]
    assert isinstance(sound, backup.BackupSet)
    for days in (30, 31):
        ahead = night.another(sound, timestamps.now() + timedelta(days=days))
        assert night.run("backup", "verify", ahead.name).returncode == 0
    for known in set_records(night.root, backup.Ledger(Home(night.home))):
        if known.made_at < timestamps.now():
            shutil.rmtree(known.set.folder)
    before = set(night.names)
    told = night.told()
    assert not told["met"]
    assert "a clock was wrong" in str(told["problems"])
    done = night.run()
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["removed"] == []
    assert set(night.names) == before | {said["name"]}
    assert night.told()["newest"]["name"] == said["name"]


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """``folder`` on a file system of its own, of that size."""
    kept = folder.with_name("kept")
    folder.rename(kept)
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this account may mount no file system")
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() != 0, reason="needs a file system of its own")
def test_the_share_itself_runs_full_under_the_hands_of_everybody(night: Night) -> None:
    """Whoever writes then, the wizard or a host: the set is not complete, and room makes everything good again."""
    night.begin("contoso-se")
    for known in set_records(night.root, backup.Ledger(Home(night.home))):
        # As if the last sets had been small: the check before the run lets this one begin.
        manifest = replace(known.set.manifest, files=tuple(f for f in known.set.manifest.files if f.bytes < 300))
        backup.write_manifest(known.set.folder, manifest)
        for path in known.set.folder.iterdir():
            if path.name not in {"manifest.json", "state.json", "Settings"}:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    (night.home / "manifests.json").unlink()
    with small_disk(night.root, "160k") as disk:
        before = set(night.names)
        done = night.run()
        assert done.returncode in {1, 4}, done.stdout + done.stderr
        assert night.status["exit"] == done.returncode
        assert set(night.names) == before
        [marked] = [one for one in backup.sets(night.root) if isinstance(one, backup.Unusable)]
        assert marked.begun
        assert not (night.home / "removed.jsonl").exists()
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        again = night.run()
        assert again.returncode == 0, again.stdout + again.stderr
