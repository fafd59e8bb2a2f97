"""Judging a set that was just made, or whenever somebody asks: the four levels, with a SQL Server where one answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lync_wizard import backup
from lync_wizard.backup import Artifact, BackupSet, Ledger, Verification
from lync_wizard.backup.requirements import required_artifacts
from lync_wizard.backup.retention import set_records
from lync_wizard.backup.verification_log import record_verified
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, Unreachable, WizardError, render
from lync_wizard.hosts import Limits, Reply, property_of, text_of
from lync_wizard.hosts.command import Statement
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.workspace.workspace import Workspace

_READING: Final = Limits(overall=8 * 3600)
"""Seconds that an instance may take to read one backup to its end."""
_NO_ACCESS: Final = ("3201", "3257", "262")
"""Errors of SQL Server that say nothing about the backup: it could not open the file, or may not be asked."""
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
    if name in {"", ".", ".."} or any(mark in name for mark in "/\\:"):
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
    with SessionPool(workspace.connect) as session_pool:
        sql = _Instances(session_pool, workspace.entries.text("plan/backup/location"))
        asked = VerifyOptions(workspace.deployment, wanted, _counts_before(workspace, name), sql)
        found = verify(folder, Ledger(workspace.home), asked, at=at, by=by)
    try:
        record_verified(folder, found)
    except (InputError, OSError) as error:
        return found, render(error) if isinstance(error, InputError) else str(error)
    return found, ""


def _counts_before(workspace: Workspace, name: str) -> dict[str, Any] | None:
    """What was counted in the set before this one, else what the deployment said when that was made."""
    known = set_records(root_of(workspace), workspace.deployment)
    own = next((one.made_at for one in known if one.name == name), None)
    before = next((one for one in known if own is not None and one.made_at < own), None)
    if before is None:
        return None
    newest = before.learned.newest if before.learned else None
    return dict(newest.counts if newest and newest.counts else before.set.manifest.counts)


@dataclass
class _Instances:
    """The instances the backups came from, each asked about its own; one that does not answer is asked once."""

    session_pool: SessionPool
    location: str
    silent: dict[str, str] = field(default_factory=dict)

    def __call__(self, found: BackupSet, artifact: Artifact) -> list[str]:
        """Implements :data:`lync_wizard.backup.verification.SqlTest`."""
        # Imported here: it loads lxml, which no help needs.
        from lync_wizard.backup.verification import NotAsked

        if not artifact.of or not self.location:
            raise NotAsked("it is unknown which instance it came from")
        server = artifact.of.removesuffix(_DEFAULT)
        where = ("Path", backup.remote_path(self.location, found.folder.name, artifact.path))
        header = self._reply(server, Statement("header-only", (where,)))
        if header.errors:
            return [_said(header)]
        database = Path(artifact.path).stem
        names = [text_of(row, "DatabaseName") for row in header.objects]
        if [name.casefold() for name in names] != [database.casefold()]:
            held = ", ".join(names) or "nothing"
            return [f"holds {held} where exactly one backup of {database} belongs"]
        wrong = ["is marked as damaged by SQL Server"] if property_of(header.objects[0], "IsDamaged") else []
        read = self._reply(server, Statement("verify-backup", (where,)))
        return [*wrong, *([_said(read)] if read.errors or read.state != "completed" else [])]

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
        if reply.state == "unknown":
            raise NotAsked(reply.why or f"the connection to {server} was lost")
        if reply.errors and reply.errors[0].error_id in _NO_ACCESS:
            raise NotAsked(reply.errors[0].message)
        return reply


def _said(reply: Reply) -> str:
    return f"SQL Server says: {reply.errors[0].message}" if reply.errors else f"could not be read: {reply.why}"
