"""The servers that a plan installs again or wipes: a lost one is silent, and one that works is somebody's mistake."""

from __future__ import annotations

from typing import Final

from lync_wizard.checks.check import Context, Finding, Say, check
from lync_wizard.checks.scopes import each
from lync_wizard.core.errors import Refused, WizardError
from lync_wizard.deployment import SqlInstance, same
from lync_wizard.deployment.roles import SERVICES
from lync_wizard.hosts import property_of, text_of
from lync_wizard.plans.identified import wipes
from lync_wizard.plans.model import Plan

_OURS: Final = frozenset({
    "rtcxds", "rtcshared", "rtcab", "rgsconfig", "rgsdyn", "cpsdyn", "xds", "lis", "lcslog", "lcscdr", "qoemetrics",
    "mgc", "mgccomp",
})  # fmt: skip
"""Databases of Lync Server on an instance of SQL Server."""


def wiped_servers(plan: Plan) -> list[str]:
    """Every server that a step of the plan installs again or wipes, in its order."""
    return each(step.confirm_text for step in plan.steps if wipes(step))


def wiped_server(plan: Plan, typed: str) -> str:
    """The server that was typed. Raises :class:`Refused` where the plan installs or wipes none of that name."""
    wiped = wiped_servers(plan)
    for server in wiped:
        if same(typed, server):
            return server
    raise Refused(
        f"{typed} is no server that this plan installs again or wipes",
        f"Type one of {', '.join(wiped)}, or leave it out." if wiped else "Leave it out.",
    )


def _wiped(context: Context) -> list[str]:
    return wiped_servers(context.plan)


def _alive(context: Context, host: str, say: Say) -> Finding:
    asked: list[str] = []
    roles: list[str] = []
    refused: list[WizardError] = []
    for question, at in ((_service, [host]), (_databases, map(str, _instances(context, host))), (_share, [host])):
        try:
            running = question(context, host, asked)
        except WizardError as error:
            asked.append(error.summary)
            refused += [] if all(context.gone(one, error) for one in at) else [error]
            continue
        roles += [running] if running else []
    evidence = "; ".join(each(asked)) or "nothing is known that it runs"
    if not roles and refused:
        raise refused[0]
    if not roles:
        return say("ok", f"{host} does not answer, or does not run its role", evidence=evidence)
    silent = _silent_servers(context)
    meant = f"; {', '.join(silent)} does not answer" if silent else ""
    typed = host.lower() in context.wipe_running
    return say(
        "caution" if typed else "blocked",
        f"{host} works ({', '.join(roles)}), and this plan installs it again or wipes it{meant}",
        "Accept it with the reason why a server that works is wiped."
        if typed
        else f"Choose {silent[0]} as the target, if that is the lost one."
        if silent
        else f"Choose the server that is lost. To wipe this one all the same: --wipe-running {host}, and a reason.",
        evidence,
    )


def _service(context: Context, host: str, asked: list[str]) -> str:
    """The service of its role, where it is a server of Lync and the service runs."""
    pool = next((one for one in context.deployment.lync_pools if any(same(f, host) for f in one.server_fqdns)), None)
    name = SERVICES.get(pool.kind, "") if pool else ""
    if not name:
        return ""
    found = context.hear(host, "Get-Service", Name=(name,)).objects
    status = text_of(found[0], "Status") if found else "not installed"
    asked.append(f"Get-Service {name} → {status}")
    return f"{name} runs" if status.lower() in {"running", "4"} else ""


def _instances(context: Context, host: str) -> list[SqlInstance]:
    """The instances of a server that is nothing but a SQL Server."""
    if any(same(host, one) for one in context.deployment.host_fqdns):
        return []
    return [one for one in context.deployment.sql_instances if same(one.server, host)]


def _databases(context: Context, host: str, asked: list[str]) -> str:
    """The databases of Lync, or the endpoint of a witness, on an instance of its own."""
    for instance in _instances(context, host):
        rows = context.statement(str(instance), "databases")
        names = [name for row in rows if (name := text_of(row, "name")).lower() in _OURS]
        asked.append(f"sys.databases on {instance} → {', '.join(names) or 'none of Lync Server'}")
        if names:
            return f"{', '.join(names[:3])}{' and more' if len(names) > 3 else ''} on {instance}"
        if any(pool.witness and pool.witness.key == instance.key for pool in context.deployment.pools):
            ends = context.statement(str(instance), "mirroring-endpoints")
            asked.append(f"sys.database_mirroring_endpoints on {instance} → {len(ends)}")
            if ends:
                return f"the witness of a mirror on {instance}"
    return ""


def _share(context: Context, host: str, asked: list[str]) -> str:
    """The folder of a file store, where the server is nothing else."""
    for pool in context.deployment.pools:
        store = pool.file_store
        if store is None or not same(store.server, host) or not store.local_folder or pool.has(host):
            continue
        found = context.hear(host, "Test-Path", LiteralPath=store.local_folder).objects
        there = bool(found) and str(property_of(found[0], "value")).lower() == "true"
        asked.append(f"Test-Path {store.local_folder} → {there}")
        if there:
            return f"the file store {store.share}"
    return ""


def _silent_servers(context: Context) -> list[str]:
    """The other servers of Lync that do not answer: perhaps one of them is meant."""
    wiped = {name.lower() for name in _wiped(context)}
    others = [fqdn for fqdn in context.deployment.host_fqdns if fqdn.lower() not in wiped]
    answers = context.ask_each(others, "Get-Service", Name=("RTC*",))
    return [host for host, one in answers.items() if isinstance(one, WizardError) and context.gone(host, one)]


def _nobody(_: Context) -> str:
    """What it says is about the server as it is now, so that it never waits until it is wiped."""
    return ""


CHECKS = (
    check("target-alive", "What is installed again or wiped does not work any more", _wiped, _alive, about=_nobody),
)
