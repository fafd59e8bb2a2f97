"""What is learned of a set after it was made: ``state.json`` beside its manifest, for whoever reads the share.

The manifest itself is never changed. A damaged ``state.json`` is an error, not an empty one: a pin must not be lost.
It is changed under a lock: a backup at night and a person by day may learn something at the same moment. What this
home rests on stands in :mod:`lync_wizard.backup.ledger`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, get_args

from filelock import FileLock

from lync_wizard.core import mapping, reading, storage
from lync_wizard.core.errors import InputError

STATE: Final = "state.json"
FORMAT: Final = 1
MOST_VERIFIED: Final = 20
"""Verifications that are remembered, the newest ones."""
LOCK: Final = ".lync-wizard.lock"
"""One for a whole backup location, beside its sets: nothing is added to a set."""
_PATIENCE: Final = 30.0
"""Seconds to wait for whoever is writing; a write takes milliseconds."""

LevelName = Literal["present", "intact", "read", "restored"]
LEVELS: Final[tuple[LevelName, ...]] = get_args(LevelName)
Value = Literal["pass", "fail", "not tested"]


@dataclass(frozen=True)
class Fault:
    """One named problem: the file of the set (with forward slashes; empty for the set as a whole) and what is wrong."""

    file: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.problem}" if self.file else self.problem


@dataclass(frozen=True)
class Level:
    """The answer of one level: its value, every problem by name, what was left untested, and remarks in sentences."""

    value: Value
    problems: tuple[Fault, ...] = ()
    untested: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()


NOT_TESTED: Final = Level("not tested")


@dataclass(frozen=True)
class Verification:
    """One verification: the four levels, what was counted in the exports, when (UTC) and by whom.

    ``written`` is when the oldest export or SQL backup was written, as its content says; ``doubts`` what the set holds
    too little of, in sentences.
    """

    name: str
    at: datetime
    by: str
    levels: Mapping[LevelName, Level]
    counts: Mapping[str, Any] = field(default_factory=dict)
    written: datetime | None = None
    doubts: tuple[str, ...] = ()

    def value(self, level: LevelName) -> Value:
        return self.levels.get(level, NOT_TESTED).value

    @property
    def sound(self) -> bool:
        """Everything is there and unchanged, and nothing that could be read was found unreadable."""
        read = self.levels.get("read", NOT_TESTED)
        whole = self.value("present") == "pass" and self.value("intact") == "pass"
        return whole and (read.value == "pass" or (read.value == "not tested" and bool(read.untested)))

    @property
    def failed(self) -> bool:
        return any(level.value == "fail" for level in self.levels.values())

    def to_data(self) -> dict[str, Any]:
        """The JSON object of ``backup verify --json`` and of ``state.json``."""
        return mapping.to_data(self)


@dataclass(frozen=True)
class Restored:
    """A restore from the set: the run, the environment's kind (drill, production), when it ended, whether it held."""

    run: str
    environment: str
    at: datetime
    restored: bool


@dataclass(frozen=True)
class Pin:
    """A pin: who keeps the set from being removed, since when (UTC), and why."""

    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True)
class VerificationLog:
    """Everything learned of a set; verifications and restores oldest first."""

    verified: tuple[Verification, ...] = ()
    restored: tuple[Restored, ...] = ()
    kept: Pin | None = None

    @property
    def newest(self) -> Verification | None:
        return self.verified[-1] if self.verified else None


def read_log(folder: Path) -> VerificationLog:
    """What ``state.json`` of a set says, nothing where there is none. Raises :class:`InputError` for a damaged one."""
    path = folder / STATE
    try:
        data = json.loads(reading.text(path))
        if data["format"] != FORMAT or data["seal"] != _seal(data["learned"]):
            raise ValueError("it is not as this program wrote it")
        return mapping.from_data(VerificationLog, data["learned"], exact=False)
    except FileNotFoundError:
        return VerificationLog()
    except reading.FAULTS as error:
        raise InputError(
            f"{path} is damaged or was edited",
            "Move it away, verify the set again, and pin it again where it was kept.",
            reading.why(error),
        ) from error


def write_log(folder: Path, learned: VerificationLog) -> None:
    """Replace ``state.json`` of a set, whole or not at all. Raises OSError."""
    inner = mapping.to_data(replace(learned, verified=learned.verified[-MOST_VERIFIED:]))
    data = {"format": FORMAT, "seal": _seal(inner), "learned": inner}
    storage.write_whole(folder / STATE, json.dumps(data, indent=1, ensure_ascii=False))


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Nobody else who takes this lock, in any process, comes between reading and writing. Raises OSError."""
    with FileLock(lock, timeout=_PATIENCE, mode=0o600):
        yield


def record_verified(folder: Path, verification: Verification) -> None:
    """Add a verification to what is known of a set. Raises :class:`InputError`, OSError."""
    with alone(folder.parent / LOCK):
        known = read_log(folder)
        write_log(folder, replace(known, verified=(*known.verified, verification)))


def restored(restores: Sequence[Restored]) -> Level:
    """Whether the set was restored from, in a drill or for real; the newest restore decides."""
    if not restores:
        return NOT_TESTED
    last = restores[-1]
    where = f"{last.environment} run {last.run} on {last.at:%Y-%m-%d %H:%M} UTC"
    if last.restored:
        return Level("pass", remarks=(f"Restored in the {where}.",))
    return Level("fail", (Fault("", f"the {where} did not restore the deployment"),))


def record_restored(folder: Path, restored: Restored) -> None:
    """Add a restore to what is known of a set; a run counts once. Raises :class:`InputError`, OSError."""
    with alone(folder.parent / LOCK):
        known = read_log(folder)
        others = tuple(one for one in known.restored if one.run != restored.run)
        write_log(folder, replace(known, restored=(*others, restored)))


def record_pin(folder: Path, kept: Pin | None) -> None:
    """Pin a set, or take its pin away. Raises :class:`InputError`, OSError."""
    with alone(folder.parent / LOCK):
        write_log(folder, replace(read_log(folder), kept=kept))


def _seal(inner: Any) -> str:
    text = json.dumps(inner, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
