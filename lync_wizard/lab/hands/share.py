"""What somebody does at the backup location with a file that an interruption left there."""

from __future__ import annotations

from pathlib import Path

from lync_wizard.lab import bak
from lync_wizard.lab.hands.registry import Scene, deed


def _torn(scene: Scene) -> list[Path]:
    """SQL backups in the backup location that hold no whole backup set."""
    share = str(scene.state.facts.get("backup-share", ""))
    owner = scene.state.host(share.lstrip("\\").partition("\\")[0])
    if owner is None or not owner.present:
        return []
    return [path for path in scene.simulation.locate(owner.fqdn, share).rglob("*.bak") if not _whole(path)]


def _whole(path: Path) -> bool:
    try:
        return bool(bak.read(path))
    except (OSError, bak.NotMedia, bak.CutShort):
        return False


@deed(
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
