"""What must hold of every journal, however often its run was killed, resumed, or went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lync_wizard.plans.derivation import typed_before
from lync_wizard.plans.model import Plan
from lync_wizard.runs.state import RunEvent


def broken(plan: Plan, events: Sequence[RunEvent]) -> list[str]:
    """Every breach in words; empty where all holds."""
    return [*_unconfirmed(plan, events), *_twice(plan, events), *_called_done(events)]


def _unconfirmed(plan: Plan, events: Sequence[RunEvent]) -> Iterator[str]:
    """A step that asks for a confirmation was sent without one, or a destructive one without its target typed."""
    steps = {step.id: step for step in plan.steps}
    confirmed: dict[str, str] = {}
    for event in events:
        step = steps.get(event.step or "")
        if event.type == "run_resumed":
            confirmed.clear()
        if step is None:
            continue
        if event.type == "step_confirmed":
            confirmed[step.id] = str(event.data.get("typed", ""))
        elif event.type == "step_finished" and event.data.get("outcome") != "unknown":
            confirmed.pop(step.id, None)
        elif event.type == "step_started" and step.confirm != "none":
            if step.id not in confirmed:
                yield f"{step.id} was started unconfirmed (event {event.seq})"
            elif step.confirm == "type" and confirmed[step.id].lower() != step.confirm_text.lower():
                yield f"{step.id} was started for {confirmed[step.id]!r} (event {event.seq})"
    yield from (
        f"{step.id} is destructive and asks for no target"
        for number, step in enumerate(plan.steps)
        if step.destructive and step.confirm != "type" and not typed_before(step, plan.steps[:number])
    )


def _called_done(events: Sequence[RunEvent]) -> Iterator[str]:
    """A person's word made a step done that had failed, or whose effect was seen to be missing."""
    failed: set[str] = set()
    outcome: dict[str, object] = {}
    for event in events:
        step = event.step or ""
        if event.type == "step_finished":
            outcome[step] = event.data.get("outcome")
            failed.discard(step)
            if outcome[step] == "failed":
                failed.add(step)
        elif event.type == "step_verified" and outcome.get(step) == "ok" and event.data.get("result") == "no":
            failed.add(step)
        elif event.type == "step_started":
            outcome.pop(step, None)
            failed.discard(step)
        elif event.type == "step_reconciled" and event.data.get("decision") == "done" and step in failed:
            yield f"{step} failed and was called done (event {event.seq})"


def _twice(plan: Plan, events: Sequence[RunEvent]) -> Iterator[str]:
    """An unrepeatable step was sent again although it had ended well, or nobody had decided that it is to be."""
    once = {step.id for step in plan.steps if not step.repeatable}
    sent: set[str] = set()
    for event in events:
        step = event.step or ""
        if step not in once:
            continue
        if event.type == "step_started":
            if step in sent:
                yield f"{step} was sent again without a decision (event {event.seq})"
            sent.add(step)
        elif event.type == "step_reconciled" and event.data.get("decision") == "again":
            if event.data.get("proposal") == "yes":
                yield f"{step} was sent again although the host said that it ran (event {event.seq})"
            sent.discard(step)
