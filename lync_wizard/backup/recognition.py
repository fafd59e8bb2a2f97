"""What a file of a foreign backup is: its content decides; its name counts where the content is documented nowhere."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from lync_wizard.backup.bounded_readers import CHUNK, Damaged, archive, parse
from lync_wizard.backup.export_readers import contents
from lync_wizard.topology.safe_xml import looks_like_xml

DATABASES: Final = ("LcsLog", "LcsCDR", "QoEMetrics", "mgc")
"""Databases whose SQL backups a procedure restores from."""
_OTHER_DATABASES: Final = (
    "xds", "lis", "rtcxds", "rtcshared", "rtcab", "rtc", "rtcdyn", "rgsconfig", "rgsdyn", "cpsdyn", "mgccomp", "lyss",
)  # fmt: skip
_AUDIO: Final = {".wav", ".wma"}
_DUMPS: Final = {".bak", ".dmp", ".trn"}
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_SQL: Final = (b"TAPE", b"MSSQLBAK")
_DBIMPEXP: Final = "http://schemas.microsoft.com/RtcServer/2002/11/dbimpexp"
_ONLY_ZIP: Final = "the cmdlets import the ZIP only"

_LIS: Final = r"e?911|location|(?<![a-z])(?:cs)?lis(?![a-z])|(?<![a-z])(?:cs)?lis(?=conf|exp|data|back|db)"
_HINTS: Final = (
    ("Locations", re.compile(_LIS)),
    ("PersistentChat", re.compile(r"chat|(?<![a-z])mgc(?![a-z])")),
    ("Rgs", re.compile(r"rgs|response")),
    ("UserData", re.compile(r"user")),
    ("Configuration", re.compile(r"config|(?<![a-z])xds(?![a-z])")),
)
_WORDS: Final = {
    "Configuration": "the configuration",
    "Locations": "locations",
    "UserData": "user data",
    "Rgs": "Response Groups",
    "PersistentChat": "Persistent Chat",
    "Sql": "a database",
}


@dataclass(frozen=True)
class Recognised:
    """What a file is, and why in words; ``fault`` says why it cannot be used as that.

    ``owners`` are the pools that the content names; ``counted`` says what it holds, where that can be counted.
    """

    kind: str
    why: str
    fault: str = ""
    owners: tuple[str, ...] = ()
    counted: str = ""


class _Known(Exception):
    """The root of the document has been read; nothing behind it matters."""


class _Root:
    """Hears the first element of a document."""

    tag = ""

    def start(self, tag: str, _: dict[str, str]) -> None:
        self.tag = tag
        raise _Known

    def end(self, _: str) -> None: ...
    def data(self, _: str) -> None: ...
    def doctype(self, _: str, __: str | None, ___: str | None) -> None: ...
    def close(self) -> None: ...


def recognise(path: Path, name: str) -> Recognised:
    """What the file at ``path`` is; ``name`` is its name as it was found. Raises OSError where it cannot be read."""
    with path.open("rb") as stream:
        first = stream.read(4096)
    if first.startswith(_ZIP):
        return _zip(path, name)
    if first.startswith(_SQL) or PurePosixPath(name).suffix.lower().strip() in _DUMPS:
        return _dump(name, first)
    if looks_like_xml(first):
        return _xml(path, name)
    if PurePosixPath(name).suffix.lower().strip() in _AUDIO:
        return Recognised("Audio", "is audio")
    if PurePosixPath(name).suffix.lower().strip() == ".zip":
        kind = hint(name)
        return Recognised(kind or "Paper", "named like a ZIP", "is no ZIP: it was damaged or cut short")
    return Recognised("Paper", "not part of a backup")


def hint(name: str) -> str:
    """The kind that a file's name speaks for; empty where it says nothing."""
    text = _separated(name)
    return next((kind for kind, pattern in _HINTS if pattern.search(text)), "")


def database_of(name: str) -> str:
    """The database of :data:`DATABASES` that a file is named after, as a word of its own; else empty."""
    return next((database for database in DATABASES if _named(database, name)), "")


def _named(database: str, name: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){database}(?![a-z0-9])", PurePosixPath(name).stem, re.IGNORECASE) is not None


def _separated(name: str) -> str:
    """A name in lower case, with a blank where a new word begins in ``CamelCase``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", PurePosixPath(name).stem.strip()).lower()


def not_as_said(path: Path, kind: str) -> str:
    """Why a file cannot be what somebody said that it is; empty where nothing speaks against it. Raises OSError."""
    if kind not in _WORDS:
        return ""
    found = recognise(path, path.name)
    if kind == "Sql":
        return f"is no SQL Server backup: {found.why}" if found.kind in _WORDS and found.kind != "Sql" else ""
    if kind in {"Locations", "PersistentChat"}:
        told = found.kind not in {kind, "Paper"} and found.why.startswith("by what it holds")
        return f"holds {_WORDS[found.kind]}" if told else _read_as(path, kind)
    return _read_as(path, kind)


def _read_as(path: Path, kind: str) -> str:
    try:
        contents(path, kind)
    except Damaged as error:
        return str(error)
    return ""


def _zip(path: Path, name: str) -> Recognised:
    likely = hint(name)
    try:
        with archive(path) as opened:
            members = [member.lower() for member in opened.names]
        anything = contents(path, "Locations").counts
    except Damaged as error:
        return Recognised(likely or "Paper", "a ZIP", str(error))
    if any("rgsimportexport/" in member.replace("\\", "/") for member in members):
        return _groups(path, name)
    try:
        held = contents(path, "Configuration")
        return _against(name, "Configuration", f"a topology and {held.counts['items']} documents")
    except Damaged:
        pass
    if any(member.rpartition("/")[2] == "docitemset.xml" for member in members):
        return _documents(path, name)
    if anything["locations"]:
        return _against(name, "Locations", f"{anything['locations']} locations")
    if likely in {"Locations", "PersistentChat"}:
        return Recognised(likely, "by its name; what such an export holds is documented nowhere")
    if likely:
        return Recognised(likely, "by its name", f"is named like {_WORDS[likely]} and holds nothing of it")
    return Recognised("Paper", "a ZIP that is none of the exports")


def _against(name: str, kind: str, counted: str, owners: tuple[str, ...] = ()) -> Recognised:
    likely = hint(name)
    other = f", though it is named like {_WORDS[likely]}" if likely and likely != kind else ""
    return Recognised(kind, f"by what it holds: {counted}{other}", owners=owners, counted=counted)


def _groups(path: Path, name: str) -> Recognised:
    try:
        held = contents(path, "Rgs")
    except Damaged as error:
        return Recognised("Rgs", "holds the folder RgsImportExport", str(error))
    return _against(name, "Rgs", f"{held.counts['Workflow']} workflows", tuple(sorted(held.owners)))


def _documents(path: Path, name: str) -> Recognised:
    try:
        held = contents(path, "UserData").counts
    except Damaged as error:
        return Recognised("UserData", "holds a DocItemSet", str(error))
    if held["users"] or held["conferences"]:
        return _against(name, "UserData", f"{held['users']} users, {held['conferences']} conferences")
    if held["items"] == 0 and hint(name) == "UserData":
        return Recognised("UserData", "by its name; it holds no user", counted="0 users, 0 conferences")
    return Recognised(
        hint(name) or "Paper", "holds a DocItemSet", "holds neither a topology nor users: it is no complete export"
    )


def _dump(name: str, first: bytes) -> Recognised:
    if looks_like_xml(first):
        return Recognised("Paper", "XML under the name of a backup", "is XML under the name of a SQL Server backup")
    if database := database_of(name):
        return Recognised("Sql", f"named like {database}; SQL Server says what it holds when the set is verified")
    if other := next((other for other in _OTHER_DATABASES if _named(other, name)), ""):
        return Recognised("Paper", f"a SQL Server backup of {other}, which no procedure restores from")
    likely = hint(name)
    if likely and not first.startswith(_SQL):
        return Recognised(likely, "by its name", f"is named like {_WORDS[likely]} and is no ZIP")
    return Recognised("Paper", "a SQL Server backup of a database that no procedure restores from")


def _xml(path: Path, name: str) -> Recognised:
    root = _root(path)
    space, _, local = root.lstrip("{").rpartition("}")
    if local == "HomedResources" or space == _DBIMPEXP:
        what = "is a user export of dbimpexp (Lync Server 2010): Convert-CsUserData makes one that can be imported"
        return Recognised("UserData", "user data of Lync Server 2010", what)
    if local == "DocItemSet":
        kind = "UserData" if hint(name) == "UserData" else hint(name) or "UserData"
        return Recognised(kind, "an unpacked export", f"is an export out of its ZIP; {_ONLY_ZIP}")
    if local.startswith("LisConfig"):
        return Recognised("Locations", "unpacked locations", f"is an export out of its ZIP; {_ONLY_ZIP}")
    if local == "Objs" and "rgsimportexport" in str(path.parent).lower():
        return Recognised("Rgs", "unpacked Response Groups", f"is part of an export out of its ZIP; {_ONLY_ZIP}")
    if local in {"Topology", "TopologyBuilder"}:
        return Recognised("Paper", "a topology document, not the configuration")
    return Recognised("Paper", "XML that is none of the exports")


def _root(path: Path) -> str:
    target = _Root()
    with path.open("rb") as stream:

        def chunks() -> Iterator[bytes]:
            while chunk := stream.read(CHUNK):
                yield chunk

        with contextlib.suppress(_Known, Damaged):
            parse(chunks(), path.name, target)
    return target.tag
