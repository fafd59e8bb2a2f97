"""The second person's approval: their own account and password, before anything is sent."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from lync_wizard.core.errors import Refused
from lync_wizard.core.secret import Secret
from lync_wizard.core.wrapping import counted
from lync_wizard.plans import approval
from lync_wizard.plans.model import Plan
from lync_wizard.tui.screens.choose import ChooseScreen
from lync_wizard.tui.screens.progress import ProgressScreen
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class SecondApproverScreen(WizardScreen[tuple[str, Secret] | None]):
    """Dismisses with the account and the password typed for it, which may be empty; with None to go back."""

    HELP: ClassVar[str] = (
        "The plan sheet asks for two people: whoever starts a restore, and a second one who has read the plan.\n"
        "The second person signs in to one of the plan's hosts with an account that this run does not use; the host "
        "says who that is. The password goes to that host and is kept nowhere.\n"
        "Who cannot sign in leaves the password empty: the name is then recorded as not proven, with a reason.\n"
        "Esc goes back to the plan. Nothing has been sent yet."
    )
    VERBS: ClassVar = {"Enter": "sign in"}
    BINDINGS: ClassVar = [key("escape", "back", "back")]
    AUTO_FOCUS = "#account Input"

    def __init__(self, setting: Setting, plan: Plan, starter: str, account: str = "") -> None:
        super().__init__(setting)
        self.plan = plan
        self.starter = starter
        self.account = account
        self.rule.left = "Second person"
        self.rule.right = counted(len(plan.steps), "step")

    def body(self) -> ComposeResult:
        yield Static("", classes="space")
        yield Static(Content(f"{self.plan.title}: {self.plan.target}"), classes="say")
        yield Static(Content(f"{self.starter} starts it. plan {self.plan.hash[:19]}"), classes="say")
        yield Static("", classes="space")
        yield Field(approval.QUESTION, "Your own account: DOMAIN\\name or name@domain.", self.account, id="account")
        yield Static("", classes="space")
        help = "Goes to one host and is kept nowhere. Empty: you cannot sign in."
        yield Field("Your password", help, masked=True, id="password")
        yield Static("").add_class("fill")

    def on_field_typed(self, event: Field.Typed) -> None:
        account = self.query_one("#account", Field)
        try:
            name = approval.typed(account.value).name
            approval.refuse_same(name, self.starter)
        except Refused as error:
            account.refuse(error.summary, error.hint)
            account.input.focus()
            return
        if event.field is account:
            self.query_one("#password", Field).input.focus()
        else:
            self.deliberate(lambda: self.dismiss((name, Secret(event.text))))

    def action_back(self) -> None:
        self.dismiss(None)


class SigningInScreen(ProgressScreen):
    """While a host is asked who has signed in."""

    HELP: ClassVar[str] = (
        "The second person signs in at the first of the plan's hosts that answers.\n"
        "What the host says of them is compared with every account of this run; nothing is changed there."
    )


class NotProvenScreen(ChooseScreen):
    """Dismisses with ``record`` where the approval is to stand although nobody has shown who they are."""

    HELP: ClassVar[str] = (
        "An approval that is not proven counts, and is recorded as what it is, with the reason: in the journal, in "
        "the report and in the printed report."
    )
