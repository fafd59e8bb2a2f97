"""Sets as folders of the backup location: which there are, and where their files lie."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from lync_wizard.backup.manifest import Artifact, Manifest, read_manifest
from lync_wizard.core import reading, storage
from lync_wizard.core.errors import InputError

MARK: Final = "incomplete.json"
"""Beside what a run has saved so far, from its first moment until the manifest is written: why it is no set."""
RESCUE: Final = "-rescue"
"""How the names of sets end that a failover or a rescue made: they hold what was saved on the way, not a backup."""
ANCHORS: Final = "anchors.jsonl"
"""Hashes of the journals of runs that used the set (docs/events.md); no part of it."""
_OF_ALL: Final = ("Configuration", "Locations", "Audio", "Paper")
"""Kinds that belong to the deployment, not to one of its pools."""
_SINGLE: Final = ("Configuration", "Locations", "UserData", "Rgs", "PersistentChat", "Schannel", "DfsLoopback")
"""Kinds of which a set has one file, of the deployment, of each pool or of each server."""


@dataclass(frozen=True)
class BackupSet:
    """A complete set: its folder as this machine reads it, and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.manifest.name

    def of_kind(self, kind: str, of: str | None = None) -> list[Artifact]:
        """The artifacts of a kind, only those of one pool, instance or share where ``of`` is given (without case).

        A file of an unknown pool belongs to none; only what the deployment has once belongs to every pool.
        """
        return [
            a
            for a in self.manifest.files
            if a.kind == kind
            and (of is None or (a.of is None and kind in _OF_ALL) or (a.of or "").lower() == of.lower())
        ]

    def unclear(self, pools: Collection[str]) -> list[str]:
        """Why nothing may be planned from the set for these pools, in words: two files where a set has one, and files
        whose pool is unknown where none is known to be of the pool.
        """
        said = []
        for kind in _SINGLE:
            found = self.of_kind(kind)
            nameless = [a.path for a in found if a.of is None] if kind not in _OF_ALL else []
            if nameless and not any(self.of_kind(kind, pool) for pool in pools):
                said.append(f"{' and '.join(nameless)} is {kind} of an unknown pool")
            places: dict[str, list[str]] = {}
            for artifact in found:
                if artifact.path not in nameless:
                    places.setdefault((artifact.of or "").lower(), []).append(artifact.path)
            said += [f"{' and '.join(paths)} are both {kind}" for paths in places.values() if len(paths) > 1]
        return said

    def local(self, artifact: Artifact) -> Path:
        """Where this machine reads a file of the set. Raises OSError where a link stands on the way there."""
        return storage.within(self.folder, *PurePosixPath(artifact.path).parts)

    @property
    def size(self) -> int:
        """Bytes of all files that the manifest names."""
        return sum(artifact.bytes for artifact in self.manifest.files)

    def absent(self) -> list[Artifact]:
        """Files of the manifest that are not there or have another size; reads no content."""
        gone = []
        for artifact in self.manifest.files:
            try:
                if self.local(artifact).stat().st_size != artifact.bytes:
                    gone.append(artifact)
            except (OSError, ValueError):
                gone.append(artifact)
        return gone


@dataclass(frozen=True)
class Unusable:
    """A folder beside the sets that is none, and why; offered only after ``backup adopt``.

    ``begun``: a run of this program began it and did not complete it; ``deployment`` and ``run`` are as its mark says.
    """

    folder: Path
    why: str
    begun: bool = False
    deployment: str = ""
    run: str = ""


def new_set_name(root: Path | None, deployment: str, at: datetime, ending: str = "") -> str:
    """The name of a set begun at ``at``: ``YYYY-MM-DDTHHMMSSZ_<deployment><ending>``.

    The next second whose name is free where ``root`` (None: not known) can be read and holds that set already.
    """
    with contextlib.suppress(OSError):
        while root is not None and (root / _name(deployment, at, ending)).exists():
            at += timedelta(seconds=1)
    return _name(deployment, at, ending)


def _name(deployment: str, at: datetime, ending: str) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}_{deployment}{ending}"


def remote_path(root: str, name: str, path: str) -> str:
    """A file of a set as a Windows host names it: ``<BackupRoot>\\<set>\\<path>``."""
    return str(PureWindowsPath(root, name, *PurePosixPath(path).parts))


def sets(root: Path) -> Iterator[BackupSet | Unusable]:
    """Every folder below the backup location, newest name first. Raises :class:`InputError` where it cannot be read.

    Folders whose names begin with a dot are no sets: files on their way to a server lie there (``<EdgeConfigFolder>``).
    """
    try:
        there = (p for p in root.iterdir() if p.is_dir() and not p.name.startswith("."))
        folders = sorted(there, key=lambda p: p.name, reverse=True)
    except OSError as error:
        raise InputError(
            f"the backup location {root} cannot be read",
            "Check backup/location in plan.yaml and `shares:` in connections.yaml.",
            str(error),
        ) from error
    for folder in folders:
        try:
            yield BackupSet(folder, read_manifest(folder))
        except InputError as error:
            yield _begun(folder) or Unusable(folder, error.summary)


def _begun(folder: Path) -> Unusable | None:
    """What the mark of a set says that was begun and not completed; None where there is none."""
    try:
        data = json.loads(reading.text(folder / MARK))
        why = "; ".join(map(str, data["why"]))
        return Unusable(folder, f"incomplete: {why}", True, str(data["deployment"]), str(data["run"] or ""))
    except FileNotFoundError:
        return None
    except reading.FAULTS:
        return Unusable(folder, "incomplete, and its mark cannot be read", True)
