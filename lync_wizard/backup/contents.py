"""What a backup set holds of a pool: the databases and exports that a restore of it needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Final

from lync_wizard.backup.backup_set import BackupSet
from lync_wizard.backup.manifest import Artifact
from lync_wizard.deployment import Deployment, Pool, StoredDatabase, mirroring, persistent_chat

_NEVER_COPIED: Final = "meeting.active"
"""A running meeting keeps it open; procedures leave it out."""
HELD: Final[Mapping[str, tuple[str, ...]]] = {
    "Configuration": ("pools",),
    "Locations": ("locations",),
    "Rgs": ("AgentGroup", "HoursOfBusiness", "HolidaySet", "Queue", "Workflow"),
    "FileStore": ("files",),
    "Schannel": ("values",),
    "DfsLoopback": ("values",),
}
"""What a procedure may ask of an export or file store of the set, by kind: ``<BackupSet:Rgs:Workflow>``."""
GUESSED: Final = frozenset({"<BackupSet:Locations:locations>"})
"""Of these: what is read from an export whose form nothing documents; where it is another one, nothing is counted."""


class Unreadable(Exception):
    """A file of the set that had to be read and could not be; the text says why."""


def details(kind: str) -> tuple[str, ...]:
    """What may follow ``<BackupSet:KIND``."""
    return (":sha256", ":name", *(f":{what}" for what in HELD.get(kind, ())))


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


def held(backup_set: BackupSet, artifact: Artifact, what: str) -> tuple[str, ...] | int | None:
    """Names or a number of what an export holds, as its manifest says or, of older sets, as the file itself does.

    None where neither knows it. Raises :class:`Unreadable` where the file has to be read and cannot be.
    """
    known = _plain(artifact.held.get(what))
    if known is not None:
        return known
    try:
        path = backup_set.local(artifact)
        facts = path.stat()
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    return _plain(_read(path, artifact.kind, facts.st_size, facts.st_mtime_ns).get(what))


def recorded(path: Path, kind: str) -> dict[str, Any]:
    """What the manifest of a new set says that a file holds; nothing where it cannot be read, which verifying tells."""
    try:
        return _facts(path, kind)
    except Unreadable:
        return {}


def files_of_store(backup_set: BackupSet, share: str) -> int:
    """How many files of a file store the set holds that a restore copies back."""
    files = (PurePosixPath(artifact.path.lower()) for artifact in backup_set.of_kind("FileStore", share))
    return sum(_NEVER_COPIED not in path.parts for path in files)


@lru_cache(maxsize=64)
def _read(path: Path, kind: str, _size: int, _changed: int) -> dict[str, Any]:
    return _facts(path, kind)


def _facts(path: Path, kind: str) -> dict[str, Any]:
    # Imported here: it loads the XML library, which no plan of a set that names its contents needs.
    from lync_wizard.backup import bounded_readers, export_readers

    try:
        return export_readers.held(path, kind)
    except bounded_readers.Damaged as error:
        raise Unreadable(str(error)) from error
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error


def _plain(value: Any) -> tuple[str, ...] | int | None:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
