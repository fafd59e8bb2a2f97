"""Commands as Windows PowerShell source, every value one literal; the marks of values read on the way as variables."""

from __future__ import annotations

import re
from typing import Final

from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import (
    Cmdlet,
    Command,
    Compare,
    FileBytes,
    Hashtable,
    OptionalValue,
    Pipeline,
    Program,
    Statement,
    Switch,
    Value,
)
from lync_wizard.render import runbook

_READ: Final = re.compile(r"<(Read:[^<>]+)>")
_MOVE: Final = re.compile(r"(, MOVE N'<(Read:[^<>]+)>' TO N'<(Read:[^<>]+)>')")
"""One file of a restored database in T-SQL; there are as many as were read."""
_LOGS: Final = re.compile(r"RESTORE LOG \S+ FROM DISK = N'(<(Read:[^<>]+)>)'")
"""A statement that is sent once for each of the log backups that were read."""
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z][A-Za-z0-9]*)*")
_PARAMETER: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def source(command: Command, *, host: str = "") -> str:
    """The command as Windows PowerShell source; every value is one literal that reads back as exactly itself.

    ``host`` is the instance a SQL statement is sent to.
    """
    match command:
        case Pipeline(cmdlets):
            return " | ".join(map(_cmdlet, cmdlets))
        case Compare(export, file):
            again = f"{file.removesuffix('.zip')}-again.zip"
            asked = Cmdlet(export.name, (*export.parameters, ("FileName", again)))
            return f"{_cmdlet(asked)}; Get-Item -LiteralPath @({text(again)}, {text(file)})"
        case Statement():
            tsql = "\n".join(runbook.shown(command))
            if logs := _LOGS.search(tsql):
                told = {"Server": host, "Sql": native(tsql), "Mark": logs[1]}
                named = " ".join(f"-{name} {powershell.literal(value)}" for name, value in told.items())
                return f"Restore-Log {named} -File {variable(logs[2])}"
            return _program(Program("sqlcmd", ("-S", host, "-E", "-b", "-x", "-Q", tsql)))
        case Program():
            return _program(command)
    return powershell.literal(powershell.text_of(command))


def _cmdlet(cmdlet: Cmdlet) -> str:
    words = [cmdlet.name if _NAME.fullmatch(cmdlet.name) else f"& {powershell.literal(cmdlet.name)}"]
    for name, item in cmdlet.parameters:
        if not _PARAMETER.fullmatch(name):
            raise ValueError(f"{name!r} is no parameter name")
        match item:
            case Switch(present):
                words.append(f"-{name}" if present else f"-{name}:$false")
            case _:
                words.append(f"-{name} {_value(item)}")
    return " ".join(words)


def _value(item: Value) -> str:
    match item:
        case str():
            return text(item)
        case OptionalValue(placeholder):
            return text(placeholder)
        case FileBytes(path):
            return f"([System.IO.File]::ReadAllBytes({text(path)}))"
        case Hashtable(pairs):
            if wrong := [key for key, _ in pairs if not _PARAMETER.fullmatch(key)]:
                raise ValueError(f"{wrong[0]!r} is no key of a hashtable")
            return "@{" + "; ".join(f"{key} = {_value(one)}" for key, one in pairs) + "}"
        case tuple():
            return "@(" + ", ".join(map(_value, item)) + ")"
    return powershell.value(item)


def text(value: str) -> str:
    """A literal; what a person read on the way takes the place of its mark in it, as a list where it is all of it."""
    whole = _READ.fullmatch(value)
    if whole:
        return variable(whole[1])
    replaced = ""
    for mark, names, files in dict.fromkeys(_MOVE.findall(value)):
        joined = f"(Join-Move -Name {variable(names)} -File {variable(files)})"
        replaced += f".Replace({powershell.literal(mark)}, {joined})"
    for name in dict.fromkeys(_READ.findall(_MOVE.sub("", value))):
        replaced += f".Replace({powershell.literal(f'<{name}>')}, ({variable(name)} -join ', '))"
    return f"({powershell.literal(value)}{replaced})" if replaced else powershell.literal(value)


def _program(program: Program) -> str:
    name = program.name if _PARAMETER.fullmatch(program.name) else f"& {text(program.name)}"
    return " ".join([name, *(text(native(arg)) for arg in program.args)])


def unread(words: str) -> str:
    """Words in which a value that a person has yet to read is named instead of marked."""
    return _READ.sub(lambda mark: f"the {mark[1].partition(':')[2]} that the step reads first", words)


def native(argument: str) -> str:
    """An argument as Windows PowerShell 3 to 5.1 has to be given it for the program to receive exactly ``argument``.

    It puts quotes around what holds white space and leaves the rest to the caller: quotes inside are escaped here,
    backslashes before them and before the closing quote doubled.
    """
    if not argument:
        return '""'
    escaped = re.sub(r'(\\*)"', r"\1\1\\" + '"', argument)
    if re.search(r"\s", argument):
        tail = len(escaped) - len(escaped.rstrip("\\"))
        escaped += "\\" * tail
    return escaped


def variable(name: str) -> str:
    """The variable that holds a value read on the way."""
    return "$" + re.sub(r"[^A-Za-z0-9]", "_", name)
