"""Values on the wire: what simulated cmdlets write as PowerShell objects, and a client's arguments as plain Python."""

from __future__ import annotations

import datetime
import decimal
import enum
import functools
import logging
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from psrpcore.types import (
    ErrorCategory,
    ErrorCategoryInfo,
    NETException,
    PSChar,
    PSDecimal,
    PSDouble,
    PSEnumBase,
    PSInt,
    PSInt64,
    PSNoteProperty,
    PSObject,
    PSSecureString,
    PSType,
    PSUInt64,
    PSVersion,
)
from psrpcore.types import ErrorRecord as WireErrorRecord

from lync_wizard.core.secret import Secret
from lync_wizard.lab.winrm.contract import Argument, ErrorRecord, Invocation, Thing
from lync_wizard.lab.winrm.net_values import Member, Version, XmlDocument

# Objects that PowerShell itself assembles carry note properties; those of .NET classes carry adapted ones.
_ASSEMBLED: Final = ("System.Management.Automation.PSCustomObject", "Selected.")
_SWITCH: Final = "System.Management.Automation.SwitchParameter"
_DOCUMENT: Final = (
    "System.Xml.Linq.XDocument", "System.Xml.Linq.XContainer", "System.Xml.Linq.XNode", "System.Xml.Linq.XObject",
)  # fmt: skip
_CERTIFICATE: Final = "System.Security.Cryptography.X509Certificates.X509Certificate2"
_HRESULT: Final = -2146233087

_log = logging.getLogger(__name__)


def to_wire(value: Any) -> Any:
    """A value of a simulated cmdlet as psrpcore serialises it to the .NET type that PowerShell would send."""
    match value:
        case Member():
            return _enumeration(value.type_name, str(value), value.number)[str(value)]
        case Version():
            return PSVersion(str(value))
        case XmlDocument():
            return _document(str(value))
        case None | bool() | str() | datetime.datetime() | datetime.timedelta() | uuid.UUID() | decimal.Decimal():
            return value
        case int():
            return _integer(value)
        case float():
            return PSDouble(value)  # a bare float would travel as Single and lose digits
        case bytes() | bytearray():
            return bytes(value)
        case Thing():
            return _object(value)
        case Mapping():
            return {str(key): to_wire(item) for key, item in value.items()}
        case Iterable():
            return [to_wire(item) for item in value]
    return str(value)


def error_to_wire(record: ErrorRecord) -> WireErrorRecord:
    """An error record with its exception, category and text; a category that PowerShell lacks is NotSpecified."""
    if record.category not in ErrorCategory.__members__:
        _log.warning("no error category of PowerShell: %s", record.category)
    exception = NETException(Message=record.message, HResult=_HRESULT)
    exception.PSObject.type_names = _lineage((record.exception, "System.Exception"))
    exception.PSObject.to_string = f"{record.exception}: {record.message}"
    category = _Category(
        Category=ErrorCategory.__members__.get(record.category, ErrorCategory.NotSpecified),
        Activity=record.activity,
        Reason=record.exception.rpartition(".")[2],
        TargetName=record.target,
        TargetType="String" if record.target else "",
    )
    wire = WireErrorRecord(
        Exception=exception,
        CategoryInfo=category,
        TargetObject=record.target or None,
        FullyQualifiedErrorId=record.error_id or record.exception.rpartition(".")[2],
    )
    wire.PSObject.to_string = record.message
    return wire


def from_wire(value: Any) -> Any:
    """A client's argument without its .NET wrapping: a switch is a bool, a SecureString a :class:`Secret`."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, PSSecureString):
        return Secret(str(value.decrypt()))
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, dict):
        return {from_wire(key): from_wire(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_wire(item) for item in value]
    meta = value.PSObject if isinstance(value, PSObject) else None
    if meta is not None and meta.to_string and "System.Enum" in meta.type_names:
        return str(meta.to_string)
    return _plain(value)


def invocations(commands: Iterable[Any], *, bare: bool = False) -> list[list[Invocation]]:
    """The statements of a psrpcore pipeline; each a pipeline of its own.

    ``bare`` leaves out the arguments of what is no script: a password in them is for another interpreter alone.
    """
    statements: list[list[Invocation]] = [[]]
    for command in commands:
        given = () if bare and not command.is_script else command.parameters
        arguments = tuple(_argument(name, value) for name, value in given)
        statements[-1].append(Invocation(str(command.command_text), arguments, bool(command.is_script)))
        if command.end_of_statement:
            statements.append([])
    return [statement for statement in statements if statement]


class _Category(ErrorCategoryInfo):
    def __str__(self) -> str:
        return f"{self.Category.name}: ({self.TargetName}:{self.TargetType}) [{self.Activity}], {self.Reason}"


def _integer(value: int) -> Any:
    if PSInt.MinValue <= value <= PSInt.MaxValue:
        return PSInt(value)
    if PSInt64.MinValue <= value <= PSInt64.MaxValue:
        return PSInt64(value)
    return PSUInt64(value) if 0 < value <= PSUInt64.MaxValue else PSDecimal(value)


@functools.cache
def _enumeration(type_name: str, name: str, number: int) -> Any:
    """An enumeration of the one member."""
    base: Any = PSEnumBase
    return PSType([type_name], rehydrate=False)(base("Member", {name: number}))


def _document(text: str) -> Any:
    """As a host sends an XDocument: its text, and some of its properties, the document itself among them."""
    root = re.sub(r"^<\?xml.*?\?>\s*", "", text)
    shown = {"Declaration": None, "NodeType": "Document", "Root": root, "FirstNode": root, "BaseUri": ""}
    return _object(Thing(_DOCUMENT, shown, root))


def _object(thing: Thing) -> Any:
    wire = PSObject()
    meta = wire.PSObject
    meta.type_names = _lineage(thing.type_names)
    if thing.text:
        meta.to_string = thing.text
    assembled = meta.type_names[0].startswith(_ASSEMBLED)
    properties = meta.extended_properties if assembled else meta.adapted_properties
    # PowerShell's own data of the type send nothing else; those bytes the simulated certificate has not.
    kept = {} if meta.type_names[0] == _CERTIFICATE else thing.properties
    for name, value in kept.items():
        properties.append(PSNoteProperty(name, value=to_wire(value if assembled else _below(value))))
    return wire


def _below(value: Any) -> Any:
    """What remoting leaves of a value within an object of .NET: of one that is itself an object, its text alone."""
    match value:
        case Thing():
            return value.text or value.type_names[0]
        case Member() | XmlDocument():
            return str(value)
        case list() | tuple():
            return [_below(item) for item in value]
    return value


def _lineage(names: Iterable[str]) -> list[str]:
    # Clients take an object for one only when System.Object is among its ancestors.
    return [*dict.fromkeys([*names, "System.Object"])]


def _argument(name: Any, value: Any) -> Argument:
    # PowerShell takes the dash and colon of a name given as on the command line for punctuation.
    plain = None if name is None else str(name).removeprefix("-").removesuffix(":")
    return plain or None, from_wire(value)


def _plain(value: Any) -> Any:
    match value:
        case PSChar():
            return str(value)
        case str():
            return str.__str__(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case decimal.Decimal():
            return decimal.Decimal(value)
        case bytes():
            return bytes(value)
        case datetime.datetime():
            return datetime.datetime.combine(value.date(), value.timetz())
        case datetime.timedelta():
            return datetime.timedelta(seconds=value.total_seconds())
        case uuid.UUID():
            return uuid.UUID(int=value.int)
        case PSVersion():
            return str(value)
        case PSObject():
            return _properties(value)
    return value


def _properties(value: Any) -> Any:
    meta = value.PSObject
    properties = {
        prop.name: from_wire(prop.get_value(value)) for prop in [*meta.adapted_properties, *meta.extended_properties]
    }
    if any(name.endswith(_SWITCH) for name in meta.type_names):
        return bool(properties.get("IsPresent", properties.get("isPresent", meta.to_string == "True")))
    if not properties and meta.to_string:
        return str(meta.to_string)
    return properties
