"""Whether the deployment could be restored today: the newest verified set against the plan's schedule and RPO."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from lync_wizard.backup import backup_set
from lync_wizard.backup.plausibility import disagreement
from lync_wizard.backup.requirements import RequiredArtifact
from lync_wizard.backup.retention import Retention, SetRecord, prunable
from lync_wizard.backup.verification_log import LEVELS, Verification
from lync_wizard.core.timestamps import local_text, utc
from lync_wizard.worksheets import Entries
from lync_wizard.worksheets.values import duration

GRACE: Final = timedelta(hours=2)
"""How long a backup that is due may take before it counts as left out."""

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK: Final = re.compile(
    r"(?P<how>daily|weekdays|weekly (?P<day>[a-z]+)|monthly (?P<number>[0-9]+)) (?P<h>[0-9]+):(?P<m>[0-9]+)"
)
_EVERY: Final = re.compile(r"every (?P<n>[0-9]+) (?P<unit>minutes|hours)")


@dataclass(frozen=True)
class Readiness:
    """The answer of ``backup status``. Times are UTC; ``sets`` counts the complete ones of this deployment.

    ``lost`` says in sentences what the next restore would lose, ``problems`` why the plan is not met, ``missing`` what
    the newest verified set lacks, ``pending`` what nobody has verified yet.
    """

    now: datetime
    newest: SetRecord | None
    sets: int
    schedule: str
    due: datetime | None
    rpo: str
    problems: tuple[str, ...]
    missing: tuple[str, ...]
    lost: tuple[str, ...]
    pending: tuple[str, ...]
    untested: tuple[str, ...]
    may_go: tuple[str, ...]
    incomplete: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """What speaks against the newest sound set: content older than it says, far less in it than before."""

    @property
    def met(self) -> bool:
        return not self.problems

    @property
    def age(self) -> timedelta | None:
        return self.now - self.newest.as_of if self.newest else None

    def line(self) -> str:
        """Everything in one line."""
        if self.newest is None or self.age is None:
            return f"NOT MET: {self.problems[0]}"
        what = f"{self.newest.name}, {_span(self.age)} old"
        if self.newest.tested:
            what += f", {self.newest.tested.text}"
        return f"met: {what}" if self.met else f"NOT MET: {'; '.join(self.problems)} (newest verified set: {what})"

    def to_data(self) -> dict[str, Any]:
        """The JSON object of ``backup status --json``."""
        newest = None
        if self.newest and self.age is not None:
            seen = self.newest.newest
            newest = {
                "name": self.newest.name,
                "made_at": utc(self.newest.made_at),
                "as_of": utc(self.newest.as_of),
                "age_seconds": int(self.age.total_seconds()),
                "verified_at": utc(seen.at) if seen else None,
                "levels": {name: self.newest.value(name) for name in LEVELS},
            }
        return {
            "met": self.met,
            "newest": newest,
            "sets": self.sets,
            "schedule": {"text": self.schedule, "due": utc(self.due) if self.due else None},
            "rpo": self.rpo,
            "problems": list(self.problems),
            "missing": list(self.missing),
            "would_lose": list(self.lost),
            "not_verified": list(self.pending),
            "not_tested": list(self.untested),
            "may_go": list(self.may_go),
            "incomplete": list(self.incomplete),
            "doubts": list(self.doubts),
        }


def begun(root: Path, deployment: str) -> tuple[str, ...]:
    """What was begun for a deployment and never completed, newest first, each with its reason. Raises InputError."""
    return tuple(
        f"{one.folder.name}: {one.why}"
        for one in backup_set.sets(root)
        if isinstance(one, backup_set.Unusable) and one.begun and one.deployment.lower() in {"", deployment.lower()}
    )


def readiness(
    sets: Sequence[SetRecord],
    wanted: Sequence[RequiredArtifact],
    entries: Entries,
    now: datetime,
    incomplete: Sequence[str] = (),
) -> Readiness:
    """Judge the sets of a deployment against its plan. Pure but for the file sizes that :class:`SetRecord` reads."""
    in_time = [known for known in sets if known.made_at <= now]
    newest = next((known for known in in_time if known.sound), None)
    schedule, rpo = entries.text("plan/backup/schedule"), entries.text("plan/backup/rpo") or "24h"
    due = last_due(schedule, now - GRACE, newest.as_of if newest else None)
    problems = [f"the set {known.name} is dated after now: a clock was wrong" for known in sets if known.made_at > now]
    problems += [f"{known.name}: {known.standing.fault}" for known in sets if known.standing.fault]
    missing: list[str] = []
    lost: list[str] = []
    if newest is None:
        why = "no set was ever verified as complete and intact" if sets else "there is no complete set"
        problems.insert(0, why)
        missing = [one.what for one in wanted]
        lost = ["Everything: there is no verified set to restore from."]
    else:
        age = now - newest.as_of
        if age > duration(rpo):
            problems.append(f"the newest verified set is {_span(age)} old, the plan allows {rpo}")
        if due and newest.as_of < due:
            problems.append(f"the backup due at {local_text(due)} is missing or not verified")
        missing = [one.what for one in wanted if not one.found_in(newest.set.manifest)]
        problems += [f"the newest verified set lacks {what}" for what in missing]
        lost = [f"What changed since {local_text(newest.as_of)} ({_span(age)})."]
        lost += [f"All of {what}." for what in missing]
    seen = newest.newest if newest else None
    return Readiness(
        now=now,
        newest=newest,
        sets=len(sets),
        schedule=schedule,
        due=due,
        rpo=rpo,
        problems=tuple(problems),
        missing=tuple(missing),
        lost=tuple(lost),
        pending=tuple(known.name for known in sets if known.newest is None),
        untested=tuple(str(fault) for fault in seen.levels["read"].untested) if seen else (),
        may_go=tuple(known.name for known in prunable(sets, Retention.of(entries), now)),
        incomplete=tuple(incomplete),
        doubts=_doubts(newest, seen),
    )


def _doubts(newest: SetRecord | None, seen: Verification | None) -> tuple[str, ...]:
    if newest is None or seen is None:
        return ()
    older = disagreement(newest.name, newest.made_at, seen.written)
    return (*([older] if older else []), *(f"{newest.name}: {text}" for text in seen.doubts))


def last_due(schedule: str, before: datetime, last: datetime | None = None) -> datetime | None:
    """When a backup was due last before a time, in that time's zone turned local; None where the schedule cannot tell.

    A schedule of the form ``every 4 hours`` runs from ``last``, the set before.
    """
    found = [due for part in schedule.split(" and ") for due in _due(part.strip(), before.astimezone(), last)]
    return max(found, default=None)


def _due(part: str, before: datetime, last: datetime | None) -> Iterator[datetime]:
    every = _EVERY.fullmatch(part)
    if every and last is not None:
        step = timedelta(**{every["unit"]: int(every["n"])})
        if last + step <= before:
            yield last + step
    clock = _CLOCK.fullmatch(part)
    if clock is None:
        return
    wall = before.replace(tzinfo=None)
    for days in range(33):
        day = wall - timedelta(days=days)
        at = day.replace(hour=int(clock["h"]), minute=int(clock["m"]), second=0, microsecond=0)
        weekday = _DAYS[at.weekday()]
        fits = (
            clock["how"] == "daily"
            or (clock["how"] == "weekdays" and at.weekday() < 5)
            or clock["day"] == weekday
            or clock["number"] == str(at.day)
        )
        if at <= wall and fits:
            # Wall clock first, then the zone of that day: summer time may have begun in between.
            yield at.astimezone()
            return


def _span(age: timedelta) -> str:
    minutes = age.total_seconds() / 60
    if minutes < 90:
        return f"{max(minutes, 0):.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"
