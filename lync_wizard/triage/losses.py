"""What has been lost, read off what still answers: for each loss the answer to "what failed?", and how it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lync_wizard.deployment import Deployment, Pool, SqlInstance, same
from lync_wizard.triage.survey_result import SurveyResult

USER_POOLS: Final = ("standard-edition", "enterprise")
_ORDER: Final = (
    "front-end-pool", "back-end", "standard-edition", "front-ends", "chat-site", "other-pool", "cms-database",
    "cms-pointer", "file-store", "chat-database", "archiving-monitoring", "member", "witness",
)  # fmt: skip
"""What comes first where several things are lost: without the first ones the others cannot be restored."""


_BESIDE: Final = ("archiving-monitoring", "chat-database", "chat-site", "witness")
_STOPPING: Final = ("front-end-pool", "back-end", "standard-edition", "front-ends", "cms-database", "cms-pointer")


@dataclass(frozen=True)
class Loss:
    """One thing lost: the answer to "what failed?", the pool it belongs to, and how it shows."""

    failed: str
    pool: Pool
    shows: str
    central: bool = False

    @property
    def of_pool(self) -> bool:
        """Whether the pool itself is hurt, and not a database or a witness that it goes on without."""
        return self.failed not in _BESIDE

    @property
    def stops(self) -> bool:
        """Whether it is a loss that a failover to a partner answers."""
        return self.failed in _STOPPING


def losses(deployment: Deployment, seen: SurveyResult) -> tuple[Loss, ...]:
    """Everything that gives no sign of life, what has to be restored first in front; nothing where nobody answers."""
    if not seen.any_door:
        return ()
    found = [loss for pool in deployment.lync_pools for loss in _of_pool(deployment, pool, seen)]
    found += _central(deployment, seen, found)
    return tuple(sorted(dict.fromkeys(found), key=lambda loss: (not loss.central, _ORDER.index(loss.failed))))


def _of_pool(deployment: Deployment, pool: Pool, seen: SurveyResult) -> Iterator[Loss]:
    members = pool.server_fqdns or (pool.fqdn,)
    lost = seen.lost_members(pool)
    shown = ", ".join(map(seen.trouble, lost))
    central = deployment.hosts_cms(pool)
    if pool.kind == "standard-edition":
        if lost:
            yield Loss("standard-edition", pool, shown, central)
    elif pool.kind == "enterprise":
        yield from _enterprise(pool, seen, lost, members, central)
    elif lost:
        # An Edge pool may have one server alone; where another takes its part, the whole pool is what counts.
        edge = pool.kind == "edge" and len(deployment.pools_of_kind("edge")) > 1
        whole = len(lost) == len(members) and (len(members) > 1 or edge)
        yield Loss("other-pool" if whole else "member", pool, f"{shown} ({pool.fqdn})")
    if pool.kind in USER_POOLS:
        yield from _stores(pool, seen, lost)
    yield from _chat_site(pool, seen)


def _enterprise(
    pool: Pool, seen: SurveyResult, lost: list[str], members: tuple[str, ...], central: bool
) -> Iterator[Loss]:
    sides = [side for side in (pool.sql, pool.mirror) if side and seen.dead(side.server)]
    ends = [*sides, *([pool.witness] if pool.witness and gone_witness(pool, seen) else [])]
    shown = [seen.trouble(side.server) for side in ends]
    if sides and len(lost) == len(members):
        yield Loss("front-end-pool", pool, f"{', '.join([*map(seen.trouble, lost), *shown])} ({pool.fqdn})", central)
        return
    if sides:
        yield Loss("back-end", pool, f"{', '.join(shown)} (Back End of {pool.fqdn})", central)
    elif pool.witness and seen.dead(pool.witness.server):
        yield Loss("witness", pool, f"{seen.trouble(pool.witness.server)} (witness of {pool.fqdn})")
    if lost:
        most = not sides and len(lost) > max(1, len(members) // 2)
        silent = ", ".join(map(seen.trouble, lost))
        yield Loss("front-ends" if most or len(lost) == len(members) else "member", pool, f"{silent} ({pool.fqdn})")


def _stores(pool: Pool, seen: SurveyResult, lost: list[str]) -> Iterator[Loss]:
    """Databases and file stores that a pool uses; what is lost together with a server of its own is that server's."""
    own = {server.lower() for server in (*lost, *(s.server for s in (pool.sql, pool.mirror) if s))}
    kept = (
        ("archiving-monitoring", pool.archiving, ("LcsLog",)),
        ("archiving-monitoring", pool.monitoring, ("LcsCDR", "QoEMetrics")),
        ("chat-database", pool.chat, ("mgc",)),
    )
    for failed, store, databases in kept:
        if store and seen.gone(store, *databases) and not (store.server.lower() in own and seen.dead(store.server)):
            yield Loss(failed, pool, seen.about(store, *databases))
    server = pool.file_store.server if pool.file_store else ""
    if server and server.lower() not in own and not pool.has(server) and seen.dead(server):
        yield Loss("file-store", pool, f"{seen.trouble(server)} (file store of {pool.fqdn})")


def _chat_site(pool: Pool, seen: SurveyResult) -> Iterator[Loss]:
    """The first site of a stretched Persistent Chat pool: primary and mirror are lost, the secondary is not."""
    second = pool.chat_secondary
    first = [side for side in (pool.chat, pool.chat_mirror) if side]
    if second and first and all(seen.dead(side.server) for side in first) and not seen.dead(second.server):
        shown = ", ".join(seen.about(side) for side in first)
        yield Loss("chat-site", pool, f"{shown} (Persistent Chat of {pool.fqdn}; secondary {second})")


def _central(deployment: Deployment, seen: SurveyResult, found: list[Loss]) -> Iterator[Loss]:
    """The Central Management database, or what names it, where its servers live."""
    pool = deployment.pool_of(deployment.cms.pool) if deployment.cms else None
    if deployment.cms is None or pool is None or any(loss.central for loss in found):
        return
    if seen.pointer and not seen.pointer.server:
        shown = f"Get-CsConfigurationStoreLocation on {seen.host} names no server"
        yield Loss("cms-pointer", pool, shown, central=True)
        return
    primary = deployment.cms.sql or pool.sql
    sides = [side for side in (primary, deployment.cms.mirror) if side]
    if sides and all(seen.gone(side, "xds") for side in sides):
        yield Loss("cms-database", pool, "; ".join(seen.about(side, "xds") for side in sides), central=True)


def lost_side(pool: Pool, seen: SurveyResult, *databases: str) -> tuple[bool, bool, bool]:
    """Whether primary, mirror and witness of a Back End are lost; databases named here must be on both sides."""

    def gone(instance: SqlInstance | None) -> bool:
        return seen.gone(instance, *databases)

    witness = bool(pool.witness) and gone_witness(pool, seen)
    return gone(pool.sql), gone(pool.mirror), witness


def gone_witness(pool: Pool, seen: SurveyResult) -> bool:
    """Whether the witness is recorded and gives no sign of life."""
    return pool.witness is not None and seen.dead(pool.witness.server)


def back_end_of(pool: Pool, instance: SqlInstance) -> bool:
    """Whether an instance is on one of the two servers of a pool's Back End, or on a Standard Edition server."""
    own = [side.server for side in (pool.sql, pool.mirror) if side] or list(pool.server_fqdns)
    return any(same(instance.server, server) for server in own) or pool.has(instance.server)
