"""What the rest of the farm says: topology, Central Management, replication, pairing, policies, Active Directory."""

from __future__ import annotations

from typing import Final

from lync_wizard.checks.check import Context, Finding, Say, check, refusal
from lync_wizard.checks.scopes import (
    controller,
    each,
    first_good,
    imports_groups,
    pool_of,
    rebuilt,
    rebuilt_lync,
    store_server,
)
from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.core.wrapping import counted
from lync_wizard.deployment import same
from lync_wizard.deployment.pairs import Pair
from lync_wizard.hosts import items_of, text_of
from lync_wizard.hosts.command import Switch


def _in_topology(context: Context, host: str, say: Say) -> Finding:
    wanted = each([*rebuilt_lync(context), context.plan.target]) if _is_server(context) else rebuilt_lync(context)
    found = context.cmdlet(host, "Get-CsComputer")
    known = {(text_of(record, "Fqdn") or text_of(record, "Identity")).lower() for record in found}
    lacking = [fqdn for fqdn in wanted if fqdn.lower() not in known]
    evidence = f"Get-CsComputer → {counted(len(known), 'computer')}"
    if lacking:
        return say(
            "blocked",
            f"{', '.join(lacking)} is not in the topology",
            "Check the name; a server that is not in the topology loses its roles when it is set up.",
            evidence,
        )
    return say("ok", f"{', '.join(wanted) or 'everything'} is in the topology", evidence=evidence)


def _is_server(context: Context) -> bool:
    return any(same(context.plan.target, fqdn) for fqdn in context.deployment.host_fqdns)


def _not_cms(context: Context, host: str, say: Say) -> Finding:
    """Of a pair both pools have the services; the one whose service is active holds the store that is in use."""
    found = context.cmdlet(host, "Get-CsService", CentralManagement=Switch())
    pools = {text_of(record, "PoolFqdn"): text_of(record, "Active").lower() for record in found}
    told = {"true": " (active)", "false": " (standby)"}
    shown = ", ".join(f"{pool}{told.get(active, '')}" for pool, active in pools.items())
    evidence = f"Get-CsService -CentralManagement → {shown or 'nothing'}"
    here = next((active for pool, active in pools.items() if same(pool, context.pool.fqdn)), None)
    if here is None:
        return say("ok", "the Central Management store is elsewhere", evidence=evidence)
    if here == "true":
        return say(
            "blocked",
            f"{context.pool.fqdn} hosts the Central Management store",
            "Use restore-cms; this procedure needs a Central Management store that works.",
            evidence,
        )
    if here == "false":
        return say(
            "ok",
            f"{context.pool.fqdn} holds the standby of the Central Management store, not the store",
            evidence=evidence,
        )
    return say(
        "unknown",
        f"whether {context.pool.fqdn} hosts the active Central Management store is not known",
        "Run Get-CsService -CentralManagement and look at Active; only where it is True for this pool use restore-cms.",
        evidence,
    )


def _replication(context: Context, host: str, say: Say) -> Finding:
    found = context.cmdlet(host, "Get-CsManagementStoreReplicationStatus")
    stale = [
        text_of(record, "ReplicaFqdn")
        for record in found
        if text_of(record, "UpToDate").lower() != "true"
        and not (context.pool.has(text_of(record, "ReplicaFqdn")) or context.wiped(text_of(record, "ReplicaFqdn")))
    ]
    evidence = f"Get-CsManagementStoreReplicationStatus → {counted(len(found), 'replica')}"
    if not found:
        return say("unknown", "no replica reported", "Check the replication manually.", evidence)
    if stale:
        return say(
            "caution",
            f"replication to {', '.join(stale)} is not up to date",
            "Wait, or run Invoke-CsManagementStoreReplication; look at events 1015, 1017, 1034 and 2020 there.",
            evidence,
        )
    return say("ok", "all other replicas are up to date", evidence=evidence)


def _computer_account(context: Context, host: str, say: Say) -> Finding:
    """Every rebuilt server that is a domain member: its account exists, is enabled, and is in Lync's groups."""
    members = [s for s in rebuilt(context) if pool_of(context, s).kind != "edge"]
    if context.pool.kind == "edge":
        return say("ok", "Edge Servers are in no domain", evidence="deployment facts")
    if not members and context.plan.target not in context.pool.server_fqdns:
        return say("ok", "no server is rebuilt", evidence="the plan")
    members = members or [context.plan.target]
    evidence, odd = [], []
    for server in members:
        name = server.partition(".")[0]
        reply = context.hear(host, "Get-ADComputer", Identity=name, Properties=("MemberOf",))
        evidence.append(f"Get-ADComputer {name} → {reply.objects[0].text if reply.objects else 'nothing'}")
        if not reply.objects:
            why = refusal(reply)
            if "cannot find an object" in why.lower():
                return say(
                    "blocked",
                    f"the computer account {name} is gone from Active Directory",
                    "Restore the account from an AD backup or the recycle bin; a new one lacks Lync's groups.",
                    f"{evidence[-1]}: {why}",
                )
            raise Unreachable(why, "Look at the account with Active Directory Users and Computers.")
        if text_of(reply.objects[0], "Enabled").lower() != "true":
            odd.append(f"{name} is disabled")
        elif "RTC" not in text_of(reply.objects[0], "MemberOf").upper() and _has_lync(context, server):
            odd.append(f"{name} is in no RTC group")
    if odd:
        return say(
            "caution",
            f"computer account {', '.join(odd)}",
            "Have the AD administrator compare it with another Front End Server's account.",
            "; ".join(evidence),
        )
    return say("ok", f"found and enabled: {counted(len(members), 'computer account')}", evidence="; ".join(evidence))


def _has_lync(context: Context, server: str) -> bool:
    return any(same(server, fqdn) for fqdn in context.deployment.host_fqdns)


def _active(context: Context, host: str, say: Say) -> Finding:
    found = context.cmdlet(host, "Get-CsManagementStoreReplicationStatus", CentralManagementStoreStatus=Switch())
    master = text_of(found[0], "ActiveMasterFqdn") if found else ""
    agents = items_of(found[0], "ActiveFileTransferAgents") if found else []
    evidence = f"Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus → master {master or 'none'}"
    centre = context.deployment.cms and context.deployment.pool_of(context.deployment.cms.pool)
    if not master and centre and all(context.wiped(server) for server in centre.server_fqdns):
        return say("ok", f"the master is restored with {centre.fqdn}, which is rebuilt", evidence=evidence)
    if not master:
        return say(
            "caution",
            "no master serves the Central Management store",
            "Look at the services MASTER and FTA there; an unfinished move is undone with "
            "Invoke-CsManagementServerFailover -Restore.",
            evidence,
        )
    if not agents:
        return say(
            "caution",
            f"{master} has no active File Transfer Agent",
            "Start the service FTA there; without it nothing is replicated.",
            evidence,
        )
    return say("ok", f"{master} is the active master", evidence=evidence)


def _next_hop(context: Context, host: str, say: Say) -> Finding:
    """Who goes out through this pool, and whether the Edge's next hop is the one that the worksheets name."""
    try:
        found = context.cmdlet(host, "Get-CsService", EdgeServer=Switch())
    except WizardError as error:
        if context.plan.answers.get("mode") != "disaster":
            raise
        return _recorded_hops(context, say, error.summary)
    hops = {text_of(record, "PoolFqdn"): _fqdn(text_of(record, "Registrar")) for record in found}
    evidence = "Get-CsService -EdgeServer → " + (", ".join(f"{e}: {hop or '?'}" for e, hop in hops.items()) or "none")
    pool = context.pool
    if pool.kind == "edge":
        hop = next((hop for edge, hop in hops.items() if same(edge, pool.fqdn)), "")
        if hop and pool.next_hop and not same(hop, pool.next_hop):
            return say(
                "caution",
                f"the next hop of {pool.fqdn} is {hop}, the worksheet says {pool.next_hop}",
                "Correct the worksheet, or set it with Set-CsEdgeServer, before the Edge Server is set up again.",
                evidence,
            )
        return say("ok", f"the next hop is {hop or pool.next_hop or 'unknown'}", evidence=evidence)
    hit = [edge for edge, hop in hops.items() if hop and same(hop, pool.fqdn)]
    if hit and all(_changes_hop(context, edge) for edge in hit):
        return say("ok", f"the next hop of {', '.join(hit)} is changed by this plan", evidence=evidence)
    if hit and pool.backup_pool:
        return say(
            "caution",
            f"{pool.fqdn} is the next hop of {', '.join(hit)}",
            "Set the Edge pool's next hop to the other pool with Set-CsEdgeServer before any failover.",
            evidence,
        )
    told = (
        f"{', '.join(hit)} goes through this pool: external users have no access until it is restored"
        if hit
        else "no Edge pool goes through it"
    )
    return say("ok", told, evidence=evidence)


def _changes_hop(context: Context, edge: str) -> bool:
    return any(f"Set-CsEdgeServer -Identity EdgeServer:{edge} " in step.text for step in context.plan.steps)


def _recorded_hops(context: Context, say: Say, why: str) -> Finding:
    """What the worksheets say of the Edge pools where the store is lost, as it is before its failover."""
    hit = [edge.fqdn for edge in Pair(context.deployment, context.pool, context.plan.answers).edges]
    left = [edge for edge in hit if not _changes_hop(context, edge)]
    evidence = f"deployment facts → {', '.join(hit) or 'none'}; Get-CsService -EdgeServer → {why}"
    if left:
        return say(
            "caution",
            f"{context.pool.fqdn} is the recorded next hop of {', '.join(left)}, which this plan leaves as it is",
            "Right where that Edge pool is lost too; else set its next hop with Set-CsEdgeServer before users move.",
            evidence,
        )
    return say("ok", "the next hop of every recorded Edge pool that runs is changed by this plan", evidence=evidence)


def _fqdn(service: str) -> str:
    """The pool of a service identity (``Registrar:pool01.contoso.com``)."""
    return service.rpartition(":")[2]


def _unified_contacts(context: Context, host: str, say: Say) -> Finding:
    found = context.cmdlet(host, "Get-CsUserServicesPolicy")
    allowed = [text_of(r, "Identity") or r.text for r in found if text_of(r, "UcsAllowed").lower() == "true"]
    then = _at_backup(context)
    told = "" if then is None else f"; when the set was made: {', '.join(then) or 'none'}"
    policies = counted(len(found), "policy", "policies")
    evidence = f"Get-CsUserServicesPolicy → {policies}, UcsAllowed in {', '.join(allowed) or 'none'}{told}"
    if then is not None and sorted(then) != sorted(allowed):
        return say(
            "caution",
            f"the unified contact store was changed since the backup ({', '.join({*then} ^ {*allowed})})",
            "Set the policies as they were before user data is imported, or roll users back with Invoke-CsUcsRollback.",
            evidence,
        )
    if allowed:
        return say(
            "caution",
            f"contacts may live in Exchange ({', '.join(allowed)})",
            "Make sure that no user's mode changed since the export; else roll it back with Invoke-CsUcsRollback.",
            evidence,
        )
    return say("ok", "no policy allows the unified contact store", evidence=evidence)


def _at_backup(context: Context) -> list[str] | None:
    """The policies that allowed it when the set was made; None where the set does not say."""
    counted = context.backup_set.manifest.counts.get("unified_contact_store") if context.backup_set else None
    policies = counted.get("policies") if isinstance(counted, dict) else None
    return None if policies is None else [str(name) for name in policies]


_RGS: Final = ("Get-CsRgsWorkflow", "Get-CsRgsQueue", "Get-CsRgsAgentGroup")


def _rgs_names(context: Context, host: str, say: Say) -> Finding:
    if not any("Import-CsRgsConfiguration" in step.text for step in context.plan.steps):
        return say("ok", "no Response Groups are imported", evidence="the plan")
    if context.to_be_rebuilt(store_server(context)):
        return say("later", "checked when the pool's databases exist again")
    identity = f"service:ApplicationServer:{context.pool.fqdn}"
    found = {name: context.cmdlet(host, name, Identity=identity, ShowAll=Switch()) for name in _RGS}
    there = {name: [text_of(r, "Name") or r.text for r in records] for name, records in found.items()}
    evidence = "; ".join(f"{name} -ShowAll → {len(names)}" for name, names in there.items())
    names = each(name for names in there.values() for name in names)
    if names:
        return say(
            "caution",
            f"the pool has Response Groups already: {', '.join(names[:4])}" + (" and more" if len(names) > 4 else ""),
            "Compare the names with the export: import over them knowingly, with -ResolveNameConflicts or renamed.",
            evidence,
        )
    return say("ok", "the pool has no Response Group with the same name", evidence=evidence)


def _kerberos(context: Context, host: str, say: Say) -> Finding:
    found = context.cmdlet(host, "Get-CsKerberosAccountAssignment")
    here = [r for r in found if text_of(r, "Identity").lower() in {f"site:{context.pool.site}".lower(), "global"}]
    live = text_of(here[0], "UserAccount") if here else ""
    recorded = context.pool.kerberos_account
    evidence = f"Get-CsKerberosAccountAssignment → {live or 'none'} for this site; worksheet: {recorded or 'none'}"
    if live.lower() != recorded.lower():
        return say(
            "caution",
            f"the Kerberos account is {live or 'not assigned'}, the worksheet says {recorded or 'none'}",
            "Correct the worksheet; a rebuilt server needs Set-CsKerberosAccountPassword where one is assigned.",
            evidence,
        )
    return say(
        "ok", f"the Kerberos account is {live}" if live else "no Kerberos account is assigned", evidence=evidence
    )


def _store_in_topology(context: Context, host: str, say: Say) -> Finding:
    store = context.pool.file_store
    if store is None:
        return say("ok", "the pool has no file store", evidence="deployment facts")
    found = context.cmdlet(host, "Get-CsService", FileStore=Switch())
    paths = [text_of(record, "UncPath") for record in found]
    evidence = f"Get-CsService -FileStore → {', '.join(paths) or 'nothing'}"
    if any(path.rstrip("\\").lower() == store.share.rstrip("\\").lower() for path in paths):
        return say("ok", f"the topology has the file store {store.share}", evidence=evidence)
    return say(
        "blocked",
        f"the topology contains no file store {store.share}",
        "Correct the worksheet: server, share and path must be those of the topology, or nothing finds its files.",
        evidence,
    )


def _with_kerberos(context: Context) -> list[str]:
    return first_good(context) if context.pool.kind in {"standard-edition", "enterprise", "director"} else []


def _with_edge(context: Context) -> list[str]:
    return first_good(context) if context.pool.kind in {"standard-edition", "enterprise", "edge"} else []


CHECKS = (
    check("target-in-topology", "The topology contains the server", first_good, _in_topology, ("P10",)),
    check("not-hosting-cms", "The Central Management store is not on the target", first_good, _not_cms, ("P27",)),
    check("replication", "The configuration is replicated everywhere else", first_good, _replication,
          ("P29", "P53")),
    check("cms-active", "The Central Management store has an active master", first_good, _active, ("P31",)),
    check("computer-account", "The computer account still exists", controller, _computer_account, ("P11",)),
    check("edge-next-hop", "The Edge pools' next hop is known", _with_edge, _next_hop, ("P38",)),
    check("ucs-mode", "No contacts live in Exchange", first_good, _unified_contacts, ("P42",)),
    check("rgs-names", "No Response Group name is taken", first_good, _rgs_names, ("P44", "P46"), imports_groups,
          store_server),
    check("kerberos-account", "The Kerberos account is the recorded one", _with_kerberos, _kerberos, ("P60",)),
    check("file-store-in-topology", "The file store's path is that of the topology", first_good, _store_in_topology,
          ("P52",)),
)  # fmt: skip
