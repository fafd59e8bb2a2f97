"""A name is typed once for a list that harms the same server, and again where nothing of that list was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lync_wizard.plans import derivation
from lync_wizard.plans.model import Plan
from lync_wizard.runs.state import Confirm, RunState, StepState, next_action
from lync_wizard.workspace.workspace import Workspace

LIST = "mp-uninstall.2"
Of = Callable[[str], Workspace]


def the_plan(workspace_of: Of) -> Plan:
    workspace = workspace_of("contoso-ee-primary")
    return workspace.plan("restore-primary", "pool01.contoso.com", workspace.newest(), {})


def items(plan: Plan) -> list[int]:
    return [number for number, step in enumerate(plan.steps) if step.id.partition("@")[0] == LIST]


def asked(plan: Plan, number: int, first: StepState) -> str:
    """How the step of that number is asked about where all before it are done, and the first of the list is so."""
    done = {step.id: StepState("done", 1) for step in plan.steps[:number]}
    action = next_action(plan, RunState(steps={**done, plan.steps[items(plan)[0]].id: first}))
    assert isinstance(action, Confirm)
    [step] = action.steps
    assert step.id == plan.steps[number].id
    return step.confirm


def test_the_first_item_is_typed_and_the_others_take_one_key(workspace_of: Of) -> None:
    plan = the_plan(workspace_of)
    assert [plan.steps[one].confirm for one in items(plan)] == ["type", *["yes"] * (len(items(plan)) - 1)]
    assert {plan.steps[one].confirm_text for one in items(plan)} == {"sql02.contoso.com"}
    assert asked(plan, items(plan)[1], StepState("done", 1)) == "yes"


def test_whoever_left_the_first_item_out_types_at_the_next(workspace_of: Of) -> None:
    plan = the_plan(workspace_of)
    assert asked(plan, items(plan)[1], StepState("skipped")) == "type"


def test_a_plan_whose_harm_nobody_types_contradicts_itself(workspace_of: Of) -> None:
    plan = the_plan(workspace_of)
    assert not [*derivation.contradictions(plan)]
    first = items(plan)[0]
    steps = (*plan.steps[:first], replace(plan.steps[first], confirm="yes"), *plan.steps[first + 1 :])
    assert any(LIST in one for one in derivation.contradictions(replace(plan, steps=steps)))
