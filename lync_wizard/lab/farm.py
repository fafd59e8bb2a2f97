"""How a Lync farm hangs together: the published topology read, what each role puts on a server, what time brings."""

from __future__ import annotations

import functools
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field

from lync_wizard.lab.state import RUNNING, STARTING, Host, Replica, Service, SqlInstance, State, UserData

ROLES = {
    "UserServices": "UserServer",
    "Registrar": "Registrar",
    "WebServices": "WebServer",
    "ConfServices": "ConferencingServer",
    "MediationServer": "MediationServer",
    "ApplicationServer": "ApplicationServer",
    "EdgeServer": "EdgeServer",
    "ManagementServices": "ManagementServer",
    "CentralMgmt": "CentralManagement",
    "FileStore": "FileStore",
    "UserStore": "UserDatabase",
    "ApplicationStore": "ApplicationDatabase",
    "ArchivingStore": "ArchivingDatabase",
    "MonitoringStore": "MonitoringDatabase",
    "CentralMgmtStore": "CentralManagementDatabase",
    "WacService": "WacServer",
    "PstnGateway": "PstnGateway",
}
"""Role name in the topology document → role name that cmdlets show (data-formats.md 2)."""

_EVERY_SERVER = (
    ("REPLICA", "Lync Server Replica Replicator Agent"),
    ("RTCCLSAGT", "Lync Server Centralized Logging Service Agent"),
)
_ROLE_SERVICES = {
    "CentralMgmt": (
        ("MASTER", "Lync Server Master Replicator Agent"),
        ("FTA", "Lync Server File Transfer Agent"),
    ),
    "Registrar": (("FabricHostSvc", "Windows Fabric Host Service"), ("RTCSRV", "Lync Server Front-End")),
    "WebServices": (("W3SVC", "World Wide Web Publishing Service"),),
    "ConfServices": (
        ("RTCIMMCU", "Lync Server IM Conferencing"),
        ("RTCDATAMCU", "Lync Server Web Conferencing"),
        ("RTCAVMCU", "Lync Server Audio/Video Conferencing"),
        ("RTCASMCU", "Lync Server Application Sharing"),
    ),
    "ApplicationServer": (
        ("RTCCAA", "Lync Server Conferencing Attendant"),
        ("RTCCAS", "Lync Server Conferencing Announcement"),
        ("RTCRGS", "Lync Server Response Group"),
        ("RTCCPS", "Lync Server Call Park"),
        ("RTCATS", "Lync Server Audio Test Service"),
    ),
    "MediationServer": (("RTCMEDSRV", "Lync Server Mediation"),),
}

DATABASES = {
    "UserStore": {"rtcxds": "15.13.1", "rtcshared": "5.0.1", "rtcab": "62.42.2"},
    "ApplicationStore": {"rgsconfig": "5.5.1", "rgsdyn": "2.5.1", "cpsdyn": "1.1.2"},
    "CentralMgmtStore": {"xds": "10.13.2", "lis": "3.1.1"},
    "ArchivingStore": {"LcsLog": "57.13.1"},
    "MonitoringStore": {"LcsCDR": "39.82.2", "QoEMetrics": "62.90.1"},
    "PersistentChatStore": {"mgc": "21.8.1"},
}
LOCAL_INSTANCES = {
    "rtclocal": {"rtc": "15.13.1", "rtcdyn": "15.13.1", "xds": "10.13.2"},
    "lynclocal": {"lyss": "12.44.1"},
}
DATABASE_TYPES = {
    "user": "UserStore",
    "application": "ApplicationStore",
    "centralmgmt": "CentralMgmtStore",
    "archiving": "ArchivingStore",
    "monitoring": "MonitoringStore",
    "persistentchat": "PersistentChatStore",
}
"""``-DatabaseType`` in lower case → store role."""


@dataclass(frozen=True)
class Cluster:
    fqdn: str
    site: str
    number: str
    machines: tuple[str, ...]
    needs_setup: bool


@dataclass(frozen=True)
class RoleService:
    """One service of the topology; ``id`` as in ``1-Registrar-1``; ``instance`` is None unless SQL carries it."""

    id: str
    role: str
    site: str
    version: int
    cluster: str
    instance: str | None
    depends_on: tuple[str, ...]
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        return f"{ROLES.get(self.role, self.role)}:{self.cluster}"


@dataclass(frozen=True)
class Topology:
    """The published topology document as far as the lab needs it."""

    sites: dict[str, str]
    clusters: dict[str, Cluster]
    services: tuple[RoleService, ...]

    def cluster_of(self, machine: str) -> Cluster | None:
        """The pool that a computer belongs to."""
        return next((c for c in self.clusters.values() if machine.lower() in c.machines), None)

    def on(self, cluster: str) -> list[RoleService]:
        return [s for s in self.services if s.cluster == cluster.lower()]

    def service(self, service_id: str) -> RoleService | None:
        return next((s for s in self.services if s.id == service_id), None)

    @property
    def pools(self) -> list[Cluster]:
        return [c for c in self.clusters.values() if self.on(c.fqdn)]

    @property
    def replicas(self) -> list[str]:
        return [m for c in self.clusters.values() if c.needs_setup for m in c.machines]


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (e for e in element.iter() if _local(e) == name)


@functools.lru_cache(maxsize=16)
def read_topology(xml: str) -> Topology:
    """Read a published topology document. Raises ValueError when it is none."""
    if not xml.strip():
        return Topology({}, {}, ())
    try:
        root = ET.XML(xml)
    except ET.ParseError as broken:
        raise ValueError(f"topology document is not XML: {broken}") from broken
    sites = {s.get("SiteId", ""): "".join(n.text or "" for n in _all(s, "Name")) for s in _all(root, "CentralSite")}
    clusters: dict[str, Cluster] = {}
    names: dict[tuple[str, str], str] = {}
    for element in _all(root, "Cluster"):
        key = next(_all(element, "ClusterId"))
        fqdn = element.get("Fqdn", "").lower()
        machines = tuple(m.get("Fqdn", "").lower() for m in _all(element, "Machine"))
        site, number = key.get("SiteId", ""), key.get("Number", "")
        names[site, number] = fqdn
        clusters[fqdn] = Cluster(fqdn, site, number, machines, element.get("RequiresSetup") == "true")
    return Topology(sites, clusters, tuple(_service(e, names) for e in _all(root, "Service")))


def _service(element: ET.Element, names: dict[tuple[str, str], str]) -> RoleService:
    ids = list(_all(element, "ServiceId"))
    installed = next(_all(element, "InstalledOn"))
    cluster = next(_all(installed, "ClusterId"))
    sql = next(_all(installed, "SqlInstanceId"), None)
    settings = {k: v for e in element if _local(e).endswith("Service") for k, v in e.attrib.items()}
    return RoleService(
        id=_service_id(ids[0]),
        role=ids[0].get("RoleName", ""),
        site=ids[0].get("SiteId", ""),
        version=int(element.get("ServiceVersion", "6")),
        cluster=names[cluster.get("SiteId", ""), cluster.get("Number", "")],
        instance=None if sql is None else sql.get("Name", ""),
        depends_on=tuple(_service_id(e) for e in ids[1:]),
        settings=settings,
    )


def _service_id(element: ET.Element) -> str:
    return f"{element.get('SiteId')}-{element.get('RoleName')}-{element.get('Instance')}"


def topology(state: State) -> Topology:
    """The topology in the Central Management store."""
    return read_topology(state.cms.topology)


def windows_services(document: Topology, machine: str) -> dict[str, Service]:
    """The Windows services that setup creates on a computer, stopped, in the order in which they start."""
    cluster = document.cluster_of(machine)
    if cluster is None:
        return {}
    roles = [s.role for s in document.on(cluster.fqdn)]
    rows = [(name, display, "Replica") for name, display in _EVERY_SERVER]
    rows += [(name, text, role) for role, items in _ROLE_SERVICES.items() if role in roles for name, text in items]
    return {name: Service(name, display, ROLES.get(role, role)) for name, display, role in rows}


def databases(document: Topology, machine: str) -> dict[str, dict[str, str]]:
    """Instance name → databases that setup creates on a computer: collocated stores and the local instances."""
    found = {name: dict(content) for name, content in LOCAL_INSTANCES.items()}
    for service in document.on(machine):
        if service.instance is not None:
            found.setdefault(service.instance, {}).update(DATABASES.get(service.role, {}))
    return found


def install_components(state: State, host: Host) -> None:
    """What Deployment Wizard step 2 leaves behind: stopped services, SQL instances, the shell, a dirty host.

    Collocated user and Response Group databases come up empty; a CMS database is never made here.
    """
    document = read_topology(host.local_store)
    host.services.update({n: s for n, s in windows_services(document, host.fqdn).items() if n not in host.services})
    for name, content in databases(document, host.fqdn).items():
        instance = state.instances.setdefault(f"{host.fqdn}\\{name}", SqlInstance(host.fqdn, name))
        central = DATABASES["CentralMgmtStore"] if name != "rtclocal" else {}
        instance.databases.update({d: v for d, v in content.items() if d not in central})
    host.module = True
    host.clean = False


def install_replica(state: State, host: Host) -> None:
    """What Deployment Wizard step 1 leaves behind: local store, replica service (stopped), and the management shell."""
    instance = state.instances.setdefault(f"{host.fqdn}\\rtclocal", SqlInstance(host.fqdn, "rtclocal"))
    instance.databases["xds"] = LOCAL_INSTANCES["rtclocal"]["xds"]
    for name, display in _EVERY_SERVER:
        host.services.setdefault(name, Service(name, display, "Replica"))
    host.local_store = state.cms.topology
    host.module = True


def cms_host(state: State) -> Host | None:
    """The computer that the service connection point names."""
    return state.host(state.directory.cms_pointer.partition("\\")[0])


def cms_trouble(state: State) -> str:
    """Why the Central Management store cannot be read, empty when it can."""
    pointer = state.directory.cms_pointer
    if not pointer:
        return "Cannot find the Central Management store location in Active Directory."
    server, _, instance = pointer.partition("\\")
    host = state.host(server)
    if host is None or not host.present or f"{server}\\{instance}".lower() not in state.instances:
        return (
            f'Cannot open the connection to the Central Management store "{pointer}": a network-related or '
            "instance-specific error occurred while establishing a connection to SQL Server. "
            "The server was not found or was not accessible."
        )
    if not state.database(server, instance, "xds"):
        return f'Cannot open database "xds" requested by the login on "{pointer}". The login failed.'
    return ""


def running(state: State, host: str, *names: str) -> bool:
    """Whether the host is up and all named services (any at all, without names) run there."""
    found = state.hosts.get(host.lower())
    if found is None or not found.present:
        return False
    if not names:
        return any(s.status != "Stopped" for s in found.services.values())
    return all(n in found.services and found.services[n].status == RUNNING for n in names)


def pool_machines(state: State, pool: str) -> tuple[str, ...]:
    cluster = topology(state).clusters.get(pool.lower())
    return cluster.machines if cluster else ()


def user_store(state: State, pool: str) -> SqlInstance | None:
    """The SQL instance that holds the pool's user store, None while its host or database is not there."""
    for service in topology(state).services:
        if service.role == "UserStore" and any(
            s.role == "UserServices" and service.id in s.depends_on for s in topology(state).on(pool)
        ):
            host = state.hosts.get(service.cluster)
            instance = state.instances.get(f"{service.cluster}\\{service.instance}".lower())
            if host and host.present and instance and "rtcxds" in instance.databases:
                return instance
    return None


def start_service(service: Service, now: float, seconds: float) -> None:
    if service.status != RUNNING:
        service.status, service.ready_at = STARTING, now + seconds


def settle(state: State, now: float, replication: float) -> bool:
    """Carry out what is due at ``now``; returns whether anything changed. ``replication`` in seconds."""
    changed = False
    for host in state.hosts.values():
        for service in host.services.values():
            if service.status == STARTING and service.ready_at <= now and host.present:
                service.status = RUNNING
                changed = True
    for pool in topology(state).pools:
        changed |= _provision(state, pool)
    for replica in state.replicas.values():
        changed |= _replicate(state, replica, now, replication)
    return changed


def _provision(state: State, pool: Cluster) -> bool:
    """The User Replicator: users homed on the pool get an empty entry in its user store."""
    store = state.stores.get(pool.fqdn)
    if store is None or user_store(state, pool.fqdn) is None:
        return False
    if not any(running(state, machine, "RTCSRV") for machine in pool.machines):
        return False
    missing = [u.sip for u in state.directory.users.values() if u.pool == pool.fqdn and u.sip not in store.users]
    # Replaced, not grown: a reader on another thread keeps a whole dictionary.
    store.users = {**store.users, **{sip: UserData() for sip in missing}}
    return bool(missing)


def _replicate(state: State, replica: Replica, now: float, seconds: float) -> bool:
    centre = cms_host(state)
    able = (
        replica.serial != state.cms.serial
        and centre is not None
        and not cms_trouble(state)
        and running(state, centre.fqdn, "MASTER", "FTA")
        and running(state, replica.fqdn, "REPLICA")
        and state.database(replica.fqdn, "rtclocal", "xds")
    )
    if not able:
        return False
    if not replica.catches_up_at:
        replica.catches_up_at = now + seconds
        return True
    if replica.catches_up_at > now:
        return False
    host = state.hosts[replica.fqdn]
    host.local_store = state.cms.topology
    replica.serial, replica.catches_up_at, replica.reported_at = state.cms.serial, 0.0, now
    replica.product_version = host.lync_version
    return True


def cms_changed(state: State, now: float) -> None:
    """Note a change of the Central Management store: every replica is behind until it has caught up."""
    state.cms.serial += 1
    state.cms.changed_at = now
    known = {machine: state.replicas.get(machine) or Replica(machine) for machine in topology(state).replicas}
    state.replicas = known
    for replica in known.values():
        replica.catches_up_at = 0.0
