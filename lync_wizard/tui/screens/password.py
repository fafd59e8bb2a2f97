"""A password for one user: never shown, never written down."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from lync_wizard.core.secret import Secret
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class PasswordScreen(WizardScreen[Secret | None]):
    """Dismisses with what was typed (never empty), or None where there is no answer."""

    HELP: ClassVar[str] = (
        "The password is kept in memory until the wizard ends, and goes to one host first: a wrong one locks no "
        "account out. Without it, what needs this account is not reached."
    )
    VERBS: ClassVar = {"Enter": "use it"}
    BINDINGS: ClassVar = [key("escape", "back", "no answer")]

    def __init__(self, setting: Setting, user: str) -> None:
        super().__init__(setting)
        self.rule.left = "Password"
        self.user = user

    def body(self) -> ComposeResult:
        yield Static("", classes="space")
        yield Static(
            Content.assemble("A host asks for a password. This is the password of  ", (self.user, "bold")),
            classes="say",
        )
        yield Static("", classes="space")
        yield Field(f"Password for {self.user}", "Kept in memory only.", masked=True)
        yield Static("").add_class("fill")

    def on_field_typed(self, event: Field.Typed) -> None:
        if event.text:
            self.dismiss(Secret(event.text))
        else:
            event.field.refuse("nothing was typed", "Type the password, or press Esc to go on without it.")

    def action_back(self) -> None:
        self.dismiss(None)
