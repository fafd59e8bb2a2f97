"""Where checks are asked: the servers that are to be rebuilt, the ones that stand, the instances that take part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lync_wizard.checks.check import Context, is_lync
from lync_wizard.deployment import Pool, SqlInstance, same
from lync_wizard.deployment.roles import LOCAL_ADMIN
from lync_wizard.hosts.command import Copy, Pipeline, Program, SimulatedAction, Statement
from lync_wizard.plans.model import PlannedStep

_SETUP: Final = re.compile("bootstrapper|setup", re.IGNORECASE)
"""What the programs of Lync's setup are called, or the values read that name them."""
_WIZARD: Final = frozenset({"deployment-wizard-step-1", "deployment-wizard-step-2", "edge-step-1"})
"""Steps of the Deployment Wizard that rest on the server's name and network."""
_WIZARD_START: Final = frozenset({"deployment-wizard-step-4"})
REGISTRARS: Final = ("standard-edition", "enterprise", "director")
"""Pools whose members run the Front-End service and Web Services."""


def each(names: Iterable[str]) -> list[str]:
    """Every FQDN once, as first written."""
    return list({name.lower(): name for name in names if name}.values())


def this_machine(_: Context) -> list[str]:
    return [""]


def all_hosts(context: Context) -> list[str]:
    return each(host for host, _ in context.hosts)


def lync_hosts(context: Context) -> list[str]:
    """Hosts to which the plan sends Lync cmdlets."""
    return [host for host in all_hosts(context) if any(map(is_lync, context.cmdlets_on(host)))]


def inner_lync_hosts(context: Context) -> list[str]:
    """Those where the plan's account reads the Central Management store.

    An Edge Server never can (P15), and the account for Persistent Chat need not (P6).
    """
    return [h for h in lync_hosts(context) if not _on_edge(context, h) and context.account_on(h) != "chat-admin"]


def first_good(context: Context) -> list[str]:
    """One standing host with the Lync module, to ask about the farm."""
    wiped = rebuilt(context)
    good = [host for host in inner_lync_hosts(context) if host not in wiped]
    return (good or [host for host in lync_hosts(context) if not context.to_be_rebuilt(host)])[:1]


def rebuilt(context: Context) -> list[str]:
    """Windows servers of the plan that begin anew, in its order."""
    return [host for host in all_hosts(context) if context.wiped(host)]


def rebuilt_lync(context: Context) -> list[str]:
    """Those of them that carry a Lync role."""
    known = {fqdn.lower() for fqdn in context.deployment.host_fqdns}
    return [host for host in rebuilt(context) if host.lower() in known]


def rebuilt_registrars(context: Context) -> list[str]:
    return [host for host in rebuilt_lync(context) if _kind(context, host) in REGISTRARS]


def standing_registrars(context: Context) -> list[str]:
    """Front End Servers and Directors that the plan talks to and does not rebuild."""
    return [h for h in lync_hosts(context) if _kind(context, h) in REGISTRARS and not context.wiped(h)]


def rebuilt_edges(context: Context) -> list[str]:
    return [host for host in rebuilt_lync(context) if _on_edge(context, host)]


def copying_hosts(context: Context) -> list[str]:
    return each(step.host for step in context.plan.steps if isinstance(step.command, Copy))


def controller(context: Context) -> list[str]:
    return [context.deployment.domain_controller] if context.deployment.domain_controller else []


def pool_of(context: Context, host: str) -> Pool:
    """The pool a host belongs to, else the target's."""
    return context.deployment.pool_of(host) or context.pool


def siblings(context: Context, host: str) -> list[str]:
    """The other members of a host's pool that this plan does not rebuild."""
    members = pool_of(context, host).server_fqdns
    return [member for member in members if not same(member, host) and not context.wiped(member)]


# SQL Server


def instances(context: Context) -> list[str]:
    """Every instance that takes part: statements go there, or cmdlets name its server."""
    named = [str(store) for store in _stores(context) if _takes_part(context, store)]
    return each([*(host for host, _ in context.instances), *named])


def mirrored_instances(context: Context) -> list[str]:
    """Primary, mirror and witness, where the plan has to do with one of them."""
    found: list[str] = []
    for primary, mirror, witness in _sessions(context):
        session = [store for store in (primary, mirror, witness) if store]
        if mirror and any(_takes_part(context, store) for store in session):
            found += map(str, session)
    return each(found)


def store_server(context: Context) -> str:
    """Where the target pool's user store and Response Groups lie: its Back End, or the Standard Edition server."""
    pool = context.pool
    return pool.sql.server if pool.sql and pool.kind == "enterprise" else pool.fqdn


def _sessions(context: Context) -> list[tuple[SqlInstance | None, SqlInstance | None, SqlInstance | None]]:
    pool, cms = context.pool, context.deployment.cms
    central = [(cms.sql, cms.mirror, cms.witness)] if cms and context.deployment.hosts_cms(pool) else []
    return [(pool.sql, pool.mirror, pool.witness), *central]


def _stores(context: Context) -> list[SqlInstance]:
    """The target pool's instances; those of Standard Edition servers come and go with their server."""
    if context.pool.kind == "standard-edition":
        return []
    return [store for session in _sessions(context) for store in session if store]


def _takes_part(context: Context, store: SqlInstance) -> bool:
    return any(mentions(step, store.server) for step in context.plan.steps)


def mentions(step: PlannedStep, server: str) -> bool:
    """Whether a step goes to a server, harms it, or names it in what it sends."""
    if same(step.host.partition("\\")[0], server) or same(step.confirm_text, server):
        return True
    return step.command is not None and server.lower() in step.text.lower()


# Where an answer that must wait is asked for again


def sent_there(step: PlannedStep, host: str) -> bool:
    return not step.by_hand and same(step.host, host)


def sends_lync(step: PlannedStep, host: str) -> bool:
    command = step.command
    return sent_there(step, host) and isinstance(command, Pipeline) and any(is_lync(c.name) for c in command.cmdlets)


def sets_up(step: PlannedStep, host: str) -> bool:
    """What needs the server's name and network right: Lync's setup and everything after it."""
    command = step.command
    program = isinstance(command, Program) and _SETUP.search(command.name) is not None
    return sends_lync(step, host) or (sent_there(step, host) and program) or in_the_wizard(step, host, _WIZARD)


def in_the_wizard(step: PlannedStep, host: str, actions: frozenset[str]) -> bool:
    """Whether a person takes one of these steps of the Deployment Wizard on the host."""
    command = step.command
    return isinstance(command, SimulatedAction) and same(step.host, host) and command.name in actions


def named(step: PlannedStep, host: str) -> bool:
    """What needs the server's name right: an Edge Server gets its suffix by hand, after Windows is there."""
    return sets_up(step, host) if step.account == LOCAL_ADMIN else sent_there(step, host)


def copies(step: PlannedStep, host: str) -> bool:
    return sent_there(step, host) and isinstance(step.command, Copy)


def starts(step: PlannedStep, host: str) -> bool:
    """What must find the server at the farm's level: an import of user data, a start of the services."""
    wanted = {"Import-CsUserData", "Start-CsWindowsService"}
    sent = sends_lync(step, host) and isinstance(step.command, Pipeline) and not wanted.isdisjoint(_names(step.command))
    return sent or in_the_wizard(step, host, _WIZARD_START)


def imports_groups(step: PlannedStep, _: str) -> bool:
    return not step.by_hand and "Import-CsRgsConfiguration" in step.text


def uses_instance(step: PlannedStep, host: str) -> bool:
    server = host.partition("\\")[0]
    return not step.by_hand and isinstance(step.command, Statement | Pipeline) and mentions(step, server)


def _names(pipeline: Pipeline) -> set[str]:
    return {cmdlet.name for cmdlet in pipeline.cmdlets}


def _kind(context: Context, host: str) -> str:
    pool = context.deployment.pool_of(host)
    return pool.kind if pool else ""


def _on_edge(context: Context, host: str) -> bool:
    return _kind(context, host) == "edge"
