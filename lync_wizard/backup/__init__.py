"""Backup sets: what one holds, where each file came from, whether it is all there, and which may go.

Verification, comparison and adoption stand in modules of their own, because they load the XML library.
"""

from lync_wizard.backup.backup_set import ANCHORS, MARK, BackupSet, Unusable, new_set_name, remote_path, sets
from lync_wizard.backup.checksums import digest, digests
from lync_wizard.backup.ledger import Ledger, Standing
from lync_wizard.backup.manifest import (
    FORMAT,
    MANIFEST,
    Artifact,
    Kind,
    Manifest,
    read_manifest,
    write_manifest,
)
from lync_wizard.backup.verification_log import (
    Level,
    Restored,
    Verification,
    VerificationLog,
    read_log,
    record_restored,
)

__all__ = [
    "ANCHORS",
    "FORMAT",
    "MANIFEST",
    "MARK",
    "Artifact",
    "BackupSet",
    "Kind",
    "Ledger",
    "Level",
    "Manifest",
    "Restored",
    "Standing",
    "Unusable",
    "Verification",
    "VerificationLog",
    "digest",
    "digests",
    "new_set_name",
    "read_log",
    "read_manifest",
    "record_restored",
    "remote_path",
    "sets",
    "write_manifest",
]
