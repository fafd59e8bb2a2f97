"""A list to choose from with the arrow keys and Enter; the chosen line shows by a glyph, not by colour alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from lync_wizard.tui.widgets.enter_guard import EnterGuard

INDENT: Final = 4


@dataclass(frozen=True)
class ChoiceItem:
    """One line: words left, facts at the right edge; lines ``over`` and ``under`` it, ``more`` only when chosen."""

    id: str
    left: Content | str
    right: Content | str = ""
    under: tuple[Content | str, ...] = ()
    more: tuple[Content | str, ...] = ()
    over: tuple[Content | str, ...] = ()
    cut: bool = False
    """Stays on one line with its facts until it is chosen, however long it is."""
    brief: Callable[[int], Content] | None = None
    """How ``left`` is cut to a width; without it, at its end."""


def _content(text: Content | str, style: str = "") -> Content:
    return text if isinstance(text, Content) else Content.styled(text, style)


def draw(item: ChoiceItem, width: int, chosen: bool) -> Content:
    """The lines of an item at a width; the right side gives way, never the left."""
    left, right = _content(item.left, "bold" if chosen else ""), _content(item.right, "$muted")
    room = max(8, width - 4)
    if item.cut and not chosen:
        space = max(8, room - right.cell_length - 2)
        left = item.brief(space) if item.brief else left.truncate(space, ellipsis=True)
    first, *rest = left.wrap(room) or [Content("")]
    space = room - first.cell_length - 2
    right = right.truncate(space, ellipsis=True) if space > 3 else Content("")
    gap = " " * max(0, room - first.cell_length - right.cell_length)
    lines = [Content.assemble("  ", _content(text, "$muted").truncate(room, ellipsis=True)) for text in item.over]
    lines.append(Content.assemble(("› " if chosen else "  ", "$accent bold"), first, gap, right, " "))
    lines += [Content.assemble(" " * INDENT, line) for line in rest]
    for text in (*item.under, *(item.more if chosen else ())):
        for line in _content(text, "$muted").wrap(max(10, width - INDENT - 2)):
            lines.append(Content.assemble(" " * INDENT, line))
    return Content("\n").join(lines)


class _OfItem(Message):
    """Something about one item of a list."""

    def __init__(self, choices: Choices, item: str) -> None:
        super().__init__()
        self.choices = choices
        self.item = item

    @property
    def control(self) -> Choices:
        return self.choices


class Choices(OptionList):
    """Items in order; Enter posts :class:`Choices.Chosen`.

    ``selected`` None: nothing is chosen until an arrow key is used, so that Enter alone decides nothing.
    """

    class Chosen(_OfItem):
        """An item was chosen with Enter."""

    class Moved(_OfItem):
        """Another item is highlighted."""

    class Unchosen(Message):
        """Enter came before anything was chosen."""

    def __init__(
        self, items: Sequence[ChoiceItem], selected: str | None, clock: Callable[[], float], *, id: str | None = None
    ) -> None:
        # Before Textual's own, which looks at the highlight at once.
        self.items = list(items)
        self._selected = selected
        self._drawn: tuple[int, int | None] = (0, None)
        self._guard = EnterGuard(clock)
        super().__init__(*[Option(Content(""), id=item.id) for item in items], id=id, compact=True)

    def on_mount(self) -> None:
        names = [item.id for item in self.items]
        # Textual begins at the first option; here nothing is chosen unless somebody said so.
        self.highlighted = names.index(self._selected) if self._selected in names else None
        self._draw_all()
        self._guard.appeared()

    def on_resize(self) -> None:
        self._draw_all()
        self.call_after_refresh(self.scroll_to_highlight)

    @property
    def chosen(self) -> str | None:
        """The highlighted item."""
        return None if self.highlighted is None else self.items[self.highlighted].id

    def replace(self, items: Sequence[ChoiceItem], selected: str | None = None) -> None:
        """Other items; the highlight stays with its item, or goes to ``selected``."""
        wanted = selected or self.chosen
        self.items = list(items)
        self._drawn = (0, None)
        self.set_options(Option(Content(""), id=item.id) for item in items)
        names = [item.id for item in items]
        self.highlighted = names.index(wanted) if wanted in names else None
        self._draw_all()

    def propose(self, item: str | None) -> None:
        """Highlight another item, or none; an Enter pressed at that moment was not meant for it."""
        names = [one.id for one in self.items]
        self.highlighted = names.index(item) if item in names else None
        self._guard.appeared()
        self.call_after_refresh(self.scroll_to_highlight)

    def _draw_all(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        if not width:
            return
        for index, item in enumerate(self.items):
            self.replace_option_prompt_at_index(index, draw(item, width, index == self.highlighted))
        self._drawn = (width, self.highlighted)

    def watch_highlighted(self, highlighted: int | None) -> None:
        super().watch_highlighted(highlighted)
        width, before = self._drawn
        if not width or not self.is_mounted:
            return
        for index in {before, highlighted} - {None}:
            if index is not None and index < len(self.items):
                self.replace_option_prompt_at_index(index, draw(self.items[index], width, index == highlighted))
        self._drawn = (width, highlighted)
        if highlighted is not None and highlighted < len(self.items):
            self.post_message(self.Moved(self, self.items[highlighted].id))

    def action_select(self) -> None:
        """Enter; the tail of one that was held down on the screen before is passed over."""
        if self._guard.press() is not None:
            self.post_message(self.Unchosen() if self.chosen is None else self.Chosen(self, self.chosen))
