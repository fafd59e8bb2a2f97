"""A second, encrypted copy: written, proven, remembered, and brought back by other programs."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path

import pyrage
import pytest

from lync_wizard import backup
from lync_wizard.backup import second_copy
from lync_wizard.core.errors import Refused
from lync_wizard.core.secret import Secret
from tests.backups.conftest import NOW, Store
from tests.backups.test_exchanged_sets import Everything, one_byte

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def shell(store: Store, capsys: pytest.CaptureFixture[str]) -> Everything:
    made = Everything(store, capsys)
    assert made("backup", "verify", store.sound.name)[0] == 0
    return made


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    (tmp_path / "vault").mkdir()
    return tmp_path / "vault"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.txt"
    path.write_text(f"# made by age-keygen\n{pyrage.x25519.Identity.generate()}\n", "utf-8")
    return path


def brought_back(data: bytes, identity: pyrage.x25519.Identity, where: Path) -> None:
    """What `age -d -i KEY FILE | tar -xf -` does, without this program's code."""
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(data, [identity]))) as opened:
        opened.extractall(where, filter="data")


def test_a_copy_comes_back_without_this_program_and_is_remembered(shell: Everything, vault: Path, key: Path) -> None:
    store, name = shell.store, shell.store.sound.name
    code, text = shell("backup", "copy", name, "--to", str(vault), "--key", str(key), "--json")
    assert code == 0, text
    told = json.loads(text)
    assert told["opened"] is True
    file = vault / f"{name}.tar.age"
    assert (told["bytes"], told["sha256"]) == backup.digest(file)
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    status = json.loads(shell("backup", "status", "--offline", "--json")[1])
    assert [(one["name"], one["file"]) for one in status["copies"]] == [(name, str(file))]
    assert "no second copy" not in shell("backup", "status", "--offline")[1]
    before = {a.path: backup.digest(store.sound / a.path) for a in backup.read_manifest(store.sound).files}
    shutil.rmtree(store.sound)
    identity = pyrage.x25519.Identity.from_str(key.read_text("utf-8").splitlines()[1])
    brought_back(file.read_bytes(), identity, store.root)
    assert {path: backup.digest(store.sound / path) for path in before} == before
    assert shell("backup", "verify", name)[0] == 0, "the manifest is the known one"


def test_a_passphrase_opens_the_key_beside_the_copy(store: Store, vault: Path) -> None:
    one = backup.BackupSet(store.sound, backup.read_manifest(store.sound))
    second_copy.write(one, vault, second_copy.key_of_passphrase(Secret(PASSPHRASE)))
    wrapped = (vault / f"{one.name}.key.age").read_bytes()
    identity = pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(wrapped, PASSPHRASE).decode().strip())
    brought_back((vault / f"{one.name}.tar.age").read_bytes(), identity, vault)
    assert (vault / one.name / "manifest.json").read_bytes() == (store.sound / "manifest.json").read_bytes()
    with pytest.raises(Refused, match="too short"):
        second_copy.key_of_passphrase(Secret("monday"))


def test_recipients_alone_encrypt_and_say_that_nothing_was_opened(shell: Everything, vault: Path, key: Path) -> None:
    identity = pyrage.x25519.Identity.from_str(key.read_text("utf-8").splitlines()[1])
    key.write_text(f"{identity.to_public()}\n", "utf-8")
    code, text = shell("backup", "copy", shell.store.sound.name, "--to", str(vault), "--key", str(key))
    assert code == 0
    assert "the key file opens no copy" in text


def test_what_is_no_sound_set_or_no_second_place_is_refused(shell: Everything, vault: Path, key: Path) -> None:
    name = shell.store.sound.name

    def refused(*words: str, code: int) -> str:
        found, text = shell("backup", "copy", name, *words)
        assert found == code, text
        assert not list(vault.iterdir())
        return text

    assert "lies in the backup location" in refused("--to", str(shell.store.root), "--key", str(key), code=2)
    assert "no key file of age" in refused("--to", str(vault), "--key", str(shell.store.home.connections), code=2)
    assert "nobody can be asked" in refused("--to", str(vault), code=3)
    users = shell.store.sound / "UserData" / "se01.contoso.com.zip"
    whole = users.read_bytes()
    users.write_bytes(whole[:-1] + b"x")
    assert "is not what the manifest says" in refused("--to", str(vault), "--key", str(key), code=3)
    users.write_bytes(whole)
    one_byte(shell.store.sound)
    assert "exchanged" in refused("--to", str(vault), "--key", str(key), code=3)


def test_status_says_that_sets_can_be_deleted_and_that_there_is_no_copy(shell: Everything) -> None:
    text = shell("backup", "status", "--offline")[1]
    assert f"no second copy of {shell.store.sound.name}" in text
    assert "may also delete old sets" in text
    assert "restore-tested: never" in text
    shell.store.ledger.record_restored(shell.store.sound, backup.Restored("r1", "drill", NOW, restored=True))
    told = json.loads(shell("backup", "status", "--offline", "--json")[1])
    assert told["restore_tested"] == {"name": shell.store.sound.name, "at": "2026-03-02T12:00:00Z", "run": "r1"}
    text = shell("backup", "status", "--offline")[1]
    assert f"last restored from: {shell.store.sound.name}, " in text
    assert "restore-tested: never" in text, "a run restores what its procedure needs, not the whole set"
