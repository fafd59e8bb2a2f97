"""The published topology: pools, computers, services, sites; enabling and publishing it."""

from __future__ import annotations

import fnmatch
from typing import Any

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.topology import Cluster, RoleService, Topology
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.winrm.net_values import XmlDocument

READERS = (LYNC_ADMINS, "RTCUniversalUserAdmins", "RTCUniversalReadOnlyAdmins")
SERVER_GROUPS = ("RTCHSUniversalServices", "RTCComponentUniversalServices", "RTCUniversalServerReadOnlyGroup")
"""Groups that setup puts a Front End Server's computer account into."""

_SWITCHES = {
    **{role: role for role in topology.ROLES.values()},
    "ArchivingServer": "",
    "MonitoringServer": "",
    "ProvisionServer": "",
    "ProvisionDatabase": "",
    "Director": "",
    "TrustedApplicationPool": "",
    "BackupServer": "BackupServer",
    "LegalInterceptServer": "",
    "VideoGateway": "",
    "VideoInteropServer": "",
}
_DATABASE_PROPERTIES = {
    "UserServices": (("UserDatabase", "UserStore"),),
    "ApplicationServer": (("ApplicationDatabase", "ApplicationStore"),),
    "Registrar": (("ArchivingDatabase", "ArchivingStore"), ("MonitoringDatabase", "MonitoringStore")),
    "CentralMgmt": (("CentralManagementDatabase", "CentralMgmtStore"),),
    "PersistentChatService": (
        ("PersistentChatDatabase", "PersistentChatStore"),
        ("PersistentChatComplianceDatabase", "PersistentChatComplianceStore"),
    ),
}


def document(call: Call, *, local: bool = False) -> Topology:
    """The topology from the Central Management store, or from this computer's replica."""
    if not local:
        call.require_cms()
        return topology.topology(call.state)
    if not call.host.local_store:
        call.fail("The local configuration store does not exist on this computer.", "ObjectNotFound", "NoLocalStore")
    return topology.read_topology(call.host.local_store)


def not_found(call: Call, identity: str) -> None:
    call.error(
        f'Cannot find "{identity}". Verify that the identity exists in the topology.',
        "ObjectNotFound",
        "IdentityNotFound",
        target=identity,
    )


@cmdlet("Get-CsTopology")
def get_cs_topology(call: Call) -> None:
    call.require_group(*READERS)
    found = document(call, local=call.get("LocalStore", False))
    if call.get("AsXml", False):
        # That it is an XDocument is a guess: the reference calls ToString() on it.
        call.write(XmlDocument(call.host.local_store if call.get("LocalStore", False) else call.state.cms.topology))
        return
    properties = {
        "Sites": [f"Site:{name}" for name in found.sites.values()],
        "Pools": [c.fqdn for c in found.pools],
        "Machines": [m for c in found.clusters.values() for m in c.machines],
        "Services": [s.identity for s in found.services],
    }
    call.emit("Microsoft.Rtc.Management.Deploy.Internal.DefaultTopology", properties, "Topology")


@cmdlet("Get-CsSite")
def get_cs_site(call: Call) -> None:
    call.require_group(*READERS)
    found = document(call)
    wanted = str(call.get("Identity") or "*").removeprefix("site:").removeprefix("Site:").lower()
    names = [(number, name) for number, name in found.sites.items() if fnmatch.fnmatch(name.lower(), wanted)]
    if not names and "*" not in wanted:
        not_found(call, wanted)
    for number, name in names:
        pools = [c.fqdn for c in found.pools if c.site == number]
        services = [s.identity for s in found.services if s.site == number]
        properties = {"Identity": f"Site:{name}", "SiteId": number, "DisplayName": name, "Pools": pools}
        for route, edge in call.state.cms.routes.get(name, {}).items():
            properties[route] = f"EdgeServer:{edge}"
        call.emit("Microsoft.Rtc.Management.Xds.DisplaySite", {**properties, "Services": services})


@cmdlet("Get-CsPool")
def get_cs_pool(call: Call) -> None:
    call.require_group(*READERS)
    found = document(call)
    pools = _chosen_clusters(call, found)
    site = str(call.get("Site") or "").lower().removeprefix("site:")
    for pool in pools:
        name = found.sites.get(pool.site, pool.site)
        if site and name.lower() != site:
            continue
        own = found.on(pool.fqdn)
        watching = {i for s in own for i in s.witnesses}
        properties = {
            "Identity": pool.fqdn,
            "Services": [s.identity for s in (*own, *(s for s in found.services if s.id in watching))],
            "Computers": list(pool.machines),
            "Fqdn": pool.fqdn,
            "Site": f"Site:{name}",
        }
        call.emit("Microsoft.Rtc.Management.Xds.DisplayPool", properties)


def _chosen_clusters(call: Call, found: Topology) -> list[Cluster]:
    identity = call.get("Identity")
    if identity is None:
        return found.pools
    pool = found.clusters.get(str(identity).lower())
    if pool is None:
        not_found(call, str(identity))
    return [pool] if pool else []


@cmdlet("Get-CsComputer")
def get_cs_computer(call: Call) -> None:
    call.require_group(*READERS)
    found = document(call)
    wanted = str(call.get("Identity") or (call.host.full_name if call.get("Local", False) else "")).lower()
    pool = str(call.get("Pool") or "").lower()
    rows = [(m, c) for c in found.pools for m in c.machines]
    rows = [(m, c) for m, c in rows if (not wanted or m == wanted) and (not pool or c.fqdn == pool)]
    if wanted and not rows:
        not_found(call, wanted)
    for machine, cluster in rows:
        properties = {"Identity": machine, "Pool": cluster.fqdn, "Fqdn": machine}
        call.emit("Microsoft.Rtc.Management.Xds.DisplayComputer", properties)


@cmdlet("Get-CsService")
def get_cs_service(call: Call) -> None:
    call.require_group(*READERS)
    found = document(call)
    roles = [role for switch, role in _SWITCHES.items() if call.get(switch, False)]
    pool = str(call.get("PoolFqdn") or "").lower()
    identity = str(call.get("Identity") or "").lower().removeprefix("service:")
    if pool and pool not in found.clusters:
        not_found(call, pool)
        return
    shown = 0
    for service in found.services:
        fits = (not roles or topology.ROLES.get(service.role, service.role) in roles) and (
            not pool or service.cluster == pool
        )
        if fits and identity in ("", service.identity.lower()):
            shown += 1
            role = topology.ROLES.get(service.role, service.role)
            properties = service_properties(found, service)
            properties |= _kept_apart(call, service)
            call.emit(f"Microsoft.Rtc.Management.Xds.Display{role}", properties, service.identity)
    if identity and not shown:
        not_found(call, identity)


def service_properties(found: Topology, service: RoleService) -> dict[str, Any]:
    """The properties that Get-CsService shows of a service (docs/lync-formats.md, Cmdlet output)."""
    depends = [d for d in (found.service(i) for i in service.depends_on) if d]
    properties: dict[str, Any] = {
        "Identity": service.identity,
        "DependentServiceList": [s.identity for s in found.services if service.id in s.depends_on],
        "ServiceId": service.id,
        "SiteId": f"Site:{found.sites.get(service.site, service.site)}",
        "PoolFqdn": service.cluster,
        "Version": service.version,
        "Role": topology.ROLES.get(service.role, service.role),
    }
    stores = [d for d in depends if d.role == "FileStore"]
    if stores:
        properties["FileStore"] = stores[0].identity
    for name, role in _DATABASE_PROPERTIES.get(service.role, ()):
        target = next((d.identity for d in depends if d.role == role), None)
        mirrors = (found.service(i) for i in service.mirrors)
        mirror = next((m.identity for m in mirrors if m and m.role == role), None)
        properties |= {name: target, f"Mirror{name}": mirror}
    if service.role == "FileStore":
        share = service.settings.get("ShareName", "")
        unc = f"\\\\{service.cluster}\\{share}"
        properties |= {"ShareName": share, "UncPath": unc, "IsDfsShare": "\\" in share}
    if service.role in ("EdgeServer", "MediationServer", "PersistentChatService"):
        properties["Registrar"] = next((d.identity for d in depends if d.role == "Registrar"), None)
    if service.role == "Registrar":
        backup = next((found.service(i) for i in service.backups), None)
        properties |= {"BackupRegistrar": backup.identity} if backup else {}
    if service.role == "CentralMgmt":
        properties["Active"] = service.settings.get("IsActive") == "true"
    if service.role == "UserServices":
        properties |= {"McuFactorySipPort": 444, "UserPinManagementWcfHttpPort": 443}
    if service.instance is not None:
        properties["SqlInstanceName"] = service.instance
    return properties


def _kept_apart(call: Call, service: RoleService) -> dict[str, Any]:
    """What the simulation keeps outside the topology document: associations for media, active chat servers."""
    if service.role == "Registrar" and service.cluster in call.state.cms.media:
        return {"EdgeServer": f"EdgeServer:{call.state.cms.media[service.cluster]}"}
    if service.role == "PersistentChatService" and service.cluster in call.state.chat:
        return {"ActiveServers": list(call.state.chat[service.cluster].active)}
    return {}


@cmdlet("Enable-CsTopology", "Publish-CsTopology")
def enable_cs_topology(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_group("Domain Admins")
    found = document(call)
    if not found.services:
        call.fail(
            "Cannot find the topology document in the Central Management store. Import the configuration, or publish a "
            "topology, first.",
            "ObjectNotFound",
            "TopologyNotFound",
        )
    if not call.proceeds(call.name, "the published topology"):
        return
    call.work(8.0, "Reading the topology", "Enabling Active Directory objects", "Setting file share permissions")
    for service in (s for s in found.services if s.role == "FileStore"):
        share = service.settings.get("ShareName", "")
        with call.simulation.change() as state:
            host = state.hosts.get(service.cluster)
            known = (
                next((n for n in host.shares if n.lower() == share.lower()), None) if host and host.present else None
            )
            if host and known and call.delegated(host.fqdn):
                if known not in host.acl_set:
                    host.acl_set.append(known)
                call.verbose(f'Set permissions on "\\\\{service.cluster}\\{share}".')
                continue
        call.error(
            f'Cannot set permissions on "\\\\{service.cluster}\\{share}": the network path was not found.',
            "ObjectNotFound",
            "FileShareNotFound",
            target=service.identity,
        )
    call.report()


@cmdlet("Get-CsServerVersion")
def get_cs_server_version(call: Call) -> None:
    # Only the base version, whatever update is installed.
    if call.host.lync_version:
        call.write("Microsoft Lync Server 2013 (5.0.8308.0): Volume license key installed.")
    else:
        call.write("Lync Server is not installed.")


@cmdlet("Test-CsTopology")
def test_cs_topology(call: Call) -> None:
    document(call)
    call.work(3.0, "Validating the topology")
    call.report()
