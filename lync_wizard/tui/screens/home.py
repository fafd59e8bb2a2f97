"""The first screen: one thing to do next, what is unfinished, and the status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.messages import StatusAsked
from lync_wizard.tui.view.rows import Fact
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.frame import Setting, WizardScreen


class HomeScreen(WizardScreen[str]):
    """Dismisses with the id of the chosen item."""

    HELP: ClassVar[str] = (
        "Something failed: answers a few questions, finds the procedure, and guides you through it.\n"
        "An unfinished run goes on where it stopped; nothing that was sent is sent again unasked.\n"
        "Back up now saves the complete deployment into a new set, and verifies that set at once.\n"
        "present: every file is there. intact: each is as it was made. read: the exports open and hold what they "
        "should. restored: somebody restored from it. · means that nobody has tested it.\n"
        "p prints worksheets, plan and runbook for safekeeping.\n"
        "A drill does all of this on a simulated deployment: nothing real is touched."
    )
    PRINTS: ClassVar[bool] = True
    VERBS: ClassVar = {"Enter": "open", "↑↓": "choose"}

    def __init__(self, setting: Setting, items: Sequence[ChoiceItem], facts: Sequence[Fact]) -> None:
        super().__init__(setting)
        self.items = items
        self.facts = list(facts)

    def body(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static("", classes="space")
            yield Choices(self.items, self.items[0].id, self.setting.clock, id="menu")
            yield Static("", classes="space")
            yield Static(self._facts(), classes="say", id="facts")

    def on_mount(self) -> None:
        self.post_message(StatusAsked(self))

    def show_facts(
        self, facts: Sequence[Fact], right: Mapping[str, str] | None = None, first: Sequence[ChoiceItem] = ()
    ) -> None:
        """What has been found out meanwhile: facts take the place of those with their name, or come last; ``right``
        says by item what stands at its right edge; items of ``first`` come before what can be done already.
        """
        for group in _grouped(facts):
            old = [have for have in _grouped(self.facts) if have[0].name != group[0].name]
            at = next((n for n, have in enumerate(_grouped(self.facts)) if have[0].name == group[0].name), len(old))
            self.facts = [fact for have in (*old[:at], group, *old[at:]) for fact in have]
        self.query_one("#facts", Static).update(self._facts())
        if right or first:
            menu = self.query_one("#menu", Choices)
            known = {item.id for item in self.items}
            self.items = [*(item for item in first if item.id not in known), *self.items]
            self.items = [replace(item, right=(right or {}).get(item.id) or item.right) for item in self.items]
            menu.replace(self.items)

    def _facts(self) -> Content:
        width = max((len(fact.name) for fact in self.facts), default=0)
        lines = []
        for fact in self.facts:
            text = fact.text if isinstance(fact.text, Content) else Content.styled(fact.text, fact.style)
            lines.append(Content.assemble((f"{fact.name:<{width}}  ", "$muted"), text, (f"   {fact.origin}", "$muted")))
        return Content("\n").join(lines)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.dismiss(event.item)


def _grouped(facts: Sequence[Fact]) -> list[list[Fact]]:
    """Each fact with the nameless ones that follow it."""
    groups: list[list[Fact]] = []
    for fact in facts:
        if fact.name or not groups:
            groups.append([fact])
        else:
            groups[-1].append(fact)
    return groups
