"""Keeping sets: which may go by the plan, their recorded removal, and whether there is room for the next one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from lync_wizard.backup.backup_set import BackupSet, sets
from lync_wizard.backup.manifest import MANIFEST
from lync_wizard.backup.verification_log import LevelName, Value, VerificationLog, read_log, restored
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.storage import Home, private_folder
from lync_wizard.core.timestamps import utc
from lync_wizard.worksheets import Entries

ROOM: Final = 1.25
"""How much larger than the last set the next one may be."""


@dataclass(frozen=True)
class Retention:
    """What the plan says: sets to keep, days to keep each, and sound sets that stay whatever their age."""

    count: int = 14
    days: int = 30
    minimum_sound: int = 3

    @classmethod
    def of(cls, entries: Entries) -> Retention:
        """From the plan sheet; its defaults where nothing is recorded."""

        def number(column: str, default: int) -> int:
            text = entries.text(f"plan/retention/{column}")
            return int(text) if text.isdecimal() else default

        return cls(number("count", cls.count), number("days", cls.days), number("minimum-sound", cls.minimum_sound))


@dataclass(frozen=True)
class SetRecord:
    """A set with what was learned of it; ``learned`` is None where that is damaged: then it is never removed."""

    set: BackupSet
    learned: VerificationLog | None

    @property
    def name(self) -> str:
        return self.set.name

    @property
    def made_at(self) -> datetime:
        return self.set.manifest.made_at

    @property
    def pinned(self) -> bool:
        return self.learned is None or self.learned.kept is not None

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """Files that are gone or have another size by now; reads no content."""
        return tuple(artifact.path for artifact in self.set.absent())

    @property
    def sound(self) -> bool:
        """Whether its newest verification found it sound, and its files still have their sizes."""
        newest = self.learned.newest if self.learned else None
        return newest is not None and newest.sound and not self.absent

    def value(self, level: LevelName) -> Value:
        """What is known of a level: as last verified, but a file that has gone since then fails the first two at once,
        and restores count from the moment they happened.
        """
        if self.learned is None:
            return "not tested"
        if level == "restored":
            return restored(self.learned).value
        if self.absent and level in {"present", "intact"}:
            return "fail"
        return self.learned.newest.value(level) if self.learned.newest else "not tested"

    @property
    def restored_at(self) -> datetime | None:
        """When the set was last restored from with success."""
        return max((r.at for r in self.learned.restored if r.restored), default=None) if self.learned else None

    @property
    def passed_read(self) -> bool:
        """Whether its newest verification passed everything up to *read*, with nothing left untested."""
        newest = self.learned.newest if self.learned else None
        return self.sound and newest is not None and newest.value("read") == "pass"


def set_records(root: Path, deployment: str = "") -> list[SetRecord]:
    """The sets of a deployment below the backup location, newest first. Raises :class:`InputError`."""
    found = []
    for one in sets(root):
        if isinstance(one, BackupSet) and (not deployment or one.manifest.deployment.lower() == deployment.lower()):
            try:
                found.append(SetRecord(one, read_log(one.folder)))
            except InputError:
                found.append(SetRecord(one, None))
    return sorted(found, key=lambda known: known.made_at, reverse=True)


def prunable(sets: Sequence[SetRecord], retention: Retention, now: datetime) -> list[SetRecord]:
    """The sets that may go, oldest first: beyond the number *and* the age of the plan, not pinned, each with a newer
    one that passed *read*, and only so many that the sound sets the plan wants remain.
    """
    newest_first = sorted(sets, key=lambda known: known.made_at, reverse=True)
    sound_left = sum(known.sound for known in newest_first)
    oldest = now - timedelta(days=retention.days)
    # A set dated after now was made by a clock that was wrong; it vouches for nothing.
    proven = [known.made_at for known in newest_first if known.made_at <= now and known.passed_read]
    going = []
    for known in reversed(newest_first[max(retention.count, 1) :]):
        if known.pinned or known.made_at >= oldest or not any(at > known.made_at for at in proven):
            continue
        if known.sound:
            if sound_left <= retention.minimum_sound:
                continue
            sound_left -= 1
        going.append(known)
    return going


def remove(going: Iterable[SetRecord], root: Path, home: Home, *, retention: Retention, now: datetime, by: str) -> None:
    """Remove sets that may go, each recorded first in ``removed.jsonl`` of the home folder.

    What may go is judged anew from the disk. The manifest goes first, so that a removal cut short leaves a folder that
    is plainly no set. Raises :class:`Refused` for a set that may not go, OSError.
    """
    for one in going:
        every = set_records(root, one.set.manifest.deployment)
        if one.name not in {known.name for known in prunable(every, retention, now)}:
            raise Refused(f"the set {one.name} may not be removed", "Run `lync-wizard backup status` and look again.")
        folder = root / one.name
        record = {
            "at": utc(now),
            "by": by,
            "name": one.name,
            "deployment": one.set.manifest.deployment,
            "made_at": utc(one.made_at),
            "files": len(one.set.manifest.files),
            "bytes": one.set.size,
            "newer": next(known.name for known in every if known.passed_read),
            "why": f"beyond {retention.count} sets and {retention.days} days",
        }
        private_folder(home.root)
        with (home.root / "removed.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
        (folder / MANIFEST).unlink()
        shutil.rmtree(folder)


@dataclass(frozen=True)
class Room:
    """Bytes that the next set will need at most, going by the last one, and bytes that are free."""

    needed: int
    free: int

    @property
    def enough(self) -> bool:
        return self.free >= self.needed


def room(root: Path, last: BackupSet | None) -> Room:
    """Whether the backup location has room for another set. Raises :class:`InputError` where it cannot be read."""
    try:
        free = shutil.disk_usage(root).free
    except OSError as error:
        raise InputError(
            f"the backup location {root} cannot be read", "Check the share and its rights.", str(error)
        ) from error
    return Room(int(last.size * ROOM) if last else 0, free)
