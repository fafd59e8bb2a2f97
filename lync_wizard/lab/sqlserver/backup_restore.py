"""BACKUP and RESTORE of a simulated instance, with what SQL Server says when they are refused or fail."""

from __future__ import annotations

import datetime
import errno
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from typing import Any, Final, NoReturn

from lync_wizard.core import timestamps
from lync_wizard.lab.sqlserver import backup_media
from lync_wizard.lab.sqlserver.catalog_views import Connection, server_name
from lync_wizard.lab.sqlserver.instance import Backup, Database, DatabaseFile, Instance, Restore, Server, numbered
from lync_wizard.lab.tds.listener import Client, Refusal
from lync_wizard.lab.tds.protocol import Column, Message

_SYSTEM: Final = {2: "The system cannot find the file specified.", 3: "The system cannot find the path specified.",
                  5: "Access is denied.", 38: "Reached the end of the file.", 53: "The network path was not found.",
                  112: "There is not enough space on the disk.", 1117: "The request could not be performed because of "
                  "an I/O device error."}  # fmt: skip


def refuse(work: str, *messages: tuple[int, str], severity: int = 16) -> NoReturn:
    """Raise what is wrong, followed by 3013 as every failed BACKUP or RESTORE is."""
    said = [Message(number, text, severity) for number, text in messages]
    raise Refusal(*said, Message(3013, f"{work} is terminating abnormally.", 16))


def _system(code: int) -> str:
    return f"{code}({_SYSTEM[code]})"


def guard(connection: Connection, work: str) -> None:
    """Refuse within a transaction (3021) and without the right (262)."""
    if connection.in_transaction:
        text = "Cannot perform a backup or restore operation within a transaction."
        refuse(work, (3021, text))
    if not connection.instance.sysadmin(connection.user):
        refuse(work, (262, f"{work} permission denied in database '{connection.database}'."), severity=14)


def device(instance: Instance, path: str, work: str, *, write: bool = False) -> Path:
    """The real file behind a backup device, or error 3201 with the system's reason."""

    def cannot(code: int) -> NoReturn:
        refuse(work, (3201, f"Cannot open backup device '{path}'. Operating system error {_system(code)}."))

    try:
        real = instance.locate(path)
        if real.is_dir():
            cannot(5)
        if not real.parent.is_dir():
            cannot(3)
        if not write and not real.exists():
            cannot(2)
    except FileNotFoundError:
        cannot(53 if path.startswith("\\\\") else 3)
    except PermissionError:
        cannot(5)
    return real


@contextmanager
def _media_errors(path: str, work: str, *, writing: bool) -> Iterator[None]:
    """Turn what the disk or the container says into 3202, 3203, 3241."""
    number, verb = (3202, "Write") if writing else (3203, "Read")
    try:
        yield
    except backup_media.NotMedia:
        text = (
            f"The media family on device '{path}' is incorrectly formed. SQL Server cannot process this media family."
        )
        refuse(work, (3241, text))
    except backup_media.CutShort:
        refuse(work, (3203, f'Read on "{path}" failed: {_system(38)}'))
    except PermissionError:
        refuse(work, (3201, f"Cannot open backup device '{path}'. Operating system error {_system(5)}."))
    except OSError as error:
        code = 112 if error.errno == errno.ENOSPC else 1117
        refuse(work, (number, f'{verb} on "{path}" failed: {_system(code)}'))


def _sets(instance: Instance, path: str, work: str) -> list[backup_media.BackupSet]:
    real = device(instance, path, work)
    with _media_errors(path, work, writing=False):
        found = backup_media.read(real)
        if not found:
            raise backup_media.CutShort
        return found


def _set(instance: Instance, path: str, work: str, position: int) -> backup_media.BackupSet:
    found = _sets(instance, path, work)
    if position > len(found):
        refuse(work, (4038, f"Cannot find file ID {position} on device '{path}'."))
    return found[position - 1]


def _pass_time(instance: Instance, client: Client, verb: str, stats: int) -> None:
    for percent in range(stats, 101, stats) if stats else (100,):
        instance.moment(verb, percent, client)
        if stats:
            client.info(3211, f"{percent} percent processed.")


def _processed(client: Client, verb: str, database: str, files: list[DatabaseFile], stats: int) -> None:
    pages = 0
    for file in files:
        count = file.pages if file.kind == "ROWS" else 2
        pages += count
        client.info(4035, f"Processed {count} pages for database '{database}', file '{file.logical}' on file 1.")
    text = f"{verb} successfully processed {pages} pages in 0.{stats:03d} seconds (48.512 MB/sec)."
    client.info(3014, text)


def backup(connection: Connection, name: str, path: str, options: frozenset[str], stats: int, client: Client) -> None:
    """BACKUP DATABASE. Without INIT the set is appended to what the file holds already (pitfall P63)."""
    work = "BACKUP DATABASE"
    instance = connection.instance
    guard(connection, work)
    with instance.change() as server:
        database = server.database(name)
        if database is None:
            text = f"Database '{name}' does not exist. Make sure that the name is entered correctly."
            refuse(work, (911, text))
        if database.mirroring and database.mirroring.role == "MIRROR":
            text = f'The database "{name}" cannot be opened. It is acting as a mirror database.'
            refuse(work, (954, text), severity=14)
        if database.state != "ONLINE":
            text = f"Database '{name}' cannot be opened. It is in the middle of a restore."
            refuse(work, (927, text), severity=14)
    real = device(instance, path, work, write=True)
    started = _now()
    with _media_errors(path, work, writing=True):
        if options & {"INIT", "FORMAT"}:
            real.unlink(missing_ok=True)
        with real.open("ab"):  # from here on there is a file, complete or not
            pass
        _pass_time(instance, client, "BACKUP", stats)
        with instance.change() as server:
            header = backup_media.BackupHeader(
                database=database.name,
                server=server_name(instance),
                version=".".join(map(str, instance.version)),
                started=started,
                finished=_now(),
                copy_only="COPY_ONLY" in options,
                checksums="CHECKSUM" in options,
                recovery=database.recovery,
                lsn=17126681000010739200127 + len(server.databases),
                guid=str(uuid.uuid4()),
                files=tuple(
                    backup_media.BackupFile(f.logical, f.physical, f.kind, f.pages * 8192, number)
                    for number, f in sorted(numbered(database.files), key=lambda pair: pair[1].kind != "ROWS")
                ),
                type=2 if "LOG" in options else 5 if "DIFFERENTIAL" in options else 1,
            )
            users = {"users": database.users, "roles": database.roles, "data": instance.content(database.name)}
            backup_media.append(real, header, users)
            server.backups.append(
                Backup(database.name, path, len(backup_media.read(real)), header.guid, header.started, header.finished)
            )
    _processed(client, work, database.name, database.files, stats)


def verify(
    connection: Connection, path: str, options: frozenset[str], stats: int, position: int, client: Client
) -> None:
    """RESTORE VERIFYONLY."""
    work = "VERIFY DATABASE"
    guard(connection, work)
    first = _set(connection.instance, path, work, position)
    _need_checksums(first, options, work)
    with _media_errors(path, work, writing=False):
        _pass_time(connection.instance, client, "VERIFYONLY", stats)
    if not first.sound:
        refuse(work, (3189, "Damage to the backup set was detected."))
    client.info(3262, f"The backup set on file {position} is valid.")


def _need_checksums(first: backup_media.BackupSet, options: frozenset[str], work: str) -> None:
    if "CHECKSUM" in options and not first.header.checksums:
        text = "cannot be specified because the backup set does not contain checksum information."
        refuse(work, (3187, f"RESTORE WITH CHECKSUM {text}"))


def headers(connection: Connection, path: str) -> tuple[list[Column], list[tuple[Any, ...]]]:
    """RESTORE HEADERONLY: one row for each set on the media."""
    guard(connection, "RESTORE HEADERONLY")
    shape = [Column("BackupName", "nvarchar", 128), Column("BackupType", "int"), Column("Position", "int"),
             Column("DatabaseName", "nvarchar", 128), Column("ServerName", "nvarchar", 128),
             Column("FirstLSN", "numeric", 25), Column("LastLSN", "numeric", 25),
             Column("CheckpointLSN", "numeric", 25), Column("DatabaseBackupLSN", "numeric", 25),
             Column("BackupSize", "bigint"),
             Column("BackupStartDate", "datetime"), Column("BackupFinishDate", "datetime"),
             Column("SoftwareVersionMajor", "int"), Column("SoftwareVersionMinor", "int"),
             Column("SoftwareVersionBuild", "int"), Column("HasBackupChecksums", "bit"),
             Column("IsCopyOnly", "bit"), Column("RecoveryModel", "nvarchar", 60),
             Column("BackupSetGUID", "uniqueidentifier"),
             Column("BackupTypeDescription", "nvarchar", 60)]  # fmt: skip
    rows = []
    for position, found in enumerate(_sets(connection.instance, path, "RESTORE HEADERONLY"), 1):
        h = found.header
        major, minor, build = map(int, h.version.split("."))
        times = (datetime.datetime.fromisoformat(h.started), datetime.datetime.fromisoformat(h.finished))
        rows.append((None, h.type, position, h.database, h.server, h.lsn, h.lsn + 1000, h.lsn, 0, found.size, *times,
                     major, minor, build, h.checksums, h.copy_only, h.recovery, h.guid,
                     backup_media.TYPES[h.type]))  # fmt: skip
    return shape, rows


def files(connection: Connection, path: str, position: int) -> tuple[list[Column], list[tuple[Any, ...]]]:
    """RESTORE FILELISTONLY of one set: data files first, then the log, whatever their ids are."""
    guard(connection, "RESTORE FILELIST")
    shape = [Column("LogicalName", "nvarchar", 128), Column("PhysicalName", "nvarchar", 260),
             Column("Type", "nvarchar", 1), Column("FileGroupName", "nvarchar", 128),
             Column("Size", "numeric", 20), Column("MaxSize", "numeric", 20), Column("FileId", "bigint"),
             Column("CreateLSN", "numeric", 25), Column("BackupSizeInBytes", "bigint"),
             Column("TDEThumbprint", "varbinary", 32)]  # fmt: skip
    first = _set(connection.instance, path, "RESTORE FILELIST", position).header
    return shape, [
        (f.logical, f.physical, "D" if f.kind == "ROWS" else "L", "PRIMARY" if f.kind == "ROWS" else None,
         f.size, 35184372080640, f.file_id or number, 0, f.size, None)
        for number, f in enumerate(first.files, 1)
    ]  # fmt: skip


def recover(connection: Connection, name: str) -> None:
    """RESTORE DATABASE … WITH RECOVERY without media."""
    work = "RESTORE DATABASE"
    guard(connection, work)
    with connection.instance.change() as server:
        database = server.database(name)
        if database is None:
            refuse(work, (911, f"Database '{name}' does not exist. Make sure that the name is entered correctly."))
        _not_mirrored(database)
        if database.state != "RESTORING":
            refuse(work, (3153, "The database is already fully recovered."))
        database.state = "ONLINE"


def _not_mirrored(database: Database) -> None:
    if database.mirroring:
        text = (
            f"RESTORE cannot operate on database '{database.name}' because it is configured for database mirroring or "
            "has joined an availability group. If you intend to restore the database, use ALTER DATABASE to remove "
            "mirroring or to remove the database from its availability group."
        )
        refuse("RESTORE DATABASE", (3104, text))


def restore(
    connection: Connection,
    name: str,
    path: str,
    options: frozenset[str],
    moves: dict[str, str],
    stats: int,
    position: int,
    client: Client,
) -> None:
    """RESTORE DATABASE from one set on the media. A restore that breaks off leaves the database RESTORING."""
    work = "RESTORE DATABASE"
    instance = connection.instance
    guard(connection, work)
    first = _set(instance, path, work, position)
    if first.header.type != 1:
        text = "The log or differential backup cannot be restored because no files are ready to rollforward."
        refuse(work, (3117, text))
    _need_checksums(first, options, work)
    moved = [_moved(file, moves) for file in first.header.files]
    unknown = next((n for n in moves if n not in {f.logical.lower() for f in moved}), None)
    if unknown is not None:
        text = f"Logical file '{unknown}' is not part of database '{name}'. Use RESTORE FILELISTONLY to list the "
        refuse(work, (3234, text + "logical file names."))
    with instance.change() as server:
        old = server.database(name)
        if old is not None:
            _may_replace(connection, old, first.header, options)
        _places(instance, server, name, moved)
        database = old or server.add(Database(first.header.database if old else name))
        database.state = "RESTORING"
    with _media_errors(path, work, writing=False):
        _pass_time(instance, client, "RESTORE", stats)
    if not first.sound:
        text = f'RESTORE detected an error on page (1:9) in database "{name}" as read from the backup set.'
        refuse(work, (3183, text))
    with instance.change() as server:
        header, saved = first.header, first.content
        server.restores.append(
            Restore(
                database.name, connection.user, _now(), path, position, header.database, header.guid, header.started,
                header.finished,
            )
        )  # fmt: skip
        database.files = moved
        database.recovery = header.recovery
        database.access = "MULTI_USER"
        database.users = {user: list(roles) for user, roles in saved["users"].items()}
        database.roles = list(saved["roles"])
        instance.replace(database.name, saved["data"])
        if "NORECOVERY" not in options:
            database.state = "ONLINE"
    _processed(client, work, database.name, moved, stats)


def restore_log(
    connection: Connection,
    name: str,
    path: str,
    options: frozenset[str],
    stats: int,
    position: int,
    client: Client,
) -> None:
    """RESTORE LOG: backups in their sequence, onto a database that is RESTORING."""
    work = "RESTORE LOG"
    instance = connection.instance
    guard(connection, work)
    log = _set(instance, path, work, position)
    begins, ends = log.header.lsn, log.header.lsn + 1000
    with instance.change() as server:
        database = server.database(name)
        if database is None:
            refuse(work, (911, f"Database '{name}' does not exist. Make sure that the name is entered correctly."))
        _not_mirrored(database)
        if database.state != "RESTORING" or log.header.type != 2:
            text = "The log or differential backup cannot be restored because no files are ready to rollforward."
            refuse(work, (3117, text))
        if begins > database.redo_lsn:
            text = (
                f"The log in this backup set begins at LSN {begins}, which is too recent to apply to the database. An "
                f"earlier log backup that includes LSN {database.redo_lsn} can be restored."
            )
            refuse(work, (4305, text))
        if ends <= database.redo_lsn:
            text = (
                f"The log in this backup set terminates at LSN {ends}, which is too early to apply to the database. A "
                f"more recent log backup that includes LSN {database.redo_lsn} can be restored."
            )
            refuse(work, (4326, text))
    with _media_errors(path, work, writing=False):
        _pass_time(instance, client, "RESTORE", stats)
    if not log.sound:
        refuse(
            work, (3183, f'RESTORE detected an error on page (1:9) in database "{name}" as read from the backup set.')
        )
    with instance.change() as server:
        database = server.databases[name.lower()]
        database.redo_lsn = ends
        instance.replace(database.name, log.content["data"])
        database.state = "ONLINE" if "RECOVERY" in options else "RESTORING"
    _processed(client, work, database.name, database.files, stats)


def _moved(file: backup_media.BackupFile, moves: dict[str, str]) -> DatabaseFile:
    place = moves.get(file.logical.lower(), file.physical)
    return DatabaseFile(file.logical, place, file.kind, file.size // 8192, file.file_id)


def _may_replace(
    connection: Connection, old: Database, header: backup_media.BackupHeader, options: frozenset[str]
) -> None:
    work = "RESTORE DATABASE"
    _not_mirrored(old)
    if "REPLACE" not in options and old.name.lower() != header.database.lower():
        text = f"The backup set holds a backup of a database other than the existing '{old.name}' database."
        refuse(work, (3154, text))
    if "REPLACE" not in options and old.recovery == "FULL" and old.state == "ONLINE":
        text = f'The tail of the log for the database "{old.name}" has not been backed up. Use BACKUP LOG WITH '
        refuse(work, (3159, text + "NORECOVERY to backup the log if it contains work you do not want to lose."))
    here = [number for number, *_, database in connection.sessions() if database.lower() == old.name.lower()]
    if connection.number in here:
        text = (
            f"RESTORE cannot process database '{old.name}' because it is in use by this session. It is recommended "
            "that the master database be used when performing this operation."
        )
        refuse(work, (3102, text))
    if here or connection.instance.users_of(old.name):
        refuse(work, (3101, "Exclusive access could not be obtained because the database is in use."))


def _places(instance: Instance, server: Server, name: str, moved: list[DatabaseFile]) -> None:
    work = "RESTORE DATABASE"
    taken = {
        file.physical.lower(): database.name
        for database in server.databases.values()
        if database.name.lower() != name.lower()
        for file in database.files
    }
    advice = f"File '{moved[0].logical}' cannot be restored to '{moved[0].physical}'. Use WITH MOVE to identify a "
    after = ((3156, advice + "valid location for the file."),
             (3119, "Problems were identified while planning for the RESTORE statement. Previous messages provide "
                    "details."))  # fmt: skip
    for file in moved:
        if file.physical.lower() in taken:
            used_by = taken[file.physical.lower()]
            text = f"The file '{file.physical}' cannot be overwritten. It is being used by database '{used_by}'."
            refuse(work, (1834, text), *after)
        folder = str(PureWindowsPath(file.physical).parent)
        try:
            there = instance.locate(folder).is_dir()
        except (FileNotFoundError, PermissionError):
            there = False
        if not there:
            text = (
                f'Directory lookup for the file "{file.physical}" failed with the operating system error {_system(3)}.'
            )
            refuse(work, (5133, text), *after)


def _now() -> str:
    return timestamps.now().replace(tzinfo=None).isoformat(timespec="milliseconds")
