"""What changed in the deployment since a set was made: the published topology, users, Response Groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lync_wizard.backup.retention import SetRecord
from lync_wizard.core.errors import InputError
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.probe import Probe
from lync_wizard.workspace.backup_job.manifest_builder import DeploymentQueries
from lync_wizard.workspace.workspace import Workspace


@dataclass(frozen=True)
class ChangesSince:
    """What is otherwise now than in the set, in sentences; ``why`` nothing could be asked."""

    asked: bool
    changes: tuple[str, ...] = ()
    why: str = ""


def changes_since(workspace: Workspace, newest: SetRecord) -> ChangesSince:
    """Ask the hosts, without ever asking for a password, and compare with the set. Raises nothing."""
    # Imported here: it loads the XML library, which no help needs.
    from lync_wizard.backup.diff import topology_changes

    with SessionPool(workspace.quiet) as session_pool:
        asking = DeploymentQueries(Probe(session_pool), workspace.known)
        document = asking.topology()
        if document is None:
            unagreed = workspace.gate.refused if workspace.gate else []
            why = f"nobody has agreed to sign in to {', '.join(map(str, unagreed))}" if unagreed else ""
            return ChangesSince(False, why=why or "no host returned its topology")
        try:
            changes = topology_changes(newest.set, document)
        except InputError as error:
            return ChangesSince(False, why=error.summary)
        said = newest.set.manifest.counts or (newest.newest.counts if newest.newest else {})
        return ChangesSince(True, (*changes, *_groups(said, asking.response_groups())))


def _groups(said: Mapping[str, Any], now: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    before = said.get("response_groups")
    for pool, kinds in now.items():
        was = before.get(pool, {}) if isinstance(before, Mapping) else {}
        for kind, count in kinds.items():
            if count != (number := was.get(kind, 0)):
                yield f"{pool}: {count} of {kind}, {number} in the set."
