"""The pool as a whole: its Front End Servers' quorum, its Back End within reach, its user store lost or alive."""

from __future__ import annotations

from typing import Final

from lync_wizard.checks.check import Context, Finding, Say, check, refusal
from lync_wizard.checks.scopes import (
    each,
    first_good,
    pool_of,
    rebuilt_registrars,
    standing_registrars,
    store_server,
    this_machine,
    uses_instance,
)
from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts import text_of
from lync_wizard.hosts.command import Switch

FIRST_START: Final = {1: 1, 2: 1, 3: 3, 4: 3, 5: 4, 6: 5, 7: 5, 8: 6, 9: 7, 10: 8, 11: 9, 12: 10}
"""Front End Servers of a pool → how many must run before a cold pool finishes its start (P33)."""
LIVING: Final = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 10: 5, 11: 5, 12: 5}
"""Front End Servers of a pool → how many keep a running one alive; four where it is not named (P34)."""


def _pooled(context: Context) -> list[str]:
    """Evaluated once for the pool, from this machine, because no single server knows."""
    return this_machine(context) if context.pool.kind == "enterprise" else []


def _quorum(context: Context, _: str, say: Say) -> Finding:
    members = context.pool.server_fqdns
    coming = [host for host in members if context.wiped(host)]
    standing = [host for host in members if not context.wiped(host)]
    answers = context.ask_each(standing, "Get-Service", Name=("RTCSRV",))
    told: dict[str, str] = {}
    for host, answer in answers.items():
        if isinstance(answer, WizardError):
            told[host] = "does not answer"
        else:
            told[host] = text_of(answer.objects[0], "Status") if answer.objects else "not installed"
    running = [host for host, status in told.items() if status.lower() in {"running", "4"}]
    evidence = "Get-Service RTCSRV → " + (", ".join(f"{host} {status}" for host, status in told.items()) or "nobody")
    total, needed = len(members), FIRST_START.get(len(members), len(members))
    alive = LIVING.get(total, 4)
    if running and len(running) < alive:
        return say(
            "caution",
            f"{len(running)} of {total} Front End Servers run, the pool needs {alive} to keep running",
            "Bring more servers back first; Reset-CsPoolRegistrarState -ResetType QuorumLossRecovery helps only where "
            "a routing group lost its quorum.",
            evidence,
        )
    if not running and len(coming) + len(standing) - _unfit(told) < needed:
        return say(
            "caution",
            f"a cold start needs {needed} of {total} Front End Servers",
            "Bring the missing ones back before the start, and start all of them together with -NoWait.",
            evidence,
        )
    if running:
        return say(
            "ok", f"{len(running)} of {total} Front End Servers run, {alive} keep the pool running", evidence=evidence
        )
    return say("ok", f"all {total} can start together; {needed} must come up within the hour", evidence=evidence)


def _unfit(told: dict[str, str]) -> int:
    return sum(status in {"does not answer", "not installed"} for status in told.values())


def _stopped(context: Context, _: str, say: Say) -> Finding:
    """An import while one Front End Server of the pool still runs says it succeeded and changes nothing."""
    members = context.pool.server_fqdns or (context.pool.fqdn,)
    answers = context.ask_each(members, "Get-Service", Name=("RTC*",))
    running: list[str] = []
    silent: list[str] = []
    for host, answer in answers.items():
        if isinstance(answer, WizardError):
            silent.append(host)
            continue
        names = [text_of(r, "Name") for r in answer.objects if text_of(r, "Status").lower() not in {"stopped", "1"}]
        if names:
            running.append(f"{host} ({', '.join(names[:3])}{' …' if len(names) > 3 else ''})")
    evidence = f"Get-Service RTC* on {', '.join(members)} → running on {', '.join(running) or 'none'}"
    if running:
        return say(
            "blocked",
            f"Lync services still run on {'; '.join(running)}",
            "Run Stop-CsWindowsService on every Front End Server of the pool; it stops the local services only.",
            evidence,
        )
    if silent:
        return say(
            "caution",
            f"{', '.join(silent)} does not answer",
            "Make sure that it is off or stopped, and stays so until the services are started together.",
            evidence,
        )
    return say("ok", f"the services are stopped on {counted(len(members), 'server')}", evidence=evidence)


def _importing(context: Context) -> list[str]:
    return this_machine(context) if any("Import-CsUserData" in step.text for step in context.plan.steps) else []


def _store_lost(context: Context, _: str, say: Say) -> Finding:
    """Evaluated from the plan: an import over a working user store replaces newer data by older."""
    store = store_server(context)
    evidence = f"the plan → {store} is " + ("rebuilt" if context.wiped(store) else "not rebuilt")
    if context.wiped(store):
        return say("ok", f"the user store on {store} is created empty", evidence=evidence)
    return say(
        "caution",
        f"the plan imports user data, and {store} with the user store is not rebuilt",
        "Make sure that the user store is lost: over a working one the import replaces newer data by older.",
        evidence,
    )


def _front_end(context: Context) -> list[str]:
    pool = context.pool
    if pool.kind != "enterprise" or pool.sql is None:
        return []
    members = [host for host in standing_registrars(context) if pool.has(host)]
    return (members or [host for host in rebuilt_registrars(context) if pool.has(host)] or first_good(context))[:1]


def _reaches(context: Context, host: str, say: Say) -> Finding:
    """From a Front End Server to the instance, over the ports that the services will use."""
    store = context.pool.sql
    if store is None:
        raise Unreachable("the pool's instance is not recorded", "Fill in deployment-facts/sql/server.")
    lacking = next((one for one in (store.server, host) if context.to_be_rebuilt(one)), "")
    if lacking:
        return say("later", f"checked when {lacking} is available again")
    reply = context.hear(host, "Test-CsDatabase", ConfiguredDatabases=Switch(), SqlServerFqdn=store.server)
    found = [r for r in reply.objects if text_of(r, "DatabaseName")]
    shown = ", ".join(each(text_of(record, "DatabaseName") for record in found))
    evidence = f"Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn {store.server} on {host} → {shown or 'nothing'}"
    if reply.errors and not found:
        return say(
            "blocked",
            f"{host} does not reach {store}",
            "Open TCP 1433, UDP 1434 and the instance's own static port on the database server's firewall: on an "
            "Enterprise Back End nobody does it for you.",
            f"{evidence}: {refusal(reply)}",
        )
    return say("ok", f"{pool_of(context, host).fqdn} reaches {store}", evidence=evidence)


CHECKS = (
    check("fabric-quorum", "Enough Front End Servers for the pool's quorum", _pooled, _quorum, ("P33", "P34", "P35")),
    check("pool-stopped", "Every Front End Server of the pool is stopped", this_machine, _stopped, ("P41",)),
    check("user-store-lost", "User data is imported only into a new store", _importing, _store_lost, ("P57",)),
    check(
        "back-end-reachable",
        "The Front End Servers reach the Back End",
        _front_end,
        _reaches,
        ("P20",),
        uses_instance,
        store_server,
    ),
)
