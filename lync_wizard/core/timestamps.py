"""The present, and how times are written, read and shown; nothing else asks the computer for the date."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from lync_wizard.core.errors import InputError

SHIFT: Final = "LYNC_WIZARD_SHIFT_DAYS"
"""The environment variable by which a drill, its lab and the tests live some days ahead of the computer's clock."""
_SPAN: Final = re.compile(
    r"PT(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?|(?P<hh>\d+):(?P<mm>\d\d):(?P<ss>\d\d(?:\.\d+)?)"
)


class _Clock:
    ahead = timedelta()


def now() -> datetime:
    """The present in UTC."""
    return datetime.now(UTC) + _Clock.ahead


def shift(days: float) -> None:
    """Let this process live ``days`` ahead of the computer's clock (negative: behind it).

    What libraries ask the clock for (TLS, NTLM) and the times that the system gives to files stay real.
    """
    _Clock.ahead = timedelta(days=days)


def shift_from_environment() -> None:
    """Shift by what :data:`SHIFT` says, where it says anything. Raises :class:`InputError`.

    Never called for a production home: what happens there is recorded with the time at which it happens.
    """
    given = os.environ.get(SHIFT)
    if not given:
        return
    try:
        shift(float(given))
    except (ValueError, OverflowError) as error:
        raise InputError(f"{SHIFT} is {given!r}, not a number of days", "Set it to a number, or unset it.") from error


def written_at(path: Path) -> datetime:
    """When a file was written, by the clock that this process lives by. Raises OSError."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) + _Clock.ahead


def utc(moment: datetime) -> str:
    """A time as files hold it: UTC with ``Z``, microseconds only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def stamp(moment: datetime) -> str:
    """A time as worksheets hold it: UTC, whole seconds, ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_utc(text: str) -> datetime:
    """The time in UTC that a file holds; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def local_text(moment: datetime, form: str = "%Y-%m-%d %H:%M %Z") -> str:
    """A time as people read it, in the zone of this computer."""
    return moment.astimezone().strftime(form)


def age_of(moment: datetime) -> str:
    """How long ago, in the largest unit that says enough: ``40 min``, ``6 h``, ``3 days``."""
    minutes = (now() - moment).total_seconds() / 60
    if minutes < 90:
        return f"{max(minutes, 0):.0f} min"
    if minutes < 48 * 60:
        return f"{minutes / 60:.0f} h"
    return f"{minutes / 1440:.0f} days"


def span_of(text: str) -> timedelta | None:
    """A span of time of a host as a length; None where the text is none."""
    found = _SPAN.fullmatch(text)
    if found is None or not text.strip("PT"):
        return None
    hours, minutes, seconds = (float(found[one] or found[one * 2] or 0) for one in "hms")
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def plain_span(text: str) -> str:
    """A span of time of a host (``PT1.25S``, ``00:00:01.2500000``) for reading, ``1.25 s``; other text as it is."""
    span = span_of(text)
    return text if span is None else f"{span.total_seconds():g} s"
