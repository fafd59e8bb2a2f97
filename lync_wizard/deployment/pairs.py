"""Two pools that are each other's backup, and the Edge pools around them, seen from the pool that is failed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lync_wizard.deployment.model import Deployment, Pool, SqlInstance, same

COLLOCATED: Final = "rtc"
"""Instance of the Central Management store and the user store on a Standard Edition server."""

COMPUTED: Final = {
    "FailedPoolFqdn": "the pool whose users are failed over or back, never the one that serves them",
    "ServingPoolFqdn": "its backup pool",
    "ServingServerFqdn": "the first server of the backup pool, where commands are run",
    "PairServerFqdn": "that server; the first one of the pool itself where the backup pool cannot be reached",
    "ServingServers": "all servers of the backup pool",
    "ServingNames": "the backup pool and its servers",
    "ServingSqlFqdn": "SQL server of the backup pool; of Standard Edition the server itself",
    "ServingSqlInstance": "its instance",
    "ServingMirrorSqlFqdn": "its mirror, where the topology has one",
    "ServingMirrorSqlInstance": "the mirror's instance",
    "ServingInstance": "SQL instance of the backup pool, server\\instance",
    "FailedInstance": "SQL instance of the pool itself, server\\instance",
    "FailedPoolServerFqdn": "the first server of the pool that is failed over",
    "FailedServers": "the servers of the pool that is failed over",
    "RunningReplicas": "every Lync server that is not known to be down",
    "PoolAFqdn": "the lost pool of an ABC failover",
    "PoolBFqdn": "its partner, which survives",
    "PoolCServerFqdn": "the first server of the new pool",
    "PoolCSqlFqdn": "SQL server of the new pool; of Standard Edition the server itself",
    "PoolCFileStoreShare": "UNC path of the new pool's file store",
    "PoolBFileStoreShare": "UNC path of the surviving pool's file store",
    "OtherEdgePoolFqdn": "the Edge pool that takes over",
    "OtherEdgeServerFqdn": "its first server",
    "ShellOfSite": "a server inside that works, where commands about Edge pools are run",
    "OtherEdgeSite": "the site of the Edge pool that takes over",
}
"""Placeholders of failovers."""


@dataclass(frozen=True)
class Pair:
    """A pool and its backup pool; ``asks`` are the answers of the plan.

    ``mode`` (planned, disaster) says whether the pool works, ``extent`` (pool, site) what was lost with it, ``partner``
    (works, unreachable) whether the backup pool can be asked.
    """

    deployment: Deployment
    pool: Pool
    asks: Mapping[str, str]

    @property
    def partner(self) -> Pool | None:
        return self.deployment.pool(self.pool.backup_pool) if self.pool.backup_pool else None

    @property
    def replacement(self) -> Pool | None:
        """The new pool that takes the place of a lost one."""
        return self.deployment.pool(self.pool.replacement) if self.pool.replacement else None

    @property
    def stand_in(self) -> Pool | None:
        """The Edge pool that takes over for this one: the recorded one, else the only other."""
        others = [edge for edge in self.deployment.pools_of_kind("edge") if not same(edge.fqdn, self.pool.fqdn)]
        named = [edge for edge in others if same(edge.fqdn, self.pool.stand_in)]
        return next(iter(named or (others if len(others) == 1 else ())), None)

    @property
    def edges(self) -> tuple[Pool, ...]:
        """The Edge pools whose next hop is this pool, without those that were lost with its site."""
        behind = (edge for edge in self.deployment.pools_of_kind("edge") if same(edge.next_hop, self.pool.fqdn))
        return tuple(edge for edge in behind if not self.lost(edge))

    def lost(self, other: Pool) -> bool:
        """Whether a pool is lost: this one unless the failover is planned, and those of its site where that is lost."""
        if self.asks.get("mode", "planned") == "planned":
            return False
        here = bool(other.site) and other.site.lower() == self.pool.site.lower()
        return same(other.fqdn, self.pool.fqdn) or (here and self.asks.get("extent") == "site")

    @property
    def cold(self) -> tuple[str, ...]:
        """Servers of Edge pools that are kept out of service in normal times."""
        return tuple(fqdn for edge in self.deployment.pools_of_kind("edge") if edge.cold for fqdn in edge.server_fqdns)

    @property
    def running(self) -> tuple[str, ...]:
        """Every Lync server that is not known to be down: those of lost pools and of a cold Edge pool are.

        Those of the pool that is to replace this one are not there yet.
        """
        lost = (fqdn for pool in self.deployment.lync_pools if self.lost(pool) for fqdn in pool.server_fqdns)
        coming = self.replacement.server_fqdns if self.replacement else ()
        known = {fqdn.lower() for fqdn in (*self.cold, *lost, *coming)}
        return tuple(fqdn for fqdn in self.deployment.host_fqdns if fqdn.lower() not in known)

    @property
    def shell(self) -> str:
        """A server with the management shell: the recorded good one, else of the next hop, else of any user pool.

        Of an Edge pool whose next hop failed the stand-in's next hop comes first.
        """
        edge = self.stand_in
        hops = [self.deployment.pool_of(name) for name in (edge.next_hop if edge else "", self.pool.next_hop) if name]
        homes = [pool for pool in self.deployment.lync_pools if pool.kind in {"enterprise", "standard-edition"}]
        return self.pool.good_server or first(next((pool for pool in (*hops, *homes) if pool), None))

    def value(self, name: str) -> Any:
        """The value of a placeholder of failovers; empty where there is none."""
        partner, new, edge = self.partner, self.replacement, self.stand_in
        match name:
            case "FailedPoolFqdn" | "PoolAFqdn":
                return self.pool.fqdn
            case "ServingPoolFqdn" | "PoolBFqdn":
                return partner.fqdn if partner else ""
            case "ServingServerFqdn":
                return first(partner)
            case "PairServerFqdn":
                return first(self.pool if self.asks.get("partner") == "unreachable" else partner)
            case "ServingServers":
                return partner.server_fqdns if partner else ()
            case "ServingNames":
                return tuple(dict.fromkeys((partner.fqdn, *partner.server_fqdns))) if partner else ()
            case "ServingSqlFqdn":
                return store(partner).server
            case "ServingSqlInstance":
                return store(partner).instance
            case "ServingMirrorSqlFqdn":
                return partner.mirror.server if partner and partner.mirror else ""
            case "ServingMirrorSqlInstance":
                return partner.mirror.instance if partner and partner.mirror else ""
            case "ServingInstance":
                return str(store(partner))
            case "FailedInstance":
                return str(store(self.pool))
            case "FailedPoolServerFqdn":
                return first(self.pool)
            case "FailedServers":
                return self.pool.server_fqdns
            case "RunningReplicas":
                return self.running
            case "PoolCServerFqdn":
                return first(new)
            case "PoolCSqlFqdn":
                return store(new).server
            case "PoolCFileStoreShare":
                return new.file_store.share if new and new.file_store else ""
            case "PoolBFileStoreShare":
                return partner.file_store.share if partner and partner.file_store else ""
            case "OtherEdgePoolFqdn":
                return edge.fqdn if edge else ""
            case "OtherEdgeServerFqdn":
                return first(edge)
            case "ShellOfSite":
                return self.shell
            case "OtherEdgeSite":
                return edge.site if edge else ""
        return ""


def first(pool: Pool | None) -> str:
    """The first server of a pool, the pool itself where it has none; empty without a pool."""
    return next(iter(pool.server_fqdns), pool.fqdn) if pool else ""


def store(pool: Pool | None) -> SqlInstance:
    """The instance of a pool's stores; on a Standard Edition server the collocated one where none is recorded."""
    if pool is None:
        return SqlInstance("")
    if pool.sql:
        return pool.sql
    return SqlInstance(pool.fqdn, COLLOCATED) if pool.kind == "standard-edition" else SqlInstance("")
