"""A home folder as an earlier version of the program left it is still read, gone on with and told of.

What it holds and how it was made is in README.md. Nothing of it is ever made again by a newer version.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zipfile
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.cli import main
from lync_wizard.core.errors import WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.connections import read
from lync_wizard.plans import model as plans
from lync_wizard.plans.model import Plan
from lync_wizard.runs import scripted_operator
from lync_wizard.runs.runner import Runner
from lync_wizard.runs.scripted_operator import ScriptedOperator
from lync_wizard.runs.state import RunEvent
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.world import World, begun

HERE = Path(__file__).parent
SAVED, RESTORED, BROKEN_OFF = (
    "2026-11-30T092047Z-backup-63c7",
    "2026-11-30T092059Z-restore-se-2562",
    "2026-11-30T092111Z-restore-se-3961",
)
EVENTS = {SAVED: 143, RESTORED: 262, BROKEN_OFF: 155}
OLDER_SET, SET = "2026-11-30T032045Z_contoso", "2026-11-30T092046Z_contoso"
INTERRUPTED = "se-userdata.3"
PLAN = "sha256:cc5a977958929dad235c7f0c94c214c5b1bff2cad0699bb4c915ae029296bb64"
ENVIRONMENT = "contoso-se-a7b46e3a"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The old home unpacked, its connections pointing to where it lies now."""
    root = tmp_path / "home"
    with zipfile.ZipFile(HERE / "home.zip") as kept:
        kept.extractall(root)
    connections = root / "connections.yaml"
    text = connections.read_text("utf-8")
    assert "@HOME@" in text
    connections.write_text(text.replace("@HOME@", root.as_posix()), "utf-8")
    return root


class Front:
    """The command line on the old home, in this process."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        self._capsys.readouterr()
        ended = main(["--home", str(self.home), *arguments])
        out, err = self._capsys.readouterr()
        assert ended == code, f"{arguments} ended with {ended}: {err}"
        return out if code not in {2, 3} else err

    def data(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code))


@pytest.fixture
def front(home: Path, capsys: pytest.CaptureFixture[str]) -> Front:
    return Front(home, capsys)


def opened(home: Path, world: World) -> Workspace:
    problems = Problems()
    book = read(home / "connections.yaml", problems)
    assert not list(problems)
    return Workspace(Home(home), book, world.connect, Redactor())


def operator(world: World, plan: Plan) -> ScriptedOperator:
    """Answers from the file that lies beside the home; what is to be done by hand is done when it is asked for."""
    by_hand = {step.id for step in plan.steps if step.by_hand}

    def hear(event: RunEvent) -> None:
        world.hear(event)
        if event.type == "step_started" and event.step in by_hand:
            world.done[event.step or ""] += 1

    return ScriptedOperator(scripted_operator.load(HERE / "answers.yaml"), approve_destructive=True, on_event=hear)


def events_of(front: Front, run: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in front("watch", run, "--json").splitlines()]


def test_worksheets(front: Front) -> None:
    sheets = {(row["sheet"], row["pool"]): (row["filled"], row["cells"]) for row in front.data("worksheet", "list")}
    assert sheets["settings", "se01.contoso.com"] == (9, 18)
    assert sheets["deployment-facts", None] == (60, 221)
    assert sheets["plan", None] == (65, 236)
    assert len(sheets) == 9
    # Values grow stale with time: as old as these may be, they are sound.
    checked = front.data("worksheet", "check", "--days", "99999")
    assert checked["deployment"] == "contoso"
    assert checked["sound"]
    assert [checked[key] for key in ("missing", "wrong", "stale", "contradictions", "problems")] == [[]] * 5


def test_connections(home: Path) -> None:
    problems = Problems()
    book = read(home / "connections.yaml", problems)
    assert not list(problems)
    assert (book.environment.kind, book.environment.id) == ("drill", ENVIRONMENT)
    endpoint = book.endpoint("se01.contoso.com", "lync-admin")
    assert (endpoint.address, endpoint.port, endpoint.account.user) == ("127.0.0.1", 38373, r"CONTOSO\lyncadmin")
    assert book.sql(r"se01.contoso.com\rtc", "sql-admin").port == 39359
    assert book.share(r"\\backup01.contoso.com\LyncBackup") == home / "backups" / "LyncBackup"


def test_runs_are_listed(front: Front) -> None:
    listed = front.data("runs", "list")
    assert [(one["run"], one["procedure"], one["target"], one["done"], one["total"], one["end"]) for one in listed] == [
        (BROKEN_OFF, "restore-se", "se01.contoso.com", 21, 31, None),
        (RESTORED, "restore-se", "se01.contoso.com", 31, 31, "finished"),
        (SAVED, "backup", "contoso", 14, 14, "finished"),
    ]
    assert [(one["at"], one["held"]) for one in listed] == [("Import the user data", False), ("", False), ("", False)]
    assert listed[0]["started_at"] == "2026-11-30T09:21:11.281819Z"
    shown = front("runs", "list").splitlines()
    assert "unfinished" in shown[1]
    assert "finished" in shown[2]


@pytest.mark.parametrize(
    ("run", "ending", "done", "total"),
    [(SAVED, "finished", 14, 14), (RESTORED, "finished", 31, 31), (BROKEN_OFF, "interrupted", 21, 31)],
)
def test_reports(run: str, ending: str, done: int, total: int, front: Front) -> None:
    told = front.data("report", run)
    assert (told["run"], told["ending"], told["backup_set"]) == (run, ending, SET)
    assert told["environment"] == {"kind": "drill", "id": ENVIRONMENT}
    assert told["steps"] == {"total": total, "done": done, "skipped": 0, "failed": 0}
    assert [approved["by"] for approved in told["approvals"]] == ["operator"]
    assert told["journal"]["intact"] is True
    assert front.data("runs", "show", run) == told
    text = front("report", run)
    assert front("runs", "show", run) == text
    assert run in text
    assert SET in text
    assert ("Import-CsUserData" in text) == (run != SAVED)
    assert ("Export-CsConfiguration" in text) == (run == SAVED)


def test_reports_say_how_long_and_where_it_broke_off(front: Front) -> None:
    told = front.data("report", RESTORED)
    assert told["seconds"] == {"elapsed": 5.3, "working": 4.01, "waiting": 1.289, "away": 0.0}
    assert (told["rto_seconds"], told["within_rto"]) == (7200.0, True)
    states = {step["step"]: step["state"] for step in front.data("report", BROKEN_OFF)["carried"]}
    assert states[INTERRUPTED] == "running"
    assert states["se-userdata.2"] == "done"
    assert f"{INTERRUPTED} on se01.contoso.com: running" in front("report", BROKEN_OFF)


@pytest.mark.parametrize("run", EVENTS)
def test_followed_and_exported(run: str, front: Front, tmp_path: Path) -> None:
    told = events_of(front, run)
    assert [event["seq"] for event in told] == list(range(1, EVENTS[run] + 1))
    last = "step_started" if run == BROKEN_OFF else "run_finished"
    assert told[-1]["type"] == last
    assert len(front("watch", run).splitlines()) >= EVENTS[run]
    front("runs", "export", run, "-o", str(tmp_path / "run.zip"))
    with zipfile.ZipFile(tmp_path / "run.zip") as bundle:
        assert [json.loads(line) for line in bundle.read("events.jsonl").decode().splitlines()] == told
        assert json.loads(bundle.read("plan.json"))["hash"] == told[0]["plan"]
        bundle.extract("journal.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as database:
        stored = database.execute("SELECT body, hash FROM event ORDER BY seq").fetchall()
    before = "0" * 64
    for (body, kept), event in zip(stored, told, strict=True):
        # Computed here, and from what the program tells: events keep their form, or the chain would not fit.
        text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert json.loads(body) == event
        assert event["prev"] == before
        before = hashlib.sha256(text.encode("utf-8")).hexdigest()
        assert before == kept
    assert before in front("report", run)


def test_backup_sets(front: Front) -> None:
    newest, older = front.data("backup", "list")
    # What the old version wrote on the share is no proof for this one: a home believes what it has verified itself.
    untested = dict.fromkeys(("present", "intact", "read", "restored"), "not tested")
    assert (newest["name"], newest["files"], newest["levels"]) == (SET, 49, untested)
    assert (older["name"], older["files"], older["levels"]) == (OLDER_SET, 28, untested)
    assert [one["complete"] for one in (newest, older)] == [True, True]
    assert newest["verified_at"] is None
    assert SET in front("backup", "list")
    shown = front.data("backup", "show", SET)
    assert (shown["deployment"], shown["made_by"], len(shown["files"])) == ("contoso", "operator", 49)
    assert front("backup", "diff", OLDER_SET, SET) == "Nothing changed.\n"


@pytest.mark.parametrize("name", [SET, OLDER_SET])
def test_backup_sets_are_sound(name: str, front: Front) -> None:
    found = front.data("backup", "verify", name)
    assert found["sound"]
    values = [found["levels"][level]["value"] for level in ("present", "intact", "read")]
    assert values == ["pass"] * 3
    assert found["counts"]["users"] == {"fe01.contoso.com": 20, "se01.contoso.com": 25}
    assert found["levels"]["restored"]["value"] == "not tested"
    assert not any("seal" in remark or "changed" in remark for remark in found["levels"]["intact"]["remarks"])


def test_verifying_looks_into_the_files(front: Front) -> None:
    damaged = front.home / "backups" / "LyncBackup" / SET / "Config.zip"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    found = front.data("backup", "verify", SET, code=1)
    assert found["levels"]["intact"]["value"] == "fail"


def test_plan_keeps_its_hash(front: Front) -> None:
    path = front.home / "plan.json"
    assert plans.load(path).hash == PLAN
    assert events_of(front, RESTORED)[0]["plan"] == PLAN, "the run was of this very plan"


def test_plan_of_an_earlier_format_is_to_be_made_again(front: Front) -> None:
    before = front.data("runs", "list")
    said = front("run", str(front.home / "plan.json"), "--headless", "--approve", PLAN, code=2)
    assert "the plan has format 1" in said
    assert "HINT: Create a new plan" in said
    assert front.data("runs", "list") == before


def test_changed_plan_is_refused(front: Front) -> None:
    path = front.home / "plan.json"
    text = path.read_text("utf-8")
    assert text.count("Import-CsUserData") >= 1
    path.write_text(text.replace("Import-CsUserData", "Export-CsUserData"), "utf-8")
    front("run", str(path), "--headless", "--approve", PLAN, code=2)


def test_plan_is_carried_out(front: Front, home: Path) -> None:
    """As far as the first step with a check behind it, which hosts that answer everything alike do not pass."""
    plan, world = plans.load(home / "plan.json"), World()
    world.plan = plan
    runner = begun(opened(home, world), plan, operator(world, plan), by="a tester")
    with pytest.raises(WizardError, match=r"se-filestore\.1 is blocked"):
        runner.run()
    assert list(world.done) == [step.id for step in plan.steps[:7]]
    [listed] = [one for one in front.data("runs", "list") if one["run"] == runner.run_name]
    assert (listed["done"], listed["total"], listed["end"]) == (7, 31, None)
    assert events_of(front, runner.run_name)[0]["plan"] == PLAN


def test_unfinished_run_goes_on_to_its_end(front: Front, home: Path) -> None:
    plan, before, world = plan_of(home, front), events_of(front, BROKEN_OFF), World()
    world.plan = plan
    world.done.update(event["step"] for event in before if event["type"] == "step_finished")
    settled = set(world.done)
    assert len(settled) == 21
    session = RunSession.resume(opened(home, world), "2026-11-30T092111Z", by="a tester")
    assert session.in_the_way == [], "a plan that does not say what it was made with is gone on with"
    session.approve()
    runner = session.start(operator(world, plan))
    finished(runner, front)
    assert world.done == dict.fromkeys((step.id for step in plan.steps), 1), "nothing twice, nothing left out"
    after = events_of(front, BROKEN_OFF)
    assert after[: len(before)] == before
    new = after[len(before) :]
    assert new[0]["type"] == "run_resumed"
    decided = [event for event in new if event["type"] == "step_reconciled"]
    assert [(event["step"], event["decision"]) for event in decided] == [(INTERRUPTED, "again")]
    assert not {event["step"] for event in new if event["type"] == "step_started"} & settled
    listed = front.data("runs", "list")
    assert [(one["done"], one["total"], one["end"]) for one in listed if one["run"] == BROKEN_OFF] == [
        (31, 31, "finished")
    ]
    told = front.data("report", BROKEN_OFF)
    assert (told["ending"], told["steps"]["done"]) == ("finished", 31)
    remarks = front.data("backup", "verify", SET)["levels"]["restored"]["remarks"]
    assert any(BROKEN_OFF in remark for remark in remarks), "the set remembers that it was restored from"


def plan_of(home: Path, front: Front) -> Plan:
    """The plan in the unfinished run's journal, by way of its export."""
    front("runs", "export", BROKEN_OFF, "-o", str(home / "export.zip"))
    with zipfile.ZipFile(home / "export.zip") as bundle:
        bundle.extract("plan.json", home / "exported")
    return plans.load(home / "exported" / "plan.json")


def finished(runner: Runner, front: Front) -> None:
    result = runner.run()
    assert result.end == "finished", result
    told = events_of(front, runner.run_name)
    for event, after in pairwise(told):
        text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert after["prev"] == hashlib.sha256(text.encode("utf-8")).hexdigest()
