"""What a set must hold, as worksheets and deployment call for it (docs/files.md, Backup set)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from lync_wizard.backup.manifest import Artifact, Manifest
from lync_wizard.deployment import Deployment, Pool, SqlInstance
from lync_wizard.worksheets import Entries

_HOMES = ("standard-edition", "enterprise")


@dataclass(frozen=True)
class RequiredArtifact:
    """One thing a set must hold: any of ``kinds``, of that pool, instance or share; for SQL the database.

    ``what`` is what the next restore loses without it, in words; ``path`` where the wizard would put it.
    """

    kinds: tuple[str, ...]
    of: str | None
    what: str
    path: str
    database: str = ""

    def found_in(self, manifest: Manifest) -> list[Artifact]:
        """The artifacts that answer it."""
        return [artifact for artifact in manifest.files if self._is(artifact)]

    def _is(self, artifact: Artifact) -> bool:
        if artifact.kind not in self.kinds:
            return False
        if artifact.kind == "Sql" and PurePosixPath(artifact.path).stem.lower() != self.database.lower():
            return False
        if self.of is None or self._moved(artifact):
            return True
        # Of an adopted file it may be unknown whose it is; then it answers for nobody.
        return artifact.of is not None and _plain(artifact.of) == _plain(self.of)

    def _moved(self, artifact: Artifact) -> bool:
        """A Persistent Chat export is named after its pool, its database after its instance."""
        return self.database.lower() == "mgc" and artifact.kind == "PersistentChat"


def required_artifacts(deployment: Deployment, entries: Entries) -> tuple[RequiredArtifact, ...]:
    """Everything a set of this deployment must hold. A database whose recorded destination lies elsewhere than the
    backup location is somebody else's to save, and is not called for.
    """
    wanted = [
        RequiredArtifact(("Configuration",), None, "topology, policies and settings", "Config.zip"),
        RequiredArtifact(("Locations",), None, "location information (E9-1-1)", "E911Config.zip"),
    ]
    root = entries.text("plan/backup/location")
    for pool in deployment.pools:
        if pool.kind in _HOMES:
            what = f"contacts, conferences and user rights of {pool.fqdn}"
            wanted.append(RequiredArtifact(("UserData",), pool.fqdn, what, f"UserData/{pool.fqdn}.zip"))
            if "response-group" in pool.features:
                what = f"Response Groups of {pool.fqdn}"
                wanted.append(RequiredArtifact(("Rgs",), pool.fqdn, what, f"Rgs/{pool.fqdn}.zip"))
        wanted += [one for row, one in _databases(pool) if _here(entries, row, pool, root)]
        if pool.file_store:
            store = pool.file_store
            folder = f"FileStore/{store.server}_{store.share_name}/"
            wanted.append(RequiredArtifact(("FileStore",), store.share, f"the file store {store.share}", folder))
    return tuple({(one.kinds, _plain(one.of or ""), one.database): one for one in wanted}.values())


def _databases(pool: Pool) -> list[tuple[str, RequiredArtifact]]:
    found = []
    for feature, instance, row, database, what in (
        ("archiving", pool.archiving, "archiving", "LcsLog", "archived messages"),
        ("monitoring", pool.monitoring, "cdr", "LcsCDR", "call detail records"),
        ("monitoring", pool.monitoring, "qoe", "QoEMetrics", "Quality of Experience data"),
    ):
        if instance or feature in pool.features:
            found.append((row, RequiredArtifact(("Sql",), _of(instance), what, _path(instance, database), database)))
    if pool.chat:
        what = "rooms and content of Persistent Chat"
        kinds = ("Sql", "PersistentChat")
        found.append(("pchat", RequiredArtifact(kinds, _of(pool.chat), what, _path(pool.chat, "mgc"), "mgc")))
    return found


def _here(entries: Entries, row: str, pool: Pool, root: str) -> bool:
    destination = entries.text(f"database/{row}/destination", pool.fqdn)
    return not (destination and root) or f"{_plain(destination)}\\".startswith(f"{_plain(root)}\\")


def _of(instance: SqlInstance | None) -> str | None:
    return str(instance) if instance else None


def _path(instance: SqlInstance | None, database: str) -> str:
    folder = f"{instance.server}_{instance.instance or 'MSSQLSERVER'}" if instance else "*"
    return f"Sql/{folder}/{database}.bak"


def _plain(text: str) -> str:
    return text.rstrip("\\.").lower()
