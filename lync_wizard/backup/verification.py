"""The four levels of knowing a set: present, intact, read, restored; each by itself, each problem by name."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lync_wizard.backup import plausibility
from lync_wizard.backup.backup_set import ANCHORS, BackupSet
from lync_wizard.backup.bounded_readers import Damaged
from lync_wizard.backup.checksums import digest, digests
from lync_wizard.backup.export_readers import READABLE, RGS_FILES, Contents, contents
from lync_wizard.backup.ledger import Ledger
from lync_wizard.backup.manifest import MANIFEST, Artifact, Manifest, read_manifest
from lync_wizard.backup.registry import KINDS
from lync_wizard.backup.requirements import RequiredArtifact
from lync_wizard.backup.verification_log import (
    NOT_TESTED,
    STATE,
    Fault,
    Level,
    LevelName,
    Verification,
    read_log,
    restored,
)
from lync_wizard.core import storage
from lync_wizard.core.errors import InputError

SqlTest = Callable[[BackupSet, Artifact], Sequence[str]]
"""Lets a SQL Server test a backup file (RESTORE VERIFYONLY, HEADERONLY); what is wrong with it, in words.

Raises :class:`NotAsked` where none could.
"""

_LINK: Final = "is no file of its own but a link, or lies behind one"
_BESIDE: Final = {MANIFEST, STATE, ANCHORS}


class NotAsked(Exception):
    """No SQL Server could test the file; the text says why."""


@dataclass(frozen=True)
class VerifyOptions:
    """What a set is judged by: the deployment's name, what it calls for, an earlier set's counts, a SQL Server.

    ``uncovered``: what the deployment calls for as well, and a set of this part of the backup never holds.
    """

    deployment: str = ""
    wanted: tuple[RequiredArtifact, ...] | None = None
    previous: Mapping[str, Any] | None = None
    sql: SqlTest | None = None
    workers: int | None = None
    uncovered: tuple[RequiredArtifact, ...] = ()


def verify(folder: Path, ledger: Ledger, asked: VerifyOptions, *, at: datetime, by: str) -> Verification:
    """Judge the set in a folder; changes nothing but the ledger, where the manifest was never seen before.

    Where the manifest cannot be trusted, nothing is judged by it. Raises :class:`InputError` where the ledger is
    damaged or there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(f"there is no set {folder.name}", "Take a name from `lync-wizard backup list`.")
    levels: dict[LevelName, Level] = {"present": NOT_TESTED, "intact": NOT_TESTED, "read": NOT_TESTED}
    levels["restored"] = restored(ledger.standing(folder).restored)
    try:
        read_log(folder)
    except InputError:
        levels["restored"] = Level(
            "fail", (Fault(STATE, "is damaged or was edited: the recorded verifications are lost"),)
        )
    judged = _manifest(folder, ledger, at)
    if isinstance(judged, Fault):
        levels["intact"] = Level("fail", (judged,))
        return Verification(folder.name, at, by, levels)
    found = BackupSet(folder, judged)
    levels["present"] = present(found, asked)
    levels["intact"] = intact(found, asked.workers)
    levels["read"], counts = read(found, asked)
    doubtful = tuple(plausibility.doubts(asked.previous, counts, part=bool(judged.covers)))
    return Verification(folder.name, at, by, levels, counts, _written(found), doubtful)


def _written(found: BackupSet) -> datetime | None:
    """When the oldest export was written, as the exports say."""
    stamps = []
    for artifact in found.manifest.files:
        if artifact.kind in READABLE and artifact.kind not in KINDS:
            with contextlib.suppress(OSError):
                stamps.append(plausibility.written(found.local(artifact)))
    return min((stamp for stamp in stamps if stamp is not None), default=None)


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
        faults += [Fault(a.path, why) for a in named if (why := _absent(found, a))]
        if not named:
            faults.append(Fault(wanted.path, f"is not in the set: {wanted.what}"))
    remarks = tuple(f"Not covered by this part of the backup: {one.what}." for one in asked.uncovered)
    return Level("fail" if faults else "pass", tuple(dict.fromkeys(faults)), remarks=remarks)


def intact(found: BackupSet, workers: int | None = None) -> Level:
    """Whether every file has the size and hash of the manifest, and none is there that it does not name."""
    faults: dict[str, str] = {}
    to_hash: dict[Path, Artifact] = {}
    for artifact in found.manifest.files:
        try:
            path = found.local(artifact)
            status = path.lstat()
        except storage.Linked:
            faults[artifact.path] = _LINK
            continue
        except OSError as error:
            gone = isinstance(error, FileNotFoundError | NotADirectoryError)
            faults[artifact.path] = "is missing" if gone else f"cannot be read: {error.strerror}"
            continue
        if not stat.S_ISREG(status.st_mode):
            faults[artifact.path] = "is no file of its own but a folder or a device"
        elif status.st_size != artifact.bytes:
            faults[artifact.path] = f"has {status.st_size:,} bytes, not {artifact.bytes:,}"
        else:
            to_hash[path] = artifact
    contents = {artifact.sha256.lower(): artifact.path for artifact in reversed(found.manifest.files)}
    # The largest first, so that no core ends alone with it.
    for path, result in digests(sorted(to_hash, key=lambda p: -to_hash[p].bytes), workers):
        artifact = to_hash[path]
        if isinstance(result, OSError):
            faults[artifact.path] = f"cannot be read: {result.strerror}"
        elif result[1] != artifact.sha256.lower():
            twin = contents.get(result[1], "")
            faults[artifact.path] = f"holds the content of {twin}" if twin else "has another content than when made"
    known = {artifact.path for artifact in found.manifest.files} | _BESIDE
    for extra in _files(found.folder):
        if extra not in known:
            faults[extra] = "is not in the manifest: it was put there later"
    listed = tuple(Fault(path, problem) for path, problem in faults.items())
    return Level("fail" if listed else "pass", listed)


def _absent(found: BackupSet, artifact: Artifact) -> str:
    """Why a file of the set is not there as a file of its own; empty where it is."""
    try:
        return "" if found.local(artifact).is_file() else "is missing"
    except storage.Linked:
        return _LINK


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
        if artifact.kind not in {*READABLE, "Sql"} or _absent(found, artifact):
            continue
        path = found.local(artifact)
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
