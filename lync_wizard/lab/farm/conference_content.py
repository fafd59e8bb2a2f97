"""Content of conferences in the file stores, and its copy by the Backup Service to the other pool of a pair."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Final

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.simulation import Simulation

FOLDERS: Final = ("CollabContent", "CollabMetadata")
"""The folders below a pool's web services that hold what conferences left."""
_LOCKED: Final = "meeting.active"


def folder(simulation: Simulation, pool: str) -> Path | None:
    """The real folder of a pool's web services in its file store; None while that store does not answer."""
    document = topology.known(simulation.state)
    service = next((s for s in document.on(pool) if s.role == "WebServices"), None)
    needed = [found for i in (service.depends_on if service else ()) if (found := document.service(i))]
    store = next((one for one in needed if one.role == "FileStore"), None)
    if service is None or store is None:
        return None
    try:
        return simulation.locate(store.cluster, f"\\\\{store.cluster}\\{store.settings['ShareName']}\\{service.id}")
    except FileNotFoundError:
        return None


def files(simulation: Simulation, pool: str) -> dict[str, str]:
    """Path within the web services' folder → digest, of everything that conferences left there."""
    root = folder(simulation, pool)
    if root is None:
        return {}
    return {
        path.relative_to(root).as_posix().lower(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in FOLDERS
        for path in sorted((root / name).rglob("*"))
        if path.is_file() and path.name.lower() != _LOCKED
    }


def bring(simulation: Simulation, pool: str, other: str) -> int:
    """Copy what ``other`` does not have yet; returns how many files."""
    source, target = folder(simulation, pool), folder(simulation, other)
    if source is None or target is None:
        return 0
    copied = 0
    for name in FOLDERS:
        for path in sorted((source / name).rglob("*")):
            place = target / path.relative_to(source)
            if path.is_file() and path.name.lower() != _LOCKED and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, place)
                copied += 1
    return copied
