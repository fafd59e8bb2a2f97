"""What stands on paper, as data: texts cut where they may wrap, cells, checklists, commands to be typed by hand."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final

from lync_wizard.core import terminal

Block = dict[str, Any]
"""One part of a page as ``paper.typ`` reads it."""

Cell = Block | list[list[str]]
"""A cell of a table; lines of pieces where there is nothing but them."""

Cells = Sequence[Cell | tuple[Cell, ...]]
"""A row of a table; a tuple is one cell with several parts below each other."""

_LONGEST: Final = 16
"""Letters that stay together in a narrow column; a longer run may be broken anywhere after this many."""

_BREAKABLE: Final = re.compile(r"[\\/.,;:@_=&+-]*[^\\/.,;:@_=&+-]+[\\/.,;:@_=&+-]*|[\\/.,;:@_=&+-]+")
_SHORT: Final = 400
"""Characters of a cell that surely fit on one page, in the narrowest column."""

TYPED_WIDTH: Final = 72
"""Columns of the fixed-width face that a command line on paper has."""

SPACE_MARK: Final = " ␣↩"
JOIN_MARK: Final = " ↩"
ENTER_MARK: Final = " ¶"


def pieces(text: str) -> list[str]:
    """A text of one line, cut where a long name may be broken: after its separators, never inside what stays together.

    Running words come as one piece (they wrap at their spaces), each part of a long name as one of its own.
    """
    return list(_cut(text))


@functools.lru_cache(8192)
def _cut(text: str) -> tuple[str, ...]:
    """The same labels and notes stand on every pool's sheets."""
    found: list[str] = []
    running = ""
    for word in re.findall(r"\S+\s*|\s+", text):
        if len(word.rstrip()) <= _LONGEST:
            running += word
            continue
        if running:
            found.append(running)
            running = ""
        for part in _BREAKABLE.findall(word):
            found += [part[i : i + _LONGEST] for i in range(0, len(part), _LONGEST)]
    return (*found, running) if running or not found else tuple(found)


def lines(text: str | Iterable[str]) -> list[list[str]]:
    """Lines of pieces; line ends within a text are kept, what cannot be printed shows as its code."""
    whole = [text] if isinstance(text, str) else list(text)
    return [pieces(terminal.visible(line)) for part in whole for line in part.splitlines()]


def cell(
    text: str | Sequence[str] = "",
    *,
    mark: str = "",
    problem: str = "",
    blank: int = 0,
    note: str = "",
    label: str | None = None,
    bold: bool = False,
) -> Cell:
    """A cell of a table: its lines, the mark of its source, what is wrong, ruled lines for a hand, printed notes."""
    if not (mark or problem or blank or note or label or bold):
        return lines(text)
    return {
        "lines": lines(text),
        "mark": mark,
        "problem": pieces(terminal.visible(problem)) if problem else [],
        "blank": blank,
        "note": pieces(terminal.visible(note)) if note else [],
        "label": label,
        "bold": bold,
    }


def table(columns: Sequence[tuple[str, float]], rows: Iterable[Cells]) -> Block:
    """A table with a heading on every page; widths are parts of the whole.

    Its rows stay whole unless one is so long that it might need more than a page.
    """
    made = [[list(one) if isinstance(one, tuple) else [one] for one in row] for row in rows]
    return {
        "kind": "table",
        "columns": [{"title": pieces(title), "width": width} for title, width in columns],
        "rows": made,
        "whole": all(_length(part) <= _SHORT for row in made for one in row for part in one),
    }


def _length(one: Cell) -> int:
    """About how many characters a cell holds; a line counts as at least one line of a narrow column."""
    whole = one if isinstance(one, list) else [*one["lines"], one["problem"], one["note"]]
    return sum(max(_LONGEST, sum(map(len, line))) if line else 0 for line in whole)


def grid(widths: Sequence[float], rows: Iterable[Cells]) -> Block:
    """A table without headings: questions and what was answered, side by side."""
    return table([("", width) for width in widths], rows) | {"kind": "grid"}


def heading(text: str) -> Block:
    return {"kind": "heading", "text": pieces(terminal.visible(text))}


def words(text: str | Iterable[str], *, strong: bool = False) -> Block:
    return {"kind": "text", "lines": lines(text), "strong": strong}


def small(text: str | Iterable[str]) -> Block:
    return {"kind": "small", "lines": lines(text)}


def facts(rows: Iterable[tuple[str, str | Sequence[str]]], width: float = 34) -> Block:
    """Names in a column of ``width`` mm and what they are beside them."""
    return {"kind": "facts", "width": width, "rows": [[name, lines(text) or [[""]]] for name, text in rows]}


def signatures(*labels: str) -> Block:
    """A row of lines to write on, each behind its label; ``Date`` is short."""
    return {"kind": "signatures", "labels": list(labels)}


def code(text: str | Iterable[str]) -> Block:
    return {"kind": "code", "lines": typed(text)}


def check(text: str | Sequence[str], typing: Sequence[str] = (), after: str | Sequence[str] = "") -> Block:
    """A box to tick with words beside it, a command to be typed and what must come of it."""
    return {"lines": lines(text), "code": typed(typing), "after": lines(after)}


def section(title: str, subtitle: str, blocks: Sequence[Block], *, wide: bool = False, foot: str = "") -> Block:
    """Pages of one heading; each section begins a page, ``wide`` ones are landscape."""
    return {
        "title": pieces(terminal.visible(title)),
        "subtitle": pieces(terminal.visible(subtitle)),
        "blocks": list(blocks),
        "wide": wide,
        "foot": pieces(foot),
    }


def typed(text: str | Iterable[str], width: int = TYPED_WIDTH) -> list[Block]:
    """Commands as they are typed: broken at spaces where one is near, with a mark where a line goes on.

    ``␣↩`` stands for one space, ``↩`` for nothing, ``¶`` for a line end that belongs to the value.
    """
    whole = [text] if isinstance(text, str) else list(text)
    found: list[Block] = []
    for command in whole:
        parts = command.replace("\r\n", "\n").split("\n")
        for number, part in enumerate(parts, 1):
            found += _broken(terminal.visible(part), width, ENTER_MARK if number < len(parts) else "")
    return found


def _broken(text: str, width: int, last: str) -> list[Block]:
    found: list[Block] = []
    while columns(text) > width:
        room = _fitting(text, width - 3)
        at = _seam(text, room)
        if text[at : at + 1] == " ":
            found.append({"text": text[:at], "mark": SPACE_MARK})
            text = text[at + 1 :]
        else:
            found.append({"text": text[:at], "mark": JOIN_MARK})
            text = text[at:]
    found.append({"text": text, "mark": last})
    return found


def _seam(text: str, room: int) -> int:
    """Where to break within the first ``room`` characters: before a parameter, at a space, behind a separator."""
    single = [m.start() for m in re.finditer(r"(?<! ) (?! )", text[: room + 1]) if m.start() > room // 3]
    parameters = [at for at in single if text[at + 1 : at + 2] in {"-", "/", "|"} and at > room // 2]
    if parameters or single:
        return (parameters or single)[-1]
    separators = [m.end() for m in re.finditer(r"[\\/,;]+(?=[^\\/,; ])", text[:room]) if m.end() > room // 3]
    return separators[-1] if separators else room


def _fitting(text: str, width: int) -> int:
    if text.isascii():
        return min(len(text), max(width, 1))
    used = 0
    for number, char in enumerate(text):
        used += columns(char)
        if used > width:
            return max(number, 1)
    return len(text)


def columns(text: str) -> int:
    """Columns of the fixed-width face a text takes; wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
