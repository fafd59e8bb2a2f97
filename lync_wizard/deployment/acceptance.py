"""Whom a restored deployment is tried with at the end: the pool whose users are meant, and its test accounts."""

from __future__ import annotations

from typing import Final

from lync_wizard.deployment.model import Deployment, Pool, PoolKind, TestAccount, same

_HOMES: Final[tuple[PoolKind, ...]] = ("enterprise", "standard-edition")


def tried(deployment: Deployment, pool: Pool) -> Pool | None:
    """The pool whose users try a restored pool: itself, else one that uses it, else one of its site."""
    homes = deployment.pools_of_kind(*_HOMES)
    if pool.kind in _HOMES:
        return pool
    using = [one for one in homes if _uses(one, pool)]
    beside = [one for one in homes if one.site.lower() == pool.site.lower()]
    return next(iter((*using, *beside, *homes)), None)


def accounts(deployment: Deployment, pool: Pool) -> tuple[TestAccount, ...]:
    """The test accounts of the pool that is tried, as recorded."""
    home = tried(deployment, pool)
    return home.test_accounts if home else ()


def with_chat(deployment: Deployment, pool: Pool) -> bool:
    """Whether the users of the pool that is tried have Persistent Chat."""
    home = tried(deployment, pool)
    return home is not None and "persistent-chat" in home.features


def _uses(home: Pool, pool: Pool) -> bool:
    names = (home.edge_pool, home.chat_pool)
    return same(home.fqdn, pool.next_hop) or any(same(name, pool.fqdn) for name in names)
