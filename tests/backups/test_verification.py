"""Whatever is wrong with a set is found and named, each level by itself."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.backup.verification import intact
from lync_wizard.backup.verification_log import (
    LEVELS,
    Restored,
    Verification,
    record_verified,
)
from lync_wizard.core.errors import InputError
from lync_wizard.hosts import HostError, Reply, State
from lync_wizard.workspace.backup_job.verify import ABOUT_THE_BACKUP, problems_of
from tests.backups.conftest import NOW, Store
from tests.ratios import work

USERS = "UserData/se01.contoso.com.zip"


def values(found: Verification) -> list[str]:
    return [found.value(level) for level in LEVELS]


def named(found: Verification) -> set[str]:
    return {fault.file for level in found.levels.values() for fault in level.problems}


def told(found: Verification) -> str:
    return "\n".join(str(fault) for level in found.levels.values() for fault in level.problems)


def test_a_sound_set_passes_and_what_nobody_did_is_not_tested(store: Store) -> None:
    found = store.verify()
    assert values(found) == ["pass", "pass", "pass", "not tested"]
    assert found.sound
    assert not found.failed
    assert found.counts["users"] == {"fe01.contoso.com": 20, "se01.contoso.com": 25}
    assert found.counts["response_groups"]["se01.contoso.com"]["Workflow"] == 3


def test_a_flipped_bit(store: Store) -> None:
    path = store.sound / USERS
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    found = store.verify()
    assert values(found)[:2] == ["pass", "fail"]
    assert found.levels["intact"].problems[0].problem == "has another content than when made"
    assert named(found) == {USERS}
    assert not found.sound


def test_a_truncated_archive_fails_by_size_and_by_reading(store: Store) -> None:
    path = store.sound / "Config.zip"
    path.write_bytes(path.read_bytes()[:-100])
    found = store.verify()
    assert values(found)[:3] == ["pass", "fail", "fail"]
    assert "bytes, not" in told(found)
    assert "is not a complete ZIP" in told(found)


def test_a_missing_file_is_missing_on_the_levels_that_ask_for_it(store: Store) -> None:
    (store.sound / USERS).unlink()
    found = store.verify()
    assert values(found)[:3] == ["fail", "fail", "pass"]
    assert f"{USERS}: is missing" in told(found)


def test_a_file_that_was_never_made_is_absent_but_the_set_is_intact(store: Store) -> None:
    without = store.another(NOW, {USERS: b""})
    found = store.verify(without.folder)
    assert values(found)[:3] == ["fail", "pass", "pass"]
    assert "contacts, conferences and user rights of se01.contoso.com" in told(found)


def test_an_extra_file_and_a_link_in_place_of_a_file(store: Store, tmp_path: Path) -> None:
    (store.sound / "Rgs" / "passwords.txt").write_text("x")
    elsewhere = tmp_path / "Config.zip"
    (store.sound / "Config.zip").replace(elsewhere)
    try:
        (store.sound / "Config.zip").symlink_to(elsewhere)
    except OSError:
        pytest.skip("this account may make no links")
    found = store.verify()
    assert "Rgs/passwords.txt: is not in the manifest" in told(found)
    assert "Config.zip: is no file of its own" in told(found)


def test_exchanged_files_say_whose_content_they_hold(store: Store) -> None:
    one, other = store.sound / USERS, store.sound / "UserData" / "fe01.contoso.com.zip"
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)
    # The same size would hide it from a listing; the hash and the count do not care.
    found = store.verify()
    assert named(found) == {USERS, "UserData/fe01.contoso.com.zip"}
    assert "holds 20 users, but the pool had 25" in told(found)


@pytest.mark.parametrize("edit", ["hash", "count", "space"])
def test_an_edited_manifest_is_found_and_nothing_else_is_judged_by_it(store: Store, edit: str) -> None:
    store.verify()
    path = store.sound / backup.MANIFEST
    text = path.read_text("utf-8")
    data = json.loads(text)
    if edit == "hash":
        data["files"][0]["sha256"] = "0" * 64
    elif edit == "count":
        data["counts"]["users"]["se01.contoso.com"] = 24
    path.write_text(text + " " if edit == "space" else json.dumps(data), "utf-8")
    found = store.verify()
    assert values(found)[:3] == ["not tested", "fail", "not tested"]
    assert named(found) == {backup.MANIFEST}
    assert "not the one that was first seen" in told(found)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"sha256": None}, "files[1].sha256: is missing"),
        ({"bytes": "many"}, "files[1].bytes: is not as this program writes it"),
        ({"path": "../Config.zip"}, "'../Config.zip' points outside the set"),
        ({"path": "C:\\Config.zip"}, "points outside the set"),
    ],
)
def test_what_is_wrong_in_a_manifest_is_named(store: Store, edit: dict[str, str | None], said: str) -> None:
    path = store.sound / backup.MANIFEST
    data = json.loads(path.read_text("utf-8"))
    data["files"][1] |= edit
    if "sha256" in edit:
        del data["files"][1]["sha256"]
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(InputError, match="is not a manifest") as refused:
        backup.read_manifest(store.sound)
    assert said in refused.value.detail


def test_a_manifest_of_a_later_version_may_say_more(store: Store) -> None:
    path = store.sound / backup.MANIFEST
    before = backup.read_manifest(store.sound)
    data = json.loads(path.read_text("utf-8"))
    data["files"][0]["compressed"] = data["compressed"] = True
    path.write_text(json.dumps(data), "utf-8")
    assert backup.read_manifest(store.sound) == before


def test_a_manifest_that_is_gone_or_of_another_folder(store: Store) -> None:
    moved = store.root / "2020-01-01T000000Z_contoso"
    shutil.copytree(store.sound, moved)
    assert f"is that of the set {store.sound.name}" in told(store.verify(moved))
    (moved / backup.MANIFEST).unlink()
    assert "manifest.json: is missing" in told(store.verify(moved))


def test_a_set_of_another_deployment(store: Store) -> None:
    other = replace(backup.read_manifest(store.sound), name="2026-01-01T000000Z_fabrikam", deployment="fabrikam")
    folder = store.root / other.name
    shutil.copytree(store.sound, folder)
    backup.write_manifest(folder, other)
    found = store.verify(folder)
    assert found.value("present") == "fail"
    assert told(found) == "the set is of deployment fabrikam, not contoso"


def test_an_export_of_another_pool_under_the_right_name(store: Store) -> None:
    config = (store.sound / "Config.zip").read_bytes()
    found = store.verify(store.another(NOW, {USERS: config}).folder)
    assert values(found)[:3] == ["pass", "pass", "fail"]
    assert "Config" not in named(found)


def test_a_change_against_the_set_before_is_a_remark(store: Store) -> None:
    before = {"users": {"SE01.contoso.com": 30}}
    level = store.verify(previous=before).levels["read"]
    assert level.value == "pass"
    assert level.remarks == ("se01.contoso.com: 25 users, 30 in the set before.",)


@pytest.fixture
def sql_file(store: Store) -> str:
    """The path of a SQL backup that the sound set holds as well."""
    manifest = backup.read_manifest(store.sound)
    path = "Sql/be01_RTC/LcsCDR.bak"
    (store.sound / "Sql" / "be01_RTC").mkdir(parents=True)
    (store.sound / path).write_bytes(b"TAPE")
    size, value = backup.digest(store.sound / path)
    artifact = replace(manifest.files[0], path=path, bytes=size, sha256=value, kind="Sql", of="be01\\RTC")
    backup.write_manifest(store.sound, replace(manifest, files=(*manifest.files, artifact)))
    return path


def test_sql_backups_are_not_tested_without_a_server_and_by_one_where_it_is_given(store: Store, sql_file: str) -> None:
    level = store.verify().levels["read"]
    assert (level.value, [fault.file for fault in level.untested]) == ("not tested", [sql_file])
    assert store.verify().sound
    assert store.verify(sql=lambda _, __: []).value("read") == "pass"
    refused = store.verify(sql=lambda _, artifact: [f"{artifact.bytes} bytes are no backup"])
    assert told(refused) == f"{sql_file}: 4 bytes are no backup"


def said(*errors: tuple[str, str], state: State = "failed", why: str = "") -> Reply:
    return Reply(state, errors=tuple(HostError(text, "", number) for number, text in errors), why=why)


END_OF_FILE = ("3203", 'Read on "x.bak" failed: 38(Reached the end of the file.)')
NO_NETWORK = ("3203", 'Read on "\\\\fs01\\b\\x.bak" failed: 64(The specified network name is no longer available.)')


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        (said(state="completed"), "pass"),
        *((said((number, f"error {number}"), ("3013", "terminating")), "fail") for number in ABOUT_THE_BACKUP),
        (said(("3013", "terminating"), ("3183", "page (1:9)")), "fail"),
        (said(END_OF_FILE), "fail"),
        (said(NO_NETWORK), "not tested"),
        *(
            (said((number, f"error {number}")), "not tested")
            for number in ("229", "262", "701", "1205", "3013", "3110", "3187", "3201", "3257", "6005", "18456", "")
        ),
        (said(state="unknown", why="the connection was lost"), "not tested"),
        (said(state="failed", why="the connection was lost"), "not tested"),
        (said(state="stopped"), "not tested"),
    ],
)
def test_only_what_speaks_about_the_backup_is_held_against_it(
    store: Store, sql_file: str, reply: Reply, value: str
) -> None:
    level = store.verify(sql=lambda _, __: problems_of(reply)).levels["read"]
    assert level.value == value
    reason = reply.errors[0].message if reply.errors else reply.why
    faults = level.problems if value == "fail" else level.untested
    assert [fault.file for fault in faults] == ([] if value == "pass" else [sql_file])
    if value == "not tested":
        assert (reason or "the connection was lost") in faults[0].problem


def test_a_restore_decides_the_fourth_level(store: Store) -> None:
    at = NOW - timedelta(days=3)
    store.ledger.remember(store.sound, NOW)
    store.ledger.record_restored(store.sound, Restored("r1", "drill", at, restored=True))
    level = store.verify().levels["restored"]
    assert level.value == "pass"
    assert "drill run r1 on 2026-02-27 12:00 UTC" in level.remarks[0]
    store.ledger.record_restored(store.sound, Restored("r2", "drill", NOW, restored=False))
    assert store.verify().value("restored") == "fail"


def test_what_was_learned_lies_beside_the_manifest_and_is_not_an_extra_file(store: Store) -> None:
    before = (store.sound / backup.MANIFEST).read_bytes()
    found = store.verify()
    record_verified(store.sound, found)
    assert backup.read_log(store.sound).newest == found
    assert (store.sound / backup.MANIFEST).read_bytes() == before
    assert not store.verify().failed
    with pytest.raises(InputError, match="no set"):
        store.verify(store.root / "none")


def test_twice_the_files_that_have_changed_cost_twice(store: Store) -> None:
    manifest = backup.read_manifest(store.sound)

    def cost(number: int) -> int:
        files = []
        for n in range(number):
            files.append(replace(manifest.files[0], path=f"n{n}", bytes=1, sha256=f"{n:064x}"))
            (store.sound / f"n{n}").write_bytes(b"x")
        found = backup.BackupSet(store.sound, replace(manifest, files=tuple(files)))
        assert len(intact(found, 1).problems) >= number
        return work(lambda: intact(found, 1))

    assert cost(600) < 2.6 * cost(300)


def test_two_hundred_random_faults_are_all_found_and_none_is_named_wrongly(store: Store, tmp_path: Path) -> None:
    record_verified(store.sound, store.verify())
    random_ = random.Random(4)
    files = sorted(p.relative_to(store.sound).as_posix() for p in store.sound.rglob("*") if p.is_file())
    whole = {path: (store.sound / path).read_bytes() for path in files}
    for number in range(200):
        path = random_.choice(files)
        fault = random_.choice(("bit", "truncation", "removal", "swap"))
        touched, place, data = {path}, store.sound / path, bytearray(whole[path])
        if fault == "bit":
            data[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
            place.write_bytes(data)
        elif fault == "truncation":
            place.write_bytes(data[: random_.randrange(len(data))])
        elif fault == "removal":
            place.unlink()
        else:
            other = random_.choice([p for p in files if whole[p] != whole[path]])
            touched.add(other)
            place.write_bytes(whole[other])
            (store.sound / other).write_bytes(whole[path])
        found = store.verify()
        # Without state.json a set is one that nobody has verified yet: that is no fault.
        if (fault, path) != ("removal", "state.json"):
            assert found.failed, (number, fault, touched)
        assert named(found) <= touched, (number, fault, touched, told(found))
        for one in touched:
            (store.sound / one).write_bytes(whole[one])
    assert not store.verify().failed
