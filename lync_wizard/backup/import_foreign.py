"""Taking in the folder of an administrator's own script: files mapped by content and name, provenance unknown."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final, get_args

from lync_wizard.backup.backup_set import ANCHORS, BackupSet
from lync_wizard.backup.checksums import digests
from lync_wizard.backup.export_readers import READABLE
from lync_wizard.backup.ledger import Ledger
from lync_wizard.backup.manifest import MANIFEST, Artifact, Kind, Manifest, read_manifest, write_manifest
from lync_wizard.backup.plausibility import counted_from, written
from lync_wizard.backup.recognition import database_of, not_as_said, recognise
from lync_wizard.backup.requirements import RequiredArtifact
from lync_wizard.backup.verification_log import STATE
from lync_wizard.core import storage, timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.deployment import Deployment

UNKNOWN: Final = "unknown"
DAMAGED: Final = "manifest.damaged.json"

_SERVICE: Final = re.compile(r"[0-9]+-(WebServices|ApplicationServer|CentralMgmt|PersistentChat)-[0-9]+", re.IGNORECASE)
_OWNED: Final = ("UserData", "Rgs", "PersistentChat", "Sql", "FileStore")
_NAMES: Final = {"Sql": "INSTANCE", "FileStore": r"\\SERVER\SHARE"}
_MOST_NAMED: Final = 6

Whose = Callable[["MappedFile"], str | None]
"""Asks a person whose a file is that says it nowhere; None where nobody can be asked."""


@dataclass(frozen=True)
class MappedFile:
    """One file of the folder: where it lies, where the set has it, what it is and of what; ``why`` in words.

    ``fault`` says why it cannot be that; ``given`` that somebody said so.
    """

    source: Path
    path: str
    kind: str
    of: str | None
    why: str
    relative: str
    fault: str = ""
    given: bool = False

    @property
    def nameless(self) -> bool:
        """Whether it belongs to a pool, an instance or a share, and nothing says to which."""
        return self.of is None and self.kind in _OWNED


def map_files(
    folder: Path, deployment: Deployment, given: Mapping[str, str], *, in_place: bool, whose: Whose | None = None
) -> list[MappedFile]:
    """What each file of a folder is. ``given`` says it for some: relative path of a file or folder → ``KIND[:OF]``.

    Raises :class:`InputError` for a path that is named in ``given`` and is not there, or a kind that does not exist.
    """
    said = {PurePosixPath(path.replace("\\", "/")).as_posix().lower(): text for path, text in given.items()}
    used: set[str] = set()
    found = []
    for path in sorted(_regular(folder)):
        relative = path.relative_to(folder).as_posix()
        if relative in {MANIFEST, STATE, ANCHORS}:
            continue
        named = [relative.lower(), *(parent.as_posix() for parent in PurePosixPath(relative.lower()).parents)]
        key = next((one for one in named if one in said), "")
        used.add(key)
        one = _said(path, relative, said[key]) if key else _recognised(path, relative, deployment)
        if one.nameless and whose is not None and (answer := whose(one)):
            one = replace(one, of=answer, why=f"{one.why}; whose it is was said")
        found.append(one if in_place else replace(one, path=_place(relative, one.kind, one.of)))
    if missing := [path for path in said if path not in used]:
        raise InputError(f"there is no file {missing[0]} in {folder}", "Write paths relative to the folder.")
    return found


def adopt(
    folder: Path,
    root: Path,
    deployment: Deployment,
    ledger: Ledger,
    given: Mapping[str, str],
    now: datetime,
    whose: Whose | None = None,
) -> tuple[BackupSet, list[MappedFile]]:
    """Make a set of a folder: in place where it lies directly below the backup location, else as a copy there.

    Nothing in a folder elsewhere is changed. A manifest that cannot be read is set aside, not lost. Raises
    :class:`InputError` where it is a complete set already, holds nothing of a backup or something that is not clear,
    or there is no room; OSError.
    """
    in_place = folder.resolve().parent == root.resolve()
    _new(folder)
    mapped = [_with_age(one) for one in map_files(folder, deployment, given, in_place=in_place, whose=whose)]
    data = [one for one in mapped if one.kind != "Paper"]
    if not data:
        raise InputError(
            f"{folder} holds nothing that a Lync backup consists of",
            "Name the folder that the script wrote into, or say what a file is with --map FILE=KIND:OF.",
        )
    if unclear := list(_unclear(mapped)):
        shown = "; ".join(unclear[:_MOST_NAMED])
        more = f" and {len(unclear) - _MOST_NAMED} more" if len(unclear) > _MOST_NAMED else ""
        raise InputError(
            f"{folder} is not adopted: {shown}{more}",
            "Say what it is with --map FILE=KIND[:OF] (FILE=Paper leaves it out of every restore), "
            "or name the folder of one backup alone.",
        )
    made_at = _dated(data)
    target = root / folder.resolve().name if in_place else root / f"{made_at:%Y-%m-%dT%H%M%SZ}_{deployment.name}"
    if not in_place:
        _copy(mapped, target)
    elif (folder / MANIFEST).exists():
        (folder / MANIFEST).replace(folder / DAMAGED)
        why = "the manifest that could not be read"
        mapped.append(MappedFile(folder / DAMAGED, DAMAGED, "Paper", None, why, DAMAGED))
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
    oldest = min((_counted(one) for one in exports), default=None)
    return (oldest or max(map(_copied, data))).replace(microsecond=0)


def _with_age(one: MappedFile) -> MappedFile:
    """The same, with the time of its content where that is older than the file's own."""
    if one.kind not in READABLE or _counted(one) == _copied(one):
        return one
    return replace(
        one, why=f"{one.why}; written {_counted(one):%Y-%m-%d} by its content, {_copied(one):%Y-%m-%d} by its file"
    )


def _copied(one: MappedFile) -> datetime:
    return datetime.fromtimestamp(one.source.stat().st_mtime, UTC)


def _counted(one: MappedFile) -> datetime:
    return counted_from(_copied(one), written(one.source) if one.kind in READABLE else None)


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


def _unclear(mapped: list[MappedFile]) -> Iterator[str]:
    """Each file that cannot be what it seems, belongs to nobody, or is one of two where a set has one; by name."""
    yield from (f"{one.relative} {one.fault}" for one in mapped if one.fault)
    stores: set[str] = set()
    for one in (one for one in mapped if one.nameless and not one.fault):
        if one.kind == "FileStore":
            stores.add(_store_root(one.relative))
            continue
        key = f"--map {one.relative}={one.kind}:{_NAMES.get(one.kind, 'FQDN')}"
        yield f"{one.relative} is {one.kind} of an unknown {'instance' if one.kind == 'Sql' else 'pool'} ({key})"
    for store in sorted(stores):
        key = f"--map {store or '.'}=FileStore:{_NAMES['FileStore']}"
        yield f"{store or 'the folder'} is a file store of an unknown share ({key})"
    places: dict[str, list[MappedFile]] = {}
    for one in mapped:
        if not one.nameless:
            places.setdefault(_place(one.relative, one.kind, one.of).lower(), []).append(one)
    for place, rivals in places.items():
        if len(rivals) > 1:
            names = " and ".join(one.relative for one in rivals[:3])
            yield f"{names} would both be {place}, of which a set has one"


def _store_root(relative: str) -> str:
    parts = PurePosixPath(relative).parts
    depth = next((i for i, part in enumerate(parts) if _SERVICE.fullmatch(part)), 0)
    return "/".join(parts[:depth])


def _said(path: Path, relative: str, text: str) -> MappedFile:
    name, _, of = text.partition(":")
    kind = next((k for k in get_args(Kind) if k.lower() == name.strip().lower()), None)
    if kind is None:
        raise InputError(f"{name!r} is no kind of file", f"Write one of {', '.join(get_args(Kind))}.")
    against = not_as_said(path, kind)
    fault = f"cannot be {kind}: it {against}" if against else ""
    return MappedFile(path, relative, kind, of.strip() or None, "as you said", relative, fault, given=True)


def _recognised(path: Path, relative: str, deployment: Deployment) -> MappedFile:
    parts = PurePosixPath(relative).parts
    depth = next((i for i, part in enumerate(parts[:-1]) if _SERVICE.fullmatch(part)), None)
    if depth is not None:
        share = _share(parts[:depth], deployment)
        return MappedFile(path, relative, "FileStore", share, "lies in a folder of a file store", relative)
    found = recognise(path, parts[-1])
    of = None
    if len(found.owners) == 1:
        of = found.owners[0]
    elif found.kind in {"UserData", "Rgs"} and not found.owners:
        of = _pool(relative, deployment)
    elif found.kind == "PersistentChat":
        of = _chat_pool(deployment)
    elif found.kind == "Sql":
        of = _instance(database_of(parts[-1]), deployment)
    return MappedFile(path, relative, found.kind, of, found.why, relative, found.fault)


def _chat_pool(deployment: Deployment) -> str | None:
    """The pool that Persistent Chat is saved under, where there is one database of it."""
    users = [pool for pool in deployment.lync_pools if pool.chat]
    keys = {pool.chat.key for pool in users if pool.chat}
    return (users[0].chat_pool or users[0].fqdn) if len(keys) == 1 else None


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
        database = database_of(name) or PurePosixPath(name).stem
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
        with one.source.open("rb") as source, storage.whole(place, private=False) as part:
            shutil.copyfileobj(source, part.stream)
        shutil.copystat(one.source, place)
