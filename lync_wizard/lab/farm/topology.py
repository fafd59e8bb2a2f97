"""The published topology as the lab reads it: pools, services, what each role installs, which instance holds what."""

from __future__ import annotations

import dataclasses
import functools
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field

from lync_wizard.lab.farm.state import RUNNING, STARTING, Cms, Host, Replica, Service, SqlInstance, State, from_data
from lync_wizard.lab.sqlserver.instance import Database, Server
from lync_wizard.topology import interpret

ROLES = {
    **interpret.ROLES,
    "PersistentChatService": "PersistentChatServer",
    "PersistentChatStore": "PersistentChatDatabase",
    "PersistentChatComplianceStore": "PersistentChatComplianceDatabase",
    "WitnessStore": "WitnessStore",
}
"""Role name in the topology document → role name that cmdlets show; those of Persistent Chat are a guess."""

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
    "PersistentChatService": (("RTCCHAT", "Lync Server Persistent Chat"),),
    "EdgeServer": (
        ("RTCSRV", "Lync Server Access Edge"),
        ("RTCDATAPROXY", "Lync Server Web Conferencing Edge"),
        ("RTCMRAUTH", "Lync Server Audio/Video Authentication"),
        ("RTCMEDIARELAY", "Lync Server Audio/Video Edge"),
    ),
}

DATABASES = {
    "UserStore": {"rtcxds": "15.13.1", "rtcshared": "5.0.1", "rtcab": "62.42.2"},
    "ApplicationStore": {"rgsconfig": "5.5.1", "rgsdyn": "2.5.1", "cpsdyn": "1.1.2"},
    "CentralMgmtStore": {"xds": "10.13.2", "lis": "3.1.1"},
    "ArchivingStore": {"LcsLog": "57.13.1"},
    "MonitoringStore": {"LcsCDR": "39.82.2", "QoEMetrics": "62.90.1"},
    "PersistentChatStore": {"mgc": "21.8.1"},
    "PersistentChatComplianceStore": {"mgccomp": "8.2.1"},
}
SCHEMA_VERSIONS = {name: version for content in DATABASES.values() for name, version in content.items()}
COMPONENTS = "RTCComponentUniversalServices"
"""The group of Lync's service accounts, which gets ``ServerRole`` in each of its databases."""
_COMPONENTS_ROLE = "ServerRole"
_APART = frozenset({"Mirror", "Witness", "Backup", "BackupMirror"})
"""Usages of a dependency that are kept by themselves."""
BACKUP_SERVICE = "LYNCBACKUP"
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
    "persistentchatcompliance": "PersistentChatComplianceStore",
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
    """One service of the topology; ``id`` as in ``1-Registrar-1``; ``instance`` is None unless SQL carries it.

    ``mirrors`` and ``witnesses`` are service ids too: those depended on with that usage; ``backups`` are the Registrar
    of the backup pool, or the store that log shipping feeds, and ``backup_mirrors`` that store's mirror.
    """

    id: str
    role: str
    site: str
    version: int
    cluster: str
    instance: str | None
    depends_on: tuple[str, ...]
    settings: dict[str, str] = field(default_factory=dict)
    mirrors: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()
    backup_mirrors: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        return f"{ROLES.get(self.role, self.role)}:{self.cluster}"

    @property
    def key(self) -> str:
        """For a store: the key of its instance in :attr:`lync_wizard.lab.farm.state.State.instances`."""
        return f"{self.cluster}\\{self.instance}".lower()


@dataclass(frozen=True)
class Store:
    """A store that a pool uses: ``role`` of the topology, and the instances' keys in the state.

    ``backup`` is the instance that log shipping feeds, ``backup_mirror`` the one meant for its mirror.
    """

    role: str
    pool: str
    primary: str
    mirror: str = ""
    witness: str = ""
    backup: str = ""
    backup_mirror: str = ""


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

    def user_services(self, pool: str) -> str:
        """The pool with the user services of a pool: another one for a Survivable Branch Appliance."""
        ids = [i for s in self.on(pool) if s.role == "Registrar" for i in s.depends_on]
        needed = [found for i in ids if (found := self.service(i))]
        return next((s.cluster for s in needed if s.role == "UserServices"), pool)

    def backup_of(self, pool: str) -> str:
        """The backup pool of a Front End pool, empty without one."""
        ids = [i for s in self.on(pool) if s.role == "Registrar" for i in s.backups]
        return next((found.cluster for i in ids if (found := self.service(i))), "")

    @functools.cached_property
    def stores(self) -> tuple[Store, ...]:
        """Every store of every pool, with its mirror and witness."""
        known = {s.id: s for s in self.services}
        found: dict[tuple[str, str], Store] = {}
        for service in self.services:
            witness = next((known[i].key for s in self.on(service.cluster) for i in s.witnesses if i in known), "")
            for primary in (known[i] for i in service.depends_on if i in known and known[i].instance is not None):
                mirror = next((known[i].key for i in service.mirrors if known[i].role == primary.role), "")
                beside = [
                    next((known[i].key for i in ids if i in known and known[i].role == primary.role), "")
                    for ids in (service.backups, service.backup_mirrors)
                ]
                watched = witness if mirror else ""
                store = Store(primary.role, service.cluster, primary.key, mirror, watched, *beside)
                found.setdefault((primary.role, service.cluster), store)
        return tuple(found.values())

    def store(self, pool: str, role: str) -> Store | None:
        """The store of that role that the pool uses."""
        return next((s for s in self.stores if (s.pool, s.role) == (pool.lower(), role)), None)

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


@functools.lru_cache(maxsize=64)
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
    own = next(_all(element, "ServiceId"))
    installed = next(_all(element, "InstalledOn"))
    cluster = next(_all(installed, "ClusterId"))
    place = cluster.get("SiteId", ""), cluster.get("Number", "")
    if place not in names:
        raise ValueError(f"{_service_id(own)} is on cluster {':'.join(place)}, which the document does not have")
    sql = next(_all(installed, "SqlInstanceId"), None)
    settings = {k: v for e in element if _local(e).endswith("Service") for k, v in e.attrib.items()}
    needed: dict[str, list[str]] = {}
    for holder in _all(element, "DependsOn"):
        usages = {id(key): d.get("Usage", "") for d in _all(holder, "Dependency") for key in _all(d, "ServiceId")}
        for key in _all(holder, "ServiceId"):
            needed.setdefault(usages.get(id(key), ""), []).append(_service_id(key))
    return RoleService(
        id=_service_id(own),
        role=own.get("RoleName", ""),
        site=own.get("SiteId", ""),
        version=int(element.get("ServiceVersion", "6")),
        cluster=names[place],
        instance=None if sql is None else sql.get("Name", ""),
        depends_on=tuple(i for usage, ids in needed.items() if usage not in _APART for i in ids),
        settings=settings,
        mirrors=tuple(needed.get("Mirror", ())),
        witnesses=tuple(needed.get("Witness", ())),
        backups=tuple(needed.get("Backup", ())),
        backup_mirrors=tuple(needed.get("BackupMirror", ())),
    )


def _service_id(element: ET.Element) -> str:
    return f"{element.get('SiteId')}-{element.get('RoleName')}-{element.get('Instance')}"


def topology(state: State) -> Topology:
    """The topology in the Central Management store."""
    return read_topology(state.cms.topology)


def known(state: State) -> Topology:
    """The topology by which the deployment works: that of a replica while the Central Management store is empty."""
    found = topology(state)
    stores = (host.local_store for host in state.hosts.values() if host.present and host.local_store)
    return found if found.services else read_topology(next(stores, ""))


def windows_services(document: Topology, machine: str) -> dict[str, Service]:
    """The Windows services that setup creates on a computer, stopped, in the order in which they start."""
    cluster = document.cluster_of(machine)
    if cluster is None:
        return {}
    roles = [s.role for s in document.on(cluster.fqdn)]
    rows = [(name, display, "Replica") for name, display in _EVERY_SERVER]
    rows += [(name, text, role) for role, items in _ROLE_SERVICES.items() if role in roles for name, text in items]
    if document.backup_of(cluster.fqdn):
        rows.append((BACKUP_SERVICE, "Lync Server Backup Service", "BackupServer"))
    return {name: Service(name, display, ROLES.get(role, role)) for name, display, role in rows}


def databases(document: Topology, machine: str) -> dict[str, dict[str, str]]:
    """Instance name → databases that setup creates on a computer: collocated stores and the local instances."""
    cluster = document.cluster_of(machine)
    roles = {s.role for s in document.on(cluster.fqdn)} if cluster else {"Registrar"}
    found: dict[str, dict[str, str]] = {}
    if "Registrar" in roles:
        found = {name: dict(content) for name, content in LOCAL_INSTANCES.items()}
    elif cluster and cluster.needs_setup:
        found = {"rtclocal": {"xds": LOCAL_INSTANCES["rtclocal"]["xds"]}}
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
        instance = state.instances.setdefault(f"{host.fqdn}\\{name}".lower(), SqlInstance(host.fqdn, name))
        central = DATABASES["CentralMgmtStore"] if name != "rtclocal" else {}
        instance.databases.update({d: v for d, v in content.items() if d not in central})
    host.module = True
    host.clean = False


def admit_components(server: Server, database: str, netbios: str) -> None:
    """The login, user and role that Lync's setup gives the group of its services in each of its databases."""
    account = f"{netbios}\\{COMPONENTS}"
    found = server.databases[database.lower()]
    found.roles = [*found.roles, *([] if _COMPONENTS_ROLE in found.roles else [_COMPONENTS_ROLE])]
    found.users[account] = [_COMPONENTS_ROLE]
    if account.lower() not in {login.lower() for login in server.logins}:
        server.logins.append(account)


def serves(database: Database) -> bool:
    """Whether programs can use a database that an engine keeps: online, principal of its session, quorum not lost."""
    session = database.mirroring
    if database.state != "ONLINE":
        return False
    if session is None:
        return True
    alone = session.state == "DISCONNECTED" and session.witness and session.witness_state == "DISCONNECTED"
    return session.role == "PRINCIPAL" and not alone


def opens(state: State, key: str, database: str) -> bool:
    """Whether programs can open a database in the instance of that key (``fqdn\\instance`` in lower case)."""
    record = state.instances.get(key.lower())
    host = state.host(record.host) if record else None
    if record is None or host is None or not host.present:
        return False
    if database.lower() not in {name.lower() for name in record.databases}:
        return False
    kept = record.server.database(database)
    return kept is None or serves(kept)


def chat_keys(state: State, store: Store) -> tuple[str, ...]:
    """The instances of a store that its pool works with: for chat those of the other site while it is failed over."""
    known = state.chat.get(store.pool)
    over = known is not None and "FailedOver" in known.states.values()
    keys = (store.backup, store.backup_mirror) if over else (store.primary, store.mirror)
    return tuple(key for key in keys if key)


def holder(state: State, role: str, pool: str, database: str) -> SqlInstance | None:
    """The instance, primary or mirror, where programs open a database of the pool's store now."""
    store = known(state).store(pool, role)
    keys = chat_keys(state, store) if store else ()
    return next((state.instances[key] for key in keys if key and opens(state, key, database)), None)


def user_store(state: State, pool: str) -> SqlInstance | None:
    """The SQL instance that holds the pool's user store, None while its host or database is not there."""
    return holder(state, "UserStore", pool, "rtcxds")


def pool_of_store(state: State, key: str, role: str) -> str:
    """FQDN of the pool whose store of that role lies, as primary or mirror, in the instance; empty where none does."""
    found = (s.pool for s in known(state).stores if s.role == role and key.lower() in (s.primary, s.mirror))
    return next(found, "")


def master(state: State) -> Host | None:
    """The computer that replicates the Central Management store: the first of its pool where the agents run."""
    document = topology(state)
    active = [s for s in document.services if s.role == "CentralMgmt" and s.settings.get("IsActive", "true") == "true"]
    names = [name for s in active for name in document.clusters[s.cluster].machines]
    there = [name for name in names if running(state, name, "MASTER", "FTA")]
    return state.hosts[there[0]] if there else None


def cms_trouble(state: State) -> str:
    """Why the Central Management store cannot be read, empty when it can."""
    pointer = state.directory.cms_pointer
    if not pointer:
        return "Cannot find the Central Management store location in Active Directory."
    if opens(state, pointer, "xds") or (state.directory.cms_mirror and opens(state, state.directory.cms_mirror, "xds")):
        return ""
    host = state.host(pointer.partition("\\")[0])
    if host is None or not host.present or pointer.lower() not in state.instances:
        return (
            f'Cannot open the connection to the Central Management store "{pointer}": a network-related or '
            "instance-specific error occurred while establishing a connection to SQL Server. "
            "The server was not found or was not accessible."
        )
    return f'Cannot open database "xds" requested by the login on "{pointer}". The login failed.'


def running(state: State, host: str, *names: str) -> bool:
    """Whether the host is up and all named services (any at all, without names) run there."""
    found = state.hosts.get(host.lower())
    if found is None or not found.present:
        return False
    if not names:
        return any(s.status != "Stopped" for s in found.services.values())
    return all(n in found.services and found.services[n].status == RUNNING for n in names)


def pool_machines(state: State, pool: str) -> tuple[str, ...]:
    cluster = known(state).clusters.get(pool.lower())
    return cluster.machines if cluster else ()


def start_service(service: Service, now: float, seconds: float) -> None:
    if service.status != RUNNING:
        service.status, service.ready_at = STARTING, now + seconds


def keep_replicas(state: State) -> None:
    """The store is about to be emptied; the replicas keep what it held until it replicates again."""
    if state.cms.policies:
        state.facts["replicated"] = {**dataclasses.asdict(state.cms), "topology": "", "locations": []}


def replicated(state: State, host: Host) -> Cms:
    """What a host's replica of the store holds."""
    kept = None if state.cms.policies else state.facts.get("replicated")
    held = from_data(Cms, kept) if kept else state.cms
    return Cms(host.local_store, policies=held.policies, oauth=held.oauth)


def cms_changed(state: State, now: float) -> None:
    """Note a change of the Central Management store: every replica is behind until it has caught up."""
    state.cms.serial += 1
    state.cms.changed_at = now
    known = {machine: state.replicas.get(machine) or Replica(machine) for machine in topology(state).replicas}
    state.replicas = known
    for replica in known.values():
        replica.catches_up_at = 0.0
