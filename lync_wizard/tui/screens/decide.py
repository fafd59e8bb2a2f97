"""A step failed, is not proved, is blocked or could not be sent, or asks for a decision: a person says how to go on."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.checks import pitfalls
from lync_wizard.runs.runner import Answer, Request
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key
from lync_wizard.tui.widgets.hanging_text import HangingText
from lync_wizard.tui.widgets.instruction import instruction

HEADINGS: Final = {
    "decide": "This step failed",
    "blocked": "This step cannot go yet",
    "unreachable": "Nothing was sent: the host could not be reached",
    "perform": "A decision is needed",
    "identity": "Nothing was sent: is this the right machine?",
}

_COMPARED: Final = "compared with what it is now from now on"


class DecideScreen(WizardScreen[Answer | None]):
    """Dismisses with the answer, or None to go back unanswered. Skipping, and accepting unproved, want a reason."""

    HELP: ClassVar[str] = (
        "The unchanged output of the host is shown under 'said'; l on the run screen shows the whole log.\n"
        "Try again repeats the step after its preconditions are read again. Skip leaves it out with a reason that "
        "is shown in the report. Stop pauses the run; it can be resumed."
    )
    AUTO_FOCUS = "Choices"
    VERBS: ClassVar = {"Enter": "decide", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "back, undecided")]

    def __init__(self, setting: Setting, request: Request, said: tuple[str, ...] = ()) -> None:
        super().__init__(setting)
        self.request = request
        self.said = said
        heading = HEADINGS.get(request.kind, "")
        if request.kind == "decide" and request.proof is not None and not request.failed:
            heading = "This step is not verified"
        self.rule.left = heading
        self.rule.right = request.step.id
        self._choice = ""

    def body(self) -> ComposeResult:
        request, step = self.request, self.request.step
        with VerticalScroll():
            yield Static("", classes="space")
            yield HangingText("step", Content.assemble((step.title, "bold"), ("  on ", "$muted"), step.host))
            if request.why:
                yield HangingText("why", Content.assemble(("✗ ", "$error bold"), request.why))
            if request.met is not None:
                yield HangingText("says", Content(str(request.met.found)))
                yield HangingText("known", Content.styled(request.met.known, "$muted"))
            if request.hint:
                yield HangingText("hint", Content.assemble(("HINT: ", "$accent bold"), request.hint))
            if request.proof is not None:
                proof = request.proof
                words = {"yes": "proved", "no": "it is not so", "cannot-tell": "no evidence"}[proof.answer]
                yield HangingText("host", Content.assemble((f"{words}: ", "$warning"), proof.evidence))
            for line in self.said:
                if line != request.why:
                    yield HangingText("said", Content(line))
            for number in step.pitfalls:
                failure = f"known failure: {pitfalls.TITLES.get(number, 'see the documentation')} ({number})"
                yield HangingText("⮑", Content.styled(failure, "$warning"))
            if not step.by_hand:
                yield HangingText("ran", instruction(step, request.reads))
            elif step.text != step.title:
                yield HangingText("what", Content(step.text))
            for note in step.notes:
                yield HangingText("note", Content.styled(note, "$muted"))
        yield Static("", classes="space")
        items = self._items()
        first = items[0].id if request.kind not in {"perform", "identity"} else None
        yield Choices(items, first, self.setting.clock)
        reason = Field("Reason", "Recorded with your name, and printed in the report.")
        reason.display = False
        yield reason
        yield Static("", classes="space")

    def _items(self) -> list[ChoiceItem]:
        items = []
        request = self.request
        if request.kind == "perform":
            items += [ChoiceItem(f"choice {one}", one[:1].upper() + one[1:]) for one in request.step.choices]
            if not items:
                items.append(ChoiceItem("done", "It is done"))
        elif request.kind == "identity":
            items += [ChoiceItem("go", "It is the right machine", _COMPARED)] if request.may_accept else []
            items.append(ChoiceItem("again", "Ask it again"))
        else:
            items.append(ChoiceItem("again", {"blocked": "Check again"}.get(request.kind, "Try again")))
        if request.may_accept and request.kind != "identity":
            items.append(ChoiceItem("done", "Take it as done", "with a reason"))
        items.append(ChoiceItem("skip", "Skip this step", "with a reason"))
        items.append(ChoiceItem("stop", "Stop here", "the run can be resumed"))
        return items

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        item = event.item
        if item.startswith("choice "):
            self.deliberate(lambda: self.dismiss(Answer("done", text=item.removeprefix("choice "))))
        elif item == "skip" or (item == "done" and self.request.kind != "perform"):
            self._choice = item
            field = self.query_one(Field)
            field.ask("Why is it skipped?" if item == "skip" else "How do you know it is done?", field.help)
            field.display = True
            field.input.focus()
        elif item in {"go", "again", "done"}:
            answer = Answer("go" if item == "go" else "again" if item == "again" else "done")
            self.deliberate(lambda: self.dismiss(answer))
        else:
            self.dismiss(Answer("stop"))

    def on_field_typed(self, event: Field.Typed) -> None:
        reason = event.text.strip()
        if not reason:
            event.field.refuse("a reason is missing", "Write a few words, or press Esc.")
            return
        choice = self._choice
        self.deliberate(lambda: self.dismiss(Answer("skip" if choice == "skip" else "done", reason=reason)))

    def action_back(self) -> None:
        field = self.query_one(Field)
        if field.display:
            field.display = False
            self.query_one(Choices).focus()
        else:
            self.dismiss(None)
