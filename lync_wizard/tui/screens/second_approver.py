"""The second person's approval: a name typed by somebody other than the starter, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from lync_wizard.core.errors import Refused
from lync_wizard.plans import approval
from lync_wizard.plans.model import Plan
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class SecondApproverScreen(WizardScreen[str | None]):
    """Dismisses with the second person's name, or None to go back. ``judge`` refuses a name that does not do."""

    HELP: ClassVar[str] = (
        "The plan sheet asks for two people: whoever starts a restore, and a second one who has read the plan.\n"
        "The second person types their own name; it is recorded in the journal with the plan's hash.\n"
        "Esc goes back to the plan. Nothing has been sent yet."
    )
    VERBS: ClassVar = {"Enter": "approve the plan"}
    BINDINGS: ClassVar = [key("escape", "back", "back")]

    def __init__(self, setting: Setting, plan: Plan, starter: str, judge: Callable[[str, str], str]) -> None:
        super().__init__(setting)
        self.plan = plan
        self.starter = starter
        self.judge = judge
        self.rule.left = "Second person"
        self.rule.right = f"{len(plan.steps)} steps"

    def body(self) -> ComposeResult:
        yield Static("", classes="space")
        yield Static(Content(f"{self.plan.title}: {self.plan.target}"), classes="say")
        yield Static(Content(f"{self.starter} starts it. plan {self.plan.hash[:19]}"), classes="say")
        yield Static("", classes="space")
        yield Field(approval.QUESTION, "Your own name; recorded in the journal with the plan's hash.")
        yield Static("").add_class("fill")

    def on_field_typed(self, event: Field.Typed) -> None:
        try:
            name = self.judge(event.text, self.starter)
        except Refused as error:
            event.field.refuse(error.summary, error.hint)
        else:
            self.deliberate(lambda: self.dismiss(name))

    def action_back(self) -> None:
        self.dismiss(None)
