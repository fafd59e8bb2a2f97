"""A companion's deeds: what a person would do with their hands beside the wizard, in a drill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.messages import DeedAsked
from lync_wizard.tui.widgets.choice_list import Choices, Item
from lync_wizard.tui.widgets.frame import Rule, Setting, WizardScreen, key


class HandsPanel(Vertical):
    """The deeds possible now, and what came of the last; doing one goes out as :class:`DeedAsked`."""

    def __init__(self, setting: Setting, title: str, deeds: Sequence[tuple[str, str]], said: str = "") -> None:
        super().__init__()
        self.setting = setting
        self.deeds = deeds
        self.heading = title
        self.said = said

    def compose(self) -> ComposeResult:
        yield Rule(self.setting.drill, self.heading)
        yield Choices(self._items(), self.deeds[0][0] if self.deeds else None, self.setting.clock)
        yield Static(self._none(), classes="say muted", id="none")
        yield Static(Content(self.said), classes="say", id="said")

    def _items(self) -> list[Item]:
        return [Item(name, title) for name, title in self.deeds]

    def _none(self) -> str:
        return "" if self.deeds else "nothing to be done by hand just now"

    def offer(self, deeds: Sequence[tuple[str, str]]) -> None:
        """The deeds as they are now."""
        if list(deeds) == list(self.deeds):
            return
        self.deeds = deeds
        self.query_one(Choices).replace(self._items())
        self.query_one("#none", Static).update(self._none())

    def focus_deeds(self) -> None:
        self.query_one(Choices).focus()

    def tell(self, said: str, *, busy: bool = False) -> None:
        """What came of a deed, or that one is being done."""
        style = "$warning" if busy else ""
        self.query_one("#said", Static).update(Content.styled(said, style))

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self.tell("doing it …", busy=True)
        self.post_message(DeedAsked(event.item))


class HandsScreen(WizardScreen[None]):
    """The panel on a screen of its own, for a narrow terminal. Dismisses with None."""

    HELP: ClassVar[str] = (
        "What you would do with your own hands: install Windows, click through a set-up, plug a cable. "
        "The wizard does not know about it; it sees only what the hosts answer afterwards."
    )
    VERBS: ClassVar = {"Enter": "do it", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "back"), key("h", "back", "back", show=False)]

    def __init__(self, setting: Setting, title: str, deeds: Sequence[tuple[str, str]], said: str = "") -> None:
        super().__init__(setting)
        self.panel = HandsPanel(setting, title, deeds, said)
        self.rule.left = title

    def body(self) -> ComposeResult:
        yield self.panel

    def action_back(self) -> None:
        self.dismiss(None)
