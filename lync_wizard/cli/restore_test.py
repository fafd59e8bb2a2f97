"""A restore test: a lab built from a backup set, in it the loss and the restore, and what became of each file.

The lab is a process and a folder of its own, gone when the test ends; nothing that connections.yaml names is reached.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from lync_wizard.backup import Artifact, BackupSet
from lync_wizard.backup.restore_test import FileOutcome, Outcome
from lync_wizard.checks import set_files
from lync_wizard.cli.context import CommandContext, open_context
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, Paused, Refused, Unreachable, WizardError
from lync_wizard.core.storage import Home, private_folder
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts.command import SimulatedAction
from lync_wizard.lab.farm.topology import Topology
from lync_wizard.lab.scenarios import from_set
from lync_wizard.lab.server import process
from lync_wizard.lab.server.companion import LabActions
from lync_wizard.lab.verdict import set_restored
from lync_wizard.plans.model import Plan
from lync_wizard.runs.runner import Answer, Request
from lync_wizard.runs.scripted_operator import ActionProvider
from lync_wizard.runs.state import RunEvent
from lync_wizard.workspace.run_session import RunSession

FOLDER: Final = "restore-tests"
"""Below the home, while a test runs: the lab's state and disks."""
_BY: Final = "the restore test"
_SPEED: Final = 5000.0
_ROOM: Final = 2.5
"""How much larger than what is restored the lab becomes: the set, what is restored from it, copies on servers."""
_LAB: Final = 64 << 20
_OLD: Final = timedelta(days=1)
_CHOICES: Final = ("restore", "as planned", "from the backup")
_MOST_SAID: Final = 2
_LOCKED: Final = "meeting.active"
_WHY_NOT: Final = {
    "Sql": "a SQL Server backup; only SQL Server can restore it, `backup verify` lets its instance read it",
    "PersistentChat": "what is in an export of Persistent Chat is documented nowhere",
    "Audio": "no procedure puts it back by itself; it is a manual step",
    "Paper": "it is for people",
}

Tell = Callable[[str], None]
Round = tuple[str, str]
"""A procedure and what it is aimed at."""


def carry_out(
    options: argparse.Namespace, home: Home, chosen: BackupSet, *, only: str = "", below: Path | None = None, tell: Tell
) -> tuple[list[FileOutcome], list[str]]:
    """Restore the set in labs of its own, one a procedure; what became of each file, in the manifest's order, and which
    steps were left out because they failed.

    ``only`` names the one procedure to carry out, ``below`` the folder for the lab. Raises :class:`WizardError` where
    no lab could be built at all.
    """
    if only and only not in from_set.PROCEDURES:
        raise InputError(f"{only} cannot be tested with a set", f"Take one of {', '.join(from_set.PROCEDURES)}.")
    document = from_set.topology_of(chosen)
    if below is not None and not below.is_dir():
        raise InputError(f"there is no folder {below}", "Name one that is there with --in.")
    test = _Test(options, chosen, document, only, below or private_folder(home.root / FOLDER), tell)
    try:
        _check_room(chosen, test.below)
        return test.outcomes(), test.left_out
    finally:
        if below is None:
            with contextlib.suppress(OSError):
                test.below.rmdir()


def _check_room(chosen: BackupSet, below: Path) -> None:
    needed = int(sum(a.bytes for a in chosen.manifest.files if a.kind in from_set.TESTED) * _ROOM) + _LAB
    free = shutil.disk_usage(below).free
    if free < needed:
        raise Refused(
            f"{below} has {free / 1e6:,.0f} MB free, a restore test of {chosen.name} needs {needed / 1e6:,.0f} MB",
            "Make room there, or name a folder on another disk with --in.",
        )


@dataclass
class _Test:
    """The rounds of one test; ``done`` has the outcome of each file that was settled."""

    options: argparse.Namespace
    chosen: BackupSet
    document: Topology
    only: str
    below: Path
    tell: Tell
    done: dict[str, FileOutcome] = field(default_factory=dict)
    tried: dict[Round, str] = field(default_factory=dict)
    """Rounds that were carried out, each with why it was not begun; empty where it was."""
    left_out: list[str] = field(default_factory=list)

    def outcomes(self) -> list[FileOutcome]:
        _remove_old(self.below)
        for artifact in self.chosen.manifest.files:
            for one in self._rounds(artifact):
                if artifact.path not in self.done and one not in self.tried:
                    self._carry_out(one)
        return [self.done.get(artifact.path) or self._untested(artifact) for artifact in self.chosen.manifest.files]

    def _rounds(self, artifact: Artifact) -> list[Round]:
        if artifact.kind not in from_set.TESTED or _locked(artifact):
            return []
        return from_set.restores(self.document, artifact, self.only)

    def _untested(self, artifact: Artifact) -> FileOutcome:
        rounds = self._rounds(artifact)
        failed = next((self.tried[one] for one in rounds if self.tried.get(one)), "")
        if failed:
            return _outcome(artifact, "failed", failed)
        if artifact.kind in _WHY_NOT:
            return _outcome(artifact, "not tested", _WHY_NOT[artifact.kind])
        if _locked(artifact):
            return _outcome(artifact, "not tested", "a running meeting holds it open; no restore copies it")
        if rounds:
            names = " and ".join(f"{procedure} for {target}" for procedure, target in rounds)
            return _outcome(artifact, "not tested", f"no step of {names} uses it")
        if self.only:
            return _outcome(artifact, "not tested", f"{self.only} does not restore it")
        return _outcome(artifact, "not tested", f"the topology of the set has no pool that uses it ({artifact.of})")

    def _carry_out(self, one: Round) -> None:
        """Build a lab for a procedure, carry it out there, and settle the files that its plan uses."""
        procedure, target = one
        self.tell(f"{procedure} for {target}: building the deployment of {self.chosen.name}")
        try:
            with _lab(self.options, self.below, self.chosen, one) as work:
                self.tried[one] = self._restored(work, one)
        except Paused:
            raise
        except WizardError as error:
            if not self.tried:
                raise
            self.tried[one] = f"{procedure} for {target}: {error.summary}"

    def _restored(self, work: CommandContext, one: Round) -> str:
        """Why the restore was not begun; empty where it was, however it ended. Raises :class:`Paused`."""
        procedure, target = one
        workspace = work.workspace
        operator = _TestOperator(LabActions(work.home.root))
        try:
            plan = workspace.plan(procedure, target, self.chosen.name, _answers(self.document, procedure, target))
            copy = workspace.backup_set(self.chosen.name)
            used = set_files.used(plan, copy, workspace.entries.text("plan/backup/location"))
            files = [artifact for artifact in used if not _locked(artifact)]
            there = {artifact.path for artifact in files if not _missing(work.home.lab, copy, artifact)[1]}
            size = f"{counted(len(plan.steps), 'step')} with {counted(len(files), 'file')} of the set"
            self.tell(f"{procedure} for {target}: {size}")
            stopped = operator.carry_out(RunSession(workspace, plan, by=_BY))
        except Paused:
            raise
        except WizardError as error:
            told = "; ".join([error.summary, *error.detail.splitlines()][:_MOST_SAID])
            return f"{procedure} for {target} was not begun: {told}"
        by = f"{procedure} for {target}"
        self.left_out += [f"{by}, {step}: {why}" for step, why in operator.failed.items()]
        for artifact in files:
            incomparable, wrong = _missing(work.home.lab, copy, artifact)
            if artifact.path in there:
                made = _outcome(artifact, "not tested", "nothing of it was lost in the test", by)
            elif incomparable:
                made = _outcome(artifact, "not tested", wrong, by)
            elif not wrong:
                made = _outcome(artifact, "restored", by=by)
            else:
                why = _why(plan, artifact, operator.failed) or stopped
                made = _outcome(artifact, "failed", f"{wrong}; {why}" if why else wrong, by)
            self.done[artifact.path] = made
        return ""


def _outcome(artifact: Artifact, outcome: Outcome, why: str = "", by: str = "") -> FileOutcome:
    return FileOutcome(artifact.path, artifact.kind, artifact.of, outcome, why, by)


def _locked(artifact: Artifact) -> bool:
    return artifact.path.rpartition("/")[2].lower() == _LOCKED


def _missing(lab: Path, copy: BackupSet, artifact: Artifact) -> tuple[bool, str]:
    """Whether nothing can be compared, and what is missing or why it cannot."""
    try:
        return False, set_restored.missing(lab, copy, artifact)
    except set_restored.NothingToCompare as error:
        return True, str(error)
    except OSError as error:
        return False, f"it cannot be read: {error.strerror or error}"


def _why(plan: Plan, artifact: Artifact, failed: dict[str, str]) -> str:
    """What the first failed step of those says that use the file, else the first of those before them."""
    name = artifact.path.rpartition("/")[2].lower()
    places = [number for number, step in enumerate(plan.steps) if name in step.text.lower()]
    using = [plan.steps[number] for number in places]
    before = plan.steps[: places[-1]] if places else plan.steps
    ordered = [step.id for step in (*using, *before) if step.id in failed]
    return f"{ordered[0]}: {failed[ordered[0]]}" if ordered else ""


def _answers(document: Topology, procedure: str, target: str) -> dict[str, str]:
    """The answers of a plan that differ from its defaults: whether another server is left to work from."""
    if procedure != "restore-cms":
        return {}
    lost = {name.lower() for name in from_set.loss(document, procedure, target)["lost"]}
    others = {name for cluster in document.pools for name in cluster.machines if cluster.needs_setup}
    return {} if others - lost else {"survivor": "no"}


class _TestOperator:
    """Does everything the plan says; what fails is left out with its reason, so that the other files are tested too."""

    def __init__(self, action_provider: ActionProvider) -> None:
        self._action_provider = action_provider
        self._again: set[str] = set()
        self._stopped = ""
        self.failed: dict[str, str] = {}
        """Steps that were left out, each with what was said."""

    def carry_out(self, session: RunSession) -> str:
        """Carry a restore out; why it stopped, else empty.

        Raises :class:`Paused` where somebody interrupted it, :class:`WizardError` where it was not begun.
        """
        try:
            ended = session.carry_out(self, reason_for=lambda _: _BY, on_finding=lambda _: None)
        except WizardError as error:
            if not session.run:
                raise
            return error.summary
        if ended.end == "paused" and not self._stopped:
            raise Paused("the restore test was interrupted", "Start it again with `lync-wizard backup test`.")
        return self._stopped

    def ask(self, request: Request) -> Answer:
        step = request.step
        match request.kind:
            case "identity":  # the computers of this lab are those that it was built with
                return Answer("go", by=_BY)
            case "confirm":
                return Answer("go", step.confirm_text, by=_BY)
            case "perform":
                return self._perform(request)
            case "reconcile":
                if request.proof and request.proof.answer == "yes":
                    return Answer("done", reason=f"the host says so: {request.proof.evidence}", by=_BY)
                if step.id not in self._again:
                    self._again.add(step.id)
                    return Answer("again", by=_BY)
                self._stopped = f"{step.id}: it is not known whether it ran"
                return Answer("stop", by=_BY)
        return self._leave_out(request, request.why or (request.proof.evidence if request.proof else ""))

    def _perform(self, request: Request) -> Answer:
        step = request.step
        match step.command:
            case SimulatedAction(_, str(name)):
                try:
                    self._action_provider.do(f"{name}@{step.host}")
                except WizardError as error:
                    return self._leave_out(request, error.summary)
        chosen = next((one for one in _CHOICES if one in step.choices), next(iter(step.choices), ""))
        return Answer("done", chosen, by=_BY)

    def _leave_out(self, request: Request, why: str) -> Answer:
        said = why or "it failed"
        self.failed.setdefault(request.step.id, said)
        return Answer("skip", reason=said, by=_BY)

    def show(self, event: RunEvent) -> None:
        """Nobody watches a test."""


# The lab


@contextlib.contextmanager
def _lab(options: argparse.Namespace, below: Path, chosen: BackupSet, one: Round) -> Iterator[CommandContext]:
    """A lab of the set in a folder of its own, with what the procedure restores lost; both are gone afterwards.

    Raises :class:`WizardError` where it cannot be built or started.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="lab-", dir=below)).absolute()
    except OSError as error:
        raise Unreachable(f"nothing can be written to {below}", "Name another folder with --in.", str(error)) from error
    try:
        started = process.start(folder, speed=_SPEED, of_set=process.OfSet(chosen.folder.absolute(), *one))
        apart = argparse.Namespace(**{**vars(options), "home": folder, "deployment": None})
        yield open_context(
            apart,
            home=Home(folder),
            known=lambda _: started.password,
            action_provider=LabActions(folder),
            judged=True,
            confined=True,
        )
    finally:
        with contextlib.suppress(WizardError):
            process.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_old(below: Path) -> None:
    """Remove what a test left that was cut off with its lab, by a loss of power."""
    for folder in below.glob("lab-*"):
        with contextlib.suppress(OSError):
            if timestamps.now() - timestamps.written_at(folder) > _OLD and process.running(folder) is None:
                shutil.rmtree(folder)
