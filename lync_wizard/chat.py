"""Persistent Chat around a pool: its servers, where its database lies, and how a backup set saved it."""

from __future__ import annotations

from typing import Final

from lync_wizard.backup import Artifact, BackupSet
from lync_wizard.deployment import Deployment, Pool, StoredDatabase, same

DATABASE: Final = "mgc"
"""Rooms, messages, principals and their access; ``mgccomp`` beside it is transient and never saved."""


def deployed(pool: Pool) -> bool:
    """Whether a pool uses Persistent Chat, or is a Persistent Chat pool itself."""
    return pool.kind == "persistent-chat" or "persistent-chat" in pool.features


def servers(deployment: Deployment, pool: Pool) -> tuple[str, ...]:
    """The Persistent Chat Servers that a pool uses; its own where Persistent Chat stands on it."""
    return _home(deployment, pool).server_fqdns if deployed(pool) else ()


def collocated(deployment: Deployment, pool: Pool) -> bool:
    """Whether Persistent Chat runs on the Front End Servers or the Standard Edition server of the pool itself."""
    return deployed(pool) and pool.kind != "persistent-chat" and same(_home(deployment, pool).fqdn, pool.fqdn)


def on_back_end(pool: Pool) -> bool:
    """Whether the database lies on a server of the pool or of its user store, and is lost together with it."""
    store = pool.chat
    hosts = [fqdn for fqdn in (pool.fqdn, *pool.server_fqdns, pool.sql.server if pool.sql else "") if fqdn]
    return deployed(pool) and store is not None and any(same(store.server, fqdn) for fqdn in hosts)


def saved_by_sql(backup_set: BackupSet | None, pool: Pool) -> bool:
    """Whether the set holds a SQL backup of the pool's chat database (way A)."""
    if backup_set is None or pool.chat is None:
        return False
    wanted = StoredDatabase(DATABASE, pool.chat).artifact.lower()
    return any(artifact.path.lower() == wanted for artifact in backup_set.of_kind("Sql"))


def export(backup_set: BackupSet | None, deployment: Deployment, pool: Pool) -> Artifact | None:
    """The export of the pool's chat database (way B), kept under the name of any pool that uses it."""
    if backup_set is None:
        return None
    users = [p for p in deployment.lync_pools if p.chat and pool.chat and p.chat.key == pool.chat.key]
    names = [pool.fqdn, pool.chat_pool, *(p.fqdn for p in users), *(p.chat_pool for p in users)]
    for name in [name for name in names if name]:
        if found := backup_set.of_kind("PersistentChat", name):
            return found[0]
    return None


def _home(deployment: Deployment, pool: Pool) -> Pool:
    """The pool whose members run Persistent Chat."""
    return (deployment.pool(pool.chat_pool) if pool.chat_pool else None) or pool
