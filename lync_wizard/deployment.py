"""What we believe exists: sites, pools, servers, their SQL instances and file stores, and where the CMS is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

from lync_wizard.document import Problem
from lync_wizard.worksheet import Entries

PoolKind = Literal[
    "standard-edition", "enterprise", "director", "mediation", "edge", "persistent-chat", "trusted-application",
    "gateway", "branch-appliance", "office-web-apps", "sql", "file", "other",
]  # fmt: skip
POOL_KINDS: Final[tuple[PoolKind, ...]] = get_args(PoolKind)
LYNC_KINDS: Final = ("standard-edition", "enterprise", "director", "mediation", "edge", "persistent-chat")
"""Kinds whose members run Lync Server itself; only these have worksheets."""

FEATURES: Final = (
    "response-group", "persistent-chat", "archiving", "monitoring", "e911", "call-park", "announcement",
    "conferencing-attendant", "file-store-on-pool",
)  # fmt: skip
"""What may be deployed on a pool; the rows ``features`` of the deployment facts."""

_UNC: Final = re.compile(r"\\\\(?P<server>[^\\/]+)\\(?P<share>[^\\/]+)(?P<rest>(?:\\[^\\]+)*)\\?")


def same(one: str, other: str) -> bool:
    """Whether two FQDNs name the same host; case and a final dot do not count."""
    return one.rstrip(".").lower() == other.rstrip(".").lower()


@dataclass(frozen=True)
class SqlInstance:
    """An instance of SQL Server; ``instance`` is empty for the default one."""

    server: str
    instance: str = ""

    @classmethod
    def parse(cls, text: str) -> SqlInstance:
        """From ``fqdn\\instance`` or a bare FQDN; ``default`` and ``MSSQLSERVER`` mean the default instance."""
        server, _, instance = text.strip().partition("\\")
        return cls(server, "" if instance.strip("()").lower() in {"", "default", "mssqlserver"} else instance)

    @property
    def key(self) -> tuple[str, str]:
        """For comparing: neither FQDNs nor instance names regard case."""
        return self.server.lower(), self.instance.lower()

    def __str__(self) -> str:
        return f"{self.server}\\{self.instance}" if self.instance else self.server


@dataclass(frozen=True)
class StoredDatabase:
    """A database that SQL Server itself backs up and restores, on the instance that holds it."""

    name: str
    instance: SqlInstance

    @property
    def artifact(self) -> str:
        """Its file in a backup set: ``Sql/<server>_<instance>/<database>.bak``."""
        return f"Sql/{self.instance.server}_{self.instance.instance or 'MSSQLSERVER'}/{self.name}.bak"


@dataclass(frozen=True)
class FileStore:
    """A Lync file store: its UNC path, the folder behind the share on its server, and the recorded permissions."""

    share: str
    local_folder: str = ""
    acl: tuple[str, ...] = ()

    @property
    def server(self) -> str:
        """FQDN of the file server, empty where the share is not a UNC path."""
        found = _UNC.fullmatch(self.share)
        return found["server"] if found else ""

    @property
    def share_name(self) -> str:
        """The share without its server, empty where the share is not a UNC path."""
        found = _UNC.fullmatch(self.share)
        return found["share"] if found else ""


@dataclass(frozen=True)
class Role:
    """A service as the topology names it; unknown roles are kept like known ones.

    ``name`` is the RoleName (``Registrar``, ``UserServices`` …), ``service_id`` its key (``1-Registrar-1``),
    ``version`` the ServiceVersion (6 = Lync Server 2013), ``depends_on`` service ids, ``sql`` where it is a store on an
    instance, ``attributes`` whatever the role's own element says, ``ports`` by ``Usage/InterfaceSide``.
    """

    name: str
    service_id: str = ""
    version: int | None = None
    depends_on: tuple[str, ...] = ()
    sql: SqlInstance | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """One member of a pool, in topology order (``ordinal`` from 1; it decides who counts as first for quorum)."""

    fqdn: str
    ordinal: int = 0
    addresses: tuple[str, ...] = ()
    fault_domain: str = ""
    upgrade_domain: str = ""


@dataclass(frozen=True)
class Site:
    """A site; ``id`` is the topology's, a string. ``kind`` is central or branch, ``parent`` a branch's central site."""

    name: str
    id: str = ""
    kind: Literal["central", "branch"] = "central"
    parent: str = ""


@dataclass(frozen=True)
class Pool:
    """A pool, a Standard Edition server, or any other cluster the topology names.

    ``sql`` is the user store, ``mirror`` and ``witness`` its partners as configured in the topology. ``archiving``,
    ``monitoring`` and ``chat`` are the stores this pool uses (``chat_secondary`` is fed by log shipping).
    ``backup_pool`` is the partner of a pair, ``next_hop`` an Edge pool's, ``edge_pool`` the one this pool uses.
    ``version`` is the update level of its Lync components. ``routes`` are an Edge Server's: network,
    mask and gateway of each.
    """

    fqdn: str
    kind: PoolKind
    site: str = ""
    servers: tuple[Server, ...] = ()
    sql: SqlInstance | None = None
    mirror: SqlInstance | None = None
    witness: SqlInstance | None = None
    mirror_share: str = ""
    file_store: FileStore | None = None
    features: frozenset[str] = frozenset()
    archiving: SqlInstance | None = None
    archiving_mirror: SqlInstance | None = None
    monitoring: SqlInstance | None = None
    monitoring_mirror: SqlInstance | None = None
    chat: SqlInstance | None = None
    chat_secondary: SqlInstance | None = None
    chat_pool: str = ""
    chat_active: tuple[str, ...] = ()
    backup_pool: str = ""
    next_hop: str = ""
    edge_pool: str = ""
    good_server: str = ""
    version: str = ""
    windows: str = ""
    kerberos_account: str = ""
    branch_appliances: tuple[str, ...] = ()
    cluster_id: str = ""
    roles: tuple[Role, ...] = ()
    routes: tuple[tuple[str, str, str], ...] = ()

    def store_of(self, database: str) -> SqlInstance | None:
        """The instance that holds this pool's LcsLog, LcsCDR, QoEMetrics or mgc."""
        stores = {"LcsLog": self.archiving, "LcsCDR": self.monitoring, "QoEMetrics": self.monitoring, "mgc": self.chat}
        return stores.get(database)

    @property
    def server_fqdns(self) -> tuple[str, ...]:
        """Members in topology order."""
        return tuple(server.fqdn for server in self.servers)

    @property
    def mirrored(self) -> bool:
        return self.mirror is not None

    @property
    def file_store_on_pool(self) -> bool:
        """Whether a member of the pool holds the file store: recorded so, or its share names a member."""
        if "file-store-on-pool" in self.features:
            return True
        return self.file_store is not None and self.has(self.file_store.server)

    def has(self, fqdn: str) -> bool:
        """Whether an FQDN is the pool's own or one of its members'."""
        return same(fqdn, self.fqdn) or any(same(fqdn, server.fqdn) for server in self.servers)

    def role(self, name: str) -> Role | None:
        return next((role for role in self.roles if role.name.lower() == name.lower()), None)


@dataclass(frozen=True)
class CentralManagement:
    """The Central Management store: the pool with the active CMS, its SQL instance, and that one's mirror."""

    pool: str
    sql: SqlInstance | None = None
    mirror: SqlInstance | None = None
    witness: SqlInstance | None = None


@dataclass(frozen=True)
class Deployment:
    """Everything believed to exist, whether read from worksheets, a topology or a live server."""

    name: str
    sites: tuple[Site, ...] = ()
    pools: tuple[Pool, ...] = ()
    cms: CentralManagement | None = None
    netbios_domain: str = ""
    dns_domain: str = ""
    sip_domains: tuple[str, ...] = ()
    domain_controller: str = ""
    gateways: tuple[str, ...] = ()
    trusted_applications: tuple[str, ...] = ()

    def pool(self, fqdn: str) -> Pool | None:
        """The pool of that FQDN."""
        return next((pool for pool in self.pools if same(pool.fqdn, fqdn)), None)

    def pool_of(self, fqdn: str) -> Pool | None:
        """The pool of that FQDN, else the one that has it as a member."""
        return self.pool(fqdn) or next((pool for pool in self.pools if pool.has(fqdn)), None)

    def server(self, fqdn: str) -> Server | None:
        return next((s for pool in self.pools for s in pool.servers if same(s.fqdn, fqdn)), None)

    def site(self, name: str) -> Site | None:
        return next((site for site in self.sites if site.name.lower() == name.lower()), None)

    def pools_of_kind(self, *kinds: PoolKind) -> tuple[Pool, ...]:
        return tuple(pool for pool in self.pools if pool.kind in kinds)

    @property
    def lync_pools(self) -> tuple[Pool, ...]:
        """The pools whose members run Lync Server."""
        return tuple(pool for pool in self.pools if pool.kind in LYNC_KINDS)

    def hosts_cms(self, pool: Pool) -> bool:
        """Whether a pool holds the active CMS."""
        return self.cms is not None and same(self.cms.pool, pool.fqdn)

    def databases(self, *names: str) -> tuple[StoredDatabase, ...]:
        """The archiving, monitoring and chat databases of these names, each instance's once, in that order."""
        found: dict[tuple[str, tuple[str, str]], StoredDatabase] = {}
        for name in names:
            for pool in self.lync_pools:
                if instance := pool.store_of(name):
                    found.setdefault((name, instance.key), StoredDatabase(name, instance))
        return tuple(found.values())

    @property
    def sql_instances(self) -> tuple[SqlInstance, ...]:
        """Every SQL instance anything uses, each once."""
        cms = [self.cms.sql, self.cms.mirror, self.cms.witness] if self.cms else []
        every = [*cms, *(store for pool in self.pools for store in _stores(pool))]
        return tuple({store.key: store for store in every if store is not None}.values())

    def users_of(self, instance: SqlInstance) -> tuple[Pool, ...]:
        """The pools that keep any store or mirror on an instance."""
        return tuple(pool for pool in self.pools if any(s and s.key == instance.key for s in _stores(pool)))

    def with_pool(self, pool: Pool) -> Deployment:
        """This deployment with one pool added or replaced."""
        kept = [pool if same(p.fqdn, pool.fqdn) else p for p in self.pools]
        return replace(self, pools=tuple(kept if self.pool(pool.fqdn) else [*kept, pool]))

    @property
    def host_fqdns(self) -> tuple[str, ...]:
        """Members of all Lync pools, each once, in order."""
        every = (fqdn for pool in self.lync_pools for fqdn in pool.server_fqdns)
        return tuple({fqdn.lower(): fqdn for fqdn in every}.values())


def _stores(pool: Pool) -> list[SqlInstance | None]:
    return [
        pool.sql, pool.mirror, pool.witness, pool.archiving, pool.archiving_mirror, pool.monitoring,
        pool.monitoring_mirror, pool.chat, pool.chat_secondary,
    ]  # fmt: skip


def of(entries: Entries, name: str) -> tuple[Deployment, list[Problem]]:
    """The deployment that worksheet entries describe, and what is contradictory or cannot be told, as problems.

    Problems carry the cell's address as key and no place in a file. Wrong values are left out of the deployment.
    """
    reading = _Reading(entries)
    pools = tuple(pool for fqdn in entries.pools if (pool := reading.pool(fqdn)))
    named = [*entries.texts("deployment-facts/deployment/sites"), *(pool.site for pool in pools if pool.site)]
    found = Deployment(
        name,
        tuple(Site(site) for site in {n.lower(): n for n in reversed(named)}.values())[::-1],
        pools,
        reading.cms(),
        entries.text("deployment-facts/deployment/netbios-domain"),
        entries.text("deployment-facts/deployment/dns-domain"),
        entries.texts("deployment-facts/deployment/sip-domains"),
        entries.text("deployment-facts/deployment/domain-controller"),
        entries.texts("deployment-facts/deployment/gateways"),
        entries.texts("deployment-facts/deployment/trusted-applications"),
    )
    reading.compare(found)
    return found, reading.problems


class _Reading:
    """Reads the deployment facts of entries, gathering what does not fit."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        self.problems: list[Problem] = []

    def problem(self, key: str, message: str, hint: str) -> None:
        self.problems.append(Problem(None, key, message, hint))

    def instance(
        self, pool: str | None, row: str, server: str = "server", instance: str = "instance"
    ) -> SqlInstance | None:
        fqdn = self.entries.text(f"deployment-facts/{row}/{server}", pool)
        name = self.entries.text(f"deployment-facts/{row}/{instance}", pool)
        if fqdn:
            return SqlInstance(fqdn, "" if name == "default" else name)
        if name:
            key = f"{f'{pool}:' if pool else ''}deployment-facts/{row}/{instance}"
            self.problem(key, "names an instance without its server", f"Fill deployment-facts/{row}/{server} as well.")
        return None

    def cms(self) -> CentralManagement | None:
        pool = self.entries.text("deployment-facts/cms/pool")
        if not pool:
            return None
        sql = self.instance(None, "cms", "sql-server", "sql-instance")
        return CentralManagement(pool, sql, self.instance(None, "cms", "mirror-server", "mirror-instance"))

    def pool(self, fqdn: str) -> Pool | None:
        def text(row: str, column: str) -> str:
            return self.entries.text(f"deployment-facts/{row}/{column}", fqdn)

        def texts(row: str, column: str) -> tuple[str, ...]:
            return self.entries.texts(f"deployment-facts/{row}/{column}", fqdn)

        kind = next((k for k in POOL_KINDS if k == text("pool", "kind")), None)
        if kind is None:
            self.problem(
                f"{fqdn}:deployment-facts/pool/kind",
                "is not filled",
                "Say what kind of pool it is; all else rests on it.",
            )
            return None
        members = texts("pool", "servers") or ((fqdn,) if kind == "standard-edition" else ())
        if kind == "standard-edition" and not (len(members) == 1 and same(members[0], fqdn)):
            self.problem(
                f"{fqdn}:deployment-facts/pool/servers",
                "a Standard Edition server has itself as its only member",
                f"Write {fqdn} there, or correct the kind.",
            )
        networks, masks, gateways = (texts("edge", column) for column in ("networks", "masks", "gateways"))
        if not len(networks) == len(masks) == len(gateways):
            self.problem(
                f"{fqdn}:deployment-facts/edge/networks",
                "networks, masks and gateways are not equal in number",
                "Write one mask and one gateway for each network, in the same order.",
            )
        return Pool(
            fqdn,
            kind,
            text("pool", "site"),
            tuple(Server(member, number) for number, member in enumerate(members, 1)),
            self.instance(fqdn, "sql"),
            self.instance(fqdn, "mirror"),
            self.instance(fqdn, "witness"),
            text("mirror", "share"),
            self.file_store(fqdn),
            frozenset(name for name in FEATURES if text("features", name) == "true"),
            self.instance(fqdn, "archiving", "sql-server", "sql-instance"),
            self.instance(fqdn, "archiving", "mirror-server", "mirror-instance"),
            self.instance(fqdn, "monitoring", "sql-server", "sql-instance"),
            self.instance(fqdn, "monitoring", "mirror-server", "mirror-instance"),
            self.instance(fqdn, "persistent-chat", "sql-server", "sql-instance"),
            self.instance(fqdn, "persistent-chat", "log-shipping-server", "log-shipping-instance"),
            text("persistent-chat", "pool"),
            texts("persistent-chat", "active-servers"),
            text("pool", "backup-pool"),
            text("pool", "next-hop"),
            text("pool", "edge-pool"),
            text("pool", "good-server"),
            text("pool", "version"),
            text("pool", "windows"),
            text("kerberos", "account"),
            texts("pool", "branch-appliances"),
            routes=tuple(zip(networks, masks, gateways, strict=False)),
        )

    def file_store(self, fqdn: str) -> FileStore | None:
        sheet = self.entries.text("file-store/lync/share", fqdn)
        fact = self.entries.text("deployment-facts/file-store/share", fqdn)
        if sheet and fact and sheet.lower() != fact.lower():
            self.problem(
                f"{fqdn}:file-store/lync/share",
                f"says {sheet}, the deployment facts say {fact}",
                "Keep the right one; the fact may be left out.",
            )
        if not (sheet or fact):
            return None
        return FileStore(
            sheet or fact,
            self.entries.text("deployment-facts/file-store/local-folder", fqdn),
            self.entries.texts("deployment-facts/file-store/acl", fqdn),
        )

    def compare(self, found: Deployment) -> None:
        """What the parts say about one another."""
        owners: dict[str, str] = {}
        for pool in found.pools:
            for member in pool.server_fqdns:
                other = owners.setdefault(member.lower(), pool.fqdn)
                if other != pool.fqdn:
                    self.problem(
                        f"{pool.fqdn}:deployment-facts/pool/servers",
                        f"{member} is a member of {other} as well",
                        "Leave it in one pool only.",
                    )
            self._link(found, pool, "backup-pool", pool.backup_pool)
            self._link(found, pool, "next-hop", pool.next_hop)
            partner = found.pool(pool.backup_pool) if pool.backup_pool else None
            if partner and not same(partner.backup_pool, pool.fqdn):
                self.problem(
                    f"{pool.fqdn}:deployment-facts/pool/backup-pool",
                    f"{partner.fqdn} does not name {pool.fqdn} as its backup pool",
                    "Pairs name each other; correct one of the two.",
                )
            if pool.mirror and pool.sql and pool.mirror.key == pool.sql.key:
                self.problem(
                    f"{pool.fqdn}:deployment-facts/mirror/server", "is the primary itself", "Name the other SQL server."
                )
        if found.cms and found.pools and found.pool_of(found.cms.pool) is None:
            self.problem(
                "deployment-facts/cms/pool", f"{found.cms.pool} is not among the pools", "Correct it or add that pool."
            )

    def _link(self, found: Deployment, pool: Pool, column: str, target: str) -> None:
        if target and (found.pool_of(target) is None or same(target, pool.fqdn)):
            wrong = "is the pool itself" if same(target, pool.fqdn) else f"{target} is not among the pools"
            self.problem(f"{pool.fqdn}:deployment-facts/pool/{column}", wrong, "Correct it or add that pool.")
