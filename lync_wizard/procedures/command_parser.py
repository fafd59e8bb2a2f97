"""What a step may run: nothing but cmdlets of the catalogue, known programs, statements and copies."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lync_wizard.core import catalogue
from lync_wizard.core.catalogue import Syntax
from lync_wizard.core.yaml_document import Mark, Node, Problems, did_you_mean
from lync_wizard.hosts.command import (
    Cmdlet,
    Command,
    Compare,
    Hashtable,
    OptionalValue,
    Pipeline,
    Program,
    Value,
    from_data,
)

BOOTSTRAPPER: Final = r"C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe"
FROM_HOST: Final = (r"<Read:InstallDir>Deployment\Bootstrapper.exe", "<Read:Setup>")
"""Programs whose folder is asked of the host just before, because it differs with version and drive."""
PROGRAMS: Final = (
    "robocopy", "certutil", "whoami", "net", "icacls", "xcopy", "route", "ipconfig", "w32tm", "nltest", "reg",
    BOOTSTRAPPER, *FROM_HOST,
)  # fmt: skip
FORBIDDEN: Final = frozenset(
    {"invoke-expression", "iex", "invoke-command", "icm", "start-process", "add-type", "new-pssession",
     "foreach-object", "invoke-wmimethod", "invoke-cimmethod", "set-executionpolicy", "start-job"}
)  # fmt: skip
_GUID: Final = re.compile(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", re.IGNORECASE)
_LIST_CHANGES: Final = ("Add", "Remove", "Replace")
"""Keys of a hashtable that changes a list (PSListModifier, about_Hash_Tables)."""
_PLACEHOLDER: Final = re.compile(r"<[A-Za-z][A-Za-z0-9:.' -]*>")
_RUN_FORMS: Final = ("pipeline", "program", "statement", "copy", "compare")


def runnable(node: Node, problems: Problems) -> Command | None:
    data = node.plain()
    if not isinstance(data, dict) or not any(form in data for form in _RUN_FORMS):
        problems.add(node.mark, "run", "names nothing to run", f"Write one of {', '.join(_RUN_FORMS)}.")
        return None
    try:
        command = from_data(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problems.add(
            node.mark, "run", f"cannot be read: {error}", "Compare it with docs/procedure-format.md, What runs."
        )
        return None
    _lint_command(command, node.mark, problems)
    return command


def _lint_command(command: Command, mark: Mark, problems: Problems) -> None:
    match command:
        case Pipeline(cmdlets):
            for number, cmdlet in enumerate(cmdlets):
                _lint_cmdlet(cmdlet, mark, problems, piped=number > 0)
        case Compare(export):
            _lint_cmdlet(
                replace(export, parameters=(*export.parameters, ("FileName", "new.zip"))), mark, problems, piped=False
            )
        case Program(name, args):
            if name not in PROGRAMS:
                problems.add(mark, "program", f"{name!r} is not among the programs", did_you_mean(name, PROGRAMS))
            for arg in args:
                if '"' in arg or arg.endswith("\\"):
                    problems.add(mark, "args", f"{arg!r} cannot be passed safely",
                                 "Leave out double quotes and the last backslash.")  # fmt: skip


def _lint_cmdlet(cmdlet: Cmdlet, mark: Mark, problems: Problems, *, piped: bool) -> None:
    """``piped``: the objects of the cmdlet before it say what it is about, so its Identity need not be given."""
    known_cmdlets = catalogue.load()
    if cmdlet.name.lower() in FORBIDDEN:
        problems.add(mark, "name", f"{cmdlet.name} runs free script and is refused", "Name the cmdlet itself.")
        return
    syntax = known_cmdlets.get(cmdlet.name)
    if syntax is None:
        near = known_cmdlets.nearest(cmdlet.name)
        hint = f"Did you mean {near}?" if near else "Take a cmdlet of the catalogue (worksheets/cmdlets.json)."
        problems.add(mark, "name", f"the catalogue has no cmdlet {cmdlet.name}", hint)
        return
    used = dict(cmdlet.parameters)
    if piped and syntax.problems(used) and not syntax.problems({**used, "Identity": None}):
        used = {**used, "Identity": None}
    for wrong in syntax.problems(used):
        problems.add(mark, "parameters", wrong, f"Compare with the syntax of {syntax.name} in the cmdlet reference.")
    for name, value in cmdlet.parameters:
        if isinstance(value, str) and re.search(r"[{}]|\$\(", _GUID.sub("", value)):
            problems.add(mark, name, "holds a script block or a subexpression", "Pass plain values only.")
        _lint_value(syntax, name, value, mark, problems)


def _lint_value(syntax: Syntax, name: str, value: Value, mark: Mark, problems: Problems) -> None:
    """Hashtables where the reference takes one, with the keys it knows; optional values that are one placeholder."""
    parameter = syntax.parameters.get(name.lower())
    match value:
        case Hashtable(pairs):
            kind = parameter.type if parameter else ""
            if "PSListModifier" in kind:
                for key, _ in pairs:
                    if key not in _LIST_CHANGES:
                        problems.add(mark, name, f"{key!r} is no way to change a list",
                                     did_you_mean(key, _LIST_CHANGES))  # fmt: skip
            elif not any(word in kind for word in ("Hashtable", "IDictionary")):
                problems.add(
                    mark, name, f"{syntax.name} takes no hashtable there", f"Its type is {kind or 'a switch'}."
                )
        case OptionalValue(placeholder):
            if not _PLACEHOLDER.fullmatch(placeholder):
                problems.add(mark, name, f"{placeholder!r} is not one placeholder", "Write `{optional: <Name>}`.")
            elif parameter and parameter.mandatory and len(syntax.sets) == 1:
                problems.add(mark, name, f"{syntax.name} needs {name}, so it cannot be optional", "Give a value.")
