"""The first screen: one thing to do next, what is unfinished, and how things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.choices import Choices, Item
from lync_wizard.tui.frame import Setting, WizardScreen


@dataclass(frozen=True)
class Fact:
    """One line of how things stand: a name, a statement, where it is from, and a state of words.GLYPHS or none."""

    name: str
    text: str
    origin: str = ""
    style: str = ""


class HomeScreen(WizardScreen[str]):
    """Dismisses with the id of the chosen item."""

    HELP: ClassVar[str] = (
        "Something failed: answers a few questions, finds the procedure, and walks you through it.\n"
        "An unfinished run goes on where it stopped; nothing that was sent is sent again unasked.\n"
        "A drill does all of this on a simulated deployment: nothing real is touched."
    )
    VERBS: ClassVar = {"Enter": "open", "↑↓": "choose"}

    def __init__(self, setting: Setting, items: Sequence[Item], facts: Sequence[Fact]) -> None:
        super().__init__(setting)
        self.items = items
        self.facts = facts

    def body(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static("", classes="space")
            yield Choices(self.items, self.items[0].id, self.setting.clock, id="menu")
            yield Static("", classes="space")
            yield Static(self._facts(), classes="say", id="facts")

    def _facts(self) -> Content:
        width = max((len(fact.name) for fact in self.facts), default=0)
        lines = [
            Content.assemble(
                (f"{fact.name:<{width}}  ", "$muted"), (fact.text, fact.style), (f"   {fact.origin}", "$muted")
            )
            for fact in self.facts
        ]
        return Content("\n").join(lines)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.dismiss(event.item)
