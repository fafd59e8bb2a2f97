"""``backup test``: the newest set restored in a lab of its own, and what became of each of its files."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lync_wizard.backup.restore_test import OUTCOMES, FileOutcome, RestoreTest, concluded
from lync_wizard.cli.arguments import Commands, command, json_flag
from lync_wizard.cli.context import open_context
from lync_wizard.cli.output import note, present, table
from lync_wizard.core import product, timestamps
from lync_wizard.core.errors import InputError, Refused, WizardError, render
from lync_wizard.core.wrapping import counted
from lync_wizard.runs.operator import this_user
from lync_wizard.workspace.backup_job.verify import folder_of
from lync_wizard.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lync_wizard.backup import BackupSet, Standing


def add(sub: Commands) -> None:
    test = command(sub, "test", "restore a set in a simulated deployment made from it, and say which files came back",
                   "lync-wizard backup test", action=_test)  # fmt: skip
    test.add_argument("name", metavar="SET", nargs="?", help="else the newest one that this home verified")
    test.add_argument("--procedure", metavar="ID", default="", help="only this restore, such as restore-se")
    test.add_argument("--in", dest="below", metavar="FOLDER", type=Path,
                      help="where the lab's disks lie meanwhile; else below the home")  # fmt: skip
    json_flag(test)


def _test(options: argparse.Namespace) -> int:
    # Imported here: no help needs the lab.
    from lync_wizard.cli import restore_test

    work = open_context(options)
    at = timestamps.now().replace(microsecond=0)
    chosen = _chosen(work.workspace, options.name)
    sha256 = work.workspace.ledger.standing(chosen.folder).sha256
    outcomes, left_out = restore_test.carry_out(
        options, work.home, chosen, only=options.procedure, below=options.below, tell=note
    )
    made = concluded(outcomes, manifest=sha256, at=at, by=this_user(), product=product.version())
    try:
        work.workspace.ledger.record_tested(chosen.folder, made)
    except (WizardError, OSError) as error:
        note(f"this test was not recorded: {render(error) if isinstance(error, WizardError) else error}")
    files = [
        {"path": one.path, "kind": one.kind, "of": one.of, "outcome": one.outcome, "why": one.why, "by": one.by}
        for one in outcomes
    ]
    data = {"name": chosen.name, **made.to_data(), "outcomes": files, "left_out": left_out}
    lines = [*_lines(chosen.name, made, outcomes), *(f"left out: {text}" for text in left_out)]
    present(options, data, lines)
    return 0 if made.passed else 1


def _chosen(workspace: Workspace, name: str | None) -> BackupSet:
    """The set that was named, else the newest that this home verified. Raises :class:`WizardError`."""
    if name:
        chosen = workspace.backup_set(folder_of(workspace, name).name)
        standing = workspace.ledger.standing(chosen.folder)
        if standing.fault:
            raise Refused(f"{name} is not tested: {standing.fault}", "Test a set that is what was saved.")
        if not _intact(standing):
            why = "is not known to this home" if standing.stranger else "was not verified as intact by this home"
            raise Refused(f"{name} {why}", f"Run `lync-wizard backup verify {name}` first.")
        return chosen
    sets = workspace.sets()
    found = [one.name for one in sets if one.complete]
    for one in found:
        chosen = workspace.backup_set(one)
        if _intact(workspace.ledger.standing(chosen.folder)):
            return chosen
    if not found and (faults := [f"{one.name}: {one.fault}" for one in sets if one.fault]):
        raise Refused(
            f"there is no set to test; {faults[0]}", "Look who changed it, and test a set that is what was saved."
        )
    if not found:
        raise InputError("there is no complete set to test", "Run `lync-wizard backup run`, or adopt a folder.")
    raise Refused("this home has verified no set as intact", f"Run `lync-wizard backup verify {found[0]}` first.")


def _intact(standing: Standing) -> bool:
    """Whether this home found every file of the manifest unchanged; what a set lacks is no reason not to test it."""
    return standing.verified is not None and standing.verified.value("intact") == "pass"


def _lines(name: str, made: RestoreTest, outcomes: Sequence[FileOutcome]) -> Iterator[str]:
    yield f"{name}: {made.text}"
    shown = [one for one in outcomes if one.kind != "Paper"]
    single = [one for one in shown if one.kind != "FileStore"]
    rows = [(one.outcome, one.path, one.why or one.by) for one in single]
    stores = Counter((one.outcome, one.of or "", one.why or one.by) for one in shown if one.kind == "FileStore")
    rows += [(word, f"{counted(number, 'file')} of {of}", why) for (word, of, why), number in stores.items()]
    yield from table(sorted(rows, key=lambda row: OUTCOMES.index(row[0])))
