"""The manifest of a backup set: every file with size, hash and origin, what was in force (docs/files.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from lync_wizard.core import mapping, reading, storage
from lync_wizard.core.errors import InputError

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
Kind = Literal[
    "Configuration", "Locations", "UserData", "Rgs", "PersistentChat", "Sql", "FileStore", "Audio", "Paper",
    "Schannel", "DfsLoopback",
]  # fmt: skip
"""What a file is; procedures say ``<BackupSet:UserData>``. Paper is for people, not for restores.

Schannel and DfsLoopback are registry values of a server (:mod:`lync_wizard.backup.registry`).
"""


@dataclass(frozen=True)
class Artifact:
    """One file of a set: ``path`` relative with forward slashes, ``of`` the pool, instance or share it belongs to."""

    path: str
    bytes: int
    sha256: str
    kind: str
    of: str | None
    host: str
    command: str
    at: datetime
    held: Mapping[str, Any] = field(default_factory=dict, metadata=mapping.OMITTED)
    """What was counted or named in it when the set was made (:func:`lync_wizard.backup.export_readers.held`)."""


@dataclass(frozen=True)
class Manifest:
    """What was in force when the set was made; written last and never changed.

    ``covers`` has the files and folders that a part of the backup was to save, where the set is of a part alone.
    """

    name: str
    deployment: str
    made_at: datetime
    made_by: str
    environment: str
    versions: Mapping[str, str]
    files: tuple[Artifact, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    topology: str | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)
    covers: tuple[str, ...] = ()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest.json`` under a temporary name, then rename it: from then on the set is complete."""
    data = {"format": FORMAT, **mapping.to_data(manifest)}
    storage.write_whole(folder / MANIFEST, json.dumps(data, indent=1, ensure_ascii=False))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a set. Raises :class:`InputError` where there is none, or where it is no manifest."""
    path = folder / MANIFEST
    try:
        data = json.loads(reading.text(storage.within(folder, MANIFEST)))
        if data["format"] != FORMAT:
            raise InputError(f"{path} has format {data['format']}, not {FORMAT}", "Use the version that made the set.")
        # A later version may add keys: the set is still good.
        manifest = mapping.from_data(Manifest, data, exact=False)
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise InputError(
                f"{folder} is not a folder that this machine can see", "Check the name, the network and your rights."
            ) from error
        raise InputError(
            f"{folder} holds no manifest", "Choose a complete set, or import the folder with `backup adopt`."
        ) from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {reading.why(error)}", "Check the share and its rights, or choose another set."
        ) from error
    except reading.FAULTS as error:
        raise _no_manifest(path, reading.why(error)) from error
    for artifact in manifest.files:
        inside = PurePosixPath(artifact.path)
        if inside.is_absolute() or ".." in inside.parts or "\\" in artifact.path or ":" in artifact.path:
            raise _no_manifest(path, f"the path {artifact.path!r} points outside the set")
    return manifest


def _no_manifest(path: Path, why: str) -> InputError:
    return InputError(f"{path} is not a manifest", "Choose another set; this one was damaged or edited.", why)
