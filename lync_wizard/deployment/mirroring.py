"""Which databases of a Back End are mirrored: the types the cmdlets know, their databases, and both their instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lync_wizard.deployment.model import Deployment, Pool, SqlInstance, same

DATABASES: Final[Mapping[str, tuple[str, ...]]] = {
    "User": ("rtcab", "rtcshared", "rtcxds"),
    "Application": ("rgsconfig", "rgsdyn", "cpsdyn"),
    "CentralMgmt": ("xds", "lis"),
    "Archiving": ("LcsLog",),
    "Monitoring": ("LcsCDR", "QoEMetrics"),
    "PersistentChat": ("mgc",),
    "PersistentChatCompliance": ("mgccomp",),
}
"""``-DatabaseType`` of the mirroring cmdlets → the databases it stands for."""


@dataclass(frozen=True)
class MirroredType:
    """A database type of a mirrored Back End; ``pool`` is what ``-PoolFqdn`` names for it.

    ``primary`` and ``mirror`` are roles of the topology, whichever of them is the principal at the moment.
    """

    name: str
    pool: str
    primary: SqlInstance
    mirror: SqlInstance

    @property
    def databases(self) -> tuple[str, ...]:
        return DATABASES[self.name]


def types(deployment: Deployment, pool: Pool) -> tuple[MirroredType, ...]:
    """Every type that is mirrored between the pool's two SQL servers; none where its Back End is not mirrored.

    Stores that are mirrored between other servers are left out: what happens to this Back End is nothing to them.
    """
    return tuple(_types(deployment, pool)) if pool.sql and pool.mirror else ()


def with_standby(deployment: Deployment, pool: Pool) -> tuple[MirroredType, ...]:
    """The same, and the standby of the Central Management store where the pool's partner holds the store."""
    found = types(deployment, pool)
    partner = deployment.pool(pool.backup_pool) if pool.backup_pool else None
    if found and pool.sql and pool.mirror and partner and deployment.hosts_cms(partner):
        found = (*found, MirroredType("CentralMgmt", pool.fqdn, pool.sql, pool.mirror))
    return found


def names(deployment: Deployment, pool: Pool) -> tuple[str, ...]:
    """The names of those types."""
    return tuple(kind.name for kind in types(deployment, pool))


def file_store_here(pool: Pool) -> bool:
    """Whether the pool's file store lies on a SQL server of its Back End."""
    store = pool.file_store
    return store is not None and any(own and same(own.server, store.server) for own in (pool.sql, pool.mirror))


def _types(deployment: Deployment, pool: Pool) -> Iterator[MirroredType]:
    stores = [("User", pool.sql, pool.mirror), ("Application", pool.sql, pool.mirror)]
    cms = deployment.cms
    if cms and deployment.hosts_cms(pool):
        stores.append(("CentralMgmt", cms.sql or pool.sql, cms.mirror or pool.mirror))
    stores.append(("Archiving", pool.archiving, pool.archiving_mirror))
    stores.append(("Monitoring", pool.monitoring, pool.monitoring_mirror))
    if pool.chat and pool.sql and pool.chat.key == pool.sql.key:
        stores.append(("PersistentChat", pool.chat, pool.mirror))
    for name, primary, mirror in stores:
        if primary and mirror and on_back_end(pool, primary) and on_back_end(pool, mirror):
            chat = name.startswith("PersistentChat")
            yield MirroredType(name, (pool.chat_pool if chat else "") or pool.fqdn, primary, mirror)


def partner(pool: Pool, server: str) -> str:
    """FQDN of the other SQL server of a mirrored Back End; of the primary for any server that is none of them."""
    if pool.sql and pool.mirror and same(server, pool.sql.server):
        return pool.mirror.server
    return pool.sql.server if pool.sql else ""


def on_back_end(pool: Pool, instance: SqlInstance) -> bool:
    """Whether an instance runs on one of the SQL servers of the pool's Back End."""
    return any(own is not None and same(own.server, instance.server) for own in (pool.sql, pool.mirror))
