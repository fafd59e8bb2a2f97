"""Manual steps in a drill: the actions a person would do by hand, carried out on the simulated deployment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.messages import ActionAsked
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Rule, Setting, WizardScreen, key


class ActionsPanel(Vertical):
    """The actions possible now, and the result of the last; doing one goes out as :class:`ActionAsked`."""

    BINDINGS: ClassVar = [key("slash", "find", "find"), key("escape", "all", "back")]

    def __init__(self, setting: Setting, title: str, actions: Sequence[tuple[str, str]], said: str = "") -> None:
        super().__init__()
        self.setting = setting
        self.actions = actions
        self.heading = title
        self.said = said
        self.sought = ""

    def compose(self) -> ComposeResult:
        yield Rule(self.setting.drill, self.heading)
        field = Field("Find", "Words of the action, any case; Enter shows what holds them.")
        field.display = False
        yield field
        yield Choices(self._items(), self.actions[0][0] if self.actions else None, self.setting.clock)
        yield Static(self._none(), classes="say muted", id="none")
        yield Static(Content(self.said), classes="say", id="said")

    def _items(self) -> list[ChoiceItem]:
        words = self.sought.casefold().split()
        return [ChoiceItem(name, title) for name, title in self.actions if all(w in title.casefold() for w in words)]

    def _none(self) -> str:
        return "" if self.actions else "no simulated action at the moment"

    def offer(self, actions: Sequence[tuple[str, str]]) -> None:
        """The actions as they are now."""
        if list(actions) == list(self.actions):
            return
        self.actions = actions
        self.query_one("#none", Static).update(self._none())
        self._show_with("")

    def _show_with(self, sought: str) -> None:
        """Show the actions with these words; the field is closed."""
        self.sought = sought
        self.query_one(Field).display = False
        self.query_one(Choices).replace(self._items())
        self.refresh_bindings()

    def action_find(self) -> None:
        field = self.query_one(Field)
        field.ask(field.label, field.help)
        field.display = True
        field.input.focus()
        self.refresh_bindings()

    def on_field_typed(self, event: Field.Typed) -> None:
        event.stop()
        before, self.sought = self.sought, event.text
        if not self._items():
            self.sought = before
            event.field.refuse("no action holds that", "Search for less; Esc shows all.")
            return
        self._show_with(event.text)
        self.focus_actions()

    def action_all(self) -> None:
        """All actions again; where all are shown, the key is the screen's."""
        if not self.sought and not self.query_one(Field).display:
            raise SkipAction
        self._show_with("")
        self.focus_actions()

    def focus_actions(self) -> None:
        """The keys go to the actions, the first of them where none was chosen before."""
        choices = self.query_one(Choices)
        if choices.chosen is None and choices.items:
            choices.propose(choices.items[0].id)
        choices.focus()

    def show_result(self, said: str, *, busy: bool = False) -> None:
        """The result of an action, or that one is being done."""
        style = "$warning" if busy else ""
        self.query_one("#said", Static).update(Content.styled(said, style))

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self.show_result("doing it …", busy=True)
        self.post_message(ActionAsked(event.item))


class ActionsScreen(WizardScreen[None]):
    """The panel on a screen of its own, for a narrow terminal. Dismisses with None."""

    HELP: ClassVar[str] = (
        "What you would do manually on a real server: install Windows, go through a setup, plug in a cable. "
        "The wizard does not know about it; it sees only what the hosts answer afterwards."
    )
    AUTO_FOCUS = "Choices"
    VERBS: ClassVar = {"Enter": "do it", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "back"), key("h", "back", "back", show=False)]

    def __init__(self, setting: Setting, title: str, actions: Sequence[tuple[str, str]], said: str = "") -> None:
        super().__init__(setting)
        self.panel = ActionsPanel(setting, title, actions, said)
        self.rule.left = title

    def body(self) -> ComposeResult:
        yield self.panel

    def action_back(self) -> None:
        self.dismiss(None)
