"""What backup files hold, where their database files go, what was restored: judged from rows; no T-SQL is made here.

Columns and codes: Microsoft Learn, "RESTORE HEADERONLY (Transact-SQL)" and "RESTORE FILELISTONLY (Transact-SQL)".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Final

from lync_wizard.hosts.sql_batches import Row, Unsuitable

Judge = Callable[[Sequence[Row]], str]
"""What is wrong with the rows of an answer; empty where all is well."""

FULL: Final = 1
KINDS: Final = {
    FULL: "a full backup",
    2: "a log backup",
    4: "a file backup",
    5: "a differential backup",
    6: "a differential file backup",
    7: "a partial backup",
    8: "a differential partial backup",
}
"""BackupType of RESTORE HEADERONLY."""
_TYPES: Final = {"ROWS": "D", "LOG": "L", "FILESTREAM": "S", "FULLTEXT": "F"}
"""type_desc of sys.master_files → Type of RESTORE FILELISTONLY."""
HELP: Final = "Name a place for every file of the backup by Moves, as LogicalName=path, or restore it manually."
_CHOOSE: Final = "Name the set to take by Position, or put it into a file of its own"


def new_file(path: str) -> Judge:
    """Whether xp_fileexist says that a backup can be made at a path."""

    def judge(rows: Sequence[Row]) -> str:
        row = rows[0] if rows else {}
        if row.get("File Exists") or row.get("File is a Directory"):
            return f"{path} is there already: a backup goes into a new file (P63)"
        if not row.get("Parent Directory Exists"):
            return f"the SQL service account sees no folder for {path}: make it, or let that account in"
        return ""

    return judge


def holds_only(database: str, path: str) -> Judge:
    """Whether RESTORE HEADERONLY shows one backup of a database and no other."""

    def judge(rows: Sequence[Row]) -> str:
        if [str(row["DatabaseName"]).casefold() for row in rows] == [database.casefold()]:
            return ""
        return f"{path} does not hold exactly one backup of {database} afterwards"

    return judge


def restored_since(database: str, path: str, guid: str, before: int) -> Judge:
    """Whether ``restore-state`` shows a restore newer than the entry ``before`` (0: none), from the set with a GUID.

    A set is told by its GUID (HEADERONLY's BackupSetGUID is msdb's backup_set_uuid): an instance that made the backup
    itself goes on knowing its media by the path that it was written to.
    """

    def judge(rows: Sequence[Row]) -> str:
        if not rows:
            return f"the database {database} is not there afterwards"
        row = rows[0]
        if (row["RestoreId"] or 0) <= before:
            return f"msdb's history shows no restore of {database} after the one it showed before ({before or 'none'})"
        if str(row["BackupSetGuid"]).casefold() != guid.casefold():
            return f"msdb's history says that {database} was restored from {row['RestoredFrom']}, not from {path}"
        now = (row["State"], row["UserAccess"])
        return "" if now == ("ONLINE", "MULTI_USER") else f"{database} is {now[0]} and {now[1]} afterwards"

    return judge


def described(headers: Sequence[Row]) -> str:
    """The backup sets of a file, as RESTORE HEADERONLY lists them, in one line."""
    return "; ".join(
        f"{row['Position']}: {KINDS.get(row['BackupType'], 'a backup')} of {row['DatabaseName']}, "
        f"{row['BackupFinishDate']}"
        for row in headers
    )


def one_set(headers: Sequence[Row], position: int) -> int:
    """The position of the set that is meant; 0 where the file holds only one. Raises :class:`Unsuitable`."""
    if len(headers) > 1 and not position:
        raise Unsuitable(f"the file holds several backup sets ({described(headers)}). {_CHOOSE}.")
    return position


def chosen_set(headers: Sequence[Row], database: str, position: int) -> Row:
    """The full backup of a database that is to be restored.

    Without a position it is the only set of the file, or the only full backup of the database there, where no other
    set of the database follows it. Raises :class:`Unsuitable`.
    """
    own = [row for row in headers if _same(row["DatabaseName"], database)]
    full = [row for row in own if row["BackupType"] == FULL]
    if position:
        found = [row for row in headers if row["Position"] == position]
        if not found:
            raise Unsuitable(f"the file holds no backup set {position}, but {described(headers)}. {_CHOOSE}.")
    elif len(headers) > 1 and own:
        found = full
        if len(full) != 1 or full[0] is not own[-1]:
            raise Unsuitable(f"the file holds several backup sets ({described(headers)}). {_CHOOSE}.")
    else:
        found = list(headers[:1])
    if not found or not _same(found[0]["DatabaseName"], database):
        held = ", ".join(dict.fromkeys(str(row["DatabaseName"]) for row in found or headers)) or "nothing"
        raise Unsuitable(f"the backup is one of {held}, not of {database}")
    if found[0]["BackupType"] != FULL:
        raise Unsuitable(
            f"the backup set is {KINDS.get(found[0]['BackupType'], 'of another kind')} of {database} and restores "
            "nothing without the full backup before it. Choose a file that holds a full backup, or restore manually"
        )
    return found[0]


@dataclass(frozen=True)
class PairedFiles:
    """Logical name → path, and those of the paths where no file of the present database lies."""

    moves: Mapping[str, str]
    new: tuple[str, ...] = ()


def paired_files(
    listed: Sequence[Row],
    present: Sequence[Row],
    database: str,
    logical: Sequence[str],
    files: Sequence[str],
    named: Mapping[str, str],
) -> PairedFiles:
    """Where each file of a backup goes: as ``named`` says, else where the present database has the same file.

    The same file is the one of its type (data, log, …) with its FileId, or the only one of the type on either side;
    the order of ``logical`` and ``files`` means nothing. A file that the present database does not have goes beside its
    first file of the type, under its old file name. ``present`` are the rows of sys.master_files of the complete
    instance. Raises :class:`Unsuitable`.
    """
    names = [str(row["LogicalName"]) for row in listed]
    wanted = list(named or logical)
    if wanted and sorted(n.casefold() for n in names) != sorted(n.casefold() for n in wanted):
        raise Unsuitable(f"the backup holds the files {', '.join(names)}, not {', '.join(wanted)}")
    if named or not files:
        return PairedFiles(dict(named))
    own = {
        str(row["physical_name"]).casefold(): (_TYPES.get(row["type_desc"], ""), int(row["file_id"]))
        for row in present
        if _same(row["database_name"], database)
    }
    strange = next((path for path in files if path.casefold() not in own), None)
    if strange is not None:
        raise Unsuitable(f"{strange} is no file of the present {database}, so what goes there is unknown. {HELP}")
    places = {own[path.casefold()]: path for path in files}
    backed_up = {(str(row["Type"]), int(row["FileId"])): row for row in listed}
    moves = {key: places[key] for key in backed_up if key in places}
    for kind in {kind for kind, _ in backed_up}:
        here, there = [[key for key in some if key[0] == kind] for some in (places, backed_up)]
        if len(here) == len(there) == 1:
            moves[there[0]] = places[here[0]]
    taken = {str(row["physical_name"]).casefold() for row in present}
    new: list[str] = []
    for key, row in backed_up.items():
        if key in moves:
            continue
        beside = min((place for place in places if place[0] == key[0]), default=None)
        if beside is None:
            raise Unsuitable(f"{database} has no place for {row['LogicalName']}, a file of type {key[0]}. {HELP}")
        path = str(PureWindowsPath(places[beside]).parent / PureWindowsPath(str(row["PhysicalName"])).name)
        if path.casefold() in taken:
            raise Unsuitable(f"{row['LogicalName']} would go to {path}, where another file lies. {HELP}")
        taken.add(path.casefold())
        new.append(path)
        moves[key] = path
    return PairedFiles({str(row["LogicalName"]): moves[key] for key, row in backed_up.items()}, tuple(new))


def _same(one: object, other: object) -> bool:
    return str(one).casefold() == str(other).casefold()
