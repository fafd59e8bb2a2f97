"""States, times and names in the words and glyphs every screen uses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from textual.content import Content

GLYPHS: Final = {
    "waiting": ("·", "$muted"),
    "ready": ("›", "$accent bold"),
    "running": ("▶", "$accent bold"),
    "done": ("✓", "$success"),
    "failed": ("✗", "$error bold"),
    "unknown": ("?", "$warning bold"),
    "skipped": ("–", "$muted"),
    "ok": ("✓", "$success"),
    "caution": ("!", "$warning bold"),
    "blocked": ("✗", "$error bold"),
    "later": ("◦", "$muted"),
    "missing": ("·", "$warning bold"),
    "wrong": ("✗", "$error bold"),
    "accepted": ("✓", "$warning"),
}
"""Glyph and style by state; the word is the state itself."""


ASKED: Final = {
    "gate": "pairing",
    "failed": "failed",
    "cms": "CMS",
    "mirror": "mirror",
    "side": "side",
    "place": "database",
    "edge": "Edge",
    "features": "features",
}
"""A question of triage in a word, for the line that shows the answers so far."""


def mark(state: str, width: int = 8) -> Content:
    """A state as glyph and word, padded to ``width`` cells after the glyph."""
    glyph, style = GLYPHS[state]
    return Content.styled(f"{glyph} {state:<{width}}", style)


def style_of(state: str) -> str:
    return GLYPHS[state][1]


def minutes(seconds: float) -> str:
    """``00:41``, from one hour on ``1:04:09``."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"


def hours(seconds: float) -> str:
    """``02:00`` hours and minutes, for what is measured against an RTO."""
    whole = max(0, int(seconds)) // 60
    return f"{whole // 60:02}:{whole % 60:02}"


def about(seconds: float) -> str:
    """A length of time as a person says it."""
    if seconds < 90:
        return f"{round(seconds)} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"{round(seconds / 3600)} h"
    return f"{seconds / 86400:.0f} days"


def when(moment: datetime | None, now: datetime) -> str:
    """A moment in local time: the time alone today, else the day with it."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    local = aware.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{local:%Y-%m-%d %H:%M}"


def short(fqdn: str, domain: str) -> str:
    """An FQDN without the domain that all share; whole where it is another's."""
    tail = f".{domain.lower()}"
    return fqdn[: -len(tail)] if domain and fqdn.lower().endswith(tail) else fqdn


def fit(text: str, width: int) -> str:
    """At most ``width`` characters; what is too long ends in an ellipsis."""
    return text if len(text) <= width else f"{text[: max(0, width - 1)]}…"


def fit_title(title: str, width: int) -> str:
    """A step's title in at most ``width`` characters; the server or database behind the colon stays readable."""
    words, colon, item = title.rpartition(": ")
    item = ", ".join(name.partition(".")[0] for name in item.split(", "))
    room = width - len(item) - 2
    return fit(title, width) if len(title) <= width or not colon or room < 8 else f"{fit(words, room)}: {item}"


def sentence(text: str) -> str:
    """A consequence as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
