"""The named SQL statements: T-SQL kept here, values from validated parameters; nothing else is sent to an instance.

Values travel as ODBC parameters where T-SQL allows it. Where it does not (names, backup devices, MOVE), names are
checked against a narrow pattern and bracketed, and paths become ``N'…'`` literals.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from lync_wizard.core.errors import InputError
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts import sql_history, sql_instance, sql_log_shipping, sql_media
from lync_wizard.hosts.command import Statement
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

BACKUP_DONE: Final = 3014
VERIFIED: Final = 3262

_DATABASE_COLUMNS: Final = "name, database_id, state_desc, recovery_model_desc, user_access_desc"
_MIRRORING: Final = (
    "SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, "
    "mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL"
)
_MASTER: Final = Batch("USE [master];")


def _asks(text: str) -> Callable[[Parameters], BatchSequence]:
    return lambda _: BatchSequence((Batch(text),))


def _about(text: str) -> Callable[[Parameters], BatchSequence]:
    return lambda p: BatchSequence((Batch(text, (p.database(),)),))


def _media(what: str) -> Callable[[Parameters], BatchSequence]:
    return lambda p: BatchSequence((Batch(f"RESTORE {what} FROM DISK = {quoted(p.path())};"),))


def _state(database: str, judge: Callable[[Sequence[Row]], str]) -> SqlCheck:
    return SqlCheck(Batch(f"SELECT {_DATABASE_COLUMNS} FROM sys.databases WHERE name = ?;", (database,)), judge)


def _ready(database: str) -> SqlCheck:
    """Asked because FreeTDS passes on the 3013 of such a refusal and swallows its reason (911, 927, 954)."""

    def judge(rows: Sequence[Row]) -> str:
        if not rows:
            return f"there is no database {database} on this instance"
        state = rows[0]["state_desc"]
        return "" if state == "ONLINE" else f"the database {database} is {state}, so it cannot be backed up"

    return _state(database, judge)


def _online(database: str) -> SqlCheck:
    def judge(rows: Sequence[Row]) -> str:
        if not rows:
            return f"the database {database} is not there afterwards"
        state, access = rows[0]["state_desc"], rows[0]["user_access_desc"]
        return "" if (state, access) == ("ONLINE", "MULTI_USER") else f"{database} is {state} and {access} afterwards"

    return _state(database, judge)


def _unmirrored(database: str) -> SqlCheck:
    def judge(rows: Sequence[Row]) -> str:
        if not rows:
            return ""
        return f"the database {database} is mirrored: take it out of mirroring first, mirror it again afterwards (P58)"

    return SqlCheck(Batch(f"{_MIRRORING} AND database_id = DB_ID(?);", (database,)), judge)


# Backup and restore


def _backup(p: Parameters) -> BatchSequence:
    database, path = p.database(), p.path()

    stats = p.number("Stats", 5, 1, 100)
    copy = "COPY_ONLY, " if p.flag("CopyOnly", True) else ""
    text = f"BACKUP DATABASE {bracketed(database)} TO DISK = {quoted(path)} WITH {copy}CHECKSUM, STATS = {stats};"
    return BatchSequence(
        (Batch(text),),
        before=(
            _ready(database),
            SqlCheck(Batch("EXEC master.dbo.xp_fileexist ?;", (path,)), sql_media.new_file(path)),
        ),
        after=SqlCheck(Batch(f"RESTORE HEADERONLY FROM DISK = {quoted(path)};"), sql_media.holds_only(database, path)),
        message=BACKUP_DONE,
    )


def _position(p: Parameters) -> int:
    """The backup set that is named; 0 where none is."""
    return p.number("Position", 1, 1, 9999) if "Position" in p else 0


def _verify(p: Parameters) -> BatchSequence:
    device, position = f"FROM DISK = {quoted(p.path())}", _position(p)
    checksum = "CHECKSUM, " if p.flag("Checksum", True) else ""

    def sequence(position: int) -> BatchSequence:
        file = f"FILE = {position}, " if position else ""
        text = f"RESTORE VERIFYONLY {device} WITH {file}{checksum}STATS = 5;"
        return BatchSequence((Batch(text),), message=VERIFIED)

    def settle(ask: Send) -> BatchSequence:
        return sequence(sql_media.one_set(ask(Batch(f"RESTORE HEADERONLY {device};")), position))

    return replace(sequence(position), settle=settle)


def _filelist(p: Parameters) -> BatchSequence:
    position = _position(p)
    file = f" WITH FILE = {position}" if position else ""
    return BatchSequence((Batch(f"RESTORE FILELISTONLY FROM DISK = {quoted(p.path())}{file};"),))


_FILES: Final = Batch(
    "SELECT DB_NAME(database_id) AS database_name, physical_name, type_desc, file_id FROM sys.master_files;"
)


def _restored(p: Parameters) -> BatchSequence:
    return BatchSequence((sql_history.restored(p.database()),))


def _backed_up(p: Parameters) -> BatchSequence:
    return BatchSequence((sql_history.backed_up(p.database(), p.path()),))


def _restore(p: Parameters) -> BatchSequence:
    database, path = p.database(), p.path()
    logical = p.texts("LogicalNames") if "LogicalNames" in p else ()
    files = p.texts("Files", paths=True) if "Files" in p else ()
    named = p.moves() if "Moves" in p else {}
    if bool(logical) != bool(files) or (files and named):
        raise InputError(
            f"the restore of {database} does not say which file goes where",
            "Give LogicalNames and the Files of the present database, or Moves as LogicalName=path.",
        )
    expected = p.database("BackupOf") if "BackupOf" in p else database
    position = _position(p)
    device, name = f"FROM DISK = {quoted(path)}", bracketed(database)
    checksum = ", CHECKSUM" if p.flag("Checksum", True) else ""
    stats = p.number("Stats", 5, 1, 100)
    where = f"IF EXISTS (SELECT 1 FROM sys.databases WHERE name = {quoted(database)} AND state_desc = N'ONLINE'"

    def sequence(position: int, moves: Iterable[tuple[str, str]]) -> BatchSequence:
        file = f"FILE = {position}, " if position else ""
        moved = "".join(f", MOVE {quoted(n)} TO {quoted(f)}" for n, f in moves)
        text = f"RESTORE DATABASE {name} {device} WITH {file}REPLACE, RECOVERY{checksum}, STATS = {stats}{moved};"
        return BatchSequence(
            (
                _MASTER,
                Batch(f"{where}) ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE;"),
                Batch(text),
            ),
            always=(Batch(f"{where} AND user_access_desc <> N'MULTI_USER') ALTER DATABASE {name} SET MULTI_USER;"),),
            message=BACKUP_DONE,
        )

    def settle(ask: Send) -> BatchSequence:
        headers = ask(Batch(f"RESTORE HEADERONLY {device};"))
        chosen = sql_media.chosen_set(headers, expected, position)
        one = int(chosen["Position"]) if len(headers) > 1 else 0
        listed = ask(Batch(f"RESTORE FILELISTONLY {device}{f' WITH FILE = {one}' if one else ''};"))
        paired = sql_media.paired_files(listed, ask(_FILES) if files else (), database, logical, files, named)
        for new in paired.new:
            if any(row["File Exists"] for row in ask(Batch("EXEC master.dbo.xp_fileexist ?;", (new,)))):
                raise Unsuitable(f"{new} is there already and belongs to no database. {sql_media.HELP}")
        rows = ask(sql_history.last_restore(database))
        before = int(rows[0]["restore_history_id"]) if rows else 0
        notes = [f"{path} holds {counted(len(headers), 'backup set')}; set {one} is restored"] if one else []
        notes += [f"a file that {database} does not have yet goes to {new}" for new in paired.new]
        return replace(
            sequence(one, paired.moves.items()),
            after=SqlCheck(
                sql_history.restored(database),
                sql_media.restored_since(database, path, str(chosen["BackupSetGUID"]), before),
            ),
            notes=tuple(notes),
        )

    shown = named.items() if named else zip(logical, files, strict=False)
    return replace(sequence(position, shown), before=(_unmirrored(database),), settle=settle)


def _recover(p: Parameters) -> BatchSequence:
    database = p.database()
    text = (
        f"IF EXISTS (SELECT 1 FROM sys.databases WHERE name = {quoted(database)} AND state_desc = N'RESTORING') "
        f"RESTORE DATABASE {bracketed(database)} WITH RECOVERY;"
    )
    return BatchSequence((_MASTER, Batch(text)), after=_online(database))


# Mirroring and its witness


def _alter(action: str, after: Callable[[str], SqlCheck] | None = None) -> Callable[[Parameters], BatchSequence]:
    def composed(p: Parameters) -> BatchSequence:
        database = p.database()
        text = f"ALTER DATABASE {bracketed(database)} SET {action};"
        return BatchSequence((_MASTER, Batch(text)), after=after and after(database))

    return composed


def _end_mirroring(p: Parameters) -> BatchSequence:
    database = p.database()
    mirrored = f"{_MIRRORING} AND database_id = DB_ID({quoted(database)})"
    text = f"IF EXISTS ({mirrored}) ALTER DATABASE {bracketed(database)} SET PARTNER OFF;"
    return BatchSequence((_MASTER, Batch(text)), after=_unmirrored(database))


def _principal(database: str) -> SqlCheck:
    def judge(rows: Sequence[Row]) -> str:
        role = rows[0]["mirroring_role_desc"] if rows else "not mirrored"
        return "" if role == "PRINCIPAL" else f"the database {database} is {role} afterwards"

    return SqlCheck(Batch(f"{_MIRRORING} AND database_id = DB_ID(?);", (database,)), judge)


def _set_witness(p: Parameters) -> BatchSequence:
    database, port = p.database(), p.number("Port", 7022, 1, 65535)
    address = quoted(f"TCP://{p.fqdn('Witness')}:{port}")
    return BatchSequence((_MASTER, Batch(f"ALTER DATABASE {bracketed(database)} SET WITNESS = {address};")))


def _witness_endpoint(p: Parameters) -> BatchSequence:
    port, account = p.number("Port", 7022, 1, 65535), p.account()
    login, name = bracketed(account), quoted(account)
    tcp = f"STATE = STARTED AS TCP (LISTENER_PORT = {port}) FOR DATABASE_MIRRORING (ROLE = WITNESS)"
    return BatchSequence(
        (
            _MASTER,
            Batch(f"IF SUSER_ID({name}) IS NULL CREATE LOGIN {login} FROM WINDOWS;"),
            Batch(
                "IF NOT EXISTS (SELECT 1 FROM sys.database_mirroring_endpoints) "
                f"CREATE ENDPOINT [mirroring_endpoint] {tcp};"
            ),
            Batch(f"GRANT CONNECT ON ENDPOINT::[mirroring_endpoint] TO {login};"),
        )
    )


# Access


def _grant(p: Parameters) -> BatchSequence:
    database, account, role = p.database(), p.account(), p.role()
    login, name = bracketed(account), quoted(account)
    return BatchSequence(
        (
            _MASTER,
            Batch(f"IF SUSER_ID({name}) IS NULL CREATE LOGIN {login} FROM WINDOWS;"),
            Batch(f"USE {bracketed(database)};"),
            Batch(f"IF DATABASE_PRINCIPAL_ID({name}) IS NULL CREATE USER {login} FOR LOGIN {login};"),
            Batch(f"EXEC sp_addrolemember {quoted(role)}, {name};"),
        ),
        always=(_MASTER,),
    )


def _access(p: Parameters) -> BatchSequence:
    database, account, role = p.database(), p.account(), p.role()
    text = (
        "SELECT SUSER_ID(?) AS login_id, DATABASE_PRINCIPAL_ID(?) AS user_id, CASE WHEN EXISTS (SELECT 1 FROM "
        "sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(?) AND "
        "member_principal_id = DATABASE_PRINCIPAL_ID(?)) THEN 1 ELSE 0 END AS in_role;"
    )
    values = (account, account, role, account)
    return BatchSequence((Batch(f"USE {bracketed(database)};"), Batch(text, values)), always=(_MASTER,))


CATALOGUE: Final[Mapping[str, StatementType]] = {
    **sql_instance.STATEMENTS,
    "databases": StatementType(
        "Every database with state, recovery model and access.",
        (),
        _asks(f"SELECT {_DATABASE_COLUMNS} FROM sys.databases ORDER BY name;"),
    ),
    "database-state": StatementType(
        "State, recovery model and access of one database.",
        ("Database",),
        _about(f"SELECT {_DATABASE_COLUMNS} FROM sys.databases WHERE name = ?;"),
    ),
    "database-owners": StatementType(
        "Who owns each database (P8).",
        (),
        _asks("SELECT name, SUSER_SNAME(owner_sid) AS owner FROM sys.databases ORDER BY name;"),
    ),
    "database-files": StatementType(
        "The files of a database: logical name, path, type, MB.",
        ("Database",),
        _about(
            "SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM "
            "sys.master_files WHERE database_id = DB_ID(?) ORDER BY file_id;"
        ),
    ),
    "model-size": StatementType(
        "The files of the model database, which every new database copies (P18).",
        (),
        _asks(
            "SELECT name, type_desc, size / 128 AS size_mb FROM sys.master_files "
            "WHERE database_id = DB_ID(N'model') ORDER BY name;"
        ),
    ),
    "disk-space": StatementType("Free MB of each fixed drive (P17).", (), _asks("EXEC master.dbo.xp_fixeddrives;")),
    "log-space": StatementType("Size and use of every transaction log (P19).", (), _asks("DBCC SQLPERF(LOGSPACE);")),
    "mirroring": StatementType(
        "Role, state, partner and witness of every mirrored database.", (), _asks(f"{_MIRRORING} ORDER BY database_id;")
    ),
    "mirroring-endpoints": StatementType(
        "The mirroring endpoint of the instance.",
        (),
        _asks("SELECT name, state_desc, role_desc FROM sys.database_mirroring_endpoints;"),
    ),
    "connections": StatementType(
        "Who is connected to a database.",
        ("Database",),
        _about(
            "SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(?) ORDER BY spid;"
        ),
    ),
    "file-exists": StatementType(
        "Whether the SQL service account sees a file and its folder.",
        ("Path",),
        lambda p: BatchSequence((Batch("EXEC master.dbo.xp_fileexist ?;", (p.path(),)),)),
    ),
    "database-access": StatementType(
        "Login, user and role membership of an account (P22).", ("Database", "Account", "Role"), _access
    ),
    "header-only": StatementType(
        "The backups a file holds: database, dates, position.", ("Path",), _media("HEADERONLY")
    ),
    "filelist-only": StatementType("The database files inside a backup.", ("Path",), _filelist, ("Position",)),
    "verify-backup": StatementType(
        "Reads a backup to its end and checks it.", ("Path",), _verify, ("Checksum", "Position")
    ),
    "backup-database": StatementType(
        "Backs a database up into a new file with checksums, copy-only unless CopyOnly is false.",
        ("Database", "Path"),
        _backup,
        ("Stats", "CopyOnly"),
        changes=True,
    ),
    "restore-database": StatementType(
        "Replaces a database by a backup.",
        ("Database", "Path"),
        _restore,
        ("LogicalNames", "Files", "Moves", "Position", "BackupOf", "Checksum", "Stats"),
        changes=True,
    ),
    "restore-state": StatementType(
        "State and access of a database, and which backup it was last restored from, by which entry of msdb's history.",
        ("Database",),
        _restored,
    ),
    "backup-state": StatementType(
        "The newest backup of a database into a file, by its entry of msdb's history.", ("Database", "Path"), _backed_up
    ),
    "central-state": StatementType(
        "What a database of the Central Management store says of itself: 0 in use, 3 standby (Backup mode).",
        (),
        _asks("SELECT [Value] FROM [xds].[dbo].[DbConfigInt] WHERE [Name] = N'CurrentState';"),
    ),
    **sql_log_shipping.STATEMENTS,
    "recover-database": StatementType(
        "Brings a database online that waits in RESTORING.", ("Database",), _recover, changes=True
    ),
    "single-user": StatementType(
        "Ends every other connection to a database and keeps new ones out.",
        ("Database",),
        _alter("SINGLE_USER WITH ROLLBACK IMMEDIATE"),
        changes=True,
    ),
    "multi-user": StatementType(
        "Lets everyone into a database again.", ("Database",), _alter("MULTI_USER", _online), changes=True
    ),
    "partner-off": StatementType(
        "Ends the mirroring of a database.", ("Database",), _alter("PARTNER OFF", _unmirrored), changes=True
    ),
    "end-mirroring": StatementType(
        "Ends the mirroring of a database that is still mirrored.", ("Database",), _end_mirroring, changes=True
    ),
    "force-service": StatementType(
        "Makes this side the principal by force; the last transactions may be lost.",
        ("Database",),
        _alter("PARTNER FORCE_SERVICE_ALLOW_DATA_LOSS", _principal),
        changes=True,
    ),
    "witness-off": StatementType(
        "Takes the witness out of a mirroring session.", ("Database",), _alter("WITNESS OFF"), changes=True
    ),
    "set-witness": StatementType(
        "Gives a mirroring session its witness.", ("Database", "Witness"), _set_witness, ("Port",), changes=True
    ),
    "witness-endpoint": StatementType(
        "Makes the endpoint of a witness and lets the partners' service account connect.",
        ("Account",),
        _witness_endpoint,
        ("Port",),
        changes=True,
    ),
    "grant-database-access": StatementType(
        "Gives an account login, user and role where they are missing (P22).",
        ("Database", "Account", "Role"),
        _grant,
        changes=True,
    ),
}
"""Every statement by name."""


def compose(statement: Statement, *, draft: bool = False) -> BatchSequence:
    """The batches of a named statement. Raises :class:`InputError` for an unknown name or a parameter that is missing,
    unknown or not what it must be."""
    entry = CATALOGUE.get(statement.name)
    if entry is None:
        near = difflib.get_close_matches(statement.name, CATALOGUE, 1)
        hint = f"Did you mean {near[0]}?" if near else f"Choose one of {', '.join(CATALOGUE)}."
        raise InputError(f"there is no SQL statement called {statement.name!r}", hint)
    given = [name for name, _ in statement.parameters]
    allowed = (*entry.required, *entry.optional)
    for name in entry.required:
        if name not in given:
            raise InputError(f"the statement {statement.name} lacks {name}", f"Give {', '.join(entry.required)}.")
    for name in given:
        if name not in allowed:
            hint = f"It takes {', '.join(allowed)}." if allowed else "It takes no parameters."
            raise InputError(f"the statement {statement.name} has no parameter {name}", f"Take {name} away. {hint}")
    return entry.compose(Parameters(statement, draft=draft))


def show(statement: Statement) -> str:
    """The T-SQL as a person would write it, placeholders allowed; for plans, paper and exports, never for sending.

    Raises :class:`InputError` like :func:`compose`.
    """
    composed = compose(statement, draft=True)
    batches = [*composed.batches, *composed.always]
    return "\n".join(_filled(batch) for batch in batches)


def _filled(batch: Batch) -> str:
    values = iter(batch.values)

    def literal(_: re.Match[str]) -> str:
        value = next(values)
        return str(value) if isinstance(value, int) else quoted(value)

    return re.sub(r"\?", literal, batch.text) if batch.values else batch.text


def judged(name: str) -> bool:
    """Whether more than the absence of an error tells that a statement worked: a message, or a question afterwards."""
    composed = CATALOGUE[name].compose(Parameters(Statement(name, _DRAFTS), draft=True))
    return composed.message is not None or composed.after is not None


_DRAFTS: Final = tuple((name, f"<{name}>") for name in ("Database", "Path", "Account", "Role", "Witness"))
