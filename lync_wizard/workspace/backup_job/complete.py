"""After a backup run, however it was watched: the set completed and judged, the status left, old sets let go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lync_wizard.backup import retention
from lync_wizard.backup.requirements import required_artifacts
from lync_wizard.backup.retention import Retention, SetRecord
from lync_wizard.core import timestamps
from lync_wizard.core.errors import WizardError, render
from lync_wizard.core.wrapping import counted
from lync_wizard.runs import journal
from lync_wizard.runs import state as run_state
from lync_wizard.workspace.backup_job import BackupResult, Say, finish, manifest_builder, write_status
from lync_wizard.workspace.backup_job.verify import root_of, verify_set
from lync_wizard.workspace.workspace import Workspace


def _nobody(_: str) -> None: ...


def conclude(workspace: Workspace, run: str, *, by: str, say: Say | None = None) -> BackupResult:
    """Complete the set of a run that has ended, verify it, and leave the status file; called again, it does no more.

    A complete set is verified at once, so that status and retention know of it in the morning. Raises
    :class:`Unreachable` where the backup location is gone or full: then the set stays marked.
    """
    say = say or _nobody
    try:
        taken = finish(workspace, run, by=by, say=say)
        if taken.complete:
            taken = _judged(workspace, taken, by, say)
    except WizardError as error:
        write_status(workspace, None, error.summary, error.exit_code)
        raise
    write_status(workspace, taken, "", taken.exit_code)
    return taken


def _judged(workspace: Workspace, taken: BackupResult, by: str, say: Say) -> BackupResult:
    found = workspace.ledger.standing(root_of(workspace) / taken.name).verified
    if found is None:
        say("verifying the set")
        found, unrecorded = verify_set(workspace, taken.name, by=by)
        if unrecorded:
            say(f"this verification was not recorded: {unrecorded}")
    faults = (f"{level}: {fault}" for level, said in found.levels.items() for fault in said.problems)
    made = workspace.backup_set(taken.name).manifest
    wanted = required_artifacts(workspace.known, workspace.entries)
    uncovered = tuple(one.what for one in manifest_builder.uncovered(made, wanted, workspace.known))
    return replace(taken, sound=not found.failed, why=tuple(faults), uncovered=uncovered)


def removable_sets(workspace: Workspace) -> list[SetRecord]:
    """The sets that may go by the plan, oldest first; never one that an unfinished run of this home restores from.

    Raises :class:`WizardError` where the backup location cannot be read.
    """
    in_use = set(_in_use(workspace))
    known = retention.set_records(root_of(workspace), workspace.ledger, workspace.deployment)
    going = retention.prunable(known, Retention.of(workspace.entries), timestamps.now())
    return [one for one in going if one.name not in in_use]


def _in_use(workspace: Workspace) -> Iterator[str]:
    for folder in journal.runs(workspace.home.runs):
        try:
            with journal.Reader(folder) as reader:
                if reader.plan.backup_set and not run_state.fold(reader.events()).finished:
                    yield reader.plan.backup_set
        except WizardError:
            continue


def why(going: SetRecord, workspace: Workspace) -> str:
    """One line about a set that may go, for the list that is shown before anything is removed."""
    plan = Retention.of(workspace.entries)
    made = timestamps.local_text(going.made_at)
    kept = f"{counted(plan.count, 'set')} and {counted(plan.days, 'day')}"
    return f"{going.name}: made {made}, beyond {kept}; a newer set passed read"


def remove_sets(workspace: Workspace, going: Sequence[SetRecord], *, by: str) -> tuple[tuple[str, ...], str]:
    """Remove sets that were listed; the names of those that went, and what stopped it. Each is recorded first.

    Never raises: a backup that succeeded has succeeded, whatever becomes of older ones.
    """
    gone: list[str] = []
    for one in going:
        try:
            root = root_of(workspace)
            retention.remove(
                [one], root, workspace.home, retention=Retention.of(workspace.entries), now=timestamps.now(), by=by
            )
        except (WizardError, OSError) as error:
            said = render(error) if isinstance(error, WizardError) else str(error)
            return tuple(gone), f"{one.name} could not be removed: {said}"
        gone.append(one.name)
    return tuple(gone), ""
