"""CLIXML from a host as plain values, and the one-line text under which objects and records appear in the log.

Source: [MS-PSRP] 2.2.5 (serialisation) and 2.2.3.15 (error records).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from xml.etree import ElementTree

from lync_wizard.core.secret import MASK
from lync_wizard.hosts import HostError, Record, bounds
from lync_wizard.hosts.spooled import Spooled

Clean = Callable[[str], str]
"""Takes the secrets out of text."""

LINE_LIMIT: Final = 2000
"""Characters of the one-line text of an object or a list; a string by itself is never shortened."""

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
    """The object in ``clixml`` as a :class:`Record`.

    Raises xml.etree.ElementTree.ParseError, ValueError, KeyError where it is none, :class:`.bounds.Excess` where it is
    more than is taken in.
    """
    if not clixml:  # null, written to the pipeline by itself
        return Record("")
    value = _Reader(clean).value(ElementTree.XML(clixml))
    if isinstance(value, Record):
        shown = _pairs(value.properties)
        return Record(shown or value.text, value.properties, value.value, value.itself)
    return Record(text_of(value), value=value)


def text_of(value: Any) -> str:
    """A value in one line: strings as they are, lists in braces as PowerShell writes them, bytes by their number."""
    match value:
        case None:
            return ""
        case bytes() | Spooled():
            return f"<{len(value)} bytes>"
        case list():
            return _clipped("{" + _joined(", ", map(text_of, value)) + "}")
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
    text = str(message or getattr(record, "_to_string", None) or exception or "an error without a text")
    return HostError(
        message=clean(_with_inner_reasons(text, exception)),
        category=_CATEGORIES[category] if known and isinstance(category, int) else "",
        error_id=clean(str(getattr(record, "fq_error", None) or "")),
        command=clean(str(command or "")),
        exception=clean(next(iter(getattr(exception, "types", None) or ()), "")),
    )


def _with_inner_reasons(text: str, exception: Any) -> str:
    """What an exception is wrapped around often says more than its own text, which may or may not repeat it."""
    inner = exception
    for _ in range(bounds.INNER_REASONS):  # a host could send one that holds itself
        inner = _property(inner, "InnerException")
        if inner is None or len(text) > bounds.SHOWN_CHARACTERS:
            break
        reason = str(_property(inner, "Message") or "")
        if reason and reason not in text:
            text = f"{text} ({reason})"
    return text


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
    return _clipped(_joined("; ", (f"{name}: {text_of(value)}" for name, value in properties.items())))


def _joined(between: str, parts: Iterable[str]) -> str:
    """The parts joined, those behind the limit of a line left out."""
    taken: list[str] = []
    length = 0
    for part in parts:
        taken.append(part)
        length += len(part) + len(between)
        if length > LINE_LIMIT + len(between):
            break
    return between.join(taken)


def _clipped(text: str) -> str:
    return text if len(text) <= LINE_LIMIT else text[: LINE_LIMIT - 1] + "…"


def _unescape(text: str) -> str:
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Reader:
    """Reads one message; references to types and objects hold within it.

    What an object refers to counts each time: a few lines of references can stand for more than any memory holds.
    """

    def __init__(self, clean: Clean) -> None:
        self._clean = clean
        self._types: dict[str, list[str]] = {}
        self._objects: dict[str, tuple[Any, int]] = {}
        self._depth = 0
        self._values = 0

    def value(self, element: ElementTree.Element) -> Any:
        tag, text = element.tag, element.text or ""
        self._count(1)
        if tag == "Obj":
            return self._object(element)
        if tag in _TEXTS:
            return self._clean(_unescape(text))
        if tag in _INTEGERS:
            return int(text)
        if tag in _CONTAINERS:
            return self._list(element)
        if tag == "DCT":
            return self._dictionary(element)
        return self._rarer(element, tag, text)

    def _list(self, element: ElementTree.Element) -> list[Any]:
        self._deeper()
        found = [self.value(item) for item in element]
        self._depth -= 1
        return found

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
                found, values = self._objects.get(element.attrib["RefId"], (None, 0))
                self._count(values)
                return found
            case "SS":
                return MASK
            case _:
                return None

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > bounds.VALUES:
            raise bounds.Excess(bounds.too_many("value in one object", bounds.VALUES))

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > bounds.DEEPEST:
            raise bounds.Excess(f"the host sent objects within objects more than {bounds.DEEPEST} levels deep")

    def _object(self, element: ElementTree.Element) -> Any:
        before = self._values
        self._deeper()
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
        self._depth -= 1
        if "RefId" in element.attrib:
            self._objects[element.attrib["RefId"]] = (found, self._values - before)
        return found

    @staticmethod
    def _plain(types: list[str], text: str | None, payload: list[Any], properties: dict[str, Any]) -> Any:
        # An enumeration is its name; a string with note properties (a line of Get-Content) is the string.
        if payload:
            is_enum = "System.Enum" in types or "Deserialized.System.Enum" in types
            return text if is_enum and text is not None else payload[0]
        if properties:
            own = "" if text is None or text in types else text
            return Record(own or _pairs(properties), properties, itself=own)
        return text if text is not None else (types[0] if types else "")

    def _dictionary(self, element: ElementTree.Element) -> Record:
        self._deeper()
        properties: dict[str, Any] = {}
        for entry in element:
            parts = {item.attrib.get("N"): item for item in entry}
            if "Key" in parts and "Value" in parts:
                properties[text_of(self.value(parts["Key"]))] = self.value(parts["Value"])
        self._depth -= 1
        return Record(_pairs(properties), properties)
