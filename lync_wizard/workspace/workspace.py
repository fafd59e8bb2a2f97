"""The guided way without a face: what every front end asks for, in the order of a bad night."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from lync_wizard import backup, checks, procedures, triage, worksheets
from lync_wizard import deployment as deployments
from lync_wizard.backup import BackupSet, Restored
from lync_wizard.checks import Context
from lync_wizard.core import catalogue, timestamps
from lync_wizard.core.errors import InputError, WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problem, Problems
from lync_wizard.deployment import Deployment
from lync_wizard.hosts import Connect
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans import builder, open_options
from lync_wizard.plans.builder import Environment
from lync_wizard.plans.model import Plan
from lync_wizard.plans.probe import Probe
from lync_wizard.procedures import Procedure, capture, targets
from lync_wizard.procedures.capture import CaptureSink
from lync_wizard.procedures.options import PlanOption
from lync_wizard.runs import durations, history, journal, report
from lync_wizard.runs.history import RunSummary
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.report import Report
from lync_wizard.setup import completeness
from lync_wizard.triage import SurveyResult
from lync_wizard.triage.background_survey import BackgroundSurvey, Progress, progress
from lync_wizard.worksheets import Cell, Entries, Entry, Forms


class OfferedAction(Protocol):
    """A deed of a companion that can be done now."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...


class ActionProvider(Protocol):
    """Somebody's hands beside the wizard: a title, the deeds possible now, and a way to do one."""

    @property
    def title(self) -> str: ...
    def actions(self) -> Collection[OfferedAction]: ...
    def do(self, name: str) -> str: ...


@dataclass(frozen=True)
class SetSummary:
    """A backup set as a line of a list; ``why`` says what keeps an unusable one from being offered."""

    name: str
    made_at: datetime | None
    files: int
    problems: tuple[str, ...]
    usable: bool
    why: str = ""

    @property
    def complete(self) -> bool:
        return self.usable and not self.problems

    @property
    def age(self) -> str:
        return "" if self.made_at is None else timestamps.age_of(self.made_at)


@dataclass(frozen=True)
class Overview:
    """What the home screen says about the deployment, its papers and its backups."""

    deployment: str
    summary: str
    unfinished: tuple[RunSummary, ...]
    missing: int
    wrong: int
    problems: tuple[str, ...]


class Workspace:
    """One home folder, opened: its papers, its procedures, its backup sets, its runs. Methods may block on files.

    ``past`` names further folders of runs from which it is known how long a step takes. ``judged``: somebody else
    judges what a run restored, and records it; otherwise a run that did all its steps counts. ``quiet`` opens sessions
    without ever asking for a password.
    """

    def __init__(
        self,
        home: Home,
        book: AddressBook,
        connect: Connect,
        redactor: Redactor,
        *,
        deployment: str | None = None,
        action_provider: ActionProvider | None = None,
        past: Collection[Path] = (),
        judged: bool = False,
        quiet: Connect | None = None,
    ) -> None:
        self.home = home
        self._past = frozenset({home.runs, *past})
        self.judged = judged
        self.book = book
        self.action_provider = action_provider
        self.connect = connect
        self.background_survey = BackgroundSurvey(book, connect, quiet or connect)
        self.redactor = redactor
        self._undo: list[tuple[Cell, Entry | None]] = []
        self.forms: Forms = worksheets.forms()
        problems = Problems()
        self.procedures: Mapping[str, Procedure] = load_procedures(home, problems)
        problems.raise_any("the procedures")
        recorded = worksheets.read(home, deployment, problems)
        if recorded.broken:
            problems.raise_any("the worksheets")
        self.file_problems = tuple(problems)
        self.deployment = recorded.deployment
        self.entries: Entries = recorded.entries
        self.known: Deployment
        self.contradictions: list[Problem]
        self._refresh()

    @property
    def environment(self) -> str:
        return self.book.environment.id or self.deployment

    @property
    def environment_kind(self) -> str:
        return self.book.environment.kind

    def _refresh(self) -> None:
        self.known, self.contradictions = deployments.of(self.entries, self.deployment)

    # Papers.

    def targets(self, procedure_id: str) -> list[str]:
        """FQDNs the procedure can be aimed at."""
        return targets.fqdns(self.procedures[procedure_id].target, self.known)

    def likely_target(self, procedure_id: str) -> str:
        """The FQDN that is meant unless somebody says otherwise; empty where nothing speaks for one."""
        return targets.likely(self.procedures[procedure_id].target, self.known)

    def asks(
        self, procedure_id: str, target: str, answers: Mapping[str, str], backup_set: str | None = None
    ) -> list[PlanOption]:
        """The questions of a procedure that matter for the target and set after these answers, in order."""
        procedure, chosen = self.procedures[procedure_id], self.backup_set(backup_set) if backup_set else None
        return open_options.open_options(procedure, self.procedures, self.known, target, answers, chosen)

    def needed(self, procedure_id: str, target: str, backup_set: str | None = None) -> list[Cell]:
        """Cells this plan cannot do without: wrong ones first, then missing ones; all wrong ones without a target."""
        pool = self.known.pool_of(target)
        names = {None, pool.fqdn.lower()} if pool else {None, *self.entries.pools}
        wrong = [cell for cell in worksheets.wrong(self.entries) if cell.pool in names]
        gaps: list[Cell] = []
        self._build(procedure_id, target, backup_set or self.newest(), {}, Problems(), gaps)
        return list(dict.fromkeys([*wrong, *gaps]))

    def record(self, cell: Cell, text: str) -> Entry:
        """Validate and write one value. Raises :class:`InputError`; then nothing has changed."""
        field = self.forms.field(cell)
        made = worksheets.fill(field, text, "operator", at=timestamps.now(), origin="")
        entry = completeness.placed(cell, made, self.known)
        if entry.problem:
            raise InputError(entry.problem, entry.hint)
        self._undo.append((cell, self.entries.get(cell)))
        self._store(cell, entry)
        return entry

    def undo(self) -> Cell | None:
        """Take the last recorded value back; the cell that changed, or None."""
        if not self._undo:
            return None
        cell, before = self._undo.pop()
        self._store(cell, before)
        return cell

    def _store(self, cell: Cell, entry: Entry | None) -> None:
        worksheets.write(self.home, self.deployment or None, {cell: entry})
        self.entries = self.entries.set(cell, entry)
        self._refresh()

    def proposed_answer(self, question: str, answers: Mapping[str, str]) -> triage.ProposedAnswer | None:
        """What hosts and papers say about a question of triage, with where it is from."""
        return triage.proposed_answer(question, answers, self.known, self.background_survey.seen)

    def start_survey(self, told: Callable[[SurveyResult], object], *, asking: bool = False) -> None:
        """Ask the hosts, without anybody waiting; ``told`` hears from another thread. See :class:`BackgroundSurvey`."""
        self.background_survey.begin(self.known, told, asking=asking)

    @property
    def survey_progress(self) -> Progress:
        """How the asking stands, in words."""
        return progress(self.background_survey.seen)

    # Backup sets.

    @property
    def backup_root(self) -> Path | None:
        """Where this machine reads the backup location; None where it is unknown or not mapped."""
        location = self.entries.text("plan/backup/location")
        if not location:
            return None
        return self.book.share(location) or Path(location)

    def sets(self) -> list[SetSummary]:
        """Every set of the backup location, newest first. Raises :class:`InputError` where it cannot be read."""
        root = self.backup_root
        if root is None:
            raise InputError("no backup location is recorded", "Fill in plan/backup/location.")
        found = []
        for one in backup.sets(root):
            if isinstance(one, BackupSet):
                gone = one.absent()
                wrong = tuple(f"{artifact.path} is missing or has another size" for artifact in gone)
                of = one.manifest
                other = self.deployment and of.deployment.lower() != self.deployment.lower()
                why = f"of deployment {of.deployment}" if other else ""
                found.append(SetSummary(one.name, of.made_at, len(of.files), wrong, not other, why))
            else:
                found.append(SetSummary(one.folder.name, None, 0, (), usable=False, why=one.why))
        return found

    def backup_set(self, name: str) -> BackupSet:
        """The set of that name. Raises :class:`InputError`."""
        root = self.backup_root
        if root is None:
            raise InputError("no backup location is recorded", "Fill in plan/backup/location.")
        return BackupSet(root / name, backup.read_manifest(root / name))

    def newest(self) -> str | None:
        """The name of the newest complete set of this deployment."""
        try:
            return next((one.name for one in self.sets() if one.complete), None)
        except InputError:
            return None

    # Plan, checks, run.

    def plan(
        self, procedure_id: str, target: str, backup_set: str | None, asks: Mapping[str, str], *, new_set: str = ""
    ) -> Plan:
        """The plan. Raises :class:`InputError` with every problem at once."""
        if procedure_id not in self.procedures:
            raise InputError(f"there is no procedure {procedure_id}", "Take an id from `lync-wizard procedures list`.")
        problems = Problems()
        plan = self._build(procedure_id, target, backup_set, asks, problems, [], new_set)
        problems.raise_any(f"the plan {procedure_id} for {target}")
        if plan is None:
            raise InputError(f"no plan {procedure_id} for {target}", "Check the worksheets.")
        plan = checks.gated(plan, self.check_context(plan, Probe(SessionPool(self.connect))))
        return durations.read(self._past).applied(plan)

    def _build(
        self,
        procedure_id: str,
        target: str,
        backup_set: str | None,
        asks: Mapping[str, str],
        problems: Problems,
        gaps: list[Cell],
        new_set: str = "",
    ) -> Plan | None:
        return builder.build(
            self.procedures[procedure_id],
            self.procedures,
            entries=self.entries,
            deployment=self.known,
            target=target,
            backup_set=self.backup_set(backup_set) if backup_set else None,
            asks=asks,
            environment=Environment(self.environment_kind, self.environment),
            problems=problems,
            gaps=gaps,
            new_set=self._new_set(procedure_id, new_set),
        )

    def _new_set(self, procedure_id: str, given: str) -> str:
        """The name of the set a backup makes; none for any other procedure."""
        if self.procedures[procedure_id].target != targets.DEPLOYMENT:
            return ""
        return given or builder.new_set_name(self.deployment, timestamps.now())

    def sink(self, plan: Plan) -> CaptureSink | None:
        """Where a backup's captured files are kept; None for a plan that captures none."""
        root = self.backup_root
        if root is None or not plan.backup_set or not any(step.deliver for step in plan.steps):
            return None
        return capture.into(root / plan.backup_set)

    def record_restored(self, plan: Plan, run: str, *, restored: bool) -> None:
        """Keep beside the set that a run restored from it, or could not. Raises :class:`InputError`, OSError."""
        root = self.backup_root
        if root is None or not plan.backup_set or plan.backup_at is None:
            return
        if (root / plan.backup_set).is_dir():
            known = Restored(run, plan.environment_kind, timestamps.now(), restored=restored)
            backup.record_restored(root / plan.backup_set, known)

    def check_context(self, plan: Plan, probe: Probe) -> Context:
        """What the checks of a plan know, and whom they ask. Raises :class:`InputError` for an unknown target."""
        pool = targets.pool_for(self.known, plan.target)
        if pool is None:
            raise InputError(f"{plan.target} is in no worksheet", "Record its pool, then try again.")
        chosen = None
        if plan.backup_set:
            try:
                chosen = self.backup_set(plan.backup_set)
            except WizardError:
                chosen = None
        return Context(
            plan=plan,
            deployment=self.known,
            pool=pool,
            entries=self.entries,
            backup_set=chosen,
            probe=probe,
            reads_share=lambda unc: self.book.share(unc) if unc else None,
            delegates=lambda host: self.book.endpoint(host, "lync-admin").delegate,
        )

    # Runs.

    def runs(self) -> list[RunSummary]:
        """Every run of this home, newest first."""
        return history.runs([self.home.runs])

    def unfinished(self) -> list[RunSummary]:
        return [summary for summary in self.runs() if not summary.end]

    def report(self, run: str) -> Report:
        """What a run did. Raises :class:`InputError` where there is none."""
        with Reader(journal.find(self.home.runs, run)) as reader:
            return report.of(reader)

    def overview(self) -> Overview:
        """The home screen's facts, from this machine's own files; nothing here raises."""
        return Overview(
            deployment=self.deployment,
            summary=self._summary(),
            unfinished=tuple(self.unfinished()),
            missing=len(completeness.missing(self.entries, self.known)),
            wrong=len(worksheets.wrong(self.entries)),
            problems=tuple(str(p) for p in [*self.file_problems, *self.contradictions]),
        )

    def _summary(self) -> str:
        pools = self.known.lync_pools
        servers = {server.lower() for pool in pools for server in (pool.server_fqdns or (pool.fqdn,))}
        sites = {pool.site for pool in pools if pool.site}
        return f"{_count(len(sites), 'site')}, {_count(len(pools), 'pool')}, {_count(len(servers), 'server')}"

    def newest_text(self) -> str:
        """The newest complete set in a line; blocks on the backup location, raises nothing."""
        try:
            sound = next((one for one in self.sets() if one.complete), None)
        except InputError as error:
            return error.summary
        return f"{sound.name}, {sound.age} old, {sound.files} files" if sound else "no complete set"


def load_procedures(home: Home | None, problems: Problems) -> dict[str, Procedure]:
    """The shipped procedures, and the operator's own on top."""
    folders = [catalogue.data_folder() / "procedures", *([home.procedures] if home else [])]
    return procedures.load_library(folders, problems, checks=checks.ids())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
