"""Whether a step that is sent again would replace a file whose content cannot be made any more.

An export holds what is there at that moment: sent again after what it prepares, it holds what is left. So a step that
writes a file on a host refuses one that is there, asks first whether there is one, or says why replacing it does no
harm. Asked for by `procedures lint` alone. Left out are backups, which are to hold what is there when they are made,
each in a folder of its own, and reports (``-Report``): each tells of its own execution, and no step reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.command import Cmdlet, Command, Copy, Pipeline, Program, Switch
from lync_wizard.procedures.expand import merged
from lync_wizard.procedures.model import Procedure

REFUSING: Final = frozenset({"export-cslisconfiguration", "export-csrgsconfiguration"})
"""Exports of which the cmdlet reference says that an existing file is never replaced; of no other it says so."""

_TARGETS: Final = ("filename", "outputfile", "filepath", "path", "literalpath")
_WRITES: Final = re.compile(
    r"(Backup|Convert|ConvertTo|Export|Out|Save)-\w+|(Add|Set)-Content|Tee-Object", re.IGNORECASE
)
_CONSTANT: Final = re.compile(r"<BackupSet(:|>)|<RescueSet>")
_HINT: Final = (
    "Add NoClobber where the cmdlet has it, or ask in `before` with Test-Path whether the file is there (value equals "
    "false), or write in `repeatable` why replacing it does no harm."
)


def lint(procedure: Procedure, problems: Problems) -> None:
    """Every step that would silently replace what it wrote before."""
    if procedure.target == "deployment":
        return
    every = list(procedure.walk())
    ways = [(whole, way) for whole in every for way in whole.ways.values()]
    alone = [one for one in every if not any(one is way for _, way in ways)]
    for step in [*alone, *(merged(whole, way) for whole, way in ways)]:
        if step.repeatable_because:
            continue
        for what, target in _replaced(step.run):
            if not any(_asks_for(question, target) for question in step.before):
                problems.add(step.mark, "run", f"sent again, {what} would replace {target}", _HINT)


def _replaced(command: Command | None) -> Iterator[tuple[str, str]]:
    """What writes a file that may be there, and the file."""
    match command:
        case Pipeline(cmdlets):
            yield from ((one.name, target) for one in cmdlets if (target := _target(one)))
        case Copy(source, target):
            if not _CONSTANT.match(source):
                yield f"the copy of {source}", target
        case Program("reg", args) if args[:1] == ("export",):
            yield "reg export", args[-1] if args[-1].lower() != "/y" else args[-2]


def _target(cmdlet: Cmdlet) -> str:
    """The file that a cmdlet would replace; empty where it writes none, or refuses one that is there."""
    given = {name.lower(): value for name, value in cmdlet.parameters}
    on = {name for name, value in given.items() if value == Switch()}
    name = cmdlet.name.lower()
    if name == "copy-item":
        return str(given.get("destination", "")) if "force" in on else ""
    if name == "new-item":
        return str(given.get("path", "")) if "force" in on and given.get("itemtype") == "File" else ""
    if not _WRITES.fullmatch(cmdlet.name) or name in REFUSING or "noclobber" in on or "append" in on:
        return ""
    return next((str(given[one]) for one in _TARGETS if one in given), "")


def _asks_for(question: Mapping[str, Any], target: str) -> bool:
    """Whether a question of `before` asks that this very file is not there."""
    wanted = question.get("all", {}).get("value", {}).get("equals")
    asked = question.get("run", {}).get("pipeline", ())
    return wanted is False and any(
        one.get("name") == "Test-Path" and target in one.get("parameters", {}).values() for one in asked
    )
