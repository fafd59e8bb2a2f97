"""A question of the procedure with its choices: a target, an option, anything that is picked from a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class ChooseScreen(WizardScreen[str | None]):
    """Dismisses with the chosen item's id, or None to go back.

    ``selected`` None where no answer is available by Enter alone.
    """

    HELP: ClassVar[str] = "The answer shapes the plan; you see the whole plan before anything is sent."
    VERBS: ClassVar = {"Enter": "next", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "back")]

    def __init__(
        self,
        setting: Setting,
        heading: str,
        question: str,
        items: Sequence[ChoiceItem],
        *,
        why: str = "",
        selected: str | None = None,
    ) -> None:
        super().__init__(setting)
        self.rule.left = heading
        self.question = question
        self.why = why
        self.items = items
        self.selected = selected

    def body(self) -> ComposeResult:
        with Vertical():
            yield Static("", classes="space")
            yield Static(Content.styled(self.question, "bold"), classes="say")
            if self.why:
                yield Static(Content.styled(self.why, "$muted"), classes="say")
            yield Static("", classes="space")
            yield Choices(self.items, self.selected, self.setting.clock).add_class("fill")

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.dismiss(event.item)

    def action_back(self) -> None:
        self.dismiss(None)
