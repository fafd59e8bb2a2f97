"""Backup sets and plans that are not what they seem: what somebody with the right to write to the share, or to the home
folder, can make of them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from lync_wizard import backup
from lync_wizard.backup import Ledger
from lync_wizard.backup.manifest import MANIFEST
from lync_wizard.core import timestamps
from lync_wizard.core.storage import Home
from lync_wizard.lab.farm import faults
from lync_wizard.runs import journal

_CONFIGURATION = "Config.zip"
_LOCATIONS = "E911Config.zip"


def apply(home: Path, lab: Path, kinds: Collection[str]) -> None:
    """Change every set of the simulated disks as the faults of these kinds say; one without configuration stays."""
    for manifest in sorted(lab.glob(f"disks/*/C/*/*/{MANIFEST}")):
        folder = manifest.parent
        if not ((folder / _CONFIGURATION).is_file() and (folder / _LOCATIONS).is_file()):
            continue
        if faults.EXCHANGED_SET in kinds:
            data = bytearray((folder / _CONFIGURATION).read_bytes())
            data[len(data) // 2] ^= 1
            _fitted(folder, bytes(data))
        if faults.MISLABELLED_SET in kinds:
            _fitted(folder, (folder / _LOCATIONS).read_bytes())
            (folder / "state.json").unlink(missing_ok=True)
            Ledger(Home(home)).renew(folder, timestamps.now())


def swap_plan(home: Path) -> None:
    """Exchange the plan in the journal of the newest run for one of the same steps in the opposite order; its hash fits
    itself, and everything else in the journal stays.
    """
    newest = next(iter(journal.runs(Home(home).runs)), None)
    if newest is None:
        return
    with journal.Reader(newest) as reader:
        plan = reader.plan
    other = replace(plan, steps=plan.steps[::-1])
    with closing(sqlite3.connect(newest / journal.FILE, timeout=10)) as database, database:
        database.execute("DROP TRIGGER plan_stays")
        database.execute("UPDATE plan SET body = ?", (json.dumps(other.to_data()),))


def _fitted(folder: Path, content: bytes) -> None:
    """The configuration with other content, and a manifest that fits."""
    (folder / _CONFIGURATION).write_bytes(content)
    size, value = backup.digest(folder / _CONFIGURATION)
    old = backup.read_manifest(folder)
    files = tuple(replace(a, bytes=size, sha256=value) if a.path == _CONFIGURATION else a for a in old.files)
    backup.write_manifest(folder, replace(old, files=files))
