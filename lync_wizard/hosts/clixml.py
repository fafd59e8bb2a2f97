"""CLIXML from a host as plain values, and the one-line text under which objects and records appear in the log.

Source: [MS-PSRP] 2.2.5 (serialisation) and 2.2.3.15 (error records).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from xml.etree import ElementTree

from lync_wizard.core.secret import MASK
from lync_wizard.hosts import HostError, Record

Clean = Callable[[str], str]
"""Takes the secrets out of text."""

LINE_LIMIT: Final = 2000
"""Characters of an object's one-line text; strings are never shortened."""

_CATEGORIES: Final = [
    "NotSpecified",
    "OpenError",
    "CloseError",
    "DeviceError",
    "DeadlockDetected",
    "InvalidArgument",
    "InvalidData",
    "InvalidOperation",
    "InvalidResult",
    "InvalidType",
    "MetadataError",
    "NotImplemented",
    "NotInstalled",
    "ObjectNotFound",
    "OperationStopped",
    "OperationTimeout",
    "SyntaxError",
    "ParserError",
    "PermissionDenied",
    "ResourceBusy",
    "ResourceExists",
    "ResourceUnavailable",
    "ReadError",
    "WriteError",
    "FromStdErr",
    "SecurityError",
    "ProtocolError",
    "ConnectionError",
    "AuthenticationError",
    "LimitsExceeded",
    "QuotaExceeded",
    "NotEnabled",
]
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_CONTAINERS: Final = frozenset({"LST", "IE", "QUE", "STK"})
_INTEGERS: Final = frozenset({"By", "SB", "U16", "I16", "U32", "I32", "U64", "I64"})
_TEXTS: Final = frozenset({"S", "URI", "XD", "SBK", "Version", "G", "DT", "TS", "D", "PR", "ToString"})
_PROGRESS_COMPLETED: Final = 1


def read(clixml: str, clean: Clean) -> Record:
    """The object in ``clixml`` as a :class:`Record`. Raises xml.etree.ElementTree.ParseError, ValueError, KeyError."""
    value = _Reader(clean).value(ElementTree.XML(clixml))
    if isinstance(value, Record):
        return Record(_pairs(value.properties) or value.text, value.properties, value.value)
    return Record(text_of(value), value=value)


def text_of(value: Any) -> str:
    """A value in one line: strings as they are, lists in braces as PowerShell writes them, bytes by their number."""
    match value:
        case None:
            return ""
        case bytes():
            return f"<{len(value)} bytes>"
        case list():
            return "{" + ", ".join(text_of(item) for item in value) + "}"
        case Record():
            return value.text
        case _:
            return str(value)


def host_error(record: Any, clean: Clean) -> HostError:
    """An error record as pypsrp hands it over; text where the host sent one that could not be read."""
    if isinstance(record, str):
        return HostError(clean(record))
    exception = getattr(record, "exception", None)
    message = getattr(record, "details_message", None) or _property(exception, "Message")
    category = getattr(record, "category", None)
    known = isinstance(category, int) and 0 <= category < len(_CATEGORIES)
    command = getattr(record, "activity", None) or getattr(record, "invocation_name", None)
    return HostError(
        message=clean(str(message or getattr(record, "_to_string", None) or exception or "an error without a text")),
        category=_CATEGORIES[category] if known and isinstance(category, int) else "",
        error_id=clean(str(getattr(record, "fq_error", None) or "")),
        command=clean(str(command or "")),
        exception=clean(next(iter(getattr(exception, "types", None) or ()), "")),
    )


def message(record: Any, clean: Clean) -> str:
    """The text of a verbose, warning, debug or information record as pypsrp hands it over."""
    data = record if isinstance(record, str) else getattr(record, "message", None)
    if data is None:
        data = getattr(record, "message_data", None)
        data = _property(data, "Message") or data
    return clean("" if data is None else str(data))


def progress(record: Any, clean: Clean) -> str:
    """The text of a progress record: ``activity: status (30 %), current operation``."""
    if getattr(getattr(record, "progress_type", None), "value", None) == _PROGRESS_COMPLETED:
        return clean(f"{record.activity}: completed")
    text = ": ".join(part for part in (record.activity, record.description) if part)
    if record.percent_complete is not None and record.percent_complete >= 0:
        text += f" ({record.percent_complete} %)"
    if record.current_operation:
        text += f", {record.current_operation}"
    return clean(text)


def _property(value: Any, name: str) -> Any:
    for place in ("adapted_properties", "extended_properties"):
        found = getattr(value, place, {})
        if name in found:
            return found[name]
    return None


def _pairs(properties: Mapping[str, Any]) -> str:
    text = "; ".join(f"{name}: {text_of(value)}" for name, value in properties.items())
    return text if len(text) <= LINE_LIMIT else text[: LINE_LIMIT - 1] + "…"


def _unescape(text: str) -> str:
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Reader:
    """Reads one message; references to types and objects hold within it."""

    def __init__(self, clean: Clean) -> None:
        self._clean = clean
        self._types: dict[str, list[str]] = {}
        self._objects: dict[str, Any] = {}

    def value(self, element: ElementTree.Element) -> Any:
        tag, text = element.tag, element.text or ""
        if tag == "Obj":
            return self._object(element)
        if tag in _TEXTS:
            return self._clean(_unescape(text))
        if tag in _INTEGERS:
            return int(text)
        if tag in _CONTAINERS:
            return [self.value(item) for item in element]
        if tag == "DCT":
            return self._dictionary(element)
        return self._rarer(element, tag, text)

    def _rarer(self, element: ElementTree.Element, tag: str, text: str) -> Any:
        match tag:
            case "B":
                return text.lower() == "true"
            case "C":
                return chr(int(text))
            case "Sg" | "Db":
                return float(text)
            case "BA":
                return base64.b64decode(text)
            case "Ref":
                return self._objects.get(element.attrib["RefId"])
            case "SS":
                return MASK
            case _:
                return None

    def _object(self, element: ElementTree.Element) -> Any:
        types: list[str] = []
        text: str | None = None
        payload: list[Any] = []
        properties: dict[str, Any] = {}
        for child in element:
            match child.tag:
                case "TN":
                    types = [name.text or "" for name in child]
                    self._types[child.attrib["RefId"]] = types
                case "TNRef":
                    types = self._types[child.attrib["RefId"]]
                case "ToString":
                    text = self._clean(_unescape(child.text or ""))
                case "Props" | "MS":
                    for item in child:
                        properties[_unescape(item.attrib.get("N", ""))] = self.value(item)
                case _:
                    payload.append(self.value(child))
        found = self._plain(types, text, payload, properties)
        if "RefId" in element.attrib:
            self._objects[element.attrib["RefId"]] = found
        return found

    @staticmethod
    def _plain(types: list[str], text: str | None, payload: list[Any], properties: dict[str, Any]) -> Any:
        # An enumeration is its name; a string with note properties (a line of Get-Content) is the string.
        if payload:
            is_enum = "System.Enum" in types or "Deserialized.System.Enum" in types
            return text if is_enum and text is not None else payload[0]
        if properties:
            return Record(_pairs(properties) if text is None or text in types else text, properties)
        return text if text is not None else (types[0] if types else "")

    def _dictionary(self, element: ElementTree.Element) -> Record:
        properties: dict[str, Any] = {}
        for entry in element:
            parts = {item.attrib.get("N"): item for item in entry}
            if "Key" in parts and "Value" in parts:
                properties[text_of(self.value(parts["Key"]))] = self.value(parts["Value"])
        return Record(_pairs(properties), properties)
