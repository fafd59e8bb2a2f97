"""What a run amounted to: verdict, times, what was left out, who said so; read from its journal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lync_wizard.hosts.command import Cmdlet, Pipeline, SimulatedAction
from lync_wizard.plans.model import Omitted, Plan, PlannedStep
from lync_wizard.runs import report
from lync_wizard.runs.chains import START
from lync_wizard.runs.journal import FILE, Journal, Reader
from lync_wizard.runs.state import EventType, RunEvent

IMPORT = Pipeline(
    (Cmdlet("Import-CsUserData", (("PoolFqdn", "se01.contoso.com"), ("FileName", r"C:\R\User Data.zip"))),)
)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def step(name: str, command: Pipeline | SimulatedAction, **more: Any) -> PlannedStep:
    kind = "manual" if isinstance(command, SimulatedAction) else "cmdlet"
    return PlannedStep(
        name, name, name, f"Title of {name}", "se01.contoso.com", "lync-admin", kind, command, "words", **more
    )


PLAN = Plan(
    procedure="restore-se",
    title="Restore a Standard Edition server",
    target="se01.contoso.com",
    deployment="contoso.com",
    environment="contoso",
    environment_kind="production",
    backup_set="2026-11-21T210003Z_contoso",
    backup_at="2026-11-21T21:00:03Z",
    made_at=NOON,
    values={},
    checks=("backup-set",),
    steps=(
        step("se-bare", SimulatedAction("Install Windows")),
        step("se-userdata.3", IMPORT, confirm="type", confirm_text="se01.contoso.com", destructive="writes user data"),
        step("se-rgs", IMPORT),
    ),
    omitted=(Omitted("se-pchat", "Persistent Chat", "not deployed"),),
    rto_seconds=7200,
    afterwards=("Make a fresh backup.",),
)

Fact = tuple[EventType, str | None, int | None, Mapping[str, Any]]
STARTED: Fact = ("run_started", None, None, {"environment": "contoso", "by": "ann", "plan": PLAN.hash})
BARE: tuple[Fact, ...] = (
    ("step_started", "se-bare", 1, {"text": "Install Windows"}),
    ("step_finished", "se-bare", 1, {"outcome": "ok", "by": "ann", "to_verify": False}),
)
CONFIRMED: Fact = ("step_confirmed", "se-userdata.3", None, {"by": "ann", "typed": "se01.contoso.com", "reads": {}})
FAILED: tuple[Fact, ...] = (
    ("step_started", "se-userdata.3", 1, {}),
    ("output", "se-userdata.3", 1, {"stream": "error", "text": "the service runs"}),
    ("step_finished", "se-userdata.3", 1, {"outcome": "failed", "seconds": 30.0, "why": "the service runs"}),
)
DONE: tuple[Fact, ...] = (
    ("step_reconciled", "se-userdata.3", None, {"decision": "again", "by": "ann", "reason": "service stopped"}),
    CONFIRMED,
    ("step_started", "se-userdata.3", 2, {}),
    ("step_finished", "se-userdata.3", 2, {"outcome": "ok", "seconds": 41.0}),
)
SKIPPED: tuple[Fact, ...] = (
    ("finding_accepted", None, None, {"finding": "clock@se01.contoso.com", "reason": "two seconds", "by": "ann"}),
    ("note", None, None, {"text": "vendor was called", "by": "ann"}),
    ("step_skipped", "se-rgs", None, {"reason": "no groups in use", "by": "ben"}),
    ("run_finished", None, None, {"result": "incomplete", "skipped": ["se-rgs"]}),
)
WHOLE = (STARTED, *BARE, CONFIRMED, *FAILED, *DONE, *SKIPPED)


def written(folder: Path, *facts: Fact) -> report.Report:
    with Journal.create(folder, PLAN) as journal:
        journal.append_all(facts)
        run = journal.folder
    with Reader(run) as reader:
        return report.of(reader)


def at(*moments: tuple[float, Fact]) -> report.Report:
    """A report of facts that happened so many minutes after noon."""
    events = [
        RunEvent(seq, NOON + timedelta(minutes=minute), START, "run-1", *fact)
        for seq, (minute, fact) in enumerate(moments, 1)
    ]
    return report.from_events("run-1", PLAN, events, last_hash=START, intact=True)


def test_a_run_with_a_skipped_step_has_gaps_and_says_who_left_it_out(tmp_path: Path) -> None:
    found = written(tmp_path, *WHOLE)
    assert found.verdict == "Finished with gaps: 2 of 3 steps done, 1 skipped, within the RTO"
    assert found.ending == "incomplete"
    assert [(e.step, e.text, e.by) for e in found.skipped] == [("se-rgs", "no groups in use", "ben")]
    assert found.omitted == PLAN.omitted


def test_failures_and_what_was_sent_again_stay_visible(tmp_path: Path) -> None:
    found = written(tmp_path, *WHOLE)
    assert [(e.step, e.text) for e in found.failures] == [("se-userdata.3", "attempt 1: failed, the service runs")]
    carried = {one.step: one for one in found.steps}
    assert (carried["se-userdata.3"].attempts, carried["se-userdata.3"].seconds) == (2, 71.0)


def test_who_confirmed_what_and_who_accepted_what(tmp_path: Path) -> None:
    found = written(tmp_path, *WHOLE)
    assert [(e.step, e.text, e.by) for e in found.confirmations] == [
        ("se-userdata.3", "typed se01.contoso.com", "ann")
    ] * 2
    assert [(e.text, e.by) for e in found.findings] == [("clock@se01.contoso.com: two seconds", "ann")]
    assert [(e.text, e.by) for e in found.notes] == [("vendor was called", "ann")]


def test_waiting_for_people_is_apart_from_working_and_from_being_away() -> None:
    found = at(
        (0, STARTED),
        (0, BARE[0]),
        (20, BARE[1]),
        (21, ("step_ready", "se-userdata.3", None, {})),
        (25, CONFIRMED),
        (25, FAILED[0]),
        (27, FAILED[1]),
        (57, ("run_resumed", None, None, {"by": "ann"})),
        (57, ("step_verified", "se-userdata.3", None, {"result": "no"})),
        (60, DONE[0]),
    )
    assert (found.waiting, found.working, found.away) == (27 * 60, 3 * 60, 30 * 60)
    assert found.elapsed == 3600
    assert found.within_rto is None, "it has not ended, and there is time left"


def test_the_rto_counts_every_minute_since_the_start() -> None:
    found = at((0, STARTED), (121, ("run_finished", None, None, {"result": "finished"})))
    assert found.verdict.endswith("RTO not met")
    assert found.within_rto is False


def test_a_run_that_nobody_ended_is_interrupted_where_it_stands(tmp_path: Path) -> None:
    found = written(tmp_path, STARTED, *BARE, CONFIRMED, FAILED[0])
    assert found.verdict == "Interrupted at se-userdata.3: 1 of 3 steps settled"


def test_a_run_in_another_process_is_under_way(tmp_path: Path) -> None:
    with Journal.create(tmp_path, PLAN) as journal:
        journal.append_all([STARTED, *BARE])
        with Reader(journal.folder) as reader:
            assert report.of(reader).ending == "under way"


def test_a_paused_run_says_where(tmp_path: Path) -> None:
    found = written(tmp_path, STARTED, *BARE, ("run_paused", None, None, {"reason": "the operator stopped"}))
    assert found.verdict == "Paused at se-userdata.3: 1 of 3 steps settled"


def test_a_step_called_done_by_a_person_is_counted_apart(tmp_path: Path) -> None:
    by_word: Fact = ("step_reconciled", "se-userdata.3", None, {"decision": "done", "by": "ann", "reason": "seen"})
    found = written(tmp_path, STARTED, *BARE, CONFIRMED, FAILED[0], by_word, *SKIPPED)
    assert "1 by a person's statement" in found.verdict


def test_what_was_lost_is_the_time_between_backup_and_start() -> None:
    (lost,) = at((0, STARTED)).lost
    assert "2026-11-21T210003Z_contoso" in lost
    assert "14 h 59 min old" in lost


def test_text_keeps_to_its_width_cuts_no_name_and_names_the_zone_once() -> None:
    lines = report.render_text(at(*((minute, fact) for minute, fact in enumerate(WHOLE))), 80, UTC)
    assert lines[0].startswith("Finished with gaps")
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert text.count("UTC") == 1
    assert "    Import-CsUserData\n      -PoolFqdn se01.contoso.com\n      -FileName 'C:\\R\\User Data.zip'" in text
    for heading in (
        "Not executed",
        "Failed or retried",
        "Lost",
        "What to do next",
        "Confirmed by",
        "Notes",
        "Timeline",
    ):
        assert heading in lines
    assert "se-pchat Persistent Chat: not deployed" in text
    assert "  - Make a fresh backup." in lines


def test_a_long_name_is_not_cut_even_on_a_narrow_screen() -> None:
    lines = report.render_text(at((0, STARTED)), 40, UTC)
    assert any("2026-11-21T210003Z_contoso" in line for line in lines)


def test_data_is_json_with_utc_times(tmp_path: Path) -> None:
    found = written(tmp_path, *WHOLE)
    data = json.loads(json.dumps(found.to_data()))
    assert data["steps"] == {"total": 3, "done": 2, "skipped": 1, "failed": 0}
    assert data["started_at"].endswith("Z")
    assert data["journal"]["intact"] is True
    assert data["within_rto"] is True
    assert data["timeline"][0]["by"] == "ann"


def test_a_changed_journal_shows(tmp_path: Path) -> None:
    with Journal.create(tmp_path, PLAN) as journal:
        journal.append_all(WHOLE)
        run = journal.folder
    with sqlite3.connect(run / FILE) as database:
        database.execute("DROP TRIGGER event_stays")
        database.execute("UPDATE event SET body = replace(body, 'no groups in use', 'all is well')")
    with Reader(run) as reader:
        found = report.of(reader)
    assert found.intact is False
    assert "chain of hashes is broken" in " ".join(report.render_text(found, 200, UTC))


def test_what_the_checks_found_is_kept_with_its_evidence(tmp_path: Path) -> None:
    finding = {
        "check": "clock", "title": "The clocks agree", "status": "caution", "host": "se01.contoso.com",
        "message": "its clock is 20 minutes from this machine's", "hint": "Set the clocks right.",
        "evidence": "Get-Date → 2026-11-22T12:20:00Z", "gates": [], "pitfalls": [], "seconds": 0.1,
    }  # fmt: skip
    approved: Fact = ("plan_approved", None, None, {"by": "ann", "hash": PLAN.hash, "findings": [finding]})
    found = written(tmp_path, STARTED, approved, *BARE)
    assert [(one.check, one.host, one.status) for one in found.checked] == [("clock", "se01.contoso.com", "caution")]
    assert found.to_data()["checks"][0]["evidence"] == finding["evidence"]
    text = "\n".join(report.render_text(found, width=200))
    assert "Checks before the run" in text
    assert finding["evidence"] in text
    assert "Set the clocks right." in text
