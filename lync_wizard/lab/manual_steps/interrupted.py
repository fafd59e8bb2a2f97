"""Actions that clean up after an interruption, before a step is tried again."""

from __future__ import annotations

from pathlib import Path

from lync_wizard.lab.farm import mirroring, topology
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.farm.topology import Store
from lync_wizard.lab.manual_steps.registry import Context, action
from lync_wizard.lab.sqlserver import backup_media


def _torn(context: Context) -> list[Path]:
    """SQL backups in the backup location that hold no complete backup set."""
    share = str(context.state.facts.get("backup-share", ""))
    owner = context.state.host(share.lstrip("\\").partition("\\")[0])
    if owner is None or not owner.present:
        return []
    return [path for path in context.simulation.locate(owner.fqdn, share).rglob("*.bak") if not _complete(path)]


def _complete(path: Path) -> bool:
    try:
        return bool(backup_media.read(path))
    except (OSError, backup_media.NotMedia, backup_media.CutShort):
        return False


@action(
    "set-torn-backup-aside",
    "Rename the SQL backup that an interrupted step left",
    60,
    place="nowhere",
    fits=lambda context: bool(_torn(context)),
)
def _set_aside(context: Context) -> str:
    torn = _torn(context)
    for path in torn:
        path.replace(path.with_name(f"{path.name}.torn"))
    return f"renamed to .torn: {', '.join(path.name for path in torn)}" if torn else "there is none"


def _refused(state: State) -> list[Store]:
    """Stores of which Install-CsMirrorDatabase was refused, because an earlier attempt had mirrored some databases."""
    refused = state.facts.get(mirroring.REFUSED, ())
    return [store for store in topology.topology(state).stores if [store.role, store.primary] in refused]


@action(
    "uninstall-half-made-mirror",
    "Run Uninstall-CsMirrorDatabase for the databases that an interrupted attempt mirrored",
    300,
    place="nowhere",
    fits=lambda context: bool(_refused(context.state)),
)
def _uninstall(context: Context) -> str:
    state, freed = context.state, []
    for store in _refused(state):
        primary, mirror = state.instances.get(store.primary), state.instances.get(store.mirror)
        if primary is None or mirror is None:
            continue
        for name in topology.DATABASES.get(store.role, {}):
            kept = primary.server.database(name)
            if kept and kept.mirroring:
                mirroring.end_session(state, primary, name)
                mirror.server.databases.pop(name.lower(), None)
                mirror.databases.pop(name, None)
                freed.append(name)
    state.facts[mirroring.REFUSED] = []
    return f"no longer mirrored: {', '.join(freed)}"
