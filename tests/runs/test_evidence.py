"""What settles a step whose end nobody knows: evidence of its own execution, never what held before it was sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core import timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.hosts import HostError, Record, Reply, Transport
from lync_wizard.hosts.command import Cmdlet, Command, Compare, Copy, Pipeline, Program, Statement
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expectations import Predicate, Proof, Test, Verification
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.runs.runner import Request, Result, Runner
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from lync_wizard.runs.state import RunEvent
from tests.world import World, WorldSession

SE = "se01.contoso.com"
ONLINE = Verification(
    Pipeline((Cmdlet("Get-CsUserDatabaseState"),)),
    SE,
    "lync-admin",
    (Predicate("all", (Test("Online", "equals", True),)),),
)


IMPORT = Pipeline((Cmdlet("Import-CsUserData"),))


def import_of(verify: Verification | None, *, command: Command = IMPORT, repeatable: bool = False) -> Plan:
    step = PlannedStep(
        "se-import", "se-import", "Import", "Import", SE, "lync-admin", "cmdlet",
        command, "", verify=verify, repeatable=repeatable, confirm="none",
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
    with pytest.raises(WizardError):
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


CONTENT = Verification(
    Compare(Cmdlet("Export-CsUserData", (("PoolFqdn", SE),)), "C:\\U.zip"),
    SE,
    "lync-admin",
    (Predicate("all", (Test("Holds", "equals", "whole"),)),),
)


class Endless(World):
    """Compares an export before the import at once, and afterwards until somebody cancels it."""

    waited_for: Callable[[], None]
    """Called when the comparison is under way."""
    patient = True
    """Whether the comparison goes on until it is cancelled."""

    def connect(self, server: str, account: str, transport: Transport = "psrp") -> WorldSession:
        return EndlessSession(self, server)


class EndlessSession(WorldSession):
    def run(self, command: Command, **told: Any) -> Reply:
        if isinstance(command, Compare) and self.world.done["se-import"]:
            assert isinstance(self.world, Endless)
            if not told["cancel"].is_set():
                self.world.waited_for()
            if not told["cancel"].wait(60 if self.world.patient else 0):
                return super().run(command, **told)
            return Reply("stopped", why="cancelled while an export was being fetched")
        return super().run(command, **told)


def impatient(folder: Path, *, leaves: bool) -> tuple[Bench, Runner]:
    """A run whose operator cancels the comparison after the import, and with ``leaves`` stops the run as well."""
    world = Endless()
    bench = Bench(folder, world, import_of(CONTENT))
    runner = Runner(
        bench.journal, SessionPool(world.connect), bench.operator, gatekeeper=lambda *_: Proof("yes", ""),
        environment="test", redactor=Redactor(), by="ann",
    )  # fmt: skip

    def end() -> None:
        if leaves:
            runner.stop_after_this_step()
        runner.cancel_step()

    world.waited_for = end
    return bench, runner


def test_a_comparison_that_is_cancelled_leaves_the_import_to_a_person(tmp_path: Path) -> None:
    bench, runner = impatient(tmp_path, leaves=False)
    with pytest.raises(WizardError):
        runner.run()
    (request,) = bench.operator.asked
    assert (request.kind, request.may_accept) == ("decide", True)
    assert [event.data["result"] for event in bench.of("step_verified")] == ["cannot-tell"]
    assert bench.world.done["se-import"] == 1


def test_cancelling_an_import_does_not_cancel_the_question_what_it_did(tmp_path: Path) -> None:
    bench, runner = impatient(tmp_path, leaves=False)
    assert isinstance(bench.world, Endless)
    bench.world.patient, bench.world.waited_for = False, lambda: None
    bench.world.lose["se-import"] = "after"
    bench.world.on_run = lambda _: runner.cancel_step()
    assert runner.run().end == "finished"
    assert [event.data["result"] for event in bench.of("step_verified")] == ["yes"]


def test_a_comparison_that_a_stop_breaks_off_is_made_when_the_run_goes_on(tmp_path: Path) -> None:
    bench, runner = impatient(tmp_path, leaves=True)
    assert runner.run().end == "paused"
    assert not bench.of("step_verified")
    world = World(done=bench.world.done)
    again = Bench.__new__(Bench)
    world.plan, again.world, again.operator = bench.journal.plan, world, Unattended(world)
    again.journal = Journal.open(bench.journal.folder)
    assert again.run().end == "finished"
    assert [event.data["result"] for event in again.of("step_verified")] == ["yes"]
    assert world.done["se-import"] == 1


def test_a_step_that_ended_well_is_done_though_it_held_before(tmp_path: Path) -> None:
    """Starting a service that runs is no error; that it ran before is on record."""
    world = World()
    world.done["se-import"] = 1
    bench = Bench(tmp_path, world, import_of(ONLINE))
    assert bench.run().end == "finished"
    assert not bench.operator.asked
    assert [event.data["held_before"] for event in bench.of("step_started")] == ["yes"]


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        (Pipeline((Cmdlet("Import-CsUserData", (("FileName", "C:\\U.zip"),)),)), ("Import-CsUserData", "C:\\U.zip")),
        (Program("net", ("share", "Lync=C:\\Lync")), ("net", "Lync=C:\\Lync")),
        (Copy("\\\\backup\\set", "C:\\Lync"), ("\\\\backup\\set", "C:\\Lync")),
        (Statement("partner-off", (("Database", "rtcxds"),)), ("the database rtcxds", "partner-off")),
    ],
)
@pytest.mark.parametrize("end", ["lose", "fail"])
def test_a_step_without_a_question_says_what_to_look_at_and_where(
    tmp_path: Path, command: Command, wanted: tuple[str, ...], end: str
) -> None:
    """Lost or failed: the person is told in the question, and so is whoever reads the refusal of an unattended run."""
    world = World(**{end: {"se-import": "after"}})
    bench = Bench(tmp_path, world, import_of(None, command=command))
    with pytest.raises(WizardError) as refused:
        bench.run()
    (request,) = bench.operator.asked
    for text in (SE, *wanted):
        assert text in request.hint
        assert text in refused.value.detail


def test_a_repeatable_step_is_sent_again_unasked_and_judged_by_its_new_attempt(tmp_path: Path) -> None:
    bench = Bench(tmp_path, World(lose={"se-import": "before"}), import_of(ONLINE, repeatable=True))
    assert bench.run().end == "finished"
    assert not bench.operator.asked
    assert [event.data["outcome"] for event in bench.of("step_finished")] == ["unknown", "ok"]
    assert [event.data["result"] for event in bench.of("step_verified")] == ["yes"]


def test_a_repeatable_step_is_sent_three_times_at_most(tmp_path: Path) -> None:
    world = World()
    world.on_run = lambda step: world.lose.update({step: "before"})
    bench = Bench(tmp_path, world, import_of(None, repeatable=True))
    with pytest.raises(WizardError):
        bench.run()
    assert len(bench.of("step_started")) == 3
    assert [request.kind for request in bench.operator.asked] == ["reconcile"]


def test_a_failed_step_is_asked_about_before_the_person_is(tmp_path: Path) -> None:
    bench = Bench(tmp_path, World(fail={"se-import": "the import failed"}), import_of(ONLINE))
    with pytest.raises(WizardError):
        bench.run()
    (request,) = bench.operator.asked
    assert request.kind == "decide"
    assert request.proof is not None
    assert request.proof.answer == "no"


RESTORED = Verification(
    Statement("restore-state", (("Database", "xds"),)),
    SE,
    "sql-admin",
    (Predicate("all", (Test("RestoreId", "higher_than_before", True), Test("State", "equals", "ONLINE"))),),
)


def restored_before(world: World) -> None:
    """The database was restored once already, and is online."""
    world.done["se-import"] = 1


@pytest.mark.parametrize("lost", ["before", "after"])
def test_only_a_restore_newer_than_those_before_settles_a_lost_reply(tmp_path: Path, lost: str) -> None:
    """The database is ONLINE all the time: only a new entry of the history is evidence of this restore."""
    world = World(lose={"se-import": lost})
    restored_before(world)
    bench = Bench(tmp_path, world, import_of(RESTORED))
    if lost == "after":
        assert bench.run().end == "finished"
    else:
        with pytest.raises(WizardError):
            bench.run()
        assert [event.data["result"] for event in bench.of("step_verified")] == ["no"]
    (started,) = bench.of("step_started")
    assert (started.data["held_before"], started.data["known_before"]) == ("no", {"RestoreId": ["1"]})


def test_a_restore_that_ends_without_an_error_and_without_a_new_entry_is_not_done(tmp_path: Path) -> None:
    world = World()
    restored_before(world)
    world.vain.add("se-import")
    bench = Bench(tmp_path, world, import_of(RESTORED))
    with pytest.raises(WizardError):
        bench.run()
    assert [event.data["result"] for event in bench.of("step_verified")] == ["no"]
    assert not bench.of("run_finished")


@pytest.mark.parametrize(("restores", "answer"), [(1, "no"), (2, "yes")])
def test_what_was_known_before_survives_the_end_of_the_wizard(tmp_path: Path, restores: int, answer: str) -> None:
    """A wizard that was killed in the step compares with what the journal says of before."""
    world = World()
    world.done["se-import"] = restores
    bench = Bench(tmp_path, world, import_of(RESTORED))
    before = {"held_before": "no", "evidence_before": "", "known_before": {"RestoreId": ["1"]}}
    bench.journal.append_all(
        [("run_started", None, None, {"environment": "test"}), ("step_started", "se-import", 1, before)]
    )
    if answer == "yes":
        assert bench.run().end == "finished"
    else:
        with pytest.raises(WizardError):
            bench.run()
    assert [event.data["result"] for event in bench.of("step_verified")] == [answer]
    assert world.done["se-import"] == restores


def test_a_host_that_could_not_be_asked_before_leaves_it_open(tmp_path: Path) -> None:
    reply = Reply("completed", (Record("", {"RestoreId": 7, "State": "ONLINE"}),))
    assert RESTORED.judge(reply).answer == "cannot-tell"
    assert RESTORED.against({"RestoreId": ("6",)}).judge(reply).answer == "yes"
    assert RESTORED.against({"RestoreId": ()}).judge(reply).answer == "yes"
    assert RESTORED.against({"RestoreId": ("7",)}).judge(reply).answer == "no"


def test_a_file_that_is_not_there_is_an_answer(tmp_path: Path) -> None:
    """Windows says so as an error, in the language of the host; its id is the same in all of them."""
    report = Verification(
        Pipeline((Cmdlet("Get-Item"),)),
        SE,
        "lync-admin",
        (Predicate("all", (Test("LastWriteTime", "changed", True),)),),
    )
    absent = Reply("completed", errors=(HostError("Der Pfad wurde nicht gefunden", error_id="PathNotFound,x"),))
    denied = Reply("completed", errors=(HostError("Access is denied", error_id="AccessDenied,x"),))
    assert report.known(absent) == {"LastWriteTime": ()}
    assert report.against(report.known(absent)).judge(absent).answer == "no"
    assert report.known(denied) == {}
    assert report.judge(denied).answer == "cannot-tell"
    on_share = replace(report, command=Pipeline((Cmdlet("Get-Item", (("LiteralPath", r"\\bk01\Lync\a"),)),)))
    assert on_share.judge(absent).answer == "cannot-tell", "the server of the share may be away"
    written = Reply("completed", (Record("", {"LastWriteTime": "12:00"}),))
    assert report.against(report.known(absent)).judge(written).answer == "yes"
    assert report.against(report.known(written)).judge(written).answer == "no"


class Interrupted(Exception):
    """The wizard ended."""


def by_hand(*before: PlannedStep) -> Plan:
    step = PlannedStep(
        "se-by-hand", "se-by-hand", "Bring it online", "Bring it online", SE, "lync-admin", "manual",
        None, "Bring the database online.", verify=ONLINE, confirm="none",
    )  # fmt: skip
    return replace(import_of(None), steps=(*before, step))


class Present(Unattended):
    """Does a person's work where ``works`` and the wizard ends in the middle of it; ``open_then``: sessions by then."""

    def __init__(self, world: World, opened: list[str], *, works: bool) -> None:
        super().__init__(world)
        self.opened = opened
        self.works = works
        self.open_then: list[str] = []

    def ask(self, request: Request):  # type: ignore[no-untyped-def]
        if request.kind != "perform":
            return super().ask(request)
        self.open_then = list(self.opened)
        self.world.done["se-by-hand"] += self.works
        raise Interrupted


@pytest.mark.parametrize(
    ("session", "before", "works", "answer", "says"),
    [
        ("open", False, True, "yes", ""),
        ("open", False, False, "no", ""),
        ("open", True, False, "cannot-tell", "it held before as well"),
        ("none", False, True, "cannot-tell", "whether it held before is not known"),
        ("none", True, False, "cannot-tell", "whether it held before is not known"),
        ("none", False, False, "no", ""),
    ],
)
def test_a_persons_work_is_found_done_only_where_it_was_not_so_before(
    tmp_path: Path, session: str, before: bool, works: bool, answer: str, says: str
) -> None:
    """No session is opened for the question: the instruction does not wait, and no password is asked for."""
    world, opened = World(), list[str]()
    world.done["se-by-hand"] = int(before)
    # A step without a question on the same host opens the session.
    other = replace(import_of(None).steps[0], id="first", host=SE if session == "open" else "fe01.contoso.com")
    bench = Bench(tmp_path, world, by_hand(other))
    bench.operator = present = Present(world, opened, works=works)
    connect = world.connect

    def counted(server: str, account: str, transport: Transport = "psrp") -> WorldSession:
        opened.append(server)
        return connect(server, account, transport)

    world.connect = counted  # type: ignore[method-assign]
    with pytest.raises(Interrupted):
        bench.run()
    assert present.open_then == [other.host]
    started = bench.of("step_started")[-1].data
    held = "cannot-tell" if session == "none" else "yes" if before else "no"
    assert (started["held_before"], started["text"]) == (held, "Bring the database online.")

    bench.journal = Journal.open(bench.journal.folder)
    bench.operator = Unattended(world)
    if answer == "yes":
        assert bench.run().end == "finished"
    else:
        with pytest.raises(WizardError):
            bench.run()
    (request,) = bench.operator.asked
    assert request.proof is not None
    assert (request.kind, request.proof.answer) == ("reconcile", answer)
    assert says in request.proof.evidence


class Silent:
    """A session that answers when it is let; it never hears that it is to stop."""

    host = SE

    def __init__(self, inner: WorldSession, let: threading.Event) -> None:
        self.inner, self.let = inner, let

    def run(self, command: Command, **more: Any) -> Reply:
        if command == ONLINE.command:
            self.let.wait()
        return self.inner.run(command, **more)

    def close(self) -> None:
        self.inner.close()


def test_an_instruction_does_not_wait_for_a_host_that_is_silent(tmp_path: Path) -> None:
    world, let = World(), threading.Event()
    bench = Bench(tmp_path, world, by_hand(replace(import_of(None).steps[0], id="first")))
    bench.operator = Present(world, [], works=True)
    connect = world.connect
    world.connect = lambda *given: Silent(connect(*given), let)  # type: ignore[assignment, method-assign]
    with pytest.raises(Interrupted):
        bench.run()
    let.set()
    assert bench.of("step_started")[-1].data["held_before"] == "cannot-tell"
