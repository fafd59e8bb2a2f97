"""The worksheets: rows as on the forms, missing and wrong ones marked, each value with its source, filled in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.content import Content

from lync_wizard.core.wrapping import counted
from lync_wizard.tui.messages import EntryTyped, UndoAsked
from lync_wizard.tui.view.rows import SheetRow
from lync_wizard.tui.view.words import style_of
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Rule, Setting, WizardScreen, key
from lync_wizard.worksheets import Cell

GO_ON: Final = "go-on"


class WorksheetScreen(WizardScreen[bool]):
    """Dismisses with True to go on, False to go back; what is typed goes out as :class:`EntryTyped`.

    ``next_words`` names what comes next; None where the screen is only read.
    """

    HELP: ClassVar[str] = (
        "Rows as on Microsoft's forms. · missing and ✗ wrong must be fixed before a plan can be made.\n"
        "The right edge shows where a value came from: typed, file, found (when, on which host), default.\n"
        "What you type is checked at once and written to the worksheet's file; u takes the last one back."
    )
    PRINTS: ClassVar[bool] = True
    BINDINGS: ClassVar = [
        key("m", "missing", "next missing"),
        key("u", "undo", "undo"),
        key("escape", "back", "back"),
    ]

    def __init__(self, setting: Setting, heading: str, rows: Sequence[SheetRow], next_words: str | None = None) -> None:
        super().__init__(setting)
        self.rows = list(rows)
        self.next_words = next_words
        self.rule.left = heading
        self.prompt = Rule(setting.drill)

    def body(self) -> ComposeResult:
        first = next((str(row.cell) for row in self.rows if row.state), None)
        first = first or (GO_ON if self.next_words else str(self.rows[0].cell) if self.rows else None)
        yield Choices(self._items(), first, self.setting.clock).add_class("fill")
        yield self.prompt
        yield Field("", "")

    def on_mount(self) -> None:
        self._count()
        self._show(self.query_one(Choices).chosen)

    def on_resize(self) -> None:
        super().on_resize()
        self.query_one(Choices).replace(self._items())

    def verbs(self) -> dict[str, str]:
        if self.editing:
            return {"Enter": "record", "Esc": "leave it as it was"}
        return {"Enter": "next" if self.query_one(Choices).chosen == GO_ON else "fill in", "↑↓": "choose"}

    @property
    def editing(self) -> bool:
        return bool(self.query(Field)) and self.query_one(Field).input.has_focus

    @property
    def left(self) -> int:
        """How many rows are still missing or wrong."""
        return sum(1 for row in self.rows if row.state)

    def accept(self, row: SheetRow) -> None:
        """The value of a cell as it is recorded now; goes to the next that is missing."""
        self.rows = [row if one.cell == row.cell else one for one in self.rows]
        self._after(row)

    def renew(self, rows: Sequence[SheetRow]) -> None:
        """All rows as they are now (after an undo)."""
        self.rows = list(rows)
        chosen = self.query_one(Choices).chosen
        self.query_one(Choices).replace(self._items(), chosen)
        self._count()
        self._show(chosen)

    def refuse(self, cell: Cell, summary: str, hint: str) -> None:
        """The value typed for a cell is not taken; nothing was changed."""
        if str(cell) == self.query_one(Choices).chosen:
            self.query_one(Field).refuse(summary, hint)
            self.query_one(Field).input.focus()

    def _after(self, row: SheetRow) -> None:
        names = [str(one.cell) for one in self.rows]
        start = names.index(str(row.cell)) + 1
        following = [one for one in (*self.rows[start:], *self.rows[:start]) if one.state]
        target = str(following[0].cell) if following else GO_ON if self.next_words else str(row.cell)
        choices = self.query_one(Choices)
        choices.replace(self._items(), target)
        self._count()
        self._show(target)
        if following and self.editing:
            self.query_one(Field).input.focus()
        else:
            choices.focus()

    def _items(self) -> list[ChoiceItem]:
        items = []
        heading = ""
        width = min(24, max((len(row.label) for row in self.rows), default=0))
        for row in self.rows:
            glyph = {"missing": "·", "wrong": "✗"}.get(row.state, " ")
            word = row.state or ("" if row.value else "empty")
            style = style_of(row.state) if row.state else "$muted"
            head = () if row.row == heading else (Content.styled(row.row, "$muted underline"),)
            heading = row.row
            left = Content.assemble(Content.styled(f"{glyph} {word:<8}", style), f"{row.label:<{width}}  ", row.value)
            items.append(ChoiceItem(str(row.cell), left, row.origin, over=head))
        if self.next_words:
            items.append(ChoiceItem(GO_ON, self._go_on()))
        return items

    def _go_on(self) -> Content:
        if self.left:
            return Content.styled(f"  {self.next_words}: when nothing is missing or wrong any more", "$muted")
        return Content.styled(f"  {self.next_words}", "$accent bold")

    def _count(self) -> None:
        missing = sum(1 for row in self.rows if row.state == "missing")
        wrong = sum(1 for row in self.rows if row.state == "wrong")
        self.rule.say(right=f"{missing} missing · {wrong} wrong · {counted(len(self.rows), 'value')}")

    def _show(self, chosen: str | None) -> None:
        field = self.query_one(Field)
        row = next((one for one in self.rows if str(one.cell) == chosen), None)
        field.display = row is not None
        if row is None:
            return
        help = row.help + (f"  One of: {', '.join(row.choices)}." if row.choices else "")
        field.ask(row.label, help.strip(), row.value, row.origin)
        if row.problem:
            field.refuse(row.problem, row.hint)
        self.prompt.say(left=str(row.cell))

    def on_choices_moved(self, event: Choices.Moved) -> None:
        self._show(event.item)
        self.refresh_bindings()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        if event.item != GO_ON:
            self.query_one(Field).input.focus()
        elif self.left:
            self.action_missing()
        else:
            self.dismiss(True)

    def on_field_typed(self, event: Field.Typed) -> None:
        row = next(one for one in self.rows if str(one.cell) == self.query_one(Choices).chosen)
        event.field.remark("checking …")
        self.post_message(EntryTyped(row.cell, event.text))

    def action_missing(self) -> None:
        choices = self.query_one(Choices)
        names = [str(one.cell) for one in self.rows]
        start = names.index(choices.chosen) + 1 if choices.chosen in names else 0
        for row in (*self.rows[start:], *self.rows[:start]):
            if row.state:
                choices.highlighted = names.index(str(row.cell))
                return

    def action_undo(self) -> None:
        self.post_message(UndoAsked())

    def action_back(self) -> None:
        if self.editing:
            self._show(self.query_one(Choices).chosen)
            self.query_one(Choices).focus()
        else:
            self.dismiss(False)
