"""A run that goes on: with the plan that was begun and approved, an approval that still holds, and eyes open."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard.cli import main
from lync_wizard.core import catalogue, timestamps
from lync_wizard.core.errors import Refused
from lync_wizard.core.storage import Home
from lync_wizard.hosts import powershell
from lync_wizard.hosts.addresses import AddressBook, Endpoint
from lync_wizard.hosts.command import Program
from lync_wizard.plans import approval, model
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs import journal, report
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.runs.runner import Answer, Request
from lync_wizard.runs.state import RunEvent
from lync_wizard.worksheets import Cell
from lync_wizard.workspace.run_session import CHANGED, RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.conftest import opened
from tests.runs.test_approval import planned
from tests.runs.test_resume import Steady
from tests.world import World, begun

SE = "se01.contoso.com"
BACKUPS = r"\\backup01.contoso.com\LyncBackup"
EVIL = Program("net", ("share", "Evil=C:\\", "/GRANT:Everyone,FULL"))
AHEAD = float(os.environ.get(timestamps.SHIFT) or 0)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    timestamps.shift(AHEAD)


class Stopping(Steady):
    """Stops at the third question."""

    def ask(self, request: Request) -> Answer:
        return super().ask(request) if len(self.asked) < 2 else Answer("stop")


def paused(workspace: Workspace, world: World, *, second: str = "") -> str:
    """A run that stopped after its first steps; its name."""
    made = planned(workspace)
    world.plan = made
    runner = begun(workspace, made, Stopping(world), second=second)
    assert runner.run().end == "paused"
    return runner.run_name


def resumed(workspace: Workspace, run: str, by: str = "ann") -> RunSession:
    return RunSession.resume(workspace, run, by=by)


def events(workspace: Workspace, run: str) -> list[RunEvent]:
    with Reader(workspace.home.runs / run) as reader:
        return reader.events()


def swap(workspace: Workspace, run: str, plan: Plan) -> None:
    """Another plan in a journal, with a hash that fits it; what else stands there stays."""
    with closing(sqlite3.connect(workspace.home.runs / run / journal.FILE)) as database, database:
        database.execute("DROP TRIGGER plan_stays")
        database.execute("UPDATE plan SET body = ?", (json.dumps(plan.to_data()),))


def test_another_plan_in_the_journal_stops_the_run(workspace: Workspace, world: World) -> None:
    run = paused(workspace, world)
    session = resumed(workspace, run)
    evil = replace(session.plan, steps=session.plan.steps[::-1])
    swap(workspace, run, evil)
    with pytest.raises(Refused, match="another plan than the one that was begun") as refused:
        resumed(workspace, run)
    assert evil.hash in refused.value.detail
    assert session.plan.hash in refused.value.detail
    before = world.done.copy()
    with pytest.raises(Refused, match="has changed since it was read"):
        session.start(Steady(world))
    assert world.done == before
    with Reader(workspace.home.runs / run) as reader:
        assert report.of(reader).run == run, "what happened is told all the same"


Edit = Callable[[PlannedStep], PlannedStep]
REWRITTEN: dict[str, tuple[Edit, str]] = {
    "another text": (lambda step: replace(step, text="Get-Service"), 'text: the plan says "Get-Service"'),
    "another command": (lambda step: replace(step, command=EVIL, text=powershell.text_of(EVIL)), "command is not as"),
    "no question": (lambda step: replace(step, confirm="none"), "confirm is not as"),
    "sent again": (lambda step: replace(step, repeatable=not step.repeatable), "repeatable is not as"),
    "another question afterwards": (lambda step: replace(step, verify=None), "verify is not as"),
    "another kind": (lambda step: replace(step, kind="sql"), "kind is not as"),
    "another step": (lambda step: replace(step, id="se-evil"), "se-evil is none of restore-se"),
}


@pytest.mark.parametrize("what", REWRITTEN)
def test_a_journal_rewritten_from_its_plan_on_is_refused_without_its_chain(workspace: Workspace, what: str) -> None:
    """Plan, hashes and chain fit each other: somebody has reckoned them anew."""
    edit, said = REWRITTEN[what]
    made = planned(workspace)
    harmed = next(step for step in made.steps if step.confirm == "yes" and step.verify)
    lying = replace(made, steps=tuple(edit(step) if step is harmed else step for step in made.steps))
    for plan in (made, lying):
        with Journal.create(workspace.home.runs, plan) as record:
            record.append("run_started", data={"environment": "test", "plan": plan.hash})
            record.append("plan_approved", data={"by": "ann", "hash": plan.hash, "person": 1})
        if plan is made:
            assert resumed(workspace, record.run).in_the_way == []
            continue
        with pytest.raises(Refused, match="contradicts itself or its procedures") as refused:
            resumed(workspace, record.run)
        assert said in refused.value.detail


def test_an_approval_expires_and_the_steps_left_are_approved_again(workspace: Workspace, world: World) -> None:
    run = paused(workspace, world)
    assert resumed(workspace, run).approval_wanted == ""
    timestamps.shift(AHEAD + 2)
    session = resumed(workspace, run, by="cleo")
    assert "was valid for 24 h" in session.approval_wanted
    with pytest.raises(Refused, match="was valid for") as refused:
        session.start(Steady(world))
    assert "approve" in refused.value.hint
    session.approve()
    assert session.start(Steady(world)).run().end == "finished"
    told = [event.type for event in events(workspace, run)]
    assert told[told.index("run_resumed") + 1] == "plan_approved"
    assert [(e.data["by"], e.data["hash"]) for e in events(workspace, run) if e.type == "plan_approved"] == [
        ("ann", session.plan.hash),
        ("cleo", session.plan.hash),
    ]


def test_the_plan_sheet_says_for_how_long(workspace: Workspace, world: World) -> None:
    workspace.record(Cell.parse(approval.VALID_FOR), "5 days")
    run = paused(workspace, world)
    timestamps.shift(AHEAD + 2)
    assert resumed(workspace, run).approval_wanted == ""
    timestamps.shift(AHEAD + 6)
    assert "was valid for 120 h" in resumed(workspace, run).approval_wanted


def test_an_approval_that_waited_too_long_starts_nothing(workspace: Workspace, world: World) -> None:
    session = RunSession(workspace, planned(workspace), by="ann")
    session.approve()
    timestamps.shift(AHEAD + 2)
    with pytest.raises(Refused, match="was valid for"):
        session.start(Steady(world))
    assert not journal.runs(workspace.home.runs)


def test_where_two_approve_two_approve_again(workspace: Workspace, world: World) -> None:
    workspace.record(Cell.parse(approval.CELL), "yes")
    run = paused(workspace, world, second="ben")
    workspace.record(Cell.parse(approval.CELL), "no")
    timestamps.shift(AHEAD + 2)
    session = resumed(workspace, run)
    assert session.needs_second, "the plan asked for two, whatever the sheet says now"
    with pytest.raises(Refused, match="second person"):
        session.approve()
    session.approve("cleo")
    assert session.start(Steady(world)).run().end == "finished"
    assert [e.data["by"] for e in events(workspace, run) if e.type == "plan_approved"] == ["ann", "ben", "ann", "cleo"]


def test_a_run_whose_procedure_is_another_now_goes_on_with_a_reason_only(
    workspace: Workspace, home: Home, contoso_papers: Path, world: World
) -> None:
    run = paused(workspace, world)
    assert resumed(workspace, run).in_the_way == []
    own = home.procedures / "restore-se.yaml"
    own.parent.mkdir()
    shutil.copy(catalogue.data_folder() / "procedures" / "restore-se.yaml", own)
    assert resumed(opened(home, contoso_papers, world), run).in_the_way == [], "the same text in another place"
    own.write_text(own.read_text("utf-8") + "# another\n", "utf-8")
    session = resumed(opened(home, contoso_papers, world), run)
    [finding] = session.in_the_way
    assert (finding.check, finding.status) == (CHANGED, "caution")
    assert "procedure restore-se is another" in finding.message
    assert "prepare" not in finding.message, "what stayed the same is not named"
    with pytest.raises(Refused, match="blocked by 1 finding") as refused:
        session.carry_out(Steady(world), reason_for=lambda _: None, on_finding=lambda _: None)
    assert finding.message in refused.value.detail
    session.carry_out(Steady(world), reason_for=lambda _: "read side by side", on_finding=lambda _: None)
    [accepted] = [event for event in events(session.workspace, run) if event.type == "finding_accepted"]
    assert (accepted.data["reason"], accepted.data["message"]) == ("read side by side", finding.message)
    assert events(session.workspace, run)[-1].type == "run_finished"


def elsewhere(workspace: Workspace, se: Endpoint) -> Workspace:
    """The same home, whose hosts are reached otherwise."""
    book = workspace.book
    there = AddressBook(book.environment, hosts={SE: se}, shares={BACKUPS: workspace.backup_root or Path()})
    return Workspace(workspace.home, there, workspace.connect, workspace.redactor, judged=True)


def test_hosts_that_are_reached_otherwise_are_a_finding(workspace: Workspace, world: World) -> None:
    run = paused(workspace, world)
    assert resumed(elsewhere(workspace, se=Endpoint(port=5999)), run).in_the_way == [], "a drill's ports are its lab's"
    session = resumed(elsewhere(workspace, se=Endpoint(address="10.9.9.9")), run)
    [finding] = session.in_the_way
    assert f"psrp {SE} lync-admin is reached by http at 10.9.9.9:5985" in finding.message
    assert "dc01.contoso.com" not in finding.message
    assert session.approval_wanted == ""
    with pytest.raises(Refused, match="blocked by 1 finding"):
        session.start(Steady(world))
    session.accept(finding, "rebuilt in another network")
    assert session.start(Steady(world)).run().end == "finished"


def test_where_two_approve_hosts_that_are_reached_otherwise_are_approved_again(
    workspace: Workspace, world: World
) -> None:
    workspace.record(Cell.parse(approval.CELL), "yes")
    run = paused(workspace, world, second="ben")
    assert resumed(workspace, run).approval_wanted == ""
    session = resumed(elsewhere(workspace, se=Endpoint(address="10.9.9.9")), run)
    assert session.approval_wanted == "hosts are reached otherwise than was approved"
    session.approve("ben")
    assert session.approval_wanted == ""


def test_a_run_that_only_one_of_two_approved_waits_for_both(workspace: Workspace, world: World) -> None:
    workspace.record(Cell.parse(approval.CELL), "yes")
    made = planned(workspace)
    with Journal.create(workspace.home.runs, made) as record:
        record.append("run_started", data={"environment": "test", "plan": made.hash})
        record.append("plan_approved", data={"by": "ann", "hash": made.hash, "person": 1})
    session = resumed(workspace, record.run)
    assert "asks for two" in session.approval_wanted
    with pytest.raises(Refused, match="asks for two"):
        session.start(Steady(world))


def test_a_plan_is_approved_for_one_run(workspace: Workspace, home: Home, tmp_path: Path) -> None:
    made = workspace.plan("restore-se", "se01.contoso.com", workspace.newest(), {})
    model.save(made, tmp_path / "plan.json")
    RunSession.of_file(workspace, tmp_path / "plan.json", by="ann")
    with Journal.create(home.runs, made) as record:
        pass
    with pytest.raises(Refused, match=f"approved for run {record.run}") as refused:
        RunSession.of_file(workspace, tmp_path / "plan.json", by="ann")
    assert f"resume {record.run}" in refused.value.hint


def test_unattended_the_steps_left_are_approved_by_a_flag(
    workspace: Workspace, home: Home, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    run = paused(workspace, world)
    (home.root / "connections.yaml").write_text(
        "environment: {kind: drill, id: test}\n"
        "hosts: {dc01.contoso.com: {}, fe01.contoso.com: {}, se01.contoso.com: {}}\n",
        "utf-8",
    )
    resume = ["--home", str(home.root), "resume", run, "--headless"]
    timestamps.shift(AHEAD + 2)
    assert main(resume) == 3
    told = capsys.readouterr().err
    assert "was valid for 24 h" in told
    assert "--approve" in told
    assert events(workspace, run)[-1].type == "run_paused", "nothing was begun"
    assert main([*resume, "--approve"]) == 3, "approved, but nobody answers"
    assert "has no answer left" in capsys.readouterr().err
    assert "plan_approved" in [event.type for event in events(workspace, run)][-4:]
