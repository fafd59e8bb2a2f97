"""Quitting: while a step is under way it says so, and offers to stop after it; nothing is ever cut off."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key

Leaving = Literal["stay", "stop", "quit"]


class LeaveScreen(WizardScreen[str]):
    """Dismisses with ``stay``, ``stop`` (after the step under way, then quit) or ``quit`` (nothing is under way)."""

    HEADING: ClassVar[str] = "Quit?"
    HELP: ClassVar[str] = "A command that was sent cannot be taken back: the wizard waits for its end and records it."
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"leave"})
    VERBS: ClassVar = {"Enter": "choose", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "stay")]

    def __init__(self, setting: Setting, under_way: str, resume: str = "") -> None:
        super().__init__(setting)
        self.under_way = under_way
        self.resume = resume

    def body(self) -> ComposeResult:
        yield Static("", classes="space")
        if self.under_way:
            said = Content.assemble(("▶ under way  ", "$warning bold"), (self.under_way, "bold"))
            yield Static(said, classes="say")
            text = "It was sent and cannot be taken back. Leaving now would leave nobody to record how it ends."
            yield Static(Content.styled(text, "$muted"), classes="say")
        else:
            yield Static(Content("No step is under way."), classes="say")
        yield Static("", classes="space")
        items = [ChoiceItem("stay", "Stay")]
        if self.under_way:
            items.append(ChoiceItem("stop", "Stop after this step, then quit"))
        else:
            items.append(ChoiceItem("quit", "Pause the run and quit" if self.resume else "Quit"))
        yield Choices(items, "stay", self.setting.clock)
        if self.resume:
            yield Static("", classes="space")
            yield Static(Content.assemble(("go on later with  ", "$muted"), self.resume), classes="say")
        yield Static("").add_class("fill")

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.dismiss(event.item)

    def action_back(self) -> None:
        self.dismiss("stay")
