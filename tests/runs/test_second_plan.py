"""A Front End Server that stays Starting: no default plan resets its pool, and the failure names the plan that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lync_wizard.core.secret import Redactor
from lync_wizard.hosts import Record, Reply
from lync_wizard.hosts.command import Command
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.model import Plan
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.journal import Journal
from lync_wizard.runs.runner import Answer, Request, Runner
from lync_wizard.runs.state import RunEvent
from lync_wizard.workspace.workspace import Workspace

SERVER, POOL = "fe02.contoso.com", "pool01.contoso.com"
Opened = Callable[[str], Workspace]


def planned(workspace_of: Opened, **asks: str) -> Plan:
    workspace = workspace_of("contoso-ee-front-end")
    return workspace.plan("restore-member", SERVER, None, {name.replace("_", "-"): one for name, one in asks.items()})


def test_no_restore_of_a_member_resets_the_state_of_its_pool(workspace_of: Opened) -> None:
    plan = planned(workspace_of)
    assert not [step.id for step in plan.steps if "Reset-CsPoolRegistrarState" in step.text]
    (left,) = [one for one in plan.omitted if one.group == "mem-fabric"]
    assert "--set only-step=mem-fabric" in left.why


def test_the_second_plan_harms_the_pool_by_name(workspace_of: Opened) -> None:
    (step,) = planned(workspace_of, only_step="mem-fabric").steps
    assert (step.id, step.confirm, step.confirm_text) == ("mem-fabric", "type", POOL)
    assert step.destructive
    assert f"stops and restarts the services of {POOL}" in step.destructive
    assert "stays Starting" in step.before[-1].title


class Waiting:
    """A host whose Front End service is on its way, whatever it is asked or sent."""

    def run(self, command: Command, **_: Any) -> Reply:
        return Reply("completed", (Record("RTCSRV", {"Status": "StartPending"}),))

    def close(self) -> None:
        pass


class Starting:
    """Confirms, and stops where the step failed."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def ask(self, request: Request) -> Answer:
        self.asked.append(request)
        return Answer("go" if request.kind == "confirm" else "stop")

    def show(self, event: RunEvent) -> None:
        pass


def test_a_start_that_never_ends_names_the_second_plan(workspace_of: Opened, tmp_path: Path) -> None:
    whole = planned(workspace_of, roles="cmdlets")
    step = whole.step("mem-step4.1")
    assert step.verify
    step = replace(step, verify=replace(step.verify, within=0), before=(), reads={})
    operator = Starting()
    Runner(
        Journal.create(tmp_path, replace(whole, steps=(step,))),
        SessionPool(lambda *_: Waiting()),
        operator,
        gatekeeper=lambda *_: Proof("yes", "given"),
        environment="test",
        redactor=Redactor(),
        by="ann",
    ).run()
    failed = operator.asked[-1]
    assert failed.kind == "decide"
    assert f"plan restore-member --target {SERVER} --set only-step=mem-fabric" in failed.hint
    assert f"stops and restarts the services of the whole pool {POOL}" in failed.hint
    assert "approval of its own" in failed.hint
