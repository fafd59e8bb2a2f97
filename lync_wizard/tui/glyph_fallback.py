"""For terminals that cannot show what the screens are written in: every character becomes one that they can."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

GLYPHS: Final = str.maketrans(
    {
        "·": ".", "›": ">", "▶": "*", "✓": "+", "✗": "x", "–": "-", "—": "-", "◦": "o", "⮑": ">", "…": "~", "→": ">",
        "←": "<", "↑": "^", "↓": "v", "×": "x", "│": "|", "┃": "|", "─": "-", "━": "=", "═": "=", "╌": "~", "┄": "~",
        "▏": "|", "█": "#", "▌": "|", "▐": "|", "▎": "|", "▁": "_", "▂": "_", "▃": "_", "▄": "_", "▅": "_", "▆": "_",
        "▇": "_", "▔": "-", "▊": "|", "▋": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "‘": "'", "’": "'", "“": '"',
        "”": '"', "\u00a0": " ", "🔎": "/", "●": "*", "•": "*", "⭘": "o",
    }
)  # fmt: skip


class GlyphFallback(LineFilter):
    """Translates each character the terminal's encoding lacks; the width of a line stays what it was."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self.encoding = encoding

    def apply(self, segments: list[Segment], _: Color) -> list[Segment]:
        """The same segments in the terminal's own characters."""
        return [Segment(self.text(s.text), s.style, s.control) for s in segments]

    def text(self, text: str) -> str:
        """One text, translated."""
        if text.isascii():
            return text
        return text.translate(GLYPHS).encode(self.encoding, "replace").decode(self.encoding)


def filters(encoding: str | None = None) -> Iterable[LineFilter]:
    """What has to stand between the screens and a terminal of this encoding (its own where none is given)."""
    named = (encoding or getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    if named in {"utf8", "utf16", "cp65001"}:
        return ()
    try:
        "".encode(named)
    except LookupError:
        named = "ascii"
    return (GlyphFallback(named),)
