"""Every screen by its keys: what it dismisses with and what it sends; then what it looks like."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events as textual_events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from lync_wizard.checks import Finding
from lync_wizard.core.secret import Secret
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.runner import Answer, Request
from lync_wizard.triage import Advice, ProposedAnswer, next_step
from lync_wizard.triage.questions import QUESTIONS
from lync_wizard.tui import glyph_fallback, messages
from lync_wizard.tui.screens.backup_set import BackupSetScreen
from lync_wizard.tui.screens.checks import ChecksScreen
from lync_wizard.tui.screens.choose import ChooseScreen
from lync_wizard.tui.screens.confirm import ConfirmScreen
from lync_wizard.tui.screens.decide import DecideScreen
from lync_wizard.tui.screens.error import ErrorScreen
from lync_wizard.tui.screens.help import HelpScreen
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.leave import LeaveScreen
from lync_wizard.tui.screens.log import LogScreen
from lync_wizard.tui.screens.manual_steps import ActionsPanel, ActionsScreen
from lync_wizard.tui.screens.note import NoteScreen
from lync_wizard.tui.screens.password import PasswordScreen
from lync_wizard.tui.screens.reconcile import ReconcileScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.run import RunScreen
from lync_wizard.tui.screens.triage import AdviceScreen, TriageScreen
from lync_wizard.tui.screens.worksheet import WorksheetScreen
from lync_wizard.tui.view import words
from lync_wizard.tui.view.rows import Fact, SetRow, SheetRow
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.enter_guard import EnterGuard
from lync_wizard.tui.widgets.fields import Field
from lync_wizard.tui.widgets.log_view import LogLine, log_lines
from lync_wizard.worksheets import Cell
from lync_wizard.workspace.outcome import Outcome
from tests.tui import samples
from tests.tui.stage import Clock, Stage, setting, text_of

SMALL, LARGE = (80, 24), (120, 40)
ROWS = (
    SheetRow(Cell("se01.contoso.com", "database", "userdata", "server"), "Database", "User data: Server", "An FQDN.",
             "fe01.contoso.com", "found 21:04 fe01", required=True),
    SheetRow(Cell("se01.contoso.com", "database", "userdata", "destination"), "Database", "User data: Destination",
             "A UNC path.", "", "", required=True),
    SheetRow(Cell(None, "plan", "backup", "rto"), "Plan", "RTO", "Such as 2h.", "soon", "file", required=True,
             problem="'soon' is not a duration", hint="Write it as 2h."),
)  # fmt: skip
SETS = (
    SetRow("2026-11-22T060000Z_contoso", "6 h", True, 28, True, levels="present ✓  intact ✓  read ·  restored 02 Oct"),
    SetRow("2026-11-21T060000Z_contoso", "30 h", False, 3, False, (), "it has no manifest"),
)


async def settled(pilot: Pilot[Any]) -> None:
    """Until nothing is queued, and what waits for a quiet moment has had it."""
    await pilot.pause()
    while any(getattr(screen, "settling", 0) for screen in pilot.app.screen_stack):
        await pilot.pause(0.01)
    await pilot.pause()


async def press(screen: Screen[Any], *keys: str, size: tuple[int, int] = SMALL) -> Stage:
    """The stage after these keys; each waits until the one before is through."""
    stage = Stage(screen)
    async with stage.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            if key == "enter":
                await settled(pilot)
        await settled(pilot)
    return stage


def typed(text: str) -> list[str]:
    names = {".": "full_stop", "-": "minus", " ": "space", "\\": "backslash"}
    return [names.get(character, character) for character in text]


# Home, triage, asks, sets.


def home() -> HomeScreen:
    items = [
        ChoiceItem("run 2026", "Go on with restore-se se01.contoso.com", "9 of 15 done", under=("stopped at: Import",)),
        ChoiceItem("restore", "Something failed: restore"),
        ChoiceItem("worksheets", "Worksheets", "2 missing"),
    ]
    return HomeScreen(setting(under_way=""), items, [Fact("Deployment", "1 site, 2 pools, 7 servers")])


@pytest.mark.parametrize(("keys", "choice"), [(["enter"], "run 2026"), (["down", "down", "enter"], "worksheets")])
async def test_home_opens_what_is_chosen(keys: list[str], choice: str) -> None:
    assert (await press(home(), *keys)).dismissed == [choice]


async def test_triage_preselects_what_was_found() -> None:
    question = next_step({"gate": "unpaired"})
    assert not isinstance(question, Advice)
    other = question.options[2].id
    stage = await press(TriageScreen(setting(), question, (), ProposedAnswer(other, "worksheets: se01")), "enter")
    assert stage.dismissed == [other]
    assert (await press(TriageScreen(setting(), question), "enter")).dismissed == [question.options[0].id]
    assert (await press(TriageScreen(setting(), question), "escape")).dismissed == [None]


async def test_advice_goes_on_only_with_a_procedure() -> None:
    covered = Advice("restore-se", "Restore a Standard Edition server", "because", "since the backup")
    assert (await press(AdviceScreen(setting(), Outcome(covered), ()), "enter")).dismissed == [True]
    uncovered = Advice(None, "not covered", "vendor", "")
    assert (await press(AdviceScreen(setting(), Outcome(uncovered), ()), "enter", "escape")).dismissed == [False]


async def test_without_a_preselection_enter_alone_decides_nothing() -> None:
    def screen() -> ChooseScreen:
        return ChooseScreen(setting(), "Target", "Which one?", [ChoiceItem("a", "a"), ChoiceItem("b", "b")])

    stage = Stage(screen())
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.press("enter")
        await settled(pilot)
        assert stage.dismissed == []
        assert "choose with ↑ or ↓ first" in text_of(stage)[-2]
        await pilot.press("down")
        await settled(pilot)
        assert "first" not in text_of(stage)[-2]
    assert (await press(screen(), "down", "down", "enter")).dismissed == ["b"]


async def test_an_unusable_set_is_refused_with_its_reason() -> None:
    stage = Stage(BackupSetScreen(setting(), SETS))
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.press("down", "enter")
        await settled(pilot)
        assert stage.dismissed == []
        assert "has no manifest. Choose a complete set" in " ".join(" ".join(text_of(stage)).split())
        await pilot.press("up", "enter")
        await settled(pilot)
    assert stage.dismissed == [SETS[0].name]


async def test_the_share_of_the_sets_is_named_whole_however_long() -> None:
    share = r"\\backup01.datacentre-north.contoso.com\LyncBackup\Production\Sets of the whole deployment"
    stage = Stage(BackupSetScreen(setting(), SETS, share))
    async with stage.run_test(size=SMALL) as pilot:
        await settled(pilot)
        said = " ".join(" ".join(text_of(stage)).split())
    assert share in said
    assert "present ✓ intact ✓ read · restored 02 Oct" in said, "the levels are shown, each by itself"


async def test_home_says_what_is_found_out_while_it_stands() -> None:
    screen = home()
    stage = Stage(screen)
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.press("down")
        chosen = screen.query_one(Choices).chosen
        screen.show_facts([Fact("Backup", "none"), Fact("", "why")], {"worksheets": "1 wrong"})
        screen.show_facts([Fact("Backup", "2026-11-22T060000Z  present ✓")])
        screen.show_facts([Fact("Reachable", "1 of 2 servers", "se01 no answer")])
        await settled(pilot)
        lines = [line.strip() for line in text_of(stage)]
        assert screen.query_one(Choices).chosen == chosen, "the choice moved while the operator was choosing"
    assert [line for line in lines if "none" in line or line == "why"] == [], "what is found out takes the place"
    assert any(line.startswith("Backup") and "present ✓" in line for line in lines)
    assert any(line.startswith("Reachable") and line.endswith("se01 no answer") for line in lines)
    assert any(line.endswith("1 wrong") for line in lines)


def test_every_question_of_triage_has_a_word_for_the_way_taken() -> None:
    assert {question.id for question in QUESTIONS} == set(words.ASKED)


# Worksheets.


async def test_a_missing_value_is_filled_in_place_and_the_next_one_follows() -> None:
    stage = Stage(WorksheetScreen(setting(), "What the plan needs", ROWS, "Go on"))
    async with stage.run_test(size=SMALL) as pilot:
        screen = stage.shown
        assert isinstance(screen, WorksheetScreen)
        await pilot.pause()
        await pilot.press("enter", *typed("bk01"), "enter")
        await settled(pilot)
        sent = stage.sent[-1]
        assert isinstance(sent, messages.EntryTyped)
        assert (sent.cell, sent.text) == (ROWS[1].cell, "bk01")
        screen.refuse(sent.cell, "'bk01' is not a UNC path", r"Write \\server\share.")
        await settled(pilot)
        assert r"'bk01' is not a UNC path. Write \\server\share." in "\n".join(text_of(stage))
        screen.accept(SheetRow(ROWS[1].cell, "Database", "User data: Destination", "", r"\\bk01\x", "typed 12:31"))
        await settled(pilot)
        assert screen.query_one(Choices).chosen == str(ROWS[2].cell)
        assert screen.query_one(Field).problem == "'soon' is not a duration"
        screen.accept(SheetRow(ROWS[2].cell, "Plan", "RTO", "", "2h", "typed 12:31", required=True))
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
    assert stage.dismissed == [True]


async def test_escape_leaves_a_value_as_it_was_and_m_finds_the_next_gap() -> None:
    stage = Stage(WorksheetScreen(setting(), "Worksheets", ROWS))
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.press("enter", *typed("xyz"), "escape")
        await settled(pilot)
        assert (stage.sent, stage.dismissed) == ([], [])
        await pilot.press("m")
        await settled(pilot)
        assert stage.shown.query_one(Choices).chosen == str(ROWS[2].cell)
        await pilot.press("u", "escape")
        await settled(pilot)
    assert isinstance(stage.sent[-1], messages.UndoAsked)
    assert stage.dismissed == [False]


# Checks.


def answered(screen: ChecksScreen, finding: Finding) -> None:
    """A check has answered: the session takes it, then the screen is told."""
    screen.session.note(finding)
    screen.found(finding)


async def test_checks_let_nobody_by_while_something_blocks() -> None:
    session = samples.session()
    screen = ChecksScreen(setting(), session)
    stage = Stage(screen)
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.pause()
        assert isinstance(stage.sent[0], messages.ExamineAsked)
        for finding in samples.FINDINGS:
            answered(screen, finding)
        screen.finished()
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert stage.dismissed == []
        await pilot.press("r")
        await settled(pilot)
        again = stage.sent[-1]
        assert isinstance(again, messages.ExamineAsked)
        assert again.only == (samples.FINDINGS[0].key,)
        fixed = samples.FINDINGS[3]
        answered(screen, type(fixed)("server-is-clean", "no earlier Lync", "ok", samples.SE, "clean"))
        screen.finished()
        await settled(pilot)
        for why in ("lab only", "asked by phone"):
            await pilot.press("home", "down") if why == "asked by phone" else await pilot.press("home")
            await pilot.press("a", *typed(why), "enter")
            await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
    assert stage.dismissed == [True]
    assert session.accepted == {("second-hop", samples.SE): "lab only", ("clock", samples.SE): "asked by phone"}


async def test_a_check_that_gave_no_answer_lets_nobody_by() -> None:
    session = samples.session(samples.PLAN)
    screen = ChecksScreen(setting(), session)
    stage = Stage(screen)
    async with stage.run_test(size=SMALL) as pilot:
        screen.finished()
        await settled(pilot)
        assert "no check blocks" not in "\n".join(text_of(stage))
        assert "is in no worksheet" in "\n".join(text_of(stage))
        await pilot.press("enter", "a", "r")
        await settled(pilot)
        again = stage.sent[-1]
        assert isinstance(again, messages.ExamineAsked)
        assert again.only == (("server-is-clean", ""),)
    assert stage.dismissed == []


async def test_an_acceptance_falls_when_the_finding_says_something_else() -> None:
    session = samples.session()
    screen = ChecksScreen(setting(), session)
    stage = Stage(screen)
    async with stage.run_test(size=SMALL) as pilot:
        answered(screen, samples.FINDINGS[1])
        screen.finished()
        await settled(pilot)
        await pilot.press("a", *typed("ok"), "enter")
        await settled(pilot)
        assert session.in_the_way == []
        answered(screen, type(samples.FINDINGS[1])("second-hop", "t", "caution", samples.SE, "another reason", "Do."))
        await settled(pilot)
        assert [finding.check for finding in session.in_the_way] == ["second-hop"]


async def test_a_server_that_works_is_wiped_only_after_its_fqdn_and_a_reason() -> None:
    session = samples.session()
    screen = ChecksScreen(setting(), session)
    stage = Stage(screen)
    works = Finding("target-alive", "it does not answer", "blocked", samples.SE, "it works", "Choose the lost one.")
    async with stage.run_test(size=SMALL) as pilot:
        answered(screen, works)
        screen.finished()
        await settled(pilot)
        await pilot.press("w", *typed("fe01.contoso.com"), "enter")
        await settled(pilot)
        assert "is not that server" in "\n".join(text_of(stage))
        await pilot.press(*["backspace"] * 16, *typed(samples.SE), "enter")
        await settled(pilot)
        again = stage.sent[-1]
        assert isinstance(again, messages.ExamineAsked)
        assert again.only == (works.key,)
        answered(screen, replace(works, status="caution", message="it works, and its FQDN was typed"))
        screen.finished()
        await settled(pilot)
        await pilot.press("enter")
        assert stage.dismissed == []
        await pilot.press("home", "a", *typed("its disks are failing"), "enter")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
    assert stage.dismissed == [True]
    assert session.accepted == {works.key: "its disks are failing"}


async def test_hashing_is_left_out_while_it_goes_on_by_the_fqdn_of_the_target() -> None:
    session = samples.session(replace(samples.PLAN, checks=("backup-set",)))
    screen = ChecksScreen(setting(), session)
    stage = Stage(screen)
    hashing = Finding("backup-set", "the set is complete", "later", "", "40 of 90,000 MB hashed, about 75 min left")
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.pause()
        answered(screen, hashing)
        await settled(pilot)
        assert "do not hash" in "\n".join(text_of(stage))
        await pilot.press("u", *typed("se02"), "enter")
        await settled(pilot)
        assert "is not the target of this plan" in "\n".join(text_of(stage))
        assert not session.unhashed
        await pilot.press(*["backspace"] * 4, *typed(samples.SE), "enter")
        await settled(pilot)
        assert session.unhashed
        assert "do not hash" not in "\n".join(text_of(stage))


async def test_checks_that_wait_for_the_same_server_are_one_line_and_are_repeated_together() -> None:
    screen = ChecksScreen(setting(), samples.session())
    stage = Stage(screen)
    waiting = [
        Finding(name, name, "later", samples.SE, "checked when the server is available again")
        for name in ("cmdlets-known", "media-and-updates", "storage")
    ]
    async with stage.run_test(size=SMALL) as pilot:
        for finding in waiting:
            answered(screen, finding)
        screen.finished()
        await settled(pilot)
        told = "\n".join(text_of(stage))
        assert "3 checks" in told
        assert "3 later" in told
        assert told.count("checked when the server is available again") == 1
        assert "cmdlets-known, media-and-updates, storage" in told
        await pilot.press("r")
        await settled(pilot)
        again = stage.sent[-1]
        assert isinstance(again, messages.ExamineAsked)
        assert set(again.only) == {finding.key for finding in waiting}
        await pilot.press("e")
        await settled(pilot)
        told = "\n".join(text_of(stage))
        assert "3 checks" not in told
        assert all(finding.check in told for finding in waiting)


# Review and run.


async def test_review_starts_or_goes_back() -> None:
    assert (await press(ReviewScreen(setting(), samples.PLAN), "enter")).dismissed == [True]
    assert (await press(ReviewScreen(setting(), samples.PLAN), "escape")).dismissed == [False]


async def test_review_cuts_titles_before_the_item_that_tells_them_apart() -> None:
    title = "Check that every service of the server runs and has finished starting"
    steps = [
        replace(samples.COPY, id=f"check@{host}.contoso.com", title=f"{title}: {host}.contoso.com")
        for host in ("fe01", "fe02", "fe03")
    ]
    stage = Stage(ReviewScreen(setting(), replace(samples.PLAN, steps=tuple(steps))))
    async with stage.run_test(size=LARGE) as pilot:
        await settled(pilot)
        shown = [line for line in text_of(stage) if "Check that" in line]
    assert any(": fe02 " in line for line in shown)
    assert any(": fe03 " in line for line in shown)


async def test_the_first_simulated_action_is_chosen_when_the_keys_go_to_them() -> None:
    panel = ActionsPanel(setting(), "Simulated actions", ())
    stage = Stage(RunScreen(setting(), samples.PLAN, actions_panel=panel))
    async with stage.run_test(size=LARGE) as pilot:
        panel.offer([("install-windows", "Install Windows"), ("take-image", "Take an image")])
        await settled(pilot)
        assert not [line for line in text_of(stage) if "› Install Windows" in line]
        await pilot.press("h")
        await settled(pilot)
        assert [line for line in text_of(stage) if "› Install Windows" in line]
        await pilot.press("enter")
        await settled(pilot)
    asked = stage.sent[-1]
    assert isinstance(asked, messages.ActionAsked)
    assert asked.name == "install-windows"


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_simulated_actions_are_found_by_their_words(size: tuple[int, int]) -> None:
    actions = [(f"action {number}", f"Install Windows as fe{number:02}.contoso.com") for number in range(60)]
    actions.append(("build", "Build the new pool: define, publish, deploy"))
    panel = ActionsPanel(setting(), "Simulated actions", actions)
    wide = size == LARGE
    stage = Stage(
        RunScreen(setting(), samples.PLAN, actions_panel=panel) if wide
        else ActionsScreen(setting(), "Simulated actions", actions)
    )  # fmt: skip
    async with stage.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press(*(["h"] if wide else []), "slash", *typed("nothing so"), "enter")
        await settled(pilot)
        assert any("no action holds that" in line for line in text_of(stage))
        await pilot.press("escape", "slash", *typed("NEW publish"), "enter")
        await settled(pilot)
        shown = text_of(stage)
        assert any("› Build the new pool" in line for line in shown)
        assert not any("Install Windows as" in line for line in shown)
        await pilot.press("enter")
        await settled(pilot)
        asked = stage.sent[-1]
        assert isinstance(asked, messages.ActionAsked)
        assert asked.name == "build"
        await pilot.press("escape")
        await settled(pilot)
        assert any("Install Windows as" in line for line in text_of(stage))


async def test_the_run_screen_sends_what_its_keys_say() -> None:
    stage = Stage(RunScreen(setting(), samples.PLAN))
    async with stage.run_test(size=SMALL) as pilot:
        screen = stage.shown
        assert isinstance(screen, RunScreen)
        screen.update(samples.state(), [line for event in samples.UNDER_WAY for line in log_lines(event)])
        await settled(pilot)
        await pilot.press("enter", "k", "s", "c", "n", "l", "slash")
        await settled(pilot)
        wishes = [message.wish for message in stage.sent if isinstance(message, messages.Wanted)]
        assert wishes == ["stop", "cancel", "note", "log", "find"]
        screen.ask(Request("perform", samples.IMAGE))
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        screen.ask(Request("confirm", samples.IMPORT))
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        screen.ask(samples.destructive())
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
    assert [m.answer for m in stage.sent if isinstance(m, messages.Answered)] == [Answer("done"), Answer("go")]
    assert isinstance(stage.sent[-1], messages.Wanted)
    assert stage.sent[-1].wish == "open"


# Confirmation of what destroys.


async def confirm(request: Request, *keys: str, clock: Clock | None = None) -> tuple[Stage, list[str]]:
    stage = Stage(ConfirmScreen(setting(clock=clock), request, "step 3 of 5", "a set, 6 h old"))
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            if key == "enter":
                await settled(pilot)
        await settled(pilot)
        return stage, text_of(stage)


async def test_only_the_target_typed_in_full_passes() -> None:
    stage, _ = await confirm(samples.destructive(), *typed(samples.SE), "enter")
    assert stage.dismissed == [Answer("go", text=samples.SE)]


async def test_a_wrong_target_says_what_to_do_and_the_third_suggests_going_back() -> None:
    stage, text = await confirm(samples.destructive(), *typed("fe01"), "enter")
    assert stage.dismissed == []
    assert any("fe01 is not the target. This step harms se01.contoso.com" in line for line in text)
    stage, text = await confirm(samples.destructive(), *typed("a"), "enter", *typed("b"), "enter", *typed("c"), "enter")
    assert stage.dismissed == []
    assert any("3 times now. Press Esc" in line for line in text)
    stage, _ = await confirm(samples.destructive(), *typed("a"), "enter", *typed(samples.SE), "enter")
    assert [answer.choice for answer in stage.dismissed] == ["go"]


async def test_enter_alone_and_escape_send_nothing() -> None:
    stage, text = await confirm(samples.destructive(), "enter")
    assert stage.dismissed == []
    assert any("nothing was typed" in line for line in text)
    stage, _ = await confirm(samples.destructive(), *typed(samples.SE), "escape")
    assert stage.dismissed == [None]


async def test_a_pasted_target_is_not_taken() -> None:
    stage = Stage(ConfirmScreen(setting(), samples.destructive()))
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.pause()
        stage.shown.query_one(Input).post_message(textual_events.Paste(samples.SE))
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert stage.shown.query_one(Input).value == ""
    assert stage.dismissed == []


async def test_an_enter_held_down_from_the_screen_before_passes_nothing() -> None:
    """The clock stands: every Enter comes at once after the one before, as from a key that repeats."""
    clock = Clock(jump=0.0)
    stage = Stage(ConfirmScreen(setting(clock=clock), samples.destructive()))
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.pause()
        stage.shown.query_one(Input).value = samples.SE
        for _ in range(30):
            clock.at += 0.03
            await pilot.press("enter")
        await settled(pilot)
        assert stage.dismissed == []
        clock.at += 1.0
        await pilot.press("enter")
        await settled(pilot)
    assert [answer.choice for answer in stage.dismissed] == ["go"]


def test_an_enter_counts_when_it_stands_for_itself() -> None:
    clock = Clock(jump=0.0)
    guard = EnterGuard(clock)
    clock.at += 0.39
    assert guard.press() is None, "the screen has been there for less than 400 ms"
    clock.at += 0.5
    first = guard.press()
    assert first is not None
    assert guard.stands(first)
    clock.at += 0.5
    late_repeat = guard.press()
    assert late_repeat is not None, "a keyboard waits before its first repeat"
    clock.at += 0.03
    assert guard.press() is None
    assert not guard.stands(late_repeat), "and then the next one follows at once"


# Failed, unknown, notes.


async def test_a_failed_step_is_tried_again_skipped_with_a_reason_or_left() -> None:
    def screen() -> DecideScreen:
        return DecideScreen(setting(), Request("decide", samples.IMPORT, why="the database rtc is in use"))

    assert (await press(screen(), "enter")).dismissed == [Answer("again")]
    stage = await press(screen(), "down", "enter", "enter", *typed("by hand"), "enter")
    assert stage.dismissed == [Answer("skip", reason="by hand")]
    assert (await press(screen(), "down", "down", "enter")).dismissed == [Answer("stop")]
    assert (await press(screen(), "escape")).dismissed == [None]


async def test_a_failed_step_cannot_be_called_done_unless_that_may_be() -> None:
    request = Request("decide", samples.IMPORT, proof=Proof("cannot-tell", "no answer"), may_accept=True)
    stage = await press(DecideScreen(setting(), request), "down", "enter", *typed("seen"), "enter")
    assert stage.dismissed == [Answer("done", reason="seen")]


async def test_a_decision_has_no_default() -> None:
    request = Request("perform", samples.CHAT)
    assert (await press(DecideScreen(setting(), request), "enter")).dismissed == []
    stage = await press(DecideScreen(setting(), request), "down", "down", "enter")
    assert stage.dismissed == [Answer("done", text="exported file")]


async def test_whether_a_host_is_the_right_machine_has_no_default() -> None:
    stage = Stage(DecideScreen(setting(), samples.met()))
    async with stage.run_test(size=LARGE) as pilot:
        await pilot.press("enter")
        await settled(pilot)
        assert stage.dismissed == []
        said = " ".join(" ".join(text_of(stage)).split())
    assert "Nothing was sent: is this the right machine?" in said
    assert "computer account S-1-5-21-1-2-3-1104" in said
    assert "it has the same computer account" in said
    assert "It is the right machine" in said
    stage = await press(DecideScreen(setting(), samples.met()), "down", "enter")
    assert stage.dismissed == [Answer("go")]
    stage = await press(DecideScreen(setting(), samples.met()), "down", "down", "enter")
    assert stage.dismissed == [Answer("again")]


async def test_another_machine_that_two_have_to_see_cannot_be_confirmed_by_one() -> None:
    stage = Stage(DecideScreen(setting(), samples.met("machine SID: S-1-5-21-4", may_accept=False)))
    async with stage.run_test(size=LARGE) as pilot:
        await settled(pilot)
        said = " ".join(" ".join(text_of(stage)).split())
        await pilot.press("down", "enter")
        await settled(pilot)
    assert "another machine answers at se01.contoso.com: machine SID: S-1-5-21-4" in said
    assert "It is the right machine" not in said
    assert stage.dismissed == [Answer("again")]


async def test_reconcile_proposes_only_what_the_host_is_sure_of() -> None:
    def screen(answer: Any) -> ReconcileScreen:
        return ReconcileScreen(setting(), Request("reconcile", samples.IMPORT, proof=Proof(answer, "said")), "12:12")

    assert (await press(screen("cannot-tell"), "enter")).dismissed == []
    assert (await press(screen("yes"), "enter")).dismissed == [Answer("done", reason="said")]
    assert (await press(screen("no"), "enter")).dismissed == [Answer("again", reason="said")]
    stage = await press(screen("no"), "up", "enter", "enter", *typed("seen"), "enter")
    assert stage.dismissed == [Answer("done", reason="seen")], "against the host's word only with a reason"
    assert (await press(screen("cannot-tell"), "end", "enter")).dismissed == [Answer("stop")]


async def test_a_note_is_never_empty() -> None:
    stage = await press(NoteScreen(setting(), "Note", "About the run."), "enter", *typed("hi"), "enter")
    assert stage.dismissed == ["hi"]
    assert (await press(NoteScreen(setting(), "Note", "About."), "escape")).dismissed == [None]


async def test_a_password_is_never_shown_and_no_answer_is_one() -> None:
    stage = Stage(PasswordScreen(setting(), r"CONTOSO\lyncadmin"))
    async with stage.run_test(size=SMALL) as pilot:
        await pilot.press("enter")
        await settled(pilot)
        assert "nothing was typed" in "\n".join(text_of(stage))
        await pilot.press(*typed("hunter2"))
        await settled(pilot)
        text = "\n".join(text_of(stage))
        assert r"Password for CONTOSO\lyncadmin" in text
        assert "hunter2" not in text
        await pilot.press("enter")
        await settled(pilot)
    assert stage.dismissed == [Secret("hunter2")]
    assert (await press(PasswordScreen(setting(), "ann"), "escape")).dismissed == [None]


async def test_leaving_stays_by_default_and_never_cuts_a_step_off() -> None:
    def screen(under_way: str) -> LeaveScreen:
        return LeaveScreen(setting(), under_way, "lync-wizard resume 2026")

    assert (await press(screen("Import user data"), "enter")).dismissed == ["stay"]
    assert (await press(screen("Import user data"), "down", "enter")).dismissed == ["stop"]
    assert (await press(screen(""), "down", "enter")).dismissed == ["quit"]
    assert (await press(screen(""), "escape")).dismissed == ["stay"]


async def test_log_report_help_trouble_and_hands_by_their_keys() -> None:
    lines = [LogLine("12:00:00", "out", f"line {number}") for number in range(50)]
    stage = await press(LogScreen(setting(), lines, "log.txt"), "w", "v", "slash", *typed("line 7"), "enter", "escape")
    assert isinstance(stage.sent[0], messages.SaveAsked)
    assert stage.sent[0].text.splitlines()[7] == "12:00:00 out  line 7"
    assert stage.dismissed == []
    assert (await press(LogScreen(setting(), lines, "log.txt"), "escape")).dismissed == [None]
    report = ReportScreen(setting(), lambda width: ["Finished: 5 of 5 steps done", "", "Procedure  x"], True, "run")
    assert (await press(report, "enter")).dismissed == [None]
    assert (await press(HelpScreen(setting(), "Words.", [("Enter", "next")]), "escape")).dismissed == [None]
    assert (await press(ErrorScreen(setting(), "no", "Do."), "enter")).dismissed == [None]
    actions = [("install-windows", "Install Windows"), ("take-image", "Take an image")]
    stage = await press(ActionsScreen(setting(), "Simulated actions", actions), "down", "enter", "h")
    assert isinstance(stage.sent[0], messages.ActionAsked)
    assert stage.sent[0].name == "take-image"
    assert stage.dismissed == [None]


# Every screen whole at both sizes.


def every_screen() -> dict[str, Screen[Any]]:
    question = next_step({"gate": "unpaired"})
    assert not isinstance(question, Advice)
    lines = [line for event in samples.UNDER_WAY for line in log_lines(event)]
    advice = Advice("restore-se", "Restore a Standard Edition server", "Because.", "Since the backup.")
    failed = Request("decide", samples.IMPORT, why="the database rtc is in use", hint="Stop the services first.")
    unknown = Request("reconcile", samples.IMPORT, proof=Proof("cannot-tell", "no answer"))
    return {
        "home": home(),
        "triage": TriageScreen(setting(), question, [("pairing", "Not paired")]),
        "advice": AdviceScreen(setting(), Outcome(advice), [("pairing", "Not paired")], 3600),
        "asks": ChooseScreen(setting(), "Target", "Which one?", [ChoiceItem("a", samples.SE)]),
        "backup-set": BackupSetScreen(setting(), SETS, r"\\bk01.contoso.com\LyncBackup"),
        "worksheet": WorksheetScreen(setting(), "What the plan needs", ROWS, "Go on to the backup set"),
        "checks": ChecksScreen(setting(), samples.session()),
        "review": ReviewScreen(setting(), samples.PLAN),
        "run": RunScreen(setting(), samples.PLAN),
        "confirm": ConfirmScreen(setting("production"), samples.destructive(), "step 3 of 5", "a set, 6 h old"),
        "decide": DecideScreen(setting(), failed, ("the database rtc is in use",)),
        "reconcile": ReconcileScreen(setting(), unknown, "12:12"),
        "identity": DecideScreen(setting(), samples.met("machine SID: S-1-5-21-4, recorded S-1-5-21-5")),
        "password": PasswordScreen(setting(), r"CONTOSO\lyncadmin"),
        "note": NoteScreen(setting(), "Note", "A note on the run."),
        "log": LogScreen(setting(), lines, "log.txt"),
        "report": ReportScreen(setting(), lambda width: ["Finished: 5 of 5 steps done", "", "Run  x"], True, "run"),
        "help": HelpScreen(setting(), "Words.", [("Enter", "next")]),
        "hands": ActionsScreen(
            setting(), "Simulated actions", [("install-windows", "Install Windows")], "Windows stands."
        ),
        "leave": LeaveScreen(setting(), "Import user data on se01.contoso.com", "lync-wizard resume run"),
        "trouble": ErrorScreen(setting(), "the set is damaged", "Choose another set.", "bad checksum"),
    }


async def feed(stage: Stage, pilot: Pilot[Any]) -> None:
    """What comes to a screen after it is there."""
    screen = stage.shown
    await pilot.pause()
    if isinstance(screen, ChecksScreen):
        for finding in samples.FINDINGS:
            answered(screen, finding)
        screen.finished()
    if isinstance(screen, RunScreen):
        screen.update(samples.state(), [line for event in samples.UNDER_WAY for line in log_lines(event)])
    await settled(pilot)


@pytest.mark.parametrize("name", list(every_screen()))
async def test_every_screen_is_whole_at_both_sizes_and_after_a_resize(name: str) -> None:
    stage = Stage(every_screen()[name])
    async with stage.run_test(size=SMALL) as pilot:
        await feed(stage, pilot)
        whole(text_of(stage), SMALL)
        await pilot.resize_terminal(*LARGE)
        await settled(pilot)
        whole(text_of(stage), LARGE)
        await pilot.resize_terminal(*SMALL)
        await settled(pilot)
        whole(text_of(stage), SMALL)


def whole(lines: list[str], size: tuple[int, int]) -> None:
    """The frame stands, the kind of environment is in words, and a key is named."""
    text = "\n".join(lines)
    assert len(lines) == size[1]
    assert lines[0].endswith("12:31")
    assert " DRILL " in lines[0] or " PRODUCTION " in lines[0]
    assert any(mark in lines[-1] for mark in ("Enter", "Esc", "↑↓", "stop")), text
    assert set(lines[-2].strip()) <= {"─", "╌"}, text
    assert all(len(line) <= size[0] for line in lines)


SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("name", ["home", "triage", "worksheet", "checks", "review", "run", "confirm", "reconcile"])
async def test_screens_look_as_they_did(name: str) -> None:
    """At 80×24. LYNC_WIZARD_NEW_SNAPSHOTS=1 writes them anew; look at the difference before committing it."""
    stage = Stage(every_screen()[name])
    async with stage.run_test(size=SMALL) as pilot:
        await feed(stage, pilot)
        text = "\n".join(text_of(stage)) + "\n"
    kept = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("LYNC_WIZARD_NEW_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    assert text == kept.read_text(encoding="utf-8")


async def test_a_terminal_without_unicode_gets_ascii_and_loses_no_word() -> None:
    stage = Stage(every_screen()["run"], tuple(glyph_fallback.filters("ascii")))
    async with stage.run_test(size=SMALL) as pilot:
        await feed(stage, pilot)
        text = "\n".join(text_of(stage))
    assert text.isascii()
    assert "+ done" in text
    assert "* running" in text
    assert ". waiting" in text


def test_what_a_terminal_can_show_is_left_alone() -> None:
    assert tuple(glyph_fallback.filters("UTF-8")) == ()
    (only,) = glyph_fallback.filters("latin-1")
    assert isinstance(only, glyph_fallback.GlyphFallback)
    assert only.text("│ Müller ✓ …") == "| Müller + ~"
