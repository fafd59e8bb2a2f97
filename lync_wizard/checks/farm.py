"""What the rest of the farm says: the Central Management store, replication, pairing, Active Directory."""

from __future__ import annotations

from collections.abc import Callable

from lync_wizard.checks.finding import Context, Finding, check, first_good, text_of
from lync_wizard.deployment import same
from lync_wizard.errors import Unreachable
from lync_wizard.hosts.command import Cmdlet, Pipeline, Switch

Say = Callable[..., Finding]


def _in_topology(context: Context, host: str, say: Say) -> Finding:
    target = context.plan.target
    found = context.cmdlet(host, "Get-CsComputer", {"Identity": target})
    if any(same(text_of(record, "Fqdn") or text_of(record, "Identity"), target) for record in found):
        return say("ok", f"{target} is in the topology", evidence=f"Get-CsComputer -Identity {target}")
    return say(
        "blocked",
        f"{target} is not in the topology",
        "Check the name; a server that the topology does not know loses its roles when it is set up.",
        f"Get-CsComputer -Identity {target} → nothing",
    )


def _not_cms(context: Context, host: str, say: Say) -> Finding:
    found = context.cmdlet(host, "Get-CsService", {"CentralManagement": Switch()})
    pools = [text_of(record, "PoolFqdn") for record in found]
    evidence = f"Get-CsService -CentralManagement → {', '.join(pools) or 'nothing'}"
    if any(same(pool, context.pool.fqdn) for pool in pools):
        return say(
            "blocked",
            f"{context.pool.fqdn} hosts the Central Management store",
            "Use restore-cms; this procedure needs a Central Management store that is alive.",
            evidence,
        )
    return say("ok", "the Central Management store is elsewhere", evidence=evidence)


def _not_failed_over(context: Context, host: str, say: Say) -> Finding:
    if not context.pool.backup_pool:
        return say("ok", "the pool has no backup pool", evidence="deployment facts")
    found = context.cmdlet(host, "Get-CsPoolBackupRelationship", {"PoolFqdn": context.pool.fqdn})
    return say(
        "caution",
        f"the pool is paired with {context.pool.backup_pool}",
        "Make sure that the partner does not serve its users; else fail back and import nothing.",
        "; ".join(record.text for record in found),
    )


def _replication(context: Context, host: str, say: Say) -> Finding:
    found = context.cmdlet(host, "Get-CsManagementStoreReplicationStatus")
    stale = [
        text_of(record, "ReplicaFqdn")
        for record in found
        if text_of(record, "UpToDate").lower() != "true" and not context.pool.has(text_of(record, "ReplicaFqdn"))
    ]
    evidence = f"Get-CsManagementStoreReplicationStatus → {len(found)} replicas"
    if not found:
        return say("unknown", "no replica reported", "Look at the replication by hand.", evidence)
    if stale:
        return say(
            "caution",
            f"replication to {', '.join(stale)} is not up to date",
            "Wait, or run Invoke-CsManagementStoreReplication; look at events 1015, 1017, 1034 and 2020 there.",
            evidence,
        )
    return say("ok", "all other replicas are up to date", evidence=evidence)


def _controller(context: Context) -> list[str]:
    return [context.deployment.domain_controller] if context.deployment.domain_controller else []


def _computer_account(context: Context, host: str, say: Say) -> Finding:
    name = context.plan.target.partition(".")[0]
    command = Pipeline((Cmdlet("Get-ADComputer", (("Identity", name), ("Properties", ("MemberOf",)))),))
    reply = context.ask(host, command)
    evidence = f"Get-ADComputer {name} → {reply.objects[0].text if reply.objects else 'nothing'}"
    if not reply.objects:
        why = reply.errors[0].message if reply.errors else "nothing came back"
        if "cannot find an object" in why.lower():
            return say(
                "blocked",
                f"the computer account {name} is gone from Active Directory",
                "Restore the account from an AD backup or the recycle bin; a new one lacks the Lync group memberships.",
                why,
            )
        raise Unreachable(why, "Look at the account with Active Directory Users and Computers.")
    enabled = text_of(reply.objects[0], "Enabled").lower() == "true"
    groups = text_of(reply.objects[0], "MemberOf")
    if not enabled or "RTC" not in groups.upper():
        return say(
            "caution",
            f"the computer account {name} is " + ("in no RTC group" if enabled else "disabled"),
            "Have the AD administrator compare it with another Front End Server's account.",
            evidence,
        )
    return say("ok", f"{name} exists, is enabled and in its RTC groups", evidence=evidence)


CHECKS = (
    check("target-in-topology", "The topology knows the server", first_good, _in_topology, ("P10",)),
    check("not-hosting-cms", "The Central Management store is not on the target", first_good, _not_cms, ("P27",)),
    check("not-failed-over", "No partner serves the pool's users", first_good, _not_failed_over, ("P57",)),
    check("replication", "The configuration is replicated everywhere else", first_good, _replication, ("P29",)),
    check("computer-account", "The computer account was kept", _controller, _computer_account, ("P11",)),
)
