"""Tabular Data Stream 7.4 as a server speaks it: packets, requests decoded, responses encoded (MS-TDS, sections 2.2.x).

Bytes only; sockets and encryption are :mod:`listener`'s, answers are :mod:`engine`'s.
"""

from __future__ import annotations

import datetime
import struct
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

Kind = Literal["nvarchar", "int", "bigint", "bit", "numeric", "datetime", "varbinary", "uniqueidentifier", "float"]

# Packet types (2.2.3.1.1)
BATCH: Final = 0x01
RPC: Final = 0x03
RESPONSE: Final = 0x04
ATTENTION: Final = 0x06
TRANSACTION: Final = 0x0E
LOGIN: Final = 0x10
PRELOGIN: Final = 0x12

HEADER: Final = 8
LAST: Final = 0x01
"""Status bit: the packet is the last of its message."""

# Encryption values of a PRELOGIN (2.2.6.5)
ENCRYPT_OFF: Final = 0
ENCRYPT_ON: Final = 1
ENCRYPT_NOT_SUPPORTED: Final = 2
ENCRYPT_REQUIRED: Final = 3

# DONE status bits (2.2.7.6)
DONE_FINAL: Final = 0x00
DONE_MORE: Final = 0x01
DONE_ERROR: Final = 0x02
DONE_COUNT: Final = 0x10
DONE_ATTENTION: Final = 0x20

TDS_74: Final = 0x74000004
COLLATION: Final = bytes.fromhex("0904d00034")
"""SQL_Latin1_General_CP1_CI_AS."""

PROCEDURES: Final = {10: "sp_executesql", 11: "sp_prepare", 12: "sp_execute", 13: "sp_prepexec", 15: "sp_unprepare"}
"""Procedures that drivers call by number (2.2.6.6)."""

_EPOCH: Final = datetime.datetime(1900, 1, 1)


class Malformed(Exception):
    """Bytes that are not what the specification says; the connection ends, as SQL Server ends it."""


@dataclass(frozen=True)
class Packet:
    """One packet without its header."""

    type: int
    last: bool
    data: bytes


@dataclass(frozen=True)
class Login:
    """What a LOGIN7 says; ``integrated`` is a Windows login, which carries SSPI data in place of a password."""

    user: str
    password: str
    database: str
    host: str
    application: str
    packet_size: int
    integrated: bool


@dataclass(frozen=True)
class Parameter:
    """A parameter of a remote procedure call; ``output`` requests its value in the response."""

    name: str
    value: Any
    output: bool = False


@dataclass(frozen=True)
class Call:
    """A remote procedure call."""

    name: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class Column:
    """A column of a result set; ``size`` in characters or bytes (0 = max), ``scale`` for numeric."""

    name: str
    kind: Kind = "nvarchar"
    size: int = 128
    scale: int = 0


@dataclass(frozen=True)
class Message:
    """An INFO (``severity`` up to 10) or ERROR with SQL Server's number and state."""

    number: int
    text: str
    severity: int = 0
    state: int = 1
    procedure: str = ""
    line: int = field(default=1, compare=False)


def header(data: bytes) -> tuple[int, bool, int]:
    """Type, last-of-message and length (header included) from a packet's first eight bytes."""
    kind, status, length = struct.unpack_from(">BBH", data)
    if length < HEADER:
        raise Malformed(f"a packet of {length} bytes")
    return kind, bool(status & LAST), length


def packets(kind: int, message: bytes, size: int, spid: int = 51, last: bool = True) -> Iterator[bytes]:
    """A message cut into packets of at most ``size`` bytes; without ``last`` the message goes on."""
    room = size - HEADER
    count = max(1, -(-len(message) // room))
    for number in range(count):
        part = message[number * room : (number + 1) * room]
        status = LAST if last and number == count - 1 else 0
        yield struct.pack(">BBHHBB", kind, status, len(part) + HEADER, spid, (number + 1) % 256, 0) + part


# PRELOGIN


def prelogin_options(data: bytes) -> dict[int, bytes]:
    """The options of a PRELOGIN by token."""
    options: dict[int, bytes] = {}
    at = 0
    while at < len(data) and data[at] != 0xFF:
        token, offset, length = struct.unpack_from(">BHH", data, at)
        options[token] = data[offset : offset + length]
        at += 5
    return options


def prelogin(version: tuple[int, int, int], encryption: int) -> bytes:
    """The server's PRELOGIN: version, encryption, instance (valid), thread, no MARS."""
    major, minor, build = version
    options = [
        (0, struct.pack(">BBHH", major, minor, build, 0)),
        (1, bytes([encryption])),
        (2, b"\0"),
        (3, b""),
        (4, b"\0"),
    ]
    offset = 5 * len(options) + 1
    table, values = b"", b""
    for token, value in options:
        table += struct.pack(">BHH", token, offset + len(values), len(value))
        values += value
    return table + b"\xff" + values


# LOGIN7


def login(data: bytes) -> Login:
    """Decode a LOGIN7 (2.2.6.4). Raises :class:`Malformed`."""
    try:
        (packet_size,) = struct.unpack_from("<I", data, 8)

        def text(at: int) -> str:
            offset, length = struct.unpack_from("<HH", data, at)
            return data[offset : offset + 2 * length].decode("utf-16-le")

        offset, length = struct.unpack_from("<HH", data, 44)
        hidden = data[offset : offset + 2 * length]
        password = bytes(((b ^ 0xA5) << 4 | (b ^ 0xA5) >> 4) & 0xFF for b in hidden).decode("utf-16-le")
        integrated = bool(data[25] & 0x80)
        return Login(text(40), password, text(68), text(36), text(48), packet_size or 4096, integrated)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Malformed("a LOGIN7 that cannot be read") from error


# Requests


def without_headers(data: bytes) -> bytes:
    """A request without its ALL_HEADERS."""
    if len(data) < 4:
        raise Malformed("a request without headers")
    (total,) = struct.unpack_from("<I", data)
    if not 4 <= total <= len(data):
        raise Malformed("headers longer than their request")
    return data[total:]


def batch(data: bytes) -> str:
    """The text of a SQL batch."""
    return without_headers(data).decode("utf-16-le", "replace")


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) != count:
            raise Malformed("a request that ends too early")
        self.at += count
        return part

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "little")

    def chars(self, count: int) -> str:
        return self.take(2 * count).decode("utf-16-le", "replace")


def calls(data: bytes) -> list[Call]:
    """The remote procedure calls of an RPC request (2.2.6.6). Raises :class:`Malformed`."""
    reader = _Reader(without_headers(data))
    found: list[Call] = []
    while reader.at < len(reader.data):
        length = reader.number(2)
        name = PROCEDURES.get(number := reader.number(2), f"#{number}") if length == 0xFFFF else reader.chars(length)
        reader.take(2)
        parameters: list[Parameter] = []
        while reader.at < len(reader.data) and reader.data[reader.at] not in (0x80, 0xFF):
            parameters.append(_parameter(reader))
        if reader.at < len(reader.data):
            reader.take(1)
        found.append(Call(name, tuple(parameters)))
    return found


def _parameter(reader: _Reader) -> Parameter:
    name = reader.chars(reader.number(1))
    output = bool(reader.number(1) & 0x01)
    return Parameter(name, _typed(reader), output)


_FIXED: Final = {0x30: 1, 0x32: 1, 0x34: 2, 0x38: 4, 0x7F: 8, 0x3E: 8, 0x3B: 4, 0x3D: 8}


def _typed(reader: _Reader) -> Any:
    """A TYPE_INFO and its value (2.2.5.4 to 2.2.5.5)."""
    kind = reader.number(1)
    if kind in _FIXED:
        return _scalar(kind, reader.take(_FIXED[kind]))
    if kind in (0x26, 0x68, 0x6D, 0x6F, 0x24):  # INTN, BITN, FLTN, DATETIMN, GUID
        reader.take(1)
        return _scalar(kind, reader.take(reader.number(1)))
    if kind in (0x6A, 0x6C):  # DECIMALN, NUMERICN
        _, _, scale = reader.take(3)
        raw = reader.take(reader.number(1))
        if not raw:
            return None
        value = Decimal(int.from_bytes(raw[1:], "little")).scaleb(-scale)
        return value if raw[0] else -value
    if kind in (0xE7, 0xEF, 0xA7, 0xAF, 0xA5, 0xAD):  # (N)(VAR)CHAR, (VAR)BINARY
        size = reader.number(2)
        if kind not in (0xA5, 0xAD):
            reader.take(5)
        return _text(kind, _chunks(reader) if size == 0xFFFF else _counted(reader, 2, 0xFFFF))
    if kind in (0x63, 0x23, 0x22):  # NTEXT, TEXT, IMAGE
        reader.take(4)
        if kind != 0x22:
            reader.take(5)
        return _text(kind, _counted(reader, 4, 0xFFFFFFFF))
    raise Malformed(f"a parameter of the unknown type 0x{kind:02x}")


def _counted(reader: _Reader, width: int, null: int) -> bytes | None:
    length = reader.number(width)
    return None if length == null else reader.take(length)


def _chunks(reader: _Reader) -> bytes | None:
    if reader.number(8) == 0xFFFFFFFFFFFFFFFF:
        return None
    value = b""
    while length := reader.number(4):
        value += reader.take(length)
    return value


def _text(kind: int, raw: bytes | None) -> Any:
    if raw is None or kind in (0xA5, 0xAD, 0x22):
        return raw
    return raw.decode("utf-16-le" if kind in (0xE7, 0xEF, 0x63) else "cp1252", "replace")


def _scalar(kind: int, raw: bytes) -> Any:
    if not raw:
        return None
    if kind in (0x32, 0x68):
        return bool(raw[0])
    if kind in (0x3B, 0x3E, 0x6D):
        return struct.unpack("<d" if len(raw) == 8 else "<f", raw)[0]
    if kind in (0x3D, 0x6F):
        days, ticks = struct.unpack("<iI" if len(raw) == 8 else "<HH", raw)
        per_second = 300 if len(raw) == 8 else 1 / 60
        return _EPOCH + datetime.timedelta(days=days, seconds=ticks / per_second)
    if kind == 0x24:
        return uuid.UUID(bytes_le=raw)
    return int.from_bytes(raw, "little", signed=len(raw) > 1)


# Responses


def _b(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("utf-16-le")


def _us(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode("utf-16-le")


def environment(kind: int, new: str | bytes, old: str | bytes = "") -> bytes:
    """An ENVCHANGE: 1 database, 2 language, 4 packet size, 7 collation, 8 to 10 begin, commit, roll back."""

    def value(it: str | bytes) -> bytes:
        return bytes([len(it)]) + it if isinstance(it, bytes) else _b(it)

    body = bytes([kind]) + value(new) + value(old)
    return b"\xe3" + struct.pack("<H", len(body)) + body


def login_acknowledged(version: tuple[int, int, int]) -> bytes:
    """LOGINACK for TDS 7.4."""
    major, minor, build = version
    body = b"\x01" + struct.pack(">I", TDS_74) + _b("Microsoft SQL Server") + struct.pack(">BBH", major, minor, build)
    return b"\xad" + struct.pack("<H", len(body)) + body


def message(said: Message, server: str) -> bytes:
    """An INFO or ERROR token; the text is cut where the token's length field ends."""
    body = struct.pack("<iBB", said.number, said.state, said.severity)
    body += _us(said.text[:20000]) + _b(server[:128]) + _b(said.procedure[:128]) + struct.pack("<i", said.line)
    return bytes([0xAA if said.severity > 10 else 0xAB]) + struct.pack("<H", len(body)) + body


def done(status: int = DONE_FINAL, count: int | None = None, token: int = 0xFD) -> bytes:
    """A DONE (0xFD), DONEPROC (0xFE) or DONEINPROC (0xFF)."""
    return struct.pack("<BHHQ", token, status | (DONE_COUNT if count is not None else 0), 0, count or 0)


def return_status(value: int = 0) -> bytes:
    return struct.pack("<Bi", 0x79, value)


def return_value(ordinal: int, name: str, value: int | None) -> bytes:
    """An integer output parameter."""
    column = Column(name, "int")
    return b"\xac" + struct.pack("<H", ordinal) + _b(name) + b"\x01" + _column_type(column) + cell(column, value)


def _column_type(column: Column) -> bytes:
    match column.kind:
        case "nvarchar":
            info = b"\xe7" + struct.pack("<H", 2 * column.size if column.size else 0xFFFF) + COLLATION
        case "varbinary":
            info = b"\xa5" + struct.pack("<H", column.size or 0xFFFF)
        case "numeric":
            info = bytes([0x6C, 17, 38 if column.size > 38 else column.size, column.scale])
        case "int":
            info = b"\x26\x04"
        case "bigint":
            info = b"\x26\x08"
        case "bit":
            info = b"\x68\x01"
        case "float":
            info = b"\x6d\x08"
        case "datetime":
            info = b"\x6f\x08"
        case "uniqueidentifier":
            info = b"\x24\x10"
    return struct.pack("<IH", 0, 0x01) + info


def columns(shape: Sequence[Column]) -> bytes:
    """COLMETADATA."""
    body = b"".join(_column_type(column) + _b(column.name[:128]) for column in shape)
    return b"\x81" + struct.pack("<H", len(shape)) + body


def row(shape: Sequence[Column], values: Sequence[Any]) -> bytes:
    """A ROW."""
    return b"\xd1" + b"".join(cell(column, value) for column, value in zip(shape, values, strict=True))


def cell(column: Column, value: Any) -> bytes:
    """One value in its column's type."""
    if column.kind in ("nvarchar", "varbinary"):
        raw = None if value is None else value if isinstance(value, bytes) else str(value).encode("utf-16-le")
        if column.size:
            return b"\xff\xff" if raw is None else struct.pack("<H", len(raw)) + raw
        if raw is None:
            return b"\xff" * 8
        return struct.pack("<Q", len(raw)) + (struct.pack("<I", len(raw)) + raw if raw else b"") + b"\0\0\0\0"
    if value is None:
        return b"\0"
    match column.kind:
        case "int":
            return b"\x04" + struct.pack("<i", value)
        case "bigint":
            return b"\x08" + struct.pack("<q", value)
        case "bit":
            return b"\x01" + bytes([bool(value)])
        case "float":
            return b"\x08" + struct.pack("<d", value)
        case "uniqueidentifier":
            return b"\x10" + uuid.UUID(str(value)).bytes_le
        case "datetime":
            since = value - _EPOCH
            ticks = round((since.seconds + since.microseconds / 1e6) * 300)
            days, ticks = since.days + ticks // 25920000, ticks % 25920000
            return b"\x08" + struct.pack("<iI", days, ticks)
        case _:
            scaled = int(Decimal(value).scaleb(column.scale))
            return b"\x11" + bytes([scaled >= 0]) + abs(scaled).to_bytes(16, "little")
