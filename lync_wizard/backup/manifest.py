"""The manifest of a backup set: every file with size, hash and origin, what was in force (docs/files.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from lync_wizard.core import storage
from lync_wizard.core.errors import InputError
from lync_wizard.core.timestamps import parse_utc, utc

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
    data = {
        "format": FORMAT,
        "name": manifest.name,
        "deployment": manifest.deployment,
        "made_at": utc(manifest.made_at),
        "made_by": manifest.made_by,
        "environment": manifest.environment,
        "versions": dict(manifest.versions),
        "files": [
            {
                "path": a.path,
                "bytes": a.bytes,
                "sha256": a.sha256,
                "kind": a.kind,
                "of": a.of,
                "host": a.host,
                "command": a.command,
                "at": utc(a.at),
            }
            for a in manifest.files
        ],
        "values": dict(manifest.values),
        "topology": manifest.topology,
        "counts": dict(manifest.counts),
    }
    storage.write_whole(folder / MANIFEST, json.dumps(data, indent=1, ensure_ascii=False))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a set. Raises :class:`InputError` where there is none, or where it is no manifest."""
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise InputError(f"{path} has format {data['format']}, not {FORMAT}", "Use the version that made the set.")
        return Manifest(
            name=data["name"],
            deployment=data["deployment"],
            made_at=parse_utc(data["made_at"]),
            made_by=data["made_by"],
            environment=data["environment"],
            versions=dict(data["versions"]),
            files=tuple(_artifact(item) for item in data["files"]),
            values=dict(data.get("values", {})),
            topology=data.get("topology"),
            counts=dict(data.get("counts", {})),
        )
    except OSError as error:
        raise InputError(
            f"{folder} holds no manifest", "Choose a complete set, or take the folder in with `backup adopt`."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is not a manifest", "Choose another set; this one was damaged or edited.", str(error)
        ) from error


def _artifact(item: Mapping[str, Any]) -> Artifact:
    path = PurePosixPath(item["path"])
    if path.is_absolute() or ".." in path.parts or "\\" in item["path"] or ":" in item["path"]:
        raise ValueError(f"the path {item['path']!r} leads out of the set")
    return Artifact(
        path=str(path),
        bytes=int(item["bytes"]),
        sha256=str(item["sha256"]),
        kind=str(item["kind"]),
        of=item.get("of"),
        host=str(item["host"]),
        command=str(item["command"]),
        at=parse_utc(item["at"]),
    )
