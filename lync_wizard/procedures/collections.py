"""What a ``for_each`` goes through: servers, pools and databases of the deployment, by the name procedures use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lync_wizard.deployment import Announcement, Deployment, Pool, mirroring, persistent_chat, same
from lync_wizard.deployment.pairs import Pair, first


@dataclass(frozen=True)
class CollectionItem:
    """One round: the item itself, the pool whose values and facts hold in it, and further placeholders bound to it."""

    name: str
    pool: Pool | None = None
    bound: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


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


def _inner_servers(deployment: Deployment, _: Pool) -> tuple[CollectionItem, ...]:
    """Every server of Lync that is in the domain: Edge Servers have accounts of their own."""
    pools = [pool for pool in deployment.lync_pools if pool.kind != "edge"]
    servers = [(fqdn, pool) for pool in pools for fqdn in pool.server_fqdns or (pool.fqdn,)]
    return tuple(CollectionItem(fqdn, pool) for fqdn, pool in {one[0].lower(): one for one in servers}.values())


def _perimeter_servers(deployment: Deployment, _: Pool) -> tuple[CollectionItem, ...]:
    """Every Edge Server; what is done there needs the perimeter's own account."""
    pools = [pool for pool in deployment.lync_pools if pool.kind == "edge"]
    return tuple(CollectionItem(fqdn, pool) for pool in pools for fqdn in pool.server_fqdns or (pool.fqdn,))


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
    return _of_types(mirroring.types(deployment, pool))


def _of_types(types: Iterable[mirroring.MirroredType]) -> tuple[CollectionItem, ...]:
    return tuple(
        CollectionItem(kind.name, None, {"TypeInstance": kind.primary.instance or "default", "TypePoolFqdn": kind.pool})
        for kind in types
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


def _named(names: Iterable[str]) -> tuple[CollectionItem, ...]:
    return tuple(CollectionItem(name) for name in names)


def _of_partner(pair: Pair) -> tuple[CollectionItem, ...]:
    partner = pair.partner
    return _named(partner.server_fqdns if partner else ())


def _of_pair(pair: Pair) -> tuple[CollectionItem, ...]:
    return (*_named(pair.pool.server_fqdns), *_of_partner(pair))


def _of_replacement(pair: Pair) -> tuple[CollectionItem, ...]:
    new = pair.replacement
    return _named(new.server_fqdns if new else ())


def _replacement_pool(pair: Pair) -> tuple[CollectionItem, ...]:
    """The new pool, tried from a server of the partner: before the run the new servers have no management shell."""
    new = pair.replacement
    return (CollectionItem(new.fqdn, None, {"TriedServerFqdn": first(pair.partner)}),) if new else ()


def _edge_pools(pair: Pair) -> tuple[CollectionItem, ...]:
    return _named(edge.fqdn for edge in pair.edges)


def _edge_servers(pair: Pair) -> tuple[CollectionItem, ...]:
    return _named(fqdn for edge in pair.edges if not edge.cold for fqdn in edge.server_fqdns)


def _pool_of_shell(pair: Pair) -> tuple[CollectionItem, ...]:
    """The pool whose server runs the management shell: it is known to work."""
    pool = pair.deployment.pool_of(pair.shell)
    return _named([pool.fqdn] if pool else ())


def _stand_in(pair: Pair) -> tuple[CollectionItem, ...]:
    edge = pair.stand_in
    return _named(edge.server_fqdns if edge else ())


def _media_pools(deployment: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    """Front End pools that send their media through this Edge pool."""
    return _named(one.fqdn for one in front_end_pools(deployment) if same(one.edge_pool, pool.fqdn))


def _ranges(_: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    return tuple(CollectionItem(name, None, {"AnnouncementName": played}) for name, played in pool.ranges)


def _announcement(one: Announcement) -> CollectionItem:
    bound = {"PromptFile": one.prompt, "PromptText": one.text, "PromptLanguage": one.language, "TransferTo": one.target}
    return CollectionItem(one.name, None, {name: text for name, text in bound.items() if text})


def _announcements(_: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    return tuple(map(_announcement, pool.announcements))


def _prompts(_: Deployment, pool: Pool) -> tuple[CollectionItem, ...]:
    return _named(dict.fromkeys(one.prompt for one in pool.announcements if one.prompt))


def _chat(deployment: Deployment, pool: Pool, servers: tuple[str, ...]) -> tuple[CollectionItem, ...]:
    """The Persistent Chat pool with the servers of one of its data centres; none where they are not recorded."""
    home = persistent_chat.pool_of(deployment, pool).fqdn
    return (CollectionItem(home, None, {"ChatServersOfPhase": servers}),) if servers else ()


def _phase(pool: Pool | None, shell: Pool | None) -> tuple[CollectionItem, ...]:
    return (CollectionItem(pool.fqdn, None, {"ShellOfPhase": first(shell)}),) if pool else ()


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
    "lync-servers": _inner_servers,
    "edge-servers": _perimeter_servers,
    "sql-servers-of-pool": _back_end,
    "file-stores-of-server": _stores_beside,
    "internal-networks": _networks,
    "persistent-chat-servers": _chat_servers,
    "archiving-and-monitoring-servers": _archive_servers,
    "mirrored-database-types": _types,
    "switched-database-types": lambda known, pool: _of_types(mirroring.with_standby(known, pool)),
    "rescued-database-types": _central_first,
    "mirrored-databases": _databases,
    "first-chat-phase": lambda known, pool: _chat(known, pool, pool.chat_active),
    "second-chat-phase": lambda known, pool: _chat(known, pool, pool.chat_secondary_servers),
    "own-phase": lambda _, pool: _phase(pool, pool),
    "pools-of-edge": _media_pools,
    "unassigned-ranges": _ranges,
    "announcements": _announcements,
    "announcement-files": _prompts,
    "orbit-ranges": lambda _, pool: _named(pool.orbits),
    "pickup-ranges": lambda _, pool: _named(pool.pickup_ranges),
    "conference-directories": lambda _, pool: _named(pool.conference_directories),
    "attendant-contacts": lambda _, pool: _named(pool.attendant_contacts),
    "branch-appliances": lambda _, pool: _named(pool.branch_appliances),
}
"""Lists of what belongs to one pool, the target's."""
PAIR_LISTS: Final[Mapping[str, Callable[[Pair], tuple[CollectionItem, ...]]]] = {
    "partner-phase": lambda pair: _phase(pair.partner, pair.partner),
    "replacement-phase": lambda pair: _phase(pair.replacement, pair.partner),
    "serving-pool": lambda pair: _named([pair.partner.fqdn] if pair.partner else ()),
    "replacement-pool": _replacement_pool,
    "pool-of-shell": _pool_of_shell,
    "front-ends-of-partner": _of_partner,
    "front-ends-of-pair": _of_pair,
    "front-ends-of-replacement": _of_replacement,
    "edge-pools-behind-pool": _edge_pools,
    "edge-servers-behind-pool": _edge_servers,
    "cold-edge-servers": lambda pair: _named(pair.cold),
    "servers-of-stand-in": _stand_in,
}
"""Lists around a pool that is failed over; the answers of the plan say what was lost with it."""
NAMES: Final = (*TARGET_LISTS, *PAIR_LISTS, *POOL_LISTS, *DATABASE_LISTS)
"""Every name that may stand in ``in``."""


def items(
    name: str, deployment: Deployment, pool: Pool, answers: Mapping[str, str] | None = None
) -> tuple[CollectionItem, ...]:
    """The rounds of a list other than one of databases. Raises KeyError for a name that is none."""
    if around := PAIR_LISTS.get(name):
        return around(Pair(deployment, pool, answers or {}))
    if chosen := POOL_LISTS.get(name):
        return tuple(CollectionItem(one.fqdn, one) for one in chosen(deployment))
    return TARGET_LISTS[name](deployment, pool)
