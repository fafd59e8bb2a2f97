"""SQL backups are read by the instance they came from, where it answers; a silent instance is no fault of the set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lync_wizard import backup
from lync_wizard.lab.server import process
from tests.backups.test_faults import Night

BAK = "Sql/mon01.contoso.com_LYNC/LcsCDR.bak"


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    monkeypatch.setenv(process.VARIABLE, "a password of this night")
    made = Night(tmp_path / "home")
    process.start(made.home, "contoso-archmon", speed=400, seed=11, faults=(), standing=True)
    yield made
    process.stop(made.home)


def test_the_instance_reads_its_backups_and_names_what_it_cannot_read(night: Night) -> None:
    [sound] = [one for one in backup.sets(night.root) if isinstance(one, backup.BackupSet)]

    def read() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(night.run("backup", "verify", sound.name, "--json").stdout)
        level: dict[str, Any] = found["levels"]["read"]
        return level

    assert (read()["value"], read()["untested"]) == ("pass", [])
    path = sound.folder / BAK
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    cut = read()
    assert cut["value"] == "fail"
    assert [fault["file"] for fault in cut["problems"]] == [BAK]
    assert "SQL Server says" in cut["problems"][0]["problem"]
    path.write_bytes((sound.folder / BAK.replace("LcsCDR", "LcsLog")).read_bytes())
    assert "holds LcsLog where exactly one backup of LcsCDR belongs" in read()["problems"][0]["problem"]
    path.write_bytes(whole)
    process.stop(night.home)
    silent = read()
    assert (silent["value"], silent["problems"]) == ("not tested", [])
    assert len(silent["untested"]) == 4
    assert "needs a SQL Server to be tested: " in silent["untested"][0]["problem"]
    row = next(one for one in json.loads(night.run("backup", "list", "--json").stdout) if one["name"] == sound.name)
    assert row["levels"] == {"present": "pass", "intact": "pass", "read": "not tested", "restored": "not tested"}
