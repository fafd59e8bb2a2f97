"""A command as a person would type it into Windows PowerShell, T-SQL or words; for reading, printing and scripts."""

from __future__ import annotations

import re
from pathlib import PureWindowsPath
from typing import Final

from lync_wizard.hosts.command import (
    Cmdlet,
    Command,
    Compare,
    Copy,
    Credential,
    FileBytes,
    Hashtable,
    Identify,
    OptionalValue,
    Pipeline,
    Program,
    SimulatedAction,
    Statement,
    Switch,
    Value,
)

_BARE: Final = re.compile(r"[A-Za-z\\][A-Za-z0-9_.:\\/-]*")
_OF_A_SET: Final = re.compile("<BackupSet:[^<>]+>")
_FILE: Final = re.compile(r"(:name>|\.zip)$", re.IGNORECASE)
"""How the target of a copy ends that is a file, where the procedure alone says so."""
_QUOTES: Final = re.compile("(['\u2018\u2019\u201a\u201b])")
"""PowerShell takes the typographic single quotes for the plain one; inside a literal each is doubled."""


def quoted(text: str) -> str:
    """A string literal that PowerShell reads back as exactly ``text``; plain names, FQDNs and paths stay bare."""
    if _BARE.fullmatch(text):
        return text
    return literal(text)


def literal(text: str) -> str:
    """Always a single-quoted literal."""
    return "'" + _QUOTES.sub(r"\1\1", text) + "'"


def value(item: Value) -> str:
    """A parameter value as PowerShell source."""
    match item:
        case None:
            return "$null"
        case bool():
            return "$true" if item else "$false"
        case Switch(present):
            return "$true" if present else "$false"
        case FileBytes(path, size, sha256):
            return f"<{size:,} bytes of {path}, SHA-256 {sha256[:12]}…>"
        case Credential(user):
            return f"(Get-Credential {literal(user)})"
        case Hashtable(pairs):
            return "@{" + "; ".join(f"{key} = {_expression(one)}" for key, one in pairs) + "}"
        case OptionalValue(placeholder):
            return placeholder
        case tuple():
            return ", ".join(value(one) for one in item) or "@()"
        case int() | float():
            return str(item)
    return quoted(item)


def _expression(item: Value) -> str:
    """A value where PowerShell reads an expression: a bare word would be a command there."""
    match item:
        case str():
            return literal(item)
        case tuple():
            return ", ".join(map(_expression, item)) or "@()"
    return value(item)


def cmdlet_lines(cmdlet: Cmdlet) -> list[str]:
    """The cmdlet's name, then one line a parameter."""
    lines = [cmdlet.name]
    for name, item in cmdlet.parameters:
        match item:
            case Switch(True):
                lines.append(f"-{name}")
            case Switch(False):
                lines.append(f"-{name}:$false")
            case OptionalValue(placeholder):
                lines.append(f"[-{name} {placeholder}]")
            case _:
                lines.append(f"-{name} {value(item)}")
    return lines


def argument(text: str) -> str:
    """An argument of an external program; names with an operator in them are quoted as a whole."""
    return text if re.fullmatch(r"[A-Za-z0-9_.:\\/*-]+", text) else literal(text)


def text_of(command: Command) -> str:
    """The whole command on one line."""
    match command:
        case Pipeline(cmdlets):
            return " | ".join(" ".join(cmdlet_lines(c)) for c in cmdlets)
        case Program(name, args):
            called = name if _BARE.fullmatch(name) else f"& {quoted(name)}"
            return " ".join([called, *map(argument, args)])
        case Statement(name, parameters):
            return f"{name} " + ", ".join(f"{key} = {value(item)}" for key, item in parameters)
        case Copy(source, target, exclude):
            without = f", without {', '.join(exclude)}" if exclude else ""
            return f"copy {source} to {target}{without}"
        case SimulatedAction(do):
            return do
        case Compare(export, file):
            asked = " ".join(cmdlet_lines(export))
            return f"{asked} -FileName <a new file, deleted afterwards>, its content compared with {file}"
        case Identify(computer):
            return f"what {computer or 'the host'} is"


def copying(copy: Copy) -> tuple[Program | Pipeline, ...]:
    """The commands that carry out a copy on the host itself: Robocopy (exit codes 0 to 7 are no failure), which cannot
    give a file another name; New-Item and Copy-Item where it gets one, or where its name is not known yet.

    Folders come without a last backslash: before a closing quote the program would take it for an escape.
    """
    source, target = PureWindowsPath(copy.source), PureWindowsPath(copy.target)
    one_file = copy.sha256 is not None or (_OF_A_SET.fullmatch(copy.source) and _FILE.search(copy.target))
    if not one_file or source.name.casefold() == target.name.casefold():
        return (_robocopy(copy),)
    folder = (("ItemType", "Directory"), ("Path", str(target.parent)), ("Force", Switch()))
    named = (("LiteralPath", copy.source), ("Destination", copy.target))
    return Pipeline((Cmdlet("New-Item", folder),)), Pipeline((Cmdlet("Copy-Item", named),))


def _robocopy(copy: Copy) -> Program:
    tail = ["/R:2", "/W:5", *(["/XF", *copy.exclude] if copy.exclude else [])]
    if copy.sha256 is None:
        return Program(
            "robocopy", (_folder(copy.source), _folder(copy.target), "/E", "/COPY:DATSO", "/DCOPY:T", *tail), (0, 7)
        )
    source, target = PureWindowsPath(copy.source), PureWindowsPath(copy.target)
    return Program("robocopy", (str(source.parent), str(target.parent), source.name, "/COPY:DAT", *tail), (0, 7))


def _folder(path: str) -> str:
    """A folder's path without its last backslash; a drive keeps it."""
    return path if re.fullmatch(r"[A-Za-z]:\\", path) else path.rstrip("\\")
