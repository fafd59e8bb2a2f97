"""The ZIP that ``Export-CsConfiguration`` makes: its XML members, read through byte limits and never unpacked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from lync_wizard.core.yaml_document import Mark, Problems
from lync_wizard.topology.remarks import clip
from lync_wizard.topology.safe_xml import MOST_BYTES, looks_like_xml

MOST_MEMBERS: Final = 2000
MOST_TOTAL: Final = 3 * MOST_BYTES

_BROKEN: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
    NotImplementedError, KeyError, IndexError, OverflowError,
)  # fmt: skip
_HEAD: Final = 400
_MOST_LOOKED_AT: Final = 50
_AGAIN: Final = "Export the configuration again, or take the file from another backup set."
_SIGNATURE: Final = b"PK\x01\x02"


def is_archive(data: bytes) -> bool:
    """Whether the first bytes are those of a ZIP."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def members(data: bytes, shown: str, problems: Problems) -> Iterator[tuple[str, bytes]]:
    """Name and content of each XML member, the likeliest first; ends at the first problem.

    Sizes in the headers are not believed: a member is read through :data:`lync_wizard.topology.safe_xml.MOST_BYTES`,
    all together through :data:`MOST_TOTAL`. Names that lead out of the archive refuse it as a whole.
    """

    def refuse(message: str, hint: str = _AGAIN, name: str = "") -> None:
        problems.add(Mark(f"{shown}/{clip(name)}" if name else shown, 1, 1), "", message, hint)

    # Counted before zipfile makes an object of each entry.
    if data.count(_SIGNATURE) > MOST_MEMBERS:
        refuse(f"holds more than {MOST_MEMBERS} files, which no configuration export does")
        return
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        refuse(f"is not a complete ZIP file: {clip(str(error))}")
        return
    with opened:
        entries = opened.infolist()
        for entry in entries:
            name = entry.orig_filename
            if _leads_out(name) or _leads_out(entry.filename):
                refuse(
                    f"holds a file named {clip(repr(name))}, which points outside the archive",
                    "Do not unpack or trust this file; export the configuration again.",
                )
                return
        if twin := twin_of(entry.filename for entry in entries):
            refuse(
                f"holds two files named {clip(repr(twin))}", "Do not trust this file; export the configuration again."
            )
            return
        left = MOST_TOTAL
        for entry in sorted(entries, key=lambda e: (not e.filename.lower().endswith("docitemset.xml"), e.filename)):
            if entry.filename.endswith("/"):
                continue
            try:
                content = _content(opened, entry, min(MOST_BYTES, left))
            except _BROKEN as error:
                refuse(f"cannot be read: {clip(str(error))}", name=entry.filename)
                return
            if content is None:
                refuse(
                    f"is larger than {MOST_BYTES >> 20} MB when unpacked, which no topology is"
                    if left >= MOST_BYTES
                    else f"makes the archive larger than {MOST_TOTAL >> 20} MB when unpacked, which no export is",
                    "Choose the ZIP that Export-CsConfiguration wrote.",
                    entry.filename,
                )
                return
            left -= len(content)
            if content:
                yield entry.filename, content


def twin_of(names: Iterable[str]) -> str:
    """A name that Windows takes for one that came before it: programs differ in which of the two they read."""
    seen: set[str] = set()
    for name in names:
        plain = name.replace("\\", "/").casefold()
        if plain in seen:
            return name
        seen.add(plain)
    return ""


def archives(data: bytes) -> list[str]:
    """Names of members that are ZIP files themselves; none where the archive cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            entries = [entry for entry in opened.infolist() if not entry.flag_bits & 1]
            return [entry.filename for entry in entries[:_MOST_LOOKED_AT] if is_archive(_start(opened, entry))]
    except _BROKEN:
        return []


def _start(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        return stream.read(4)


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or name[1:2] == ":" or ".." in re.split(r"[/\\]", name)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes | None:
    """A member's bytes, empty where they are no XML, None where there are more than ``limit``. Raises what a damaged
    archive raises, and for encryption and for compression that Lync does not use.
    """
    if entry.flag_bits & 1:
        raise ValueError("it is encrypted")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError("it is compressed in a way that Lync does not use")
    with archive.open(entry) as stream:
        head = stream.read(_HEAD)
        if not looks_like_xml(head):
            return b""
        if limit <= len(head):
            return None
        content = head + stream.read(limit - len(head))
        return None if stream.read(1) else content
