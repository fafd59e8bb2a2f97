"""From what a topology names to what we believe exists: kinds of pools, their stores and the CMS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from lync_wizard.deployment import CentralManagement, Deployment, FileStore, Pool, PoolKind, Role, Site, SqlInstance
from lync_wizard.topology.raw_model import DEFAULT_USAGE, Cluster, Inventory, Service
from lync_wizard.topology.remarks import clip

ROLES: Final = {
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
"""Role name in the topology document → role name that cmdlets show; other role names are not evidenced."""

PRODUCTS: Final = {
    5: "Lync Server 2010",
    6: "Lync Server 2013",
    7: "Skype for Business Server 2015",
    8: "Skype for Business Server 2019",
}
"""ServiceVersion → product."""

_STORES: Final = frozenset(name for name in ROLES if name.endswith("Store"))
_FILE_USERS: Final = ("WebServices", "ConfServices", "ApplicationServer", "CentralMgmt")
"""Roles whose dependency on a file store is relied on; that of UserServices is the last resort."""


def product(version: int) -> str:
    """The name of the product that a ServiceVersion belongs to."""
    return PRODUCTS.get(version, f"service version {version}")


def deployment(found: Inventory, name: str) -> Deployment:
    """The deployment that an inventory amounts to; what cannot be told is said in its remarks. Linear in its size."""
    return _Judgement(found).deployment(name)


class _Judgement:
    """One inventory with the indexes needed to judge it in linear time."""

    def __init__(self, found: Inventory) -> None:
        self.found = found
        self.remarks = found.remarks
        self.sites = {site.id: site.name for site in found.sites}
        self.branches = {site.id for site in found.sites if site.kind == "branch"}
        self.on: dict[str, list[Service]] = defaultdict(list)
        for service in found.services.values():
            self.on[service.cluster].append(service)
        self.sql_hosts: dict[str, list[str]] = defaultdict(list)
        for instance in found.instances:
            self.sql_hosts[instance.cluster].append(instance.name)

    def deployment(self, name: str) -> Deployment:
        self._strays()
        pools = tuple(self._pool(cluster) for cluster in self.found.clusters.values())
        self._same_names(pools)
        sites = tuple(self.found.sites) or tuple(Site(s, s) for s in dict.fromkeys(p.site for p in pools) if s)
        return Deployment(
            name,
            sites,
            pools,
            self._cms(),
            sip_domains=self.found.sip_domains,
            gateways=tuple(pool.fqdn for pool in pools if pool.kind == "gateway"),
        )

    def _strays(self) -> None:
        """Remark on services that stand nowhere, needs that lead nowhere, and names that are not known."""
        services, clusters = self.found.services, self.found.clusters
        for service in services.values():
            if service.cluster not in clusters:
                self.remarks.gather(
                    "Services are left out because the topology does not say where they are installed: {}.", service.key
                )
            if service.role not in ROLES:
                where = clusters[service.cluster].fqdn if service.cluster in clusters else "no cluster"
                self.remarks.gather(
                    "Roles that this program does not know are kept as they are: {}.", f"{service.role} on {where}"
                )
            for key, usage in service.needs:
                if key not in services:
                    self.remarks.gather("Services depend on others that the topology does not have: {}.", key)
                if usage != DEFAULT_USAGE:
                    self.remarks.gather(
                        "Dependencies of a usage that this program does not know are kept, but nothing is concluded "
                        "from them (they may be a mirror or a backup pool): {}.",
                        f"{service.key} needs {key} as {usage}",
                    )
        versions = sorted({s.version for s in services.values() if s.version is not None})
        lync = sorted({s.version for s in services.values() if s.version is not None and s.role == "Registrar"})
        odd = [str(version) for version in versions if version not in PRODUCTS]
        if odd:
            self.remarks.say(f"Which product has the service version {', '.join(odd)} is not known to this program.")
        if len(lync) > 1:
            self.remarks.say(f"There are pools of several products: {', '.join(map(product, lync))}.")

    def _same_names(self, pools: Iterable[Pool]) -> None:
        seen: set[str] = set()
        for pool in pools:
            name = pool.fqdn.rstrip(".").lower()
            if name in seen:
                self.remarks.gather("Several clusters have the same FQDN: {}.", pool.fqdn)
            seen.add(name)

    def _pool(self, cluster: Cluster) -> Pool:
        services = self.on.get(cluster.key, [])
        kind = self._kind(cluster, services)
        site = self.sites.get(cluster.site, cluster.site)
        roles = tuple(
            Role(
                service.role,
                service.key,
                service.version,
                tuple(key for key, _ in service.needs),
                self._sql(service) if service.instance is not None else None,
                service.attributes,
                service.ports,
            )
            for service in services
        )
        if kind in {"sql", "file", "gateway", "office-web-apps", "other"}:
            return Pool(cluster.fqdn, kind, site, cluster.servers, cluster_id=cluster.key, roles=roles)
        archiving = self._store(cluster, services, "ArchivingStore")
        monitoring = self._store(cluster, services, "MonitoringStore")
        store = self._file_store(cluster, services)
        features = {
            name
            for name, there in (
                ("archiving", archiving is not None),
                ("monitoring", monitoring is not None),
                ("file-store-on-pool", store is not None and _holds(cluster, store.server)),
            )
            if there
        }
        return Pool(
            cluster.fqdn,
            kind,
            site,
            cluster.servers,
            sql=self._user_store(cluster, services, kind),
            file_store=store,
            features=frozenset(features),
            archiving=archiving,
            monitoring=monitoring,
            next_hop=self._target([s for s in services if s.role == "EdgeServer"], "Registrar"),
            edge_pool="" if kind == "edge" else self._target(services, "EdgeServer"),
            cluster_id=cluster.key,
            roles=roles,
        )

    def _kind(self, cluster: Cluster, services: list[Service]) -> PoolKind:
        roles = {service.role for service in services}
        if "Registrar" in roles or "UserServices" in roles:
            return self._registrar_kind(cluster, services, roles)
        for role, kind in _KIND_OF_ROLE:
            if role in roles:
                return kind
        if roles - set(ROLES):
            self.remarks.gather(
                "What kind of pools these are cannot be derived from their roles; say so on the worksheet if they run "
                "Lync Server (Persistent Chat, for example): {}.",
                f"{cluster.fqdn} ({', '.join(sorted(roles - set(ROLES)))})",
            )
            return "other"
        if cluster.key in self.sql_hosts or roles & (_STORES - {"FileStore"}):
            return "sql"
        return "file" if "FileStore" in roles else "other"

    def _registrar_kind(self, cluster: Cluster, services: list[Service], roles: set[str]) -> PoolKind:
        if any(s.role == "Registrar" and s.attributes.get("IsDirector", "").lower() == "true" for s in services):
            return "director"
        if "UserServices" not in roles:
            kind: PoolKind = "branch-appliance" if cluster.site in self.branches else "other"
            self.remarks.gather(
                "Pools have a Registrar but no User Services, which no topology seen so far has; they may be branch "
                "appliances: {}.",
                cluster.fqdn,
            )
            return kind
        stores = [s for s in self._needed(services, "UserStore", "UserServices") if s.instance]
        if stores:
            return "standard-edition" if stores[0].cluster == cluster.key else "enterprise"
        self.remarks.gather(
            "On which SQL Server instance the users of these pools are kept is unknown: {}.", cluster.fqdn
        )
        return "standard-edition" if cluster.key in self.sql_hosts else "enterprise"

    def _needed(self, services: Iterable[Service], role: str, *of: str) -> list[Service]:
        """Services of a role that the services (only those of the roles ``of``) depend on in the ordinary way."""
        found = {
            key: target
            for service in services
            if not of or service.role in of
            for key, usage in service.needs
            if usage == DEFAULT_USAGE and (target := self.found.services.get(key)) is not None and target.role == role
        }
        return list(found.values())

    def _target(self, services: Iterable[Service], role: str) -> str:
        """FQDN of the cluster with the first service of a role that the services depend on."""
        for target in self._needed(services, role):
            if target.cluster in self.found.clusters:
                return self.found.clusters[target.cluster].fqdn
        return ""

    def _sql(self, service: Service) -> SqlInstance | None:
        cluster = self.found.clusters.get(service.cluster)
        return SqlInstance(cluster.fqdn, service.instance.name) if cluster and service.instance else None

    def _store(self, cluster: Cluster, services: list[Service], role: str, *of: str) -> SqlInstance | None:
        targets = self._needed(services, role, *of)
        found = {sql.key: sql for target in targets if (sql := self._sql(target)) is not None}
        if len(found) > 1:
            self.remarks.gather(
                f"Pools depend on more than one {role}, perhaps a mirror; the first is taken: {{}}.",
                f"{cluster.fqdn} ({', '.join(str(sql) for sql in found.values())})",
            )
        return next(iter(found.values()), None)

    def _user_store(self, cluster: Cluster, services: list[Service], kind: PoolKind) -> SqlInstance | None:
        if kind not in {"standard-edition", "enterprise"}:
            return None
        found = self._store(cluster, services, "UserStore", "UserServices")
        if found is None and kind == "standard-edition":
            names = self.sql_hosts.get(cluster.key, [])
            return SqlInstance(cluster.fqdn, names[0]) if len(names) == 1 else None
        return found

    def _file_store(self, cluster: Cluster, services: list[Service]) -> FileStore | None:
        relied = self._needed(services, "FileStore", *_FILE_USERS)
        stores = relied or self._needed(services, "FileStore")
        found = [store for service in stores if (store := self._share(service)) is not None]
        if found and not relied:
            self.remarks.gather(
                "Only the User Services of these pools name a file store, which is not always the one in use: {}.",
                cluster.fqdn,
            )
        if len({store.share.lower() for store in found}) > 1:
            self.remarks.gather(
                "Services of one pool use several file stores; the first is taken: {}.",
                f"{cluster.fqdn} ({', '.join(store.share for store in found)})",
            )
        return found[0] if found else None

    def _share(self, service: Service) -> FileStore | None:
        cluster = self.found.clusters.get(service.cluster)
        share = service.attributes.get("ShareName", "").strip("\\/ ")
        if cluster is None or not share:
            self.remarks.gather("File stores without a share name or a server are left out: {}.", service.key)
            return None
        return FileStore(f"\\\\{cluster.fqdn}\\{share}")

    def _cms(self) -> CentralManagement | None:
        services = [s for s in self.found.services.values() if s.role == "CentralMgmt"]
        active = [s for s in services if s.attributes.get("IsActive", "").lower() == "true"]
        if not services:
            return None
        if not active and len(services) == 1 and "IsActive" not in services[0].attributes:
            active = services
        pools = [self.found.clusters[s.cluster].fqdn for s in active if s.cluster in self.found.clusters]
        if not pools:
            named = [self.found.clusters[s.cluster].fqdn for s in services if s.cluster in self.found.clusters]
            self.remarks.say(
                f"None of the Central Management services is marked as active ({clip(', '.join(named))}). Find out "
                "which one is before anything else."
            )
            return None
        if len(pools) > 1:
            self.remarks.say(
                f"Several Central Management services are marked as active ({clip(', '.join(pools))}); the first is "
                "taken."
            )
        stores = self._needed(active[:1], "CentralMgmtStore")
        found = [sql for store in stores if (sql := self._sql(store)) is not None]
        if len({sql.key for sql in found}) > 1:
            self.remarks.say(
                f"The Central Management service depends on several stores ({', '.join(map(str, found))}), perhaps a "
                "mirror; the first is taken."
            )
        return CentralManagement(pools[0], found[0] if found else None)


_KIND_OF_ROLE: Final[tuple[tuple[str, PoolKind], ...]] = (
    ("EdgeServer", "edge"),
    ("MediationServer", "mediation"),
    ("PstnGateway", "gateway"),
    ("WacService", "office-web-apps"),
)
"""The kind that a role decides on a cluster without Registrar; the first that is there."""


def _holds(cluster: Cluster, fqdn: str) -> bool:
    wanted = fqdn.rstrip(".").lower()
    return any(name.rstrip(".").lower() == wanted for name in (cluster.fqdn, *(s.fqdn for s in cluster.servers)))
