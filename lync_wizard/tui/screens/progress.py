"""Work that needs nobody: what is being done and for how long, until it is done."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.view.words import GLYPHS, minutes
from lync_wizard.tui.widgets.frame import Setting, WizardScreen


class ProgressScreen(WizardScreen[None]):
    """Never dismisses itself: whoever opened it closes it."""

    HELP: ClassVar[str] = (
        "Every step of the run is done; nothing is sent that changes anything.\n"
        "The set is complete when its manifest is written, which comes last of all."
    )

    def __init__(self, setting: Setting, heading: str, first: str) -> None:
        super().__init__(setting)
        self.rule.left = heading
        self._done: list[tuple[str, float]] = []
        self._now = first
        self._since = setting.clock()

    def body(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static("", classes="space")
            yield Static("", classes="say", id="work")

    def on_mount(self) -> None:
        self._draw()
        self.set_interval(1.0, self._draw)

    def go_on(self, text: str) -> None:
        """The piece of work before is done, this one begins."""
        self._done.append((self._now, self.setting.clock() - self._since))
        self._now, self._since = text, self.setting.clock()
        self._draw()

    def _draw(self) -> None:
        done, running = GLYPHS["done"], GLYPHS["running"]
        lines = [Content.assemble(done, f" {text:<40} ", (minutes(seconds), "$muted")) for text, seconds in self._done]
        spent = minutes(self.setting.clock() - self._since)
        lines.append(Content.assemble(running, (f" {self._now:<40} ", "bold"), (spent, "$muted")))
        self.query_one("#work", Static).update(Content("\n").join(lines))
