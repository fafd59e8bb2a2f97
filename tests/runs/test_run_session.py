"""What a run session refuses before anything is sent, and what it leaves of a backup that is cut off or not begun."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lync_wizard.checks import Finding
from lync_wizard.core.errors import Refused, WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.hosts.addresses import AddressBook, Environment
from lync_wizard.plans.model import Plan
from lync_wizard.runs.journal import runs
from lync_wizard.runs.state import RunEvent
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.runs.test_resume import Steady
from tests.world import World

SE = "se01.contoso.com"
CAUTION = Finding("clock", "The clocks agree", "caution", SE, "6 minutes apart", "Set the clock.")
BLOCKED = replace(CAUTION, check="second-hop", status="blocked")


def ungated(plan: Plan) -> Plan:
    """The plan without checks: the hosts of these tests answer none of the catalogue's."""
    return replace(plan, checks=(), steps=tuple(replace(step, before=()) for step in plan.steps))


@pytest.fixture
def session(workspace: Workspace) -> RunSession:
    return RunSession(workspace, ungated(workspace.plan("restore-se", SE, workspace.newest(), {})), by="ann")


def test_a_plan_of_another_environment_is_refused(session: RunSession) -> None:
    with pytest.raises(Refused, match="elsewhere"):
        RunSession(session.workspace, replace(session.plan, environment="elsewhere"), by="ann")


def test_nothing_starts_while_a_finding_stands_in_the_way(session: RunSession, world: World) -> None:
    session.approve()
    session.note(CAUTION)
    session.note(BLOCKED)
    with pytest.raises(Refused, match="cannot be accepted"):
        session.accept(BLOCKED, "it will do")
    with pytest.raises(Refused, match="with a reason"):
        session.accept(CAUTION, "  ")
    session.accept(CAUTION, "asked by phone")
    with pytest.raises(Refused, match="by 1 finding"):
        session.start(Steady(world))
    session.note(replace(BLOCKED, status="ok"))
    assert session.in_the_way == []
    session.note(replace(CAUTION, message="9 minutes apart"))
    assert [finding.check for finding in session.in_the_way] == ["clock"], "what was accepted is not what it says now"
    assert not runs(session.workspace.home.runs)


def test_nothing_starts_whose_checks_have_not_all_answered(workspace: Workspace, world: World) -> None:
    plan = workspace.plan("restore-se", SE, workspace.newest(), {})
    session = RunSession(workspace, replace(plan, checks=plan.checks[:3]), by="ann")
    session.approve()
    missing = session.in_the_way
    assert {finding.check for finding in missing} == set(plan.checks[:3])
    assert {(finding.status, finding.message) for finding in missing} == {("blocked", "has not been checked")}
    with pytest.raises(Refused, match="blocked by 3 findings"):
        session.start(Steady(world))
    for finding in missing[1:]:
        session.note(replace(finding, status="ok"))
    assert session.in_the_way == missing[:1], "one that broke off stands in the way of all"
    session.note(replace(missing[0], status="ok"))
    assert session.in_the_way == []
    assert not runs(session.workspace.home.runs)


def test_nothing_starts_that_nobody_approved(session: RunSession, world: World) -> None:
    with pytest.raises(Refused, match="not the plan's own"):
        session.approve(plan_hash="sha256:other")
    with pytest.raises(Refused, match="nobody has approved"):
        session.start(Steady(world))
    assert not runs(session.workspace.home.runs)


# A backup.


@pytest.fixture
def shelf(contoso_papers: Path, tmp_path: Path) -> Path:
    kept = next((contoso_papers / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup"))
    return Path(shutil.copytree(kept, tmp_path / "shelf"))


@pytest.fixture
def backup_session(home: Home, shelf: Path, world: World) -> RunSession:
    book = AddressBook(Environment("production", "test"), shares={r"\\backup01.contoso.com\LyncBackup": shelf})
    workspace = Workspace(home, book, world.connect, Redactor())
    plan = ungated(backup_job.prepare(workspace))
    world.plan = plan
    return RunSession(workspace, plan, by="ann")


def test_two_backups_of_one_second_are_two_sets(backup_session: RunSession, shelf: Path) -> None:
    workspace = backup_session.workspace
    at = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)
    first = backup_job.prepare(workspace, at=at)
    backup_job.open_set(workspace, first)
    second = backup_job.prepare(workspace, at=at)
    backup_job.open_set(workspace, second)
    assert first.backup_set == f"2026-03-01T235959Z_{workspace.deployment}"
    assert second.backup_set == f"2026-03-02T000000Z_{workspace.deployment}"
    with pytest.raises(Refused, match="there is a set"):
        backup_job.open_set(workspace, first)


def carried_out(session: RunSession, operator: Steady) -> None:
    session.carry_out(operator, reason_for=lambda _: None, on_finding=lambda _: None)


def status(session: RunSession) -> dict[str, object]:
    found: dict[str, object] = json.loads((session.workspace.home.root / backup_job.STATUS).read_text("utf-8"))
    return found


def test_ctrl_c_leaves_a_set_that_says_it_is_not_complete(
    backup_session: RunSession, shelf: Path, world: World
) -> None:
    class Pressing(Steady):
        def show(self, event: RunEvent) -> None:
            if event.type == "step_started":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carried_out(backup_session, Pressing(world))
    mark = json.loads((shelf / str(backup_session.plan.backup_set) / backup_job.MARK).read_text("utf-8"))
    assert mark["run"] == backup_session.run
    assert [status(backup_session)[key] for key in ("exit", "result")] == [130, "interrupted"]


def test_a_backup_whose_journal_cannot_be_written_leaves_no_folder(
    backup_session: RunSession, shelf: Path, world: World
) -> None:
    before = sorted(shelf.iterdir())
    backup_session.workspace.home.runs.write_text("no folder", "utf-8")
    with pytest.raises((WizardError, OSError)):
        carried_out(backup_session, Steady(world))
    assert sorted(shelf.iterdir()) == before
    assert status(backup_session)["result"] == "not begun"
    assert not world.done
