"""A journal that somebody changed: found in its chains, beside the backup set, when it is resumed and reported."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.backup import ANCHORS, Ledger
from lync_wizard.backup.verification import VerifyOptions, verify
from lync_wizard.backup.verification_log import Level
from lync_wizard.cli import main
from lync_wizard.core import timestamps
from lync_wizard.core.errors import Refused
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.hosts.addresses import AddressBook, Environment
from lync_wizard.runs import journal, report
from lync_wizard.runs.chains import START, event_hash
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.runs.operator import Answer, Request
from lync_wizard.runs.state import event_from
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.runs.test_resume import Steady
from tests.world import World, begun

SE = "se01.contoso.com"
Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


class Leaving(Steady):
    """Does so many things, then stops."""

    def __init__(self, world: World, left: int) -> None:
        super().__init__(world)
        self.left = left

    def ask(self, request: Request) -> Answer:
        self.left -= request.kind != "identity"
        return super().ask(request) if self.left >= 0 else Answer("stop")


@pytest.fixture
def shelf(contoso_papers: Path, tmp_path: Path) -> Path:
    kept = next((contoso_papers / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup"))
    return Path(shutil.copytree(kept, tmp_path / "shelf"))


@pytest.fixture
def workspace(home: Home, shelf: Path, world: World) -> Workspace:
    book = AddressBook(Environment("production", "test"), shares={r"\\backup01.contoso.com\LyncBackup": shelf})
    return Workspace(home, book, world.connect, Redactor())


@pytest.fixture
def stopped(workspace: Workspace, world: World) -> Path:
    """The folder of a restore that was stopped in the middle, with output of hosts in it."""
    plan = workspace.plan("restore-se", SE, workspace.newest(), {})
    plan = replace(plan, steps=tuple(replace(step, before=()) for step in plan.steps))
    world.plan = plan
    runner = begun(workspace, plan, Leaving(world, 12))
    assert runner.run().end == "paused"
    return journal.find(workspace.home.runs, runner.run_name)


def events_of(folder: Path) -> list[dict[str, Any]]:
    with Reader(folder) as reader:
        return [event.to_data() for event in reader.events()]


def rewrite(folder: Path, change: Change, *, hashed: bool) -> None:
    """Change events as somebody would who may write the file; ``hashed``: and makes both chains fit again."""
    with closing(sqlite3.connect(folder / journal.FILE)) as database, database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        rows = database.execute("SELECT body, hash FROM event ORDER BY seq").fetchall()
        kept = {json.loads(body)["seq"]: digest for body, digest in rows}
        changed = change([json.loads(body) for body, _ in rows])
        database.execute("DELETE FROM event")
        state, output = START, START
        for seq, found in enumerate(changed, 1):
            data, digest = found, kept[found["seq"]]
            if hashed:
                head = {"output_head": output} if "output_head" in found else {}
                data = {**found, "seq": seq, "prev": output if found["type"] == "output" else state, **head}
                digest = event_hash(event_from(data))
                state, output = (state, digest) if data["type"] == "output" else (digest, output)
            row = (data["seq"], data["type"], data["step"], json.dumps(data), digest)
            database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", row)


def with_other(kind: str, key: str, value: str) -> Change:
    def change(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        chosen = next(event for event in reversed(events) if event["type"] == kind)
        chosen[key] = value
        return events

    return change


def without_last(kind: str) -> Change:
    def change(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        last = max(number for number, event in enumerate(events) if event["type"] == kind)
        return [event for number, event in enumerate(events) if number != last]

    return change


STATE_CHANGED = {
    "another-answer": with_other("step_confirmed", "by", "somebody else"),
    "another-outcome": with_other("step_finished", "outcome", "failed"),
    "a-confirmation-less": without_last("step_confirmed"),
    "first-event-less": lambda events: events[1:],
}
OUTPUT_CHANGED = {
    "another-text": with_other("output", "text", "Response Groups imported: 3"),
    "a-line-less": without_last("output"),
}
REHASHED = {
    **{how: change for how, change in STATE_CHANGED.items() if how != "first-event-less"},
    **OUTPUT_CHANGED,
    "two-change-places": lambda events: [*events[:4], events[5], events[4], *events[6:]],
    "tail-cut-off": lambda events: events[: len(events) // 2],
}


def test_what_is_recorded_fits_both_chains(stopped: Path) -> None:
    kinds = {event["type"] for event in events_of(stopped)}
    assert {"output", "step_finished", "run_paused"} <= kinds
    with Reader(stopped) as reader:
        assert reader.broken_at() is None
        assert reader.broken_at(outputs=False) is None


@pytest.mark.parametrize("how", STATE_CHANGED)
def test_a_changed_decision_is_found_and_stops_a_resume(how: str, stopped: Path, workspace: Workspace) -> None:
    rewrite(stopped, STATE_CHANGED[how], hashed=False)
    with Reader(stopped) as reader:
        assert reader.broken_at(outputs=False) is not None
        assert not report.of(reader).intact
    with pytest.raises(Refused, match="changed after it was written"):
        Journal.open(stopped)
    with pytest.raises(Refused):
        RunSession.resume(workspace, stopped.name, by="ann").start(Steady(World()))


@pytest.mark.parametrize("how", OUTPUT_CHANGED)
def test_changed_output_stops_a_resumed_run_before_its_next_step(
    how: str, stopped: Path, workspace: Workspace, world: World
) -> None:
    class Waiting(Steady):
        def ask(self, request: Request) -> Answer:
            for thread in threading.enumerate():
                if thread.name == "journal check":
                    thread.join()
            return super().ask(request)

    rewrite(stopped, OUTPUT_CHANGED[how], hashed=False)
    with Reader(stopped) as reader:
        assert reader.broken_at(outputs=False) is None
        assert reader.broken_at() is not None
        before = len(reader.events(types=["step_started"]))
    assert RunSession.resume(workspace, stopped.name, by="ann").start(Waiting(world)).run().end == "paused"
    last = events_of(stopped)
    assert last[-1]["type"] == "run_paused"
    assert "changed after it was written" in last[-1]["reason"]
    assert len([event for event in last if event["type"] == "step_started"]) <= before + 1


@pytest.mark.parametrize("how", REHASHED)
def test_a_journal_whose_chains_fit_again_does_not_fit_its_anchors(
    how: str, stopped: Path, workspace: Workspace
) -> None:
    rewrite(stopped, REHASHED[how], hashed=True)
    with Reader(stopped) as reader:
        assert reader.broken_at() is None, "whoever rewrote it did it well"
        made = report.of(reader)
    assert made.anchored.broken_at is not None
    assert "rewritten" in "\n".join(report.render_text(made))
    with pytest.raises(Refused, match="rewritten"):
        RunSession.resume(workspace, stopped.name, by="ann").start(Steady(World()))


def test_the_report_says_how_far_the_journal_is_anchored(stopped: Path, workspace: Workspace, shelf: Path) -> None:
    made = workspace.report(stopped.name)
    assert (made.anchored.broken_at, made.anchored.seq) == (None, events_of(stopped)[-1]["seq"])
    assert made.to_data()["journal"]["anchored_to"] == made.anchored.seq
    (anchors,) = shelf.glob(f"*/{ANCHORS}")
    anchors.write_text(anchors.read_text("utf-8") + '{"run": "cut', "utf-8")
    assert workspace.report(stopped.name).anchored == made.anchored, "a line cut off by a power failure proves nothing"
    anchors.unlink()
    assert "Not anchored" in "\n".join(report.render_text(workspace.report(stopped.name)))


def verified(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    code = main(["--home", str(folder.parent.parent), "runs", "verify", folder.name, "--json", *more])
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, data


def test_a_run_is_verified_by_itself_and_by_a_printed_hash(stopped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = len(events_of(stopped))
    with Reader(stopped) as reader:
        printed = reader.last_hash
    assert verified(stopped, capsys, "--hash", printed) == (
        0,
        {"run": stopped.name, "broken_at": None, "anchored_to": last, "anchor_broken_at": None, "hash_of": last},
    )
    code, found = verified(stopped, capsys, "--hash", "0" * 64)
    assert (code, found["hash_of"]) == (1, None)
    rewrite(stopped, OUTPUT_CHANGED["another-text"], hashed=True)
    code, found = verified(stopped, capsys, "--hash", printed)
    assert (code, found["hash_of"]) == (1, None), "the paper knows better"
    rewrite(stopped, STATE_CHANGED["another-answer"], hashed=False)
    code, found = verified(stopped, capsys)
    assert (code, found["broken_at"] is not None) == (1, True)
    assert main(["--home", str(stopped.parent.parent), "runs", "list"]) == 0
    assert f"changed at event {found['broken_at']}" in capsys.readouterr().out


def test_anchors_are_no_part_of_the_set(stopped: Path, shelf: Path, home: Home) -> None:
    (anchors,) = shelf.glob(f"*/{ANCHORS}")
    assert stopped.name in anchors.read_text("utf-8")
    verified = verify(anchors.parent, Ledger(home), VerifyOptions(), at=timestamps.now(), by="ann")
    assert verified.levels["intact"] == Level("pass")
