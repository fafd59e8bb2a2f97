"""Backup sets: what one holds, where each file came from, whether it is all there, and which may go.

Verification, comparison and adoption stand in modules of their own, because they load the XML library.
"""

from lync_wizard.backup.backup_set import MARK, BackupSet, Unusable, remote_path, sets
from lync_wizard.backup.checksums import digest, digests
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
    Ledger,
    Level,
    Restored,
    Verification,
    VerificationLog,
    read_log,
    record_restored,
)
from lync_wizard.core.timestamps import parse_utc as moment
from lync_wizard.core.timestamps import utc

__all__ = [
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
    "Unusable",
    "Verification",
    "VerificationLog",
    "digest",
    "digests",
    "moment",
    "read_log",
    "read_manifest",
    "record_restored",
    "remote_path",
    "sets",
    "utc",
    "write_manifest",
]
