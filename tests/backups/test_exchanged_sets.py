"""A set that somebody changed after it was verified: its manifest fits again, and nothing here uses it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lync_wizard import backup
from lync_wizard.cli import main
from lync_wizard.core import timestamps
from lync_wizard.core.errors import Refused
from tests.backups.conftest import Store
from tests.backups.test_commands import Shell

USERS = "UserData/se01.contoso.com.zip"
CONFIG = "Config.zip"
AIM = ("restore-se", "--target", "se01.contoso.com")
Exchange = Callable[[Path], None]


class Everything(Shell):
    """Calls any command of the program."""

    def __call__(self, *words: str) -> tuple[int, str]:
        code = main(["--home", str(self.store.home.root), *words])
        out, err = self._capsys.readouterr()
        return code, out + err

    def data(self, *words: str) -> Any:
        main(["--home", str(self.store.home.root), *words, "--json"])
        return json.loads(self._capsys.readouterr().out)

    def checked(self, *words: str) -> dict[str, dict[str, Any]]:
        main(["--home", str(self.store.home.root), "check", *AIM, "--json", *words])
        out, err = self._capsys.readouterr()
        assert out, err
        told = json.loads(out)
        return {one["check"]: one for one in told["findings"]}


@pytest.fixture
def shell(store: Store, capsys: pytest.CaptureFixture[str]) -> Everything:
    store.another(timestamps.now().replace(microsecond=0))
    shutil.rmtree(store.sound)
    store.sound = next(store.root.iterdir())
    made = Everything(store, capsys)
    assert made("backup", "verify", store.sound.name)[0] == 0
    return made


def edited(folder: Path, path: str, content: bytes) -> None:
    """A file with other content, and the manifest made to fit, as whoever may write to the share can do."""
    (folder / path).write_bytes(content)
    size, value = backup.digest(folder / path)
    old = backup.read_manifest(folder)
    files = tuple(replace(a, bytes=size, sha256=value) if a.path == path else a for a in old.files)
    backup.write_manifest(folder, replace(old, files=files))


def one_byte(folder: Path, path: str = USERS) -> None:
    data = bytearray((folder / path).read_bytes())
    data[len(data) // 2] ^= 1
    edited(folder, path, bytes(data))


def relabelled(folder: Path) -> None:
    """The locations under the name of the configuration; every hash fits."""
    edited(folder, CONFIG, (folder / "E911Config.zip").read_bytes())


def renamed(folder: Path) -> None:
    old = backup.read_manifest(folder)
    backup.write_manifest(folder, replace(old, made_by="somebody else"))


@pytest.mark.parametrize("exchange", [one_byte, relabelled, renamed])
def test_every_use_of_an_exchanged_set_is_refused(shell: Everything, tmp_path: Path, exchange: Exchange) -> None:
    name, plan = shell.store.sound.name, tmp_path / "plan.json"
    code, text = shell("plan", *AIM, "-o", str(plan))
    assert code == 0, text
    exchange(shell.store.sound)
    for words in (
        ("plan", *AIM, "--backup-set", name),
        ("check", *AIM, "--backup-set", name),
        ("backup", "verify", name),
    ):
        code, text = shell(*words)
        assert code in {1, 3}, words
        assert "damaged, edited or exchanged" in text, words
    code, text = shell("run", str(plan), "--headless", "--approve", json.loads(plan.read_text("utf-8"))["hash"])
    assert code == 3
    assert "damaged, edited or exchanged" in text
    listed = shell.data("backup", "list")[0]
    assert listed["complete"] is False
    assert listed["levels"]["intact"] == "fail"
    told = shell.data("backup", "status")
    assert (told["met"], told["newest"]) == (False, None)
    assert any(name in text and "exchanged" in text for text in told["problems"])


def test_whatever_is_changed_with_its_manifest_is_found(shell: Everything) -> None:
    """One byte of one file of each kind, and of what the manifest says; each change by itself, then taken back."""
    folder = shell.store.sound
    whole = (folder / backup.MANIFEST).read_bytes()
    manifest = backup.read_manifest(folder)
    kinds = {a.kind: a.path for a in manifest.files if a.bytes}
    assert {"Configuration", "Locations", "UserData", "Rgs", "FileStore"} <= kinds.keys()
    for path in kinds.values():
        content = (folder / path).read_bytes()
        one_byte(folder, path)
        assert shell("plan", *AIM, "--backup-set", folder.name)[0] == 3, path
        with pytest.raises(Refused, match="exchanged"):
            shell.store.ledger.held_below(folder / "FileStore" / "se01.contoso.com_LyncShare")
        (folder / path).write_bytes(content)
        (folder / backup.MANIFEST).write_bytes(whole)
    for change in (
        {"made_at": manifest.made_at + timedelta(days=1)},
        {"files": manifest.files[1:]},
        {"files": tuple(replace(a, of="fe01.contoso.com") if a.kind == "Rgs" else a for a in manifest.files)},
        {"values": {**manifest.values, "x": "y"}},
        {"topology": str(manifest.topology).replace("se01", "se02")},
        {"counts": {}},
    ):
        backup.write_manifest(folder, replace(manifest, **change))
        code, text = shell("plan", *AIM, "--backup-set", folder.name)
        assert (code, "exchanged" in text) == (3, True), change.keys()
    (folder / backup.MANIFEST).write_bytes(whole)
    assert shell("plan", *AIM, "--backup-set", folder.name)[0] == 0
    held = shell.store.ledger.held_below(folder / "FileStore" / "se01.contoso.com_LyncShare")
    assert held
    assert not any("/" in name for name in held), "as Windows names them"


def test_what_the_share_says_of_a_set_is_no_verification(shell: Everything) -> None:
    """``state.json`` is sealed with no key: another home believes nothing that it says."""
    name = shell.store.sound.name
    (shell.store.home.root / "manifests.json").unlink()
    found = shell.checked("--backup-set", name)
    assert found["backup-levels"]["status"] == "caution"
    assert "is not known to this home" in found["backup-levels"]["message"]
    listed = shell.data("backup", "list")[0]
    assert (listed["known"], listed["levels"]["intact"], listed["verified_at"]) == (False, "not tested", None)
    assert shell.data("backup", "status")["newest"] is None
    assert shell("backup", "verify", name)[0] == 0
    assert shell.checked("--backup-set", name)["backup-levels"]["status"] == "ok"


def test_the_hash_on_paper_tells_a_set_of_another_home(shell: Everything) -> None:
    name = shell.store.sound.name
    paper = shell.data("backup", "show", name)["manifest_sha256"]
    grouped = next(line for line in shell("backup", "show", name)[1].splitlines() if line.startswith("manifest"))
    (shell.store.home.root / "manifests.json").unlink()
    one_byte(shell.store.sound)
    code, text = shell("backup", "verify", name, "--manifest", paper)
    assert code == 3
    assert "is not the printed one" in text
    assert not (shell.store.home.root / "manifests.json").exists(), "what is not the printed one is not remembered"
    one_byte(shell.store.sound)
    assert shell("backup", "verify", name, "--manifest", grouped.partition("SHA-256")[2])[0] == 0


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext of poppler-utils reads the PDFs")
def test_the_sheet_of_a_set_is_printed_with_its_hash(shell: Everything, tmp_path: Path) -> None:
    sheet = tmp_path / "set.pdf"
    code, text = shell("print", "set", shell.store.sound.name, "-o", str(sheet))
    assert code == 0, text
    words = ["pdftotext", "-layout", str(sheet), "-"]
    printed = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    value = backup.digest(shell.store.sound / backup.MANIFEST)[1]
    assert value[:8] in printed
    assert value[-8:] in printed
    assert CONFIG in printed


def test_a_file_that_changes_after_the_manifest_is_found_before_the_first_step(shell: Everything) -> None:
    """The manifest is the known one; the file of the plan has another content, of the same size."""
    data = bytearray((shell.store.sound / USERS).read_bytes())
    data[len(data) // 2] ^= 1
    (shell.store.sound / USERS).write_bytes(bytes(data))
    found = shell.checked("--backup-set", shell.store.sound.name)["backup-set"]
    assert found["status"] == "blocked"
    assert f"{USERS} has another content than when the set was made" in found["message"]


def test_locations_that_were_taken_for_the_configuration_are_never_restored(shell: Everything) -> None:
    """A set adopted by name alone, as earlier versions did: its hashes fit, its content does not."""
    relabelled(shell.store.sound)
    (shell.store.home.root / "manifests.json").unlink()
    main(["--home", str(shell.store.home.root), "check", "restore-cms", "--target", "fe01.contoso.com", "--json",
          "--backup-set", shell.store.sound.name])  # fmt: skip
    said = "".join(shell._capsys.readouterr())
    assert "Config.zip" in said
    assert "holds no topology" in said
