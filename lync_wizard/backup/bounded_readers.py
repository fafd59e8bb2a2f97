"""Export files read as streams: ZIP members and XML in bounded memory, whatever somebody may have put into them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from lxml import etree

from lync_wizard.topology.export_zip import twin_of
from lync_wizard.topology.safe_xml import encoding_of, hardened, without_mark

CHUNK: Final = 256 * 1024
MOST_DIRECTORY: Final = 4 * 1024 * 1024
"""Bytes that are read from an archive in one go: its directory, for some 40,000 files."""
MOST_EXPANSION: Final = 400
"""How many times its own size an archive may unpack to, above :data:`FREE_EXPANSION`; repetitive XML reaches 60."""
FREE_EXPANSION: Final = 64 * 1024 * 1024
DEEPEST: Final = 100
_NO_DATE: Final = 1980
"""The year of files in a ZIP whose writer gave them no date."""

_BROKEN: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
    NotImplementedError, KeyError, IndexError, OverflowError,
)  # fmt: skip


class Damaged(ValueError):
    """The file cannot be read as what it is said to be; the text says why, in words."""


class Target(Protocol):
    """Receives the events of an XML document."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...
    def doctype(self, name: str, public: str | None, system: str | None) -> None: ...
    def close(self) -> None: ...


class _Reader(io.BufferedReader):
    """A file that hands out no more at once than any sound archive needs."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            data = super().read(MOST_DIRECTORY + 1)
            size = len(data)
        else:
            data = super().read(min(size, MOST_DIRECTORY + 1))
        if size > MOST_DIRECTORY:
            raise ValueError("its directory is larger than that of any export")
        return data


class Archive:
    """An opened ZIP: the names of its files, and each one's content in chunks, tested against its checksum."""

    def __init__(self, opened: zipfile.ZipFile, most: int) -> None:
        self._opened = opened
        self._left = most
        self._entries: dict[str, zipfile.ZipInfo] = {}
        if twin := twin_of(entry.filename for entry in opened.infolist()):
            raise Damaged(f"holds two files named {twin[:200]!r}")
        for entry in opened.infolist():
            name = entry.filename
            parts = entry.orig_filename.replace("\\", "/").split("/")
            if name.startswith(("/", "\\")) or name[1:2] == ":" or ".." in parts:
                raise Damaged(f"holds a file named {name[:200]!r}, which points outside the archive")
            if not name.endswith("/"):
                self._entries[name] = entry

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    @property
    def written(self) -> datetime | None:
        """When its newest file was written, taken as this computer's local time; None where no file says it."""
        stamps = [entry.date_time for entry in self._entries.values() if entry.date_time[0] > _NO_DATE]
        try:
            return datetime(*max(stamps)).astimezone().astimezone(UTC) if stamps else None
        except (ValueError, OverflowError, OSError):
            return None

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content of a file, at most :data:`CHUNK` bytes at a time. Raises :class:`Damaged`."""
        entry = self._entries[name]
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Damaged(f"{name[:200]} in it is compressed in a way that Lync does not use")
        try:
            with self._opened.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise Damaged("unpacks to far more than any export does")
                    yield chunk
        except Damaged:
            raise
        except _BROKEN as error:
            raise Damaged(f"{name[:200]} in it is damaged: {_words(error)}") from error


@contextmanager
def archive(path: Path | BinaryIO) -> Iterator[Archive]:
    """The ZIP at ``path``, or in a file that is open and stays so.

    Raises :class:`Damaged` where it is none, OSError where it cannot be read at all.
    """
    file = io.FileIO(path) if isinstance(path, Path) else io.FileIO(path.fileno(), closefd=False)
    with _Reader(file) as stream:
        size = stream.seek(0, io.SEEK_END)
        try:
            opened = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise Damaged(f"is not a complete ZIP file: {_words(error)}") from error
        with opened:
            yield Archive(opened, FREE_EXPANSION + MOST_EXPANSION * size)


def parse(chunks: Iterator[bytes], shown: str, target: Target) -> None:
    """Hand an XML document to ``target`` as it is read; no tree is built. Raises :class:`Damaged`."""
    first = next(chunks, b"")
    encoding = encoding_of(first)
    if not encoding or not first.strip():
        raise Damaged(f"{shown[:200]} is no XML in UTF-8 or UTF-16")
    parser = hardened(encoding, target=target)
    try:
        parser.feed(without_mark(first))
        for chunk in chunks:
            parser.feed(chunk)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Damaged(f"{shown[:200]} is not well-formed XML: {str(error)[:200]}") from error


def _words(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:200]
