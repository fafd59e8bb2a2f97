"""Sentences for people: paragraphs whose lines fit, the rest hanging under the beginning, and numbers of things."""

from __future__ import annotations

import textwrap


def paragraph(text: str, lead: str = "", rest: str | None = None, width: int = 80) -> list[str]:
    """Lines of at most ``width`` characters, the first after ``lead``, the others after ``rest`` (else as far in).

    A word longer than a line stays whole, so that it can be copied.
    """
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=lead,
        subsequent_indent=" " * len(lead) if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [lead.rstrip()]


def counted(number: int, noun: str, several: str = "") -> str:
    """``1 file``, ``2 files``; ``several`` is the plural that no ``s`` makes."""
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"
