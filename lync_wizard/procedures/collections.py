"""What a ``for_each`` goes through: servers, pools and databases of the deployment, by the name procedures use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lync_wizard.deployment import Deployment, Pool, mirroring, persistent_chat, same


@dataclass(frozen=True)
class CollectionItem:
    """One round: the item itself, the pool whose values and facts hold in it, and further placeholders bound to it."""

    name: str
    pool: Pool | None = None
    bound: Mapping[str, str] = field(default_factory=dict)


def front_end_pools(deployment: Deployment) -> tuple[Pool, ...]:
    """The pools that home users."""
    return deployment.pools_of_kind("enterprise", "standard-edition")


def file_store_pools(deployment: Deployment) -> tuple[Pool, ...]:
    """For every file store the first pool that uses it: pools of a site share one."""
    found: dict[str, Pool] = {}
    for pool in deployment.lync_pools:
        if pool.file_store:
            found.setdefault(pool.file_store.share.rstrip("\\").lower(), pool)
    return tuple(found.values())


def chat_pools(deployment: Deployment) -> tuple[Pool, ...]:
    """For every Persistent Chat database the first pool that names it."""
    found: dict[tuple[str, str], Pool] = {}
    for pool in deployment.lync_pools:
        if "persistent-chat" in pool.features and pool.chat:
            found.setdefault(pool.chat.key, pool)
    return tuple(found.values())


def _servers(_: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    return tuple(CollectionItem(fqdn) for fqdn in pool.server_fqdns or (pool.fqdn,))


def _back_end(_: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    servers = [store.server for store in (pool.sql, pool.mirror) if store]
    return tuple(CollectionItem(fqdn) for fqdn in dict.fromkeys(servers))


def _chat_servers(deployment: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    return tuple(CollectionItem(fqdn) for fqdn in persistent_chat.servers(deployment, pool))


def _archive_servers(deployment: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    """The SQL servers of archiving and monitoring, each once."""
    found = replace(deployment, pools=(pool,)).databases(*DATABASE_LISTS["archiving-and-monitoring-databases"])
    return tuple(CollectionItem(fqdn) for fqdn in dict.fromkeys(database.instance.server for database in found))


def _networks(_: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    routes = pool.routes
    return tuple(
        CollectionItem(net, None, {"InternalMask": mask, "InternalGateway": gateway}) for net, mask, gateway in routes
    )


def _stores_beside(deployment: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    """Every file store on the server that holds the pool's own, that one first."""
    if pool.file_store is None:
        return ()
    found = {pool.file_store.share.lower(): pool}
    for one in file_store_pools(deployment):
        if one.file_store and same(one.file_store.server, pool.file_store.server):
            found.setdefault(one.file_store.share.lower(), one)
    return tuple(CollectionItem(one.fqdn, one) for one in found.values())


def _types(deployment: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    return tuple(
        CollectionItem(kind.name, None, {"TypeInstance": kind.primary.instance or "default", "TypePoolFqdn": kind.pool})
        for kind in mirroring.types(deployment, pool)
    )


def _central_first(deployment: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    """The configuration can be read only when the Central Management store is in service."""
    return tuple(sorted(_types(deployment, pool), key=lambda item: item.name != "CentralMgmt"))


def _databases(deployment: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    return tuple(
        CollectionItem(name, None, {"DatabasePrimary": str(kind.primary), "DatabaseMirror": str(kind.mirror)})
        for kind in mirroring.types(deployment, pool)
        for name in kind.databases
    )


POOL_LISTS: Final[Mapping[str, Callable[[Deployment], tuple[Pool, ...]]]] = {
    "lync-pools": lambda known: known.lync_pools,
    "front-end-pools": front_end_pools,
    "response-group-pools": lambda known: tuple(p for p in known.lync_pools if "response-group" in p.features),
    "file-store-pools": file_store_pools,
    "persistent-chat-pools": chat_pools,
}
"""Lists whose items are pools: the steps made for one of them have that pool's values, servers and facts."""
DATABASE_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "archiving-and-monitoring-databases": ("LcsLog", "LcsCDR", "QoEMetrics"),
    "persistent-chat-databases": ("mgc",),
}
"""Lists whose items are databases that SQL Server itself backs up and restores."""
TARGET_LISTS: Final[Mapping[str, Callable[[Deployment, Pool], tuple[CollectionItem, ...]]]] = {
    "front-ends-of-pool": _servers,
    "servers-of-pool": _servers,
    "sql-servers-of-pool": _back_end,
    "file-stores-of-server": _stores_beside,
    "internal-networks": _networks,
    "persistent-chat-servers": _chat_servers,
    "archiving-and-monitoring-servers": _archive_servers,
    "mirrored-database-types": _types,
    "rescued-database-types": _central_first,
    "mirrored-databases": _databases,
}
"""Lists of what belongs to one pool, the target's."""
NAMES: Final = (*TARGET_LISTS, *POOL_LISTS, *DATABASE_LISTS)
"""Every name that may stand in ``in``."""


def items(name: str, deployment: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    """The rounds of a list other than one of databases. Raises KeyError for a name that is none."""
    if chosen := POOL_LISTS.get(name):
        return tuple(CollectionItem(one.fqdn, one) for one in chosen(deployment))
    return TARGET_LISTS[name](deployment, pool)
