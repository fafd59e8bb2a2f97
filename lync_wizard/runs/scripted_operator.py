"""The operator of a run that nobody watches: answers from a file, and a refusal where it holds none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, get_args

from lync_wizard.core import yaml_document
from lync_wizard.core.errors import Refused, Unreachable, WizardError
from lync_wizard.core.wrapping import counted
from lync_wizard.core.yaml_document import Fields, Problems
from lync_wizard.hosts.command import SimulatedAction
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs.host_identity import Met
from lync_wizard.runs.runner import Answer, Choice, Request
from lync_wizard.runs.state import RunEvent

CHOICES: Final[Mapping[str, frozenset[Choice]]] = {
    "confirm": frozenset({"go", "skip", "stop"}),
    "perform": frozenset({"done", "skip", "stop"}),
    "decide": frozenset({"again", "done", "skip", "stop"}),
    "reconcile": frozenset({"look", "done", "again", "stop"}),
    "blocked": frozenset({"again", "skip", "stop"}),
    "unreachable": frozenset({"again", "skip", "stop"}),
    "identity": frozenset({"go", "again", "skip", "stop"}),
}
"""What a request of each kind can be answered with (runner.Request)."""
ACCEPT: Final = "accept"
"""What ``hosts`` says of a host that is believed at its first contact, whatever it is."""


class ActionProvider(Protocol):
    """Does what people do in a drill."""

    def do(self, name: str) -> str:
        """Do an action, ``NAME@HOST``; returns what it looks like afterwards.

        Raises :class:`lync_wizard.core.errors.WizardError`.
        """


@dataclass(frozen=True)
class Script:
    """Answers and simulated actions by step id.

    ``answers`` are used once each, in their order, each by the first request it can answer. ``reconcile`` says what to
    do with a step of which nobody knows whether it ran. ``actions`` are done when the step's work is asked for.
    ``asks`` answers the questions of the plan, ``accept`` gives the reason for which a check's caution is accepted.
    ``hosts`` says by FQDN or instance what a host is: one of its SIDs or the thumbprint of its certificate; ``accept``
    takes whatever answers there for the first time, never another machine than was recorded.
    """

    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reconcile: Mapping[str, Answer] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)
    accept: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)

    def over(self, other: Script) -> Script:
        """This script, and what only the other one says."""
        return Script(
            {**other.answers, **self.answers},
            {**other.actions, **self.actions},
            {**other.reconcile, **self.reconcile},
            {**other.asks, **self.asks},
            {**other.accept, **self.accept},
            {**other.hosts, **self.hosts},
        )

    def check(self, plan: Plan) -> None:
        """Raise :class:`lync_wizard.core.errors.InputError` where the script names a step the plan does not have."""
        problems = Problems()
        ids = [step.id for step in plan.steps]
        sections = {"answers": self.answers, "deeds": self.actions, "reconcile": self.reconcile}
        for section, steps in sections.items():
            for step in steps:
                if step not in ids:
                    hint = yaml_document.did_you_mean(step, ids)
                    problems.add(None, f"{section}.{step}", f"is not a step of {plan.procedure}", hint)
        known = {name.partition(" ")[2] for name in plan.identified}
        for host in self.hosts:
            if host.lower() not in known:
                hint = yaml_document.did_you_mean(host, known)
                problems.add(None, f"hosts.{host}", f"is no host of {plan.procedure}", hint)
        problems.raise_any("the answers")

    def knows(self, met: Met) -> bool:
        """Whether ``hosts`` says that this is the host."""
        said = next((text for name, text in self.hosts.items() if name.lower() == met.host.lower()), "")
        return met.found.tells(said) or (met.first and not met.other and said.strip().lower() == ACCEPT)


def load(path: Path) -> Script:
    """Read a script from YAML. Raises :class:`lync_wizard.core.errors.InputError` with every problem of the file.

    The keys are ``answers: {STEP: {choice, text, reason}}`` (or a list of these), ``deeds: {STEP: [DEED, …]}``,
    ``reconcile: {STEP: {choice, reason}}``, ``asks: {ASK: CHOICE}``, ``accept: {CHECK: reason}`` and
    ``hosts: {FQDN: SID, thumbprint or accept}``.
    """
    problems = Problems()
    root = yaml_document.load(path, problems)
    script = Script()
    if root is not None:
        fields = Fields(root, problems, "the answers")
        answers: dict[str, tuple[Answer, ...]] = {}
        for step, entries in _steps(fields, "answers"):
            answers[step] = tuple(
                _answer(entry, sorted(frozenset().union(*CHOICES.values()))) for entry in entries.mappings(step)
            )
        actions = {step: entries.texts(step) for step, entries in _steps(fields, "deeds")}
        reconcile: dict[str, Answer] = {}
        for step, entries in _steps(fields, "reconcile"):
            if entry := entries.mapping(step):
                reconcile[step] = _answer(entry, sorted(CHOICES["reconcile"]))
        asks = {name: entries.text(name) for name, entries in _steps(fields, "asks")}
        accept = {name: entries.text(name) for name, entries in _steps(fields, "accept")}
        hosts = {name: entries.text(name) for name, entries in _steps(fields, "hosts")}
        fields.done()
        script = Script(answers, actions, reconcile, asks, accept, hosts)
    problems.raise_any(str(path))
    return script


def _steps(fields: Fields, section: str) -> list[tuple[str, Fields]]:
    inner = fields.mapping(section)
    return [(step, inner) for step in inner.keys] if inner else []


def _answer(entry: Fields, choices: Sequence[str]) -> Answer:
    word = entry.text("choice", required=True, choices=choices)
    choice: Choice = next((c for c in get_args(Choice) if c == word), "stop")
    answer = Answer(choice, entry.text("text"), entry.text("reason"), entry.text("by") or "script")
    entry.done()
    return answer


class ScriptedOperator:
    """Answers from a script; anything it has no answer for raises :class:`lync_wizard.core.errors.Refused`, where
    a host could not be reached :class:`lync_wizard.core.errors.Unreachable`, and where a step failed, did not do what
    it should or must not be sent :class:`lync_wizard.core.errors.WizardError`.

    ``approve_destructive`` is what approving the plan by its hash gives: the target of a destructive step counts as
    typed. Other confirmations need no answer, because the plan as a whole was approved. With ``action_provider``
    (a drill) the actions of a step are done when its work is asked for, the step's own action where the script names
    none; each on the step's host, unless the script says ``ACTION@HOST``.
    """

    def __init__(
        self,
        script: Script,
        *,
        approve_destructive: bool = False,
        action_provider: ActionProvider | None = None,
        on_event: Callable[[RunEvent], None] | None = None,
    ) -> None:
        self._script = script
        self._left = {step: list(answers) for step, answers in script.answers.items()}
        self._looked: set[str] = set()
        self._approve_destructive = approve_destructive
        self._action_provider = action_provider
        self._on_event = on_event

    def must_answer(self, plan: Plan) -> None:
        """Refuse a plan before its first step where a person's work or a typed target has no answer."""
        self._script.check(plan)
        missing = [f"{step.id} {step.title}" for step in plan.steps if not self._foreseen(step)]
        missing += [] if self._action_provider else self._unnamed(plan)
        if missing:
            raise Refused(
                f"no answer for {counted(len(missing), 'question')}",
                "Write an answer for each into the file of --answers, or run without --headless.",
                "\n".join(missing),
            )

    def _unnamed(self, plan: Plan) -> list[str]:
        """Hosts that are installed anew, so that somebody has to say what they are then."""
        named = {host.lower() for host in self._script.hosts}
        places = {name.partition(" ") for name, one in plan.identified.items() if one.rebuilt}
        anew = sorted({host for _, _, host in places if host not in named})
        return [f"hosts.{host}: what it is once it is installed again" for host in anew]

    def _foreseen(self, step: PlannedStep) -> bool:
        choices = {answer.choice for answer in self._script.answers.get(step.id, ())}
        if "skip" in choices or "stop" in choices:
            return True
        if step.by_hand and "done" not in choices and self._actions(step) is None:
            return False
        return not _harmful(step) or self._approve_destructive or "go" in choices

    def _actions(self, step: PlannedStep) -> tuple[str, ...] | None:
        """The simulated actions of a step; None where nobody is there to do anything."""
        if self._action_provider is None:
            return None
        if step.id in self._script.actions:
            return self._script.actions[step.id]
        match step.command:
            case SimulatedAction(_, str(name)):
                return (name,)
        return None

    def ask(self, request: Request) -> Answer:
        """The script's answer. Raises :class:`lync_wizard.core.errors.WizardError` where it has none."""
        step = request.step
        match request.kind:
            case "reconcile":
                return self._reconcile(request)
            case "perform":
                return self._perform(request)
            case "confirm":
                return self._next(request) or self._confirm(step)
            case "identity" if request.met is not None:
                # An answer written for the step itself says nothing about its host.
                return self._introduced(request.met)
        return self._next(request) or self._refuse(request)

    def show(self, event: RunEvent) -> None:
        if self._on_event:
            self._on_event(event)

    def _next(self, request: Request) -> Answer | None:
        left = self._left.get(request.step.id, [])
        for number, answer in enumerate(left):
            if answer.choice in CHOICES[request.kind]:
                return left.pop(number)
        return None

    def _confirm(self, step: PlannedStep) -> Answer:
        if not _harmful(step):
            return Answer("go", by="script")
        if self._approve_destructive:
            return Answer("go", step.confirm_text, by="approval")
        raise Refused(
            f"{step.id} is destructive and nobody has typed {step.confirm_text}",
            f"Approve the plan by its hash, or answer `{step.id}: {{choice: go, text: {step.confirm_text}}}`.",
        )

    def _perform(self, request: Request) -> Answer:
        step, actions = request.step, self._actions(request.step)
        if self._action_provider:
            for action in actions or ():
                self._action_provider.do(action if "@" in action else f"{action}@{step.host}")
        answer = self._next(request)
        if answer is None and actions is not None and not step.choices:
            answer = Answer("done", by="script")
        if answer is None:
            return self._refuse(request)
        if answer.choice == "done" and step.choices and answer.text not in step.choices:
            raise Refused(
                f"{answer.text!r} is no choice of {step.id}", yaml_document.did_you_mean(answer.text, step.choices)
            )
        return answer

    def _introduced(self, met: Met) -> Answer:
        """What the script says of a host; in a drill whoever rebuilt a server knows it."""
        if self._script.knows(met):
            return Answer("go", reason="the answers say so", by="script")
        if self._action_provider and met.first and not met.other:
            return Answer("go", by="script")
        one = met.found.key or ACCEPT
        raise Refused(
            met.why,
            f"{met.found.compare} Then write `hosts: {{{met.host}: {one}}}` into the file of --answers.",
            f"it says: {met.found}\nrecorded: {met.recorded}",
        )

    def _reconcile(self, request: Request) -> Answer:
        written = self._script.reconcile.get(request.step.id) or self._next(request)
        if written and (written.choice != "look" or request.step.id not in self._looked):
            # Looking decides nothing: the same answer a second time would go on looking for ever.
            self._looked.add(request.step.id)
            return written
        if request.proof and request.proof.answer == "yes":
            return Answer("done", reason=f"the host says so: {request.proof.evidence}", by="script")
        return self._refuse(request)

    def _refuse(self, request: Request) -> Answer:
        """No answer is left. What went wrong with the step says why the run stops, not that nobody was there to ask."""
        allowed = ", ".join(sorted(CHOICES[request.kind]))
        why = f": {request.why}" if request.why else ""
        evidence = request.proof.evidence if request.proof else ""
        raise _kind(request)(
            f"{request.step.id} asks to {request.kind} and has no answer left{why}"
            if request.kind in {"perform", "decide", "reconcile"}
            else f"{request.step.id} is {request.kind} and has no answer left{why}",
            f"Resume the run and answer, or write an answer with one of these choices: {allowed}.",
            "\n".join(filter(None, (*self._unusable(request, allowed), evidence, request.hint))),
        )

    def _unusable(self, request: Request, allowed: str) -> list[str]:
        """Lines about answers that were written for the step and cannot be used now, with the key that would."""
        step = request.step.id
        written = [f"answers.{step}: {answer.choice}" for answer in self._left.get(step, [])]
        if step in self._script.reconcile:
            written.append(f"reconcile.{step}: {self._script.reconcile[step].choice}")
        state = {
            "decide": "failed, or its effect is not proven",
            "reconcile": "may have run or not",
            "perform": "is a manual step",
            "confirm": "is to be confirmed",
            "blocked": "must not be sent yet",
            "unreachable": "could not be sent",
            "identity": "meets a host that is not known",
        }[request.kind]
        key = "reconcile" if request.kind == "reconcile" else "answers"
        return [
            f"{one} is no answer for a step that {state}; write {key}: {{{step}: {{choice: one of {allowed}}}}}"
            for one in written
        ]


def _kind(request: Request) -> type[WizardError]:
    """Why a run stops at a request without an answer: a host is not reached, the answer is no, or one is wanted."""
    if isinstance(request.cause, WizardError):
        return Unreachable if isinstance(request.cause, Unreachable) else WizardError
    proofs = [gate.proof for gate in request.gates] + ([request.proof] if request.proof else [])
    said_no = any(proof.answer == "no" for proof in proofs)
    if request.kind in {"decide", "blocked"} and (request.failed or said_no):
        return WizardError
    return Refused


def _harmful(step: PlannedStep) -> bool:
    """What nobody has approved yet; one key is enough for a person who typed the name, but here nobody did."""
    return step.confirm == "type" or step.destructive is not None
