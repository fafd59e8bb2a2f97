"""The catalogue of cmdlets in use: names, parameter sets and parameters as Microsoft's cmdlet reference prints them."""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

COMMON = frozenset(
    {
        "Verbose", "Debug", "ErrorAction", "WarningAction", "InformationAction", "ErrorVariable", "WarningVariable",
        "OutVariable", "OutBuffer", "PipelineVariable",
    }
)  # fmt: skip
"""Parameters every cmdlet takes (PowerShell, about_CommonParameters)."""

_PART = re.compile(
    r"\[\[-(?P<a>\w+)\] <(?P<at>[^>]+)>\]"
    r"|\[-(?P<b>\w+)\] <(?P<bt>[^>]+)>"
    r"|\[-(?P<c>\w+)(?: <(?P<ct>[^>]+)>)?\]"
    r"|-(?P<d>\w+)(?: <(?P<dt>[^>]+)>)?"
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a set; ``type`` is empty for a switch, ``position`` counts where the name may be omitted."""

    name: str
    type: str
    mandatory: bool
    position: int | None


@dataclass(frozen=True)
class ParameterSet:
    name: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class Syntax:
    """A cmdlet and its parameter sets."""

    name: str
    sets: tuple[ParameterSet, ...]

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Every parameter of every set by lower-case name."""
        return {p.name.lower(): p for s in self.sets for p in s.parameters}

    def problems(self, used: Mapping[str, object]) -> list[str]:
        """What is wrong with a call that names these parameters, in words; empty where one set accepts it."""
        known = self.parameters
        wrong = []
        for name in used:
            if name.lower() not in known and name not in COMMON:
                near = difflib.get_close_matches(name, [p.name for p in known.values()], n=1)
                wrong.append(f"{self.name} has no parameter {name}" + (f"; did you mean {near[0]}?" if near else ""))
        if wrong:
            return wrong
        names = {name.lower() for name in used if name not in COMMON}
        fitting = [s for s in self.sets if names <= {p.name.lower() for p in s.parameters}]
        if not fitting:
            return [f"no parameter set of {self.name} takes {', '.join(used)} together"]
        missing = [[p.name for p in s.parameters if p.mandatory and p.name.lower() not in names] for s in fitting]
        best = min(missing, key=len)
        return [f"{self.name} needs {', '.join(best)}"] if best else []


class Catalogue:
    """All cmdlets known without a host, looked up without regard to case."""

    def __init__(self, syntaxes: Mapping[str, Syntax]) -> None:
        self._by_name = {name.lower(): syntax for name, syntax in syntaxes.items()}

    def get(self, name: str) -> Syntax | None:
        return self._by_name.get(name.lower())

    def nearest(self, name: str) -> str | None:
        """The known cmdlet whose spelling is nearest, or None."""
        names = {s.name.lower(): s.name for s in self._by_name.values()}
        near = difflib.get_close_matches(name.lower(), names, n=1)
        return names[near[0]] if near else None

    @property
    def names(self) -> list[str]:
        return sorted(s.name for s in self._by_name.values())


def parse_syntax(name: str, lines: Mapping[str, str]) -> Syntax:
    """A cmdlet from the syntax lines of its sets (``Name [-Switch] -Mandatory <T> [[-Positional] <T>]``)."""
    return Syntax(name, tuple(ParameterSet(label, _parameters(line)) for label, line in lines.items()))


def _parameters(line: str) -> tuple[Parameter, ...]:
    found = []
    position = 0
    for part in _PART.finditer(line.partition(" ")[2]):
        groups = part.groupdict()
        key = next(k for k in "abcd" if groups[k])
        positional = key in "ab"
        found.append(Parameter(groups[key], groups[key + "t"] or "", key in "bd", position if positional else None))
        position += positional
    return tuple(found)


def data_folder() -> Path:
    """The folder of shipped worksheets, procedures and data: inside the wheel, or beside the package when editable."""
    packaged = Path(str(resources.files("lync_wizard"))) / "data"
    return packaged if packaged.is_dir() else packaged.parent.parent / "worksheets"


@functools.cache
def load() -> Catalogue:
    """The shipped catalogue (``worksheets/cmdlets.json``), parsed once."""
    data = json.loads((data_folder() / "cmdlets.json").read_text(encoding="utf-8"))
    return Catalogue(
        {name: parse_syntax(name, {s["set"]: s["syntax"] for s in entry["sets"]}) for name, entry in data.items()}
    )
