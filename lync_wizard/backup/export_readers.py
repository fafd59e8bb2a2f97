"""What the export files of a set hold: counted for verification, by name and fingerprint for comparison.

Structure as far as it is evidenced (docs/lync-formats.md); of what is not, only the ZIP and its XML are tested.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lync_wizard.backup import registry
from lync_wizard.backup.bounded_readers import DEEPEST, Archive, Damaged, archive, parse
from lync_wizard.core.wrapping import counted

READABLE: Final = ("Configuration", "Locations", "UserData", "Rgs", "PersistentChat", *registry.KINDS)
"""Kinds of artifacts that this module reads: ZIPs, and files of registry values."""

RGS_FILES: Final = {
    "agentgroups.xml": "AgentGroup",
    "hoursofbusiness.xml": "HoursOfBusiness",
    "holidaysets.xml": "HolidaySet",
    "queues.xml": "Queue",
    "workflows.xml": "Workflow",
}
_TOPOLOGY: Final = "{urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008}Topology"
_CLUSTER: Final = _TOPOLOGY.replace("}Topology", "}Cluster")
_WRAPPERS: Final = {"Data", "AnchoredXml", "Dictionary", "Item", "Value", "Props", "LST", "DCT", "En", "HomedResource"}
_PASSING: Final = {"Signature", "RefId", "SchemaWriteVersion", "N"}
"""Attributes that differ from export to export, or that only name."""
_MOST_SETTINGS: Final = 3000
_LONGEST: Final = 400


@dataclass(frozen=True)
class ExportedObject:
    """One document or object of an export: its fingerprint and, where asked for, its settings as text."""

    fingerprint: bytes
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Contents:
    """What was found in one export: numbers by name and, where asked for, items by kind and name."""

    counts: Counter[str] = field(default_factory=Counter)
    items: dict[str, dict[str, ExportedObject]] = field(default_factory=dict)
    owners: set[str] = field(default_factory=set)
    names: dict[str, list[str]] = field(default_factory=dict)
    """Of few and small things by kind: Response Group objects, and ``pools`` of the topology that run Lync."""


Taken = Callable[[str, ExportedObject], None]


class _Items:
    """Parts a document into its items: elements of one name, however deep, that are in no other such element."""

    def __init__(self, element: str, taken: Taken, *, prints: bool, settings: bool) -> None:
        self.root = ""
        self.topology = False
        self.pools: list[str] = []
        self.attributes: dict[str, str] = {}
        self._element = element
        self._taken = taken
        self._prints = prints
        self._settings = settings
        self._depth = 0
        self._start = 0
        self._name = ""
        self._path: list[str] = []
        self._found: dict[str, str] = {}
        self._hash = hashlib.blake2b(digest_size=16)
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Damaged(f"has elements within elements more than {DEEPEST} levels deep")
        local = tag.rpartition("}")[2]
        if self._depth == 1:
            self.root, self.attributes = local, dict(attributes)
        if self._start == 0:
            if local == self._element and self._depth > 1:
                self._start, self._name, self._found, self._path = self._depth, attributes.get("Name", ""), {}, []
                self._hash = hashlib.blake2b(digest_size=16)
                self._text.clear()
                self._own(attributes)
            return
        if tag == _TOPOLOGY:
            self.topology = True
        if tag == _CLUSTER and attributes.get("RequiresReplication", "").lower() == "true":
            self.pools.append(attributes.get("Fqdn", ""))
        if not (self._prints or self._settings):
            return
        self._text.clear()
        named = attributes.get("N")
        self._path.append(named or ("" if local in _WRAPPERS or local == "Obj" else local))
        if self._prints:
            self._hash.update(f"<{local} {named}".encode("utf-8", "surrogatepass"))
        self._own(attributes)

    def _own(self, attributes: dict[str, str]) -> None:
        kept = sorted((k, v) for k, v in attributes.items() if k not in _PASSING)
        if self._prints:
            self._hash.update(str(kept).encode("utf-8", "surrogatepass"))
        if self._settings:
            for key, value in kept:
                self._note(key, value)

    def data(self, text: str) -> None:
        if self._start and (self._prints or self._settings):
            self._text.append(text)

    def end(self, _: str) -> None:
        if self._start == self._depth:
            self._taken(self._name, ExportedObject(self._hash.digest(), self._found))
            self._start = 0
        elif self._start and (self._prints or self._settings):
            text = "".join(self._text).strip()
            self._text.clear()
            self._hash.update(f"{text}>".encode("utf-8", "surrogatepass"))
            if text and self._settings:
                self._note("", text)
                if not self._name and [part for part in self._path if part] == ["Name"]:
                    self._name = text
            self._path.pop()
        self._depth -= 1

    def _note(self, key: str, value: str) -> None:
        parts = [part for part in [*self._path, key] if part]
        name = ".".join(parts)
        if name in self._found:
            self._found[name] = f"{self._found[name]}, {value}"[:_LONGEST]
        elif len(self._found) < _MOST_SETTINGS:
            self._found[name] = value[:_LONGEST]

    def doctype(self, _: str, __: str | None, ___: str | None) -> None:
        raise Damaged("has a document type declaration, which Lync never writes and which could hide an attack")

    def close(self) -> None: ...


def contents(path: Path, kind: str, *, thorough: bool = False) -> Contents:
    """Read an export to its end. ``thorough`` keeps every item by name, for comparing.

    Raises :class:`Damaged` where it is no whole export of that kind, OSError where it
    cannot be read at all. Memory does not grow with the export unless ``thorough``, and then by some
    hundred bytes an item.
    """
    found = Contents()
    if kind in registry.KINDS:
        try:
            values = registry.read(path)
        except registry.NoValues as error:
            raise Damaged(str(error)) from error
        return Contents(Counter(values=len(values.lines)), names={"values": values.lines})
    with archive(path) as opened:
        if not opened.names:
            raise Damaged("is a ZIP without files")
        for name in opened.names:
            if not name.lower().endswith(".xml"):
                found.counts["other bytes"] += sum(map(len, opened.chunks(name)))
                found.counts["other files"] += 1
                continue
            found.counts["documents"] += 1
            _READERS.get(kind, _any)(opened, name, found, thorough)
    if kind in _NEEDED and not found.counts[_NEEDED[kind][0]]:
        raise Damaged(_NEEDED[kind][1])
    if kind == "UserData" and found.counts["announced"] not in {0, found.counts["items"]}:
        raise Damaged(
            f"holds {counted(found.counts['items'], 'item')}, but its header says {found.counts['announced']}"
        )
    del found.counts["announced"]
    return found


def held(path: Path, kind: str) -> dict[str, Any]:
    """What a restore can be compared with: names of Response Group objects by kind, pools of the topology, the number
    of locations. Empty for other kinds of exports. Raises as :func:`contents`.
    """
    match kind:
        case "Rgs" | "Configuration":
            return {name: sorted({one for one in named if one}) for name, named in contents(path, kind).names.items()}
        case "Schannel" | "DfsLoopback":
            return {"values": contents(path, kind).names["values"]}
        case "Locations":
            return {"locations": len(contents(path, kind, thorough=True).items.get("locations", {}))}
    return {}


_NEEDED: Final = {
    "Configuration": ("topology", "holds no topology"),
    "UserData": ("item sets", "holds no user data (DocItemSet.xml)"),
    "Rgs": ("Response Group files", "holds no Response Group configuration (folder RgsImportExport)"),
}


def _configuration(opened: Archive, name: str, found: Contents, thorough: bool) -> None:
    def taken(item_name: str, item: ExportedObject) -> None:
        found.counts["items"] += 1
        if thorough:
            found.items.setdefault("DocItem", {})[item_name] = item

    target = _Items("DocItem", taken, prints=thorough, settings=thorough)
    parse(opened.chunks(name), name, target)
    found.counts["topology"] += target.topology or target.root == "Topology"
    found.names.setdefault("pools", []).extend(fqdn for fqdn in target.pools if fqdn)


def _user_data(opened: Archive, name: str, found: Contents, thorough: bool) -> None:
    def taken(item_name: str, item: ExportedObject) -> None:
        found.counts["items"] += 1
        prefix, _, rest = item_name.removeprefix("urn:").partition(":")
        kind = {"lcd": "users", "con": "conferences"}.get(prefix.lower(), "other items")
        found.counts[kind] += 1
        if thorough:
            found.items.setdefault(kind, {})[rest or item_name] = item

    target = _Items("DocItem", taken, prints=thorough, settings=False)
    parse(opened.chunks(name), name, target)
    found.counts["item sets"] += target.root == "DocItemSet"
    announced = target.attributes.get("ItemCount", "")
    if target.root == "Header" and announced.isdecimal() and len(announced) < 12:
        found.counts["announced"] = int(announced)


def _response_groups(opened: Archive, name: str, found: Contents, thorough: bool) -> None:
    kind = RGS_FILES.get(name.rpartition("/")[2].lower(), "") if "rgsimportexport/" in name.lower() else ""

    if kind:
        found.names.setdefault(kind, [])

    def taken(item_name: str, item: ExportedObject) -> None:
        if kind:
            found.counts[kind] += 1
            found.names[kind].append(item_name)
            owner = item.settings.get("OwnerPool", "")
            if owner and len(found.owners) < 100:
                found.owners.add(owner)
            if thorough:
                found.items.setdefault(kind, {})[item_name] = item

    parse(opened.chunks(name), name, _Items("Obj", taken, prints=thorough, settings=True))
    found.counts["Response Group files"] += bool(kind)


def _any(opened: Archive, name: str, found: Contents, thorough: bool) -> None:
    def taken(item_name: str, item: ExportedObject) -> None:
        found.counts["locations"] += 1
        if thorough:
            key = ", ".join(v for v in item.settings.values() if v) or item_name
            found.items.setdefault("locations", {})[key] = item

    parse(opened.chunks(name), name, _Items("Location", taken, prints=thorough, settings=thorough))


_READERS: Final[Mapping[str, Callable[[Archive, str, Contents, bool], None]]] = {
    "Configuration": _configuration,
    "UserData": _user_data,
    "Rgs": _response_groups,
}
