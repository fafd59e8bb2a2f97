"""What a simulated SQL instance answers: logins, statements and procedures over the records of an :class:`Instance`."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from lync_wizard.lab.sqlserver import ast, backup_restore, catalog_views, hostile, parser
from lync_wizard.lab.sqlserver.instance import Database, Instance, Mirroring, MirroringEndpoint, Server, new_database
from lync_wizard.lab.tds import protocol
from lync_wizard.lab.tds.listener import Client, Refusal
from lync_wizard.lab.tds.protocol import Column, Message

RESET: Final = "sql-reset"
"""A fault: the connection is reset at a statement; ALTER DATABASE has taken effect by then, USE has not."""
SILENT: Final = "sql-silent"
"""A fault: a RESTORE ends without an error, without message 3014, and without having done anything."""
_ALTER_FAILED: Final = Message(5069, "ALTER DATABASE statement failed.", 16)

_TURNED_AWAY: Final = "Login failed for user '{}'. The server does not let anybody in at this time."


class SqlEngine:
    """One instance's engine; implements :class:`lync_wizard.lab.tds.listener.Engine`."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.connections: dict[int, _Connection] = {}
        self.lock = threading.Lock()
        self._numbers = itertools.count(51)

    @property
    def server_name(self) -> str:
        return catalog_views.server_name(self.instance)

    @property
    def version(self) -> tuple[int, int, int]:
        return self.instance.version

    def answers(self) -> bool:
        return self.instance.answers()

    def login(self, login: protocol.Login, cut: Callable[[], None]) -> tuple[_Connection, str]:
        """Accept a SQL login.

        Raises :class:`Refusal`: 18452 Windows login, 18456 wrong password, 4060 no database, or what the instance
        turns everybody away with.
        """
        if refused := self.instance.turned_away():
            raise Refusal(*(Message(number, _TURNED_AWAY.format(login.user), 14) for number in refused))
        if login.integrated:
            text = "Login failed. The login is from an untrusted domain and cannot be used with Windows authentication."
            raise Refusal(Message(18452, text, 14))
        failed = Message(18456, f"Login failed for user '{login.user}'.", 14)
        if not self.instance.admits(login.user, login.password):
            raise Refusal(failed)
        with self.instance.change() as server:
            database = server.database(login.database or "master")
        if database is None or database.state != "ONLINE":
            text = f'Cannot open database "{login.database}" requested by the login. The login failed.'
            raise Refusal(Message(4060, text, 11), failed)
        return self._connected(login, database.name, cut), database.name

    def trusted(self, user: str) -> _Connection:
        """A connection to master of somebody whom Windows vouches for."""
        return self._connected(protocol.Login(user, "", "master", "", "SQLCMD", 4096, True), "master", lambda: None)

    def _connected(self, login: protocol.Login, database: str, cut: Callable[[], None]) -> _Connection:
        with self.lock:
            connection = _Connection(self, next(self._numbers), login, database, cut)
            self.connections[connection.number] = connection
        return connection


class _Connection:
    """One logged-in connection; implements :class:`lync_wizard.lab.sqlserver.catalog_views.Connection`."""

    def __init__(
        self, engine: SqlEngine, number: int, login: protocol.Login, database: str, cut: Callable[[], None]
    ) -> None:
        self.instance = engine.instance
        self.number = number
        self.user = login.user
        self.host = login.host
        self.application = login.application
        self.database = database
        self.in_transaction = False
        self.cut = cut
        self._engine = engine

    def sessions(self) -> list[tuple[int, str, str, str, str]]:
        with self._engine.lock:
            return [(c.number, c.user, c.host, c.application, c.database) for c in self._engine.connections.values()]

    def close(self) -> None:
        with self._engine.lock:
            self._engine.connections.pop(self.number, None)

    def transaction(self, open_: bool) -> None:
        self.in_transaction = open_

    def run(self, text: str, parameters: Mapping[str, Any], client: Client) -> None:
        """Parse the complete batch, then run it; a refused statement is reported, and most batches go on behind it."""
        client = hostile.client(lambda kind: self.instance.struck(kind, ""), client)
        for statement in parser.parse(text):
            try:
                self._statement(statement, parameters, client)
            except Refusal as refusal:
                client.error(refusal)
                if refusal.ends_batch:
                    return

    def _statement(self, statement: ast.Statement, parameters: Mapping[str, Any], client: Client) -> None:
        def value(expression: ast.Expression) -> Any:
            with self.instance.change() as server:
                return catalog_views.evaluate(expression, catalog_views.Scope(self, server, parameters))

        match statement:
            case ast.Select():
                with self.instance.change() as server:
                    table = catalog_views.select(statement, catalog_views.Scope(self, server, parameters))
                _show(client, *table)
            case ast.If(condition, then, otherwise):
                chosen = then if value(condition) is True else otherwise
                if chosen is not None:
                    self._statement(chosen, parameters, client)
            case ast.Execute(procedure, arguments):
                self._execute(procedure, [(name, value(argument)) for name, argument in arguments], client)
            case ast.Backup():
                path = None if statement.device is None else str(value(statement.device))
                places = {str(value(logical)).lower(): str(value(place)) for logical, place in statement.moves}
                self._media(statement, path, places, client)
            case ast.AlterDatabase(name, action, of, _):
                self._alter(name, action, None if of is None else str(value(of)))
                if self.instance.struck(RESET, f"SET {action}"):
                    self.cut()
                    return
                client.done()
            case ast.SetOption(name, on):
                if name == "IMPLICIT_TRANSACTIONS":
                    self.in_transaction = on
                client.done()
            case ast.Use(name):
                self._use(name, client)
            case ast.Kill(session):
                self._kill(session)
                client.done()
            case ast.KillEach(database):
                with self.instance.change() as server:
                    found = catalog_views.sessions_of(database, catalog_views.Scope(self, server, parameters))
                for session in found:
                    self._kill(session)
                client.done()
            case ast.Create():
                self._create(statement)
                client.done()
            case ast.Grant(endpoint, login):
                self._grant(endpoint, login)
                client.done()
            case ast.LogSpace():
                shape = [Column("Database Name"), Column("Log Size (MB)", "float"),
                         Column("Log Space Used (%)", "float"), Column("Status", "int")]  # fmt: skip
                with self.instance.change() as server:
                    rows = [(d.name, _log_mb(d), 12.5, 0) for d in server.databases.values()]
                _show(client, shape, rows)

    def _media(self, asked: ast.Backup, path: str | None, moves: dict[str, str], client: Client) -> None:
        verb, name, options, stats = asked.verb, asked.database, asked.options, asked.stats
        if path is None:
            backup_restore.recover(self, name)
            text = "RESTORE DATABASE successfully processed 0 pages in 0.010 seconds (0.000 MB/sec)."
            client.info(3014, text)
        elif verb == "BACKUP":
            backup_restore.backup(self, name, path, options, stats, client)
        elif verb == "RESTORE":
            if "LOG" in options:
                backup_restore.restore_log(self, name, path, options, stats, asked.file, client)
            elif not self.instance.struck(SILENT, "RESTORE DATABASE"):
                backup_restore.restore(self, name, path, options, moves, stats, asked.file, client)
        elif verb == "VERIFYONLY":
            backup_restore.verify(self, path, options, stats, asked.file, client)
        elif verb == "HEADERONLY":
            return _show(client, *backup_restore.headers(self, path))
        else:
            return _show(client, *backup_restore.files(self, path, asked.file))
        return client.done()

    def _use(self, name: str, client: Client) -> None:
        if name.lower() == "master" and self.instance.struck(RESET, "USE [master]"):
            self.cut()
            return
        with self.instance.change() as server:
            database = server.database(name)
        if database is None:
            text = f"Database '{name}' does not exist. Make sure that the name is entered correctly."
            raise Refusal(Message(911, text, 16), ends_batch=True)
        if database.mirroring is not None and database.mirroring.alone:
            text = (
                f"Database {name} is enabled for Database Mirroring, but neither the partner nor witness server "
                "instances are available: the database cannot be opened."
            )
            raise Refusal(Message(955, text, 14), ends_batch=True)
        if database.state != "ONLINE":
            mirror = database.mirroring is not None and database.mirroring.role == "MIRROR"
            text = (
                f'The database "{name}" cannot be opened. It is acting as a mirror database.'
                if mirror
                else f"Database '{name}' cannot be opened. It is in the middle of a restore."
            )
            raise Refusal(Message(954 if mirror else 927, text, 14), ends_batch=True)
        client.database(database.name, self.database)
        self.database = database.name
        client.done()

    def _administrator(self) -> None:
        if not self.instance.sysadmin(self.user):
            raise Refusal(Message(15247, "User does not have permission to perform this action.", 16))

    def _kill(self, session: int) -> None:
        """A session that ended already is refused with 6106; programs of the deployment lose their connections."""
        self._administrator()
        with self.instance.change() as server:
            names = [database.name for database in server.databases.values()]
        program = next((n for n in names if session >= 200 and self.instance.users_of(n)), None)
        with self._engine.lock:
            other = self._engine.connections.get(session)
        if other is self:
            raise Refusal(Message(6104, "Cannot use KILL to kill your own process.", 16))
        if other is None and program is None:
            raise Refusal(Message(6106, f"Process ID {session} is not an active process ID.", 16))
        if other is not None:
            other.close()
            other.cut()
        elif program is not None:
            self.instance.disconnect(program)

    # ALTER DATABASE

    def _alter(self, name: str, action: str, of: str | None) -> None:
        if self.in_transaction:
            text = "ALTER DATABASE statement not allowed within multi-statement transaction."
            raise Refusal(Message(226, text, 16))
        with self.instance.change() as server:
            database = server.database(name)
            if database is None or not self.instance.sysadmin(self.user):
                text = (
                    f"User does not have permission to alter database '{name}', the database does not exist, or the "
                    "database is not in a state that allows access checks."
                )
                raise Refusal(Message(5011, text, 14), _ALTER_FAILED)
            if action in ("PARTNER", "WITNESS"):
                _mirroring(self.instance, database, action, of or "")
                return
            if database.mirroring:
                text = (
                    f'The operation cannot be performed on database "{name}" because it is involved in a database '
                    "mirroring session or an availability group."
                )
                raise Refusal(Message(1468, text, 16), _ALTER_FAILED)
            if database.state != "ONLINE":
                text = f"ALTER DATABASE is not permitted while a database is in the {database.state.title()} state."
                raise Refusal(Message(5052, text, 16), _ALTER_FAILED)
            database.access = action
            name = database.name
        if action == "SINGLE_USER":
            self.instance.disconnect(name)
            with self._engine.lock:
                others = [c for c in self._engine.connections.values() if c is not self and c.database == name]
            for other in others:
                other.close()  # its session is gone at once; the thread that serves it notices later
                other.cut()

    # Principals, endpoints, databases

    def _create(self, statement: ast.Create) -> None:
        self._administrator()
        with self.instance.change() as server:
            match statement.what:
                case "DATABASE":
                    if server.database(statement.name) is not None:
                        text = f"Database '{statement.name}' already exists. Choose a different database name."
                        raise Refusal(Message(1801, text, 16, 3))
                    folder = server.databases["model"].files[0].physical.rpartition("\\")[0]
                    server.add(new_database(statement.name, folder, folder))
                case "LOGIN":
                    if statement.name.lower() in [login.lower() for login in server.logins]:
                        raise Refusal(Message(15025, f"The server principal '{statement.name}' already exists.", 16))
                    if not self.instance.knows(statement.name):
                        text = f"Windows NT user or group '{statement.name}' not found. Check the name again."
                        raise Refusal(Message(15401, text, 16))
                    server.logins.append(statement.name)
                case "USER":
                    self._create_user(server, statement)
                case _:
                    if statement.name.lower() in [name.lower() for name in server.endpoints]:
                        text = f"An endpoint with the same name '{statement.name}' already exists."
                        raise Refusal(Message(7803, text, 16))
                    server.endpoints[statement.name] = MirroringEndpoint(statement.port, statement.of)

    def _create_user(self, server: Server, statement: ast.Create) -> None:
        database = server.databases[self.database.lower()]
        if statement.of.lower() not in [login.lower() for login in server.logins]:
            text = f"'{statement.of}' is not a valid login or you do not have permission."
            raise Refusal(Message(15007, text, 16))
        if statement.name.lower() in catalog_views.principals(database):
            text = f"User, group, or role '{statement.name}' already exists in the current database."
            raise Refusal(Message(15023, text, 16))
        database.users[statement.name] = []

    def _grant(self, endpoint: str, login: str) -> None:
        self._administrator()
        with self.instance.change() as server:
            found = next((e for name, e in server.endpoints.items() if name.lower() == endpoint.lower()), None)
            for what, name, known in (
                ("endpoint", endpoint, found is not None),
                ("login", login, login.lower() in [known.lower() for known in server.logins]),
            ):
                if not known:
                    text = f"Cannot find the {what} '{name}', because it does not exist or you do not have permission."
                    raise Refusal(Message(15151, text, 16))
            if found is not None and login not in found.connect:
                found.connect.append(login)

    # Procedures

    def _execute(self, procedure: str, arguments: list[tuple[str, Any]], client: Client) -> None:
        values = [value for _, value in arguments]
        match procedure.lower().rpartition(".")[2]:
            case "sp_addrolemember" if len(values) == 2:
                self._add_role_member(str(values[0]), str(values[1]))
                client.done()
            case "sp_delete_log_shipping_secondary_database" if len(values) == 1:
                self._end_log_shipping(str(values[0]))
                client.done()
            case "xp_fixeddrives":
                shape = [Column("drive", "nvarchar", 1), Column("MB free", "int")]
                _show(client, shape, sorted(self.instance.drives().items()))
            case "xp_fileexist" if len(values) == 1:
                shape = [Column("File Exists", "int"), Column("File is a Directory", "int"),
                         Column("Parent Directory Exists", "int")]  # fmt: skip
                _show(client, shape, [_file_exists(self.instance, str(values[0]))])
            case "sp_datatype_info" | "sp_datatype_info_90" | "sp_datatype_info_100":
                _show(client, *_type_information(int(values[0]) if values else 0))
            case _:
                raise Refusal(Message(2812, f"Could not find stored procedure '{procedure}'.", 16))

    def _end_log_shipping(self, name: str) -> None:
        self._administrator()
        with self.instance.change() as server:
            known = next((one for one in server.shipped if one.lower() == name.lower()), None)
            if known is None:
                text = f"Database '{name}' does not exist as log shipping secondary."
                raise Refusal(Message(32018, text, 16))
            server.shipped.remove(known)

    def _add_role_member(self, role: str, member: str) -> None:
        self._administrator()
        with self.instance.change() as server:
            database = server.databases[self.database.lower()]
            found = next((name for name in database.roles if name.lower() == role.lower()), None)
            if found is None:
                text = f"The role '{role}' does not exist in the current database."
                raise Refusal(Message(15014, text, 16))
            user = next((name for name in database.users if name.lower() == member.lower()), None)
            if user is None:
                raise Refusal(Message(15410, f"User or role '{member}' does not exist in this database.", 11))
            if found not in database.users[user]:
                database.users[user].append(found)


def _mirroring(instance: Instance, database: Database, action: str, of: str) -> None:
    session = database.mirroring
    if session is None:
        text = f'Database "{database.name}" is not configured for database mirroring.'
        raise Refusal(Message(1416, text, 16, 31))
    if action == "WITNESS":
        off = of.upper() == "OFF"
        if not off and not instance.reaches(of):
            text = (
                f"The ALTER DATABASE command could not be sent to the remote server instance '{of}'. The database "
                "mirroring configuration was not changed. Verify that the server is connected, and try again."
            )
            raise Refusal(Message(1456, text, 16))
        session.witness = "" if off else of
        session.witness_state = "UNKNOWN" if off else "CONNECTED"
    elif of == "OFF":
        database.mirroring = None
    elif session.role != "MIRROR" or session.state == "SYNCHRONIZED" or _unwatched(session):
        text = (
            f'The database mirroring service cannot be forced for database "{database.name}" because the database is '
            "not in the correct state to become the principal database."
        )
        raise Refusal(Message(1455, text, 16))
    else:
        session.role, session.state, database.state = "PRINCIPAL", "DISCONNECTED", "ONLINE"


def _unwatched(session: Mirroring) -> bool:
    """Whether a mirror that has a witness does not reach it: then service cannot be forced."""
    return bool(session.witness) and session.witness_state == "DISCONNECTED"


def _log_mb(database: Database) -> float:
    return sum(file.pages for file in database.files if file.kind == "LOG") / 128


def _file_exists(instance: Instance, path: str) -> tuple[int, int, int]:
    try:
        real = instance.locate(path)
        return int(real.is_file()), int(real.is_dir()), int(real.parent.is_dir())
    except OSError:
        return 0, 0, 0


def _show(client: Client, shape: Any, rows: Any) -> None:
    client.columns(shape)
    for row in rows:
        client.row(row)
    client.done(len(rows))


def _type_information(wanted: int) -> tuple[list[Column], list[tuple[Any, ...]]]:
    """What drivers read with SQLGetTypeInfo: name, ODBC type and precision of the types they bind."""
    text = {"TYPE_NAME", "LITERAL_PREFIX", "LITERAL_SUFFIX", "CREATE_PARAMS", "LOCAL_TYPE_NAME"}
    names = ("TYPE_NAME", "DATA_TYPE", "PRECISION", "LITERAL_PREFIX", "LITERAL_SUFFIX", "CREATE_PARAMS", "NULLABLE",
             "CASE_SENSITIVE", "SEARCHABLE", "UNSIGNED_ATTRIBUTE", "MONEY", "AUTO_INCREMENT", "LOCAL_TYPE_NAME",
             "MINIMUM_SCALE", "MAXIMUM_SCALE", "SQL_DATA_TYPE", "SQL_DATETIME_SUB", "NUM_PREC_RADIX",
             "INTERVAL_PRECISION", "USERTYPE")  # fmt: skip
    shape = [Column(name, "nvarchar", 128) if name in text else Column(name, "int") for name in names]
    known = [("nvarchar", -9, 4000), ("ntext", -10, 1073741823), ("varchar", 12, 8000), ("text", -1, 2147483647),
             ("varbinary", -3, 8000), ("image", -4, 2147483647), ("binary", -2, 8000), ("int", 4, 10),
             ("bigint", -5, 19), ("bit", -7, 1), ("datetime", 93, 23), ("numeric", 2, 38)]  # fmt: skip
    return shape, [
        (name, code, size, "'", "'", None, 1, 0, 3, None, 0, None, name, None, None, code, None, None, None, 0)
        for name, code, size in known
        if wanted in (0, code)
    ]
