"""`backup test`: a set restored in a lab that is made from it, what became of each file, and where it is said."""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lync_wizard.backup.restore_test import RestoreTest
from lync_wizard.backup.verification_log import Fault
from lync_wizard.cli import main
from lync_wizard.cli.context import open_context
from lync_wizard.core import storage, timestamps
from lync_wizard.core.errors import Unreachable
from lync_wizard.core.secret import Secret
from lync_wizard.tui.view import status as status_view
from tests.backups import foreign_set
from tests.backups.conftest import Store
from tests.backups.test_exchanged_sets import Everything

STORE = r"\\file01.fabrikam.com\LyncShare"


class Home:
    """A home set up from a topology, with the files of somebody's script adopted and verified."""

    def __init__(self, folder: Path, topology: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.share, self.script = folder / "home", folder / "share", folder / "script"
        self.share.mkdir(parents=True)
        self.script.mkdir()
        self._capsys = capsys
        (folder / "topology.xml").write_text(topology, "utf-8")
        location = r"\\backup.fabrikam.com\LyncBackup"
        (folder / "answers.yaml").write_text(f"plan/backup/location: {location}\n", "utf-8")
        self("setup", "--from-topology", str(folder / "topology.xml"), "--answers", str(folder / "answers.yaml"))
        (self.root / "connections.yaml").write_text(
            f"environment: {{kind: production, id: real}}\nshares:\n  {location}: {self.share.as_posix()}\n", "utf-8"
        )

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = main(["--home", str(self.root), *words])
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *words: str) -> tuple[int, Any]:
        code, out, err = self(*words, "--json")
        return code, json.loads(out or json.dumps(err))

    def tested(self, *words: str) -> tuple[int, str]:
        """What a test that is refused says; nothing of it may stay."""
        code, _, err = self("backup", "test", *words)
        assert not (self.root / "restore-tests").exists()
        assert "HINT:" in err
        return code, err

    def adopted(self, files: dict[str, bytes], *words: str) -> str:
        for path, content in files.items():
            (self.script / path).parent.mkdir(parents=True, exist_ok=True)
            (self.script / path).write_bytes(content)
        code, made = self.json("backup", "adopt", str(self.script), *words)
        assert code == 0, made
        self("backup", "verify", made["name"])
        return str(made["name"])


@pytest.fixture
def reached() -> Iterator[set[str]]:
    """Every address that this process connects to or looks up meanwhile."""
    heard: set[str] = set()
    listening = True

    def hear(event: str, given: tuple[Any, ...]) -> None:
        if listening and event == "socket.connect" and isinstance(given[1], tuple):
            heard.add(str(given[1][0]))
        elif listening and event == "socket.getaddrinfo":
            heard.add(str(given[0]))

    sys.addaudithook(hear)
    yield heard
    listening = False


def test_the_enterprise_pool_of_another_topology(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reached: set[str]
) -> None:
    topology = foreign_set.enterprise()
    home = Home(tmp_path, topology, capsys)
    name = home.adopted(
        {
            "CsConfig.zip": foreign_set.configuration(topology),
            "LisConfig.zip": foreign_set.locations(),
            "LcsCDR.bak": b"TAPE\0\0\3\0" + bytes(2000),
            "users.zip": foreign_set.user_data(["anna@fabrikam.com", "Boris@fabrikam.com"]),
            "store/1-WebServices-1/ABFiles/one.dabs": b"one",
            "store/1-WebServices-1/CollabMetadata/Meeting.Active": b"locked",
        },
        "--map", "users.zip=UserData:pool01.fabrikam.com", "--map", rf"store=FileStore:{STORE}",
    )  # fmt: skip
    before = {path: path.read_bytes() for path in home.share.rglob("*") if path.is_file()}
    reached.clear()
    code, told = home.json("backup", "test")
    assert code == 0, told
    assert reached == {"127.0.0.1"}, "the lab, and nothing that the real connections name"
    cms, files = "restore-cms for pool01.fabrikam.com", "restore-filestore for pool01.fabrikam.com"
    assert {one["path"].rpartition("/")[2]: (one["outcome"], one["by"]) for one in told["outcomes"]} == {
        "Config.zip": ("restored", cms),
        "E911Config.zip": ("not tested", cms),
        "pool01.fabrikam.com.zip": ("restored", cms),
        "LcsCDR.bak": ("not tested", ""),
        "one.dabs": ("restored", files),
        "Meeting.Active": ("not tested", ""),
    }
    why = {one["kind"]: one["why"] for one in told["outcomes"]}
    assert "only SQL Server can restore it" in why["Sql"]
    assert "documented nowhere" in why["Locations"]
    assert any("does not contain location information" in text for text in told["left_out"])
    assert (told["restored"], told["files"], told["passed"]) == (3, 6, True)
    # Nothing of the set is touched, nothing is left.
    assert {path: path.read_bytes() for path in home.share.rglob("*") if path.is_file()} == before
    assert not (home.root / "restore-tests").exists()
    assert not (home.root / "runs").exists()
    # It is said wherever the set is shown.
    kinds = "1 SQL Server backup, 1 export of locations, 1 file of file stores"
    text = f"({told['restored']} of {told['files']} files; not tested: {kinds})"
    assert told["not_tested_kinds"] == {"Locations": 1, "Sql": 1, "FileStore": 1}
    assert [one.partition(": ")[0].rpartition("/")[2] for one in told["not_tested"]] == [
        "LcsCDR.bak", "E911Config.zip", "Meeting.Active",
    ]  # fmt: skip
    assert f"restore-tested {told['at'][:10]}" in home("backup", "list")[1]
    for words in (("list",), ("status", "--offline"), ("show", name)):
        assert text in home("backup", *words)[1]
    assert "not tested by a restore: Sql/" in home("backup", "status", "--offline")[1]
    status = home.json("backup", "status", "--offline")[1]
    assert status["restore_tested"] | {"name": name} == status["restore_tested"]
    assert status["restore_tested"]["manifest_sha256"] == home.json("backup", "show", name)[1]["manifest_sha256"]
    sheet = tmp_path / "set.pdf"
    assert home("print", "set", name, "-o", str(sheet))[0] == 0
    if shutil.which("pdftotext"):
        words = ["pdftotext", "-layout", str(sheet), "-"]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        assert text in " ".join(said.split())
    given = argparse.Namespace(home=home.root, deployment=None)
    assert "tested" in status_view.levels(open_context(given).workspace, timestamps.now())[name].plain
    # A set with another manifest is another set.
    manifest = home.share / name / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"made_by": "unknown"', '"made_by": "somebody"'), "utf-8")
    assert home.json("backup", "list")[1][0]["restore_tested"] is None
    assert home("backup", "test", name)[0] == 3
    assert home("backup", "test")[0] == 3


def test_a_file_that_cannot_be_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    topology, store = foreign_set.standard_edition(), r"\\SE01.Contoso.com\LyncShare"
    home = Home(tmp_path, topology, capsys)
    home.adopted(
        {
            "CsConfig.zip": foreign_set.configuration(topology),
            "SE01/users.zip": foreign_set.user_data(["anna@fabrikam.com", "Boris@fabrikam.com"], team="a name"),
            "SE01/rgs.zip": foreign_set.response_groups("SE01.Contoso.com", ["Hotline", "Sales"]),
            "SE01/fs/1-WebServices-1/ABFiles/one.dabs": b"one",
        },
        *("--map", rf"SE01/fs=FileStore:{store}"),
    )
    code, told = home.json("backup", "test", "--procedure", "restore-se")
    assert code == 1, told
    assert {one["kind"]: one["outcome"] for one in told["outcomes"]} == {
        "Configuration": "not tested",
        "UserData": "failed",
        "Rgs": "restored",
        "FileStore": "restored",
    }, told
    why = {one["kind"]: one["why"] for one in told["outcomes"]}
    assert why["Configuration"] == "restore-se does not restore it"
    assert "is not valid base64 text" in why["UserData"]
    assert "restore test FAILED" in home("backup", "list")[1]
    assert "not restored in the test: UserData/" in home("backup", "status", "--offline")[1]


def test_what_is_no_verified_set_or_has_no_room_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path, foreign_set.enterprise(), capsys)
    assert home.tested()[0] == 2
    (home.script / "CsConfig.zip").write_bytes(foreign_set.configuration(foreign_set.enterprise()))
    name = home.json("backup", "adopt", str(home.script))[1]["name"]
    for words in ((), (name,)):
        code, said = home.tested(*words)
        assert (code, f"backup verify {name}" in said) == (3, True)
    home("backup", "verify", name)
    assert home.tested("2026-01-01T000000Z_fabrikam")[0] == 2
    assert home.tested("../home")[0] == 2
    assert home.tested("--procedure", "restore-everything")[0] == 2
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=10**9, used=10**9, free=1000))
        code, said = home.tested()
        assert (code, "0 MB free" in said) == (3, True)
    (home.root / "manifests.json").unlink()
    code, said = home.tested(name)
    assert (code, "not known to this home" in said) == (3, True)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (b"", "holds no topology"),
        (foreign_set.configuration(foreign_set.enterprise().replace(' ShareName="LyncShare"', "")), "cannot simulate"),
        (foreign_set.configuration(foreign_set.enterprise().replace("CentralMgmt", "Teapot")), "no Central Management"),
    ],
)
def test_a_set_that_no_lab_can_be_made_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], config: bytes, said: str
) -> None:
    home = Home(tmp_path, foreign_set.enterprise(), capsys)
    files = {"CsConfig.zip": config} if config else {"LisConfig.zip": foreign_set.locations()}
    home.adopted(files)
    code, told = home.tested()
    assert (code, said in told) == (2, True), told


def test_a_test_that_is_cut_off_leaves_no_lab(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path, foreign_set.enterprise(), capsys)
    users = foreign_set.user_data(["anna@fabrikam.com", "Boris@fabrikam.com"])
    config = foreign_set.configuration(foreign_set.enterprise())
    home.adopted({"CsConfig.zip": config, "users.zip": users}, "--map", "users.zip=UserData:pool01.fabrikam.com")
    words = [sys.executable, "-P", "-m", "lync_wizard", "--home", str(home.root), "backup", "test"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        said = list(itertools.takewhile(lambda line: "steps with " not in line, child.stderr))
        assert child.poll() is None, said
        [lab] = (home.root / "restore-tests").iterdir()
        door = json.loads((lab / "lab" / "door.json").read_text("utf-8"))
        with socket.create_connection((door["host"], door["port"]), timeout=60) as connection:
            child.kill()
            assert connection.recv(1) == b"", "its process is gone"
    assert not lab.exists()


def test_a_test_reaches_no_other_machine(tmp_path: Path) -> None:
    """Whatever the connections of a lab's home say."""
    (tmp_path / "connections.yaml").write_text(
        "hosts:\n  fe01.fabrikam.com: {address: 192.0.2.1}\n  fe02.fabrikam.com: {address: 127.0.0.1}\n"
        "sql:\n  sql01.fabrikam.com: {address: 192.0.2.2, auth: sql, user: sa}\n",
        "utf-8",
    )
    given = argparse.Namespace(home=tmp_path, deployment=None)
    work = open_context(given, home=storage.Home(tmp_path), known=lambda _: Secret("x"), confined=True)
    for server, transport in (
        ("fe01.fabrikam.com", "psrp"),
        ("dc.fabrikam.com", "psrp"),
        ("sql01.fabrikam.com", "sql"),
    ):
        with pytest.raises(Unreachable, match="not simulated here"):
            work.connect(server, "lync-admin" if transport == "psrp" else "sql-admin", transport)
    assert work.book.endpoint("fe02.fabrikam.com", "lync-admin").address == "127.0.0.1"


def test_the_standing_of_a_test_and_when_the_next_one_is_due(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    shell = Everything(store, capsys)
    assert shell("backup", "verify", store.sound.name)[0] == 0
    assert "(lync-wizard backup test)" in shell("backup", "status", "--offline")[1]
    at = timestamps.now().replace(microsecond=0)
    sha256 = store.ledger.standing(store.sound).sha256

    def record(when: datetime, manifest: str, *failed: Fault) -> str:
        made = RestoreTest(manifest, when, "ann", "0.1.0", ("restore-se for se01.contoso.com",), 30, 28, failed)
        store.ledger.record_tested(store.sound, made)
        return shell("backup", "status", "--offline")[1]

    assert "(28 of 30 files)" not in record(at, "0" * 64), "a test of another manifest"
    told = record(at, sha256)
    assert "(28 of 30 files)" in told.splitlines()[0], "in the line of readiness"
    assert "older than" not in told
    assert "the last restore test is older than 31 days" in record(at - timedelta(days=32), sha256)
    told = record(at, sha256, Fault("Config.zip", "it holds no topology"))
    assert "restore test FAILED" in told
    assert "not restored in the test: Config.zip: it holds no topology" in told


def test_tests_by_schedule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path, foreign_set.enterprise(), capsys)
    made = home.json("backup", "schedule", "--test", "--as", "systemd")[1]
    assert made["schedule"] == "Sun 03:30"
    unit = made["files"]["lync-wizard-restore-test.service"]
    assert next(line for line in unit.splitlines() if line.startswith("ExecStart")).endswith("backup test")
    assert "OnCalendar=Sun *-*-* 03:30:00" in made["files"]["lync-wizard-restore-test.timer"]
    task = home.json("backup", "schedule", "--test", "--at", "daily 05:00", "--as", "task")[1]["files"]
    assert "backup test</Arguments>" in task["lync-wizard-restore-test.xml"]
    assert "backup run --headless" in str(home.json("backup", "schedule", "--as", "systemd")[1]["files"])
