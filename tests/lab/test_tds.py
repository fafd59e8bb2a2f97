"""The lab's TDS server against other people's drivers, and its bytes against hand-made ones."""

from __future__ import annotations

import contextlib
import datetime
import json
import socket
import ssl
import struct
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyodbc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lync_wizard.hosts import odbc_drivers, sql_session
from lync_wizard.lab.server.certificate import self_signed, server_context
from lync_wizard.lab.sqlserver import backup_media, parser
from lync_wizard.lab.sqlserver.engine import RESET, SqlEngine
from lync_wizard.lab.sqlserver.instance import DatabaseFile, Server, Standalone, new_database
from lync_wizard.lab.tds import protocol
from lync_wizard.lab.tds.listener import Client, Encryption, Listener, Refusal
from lync_wizard.lab.tds.protocol import Column

PASSWORD = "Pa55word-of-sql"
PACKAGED = ("microsoft",) if sys.platform == "win32" else ("microsoft", "freetds")
SHAPE = [
    Column("text", "nvarchar", 20),
    Column("long", "nvarchar", 0),
    Column("int", "int"),
    Column("bigint", "bigint"),
    Column("bit", "bit"),
    Column("lsn", "numeric", 25),
    Column("money", "numeric", 19, 4),
    Column("at", "datetime"),
    Column("raw", "varbinary", 16),
    Column("id", "uniqueidentifier"),
    Column("real", "float"),
]
ROW = (
    "Zürich ☎", "x" * 9000, -7, -(1 << 40), True, 17126681000010739200127, Decimal("-12.3400"),
    datetime.datetime(2013, 4, 8, 23, 59, 59, 997000), b"\0\xff", "6F9619FF-8B86-D011-B42D-00C04FC964FF", 0.5,
)  # fmt: skip


class Chatty(Standalone):
    """Holds a BACKUP until the test lets it go on."""

    def __init__(self, disk: Path) -> None:
        super().__init__(disk, {"sa": PASSWORD})
        self.go_on = threading.Event()
        self.go_on.set()
        self.running = threading.Event()

    def moment(self, work: str, percent: int, client: Client) -> None:
        self.running.set()
        while not self.go_on.is_set():
            client.wait(0.01)
        client.wait(0)


class Typed(SqlEngine):
    """An engine that answers ``types`` with one row of every type, and one of NULLs, and breaks at ``break``."""

    def login(self, login: protocol.Login, cut: Any) -> Any:
        connection, database = super().login(login, cut)
        ordinary = connection.run

        def run(text: str, parameters: Any, client: Client) -> None:
            if text == "break":
                raise KeyError("mgc")
            if text != "types":
                return ordinary(text, parameters, client)
            client.columns(SHAPE)
            client.row(ROW)
            client.row([None] * len(SHAPE))
            return client.done(2)

        connection.run = run
        return connection, database


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    return server_context(*self_signed(["sql01.contoso.com"]))


@pytest.fixture
def instance(tmp_path: Path) -> Chatty:
    made = Chatty(tmp_path)
    (tmp_path / "Backup").mkdir()
    made.server.add(new_database("LcsLog", "C:\\CsData", "C:\\CsData"))
    return made


@pytest.fixture
def listener(instance: Chatty, tls: ssl.SSLContext) -> Iterator[Listener]:
    made = Listener(Typed(instance), tls)
    yield made
    made.close()


@pytest.fixture(params=PACKAGED)
def driver(request: pytest.FixtureRequest) -> odbc_drivers.Driver:
    found = next((d for d in sql_session.available_drivers() if d.kind == request.param), None)
    if found is None:
        more = "" if request.param == "microsoft" else " For FreeTDS: apt-get install libodbc2 tdsodbc"
        pytest.fail(f"there is no {request.param} ODBC driver for SQL Server here. {sql_session.install_hint()}{more}")
    return found


def connect(
    driver: odbc_drivers.Driver, port: int, *, encrypt: bool = True, autocommit: bool = True
) -> pyodbc.Connection:
    pyodbc.pooling = False
    text = f"Driver={{{driver.reference}}};UID=sa;PWD={PASSWORD};Database=master;"
    if driver.kind == "freetds":
        text += f"Server=127.0.0.1;Port={port};TDS_Version=7.4;Encryption={'require' if encrypt else 'request'}"
    else:
        text += f"Server=tcp:127.0.0.1,{port};TrustServerCertificate=yes;Encrypt={'yes' if encrypt else 'no'}"
    return pyodbc.connect(text, autocommit=autocommit, timeout=10)


@pytest.fixture
def cursor(driver: odbc_drivers.Driver, listener: Listener) -> Iterator[pyodbc.Cursor]:
    connection = connect(driver, listener.port)
    yield connection.cursor()
    connection.close()


def number(caught: pytest.ExceptionInfo[pyodbc.Error]) -> int:
    return int(str(caught.value.args[1]).rsplit("(", 2)[1].partition(")")[0])


def drain(cursor: pyodbc.Cursor, text: str) -> None:
    cursor.execute(text)
    while cursor.nextset():
        pass


# Types, parameters, batches


def test_every_type_arrives_as_it_was(cursor: pyodbc.Cursor) -> None:
    row, nulls = cursor.execute("types").fetchall()
    assert list(row[:10]) == [*ROW[:5], Decimal(ROW[5]), *ROW[6:10]]
    assert row[10] == 0.5
    assert list(nulls) == [None] * len(SHAPE)


@pytest.mark.parametrize("value", ["lcslog", "it's", "漢字 ☎", "", "x" * 3900, 5, -1, 1 << 40, True, Decimal("12.50")])
def test_parameters_arrive_as_they_were(cursor: pyodbc.Cursor, value: Any) -> None:
    for _ in range(2):  # the second time the driver uses what it prepared
        (row,) = cursor.execute("SELECT ? AS value, name FROM sys.databases WHERE name = ?", value, "model").fetchall()
        assert row.value == value
        assert row.name == "model"


def test_a_batch_longer_than_a_packet(cursor: pyodbc.Cursor) -> None:
    text = "SELECT " + ", ".join(f"N'{'y' * 90}{n}' AS c{n}" for n in range(200))
    (row,) = cursor.execute(text).fetchall()
    assert row[199] == "y" * 90 + "199"


def test_a_statement_that_breaks_in_the_simulation_is_told_as_that(
    cursor: pyodbc.Cursor, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(pyodbc.Error, match="simulated SQL Server broke: KeyError: 'mgc'"):
        cursor.execute("break")
    assert "a simulated statement broke: break" in caplog.text
    assert cursor.execute("SELECT @@SERVERNAME").fetchone()


def test_an_error_leaves_the_connection_usable(cursor: pyodbc.Cursor) -> None:
    with pytest.raises(pyodbc.Error) as caught:
        cursor.execute("EXEC sp_nothing; SELECT 1 AS still_here")
    assert number(caught) == 2812
    assert cursor.execute("SELECT 1 AS one").fetchone()[0] == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("FROB", 102),
        ("SELECT 1 FROM", 102),
        ("SELECT FROM sys.databases", 156),
        ("DROP DATABASE LcsLog", 156),
        ("SELECT 'open", 105),
        ("SELECT nothing FROM sys.databases", 207),
        ("SELECT * FROM sys.nothing", 208),
        ("SELECT NOTHING()", 195),
        ("SELECT @nothing", 137),
        ("USE nothing", 911),
        ("CREATE DATABASE LcsLog", 1801),
        ("CREATE LOGIN [CONTOSO\\nobody] FROM WINDOWS", 15401),
        ("CREATE USER [CONTOSO\\nobody] FOR LOGIN [CONTOSO\\nobody]", 15007),
        ("GRANT CONNECT ON ENDPOINT::[none] TO [x]", 15151),
        ("ALTER DATABASE [LcsLog] SET PARTNER OFF", 1416),
        ("RESTORE VERIFYONLY FROM DISK = N'C:\\Backup\\none.bak'", 3201),
        ("BACKUP DATABASE [LcsLog] TO DISK = N'Z:\\none.bak'", 3201),
    ],
)
def test_refusals_carry_the_numbers_of_sql_server(cursor: pyodbc.Cursor, text: str, error: int) -> None:
    with pytest.raises(pyodbc.Error) as caught:
        cursor.execute(text)
    assert number(caught) == error


def test_backups_are_appended_unless_told_otherwise(cursor: pyodbc.Cursor) -> None:
    def sets() -> int:
        return len(cursor.execute("RESTORE HEADERONLY FROM DISK = N'C:\\Backup\\a.bak'").fetchall())

    drain(cursor, "BACKUP DATABASE [LcsLog] TO DISK = N'C:\\Backup\\a.bak' WITH COPY_ONLY")
    drain(cursor, "BACKUP DATABASE [LcsLog] TO DISK = N'C:\\Backup\\a.bak' WITH COPY_ONLY, CHECKSUM")
    assert sets() == 2
    with pytest.raises(pyodbc.Error) as caught:  # the first set on the media was made without checksums
        cursor.execute("RESTORE VERIFYONLY FROM DISK = N'C:\\Backup\\a.bak' WITH CHECKSUM")
    assert number(caught) == 3187
    drain(cursor, "BACKUP DATABASE [LcsLog] TO DISK = N'C:\\Backup\\a.bak' WITH INIT")
    assert sets() == 1


def test_a_file_of_several_sets_is_told_apart_and_history_is_kept(cursor: pyodbc.Cursor, instance: Chatty) -> None:
    (instance.disk / "CsData").mkdir()
    instance.server.databases["lcslog"].files.append(
        DatabaseFile("LcsLog_data2", "C:\\CsData\\LcsLog2.ndf", "ROWS", 128)
    )
    disk = "DISK = N'C:\\Backup\\a.bak'"
    drain(cursor, f"BACKUP LOG [LcsLog] TO {disk}")
    drain(cursor, f"BACKUP DATABASE [LcsLog] TO {disk} WITH DIFFERENTIAL")
    drain(cursor, f"BACKUP DATABASE [LcsLog] TO {disk} WITH CHECKSUM")
    headers = cursor.execute(f"RESTORE HEADERONLY FROM {disk}").fetchall()
    assert [(row.Position, row.BackupType) for row in headers] == [(1, 2), (2, 5), (3, 1)]
    listed = cursor.execute(f"RESTORE FILELISTONLY FROM {disk} WITH FILE = 3").fetchall()
    assert [(row.LogicalName, row.Type, row.FileId) for row in listed] == [
        ("LcsLog_data", "D", 1), ("LcsLog_data2", "D", 3), ("LcsLog_log", "L", 2)
    ]  # fmt: skip
    drain(cursor, f"RESTORE VERIFYONLY FROM {disk} WITH FILE = 3, CHECKSUM")
    for file, refused in ((1, 3117), (2, 3117), (4, 4038)):
        with pytest.raises(pyodbc.Error) as caught:
            cursor.execute(f"RESTORE DATABASE [LcsLog] FROM {disk} WITH FILE = {file}, REPLACE")
        assert number(caught) == refused
    history = (
        "SELECT TOP (1) h.restore_history_id, h.destination_database_name AS name, s.position, s.backup_set_uuid, "
        "f.physical_device_name FROM msdb.dbo.restorehistory AS h JOIN msdb.dbo.backupset AS s ON "
        "s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON "
        "f.media_set_id = s.media_set_id "
        "ORDER BY h.restore_history_id DESC"
    )
    assert cursor.execute(history).fetchall() == []
    for entry in (1, 2):
        drain(cursor, f"RESTORE DATABASE [LcsLog] FROM {disk} WITH FILE = 3, REPLACE")
        (row,) = cursor.execute(history).fetchall()
        assert list(row) == [entry, "LcsLog", 3, headers[2].BackupSetGUID, "C:\\Backup\\a.bak"]
    names = cursor.execute("SELECT name, file_id FROM sys.master_files WHERE database_id = DB_ID(N'LcsLog')").fetchall()
    assert [tuple(row) for row in names] == [("LcsLog_data", 1), ("LcsLog_log", 2), ("LcsLog_data2", 3)]


@pytest.mark.parametrize(
    ("fault", "batch"),
    [
        ((RESET, "USE [master]"), "USE [master]"),
        ((RESET, "SET SINGLE_USER"), "ALTER DATABASE [LcsLog] SET SINGLE_USER WITH ROLLBACK IMMEDIATE"),
    ],
)
def test_a_connection_is_reset_where_it_was_asked_for(
    cursor: pyodbc.Cursor, instance: Chatty, fault: tuple[str, str], batch: str
) -> None:
    instance.faults.append(fault)
    with pytest.raises(pyodbc.Error):
        cursor.execute(batch)
    assert instance.faults == []
    assert (instance.server.databases["lcslog"].access == "SINGLE_USER") is ("SINGLE_USER" in batch)


def test_restore_is_refused_while_the_database_is_in_use(
    cursor: pyodbc.Cursor, driver: odbc_drivers.Driver, listener: Listener, instance: Chatty
) -> None:
    (instance.disk / "CsData").mkdir()
    drain(cursor, "BACKUP DATABASE [LcsLog] TO DISK = N'C:\\Backup\\a.bak'")
    restore = "RESTORE DATABASE [LcsLog] FROM DISK = N'C:\\Backup\\a.bak' WITH REPLACE"
    cursor.execute("USE [LcsLog]")
    with pytest.raises(pyodbc.Error) as caught:
        cursor.execute(restore)
    assert number(caught) == 3102
    cursor.execute("USE [master]")
    other = connect(driver, listener.port)
    other.execute("USE [LcsLog]")
    with pytest.raises(pyodbc.Error) as caught:
        cursor.execute(restore)
    assert number(caught) == 3101
    cursor.execute("ALTER DATABASE [LcsLog] SET SINGLE_USER WITH ROLLBACK IMMEDIATE")
    with pytest.raises(pyodbc.Error):
        other.execute("SELECT 1")
    drain(cursor, restore)


def test_no_backup_within_a_transaction(driver: odbc_drivers.Driver, listener: Listener) -> None:
    connection = connect(driver, listener.port, autocommit=False)
    with pytest.raises(pyodbc.Error) as caught:
        connection.execute("BACKUP DATABASE [LcsLog] TO DISK = N'C:\\Backup\\t.bak'")
    assert number(caught) == 3021
    connection.rollback()
    connection.close()


def test_attention_ends_a_statement_and_leaves_the_connection(cursor: pyodbc.Cursor, instance: Chatty) -> None:
    instance.go_on.clear()

    def cancel() -> None:
        assert instance.running.wait(10)
        cursor.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(pyodbc.Error):
        cursor.execute("BACKUP DATABASE [LcsLog] TO DISK = N'C:\\Backup\\x.bak' WITH STATS = 10")
    canceller.join()
    assert cursor.execute("SELECT 1").fetchone()[0] == 1


def test_a_client_that_stalls_or_is_cut_keeps_nobody_waiting(driver: odbc_drivers.Driver, listener: Listener) -> None:
    with socket.create_connection((listener.address, listener.port)) as half:
        half.sendall(b"\x12\x01")  # a PRELOGIN that never ends
        connection = connect(driver, listener.port)
        listener.cut()
        with pytest.raises(pyodbc.Error):
            connection.execute("SELECT 1")
        connect(driver, listener.port).close()


# Encryption


@pytest.mark.parametrize("encrypt", [True, False])
def test_what_travels_in_the_clear(driver: odbc_drivers.Driver, listener: Listener, encrypt: bool) -> None:
    seen = bytearray()
    relay = Relay(listener.port, seen)
    try:
        connection = connect(driver, relay.port, encrypt=encrypt)
        connection.execute("SELECT N'needle in the hay' AS x")
        connection.close()
    finally:
        relay.close()
    hidden = bytes(((b << 4 | b >> 4) & 0xFF) ^ 0xA5 for b in PASSWORD.encode("utf-16-le"))
    assert hidden not in seen, "the login was not encrypted"
    needle = "needle in the hay".encode("utf-16-le")
    if encrypt:
        assert needle not in seen
    elif driver.kind == "microsoft":  # FreeTDS keeps the encryption it was offered
        assert needle in seen


@pytest.mark.parametrize(
    ("mode", "wish", "answer"),
    [("offered", 0, 0), ("offered", 1, 1), ("offered", 2, 2), ("offered", 3, 1), ("required", 0, 3), ("none", 1, 2)],
)
def test_prelogin_negotiates_as_specified(
    instance: Chatty, tls: ssl.SSLContext, mode: Encryption, wish: int, answer: int
) -> None:
    listener = Listener(SqlEngine(instance), tls, encryption=mode)
    request = bytes([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, *bytes(6), wish])
    with socket.create_connection((listener.address, listener.port)) as client:
        client.sendall(struct.pack(">BBHHBB", protocol.PRELOGIN, 1, 8 + len(request), 0, 1, 0) + request)
        reply = client.recv(4096)
    listener.close()
    assert reply[0] == protocol.RESPONSE
    options = protocol.prelogin_options(reply[8:])
    assert options[1] == bytes([answer])
    assert options[0][:4] == bytes([11, 0, 7001 >> 8, 7001 & 0xFF])


class Relay:
    """Passes bytes on between one client and a port, and keeps those of both directions."""

    def __init__(self, to: int, seen: bytearray) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._to = to
        self._seen = seen
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        client, _ = self._listening.accept()
        server = socket.create_connection(("127.0.0.1", self._to))
        back = threading.Thread(target=self._pump, args=(server, client))
        back.start()
        self._pump(client, server)
        back.join()
        client.close()
        server.close()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._seen += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._thread.join()
        self._listening.close()


# Bytes


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_the_decoders(data: bytes) -> None:
    for decode in (protocol.login, protocol.calls, protocol.batch):
        with contextlib.suppress(protocol.Malformed):
            decode(struct.pack("<I", 4) + data)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_parser(text: str) -> None:
    for lead in ("", "SELECT ", "RESTORE DATABASE ", "ALTER DATABASE x SET "):
        with contextlib.suppress(Refusal):
            parser.parse(lead + text)


def test_garbage_does_not_stop_the_listener(listener: Listener, driver: odbc_drivers.Driver) -> None:
    for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\x12\x01\x00\x04\x00\x00\x01\x00", b"\x10\x01\x00\x09\0\0\1\0x"):
        with socket.create_connection((listener.address, listener.port)) as client:
            client.sendall(garbage)
            client.shutdown(socket.SHUT_WR)
            while client.recv(4096):
                pass
    connect(driver, listener.port).close()


def test_every_damaged_byte_of_a_backup_is_found(tmp_path: Path) -> None:
    file = tmp_path / "a.bak"
    files = (
        backup_media.BackupFile("a_data", "C:\\a.mdf", "ROWS", 8192),
        backup_media.BackupFile("a_log", "C:\\a.ldf", "LOG", 8192),
    )
    times = "2013-04-08T09:13:36.000"
    header = backup_media.BackupHeader(
        "a", "SQL01", "11.0.7001", times, times, True, True, "FULL", 1 << 70, str(uuid.UUID(int=7)), files
    )
    backup_media.append(file, header, {"rows": ["ä", 1, None]})
    whole = file.read_bytes()
    (kept,) = backup_media.read(file)
    assert (kept.header, kept.content, kept.sound) == (header, {"rows": ["ä", 1, None]}, True)
    for place in range(len(whole)):
        for bit in (0x01, 0x80):
            damaged = bytearray(whole)
            damaged[place] ^= bit
            file.write_bytes(damaged)
            assert not all_sound(file), place
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert not all_sound(file), length


def all_sound(file: Path) -> bool:
    try:
        found = backup_media.read(file)
    except (backup_media.NotMedia, backup_media.CutShort):
        return False
    return bool(found) and all(one.sound for one in found)


def test_the_records_of_an_instance_are_plain_data() -> None:
    server = asdict(Server.installed())
    assert json.loads(json.dumps(server)) == server
