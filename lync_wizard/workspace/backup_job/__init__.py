"""What surrounds a backup plan: the new set and its mark before the run, papers and manifest after it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lync_wizard import backup
from lync_wizard.backup import ANCHORS, MARK, Manifest, retention
from lync_wizard.core import storage, timestamps
from lync_wizard.core.errors import InputError, Refused, Unreachable, WizardError
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts import shares
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.model import Plan
from lync_wizard.plans.probe import Probe
from lync_wizard.procedures import options_of, targets
from lync_wizard.runs import journal
from lync_wizard.runs import state as run_state
from lync_wizard.runs.state import RunEvent, RunState
from lync_wizard.workspace.backup_job import documents, manifest_builder
from lync_wizard.workspace.backup_job.verify import root_of
from lync_wizard.workspace.workspace import Workspace

PROCEDURE: Final = "backup"
STATUS: Final = "backup-status.json"
"""In the home folder: how the last backup ended, for whoever watches it."""
_SQL_WAY: Final = "export-cspersistentchatdata"


Say = Callable[[str], None]
"""Hears what is being done, in a few words."""


def _nobody(_: str) -> None: ...


@dataclass(frozen=True)
class BackupResult:
    """How a backup ended: complete, or why not; ``bytes`` and ``files`` are those of the set."""

    name: str
    run: str
    complete: bool
    files: int
    bytes: int
    seconds: float
    why: tuple[str, ...] = ()
    unfinished: bool = False
    """The run was paused or interrupted and can go on."""
    sound: bool = True
    """Whether the complete set passed its verification; ``why`` says what did not."""
    removed: tuple[str, ...] = ()
    """Older sets that went by the plan, after they had been listed."""
    uncovered: tuple[str, ...] = ()
    """What the deployment calls for and this part of the backup does not save."""

    @property
    def exit_code(self) -> int:
        if self.unfinished:
            return 130
        return 0 if self.complete and self.sound else 1

    @property
    def result(self) -> str:
        """``backed up``, ``not sound`` (complete, but its verification failed), ``interrupted`` or ``incomplete``."""
        if self.complete:
            return "backed up" if self.sound else "not sound"
        return "interrupted" if self.unfinished else "incomplete"

    @property
    def line(self) -> str:
        """The one line that sums it up."""
        if self.complete and self.sound:
            size = f"{self.bytes / 1e6:,.1f} MB"
            part = f"; not covered: {'; '.join(self.uncovered)}" if self.uncovered else ""
            return f"backed up: {self.name}, {counted(self.files, 'file')}, {size}, in {self.seconds:.0f} s{part}"
        more = f" and {len(self.why) - 2} more" if len(self.why) > 2 else ""
        return f"{self.result}: {self.name}: {'; '.join(self.why[:2])}{more}"

    def to_data(self) -> dict[str, Any]:
        return {
            "result": self.result,
            "name": self.name,
            "run": self.run,
            "files": self.files,
            "bytes": self.bytes,
            "seconds": round(self.seconds, 1),
            "why": list(self.why),
            "removed": list(self.removed),
            "not_covered": list(self.uncovered),
        }


def is_backup(plan: Plan) -> bool:
    """Whether a plan makes a backup set."""
    return bool(plan.backup_set) and plan.backup_at is None


def prepare(workspace: Workspace, procedure: str = PROCEDURE, *, at: datetime | None = None) -> Plan:
    """The plan of a backup into a set named after ``at``; nothing is made yet.

    A refusal stands in the status file too. Raises :class:`InputError` for worksheets that do not suffice,
    :class:`Unreachable` where this machine does not see the backup location or cannot write there, :class:`Refused`
    where the last set would not fit.
    """
    with _status_of_refusal(workspace):
        return _prepared(workspace, procedure, at or timestamps.now())


def _prepared(workspace: Workspace, procedure: str, at: datetime) -> Plan:
    if procedure not in workspace.procedures or workspace.procedures[procedure].target != targets.DEPLOYMENT:
        known = [one.id for one in workspace.procedures.values() if one.target == targets.DEPLOYMENT]
        raise InputError(f"{procedure} is no backup", f"Take one of {', '.join(known)}.")
    _check_room(workspace)
    asks = {ask.name for ask in options_of(workspace.procedures[procedure], workspace.procedures)}
    answers = {"pchat-way": _chat_way(workspace)} if "pchat-way" in asks else {}
    name = backup.new_set_name(workspace.backup_root, workspace.deployment, at)
    return workspace.plan(procedure, workspace.deployment, None, answers, new_set=name)


def _chat_way(workspace: Workspace) -> str:
    """The way recorded in row pchat of the Database worksheet; the export where nothing is."""
    for pool in workspace.known.lync_pools:
        tool = workspace.entries.text("database/pchat/tool", pool.fqdn)
        if "persistent-chat" in pool.features and tool and _SQL_WAY not in tool.lower():
            return "sql"
    return "export"


def _check_room(workspace: Workspace) -> None:
    root = root_of(workspace)
    found = shares.state(root)
    if not found.writable:
        raise Unreachable(
            f"nothing can be written to the backup location {root}", "Give this account the right to write.", found.why
        )
    last = workspace.newest()
    room = retention.room(root, workspace.backup_set(last) if last else None)
    if not room.enough:
        raise Refused(
            f"{room.free / 1e6:,.0f} MB are free at the backup location, a set may need {room.needed / 1e6:,.0f} MB",
            "Make room there: remove old sets, or enlarge the disk.",
        )


def open_set(workspace: Workspace, plan: Plan) -> Path:
    """Make the folder of the new set, marked incomplete. Raises :class:`Unreachable` where it cannot be made."""
    refuse_used(workspace, plan)
    with _status_of_refusal(workspace):
        folder = _folder(workspace, plan)
        try:
            folder.mkdir()
            _mark(folder, plan, "", ["the backup has not come to its end"])
        except OSError as error:
            raise Unreachable(
                f"the folder {folder} cannot be made", "Look at the backup location and its rights.", str(error)
            ) from error
        return folder


def refuse_used(workspace: Workspace, plan: Plan) -> None:
    """Raises :class:`Refused` for a plan that was carried out before: how that ended stays in the status file."""
    root = workspace.backup_root
    if root is not None and plan.backup_set and (root / plan.backup_set).exists():
        raise Refused(f"there is a set {plan.backup_set} already", "Create a new plan of the backup.")


def _folder(workspace: Workspace, plan: Plan) -> Path:
    if not plan.backup_set:
        raise InputError("this plan makes no backup set", "Make it with `lync-wizard backup run`.")
    return root_of(workspace) / plan.backup_set


def _mark(folder: Path, plan: Plan, run: str, why: Iterable[str]) -> None:
    data = {"format": 1, "name": folder.name, "deployment": plan.deployment, "run": run or None, "why": list(why)}
    storage.write_whole(folder / MARK, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def finish(workspace: Workspace, run: str, *, by: str, say: Say | None = None) -> BackupResult:
    """Complete the set of a run that has ended, or mark it with what is missing; called again, it does no more.

    Raises :class:`Unreachable` where the backup location is gone or full: then the set stays marked.
    """
    with journal.Reader(journal.find(workspace.home.runs, run)) as reader:
        plan, events = reader.plan, reader.events()
    state = run_state.fold(events)
    folder = _folder(workspace, plan)
    try:
        return _finish(workspace, folder, plan, state, events, by, say or _nobody)
    except OSError as error:
        raise Unreachable(
            f"the set {folder.name} could not be completed",
            f"Look at the backup location; then `{workspace.home.resume(run)}` goes on.",
            str(error),
        ) from error


def _finish(
    workspace: Workspace, folder: Path, plan: Plan, state: RunState, events: list[RunEvent], by: str,
    say: Say,
) -> BackupResult:  # fmt: skip
    seconds = (events[-1].at - events[0].at).total_seconds() if events else 0.0
    if not state.finished:
        open_end = f"the run {state.run} is not at its end"
        _mark(folder, plan, state.run, [open_end])
        return BackupResult(folder.name, state.run, False, 0, 0, seconds, (open_end,), unfinished=True)
    if (folder / backup.MANIFEST).is_file():
        made = backup.read_manifest(folder)
        return BackupResult(folder.name, state.run, True, len(made.files), sum(a.bytes for a in made.files), seconds)
    say("hashing what was saved")
    origins = manifest_builder.origins(plan, events)
    files = manifest_builder.artifacts(folder, workspace.known, origins, beside={MARK, ANCHORS})
    why = [*_left_out(plan, state), *manifest_builder.missing(files, origins)]
    with SessionPool(workspace.connect) as session_pool:
        asking = manifest_builder.DeploymentQueries(Probe(session_pool), workspace.known, plan)
        if not why:
            say("comparing with the hosts")
            why += asking.differing(files, origins)
        if why:
            _mark(folder, plan, state.run, why)
            return BackupResult(
                folder.name, state.run, False, len(files), sum(a.bytes for a in files), seconds, tuple(why)
            )
        say("querying what the deployment holds")
        manifest = Manifest(
            name=folder.name,
            deployment=workspace.deployment,
            made_at=(state.started_at or timestamps.now()).replace(microsecond=0),
            made_by=by,
            environment=workspace.environment,
            versions=manifest_builder.versions(workspace.known),
            files=files,
            values={str(cell): entry.text for cell, entry in workspace.entries.items() if entry.text},
            topology=asking.topology(),
            counts=asking.counts(),
            covers=() if plan.procedure == PROCEDURE else manifest_builder.covered(plan),
        )
        say("writing the documents")
        written = documents.write(workspace, folder, manifest)
        manifest = manifest_builder.with_papers(manifest, folder, written, beside={MARK, ANCHORS})
        (folder / MARK).unlink(missing_ok=True)
        backup.write_manifest(folder, manifest)
        workspace.ledger.remember(folder, timestamps.now())
        asking.tidy()
    return BackupResult(
        folder.name, state.run, True, len(manifest.files), sum(a.bytes for a in manifest.files), seconds
    )


def _left_out(plan: Plan, state: RunState) -> list[str]:
    return [
        f"{step.id} on {step.host}: {state.of(step.id).why or 'left out'}"
        for step in plan.steps
        if state.of(step.id).shown != "done" and not (step.deliver and step.deliver.optional)
    ]


def abandon(workspace: Workspace, plan: Plan, error: WizardError) -> None:
    """The run was not begun: say why in the status file and the mark; a folder that holds nothing else is removed."""
    write_status(workspace, None, error.summary, error.exit_code)
    folder = _folder(workspace, plan)
    if not folder.is_dir():
        return
    if {one.name for one in folder.iterdir()} <= {MARK, ANCHORS}:
        shutil.rmtree(folder)
    else:
        _mark(folder, plan, "", [error.summary])


@contextmanager
def _status_of_refusal(workspace: Workspace) -> Iterator[None]:
    """Leave in the status file that a backup was not begun, and why."""
    try:
        yield
    except WizardError as error:
        write_status(workspace, None, error.summary, error.exit_code)
        raise


def write_status(workspace: Workspace, taken: BackupResult | None, error: str, exit_code: int) -> None:
    """Leave in the home folder how the backup ended, for monitoring: ``backup-status.json``."""
    data: dict[str, Any] = {"at": timestamps.utc(timestamps.now().replace(microsecond=0)), "exit": exit_code}
    data |= taken.to_data() if taken else {"result": "not begun", "why": [error]}
    storage.write_whole(workspace.home.root / STATUS, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
