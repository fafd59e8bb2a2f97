"""Verification of the simulated deployment's backup sets, as its plan requires."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from lync_wizard import backup, deployment, worksheets
from lync_wizard.backup import BackupSet, Ledger
from lync_wizard.backup.manifest import MANIFEST
from lync_wizard.backup.requirements import required_artifacts
from lync_wizard.backup.verification import VerifyOptions, verify
from lync_wizard.backup.verification_log import LOCK, record_verified
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems

_BY = "the backup job"


def mark_verified(home: Path, lab: Path) -> None:
    """Verify every set on the simulated disks, and record the result, half an hour after it was made.

    Raises :class:`lync_wizard.core.errors.InputError`, OSError.
    """
    filled = worksheets.read(Home(home), None, Problems())
    known, _ = deployment.of(filled.entries, filled.deployment)
    options = VerifyOptions(filled.deployment, required_artifacts(known, filled.entries), workers=1)
    for manifest in sorted(lab.glob(f"disks/*/C/*/*/{MANIFEST}")):
        found = BackupSet(manifest.parent, backup.read_manifest(manifest.parent))
        at = found.manifest.made_at + timedelta(minutes=30)
        ledger = Ledger(Home(home))
        judged = verify(found.folder, ledger, options, at=at, by=_BY)
        ledger.record_verified(found.folder, judged)
        record_verified(found.folder, judged)
        (found.folder.parent / LOCK).unlink(missing_ok=True)
