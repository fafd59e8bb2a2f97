"""What queries of a simulated instance can read: system views, functions, SELECT lists and conditions."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Protocol

from lync_wizard.lab.sqlserver import ast
from lync_wizard.lab.sqlserver.instance import Database, Instance, Server, numbered
from lync_wizard.lab.tds.listener import Refusal
from lync_wizard.lab.tds.protocol import Column, Message

Table = tuple[Sequence[Column], list[tuple[Any, ...]]]

_STATES: Final = {"ONLINE": 0, "RESTORING": 1, "RECOVERING": 2, "RECOVERY_PENDING": 3, "SUSPECT": 4, "OFFLINE": 6}
_MADE: Final = 100_000
"""Sets of backups made here are numbered from here on, below them those that were only restored from."""
_CREATED: Final = datetime.datetime(2013, 4, 8, 9, 13, 36)


class Connection(Protocol):
    """The connection over which a query arrives."""

    @property
    def instance(self) -> Instance: ...
    @property
    def user(self) -> str: ...
    @property
    def database(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def in_transaction(self) -> bool: ...

    def sessions(self) -> list[tuple[int, str, str, str, str]]:
        """Number, user, host, program and database of every connection."""


@dataclass
class Scope:
    """What names mean while an expression is evaluated; ``row`` keys are in lower case."""

    connection: Connection
    server: Server
    variables: Mapping[str, Any]
    row: Mapping[str, Any] = field(default_factory=dict)


def server_name(instance: Instance) -> str:
    """``HOST`` or ``HOST\\INSTANCE``, as @@SERVERNAME has it."""
    host = instance.fqdn.partition(".")[0].upper()
    return f"{host}\\{instance.name.upper()}" if instance.name else host


def version_text(instance: Instance) -> str:
    major, minor, build = instance.version
    year = {10: "2008 R2", 11: "2012", 12: "2014"}.get(major, "2016")
    return (
        f"Microsoft SQL Server {year} - {major}.{minor}.{build}.0 (X64) \n\tCopyright (c) Microsoft Corporation\n"
        f"\t{instance.edition} on Windows NT 6.3 <X64> (Build 9600: ) (Hypervisor)\n"
    )


def database_id(server: Server, name: str) -> int | None:
    names = list(server.databases)
    return names.index(name.lower()) + 1 if name.lower() in names else None


def principals(database: Database) -> dict[str, int]:
    """Users and roles of a database with their ids; keys in lower case."""
    names = [*database.users, *database.roles]
    return {"public": 0, "dbo": 1} | {name.lower(): number for number, name in enumerate(names, 5)}


# SELECT


def select(statement: ast.Select, scope: Scope) -> Table:
    """Columns and rows of a SELECT. Raises :class:`Refusal` (137, 195, 207, 208)."""
    shape: list[Column] = []
    kinds: dict[str, Column] = {}
    rows: list[dict[str, Any]] = [{}]
    for source in statement.sources:
        columns, found = _named(source, scope)
        shape += columns
        kinds |= {key: column for column in columns for key in _keys(source, column)}
        if source.on is not None:
            _check(source.on, kinds)
        absent = {key: None for column in columns for key in _keys(source, column)}
        joined: list[dict[str, Any]] = []
        for row in rows:
            pairs = [row | one for one in found]
            fits = [pair for pair in pairs if source.on is None or _true(evaluate(source.on, _with(scope, pair)))]
            joined += fits or ([row | absent] if source.outer else [])
        rows = joined
    items: list[ast.SelectItem] = []
    for item in statement.items:
        everything = [ast.SelectItem(ast.Name(column.name), column.name) for column in shape]
        items += everything if item.name == "*" else [item]
    for used in items:
        _check(used.value, kinds)
    if statement.where is not None:
        _check(statement.where, kinds)
        rows = [row for row in rows if _true(evaluate(statement.where, _with(scope, row)))]
    for key, descending in reversed(statement.order):
        _check(ast.Name(key), kinds)
        rows.sort(key=lambda row: _sortable(row[key.lower()]), reverse=descending)
    rows = rows[: statement.top or None]
    values = [tuple(evaluate(item.value, _with(scope, row)) for item in items) for row in rows]
    result = [_column(item, kinds, [v[n] for v in values]) for n, item in enumerate(items)]
    return result, values


def _named(source: ast.Source, scope: Scope) -> tuple[Sequence[Column], list[dict[str, Any]]]:
    view = _VIEWS.get(source.table.lower().removeprefix("master."))
    if view is None:
        raise Refusal(Message(208, f"Invalid object name '{source.table}'.", 16), ends_batch=True)
    shape, found = view(scope)
    keys = [_keys(source, column) for column in shape]
    rows = [{key: value for two, value in zip(keys, row, strict=True) for key in two} for row in found]
    return shape, rows


def _keys(source: ast.Source, column: Column) -> tuple[str, str]:
    """The two names of a column: with the alias of its table, and without."""
    return f"{source.alias}.{column.name}".lower(), column.name.lower()


def _with(scope: Scope, row: Mapping[str, Any]) -> Scope:
    return Scope(scope.connection, scope.server, scope.variables, row)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value.lower() if isinstance(value, str) else value)


def _check(expression: ast.Expression, kinds: Mapping[str, Column]) -> None:
    match expression:
        case ast.Name(name):
            if name.lower() not in kinds:
                raise Refusal(Message(207, f"Invalid column name '{name}'.", 16), ends_batch=True)
        case ast.Function(_, arguments):
            for argument in arguments:
                _check(argument, kinds)
        case ast.Operation(_, left, right):
            _check(left, kinds)
            _check(right, kinds)
        case ast.Cast(value, _) | ast.Negation(value) | ast.IsNull(value):
            _check(value, kinds)
        case _:
            pass


def _column(item: ast.SelectItem, kinds: Mapping[str, Column], values: Sequence[Any]) -> Column:
    if isinstance(item.value, ast.Name):
        known = kinds[item.value.name.lower()]
        return Column(item.name, known.kind, known.size, known.scale)
    if isinstance(item.value, ast.Cast):
        return Column(item.name, item.value.to.kind, item.value.to.size)
    sample = next((value for value in values if value is not None), None)
    match sample:
        case bool():
            return Column(item.name, "bit")
        case int():
            return Column(item.name, "int" if abs(sample) < 1 << 31 else "bigint")
        case Decimal():
            return Column(item.name, "numeric", 38, 4)
        case datetime.datetime():
            return Column(item.name, "datetime")
    return Column(item.name, "nvarchar", 0 if any(len(str(v)) > 256 for v in values) else 256)


def evaluate(expression: ast.Expression, scope: Scope) -> Any:
    """The value of an expression; comparisons with NULL are false."""
    match expression:
        case ast.Constant(value):
            return value
        case ast.Variable(name):
            if name.casefold() not in scope.variables:
                raise Refusal(Message(137, f'Must declare the scalar variable "{name}".', 15), ends_batch=True)
            return scope.variables[name.casefold()]
        case ast.Name(name):
            return scope.row[name.lower()]
        case ast.Function(name, arguments):
            return _call(name, [evaluate(argument, scope) for argument in arguments], scope)
        case ast.Cast(value, to):
            inner = evaluate(value, scope)
            convert = str if to.kind == "nvarchar" else int
            return None if inner is None else convert(inner)
        case ast.Negation(value):
            return not _true(evaluate(value, scope))
        case ast.IsNull(value):
            return evaluate(value, scope) is None
        case ast.Exists(inner_select):
            return bool(select(inner_select, scope)[1])
        case ast.Case(when, then, otherwise):
            return evaluate(then if _true(evaluate(when, scope)) else otherwise, scope)
        case ast.Operation("AND", left, right):
            return _true(evaluate(left, scope)) and _true(evaluate(right, scope))
        case ast.Operation("OR", left, right):
            return _true(evaluate(left, scope)) or _true(evaluate(right, scope))
        case ast.Operation(sign, left, right):
            return _operate(sign, evaluate(left, scope), evaluate(right, scope))


def _true(value: Any) -> bool:
    return value is True or (isinstance(value, int) and value != 0)


def _operate(sign: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        if sign == "+":
            return left + right
        left, right = left.casefold().rstrip(), right.casefold().rstrip()
    if sign == "/" and isinstance(left, int) and isinstance(right, int):
        return left // right
    return _OPERATORS[sign](left, right)


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


# Functions


def _call(name: str, arguments: list[Any], scope: Scope) -> Any:
    connection, server = scope.connection, scope.server
    first = arguments[0] if arguments else None
    current = server.databases[connection.database.lower()]
    match name:
        case "@@VERSION":
            return version_text(connection.instance)
        case "@@SERVERNAME":
            return server_name(connection.instance)
        case "@@SPID":
            return connection.number
        case "@@TRANCOUNT":
            return int(connection.in_transaction)
        case "SERVERPROPERTY":
            return _server_property(connection.instance, str(first))
        case "DB_NAME":
            names = [database.name for database in server.databases.values()]
            number = first if arguments else database_id(server, connection.database)
            return names[number - 1] if isinstance(number, int) and 0 < number <= len(names) else None
        case "DB_ID":
            return database_id(server, str(first) if arguments else connection.database)
        case "SUSER_ID":
            logins = [login.lower() for login in server.logins]
            return logins.index(str(first).lower()) + 256 if str(first).lower() in logins else None
        case "SUSER_SNAME" if arguments:
            return first  # the lab's security identifiers are the names themselves
        case "SUSER_SNAME" | "SUSER_NAME" | "SYSTEM_USER":
            return connection.user
        case "DATABASE_PRINCIPAL_ID":
            return principals(current).get(str(first).lower())
        case "USER_NAME":
            return next((n for n in [*current.users, *current.roles] if principals(current)[n.lower()] == first), None)
        case "IS_SRVROLEMEMBER":
            return int(str(first).lower() == "public" or connection.instance.sysadmin(connection.user))
    raise Refusal(Message(195, f"'{name}' is not a recognized built-in function name.", 15), ends_batch=True)


def _server_property(instance: Instance, name: str) -> Any:
    major, minor, build = instance.version
    return {
        "productversion": f"{major}.{minor}.{build}.0",
        "productlevel": "SP4" if build >= 7001 else "RTM",
        "edition": instance.edition,
        "machinename": instance.fqdn.partition(".")[0].upper(),
        "instancename": instance.name.upper() or None,
        "servername": server_name(instance),
        "collation": "SQL_Latin1_General_CP1_CI_AS",
        "isintegratedsecurityonly": 0,
    }.get(name.lower())


# System views


def _columns(*names: str, **kinds: str) -> list[Column]:
    shape = [Column(name, "nvarchar", 128) for name in names]
    for name, kind in kinds.items():
        match kind:
            case "int" | "bigint" | "bit" | "uniqueidentifier" | "datetime":
                shape.append(Column(name, kind))
            case "lsn":
                shape.append(Column(name, "numeric", 25))
            case _:
                shape.append(Column(name, "nvarchar", int(kind)))
    return shape


def _databases(scope: Scope) -> Table:
    shape = _columns("name", "state_desc", "recovery_model_desc", "user_access_desc", "owner_sid", database_id="int",
                     state="int", create_date="datetime")  # fmt: skip
    states = [shown_state(database) for database in scope.server.databases.values()]
    return shape, [
        (d.name, state, d.recovery, d.access, d.owner, number, _STATES.get(state, 4), _CREATED)
        for number, (d, state) in enumerate(zip(scope.server.databases.values(), states, strict=True), 1)
    ]


def shown_state(database: Database) -> str:
    """``state_desc``: a principal without partner and witness is in recovery until it is freed or reaches one again."""
    cut_off = database.mirroring is not None and database.mirroring.alone
    return "RECOVERING" if cut_off and database.state == "ONLINE" else database.state


def _master_files(scope: Scope) -> Table:
    shape = _columns("name", "type_desc", physical_name="260", database_id="int", file_id="int", size="int",
                     redo_start_lsn="lsn")  # fmt: skip
    return shape, [
        (file.logical, file.kind, file.physical, number, file_id, file.pages, _redo(database))
        for number, database in enumerate(scope.server.databases.values(), 1)
        for file_id, file in numbered(database.files)
    ]


def _redo(database: Database) -> Decimal | None:
    return Decimal(database.redo_lsn) if database.state == "RESTORING" and database.redo_lsn else None


def _server_principals(scope: Scope) -> Table:
    """Logins; a SID is its text here, and those that the lab made have their names for it."""
    shape = _columns("name", "sid", "type_desc", create_date="datetime")
    made = datetime.datetime.fromisoformat(scope.server.installed_at)
    return shape, [
        ("sa", "0x01", "SQL_LOGIN", _CREATED),
        ("NT AUTHORITY\\SYSTEM", "0x010100000000000512000000", "WINDOWS_LOGIN", made),
        *((login, login, "WINDOWS_LOGIN", made) for login in scope.server.logins),
    ]


def _shipped(scope: Scope) -> Table:
    shape = _columns("secondary_database")
    return shape, [(name,) for name in scope.server.shipped]


def _central(scope: Scope) -> Table:
    """The table is Microsoft's own; the row that scripts read is the only one here."""
    kept = scope.server.database("xds")
    value = scope.connection.instance.central_state()
    if kept is not None and (kept.state != "ONLINE" or (kept.mirroring and kept.mirroring.role == "MIRROR")):
        text = 'The database "xds" cannot be opened. It is acting as a mirror database.'
        raise Refusal(Message(954, text, 14), ends_batch=True)
    if value is None:
        raise Refusal(Message(208, "Invalid object name 'xds.dbo.DbConfigInt'.", 16), ends_batch=True)
    return _columns("Name", Value="int"), [("CurrentState", value)]


def _restore_history(scope: Scope) -> Table:
    shape = _columns("destination_database_name", "user_name", restore_type="1", restore_history_id="int",
                     backup_set_id="int", restore_date="datetime")  # fmt: skip
    return shape, [
        (r.database, r.user, "D", number, number, datetime.datetime.fromisoformat(r.at))
        for number, r in enumerate(scope.server.restores, 1)
    ]


def _backup_sets(scope: Scope) -> Table:
    shape = _columns("database_name", backup_set_id="int", media_set_id="int", position="int",
                     backup_set_uuid="uniqueidentifier", type="1", backup_start_date="datetime",
                     backup_finish_date="datetime")  # fmt: skip
    return shape, [
        (r.backup_of, number, number, r.position, r.backup_guid, "D", *map(datetime.datetime.fromisoformat, times))
        for number, r in enumerate(scope.server.restores, 1)
        for times in [(r.backup_started, r.backup_finished)]
    ] + [
        (b.database, _MADE + n, _MADE + n, b.position, b.guid, "D", *map(datetime.datetime.fromisoformat, times))
        for n, b in enumerate(scope.server.backups, 1)
        for times in [(b.started, b.finished)]
    ]


def _media_families(scope: Scope) -> Table:
    shape = _columns(physical_device_name="260", media_set_id="int", family_sequence_number="int")
    made = [(b.device, _MADE + number, 1) for number, b in enumerate(scope.server.backups, 1)]
    return shape, [*((r.device, number, 1) for number, r in enumerate(scope.server.restores, 1)), *made]


def _database_mirroring(scope: Scope) -> Table:
    shape = _columns("mirroring_role_desc", "mirroring_state_desc", "mirroring_partner_name", "mirroring_witness_name",
                     "mirroring_witness_state_desc", database_id="int", mirroring_guid="uniqueidentifier")  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for number, database in enumerate(scope.server.databases.values(), 1):
        m = database.mirroring
        if m is None:
            rows.append((None, None, None, None, None, number, None))
        else:
            witness_state = m.witness_state if m.witness else "UNKNOWN"
            rows.append((m.role, m.state, m.partner, m.witness or None, witness_state, number, m.guid))
    return shape, rows


def _endpoints(scope: Scope) -> Table:
    shape = _columns("name", "state_desc", "role_desc")
    return shape, [(name, "STARTED", endpoint.role) for name, endpoint in scope.server.endpoints.items()]


def _tcp_endpoints(scope: Scope) -> Table:
    shape = _columns("name", "type_desc", "state_desc", port="int")
    return shape, [(name, "DATABASE_MIRRORING", "STARTED", e.port) for name, e in scope.server.endpoints.items()]


def _role_members(scope: Scope) -> Table:
    database = scope.server.databases[scope.connection.database.lower()]
    ids = principals(database)
    return _columns(role_principal_id="int", member_principal_id="int"), [
        (ids[role.lower()], ids[user.lower()]) for user, roles in database.users.items() for role in roles
    ]


def _processes(scope: Scope) -> Table:
    shape = _columns("loginame", "hostname", "program_name", spid="int", dbid="int")
    rows: list[tuple[Any, ...]] = [
        (user, host, program, number, database_id(scope.server, database))
        for number, user, host, program, database in scope.connection.sessions()
    ]
    for number, database in enumerate(scope.server.databases.values(), 1):
        programs = scope.connection.instance.users_of(database.name)
        rows += [("NETWORK SERVICE", "", program, 200 + n, number) for n, program in enumerate(programs)]
    return shape, rows


def sessions_of(database: str, scope: Scope) -> list[int]:
    """The numbers of those that use a database, but for SQL Server's own."""
    _, rows = _processes(scope)
    return [int(row[3]) for row in rows if row[3] > 50 and row[4] == database_id(scope.server, database)]


_VIEWS: Final[Mapping[str, Callable[[Scope], Table]]] = {
    "sys.databases": _databases,
    "sys.master_files": _master_files,
    "sys.server_principals": _server_principals,
    "sys.database_mirroring": _database_mirroring,
    "sys.database_mirroring_endpoints": _endpoints,
    "sys.tcp_endpoints": _tcp_endpoints,
    "sys.database_role_members": _role_members,
    "sys.sysprocesses": _processes,
    "msdb.dbo.restorehistory": _restore_history,
    "msdb.dbo.backupset": _backup_sets,
    "msdb.dbo.backupmediafamily": _media_families,
    "msdb.dbo.log_shipping_secondary_databases": _shipped,
    "xds.dbo.dbconfigint": _central,
}
