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
    """Topology, policies and OAuth certificate of a configuration export. Raises :class:`DamagedExport`."""
    cms = Cms()
    for item in _items(_unzip(data), "DocItemSet.xml"):
        payload = next((child for value in _named(item, "Value") for child in value), None)
        if payload is None:
            continue
        kind = _local(payload)
        if kind == "Topology":
            _without_prefixes(payload, "")
            cms.topology = ET.tostring(payload, encoding="unicode")
        elif kind == "OAuthTokenIssuer":
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
            cms.policies[settings.pop("Identity", kind)] = settings
    if not cms.topology:
        raise DamagedExport("The file does not contain a topology document.")
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
    """Raises :class:`DamagedExport`."""
    root = _parse(_unzip(data), "Lis.xml")
    return [
        LisLocation(**place.attrib, subnets=[s.get("Address", "") for s in _named(place, "Subnet")], published=False)
        for place in _named(root, "Location")
    ]


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
        name = item.get("Name", "")
        if name.startswith("urn:lcd:"):
            user = users.setdefault("sip:" + name.removeprefix("urn:lcd:"), UserData())
            numbers = {g.get("Number", ""): g.get("DisplayName", "") for g in _named(item, "ContactGroup")}
            user.contact_groups = {n: _decode(text) for n, text in numbers.items() if text != _OTHERS}
            user.contacts = [_contact(element) for element in _named(item, "Contact")]
        for element in _named(item, "Conference"):
            organizer = users.setdefault("sip:" + element.get("Organizer", ""), UserData())
            fields = (element.get(key, "") for key in ("Id", "Subject", "Expires"))
            organizer.conferences.append(Conference(*fields))
    return users


def _contact(element: ET.Element) -> Contact:
    groups = [int(number) for number in element.get("Groups", "").split()]
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
    parts = _unzip(data)
    objects = []
    for kind, name in _RGS_FILES.items():
        for element in _parse(parts, f"RgsImportExport/{name}"):
            properties = _value(element)
            identity = properties.pop("Identity")
            owner = properties.pop("OwnerPool")
            objects.append(
                RgsObject(kind, identity["InstanceId"]["Guid"], properties.pop("Name"), owner, True, properties)
            )
    settings = [_value(element) for element in _parse(parts, "RgsImportExport/Configuration.xml")]
    return objects, settings[0] if settings else {}


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
        inner = next((child for child in element if _local(child) in {"Props", "LST"}), None)
        if inner is None or _local(inner) == "Props":
            return {child.get("N", ""): _value(child) for child in (inner if inner is not None else ())}
        return [_value(child) for child in inner]
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
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def _unzip(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as broken:
        raise DamagedExport("File contains corrupted data.") from broken


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
