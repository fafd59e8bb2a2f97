"""What somebody clears away by hand after an interruption, before a step is tried again."""

from __future__ import annotations

from pathlib import Path

from lync_wizard.lab.farm import mirroring, topology
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.farm.topology import Store
from lync_wizard.lab.manual_steps.registry import Scene, action
from lync_wizard.lab.sqlserver import backup_media


def _torn(scene: Scene) -> list[Path]:
    """SQL backups in the backup location that hold no whole backup set."""
    share = str(scene.state.facts.get("backup-share", ""))
    owner = scene.state.host(share.lstrip("\\").partition("\\")[0])
    if owner is None or not owner.present:
        return []
    return [path for path in scene.simulation.locate(owner.fqdn, share).rglob("*.bak") if not _whole(path)]


def _whole(path: Path) -> bool:
    try:
        return bool(backup_media.read(path))
    except (OSError, backup_media.NotMedia, backup_media.CutShort):
        return False


@action(
    "set-torn-backup-aside",
    "Rename the SQL backup that an interrupted step left",
    60,
    place="nowhere",
    fits=lambda scene: bool(_torn(scene)),
)
def _set_aside(scene: Scene) -> str:
    torn = _torn(scene)
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
    fits=lambda scene: bool(_refused(scene.state)),
)
def _uninstall(scene: Scene) -> str:
    state, freed = scene.state, []
    for store in _refused(state):
        primary, mirror = state.instances.get(store.primary), state.instances.get(store.mirror)
        if primary is None or mirror is None:
            continue
        for name in topology.DATABASES.get(store.role, {}):
            kept = primary.server.database(name)
            if kept and kept.mirroring:
                mirroring.part(state, primary, name)
                mirror.server.databases.pop(name.lower(), None)
                mirror.databases.pop(name, None)
                freed.append(name)
    state.facts[mirroring.REFUSED] = []
    return f"no longer mirrored: {', '.join(freed)}"
