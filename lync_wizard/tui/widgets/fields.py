"""A form field: label, input, where its value came from, and a help line that becomes the line of its error."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


class Field(Vertical):
    """One question in place.

    Enter posts :class:`Field.Typed`; the value stays until whoever asked says :meth:`refuse` or shows another.
    """

    class Typed(Message):
        """Enter was pressed in the field."""

        def __init__(self, field: Field, text: str) -> None:
            super().__init__()
            self.field = field
            self.text = text

        @property
        def control(self) -> Field:
            return self.field

    def __init__(
        self,
        label: str,
        help: str = "",
        value: str = "",
        origin: str = "",
        *,
        masked: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.label = label
        self.help = help
        self.origin = origin
        self.masked = masked
        self._value = value
        self._refused = ""
        self.problem = ""

    def compose(self) -> ComposeResult:
        with Horizontal(classes="label"):
            yield Static(self.label, classes="name", markup=False)
            yield Static(self.origin, classes="origin", markup=False)
        yield Input(self._value, compact=True, select_on_focus=False, password=self.masked)
        yield Static(self.help, classes="help", markup=False)

    @property
    def input(self) -> Input:
        return self.query_one(Input)

    @property
    def value(self) -> str:
        return self.input.value

    def ask(self, label: str, help: str = "", value: str = "", origin: str = "") -> None:
        """Put another question in this place."""
        self.label, self.help, self.origin, self.problem = label, help, origin, ""
        self.query_one(".name", Static).update(Content(label))
        self.query_one(".origin", Static).update(Content(origin))
        self.input.value = value
        self.input.cursor_position = len(value)
        self._say()

    def refuse(self, summary: str, hint: str) -> None:
        """Show at the field why the value is not taken, and what to do instead."""
        self.problem = summary
        self._refused = self.value
        self._say(f"✗ {summary}. {hint}" if hint else f"✗ {summary}")

    def remark(self, text: str) -> None:
        """Say something neutral in the help line."""
        self.problem = ""
        self._say(text)

    def _say(self, text: str | None = None) -> None:
        line = self.query_one(".help", Static)
        line.update(Content(self.help if text is None else text))
        line.set_class(bool(self.problem), "error")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        # A value set by the program is heard of late: only another one than was refused takes the refusal away.
        if self.problem and event.value != self._refused:
            self.problem = ""
            self._say()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Typed(self, event.value))


class TargetInput(Input):
    """Where a target is typed by hand: starts empty, takes no paste, and leaves ``?`` to the help."""

    class PasteRefused(Message):
        """Somebody pasted."""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.post_message(self.PasteRefused())

    def action_paste(self) -> None:
        self.post_message(self.PasteRefused())

    async def _on_key(self, event: events.Key) -> None:
        if event.character == "?":
            event.prevent_default()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return character != "?" and super().check_consume_key(key, character)
