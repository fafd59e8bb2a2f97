"""The one loop that has effects: ask the state machine, carry the answer out, write down what happened."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Literal

from lync_wizard.core.errors import Refused, WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.deployment import same
from lync_wizard.hosts import Limits, Output, Reply
from lync_wizard.hosts.command import Command, to_data
from lync_wizard.hosts.sent import SentCommands
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.model import Plan, PlannedStep, Precondition
from lync_wizard.plans.probe import Probe, filled, transport_of
from lync_wizard.procedures import capture
from lync_wizard.procedures.capture import CaptureSink
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs import introduction
from lync_wizard.runs import state as run_state
from lync_wizard.runs.error_hints import Said, hint, place_of, recorded
from lync_wizard.runs.evidence import Evidence
from lync_wizard.runs.host_identity import HostIdentities
from lync_wizard.runs.inbox import Inbox, Measure
from lync_wizard.runs.journal import Journal
from lync_wizard.runs.operator import Answer, Choice, Gate, Operator, Request
from lync_wizard.runs.state import EventType, RunState

__all__ = ["Answer", "Choice", "Ended", "Gate", "Gatekeeper", "Operator", "Request", "Result", "Runner"]

Fact = tuple[EventType, str | None, int | None, Mapping[str, Any]]
"""An event to be recorded: type, step, attempt, data."""


@dataclass(frozen=True)
class Result:
    """How a run ended for now: ``finished`` (every step done), ``incomplete`` (some skipped) or ``paused``."""

    end: Literal["finished", "incomplete", "paused"]
    state: RunState


Gatekeeper = Callable[[PlannedStep, Precondition], Proof]
"""Judges a catalogue check that gates a step; the composition root binds it to the checks."""
Ended = Callable[[Plan, Result], None]
"""Hears that a run is at its end. May raise what :class:`Runner` then notes: OSError, WizardError."""


class Runner:
    """Carries a plan out, in the one thread that calls :meth:`run`; everybody else only puts into its inbox."""

    def __init__(
        self,
        journal: Journal,
        session_pool: SessionPool,
        operator: Operator,
        *,
        gatekeeper: Gatekeeper,
        environment: str,
        redactor: Redactor,
        by: str,
        sink: CaptureSink | None = None,
        on_end: Ended | None = None,
        sent: SentCommands | None = None,
        hosts: HostIdentities | None = None,
    ) -> None:
        self.plan: Plan = journal.plan
        self.run_name: str = journal.run
        self._journal = journal
        self._session_pool = session_pool
        self._inquiry = Probe(session_pool)
        self._operator = operator
        self._gatekeeper = gatekeeper
        self._environment = environment
        self._redact = redactor
        self._by = by
        self._sink = sink
        self._on_end = on_end
        self._sent = sent
        self._inbox = Inbox()
        self._measure = Measure()
        self._stop_after = threading.Event()
        self._stop_why = "stop after this step was asked for"
        self._cancel = threading.Event()
        self._pending: list[Fact] = []
        self._gated: dict[str, dict[str, str]] = {}
        self._hurry = threading.Event()
        self._evidence = Evidence(self._inquiry, redactor, self._hurry, self._cancel, self._answered)
        self._opening: list[tuple[EventType, Mapping[str, Any]]] = []
        self.state = RunState()
        self._hosts = hosts
        if hosts is not None:
            hosts.follow(lambda fact: self._inbox.put("host", fact), lambda: self.state)

    def so_far(self) -> RunState:
        """Where the run stands before :meth:`run` is called."""
        return run_state.fold(self._journal.events())

    # What other threads may call.

    def note(self, text: str, step: str | None = None) -> None:
        """Record a remark of the operator; any thread."""
        self._inbox.put("note", (text, step))

    def stop_after_this_step(self, why: str = "") -> None:
        """Pause when the step under way has ended; any thread."""
        self._stop_why = why or self._stop_why
        self._stop_after.set()
        self._hurry.set()

    def cancel_step(self) -> None:
        """Ask the host to stop the command under way; any thread. What it did until then stays done."""
        self._cancel.set()
        self._hurry.set()

    def opening(self, kind: EventType, fact: Mapping[str, Any]) -> None:
        """What was settled before the run (approval, an accepted finding); recorded right after its start."""
        self._opening.append((kind, fact))

    # The loop.

    def run(self) -> Result:
        """Go on from wherever the journal stands until everything is settled or somebody stops."""
        with self._sent.kept_by(lambda sent: self._inbox.put("sent", sent)) if self._sent else nullcontext():
            return self._run()

    def _run(self) -> Result:
        try:
            self._begin()
            while True:
                self._drain()
                if self._stop_after.is_set():
                    return self._pause(self._stop_why)
                for host in self._hosts.installed_anew() if self._hosts else ():
                    self._session_pool.forget(host)
                action = run_state.next_action(self.plan, self.state)
                if isinstance(action, run_state.Finished):
                    end: Literal["finished", "incomplete"] = "incomplete" if action.skipped else "finished"
                    self._record("run_finished", data={"result": end, "skipped": list(action.skipped)})
                    return self._end(Result(end, self.state))
                if not self._carry_out(action):
                    return self._pause("the operator stopped")
        finally:
            self._inbox.end()
            self._session_pool.close()
            self._journal.close()

    def _begin(self) -> None:
        events = self._journal.events()
        self.state = run_state.fold(events)
        # All in one transaction: a run is never on record without what was settled before it.
        settled: list[Fact] = [(kind, None, None, fact) for kind, fact in self._opening]
        if not events:
            data = {"environment": self._environment, "procedure": self.plan.procedure, "target": self.plan.target}
            self._record_all([("run_started", None, None, {**data, "by": self._by, "plan": self.plan.hash}), *settled])
            return
        if self.state.environment != self._environment:
            raise Refused(
                f"this run belongs to environment {self.state.environment}, connections.yaml to {self._environment}",
                "Resume it with the home folder in which it was begun.",
            )
        if self.state.finished:
            raise Refused("this run is finished", "Print its report, or make a new plan.")
        self._record_all([("run_resumed", None, None, {"by": self._by}), *settled])

    def _end(self, result: Result) -> Result:
        if self._on_end:
            try:
                self._on_end(self.plan, result)
            except (OSError, WizardError) as error:
                self._note(f"what this run's end means could not be recorded: {error}")
        return result

    def _pause(self, why: str) -> Result:
        self._record("run_paused", data={"by": self._by, "reason": why})
        return Result("paused", self.state)

    def _carry_out(self, action: run_state.Action) -> bool:
        """Do one thing; False when the operator stops."""
        match action:
            case run_state.Confirm(steps):
                return all(self._confirm(step) for step in steps)
            case run_state.Execute(steps) if steps[0].by_hand:
                return self._perform(steps[0])
            case run_state.Execute(steps):
                return self._execute(steps)
            case run_state.Verify(step):
                return self._verify(step)
            case run_state.Decide(step):
                return self._decide(step)
            case run_state.Reconcile(step):
                return self._reconcile(step)
        return True

    def _confirm(self, step: PlannedStep) -> bool:
        self._record("step_ready", step.id)
        opened = self._gate(step)
        if isinstance(opened, Request):
            return self._settle(opened)
        gates, reads = opened
        answer = self._ask(Request("confirm", step, gates=gates, reads=reads))
        wanted = step.confirm_text if step.confirm == "type" else ""
        if answer.choice == "go" and step.confirm == "type" and not (wanted and same(answer.text.strip(), wanted)):
            # Whoever asked should have refused this already; a wrong target never passes here either.
            self._note(f"the target typed was not {step.confirm_text}; nothing was sent", step.id)
            return True
        if answer.choice == "go":
            self._gated[step.id] = reads
            data: dict[str, Any] = {"by": answer.by or self._by, "typed": answer.text, "reads": reads}
            if answer.wrong:
                data["wrong_targets"] = [self._redact(one) for one in answer.wrong]
            self._record("step_confirmed", step.id, data=data)
        return self._follow(step, answer)

    def _ready(self, step: PlannedStep) -> Request | None:
        """Open the gates of a step that needs no confirmation, or needs none again."""
        if step.id not in self._gated:
            self._record("step_ready", step.id)
            opened = self._gate(step)
            if isinstance(opened, Request):
                return opened
            self._gated[step.id] = opened[1]
        return None

    def _perform(self, step: PlannedStep) -> bool:
        """A person's work or decision."""
        if closed := self._ready(step):
            return self._settle(closed)
        reads = self._gated.pop(step.id, {})
        attempt = self.state.of(step.id).attempt + 1
        self._evidence.look_before(step, reads)
        self._record("step_started", step.id, attempt, {"text": step.text, **self._evidence.before(step.id)})
        answer = self._ask(Request("perform", step))
        if answer.choice in {"done", "go"}:
            data = {"outcome": "ok", "by": answer.by or self._by, "to_verify": step.verify is not None}
            self._record("step_finished", step.id, attempt, data | ({"answer": answer.text} if answer.text else {}))
        return self._follow(step, answer)

    def _execute(self, steps: tuple[PlannedStep, ...]) -> bool:
        """Send one command, or those of a batch side by side; every start is on disk before its first byte is sent."""
        self._cancel.clear()
        self._hurry.clear()
        waiting: dict[str, Future[Reply]] = {}
        for step in steps:
            if closed := self._ready(step):
                return self._settle(closed)
        for step in steps:
            self._evidence.look_before(step, self._gated.get(step.id, {}))
        if strange := self._stranger(steps[0]):
            return self._settle(strange)
        if self._stop_after.is_set():
            return True  # asked for since the loop looked; nothing is begun any more
        for step in steps:
            waiting[step.id] = self._send(step)
        refused: list[tuple[PlannedStep, WizardError]] = []
        by_id = {step.id: step for step in steps}
        while waiting:
            kind, payload = self._next()
            if kind == "start":
                step_id, gate = payload
                attempt = self.state.of(step_id).attempt + 1
                self._measure.begin(step_id)
                command = self._command(by_id[step_id])
                before = self._evidence.before(step_id)
                self._record("step_started", step_id, attempt, {"command": to_data(command), **before})
                gate.set()
            elif kind == "output":
                step_id, output = payload
                if (measured := self._measure.output(step_id, output)) is not None:
                    self._pending.append(self._said(step_id, measured))
            elif kind == "end":
                future = waiting.pop(payload)
                error = future.exception()
                if error is None:
                    self._finish(by_id[payload], future.result())
                elif isinstance(error, WizardError) and self.state.of(payload).shown != "running":
                    refused.append((by_id[payload], error))
                elif self.state.of(payload).shown == "running":
                    # The transport broke its promise not to raise; whether the command ran, nobody knows.
                    self._pending.append(self._said(payload, Output("debug", f"{type(error).__name__}: {error}")))
                    self._finish(by_id[payload], Reply("unknown", why="the host sent something unreadable"))
                else:
                    raise error
        return all(self._settle(self._stranger(step) or self._unreachable(step, error)) for step, error in refused)

    def _stranger(self, step: PlannedStep) -> Request | None:
        return introduction.asked(self._hosts, self.plan, step, self._record)

    def _said(self, step_id: str, output: Output) -> Fact:
        attempt, text = self.state.of(step_id).attempt, self._redact(output.text)
        if output.resent:
            return "command_resent", step_id, attempt, {"why": text}
        return (
            "output",
            step_id,
            attempt,
            {"stream": output.stream, "text": text, **recorded(output.error, self._redact)},
        )

    def _send(self, step: PlannedStep) -> Future[Reply]:
        gate = threading.Event()

        def started() -> None:
            self._inbox.put("start", (step.id, gate))
            gate.wait()

        command = self._command(step)
        future = self._session_pool.submit(
            step.host,
            step.account,
            command,
            transport=transport_of(command),
            limits=Limits(overall=step.limit_seconds),
            on_output=lambda output: self._inbox.output(step.id, output),
            cancel=self._cancel,
            started=started,
        )
        future.add_done_callback(lambda _: self._inbox.put("end", step.id))
        return future

    def _finish(self, step: PlannedStep, reply: Reply) -> None:
        self._gated.pop(step.id, None)
        outcome, kept = capture.keep(step.deliver, reply, step.expect.judge(reply), self._sink)
        data: dict[str, Any] = {
            "outcome": outcome.result,
            "seconds": round(reply.seconds, 3),
            "to_verify": outcome.result == "ok" and step.verify is not None,
        }
        if kept:
            data["delivered"] = kept
        if outcome.why:
            data["why"] = self._redact(outcome.why)
        if reply.exit_code is not None:
            data["exit_code"] = reply.exit_code
        if reply.errors:
            data["errors"] = [self._redact(e.message) for e in reply.errors[:20]]
        self._record("step_finished", step.id, self.state.of(step.id).attempt, data)

    def _verify(self, step: PlannedStep) -> bool:
        proof = self._evidence.of_effect(step, self.state.of(step.id))
        if strange := self._stranger(step):
            return self._settle(strange)
        if self._stop_after.is_set() and self._cancel.is_set() and proof.answer != "yes":
            return True  # broken off with the run; asked again when that goes on
        self._evidence.keep(step, proof)
        return True

    def _answered(self, kind: EventType, step_id: str, data: Mapping[str, Any]) -> None:
        """Record what a step's question was answered; what is still asked for goes on under the attempt."""
        if kind == "output":
            self._pending.append((kind, step_id, self.state.of(step_id).attempt, data))
            self._drain()
        else:
            self._record(kind, step_id, data=data)

    def _gate(self, step: PlannedStep) -> tuple[tuple[Gate, ...], dict[str, str]] | Request:
        """What must hold and be known just before a step is sent, or the request that says why it cannot go."""
        gates = tuple(
            Gate(p.title, self._inquiry.prove(p.question) if p.question else self._gatekeeper(step, p))
            for p in step.before
        )
        if strange := self._stranger(step):
            return strange
        closed = [gate for gate in gates if gate.proof.answer == "no"]
        if closed:
            why = self._redact("; ".join(map(str, closed)))
            return Request("blocked", step, why, "Fix this, then check again.", gates)
        try:
            return gates, self._inquiry.read(step.reads)
        except WizardError as error:
            return self._stranger(step) or self._unreachable(step, error, gates)

    def _unreachable(self, step: PlannedStep, error: WizardError, gates: tuple[Gate, ...] = ()) -> Request:
        """A step that could not be sent; a known text behind the refusal says more than the refusal's own hint."""
        said = Said(f"{error.summary} {error.detail}", place=place_of(self.plan, step))
        known = hint(said)
        return Request("unreachable", step, error.summary, known.do if known else error.hint, gates, cause=error)

    def _command(self, step: PlannedStep) -> Command:
        if step.command is None:
            raise AssertionError("a decision has no command")
        return filled(step.command, self._gated.get(step.id, {}))

    def _decide(self, step: PlannedStep) -> bool:
        request = self._evidence.decision(self.plan, step, self.state.of(step.id))
        return self._settle(self._stranger(step) or request)

    def _reconcile(self, step: PlannedStep) -> bool:
        request = self._evidence.reconciliation(step, self.state.of(step.id))
        return self._settle(self._stranger(step) or request)

    def _settle(self, request: Request) -> bool:
        step, answer = request.step, self._ask(request)
        introduction.answered(self._hosts, request, answer, self._by, self._record)
        if answer.choice == "done" and not request.may_accept:
            raise Refused("a failed step cannot be called done", "Try it again, skip it with a reason, or stop.")
        sent = self.state.of(step.id).attempt > 0 and request.kind in {"decide", "reconcile"}
        if answer.choice in {"done", "again"} and sent:
            proposal = request.proof.answer if request.proof else ""
            data = {"decision": answer.choice, "by": answer.by or self._by, "reason": answer.reason}
            self._record("step_reconciled", step.id, data={**data, "proposal": proposal})
        return self._follow(step, answer)

    def _follow(self, step: PlannedStep, answer: Answer) -> bool:
        """What every answer has in common: skip with a reason, or stop."""
        if answer.choice == "skip":
            if not answer.reason.strip():
                raise Refused("a step is skipped only with a reason", "Say why it is left out.")
            self._record("step_skipped", step.id, data={"reason": answer.reason, "by": answer.by or self._by})
        return answer.choice != "stop"

    def _ask(self, request: Request) -> Answer:
        self._flush()
        while True:
            answer = self._operator.ask(request)
            self._drain()
            if answer.choice != "note":
                return answer
            self._note(answer.text, request.step.id, answer.by)

    # The inbox and the journal.

    def _next(self) -> tuple[str, Any]:
        """The next thing another thread has to say; recorded outputs never wait longer than a moment."""
        while True:
            try:
                # A wait without an end cannot be interrupted on Windows.
                kind, payload = self._inbox.get(timeout=0.05 if self._pending else 0.5)
            except queue.Empty:
                self._flush()
                continue
            if kind in {"note", "sent", "host"}:
                self._hear(kind, payload)
                continue
            if len(self._pending) >= 500:
                self._flush()
            return kind, payload

    def _drain(self) -> None:
        self._flush()
        while not self._inbox.empty():
            self._hear(*self._inbox.get())
        self._flush()

    def _hear(self, kind: str, payload: Any) -> None:
        if kind == "note":
            self._note(*payload)
        elif kind == "host":
            self._record("host_identified", data=payload)
        elif kind == "sent" and (recorded := self._measure.sent(payload)) is not None:
            self._pending.append(("output", None, None, recorded))

    def _note(self, text: str, step: str | None = None, by: str = "") -> None:
        self._record("note", step, data={"text": self._redact(text), "by": by or self._by})

    def _flush(self) -> None:
        if self._pending:
            pending, self._pending = self._pending, []
            for event in self._journal.append_all(pending):
                self._operator.show(event)

    def _record(
        self,
        kind: EventType,
        step: str | None = None,
        attempt: int | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self._record_all([(kind, step, attempt, data or {})])

    def _record_all(self, facts: Sequence[Fact]) -> None:
        pending, self._pending = [*self._pending, *facts], []
        for event in self._journal.append_all(pending):
            self.state = run_state.apply(self.state, event)
            self._operator.show(event)
