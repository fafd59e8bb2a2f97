"""A journal as it was once written: its events keep their hashes, and mean the same when they are read again.

``journal/events.jsonl`` holds the events of one run with the hash stored for each, every type among them;
``journal/states.json`` what is made of them: the state at the end, and what was to be done after each event.

``LYNC_WIZARD_NEW_GOLDEN=1`` writes the states anew, but never the events: they stand for journals that lie in people's
homes. Where ``events.jsonl`` is removed, it is recorded anew as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from lync_wizard.hosts.command import Cmdlet, Copy, FileBytes, Pipeline, SimulatedAction, Statement, Switch, to_data
from lync_wizard.plans.model import Plan, PlannedStep, Precondition, Read
from lync_wizard.procedures.expectations import Predicate, Test, Verification
from lync_wizard.runs import chains
from lync_wizard.runs import state as run_state
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.runs.state import EventType, RunEvent, RunState, event_from
from tests.golden.test_golden import FOLDER, NEW, agrees, in_a_line, laid_out

EVENTS = FOLDER / "journal" / "events.jsonl"
SE = "se01.contoso.com"
SQL = "sql01.contoso.com\\rtc"
STARTED = Pipeline((Cmdlet("Start-CsWindowsService", (("ComputerName", SE), ("Confirm", Switch(False)))),))
IMPORTED = Pipeline(
    (Cmdlet("Import-CsConfiguration", (("ByteInput", FileBytes("Config.zip", 4096, "ab" * 32)), ("Force", Switch()))),)
)
FILES = Statement("filelist-only", (("Path", "C:\\Restore\\mgc.bak"),))
RUNNING = Verification(
    Pipeline((Cmdlet("Get-CsWindowsService", (("ComputerName", SE),)),)), SE, "lync-admin",
    (Predicate("all", (Test("Status", "equals", "Running"),)),), within=120.0,
)  # fmt: skip


def step(name: str, command: Any, **more: Any) -> PlannedStep:
    given = {"group": "one", "group_title": "First", "host": SE, "account": "lync-admin", "kind": "cmdlet"} | more
    return PlannedStep(name, title=f"Step {name}", command=command, text=name, **given)


PLAN = Plan(
    procedure="restore-se", title="Příkladová obnova — 東京", target=SE, deployment="contoso", environment="contoso",
    environment_kind="production", backup_set="2026-11-22T013000Z_contoso", backup_at="2026-11-22T01:30:00Z",
    made_at=datetime(2026, 11, 22, 2, 41, tzinfo=UTC), values={"PoolFqdn": SE}, rto_seconds=14400.0,
    steps=(
        step("decide", None, kind="decision", confirm="none", choices=("restore", "move")),
        step(
            "windows",
            SimulatedAction("Install Windows.", "windows@se01"),
            kind="manual", confirm="none", verify=RUNNING,
        ),
        step("import", IMPORTED, confirm="type", confirm_text=SE, destructive="overwrites the configuration",
             before=(Precondition("the host answers", check="hosts-answer"),)),
        step("copy", Copy("\\\\backup01\\set\\Files", "C:\\LyncShare"), kind="files", repeatable=True),
        step("start@one", STARTED, verify=RUNNING, batch="start"),
        step("start@two", STARTED, batch="start"),
        step("database", Statement("restore-database", (("Database", "mgc"), ("LogicalNames", "<Read:Names>"))),
             kind="sql", host=SQL, account="sql-admin", reads={"Names": Read(FILES, SQL, "sql-admin", "LogicalName")}),
        step("greetings", STARTED, confirm="none", verify=RUNNING),
        step("test-call", SimulatedAction("Call somebody."), kind="manual", confirm="none"),
    ),
)  # fmt: skip

Fact = tuple[EventType, str | None, int | None, Mapping[str, Any]]
ME = {"by": "CONTOSO\\lyncadmin"}
DONE = {"outcome": "ok", "seconds": 1.25, "to_verify": False, "exit_code": 0}
STOPPED = {"result": "no", "evidence": "RTCSRV: Status is Stopped"}
AGAIN = {**ME, "decision": "again", "reason": "the service was disabled", "proposal": "no"}
LOST = {"outcome": "unknown", "seconds": 30.0, "to_verify": False, "why": "the connection was lost"}
REBUILT = {
    "name": "SE01",
    "domain": "contoso.com",
    "account_sid": "S-1-5-21-1-2-3-1104",
    "machine_sid": "S-1-5-21-7-8-9",
}
FACTS: tuple[Fact, ...] = (
    ("run_started", None, None,
     {"environment": "contoso", "procedure": PLAN.procedure, "target": SE, **ME, "plan": PLAN.hash}),
    ("plan_approved", None, None, {**ME, "hash": PLAN.hash, "person": 1, "findings": [
        {"check": "clock", "host": SE, "status": "caution", "message": "4 s ahead", "title": "Clocks agree"}]}),
    ("plan_approved", None, None, {"by": "Žofie Příkladová", "hash": PLAN.hash, "person": 2}),
    ("finding_accepted", None, None,
     {"finding": f"clock@{SE}", "message": "4 s ahead", "reason": "set right at once", **ME}),
    ("step_ready", "decide", None, {}),
    ("step_started", "decide", 1, {"text": "decide"}),
    ("step_finished", "decide", 1, {**ME, "outcome": "ok", "to_verify": False, "answer": "restore"}),
    ("step_ready", "windows", None, {}),
    ("step_started", "windows", 1, {"text": "windows"}),
    ("note", "windows", None, {"text": "the disk was “new” — 東京", **ME}),
    ("run_paused", None, None, {**ME, "reason": "the operator stopped"}),
    ("run_resumed", None, None, ME),
    ("step_verified", "windows", None, {"result": "cannot-tell", "evidence": "no answer"}),
    ("step_reconciled", "windows", None,
     {**ME, "decision": "done", "reason": "it is there", "proposal": "cannot-tell"}),
    ("host_doubted", None, None, {"wire": "psrp", "host": SE, "identity": REBUILT, "recorded": {}, "first": True,
                                  "differing": ""}),
    ("host_identified", None, None, {"wire": "psrp", "host": SE, "identity": REBUILT, "how": "first-contact", **ME,
                                     "reason": "the name and the SID are right"}),
    ("step_ready", "import", None, {}),
    ("step_confirmed", "import", None, {**ME, "typed": SE, "reads": {}, "wrong_targets": ["fe01.contoso.com"]}),
    ("step_started", "import", 1, {"command": to_data(IMPORTED)}),
    ("output", "import", 1, {"stream": "warning", "text": "line one\nline two"}),
    ("command_resent", "import", 1, {"why": "the host no longer has the shell; nothing of it had run"}),
    ("step_finished", "import", 1,
     {"outcome": "failed", "seconds": 2.5, "to_verify": False, "why": "access denied", "errors": ["access denied"]}),
    ("step_reconciled", "import", None, {**AGAIN, "proposal": ""}),
    ("step_ready", "import", None, {}),
    ("step_confirmed", "import", None, {**ME, "typed": SE, "reads": {}}),
    ("step_started", "import", 2, {"command": to_data(IMPORTED)}),
    ("step_finished", "import", 2, {**DONE, "delivered": {"path": "Config.zip", "bytes": 4096, "sha256": "ab" * 32}}),
    ("step_ready", "copy", None, {}),
    ("step_confirmed", "copy", None, {**ME, "typed": "", "reads": {}}),
    ("step_started", "copy", 1, {"command": to_data(Copy("\\\\backup01\\set\\Files", "C:\\LyncShare"))}),
    ("step_finished", "copy", 1, LOST),
    ("step_started", "copy", 2, {"command": to_data(Copy("\\\\backup01\\set\\Files", "C:\\LyncShare"))}),
    ("step_finished", "copy", 2, {**DONE, "exit_code": 1}),
    ("step_ready", "start@one", None, {}),
    ("step_confirmed", "start@one", None, {**ME, "typed": "", "reads": {}}),
    ("step_ready", "start@two", None, {}),
    ("step_confirmed", "start@two", None, {**ME, "typed": "", "reads": {}}),
    ("step_started", "start@one", 1, {"command": to_data(STARTED)}),
    ("step_started", "start@two", 1, {"command": to_data(STARTED)}),
    ("step_finished", "start@two", 1, DONE),
    ("step_finished", "start@one", 1, {**DONE, "to_verify": True}),
    ("output", "start@one", 1, {"stream": "progress", "text": "not yet: RTCSRV: Status is Stopped"}),
    ("step_verified", "start@one", None, {"result": "yes", "evidence": "every object: Status is Running"}),
    ("step_ready", "database", None, {}),
    ("step_confirmed", "database", None, {**ME, "typed": "", "reads": {"Names": "mgc, mgc_log"}}),
    ("step_started", "database", 1, {"command": {"statement": "restore-database", "parameters": {"Database": "mgc"}}}),
    ("step_finished", "database", 1, LOST),
    ("step_verified", "database", None, {"result": "cannot-tell", "evidence": "there is nothing to ask the host"}),
    ("step_reconciled", "database", None, {**AGAIN, "proposal": "cannot-tell"}),
    ("step_ready", "database", None, {}),
    ("run_paused", None, None, {**ME, "reason": "stop after this step was asked for"}),
    ("run_resumed", None, None, {"by": "CONTOSO\\da"}),
    ("note", None, None, {"text": "handed over", "by": "CONTOSO\\da"}),
    ("step_skipped", "database", None, {**ME, "reason": "Persistent Chat is restored tomorrow"}),
    ("step_ready", "greetings", None, {}),
    ("step_started", "greetings", 1, {"command": to_data(STARTED)}),
    ("step_finished", "greetings", 1, {**DONE, "to_verify": True}),
    ("step_verified", "greetings", None, STOPPED),
    ("step_reconciled", "greetings", None, AGAIN),
    ("step_ready", "greetings", None, {}),
    ("step_started", "greetings", 2, {"command": to_data(STARTED)}),
    ("step_finished", "greetings", 2, {**DONE, "to_verify": True}),
    ("step_verified", "greetings", None, {"result": "yes", "evidence": "every object: Status is Running"}),
    ("step_ready", "test-call", None, {}),
    ("step_started", "test-call", 1, {"text": "test-call"}),
    ("step_finished", "test-call", 1, {**ME, "outcome": "ok", "to_verify": False}),
    ("run_finished", None, None, {"result": "incomplete", "skipped": ["database"]}),
)  # fmt: skip
"""A run in which everything happens once."""


def recorded(folder: Path) -> list[RunEvent]:
    """The facts as a real journal takes them: by one, and several in one transaction."""
    with Journal.create(folder, PLAN) as record:
        first, *others = FACTS
        record.append(*first)
        record.append_all(others)
        events = record.events()
        run = record.folder
    with Reader(run) as reader:
        assert reader.broken_at() is None
        assert reader.plan == PLAN
        assert reader.last_hash == chains.event_hash([event for event in events if event.type != "output"][-1])
        assert reader.events() == events
    return events


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[RunEvent, str]]:
    """The events as they were stored, each with its hash."""
    if NEW and not EVENTS.exists():
        events = recorded(tmp_path_factory.mktemp("runs"))
        lines = [in_a_line({"event": one.to_data(), "hash": chains.event_hash(one)}) for one in events]
        EVENTS.parent.mkdir(exist_ok=True)
        EVENTS.write_bytes("".join(f"{line}\n" for line in lines).encode())
    lines = EVENTS.read_bytes().decode().splitlines()
    return [(event_from(one["event"]), one["hash"]) for one in map(json.loads, lines)]


def test_every_type_of_event_is_there(kept: list[tuple[RunEvent, str]]) -> None:
    assert {event.type for event, _ in kept} == set(get_args(EventType))


def test_every_event_keeps_its_hash_and_the_chain_holds(kept: list[tuple[RunEvent, str]]) -> None:
    for event, stored in kept:
        assert chains.event_hash(event) == stored, event
    stored_events = [(event.seq, event, stored) for event, stored in kept]
    assert chains.first_break(stored_events, single=False, outputs=True) is None


def test_an_event_is_written_as_it_was_read(kept: list[tuple[RunEvent, str]]) -> None:
    lines = EVENTS.read_bytes().decode().splitlines()
    for (event, stored), line in zip(kept, lines, strict=True):
        assert in_a_line({"event": event.to_data(), "hash": stored}) == line


def test_the_same_facts_are_recorded_as_they_were(kept: list[tuple[RunEvent, str]], tmp_path: Path) -> None:
    """All but the time, the name of the run, and the hash, into which both enter."""

    def fact(event: RunEvent) -> dict[str, Any]:
        return {key: value for key, value in event.to_data().items() if key not in {"at", "prev", "run", "output_head"}}

    made = recorded(tmp_path)
    assert [*map(fact, made)] == [fact(event) for event, _ in kept]


def test_events_add_up_to_the_same_state(kept: list[tuple[RunEvent, str]]) -> None:
    state = RunState()
    ahead = {}
    for event, _ in kept:
        state = run_state.apply(state, event)
        what = f"{event.seq} {event.type} {event.step or ''}".rstrip()
        ahead[what] = action(run_state.next_action(PLAN, state))
    assert state == run_state.fold(event for event, _ in kept)
    data = json.loads(json.dumps(asdict(state), default=datetime.isoformat))
    agrees(FOLDER / "journal" / "states.json", laid_out({**data, "next_action": ahead}))


def action(one: run_state.Action) -> str:
    """What is to be done next, in a line."""
    match one:
        case run_state.Confirm(steps) | run_state.Execute(steps):
            steps_of = ", ".join(step.id for step in steps)
        case run_state.Finished(skipped):
            steps_of = f"without {', '.join(skipped)}"
        case _:
            steps_of = one.step.id
    return f"{type(one).__name__} {steps_of}"
