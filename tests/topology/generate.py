"""Big topologies, the same every time: Enterprise pools of twelve, their back ends and file servers, Edge pools.

``python -m tests.topology.generate 1000 > big.xml`` writes one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

TOPOLOGY = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"
ROLES = "urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"
MEMBERS = 12
POOLS_PER_SITE = 4

_NEEDS = {
    "UserServices": ("UserStore", "FileStore"),
    "Registrar": ("UserServices", "MonitoringStore", "ArchivingStore", "EdgeServer"),
    "WebServices": ("UserServices", "FileStore"),
    "ConfServices": ("UserServices", "FileStore"),
    "MediationServer": ("Registrar",),
    "ApplicationServer": ("ApplicationStore", "FileStore", "Registrar"),
}
_STORES = ("UserStore", "ApplicationStore", "MonitoringStore", "ArchivingStore")
_PORTS = {
    "UserServices": ("ConfMcuFactory", "UserPinManagement", "ClientMessaging"),
    "Registrar": ("SipServer", "SipServerTcp", "WinFabFederation", "WinFabLeaseAgent", "WinFabClientConnection"),
    "WebServices": (
        "GroupExpansion", "AddressBook", "DeviceUpdate", "Meet", "Dialin", "Reach", "Autodiscover", "Ucwa",
        "CertProvisioning", "Scheduler", "Mcx", "StorageService", "WebTicket", "PowerShell",
    ),
    "ConfServices": ("ImMcu", "AvMcu", "AsMcu", "DataMcu", "AvMedia", "AsMedia", "DataMedia"),
    "MediationServer": ("SipServer", "PstnTls", "PstnTcp"),
    "ApplicationServer": ("Rgs", "Cps", "Caa", "Cas", "Ats", "Pdp", "AppSharing"),
    "EdgeServer": ("SipExternal", "SipInternal", "Turn", "MediaRelay", "Federation", "WebConf", "Xmpp"),
    "ManagementServices": ("Replication",),
}  # fmt: skip
_ELEMENTS = {
    "Registrar": ("RegistrarService", 'IsDirector="false"'),
    "FileStore": ("FileStoreService", 'ShareName="LyncShare"'),
    "CentralMgmt": ("CentralMgmtService", 'IsActive="true"'),
}


def published(servers: int) -> str:
    """A published topology document with that many servers running Lync, at least one pool and one Edge pool."""
    pools = max(1, servers // (MEMBERS + 1))
    rest = max(1, servers - pools * MEMBERS)
    sites = (pools - 1) // POOLS_PER_SITE + 1
    return "".join(_document(pools, rest, sites))


def _document(pools: int, edges: int, sites: int) -> Iterator[str]:
    yield f'<Topology xmlns="{TOPOLOGY}" Signature="11111111-2222-3333-4444-555555555555">\n'
    yield '  <InternalDomains AllowAllDomains="false" DefaultDomain="contoso.com">\n'
    yield '    <InternalDomain Name="contoso.com" Authoritative="false" AllowSubDomains="false" />\n'
    yield "  </InternalDomains>\n  <Sites>\n"
    for site in range(1, sites + 1):
        yield f'    <CentralSite SiteId="{site}">\n      <Name>Site {site}</Name>\n'
        yield f'      <Location City="City {site}" State="WA" CountryCode="US" />\n    </CentralSite>\n'
    yield "  </Sites>\n  <Clusters>\n"
    for pool in range(1, pools + 1):
        yield from _cluster(pool, 3 * pool, f"pool{pool}.contoso.com", f"fe{pool}-", MEMBERS)
        yield from _cluster(pool, 3 * pool + 1, f"sql{pool}.contoso.com")
        yield from _cluster(pool, 3 * pool + 2, f"file{pool}.contoso.com")
    for edge in range(1, edges + 1):
        yield from _cluster(1, 0, f"edge{edge}.contoso.com", own=f"1:{3 * pools + 2 + edge}")
    yield "  </Clusters>\n  <SqlInstances>\n"
    for pool in range(1, pools + 1):
        yield f"    <SqlInstance>{_instance(pool)}</SqlInstance>\n"
    yield "  </SqlInstances>\n  <Services>\n"
    for pool in range(1, pools + 1):
        yield from _pool_services(pool)
    for edge in range(1, edges + 1):
        place = f'<ClusterId SiteId="1" Number="{3 * pools + 2 + edge}" />'
        yield from _service(1, "EdgeServer", edge, (_id(1, "Registrar", 1),), place)
        yield from _service(1, "ManagementServices", edge, (), place)
    yield "  </Services>\n</Topology>\n"


def _site(pool: int) -> int:
    return (pool - 1) // POOLS_PER_SITE + 1


def _cluster(pool: int, number: int, fqdn: str, members: str = "", count: int = 1, *, own: str = "") -> Iterator[str]:
    site, _, key = own.partition(":") if own else (str(_site(pool)), "", str(number))
    lync = "true" if members or own else "false"
    yield f'    <Cluster RequiresReplication="{lync}" RequiresSetup="{lync}" Fqdn="{fqdn}">\n'
    yield f'      <ClusterId SiteId="{site}" Number="{key}" />\n'
    for member in range(1, count + 1):
        name = f"{members}{member}.contoso.com" if members else fqdn
        domain = f' FaultDomain="FaultDomain{member}" UpgradeDomain="UpgradeDomain{member}"' if members else ""
        yield f'      <Machine OrdinalInCluster="{member}" Fqdn="{name}"{domain}>\n'
        for side in ("Primary", "External") if lync == "true" else ():
            yield f'        <NetInterface InterfaceSide="{side}" InterfaceNumber="1" IPAddress="0.0.0.0" />\n'
        yield "      </Machine>\n"
    yield "    </Cluster>\n"


def _instance(pool: int) -> str:
    place = f'<ClusterId SiteId="{_site(pool)}" Number="{3 * pool + 1}" />'
    return f'<SqlInstanceId Name="rtc">{place}</SqlInstanceId>'


def _id(pool: int, role: str, number: int) -> str:
    return f'<ServiceId SiteId="{_site(pool)}" RoleName="{role}" Instance="{number}" />'


def _pool_services(pool: int) -> Iterator[str]:
    place = f'<ClusterId SiteId="{_site(pool)}" Number="{3 * pool}" />'
    files = f'<ClusterId SiteId="{_site(pool)}" Number="{3 * pool + 2}" />'
    for role, needs in _NEEDS.items():
        ids = (_id(1, n, 1) if n == "EdgeServer" else _id(pool, n, pool) for n in needs)
        yield from _service(pool, role, pool, tuple(ids), place)
    for role in _STORES:
        yield from _service(pool, role, pool, (), _instance(pool))
    yield from _service(pool, "FileStore", pool, (), files)
    if pool == 1:
        needs = (_id(1, "CentralMgmtStore", 1), _id(1, "FileStore", 1))
        yield from _service(1, "CentralMgmt", 1, needs, place)
        yield from _service(1, "CentralMgmtStore", 1, (), _instance(1))


def _service(pool: int, role: str, number: int, needs: tuple[str, ...], place: str) -> Iterator[str]:
    yield f'    <Service RoleVersion="1" ServiceVersion="6">\n      {_id(pool, role, number)}\n      <DependsOn>\n'
    for need in needs:
        yield f'        <Dependency Usage="Default">{need}</Dependency>\n'
    yield f'      </DependsOn>\n      <InstalledOn>{place}</InstalledOn>\n      <Ports xmlns="{ROLES}">\n'
    for index, usage in enumerate(_PORTS.get(role, ())):
        side = "Internal" if role in {"EdgeServer", "ManagementServices"} else "Primary"
        port = 4443 if usage == "Replication" else 5061 + index
        yield f'        <Port Owner="urn:component:{usage}" Usage="{usage}" InterfaceSide="{side}" InterfaceNumber="1" '
        yield f'Port="{port}" Protocol="Mtls" UrlPath="/{usage}" AuthorizesRequests="true" />\n'
    yield "      </Ports>\n"
    if role in _ELEMENTS:
        name, attributes = _ELEMENTS[role]
        yield f'      <{name} xmlns="{ROLES}" {attributes} />\n'
    yield "    </Service>\n"


if __name__ == "__main__":
    sys.stdout.write(published(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
