"""Values of a registry key and its subkeys: as `reg query /s` prints them, and as a file that `reg import` takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lync_wizard.core import reading
from lync_wizard.core.wrapping import counted

SCHANNEL: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL"
MUP: Final = r"HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters"
KINDS: Final[Mapping[str, str]] = {"Schannel": SCHANNEL, "DfsLoopback": MUP}
"""Kind of a file of a set → the key that it holds; every server has its own."""
LARGEST: Final = 4 << 20
"""Bytes of a file that is read at all."""

_ROOT: Final = "HKEY_LOCAL_MACHINE"
_HEADER: Final = "Windows Registry Editor Version 5.00"
_VALUE: Final = re.compile(r" {4}(?P<name>.*?) {4}(?P<type>REG_[A-Z_0-9]+)(?: {4}(?P<data>.*))?")
_KEY: Final = re.compile(rf"\[?({_ROOT}(?:\\[^\]]+)?)\]?\s*", re.IGNORECASE)
_ENTRY: Final = re.compile(r'(?:"(?P<name>(?:[^"\\]|\\.)*)"|(?P<default>@))=(?P<data>.*)')
_HEX: Final = {"REG_NONE": "hex(0)", "REG_EXPAND_SZ": "hex(2)", "REG_BINARY": "hex", "REG_MULTI_SZ": "hex(7)",
               "REG_QWORD": "hex(b)"}  # fmt: skip
_TYPES: Final = {written: name for name, written in _HEX.items()}
_DEFAULT: Final = ""
"""Name of a key's default value, which Windows shows in its own language and in brackets."""


class NoValues(Exception):
    """A file that holds no registry values as `reg import` takes them; the text says why."""


@dataclass(frozen=True)
class Value:
    """A value as `reg query` prints it: the type's name, and the data as text."""

    type: str
    data: str


@dataclass(frozen=True)
class Values:
    """The values of a key and its subkeys by key (``HKEY_LOCAL_MACHINE\\…``) and name."""

    keys: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, str, Value]]:
        for key, values in self.keys.items():
            yield from ((key, name, value) for name, value in values.items())

    @property
    def lines(self) -> list[str]:
        """Name, type and data of each value, as a query prints them."""
        return [f"{name}    {value.type}    {value.data}" for _, name, value in self if name != _DEFAULT]

    def differing(self, there: Values) -> list[str]:
        """What of these values is another or missing in ``there``, in words; what it has beside them is not named."""
        known = {(key.lower(), name.lower()): value for key, name, value in there}
        found = []
        for key, name, value in self:
            other = known.get((key.lower(), name.lower()))
            if other is None or (other.type, other.data.lower()) != (value.type, value.data.lower()):
                shown = f"{key.rpartition(chr(92))[2]}\\{name or '(default)'}"
                found.append(f"{shown} was {value.data or 'empty'}, is {'not set' if other is None else other.data}")
        return found


def asked(lines: Iterable[str]) -> Values:
    """The values that the lines of a `reg query KEY /s` show."""
    keys: dict[str, dict[str, Value]] = {}
    values: dict[str, Value] = {}
    for line in (one for text in lines for one in text.splitlines()):
        if key := _KEY.fullmatch(line):
            values = keys.setdefault(key[1], {})
        elif found := _VALUE.fullmatch(line.rstrip("\r")):
            name = _DEFAULT if re.fullmatch(r"\(.+\)", found["name"]) else found["name"]
            values[name] = Value(found["type"], _plain(found["type"], found["data"] or ""))
    return Values(keys)


def _plain(kind: str, data: str) -> str:
    return data.strip().lower() if kind in {"REG_DWORD", "REG_QWORD", "REG_BINARY", "REG_NONE"} else data


def written(values: Values) -> bytes:
    """The values as a file that `reg import` and the Registry Editor take."""
    lines = [_HEADER, ""]
    for key, inner in values.keys.items():
        lines.append(f"[{key}]")
        for name, value in inner.items():
            shown = "@" if name == _DEFAULT else f'"{_escaped(name)}"'
            lines.append(f"{shown}={_data(value)}")
        lines.append("")
    return b"\xff\xfe" + "\r\n".join([*lines, ""]).encode("utf-16-le")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _data(value: Value) -> str:
    match value.type:
        case "REG_SZ":
            return f'"{_escaped(value.data)}"'
        case "REG_DWORD":
            return f"dword:{int(value.data, 16):08x}"
        case "REG_QWORD":
            raw = int(value.data, 16).to_bytes(8, "little")
        case "REG_EXPAND_SZ":
            raw = f"{value.data}\0".encode("utf-16-le")
        case "REG_MULTI_SZ":
            parts = [part for part in value.data.split("\\0") if part]
            raw = "".join(f"{part}\0" for part in [*parts, ""]).encode("utf-16-le")
        case _:
            raw = bytes.fromhex(value.data)
    return f"{_HEX.get(value.type, 'hex')}:{','.join(f'{byte:02x}' for byte in raw)}"


def read(path: Path) -> Values:
    """The values of a file. Raises :class:`NoValues` where it cannot be imported, OSError where it cannot be read."""
    reading.regular(path)
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise NoValues("is far larger than the values of a registry key")
    try:
        text = data.decode("utf-16")
        lines = re.sub(r"\\\r?\n\s*", "", text).splitlines()
        if not lines or lines[0].strip() != _HEADER:
            raise NoValues("is no file of registry values")
        return _parsed(lines[1:])
    except (UnicodeError, ValueError) as error:
        raise NoValues("is no file of registry values, or was cut short") from error


def _parsed(lines: Sequence[str]) -> Values:
    keys: dict[str, dict[str, Value]] = {}
    values: dict[str, Value] | None = None
    for line in (one.strip() for one in lines):
        if not line:
            continue
        if key := _KEY.fullmatch(line):
            values = keys.setdefault(key[1], {})
        elif values is not None and (entry := _ENTRY.fullmatch(line)):
            name = _DEFAULT if entry["default"] else _bare(entry["name"])
            values[name] = _value(entry["data"])
        else:
            raise ValueError(line)
    return Values(keys)


def _bare(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _value(text: str) -> Value:
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return Value("REG_SZ", _bare(text[1:-1]))
    written_as, colon, data = text.partition(":")
    if written_as == "dword" and re.fullmatch("[0-9a-f]{8}", data, re.IGNORECASE):
        return Value("REG_DWORD", hex(int(data, 16)))
    if not colon or written_as not in _TYPES:
        raise ValueError(text)
    kind, raw = _TYPES[written_as], bytes.fromhex(data.replace(",", ""))
    match kind:
        case "REG_QWORD":
            return Value(kind, hex(int.from_bytes(raw, "little")))
        case "REG_EXPAND_SZ":
            return Value(kind, raw.decode("utf-16-le").rstrip("\0"))
        case "REG_MULTI_SZ":
            return Value(kind, "\\0".join(part for part in raw.decode("utf-16-le").split("\0") if part))
    return Value(kind, raw.hex())


def summary(values: Values) -> str:
    """How much it is, in words."""
    return f"{counted(sum(1 for _ in values), 'value')} in {counted(len(values.keys), 'key')}"
