"""The commands as a person and a script call them: what they print and what they exit with."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.backup.verification_log import read_log
from lync_wizard.cli import main
from lync_wizard.core import timestamps
from tests.backups.conftest import Store

USERS = "UserData/se01.contoso.com.zip"


class Shell:
    """Calls the program in this process on the store's home."""

    def __init__(self, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        self.store = store
        self._capsys = capsys
        store.home.connections.write_text(
            "environment: {kind: drill, id: test}\nshares:\n"
            f"  \\\\backup01.contoso.com\\LyncBackup: {store.root.as_posix()}\n"
            f"hosts: {{{', '.join(f'{name}.contoso.com: {{}}' for name in ('dc01', 'fe01', 'se01'))}}}\n",
            "utf-8",
        )

    def __call__(self, *words: str) -> tuple[int, str]:
        try:
            code = main(["--home", str(self.store.home.root), "backup", *words])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = self._capsys.readouterr()
        return code, out or err

    def json(self, *words: str) -> tuple[int, Any]:
        code, out = self(*words, "--json")
        return code, json.loads(out)


@pytest.fixture
def shell(store: Store, capsys: pytest.CaptureFixture[str]) -> Shell:
    store.another(timestamps.now().replace(microsecond=0) - timedelta(hours=1))
    shutil.rmtree(store.sound)
    store.sound = next(store.root.iterdir())
    return Shell(store, capsys)


def test_verify_then_status(shell: Shell) -> None:
    name = shell.store.sound.name
    code, before = shell.json("status")
    assert (code, before["met"], before["not_verified"]) == (1, False, [name])
    code, found = shell.json("verify", name)
    assert (code, found["sound"]) == (0, True)
    assert {level: found["levels"][level]["value"] for level in found["levels"]} == {
        "present": "pass", "intact": "pass", "read": "pass", "restored": "not tested",
    }  # fmt: skip
    code, after = shell.json("status")
    assert (code, after["met"], after["newest"]["name"]) == (0, True, name)
    assert after["room"]["enough"]
    code, text = shell("status")
    assert (code, text.splitlines()[0]) == (0, f"met: {name}, 60 min old")


def test_a_fault_is_named_and_exits_1(shell: Shell) -> None:
    shell("verify", shell.store.sound.name)
    (shell.store.sound / USERS).write_bytes(b"PK")
    code, text = shell("verify", shell.store.sound.name)
    assert code == 1
    assert f"{USERS}: has 2 bytes, not" in text
    code, found = shell.json("status")
    assert (code, found["newest"]) == (1, None)


def test_keep_and_release(shell: Shell) -> None:
    name = shell.store.sound.name
    assert shell.json("keep", name, "--why", "before the update")[1]["kept"]["why"] == "before the update"
    assert read_log(shell.store.sound).kept is not None
    assert shell.json("keep", name, "--release")[1] == {"name": name, "kept": None}
    assert read_log(shell.store.sound).kept is None


def test_diff_and_adopt(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "script"
    shutil.copytree(shell.store.sound, folder, ignore=shutil.ignore_patterns("*.json"))
    code, made = shell.json("adopt", str(folder))
    assert (code, made["made_by"], made["missing"], made["of_unknown"]) == (0, "unknown", [], [])
    code, found = shell.json("diff", shell.store.sound.name, made["name"])
    assert (code, found["changes"]) == (0, [])
    assert shell("diff", shell.store.sound.name, made["name"])[1] == "Nothing changed.\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["verify", "none"], 2),
        (["verify", "../LyncBackup"], 2),
        (["keep", "none"], 2),
        (["diff", "none", "none"], 2),
        (["adopt", "none"], 2),
        (["adopt", ".", "--map", "Config.zip"], 2),
        (["verify"], 2),
    ],
)
def test_wrong_usage_is_2_with_a_hint(shell: Shell, words: list[str], code: int) -> None:
    found, text = shell(*words)
    assert found == code
    assert "HINT:" in text or "usage:" in text


def test_a_share_that_is_gone_is_4(shell: Shell) -> None:
    shutil.rmtree(shell.store.root)
    assert shell("status")[0] == 4
    assert shell("verify", "any")[0] == 4
