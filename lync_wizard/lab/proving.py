"""The operators of the simulated deployment verified their backup sets, as the plan asks of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from lync_wizard import backup, deployment, worksheet
from lync_wizard.backup import BackupSet, Ledger
from lync_wizard.backup.called_for import called_for
from lync_wizard.backup.learned import LOCK, record_verified
from lync_wizard.backup.manifest import MANIFEST
from lync_wizard.document import Problems
from lync_wizard.storage import Home

_BY = "the backup job"


def prove(home: Path, lab: Path) -> None:
    """Verify every set on the simulated disks, and record what was found, half an hour after it was made.

    Raises :class:`~lync_wizard.errors.InputError`, OSError.
    """
    from lync_wizard.backup.verification import Asked, verify

    papers = worksheet.read(Home(home), None, Problems())
    known, _ = deployment.of(papers.entries, papers.deployment)
    asked = Asked(papers.deployment, called_for(known, papers.entries), workers=1)
    for manifest in sorted(lab.glob(f"disks/*/C/*/*/{MANIFEST}")):
        found = BackupSet(manifest.parent, backup.read_manifest(manifest.parent))
        at = found.manifest.made_at + timedelta(minutes=30)
        record_verified(found.folder, verify(found.folder, Ledger(Home(home)), asked, at=at, by=_BY))
        (found.folder.parent / LOCK).unlink(missing_ok=True)
