"""Something could not be done: what, what to do instead, and the words of whoever complained."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class ErrorScreen(WizardScreen[None]):
    """Dismisses with None."""

    HELP: ClassVar[str] = "Nothing was changed. Do what the hint says, then try the same thing again."
    BINDINGS: ClassVar = [key("enter", "take", "go on"), key("escape", "back", "back")]

    def __init__(self, setting: Setting, summary: str, hint: str, detail: str = "") -> None:
        super().__init__(setting)
        self.rule.left = "This could not be done"
        self.summary = summary
        self.hint = hint
        self.detail = detail

    def body(self) -> ComposeResult:
        with VerticalScroll():
            yield Static("", classes="space")
            yield Static(Content.assemble(("✗ ", "$error bold"), (self.summary, "bold")), classes="say")
            yield Static("", classes="space")
            yield Static(Content.assemble(("HINT: ", "$accent bold"), self.hint), classes="say")
            if self.detail:
                yield Static("", classes="space")
                yield Static(Content.styled(self.detail, "$muted"), classes="say")

    def action_take(self) -> None:
        self.deliberate(self.action_back)

    def action_back(self) -> None:
        self.dismiss(None)
