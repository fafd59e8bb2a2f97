"""One line of text: a note for the journal, or the reason for something out of the ordinary."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class NoteScreen(WizardScreen[str | None]):
    """Dismisses with what was typed (never empty), or None to go back."""

    HELP: ClassVar[str] = "What you write is recorded with your name and the time, and shown in the report."
    VERBS: ClassVar = {"Enter": "record"}
    BINDINGS: ClassVar = [key("escape", "back", "back")]

    def __init__(self, setting: Setting, heading: str, about: str, label: str = "Note", help: str = "") -> None:
        super().__init__(setting)
        self.rule.left = heading
        self.about = about
        self.label = label
        self.help = help or "Recorded in the journal with your name and the time."

    def body(self) -> ComposeResult:
        yield Static("", classes="space")
        yield Static(Content(self.about), classes="say")
        yield Static("", classes="space")
        yield Field(self.label, self.help)
        yield Static("").add_class("fill")

    def on_field_typed(self, event: Field.Typed) -> None:
        text = event.text.strip()
        if text:
            self.deliberate(lambda: self.dismiss(text))
        else:
            event.field.refuse("nothing was written", "Write a few words, or press Esc to go back.")

    def action_back(self) -> None:
        self.dismiss(None)
