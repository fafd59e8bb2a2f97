"""The folder of an administrator's own script becomes a set whose provenance is unknown."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.backup.import_foreign import DAMAGED, MappedFile, adopt, unmapped
from lync_wizard.core.errors import InputError
from tests.backups.conftest import NOW, Store


@pytest.fixture
def script(store: Store, tmp_path: Path) -> Path:
    """What such a script leaves: other names, other folders, notes of its own."""
    folder = tmp_path / "D" / "LyncBackup_old"
    for source, target in (
        ("Config.zip", "config_20260222.zip"),
        ("E911Config.zip", "LIS/lis.bak"),
        ("UserData/fe01.contoso.com.zip", "users/FE01-users.zip"),
        ("UserData/se01.contoso.com.zip", "users/se01-users.zip"),
        ("Rgs/se01.contoso.com.zip", "responsegroups.zip"),
    ):
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(store.sound / source, folder / target)
        os.utime(folder / target, (1771800000, 1771800000))
    for server in ("fe01", "se01"):
        shutil.copytree(
            store.sound / "FileStore" / f"{server}.contoso.com_LyncShare", folder / "shares" / server / "LyncShare"
        )
    (folder / "backup.log").write_text("all good")
    return folder


def test_a_foreign_folder_becomes_a_set_in_the_backup_location(store: Store, script: Path) -> None:
    before = sorted(p.relative_to(script).as_posix() for p in script.rglob("*"))
    made, mapped = adopt(script, store.root, store.deployment, store.ledger, {}, NOW)
    assert sorted(p.relative_to(script).as_posix() for p in script.rglob("*")) == before
    assert made.folder.parent == store.root
    assert made.manifest.made_at == datetime.fromtimestamp(1771800000, UTC)
    assert {made.manifest.made_by, made.manifest.environment} == {"unknown"}
    assert {a.command for a in made.manifest.files} == {"unknown"}
    assert made.manifest.counts == {}
    assert unmapped(mapped, store.wanted) == []
    assert {a.path for a in made.manifest.files if a.kind in {"Configuration", "UserData", "Rgs", "Locations"}} == {
        "Config.zip", "E911Config.zip", "UserData/fe01.contoso.com.zip", "UserData/se01.contoso.com.zip",
        "Rgs/se01.contoso.com.zip",
    }  # fmt: skip
    found = store.verify(made.folder)
    assert [found.value(level) for level in ("present", "intact", "read")] == ["pass", "pass", "pass"]
    assert backup.read_manifest(made.folder) == made.manifest


def test_a_set_that_was_never_finished_is_adopted_where_it_lies(store: Store) -> None:
    (store.sound / backup.MANIFEST).unlink()
    made, _ = adopt(store.sound, store.root, store.deployment, store.ledger, {}, NOW)
    assert made.folder == store.sound
    assert not store.verify(made.folder).failed


def test_a_damaged_manifest_is_set_aside_not_lost(store: Store) -> None:
    store.verify()
    (store.sound / backup.MANIFEST).write_text("{ half")
    made, _ = adopt(store.sound, store.root, store.deployment, store.ledger, {}, NOW)
    assert (made.folder / DAMAGED).read_text() == "{ half"
    assert not store.verify(made.folder).failed


def test_what_cannot_be_told_is_said_by_hand(store: Store, script: Path) -> None:
    (script / "users" / "FE01-users.zip").rename(script / "users" / "first.zip")
    (script / "users" / "se01-users.zip").rename(script / "users" / "second.zip")
    given = {"users\\First.zip": "userdata:fe01.contoso.com", "users/second.zip": "UserData:se01.contoso.com"}
    with pytest.raises(InputError, match=r"no file none\.zip"):
        adopt(script, store.root, store.deployment, store.ledger, {"none.zip": "Rgs"}, NOW)
    with pytest.raises(InputError, match="is no kind of file"):
        adopt(script, store.root, store.deployment, store.ledger, {"responsegroups.zip": "Groups"}, NOW)
    _, mapped = adopt(script, store.root, store.deployment, store.ledger, given, NOW)
    assert unmapped(mapped, store.wanted) == []


def test_a_person_who_is_asked_tells_the_pool(store: Store, script: Path) -> None:
    (script / "users" / "FE01-users.zip").rename(script / "users" / "first.zip")
    with pytest.raises(InputError, match=r"--map users/first\.zip=UserData:FQDN"):
        adopt(script, store.root, store.deployment, store.ledger, {}, NOW)
    asked: list[str] = []

    def whose(one: MappedFile) -> str:
        asked.append(one.relative)
        return "fe01.contoso.com"

    _, mapped = adopt(script, store.root, store.deployment, store.ledger, {}, NOW, whose)
    assert asked == ["users/first.zip"]
    assert unmapped(mapped, store.wanted) == []


def test_nothing_of_a_backup_and_a_complete_set_are_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("x")
    for folder, why in (
        (tmp_path / "empty", "holds nothing"),
        (tmp_path / "none", "no folder"),
        (store.sound, "already"),
    ):
        with pytest.raises(InputError, match=why):
            adopt(folder, store.root, store.deployment, store.ledger, {}, NOW)
