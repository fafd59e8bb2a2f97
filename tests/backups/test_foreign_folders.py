"""What `backup adopt` makes of folders that somebody's own script left: each case of ``foreign.yaml``."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lync_wizard import backup
from tests.backups.conftest import Store
from tests.backups.test_commands import Shell

CASES: Mapping[str, Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("foreign.yaml").read_text("utf-8"))
DBIMPEXP = (
    '<?xml version="1.0" encoding="utf-16"?>\r\n'
    '<HomedResources xmlns="http://schemas.microsoft.com/RtcServer/2002/11/dbimpexp"><HomedResource/></HomedResources>'
)


def content(sound: Path, source: str) -> bytes:
    how, _, rest = source.partition(" ")
    if source == "dump":
        return b"TAPE\0\0\3\0" + bytes(2000)
    if source == "dbimpexp":
        return DBIMPEXP.encode("utf-16")
    if source == "empty zip":
        made = io.BytesIO()
        zipfile.ZipFile(made, "w").close()
        return made.getvalue()
    if how in {"unpacked", "utf-16"}:
        with zipfile.ZipFile(sound / rest) as opened:
            text = opened.read("DocItemSet.xml")
        return text if how == "unpacked" else text.decode().encode("utf-16")
    if how == "half":
        whole = (sound / rest).read_bytes()
        return whole[: len(whole) // 2]
    if how == "text:":
        return rest.encode()
    return (sound / source).read_bytes()


@pytest.fixture
def shell(store: Store, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(store, capsys)


@pytest.mark.parametrize("name", CASES)
def test_case(shell: Shell, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    assert case.keys() <= {"files", "map", "becomes", "refused", "missing"}
    folder = tmp_path / "script"
    for path, source in {"CsConfiguration.zip": "Config.zip", **case["files"]}.items():
        if source:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content(shell.store.sound, source))
    before = {one.name for one in shell.store.root.iterdir()}
    words = ["adopt", str(folder), *(word for text in case.get("map", ()) for word in ("--map", text))]
    if "refused" in case:
        code, text = shell(*words)
        assert code == 2, text
        for fragment in case["refused"]:
            assert fragment in text
        assert {one.name for one in shell.store.root.iterdir()} == before
        return
    code, made = shell.json(*words)
    assert code == 0
    held = {a.path: " ".join(filter(None, (a.kind, a.of))) for a in backup.read_manifest(Path(made["folder"])).files}
    for path, kind in case["becomes"].items():
        assert held[path] == kind
    single = [kind for kind in held.values() if kind in {"Configuration", "Locations"}]
    assert len(single) == len(set(single))
    assert ("topology, policies and settings" in made["missing"]) is (case.get("missing", "") != "")
    shutil.rmtree(made["folder"])
