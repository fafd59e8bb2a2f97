"""Statements for a database that log shipping keeps in step: its end, the logs still to be applied, its connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lync_wizard.core.wrapping import counted
from lync_wizard.hosts.sql_batches import (
    Batch,
    BatchSequence,
    Parameters,
    Row,
    Send,
    SqlCheck,
    StatementType,
    Unsuitable,
    bracketed,
    quoted,
)

RESTORED: Final = 3014
_MASTER: Final = Batch("USE [master];")
_RECEIVES: Final = (
    "SELECT secondary_database FROM msdb.dbo.log_shipping_secondary_databases WHERE secondary_database = ?;"
)
_CONNECTIONS: Final = "SELECT spid FROM sys.sysprocesses WHERE dbid = DB_ID(?) AND spid > 50 ORDER BY spid;"
_KILL_EACH: Final = """\
DECLARE @kill nvarchar(max) = N'';
SELECT @kill += N'KILL ' + CONVERT(nvarchar(11), spid) + N';' FROM sys.sysprocesses WHERE dbid = DB_ID(?) AND spid > 50;
EXEC (@kill);"""
"""The same in one batch, for people: they cannot put the numbers in one by one."""


def _secondary(p: Parameters) -> BatchSequence:
    """Whether the instance receives the logs of a database."""
    return BatchSequence((Batch(_RECEIVES, (p.database(),)),))


def _delete_secondary(p: Parameters) -> BatchSequence:
    database = p.database()

    def judge(rows: Sequence[Row]) -> str:
        return f"the instance still is the secondary of {database} in a log shipping configuration" if rows else ""

    text = f"EXEC sp_delete_log_shipping_secondary_database {quoted(database)};"
    return BatchSequence((_MASTER, Batch(text)), after=SqlCheck(Batch(_RECEIVES, (database,)), judge))


def _restore_log(p: Parameters) -> BatchSequence:
    """Every log backup that has not been applied yet, in the order of their sequence numbers."""
    database, paths = p.database(), p.texts("Path", paths=True)

    def sequence(files: Sequence[str]) -> BatchSequence:
        texts = (f"RESTORE LOG {bracketed(database)} FROM DISK = {quoted(file)} WITH NORECOVERY;" for file in files)
        return BatchSequence((_MASTER, *map(Batch, texts)), message=RESTORED)

    def settle(ask: Send) -> BatchSequence:
        reached = _reached(ask(Batch(
            "SELECT redo_start_lsn FROM sys.master_files WHERE database_id = DB_ID(?) AND type_desc = N'ROWS';",
            (database,),
        )))  # fmt: skip
        found = []
        for path in paths:
            for row in ask(Batch(f"RESTORE HEADERONLY FROM DISK = {quoted(path)};")):
                if str(row.get("DatabaseName", database)).lower() != database.lower():
                    raise Unsuitable(f"{path} is a backup of {row['DatabaseName']}, not of {database}")
                found.append((_number(row.get("FirstLSN")), _number(row.get("LastLSN")), path))
        wanted = [path for _, last, path in sorted(found) if not reached or not last or last > reached]
        if not wanted:
            raise Unsuitable(
                f"every one of these log backups has been applied to {database} already; skip this step and say so"
            )
        skipped = len(paths) - len(wanted)
        notes = (f"{counted(skipped, 'log backup')} had been applied already",) if skipped else ()
        return replace(sequence(wanted), notes=notes)

    return replace(sequence(paths), settle=settle)


def _reached(rows: Sequence[Row]) -> Decimal:
    return max((_number(row.get("redo_start_lsn")) for row in rows), default=Decimal(0))


def _number(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def _kill_connections(p: Parameters) -> BatchSequence:
    """``KILL`` for every session of the database: a database in RESTORING takes no ALTER DATABASE."""
    database = p.database()

    def judge(rows: Sequence[Row]) -> str:
        return f"{counted(len(rows), 'session')} of {database} connected again" if rows else ""

    def settle(ask: Send) -> BatchSequence:
        sessions = [int(row["spid"]) for row in ask(Batch(_CONNECTIONS, (database,)))]
        batches = tuple(Batch(f"KILL {session};") for session in sessions)
        return BatchSequence((_MASTER, *batches), after=SqlCheck(Batch(_CONNECTIONS, (database,)), judge))

    return replace(BatchSequence((_MASTER, Batch(_KILL_EACH, (database,)))), settle=settle)


STATEMENTS: Final[Mapping[str, StatementType]] = {
    "log-shipping-secondary": StatementType(
        "Whether the instance is the log shipping secondary of a database.", ("Database",), _secondary
    ),
    "delete-log-shipping-secondary": StatementType(
        "Ends log shipping into a database; the database and its jobs' files stay.",
        ("Database",),
        _delete_secondary,
        changes=True,
    ),
    "restore-log": StatementType(
        "Applies log backups that a database in RESTORING does not have yet; it stays in RESTORING.",
        ("Database", "Path"),
        _restore_log,
        changes=True,
    ),
    "kill-connections": StatementType(
        "Ends every session that uses a database.", ("Database",), _kill_connections, changes=True
    ),
}
