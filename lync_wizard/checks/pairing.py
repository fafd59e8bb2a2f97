"""A pair of pools before and in a failover: who serves, who is master, can the partner take over, what is saved."""

from __future__ import annotations

from typing import Any, Final

from lync_wizard.checks.check import Context, Finding, Say, check, refusal
from lync_wizard.checks.scopes import first_good, inner_lync_hosts, this_machine
from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.core.wrapping import counted
from lync_wizard.deployment import same
from lync_wizard.deployment.pairs import Pair, store
from lync_wizard.failover import readings
from lync_wizard.failover.readings import Module
from lync_wizard.hosts import text_of
from lync_wizard.hosts.command import Switch

_IMPORTS: Final = ("Import-CsUserData", "Update-CsUserData", "Import-CsRgsConfiguration")
"""What brings data into a pool that its partner has newer while it is failed over."""


def pair(context: Context) -> Pair:
    return Pair(context.deployment, context.pool, context.plan.answers)


def _planned(context: Context) -> bool:
    return context.plan.answers.get("mode") == "planned"


def _lost(context: Context) -> bool:
    """Whether the plan takes the pool for lost."""
    return context.plan.answers.get("mode") == "disaster"


# Which pool is failed over now


def _not_failed_over(context: Context, host: str, say: Say) -> Finding:
    partner = context.pool.backup_pool
    if not partner:
        return say("ok", "the pool has no backup pool", evidence="deployment facts")
    hint = f"Make sure that {partner} does not serve its users; else fail back and import nothing."
    try:
        found = context.cmdlet(host, "Get-CsRegistrarConfiguration")
    except WizardError as error:
        return say(
            "caution",
            f"the pool is paired with {partner}, and whether it is failed over now cannot be read",
            hint,
            f"Get-CsRegistrarConfiguration → {error.summary}",
        )
    state = readings.pool_state(found, context.pool.fqdn)
    evidence = f"Get-CsRegistrarConfiguration → PoolState {state or 'nowhere'} of {context.pool.fqdn}"
    match state.lower():
        case "active" | "failedback":
            return say("ok", f"{context.pool.fqdn} serves its users itself", evidence=evidence)
        case "failingover" | "failedover":
            sent = [name for name in _IMPORTS if any(name in step.text for step in context.plan.steps)]
            told = f"{context.pool.fqdn} is failed over to {partner} ({state})"
            if not sent:
                return say("ok", f"{told}; this plan imports nothing into it", evidence=evidence)
            return say(
                "blocked",
                f"{told}, and this plan would import older data ({', '.join(sent)})",
                "Answer in the plan that the pool is failed over: it is rebuilt without imports, and pool-failback "
                "brings the newer data home.",
                evidence,
            )
    return say("caution", f"the pool is paired with {partner}, and its state is not known", hint, evidence)


# Whether the pool is lost


def _lost_servers(context: Context) -> list[str]:
    return list(pair(context).pool.server_fqdns) if _lost(context) else []


def _really_lost(context: Context, host: str, say: Say) -> Finding:
    """A failover for a lost pool loses what was not carried over: not for one that serves."""
    try:
        reply = context.hear(host, "Get-Service", Name=readings.SERVICES)
    except WizardError as error:
        if not context.gone(host, error):
            raise
        return say("ok", f"{host} does not answer, as the plan says", evidence=f"Get-Service → {error.summary}")
    states = readings.services(reply.objects)
    if "RTCSRV" not in states:
        why = refusal(reply, "no such service came back")
        raise Unreachable(f"{host} answers, and not whether its Front-End service runs: {why}", "Look at it there.")
    evidence = f"Get-Service → {', '.join(f'{name} {state}' for name, state in states.items())}"
    if states["RTCSRV"].lower() != "running":
        return say("ok", f"{host} answers, and its Front-End service does not run", evidence=evidence)
    return say(
        "caution",
        f"{host} answers and its Front-End service runs; the plan takes the pool for lost",
        "Plan it as planned: then nothing is lost. Accept it with a reason where only the pool's SQL Server or its "
        "network is lost.",
        evidence,
    )


# Whether the partner can take over


def _serving(context: Context) -> list[str]:
    partner = pair(context).partner
    return list(partner.server_fqdns) if partner else []


def _first_serving(context: Context) -> list[str]:
    return _serving(context)[:1]


def _partner(context: Context, host: str, say: Say) -> Finding:
    if context.plan.answers.get("partner") == "unreachable":
        return _partner_gone(context, host, say)
    states = readings.services(context.cmdlet(host, "Get-Service", Name=readings.SERVICES))
    evidence = "Get-Service → " + (", ".join(f"{name} {state}" for name, state in states.items()) or "nothing")
    stopped = [name for name, state in states.items() if state.lower() != "running"]
    if "RTCSRV" not in states or "RTCSRV" in stopped:
        return say(
            "blocked",
            f"the Front-End service of {host} does not run",
            "The partner must serve before anybody is failed over to it; start its services first.",
            evidence,
        )
    if stopped or "LYNCBACKUP" not in states:
        return say(
            "caution",
            f"the Backup Service of {host} does not run",
            "Start LYNCBACKUP; without it nothing is carried between the pools.",
            evidence,
        )
    return say("ok", f"{host} serves", evidence=evidence)


def _partner_gone(context: Context, host: str, say: Say) -> Finding:
    """Failed back without its partner a pool loses what was made there: not while the partner serves."""
    try:
        reply = context.hear(host, "Get-Service", Name=readings.SERVICES)
    except WizardError as error:
        if not context.gone(host, error):
            raise
        states, evidence = {}, f"Get-Service → {error.summary}"
    else:
        states = readings.services(reply.objects)
        said = [f"{name} {state}" for name, state in states.items()] or [error.message for error in reply.errors]
        evidence = f"Get-Service → {', '.join(said) or 'nothing'}"
    if states.get("RTCSRV", "").lower() == "running":
        return say(
            "blocked",
            f"{host} serves, and the plan says that it cannot be reached",
            "Plan again with a partner that can be reached; -DisasterMode would lose what was made there.",
            evidence,
        )
    return say(
        "caution",
        f"{host} does not serve, as the plan says; what was made there since the failover is lost",
        "Accept it with a reason, or wait for the partner where it can be brought back.",
        evidence,
    )


def _modules(context: Context, host: str, pool: str) -> tuple[Module, ...]:
    reply = context.probe.reply(host, context.account_on(host), readings.modules_of(pool))
    if reply.state != "completed" or (reply.errors and not reply.objects):
        raise Unreachable(
            reply.errors[0].message if reply.errors else reply.why or f"{pool} did not answer",
            "Start the service LYNCBACKUP there, and ask with an account that is in RTCUniversalServerAdmins.",
        )
    return readings.modules(reply.objects)


def _asked_for_lag(context: Context) -> list[str]:
    """Nobody is asked how far a lost pool has come; that it is lost is what ``pool-lost`` asks."""
    return [] if _lost(context) else _first_serving(context)


def _steady(context: Context, host: str, say: Say) -> Finding:
    both = pair(context)
    pools = [one for one in (both.pool, both.partner) if one]
    wrong, shown = [], []
    for pool in pools:
        found = _modules(context, host, pool.fqdn)
        if not found:
            raise Unreachable(f"the Backup Service of {pool.fqdn} names no module", "Look at it there.")
        for module in found:
            shown.append(f"{pool.fqdn} {module}")
            if not module.well(master=context.deployment.hosts_cms(pool)):
                wrong.append(f"{module.name} of {pool.fqdn} is {module.sent}/{module.taken}")
    evidence = f"Get-CsBackupServiceStatus → {'; '.join(shown)}"
    if wrong:
        return say(
            "blocked",
            f"the Backup Service has not carried everything over: {', '.join(wrong[:3])}",
            "Run Invoke-CsBackupServiceSync and wait until both directions are steady or final (backup-service).",
            evidence,
        )
    return say("ok", "the Backup Service is steady in both directions", evidence=evidence)


def _sent(context: Context) -> str:
    return "\n".join(step.text for step in context.plan.steps)


# The Central Management store


def _central_pool(context: Context) -> bool:
    return context.deployment.hosts_cms(context.pool) and bool(context.pool.backup_pool)


def _standby_instance(context: Context) -> list[str]:
    partner = pair(context).partner
    return [str(store(partner))] if partner and _central_pool(context) and store(partner).server else []


def _state(context: Context, instance: str) -> str:
    return readings.current_state(context.statement(instance, "central-state"))


def _backup_mode(context: Context, instance: str, say: Say) -> Finding:
    """What both databases say of themselves; the one in use may be gone."""
    here = _state(context, instance)
    other = str(store(pair(context).pool))
    try:
        there = _state(context, other)
        told = there or "nothing"
    except WizardError as error:
        there, told = "", f"not read ({error.summary})"
    evidence = f"xds.dbo.DbConfigInt → CurrentState {here or 'nothing'} on {instance}, {told} on {other}"
    wait = "Wait, then check again: the store settles before it is failed over."
    match readings.store_state(here, there):
        case "untold":
            return say("unknown", "the standby does not say in which state it is", "Look at xds there.", evidence)
        case "two-masters":
            return say(
                "blocked",
                "both databases say that they are in use: there are two masters",
                "Do not fail over. Restore the store from its exports (restore-cms) after you know which one is right.",
                evidence,
            )
        case "taken-over":
            return say(
                "blocked",
                f"the store on {instance} is in use already",
                "The failover has taken place; go on behind it. A second one waits until the first has settled.",
                evidence,
            )
        case "no-master":
            return say(
                "blocked",
                "both databases are in Backup mode: there is no master",
                "Undo the failover on the pool that Get-CsManagementConnection names (store-state moving).",
                evidence,
            )
        case "standby":
            return say("ok", "the standby is in Backup mode", evidence=evidence)
        case "in-transition":
            return say("blocked", "a database of the store is in transition", wait, evidence)


def _central_hosts(context: Context) -> list[str]:
    serving = [host for host in _first_serving(context) if host in inner_lync_hosts(context)]
    return serving or first_good(context)


def _one_master(context: Context, host: str, say: Say) -> Finding:
    reply = context.hear(host, "Get-CsService", CentralManagement=Switch())
    if reply.state != "completed" or (reply.errors and not reply.objects):
        why = refusal(reply, reply.why or f"{host} did not answer")
        if _planned(context):
            raise Unreachable(why, "Look at the host, then check again.")
        return say("ok", "no store answers, as a loss would show", evidence=f"Get-CsService → {why}")
    found = reply.objects
    masters = readings.masters(found)
    shown = ", ".join(f"{text_of(one, 'PoolFqdn')} {text_of(one, 'Active')}" for one in found) or "nothing"
    evidence = f"Get-CsService -CentralManagement → {shown}"
    if len(masters) > 1:
        return say(
            "blocked", f"{' and '.join(masters)} are both active masters",
            "Do not fail over. Find out which one servers use (Get-CsManagementConnection) and restore the other.",
            evidence,
        )  # fmt: skip
    if not masters:
        return say(
            "caution" if _planned(context) else "ok", "no pool is the active master",
            "Look at MASTER and FTA, and whether a failover was begun.", evidence,
        )  # fmt: skip
    wanted = context.deployment.cms.pool if context.deployment.cms else ""
    if not same(masters[0], wanted):
        return say(
            "blocked",
            f"{masters[0]} is the active master, the worksheets say {wanted or 'nobody'}",
            "Correct the pool of the store in the deployment facts, then plan again.",
            evidence,
        )
    where, points = _connection(context, host)
    evidence += f"; connection {where or 'unknown'}, Active Directory {points or 'unknown'}"
    if where and points and where.lower() != points.lower():
        return say(
            "blocked",
            f"the management connection is {where}, Active Directory names {points}",
            "Open a new shell and compare again; until both agree the store has not settled.",
            evidence,
        )
    return say("ok", f"{masters[0]} is the only active master", evidence=evidence)


def _connection(context: Context, host: str) -> tuple[str, str]:
    """The store that the shell uses, and the one that Active Directory names; empty where it is not told."""
    return (
        readings.connection(context.cmdlet(host, "Get-CsManagementConnection")),
        readings.location(context.cmdlet(host, "Get-CsConfigurationStoreLocation")),
    )


# What a failover has saved


def _proven(context: Context, _: str, say: Say) -> Finding:
    """The exports are read as a backup's are, from the set that this plan makes."""
    # Imported here: it loads lxml, which no help needs.
    from lync_wizard.backup import bounded_readers, export_readers

    root = str(context.plan.values.get("RescueSet", ""))
    if not root:
        return say("ok", "the plan saves nothing of the store", evidence="the plan")
    if not context.gating:
        return say("later", "read when the exports have been made")
    folder = context.reads_share(root)
    wanted: list[tuple[str, Any]] = [("Config.zip", "Configuration")]
    wanted += [("E911Config.zip", "Locations")] if _planned(context) else []
    shown, wrong = [], []
    for name, kind in wanted:
        path = folder / name if folder else None
        try:
            if path is None or not path.is_file():
                raise ValueError("is not there" if folder else "lies where this machine cannot read")
            held = export_readers.held(path, kind)
            export_readers.contents(path, kind)
        except (OSError, ValueError, bounded_readers.Damaged) as error:
            wrong.append(f"{name} {error}")
            continue
        pools = held.get("pools", [])
        if kind == "Configuration" and not any(same(str(one), context.pool.fqdn) for one in pools):
            wrong.append(f"{name} does not know {context.pool.fqdn}")
            continue
        shown.append(f"{name} ({counted(len(pools), 'pool')})" if pools else name)
    evidence = f"{root} → {', '.join(shown) or 'nothing that can be read'}"
    if not wrong:
        return say("ok", f"the exports can be read: {', '.join(shown)}", evidence=evidence)
    if _planned(context):
        return say(
            "blocked",
            f"the exports of the store are not proven: {'; '.join(wrong)}",
            "Export configuration and locations again; a planned failover is not begun without them.",
            evidence,
        )
    rest = f"the set {context.backup_set.folder.name}" if context.backup_set else "no set was chosen"
    return say(
        "caution",
        f"the configuration could not be exported from a replica ({'; '.join(wrong)})",
        f"The newest copy is {rest}; go on with a reason.",
        evidence,
    )


CHECKS = (
    check("not-failed-over", "No partner serves the pool's users", first_good, _not_failed_over, ("P57", "P39")),
    check("partner-answers", "The partner runs", _serving, _partner),
    check("pool-lost", "The pool that the plan takes for lost does not serve", _lost_servers, _really_lost, ("P37",)),
    check("backup-service-steady", "The Backup Service has carried everything over", _asked_for_lag, _steady),
    check(
        "cms-in-backup-mode", "The standby of the store is in Backup mode", _standby_instance, _backup_mode, ("P31",)
    ),
    check("one-master", "The store has one active master", _central_hosts, _one_master, ("P31",)),
    check("central-export-proven", "The exports of the store can be read", this_machine, _proven, ("P28",)),
)
