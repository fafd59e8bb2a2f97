"""The Central Management store when it is lost: that it is, what survives of it, and whether the set is up to date."""

from __future__ import annotations

from typing import Final

from lync_wizard.checks.check import Context, Finding, Say, check, refusal
from lync_wizard.checks.scopes import each, lync_hosts, pool_of
from lync_wizard.core.errors import Unreachable
from lync_wizard.core.wrapping import counted
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import text_of, whole
from lync_wizard.hosts.command import Switch


def _survivor(context: Context) -> list[str]:
    """One standing server inside that carries Lync, though its cmdlets may find no store to open."""
    members = [s for pool in context.deployment.lync_pools if pool.kind != "edge" for s in pool.server_fqdns]
    asked = [host for host in lync_hosts(context) if pool_of(context, host).kind != "edge"]
    lost = (
        {server.lower() for server in context.pool.server_fqdns} if context.pool.kind == "standard-edition" else set()
    )
    fit = [host for host in each([*asked, *members]) if not context.wiped(host) and host.lower() not in lost]
    return fit[:1]


def _is_lost(context: Context, host: str, say: Say) -> Finding:
    """Creating the store anew with -Clean destroys what still serves; a mirror that serves is rescued first."""
    reply = context.hear(host, "Get-CsManagementStoreReplicationStatus", CentralManagementStoreStatus=Switch())
    master = text_of(reply.objects[0], "ActiveMasterFqdn") if reply.objects else ""
    told = master or refusal(reply, "no master")
    evidence = f"Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus on {host} → {told}"
    if not master:
        return say("ok", "the Central Management store is not in service", evidence=evidence)
    served = f"the Central Management store is served, {master} is its master"
    if context.gating and (saved := _OURS & context.done):
        how = "this run has rescued and saved it" if _RESCUED in saved else "it is the one that this run created"
        return say("ok", f"{served}; {how}", evidence=evidence)
    if not context.gating and any(step.id == _RESCUED for step in context.plan.steps):
        return say(
            "caution", served, "Back it up first: its mirror has taken over; consider restore-primary.", evidence
        )
    sent = "\n".join(step.text for step in context.plan.steps)
    if "Set-CsConfigurationStoreLocation" in sent and not any(name in sent for name in _REPLACE):
        return say(
            "caution",
            served,
            "Look whether the service connection point is wrong at all; nothing of it is created or imported.",
            evidence,
        )
    return say(
        "blocked",
        served,
        "Restore nothing: re-creating the store would destroy the one that works. Look at the failure again.",
        evidence,
    )


_REPLACE: Final = ("-CentralManagementDatabase", "Import-CsConfiguration")
"""What only steps that create the store or import into it send."""
_RESCUED: Final = "cms-rescue-proof"
_OURS: Final = frozenset({_RESCUED, "cms-create"})
"""Steps behind which a store that is served is the run's own affair: it was saved, or this run has created it."""


def _mirror_instances(context: Context) -> list[str]:
    cms = context.deployment.cms
    return [str(store) for store in (cms.sql, cms.mirror) if store] if cms and cms.mirror else []


def _mirror(context: Context, instance: str, say: Say) -> Finding:
    if context.wiped(instance):
        return say("ok", "this side is to be rebuilt", evidence="the plan")
    rows = context.statement(instance, "mirroring")
    found = {text_of(row, "database_name").casefold(): row for row in rows}
    shown = ", ".join(
        f"{name} {text_of(row, 'mirroring_role_desc')} {text_of(row, 'mirroring_state_desc')}"
        for name, row in found.items()
    )
    evidence = f"sys.database_mirroring → {shown or 'nothing mirrored'}"
    central = [found[name] for name in ("xds", "lis") if name in found]
    if not central:
        return say(
            "caution",
            "this side mirrors no database of the Central Management store",
            "Look at the instance: without a mirror the configuration comes from the backup or from a replica.",
            evidence,
        )
    roles = {text_of(row, "mirroring_role_desc").upper() for row in central}
    if roles == {"PRINCIPAL"}:
        return say("ok", "this side serves the store: it is backed up before anything is created", evidence=evidence)
    if any(text_of(row, "mirroring_state_desc").upper() == "SYNCHRONIZED" for row in central):
        return say("ok", "the mirror is synchronised and can take over", evidence=evidence)
    return say(
        "caution",
        "the mirror has no principal",
        "Fail over to it and back it up before it is wiped or dropped; it is newer than any backup.",
        evidence,
    )


def _document(context: Context, host: str) -> str:
    reply = context.hear(host, "Get-CsTopology", AsXml=Switch(), LocalStore=Switch())
    if not reply.objects:
        raise Unreachable(refusal(reply), "Look for another surviving server that has Lync Server installed.")
    return "\n".join(whole(record) for record in reply.objects)


def _replica(context: Context, host: str, say: Say) -> Finding:
    held = context.backup_set is not None and bool(context.backup_set.of_kind("Configuration"))
    text = _document(context, host)
    evidence = f"Get-CsTopology -AsXml -LocalStore on {host} → {len(text):,} characters"
    if text.strip():
        told = "" if held else ", and it is needed: the set holds no configuration"
        return say("ok", f"{host} holds a replica that can be exported{told}", evidence=evidence)
    return say(
        "caution" if held else "blocked",
        f"{host} holds no replica",
        "Try Export-CsConfiguration -LocalStore on another surviving server before anything is created.",
        evidence,
    )


def _up_to_date(context: Context, host: str, say: Say) -> Finding:
    """Servers that a survivor's replica knows and the set's topology does not would be dropped with it."""
    # Imported here: the first frame and every help do without it.
    from lync_wizard.topology import read_bytes

    chosen = context.backup_set
    if chosen is None or not chosen.manifest.topology:
        return say("ok", "the set contains no topology to compare with", evidence="the set's manifest")

    def servers(text: str, name: str) -> set[str]:
        read = read_bytes(text.encode(), name, Problems())
        if read is None:
            raise Unreachable(f"the topology of {name} cannot be read", "Compare the two topologies manually.")
        return {fqdn.lower() for fqdn in read.deployment.host_fqdns}

    here, there = servers(_document(context, host), host), servers(chosen.manifest.topology, chosen.name)
    evidence = (
        f"Get-CsTopology -LocalStore on {host} → {counted(len(here), 'server')}; the set {chosen.name} → {len(there)}"
    )
    added = sorted(here - there)
    if added:
        return say(
            "caution",
            f"the replica knows {', '.join(added)}, the set does not",
            "Take the replica's (Export-CsConfiguration -LocalStore): the set's would drop these servers.",
            evidence,
        )
    return say("ok", "the set's topology lacks no server", evidence=evidence)


CHECKS = (
    check("cms-is-lost", "The Central Management store is not in service", _survivor, _is_lost, ("P27",)),
    check("cms-mirror", "The store's mirror is known", _mirror_instances, _mirror, ("P26",)),
    check("local-replica", "A surviving server holds a replica of the store", _survivor, _replica, ("P28",)),
    check("topology-not-older", "The set's topology is not older than a replica", _survivor, _up_to_date, ("P28",)),
)
