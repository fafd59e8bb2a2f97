"""What the hosts say of a step: before it is sent, after it ended well, and where nobody knows how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lync_wizard.core.secret import Redactor
from lync_wizard.hosts import powershell, statements
from lync_wizard.hosts.command import Command, Compare, Copy, Pipeline, Program, Statement, Value
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.plans.probe import HeldBefore, Probe
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.error_hints import Said, hint, place_of
from lync_wizard.runs.operator import Request
from lync_wizard.runs.state import EventType, StepState

Record = Callable[[EventType, str, Mapping[str, Any]], None]
"""Puts an event of a step on record: type, step, data."""


class Evidence:
    """Asks the steps' own questions and records the answers.

    ``hurry`` ends a wait for the answer to become yes, ``cancel`` a question for which a host makes an export.
    """

    def __init__(
        self, inquiry: Probe, redact: Redactor, hurry: threading.Event, cancel: threading.Event, record: Record
    ) -> None:
        self._inquiry = inquiry
        self._redact = redact
        self._hurry = hurry
        self._cancel = cancel
        self._record = record
        self._before: dict[str, HeldBefore] = {}

    def look_before(self, step: PlannedStep, reads: Mapping[str, str]) -> None:
        """Ask the step's own question once before it is sent: what held before proves nothing afterwards.

        A person's instruction does not wait for it: no session is opened, and what does not answer is not known.
        """
        self._before.pop(step.id, None)
        if step.verify:
            if step.by_hand:
                self._before[step.id] = self._inquiry.look_beside(step.verify, reads)
                return
            self._announce(step)
            self._before[step.id] = self._inquiry.look(step.verify, reads, cancel=self._cancel)

    def before(self, step_id: str) -> dict[str, Any]:
        """What was answered just before the step is sent, as its ``step_started`` keeps it."""
        return self._before[step_id].to_data(self._redact) if step_id in self._before else {}

    def of_effect(self, step: PlannedStep, at: StepState) -> Proof:
        """What the host says after a step that ended well, within the time its question gives; not recorded yet."""
        return self._ask(step, at, patient=True) if step.verify else Proof("yes", "nothing to verify")

    def keep(self, step: PlannedStep, proof: Proof) -> None:
        """Record an answer."""
        data = {"result": proof.answer, "evidence": self._redact(proof.evidence)}
        self._record("step_verified", step.id, data)

    def decision(self, plan: Plan, step: PlannedStep, at: StepState) -> Request:
        """What a person is asked of a step that failed, or whose effect is not there or cannot be seen."""
        if at.verified:
            proof: Proof | None = Proof("no" if at.verified == "no" else "cannot-tell", at.evidence)
        else:
            proof = self._of_execution(step, at)
        why = at.evidence if at.verified else at.why
        may_accept, failed = at.verified == "cannot-tell", not at.verified
        known = None if failed else hint(Said(why, place=place_of(plan, step)))
        todo = " ".join([*([known.for_plan(plan)] if known else []), how_to_find_out(step)])
        return Request("decide", step, why, todo, proof=proof, may_accept=may_accept, failed=failed)

    def reconciliation(self, step: PlannedStep, at: StepState) -> Request:
        """What a person is asked of a step of which nobody knows whether it was carried out."""
        proof = self._of_execution(step, at) or Proof("cannot-tell", "there is no verification to run on the host")
        sent_at = at.started_at.isoformat() if at.started_at else ""
        todo = how_to_find_out(step)
        return Request("reconcile", step, at.why, todo, proof=proof, sent_at=sent_at, may_accept=True)

    def _of_execution(self, step: PlannedStep, at: StepState) -> Proof | None:
        """What the host says of a step that failed or whose end nobody knows, on record; None where it is not asked.

        A yes counts as evidence of this execution only where the answer was no just before it began.
        """
        if step.verify is None:
            return None
        proof = self._ask(step, at, patient=False)
        if proof.answer == "yes" and at.held_before != "no":
            now = f"it holds now ({proof.evidence})" if proof.evidence else "it holds now"
            proof = Proof("cannot-tell", f"{now}; {_was_before(step, held=at.held_before == 'yes')}")
        self.keep(step, proof)
        return proof

    def _ask(self, step: PlannedStep, at: StepState, *, patient: bool) -> Proof:
        if step.verify is None:
            raise AssertionError("a step without a question is not asked about")
        self._announce(step)
        # What was cancelled before was the command, not this question.
        self._cancel.clear()
        question = replace(step.verify, within=step.verify.within if patient else 0.0).against(at.known_before)
        return self._inquiry.prove(
            question,
            stop=self._hurry,
            cancel=self._cancel,
            waiting=lambda proof, left: self._not_yet(step, proof, left),
        )

    def _announce(self, step: PlannedStep) -> None:
        """A question that takes its time says so before it is asked."""
        if step.verify and isinstance(step.verify.command, Compare):
            name = step.verify.command.export.name
            text = f"asking what is there: {name} to a new file, read here; it takes as long as an export"
            self._record("output", step.id, {"stream": "progress", "text": f"{text}. Cancelling the step ends it."})

    def _not_yet(self, step: PlannedStep, proof: Proof, left: float) -> None:
        text = f"not yet: {proof.evidence} (repeated for up to {left:.0f} s)"
        self._record("output", step.id, {"stream": "progress", "text": self._redact(text)})


def _was_before(step: PlannedStep, *, held: bool) -> str:
    if step.by_hand:
        return "it held before as well" if held else "whether it held before is not known"
    return "and so it was before the step was sent" if held else "how it was before is unknown"


def how_to_find_out(step: PlannedStep) -> str:
    """What a person looks at, and where, to tell whether a step was carried out."""
    if step.verify:
        return f"Look on {step.verify.host}: {in_words(step.verify.command)}"
    return step.evidence or f"No verification shows whether it was done. {_where_to_look(step)}"


def in_words(command: Command) -> str:
    """What a question asks, for people: a statement by its sentence and values, anything else as it is typed."""
    if not isinstance(command, Statement):
        return powershell.text_of(command)
    sentence = statements.CATALOGUE[command.name].sentence.rstrip(".")
    values = ", ".join(f"{name} {powershell.value(value)}" for name, value in command.parameters)
    return f"{sentence[:1].lower()}{sentence[1:]}{f' ({values})' if values else ''}"


def _where_to_look(step: PlannedStep) -> str:
    host = step.host
    match step.command:
        case Copy(source, target):
            return f"On {host}, compare the files of {target} with those of {source}: names, sizes and hashes."
        case Statement(name, parameters):
            database = dict(parameters).get("Database")
            what = f"the database {database}" if database else "what it changes"
            return f"On the instance {host}, look at {what}, and at SQL Server's error log for {name} at that time."
        case Pipeline(cmdlets):
            last = cmdlets[-1]
            named = [f"{key} {powershell.value(value)}" for key, value in last.parameters if _names_something(value)]
            about = f" ({', '.join(named)})" if named else ""
            logs = "the event log Lync Server" if "-Cs" in last.name else "the event logs"
            return f"On {host}, look at what {last.name} works on{about}, and at {logs} for that time."
        case Program(name, args):
            return f"On {host}, look at what {name} works on ({' '.join(args)}), and at the event logs for that time."
    return f"On {host or 'the spot'}, look whether this was done: {step.text}"


def _names_something(value: Value) -> bool:
    return isinstance(value, str | tuple) and bool(value)
