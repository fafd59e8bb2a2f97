"""A check, what it finds, and what it may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lync_wizard.backup import BackupSet, Standing
from lync_wizard.core import catalogue
from lync_wizard.core.errors import Denied, Unreachable, WizardError
from lync_wizard.deployment import Deployment, Pool, same
from lync_wizard.hosts import Record, Reply
from lync_wizard.hosts.command import Cmdlet, Command, Compare, Pipeline, Program, Statement, Value
from lync_wizard.plans.identified import wipes
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.plans.probe import Probe
from lync_wizard.worksheets import Entries

Status = Literal["ok", "caution", "blocked", "unknown", "later"]


@dataclass(frozen=True)
class Finding:
    """What a check found: ``evidence`` says what was asked and what came back, ``gates`` the steps that wait for it."""

    check: str
    title: str
    status: Status
    host: str
    message: str
    hint: str = ""
    evidence: str = ""
    gates: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def key(self) -> tuple[str, str]:
        return self.check, self.host

    @property
    def line(self) -> str:
        """The finding in a line: status, check, host where there is one, message."""
        return f"{self.status} {' '.join(filter(None, self.key))}: {self.message}"

    @property
    def told(self) -> str:
        """The line, and what to do in one of its own."""
        return f"{self.line}\n    {self.hint}" if self.hint else self.line

    def to_data(self) -> dict[str, Any]:
        return {
            "check": self.check,
            "title": self.title,
            "status": self.status,
            "host": self.host,
            "message": self.message,
            "hint": self.hint,
            "evidence": self.evidence,
            "gates": list(self.gates),
            "pitfalls": list(self.pitfalls),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Context:
    """What checks are evaluated from: the plan, the worksheets, the set, and hosts to ask.

    ``reads_share`` maps a UNC path to where this machine reads it; ``delegates`` says whether a host's sessions may go
    on to others as the operator.
    """

    plan: Plan
    deployment: Deployment
    pool: Pool
    entries: Entries
    backup_set: BackupSet | None
    probe: Probe
    reads_share: Callable[[str], Path | None]
    delegates: Callable[[str], bool]
    silent: Callable[[str], bool] = lambda _: False
    """Whether nobody takes a connection at a host or instance; false as well where nobody can tell."""
    standing: Standing = field(default_factory=Standing)
    """What this home knows of the set."""
    exchanged: Callable[[], str] = lambda: ""
    """The exchanged sets, where there is no other to take."""
    unhashed: Callable[[], bool] = lambda: False
    """Whether somebody typed the target's FQDN so that the set's files are not hashed; it ends hashing under way."""
    tell: Callable[[Finding], None] = lambda _: None
    """Hears how far a check has come that takes long."""
    gating: bool = False
    """Asked just before a step: what could wait until now can wait no longer."""
    wipe_running: frozenset[str] = frozenset()
    """Servers, in lower case, whose FQDN somebody typed so that they are wiped though they run their role."""
    done: frozenset[str] = frozenset()
    """Steps that the run has carried out so far; empty before it."""

    @property
    def hosts(self) -> list[tuple[str, str]]:
        """Every Windows host the plan sends something to, with the account used there, in order."""
        return self._asked(sql=False)

    @property
    def instances(self) -> list[tuple[str, str]]:
        """Every SQL instance (``fqdn\\instance``) the plan sends a statement to, with the account used there."""
        return self._asked(sql=True)

    def _asked(self, *, sql: bool) -> list[tuple[str, str]]:
        # A backup does without an optional file, and so without the server that it is of.
        sent = [
            (s.host, s.account, s.command)
            for s in self.plan.steps
            if not (s.by_hand or (s.deliver and s.deliver.optional))
        ]
        sent += [(s.verify.host, s.verify.account, s.verify.command) for s in self.plan.steps if s.verify]
        return list(dict.fromkeys((host, who) for host, who, run in sent if isinstance(run, Statement) == sql))

    def account_on(self, host: str) -> str:
        pairs = [*self.hosts, *self.instances]
        default = "sql-admin" if "\\" in host else "lync-admin"
        return next((account for name, account in pairs if same(name, host)), default)

    def wiped(self, host: str) -> bool:
        """Whether the plan wipes this host: somebody installs Windows or SQL Server there anew."""
        server = host.partition("\\")[0]
        return any(wipes(step) and same(step.confirm_text, server) for step in self.plan.steps)

    def to_be_rebuilt(self, host: str) -> bool:
        """Whether this host cannot be asked anything yet, because the plan begins by wiping it."""
        return not self.gating and self.wiped(host)

    def after_wiping(self, host: str) -> tuple[PlannedStep, ...]:
        """The steps that find the host bare and ready: those behind the group that wipes it."""
        server = host.partition("\\")[0]
        groups = [s.group for s in self.plan.steps if wipes(s) and same(s.confirm_text, server)]
        last = max((n for n, s in enumerate(self.plan.steps) if s.group in groups), default=-1)
        return self.plan.steps[last + 1 :]

    def cmdlets_on(self, host: str) -> dict[str, set[str]]:
        """Every cmdlet and parameter the plan sends to a host, verifications and preconditions included."""
        used: dict[str, set[str]] = {}
        for step in self.plan.steps:
            asked = [(step.verify.host, step.verify.command)] if step.verify else []
            asked += [(p.question.host, p.question.command) for p in step.before if p.question]
            sent = [(step.host, step.command), *asked]
            for name, command in sent:
                if isinstance(command, Pipeline) and same(name, host):
                    for cmdlet in command.cmdlets:
                        used.setdefault(cmdlet.name, set()).update(key for key, _ in cmdlet.parameters)
                elif isinstance(command, Compare) and same(name, host):
                    used.setdefault(command.export.name, set()).update(key for key, _ in command.export.parameters)
        return used

    def hear(self, host: str, cmdlet: str, /, **parameters: Value) -> Reply:
        """The host's reply to one cmdlet, though it be an error. Raises :class:`Unreachable` where there is none."""
        reply = self._reply(host, _pipeline(cmdlet, parameters))
        return reply if reply.state in {"completed", "failed"} else _completed(host, reply)

    def gone(self, server: str, error: WizardError) -> bool:
        """Whether an error means that nobody is there. One of this machine, a certificate or a sign-in does not."""
        return isinstance(error, Unreachable) and not isinstance(error, Denied) and self.silent(server)

    def ask(self, host: str, cmdlet: str, /, **parameters: Value) -> Reply:
        """A completed reply to one cmdlet. Raises :class:`Unreachable` where there is none."""
        return _completed(host, self._reply(host, _pipeline(cmdlet, parameters)))

    def ask_each(self, hosts: Sequence[str], cmdlet: str, /, **parameters: Value) -> dict[str, Reply | WizardError]:
        """One question to several hosts at the same time; a host that does not answer has its error instead."""

        def one(host: str) -> Reply | WizardError:
            try:
                return self.ask(host, cmdlet, **parameters)
            except WizardError as error:
                return error

        if not hosts:
            return {}
        with ThreadPoolExecutor(max_workers=len(hosts), thread_name_prefix="checks") as pool:
            return dict(zip(hosts, pool.map(one, hosts), strict=True))

    def cmdlet(self, host: str, name: str, /, **parameters: Value) -> tuple[Record, ...]:
        """The objects of one read-only cmdlet. Raises :class:`Unreachable` with the host's own words on an error."""
        return self.objects(host, _pipeline(name, parameters))

    def objects(self, host: str, asked: Pipeline) -> tuple[Record, ...]:
        """Those of a pipeline that reads. Raises :class:`Unreachable` as :meth:`cmdlet` does."""
        reply = _completed(host, self._reply(host, asked))
        if reply.errors and not reply.objects:
            raise Unreachable(reply.errors[0].message, "Read what the host says, fix it, then check again.")
        return reply.objects

    def statement(self, instance: str, name: str, /, **parameters: Value) -> tuple[Record, ...]:
        """The rows of one named statement that reads. Raises :class:`Unreachable` with the instance's own words."""
        command = Statement(name, tuple(parameters.items()))
        account = next((who for found, who in self.instances if same(found, instance)), "sql-admin")
        return _completed(instance, self.probe.reply(instance, account, command)).objects

    def program(self, host: str, name: str, *args: str) -> Reply:
        return _completed(host, self._reply(host, Program(name, args)))

    def _reply(self, host: str, command: Command) -> Reply:
        return self.probe.reply(host, self.account_on(host), command)


def _pipeline(cmdlet: str, parameters: Mapping[str, Value]) -> Pipeline:
    return Pipeline((Cmdlet(cmdlet, tuple(parameters.items())),))


def refusal(reply: Reply, otherwise: str = "nothing came back") -> str:
    """The host's own words for why there is no object; ``otherwise`` where it has none."""
    return reply.errors[0].message if reply.errors else otherwise


def _completed(host: str, reply: Reply) -> Reply:
    if reply.state != "completed":
        why = reply.errors[0].message if reply.errors else reply.why
        raise Unreachable(why or f"{host} did not answer", "Look at the host, then check again.")
    return reply


Gate = Callable[[PlannedStep, str], bool]
"""Whether a step waits for the answer of a host that could not be asked at the start."""


@dataclass(frozen=True)
class Check:
    """A statement that should be true; ``hosts`` names where it is asked (an empty name is this machine).

    Of a host that is still to be rebuilt it is asked later: just before the first step that ``gate`` picks.
    """

    id: str
    title: str
    hosts: Callable[[Context], list[str]]
    evaluate: Callable[[Context, str], Finding]
    pitfalls: tuple[str, ...] = field(default=())
    gate: Gate | None = None
    about: Callable[[Context], str] | None = None
    """The host that the answer is about, where it is another than the one asked."""

    def subject(self, context: Context, host: str) -> str:
        return self.about(context) if self.about else host

    def gates(self, context: Context, host: str) -> tuple[str, ...]:
        """The step that waits for this host's answer, none where nothing of the plan rests on it."""
        gate, subject = self.gate, self.subject(context, host)
        if gate is None or not context.wiped(subject):
            return ()
        return tuple(step.id for step in context.after_wiping(subject) if gate(step, subject))[:1]

    def finding(
        self,
        host: str,
        status: Status,
        message: str,
        hint: str = "",
        evidence: str = "",
        gates: tuple[str, ...] = (),
    ) -> Finding:
        return Finding(self.id, self.title, status, host, message, hint, evidence, gates, self.pitfalls)


Say = Callable[..., Finding]
"""Makes a finding of the check at hand: status, message, hint, evidence, gates."""
Evaluate = Callable[[Context, str, Say], Finding]


def check(
    name: str,
    title: str,
    hosts: Callable[[Context], list[str]],
    evaluate: Evaluate,
    pitfalls: tuple[str, ...] = (),
    gate: Gate | None = None,
    about: Callable[[Context], str] | None = None,
) -> Check:
    """A check from a function that gets a maker of findings: ``say(status, message, hint, evidence)``."""

    def found(context: Context, host: str) -> Finding:
        def say(
            status: Status, message: str, hint: str = "", evidence: str = "", gates: tuple[str, ...] = ()
        ) -> Finding:
            return Finding(name, title, status, host, message, hint, evidence, gates, pitfalls)

        return evaluate(context, host, say)

    return Check(name, title, hosts, found, pitfalls, gate, about)


def is_lync(cmdlet: str) -> bool:
    """Whether a cmdlet belongs to the Lync module (its noun begins with Cs)."""
    return "-Cs" in cmdlet and catalogue.load().get(cmdlet) is not None
