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
from lync_wizard.backup.ledger import Ledger, Standing
from lync_wizard.backup.manifest import MANIFEST
from lync_wizard.backup.plausibility import counted_from
from lync_wizard.backup.restore_test import RestoreTest
from lync_wizard.backup.verification_log import (
    LevelName,
    Restored,
    Value,
    Verification,
    VerificationLog,
    read_log,
    restored,
)
from lync_wizard.core import storage
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.storage import Home, private_folder
from lync_wizard.core.timestamps import utc
from lync_wizard.core.wrapping import counted
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
    """A set with what is known of it: ``standing`` by this home, ``learned`` as the share says.

    ``learned`` is None where that is damaged: then the set is never removed.
    """

    set: BackupSet
    learned: VerificationLog | None
    standing: Standing

    @property
    def name(self) -> str:
        return self.set.name

    @property
    def made_at(self) -> datetime:
        return self.set.manifest.made_at

    @property
    def as_of(self) -> datetime:
        """The time that its age is counted from: the content's, where that is older than the manifest's."""
        return counted_from(self.made_at, self.newest.written if self.newest else None)

    @property
    def pinned(self) -> bool:
        """Whether it stays; where what was learned of it is gone from the share, so may be a pin."""
        if self.learned is None or self.learned.kept is not None:
            return True
        return self.newest is not None and self.learned.newest is None

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """Files that are gone or have another size by now; reads no content."""
        return tuple(artifact.path for artifact in self.set.absent())

    @property
    def newest(self) -> Verification | None:
        """Its newest verification by this home; None where its manifest is not the one that was verified."""
        return self.standing.verified

    @property
    def sound(self) -> bool:
        """Whether this home's newest verification found it sound, and its files still have their sizes."""
        return self.newest is not None and self.newest.sound and not self.absent

    def value(self, level: LevelName) -> Value:
        """What this home knows of a level: as last verified, but a file that has gone since then fails the first two at
        once, as another manifest does, and restores count from the moment they happened.
        """
        if level == "restored":
            return restored(self.standing.restored).value
        if (self.absent or self.standing.fault) and level in {"present", "intact"}:
            return "fail"
        return self.newest.value(level) if self.newest else "not tested"

    @property
    def restored_at(self) -> datetime | None:
        """When the set was last restored from with success."""
        return self.restored_by.at if self.restored_by else None

    @property
    def restored_by(self) -> Restored | None:
        """The last restore that succeeded; it used what its procedure needs, not the whole set."""
        return max((one for one in self.standing.restored if one.restored), key=lambda one: one.at, default=None)

    @property
    def tested(self) -> RestoreTest | None:
        """The newest restore test of this home, of the manifest that the set has now."""
        return self.standing.tested

    @property
    def whole(self) -> bool:
        """Whether it is a set of everything, not of a part of the backup."""
        return not self.set.manifest.covers

    @property
    def passed_read(self) -> bool:
        """Whether its newest verification passed everything up to *read*, with nothing left untested."""
        return self.sound and self.newest is not None and self.newest.value("read") == "pass"


def set_records(root: Path, ledger: Ledger, deployment: str = "") -> list[SetRecord]:
    """The sets of a deployment below the backup location, newest first. Raises :class:`InputError`."""
    there = [
        one
        for one in sets(root)
        if isinstance(one, BackupSet) and (not deployment or one.manifest.deployment.lower() == deployment.lower())
    ]
    standings = ledger.standings([one.folder for one in there])
    found = []
    for one in there:
        try:
            learned: VerificationLog | None = read_log(one.folder)
        except InputError:
            learned = None
        found.append(SetRecord(one, learned, standings[one.folder.name]))
    return sorted(found, key=lambda known: known.made_at, reverse=True)


def prunable(sets: Sequence[SetRecord], retention: Retention, now: datetime) -> list[SetRecord]:
    """The sets that may go, oldest first: beyond the number *and* the age of the plan, not pinned, each with a newer
    one that passed *read*, and only so many that the sound sets the plan wants remain.
    """
    newest_first = sorted(sets, key=lambda known: known.made_at, reverse=True)
    # A set of a part of the backup vouches for no whole one, and is none of those that remain.
    sound_left = sum(known.sound and known.whole for known in newest_first)
    oldest = now - timedelta(days=retention.days)
    # A set dated after now was made by a clock that was wrong; it vouches for nothing.
    proven = [known.made_at for known in newest_first if known.made_at <= now and known.passed_read and known.whole]
    going = []
    for known in reversed(newest_first[max(retention.count, 1) :]):
        if known.pinned or known.made_at >= oldest or not any(at > known.made_at for at in proven):
            continue
        if known.sound and known.whole:
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
        every = set_records(root, Ledger(home), one.set.manifest.deployment)
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
            "newer": next(known.name for known in every if known.passed_read and known.whole),
            "why": f"beyond {counted(retention.count, 'set')} and {counted(retention.days, 'day')}",
        }
        private_folder(home.root)
        storage.append(home.root / "removed.jsonl", json.dumps(record, ensure_ascii=False) + "\n")
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
