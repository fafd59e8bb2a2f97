"""Any answers and any single fault: no crash, nothing destroyed unconfirmed, no false end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lync_wizard import triage
from lync_wizard.core.errors import InputError, WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.lab.scenarios import random_pick
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import options_of
from lync_wizard.procedures.capture import Kept
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.runs.runner import Answer, Request, Runner
from lync_wizard.runs.scripted_operator import CHOICES
from lync_wizard.runs.state import RunEvent, fold
from lync_wizard.workspace.workspace import Workspace
from tests.conftest import Papers, copied, opened
from tests.soak.invariants import broken
from tests.world import World

BOUNDED = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MOST_QUESTIONS = 120
"""After so many answers somebody has had enough, and stops."""
Guides = Callable[[str], Workspace]


@pytest.fixture(scope="module")
def guides(papers: Papers, tmp_path_factory: pytest.TempPathFactory) -> Guides:
    """One guide a scenario, only read."""
    known: dict[str, Workspace] = {}

    def workspace(scenario: str) -> Workspace:
        if scenario not in known:
            kept = papers(scenario)
            known[scenario] = opened(copied(kept, tmp_path_factory.mktemp("home")), kept, World())
        return known[scenario]

    return workspace


def advised(data: st.DataObject) -> triage.Advice:
    answers: dict[str, str] = {}
    while not isinstance(step := triage.next_step(answers), triage.Advice):
        answers[step.id] = data.draw(st.sampled_from([option.id for option in step.options]), label=step.id)
    return step


def hinted(refused: WizardError) -> None:
    """Every refusal says what to do instead."""
    assert refused.hint


def made(workspace: Workspace, procedure: str, data: st.DataObject) -> Plan | None:
    """A plan for anything the procedure can be aimed at, or None where the papers honestly do not suffice."""
    targets = workspace.targets(procedure)
    if not targets:
        return None
    target = data.draw(st.sampled_from(targets), label="target")
    asks = {
        ask.name: data.draw(st.sampled_from(sorted(ask.choices)), label=ask.name)
        for ask in options_of(workspace.procedures[procedure], workspace.procedures)
    }
    try:
        return workspace.plan(procedure, target, workspace.newest(), asks)
    except InputError as refused:
        return hinted(refused)


@BOUNDED
@given(data=st.data())
def test_any_answers_lead_to_advice_and_a_plan_that_asks_before_it_destroys(
    data: st.DataObject, guides: Guides
) -> None:
    advice = advised(data)
    workspace = guides(data.draw(st.sampled_from(sorted({one for _, one in random_pick.pairs()})), label="scenario"))
    if advice.procedure is None or advice.procedure not in workspace.procedures:
        assert advice.why
        return
    plan = made(workspace, advice.procedure, data)
    if plan is not None:
        assert not broken(plan, [])
        assert all(step.confirm_text for step in plan.steps if step.confirm == "type")


class Anybody:
    """An operator who may answer anything that a request allows, wrong targets and silence included."""

    def __init__(self, data: st.DataObject, world: World) -> None:
        self.data = data
        self.world = world
        self.asked = 0
        self.mostly_good = data.draw(st.booleans(), label="knows what to do")

    def ask(self, request: Request) -> Answer:
        self.asked += 1
        if self.asked > MOST_QUESTIONS:
            return Answer("stop")
        step = request.step
        right = {"confirm": "go", "perform": "done"}.get(request.kind, "again")
        if request.kind == "reconcile" and request.proof and request.proof.answer == "yes":
            right = "done"
        anything: list[Any] = sorted(CHOICES[request.kind])
        choice = (
            right
            if self.mostly_good
            else self.data.draw(st.sampled_from([*[right] * 9, *anything]), label=request.kind)
        )
        if choice == "done" and request.kind == "perform":
            self.world.done[step.id] += 1
        texts = [*[step.confirm_text] * 5, step.confirm_text.upper(), "", "another.contoso.com", "y"]
        typed = step.confirm_text if self.mostly_good else self.data.draw(st.sampled_from(texts), label="typed")
        text = typed if request.kind == "confirm" else next(iter(step.choices), "")
        reason = "because" if self.mostly_good else self.data.draw(st.sampled_from(["because", " "]), label="reason")
        return Answer(choice, text, reason=reason)

    def show(self, event: RunEvent) -> None:
        self.world.hear(event)


@BOUNDED
@given(data=st.data())
def test_any_single_fault_and_any_answers_never_destroy_unasked_nor_end_well_falsely(
    data: st.DataObject, guides: Guides
) -> None:
    name, scenario = data.draw(st.sampled_from(random_pick.pairs()), label="disaster")
    workspace = guides(scenario)
    plan = made(workspace, name, data) if name in workspace.procedures else None
    if plan is None or not plan.steps:
        return
    step = data.draw(st.sampled_from(plan.steps), label="where")
    world = World(plan)
    match data.draw(st.sampled_from(["lost before", "lost after", "fails", "unreachable", "nothing"]), label="what"):
        case "lost before":
            world.lose[step.id] = "before"
        case "lost after":
            world.lose[step.id] = "after"
        case "fails":
            world.fail[step.id] = "the service runs"
        case "unreachable":
            world.refuse.add(step.host)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.create(Path(folder), plan)
        runner = Runner(
            journal, SessionPool(world.connect), Anybody(data, world), gatekeeper=lambda *_: Proof("yes", "given"),
            environment="test", redactor=Redactor(), by="anybody", sink=lambda *_: Kept(0, "0" * 64),
        )  # fmt: skip
        try:
            end = runner.run().end
        except WizardError as refused:
            hinted(refused)
            end = "paused"
        with Reader(journal.folder) as reader:
            assert reader.broken_at() is None
            events = reader.events()
    assert not broken(plan, events)
    if end == "finished":
        state = fold(events)
        lies = [one.id for one in plan.steps if not world.done[one.id] and not state.of(one.id).accepted]
        assert not lies, f"called done, and never carried out: {lies}"
