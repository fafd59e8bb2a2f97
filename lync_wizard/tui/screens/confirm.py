"""Confirming what destroys something: the consequence, the backup, the way back, and the target typed by hand."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from lync_wizard.runs.runner import Answer, Request
from lync_wizard.tui.view.words import sentence
from lync_wizard.tui.widgets.fields import TargetInput
from lync_wizard.tui.widgets.frame import Rule, Setting, WizardScreen, key
from lync_wizard.tui.widgets.hanging_text import HangingText
from lync_wizard.tui.widgets.instruction import instruction

ENOUGH: Final = 3
"""After so many wrong targets, going back is what to suggest."""


class ConfirmScreen(WizardScreen[Answer | None]):
    """Dismisses with the answer to send (``go`` with what was typed, or ``stop``), or None to go back unanswered.

    ``backup`` says in words what is saved and when. Nothing passes but the target typed on this very screen.
    """

    HELP: ClassVar[str] = (
        "This step destroys something. Read what, where, and what is saved; then type the target's name and press "
        "Enter. It cannot be pasted, and an Enter that is held down does not count.\n"
        "Esc goes back to the run without an answer: nothing is sent, and you can look at the log first."
    )
    BINDINGS: ClassVar = [key("escape", "back", "back, nothing is sent")]
    AUTO_FOCUS = "TargetInput"
    VERBS: ClassVar = {"Enter": "go on when the target is typed"}

    def __init__(self, setting: Setting, request: Request, position: str = "", backup: str = "") -> None:
        super().__init__(setting)
        self.request = request
        self.backup = backup
        self.wrong: list[str] = []
        self.rule = Rule(setting.drill, f"DESTRUCTIVE ━━ {position} ━━ {request.step.id}", danger=True)

    @property
    def target(self) -> str:
        return self.request.step.confirm_text

    def body(self) -> ComposeResult:
        with VerticalScroll(id="facts", can_focus=True):
            yield Static("", classes="space")
            yield Static(Content.styled(sentence(self.request.step.destructive or ""), "$error bold"), classes="say")
            yield Static("", classes="space")
            for name, text in self._facts():
                yield HangingText(name, text)
        yield Rule(danger=True)
        asked = Content.assemble("Type ", (self.target, "bold"), " to go on:")
        yield Static(asked, classes="say", id="asked")
        yield TargetInput(compact=True, id="target")
        yield Static("", classes="say error", id="refused")

    def _facts(self) -> list[tuple[str, Content]]:
        step = self.request.step
        facts = [
            ("step", Content.styled(step.title, "bold")),
            (
                "on",
                Content.assemble(
                    (step.host, "bold"), ("   manually" if step.by_hand else f"   as {step.account}", "$muted")
                ),
            ),
            ("do" if step.by_hand else "runs", instruction(step, self.request.reads)),
        ]
        facts += [("read", Content(f"{name} = {value}")) for name, value in self.request.reads.items()]
        for gate in self.request.gates:
            answer, style = {
                "yes": ("✓ ", "$success"),
                "no": ("✗ ", "$error bold"),
                "cannot-tell": ("? ", "$warning bold"),
            }[gate.proof.answer]
            facts.append(("before", Content.assemble((answer, style), gate.title, (f"   {gate.evidence}", "$muted"))))
        facts.append(("backup", Content(self.backup) if self.backup else Content.styled("none", "$warning bold")))
        facts.append(("undo", Content(step.undo) if step.undo else Content.styled("none", "$warning bold")))
        return facts

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value and len(self.wrong) < ENOUGH:
            self._say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self.deliberate(self._judge):
            return

    def on_target_input_paste_refused(self) -> None:
        self._say("✗ not pasted: type the name, so that you are sure which server is affected")

    def _judge(self) -> None:
        field = self.query_one(TargetInput)
        typed = field.value.strip().rstrip(".")
        if typed.lower() == self.target.rstrip(".").lower():
            self.dismiss(Answer("go", text=typed, wrong=tuple(self.wrong)))
            return
        if typed:
            self.wrong.append(typed)
        field.value = ""
        if not typed:
            self._say(f"✗ nothing was typed. Type {self.target} in full, or press Esc: nothing is sent.")
        elif len(self.wrong) >= ENOUGH:
            self._say(
                f"✗ {typed} is not the target, {len(self.wrong)} times now. Press Esc, look at the plan and at which "
                "server you mean; nothing was sent."
            )
        else:
            self._say(f"✗ {typed} is not the target. This step harms {self.target}: type exactly that, or press Esc.")

    def _say(self, text: str) -> None:
        self.query_one("#refused", Static).update(Content(text))

    def action_back(self) -> None:
        self.dismiss(None)
