"""The use case: one plan from its checks to its conclusion, the same for every front end.

A front end makes a session for a plan (or for a run to be resumed) and calls, in this order: ``examine`` until
nothing stands in the way, ``accept``, ``approve``, ``start``, and ``conclude`` once the runner has ended;
``carry_out`` does all of it where nobody can be asked. What a backup needs around its run, and a restore does not,
stands in :mod:`workspace.run_jobs`.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from lync_wizard import checks
from lync_wizard.backup.retention import SetRecord
from lync_wizard.checks import Finding
from lync_wizard.core import timestamps
from lync_wizard.core.errors import Refused, Unreachable, WizardError
from lync_wizard.core.secret import Secret
from lync_wizard.core.wrapping import counted
from lync_wizard.deployment import same
from lync_wizard.hosts.identity import Identity
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans import approval, derivation, identified
from lync_wizard.plans.approval import Approver
from lync_wizard.plans.model import Plan, PlannedStep, Precondition
from lync_wizard.plans.probe import Probe
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs import host_identity, interruption, journal, journal_check
from lync_wizard.runs import state as run_state
from lync_wizard.runs.anchors import Anchors
from lync_wizard.runs.host_identity import HostIdentities
from lync_wizard.runs.journal import Journal
from lync_wizard.runs.runner import Operator, Runner
from lync_wizard.workspace import agreed_hosts, backup_job, home_judgement, identities, kept_plan, run_jobs, sign_in
from lync_wizard.workspace.backup_job import Say, complete
from lync_wizard.workspace.conclusion import Conclusion, End
from lync_wizard.workspace.findings import ACCEPTABLE, Findings
from lync_wizard.workspace.run_jobs import Job
from lync_wizard.workspace.workspace import Workspace

CHANGED: Final = "changed-since-plan"
"""The finding of a run that goes on with another program, other procedures or connections than its plan says."""
_CHANGED: Final = "The plan was made with this version, these procedures and these connections"
_LOOK: Final = (
    f"Compare the steps left with the procedure of today. Unattended: `accept: {{{CHANGED}: WHY}}` in --answers."
)


def _say_nothing(_: str) -> None: ...


class RunSession:
    """One plan, from its checks to its conclusion. Methods may block; one thread at a time calls them.

    ``by`` starts the run and answers in it. Raises :class:`Refused` for a plan of another environment and
    for one of a backup that was carried out before. ``fixed``: the plan was made earlier, so that hosts are held
    against it; another learns what its hosts are from the examination, before it is approved.
    """

    def __init__(self, workspace: Workspace, plan: Plan, *, by: str, run: str = "", fixed: bool = False) -> None:
        workspace.require_worksheets()
        if plan.environment != workspace.environment and not run:
            raise Refused(
                f"the plan was made for environment {plan.environment}, connections.yaml says {workspace.environment}",
                "Create a new plan in this home.",
            )
        if not run and backup_job.is_backup(plan):
            backup_job.refuse_used(workspace, plan)
        self.workspace = workspace
        self.plan = plan
        self.by = by
        self.run = run
        self.conclusion: Conclusion | None = None
        self._fixed = fixed or bool(run)
        self.others = identities.Others()
        self._job: Job = run_jobs.of(workspace, plan, by, backs_up=self.backs_up)
        self._findings = Findings()
        self.note = self._findings.note
        self.accept = self._findings.accept
        self._second: tuple[Approver, ...] | None = None
        """Who approves beside the starter; None while nobody has approved here."""
        self._starter: sign_in.Starter | None = None
        self._began: frozenset[str] = frozenset()
        self._confirmed: Mapping[str, Identity] = {}
        """What hosts are, by key, as a person confirmed it in an earlier part of the run."""
        self._approved_at: datetime | None = None
        self._unapproved = ""
        self._started = False
        self.unhashed = False
        self._wipe_running: frozenset[str] = frozenset()

    @classmethod
    def of_file(cls, workspace: Workspace, path: Path, *, by: str) -> RunSession:
        """The session of a plan in a file, which is never believed; raises as :func:`kept_plan.prove`."""
        plan = derivation.load(path)
        if plan.environment == workspace.environment:
            kept_plan.prove(workspace, plan)
        return cls(workspace, plan, by=by, fixed=True)

    @classmethod
    def resume(cls, workspace: Workspace, run: str, *, by: str) -> RunSession:
        """The session of an earlier run, whole or by the beginning of its name.

        Raises :class:`InputError`, and :class:`Refused` where its plan is not the one that was approved and begun.
        What the plan was made with and is another now stands among the findings, to be accepted.
        """
        folder = journal.find(workspace.home.runs, run)
        with journal.Reader(folder) as reader:
            kept_plan.prove_recorded(workspace, reader)
            session = cls(workspace, reader.plan, by=by, run=folder.name)
            approvals = reader.events(types=("plan_approved",))
            state = run_state.fold(reader.events())
            met = reader.events(types=host_identity.EVENTS)
        strangers = host_identity.doubted(session.plan, met)
        session._confirmed = host_identity.confirmed(met)
        session._approved_at = max((event.at for event in approvals), default=None)
        session._began = frozenset(str(e.data.get("sid", "")) for e in approvals if e.data.get("person") == 1)
        gone = [name for name, at in state.steps.items() if at.settled]
        elsewhere = kept_plan.reached_otherwise(workspace, session.plan, gone)
        if session.plan.second_person and len(state.approvers) < 2:
            session._unapproved = "only one person has approved this plan, which asks for two"
        elif session.plan.second_person and elsewhere:
            session._unapproved = "hosts are reached otherwise than was approved"
        if changed := [*kept_plan.changes(workspace, session.plan), *elsewhere]:
            differing = "; ".join([*changed, *derivation.contradictions(session.plan)])
            session.note(Finding(CHANGED, _CHANGED, "caution", "", differing, _LOOK))
        if session.needs_second:
            session._doubt(session.others.still(session.plan, strangers, workspace.quiet), session.note)
        return session

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
        return self._findings.all()

    @property
    def accepted(self) -> dict[tuple[str, str], str]:
        """The reasons by (check, host)."""
        return self._findings.accepted()

    @property
    def in_the_way(self) -> list[Finding]:
        """The findings that keep the run from starting: blocked ones, cautions and unknowns nobody has accepted.

        A check of the plan that has given no answer, because nobody asked or asking broke off, is a blocked one.
        """
        found = self.findings
        answered = {finding.key for finding in found}
        return checks.verdict([*found, *(one for one in self._unanswered if one.key not in answered)], self.accepted)

    @functools.cached_property
    def _unanswered(self) -> list[Finding]:
        if self.run or not self.plan.checks:
            return []
        with SessionPool(self.workspace.connect) as session_pool:
            try:
                return checks.unanswered(self.workspace.check_context(self.plan, Probe(session_pool)))
            except WizardError as error:
                names = self.plan.checks
                return [checks.CHECKS[one].finding("", "blocked", error.summary, error.hint) for one in names]

    def examine(self, on_finding: Callable[[Finding], None], only: Collection[tuple[str, str]] = ()) -> list[Finding]:
        """Judge the plan's checks on the real hosts, side by side; ``only`` asks these (check, host) again.

        Raises :class:`Refused` where nobody has agreed to sign in to one of the hosts.
        """
        home = self._judge_home(on_finding)
        agreed_hosts.settle(self.workspace, self.plan)

        def note(finding: Finding) -> None:
            self.note(finding)
            on_finding(finding)

        seen = identities.Seen(self.workspace.connect)
        with SessionPool(seen.connect) as session_pool:
            context = self.workspace.check_context(self.plan, Probe(session_pool))
            waived = replace(context, unhashed=lambda: self.unhashed, wipe_running=self._wipe_running)
            found = checks.examine(waived, note, only)
            said = identities.asked(self.plan, session_pool, seen.silent, {host.lower() for _, host in only})
        agreed_hosts.refuse(self.workspace)
        if self._fixed:
            found += self._doubt(self.others.compare(self.plan, said), note)
        else:
            self.plan = identified.learnt(self.plan, said)
        self._know_starter()
        return [*home, *found]

    def _judge_home(self, on_finding: Callable[[Finding], None] = lambda _: None) -> list[Finding]:
        """What stands against the home folder now, which stands in the way of every run."""
        self._findings.drop(home_judgement.KEY)
        for finding in (found := home_judgement.findings(self.workspace.home)):
            self.note(finding)
            on_finding(finding)
        return found

    def _doubt(self, others: list[Finding], note: Callable[[Finding], None]) -> list[Finding]:
        """Where two approve a plan, both have to see another machine first; one person is asked when it is met."""
        for finding in others:
            note(finding)
            if (met := self.others.met(finding)) and met.other and self.needs_second:
                self._unapproved = f"{finding.host} is another machine than was approved"
        return others

    def leave_files_unhashed(self, typed: str) -> None:
        """The set's files are not hashed before the first step; that is then a caution, to be accepted with a reason.

        Raises :class:`Refused` where what was typed is not the target's FQDN.
        """
        if not same(typed, self.plan.target):
            raise Refused(f"{typed} is not the target of this plan", f"Type {self.plan.target}, or leave it out.")
        self.unhashed = True

    def wipe_though_running(self, typed: str) -> None:
        """A server that works is wiped all the same; that is then a caution, to be accepted with a reason.

        Raises :class:`Refused` where what was typed is no server that this plan installs again or wipes.
        """
        self._wipe_running |= {checks.wiped_server(self.plan, typed).lower()}

    # Approval.

    @property
    def needs_second(self) -> bool:
        """Whether a second person has to approve the plan before it starts."""
        return approval.needed(self.workspace.entries, self.plan)

    @property
    def approval_wanted(self) -> str:
        """Why somebody has to approve the plan, or the steps left, before it starts or goes on; empty where nobody has.

        An approval is for one run and for as long as the plan sheet says. A backup that goes on needs none: it reads.
        """
        if self.run and self.backs_up:
            return ""
        if self._approved_at is None:
            return "nobody has approved this plan"
        if self._unapproved:
            return self._unapproved
        valid = approval.valid_for(self.workspace.entries)
        if self._approved_at + valid >= timestamps.now():
            return ""
        at, hours = timestamps.local_text(self._approved_at), f"{valid.total_seconds() / 3600:g} h"
        return f"the approval of {at} was valid for {hours}"

    def sign_in(self, user: str, password: Secret, say: Say | None = None) -> Approver:
        """The second person, signed in with their own account at a host; ``say`` hears what is being done.

        Raises as :meth:`lync_wizard.workspace.sign_in.SecondPerson.sign_in`.
        """
        used = self._began | ({self._starter.said.sid} if self._starter else set())
        say = say or (lambda _: None)
        hosts = self._sign_in_hosts
        person = sign_in.SecondPerson(self.workspace, self.plan, hosts, self.by, used - {""}, self._said, say)
        return person.sign_in(user, password)

    def approve(self, second: str | Approver = "", *, plan_hash: str | None = None) -> None:
        """The starter approves the plan, or the steps that are left of it, and ``second`` where that is asked for.

        A second person who is a mere name is not proven. ``plan_hash`` is the digest that was approved, where nobody
        saw the plan here. Raises :class:`Refused` for another digest than the plan's own, and for a second person who
        is missing, the starter, or an account of this run.
        """
        self._fixed = self._fixed or plan_hash is not None
        if plan_hash is not None and plan_hash != self.plan.hash:
            raise Refused("the approved hash is not the plan's own", f"Read the plan, then approve {self.plan.hash}.")
        others: tuple[Approver, ...] = ()
        if second or self.needs_second:
            other = second if isinstance(second, Approver) else approval.typed(second)
            approval.refuse_same(other.name, self.by)
            if not other.sid:
                sign_in.refuse_account(other.name, self.workspace.book)
            others = (other,)
        self._second = others
        self._approved_at = timestamps.now()
        self._unapproved = ""

    @property
    def _sign_in_hosts(self) -> list[str]:
        return sign_in.hosts_of(self.plan, self.findings, self.workspace)

    def _know_starter(self) -> Approver:
        """The starter, with the account of their role where a host says it at once; asked once, judged anew."""

        def known(host: str) -> Identity:
            return sign_in.known(self.plan, self._said, host)

        if self._starter is None:
            hosts = [] if sign_in.none_answers(self.findings) else self._sign_in_hosts
            # Where nothing was recorded of a host, what it says proves nothing: those that are known come first.
            hosts.sort(key=lambda host: not known(host))
            self._starter = sign_in.starter(self.workspace, hosts, self.by)
        return self._starter.judged(known)

    @property
    def _said(self) -> Mapping[str, Identity]:
        """What hosts are, by key, as a person said after the plan was made."""
        return {**self._confirmed, **self.others.accepted(self.accepted)}

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

        Raises :class:`Refused` while a finding stands in the way or nobody has approved, :class:`Unreachable` where
        the finding is that nobody answered, :class:`WizardError` where the set of a backup cannot be opened or the
        journal of the run not be written.
        """
        self._judge_home()
        agreed_hosts.settle(self.workspace, self.plan)
        if blocking := self.in_the_way:
            listed = "\n".join(f.told for f in blocking)
            # Nobody answered: that is why it stops, whoever might accept it.
            kind: type[WizardError] = Unreachable if any(f.status == "unknown" for f in blocking) else Refused
            raise kind(
                f"the run is blocked by {counted(len(blocking), 'finding')}",
                "Fix them, or accept the cautions.",
                listed,
            )
        if wanted := self.approval_wanted:
            raise Refused(wanted, "Read the plan, then approve it; unattended: --approve.")
        fresh = not self.run
        approvers = () if self._second is None else (self._know_starter(), *self._second)
        record = self._record()
        runner = self._runner(record, operator)
        self.run = runner.run_name
        if not fresh:
            journal_check.beside(record.folder, runner)
        accepted = self.accepted
        for number, one in enumerate(approvers, 1):
            found = kept_plan.seen(self.workspace, self.plan, self.findings) if fresh and number == 1 else {}
            runner.opening("plan_approved", {**one.recorded(), "hash": self.plan.hash, "person": number, **found})
        for finding in self.findings:
            if (why := accepted.get(finding.key)) is not None:
                name = f"{finding.check}@{finding.host}"
                data = {"finding": name, "message": finding.message, "reason": why, "by": self.by}
                runner.opening("finding_accepted", data)
        return runner

    def _refuse_rewritten(self, folder: Path) -> None:
        with journal.Reader(folder) as reader:
            for anchored in (reader.anchored(), reader.anchored(self.workspace.set_folder(reader.plan))):
                if anchored.broken_at is not None:
                    raise Refused(anchored.line, journal.CHANGED)

    def _record(self) -> Journal:
        if self.run:
            self._job.go_on(hashed=not self.unhashed)
            folder = journal.find(self.workspace.home.runs, self.run)
            self._refuse_rewritten(folder)
            record = Journal.open(folder)
            if record.plan.hash != self.plan.hash:
                record.close()
                raise Refused(f"the plan of {self.run} has changed since it was read", "Look who writes to its folder.")
            return record
        self._job.open()
        try:
            return Journal.create(self.workspace.home.runs, self.plan)
        except WizardError as error:
            self._job.abandon(error)
            raise

    def _runner(self, record: Journal, operator: Operator) -> Runner:
        self._started = True
        if folder := self.workspace.set_folder(record.plan):
            record.anchor_in(Anchors(folder, record.run))
        hosts = HostIdentities(record.plan, record.events())
        session_pool = SessionPool(hosts.connect(self.workspace.connect))
        context = self.workspace.check_context(record.plan, Probe(session_pool))

        def gatekeeper(step: PlannedStep, wanted: Precondition) -> Proof:
            done = frozenset(name for name, at in runner.state.steps.items() if at.shown == "done")
            now = replace(context, done=done, wipe_running=self._wipe_running)
            return checks.precondition(now, step, wanted)

        runner = Runner(
            record,
            session_pool,
            operator,
            gatekeeper=gatekeeper,
            environment=self.workspace.environment,
            redactor=self.workspace.redactor,
            by=self.by,
            sink=self.workspace.sink(record.plan),
            on_end=lambda _, result: self._job.ended(result),
            sent=self.workspace.sent,
            hosts=hosts,
        )
        self.others.confirm(hosts, runner, self.accepted, self.by)
        return runner

    def conclude(self, say: Say | None = None) -> Conclusion:
        """What came of the run: the set of a backup completed and verified, the report; called again, it does no more.

        Raises :class:`WizardError` where the set could not be completed, or the journal not be read.
        """
        backup = self._job.conclude(self.run, say or (lambda _: None))
        report = self.workspace.report(self.run)
        end: End = report.ending if report.ending in ("finished", "incomplete") else "paused"
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
        second: str | Approver = "",
        plan_hash: str | None = None,
        say: Say | None = None,
    ) -> Conclusion:
        """All of it without a person: check, accept what ``reason_for`` has a reason for, approve, run, conclude.

        Raises :class:`WizardError`; a run that was begun can be resumed then, and ``run`` is its name. Ctrl-C stops
        the command under way on its host and pauses the run; a second one cuts it off (KeyboardInterrupt).
        """
        findings = self.findings
        if not self.run:
            self.approve(second, plan_hash=plan_hash)
            self.others.unattended = True
            findings = self.examine(on_finding)
        for finding in findings:
            if finding.status in ACCEPTABLE and (why := reason_for(finding)):
                self.accept(finding, why)
        runner = self.start(operator)
        try:
            with interruption.pauses(runner):
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
