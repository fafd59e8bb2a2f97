"""The operator of line mode: one line an event, every request asked with the same words as on the screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Final

from lync_wizard.core import timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.core.prompts import Choice, Prompts
from lync_wizard.core.wrapping import paragraph
from lync_wizard.hosts.command import Pipeline
from lync_wizard.hosts.powershell import cmdlet_lines
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs import error_hints, forecast, report
from lync_wizard.runs import state as run_state
from lync_wizard.runs.runner import Answer, Request
from lync_wizard.runs.state import RunEvent, RunState
from lync_wizard.workspace.simulated_actions import ActionProvider

_MACHINE: Final = "Is it the right machine?"
_NO_NEWS: Final = frozenset({"output", "command_resent", "note", "run_finished"})
TAGS: Final = {
    "output": "out",
    "verbose": "verb",
    "warning": "warn",
    "error": "ERR",
    "progress": "prog",
    "information": "info",
    "debug": "dbg",
}
"""How a stream is called at the front of its lines."""

SKIP: Final = Choice("s", "skip this step", "a reason is asked for")
STOP: Final = Choice("x", "stop here", "the run can be resumed")
NOTE: Final = Choice("n", "write a note")


class PlainOperator:
    """Answers a runner's requests by asking a person; :meth:`ask` belongs into the thread that owns the terminal."""

    def __init__(
        self,
        prompts: Prompts,
        *,
        by: str = "",
        action_provider: ActionProvider | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._prompts = prompts
        self._by = by
        self._companion = action_provider
        self._zone = zone
        self._plan: Plan | None = None
        self._state = RunState()
        self._hints = error_hints.HintTracker()
        self._late = False
        self.run = ""

    def follow(self, plan: Plan, state: RunState) -> None:
        """Know the plan, for titles and for how far the run is, and where the run stands already."""
        self._plan = plan
        self._hints = error_hints.HintTracker(plan)
        self._state = state
        self._prompts.say(f"Times are local, {timestamps.now().astimezone(self._zone):%Z}.")

    def show(self, event: RunEvent) -> None:
        self.run = event.run
        if event.data.get("stream") == "sent":
            return  # on record, and shown by `watch`; between questions it would bury them
        if event.type == "output":
            tag = TAGS.get(str(event.data.get("stream", "")), "out")
            texts = [f"{tag:<4} {line}" for line in str(event.data.get("text", "")).splitlines() or [""]]
        else:
            words = report.words_of(event)
            if event.type == "step_started":
                words = f"{words}: {self._title(event.step or '')}"
            texts = [words] if words else []
        if known := self._hints.beside(event):
            texts.append(f"hint {known}")
        clock = f"{event.at.astimezone(self._zone):%H:%M:%S}"
        self._prompts.say(*(f"{clock} {f'{event.step} ' if event.step else ''}{text}" for text in texts))
        self._state = run_state.apply(self._state, event)
        self._warn(event, clock)

    def _warn(self, event: RunEvent, clock: str) -> None:
        """Say it when the RTO will no longer be met by what is left, and when it will be met again."""
        if self._plan is None or self._plan.rto_seconds is None or event.type in _NO_NEWS:
            return
        takes = forecast.of(self._plan, self._state, event.at)
        if takes.late != self._late:
            self._late = takes.late
            word = "WARNING " if takes.late else "the RTO will be met again: "
            self._prompts.say(f"{clock} {word}{report.standing(takes)}")

    def _title(self, step_id: str) -> str:
        return next((s.title for s in self._plan.steps if s.id == step_id), "") if self._plan else ""

    def ask(self, request: Request) -> Answer:
        """The person's answer; Ctrl-C at a prompt stops the run, which can be resumed."""
        ways: dict[str, Callable[[Request], Answer]] = {
            "confirm": self._confirm,
            "perform": self._perform,
            "decide": self._decide,
            "reconcile": self._reconcile,
            "blocked": self._held_up,
            "unreachable": self._held_up,
            "identity": self._introduce,
        }
        self._prompts.say("", *self._heading(request.step))
        try:
            return ways[request.kind](request)
        except KeyboardInterrupt:
            self._prompts.say("", "Stopped by Ctrl-C.")
            return self._answer("stop")

    # One way for each kind of request.

    def _confirm(self, request: Request) -> Answer:
        step = request.step
        for gate in request.gates:
            self._prompts.say(*paragraph(f"{gate.proof.answer}: {gate}", "  checked "))
        for name, value in request.reads.items():
            self._prompts.say(*paragraph(f"{name} is {value}", "  read    "))
        if step.confirm != "type":
            return self._choose(request, "Go on?", [Choice("g", "go"), SKIP, STOP], "g", {"g": "go"})
        self._prompts.say(*paragraph(step.destructive or "this cannot be undone", "  DESTRUCTIVE: "))
        self._prompts.say(*paragraph(step.undo or "none", "  undo    "))
        others = self._others([SKIP, STOP])
        for choice in others:
            self._prompts.say(f"  {choice.key}  {choice.label}{f' ({choice.note})' if choice.note else ''}")
        keys = {choice.key for choice in others}
        wrong: list[str] = []
        while True:
            typed = self._prompts.line(f"Type {step.confirm_text} to go on")
            if typed.lower() in keys:
                if answer := self._common(typed.lower(), request):
                    return answer
            elif typed.rstrip(".").lower() == step.confirm_text.rstrip(".").lower():
                return replace(self._answer("go", typed), wrong=tuple(wrong))
            else:
                wrong += [typed] if typed else []
                self._prompts.say(f"  That is not {step.confirm_text}; nothing was sent.")

    def _perform(self, request: Request) -> Answer:
        step = request.step
        self._prompts.say(*(f"  note    {note}" for note in step.notes))
        if not step.choices:
            return self._choose(request, "When it is done", [Choice("d", "done"), SKIP, STOP], "", {"d": "done"})
        decided = [Choice(str(number), text) for number, text in enumerate(step.choices, 1)]
        key = self._chosen(request, "Which?", [*decided, SKIP, STOP], "")
        return key if isinstance(key, Answer) else self._answer("done", step.choices[int(key) - 1])

    def _decide(self, request: Request) -> Answer:
        proof = request.proof
        if request.failed or proof is None:
            self._prompts.say("  The step failed.")
        elif proof.answer == "cannot-tell":
            self._prompts.say("  The command ended well, but whether its effect is there is unknown.")
        else:
            self._prompts.say("  The command ended well, but its effect is not there.")
        self._prompts.say(*paragraph(request.why or "no reason was given", "  why     "))
        if request.failed and proof:
            self._prompts.say(*_said_by_host(proof))
        self._prompts.say(*_hint(request))
        accept = [Choice("d", "call it done", "a reason is asked for")] if request.may_accept else []
        return self._choose(
            request, "What now?", [Choice("a", "try again"), *accept, SKIP, STOP], "", {"a": "again", "d": "done"}
        )

    def _reconcile(self, request: Request) -> Answer:
        sent = self._clock(request.sent_at)
        self._prompts.say(f"  It is unknown whether this step ran. It was sent {sent}.")
        if request.why:
            self._prompts.say(*paragraph(request.why, "  since   "))
        proof = request.proof
        answer = proof.answer if proof else "cannot-tell"
        self._prompts.say(*_said_by_host(proof or Proof("cannot-tell", "there is nothing to ask it")))
        self._prompts.say(*_hint(request))
        default = {"yes": "d", "no": "a"}.get(answer, "")
        choices = [
            Choice("d", "done: it ran, go on with the next step"),
            Choice("a", "again: it did not run, send it once more"),
            STOP,
        ]
        return self._choose(
            request, "Which is it?", choices, default, {"d": "done", "a": "again"}, certain={"yes": "d", "no": "a"}
        )

    def _held_up(self, request: Request) -> Answer:
        what = "cannot be sent yet" if request.kind == "blocked" else "could not be sent: the host was not reached"
        self._prompts.say(f"  This step {what}; nothing was changed.")
        self._prompts.say(*paragraph(request.why, "  why     "))
        self._prompts.say(*_hint(request))
        return self._choose(request, "What now?", [Choice("a", "try again"), SKIP, STOP], "a", {"a": "again"})

    def _introduce(self, request: Request) -> Answer:
        met = request.met
        self._prompts.say("  Nothing was sent to this host.")
        self._prompts.say(*paragraph(request.why, "  why     "))
        if met:
            self._prompts.say(*paragraph(str(met.found), "  says    "), *paragraph(met.known, "  known   "))
        self._prompts.say(*_hint(request))
        this = [Choice("y", "it is the right machine", "compared from now on")] if request.may_accept else []
        return self._choose(
            request, _MACHINE, [*this, Choice("a", "ask it again"), SKIP, STOP], "", {"y": "go", "a": "again"}
        )

    # What the ways have in common.

    def _choose(
        self,
        request: Request,
        question: str,
        choices: list[Choice],
        default: str,
        means: dict[str, str],
        certain: dict[str, str] | None = None,
    ) -> Answer:
        key = self._chosen(request, question, choices, default)
        if isinstance(key, Answer):
            return key
        reason = ""
        unasked = certain and request.proof and certain.get(request.proof.answer) == key
        doubtful = request.kind == "reconcile" and not unasked
        if doubtful or (request.kind == "decide" and key == "d"):
            reason = self._prompts.text("Why do you say so?")
        match means[key]:
            case "go":
                return self._answer("go")
            case "again":
                return self._answer("again", reason=reason)
        return self._answer("done", reason=reason)

    def _chosen(self, request: Request, question: str, choices: list[Choice], default: str) -> str | Answer:
        """The key of one of the request's own choices, or the answer that one of the common ones makes."""
        offered = [*choices, *self._others([])]
        while True:
            key = self._prompts.choose(question, offered, default)
            if key not in {"s", "x", "n", "h"}:
                return key
            if answer := self._common(key, request):
                return answer

    def _others(self, choices: list[Choice]) -> list[Choice]:
        action_provider = [Choice("h", self._companion.title.lower())] if self._companion else []
        return [*choices, NOTE, *action_provider]

    def _common(self, key: str, request: Request) -> Answer | None:
        """Skip, stop, note or hands; None where the request is to be asked again."""
        match key:
            case "s":
                return self._answer("skip", reason=self._prompts.text("Why is it left out?"))
            case "x":
                return self._answer("stop")
            case "n":
                return self._answer("note", self._prompts.text("Note"))
        self._use_actions()
        self._prompts.say("", *self._heading(request.step))
        return None

    def _use_actions(self) -> None:
        """Carry out one of the companion's simulated actions; what it refuses is said and changes nothing."""
        if self._companion is None:
            return
        try:
            actions = list(self._companion.actions())
            self._prompts.say("", self._companion.title)
            labels = [(action.title, action.name) for action in actions]
            chosen = self._prompts.pick("Which simulated action?", [*labels, ("none, go back", "")], len(actions))
            if chosen < len(actions):
                self._prompts.say(f"  {actions[chosen].title} …")
                self._prompts.say(*paragraph(self._companion.do(actions[chosen].name), "  "))
        except WizardError as error:
            self._prompts.say(*(f"  {line}" for line in str(error).splitlines()))

    def _answer(self, choice: str, text: str = "", reason: str = "") -> Answer:
        match choice:
            case "go" | "done" | "again" | "skip" | "note":
                return Answer(choice, text, reason, self._by)
        return Answer("stop", text, reason, self._by)

    def _heading(self, step: PlannedStep) -> Iterator[str]:
        place = ""
        if self._plan:
            ids = [s.id for s in self._plan.steps]
            place = f"Step {ids.index(step.id) + 1} of {len(ids)}, " if step.id in ids else ""
        yield f"{place}{step.id}: {step.title}"
        if step.host:
            yield f"  on      {step.host} as {step.account}"
        yield from command_of(step)
        if usually := report.usually(step):
            yield f"  {usually}"
        if self._plan and self._state.started_at:
            now = timestamps.now()
            yield f"  time    {report.standing(forecast.of(self._plan, self._state, now))}"

    def _clock(self, sent_at: str) -> str:
        try:
            return f"at {datetime.fromisoformat(sent_at).astimezone(self._zone):%Y-%m-%d %H:%M:%S}"
        except ValueError:
            return "at an unknown time"


def _said_by_host(proof: Proof) -> list[str]:
    says = {"yes": "says now that its effect is there", "no": "says now that its effect is not there"}
    return paragraph(f"{says.get(proof.answer, 'gives no evidence')}: {proof.evidence}", "  the host ")


def _hint(request: Request) -> list[str]:
    return paragraph(request.hint, "  HINT: ") if request.hint else []


def command_of(step: PlannedStep) -> Iterator[str]:
    """What a step does, as lines: cmdlets with one parameter a line, anything else in words."""
    if not isinstance(step.command, Pipeline):
        yield from paragraph(step.text, "  do      " if step.by_hand else "  runs    ")
        return
    for number, cmdlet in enumerate(step.command.cmdlets):
        name, *parameters = cmdlet_lines(cmdlet)
        yield f"  {'then' if number else 'runs'}    {name}"
        yield from (f"            {line}" for line in parameters)
