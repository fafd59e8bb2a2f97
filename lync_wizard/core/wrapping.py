"""A paragraph for a terminal or a text file: lines that fit, with the rest hanging under the beginning."""

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
