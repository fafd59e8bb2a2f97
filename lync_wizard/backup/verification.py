"""The four levels of knowing a set: present, intact, read, restored; each by itself, each problem by name."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lync_wizard.backup.backup_set import BackupSet
from lync_wizard.backup.bounded_readers import Damaged
from lync_wizard.backup.checksums import digest, digests
from lync_wizard.backup.export_readers import READABLE, RGS_FILES, Contents, contents
from lync_wizard.backup.manifest import MANIFEST, Artifact, Manifest, read_manifest
from lync_wizard.backup.requirements import RequiredArtifact
from lync_wizard.backup.verification_log import (
    NOT_TESTED,
    STATE,
    Fault,
    Ledger,
    Level,
    LevelName,
    Verification,
    read_log,
    restored,
)
from lync_wizard.core.errors import InputError

SqlTest = Callable[[BackupSet, Artifact], Sequence[str]]
"""Lets a SQL Server test a backup file (RESTORE VERIFYONLY, HEADERONLY); what is wrong with it, in words.

Raises :class:`NotAsked` where none could.
"""

_BESIDE: Final = {MANIFEST, STATE}


class NotAsked(Exception):
    """No SQL Server could test the file; the text says why."""


@dataclass(frozen=True)
class VerifyOptions:
    """What a set is judged by: the deployment's name, what it calls for, an earlier set's counts, a SQL Server."""

    deployment: str = ""
    wanted: tuple[RequiredArtifact, ...] | None = None
    previous: Mapping[str, Any] | None = None
    sql: SqlTest | None = None
    workers: int | None = None


def verify(folder: Path, ledger: Ledger, asked: VerifyOptions, *, at: datetime, by: str) -> Verification:
    """Judge the set in a folder; changes nothing but the ledger, where the manifest was never seen before.

    Where the manifest cannot be trusted, nothing is judged by it. Raises :class:`InputError` where the ledger is
    damaged or there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(f"there is no set {folder.name}", "Take a name from `lync-wizard backup list`.")
    levels: dict[LevelName, Level] = {"present": NOT_TESTED, "intact": NOT_TESTED, "read": NOT_TESTED}
    try:
        levels["restored"] = restored(read_log(folder))
    except InputError:
        levels["restored"] = Level("fail", (Fault(STATE, "is damaged or was edited: what was learned is lost"),))
    judged = _manifest(folder, ledger, at)
    if isinstance(judged, Fault):
        levels["intact"] = Level("fail", (judged,))
        return Verification(folder.name, at, by, levels)
    found = BackupSet(folder, judged)
    levels["present"] = present(found, asked)
    levels["intact"] = intact(found, asked.workers)
    levels["read"], counts = read(found, asked)
    return Verification(folder.name, at, by, levels, counts)


def manifest_fault(folder: Path, ledger: Ledger, at: datetime) -> Fault | None:
    """What is wrong with the manifest of a set by itself; quick. Raises :class:`InputError` for a damaged ledger."""
    judged = _manifest(folder, ledger, at)
    return judged if isinstance(judged, Fault) else None


def _manifest(folder: Path, ledger: Ledger, at: datetime) -> Manifest | Fault:
    path = folder / MANIFEST
    known = ledger.known(folder.name)
    try:
        actual = digest(path)[1]
    except FileNotFoundError:
        return Fault(MANIFEST, "is missing: the set was never completed, or it was removed")
    except OSError as error:
        return Fault(MANIFEST, f"cannot be read: {error.strerror}")
    if known is not None and known != actual:
        return Fault(MANIFEST, "is not the one that was first seen: it was damaged, edited or exchanged")
    try:
        manifest = read_manifest(folder)
    except InputError as error:
        return Fault(MANIFEST, f"is no manifest: it was damaged or edited ({error.detail})")
    if manifest.name != folder.name:
        return Fault(MANIFEST, f"is that of the set {manifest.name}, not of {folder.name}")
    if known is None:
        ledger.remember(folder, at)
    return manifest


def present(found: BackupSet, asked: VerifyOptions) -> Level:
    """Whether every file that worksheets and deployment call for is there; reads no content."""
    manifest = found.manifest
    if asked.deployment and manifest.deployment.lower() != asked.deployment.lower():
        return Level("fail", (Fault("", f"the set is of deployment {manifest.deployment}, not {asked.deployment}"),))
    if asked.wanted is None:
        return NOT_TESTED
    faults = []
    for wanted in asked.wanted:
        named = wanted.found_in(manifest)
        faults += [Fault(a.path, "is missing") for a in named if not found.local(a).is_file()]
        if not named:
            faults.append(Fault(wanted.path, f"is not in the set: {wanted.what}"))
    return Level("fail" if faults else "pass", tuple(dict.fromkeys(faults)))


def intact(found: BackupSet, workers: int | None = None) -> Level:
    """Whether every file has the size and hash of the manifest, and none is there that it does not name."""
    faults: dict[str, str] = {}
    to_hash: dict[Path, Artifact] = {}
    for artifact in found.manifest.files:
        path = found.local(artifact)
        try:
            status = path.lstat()
        except OSError as error:
            gone = isinstance(error, FileNotFoundError | NotADirectoryError)
            faults[artifact.path] = "is missing" if gone else f"cannot be read: {error.strerror}"
            continue
        if not stat.S_ISREG(status.st_mode):
            faults[artifact.path] = "is no file of its own but a link, a folder or a device"
        elif status.st_size != artifact.bytes:
            faults[artifact.path] = f"has {status.st_size:,} bytes, not {artifact.bytes:,}"
        else:
            to_hash[path] = artifact
    # The largest first, so that no core ends alone with it.
    for path, result in digests(sorted(to_hash, key=lambda p: -to_hash[p].bytes), workers):
        artifact = to_hash[path]
        if isinstance(result, OSError):
            faults[artifact.path] = f"cannot be read: {result.strerror}"
        elif result[1] != artifact.sha256.lower():
            twin = next((a.path for a in found.manifest.files if a.sha256.lower() == result[1]), "")
            faults[artifact.path] = f"holds the content of {twin}" if twin else "has another content than when made"
    known = {artifact.path for artifact in found.manifest.files} | _BESIDE
    for extra in _files(found.folder):
        if extra not in known:
            faults[extra] = "is not in the manifest: it was put there later"
    listed = tuple(Fault(path, problem) for path, problem in faults.items())
    return Level("fail" if listed else "pass", listed)


def _files(folder: Path, prefix: str = "") -> Iterator[str]:
    """Every file below a folder, links included but not followed, as paths with forward slashes."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path), f"{prefix}{entry.name}/")
            else:
                yield f"{prefix}{entry.name}"


def read(found: BackupSet, asked: VerifyOptions) -> tuple[Level, dict[str, Any]]:
    """Whether the exports can be read to their end and hold what the deployment said; the level and the counts."""
    faults: list[Fault] = []
    untested: list[Fault] = []
    counts: dict[str, Any] = {}
    tested = 0
    for artifact in found.manifest.files:
        path = found.local(artifact)
        if artifact.kind not in {*READABLE, "Sql"} or not path.is_file() or path.is_symlink():
            continue
        if artifact.kind == "Sql":
            try:
                if asked.sql is None:
                    raise NotAsked("none was named")
                faults += [Fault(artifact.path, problem) for problem in asked.sql(found, artifact)]
                tested += 1
            except NotAsked as why:
                untested.append(Fault(artifact.path, f"needs a SQL Server to be tested: {why}"))
            continue
        tested += 1
        try:
            held = contents(path, artifact.kind)
        except Damaged as error:
            faults.append(Fault(artifact.path, str(error)))
        except OSError as error:
            faults.append(Fault(artifact.path, f"cannot be read: {error.strerror}"))
        else:
            faults += [Fault(artifact.path, problem) for problem in _against(found.manifest.counts, artifact, held)]
            _count(counts, artifact, held)
    value: Any = "fail" if faults else "pass" if tested and not untested else "not tested"
    return Level(value, tuple(faults), tuple(untested), tuple(changes(asked.previous, counts))), counts


def _count(counts: dict[str, Any], artifact: Artifact, held: Contents) -> None:
    of = artifact.of or ""
    if artifact.kind == "UserData":
        counts.setdefault("users", {})[of] = held.counts["users"]
        counts.setdefault("conferences", {})[of] = held.counts["conferences"]
    elif artifact.kind == "Rgs":
        counts.setdefault("response_groups", {})[of] = {kind: held.counts[kind] for kind in RGS_FILES.values()}
    elif artifact.kind == "Configuration":
        counts["documents"] = held.counts["items"]


def _against(said: Mapping[str, Any], artifact: Artifact, held: Contents) -> Iterator[str]:
    """Where an export holds another number than the deployment said when it was made."""
    if artifact.kind == "UserData":
        for kind in ("users", "conferences"):
            expected = _of(said.get(kind), artifact.of)
            if isinstance(expected, int) and expected != held.counts[kind]:
                yield f"holds {held.counts[kind]} {kind}, but the pool had {expected}"
    elif artifact.kind == "Rgs":
        of = _of(said.get("response_groups"), artifact.of)
        for kind, expected in of.items() if isinstance(of, Mapping) else ():
            if kind in RGS_FILES.values() and isinstance(expected, int) and expected != held.counts[kind]:
                yield f"holds {held.counts[kind]} of {kind}, but the pool had {expected}"
        others = sorted(o for o in held.owners if artifact.of and o.lower() != artifact.of.lower())
        if others and len(others) == len(held.owners):
            yield f"is the export of {', '.join(others)}, not of {artifact.of}"


def _of(by_pool: Any, pool: str | None) -> Any:
    if not isinstance(by_pool, Mapping) or pool is None:
        return None
    return next((value for name, value in by_pool.items() if str(name).lower() == pool.lower()), None)


def changes(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Iterator[str]:
    """What is counted differently than in an earlier set, in sentences."""
    for kind, noun in (("users", "users"), ("conferences", "conferences"), ("response_groups", "")):
        earlier = (before or {}).get(kind)
        for pool, value in now.get(kind, {}).items():
            old = _of(earlier, pool)
            pairs = value.items() if isinstance(value, Mapping) else [(noun, value)]
            for what, count in pairs:
                was = old.get(what) if isinstance(old, Mapping) else old
                if isinstance(was, int) and was != count:
                    yield f"{pool}: {count} {what}, {was} in the set before."
