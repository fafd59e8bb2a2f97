"""A backup as a scheduler starts it, against the lab: complete, or cleanly marked; and what starts it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from lync_wizard import backup
from lync_wizard.core.errors import InputError, WizardError
from lync_wizard.core.storage import Home
from lync_wizard.hosts import Record, Reply
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.procedures import capture
from lync_wizard.procedures.capture import Capture
from lync_wizard.runs import journal
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.state import RunEvent
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.backup_job import schedule
from tests.command import call, lives

SE = "se01.contoso.com"


class Site:
    """A home whose lab stands, and the backup command in it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def start(self, *faults: str) -> Site:
        process.start(self.home, "contoso-se", speed=400, seed=11, faults=faults, standing=True)
        return self

    @property
    def environment(self) -> dict[str, str]:
        password = process.password(self.home)
        assert password
        return {process.VARIABLE: password.reveal()}

    def words(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "lync_wizard", "--home", str(self.home), *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return call(self.home, *(arguments or ("backup", "run", "--headless", "--json")), **self.environment)

    @property
    def root(self) -> Path:
        [root] = (self.home / "lab" / "disks" / "backup01.contoso.com").rglob("LyncBackup")
        return root

    def mark(self, name: str) -> dict[str, object]:
        found = json.loads((self.root / name / backup_job.MARK).read_text("utf-8"))
        assert isinstance(found, dict)
        return found

    @property
    def status(self) -> dict[str, object]:
        found = json.loads((self.home / backup_job.STATUS).read_text("utf-8"))
        assert isinstance(found, dict)
        return found

    def events(self) -> list[RunEvent]:
        for folder in journal.runs(self.home / "runs"):
            try:
                with Reader(folder) as reader:
                    return reader.events()
            except WizardError:
                continue
        return []


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "home")
    yield made
    process.stop(made.home)


def test_a_complete_backup_says_so_in_one_line_and_leaves_nothing_behind(site: Site) -> None:
    done = site.start().run("backup", "run", "--headless")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith("backed up: ")
    name = done.stdout.split()[2].rstrip(",")
    assert LabControl(site.home).backed_up(name) == {"verdict": "backed up", "not_restored": []}
    folder = site.root / name
    made = backup.BackupSet(folder, backup.read_manifest(folder))
    listed = {artifact.path for artifact in made.manifest.files}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there - listed == {"anchors.jsonl", "manifest.json", "state.json"}
    verified = backup.read_log(folder).newest
    assert verified
    assert [verified.value(level) for level in ("present", "intact", "read")] == ["pass"] * 3
    assert json.loads(site.run("backup", "status", "--json").stdout)["met"]
    assert {f"UserData/{SE}.zip", f"Rgs/{SE}.zip", "Config.zip", "E911Config.zip", "restore-se.ps1"} <= listed
    assert not any("meeting.active" in path.lower() for path in there)
    for artifact in made.manifest.files:
        assert (artifact.bytes, artifact.sha256) == backup.digest(made.local(artifact))
        assert artifact.host or artifact.kind == "Paper"
    assert made.manifest.counts["users"][SE] == 25
    assert made.manifest.counts["response_groups"][SE]["Workflow"] == 3
    assert made.manifest.counts["unified_contact_store"] == {
        "policies": [], "users": {"fe01.contoso.com": [], SE: []},
    }  # fmt: skip
    assert "<Topology" in str(made.manifest.topology)
    assert made.manifest.values[f"{SE}:deployment-facts/pool/kind"] == "standard-edition"
    assert backup.Ledger(Home(site.home)).known(name)
    assert not list((site.home / "lab" / "disks").rglob("Backup/2*")), "local copies stayed on a host"
    assert site.status["exit"] == 0
    assert site.status["result"] == "backed up"
    finished = {e.step: e.data for e in site.events() if e.type == "step_finished"}
    receipt = finished["backup-core/bk-xds"]["delivered"]
    assert receipt["sha256"] == made.of_kind("Configuration")[0].sha256
    [kept] = (site.home / "runs").rglob("journal.db")
    assert (folder / "Config.zip").read_bytes()[:200] not in kept.read_bytes()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("cmdlet-error@Export-CsUserData", "bk-userdata@"),
        pytest.param("cmdlet-error@Export-CsConfiguration", "bk-xds", marks=pytest.mark.thorough),
        pytest.param(f"disk-full@{SE}", "not enough space", marks=pytest.mark.thorough),
        pytest.param("connection-dropped@Export-CsRgsConfiguration", f"bk-rgs@{SE}", marks=pytest.mark.thorough),
    ],
)
def test_a_step_that_fails_makes_the_set_incomplete_and_the_next_run_is_good(site: Site, fault: str, said: str) -> None:
    before = {path.name for path in site.start(fault).root.iterdir()}
    done = site.run()
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert told["result"] == "incomplete"
    assert any(said in why for why in told["why"]), told
    assert not (site.root / told["name"] / "manifest.json").exists()
    assert site.mark(told["name"])["why"] == told["why"]
    assert site.status["exit"] == 1
    listed = json.loads(site.run("backup", "list", "--json").stdout)
    assert not next(one for one in listed if one["name"] == told["name"])["complete"]
    if fault.startswith("disk-full"):
        LabControl(site.home).do("free-disk-space")
    again = site.run()
    assert again.returncode == 0, again.stderr
    assert before < {path.name for path in site.root.iterdir()}, "an older set was touched"


@pytest.mark.thorough
def test_line_mode_backs_up_and_removes_older_sets_only_when_told(site: Site) -> None:
    site.start()
    [sound] = [one for one in backup.sets(site.root) if isinstance(one, backup.BackupSet)]
    old = site.root / "2020-01-01T000000Z_contoso"
    shutil.copytree(sound.folder, old, ignore=shutil.ignore_patterns("*.json"))
    backup.write_manifest(old, replace(sound.manifest, name=old.name, made_at=datetime(2020, 1, 1, tzinfo=UTC)))
    for column in ("count", "days", "minimum-sound"):
        assert site.run("worksheet", "set", f"plan/retention/{column}", "1").returncode == 0
    for answers, stays in (("y\nn\n", True), ("y\ny\n", False)):
        done = call(site.home, "backup", "run", "--plain", typed=answers, **site.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "backed up: " in done.stdout
        assert old.name in done.stdout
        assert old.exists() == stays


@pytest.mark.thorough
def test_an_export_whose_end_nobody_saw_is_made_again(site: Site) -> None:
    done = site.start("connection-dropped@Export-CsUserData").run()
    assert done.returncode == 0, done.stdout + done.stderr
    sent = [e.step for e in site.events() if e.type == "step_started" and "bk-userdata@" in str(e.step)]
    assert len(sent) == 3


def test_a_killed_backup_is_marked_and_goes_on_where_it_stopped(site: Site) -> None:
    site.start()
    child = subprocess.Popen(
        site.words("backup", "run", "--headless"), env=os.environ | site.environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    end = time.monotonic() + 60
    while not any(e.type == "step_finished" and e.step == "backup-core/bk-lis" for e in site.events()):
        assert time.monotonic() < end
        assert lives(child), "the backup ended before it could be killed"
    child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    child.wait()
    [folder] = [path for path in site.root.iterdir() if not (path / "manifest.json").exists()]
    assert "has not come to its end" in str(site.mark(folder.name)["why"])
    run = journal.runs(site.home / "runs")[0].name
    resumed = site.run("resume", run, "--headless", "--json")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert LabControl(site.home).backed_up(folder.name)["verdict"] == "backed up"
    assert not (folder / backup_job.MARK).exists()
    sent = [e.step for e in site.events() if e.type == "step_started"]
    assert sent.count("backup-core/bk-xds") == 1, "what was saved already was saved again"


def test_a_share_that_is_gone_stops_the_backup_before_it_begins(site: Site) -> None:
    site.start()
    away = site.root.with_name("Away")
    site.root.rename(away)
    done = site.run()
    assert done.returncode == 4
    assert "cannot be seen" in done.stderr
    assert site.status["result"] == "not begun"
    assert not journal.runs(site.home / "runs")
    away.rename(away.with_name("LyncBackup"))


def test_without_a_second_hop_the_wizard_carries_everything_itself(site: Site) -> None:
    site.start()
    connections = site.home / "connections.yaml"
    connections.write_text(connections.read_text("utf-8").replace("delegate: true", "delegate: false"), "utf-8")
    done = site.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert LabControl(site.home).backed_up(json.loads(done.stdout)["name"])["verdict"] == "backed up"


def test_a_backup_that_would_not_fit_is_not_begun(site: Site) -> None:
    site.start()
    [last] = [one for one in backup.sets(site.root) if isinstance(one, backup.BackupSet)]
    huge = last.folder / "huge.bak"
    size = shutil.disk_usage(last.folder).free * 2
    try:
        with huge.open("wb") as stream:
            stream.truncate(size)
    except OSError:
        pytest.skip("this file system holds no file as large as that")
    big = backup.Artifact("huge.bak", size, "0" * 64, "Sql", None, "", "", last.manifest.made_at)
    backup.write_manifest(last.folder, replace(last.manifest, files=(*last.manifest.files, big)))
    (site.home / "manifests.json").unlink()  # else the set counts as exchanged, and as none to estimate by
    done = site.run()
    assert done.returncode == 3
    assert "are free at the backup location" in done.stderr
    assert len(list(site.root.iterdir())) == 1


def test_bytes_arrive_whole_or_one_by_one() -> None:
    wanted = Capture("Config.zip")
    assert capture.content(wanted, Reply("completed", (Record("<2 bytes>", value=b"PK"),))) == [b"PK"]
    one_by_one = tuple(Record(str(number), value=number) for number in b"PK\x03")
    assert capture.content(wanted, Reply("completed", one_by_one)) == [b"PK\x03"]
    assert capture.content(wanted, Reply("completed")) is None
    assert capture.content(wanted, Reply("completed", (Record("a warning", value="a warning"),))) is None


def test_an_answer_is_written_down_a_property_a_line() -> None:
    reply = Reply(
        "completed", (Record("", {"Identity": "Global", "Values": ["a", None]}), Record("plain", value="plain"))
    )
    text = capture.content(Capture("Settings/x.txt", "text"), reply)
    assert text == [b"Identity : Global\nValues   : {a, }\n\nplain\n"]


@pytest.mark.parametrize("path", ["../Config.zip", "/etc/passwd", "C:\\Config.zip", "a/../../b", ""])
def test_nothing_is_delivered_outside_the_set(path: str) -> None:
    with pytest.raises(ValueError, match="points outside the set"):
        capture.from_data({"to": path})


def test_a_set_whose_folder_is_gone_is_not_begun_anew_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        capture.into(tmp_path / "gone")("Config.zip", [b"PK"])
    assert not (tmp_path / "gone").exists()


def test_the_task_has_the_elements_of_the_published_schema_in_its_order() -> None:
    text = schedule.task_xml(
        schedule.parse("Mon Thu 22:00 03:30", "CONTOSO\\backup"),
        ["C:\\Program Files\\Python\\python.exe", "-m", "lync_wizard", "--home", "C:\\Lync Wizard"],
        at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    root = etree.fromstring(text.encode("utf-16"))
    assert [child.tag.partition("}")[2] for child in root] == [
        "RegistrationInfo", "Triggers", "Principals", "Settings", "Actions",
    ]  # fmt: skip
    triggers = root.findall("t:Triggers/t:CalendarTrigger", space)
    assert [t.findtext("t:StartBoundary", namespaces=space) for t in triggers] == [
        "2026-01-02T22:00:00", "2026-01-02T03:30:00",
    ]  # fmt: skip
    days = [child.tag.partition("}")[2] for child in triggers[0].findall("t:ScheduleByWeek/t:DaysOfWeek/*", space)]
    assert days == ["Monday", "Thursday"]
    assert root.findtext("t:Principals/t:Principal/t:UserId", namespaces=space) == "CONTOSO\\backup"
    assert root.findtext("t:Settings/t:MultipleInstancesPolicy", namespaces=space) == "IgnoreNew"
    assert root.findtext("t:Actions/t:Exec/t:Arguments", namespaces=space) == '-m lync_wizard --home "C:\\Lync Wizard"'
    context = root.find("t:Actions", space)
    assert context is not None
    assert context.get("Context") == "Author"


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    units = schedule.systemd_units(schedule.parse("daily 01:30"), [sys.executable, "-m", "x", "--home", "/a b/100%"])
    assert "OnCalendar=*-*-* 01:30:00" in units["lync-wizard-backup.timer"]
    assert '"/a b/100%%"' in units["lync-wizard-backup.service"]
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        return
    paths = schedule.save(units, tmp_path)
    done = subprocess.run(
        [analyse, "verify", *map(str, paths)], capture_output=True, text=True, check=False, timeout=60
    )
    assert "lync-wizard-backup" not in done.stderr, done.stderr


def fake_scheduler(folder: Path, code: int = 0) -> Path:
    """A systemctl that writes down what it is asked; where it lies."""
    folder.mkdir()
    program = folder / "systemctl"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{folder / "asked"}"\necho no bus >&2\nexit {code}\n', "utf-8")
    program.chmod(0o755)
    return folder / "asked"


@pytest.mark.skipif(sys.platform == "win32", reason="systemd")
def test_install_hands_the_units_to_the_scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = fake_scheduler(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    home = tmp_path / "home"
    done = call(home, "backup", "schedule", "--at", "daily 01:30", "--install")
    assert done.returncode == 0, done.stderr
    assert asked.read_text("utf-8").splitlines() == [
        "--user daemon-reload", "--user enable --now lync-wizard-backup.timer",
    ]  # fmt: skip
    service = tmp_path / "me" / ".config" / "systemd" / "user" / "lync-wizard-backup.service"
    assert f"--home {home} backup run --headless" in service.read_text("utf-8")
    assert str(service) in done.stdout
    asked.unlink()
    system = tmp_path / "system"
    schedule.install(schedule.parse("Mon 02:00", "svc-backup"), ["python", "-m", "lync_wizard"], system=system)
    assert "User=svc-backup" in (system / "lync-wizard-backup.service").read_text("utf-8")
    assert asked.read_text("utf-8").splitlines() == ["daemon-reload", "enable --now lync-wizard-backup.timer"]


@pytest.mark.skipif(sys.platform == "win32", reason="systemd")
def test_a_scheduler_that_refuses_is_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_scheduler(tmp_path / "bin", code=1)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    with pytest.raises(WizardError, match="ended with 1") as refused:
        schedule.install(schedule.parse("daily 01:30"), ["python"])
    assert "systemctl --user daemon-reload" in refused.value.hint
    assert refused.value.detail == "no bus"


def test_windows_is_told_the_account_and_asks_for_its_password_itself() -> None:
    when = schedule.parse("daily 01:30", "CONTOSO\\backup")
    assert schedule.task_command(when, "C:\\Temp\\task.xml") == [
        "schtasks", "/Create", "/TN", "lync-wizard-backup", "/XML", "C:\\Temp\\task.xml", "/F",
        "/RU", "CONTOSO\\backup", "/RP", "*",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "sometimes", "daily", "25:00", "daily 12:75", "every 5 minutes"])
def test_what_no_scheduler_can_be_told_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        schedule.parse(text)
