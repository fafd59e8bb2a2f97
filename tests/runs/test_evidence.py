"""What settles a step whose end nobody knows: evidence of its own execution, never what held before it was sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard.core import timestamps
from lync_wizard.core.errors import Refused
from lync_wizard.core.secret import Redactor
from lync_wizard.hosts.command import Cmdlet, Pipeline
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expectations import Predicate, Proof, Test, Verification
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.runs.runner import Request, Result, Runner
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from lync_wizard.runs.state import RunEvent
from tests.world import World

SE = "se01.contoso.com"
ONLINE = Verification(
    Pipeline((Cmdlet("Get-CsUserDatabaseState"),)),
    SE,
    "lync-admin",
    (Predicate("all", (Test("Online", "equals", True),)),),
)


def import_of(verify: Verification | None, *, repeatable: bool = False) -> Plan:
    step = PlannedStep(
        "se-import", "se-import", "Import", "Import", SE, "lync-admin", "cmdlet",
        Pipeline((Cmdlet("Import-CsUserData"),)), "", verify=verify, repeatable=repeatable, confirm="none",
    )  # fmt: skip
    return Plan("restore-se", "", SE, "c", "test", "drill", None, None, timestamps.now(), {}, (step,))


class Unattended(ScriptedOperator):
    """Answers nothing by itself; keeps what it was asked, and lets the world follow the run."""

    def __init__(self, world: World) -> None:
        super().__init__(Script())
        self.world = world
        self.asked: list[Request] = []

    def ask(self, request: Request):  # type: ignore[no-untyped-def]
        self.asked.append(request)
        return super().ask(request)

    def show(self, event: RunEvent) -> None:
        self.world.hear(event)


class Bench:
    """One run of one step in a world, unattended."""

    def __init__(self, folder: Path, world: World, plan: Plan) -> None:
        world.plan = plan
        self.journal = Journal.create(folder, plan)
        self.operator = Unattended(world)
        self.world = world

    def run(self) -> Result:
        return Runner(
            self.journal, SessionPool(self.world.connect), self.operator, gatekeeper=lambda *_: Proof("yes", ""),
            environment="test", redactor=Redactor(), by="ann",
        ).run()  # fmt: skip

    def of(self, kind: str) -> list[RunEvent]:
        with Reader(self.journal.folder) as reader:
            return reader.events(types=[kind])  # type: ignore[list-item]


def test_what_held_before_proves_nothing_after_a_lost_reply(tmp_path: Path) -> None:
    """A freshly created empty database is online as well: no import was ever carried out."""
    world = World(lose={"se-import": "before"})
    world.done["se-import"] = 1
    bench = Bench(tmp_path, world, import_of(ONLINE))
    with pytest.raises(Refused):
        bench.run()
    (request,) = bench.operator.asked
    assert request.proof is not None
    assert request.proof.answer == "cannot-tell"
    assert "so it was before" in request.proof.evidence
    assert f"Look on {SE}" in request.hint
    assert [event.data["held_before"] for event in bench.of("step_started")] == ["yes"]
    assert not bench.of("run_finished")


def test_a_change_that_is_there_only_afterwards_settles_a_lost_reply(tmp_path: Path) -> None:
    bench = Bench(tmp_path, World(lose={"se-import": "after"}), import_of(ONLINE))
    assert bench.run().end == "finished"
    assert [event.data["held_before"] for event in bench.of("step_started")] == ["no"]
    assert bench.world.done["se-import"] == 1


def test_a_step_that_ended_well_is_done_though_it_held_before(tmp_path: Path) -> None:
    """Starting a service that runs is no error; that it ran before is on record."""
    world = World()
    world.done["se-import"] = 1
    bench = Bench(tmp_path, world, import_of(ONLINE))
    assert bench.run().end == "finished"
    assert not bench.operator.asked
    assert [event.data["held_before"] for event in bench.of("step_started")] == ["yes"]


def test_a_step_without_a_question_says_where_to_look(tmp_path: Path) -> None:
    bench = Bench(tmp_path, World(lose={"se-import": "after"}), import_of(None))
    with pytest.raises(Refused):
        bench.run()
    (request,) = bench.operator.asked
    assert request.proof is not None
    assert request.proof.answer == "cannot-tell"
    assert SE in request.hint


def test_a_failed_step_is_asked_about_before_the_person_is(tmp_path: Path) -> None:
    bench = Bench(tmp_path, World(fail={"se-import": "the import failed"}), import_of(ONLINE))
    with pytest.raises(Refused):
        bench.run()
    (request,) = bench.operator.asked
    assert request.kind == "decide"
    assert request.proof is not None
    assert request.proof.answer == "no"
