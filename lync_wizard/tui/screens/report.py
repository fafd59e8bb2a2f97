"""What a run did: the verdict first, then times, what was left out, what was lost, what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.tui.messages import SaveAsked
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key


class ReportScreen(WizardScreen[None]):
    """Dismisses with None. ``lines`` gives the report at a width; its first line is the verdict.

    ``good`` None where the run is only paused; ``resume`` is then the command that goes on with it.
    """

    HEADING: ClassVar[str] = "Report"
    HELP: ClassVar[str] = "The same report comes any time from `lync-wizard report RUN`. w writes it as a text file."
    PRINTS: ClassVar[bool] = True
    BINDINGS: ClassVar = [
        key("enter", "take", "close"),
        key("w", "save", "write to a file"),
        key("y", "copy", "copy"),
        key("escape", "back", "close", show=False),
    ]

    def __init__(
        self, setting: Setting, lines: Callable[[int], Sequence[str]], good: bool | None, run: str, resume: str = ""
    ) -> None:
        super().__init__(setting)
        self.lines = lines
        self.good = good
        self.run_name = run
        self.resume = resume
        self.rule.right = run

    def body(self) -> ComposeResult:
        with VerticalScroll():
            yield Static("", classes="space")
            yield Static("", classes="say", id="verdict")
            yield Static("", classes="say", id="text")

    def on_resize(self) -> None:
        super().on_resize()
        glyph, style = (
            {True: ("✓ ", "$success bold"), False: ("✗ ", "$error bold")}.get(bool(self.good), ("", ""))
            if self.good is not None
            else ("› ", "$warning bold")
        )
        verdict, *rest = self.lines(max(40, self.size.width - 5))
        self.query_one("#verdict", Static).update(Content.assemble((glyph, style), (verdict, "bold")))
        body = [Content.styled(line, "bold" if line and not line.startswith(" ") else "") for line in rest]
        if self.resume:
            body.insert(0, Content.assemble(("go on with  ", "$muted"), (self.resume, "$accent bold")))
        self.query_one("#text", Static).update(Content("\n").join(body))

    def _text(self) -> str:
        return "\n".join(self.lines(100)) + "\n"

    def action_take(self) -> None:
        self.deliberate(self.action_back)

    def action_save(self) -> None:
        self.post_message(SaveAsked(f"{self.run_name}-report.txt", self._text()))

    def saved(self, where: str) -> None:
        """Where the file was written."""
        self.rule.say(right=f"written to {where}")

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._text())
        self.rule.say(right="copied to the clipboard")

    def action_back(self) -> None:
        self.dismiss(None)
