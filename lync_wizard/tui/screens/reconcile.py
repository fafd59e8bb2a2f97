"""Nobody knows whether a command ran: what was sent and when, what the host says now, what each choice would do."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.runs.runner import Answer, Request
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.frame import Setting, WizardScreen, key
from lync_wizard.tui.widgets.hanging_text import HangingText
from lync_wizard.tui.widgets.instruction import instruction


class ReconcileScreen(WizardScreen[Answer | None]):
    """Dismisses with the answer (done, again, stop), or None to go back unanswered.

    No choice is preselected unless the host's own answer is certain. Against that answer a reason is asked for.
    """

    HELP: ClassVar[str] = (
        "The program or the connection ended while this command was under way, so nobody recorded how it ended.\n"
        "The step's own read-only verification was run on the host. If it has no clear result, look at the host "
        "yourself, then decide. Nothing is sent again unless you say so."
    )
    AUTO_FOCUS = "Choices"
    VERBS: ClassVar = {"Enter": "decide", "↑↓": "choose"}
    BINDINGS: ClassVar = [key("escape", "back", "back, undecided")]

    def __init__(self, setting: Setting, request: Request, sent_at: str = "") -> None:
        super().__init__(setting)
        self.request = request
        self.sent_at = sent_at
        self.rule.left = "Was it done?" if request.step.by_hand else "Did it run?"
        self.rule.right = request.step.id
        self._choice = ""

    @property
    def proposal(self) -> str:
        """done or again where the host is certain, else empty."""
        proof = self.request.proof
        return {"yes": "done", "no": "again"}.get(proof.answer, "") if proof else ""

    def body(self) -> ComposeResult:
        step, proof = self.request.step, self.request.proof
        with VerticalScroll():
            yield Static("", classes="space")
            yield HangingText("step", Content.assemble((step.title, "bold"), ("  on ", "$muted"), step.host))
            moment = Content.assemble(self.sent_at or "at an unknown time", (f"  {self.request.why}", "$muted"))
            yield HangingText("begun" if step.by_hand else "sent", moment)
            said = {
                "yes": ("✓ it is done: ", "$success bold"),
                "no": ("✗ it is not done: ", "$warning bold"),
                "cannot-tell": ("? no evidence: ", "$warning bold"),
            }[proof.answer if proof else "cannot-tell"]
            evidence = proof.evidence if proof else "there is no verification to run on the host"
            yield HangingText("host", Content.assemble(said, evidence))
            if self.request.hint and not self.proposal:
                yield HangingText("hint", Content.assemble(("HINT: ", "$accent bold"), self.request.hint))
            yield HangingText("what", instruction(step, self.request.reads))
        yield Static("", classes="space")
        yield Choices(self._items(), self.proposal or None, self.setting.clock)
        otherwise = "The host says otherwise" if self.proposal else "The host gives no evidence"
        reason = Field("Reason", f"{otherwise}: write how you know. Recorded with your name.")
        reason.display = False
        yield reason
        yield Static("", classes="space")

    def _items(self) -> list[ChoiceItem]:
        again = "it is yours to do again" if self.request.step.by_hand else "it is sent a second time"
        if self.request.step.destructive:
            again = f"it is sent a second time, after another confirmation: {self.request.step.destructive}"
        return [
            ChoiceItem("done", "It is done", "recorded as done on your statement, and the run goes on"),
            ChoiceItem("again", "Do it again" if self.request.step.by_hand else "Send it again", more=(again,)),
            ChoiceItem("stop", "Stop here", "nothing is sent; the run can be resumed"),
        ]

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        against = event.item == "done" and self.proposal != "done"
        if event.item == "stop":
            self.dismiss(Answer("stop"))
        elif against:
            self._choice = event.item
            field = self.query_one(Field)
            field.display = True
            field.input.focus()
        else:
            said = self.request.proof.evidence if self.request.proof else ""
            choice = event.item
            self.deliberate(lambda: self.dismiss(Answer("done" if choice == "done" else "again", reason=said)))

    def on_field_typed(self, event: Field.Typed) -> None:
        reason = event.text.strip()
        if reason:
            self.deliberate(lambda: self.dismiss(Answer("done", reason=reason)))
        else:
            event.field.refuse("a reason is missing", "Write how you know that it is done, or press Esc.")

    def action_back(self) -> None:
        field = self.query_one(Field)
        if field.display:
            field.display = False
            self.query_one(Choices).focus()
        else:
            self.dismiss(None)
