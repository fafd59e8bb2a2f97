"""What msdb's history says of restores and backups: the evidence that one was carried out."""

from __future__ import annotations

from typing import Final

from lync_wizard.hosts.sql_batches import Batch

_RESTORED: Final = (
    "SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, "
    "f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, "
    "s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d "
    "LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = ? AND h.restore_type = N'D' "
    "LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id "
    "LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id "
    "WHERE d.name = ? ORDER BY h.restore_history_id DESC, f.family_sequence_number;"
)
_BACKED_UP: Final = (
    "SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, "
    "s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s "
    "LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id "
    "WHERE s.database_name = ? AND f.physical_device_name = ? ORDER BY s.backup_set_id DESC;"
)
"""SQL Server enters a backup into msdb's history when it is complete, never before."""
_LAST_RESTORE: Final = (
    "SELECT TOP (1) restore_history_id FROM msdb.dbo.restorehistory WHERE destination_database_name = ? "
    "ORDER BY restore_history_id DESC;"
)


def restored(database: str) -> Batch:
    """How a database is, and the newest entry of a restore of it with the backup it came from."""
    return Batch(_RESTORED, (database, database))


def last_restore(database: str) -> Batch:
    """The number of the newest entry of a restore of a database; no row where there is none."""
    return Batch(_LAST_RESTORE, (database,))


def backed_up(database: str, path: str) -> Batch:
    """The newest entry of a backup of a database into a file."""
    return Batch(_BACKED_UP, (database, path))
