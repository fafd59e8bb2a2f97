"""Backup media of the simulated SQL instances: sets appended to one file, each with header, content and checksum.

The container is our own; only what SQL Server says about good and damaged media is modelled.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import struct
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

_MAGIC: Final = b"LAB MEDIA FAMILY\r\n"
TYPES: Final = {1: "Database", 2: "Transaction Log", 5: "Database Differential"}
"""BackupType and BackupTypeDescription of RESTORE HEADERONLY."""
_LENGTHS: Final = struct.Struct(">IQ")
_SUM: Final = hashlib.sha256().digest_size


class NotMedia(Exception):
    """The file does not begin as backup media do (error 3241)."""


class CutShort(Exception):
    """The file ends before its backup set does (error 3203)."""


@dataclass(frozen=True)
class BackupFile:
    """One file of the database that was saved; ``size`` in bytes."""

    logical: str
    physical: str
    kind: str
    size: int
    file_id: int = 0


@dataclass(frozen=True)
class BackupHeader:
    """What RESTORE HEADERONLY and FILELISTONLY read. Times are ISO 8601; ``lsn`` exceeds 64 bits, as in reality."""

    database: str
    server: str
    version: str
    started: str
    finished: str
    copy_only: bool
    checksums: bool
    recovery: str
    lsn: int
    guid: str
    files: tuple[BackupFile, ...]
    type: int = 1
    """One of :data:`TYPES`."""


@dataclass(frozen=True)
class BackupSet:
    """One backup on the media; ``sound`` is False where content and checksum disagree."""

    header: BackupHeader
    content: Any
    sound: bool
    size: int


def append(path: Path, header: BackupHeader, content: Any) -> int:
    """Add a set to the media, which are begun where the file is not there; returns the set's size in bytes.

    Raises OSError. A set that could not be written completely is removed again.
    """
    head = json.dumps(asdict(header), ensure_ascii=False).encode()
    body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    lengths = _LENGTHS.pack(len(head), len(body))
    digest = hashlib.sha256(lengths + head + body).digest()
    with path.open("ab") as file:
        before = file.tell()
        try:
            file.write((b"" if before else _MAGIC) + lengths + head + body + digest)
        except OSError:
            file.truncate(before)
            raise
    return len(lengths) + len(head) + len(body) + _SUM


def read(path: Path) -> list[BackupSet]:
    """Every set on the media. Raises OSError, :class:`NotMedia` or :class:`CutShort`."""
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        raise NotMedia
    return list(_sets(data))


def _check(header: BackupHeader) -> None:
    """Raises ValueError where the header holds what none can hold, which its readers would stumble over."""
    uuid.UUID(header.guid)
    datetime.datetime.fromisoformat(header.started)
    datetime.datetime.fromisoformat(header.finished)
    if len([int(part) for part in header.version.split(".")]) != 3 or header.type not in TYPES:
        raise ValueError(header.version)


def _sets(data: bytes) -> Iterator[BackupSet]:
    at = len(_MAGIC)
    while at < len(data):
        if at + _LENGTHS.size > len(data):
            raise CutShort
        head_size, body_size = _LENGTHS.unpack_from(data, at)
        start = at + _LENGTHS.size
        middle, end = start + head_size, start + head_size + body_size
        if end + _SUM > len(data):
            raise CutShort
        try:
            fields = json.loads(data[start:middle])
            files = tuple(BackupFile(**file) for file in fields.pop("files"))
            header = BackupHeader(files=files, **fields)
            _check(header)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise NotMedia from error
        sound = not header.checksums or hashlib.sha256(data[at:end]).digest() == data[end : end + _SUM]
        try:
            content = json.loads(data[middle:end])
        except ValueError:
            content, sound = None, False
        yield BackupSet(header, content, sound, end + _SUM - at)
        at = end + _SUM
