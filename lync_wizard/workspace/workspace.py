"""The guided way without a face: what every front end asks for, in the order of a bad night."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from lync_wizard import backup, checks, triage, worksheets
from lync_wizard import deployment as deployments
from lync_wizard.backup import BackupSet, Ledger, Restored, Standing
from lync_wizard.backup.backup_set import RESCUE
from lync_wizard.checks import Context, set_files
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, Refused, WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.core.wrapping import counted
from lync_wizard.core.yaml_document import Problem, Problems
from lync_wizard.deployment import Deployment, Pool
from lync_wizard.deployment.named_hosts import named_hosts
from lync_wizard.hosts import Connect, SignIn, nobody, reachability
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.agreement import Gate
from lync_wizard.hosts.sent import SentCommands
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans import builder, identified, open_options, reach
from lync_wizard.plans.builder import Environment
from lync_wizard.plans.model import Plan
from lync_wizard.plans.probe import Probe
from lync_wizard.procedures import Procedure, available, capture, targets
from lync_wizard.procedures.capture import CaptureSink
from lync_wizard.procedures.options import PlanOption
from lync_wizard.runs import durations, history, journal, report
from lync_wizard.runs.history import RunSummary
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.report import Report
from lync_wizard.setup import completeness
from lync_wizard.triage import SurveyResult, pairing
from lync_wizard.triage.background_survey import BackgroundSurvey, Progress, progress
from lync_wizard.worksheets import Cell, Entries, Entry, Forms
from lync_wizard.workspace.simulated_actions import ActionProvider

STRANGER: Final = "not known to this home"


@dataclass(frozen=True)
class SetSummary:
    """A backup set as a line of a list; ``why`` says what keeps an unusable one from being offered."""

    name: str
    made_at: datetime | None
    files: int
    problems: tuple[str, ...]
    usable: bool
    why: str = ""
    fault: str = ""
    """Why its manifest is not the one that this home knows."""
    note: str = ""
    """What speaks for a verification before it is used."""

    @property
    def complete(self) -> bool:
        """Whether it can be restored from: what a failover saved on the way is no backup."""
        return self.usable and not self.problems and not self.name.endswith(RESCUE)

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
    without ever asking for a password, ``sign_in`` those of a person with an account of their own; they pass ``gate``,
    where there is one. ``sent`` hears what every session sends.
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
        sign_in: SignIn | None = None,
        gate: Gate | None = None,
        sent: SentCommands | None = None,
    ) -> None:
        self.home = home
        self._past = frozenset({home.runs, *past})
        self.judged = judged
        self.book = book
        self.action_provider = action_provider
        self.connect = connect
        self.quiet = quiet or nobody.connects
        self.sign_in = sign_in or nobody.signs_in
        self.gate = gate
        self.sent = sent
        self.background_survey = BackgroundSurvey(book, connect, quiet or connect)
        self.redactor = redactor
        self._undo: list[tuple[Cell, Entry | None]] = []
        self.forms: Forms = worksheets.forms()
        self.available = available.load(home.procedures, checks=checks.ids())
        self.procedures: Mapping[str, Procedure] = self.available.procedures
        problems = Problems()
        recorded = worksheets.read(home, deployment, problems)
        self.file_problems = tuple(problems)
        self._half_read = recorded.broken
        self.deployment = recorded.deployment
        self.entries: Entries = recorded.entries
        self.known: Deployment
        self.contradictions: list[Problem]
        self._refresh()
        if gate:
            gate.named = lambda: named_hosts(self.entries, self.known)
            self.background_survey.agreed = gate.knows

    @property
    def ledger(self) -> Ledger:
        """What this home knows of the sets by itself."""
        return Ledger(self.home)

    @property
    def environment(self) -> str:
        return self.book.environment.id or self.deployment

    @property
    def environment_kind(self) -> str:
        return self.book.environment.kind

    def require_worksheets(self) -> None:
        """Raises :class:`InputError` where a worksheet cannot be read: nothing is planned or judged by the others."""
        found = Problems()
        found.extend(self.file_problems if self._half_read else ())
        found.raise_any("the worksheets")

    def _refresh(self) -> None:
        self.known, self.contradictions = deployments.of(self.entries, self.deployment)

    # Papers.

    def targets(self, procedure_id: str) -> list[str]:
        """FQDNs the procedure can be aimed at."""
        return targets.fqdns(self.procedures[procedure_id].target, self.known)

    def remark(self, procedure_id: str, target: str) -> str:
        """What the worksheets and the hosts asked so far say of a target, for the choice among several."""
        kind, seen = self.procedures[procedure_id].target, self.background_survey.seen
        if seen and kind in targets.SERVERS and target.lower() in seen.doors:
            return "does not answer" if seen.dead(target) else "answers: it does not seem to be the lost one"
        pool = self.known.pool(target) if seen else None
        told = [targets.remark(kind, self.known, target), pairing.remark(pool, seen) if pool and seen else ""]
        return "; ".join(filter(None, told))

    def likely_target(self, procedure_id: str) -> str:
        """The FQDN that is meant unless somebody says otherwise; empty where nothing speaks for one."""
        kind, seen = self.procedures[procedure_id].target, self.background_survey.seen
        silent = [one for one in targets.fqdns(kind, self.known) if seen and seen.dead(one)]
        if len(silent) == 1 and kind in targets.SERVERS:
            return silent[0]
        pools = [pool for one in targets.fqdns(kind, self.known) if (pool := self.known.pool(one))]
        return (pairing.singled_out(pools, seen) if seen else "") or targets.likely(kind, self.known)

    def asks(
        self, procedure_id: str, target: str, answers: Mapping[str, str], backup_set: str | None = None
    ) -> list[PlanOption]:
        """The questions of a procedure that matter for the target and set after these answers, in order."""
        self.require_worksheets()
        self.available.refuse_broken(procedure_id)
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
        self.require_worksheets()
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
        there = list(backup.sets(root))
        standings = self.ledger.standings([one.folder for one in there if isinstance(one, BackupSet)])
        for one in there:
            if isinstance(one, BackupSet):
                gone = one.absent()
                wrong = tuple(f"{artifact.path} is missing or has another size" for artifact in gone)
                of, standing = one.manifest, standings[one.folder.name]
                other = self.deployment and of.deployment.lower() != self.deployment.lower()
                why = f"of deployment {of.deployment}" if other else standing.fault
                note = STRANGER if standing.stranger else ""
                found.append(SetSummary(one.name, of.made_at, len(of.files), wrong, not why, why, standing.fault, note))
            else:
                found.append(SetSummary(one.folder.name, None, 0, (), usable=False, why=one.why))
        return found

    def backup_set(self, name: str) -> BackupSet:
        """The set of that name. Raises :class:`InputError`."""
        root = self.backup_root
        if root is None:
            raise InputError("no backup location is recorded", "Fill in plan/backup/location.")
        return BackupSet(root / name, backup.read_manifest(root / name))

    def set_folder(self, plan: Plan) -> Path | None:
        """Where this machine reads the backup set of a plan; None where it has none or cannot."""
        root = self.backup_root
        folder = root / plan.backup_set if root and plan.backup_set else None
        return folder if folder and folder.is_dir() else None

    def newest(self) -> str | None:
        """The name of the newest complete set of this deployment."""
        try:
            return next((one.name for one in self.sets() if one.complete), None)
        except InputError:
            return None

    def newest_for(self, procedure_id: str) -> str | None:
        """The set that a plan of this procedure takes where nobody names one."""
        found = self.procedures.get(procedure_id)
        return self.newest() if found and (found.needs_backup or found.takes_backup) else None

    # Plan, checks, run.

    def plan(
        self, procedure_id: str, target: str, backup_set: str | None, asks: Mapping[str, str], *, new_set: str = ""
    ) -> Plan:
        """The plan. Raises :class:`InputError` with every problem at once."""
        return durations.read(self._past).applied(self.derived(procedure_id, target, backup_set, asks, new_set=new_set))

    def derived(
        self, procedure_id: str, target: str, backup_set: str | None, asks: Mapping[str, str], *, new_set: str = ""
    ) -> Plan:
        """The plan as procedures, worksheets and set give it, without what earlier runs taught; raises as ``plan``."""
        self.require_worksheets()
        self.available.refuse_broken(procedure_id)
        if procedure_id not in self.procedures:
            raise InputError(f"there is no procedure {procedure_id}", "Take an id from `lync-wizard procedures list`.")
        problems = Problems()
        if not backup_set and self.procedures[procedure_id].needs_backup:
            self._refuse_without_set()
        if backup_set:
            self._refuse_doubtful(self.backup_set(backup_set), target)
        plan = self._build(procedure_id, target, backup_set, asks, problems, [], new_set)
        problems.raise_any(f"the plan {procedure_id} for {target}")
        if plan is None:
            raise InputError(f"no plan {procedure_id} for {target}", "Check the worksheets.")
        plan = checks.gated(plan, self.check_context(plan, Probe(SessionPool(self.connect))))
        return replace(plan, reached=reach.of(plan.steps, self.book), identified=identified.unknown(plan.steps))

    def exchanged(self) -> str:
        """The sets that were exchanged, each with the reason, where there is no other; empty where there is."""
        try:
            found = self.sets()
        except InputError:
            return ""
        faults = [f"{one.name}: {one.fault}" for one in found if one.fault]
        return "" if any(one.complete for one in found) else "; ".join(faults[:3])

    def _refuse_without_set(self) -> None:
        """Raises :class:`Refused` where there would be a set, had it not been exchanged."""
        if faults := self.exchanged():
            raise Refused(
                f"there is no set to restore from; {faults}",
                "Look who changed it. A set that you changed yourself can be adopted again after every file was seen.",
            )

    def _refuse_doubtful(self, chosen: BackupSet, target: str) -> None:
        """Raises :class:`Refused` for a set that was exchanged, :class:`InputError` where it is not clear which files
        are meant.
        """
        if fault := self.ledger.standing(chosen.folder).fault:
            raise Refused(
                f"nothing is planned from {chosen.name}: {fault}",
                "Choose another set. If you changed this one yourself, look at every file and adopt it again.",
            )
        pool = targets.pool_for(self.known, target)
        names = [pool.fqdn, *self._chat_names(pool)] if pool else []
        if unclear := chosen.unclear(names):
            raise InputError(
                f"nothing is planned from {chosen.name}: {'; '.join(unclear)}",
                "Take its folder in again with `backup adopt FOLDER --map FILE=KIND:FQDN`, or choose another set.",
            )

    def refuse_exchanged(self, plan: Plan, *, hashed: bool = False) -> None:
        """Raises :class:`Refused` where the set of a plan is not the one that is known here.

        ``hashed``: also where a file that the plan uses has another content. A set that cannot be seen is passed over.
        """
        if not plan.backup_set or plan.backup_at is None:
            return
        try:
            chosen = self.backup_set(plan.backup_set)
        except InputError:
            return
        wrong = self.ledger.standing(chosen.folder).fault
        if hashed and not wrong:
            used = set_files.used(plan, chosen, self.entries.text("plan/backup/location"))
            wrong = set_files.shown(set_files.problems(chosen, used))
        if wrong:
            raise Refused(
                f"the set {chosen.name} is not what was saved: {wrong}",
                "Put the right files back, or start again from another set.",
            )

    def _chat_names(self, pool: Pool) -> list[str]:
        users = [one for one in self.known.lync_pools if one.chat and pool.chat and one.chat.key == pool.chat.key]
        return [name for one in users for name in (one.fqdn, one.chat_pool) if name]

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
        """The name of the set that a procedure makes, a backup or beside them; empty for one that makes none."""
        procedure = self.procedures[procedure_id]
        if not procedure.makes_set and procedure.target != targets.DEPLOYMENT:
            return ""
        ending = RESCUE if procedure.makes_set else ""
        return given or backup.new_set_name(self.backup_root, self.deployment, timestamps.now(), ending)

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
            self.ledger.record_restored(root / plan.backup_set, known)
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
            standing=self.ledger.standing(chosen.folder) if chosen else Standing(),
            silent=lambda server: reachability.silent(self.book, server),
            exchanged=self.exchanged,
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
        unreadable = history.unreadable([self.home.runs])
        return Overview(
            deployment=self.deployment,
            summary=self._summary(),
            unfinished=tuple(self.unfinished()),
            missing=len(completeness.missing(self.entries, self.known)),
            wrong=len(worksheets.wrong(self.entries)),
            problems=tuple(
                str(p) for p in [*unreadable, *self.available.told(), *self.file_problems, *self.contradictions]
            ),
        )

    def _summary(self) -> str:
        pools = self.known.lync_pools
        servers = {server.lower() for pool in pools for server in (pool.server_fqdns or (pool.fqdn,))}
        sites = {pool.site for pool in pools if pool.site}
        return f"{counted(len(sites), 'site')}, {counted(len(pools), 'pool')}, {counted(len(servers), 'server')}"

    def newest_text(self) -> str:
        """The newest complete set in a line; blocks on the backup location, raises nothing."""
        try:
            sound = next((one for one in self.sets() if one.complete), None)
        except InputError as error:
            return error.summary
        return f"{sound.name}, {sound.age} old, {counted(sound.files, 'file')}" if sound else "no complete set"
