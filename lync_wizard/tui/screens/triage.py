"""What failed: one question at a time with what was found out, and the procedure that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.triage import Advice, Known, Question
from lync_wizard.tui.choices import Choices, Item
from lync_wizard.tui.frame import Setting, WizardScreen, key
from lync_wizard.tui.words import about


def way(path: Sequence[tuple[str, str]]) -> Content:
    """The answers so far in one line: what was asked in a word, and what was said."""
    parts = [Content.assemble((f"{asked}: ", "$muted"), answer) for asked, answer in path]
    return Content.styled("  ›  ", "$muted").join(parts)


class TriageScreen(WizardScreen[str | None]):
    """Dismisses with an option's id, or None to take back the answer before."""

    HEADING: ClassVar[str] = "What failed?"
    HELP: ClassVar[str] = (
        "Each answer narrows down the procedure. What the worksheets or a live host say is preselected, with where "
        "it is from; you may say otherwise. Esc takes back the answer before."
    )
    VERBS: ClassVar = {"Enter": "next", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "back")]

    def __init__(
        self, setting: Setting, question: Question, path: Sequence[tuple[str, str]] = (), known: Known | None = None
    ) -> None:
        super().__init__(setting)
        self.question = question
        self.path = path
        self.known = known

    def body(self) -> ComposeResult:
        items = [Item(o.id, o.label, more=(o.note,) if o.note else ()) for o in self.question.options]
        selected = self.question.options[0].id
        with Vertical():
            if self.path:
                yield Static(way(self.path), classes="say")
            yield Static("", classes="space")
            yield Static(Content.styled(self.question.text, "bold"), classes="say")
            yield Static(Content.styled(self.question.why, "$muted"), classes="say")
            yield Static("", classes="space")
            if self.known and any(item.id == self.known.answer for item in items):
                selected = self.known.answer
                found = Content.assemble(("found  ", "$accent"), self.known.evidence)
                yield Static(found, classes="say")
                yield Static("", classes="space")
            yield Choices(items, selected, self.setting.clock).add_class("fill")

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.dismiss(event.item)

    def action_back(self) -> None:
        self.dismiss(None)


class AdviceScreen(WizardScreen[bool]):
    """What comes of the answers; dismisses with True to go on with the procedure, False to go back."""

    HEADING: ClassVar[str] = "What to do"
    HELP: ClassVar[str] = "Enter goes on with the procedure named here; nothing is sent to any host yet."
    BINDINGS: ClassVar = [key("enter", "take", "next"), key("escape", "back", "back")]

    def __init__(
        self, setting: Setting, advice: Advice, path: Sequence[tuple[str, str]], expected_seconds: float = 0.0
    ) -> None:
        super().__init__(setting)
        self.advice = advice
        self.path = path
        self.expected_seconds = expected_seconds

    def body(self) -> ComposeResult:
        advice = self.advice
        lines = [Content.assemble((f"{advice.procedure or 'not covered'}  ", "$accent bold"), (advice.title, "bold"))]
        rows = [("why", advice.why), ("lost", advice.lost)]
        if self.expected_seconds:
            rows.append(("takes", f"about {about(self.expected_seconds)}"))
        lines += [Content.assemble((f"{name:<7}", "$muted"), text) for name, text in rows if text]
        if advice.first:
            lines.append(Content.assemble(("first  ", "$warning bold"), advice.first))
        with VerticalScroll():
            yield Static(way(self.path), classes="say")
            for line in lines:
                yield Static("", classes="space")
                yield Static(line, classes="say")

    def check_action(self, action: str, _: tuple[object, ...]) -> bool | None:
        return action != "take" or self.advice.procedure is not None

    def action_take(self) -> None:
        self.deliberate(lambda: self.dismiss(True))

    def action_back(self) -> None:
        self.dismiss(False)
