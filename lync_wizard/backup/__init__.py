"""Backup sets: what one holds, where each file came from, whether it is all there, and which may go.

Verification, comparison and adoption stand in modules of their own, because they load the XML library.
"""

from lync_wizard.backup.folders import MARK, BackupSet, Unusable, remote_path, sets
from lync_wizard.backup.hashing import digest, digests
from lync_wizard.backup.learned import Learned, Ledger, Level, Restored, Verification, learned_of, record_restored
from lync_wizard.backup.manifest import (
    FORMAT,
    MANIFEST,
    Artifact,
    Kind,
    Manifest,
    moment,
    read_manifest,
    utc,
    write_manifest,
)

__all__ = [
    "FORMAT",
    "MANIFEST",
    "MARK",
    "Artifact",
    "BackupSet",
    "Kind",
    "Learned",
    "Ledger",
    "Level",
    "Manifest",
    "Restored",
    "Unusable",
    "Verification",
    "digest",
    "digests",
    "learned_of",
    "moment",
    "read_manifest",
    "record_restored",
    "remote_path",
    "sets",
    "utc",
    "write_manifest",
]
