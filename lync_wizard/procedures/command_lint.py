"""Whether the commands of a procedure can be sent as they stand, and those that its texts name can be typed.

Asked for by `procedures lint` alone, as `evidence_lint` is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lync_wizard.core import catalogue
from lync_wizard.core.yaml_document import Mark, Problems
from lync_wizard.hosts.command import Cmdlet, Command, Pipeline, Switch, from_data
from lync_wizard.procedures.model import Procedure, Step

_READS: Final = re.compile(r"(Get|Measure|Select|Test|Where)-")
_NAMED: Final = re.compile(
    r"(?<![\w-])(?:Add|Backup|Clear|Convert|Copy|Debug|Disable|Enable|Export|Get|Grant|Import|Install|Invoke|Measure"
    r"|Move|New|Publish|Remove|Request|Reset|Restart|Restore|Resume|Revoke|Select|Set|Start|Stop|Suspend|Sync|Test"
    r"|Uninstall|Unlock|Update|Where)-[A-Z][A-Za-z]+"
)
_VALUE: Final = r"(?:'[^']*'|\"[^\"]*\"|<[^<>]+>|\$\w+|(?!-)[\w.:\\/@*]+(?<![.:,;]))"
_PARAMETER: Final = re.compile(rf"\s+-(?P<name>[A-Za-z]+)(?P<value>(?::\$?\w+|\s+{_VALUE}(?:,\s?{_VALUE})*)?)")


def lint(procedure: Procedure, problems: Problems) -> None:
    """Every cmdlet that would wait for an answer nobody can give, and every command in a text that does not bind."""
    for step in procedure.walk():
        for cmdlet in _sent(step):
            if asks(cmdlet):
                problems.add(step.mark, "run", f"{cmdlet.name} may ask, and nobody can answer in a remote session",
                             "Add `Confirm: {switch: false}` to its parameters.")  # fmt: skip
        for key, text in _texts(step):
            _lint_text(text, step.mark, key, problems)
    for text in (procedure.summary, *procedure.afterwards):
        _lint_text(text, procedure.mark, "afterwards", problems)
    for option in procedure.options:
        for text in (option.question, option.why, *option.choices.values()):
            _lint_text(text, procedure.mark, f"asks.{option.name}", problems)


def asks(cmdlet: Cmdlet) -> bool:
    """Whether a cmdlet changes something, takes ``-Confirm`` and is not told that the answer is yes."""
    syntax = catalogue.load().get(cmdlet.name)
    if syntax is None or _READS.match(syntax.name) or "confirm" not in syntax.parameters:
        return False
    return not any(name.lower() == "confirm" and value == Switch(present=False) for name, value in cmdlet.parameters)


def _sent(step: Step) -> Iterator[Cmdlet]:
    """The cmdlets of everything that a step sends."""
    questions: list[Mapping[str, Any]] = [*([step.verify] if step.verify else ()), *step.before, *step.reads.values()]
    commands: list[Command | None] = [step.run, *(from_data(one["run"]) for one in questions if "run" in one)]
    for command in commands:
        if isinstance(command, Pipeline):
            yield from command.cmdlets


def _texts(step: Step) -> Iterator[tuple[str, str]]:
    yield from (("notes", note) for note in step.notes)
    yield from (("undo", step.undo), ("evidence", step.evidence), ("destructive", step.destructive or ""))
    do = getattr(step.run, "do", "")
    yield "do", do


def _lint_text(text: str, mark: Mark, key: str, problems: Problems) -> None:
    """A name that stands alone has to be known; with parameters it is a command, and has to bind like a step's."""
    known = catalogue.load()
    for found in _NAMED.finditer(text):
        syntax = known.get(found[0])
        if syntax is None:
            near = known.nearest(found[0])
            hint = f"Did you mean {near}?" if near else "Name a cmdlet of the catalogue (worksheets/cmdlets.json)."
            problems.add(mark, key, f"names {found[0]}, which the catalogue does not have", hint)
            continue
        used = _parameters(text, found.end())
        for wrong in syntax.problems(used) if used else ():
            problems.add(mark, key, f"names a command that does not bind: {wrong}",
                         f"Compare with the syntax of {syntax.name} in the cmdlet reference.")  # fmt: skip


def _parameters(text: str, start: int) -> dict[str, object]:
    """The parameters that follow a cmdlet's name in a text."""
    used: dict[str, object] = {}
    while found := _PARAMETER.match(text, start):
        used[found["name"]] = found["value"].strip()
        start = found.end()
    return used
