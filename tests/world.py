"""A world for runs: hosts that do what a plan sends, remember it, and answer questions by what was done."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from lync_wizard.core.errors import Unreachable
from lync_wizard.hosts import HostError, Limits, Output, Record, Reply, Transport
from lync_wizard.hosts.command import Command, Identify, Pipeline, to_data
from lync_wizard.hosts.identity import Identity
from lync_wizard.plans import identified
from lync_wizard.plans.model import Plan, Read
from lync_wizard.procedures.expectations import Predicate, Test, Verification
from lync_wizard.runs.runner import Operator, Runner
from lync_wizard.runs.state import RunEvent
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace


def begun(workspace: Workspace, plan: Plan, operator: Operator, *, by: str = "ann", second: str = "") -> Runner:
    """The runner of an approved plan whose checks found nothing: these hosts answer no catalogue check."""
    session = RunSession(workspace, plan, by=by)
    for finding in session.in_the_way:
        session.note(replace(finding, status="ok"))
    session.approve(second)
    return session.start(operator)


READ = "7"
"""What is read beforehand in this world: it can be a name and a number."""


def records_for(predicates: tuple[Predicate, ...], deeds: int = 1) -> tuple[Record, ...]:
    """Objects for which every predicate holds; ``deeds`` is how much was done so far, as numbers and times grow."""
    each = [test for predicate in predicates if predicate.quantifier == "each" for test in predicate.tests]
    if each:
        common = records_for(tuple(p for p in predicates if p.quantifier != "each"), deeds)[0].properties
        named = [(test.property, one) for test in each for one in test.wanted]
        return tuple(Record(str(one), {**common, name: one}) for name, one in named) or (Record("an answer", common),)
    properties: dict[str, Any] = {}
    value: Any = "an answer"
    number = 1
    for predicate in predicates:
        for test in predicate.tests:
            if predicate.quantifier == "count":
                number = int(test.wanted) if test.comparison in {"equals", "at_least"} else 0
            elif predicate.quantifier == "none":
                if test.property != "value":
                    properties.setdefault(test.property, "something else")
            elif test.property == "value":
                value = _wanted(test, deeds)
            else:
                properties[test.property] = _wanted(test, deeds)
    return tuple(Record(str(value), properties, None if properties else value) for _ in range(number))


def _wanted(test: Test, deeds: int) -> Any:
    if isinstance(test.wanted, str) and test.wanted.startswith("<Read:"):
        return READ
    match test.comparison:
        case "changed" | "higher_than_before":
            return deeds
        case "not":
            return f"other than {test.wanted}"
        case "in":
            return test.wanted[0]
    return test.wanted


@dataclass
class World:
    """Every command carried out, how often, and what is to go wrong.

    ``lose`` maps a step id to how its connection is lost: ``before`` (never ran) or ``after`` (ran, nobody heard).
    ``fail`` maps a step id to the error its command ends with, once; ``vain`` are steps that end well and do nothing.
    ``on_run`` hears a step id before it acts.
    """

    plan: Plan | None = None
    done: Counter[str] = field(default_factory=Counter)
    lose: dict[str, str] = field(default_factory=dict)
    fail: dict[str, str] = field(default_factory=dict)
    vain: set[str] = field(default_factory=set)
    refuse: set[str] = field(default_factory=set)
    on_run: Callable[[str], None] = lambda _: None
    under_way: dict[str, Any] = field(default_factory=dict)
    mute: set[str] = field(default_factory=set)
    """Hosts that answer everything but what they are."""
    installed: Counter[str] = field(default_factory=Counter)
    """How often each host was installed anew; each time it is another machine with the same computer account."""

    def identity(self, host: str) -> Identity:
        """What a host of this world is."""
        if host.lower() in self.mute:
            return Identity()
        name, _, instance = host.upper().partition("\\")
        name = name.partition(".")[0]
        if instance:
            day = 1 + self.installed[host.lower()]
            return Identity(name, instance=f"{name}\\{instance}", installed=f"2013-04-{day:02}T09:13:36")
        return Identity(
            name,
            "contoso.com",
            f"S-1-5-21-1-2-3-{len(name)}{sum(name.encode())}",
            f"S-1-5-21-{name}-{self.installed[host.lower()]}-1",
        )

    def learnt(self, plan: Plan) -> Plan:
        """The plan as it is made while every host of this world answers."""
        said = {name: (self.identity(name.partition(" ")[2]), "") for name in plan.identified}
        return identified.learnt(plan, said)

    def hear(self, event: RunEvent) -> None:
        """Know which step is being carried out: the same command may be one step's work and another's proof."""
        if event.type == "step_started":
            self.under_way[event.step or ""] = event.data.get("command")
        elif event.type == "step_finished":
            self.under_way.pop(event.step or "", None)

    def connect(self, server: str, account: str, transport: Transport = "psrp") -> WorldSession:
        if server in self.refuse:
            raise Unreachable(f"{server} does not answer", "Look at it.")
        return WorldSession(self, server)


@dataclass
class WorldSession:
    """A session on one host of the world."""

    world: World
    host: str

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        world, plan = self.world, self.world.plan
        if isinstance(command, Identify):
            of = world.identity(f"{command.computer}.contoso.com" if command.computer else self.host)
            return Reply("completed", (_said(replace(of, machine="") if command.computer else of),))
        if plan is None:
            return Reply("failed", why="this world follows no plan yet")
        for step in (step for step in plan.steps if step.id in world.under_way):
            if step.host == self.host and world.under_way[step.id] == to_data(command):
                delivers = step.deliver is not None and step.deliver.form == "bytes"
                answer = (Record("<2 bytes>", value=b"PK"),) if delivers else records_for(step.expect.objects)
                return self._act(step.id, answer, on_output)
        return self._answer(plan, command) or Reply("completed", _catalogue(command))

    def _act(self, step_id: str, objects: tuple[Record, ...], on_output: Callable[[Output], None]) -> Reply:
        world = self.world
        world.on_run(step_id)
        on_output(Output("verbose", f"carrying out {step_id}"))
        how = world.lose.pop(step_id, "")
        if how == "before":
            return Reply("unknown", why="the connection was lost")
        if step_id in world.fail:
            return Reply("completed", errors=(HostError(world.fail.pop(step_id)),))
        world.done[step_id] += step_id not in world.vain
        return Reply("unknown", why="the connection was lost") if how else Reply("completed", objects, seconds=0.01)

    def _answer(self, plan: Plan, command: Command) -> Reply | None:
        """What the host says to a question: the state the last step done left it in."""

        def same(question: Verification | None) -> bool:
            return question is not None and question.command == command and question.host == self.host

        proofs = [step for step in plan.steps if step.verify and same(step.verify)]
        done = [step.verify for step in proofs if step.verify and self.world.done[step.id]]
        given = [p.question for step in plan.steps for p in step.before if p.question and same(p.question)]
        asked_here = [read for step in plan.steps for read in step.reads.values() if read.host == self.host]
        reads = [read for read in asked_here if read.command == command]
        if reads and (done or not proofs):
            return Reply("completed", (_read(reads[0]),))
        if proofs:
            asked = [*(step.verify for step in proofs if step.verify), *given]
            deeds = sum(self.world.done.values())
            if all(one.quantifier == "any" for question in asked for one in question.predicates):
                # A row for each of many, so that a question about one finds its own whichever was done last.
                return Reply("completed", tuple(row for q in done for row in records_for(q.predicates)))
            return Reply("completed", records_for(done[-1].predicates, deeds) if done else ())
        return Reply("completed", records_for(given[0].predicates)) if given else None

    def close(self) -> None:
        """Nothing to end."""


def _read(read: Read) -> Record:
    """What is read beforehand; a certificate is one that can serve."""
    if read.certificate is None:
        return Record("read", {read.select: READ})
    name = "other.contoso.com" if read.certificate.other else read.certificate.names[0]
    return Record("read", {"Thumbprint": READ, "Subject": f"CN={name}", "HasPrivateKey": True, "DnsNameList": (name,)})


def _said(one: Identity) -> Record:
    """An identity as a session answers it."""
    if one.instance:
        return Record("", {"machine_name": one.name, "server_name": one.instance, "installed": one.installed})
    return Record(
        "",
        {
            "Name": one.name,
            "Domain": one.domain,
            "Account": one.account,
            "Machine": one.machine,
            "Certificate": one.certificate,
        },
    )


def _catalogue(command: Command) -> tuple[Record, ...]:
    """Every cmdlet asked about exists, with any parameter."""
    if isinstance(command, Pipeline) and command.cmdlets[0].name == "Get-Command":
        names = dict(command.cmdlets[0].parameters)["Name"]
        return tuple(Record(str(name), {"Name": name}) for name in names if isinstance(names, tuple))
    return ()
