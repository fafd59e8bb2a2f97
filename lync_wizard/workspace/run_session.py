"""The use case: one plan from its checks to its conclusion, the same for every front end.

A front end makes a session for a plan (or for a run to be resumed) and calls, in this order: ``examine`` until
nothing stands in the way, ``accept``, ``approve``, ``start``, and ``conclude`` once the runner has ended;
``carry_out`` does all of it where nobody can be asked. What a backup needs around its run, and a restore does not,
stands in the two jobs below.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from lync_wizard import checks
from lync_wizard.backup.retention import SetRecord
from lync_wizard.checks import Finding
from lync_wizard.core.errors import Refused, WizardError
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans import approval
from lync_wizard.plans.model import Plan, PlannedStep, Precondition
from lync_wizard.plans.probe import Probe
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs import journal
from lync_wizard.runs import state as run_state
from lync_wizard.runs.journal import Journal
from lync_wizard.runs.report import Report
from lync_wizard.runs.runner import Operator, Result, Runner
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.backup_job import BackupResult, Say, complete
from lync_wizard.workspace.workspace import Workspace

End = Literal["finished", "incomplete", "paused"]
_ACCEPTABLE: Final = frozenset({"caution", "unknown"})


def _say_nothing(_: str) -> None: ...


@dataclass(frozen=True)
class Conclusion:
    """How a run ended: its report, the backup set where it made one, and the command that goes on where it paused."""

    run: str
    end: End
    report: Report
    backup: BackupResult | None
    resume: str

    @property
    def exit_code(self) -> int:
        """0 everything done, 1 steps left out or a set that is not sound, 130 paused."""
        if self.backup is not None:
            return self.backup.exit_code
        return {"finished": 0, "incomplete": 1, "paused": 130}[self.end]


class _Job:
    """What surrounds a run: nothing, unless a job says otherwise."""

    def open(self) -> None:
        """Before the journal exists. Raises :class:`WizardError`."""

    def abandon(self, error: WizardError) -> None:
        """The journal could not be made."""

    def ended(self, result: Result) -> None:
        """The runner is at the run's end; called in its thread."""

    def conclude(self, run: str, say: Say) -> BackupResult | None:
        """After the runner, as often as somebody asks. Raises :class:`WizardError`."""


@dataclass(frozen=True)
class _Restore(_Job):
    """A restore leaves beside the set it used that it came to its end, unless somebody else judges what came of it."""

    workspace: Workspace
    plan: Plan

    def ended(self, result: Result) -> None:
        if result.end == "finished" and not self.workspace.judged:
            self.workspace.record_restored(self.plan, result.state.run, restored=True)


@dataclass(frozen=True)
class _Backup(_Job):
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


class RunSession:
    """One plan, from its checks to its conclusion. Methods may block; one thread at a time calls them.

    ``by`` starts the run and answers in it. Raises :class:`Refused` for a plan of another environment.
    """

    def __init__(self, workspace: Workspace, plan: Plan, *, by: str, run: str = "") -> None:
        if plan.environment != workspace.environment and not run:
            raise Refused(
                f"the plan was made for environment {plan.environment}, connections.yaml says {workspace.environment}",
                "Make the plan again in this home.",
            )
        self.workspace = workspace
        self.plan = plan
        self.by = by
        self.run = run
        self.conclusion: Conclusion | None = None
        self._job: _Job = _Backup(workspace, plan, by) if self.backs_up else _Restore(workspace, plan)
        self._findings: dict[tuple[str, str], Finding] = {}
        self._accepted: dict[tuple[str, str], str] = {}
        self._approvers: list[str] = []
        self._started = False
        self._lock = threading.Lock()

    @classmethod
    def resume(cls, workspace: Workspace, run: str, *, by: str) -> RunSession:
        """The session of an earlier run, whole or by the beginning of its name. Raises :class:`InputError`."""
        folder = journal.find(workspace.home.runs, run)
        with journal.Reader(folder) as reader:
            return cls(workspace, reader.plan, by=by, run=folder.name)

    @property
    def backs_up(self) -> bool:
        """Whether the plan makes a backup set."""
        return backup_job.is_backup(self.plan)

    @property
    def resume_command(self) -> str:
        """The command that goes on with the run."""
        return self.workspace.home.resume(self.run)

    # Checks.

    @property
    def findings(self) -> list[Finding]:
        """What the checks found last, in the order of their first answers."""
        with self._lock:
            return list(self._findings.values())

    @property
    def accepted(self) -> dict[tuple[str, str], str]:
        """The reasons by (check, host)."""
        with self._lock:
            return dict(self._accepted)

    @property
    def in_the_way(self) -> list[Finding]:
        """The findings that keep the run from starting: blocked ones, cautions and unknowns nobody has accepted."""
        return checks.verdict(self.findings, self.accepted)

    def examine(self, on_finding: Callable[[Finding], None], only: Collection[tuple[str, str]] = ()) -> list[Finding]:
        """Judge the plan's checks on the real hosts, side by side; ``only`` asks these (check, host) again."""

        def note(finding: Finding) -> None:
            self.note(finding)
            on_finding(finding)

        with SessionPool(self.workspace.connect) as session_pool:
            return checks.examine(self.workspace.check_context(self.plan, Probe(session_pool)), note, only)

    def note(self, finding: Finding) -> None:
        """Take what a check says now; where it says something else than before, its acceptance falls."""
        with self._lock:
            before = self._findings.get(finding.key)
            if before is not None and before.message != finding.message:
                # An acceptance holds for what was read then, not for whatever the check says now.
                self._accepted.pop(finding.key, None)
            self._findings[finding.key] = finding

    def accept(self, finding: Finding, reason: str) -> None:
        """Accept a caution or an unknown. Raises :class:`Refused` for any other finding and for an empty reason."""
        if finding.status not in _ACCEPTABLE:
            raise Refused(f"{finding.check} is {finding.status} and cannot be accepted", "Fix it, then check again.")
        if not reason.strip():
            raise Refused(f"{finding.check} is accepted with a reason only", "Write why it is acceptable.")
        with self._lock:
            self._accepted[finding.key] = reason

    # Approval.

    @property
    def needs_second(self) -> bool:
        """Whether a second person has to approve the plan before it starts."""
        return approval.needed(self.workspace.entries, self.plan)

    def approve(self, second: str = "", *, plan_hash: str | None = None) -> None:
        """The starter approves, and ``second`` where that is asked for.

        ``plan_hash`` is the digest that was approved, where nobody saw the plan here. Raises :class:`Refused` for
        another digest than the plan's own, and for a second person who is missing or the starter.
        """
        if plan_hash is not None and plan_hash != self.plan.hash:
            raise Refused("the approved hash is not the plan's own", f"Read the plan, then approve {self.plan.hash}.")
        approvers = [self.by]
        if second or self.needs_second:
            approvers.append(approval.second(second, self.by))
        self._approvers = approvers

    # The run.

    @property
    def awaits_conclusion(self) -> bool:
        """Whether this is a backup whose run is at its end, so that only its set may still have to be completed."""
        if not (self.run and self.backs_up):
            return False
        with journal.Reader(journal.find(self.workspace.home.runs, self.run)) as reader:
            return bool(run_state.fold(reader.events()).finished)

    def start(self, operator: Operator) -> Runner:
        """The runner of this plan, with a new journal or the one of the run that is resumed.

        Raises :class:`Refused` while a finding stands in the way or nobody has approved, :class:`WizardError` where
        the set of a backup cannot be opened or the journal of the run not be written.
        """
        if self.run:
            return self._runner(Journal.open(journal.find(self.workspace.home.runs, self.run)), operator)
        if blocking := self.in_the_way:
            listed = "\n".join(f"{f.status} {f.check} {f.host}: {f.message}" for f in blocking)
            raise Refused(f"{len(blocking)} findings stand in the way", "Fix them, or accept the cautions.", listed)
        if not self._approvers:
            raise Refused("nobody has approved this plan", "Read the plan, then approve it.")
        self._job.open()
        try:
            record = Journal.create(self.workspace.home.runs, self.plan)
        except WizardError as error:
            self._job.abandon(error)
            raise
        runner = self._runner(record, operator)
        self.run = runner.run_name
        redact, accepted = self.workspace.redactor, self.accepted
        for number, name in enumerate(self._approvers, 1):
            found = {"findings": checks.recorded(self.findings, redact)} if number == 1 else {}
            runner.opening("plan_approved", {"by": name, "hash": self.plan.hash, "person": number, **found})
        for finding in self.findings:
            if (why := accepted.get(finding.key)) is not None:
                name = f"{finding.check}@{finding.host}"
                data = {"finding": name, "message": finding.message, "reason": why, "by": self.by}
                runner.opening("finding_accepted", data)
        return runner

    def _runner(self, record: Journal, operator: Operator) -> Runner:
        self._started = True
        session_pool = SessionPool(self.workspace.connect)
        context = self.workspace.check_context(record.plan, Probe(session_pool))

        def gatekeeper(step: PlannedStep, wanted: Precondition) -> Proof:
            return checks.precondition(context, step, wanted)

        return Runner(
            record,
            session_pool,
            operator,
            gatekeeper=gatekeeper,
            environment=self.workspace.environment,
            redactor=self.workspace.redactor,
            by=self.by,
            sink=self.workspace.sink(record.plan),
            on_end=lambda _, result: self._job.ended(result),
        )

    def conclude(self, say: Say | None = None) -> Conclusion:
        """What came of the run: the set of a backup completed and verified, the report; called again, it does no more.

        Raises :class:`WizardError` where the set could not be completed, or the journal not be read.
        """
        backup = self._job.conclude(self.run, say or _say_nothing)
        report = self.workspace.report(self.run)
        end: End = "paused"
        if report.ending in ("finished", "incomplete"):
            end = report.ending
        resume = self.resume_command if end == "paused" else ""
        self.conclusion = Conclusion(self.run, end, report, backup, resume)
        return self.conclusion

    def broke_off(self) -> None:
        """An error or Ctrl-C ended the run that was started here: a set that is not complete says so. Never raises."""
        if self._started:
            with contextlib.suppress(WizardError):
                self.conclude()

    def carry_out(
        self,
        operator: Operator,
        *,
        reason_for: Callable[[Finding], str | None],
        on_finding: Callable[[Finding], None],
        second: str = "",
        plan_hash: str | None = None,
        say: Say | None = None,
    ) -> Conclusion:
        """All of it without a person: check, accept what ``reason_for`` has a reason for, approve, run, conclude.

        Raises :class:`WizardError`; a run that was begun can be resumed then, and ``run`` is its name. So it is after
        Ctrl-C, which cuts off the step under way.
        """
        if not self.run:
            self.approve(second, plan_hash=plan_hash)
            for finding in self.examine(on_finding):
                if finding.status in _ACCEPTABLE and (why := reason_for(finding)):
                    self.accept(finding, why)
        runner = self.start(operator)
        try:
            runner.run()
        except (WizardError, KeyboardInterrupt):
            self.broke_off()
            raise
        return self.conclude(say)

    # What a complete backup lets go.

    def old_sets(self) -> list[SetRecord]:
        """The sets that may be removed by the plan sheet, oldest first; none before this session's set proved sound.

        Raises :class:`WizardError` where the backup location cannot be read.
        """
        made = self.conclusion.backup if self.conclusion else None
        if made is None or not (made.complete and made.sound):
            return []
        return complete.removable_sets(self.workspace)

    def why_removable(self, one: SetRecord) -> str:
        """One line about a set that may be removed, for the list that is shown before anything is."""
        return complete.why(one, self.workspace)

    def remove_old_sets(self, sets: Sequence[SetRecord]) -> str:
        """Remove sets that were listed; what stopped it, else empty. Never raises: the new set stays what it is."""
        gone, why = complete.remove_sets(self.workspace, sets, by=self.by)
        if self.conclusion and self.conclusion.backup:
            made = replace(self.conclusion.backup, removed=gone)
            self.conclusion = replace(self.conclusion, backup=made)
            backup_job.write_status(self.workspace, made, "", made.exit_code)
        return why
