"""Which backup set to restore from: age, completeness, and why one cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from lync_wizard.core.wrapping import counted
from lync_wizard.tui.view.rows import SetRow
from lync_wizard.tui.view.words import mark
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class BackupSetScreen(WizardScreen[str | None]):
    """Dismisses with a set's name, or None to go back."""

    HEADING: ClassVar[str] = "Restore from which backup set?"
    HELP: ClassVar[str] = (
        "Users and conferences come back as of the set you choose; everything after it is lost.\n"
        "A set is complete when its manifest names every file and each is there with its size.\n"
        "present, intact, read, restored: what verifications and restores have shown; · where nobody has tested it."
    )
    VERBS: ClassVar = {"Enter": "next", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "back")]

    def __init__(self, setting: Setting, sets: Sequence[SetRow], location: str = "") -> None:
        super().__init__(setting)
        self.sets = sets
        self.location = location

    def body(self) -> ComposeResult:
        if self.location:
            # A line of its own, where a long share name goes on instead of being cut.
            yield Static(Content.assemble(("in  ", "$muted"), self.location), classes="say")
        yield Static("", classes="space")
        items = [self._item(one) for one in self.sets]
        newest = next((one.name for one in self.sets if one.usable), None)
        yield Choices(items, newest or (items[0].id if items else None), self.setting.clock).add_class("fill")
        empty = "✗ no backup set was found. Check backup/location in the worksheets, then come back."
        yield Static(empty if not items else "", classes="say error", id="refused")

    def _item(self, one: SetRow) -> ChoiceItem:
        state = "ok" if one.usable and not one.problems else "caution" if one.usable else "blocked"
        words = {"ok": "complete", "caution": "caution", "blocked": "unusable"}[state]
        left = Content.assemble(Content.styled(f"{mark(state).plain[0]} {words:<9}", _STYLE[state]), one.name)
        more = [one.levels] if one.levels else []
        more += [Content.styled(text, "$warning") for text in one.problems]
        more += [Content.styled(one.why, "$error")] if one.why else []
        return ChoiceItem(one.name, left, f"{one.age} old   {counted(one.files, 'file')}", more=tuple(more))

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        chosen = next(one for one in self.sets if one.name == event.item)
        if chosen.usable:
            self.dismiss(chosen.name)
            return
        self.query_one("#refused", Static).update(
            Content(f"✗ {chosen.name} cannot be used: {chosen.why}. Choose a complete set, or adopt it first.")
        )

    def action_back(self) -> None:
        self.dismiss(None)


_STYLE = {"ok": "$success", "caution": "$warning bold", "blocked": "$error bold"}
