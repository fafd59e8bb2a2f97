"""A block of text that keeps its shape at any width: an optional name at the left, wrapped lines hanging."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.widgets import Static

NAME: Final = 9


class HangingText(Static):
    """Lines of ``text``, each wrapped under its own beginning; parameters of a command hang two further."""

    def __init__(self, name: str, text: Content, *, id: str | None = None) -> None:
        super().__init__("", classes="block", id=id)
        self.heading = name
        self.text = text

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def show(self, text: Content) -> None:
        """Another text in the same place."""
        self.text = text
        self._draw()

    def _draw(self) -> None:
        width = max(20, self.content_size.width - (NAME if self.heading else 0))
        self.update(Content("\n").join(named(self.heading, hanging(self.text, width))))


def hanging(text: Content, width: int) -> list[Content]:
    """The lines of a text at a width; what begins indented goes on indented."""
    lines: list[Content] = []
    for line in text.split("\n", allow_blank=True):
        indent = len(line.plain) - len(line.plain.lstrip())
        hang = indent + 2 if indent else 0
        first, *rest = line.wrap(max(10, width - hang)) or [Content("")]
        lines += [first, *(Content.assemble(" " * hang, one) for one in rest)]
    return lines


def named(heading: str, lines: list[Content]) -> list[Content]:
    """The same lines with a name before the first."""
    if not heading:
        return lines
    head = Content.styled(f"{heading:<{NAME - 1}} ", "$muted")
    return [Content.assemble(" " * NAME if number else head, line) for number, line in enumerate(lines)]
