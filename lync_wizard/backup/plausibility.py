"""Whether a set can be what it should be: as much as was there before, and of the time that it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from lync_wizard.core.timestamps import local_text

MARGIN: Final = timedelta(days=1)
"""How much older content may be before it counts: a ZIP has the local time of a host whose zone is not known."""


def doubts(before: Mapping[str, Any] | None, now: Mapping[str, Any], *, part: bool = False) -> Iterator[str]:
    """What a set holds fewer than half of, or none, in sentences; ``part`` passes over kinds that it has none of."""
    for kind in ("users", "conferences", "response_groups"):
        if part and kind not in now:
            continue
        held = _flat(kind, now.get(kind))
        for key, was in _flat(kind, (before or {}).get(kind)).items():
            number = next((count for other, count in held.items() if _same(other, key)), 0)
            pool, what = key
            if was > 0 and number * 2 < was:
                yield f"{pool}: {number or 'none'} of {what}, where {was} were held before"


def _flat(kind: str, by_pool: Any) -> dict[tuple[str, str], int]:
    """Numbers by pool and by what is counted."""
    found: dict[tuple[str, str], int] = {}
    for pool, value in by_pool.items() if isinstance(by_pool, Mapping) else ():
        pairs = value.items() if isinstance(value, Mapping) else [(kind, value)]
        found |= {(str(pool), str(what)): count for what, count in pairs if isinstance(count, int)}
    return found


def _same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0].lower() == other[0].lower() and one[1] == other[1]


def written(path: Path) -> datetime | None:
    """When the newest file inside an export was written, in UTC; None where it says nothing. Raises OSError."""
    # Imported here: it loads the XML library, which no help needs.
    from lync_wizard.backup.bounded_readers import Damaged, archive

    try:
        with archive(path) as opened:
            return opened.written
    except Damaged:
        return None


def counted_from(said: datetime, content: datetime | None) -> datetime:
    """The time that counts: the older one, where content and manifest disagree."""
    return content if content is not None and content < said - MARGIN else said


def disagreement(name: str, said: datetime, content: datetime | None) -> str:
    """That the content is older than what is said of it, in a sentence; empty where it is not."""
    if content is None or counted_from(said, content) == said:
        return ""
    return f"{name} is said to be of {local_text(said)}, but what it holds is of {local_text(content)}, which counts"
