"""Values between a real PowerShell and the simulation as JSON; the other side of it is ``Values`` in ``lab.cs``."""

from __future__ import annotations

import base64
import datetime
import decimal
import math
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from lync_wizard.core.secret import Secret
from lync_wizard.lab.winrm.contract import ErrorRecord, Thing
from lync_wizard.lab.winrm.net_values import Member, Version, XmlDocument


def to_json(value: Any) -> Any:
    """What a simulated cmdlet writes; what JSON has no form for is tagged with its kind."""
    match value:
        case Member():
            return _tagged("enum", [value.type_name, str(value), value.number])
        case Version():
            return _tagged("version", str(value))
        case XmlDocument():
            return _tagged("xml", str(value))
        case None | bool() | str() | int():
            return value
        case float():
            return _tagged("double", value if math.isfinite(value) else _NAMES.get(str(value), str(value)))
        case datetime.datetime():
            return _tagged("date", value.isoformat().replace("+00:00", "Z"))
        case datetime.timedelta():
            return _tagged("span", value // datetime.timedelta(microseconds=1) * 10)
        case uuid.UUID():
            return _tagged("guid", str(value))
        case decimal.Decimal():
            return _tagged("decimal", format(value, "f"))
        case bytes() | bytearray():
            return _tagged("bytes", base64.b64encode(value).decode())
        case Thing():
            names = [*dict.fromkeys([*value.type_names, "System.Object"])]
            return _tagged("object", [names, _pairs(value.properties), value.text or value.type_names[0]])
        case Mapping():
            return _tagged("map", _pairs(value))
        case Iterable():
            return [to_json(item) for item in value]
    return str(value)


def error_to_json(record: ErrorRecord) -> dict[str, str]:
    return asdict(record)


def from_json(said: Any) -> Any:
    """An argument as a simulated cmdlet takes it (as ``winrm.clixml.from_wire`` makes it)."""
    if isinstance(said, list):
        return [from_json(item) for item in said]
    if not isinstance(said, dict):
        return said
    value = said["v"]
    match said["$"]:
        case "bytes":
            return base64.b64decode(value)
        case "secret":
            return Secret(value)
        case "map":
            return {key: from_json(item) for key, item in value}
        case "object":
            return Thing(("System.Management.Automation.PSObject",), {key: from_json(item) for key, item in value})
    return value


_NAMES = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


def _tagged(kind: str, value: Any) -> dict[str, Any]:
    return {"$": kind, "v": value}


def _pairs(items: Mapping[Any, Any]) -> list[list[Any]]:
    return [[str(key), to_json(item)] for key, item in items.items()]
