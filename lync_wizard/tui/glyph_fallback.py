"""Between the screens and the terminal: only characters that it shows, and none that it would obey."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from lync_wizard.core import terminal

GLYPHS: Final = str.maketrans(
    {
        "·": ".", "›": ">", "▶": "*", "✓": "+", "✗": "x", "–": "-", "—": "-", "◦": "o", "⮑": ">", "…": "~", "→": ">",
        "←": "<", "↑": "^", "↓": "v", "×": "x", "│": "|", "┃": "|", "─": "-", "━": "=", "═": "=", "╌": "~", "┄": "~",
        "▏": "|", "█": "#", "▌": "|", "▐": "|", "▎": "|", "▁": "_", "▂": "_", "▃": "_", "▄": "_", "▅": "_", "▆": "_",
        "▇": "_", "▔": "-", "▊": "|", "▋": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "‘": "'", "’": "'", "“": '"',
        "”": '"', "\u00a0": " ", "🔎": "/", "●": "*", "•": "*", "⭘": "o",
    }
)  # fmt: skip


class Visible(LineFilter):
    """Takes out of what is shown every character that a terminal would obey or hide; each of them is no cell wide."""

    def apply(self, segments: list[Segment], _: Color) -> list[Segment]:
        """The same segments, as wide as before."""
        return [s if s.control or s.text.isprintable() else Segment(shown(s.text), s.style) for s in segments]


def shown(text: str) -> str:
    """One text without what is obeyed; what would have had a width becomes as many question marks."""
    return "".join("?" * max(cell_len(char), 0) if terminal.hides(char) else char for char in text)


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
