"""Hosts that nobody has agreed to yet: whether accounts may sign in to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.hosts.agreement import QUESTION, NamedHost
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key

_YES: Final = "yes"


class AgreementScreen(WizardScreen[bool]):
    """Dismisses with whether accounts may sign in to all of these hosts."""

    HEADING: ClassVar[str] = "Hosts that nobody has agreed to"
    HELP: ClassVar[str] = (
        "A password, or what proves it, goes to whoever answers under a name. Agree only where each of these names is "
        "one of your own servers. The agreement is kept under hosts: in connections.yaml; without it nothing is sent "
        "to these hosts."
    )
    VERBS: ClassVar = {"Enter": "answer", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "no")]

    def __init__(self, setting: Setting, hosts: Sequence[NamedHost]) -> None:
        super().__init__(setting)
        self.hosts = hosts

    def body(self) -> ComposeResult:
        width = max(len(host.name) for host in self.hosts)
        with Vertical():
            yield Static("", classes="space")
            yield Static(Content.styled(QUESTION, "bold"), classes="say")
            with VerticalScroll(classes="fill", can_focus=False):
                for host in self.hosts:
                    origin = (f"  {host.origin}", "$muted")
                    yield Static(Content.assemble(f"{host.name:<{width}}", origin), classes="say")
            yield Choices(
                [
                    ChoiceItem("no", "No", "nothing is sent to them"),
                    ChoiceItem(_YES, "Yes, to all of them", "kept in connections.yaml"),
                ],
                "no",
                self.setting.clock,
            )

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.dismiss(event.item == _YES)

    def action_back(self) -> None:
        self.dismiss(False)
