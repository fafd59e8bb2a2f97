"""Line mode: the same words at a terminal and through a pipe, and no answer that nobody gave."""

from __future__ import annotations

import io
import re
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from lync_wizard.core.errors import Refused, Unreachable, WizardError
from lync_wizard.core.prompts import at_terminal, through
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.hosts import Limits, Output, Reply
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.command import Cmdlet, Command, Pipeline, SimulatedAction
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.lab.scenarios.worksheets import write_worksheets
from lync_wizard.line_mode import PlainOperator, Preset, Prompts, ask_triage, guided, run_to_end
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.journal import Journal, Reader
from lync_wizard.runs.runner import Answer, Gate, Operator, Request, Runner
from lync_wizard.runs.state import RunEvent
from lync_wizard.triage import ProposedAnswer
from lync_wizard.workspace.workspace import Workspace
from tests.lab.small_farm import SE, lost
from tests.tui import samples

CMDLET = Pipeline((Cmdlet("Install-CsDatabase", (("SqlServerFqdn", "be01.contoso.com"), ("SqlInstanceName", "rtc"))),))
CTRL_C = "\x03"


def step(name: str, command: Pipeline | SimulatedAction | None = CMDLET, **more: Any) -> PlannedStep:
    text = command.do if isinstance(command, SimulatedAction) else "words"
    return PlannedStep(
        name, name, name, f"Title of {name}", "be01.contoso.com", "lync-admin", "cmdlet", command, text, **more
    )


PLAIN = step("se-acl")
TYPED = step("cms-create", confirm="type", confirm_text="be01.contoso.com", destructive="erases the CMS database")
BARE = step("se-bare", SimulatedAction("Install Windows.", "install-windows"), notes=("Keep the computer account.",))
DECISION = step("pc-choose", None, confirm="none", choices=("SQL backup", "exported file"))
SENT = "2026-11-22T02:41:00+00:00"


class Workbench:
    """The simulated actions beside the wizard, with one that is refused."""

    title = "Simulated actions"

    def __init__(self) -> None:
        self.done: list[str] = []

    class _Offer:
        def __init__(self, name: str, title: str) -> None:
            self.name, self.title = name, title

    def actions(self) -> list[_Offer]:
        return [self._Offer("install-windows", "Install Windows"), self._Offer("join", "Join the domain")]

    def do(self, name: str) -> str:
        if name == "join":
            raise WizardError("there is no Windows yet", "Install Windows first.")
        self.done.append(name)
        return "Windows stands."


Conversation = Callable[..., tuple[Answer, str]]


def through_a_pipe(request: Request, *answers: str, actions_panel: Workbench | None = None) -> tuple[Answer, str]:
    out = io.StringIO()
    prompts = Prompts(through(io.StringIO("".join(f"{a}\n" for a in answers)), out), out)
    return PlainOperator(prompts, by="ann", action_provider=actions_panel, zone=UTC).ask(request), out.getvalue()


def at_a_terminal(request: Request, *answers: str, actions_panel: Workbench | None = None) -> tuple[Answer, str]:
    out = io.StringIO()
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        for answer in answers:
            keyboard.send_text(answer if answer == CTRL_C else f"{answer}\r")
        operator = PlainOperator(Prompts(at_terminal, out), by="ann", action_provider=actions_panel, zone=UTC)
        return operator.ask(request), out.getvalue()


@pytest.fixture(params=[through_a_pipe, at_a_terminal], ids=["pipe", "terminal"])
def converse(request: pytest.FixtureRequest) -> Conversation:
    way: Conversation = request.param
    return way


def test_an_ordinary_confirmation_is_one_key_and_shows_what_runs(converse: Conversation) -> None:
    answer, said = converse(Request("confirm", PLAIN, gates=(Gate("replica is up", Proof("yes", "1 of 1")),)), "")
    assert answer == Answer("go", by="ann")
    assert "se-acl: Title of se-acl" in said
    assert "  on      be01.contoso.com as lync-admin" in said
    assert "  runs    Install-CsDatabase\n            -SqlServerFqdn be01.contoso.com\n" in said
    assert "  checked yes: replica is up: 1 of 1" in said


def test_a_value_read_just_now_is_shown_before_it_is_used(converse: Conversation) -> None:
    _, said = converse(Request("confirm", PLAIN, reads={"LogicalName": "LcsLog_data"}), "g")
    assert "LogicalName is LcsLog_data" in said


def test_only_the_typed_target_passes_a_destructive_step(converse: Conversation) -> None:
    answer, said = converse(
        Request("confirm", TYPED), "", "", "y", "g", "be02.contoso.com", "be01", "BE01.contoso.com."
    )
    assert answer == Answer("go", "BE01.contoso.com.", by="ann")
    assert said.count("nothing was sent") == 6
    assert "DESTRUCTIVE: erases the CMS database" in said


def test_a_destructive_step_can_be_skipped_with_a_reason_only(converse: Conversation) -> None:
    answer, _ = converse(Request("confirm", TYPED), "s", "", "not needed")
    assert answer == Answer("skip", reason="not needed", by="ann")


def test_work_by_hand_is_never_done_by_enter_alone(converse: Conversation) -> None:
    answer, said = converse(Request("perform", BARE), "", "d")
    assert answer.choice == "done"
    assert "Nothing is none of these: d, s, x, n" in said
    assert "  do      Install Windows." in said
    assert "Keep the computer account." in said


def test_a_decision_answers_with_the_words_of_its_choice(converse: Conversation) -> None:
    answer, _ = converse(Request("perform", DECISION), "3", "2")
    assert answer == Answer("done", "exported file", by="ann")


def test_a_failed_step_cannot_be_called_done(converse: Conversation) -> None:
    answer, said = converse(Request("decide", PLAIN, "access denied"), "d", "", "a")
    assert answer == Answer("again", by="ann")
    assert "The step failed." in said
    assert "access denied" in said


def test_a_failed_step_shows_what_the_host_says_and_where_to_look(converse: Conversation) -> None:
    request = Request(
        "decide", PLAIN, "access denied", "Look on se01: Get-CsPool", proof=Proof("no", "0 pools"), failed=True
    )
    _, said = converse(request, "a")
    assert "The step failed." in said
    assert "the host says now that its effect is not there: 0 pools" in said
    assert "HINT: Look on se01: Get-CsPool" in said


def test_an_effect_that_nobody_could_tell_is_accepted_with_a_reason(converse: Conversation) -> None:
    request = Request("decide", PLAIN, "no answer", proof=Proof("cannot-tell", "no answer"), may_accept=True)
    answer, _ = converse(request, "d", "", "seen in the console")
    assert answer == Answer("done", reason="seen in the console", by="ann")


def test_after_a_crash_nothing_is_preselected_where_the_host_cannot_tell(converse: Conversation) -> None:
    proof = Proof("cannot-tell", "no answer")
    request = Request("reconcile", PLAIN, "", "Look on se01.", proof=proof, sent_at=SENT, may_accept=True)
    answer, said = converse(request, "", "a", "log shows nothing")
    assert "HINT: Look on se01." in said
    assert answer == Answer("again", reason="log shows nothing", by="ann")
    assert "It was sent at 2026-11-22 02:41:00." in said
    assert "the host gives no evidence: no answer" in said
    assert "Nothing is none of these" in said


@pytest.mark.parametrize(("found", "choice"), [("yes", "done"), ("no", "again")])
def test_after_a_crash_a_certain_answer_of_the_host_is_preselected(
    converse: Conversation, found: Any, choice: Any
) -> None:
    request = Request("reconcile", PLAIN, proof=Proof(found, "14 services"), sent_at=SENT, may_accept=True)
    assert converse(request, "")[0] == Answer(choice, by="ann")


def test_against_the_host_s_word_a_reason_is_asked_for(converse: Conversation) -> None:
    request = Request("reconcile", PLAIN, proof=Proof("no", "0 services"), sent_at=SENT, may_accept=True)
    assert converse(request, "d", "I started them")[0].reason == "I started them"


@pytest.mark.parametrize("kind", ["blocked", "unreachable"])
def test_what_could_not_be_sent_says_why_and_what_to_do(converse: Conversation, kind: Any) -> None:
    answer, said = converse(Request(kind, PLAIN, "the server is not clean", "Reinstall Windows."), "")
    assert answer.choice == "again"
    assert "the server is not clean" in said
    assert "HINT: Reinstall Windows." in said
    assert "nothing was changed" in said


def test_a_host_that_is_new_is_shown_before_it_is_believed(converse: Conversation) -> None:
    answer, said = converse(samples.met(), "", "y")
    assert answer == Answer("go", by="ann")
    words = " ".join(said.split())
    assert "se01.contoso.com answers for the first time since it was installed again" in words
    assert "says SE01 in contoso.com, computer account S-1-5-21-1-2-3-1104, machine SID S-1-5-21-4-5-6" in words
    assert "known recorded: SE01 in contoso.com" in words
    assert "HINT: Compare" in said
    other = samples.met("machine SID: S-1-5-21-4, recorded S-1-5-21-5", may_accept=False)
    answer, said = converse(other, "y", "x")
    assert answer == Answer("stop", by="ann")
    assert "another machine answers at se01.contoso.com: machine SID: S-1-5-21-4" in " ".join(said.split())


def test_a_note_goes_to_the_journal(converse: Conversation) -> None:
    assert converse(Request("confirm", PLAIN), "n", "vendor called")[0] == Answer("note", "vendor called", by="ann")


def test_hands_do_a_deed_and_the_question_comes_again(converse: Conversation) -> None:
    actions_panel = Workbench()
    answer, said = converse(Request("perform", BARE), "h", "1", "h", "2", "h", "", "d", actions_panel=actions_panel)
    assert answer.choice == "done"
    assert actions_panel.done == ["install-windows"]
    assert "Windows stands." in said
    assert "there is no Windows yet\n  HINT: Install Windows first." in said


def test_hands_are_at_hand_before_a_destructive_step_too(converse: Conversation) -> None:
    actions_panel = Workbench()
    answer, _ = converse(Request("confirm", TYPED), "h", "1", "be01.contoso.com", actions_panel=actions_panel)
    assert (answer.choice, actions_panel.done) == ("go", ["install-windows"])


@pytest.mark.parametrize("before", [(), ("s",)], ids=["at the choice", "at the reason"])
def test_ctrl_c_at_a_prompt_stops_the_run(before: tuple[str, ...]) -> None:
    answer, said = at_a_terminal(Request("confirm", PLAIN), *before, CTRL_C)
    assert answer == Answer("stop", by="ann")
    assert "Stopped by Ctrl-C." in said


def test_a_pipe_that_ends_is_no_consent() -> None:
    with pytest.raises(Refused) as refusal:
        through_a_pipe(Request("confirm", PLAIN))
    assert refusal.value.exit_code == 3
    assert "--headless" in refusal.value.hint


def test_what_went_through_a_pipe_can_be_read_afterwards() -> None:
    _, said = through_a_pipe(Request("confirm", PLAIN), "g")
    assert said.endswith("? Go on? [g] g\n")


def test_no_line_moves_the_cursor() -> None:
    _, said = through_a_pipe(Request("confirm", TYPED), "wrong", "be01.contoso.com")
    assert not set(said) & {"\x1b", "\r", "\b", "\x07"}


def test_text_a_terminal_cannot_show_does_not_end_the_run() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="cp437", newline="")
    prompts = Prompts(through(io.StringIO("ja → 東\n"), out), out)
    prompts.say("Zürich → 東京 …")
    assert prompts.line("Gerät → ?") == "ja → 東"
    assert raw.getvalue().decode("cp437") == "Zürich ? ?? ?\n? Gerät ? ? ja ? ?\n"


def test_events_are_lines_with_local_time_step_and_tag() -> None:
    out = io.StringIO()
    operator = PlainOperator(Prompts(through(io.StringIO(), out), out), zone=UTC)
    at = datetime(2026, 11, 22, 3, 31, 12, tzinfo=UTC)

    def show(kind: Any, data: Mapping[str, Any]) -> None:
        operator.show(RunEvent(1, at, "", "run-1", kind, "se-acl", 1, data))

    show("step_ready", {})
    show("output", {"stream": "error", "text": "first\nsecond"})
    show("step_finished", {"outcome": "failed", "why": "first"})
    assert out.getvalue().splitlines() == [
        "03:31:12 se-acl ERR  first",
        "03:31:12 se-acl ERR  second",
        "03:31:12 se-acl failed, first",
    ]
    assert operator.run == "run-1"


# A whole run of work by hand: the real runner, a real journal, and a person at a pipe.

PLAN = Plan(
    "restore-se", "Restore", "se01.contoso.com", "contoso.com", "contoso", "drill", None, None,
    datetime(2026, 11, 22, tzinfo=UTC), {}, (step("a", SimulatedAction("Do a."), confirm="none"), DECISION),
)  # fmt: skip


def test_a_known_error_has_its_hint_in_the_next_line() -> None:
    said = io.StringIO()
    at = datetime(2026, 11, 22, 3, 31, 12, tzinfo=UTC)
    text = "The primary file must be at least 100 MB to accommodate a copy of the model database."
    show = PlainOperator(Prompts(through(io.StringIO(), said), said), zone=UTC).show
    show(RunEvent(1, at, "", "run", "output", "cms-create", 1, {"stream": "error", "text": text}))
    first, second = said.getvalue().splitlines()
    assert first.endswith(text)
    assert second.startswith("03:31:12 cms-create hint ⮑ P18: Shrink the model database")


def nobody(*_: object, **__: object) -> NoReturn:
    raise Unreachable("work by hand is sent nowhere", "Do it by hand.")


def carried(
    folder: Path, *answers: str, resume: Path | None = None, source: io.StringIO | None = None
) -> tuple[str, str, list[RunEvent], Path]:
    """How a run of PLAN ended, what was said, its events, and its folder."""
    out = io.StringIO()
    source = source or io.StringIO("".join(f"{a}\n" for a in answers))
    prompts = Prompts(through(source, out), out)
    journal = Journal.open(resume) if resume else Journal.create(folder, PLAN)

    def start(operator: Operator) -> Runner:
        return Runner(
            journal,
            SessionPool(nobody),
            operator,
            gatekeeper=nobody,
            environment="contoso",
            redactor=Redactor(),
            by="ann",
        )

    try:
        end = run_to_end(PlainOperator(prompts, by="ann", zone=UTC), start, prompts).end
    finally:
        journal.close()
    with Reader(journal.folder) as reader:
        return end, out.getvalue(), reader.events(), journal.folder


def test_a_run_of_work_by_hand_is_carried_to_its_end(tmp_path: Path) -> None:
    end, said, events, _ = carried(tmp_path, "n", "about to begin", "d", "1")
    assert end == "finished"
    assert "Step 1 of 2, a: Title of a" in said
    assert "Times are local, UTC." in said
    assert [e.data["text"] for e in events if e.type == "note"] == ["about to begin"]
    assert next(e for e in events if e.type == "step_finished" and e.step == "pc-choose").data["answer"] == "SQL backup"


def test_a_stopped_run_goes_on_where_it_stood(tmp_path: Path) -> None:
    end, _, _, folder = carried(tmp_path, "d", "x")
    assert end == "paused"
    end, said, events, _ = carried(tmp_path, "a", "not decided yet", "2", resume=folder)
    assert end == "finished"
    assert "It is unknown whether this step ran." in said
    assert [e.step for e in events if e.type == "step_finished"] == ["a", "pc-choose"]


def test_a_pipe_that_ends_in_mid_run_refuses_and_leaves_the_run_to_be_resumed(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        carried(tmp_path, "d")
    (folder,) = tmp_path.iterdir()
    assert carried(tmp_path, "a", "not decided yet", "1", resume=folder)[0] == "finished"


# Ctrl-C, as the operating system delivers it.


class Pressing:
    """A session during whose command Ctrl-C is pressed."""

    host = "be01.contoso.com"

    def __init__(self, times: int, heard: threading.Event) -> None:
        self.times = times
        self.heard = heard

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        for _ in range(self.times):
            signal.raise_signal(signal.SIGINT)
            assert self.heard.wait(10)
            self.heard.clear()
        if self.times > 1:
            assert cancel.wait(10)
            return Reply("stopped", why="the command was stopped")
        return Reply("completed")

    def close(self) -> None:
        pass


class Listening(io.StringIO):
    """Output that says when a remark about Ctrl-C was written."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = threading.Event()

    def write(self, text: str) -> int:
        if "Ctrl-C again" in text or "The host is asked" in text:
            self.heard.set()
        return super().write(text)


def pressed(folder: Path, times: int) -> tuple[str, str, list[RunEvent]]:
    """A run of two cmdlets; Ctrl-C is pressed so often while the first is under way."""
    out = Listening()
    prompts = Prompts(through(io.StringIO("g\n"), out), out)
    journal = Journal.create(folder, replace(PLAN, steps=(PLAIN, step("next"))))

    def start(operator: Operator) -> Runner:
        session_pool = SessionPool(lambda *_: Pressing(times, out.heard))
        return Runner(
            journal, session_pool, operator, gatekeeper=nobody, environment="contoso", redactor=Redactor(), by="ann"
        )

    try:
        end = run_to_end(PlainOperator(prompts, by="ann", zone=UTC), start, prompts).end
    finally:
        journal.close()
    with Reader(journal.folder) as reader:
        return end, out.getvalue(), reader.events()


def test_ctrl_c_while_a_command_runs_stops_after_it(tmp_path: Path) -> None:
    end, said, events = pressed(tmp_path, 1)
    assert end == "paused"
    assert "Stopping after this step." in said
    assert [e.data["outcome"] for e in events if e.type == "step_finished"] == ["ok"]


def test_a_second_ctrl_c_asks_the_host_to_stop_the_command(tmp_path: Path) -> None:
    end, said, events = pressed(tmp_path, 2)
    assert end == "paused"
    assert "The host is asked to stop the command" in said
    assert [e.data["outcome"] for e in events if e.type == "step_finished"] == ["failed"]


@pytest.fixture
def listening() -> Iterator[None]:
    """Ctrl-C as a terminal gives it, whatever whoever started the tests did with it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
def test_ctrl_c_at_a_prompt_in_mid_run_pauses_it(tmp_path: Path) -> None:
    class Interrupting(io.StringIO):
        def readline(self, *_: Any) -> str:
            signal.raise_signal(signal.SIGINT)
            return "d\n"

    end, said, events, _ = carried(tmp_path, source=Interrupting())
    assert end == "paused"
    assert events[-1].type == "run_paused"
    assert "Stopped by Ctrl-C." in said
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


# Triage at the prompt.


def test_triage_asks_one_question_at_a_time_with_what_was_found_preselected() -> None:
    out = io.StringIO()
    prompts = Prompts(through(io.StringIO("\n1\n\n1\n"), out), out)
    found = {
        "gate": ProposedAnswer("unpaired", "worksheets: no backup pool"),
        "cms": ProposedAnswer("yes", "topology of 21 November"),
    }
    advice = ask_triage(prompts, lambda question, _: found.get(question))
    assert advice.procedure == "restore-cms"
    assert "Found: Not paired; worksheets: no backup pool" in out.getvalue()
    assert "topology of 21 November" in out.getvalue()


def test_triage_without_a_finding_preselects_nothing() -> None:
    out = io.StringIO()
    prompts = Prompts(through(io.StringIO("\n1\n15\n"), out), out)
    assert ask_triage(prompts, lambda _, __: None).procedure == "restore-witness"
    assert "Nothing is none of these" in out.getvalue()


# The whole guided way, with a procedure of work by hand in the place of the shipped one.

BY_HAND = """
id: restore-se
title: Restore by hand
target: standard-edition-server
asks:
  - {name: user-store, question: "Is the user store lost?", choices: {lost: gone, intact: there}, default: lost}
  - {name: pace, question: "How fast?", choices: {slow: by day, fast: by night}, default: slow}
steps:
  - id: one
    title: Go there
    kind: manual
    do: Go to <ServerFqdn>.
"""


def guided_way(folder: Path, *answers: str, wish: Preset | None = None) -> tuple[int, str]:
    if not (folder / "procedures").exists():
        lost(folder / "lab")
        write_worksheets(folder, folder / "lab")
        (folder / "procedures").mkdir()
        (folder / "procedures" / "restore-se.yaml").write_text(BY_HAND, encoding="utf-8")
    workspace = Workspace(Home(folder), AddressBook(), nobody, Redactor())
    out = io.StringIO()
    prompts = Prompts(through(io.StringIO("".join(f"{a}\n" for a in answers)), out), out)
    return guided(workspace, prompts, wish or Preset(by="ann")), out.getvalue()


def test_the_guided_way_leads_from_what_failed_to_the_report(tmp_path: Path) -> None:
    code, said = guided_way(tmp_path, "1", "1", "1", "1", "2", "2", "y", "d")
    assert code == 0, said
    assert "PRODUCTION" in said
    assert "Restore a Standard Edition server (restore-se)" in said
    assert "gone (answered before)" in said
    assert "1. one: Go there" in said
    assert "Finished: 1 of 1 steps done" in said
    assert said.index("What failed?") < said.index("Carry this plan out?") < said.index("Timeline")


def test_a_no_to_the_plan_keeps_the_answers_and_says_how_to_go_on(tmp_path: Path) -> None:
    code, said = guided_way(tmp_path, "1", "1", "1", "1", "2", "2", "n")
    assert code == 130
    assert said.splitlines()[-1] == f"lync-wizard restore restore-se --target {SE} --plain"


def test_a_stopped_run_ends_with_the_command_that_resumes_it_and_is_offered_again(tmp_path: Path) -> None:
    wish = Preset("restore-se", SE, asks={"user-store": "lost", "pace": "slow"}, by="ann")
    code, said = guided_way(tmp_path, "y", "x", wish=wish)
    assert code == 130
    assert re.fullmatch(r"lync-wizard resume \S+-restore-se-\S+ --plain", said.splitlines()[-1])
    code, said = guided_way(tmp_path, "1", "d", "it is done")
    assert code == 0, said
    assert "There are unfinished runs" in said


def test_what_the_documentation_leaves_out_ends_there(tmp_path: Path) -> None:
    code, said = guided_way(tmp_path, "1", "16")
    assert code == 1
    assert "Not covered, because" in said
