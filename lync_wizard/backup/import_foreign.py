"""Taking in the folder of an administrator's own script: files mapped by content and name, provenance unknown."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final, get_args

from lync_wizard.backup.backup_set import BackupSet
from lync_wizard.backup.bounded_readers import Damaged
from lync_wizard.backup.checksums import digests
from lync_wizard.backup.export_readers import READABLE, contents
from lync_wizard.backup.manifest import MANIFEST, Artifact, Kind, Manifest, read_manifest, write_manifest
from lync_wizard.backup.requirements import RequiredArtifact
from lync_wizard.backup.verification_log import STATE, Ledger
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.deployment import Deployment

UNKNOWN: Final = "unknown"
DAMAGED: Final = "manifest.damaged.json"

_SERVICE: Final = re.compile(r"[0-9]+-(WebServices|ApplicationServer|CentralMgmt|PersistentChat)-[0-9]+", re.IGNORECASE)
_DATABASES: Final = ("LcsLog", "LcsCDR", "QoEMetrics", "mgc")
_AUDIO: Final = {".wav", ".wma"}
_NAMED: Final = (
    ("Locations", re.compile(r"e?911|(?<![a-z])lis(?![a-z])|location", re.IGNORECASE)),
    ("PersistentChat", re.compile(r"chat|mgc", re.IGNORECASE)),
    ("Configuration", re.compile(r"config|xds", re.IGNORECASE)),
    ("UserData", re.compile(r"user", re.IGNORECASE)),
    ("Rgs", re.compile(r"rgs|response", re.IGNORECASE)),
)


@dataclass(frozen=True)
class MappedFile:
    """One file of the folder: where it lies, where the set has it, what it is and of what; ``why`` in words."""

    source: Path
    path: str
    kind: str
    of: str | None
    why: str


def map_files(folder: Path, deployment: Deployment, given: Mapping[str, str], *, in_place: bool) -> list[MappedFile]:
    """What each file of a folder is. ``given`` says it for some: relative path → ``KIND`` or ``KIND:OF``.

    Raises :class:`InputError` for a file that is named in ``given`` and is not there, or a kind that does not exist.
    """
    said = {PurePosixPath(path.replace("\\", "/")).as_posix().lower(): text for path, text in given.items()}
    found = []
    for path in sorted(_regular(folder)):
        relative = path.relative_to(folder).as_posix()
        if relative in {MANIFEST, STATE}:
            continue
        text = said.pop(relative.lower(), "")
        kind, of, why = _said(text) if text else _recognised(path, relative, deployment)
        target = relative if in_place else _place(relative, kind, of)
        found.append(MappedFile(path, target, kind, of, why))
    if said:
        raise InputError(f"there is no file {next(iter(said))} in {folder}", "Write paths relative to the folder.")
    return found


def adopt(
    folder: Path, root: Path, deployment: Deployment, ledger: Ledger, given: Mapping[str, str], now: datetime
) -> tuple[BackupSet, list[MappedFile]]:
    """Make a set of a folder: in place where it lies directly below the backup location, else as a copy there.

    Nothing in a folder elsewhere is changed. A manifest that cannot be read is set aside, not lost. Raises
    :class:`InputError` where it is a complete set already, holds nothing of a backup, or there is no room; OSError.
    """
    in_place = folder.resolve().parent == root.resolve()
    _new(folder)
    mapped = map_files(folder, deployment, given, in_place=in_place)
    data = [one for one in mapped if one.kind != "Paper"]
    if not data:
        raise InputError(
            f"{folder} holds nothing that a Lync backup consists of",
            "Name the folder that the script wrote into, or say what a file is with --map FILE=KIND:OF.",
        )
    paths = [one.path.lower() for one in mapped]
    twice = next((path for path in paths if paths.count(path) > 1), None) if len(set(paths)) < len(paths) else None
    if twice:
        raise InputError(f"several files would become {twice}", "Say which is which with --map FILE=KIND:OF.")
    made_at = _dated(data)
    target = root / folder.resolve().name if in_place else root / f"{made_at:%Y-%m-%dT%H%M%SZ}_{deployment.name}"
    if not in_place:
        _copy(mapped, target)
    elif (folder / MANIFEST).exists():
        (folder / MANIFEST).replace(folder / DAMAGED)
        mapped.append(MappedFile(folder / DAMAGED, DAMAGED, "Paper", None, "the manifest that could not be read"))
    by_path = {target.joinpath(*PurePosixPath(one.path).parts): one for one in mapped}
    files = []
    for path, result in digests(by_path):
        if isinstance(result, OSError):
            raise result
        one = by_path[path]
        at = datetime.fromtimestamp(one.source.stat().st_mtime, UTC).replace(microsecond=0)
        files.append(Artifact(one.path, *result, one.kind, one.of, UNKNOWN, UNKNOWN, at))
    manifest = Manifest(target.name, deployment.name, made_at, UNKNOWN, UNKNOWN, {}, tuple(files))
    write_manifest(target, manifest)
    ledger.renew(target, now)
    return BackupSet(target, manifest), mapped


def unmapped(mapped: list[MappedFile], wanted: tuple[RequiredArtifact, ...]) -> list[str]:
    """What the deployment calls for and no file was recognised as, in words."""
    probe = Manifest("", "", timestamps.now(), "", "", {}, tuple(
        Artifact(one.path, 0, "", one.kind, one.of, "", "", timestamps.now()) for one in mapped
    ))  # fmt: skip
    return [one.what for one in wanted if not one.found_in(probe)]


def _dated(data: list[MappedFile]) -> datetime:
    """The time of the oldest export: nothing newer is certain to be in the set. File stores keep the times of files."""
    exports = [one for one in data if one.kind not in {"FileStore", "Audio"}]
    stamp = min((one.source.stat().st_mtime for one in exports), default=None)
    newest = max(one.source.stat().st_mtime for one in data)
    return datetime.fromtimestamp(newest if stamp is None else stamp, UTC).replace(microsecond=0)


def _new(folder: Path) -> None:
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}", "Name the folder that holds the files of a backup.")
    try:
        read_manifest(folder)
    except InputError:
        return
    raise InputError(f"{folder} is a complete set already", f"Run `lync-wizard backup verify {folder.name}`.")


def _regular(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _said(text: str) -> tuple[str, str | None, str]:
    name, _, of = text.partition(":")
    kind = next((k for k in get_args(Kind) if k.lower() == name.strip().lower()), None)
    if kind is None:
        raise InputError(f"{name!r} is no kind of file", f"Write one of {', '.join(get_args(Kind))}.")
    return kind, of.strip() or None, "as you said"


def _recognised(path: Path, relative: str, deployment: Deployment) -> tuple[str, str | None, str]:
    parts = PurePosixPath(relative).parts
    depth = next((i for i, part in enumerate(parts[:-1]) if _SERVICE.fullmatch(part)), None)
    if depth is not None:
        return "FileStore", _share(parts[:depth], deployment), "lies in a folder of a file store"
    database = next((name for name in _DATABASES if name.lower() in path.stem.lower()), None)
    if path.suffix.lower() in {".bak", ".dmp"} and database:
        return "Sql", _instance(database, deployment), f"named like {database}"
    if path.suffix.lower() in _AUDIO:
        return "Audio", None, "is audio"
    if path.suffix.lower() not in {".zip", ".bak"}:
        return "Paper", None, "not part of a backup"
    return _export(path, relative, deployment)


def _export(path: Path, relative: str, deployment: Deployment) -> tuple[str, str | None, str]:
    for kind in ("Configuration", "UserData", "Rgs"):
        try:
            held = contents(path, kind)
        except (Damaged, OSError):
            continue
        if kind == "UserData" and not held.counts["items"]:
            continue
        of = None
        if kind == "Rgs" and len(held.owners) == 1:
            of = next(iter(held.owners))
        elif kind != "Configuration":
            of = _pool(relative, deployment)
        return kind, of, "by what it holds"
    for kind, pattern in _NAMED:
        if pattern.search(path.stem):
            of = None if kind in {"Locations", "Configuration"} else _pool(relative, deployment)
            return kind, of, "by its name only"
    return "Paper", None, "a ZIP or backup that is not recognised, or is damaged"


def _pool(relative: str, deployment: Deployment) -> str | None:
    """The pool that the path names, by FQDN or host name; the only one where there is one."""
    pools = [pool.fqdn for pool in deployment.pools_of_kind("standard-edition", "enterprise")]
    for form in (str.lower, lambda fqdn: fqdn.partition(".")[0].lower()):
        named = [p for p in pools if re.search(rf"(?<![a-z0-9]){re.escape(form(p))}(?![a-z0-9])", relative.lower())]
        if len(named) == 1:
            return named[0]
    return pools[0] if len(pools) == 1 else None


def _share(folders: tuple[str, ...], deployment: Deployment) -> str | None:
    stores = {pool.file_store.share.lower(): pool.file_store for pool in deployment.pools if pool.file_store}
    text = "/".join(folders).lower()
    for store in stores.values():
        if f"{store.server}_{store.share_name}".lower() in text:
            return store.share
    for attribute in ("server", "share_name"):
        named = [s for s in stores.values() if getattr(s, attribute).partition(".")[0].lower() in text]
        if len(named) == 1:
            return named[0].share
    return next(iter(stores.values())).share if len(stores) == 1 else None


def _instance(database: str, deployment: Deployment) -> str | None:
    attribute = {"LcsLog": "archiving", "mgc": "chat"}.get(database, "monitoring")
    found = {str(store) for pool in deployment.pools if (store := getattr(pool, attribute))}
    return next(iter(found)) if len(found) == 1 else None


def _place(relative: str, kind: str, of: str | None) -> str:
    """Where the layout of a set has a file (docs/files.md, Backup set)."""
    name = PurePosixPath(relative).name
    if kind == "Configuration":
        return "Config.zip"
    if kind == "Locations":
        return "E911Config.zip"
    if kind in {"UserData", "Rgs", "PersistentChat"} and of:
        return f"{kind}/{of}.zip"
    if kind == "Sql" and of:
        server, _, instance = of.partition("\\")
        database = next((d for d in _DATABASES if d.lower() in name.lower()), PurePosixPath(name).stem)
        return f"Sql/{server}_{instance or 'MSSQLSERVER'}/{database}.bak"
    if kind == "FileStore" and of:
        parts = PurePosixPath(relative).parts
        depth = next((i for i, part in enumerate(parts) if _SERVICE.fullmatch(part)), 0)
        server, _, share = of.strip("\\").partition("\\")
        return "/".join((f"FileStore/{server}_{share}", *parts[depth:]))
    return f"{'Other' if kind in READABLE or kind == 'Sql' else kind}/{relative}"


def _copy(mapped: list[MappedFile], target: Path) -> None:
    """Copy into a new folder; one that cannot be finished is left without a manifest, plainly no set."""
    if target.exists():
        raise InputError(f"{target} is there already", "Verify that set, or move it away.")
    size = sum(one.source.stat().st_size for one in mapped)
    free = shutil.disk_usage(target.parent).free
    if free < size:
        raise InputError(f"{target.parent} has {free:,} bytes free, the copy needs {size:,}", "Make room, then adopt.")
    for one in mapped:
        place = target.joinpath(*PurePosixPath(one.path).parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(one.source, place)
