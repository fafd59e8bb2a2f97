"""A sound set of a simulated deployment to damage, and ways to make further ones from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.backup.ledger import Ledger
from lync_wizard.backup.requirements import RequiredArtifact, required_artifacts
from lync_wizard.backup.verification import VerifyOptions, verify
from lync_wizard.backup.verification_log import Verification, VerificationLog, write_log
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.deployment import Deployment
from lync_wizard.hosts.addresses import AddressBook, Environment
from lync_wizard.worksheets import Entries
from lync_wizard.workspace.workspace import Workspace
from tests.world import World

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Store:
    """A backup location of its own with one sound set, and what it is judged by."""

    root: Path
    home: Home
    sound: Path
    deployment: Deployment
    entries: Entries

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.home)

    @property
    def wanted(self) -> tuple[RequiredArtifact, ...]:
        return required_artifacts(self.deployment, self.entries)

    def verify(self, folder: Path | None = None, **asked: object) -> Verification:
        judged = replace(VerifyOptions(self.deployment.name, self.wanted), **asked)
        return verify(folder or self.sound, self.ledger, judged, at=NOW, by="tester")

    def another(
        self,
        made_at: datetime,
        changed: Mapping[str, bytes] | None = None,
        learned: Callable[[Path], VerificationLog] | None = None,
    ) -> backup.BackupSet:
        """A further set: the sound one of another time, with some files of other content (empty: left out)."""
        name = f"{made_at:%Y-%m-%dT%H%M%SZ}_{self.deployment.name}"
        folder = self.root / name
        shutil.copytree(self.sound, folder, ignore=shutil.ignore_patterns("*.json"))
        for path, content in (changed or {}).items():
            if content:
                (folder / path).write_bytes(content)
            else:
                (folder / path).unlink()
        old = backup.read_manifest(self.sound)
        files = []
        for artifact in old.files:
            if (folder / artifact.path).is_file():
                size, value = backup.digest(folder / artifact.path)
                files.append(replace(artifact, bytes=size, sha256=value))
        manifest = replace(old, name=name, made_at=made_at, files=tuple(files))
        backup.write_manifest(folder, manifest)
        if learned:
            known = learned(folder)
            write_log(folder, known)
            for one in known.verified:
                self.ledger.remember(folder, NOW)
                self.ledger.record_verified(folder, one)
            for restore in known.restored:
                self.ledger.remember(folder, NOW)
                self.ledger.record_restored(folder, restore)
        return backup.BackupSet(folder, manifest)

    def verified(self, folder: Path) -> VerificationLog:
        return VerificationLog(verified=(self.verify(folder),))


@pytest.fixture
def store(contoso_papers: Path, tmp_path: Path) -> Store:
    root, home = tmp_path / "LyncBackup", Home(tmp_path / "home")
    shutil.copytree(next((contoso_papers / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup")), root)
    shutil.copytree(contoso_papers / "worksheets", home.worksheets)
    sound = next(folder for folder in root.iterdir() if (folder / backup.MANIFEST).exists())
    book = AddressBook(Environment("drill", "test"), shares={r"\\backup01.contoso.com\LyncBackup": root})
    workspace = Workspace(home, book, World().connect, Redactor())
    return Store(root, home, sound, workspace.known, workspace.entries)


@pytest.fixture
def day() -> timedelta:
    return timedelta(days=1)
