"""What a step may run: nothing but cmdlets of the catalogue, known programs, statements and copies."""

from __future__ import annotations

import re
from typing import Final

from lync_wizard.core import catalogue
from lync_wizard.core.yaml_document import Mark, Node, Problems, did_you_mean
from lync_wizard.hosts.command import Cmdlet, Command, Pipeline, Program, from_data

BOOTSTRAPPER: Final = r"C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe"
PROGRAMS: Final = (
    "robocopy", "certutil", "whoami", "net", "icacls", "xcopy", "route", "ipconfig", "w32tm", "nltest", BOOTSTRAPPER,
)  # fmt: skip
FORBIDDEN: Final = frozenset(
    {"invoke-expression", "iex", "invoke-command", "icm", "start-process", "add-type", "new-pssession",
     "foreach-object", "invoke-wmimethod", "invoke-cimmethod", "set-executionpolicy", "start-job"}
)  # fmt: skip
_RUN_FORMS: Final = ("pipeline", "program", "statement", "copy")


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
            for cmdlet in cmdlets:
                _lint_cmdlet(cmdlet, mark, problems)
        case Program(name, args):
            if name not in PROGRAMS:
                problems.add(mark, "program", f"{name!r} is not among the programs", did_you_mean(name, PROGRAMS))
            for arg in args:
                if '"' in arg or arg.endswith("\\"):
                    problems.add(mark, "args", f"{arg!r} cannot be passed safely",
                                 "Leave out double quotes and the last backslash.")  # fmt: skip


def _lint_cmdlet(cmdlet: Cmdlet, mark: Mark, problems: Problems) -> None:
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
    for wrong in syntax.problems(dict(cmdlet.parameters)):
        problems.add(mark, "parameters", wrong, f"Compare with the syntax of {syntax.name} in the cmdlet reference.")
    for name, value in cmdlet.parameters:
        if isinstance(value, str) and re.search(r"[{}]|\$\(", value):
            problems.add(mark, name, "holds a script block or a subexpression", "Pass plain values only.")
