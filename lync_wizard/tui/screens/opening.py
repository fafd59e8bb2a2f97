"""The first screen, and what shows between two others: the frame alone, painted before anything is read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from lync_wizard.tui.widgets.frame import Setting, TopLine, WizardScreen

READING = "reading the worksheets …"


class Remark(Widget):
    """One line of text in the body."""

    text = READING

    def render(self) -> Content:
        return Content.styled(f"\n  {self.text}", "$muted")


class OpeningScreen(WizardScreen[None]):
    """The bottom of the stack: never dismissed, and empty once everything is read."""

    WITHOUT: ClassVar[frozenset[str]] = frozenset({"help", "command_palette"})

    def body(self) -> ComposeResult:
        yield Remark()

    def loaded(self, setting: Setting) -> None:
        """Everything is read; ``setting`` is what the frame says from now on."""
        self.setting = setting
        line = self.query_one(TopLine)
        line.setting = setting
        line.refresh()
        remark = self.query_one(Remark)
        remark.text = ""
        remark.refresh()
