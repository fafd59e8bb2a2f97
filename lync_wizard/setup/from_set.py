"""Worksheets, plan and facts of a new machine, from what a backup set says was recorded when it was made."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from lync_wizard import backup, worksheets
from lync_wizard.core.errors import InputError
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problem
from lync_wizard.setup.draft import Draft
from lync_wizard.setup.sources import checked_name
from lync_wizard.setup.unattended import Outcome
from lync_wizard.worksheets import Cell, Entry, forms

_NEXT_LINE: Final = re.compile(r", (?=[^,:]+: )")
"""Between the lines of a field of ``KEY: value`` lines, which a manifest holds in one line."""


def from_set(home: Home, name: str | None, folder: Path, now: Callable[[], datetime]) -> Outcome:
    """Fill the worksheets of a deployment that is not recorded here yet; a cell of another version is a problem.

    Raises :class:`InputError` for a folder that is no set, a set without worksheets, and a deployment that is recorded.
    """
    manifest = backup.read_manifest(folder)
    name = checked_name(name or manifest.deployment)
    if name.lower() in (one.lower() for one in worksheets.deployments(home)):
        raise InputError(
            f"the deployment {name} is recorded here already",
            "Name another one with --deployment, before the command, or use another --home.",
        )
    if not manifest.values:
        raise InputError(
            f"the set {manifest.name} says nothing of the worksheets",
            "Choose a set that the wizard made itself, or use --from-topology with its cms/config.zip.",
        )
    draft = Draft(home, name, worksheets.Entries(), now)
    problems: list[Problem] = []
    changes: dict[Cell, Entry | None] = {}
    for address, text in manifest.values.items():
        try:
            cell = Cell.parse(address)
            field = forms().field(cell)
            value = _NEXT_LINE.sub("\n", str(text)) if field.lines else str(text)
            changes[cell] = draft.entry(cell, value, "found", f"backup set {manifest.name}")
        except InputError as error:
            problems.append(Problem(None, address, error.summary, "Fill it in manually where it still matters."))
    draft.record(changes)
    return Outcome(name, problems, draft.missing(), draft.wrong(), [], [], contradictions=tuple(draft.contradictions))
