"""How times are written and read."""

from __future__ import annotations

from datetime import UTC, datetime


def utc(moment: datetime) -> str:
    """A time as files hold it: UTC with ``Z``, microseconds only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_utc(text: str) -> datetime:
    """The time in UTC that a file holds; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
