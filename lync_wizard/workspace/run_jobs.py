"""What surrounds the run of a restore, a failover and a backup, and differs between them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

from lync_wizard.backup.manifest import MANIFEST, write_manifest
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, WizardError
from lync_wizard.plans.model import Plan
from lync_wizard.runs.runner import Result
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.backup_job import BackupResult, Say, complete
from lync_wizard.workspace.workspace import Workspace


class Job:
    """What surrounds a run: nothing, unless a job says otherwise."""

    def open(self) -> None:
        """Before the journal exists. Raises :class:`WizardError`."""

    def go_on(self, *, hashed: bool) -> None:
        """Before a run is resumed; ``hashed`` unless somebody left that out. Raises :class:`WizardError`."""

    def abandon(self, error: WizardError) -> None:
        """The journal could not be made."""

    def ended(self, result: Result) -> None:
        """The runner is at the run's end; called in its thread."""

    def conclude(self, run: str, say: Say) -> BackupResult | None:
        """After the runner, as often as somebody asks. Raises :class:`WizardError`."""


@dataclass(frozen=True)
class RestoreJob(Job):
    """A restore leaves beside the set it used that it came to its end, unless somebody else judges what came of it."""

    workspace: Workspace
    plan: Plan

    def open(self) -> None:
        self.workspace.refuse_exchanged(self.plan)

    def go_on(self, *, hashed: bool) -> None:
        self.workspace.refuse_exchanged(self.plan, hashed=hashed)

    def ended(self, result: Result) -> None:
        if result.end == "finished" and not self.workspace.judged:
            self.workspace.record_restored(self.plan, result.state.run, restored=True)


@dataclass(frozen=True)
class FailoverJob(RestoreJob):
    """A failover gives the set of its own, which it wrote in the middle of things, a manifest; it restores none."""

    def ended(self, result: Result) -> None:
        """A set that locations or Response Groups were read from is not restored by that."""

    def conclude(self, run: str, say: Say) -> BackupResult | None:  # noqa: ARG002
        # Imported here: it loads lxml, which no help needs.
        from lync_wizard.backup import import_foreign

        root, name = self.workspace.backup_root, made_set(self.plan)
        folder = root / name if root and name else None
        if folder is None or not folder.is_dir() or (folder / MANIFEST).exists():
            return None
        say(f"Reading {folder}")
        mapped = import_foreign.map_files(folder, self.workspace.known, {}, in_place=True)
        papers = {one.relative: "Paper" for one in mapped if one.nameless or one.fault}
        ledger, now = self.workspace.ledger, timestamps.now()
        with contextlib.suppress(InputError):  # nothing of a backup in it, so nothing is lost without a manifest
            made, _ = import_foreign.adopt(folder, folder.parent, self.workspace.known, ledger, papers, now)
            part = tuple(artifact.path for artifact in made.manifest.files)
            write_manifest(folder, replace(made.manifest, covers=part))
            ledger.renew(folder, now)
        return None


def made_set(plan: Plan) -> str:
    """The name of the set of its own that a plan writes to; empty where there is none."""
    return str(plan.values.get("RescueSet", "")).rstrip("\\").rpartition("\\")[2]


@dataclass(frozen=True)
class BackupJob(Job):
    """A backup opens its set before the run, completes and verifies it afterwards, and leaves the status file."""

    workspace: Workspace
    plan: Plan
    by: str

    def open(self) -> None:
        backup_job.open_set(self.workspace, self.plan)

    def abandon(self, error: WizardError) -> None:
        backup_job.abandon(self.workspace, self.plan, error)

    def conclude(self, run: str, say: Say) -> BackupResult | None:
        return complete.conclude(self.workspace, run, by=self.by, say=say)


def of(workspace: Workspace, plan: Plan, by: str, *, backs_up: bool) -> Job:
    """What surrounds the run of this plan."""
    if backs_up:
        return BackupJob(workspace, plan, by)
    procedure = workspace.procedures.get(plan.procedure)
    return FailoverJob(workspace, plan) if procedure and procedure.makes_set else RestoreJob(workspace, plan)
