"""A set of the right form that cannot be what it should be: too old inside, or far too little in it."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lync_wizard import backup
from lync_wizard.backup.export_readers import contents
from lync_wizard.core import timestamps
from lync_wizard.lab.farm import exports
from lync_wizard.lab.farm.state import UserData
from tests.backups.conftest import Store
from tests.backups.test_exchanged_sets import Everything

USERS = "UserData/se01.contoso.com.zip"
GROUPS = "Rgs/se01.contoso.com.zip"


def rewritten(path: Path, at: datetime) -> bytes:
    """The same export with another date inside."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, at.astimezone().timetuple()[:6]), old.read(name))
    return made.getvalue()


def groups_without(path: Path) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("Workflows.xml"):
                data = b'<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"/>'
            new.writestr(name, data)
    return made.getvalue()


@pytest.fixture
def shell(store: Store, capsys: pytest.CaptureFixture[str]) -> Everything:
    return Everything(store, capsys)


Made = Callable[[Mapping[str, bytes]], str]


@pytest.fixture
def newest(shell: Everything) -> Made:
    """A verified set of an hour ago, with some files of other content and without counts of its own."""

    def made(changed: Mapping[str, bytes]) -> str:
        store = shell.store
        now = timestamps.now().replace(microsecond=0)
        before = store.another(now - timedelta(hours=5))
        assert shell("backup", "verify", before.name)[0] == 0
        one = store.another(now - timedelta(hours=1), changed)
        old = backup.read_manifest(one.folder)
        backup.write_manifest(one.folder, backup.Manifest(**{**vars(old), "counts": {}}))
        shutil.rmtree(store.sound)
        assert shell("backup", "verify", one.name)[0] == 0
        return one.name

    return made


def status(shell: Everything) -> dict[str, Any]:
    found = shell.data("backup", "status", "--offline")
    assert isinstance(found, dict)
    return found


def test_exports_that_are_older_than_their_set_decide_its_age(shell: Everything, newest: Made) -> None:
    """As after a job that copies the same old file every night: RPO is not met."""
    long_ago = timestamps.now() - timedelta(days=14)
    name = newest({USERS: rewritten(shell.store.sound / USERS, long_ago)})
    told = status(shell)
    assert told["met"] is False
    assert told["newest"]["name"] == name
    assert told["newest"]["age_seconds"] == pytest.approx(14 * 86400, abs=60)
    assert "14 days old, the plan allows" in told["problems"][0]
    assert "what it holds is of" in told["doubts"][0]
    found = shell.checked("--backup-set", name)["backup-set"]
    assert found["status"] == "caution"
    assert "the set is 336 h old" in found["message"]
    assert "which counts" in found["message"]


def test_a_date_of_another_zone_decides_nothing(shell: Everything, newest: Made) -> None:
    newest({USERS: rewritten(shell.store.sound / USERS, timestamps.now() - timedelta(hours=14))})
    assert (status(shell)["met"], status(shell)["doubts"]) == (True, [])


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        (USERS, lambda _: exports.user_data({f"sip:u{n}@contoso.com": UserData() for n in range(5)}), "5 of users"),
        (USERS, lambda _: exports.user_data({}), "none of conferences"),
        (GROUPS, groups_without, "none of Workflow"),
    ],
)
def test_far_less_than_before_is_said_before_the_set_is_used(
    shell: Everything, newest: Made, path: str, content: Callable[[Path], bytes], said: str
) -> None:
    name = newest({path: content(shell.store.sound / path)})
    found = shell.checked("--backup-set", name)["backup-levels"]
    assert found["status"] == "caution"
    assert f"se01.contoso.com: {said}, where" in found["message"]
    assert any(said in doubt for doubt in status(shell)["doubts"])


def test_as_much_as_before_is_no_doubt(shell: Everything, newest: Made) -> None:
    held = contents(shell.store.sound / USERS, "UserData").counts["users"]
    some = {f"sip:u{n}@contoso.com": UserData() for n in range(held // 2 + 1)}
    name = newest({USERS: exports.user_data(some)})
    found = shell.checked("--backup-set", name)["backup-levels"]
    assert "of users" not in found["message"]


def test_an_adopted_folder_is_as_old_as_its_content(shell: Everything, tmp_path: Path) -> None:
    folder = tmp_path / "script"
    folder.mkdir()
    long_ago = timestamps.now() - timedelta(days=30)
    (folder / "config.zip").write_bytes(rewritten(shell.store.sound / "Config.zip", long_ago))
    now = timestamps.now().timestamp()
    os.utime(folder / "config.zip", (now, now))
    code, text = shell("backup", "adopt", str(folder))
    assert code == 0
    assert "by its content" in text
    [made] = [one for one in shell.store.root.iterdir() if one.name != shell.store.sound.name and one.is_dir()]
    age = timestamps.now() - backup.read_manifest(made).made_at
    assert age > timedelta(days=29)
