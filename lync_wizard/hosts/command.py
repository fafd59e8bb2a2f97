"""Commands as data: what a step sends to a host, never as text that somebody would have to quote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lync_wizard.core import mapping


@dataclass(frozen=True)
class Switch:
    """A switch parameter: present, or explicitly false (``-Confirm:$false``)."""

    present: bool = True


@dataclass(frozen=True)
class FileBytes:
    """The bytes of one local file as a parameter value; shown, hashed and journaled as size and SHA-256 only."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Credential:
    """Another person's or account's credential as a parameter value: the user only, the password is asked when sent."""

    user: str


@dataclass(frozen=True)
class Hashtable:
    """A hashtable, as cmdlets take it that change a list (``@{Add="one","two"}``); pairs in the order shown."""

    pairs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class OptionalValue:
    """A placeholder in a procedure whose parameter is left out of the plan where the target has no such value."""

    value: str


Value = (
    str | int | float | bool | None | Switch | FileBytes | Credential | Hashtable | OptionalValue | tuple["Value", ...]
)
"""A parameter value; lists are tuples, so that a command is hashable and immutable."""


@dataclass(frozen=True)
class Cmdlet:
    """One cmdlet of a pipeline with named parameters, in the order they are shown."""

    name: str
    parameters: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Pipeline:
    """One PSRP pipeline of cmdlets: the output of each is the input of the next."""

    cmdlets: tuple[Cmdlet, ...]


@dataclass(frozen=True)
class Program:
    """An external program on the host; ``ok_exit`` is the inclusive range of exit codes that are no failure."""

    name: str
    args: tuple[str, ...] = ()
    ok_exit: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Statement:
    """A named SQL statement of ``hosts.sql`` with its parameters."""

    name: str
    parameters: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Copy:
    """Files from one Windows or UNC path to another, made to arrive on the step's host.

    ``exclude`` holds file names left out. ``sha256`` and ``size`` are given where a single file of a backup set is
    copied; then ``target`` is the file's full path, otherwise both sides are folders. An empty ``sha256`` is a single
    file that does not exist yet.
    """

    source: str
    target: str
    exclude: tuple[str, ...] = ()
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class SimulatedAction:
    """Work for a person, in the imperative; ``name`` is how a drill's hands call it."""

    do: str
    name: str | None = None


EXPORTS: Final = ("Export-CsUserData", "Export-CsPersistentChatData", "Export-CsLisConfiguration")
"""Cmdlets whose exports are compared; each writes the file that ``-FileName`` names and changes nothing else."""


@dataclass(frozen=True)
class Compare:
    """The question how much of an export's content is there: exported once more, to a new file of the host, and read.

    ``export`` comes without ``-FileName``; ``file`` is the export on the host that was imported. The answer is one
    object with the property ``Holds``: ``whole``, ``in part``, ``nothing``, or none where that cannot be told.
    """

    export: Cmdlet
    file: str


@dataclass(frozen=True)
class Identify:
    """The question what the host itself is, or what account another computer has; no plan and no step holds it."""

    computer: str = ""


Command = Pipeline | Program | Statement | Copy | SimulatedAction | Compare | Identify


def credentials(command: Command) -> tuple[str, ...]:
    """The users whose credentials a command hands to its host, each once."""
    values = (value for cmdlet in getattr(command, "cmdlets", ()) for _, value in cmdlet.parameters)
    return tuple(dict.fromkeys(value.user for value in values if isinstance(value, Credential)))


def to_data(command: Command) -> dict[str, Any]:
    """The JSON form of plan.json and the journal (docs/files.md, plan.json)."""
    match command:
        case Pipeline(cmdlets):
            return {"pipeline": [{"name": c.name, "parameters": _fields(c.parameters)} for c in cmdlets]}
        case Program(name, args, ok_exit):
            return {"program": name, "args": list(args), "ok_exit": list(ok_exit)}
        case Statement(name, parameters):
            return {"statement": name, "parameters": _fields(parameters)}
        case Copy(source, target, exclude, sha256, size):
            copy: dict[str, Any] = {"from": source, "to": target, "exclude": list(exclude)}
            if sha256 is not None:
                copy |= {"sha256": sha256, "bytes": size}
            return {"copy": copy}
        case SimulatedAction(do, name):
            return {"do": do} | ({"deed": name} if name else {})
        case Compare(export, file):
            return {
                "compare": {"export": {"name": export.name, "parameters": _fields(export.parameters)}, "with": file}
            }
        case Identify(computer):
            return {"identify": computer}


def from_data(data: Mapping[str, Any]) -> Command:
    """The command that :func:`to_data` wrote. Raises ValueError for anything else."""
    match data:
        case {"pipeline": list(cmdlets)}:
            return Pipeline(tuple(Cmdlet(c["name"], _pairs(c.get("parameters", {}))) for c in cmdlets))
        case {"program": str(name)}:
            low, high = data.get("ok_exit", (0, 0))
            return Program(name, tuple(data.get("args", ())), (int(low), int(high)))
        case {"statement": str(name)}:
            return Statement(name, _pairs(data.get("parameters", {})))
        case {"copy": {"from": str(source), "to": str(target)} as copy}:
            return Copy(source, target, tuple(copy.get("exclude", ())), copy.get("sha256"), copy.get("bytes"))
        case {"compare": {"export": {"name": str(name)} as export, "with": str(file)}}:
            return Compare(_export(name, _pairs(export.get("parameters", {}))), file)
        case {"do": str(do)}:
            return SimulatedAction(do, data.get("deed"))
    raise ValueError(f"not a command: {data!r}")


mapping.own_form(Command, to_data, from_data)


def _export(name: str, parameters: tuple[tuple[str, Value], ...]) -> Cmdlet:
    known = next((one for one in EXPORTS if one.casefold() == name.casefold()), None)
    if known is None:
        raise ValueError(f"exports of {name} are not compared, only those of {', '.join(EXPORTS)}")
    if any(key.casefold() not in {"poolfqdn", "dbinstance"} for key, _ in parameters):
        raise ValueError(f"{known} is given no more than its pool or instance; the file is named when it is sent")
    return Cmdlet(known, parameters)


def _fields(parameters: tuple[tuple[str, Value], ...]) -> dict[str, Any]:
    return {name: value_to_data(value) for name, value in parameters}


def _pairs(parameters: Mapping[str, Any]) -> tuple[tuple[str, Value], ...]:
    return tuple((name, value_from_data(value)) for name, value in parameters.items())


def value_to_data(value: Value) -> Any:
    """A parameter value as JSON: whatever is no plain value as a one-key mapping of docs/procedure-format.md."""
    match value:
        case Switch(present):
            return {"switch": present}
        case FileBytes(path, size, sha256):
            return {"file": {"path": path, "bytes": size, "sha256": sha256}}
        case Credential(user):
            return {"credential": user}
        case Hashtable(pairs):
            return {"hashtable": {key: value_to_data(item) for key, item in pairs}}
        case OptionalValue(placeholder):
            return {"optional": placeholder}
        case None:
            return {"null": True}
        case tuple():
            return [value_to_data(item) for item in value]
        case _:
            return value


def value_from_data(data: Any) -> Value:
    """The value that :func:`value_to_data` wrote, or that a procedure wrote by hand. Raises ValueError otherwise."""
    match data:
        case {"switch": bool(present)}:
            return Switch(present)
        case {"null": True}:
            return None
        case {"file": {"path": str(path), "bytes": int(size), "sha256": str(sha256)}}:
            return FileBytes(path, size, sha256)
        case {"credential": str(user)}:
            return Credential(user)
        case {"hashtable": dict(pairs)} if pairs and all(isinstance(key, str) for key in pairs):
            return Hashtable(tuple((key, value_from_data(item)) for key, item in pairs.items()))
        case {"optional": str(placeholder)}:
            return OptionalValue(placeholder)
        case list() | tuple():
            return tuple(value_from_data(item) for item in data)
        case str() | int() | float() | bool() | None:
            return data
    raise ValueError(f"not a parameter value: {data!r}")
