"""What a backup set holds of a pool: the databases and exports that a restore of it needs."""

from __future__ import annotations

from lync_wizard.backup.backup_set import BackupSet
from lync_wizard.backup.manifest import Artifact
from lync_wizard.deployment import Deployment, Pool, StoredDatabase, mirroring, persistent_chat


def chat_saved_by_sql(backup_set: BackupSet | None, pool: Pool) -> bool:
    """Whether the set holds a SQL backup of the pool's chat database (way A)."""
    if backup_set is None or pool.chat is None:
        return False
    wanted = StoredDatabase(persistent_chat.DATABASE, pool.chat).artifact.lower()
    return any(artifact.path.lower() == wanted for artifact in backup_set.of_kind("Sql"))


def chat_export(backup_set: BackupSet | None, deployment: Deployment, pool: Pool) -> Artifact | None:
    """The export of the pool's chat database (way B), kept under the name of any pool that uses it."""
    if backup_set is None:
        return None
    users = [p for p in deployment.lync_pools if p.chat and pool.chat and p.chat.key == pool.chat.key]
    names = [pool.fqdn, pool.chat_pool, *(p.fqdn for p in users), *(p.chat_pool for p in users)]
    for name in [name for name in names if name]:
        if found := backup_set.of_kind("PersistentChat", name):
            return found[0]
    return None


def returning(pool: Pool, backup_set: BackupSet | None) -> tuple[str, ...]:
    """Databases on the Back End whose content a SQL backup of the set brings back: mirrored only afterwards (P58)."""
    found = []
    for name in ("LcsLog", "LcsCDR", "QoEMetrics", "mgc"):
        store = pool.store_of(name)
        if backup_set and store and mirroring.on_back_end(pool, store):
            wanted = StoredDatabase(name, store).artifact.lower()
            found += [name for artifact in backup_set.of_kind("Sql") if artifact.path.lower() == wanted]
    return tuple(found)
