"""One damaged file is told of, with its path, why and what to do, and everything else goes on."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lync_wizard import checks
from lync_wizard.backup.backup_set import Unusable, sets
from lync_wizard.backup.ledger import Ledger
from lync_wizard.backup.manifest import MANIFEST, read_manifest
from lync_wizard.backup.verification_log import STATE, read_log
from lync_wizard.core.errors import WizardError
from lync_wizard.core.storage import Home, Unwritable, write_whole
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import connections
from lync_wizard.plans import model
from lync_wizard.procedures import available
from lync_wizard.procedures import read as read_procedure
from lync_wizard.runs import history, journal, report
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.worksheets.files import read_file
from lync_wizard.workspace import failover_status
from tests.command import call
from tests.hostile import homes
from tests.hostile.homes import RESTORED, SAVED, SET

few = settings(max_examples=50, deadline=None, derandomize=True, database=None)
INTERNALS = ("Error:", "object has no attribute", "NoneType", "Traceback", "not subscriptable", "codec can't", "sqlite")
DEEP = "[" * 10_000 + "]" * 10_000


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return homes.unpacked(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def home(kept: Path, tmp_path: Path) -> Path:
    """A copy of the runs and papers; the sets are shared and only read."""
    root = tmp_path / "home"
    root.mkdir()
    for name in ("runs", "worksheets"):
        shutil.copytree(kept / name, root / name)
    shutil.copy(kept / "connections.yaml", root)
    return root


def garbled(path: Path) -> None:
    """One page in the middle is not what was written."""
    data = bytearray(path.read_bytes())
    at = len(data) // 2 // 4096 * 4096
    data[at : at + 4096] = b"\xa5" * 4096
    path.write_bytes(data)


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def zeroes(path: Path) -> None:
    path.write_bytes(b"\0" * 8192)


def event_says(body: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DROP TRIGGER event_stays")
            database.execute("UPDATE event SET body = ? WHERE seq = 7", (body,))

    return change


def plan_says(body: Any) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DROP TRIGGER plan_stays")
            database.execute("UPDATE plan SET body = ?", (body,))

    return change


DAMAGES = {
    "a garbled page": garbled,
    "cut short": half,
    "empty": empty,
    "zeroes": zeroes,
    "an event that is a list": event_says("[1]"),
    "an event that is null": event_says("null"),
    "an event 10,000 deep": event_says(DEEP),
    "an event of no time": event_says('{"seq": 7, "at": 3, "prev": "", "run": "", "step": null, "attempt": 1, '
                                      '"type": "note"}'),
    "a plan of bytes": plan_says(b"\xff\xfe"),
    "a plan 10,000 deep": plan_says(DEEP),
    "a plan of half a character": plan_says('{"format": 2, "hash": "\\ud800"}'),
}  # fmt: skip


def plain(*texts: str) -> None:
    for text in texts:
        assert not [word for word in INTERNALS if word in text], text


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_journal_stops_nothing(home: Path, damage: str) -> None:
    DAMAGES[damage](home / "runs" / RESTORED / "journal.db")
    listed = call(home, "runs", "list")
    assert listed.returncode == 0
    (row,) = [line for line in listed.stdout.splitlines() if line.startswith(RESTORED)]
    assert "unreadable" in row
    assert "cannot be read" in row or "this is not a plan" in row
    assert "HINT: " in listed.stdout
    assert SAVED in listed.stdout
    assert {one["run"] for one in json.loads(call(home, "runs", "list", "--json").stdout)} >= {RESTORED, SAVED}
    planned = call(home, "plan", "restore-se", "--target", "se01.contoso.com", "--json")
    assert planned.returncode in {0, 2, 3}, "a damaged journal is none of its reasons"
    assert "journal" not in planned.stderr
    for command in (("runs", "show"), ("report",), ("watch",), ("resume",), ("runs", "verify"), ("runs", "export")):
        done = call(home, *command, RESTORED, *(["-o", str(home / "x.zip")] if "export" in command else []))
        assert done.returncode != 70, (command, done.stderr)
        plain(done.stdout, done.stderr)
    plain(listed.stdout, planned.stderr)


def test_the_home_screen_tells_of_it_and_opens(home: Path) -> None:
    garbled(home / "runs" / RESTORED / "journal.db")
    shown = call(home, "restore", "--plain", typed="")
    assert RESTORED in shown.stdout
    assert "cannot be read" in shown.stdout
    assert "Deployment" in shown.stdout
    plain(shown.stdout, shown.stderr)


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"\xff", b"{", b'{"format": 1}', DEEP.encode(), b'{"format":' + b"9" * 5000 + b"}",
     b'{"format": 1, "name": "\\ud800"}', b"\0"],
)  # fmt: skip
def test_a_damaged_file_of_a_set_keeps_the_list(kept: Path, tmp_path: Path, content: bytes) -> None:
    location = tmp_path / "location"
    for name in (SET, "2026-01-01T000000Z_contoso", "2026-01-02T000000Z_contoso"):
        (location / name).mkdir(parents=True)
    shutil.copy(kept / "backups" / "LyncBackup" / SET / MANIFEST, location / SET)
    (location / "2026-01-01T000000Z_contoso" / MANIFEST).write_bytes(content)
    (location / "2026-01-02T000000Z_contoso" / "incomplete.json").write_bytes(content)
    (location / SET / STATE).write_bytes(content)
    found = list(sets(location))
    assert [isinstance(one, Unusable) for one in found] == [False, True, True]
    plain(*(one.why for one in found if isinstance(one, Unusable)))
    with pytest.raises(WizardError) as met:
        read_log(location / SET)
    plain(str(met.value))


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "\ud800", "../..", ""])
def test_names_that_are_none(home: Path, name: str) -> None:
    for words in (
        ("backup", "show", name),
        ("backup", "verify", name),
        ("backup", "keep", name),
        ("backup", "diff", name, name),
        ("runs", "show", name),
        ("run", name, "--plain"),
        ("worksheet", "show", name),
        ("print", "report", RESTORED, "-o", name or "."),
        ("backup", "adopt", f"{home}/nowhere/{name}"),
        ("setup", "--from", f"{home}/nowhere/{name}"),
    ):
        if words[:2] == ("runs", "show") and not name:
            continue  # every run begins so
        done = call(home, *words)
        assert done.returncode not in {0, 70}, (words[:2], done.stderr)
        plain(done.stderr)


def test_a_home_whose_name_is_too_long(tmp_path: Path) -> None:
    for words in (("runs", "list"), ("worksheet", "list"), ("doctor",), ("plan", "restore-se", "--target", "x")):
        done = call(tmp_path / ("x" * 5000), *words)
        assert done.returncode != 70, done.stderr
        plain(done.stderr)


# Properties of each reader.

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
BYTES = st.binary(max_size=400) | JSONS.map(lambda data: json.dumps(data).encode()) | st.text(max_size=200).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)  # fmt: skip


def _problems(read: Callable[[Path, Problems], object]) -> Callable[[Path], object]:
    return lambda path: read(path, Problems())


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "plan.json": ("plan.json", model.load),
    "manifest": (MANIFEST, lambda path: read_manifest(path.parent)),
    "state.json": (STATE, lambda path: read_log(path.parent)),
    "worksheet": ("plan.yaml", _problems(lambda path, found: read_file(path, "plan", None, found))),
    "connections": ("connections.yaml", _problems(connections.read)),
    "procedure": ("own.yaml", _problems(read_procedure)),
    "set folder": ("incomplete.json", lambda path: list(sets(path.parent.parent))),
    "ledger": ("manifests.json", lambda path: Ledger(Home(path.parent)).known("x")),
    "failover": (failover_status.FILE, lambda path: failover_status.last(Home(path.parent), "contoso").text),
    "journal": ("journal.db", lambda path: report.of(Reader(path.parent))),
    "history": ("journal.db", lambda path: history.every([path.parent.parent])),
}


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        inside = Path(made) / "outer" / "inner"
        inside.mkdir(parents=True)
        yield inside


@pytest.mark.parametrize("kind", READERS)
@few
@given(content=BYTES)
def test_any_bytes_are_read_or_refused(kind: str, content: bytes) -> None:
    name, read = READERS[kind]
    with folder() as inside:
        (inside / name).write_bytes(content)
        try:
            read(inside / name)
        except WizardError as error:
            plain(str(error))


@pytest.mark.parametrize("kind", ["manifest", "plan.json", "state.json"])
@few
@given(data=st.data())
def test_a_sound_file_with_one_value_changed_is_read_or_refused(kept: Path, kind: str, data: st.DataObject) -> None:
    name, read = READERS[kind]
    sound: Any
    if kind == "plan.json":
        with Reader(kept / "runs" / SAVED) as reader:
            sound = reader.plan.to_data()
    else:
        sound = json.loads((kept / "backups" / "LyncBackup" / SET / name).read_text("utf-8"))
    at: Any = sound
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not at[key] or not isinstance(at[key], dict | list) or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(JSONS)
    with folder() as inside:
        (inside / name).write_text(json.dumps(sound), "utf-8")
        try:
            found = read(inside / name)
        except WizardError as error:
            plain(str(error))
        else:
            assert found


@few
@given(body=JSONS)
def test_any_event_in_a_journal(kept: Path, body: Any) -> None:
    with folder() as inside:
        shutil.copy(kept / "runs" / SAVED / "journal.db", inside)
        event_says(json.dumps(body))(inside / "journal.db")
        (one,) = history.every([inside.parent])
        plain(str(one))
        try:
            report.of(Reader(inside))
        except WizardError as error:
            plain(str(error))


# Every write with a full disk.


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("call_that_fails", ["os.fsync", "pathlib.Path.replace", "tempfile.mkstemp"])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, call_that_fails: str) -> None:
    path = tmp_path / "x.json"
    write_whole(path, "old")
    with mock.patch(call_that_fails, full), pytest.raises(Unwritable) as met:
        write_whole(path, "new")
    assert met.value.errno == errno.ENOSPC
    assert "No space left" in str(met.value)
    assert "HINT: Make room" in str(met.value)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["x.json"]


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "restore-se", "--target", "se01.contoso.com", "--set", "x=y", "-o", "HOME/plan.json"),
        ("worksheet", "set", "plan/backup/schedule", "daily 02:00"),
        ("print", "report", RESTORED, "-o", "HOME/r.pdf"),
        ("runs", "export", RESTORED, "-o", "HOME/r.zip"),
        ("backup", "keep", SET),
        ("backup", "verify", SET),
        ("resume", homes.BROKEN_OFF, "--headless"),
        ("doctor",),
        ("setup", "--unattended"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_full_disk_is_told_by_every_command_that_writes(home: Path, words: tuple[str, ...]) -> None:
    for fails in ("lync_wizard.core.storage.os.fsync", "lync_wizard.core.storage.tempfile.mkstemp"):
        with mock.patch(fails, full):
            done = call(home, *(word.replace("HOME", str(home)) for word in words))
        assert done.returncode != 70, done.stderr
        plain(done.stderr)


def test_a_read_only_home_is_read(home: Path) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with (
        mock.patch("lync_wizard.core.storage.tempfile.mkstemp", read_only),
        mock.patch("filelock.FileLock.acquire", read_only),
        mock.patch("pathlib.Path.mkdir", read_only),
    ):
        listed = call(home, "runs", "list")
        assert listed.returncode == 0
        assert RESTORED in listed.stdout
        for words in (("report", RESTORED), ("worksheet", "list"), ("watch", RESTORED)):
            assert call(home, *words).returncode == 0
        done = call(home, "resume", homes.BROKEN_OFF, "--headless")
        assert done.returncode not in {0, 70}
        plain(done.stderr)


def test_half_a_character_of_a_host_is_recorded(kept: Path, tmp_path: Path) -> None:
    with Reader(kept / "runs" / SAVED) as reader:
        plan = reader.plan
    with Journal.create(tmp_path, plan) as made:
        made.append("note", data={"text": "a\ud800b", "more": [{"\udfff": 1}]})
    with Reader(journal.runs(tmp_path)[0]) as again:
        assert again.events()[-1].data["text"] == "a?b"
        assert again.broken_at() is None


@pytest.mark.parametrize("content", [b"\xa5" * 4096, b"rows: [", b"[" * 10_000, b"- 1\n", b"nothing: known\n"])
def test_a_damaged_worksheet_stops_only_what_is_planned_by_it(home: Path, content: bytes) -> None:
    sheet = home / "worksheets" / "contoso" / "fe01.contoso.com" / "database.yaml"
    sheet.write_bytes(content)
    for words in (("backup", "list"), ("backup", "show", SET), ("runs", "list"), ("procedures", "list")):
        done = call(home, *words)
        assert done.returncode == 0, done.stderr
    for words in (
        ("plan", "restore-se", "--target", "se01.contoso.com"),
        ("backup", "run", "--headless"),
        ("resume", homes.BROKEN_OFF, "--headless"),
    ):
        done = call(home, *words)
        assert done.returncode == 2
        assert "database.yaml" in done.stderr
        plain(done.stderr)
    told = call(home, "restore", "--plain", typed="").stdout
    assert "database.yaml" in told, "the guided way says so first"


@few
@given(content=BYTES)
def test_any_bytes_among_the_procedures_of_a_home(content: bytes) -> None:
    with folder() as inside:
        (inside / "restore-se.yaml").write_bytes(content)
        found = available.load(inside, checks=checks.ids())
        assert "restore-cms" in found.procedures
        plain(*found.told())
        for name in found.broken:
            with pytest.raises(WizardError) as met:
                found.refuse_broken(name)
            plain(str(met.value))
