"""What we believe exists: sites, pools, servers, their SQL instances and file stores, and where the CMS is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

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
class TestAccount:
    """A user who exists for tests: the SIP address, and the account (``DOMAIN\\name``) that signs in."""

    __test__ = False

    sip: str
    user: str


@dataclass(frozen=True)
class Announcement:
    """An announcement for unassigned numbers; it has an audio file, a text with its language, a target, or none."""

    name: str
    prompt: str = ""
    text: str = ""
    language: str = ""
    target: str = ""


@dataclass(frozen=True)
class Pool:
    """A pool, a Standard Edition server, or any other cluster the topology names.

    ``sql`` is the user store, ``mirror`` and ``witness`` its partners as configured in the topology. ``archiving``,
    ``monitoring`` and ``chat`` are the stores this pool uses (``chat_secondary`` is fed by log shipping).
    ``backup_pool`` is the partner of a pair, ``next_hop`` an Edge pool's, ``edge_pool`` the one this pool uses.
    ``version`` is the update level of its Lync components. ``routes`` are an Edge Server's: network,
    mask and gateway of each. ``test_accounts`` are the two users with whom the pool is tried, where both are recorded.
    ``replacement`` is the new pool that takes the place of this one, ``stand_in`` the Edge
    pool that takes over for this one, ``cold`` an Edge pool whose services are stopped in normal times. ``ranges`` are
    unassigned number ranges with the announcement of each, ``orbits`` all Call Park ranges, ``pickup_ranges`` those of
    Group Call Pickup.
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
    test_accounts: tuple[TestAccount, ...] = ()
    replacement: str = ""
    stand_in: str = ""
    cold: bool = False
    conference_directories: tuple[str, ...] = ()
    attendant_contacts: tuple[str, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()
    announcements: tuple[Announcement, ...] = ()
    orbits: tuple[str, ...] = ()
    pickup_ranges: tuple[str, ...] = ()
    chat_secondary_mirror: SqlInstance | None = None
    chat_secondary_servers: tuple[str, ...] = ()
    chat_mirror: SqlInstance | None = None
    chat_compliance: bool = False

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
    product: str = ""
    """The version of the whole deployment as the worksheets name it; empty means Lync Server 2013."""
    groups_replicated: bool = False
    """Whether the Backup Service carries Response Groups as well (2019, switched on)."""

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

    @property
    def host_fqdns(self) -> tuple[str, ...]:
        """Members of all Lync pools, each once, in order."""
        every = (fqdn for pool in self.lync_pools for fqdn in pool.server_fqdns)
        return tuple({fqdn.lower(): fqdn for fqdn in every}.values())


def _stores(pool: Pool) -> list[SqlInstance | None]:
    return [
        pool.sql, pool.mirror, pool.witness, pool.archiving, pool.archiving_mirror, pool.monitoring,
        pool.monitoring_mirror, pool.chat, pool.chat_mirror, pool.chat_secondary, pool.chat_secondary_mirror,
    ]  # fmt: skip
