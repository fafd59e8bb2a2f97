"""What is sent again below the runner: only what the host provably never read, or what changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from lync_wizard.core import timestamps
from lync_wizard.core.errors import Refused, WizardError
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.hosts import Session, Transport
from lync_wizard.hosts.addresses import Credentials, Endpoint
from lync_wizard.hosts.command import Cmdlet, Pipeline
from lync_wizard.hosts.powershell_session import open_session
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.lab.winrm import listener
from lync_wizard.lab.winrm.contract import Invocation, Shell, Streams, Trouble
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs import report
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.runs.runner import Answer, Request, Result, Runner
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from lync_wizard.runs.state import EventType, RunEvent

SE = "se01.contoso.com"
USER = "CONTOSO\\lyncadmin"
PASSWORD = Secret("of one test")
IMPORT = "Import-UserData"
QUESTION = "Get-UserData"


class Host:
    """One host whose cmdlets only count themselves, and the trouble its wire has with each, shown once."""

    def __init__(self) -> None:
        self.ran: Counter[str] = Counter()
        self.trouble_with: dict[str, str] = {}
        self.up = True

    def admits(self, host: str, user: str) -> bool:
        return True

    def answers(self, host: str) -> bool:
        return self.up

    def open_shell(self, host: str, user: str) -> Shell:
        return Counting(self)

    def trouble(self, host: str, pipeline: Sequence[Invocation]) -> Trouble | None:
        kind = self.trouble_with.pop(pipeline[0].name, "")
        return Trouble(kind) if kind else None


class Counting:
    """One runspace."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def run(self, pipeline: Sequence[Invocation], streams: Streams) -> None:
        self.host.ran[pipeline[0].name] += 1
        streams.output("done")

    def close(self) -> None:
        """Nothing to end."""


class Bench:
    """A run of single cmdlets on that host, over the wire, unattended."""

    def __init__(self, folder: Path) -> None:
        self.host = Host()
        self.folder = folder
        self.asked: list[Request] = []
        self.down_after = ""
        self.endpoint = listener.Endpoint(SE, self.host, basic={USER: PASSWORD})
        self.endpoint.start()
        self.journal: Journal | None = None

    def connect(self, server: str, account: str, transport: Transport = "psrp") -> Session:
        there = Endpoint("127.0.0.1", self.endpoint.port, ssl=False, auth="basic")
        return open_session(server, there, Credentials(USER, PASSWORD), Redactor())

    def run(self, *names: str) -> Result:
        steps = tuple(
            PlannedStep(
                name.lower(), name.lower(), name, "Import", SE, "lync-admin", "cmdlet", Pipeline((Cmdlet(name),)), "",
                destructive="replaces what is there" if name == IMPORT else None, confirm="none",
            )
            for name in names
        )  # fmt: skip
        plan = Plan("restore-se", "", SE, "c", "test", "drill", None, None, timestamps.now(), {}, steps)
        self.journal = Journal.create(self.folder, plan)
        return Runner(
            self.journal, SessionPool(self.connect), Keeping(self), gatekeeper=lambda *_: Proof("yes", ""),
            environment="test", redactor=Redactor(), by="ann",
        ).run()  # fmt: skip

    def of(self, kind: EventType) -> list[RunEvent]:
        assert self.journal
        with Reader(self.journal.folder) as reader:
            return reader.events(types=[kind])

    def report(self) -> str:
        assert self.journal
        with Reader(self.journal.folder) as reader:
            return "\n".join(report.render_text(report.of(reader), width=400))


class Keeping(ScriptedOperator):
    """Answers nothing; keeps what it was asked."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(Script())
        self.bench = bench

    def ask(self, request: Request) -> Answer:
        self.bench.asked.append(request)
        return super().ask(request)

    def show(self, event: RunEvent) -> None:
        if event.type == "step_finished" and event.step == self.bench.down_after:
            self.bench.host.up = False


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.endpoint.stop()


def test_a_bare_400_after_a_destructive_step_is_unknown_and_nothing_is_sent_again(bench: Bench) -> None:
    """The host had carried it out; nothing in such an answer tells that it had not."""
    bench.host.trouble_with = {IMPORT: "http-400"}
    with pytest.raises(Refused):
        bench.run(IMPORT)
    assert bench.host.ran[IMPORT] == 1
    (request,) = bench.asked
    assert request.kind == "reconcile"
    assert "HTTP 400" in request.why
    assert [event.data["outcome"] for event in bench.of("step_finished")] == ["unknown"]
    assert not bench.of("command_resent")


def test_what_the_host_never_started_is_sent_once_more_and_that_is_on_record(bench: Bench) -> None:
    bench.host.trouble_with = {IMPORT: "shell-gone"}
    assert bench.run(IMPORT).end == "finished"
    assert bench.host.ran[IMPORT] == 1
    (event,) = bench.of("command_resent")
    assert event.step == IMPORT.lower()
    assert "nothing ran" in event.data["why"]
    assert not bench.asked
    assert "sent again" in bench.report()


def test_a_read_is_sent_once_more_whatever_was_answered(bench: Bench) -> None:
    bench.host.trouble_with = {QUESTION: "http-400"}
    assert bench.run(QUESTION).end == "finished"
    assert bench.host.ran[QUESTION] == 2
    assert len(bench.of("command_resent")) == 1


def test_a_host_that_went_down_before_a_change_was_sent_nothing(bench: Bench) -> None:
    bench.down_after = QUESTION.lower()
    with pytest.raises(WizardError, match="has no answer left"):
        bench.run(QUESTION, IMPORT)
    finished = bench.of("step_finished")[-1]
    assert (finished.step, finished.data["outcome"]) == (IMPORT.lower(), "failed")
    assert "nothing was sent" in finished.data["why"]
    assert bench.host.ran[IMPORT] == 0
