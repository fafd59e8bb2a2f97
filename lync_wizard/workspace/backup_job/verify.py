"""Judging a set that was just made, or whenever somebody asks: the four levels, with a SQL Server where one answers."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from lync_wizard import backup
from lync_wizard.backup import Artifact, BackupSet, Verification
from lync_wizard.backup.requirements import RequiredArtifact, required_artifacts
from lync_wizard.backup.retention import SetRecord, set_records
from lync_wizard.backup.verification_log import record_verified
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, Unreachable, WizardError, render
from lync_wizard.hosts import HostError, Limits, Record, Reply, property_of, text_of
from lync_wizard.hosts.command import Statement
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.probe import Probe
from lync_wizard.workspace.backup_job import manifest_builder
from lync_wizard.workspace.workspace import Workspace

_READING: Final = Limits(overall=8 * 3600)
"""Seconds that an instance may take to read one backup to its end."""
ABOUT_THE_BACKUP: Final[Mapping[str, str]] = {
    "3132": "the media set has more media families than were given",
    "3183": "an error on a page was found in the backup set",
    "3189": "damage to the backup set was detected",
    "3203": "reading failed (not where the system error is one of the network)",
    "3231": "the media are formatted for another number of media families",
    "3241": "the media family is incorrectly formed",
    "3242": "not a valid Microsoft Tape Format backup set",
    "3243": "written in an unsupported version of Microsoft Tape Format",
    "3254": "the volume is empty",
    "3256": "the backup was terminated while it was being created and is incomplete",
    "3266": "the backup data at the end are incorrectly formatted",
    "3284": "the filemark is not aligned",
}
"""Errors that speak about the backup itself; any other says that it could not be tested: no access (3201, 262, 229), no
memory (701), a deadlock (1205), no right to restore (3110), a shutdown (6005), no checksums in it (3187) …

Source: Microsoft Learn, "Database Engine Events and Errors", 3000 to 3999.
"""
_LONGEST_NAME: Final = 255
_NETWORK: Final = frozenset({"53", "59", "64", "67", "121", "1231", "1236"})
"""System error codes (winerror.h) with which 3203 speaks of the network on the way to the file."""
_SYSTEM_CODE: Final = re.compile(r"(?<!\d)(\d+)\(")
_DEFAULT: Final = "\\MSSQLSERVER"


def root_of(workspace: Workspace) -> Path:
    """The backup location as this machine reads it. Raises :class:`InputError` or :class:`Unreachable`."""
    root = workspace.backup_root
    if root is None:
        raise InputError("no backup location is recorded", "Fill in plan/backup/location.")
    if not root.is_dir():
        raise Unreachable(
            f"the backup location {root} cannot be seen from here",
            "Look at the share, and at `shares:` in connections.yaml.",
        )
    return root


def folder_of(workspace: Workspace, name: str) -> Path:
    """Where a set of that name lies, or would. Raises :class:`InputError` or :class:`Unreachable`."""
    if name in {"", ".", ".."} or any(mark in name for mark in "/\\:") or len(os.fsencode(name)) > _LONGEST_NAME:
        raise InputError(f"{name!r} is not the name of a set", "Take a name from `lync-wizard backup list`.")
    return root_of(workspace) / name


def verify_set(workspace: Workspace, name: str, *, by: str) -> tuple[Verification, str]:
    """Verify a set and record what was found; why it could not be recorded, else empty.

    Raises :class:`InputError` where there is no such set, :class:`Unreachable` where the location is gone.
    """
    # Imported here: it loads lxml, which no help needs.
    from lync_wizard.backup.verification import VerifyOptions, verify

    folder = folder_of(workspace, name)
    at = timestamps.now().replace(microsecond=0)
    wanted = required_artifacts(workspace.known, workspace.entries)
    without = _uncovered(workspace, folder, wanted)
    wanted = tuple(one for one in wanted if one not in without)
    with SessionPool(workspace.connect) as session_pool:
        sql = _Instances(session_pool, workspace.entries.text("plan/backup/location"))
        asked = VerifyOptions(workspace.deployment, wanted, _counts_before(workspace, name), sql, uncovered=without)
        found = verify(folder, workspace.ledger, asked, at=at, by=by)
    found = replace(found, written=min((at for at in (found.written, *sql.finished) if at is not None), default=None))
    try:
        workspace.ledger.record_verified(folder, found)
        record_verified(folder, found)
    except (InputError, OSError) as error:
        return found, render(error) if isinstance(error, InputError) else str(error)
    return found, ""


def _uncovered(
    workspace: Workspace, folder: Path, wanted: tuple[RequiredArtifact, ...]
) -> tuple[RequiredArtifact, ...]:
    try:
        manifest = backup.read_manifest(folder)
    except InputError:
        return ()
    return manifest_builder.uncovered(manifest, wanted, workspace.known)


def _counts_before(workspace: Workspace, name: str) -> dict[str, Any] | None:
    """What was counted in the newest verified set before this one, else what the deployment said when one was made."""
    known = set_records(root_of(workspace), workspace.ledger, workspace.deployment)
    own = next((one for one in known if one.name == name), None)
    if own is None:
        return None
    before = [one for one in known if one.made_at < own.made_at and one.whole and not one.standing.fault]
    verified = next((one.newest.counts for one in before if one.newest and one.newest.counts), None)
    return dict(verified or (before[0].set.manifest.counts if before else {})) or _counts_now(workspace, own)


def _counts_now(workspace: Workspace, first: SetRecord) -> dict[str, Any] | None:
    """What a first set whose maker asked nobody is compared with: what the hosts say today, as far as they answer."""
    if first.set.manifest.counts:
        return None
    with SessionPool(workspace.connect) as session_pool:
        asking = manifest_builder.DeploymentQueries(Probe(session_pool), workspace.known)
        # Where the store's own host is silent, the others are not waited for.
        return asking.counts() if asking.topology() else None


@dataclass
class _Instances:
    """The instances the backups came from, each asked about its own; one that does not answer is asked once."""

    session_pool: SessionPool
    location: str
    silent: dict[str, str] = field(default_factory=dict)
    finished: list[datetime] = field(default_factory=list)
    """When each backup was finished, as its header says; in the zone of an instance that is not known."""

    def __call__(self, found: BackupSet, artifact: Artifact) -> list[str]:
        """Implements :data:`lync_wizard.backup.verification.SqlTest`."""
        # Imported here: it loads lxml, which no help needs.
        from lync_wizard.backup.verification import NotAsked

        if not artifact.of or not self.location:
            raise NotAsked("it is unknown which instance it came from")
        server = artifact.of.removesuffix(_DEFAULT)
        where = ("Path", backup.remote_path(self.location, found.folder.name, artifact.path))
        header = self._reply(server, Statement("header-only", (where,)))
        if problems := problems_of(header):
            return problems
        database = Path(artifact.path).stem
        names = [text_of(row, "DatabaseName") for row in header.objects]
        if [name.casefold() for name in names] != [database.casefold()]:
            held = ", ".join(names) or "nothing"
            return [f"holds {held} where exactly one backup of {database} belongs"]
        if (at := _finished(header.objects[0])) is not None:
            self.finished.append(at)
        wrong = ["is marked as damaged by SQL Server"] if property_of(header.objects[0], "IsDamaged") else []
        read = self._reply(server, Statement("verify-backup", (where,)))
        return [*wrong, *problems_of(read)]

    def _reply(self, server: str, statement: Statement) -> Reply:
        # Imported here: it loads lxml, which no help needs.
        from lync_wizard.backup.verification import NotAsked

        if server.lower() in self.silent:
            raise NotAsked(self.silent[server.lower()])
        try:
            reply = self.session_pool.submit(server, "sql-admin", statement, transport="sql", limits=_READING).result()
        except WizardError as error:
            self.silent[server.lower()] = error.summary
            raise NotAsked(error.summary) from error
        return reply


def _finished(row: Record) -> datetime | None:
    """BackupFinishDate of a header, taken as this computer's local time."""
    value = property_of(row, "BackupFinishDate")
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return found.astimezone().astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def problems_of(reply: Reply) -> list[str]:
    """What an instance that was asked to read a backup says against it.

    Raises :class:`NotAsked` with the reason where it did not come to a judgement.
    """
    # Imported here: it loads lxml, which no help needs.
    from lync_wizard.backup.verification import NotAsked

    if against := next((error for error in reply.errors if _about_the_backup(error)), None):
        return [f"SQL Server says: {against.message}"]
    if reply.errors:
        raise NotAsked(reply.errors[0].message)
    if reply.state != "completed":
        raise NotAsked(reply.why or "the connection was lost")
    return []


def _about_the_backup(error: HostError) -> bool:
    if error.error_id == "3203" and (code := _SYSTEM_CODE.search(error.message)):
        return code.group(1) not in _NETWORK
    return error.error_id in ABOUT_THE_BACKUP
