"""Two people: a second name, not the starter's, is on record before anything is sent; silence is never consent."""

from __future__ import annotations

import io
import queue
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard.core.errors import Refused
from lync_wizard.core.prompts import through
from lync_wizard.core.secret import Redactor
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.line_mode import PlainOperator, Preset, Prompts, checked, run_to_end
from lync_wizard.plans import approval
from lync_wizard.plans.model import Plan
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs import report
from lync_wizard.runs.journal import Journal, Reader, runs
from lync_wizard.runs.runner import Operator, Runner
from lync_wizard.runs.state import RunEvent, fold
from lync_wizard.tui.operator import TuiOperator
from lync_wizard.worksheets import Cell
from lync_wizard.workspace import identities
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.runs.test_resume import Steady
from tests.world import World, begun


@pytest.fixture
def two(workspace: Workspace) -> Workspace:
    """A deployment whose plan sheet asks for two people."""
    workspace.record(Cell.parse(approval.CELL), "yes")
    return workspace


def planned(workspace: Workspace) -> Plan:
    """A plan without checks, before it and at its steps: the hosts of these tests answer no catalogue check."""
    made = workspace.plan("restore-se", "se01.contoso.com", workspace.newest(), {})
    made = identities.of_plan(made, workspace.connect)
    return replace(made, checks=(), steps=tuple(replace(step, before=()) for step in made.steps))


def recorded(workspace: Workspace) -> list[RunEvent]:
    (folder,) = runs(workspace.home.runs)
    with Reader(folder) as reader:
        return reader.events()


SPELLINGS = [
    "", "   ", "Ann", " ANN ", "a n n", r"CONTOSO\ann", "ann@contoso.com", "ａｎｎ", "contoso/ann", r"contoso\ann\ ",
    "@ann", "/ann", "ann@", "ann＠contoso.com",
]  # fmt: skip
"""Nobody, and ways to write the starter's own name."""
UNSEEN = [
    "ben\u200b", "be\u00adn", "\ufeffben", "ben\u202e", "be\x07n", "be\tn", "ben\ue000", "ben\ufe0f", "\u3164ben",
    "b\u0435n", "\u0412en", "b\u03b5n", "CONTOSO\\b\u0435n",
]  # fmt: skip
"""Characters that nobody sees, or letters of two alphabets in one word."""


@pytest.mark.parametrize("name", [*SPELLINGS, *UNSEEN])
def test_nobody_and_the_starter_are_no_second_person(two: Workspace, world: World, name: str) -> None:
    with pytest.raises(Refused) as refused:
        begun(two, planned(two), Steady(world), second=name)
    assert refused.value.hint
    assert not runs(two.home.runs), "a refused start leaves no journal"


def test_the_second_name_is_on_record_with_the_plan_before_anything_else(two: Workspace, world: World) -> None:
    made = planned(two)
    world.plan = made
    begun(two, made, Steady(world), second="  Ben   Miller ").run()
    events = recorded(two)
    assert [event.type for event in events[:4]] == ["run_started", "plan_approved", "plan_approved", "step_ready"]
    assert [(e.data["by"], e.data["hash"]) for e in events[1:3]] == [("ann", made.hash), ("Ben Miller", made.hash)]
    assert fold(events).approvers == ("ann", "Ben Miller")
    with Reader(runs(two.home.runs)[0]) as reader:
        said = " ".join(" ".join(report.render_text(report.of(reader))).split())
    assert "Approved by ann (not proven: " in said
    assert "Ben Miller (not proven: only the name was typed)" in said


@pytest.mark.parametrize("name", ["Žofie Příkladová", "Иван Иванов", r"CONTOSO\иванов", "Ολγα", "田中 Ken", "O’Brien"])
def test_a_name_in_any_one_alphabet_is_taken(two: Workspace, world: World, name: str) -> None:
    made = planned(two)
    world.plan = made
    begun(two, made, Steady(world), second=name).run()
    assert fold(recorded(two)).approvers == ("ann", name)


def test_a_run_is_never_on_record_without_what_was_settled_before_it(two: Workspace, world: World) -> None:
    """Whoever kills the wizard between two events finds the start with its approvals, or no start."""
    seen: list[tuple[str, ...]] = []

    class Watching(Steady):
        def show(self, event: RunEvent) -> None:
            super().show(event)
            seen.append(tuple(e.type for e in recorded(two)))

    made = planned(two)
    world.plan = made
    begun(two, made, Watching(world), second="ben").run()
    assert seen[0] == ("run_started", "plan_approved", "plan_approved")


def test_one_person_suffices_where_the_plan_sheet_says_nothing(workspace: Workspace, world: World) -> None:
    made = planned(workspace)
    assert not RunSession(workspace, made, by="ann").needs_second
    world.plan = made
    assert begun(workspace, made, Steady(world)).run().end == "finished"
    assert fold(recorded(workspace)).approvers == ("ann",)


def test_a_backup_needs_no_second_person(two: Workspace) -> None:
    assert not RunSession(two, two.plan("backup", two.deployment, None, {}), by="ann").needs_second


def test_line_mode_asks_until_it_is_somebody_else(two: Workspace, world: World) -> None:
    made = planned(two)
    world.plan = made
    out = io.StringIO()
    typed = "y\n\nann\n ANN\nben\n"
    session = RunSession(two, made, by="ann")
    with pytest.raises(Refused):  # the input ends at the first question of the run itself
        checked(session, Prompts(through(io.StringIO(typed), out), out), Preset(by="ann"), "lync-wizard")
    assert out.getvalue().count("ann starts this run") + out.getvalue().count("ANN starts this run") == 2
    assert fold(recorded(two)).approvers == ("ann", "ben")
    assert not world.done


# Silence.


def runner(made: Plan, folder: Path, world: World, operator: Operator) -> Runner:
    world.plan = made
    return Runner(
        Journal.create(folder, made),
        SessionPool(world.connect),
        operator,
        gatekeeper=lambda *_: Proof("yes", "given"),
        environment="test",
        redactor=Redactor(),
        by="ann",
    )


def test_input_that_ends_at_a_prompt_sends_nothing(workspace: Workspace, world: World, tmp_path: Path) -> None:
    made = planned(workspace)
    out = io.StringIO()
    operator = PlainOperator(Prompts(through(io.StringIO(""), out), out), by="ann")
    with pytest.raises(Refused):
        run_to_end(
            operator, lambda relay: runner(made, tmp_path, world, relay), Prompts(through(io.StringIO(""), out), out)
        )
    assert not world.done


def test_a_screen_that_is_gone_sends_nothing_however_long_the_run_waits(
    workspace: Workspace, world: World, tmp_path: Path
) -> None:
    """The question stood open when the window closed; every later one is answered with stop as well."""
    made = planned(workspace)
    posted: queue.SimpleQueue[object] = queue.SimpleQueue()
    operator = TuiOperator(posted.put)
    carrying = runner(made, tmp_path, world, operator)
    thread = threading.Thread(target=carrying.run)
    thread.start()
    while operator.waiting is None:
        posted.get(timeout=10)
    assert thread.is_alive()
    assert not world.done, "the open question was taken for a yes"
    operator.close()
    thread.join(10)
    assert not thread.is_alive()
    assert not world.done
    with Reader(runs(tmp_path)[0]) as reader:
        assert reader.events()[-1].type == "run_paused"
