"""What people reported before anybody knew what to do: the symptoms, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class SymptomsScreen(WizardScreen[None]):
    """Dismisses with None."""

    HELP: ClassVar[str] = (
        "This is all that is known so far; the questions that follow lead to what has to be done.\n"
        "The list of the home screen leads back here."
    )
    BINDINGS: ClassVar = [key("enter", "take", "go on"), key("escape", "back", "back")]

    def __init__(self, setting: Setting, symptoms: Sequence[str]) -> None:
        super().__init__(setting)
        self.rule.left = "What was reported"
        self.symptoms = symptoms

    def body(self) -> ComposeResult:
        with VerticalScroll():
            for line in self.symptoms:
                yield Static("", classes="space")
                yield Static(Content(line), classes="say")
            yield Static("", classes="space")
            yield Static(Content.styled("Nothing else is known yet.", "$muted"), classes="say")

    def action_take(self) -> None:
        self.deliberate(self.action_back)

    def action_back(self) -> None:
        self.dismiss(None)
