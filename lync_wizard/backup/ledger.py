"""What this home knows of the sets by itself: hashes of manifests, verifications, restores, copies.

``manifests.json`` of the home folder. Whoever writes to the share can change ``state.json`` there, never this.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from lync_wizard.backup.manifest import MANIFEST, read_manifest
from lync_wizard.backup.restore_test import RestoreTest
from lync_wizard.backup.verification_log import Fault, Level, Restored, Verification, alone
from lync_wizard.core import mapping, reading, storage
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.storage import Home
from lync_wizard.core.timestamps import utc

FORMAT: Final = 1
_MOST_FAULTS: Final = 50
"""Problems of one level that are kept; a damaged file store may name a million."""
_MOST_RESTORED: Final = 50


@dataclass(frozen=True)
class CopyRecord:
    """A second copy of a set: the file, its size and SHA-256, when it was written, by whom, whether it was opened."""

    file: str
    bytes: int
    sha256: str
    at: datetime
    by: str
    opened: bool


@dataclass(frozen=True)
class Standing:
    """How a set stands in this home: ``fault`` says that its manifest is not the one that is known here.

    ``known``: its manifest was seen here before. ``verified`` and ``restored`` are this home's own, of this manifest.
    """

    fault: str = ""
    known: bool = False
    sha256: str = ""
    verified: Verification | None = None
    restored: tuple[Restored, ...] = ()
    copies: tuple[CopyRecord, ...] = ()
    tested: RestoreTest | None = None
    """The newest restore test of this manifest."""

    @property
    def stranger(self) -> bool:
        """Whether this home has never seen the set."""
        return not self.known and not self.fault


class Ledger:
    """The SHA-256 of each manifest as it was made or first seen, and what was learned of it since."""

    def __init__(self, home: Home) -> None:
        self.path = home.root / "manifests.json"
        self._lock = home.root / "manifests.lock"

    def known(self, name: str) -> str | None:
        """The kept hash of a set's manifest. Raises :class:`InputError` where the file is damaged."""
        found = self._read().get(name)
        return str(found["sha256"]) if found else None

    def standing(self, folder: Path) -> Standing:
        """How the set in a folder stands here; reads its manifest alone. Raises :class:`InputError` (the ledger)."""
        return self._standing(folder, self._read())

    def standings(self, folders: list[Path]) -> dict[str, Standing]:
        """The same of many sets, by name. Raises :class:`InputError` where the ledger is damaged."""
        entries = self._read()
        return {folder.name: self._standing(folder, entries) for folder in folders}

    def held_below(self, folder: Path | None) -> dict[str, str]:
        """What a folder of a set holds by its manifest: relative path with backslashes → SHA-256; nothing elsewhere.

        Raises :class:`Refused` for a set whose manifest is not the known one, :class:`InputError` (the ledger).
        """
        above = next((one for one in folder.parents if (one / MANIFEST).is_file()), None) if folder else None
        if folder is None or above is None:
            return {}
        if fault := self.standing(above).fault:
            raise Refused(f"{above.name}: {fault}", "Choose another set.")
        inside = folder.relative_to(above).parts
        at = len(inside)
        files = {PurePosixPath(one.path).parts: one.sha256 for one in read_manifest(above).files}
        return {"\\".join(path[at:]): sha for path, sha in files.items() if path[:at] == inside and path[at:]}

    def _standing(self, folder: Path, entries: Mapping[str, Any]) -> Standing:
        try:
            data = reading.data(folder / MANIFEST)
        except FileNotFoundError:
            return Standing("manifest.json is missing: the set was never completed, or it was removed")
        except (OSError, reading.Unfit) as error:
            return Standing(f"manifest.json cannot be read: {reading.why(error)}")
        actual = hashlib.sha256(data).hexdigest()
        entry = entries.get(folder.name)
        if entry is None:
            return Standing(sha256=actual)
        if entry["sha256"] != actual:
            return Standing(NOT_THE_ONE, known=True, sha256=actual)
        try:
            verified = mapping.from_data(Verification, entry["verified"], exact=False) if entry["verified"] else None
            restored = tuple(mapping.from_data(Restored, one, exact=False) for one in entry["restored"])
            copies = tuple(mapping.from_data(CopyRecord, one, exact=False) for one in entry["copies"])
            tested = mapping.from_data(RestoreTest, entry["tested"], exact=False) if entry["tested"] else None
        except reading.FAULTS as error:
            raise self._damaged(reading.why(error)) from error
        if tested is not None and tested.manifest != actual:
            tested = None
        return Standing("", True, actual, verified, restored, copies, tested)

    def remember(self, folder: Path, at: datetime) -> str:
        """Keep the hash of a set's manifest unless one is kept already; the kept one. Raises InputError, OSError."""
        return self.known(folder.name) or self._keep(folder, at, anew=False)

    def renew(self, folder: Path, at: datetime) -> str:
        """Keep the hash of the manifest that a set has now, whatever was kept before. Raises InputError, OSError."""
        return self._keep(folder, at, anew=True)

    def record_verified(self, folder: Path, found: Verification) -> None:
        """Keep a verification of a set whose manifest is the known one. Raises InputError, OSError."""
        levels = {name: _shortened(level) for name, level in found.levels.items()}
        self._change(folder, {"verified": mapping.to_data(replace(found, levels=levels))})

    def record_restored(self, folder: Path, restored: Restored) -> None:
        """Keep that a run restored from a set, or could not; a run counts once. Raises InputError, OSError."""
        before = [one for one in self._entry(folder.name)["restored"] if one.get("run") != restored.run]
        self._change(folder, {"restored": [*before, mapping.to_data(restored)][-_MOST_RESTORED:]})

    def record_copy(self, folder: Path, made: CopyRecord) -> None:
        """Keep that a second copy of a set was written. Raises InputError, OSError."""
        before = [one for one in self._entry(folder.name)["copies"] if one.get("file") != made.file]
        self._change(folder, {"copies": [*before, mapping.to_data(made)]})

    def record_tested(self, folder: Path, test: RestoreTest) -> None:
        """Keep the newest restore test of a set whose manifest is the known one. Raises InputError, OSError."""
        kept = replace(test, failed=_fewer(test.failed), untested=_fewer(test.untested))
        self._change(folder, {"tested": mapping.to_data(kept)})

    def _entry(self, name: str) -> Mapping[str, Any]:
        return self._read().get(name) or {"restored": [], "copies": []}

    def _change(self, folder: Path, fields: Mapping[str, Any]) -> None:
        storage.private_folder(self.path.parent)
        with alone(self._lock):
            entries = self._read()
            standing = self._standing(folder, entries)
            # What is learned of another manifest than the known one is nothing that was learned of this set.
            if standing.known and not standing.fault:
                self._write(entries | {folder.name: entries[folder.name] | fields})

    def _keep(self, folder: Path, at: datetime, *, anew: bool) -> str:
        value = hashlib.sha256(reading.data(folder / MANIFEST)).hexdigest()
        storage.private_folder(self.path.parent)
        with alone(self._lock):
            before = self._read()
            if not anew and folder.name in before:
                return str(before[folder.name]["sha256"])
            self._write(before | {folder.name: {"sha256": value, "seen": utc(at)}})
        return value

    def _write(self, entries: Mapping[str, Any]) -> None:
        kept = {name: {key: value for key, value in entry.items() if value} for name, entry in entries.items()}
        data = {"format": FORMAT, "manifests": kept}
        storage.write_whole(self.path, json.dumps(data, indent=1, ensure_ascii=False))

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(reading.text(self.path))
            return {
                str(name): {
                    **entry,
                    "sha256": str(entry["sha256"]),
                    "seen": entry["seen"],
                    "verified": entry.get("verified"),
                    "restored": list(entry.get("restored") or ()),
                    "copies": list(entry.get("copies") or ()),
                    "tested": entry.get("tested"),
                }
                for name, entry in data["manifests"].items()
            }
        except FileNotFoundError:
            return {}
        except reading.FAULTS as error:
            raise self._damaged(reading.why(error)) from error

    def _damaged(self, why: str) -> InputError:
        return InputError(
            f"{self.path} is damaged",
            "Put it back from a copy of the home folder, or move it away: then manifests count as first seen now.",
            why,
        )


NOT_THE_ONE: Final = "the manifest is not the one that this home knows: it was damaged, edited or exchanged"


def _shortened(level: Level) -> Level:
    return replace(level, problems=_fewer(level.problems))


def _fewer(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    if len(faults) <= _MOST_FAULTS:
        return faults
    return (*faults[:_MOST_FAULTS], Fault("", f"{len(faults) - _MOST_FAULTS:,} further problems"))
