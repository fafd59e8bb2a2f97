"""A check and its judged answer, and what a check may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lync_wizard import catalogue
from lync_wizard.backup import BackupSet
from lync_wizard.deployment import Deployment, Pool, same
from lync_wizard.errors import Unreachable
from lync_wizard.hosts import Record, Reply
from lync_wizard.hosts.command import Cmdlet, Command, Pipeline, Program, Statement, Value
from lync_wizard.inquiry import Inquiry
from lync_wizard.plan import Plan
from lync_wizard.worksheet import Entries

Status = Literal["ok", "caution", "blocked", "unknown", "later"]


@dataclass(frozen=True)
class Finding:
    """The judged answer: ``evidence`` says what was asked and what came back, ``gates`` the steps that wait for it."""

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
    """What checks are judged from: the plan, the papers, the set, and hosts to ask.

    ``reads_share`` maps a UNC path to where this machine reads it; ``delegates`` says whether a host's sessions may go
    on to others as the operator.
    """

    plan: Plan
    deployment: Deployment
    pool: Pool
    entries: Entries
    backup_set: BackupSet | None
    inquiry: Inquiry
    reads_share: Callable[[str], Path | None]
    delegates: Callable[[str], bool]
    gating: bool = False
    """Asked just before a step: what could wait until now can wait no longer."""

    @property
    def hosts(self) -> list[tuple[str, str]]:
        """Every Windows host the plan sends something to, with the account used there, in order."""
        return self._asked(sql=False)

    @property
    def instances(self) -> list[tuple[str, str]]:
        """Every SQL instance (``fqdn\\instance``) the plan sends a statement to, with the account used there."""
        return self._asked(sql=True)

    def _asked(self, *, sql: bool) -> list[tuple[str, str]]:
        sent = [(s.host, s.account, s.command) for s in self.plan.steps if not s.by_hand]
        sent += [(s.verify.host, s.verify.account, s.verify.command) for s in self.plan.steps if s.verify]
        return list(dict.fromkeys((host, who) for host, who, run in sent if isinstance(run, Statement) == sql))

    def account_on(self, host: str) -> str:
        pairs = [*self.hosts, *self.instances]
        return next((account for name, account in pairs if same(name, host)), "lync-admin")

    def to_be_rebuilt(self, host: str) -> bool:
        """Whether the plan begins by wiping this host: it cannot be asked anything yet."""
        return not self.gating and any(
            s.by_hand and s.destructive and same(s.confirm_text, host.partition("\\")[0]) for s in self.plan.steps
        )

    def first_steps_on(self, host: str) -> tuple[str, ...]:
        """The first step the wizard itself sends there: what is "later" is asked before it."""
        return tuple(s.id for s in self.plan.steps if not s.by_hand and same(s.host, host))[:1]

    def standing(self) -> list[str]:
        """The hosts of the plan that are not to be rebuilt."""
        return list(dict.fromkeys(host for host, _ in self.hosts if not self.to_be_rebuilt(host)))

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
        return used

    def ask(self, host: str, command: Command) -> Reply:
        """A completed reply. Raises :class:`Unreachable` where there is none."""
        reply = self.inquiry.reply(host, self.account_on(host), command)
        if reply.state != "completed":
            why = reply.errors[0].message if reply.errors else reply.why
            raise Unreachable(why or f"{host} did not answer", "Look at the host, then ask again.")
        return reply

    def cmdlet(self, host: str, name: str, parameters: Mapping[str, Value] | None = None) -> tuple[Record, ...]:
        """The objects of one read-only cmdlet. Raises :class:`Unreachable` with the host's own words on an error."""
        reply = self.ask(host, Pipeline((Cmdlet(name, tuple((parameters or {}).items())),)))
        if reply.errors and not reply.objects:
            raise Unreachable(reply.errors[0].message, "Read what the host says, mend it, then ask again.")
        return reply.objects

    def statement(self, instance: str, name: str, parameters: Mapping[str, Value] | None = None) -> tuple[Record, ...]:
        """The rows of one named statement that reads. Raises :class:`Unreachable` with the instance's own words."""
        return self.ask(instance, Statement(name, tuple((parameters or {}).items()))).objects

    def program(self, host: str, name: str, *args: str) -> Reply:
        return self.ask(host, Program(name, args))


@dataclass(frozen=True)
class Check:
    """A statement that should be true; ``hosts`` names where it is asked (an empty name is this machine)."""

    id: str
    title: str
    hosts: Callable[[Context], list[str]]
    judge: Callable[[Context, str], Finding]
    pitfalls: tuple[str, ...] = field(default=())

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


Judge = Callable[[Context, str, Callable[..., Finding]], Finding]


def check(
    name: str, title: str, hosts: Callable[[Context], list[str]], judge: Judge, pitfalls: tuple[str, ...] = ()
) -> Check:
    """A check from a function that gets a maker of findings: ``say(status, message, hint, evidence)``."""

    def judged(context: Context, host: str) -> Finding:
        def say(
            status: Status, message: str, hint: str = "", evidence: str = "", gates: tuple[str, ...] = ()
        ) -> Finding:
            return Finding(name, title, status, host, message, hint, evidence, gates, pitfalls)

        return judge(context, host, say)

    return Check(name, title, hosts, judged, pitfalls)


def is_lync(cmdlet: str) -> bool:
    """Whether a cmdlet belongs to the Lync module (its noun begins with Cs)."""
    return "-Cs" in cmdlet and catalogue.load().get(cmdlet) is not None


def this_machine(_: Context) -> list[str]:
    return [""]


def all_hosts(context: Context) -> list[str]:
    return list(dict.fromkeys(host for host, _ in context.hosts))


def lync_hosts(context: Context) -> list[str]:
    """Hosts to which the plan sends Lync cmdlets."""
    return [host for host in all_hosts(context) if any(map(is_lync, context.cmdlets_on(host)))]


def first_good(context: Context) -> list[str]:
    """One standing host with the Lync module, to ask about the farm."""
    return [host for host in context.standing() if any(map(is_lync, context.cmdlets_on(host)))][:1]


def text_of(record: Record, name: str) -> str:
    value = next((v for k, v in record.properties.items() if k.lower() == name.lower()), None)
    return "" if value is None else (value.text if isinstance(value, Record) else str(value))
