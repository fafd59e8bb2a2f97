"""The journal cut after every event and resumed: the same end, and no unrepeatable step twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from lync_wizard import procedures
from lync_wizard.core import catalogue
from lync_wizard.core.errors import InputError
from lync_wizard.core.secret import Redactor
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import capture
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.runs.runner import Answer, Request, Result, Runner
from lync_wizard.runs.state import RunEvent, RunState, apply
from lync_wizard.workspace.workspace import Workspace
from tests.world import World

SHIPPED = sorted(
    one.id
    for one in procedures.load_library([catalogue.data_folder() / "procedures"], Problems()).values()
    if one.listed
)
CUTS = 16
"""So many cuts of a procedure, spread over its events, in every run of the tests; `make drills` cuts after each."""
HOW_OFTEN = [pytest.param(CUTS, id="some"), pytest.param(0, id="each", marks=pytest.mark.thorough)]


class Steady:
    """An operator who confirms what is asked, does and remembers what is to be done by hand, and believes the host."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[Request] = []

    def ask(self, request: Request) -> Answer:
        if request.kind == "identity":
            return Answer("go")
        self.asked.append(request)
        match request.kind:
            case "confirm":
                return Answer("go", request.step.confirm_text)
            case "perform":
                self.world.done[request.step.id] += 1
                return Answer("done", next(iter(request.step.choices), ""))
            case "reconcile" if request.step.by_hand:
                # Who did it knows, whatever the host says.
                return Answer("done" if self.world.done[request.step.id] else "again", reason="did it")
            case "reconcile":
                if request.proof and request.proof.answer != "cannot-tell":
                    return Answer("done" if request.proof.answer == "yes" else "again")
                # Where the host cannot tell, this person goes and looks.
                return Answer("done" if self.world.done[request.step.id] else "again", reason="looked at it")
        assert sum(one.step.id == request.step.id for one in self.asked) < 5, f"{request.step.id}: {request.why}"
        return Answer("again")

    def show(self, event: RunEvent) -> None:
        self.world.hear(event)


def settled(state: RunState) -> Mapping[str, str]:
    """What is shown of each step that something happened to: what a run does next follows from the plan and this."""
    return {name: step.shown for name, step in state.steps.items()}


class Meeting(Steady):
    """Stops a run where it is again as ``whole`` was when the same step was ready: the rest was played once already."""

    def __init__(self, world: World, whole: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(world)
        self.whole = whole
        self.runner: Runner | None = None
        self.met = False

    def show(self, event: RunEvent) -> None:
        super().show(event)
        if (
            event.type == "step_ready"
            and self.runner
            and settled(self.runner.state) == self.whole.get(event.step or "")
        ):
            self.met = True
            self.runner.stop_after_this_step()


def carry(journal: Journal, world: World, operator: Steady | None = None) -> Result:
    world.plan = journal.plan
    operator = operator or Steady(world)
    runner = Runner(
        journal,
        SessionPool(world.connect),
        operator,
        gatekeeper=lambda step, wanted: Proof("yes", "given"),
        environment="test",
        redactor=Redactor(),
        by="a tester",
        sink=lambda path, data: capture.Kept(0, "0" * 64),
    )
    if isinstance(operator, Meeting):
        operator.runner = runner
    return runner.run()


Guides = Callable[[str], Workspace]


def plan_for(workspace_of: Guides, name: str) -> Plan:
    """The procedure's plan in the first scenario that has something for it to do."""
    for scenario in ("contoso-se", "contoso-archmon", "contoso-ee", "contoso-paired", "contoso-abc"):
        workspace = workspace_of(scenario)
        targets = workspace.targets(name)
        if not targets:
            continue
        aim = next((fqdn for fqdn in targets if fqdn == "se01.contoso.com"), targets[0])
        try:
            plan = workspace.plan(name, aim, workspace.newest(), {})
        except InputError:  # a pool that is in no pair
            continue
        if plan.steps:
            return plan
    raise AssertionError(f"give this test a scenario for {name}")


def whole_run(plan: Plan, folder: Path) -> list[RunEvent]:
    world = World()
    journal = Journal.create(folder, plan)
    assert carry(journal, world).end == "finished"
    assert set(world.done.values()) == {1}
    with Reader(journal.folder) as reader:
        assert reader.broken_at() is None
        return reader.events()


def cut(plan: Plan, folder: Path, events: Iterable[RunEvent]) -> Path:
    with Journal.create(folder, plan) as journal:
        journal.append_all((e.type, e.step, e.attempt, e.data) for e in events)
        return journal.folder


def world_after(plan: Plan, state: RunState, ran: bool) -> World:
    """What the hosts look like at a cut; a command that was under way ``ran`` or never did."""
    world = World()
    for step in plan.steps:
        at = state.of(step.id)
        if at.outcome == "ok" or at.settled or (ran and at.shown == "running"):
            world.done[step.id] = 1
    return world


@pytest.mark.timeout(900)
@pytest.mark.parametrize("most", HOW_OFTEN)
@pytest.mark.parametrize("ran", [True, False], ids=["it-ran", "it-never-ran"])
@pytest.mark.parametrize("name", SHIPPED)
def test_cut_after_every_event(name: str, ran: bool, most: int, workspace_of: Guides, tmp_path: Path) -> None:
    plan = plan_for(workspace_of, name)
    events = whole_run(plan, tmp_path / "whole")
    unrepeatable = {step.id for step in plan.steps if not step.repeatable}
    folded, so_far, whole = RunState(), [RunState()], dict[str, Mapping[str, str]]()
    for event in events:
        folded = apply(folded, event)
        so_far.append(folded)
        if event.type == "step_ready":
            whole[event.step or ""] = settled(folded)
    apart = len(events) // most + 1 if most else 1
    for number in range(apart - 1 if ran else apart // 2, len(events), apart):
        world = world_after(plan, so_far[number], ran)
        folder = cut(plan, tmp_path / f"cut{number}", events[:number])
        operator = Meeting(world, whole)
        end = carry(Journal.open(folder), world, operator)
        assert end.end == "finished" or operator.met, f"cut after event {number}"
        twice = {step for step, count in world.done.items() if count > 1 and step in unrepeatable}
        assert not twice, f"cut after event {number}: carried out twice {twice}"
        done = {step.id for step in plan.steps if end.state.of(step.id).settled}
        assert done <= set(world.done), f"cut after event {number}"
        assert operator.met or done == {step.id for step in plan.steps}, f"cut after event {number}"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("most", HOW_OFTEN)
@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("name", SHIPPED)
def test_connection_lost_in_every_step(
    name: str, how: str, most: int, workspace_of: Guides, tmp_path: Path
) -> None:  # fmt: skip
    plan = plan_for(workspace_of, name)
    sent = [step for step in plan.steps if not step.by_hand]
    apart = len(sent) // (most // 4) + 1 if most else 1
    for number, step in enumerate(sent[apart - 1 if how == "before" else apart // 2 :: apart]):
        world = World(lose={step.id: how})
        assert carry(Journal.create(tmp_path / str(number), plan), world).end == "finished", step.id
        if not step.repeatable:
            assert world.done[step.id] == 1, step.id


def test_started_is_on_disk_before_the_first_byte(workspace_of: Guides, tmp_path: Path) -> None:
    plan = plan_for(workspace_of, "restore-se")
    journal = Journal.create(tmp_path, plan)
    seen: list[tuple[str, RunEvent]] = []

    def look(step_id: str) -> None:
        with Reader(journal.folder) as reader:
            seen.append((step_id, reader.events()[-1]))

    carry(journal, World(on_run=look))
    assert len(seen) == sum(not step.by_hand for step in plan.steps)
    assert all(event.type == "step_started" and event.step == step_id for step_id, event in seen)
