"""The manifest of a backup set: every file with size, hash and origin, what was in force (docs/files.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from lync_wizard.core import mapping, storage
from lync_wizard.core.errors import InputError

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
Kind = Literal[
    "Configuration", "Locations", "UserData", "Rgs", "PersistentChat", "Sql", "FileStore", "Audio", "Paper"
]  # fmt: skip
"""What a file is; procedures say ``<BackupSet:UserData>``. Paper is for people, not for restores."""


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


@dataclass(frozen=True)
class Manifest:
    """What was in force when the set was made; written last and never changed."""

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


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest.json`` under a temporary name, then rename it: from then on the set is complete."""
    data = {"format": FORMAT, **mapping.to_data(manifest)}
    storage.write_whole(folder / MANIFEST, json.dumps(data, indent=1, ensure_ascii=False))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a set. Raises :class:`InputError` where there is none, or where it is no manifest."""
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise InputError(f"{path} has format {data['format']}, not {FORMAT}", "Use the version that made the set.")
        # A later version may add keys: the set is still good.
        manifest = mapping.from_data(Manifest, data, exact=False)
    except OSError as error:
        raise InputError(
            f"{folder} holds no manifest", "Choose a complete set, or take the folder in with `backup adopt`."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _no_manifest(path, str(error)) from error
    for artifact in manifest.files:
        inside = PurePosixPath(artifact.path)
        if inside.is_absolute() or ".." in inside.parts or "\\" in artifact.path or ":" in artifact.path:
            raise _no_manifest(path, f"the path {artifact.path!r} leads out of the set")
    return manifest


def _no_manifest(path: Path, why: str) -> InputError:
    return InputError(f"{path} is not a manifest", "Choose another set; this one was damaged or edited.", why)
