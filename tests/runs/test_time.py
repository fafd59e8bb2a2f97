"""How long steps take, learned from earlier runs, and whether the RTO will be met."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lync_wizard.hosts.command import Cmdlet, Command, Pipeline, SimulatedAction
from lync_wizard.plans.model import Plan, PlannedStep, from_plan_data
from lync_wizard.runs import durations, forecast, journal, report
from lync_wizard.runs.chains import START
from lync_wizard.runs.journal import Journal
from lync_wizard.runs.state import EventType, RunEvent, fold
from lync_wizard.workspace.workspace import Workspace
from tests.runs.test_resume import carry
from tests.world import World

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACL = Pipeline((Cmdlet("Enable-CsTopology"),))


def step(name: str, command: Command = ACL, **more: Any) -> PlannedStep:
    kind = "manual" if isinstance(command, SimulatedAction) else "cmdlet"
    return PlannedStep(name, name, name, name, "se01.contoso.com", "lync-admin", kind, command, "words", **more)


def plan(*steps: PlannedStep, kind: str = "production", rto: float | None = 600.0) -> Plan:
    return Plan(
        "restore-se", "Restore", "se01.contoso.com", "contoso", "contoso", kind, None, None, NOON, {}, steps,
        rto_seconds=rto,
    )  # fmt: skip


Moment = tuple[float, EventType, str | None, dict[str, Any]]


def events(*moments: Moment) -> list[RunEvent]:
    return [
        RunEvent(seq, NOON + timedelta(seconds=at), START, "r", kind, name, 1 if name else None, data)
        for seq, (at, kind, name, data) in enumerate(moments, 1)
    ]


BEGUN: Moment = (0, "run_started", None, {"environment": "contoso"})


def took(*moments: Moment, of: Plan | None = None) -> list[tuple[str, float]]:
    steps = of or plan(step("a"), step("b"), step("hand", SimulatedAction("Install")))
    return [(one.step, one.seconds) for one in durations.step_times(steps, events(BEGUN, *moments))]


def test_a_time_is_the_command_and_its_proof_without_anybodys_waiting() -> None:
    found = took(
        (100, "step_confirmed", "a", {}),
        (100, "step_started", "a", {}),
        (130, "step_finished", "a", {"outcome": "ok", "seconds": 30.0, "to_verify": True}),
        (142, "step_verified", "a", {"result": "yes"}),
        (900, "step_started", "b", {}),
        (905, "step_finished", "b", {"outcome": "ok", "seconds": 5.0, "to_verify": False}),
    )
    assert found == [("a", 42.0), ("b", 5.0)]


def test_what_failed_was_lost_or_done_by_hand_tells_no_time() -> None:
    assert not took(
        (0, "step_started", "a", {}),
        (3, "step_finished", "a", {"outcome": "failed", "seconds": 3.0}),
        (4, "step_started", "b", {}),
        (5, "step_finished", "b", {"outcome": "ok", "seconds": 1.0, "to_verify": True}),
        (6, "step_verified", "b", {"result": "no"}),
        (10, "step_started", "hand", {}),
        (900, "step_finished", "hand", {"outcome": "ok", "to_verify": False}),
    )


def known(*found: tuple[str, str, float]) -> durations.Durations:
    return durations.Durations([durations.StepTime(one, "se01.contoso.com", kind, s) for one, kind, s in found])


def test_the_middle_of_earlier_times_replaces_what_the_procedure_says() -> None:
    made = plan(step("a", expected_seconds=60.0))
    seen = known(("a", "production", 10.0), ("a", "production", 500.0), ("a", "production", 20.0)).applied(made)
    assert (seen.steps[0].expected_seconds, seen.steps[0].expected_from) == (20.0, "3 runs")
    assert report.usually(seen.steps[0]) == "usually 20 s (3 runs)"
    assert from_plan_data(seen.to_data()) == seen


def test_a_drills_times_never_change_the_figure_of_a_real_run_and_stand_beside_it() -> None:
    made = plan(step("a", expected_seconds=60.0))
    seen = known(("a", "drill", 2.0)).applied(made)
    assert (seen.steps[0].expected_seconds, seen.steps[0].expected_from) == (60.0, "the procedure; 2 s in 1 drill")
    drilled = known(("a", "drill", 2.0), ("a", "production", 40.0)).applied(plan(step("a"), kind="drill"))
    assert (drilled.steps[0].expected_seconds, drilled.steps[0].expected_from) == (2.0, "1 drill")


def test_the_same_step_of_another_host_or_procedure_counts_where_its_own_is_unknown() -> None:
    made = plan(step("restore-rgs/rgs-import@fe02"))
    seen = known(("rgs-import", "production", 9.0)).applied(made)
    assert seen.steps[0].expected_seconds == 9.0
    own = known(("rgs-import", "production", 9.0), ("restore-rgs/rgs-import@fe02", "production", 30.0)).applied(made)
    assert own.steps[0].expected_seconds == 30.0


def test_a_run_teaches_the_next_plan(workspace: Workspace) -> None:
    def fresh() -> Plan:
        return workspace.plan("restore-se", "se01.contoso.com", workspace.newest(), {})

    first = fresh()
    assert not any(one.expected_from for one in first.steps)
    assert first.steps == fresh().steps
    carry(Journal.create(workspace.home.runs, first), World())
    second = fresh()
    assert {one.expected_from for one in second.steps if not one.by_hand} == {"1 drill"}
    assert {one.expected_from for one in second.steps if one.by_hand} == {""}


def test_a_journal_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "2026-11-22T000000Z-restore-se-0000"
    broken.mkdir()
    (broken / journal.FILE).write_bytes(b"no database")
    made = plan(step("a", expected_seconds=60.0))
    assert durations.read([tmp_path, tmp_path / "nowhere"]).applied(made) == made


def standing(made: Plan, seconds: float, *moments: Moment) -> forecast.Forecast:
    return forecast.of(made, fold(events(BEGUN, *moments)), NOON + timedelta(seconds=seconds))


def test_what_is_left_counts_down_and_is_judged_against_the_rto() -> None:
    made = plan(step("a", expected_seconds=300.0), step("b", expected_seconds=200.0))
    takes = standing(made, 60, (0, "step_started", "a", {}))
    assert (takes.elapsed, takes.left, takes.margin, takes.late) == (60.0, 440.0, 100.0, False)
    assert report.standing(takes) == "elapsed 1 min 00 s, about 7 min 20 s to go, 9 min 00 s of the RTO remain"
    slow = standing(made, 450, (0, "step_started", "a", {}))
    assert (slow.left, slow.late, slow.over) == (200.0, True, False)
    assert "THE RTO OF 10 min 00 s WILL NOT BE MET, by about 50 s" in report.standing(slow)
    assert standing(made, 601).over
    assert not standing(replace(made, rto_seconds=None), 9999).late


def test_steps_of_a_batch_take_as_long_as_the_longest() -> None:
    steps = [step(f"s@{n}", batch="s", expected_seconds=s) for n, s in (("fe01", 100.0), ("fe02", 300.0))]
    assert standing(plan(*steps, step("a", expected_seconds=50.0)), 0.0).left == 350.0


def test_a_plan_that_cannot_keep_its_rto_says_so_before_it_runs() -> None:
    assert report.in_all(plan(step("a", expected_seconds=60.0))) == "Expected: 1 min 00 s of RTO 10 min 00 s."
    late = report.in_all(plan(step("a", expected_seconds=700.0)))
    assert late == "Expected: 11 min 40 s of RTO 10 min 00 s. THE RTO WILL NOT BE MET: 1 min 40 s over."
