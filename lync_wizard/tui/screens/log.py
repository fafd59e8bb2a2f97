"""The whole log: find, filter by stream, copy, save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from lync_wizard.core.wrapping import counted
from lync_wizard.tui.messages import SaveAsked
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key
from lync_wizard.tui.widgets.log_view import FILTERS, LogLine, LogView


class LogScreen(WizardScreen[None]):
    """Dismisses with None; further lines come by :meth:`add`. ``finding`` opens with the search line."""

    HELP: ClassVar[str] = (
        "Newest at the bottom; it follows until you scroll up, End follows again.\n"
        "/ finds (Enter again: the one before). v goes through the streams. y copies what is shown, w writes it to a "
        "file among the reports. The journal keeps everything, also what is too old for this window."
    )
    BINDINGS: ClassVar = [
        key("slash", "find", "find"),
        key("v", "streams", "streams"),
        key("end", "follow", "newest"),
        key("y", "copy", "copy"),
        key("w", "save", "write to a file"),
        key("escape", "back", "back"),
    ]

    def __init__(self, setting: Setting, lines: Sequence[LogLine], name: str, *, finding: bool = False) -> None:
        super().__init__(setting)
        self.lines = lines
        self.file_name = name
        self.finding = finding
        self.rule.left = "Log"

    def body(self) -> ComposeResult:
        yield LogView(wrap=True).add_class("fill")
        field = Field("Find", "Enter goes up to the line before that holds it, any case; Esc closes.")
        field.display = self.finding
        yield field

    def on_mount(self) -> None:
        view = self.query_one(LogView)
        view.add(self.lines)
        self.watch(view, "unread", self._stand)
        if self.finding:
            self.action_find()
        else:
            view.focus()

    def verbs(self) -> dict[str, str]:
        searching = bool(self.query(Field)) and self.query_one(Field).display
        return {"Enter": "find the one before"} if searching else {"↑↓": "scroll"}

    def add(self, lines: Sequence[LogLine]) -> None:
        """More lines, as they come."""
        self.query_one(LogView).add(lines)

    def _stand(self) -> None:
        view = self.query_one(LogView)
        new = f" · {view.unread:,} new ↓ (End)" if view.unread else ""
        self.rule.say(right=f"{view.filter} · {counted(len(view.lines), 'line')}{new}")

    def action_find(self) -> None:
        field = self.query_one(Field)
        field.display = True
        field.input.focus()
        self.refresh_bindings()

    def on_field_typed(self, event: Field.Typed) -> None:
        if event.text and not self.query_one(LogView).find(event.text):
            event.field.refuse("no line holds that", "Search for less, or press v to see all streams.")
        self._stand()

    def action_streams(self) -> None:
        self.query_one(LogView).show_next()
        self._stand()

    def action_follow(self) -> None:
        self.query_one(LogView).action_follow()

    def _text(self) -> str:
        wanted = FILTERS[self.query_one(LogView).filter]
        lines = self.query_one(LogView).lines
        return "\n".join(line.plain for line in lines if wanted is None or line.tag in wanted) + "\n"

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._text())
        self.rule.say(right="copied to the clipboard")

    def action_save(self) -> None:
        self.post_message(SaveAsked(self.file_name, self._text()))

    def saved(self, where: str) -> None:
        """Where the file was written."""
        self.rule.say(right=f"written to {where}")

    def action_back(self) -> None:
        field = self.query_one(Field)
        if field.display:
            field.display = False
            self.query_one(LogView).focus()
            self.refresh_bindings()
        else:
            self.dismiss(None)
