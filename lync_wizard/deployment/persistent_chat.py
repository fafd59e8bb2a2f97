"""Persistent Chat around a pool: its servers, and where its database lies."""

from __future__ import annotations

from typing import Final

from lync_wizard.deployment.model import Deployment, Pool, same

DATABASE: Final = "mgc"
"""Rooms, messages, principals and their access; ``mgccomp`` beside it is transient and never saved."""


def deployed(pool: Pool) -> bool:
    """Whether a pool uses Persistent Chat, or is a Persistent Chat pool itself."""
    return pool.kind == "persistent-chat" or "persistent-chat" in pool.features


def servers(deployment: Deployment, pool: Pool) -> tuple[str, ...]:
    """The Persistent Chat Servers that a pool uses; its own where Persistent Chat stands on it."""
    return pool_of(deployment, pool).server_fqdns if deployed(pool) else ()


def collocated(deployment: Deployment, pool: Pool) -> bool:
    """Whether Persistent Chat runs on the Front End Servers or the Standard Edition server of the pool itself."""
    return deployed(pool) and pool.kind != "persistent-chat" and same(pool_of(deployment, pool).fqdn, pool.fqdn)


def on_back_end(pool: Pool) -> bool:
    """Whether the database lies on a server of the pool or of its user store, and is lost together with it."""
    store = pool.chat
    hosts = [fqdn for fqdn in (pool.fqdn, *pool.server_fqdns, pool.sql.server if pool.sql else "") if fqdn]
    return deployed(pool) and store is not None and any(same(store.server, fqdn) for fqdn in hosts)


def pool_of(deployment: Deployment, pool: Pool) -> Pool:
    """The pool whose members run Persistent Chat."""
    return (deployment.pool(pool.chat_pool) if pool.chat_pool else None) or pool
