"""The export files, in the formats of Lync's cmdlets: composed and read (docs/lync-formats.md)."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import io
import uuid
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lync_wizard.core import timestamps
from lync_wizard.lab.farm.state import (
    RGS_KINDS,
    Certificate,
    Cms,
    Conference,
    Contact,
    LisLocation,
    RgsObject,
    UserData,
)

XDS = "urn:schema:Microsoft.Rtc.Management.Xds.AppLayer.2008"
SCOPE = "urn:schema:Microsoft.Rtc.Management.ScopeFramework.2008"
TOPOLOGY = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"
CLIXML = "http://schemas.microsoft.com/powershell/2004/04"

_HOST = "Host{00000000-0000-0000-0000-000000000000}"
_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="text/xml" /></Types>'
)
_RGS_FILES = {
    "AgentGroup": "AgentGroups.xml",
    "HoursOfBusiness": "HoursOfBusiness.xml",
    "HolidaySet": "Holidaysets.xml",
    "Queue": "Queues.xml",
    "Workflow": "Workflows.xml",
}
_LIS_NAMES = {
    "company": ("companyname",),
    "house_number": ("houseno",),
    "street": ("streetname",),
    "postal_code": ("zip", "zipcode"),
    "state": ("province",),
}
"""Field of a location → further names that an export may have for it."""
_OTHERS = "fg=="
"""Base64 of ``~``: the group of contacts that are in no other."""


class DamagedExport(ValueError):
    """The file is no export of the kind asked for, or it is damaged; the text is what the cmdlet says."""


# Configuration


def configuration(cms: Cms) -> bytes:
    """``Config.zip``: DocItemSet.xml with the topology and the policies inside AnchoredXml, and the content types."""
    root = ET.Element("DocItemSet", {"xmlns": XDS})
    if cms.topology:
        holder = _anchored(root, f"[{{{TOPOLOGY}}}Topology,{_HOST},Global]", TOPOLOGY, "Topology")
        payload = ET.XML(cms.topology)
        _without_prefixes(payload, "")
        holder.append(payload)
    for identity, settings in sorted(cms.policies.items()):
        kind, _, name = identity.partition(":")
        space = f"urn:schema:Microsoft.Rtc.Management.Policy.{kind}.2008"
        holder = _anchored(root, f"[{{{space}}}{kind},{_HOST},{name}]", space, kind)
        ET.SubElement(holder, kind, {"xmlns": space, "Identity": identity, **settings})
    if cms.oauth:
        space = "urn:schema:Microsoft.Rtc.Management.KeyStore.2011"
        holder = _anchored(root, f"[{{{space}}}OAuthTokenIssuer,{_HOST},Global]", space, "OAuthTokenIssuer")
        plain = {k: v for k, v in dataclasses.asdict(cms.oauth).items() if isinstance(v, str)}
        ET.SubElement(holder, "OAuthTokenIssuer", {"xmlns": space, **plain, "names": " ".join(cms.oauth.names)})
    return _zip({"DocItemSet.xml": _document(root), "[Content_Types].xml": _CONTENT_TYPES.encode()})


def read_configuration(data: bytes) -> Cms:
    """Topology, policies, OAuth certificate and the names of all documents of a configuration export.

    What lies in a real one is not evidenced: every XML part is read, and the topology may be anywhere in it. Raises
    :class:`DamagedExport`.
    """
    cms = Cms()
    roots = [_parse(parts, name) for parts in [_unzip(data)] for name in parts if _is_document(name)]
    for item in (item for root in roots for item in _named(root, "DocItem")):
        cms.documents.append(item.get("Name", ""))
        payload = next((child for value in _named(item, "Value") for child in value), None)
        if payload is None or _local(payload) == "Topology":
            continue
        kind = _local(payload)
        if kind == "OAuthTokenIssuer" and payload.get("thumbprint"):
            cms.oauth = Certificate(
                payload.get("thumbprint", ""),
                payload.get("subject", ""),
                payload.get("issuer", ""),
                payload.get("not_before", ""),
                payload.get("not_after", ""),
                ["OAuthTokenIssuer"],
                payload.get("names", "").split(),
            )
        else:
            settings = dict(payload.attrib)
            cms.policies[settings.pop("Identity", item.get("Name") or kind)] = settings
    there = (one for root in roots for one in _named(root, "Topology"))
    found = next((one for one in there if one.tag in {f"{{{TOPOLOGY}}}Topology", "Topology"}), None)
    if found is None:
        raise DamagedExport("The file does not contain a topology document.")
    _without_prefixes(found, "")
    found.tail = None
    cms.topology = ET.tostring(found, encoding="unicode")
    return cms


def _anchored(root: ET.Element, name: str, space: str, element: str) -> ET.Element:
    item = ET.SubElement(root, "DocItem", {"Name": name})
    data = ET.SubElement(item, "Data")
    anchored = ET.SubElement(data, "AnchoredXml", {"xmlns": SCOPE, "SchemaWriteVersion": "1"})
    key = ET.SubElement(anchored, "Key", {"ScopeClass": "Global"})
    ET.SubElement(key, "SchemaId", {"Namespace": space, "ElementName": element})
    ET.SubElement(key, "AuthorityId", {"Class": "Host", "InstanceId": str(uuid.UUID(int=0))})
    entry = ET.SubElement(ET.SubElement(anchored, "Dictionary", {"Count": "1"}), "Item")
    ET.SubElement(entry, "Key")
    return ET.SubElement(entry, "Value", {"Signature": str(uuid.uuid5(uuid.NAMESPACE_URL, name))})


def _without_prefixes(element: ET.Element, inherited: str) -> None:
    """Turn ``{namespace}name`` into plain names with default-namespace switches, the way Lync writes its documents."""
    space, _, name = element.tag.rpartition("}")
    space = space.removeprefix("{")
    element.tag = name
    if space and space != inherited:
        element.set("xmlns", space)
    for child in element:
        _without_prefixes(child, space or inherited)


# Locations


def locations(found: Iterable[LisLocation]) -> bytes:
    root = ET.Element("LisConfiguration")
    for place in found:
        fields = {k: v for k, v in dataclasses.asdict(place).items() if isinstance(v, str)}
        element = ET.SubElement(root, "Location", fields)
        for subnet in place.subnets:
            ET.SubElement(element, "Subnet", {"Address": subnet})
    return _zip({"Lis.xml": _document(root)})


def read_locations(data: bytes) -> list[LisLocation]:
    """The locations of an export. What a real one holds is documented nowhere: elements called ``Location`` with fields
    as attributes or elements, under the names of ``Set-CsLisLocation`` or ours. Raises :class:`DamagedExport`.
    """
    parts = _unzip(data)
    roots = [_parse(parts, name) for name in parts if _is_document(name)]
    if any(_local(root) == "DocItemSet" for root in roots):
        raise DamagedExport("The file does not contain location information.")
    # A location may have a field of that name.
    outer = [place for root in roots for place in _named(root, "Location") if len(place) or place.attrib]
    if not outer and not any(_local(root) == "LisConfiguration" for root in roots):
        raise DamagedExport("The file does not contain location information.")
    return [_location(place) for place in outer]


def _location(place: ET.Element) -> LisLocation:
    given = {_local(child).lower(): child.text or "" for child in place} | {
        key.rpartition("}")[2].lower(): value for key, value in place.attrib.items()
    }
    fields = {
        name: next((given[key] for key in (name, name.replace("_", ""), *_LIS_NAMES.get(name, ())) if key in given), "")
        for name in (field.name for field in dataclasses.fields(LisLocation))
        if name not in {"subnets", "published"}
    }
    subnets = [subnet.get("Address") or subnet.text or "" for subnet in _named(place, "Subnet")]
    return LisLocation(**fields, subnets=subnets, published=False)


# User data


def user_data(users: Mapping[str, UserData]) -> bytes:
    """A pool's user data: per user an item with contacts and groups, per conference an item of its own."""
    root = ET.Element("DocItemSet", {"xmlns": XDS})
    for sip, data in sorted(users.items()):
        address = sip.removeprefix("sip:")
        item = ET.SubElement(root, "DocItem", {"Name": f"urn:lcd:{address}"})
        resource = ET.SubElement(ET.SubElement(item, "Data"), "HomedResource", {"UserAtHost": address})
        groups = ET.SubElement(resource, "ContactGroups")
        ET.SubElement(groups, "ContactGroup", {"Number": "1", "DisplayName": _OTHERS})
        for number, name in data.contact_groups.items():
            if number != "1":
                ET.SubElement(groups, "ContactGroup", {"Number": number, "DisplayName": _encode(name)})
        contacts = ET.SubElement(resource, "Contacts")
        for contact in data.contacts:
            fields = {"Buddy": contact.buddy, "DisplayName": _encode(contact.display_name)}
            ET.SubElement(contacts, "Contact", {**fields, "Groups": " ".join(map(str, contact.groups))})
        containers = ET.SubElement(resource, "Containers")
        ET.SubElement(containers, "Container", {"ContainerNumber": "32000"})
        for conference in data.conferences:
            entry = ET.SubElement(root, "DocItem", {"Name": f"urn:con:{address}:{conference.id}"})
            fields = {"Organizer": address, "Id": conference.id, "Subject": conference.subject}
            ET.SubElement(ET.SubElement(entry, "Data"), "Conference", {**fields, "Expires": conference.expires})
    header = ET.Element("Header", {"ItemCount": str(len(root))})
    return _zip({"DocItemSet.xml": _document(root), "Header.xml": _document(header)})


def read_user_data(data: bytes) -> dict[str, UserData]:
    """Users by SIP address (``sip:…``). Raises :class:`DamagedExport`."""
    users: dict[str, UserData] = {}
    for item in _items(_unzip(data), "DocItemSet.xml"):
        prefix, _, rest = item.get("Name", "").removeprefix("urn:").partition(":")
        if prefix.lower() == "lcd":
            user = users.setdefault("sip:" + rest, UserData())
            numbers = {g.get("Number", ""): g.get("DisplayName", "") for g in _named(item, "ContactGroup")}
            user.contact_groups = {n: _decode(text) for n, text in numbers.items() if text != _OTHERS}
            user.contacts = [_contact(element) for element in _named(item, "Contact")]
        found = list(_named(item, "Conference"))
        organizer, _, number = rest.partition(":") if prefix.lower() == "con" else ("", "", "")
        if organizer and not found:
            found = [ET.Element("Conference", {"Organizer": organizer, "Id": number})]
        for element in found:
            owner = users.setdefault("sip:" + (element.get("Organizer") or organizer), UserData())
            given = element.get("Id") or number
            owner.conferences.append(Conference(given, element.get("Subject", ""), element.get("Expires", "")))
    return users


def _contact(element: ET.Element) -> Contact:
    groups = [int(number) for number in element.get("Groups", "").split() if number.isdecimal()]
    return Contact(element.get("Buddy", ""), _decode(element.get("DisplayName", "")), groups)


# Response Group


def response_groups(objects: Iterable[RgsObject], settings: Mapping[str, Any]) -> bytes:
    """A pool's Response Group configuration: CLIXML files in the folder ``RgsImportExport``."""
    found = list(objects)
    files = {
        f"RgsImportExport/{_RGS_FILES[kind]}": _clixml(kind, [o for o in found if o.kind == kind]) for kind in RGS_KINDS
    }
    root = ET.Element("Objs", {"Version": "1.1.0.1", "xmlns": CLIXML})
    _typed(root, "ServiceSettings", "ServiceSettings", settings, 0)
    return _zip({**files, "RgsImportExport/Configuration.xml": _document(root)})


def read_response_groups(data: bytes) -> tuple[list[RgsObject], dict[str, Any]]:
    """The objects and the application's settings. Raises :class:`DamagedExport`."""
    parts = {name.replace("\\", "/").lower(): content for name, content in _unzip(data).items()}
    if not any(name.startswith("rgsimportexport/") for name in parts):
        raise DamagedExport("Specified part does not exist in the package: /RgsImportExport")
    objects = []
    for kind, name in _RGS_FILES.items():
        path = f"RgsImportExport/{name}"
        for element in _parse(parts, path) if path.lower() in parts else ():
            objects.append(_response_group(kind, _value(element)))
    path = "RgsImportExport/Configuration.xml"
    settings = [_value(element) for element in _parse(parts, path)] if path.lower() in parts else []
    return objects, settings[0] if settings and isinstance(settings[0], dict) else {}


def _response_group(kind: str, properties: Any) -> RgsObject:
    """An object from what its CLIXML holds. Raises :class:`DamagedExport` where it has no name."""
    held = properties if isinstance(properties, dict) else {}
    name, identity = str(held.pop("Name", "")), held.pop("Identity", None)
    owner = str(held.pop("OwnerPool", None) or "")
    if not name:
        raise DamagedExport(f"The file {_RGS_FILES[kind]} holds an object without a name.")
    parts = identity if isinstance(identity, dict) else {}
    number = parts.get("InstanceId", identity)
    number = number.get("Guid", "") if isinstance(number, dict) else str(number or "").rpartition("/")[2]
    owner = owner or str(parts.get("ServiceId", "")).rpartition(":")[2]
    return RgsObject(kind, str(number or uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}/{name}")), name, owner, True, held)


def _clixml(kind: str, objects: Iterable[RgsObject]) -> bytes:
    root = ET.Element("Objs", {"Version": "1.1.0.1", "xmlns": CLIXML})
    for number, item in enumerate(objects):
        identity = {"ServiceId": f"service:ApplicationServer:{item.owner}", "InstanceId": {"Guid": item.id}}
        values = {"Identity": identity, "Name": item.name, "OwnerPool": item.owner, **item.properties}
        _typed(root, kind, f"{item.owner}/{item.id}", values, number * 1000)
    return _document(root)


def _typed(root: ET.Element, kind: str, text: str, values: Mapping[str, Any], number: int) -> None:
    obj = ET.SubElement(root, "Obj", {"RefId": str(number)})
    names = ET.SubElement(obj, "TN", {"RefId": str(number)})
    for name in (f"Microsoft.Rtc.Rgs.Management.WritableSettings.{kind}", "System.Object"):
        ET.SubElement(names, "T").text = name
    ET.SubElement(obj, "ToString").text = text
    properties = ET.SubElement(obj, "Props")
    for name, value in values.items():
        number = _emit(properties, name, value, number + 1)


def _emit(parent: ET.Element, name: str | None, value: Any, number: int) -> int:
    named = {} if name is None else {"N": name}
    if isinstance(value, Mapping | list):
        obj = ET.SubElement(parent, "Obj", {**named, "RefId": str(number)})
        if isinstance(value, Mapping):
            inner = ET.SubElement(obj, "Props")
            for key, item in value.items():
                number = _emit(inner, key, item, number + 1)
        else:
            inner = ET.SubElement(obj, "LST")
            for item in value:
                number = _emit(inner, None, item, number + 1)
        return number
    if value is None:
        ET.SubElement(parent, "Nil", named)
        return number
    tag = "B" if isinstance(value, bool) else "I32" if isinstance(value, int) else "G" if name == "Guid" else "S"
    ET.SubElement(parent, tag, named).text = str(value).lower() if isinstance(value, bool) else str(value)
    return number


def _value(element: ET.Element) -> Any:
    kind = _local(element)
    if kind == "Obj":
        held = {_local(child): child for child in element}
        if lists := [child for name, child in held.items() if name in {"LST", "IE", "STK", "QUE"}]:
            return [_value(child) for child in lists[0]]
        named = {c.get("N", ""): _value(c) for name in ("Props", "MS") for c in held.get(name, ())}
        if not named and "ToString" in held:
            return held["ToString"].text or ""
        return named
    text = element.text or ""
    if kind == "Nil":
        return None
    if kind == "B":
        return text == "true"
    return int(text) if kind == "I32" else text


# Persistent Chat


def chat_data(tables: Mapping[str, Iterable[str]]) -> bytes:
    """A chat database's tables with their rows: one XML document in a ZIP (its inside is documented nowhere)."""
    root = ET.Element("PersistentChatData")
    for name, rows in tables.items():
        table = ET.SubElement(root, "Table", {"Name": name})
        for row in rows:
            ET.SubElement(table, "Row", {"Id": row})
    return _zip({"PersistentChatData.xml": _document(root)})


def read_chat_data(data: bytes) -> dict[str, list[str]]:
    """Tables and their rows. Raises :class:`DamagedExport`."""
    root = _parse(_unzip(data), "PersistentChatData.xml")
    if _local(root) != "PersistentChatData":
        raise DamagedExport("The file does not contain Persistent Chat data.")
    return {table.get("Name", ""): [row.get("Id", "") for row in table] for table in root}


# Archives and documents


def _zip(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    at = timestamps.now().astimezone().timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, at), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _unzip(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as broken:
        raise DamagedExport("File contains corrupted data.") from broken


def _is_document(name: str) -> bool:
    return name.lower().endswith(".xml") and not name.lower().endswith("content_types].xml")


def _document(root: ET.Element) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>\r\n{ET.tostring(root, encoding="unicode")}'.encode()


def _parse(parts: Mapping[str, bytes], name: str) -> ET.Element:
    content = {key.lower(): value for key, value in parts.items()}.get(name.lower())
    if content is None:
        raise DamagedExport(f"Specified part does not exist in the package: /{name}")
    try:
        return ET.XML(content)
    except ET.ParseError as broken:
        raise DamagedExport(f"There is an error in XML document {name}: {broken}") from broken


def _items(parts: Mapping[str, bytes], name: str) -> Iterator[ET.Element]:
    root = _parse(parts, name)
    if _local(root) != "DocItemSet":
        raise DamagedExport(f"{name} is not a set of documents.")
    return _named(root, "DocItem")


def _named(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (child for child in element.iter() if _local(child) == name)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _decode(text: str) -> str:
    try:
        return base64.b64decode(text).decode()
    except (binascii.Error, UnicodeDecodeError) as broken:
        raise DamagedExport(f"The name {text!r} is not valid base64 text.") from broken
