"""What the hosts say of a step: before it is sent, after it ended well, and where nobody knows how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lync_wizard.core.secret import Redactor
from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import Copy, Pipeline, Program, Statement, Value
from lync_wizard.plans.model import PlannedStep
from lync_wizard.plans.probe import HeldBefore, Probe
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.state import StepState

Waiting = Callable[[PlannedStep, Proof, float], None]
"""Hears every "no" that is asked again, with the seconds left."""


class Evidence:
    """Asks the steps' own questions; ``hurry`` ends a wait for the answer to become yes."""

    def __init__(self, inquiry: Probe, redact: Redactor, hurry: threading.Event, waiting: Waiting) -> None:
        self._inquiry = inquiry
        self._redact = redact
        self._hurry = hurry
        self._waiting = waiting
        self._before: dict[str, HeldBefore] = {}

    def look_before(self, step: PlannedStep, reads: Mapping[str, str]) -> None:
        """Ask the step's own question once before it is sent: what held before proves nothing afterwards."""
        self._before.pop(step.id, None)
        if step.verify:
            self._before[step.id] = self._inquiry.look(step.verify, reads)

    def before(self, step_id: str) -> dict[str, Any]:
        """What was answered just before the step is sent, as its ``step_started`` keeps it."""
        return self._before[step_id].to_data(self._redact) if step_id in self._before else {}

    def ask(self, step: PlannedStep, at: StepState, *, patient: bool = True) -> Proof:
        """The answer now, or with ``patient`` within the time the question gives."""
        if step.verify is None:
            return Proof("cannot-tell", "there is nothing to ask the host")
        question = replace(step.verify, within=step.verify.within if patient else 0.0)
        question = question.against(at.known_before)
        return self._inquiry.prove(
            question, stop=self._hurry, waiting=lambda proof, left: self._waiting(step, proof, left)
        )

    def of_execution(self, step: PlannedStep, at: StepState) -> Proof | None:
        """What the host says of a step that failed or whose end nobody knows; None where there is nothing to ask.

        A yes counts as evidence of this execution only where the answer was no just before it was sent. Nothing was
        sent for a person's work: there what is found is all there is.
        """
        if step.verify is None:
            return None
        proof = self.ask(step, at, patient=False)
        if proof.answer == "yes" and not step.by_hand and at.held_before != "no":
            was = (
                "and so it was before the step was sent" if at.held_before == "yes" else "how it was before is unknown"
            )
            proof = Proof("cannot-tell", f"{proof.evidence}; {was}")
        return proof


def how_to_find_out(step: PlannedStep) -> str:
    """What a person looks at, and where, to tell whether a step was carried out."""
    if step.verify:
        return f"Look on {step.verify.host}: {powershell.text_of(step.verify.command)}"
    return step.evidence or f"No verification shows whether it was done. {_where_to_look(step)}"


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
