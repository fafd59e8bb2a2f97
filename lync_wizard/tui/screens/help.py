"""Help for the screen it was opened on: what it is for, and every key that works there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.view.words import GLYPHS
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class HelpScreen(WizardScreen[None]):
    """Dismisses with None."""

    HEADING: ClassVar[str] = "Help"
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"help"})
    BINDINGS: ClassVar = [key("escape,enter,question_mark,q", "back", "back")]

    def __init__(self, setting: Setting, text: str, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__(setting)
        self.text = text
        self.keys = keys

    def body(self) -> ComposeResult:
        with VerticalScroll():
            yield Static("", classes="space")
            yield Static(Content(self.text), classes="say")
            yield Static("", classes="space")
            lines = [Content.assemble((f"{name:<10}", "bold"), words) for name, words in self.keys]
            yield Static(Content("\n").join(lines), classes="say")
            yield Static("", classes="space")
            states = ("waiting", "ready", "running", "done", "failed", "unknown", "skipped")
            marks = [Content.styled(f"{GLYPHS[state][0]} {state}   ", GLYPHS[state][1]) for state in states]
            yield Static(Content("").join(marks), classes="say")

    def action_back(self) -> None:
        self.dismiss(None)
