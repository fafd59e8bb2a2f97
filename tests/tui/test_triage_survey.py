"""Triage on the screens while the hosts are still being asked: it stands at once, and follows what they say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lync_wizard.procedures import Procedure
from lync_wizard.triage import Advice, ProposedAnswer, Question, SurveyResult, next_step
from lync_wizard.triage.background_survey import Progress
from lync_wizard.triage.meanwhile import meanwhile
from lync_wizard.triage.ways import Way
from lync_wizard.tui import Start, WizardApp
from lync_wizard.tui.screens.triage import AdviceScreen, TriageScreen
from lync_wizard.workspace.outcome import Outcome
from tests.tui.stage import Clock, Stage, setting, text_of
from tests.tui.test_app import Desk, Driver, Farm, Loaded
from tests.tui.test_screens import SMALL, press, settled

WORKSHEETS = {"gate": ProposedAnswer("unpaired", "worksheets: no backup pool recorded")}
LIVE = ProposedAnswer(
    "partner-cannot", "Get-CsPoolBackupRelationship on fe01: paired with se02; se02 no answer", "Not paired; worksheets"
)
BEING_ASKED = Progress("being queried …")
DONE = Progress("15 of 16 servers answer, cmdlets run on fe01.contoso.com", over=True)
LOCKED = Progress("15 of 16 servers answer, no cmdlet run: no password", locked=True, over=True)


class Hosts(Desk):
    """A desk whose hosts speak when the test lets them."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, Farm())
        self.procedures: dict[str, Procedure] = {}
        self.found = dict(WORKSHEETS)
        self.standing = BEING_ASKED
        self.told: list[tuple[Callable[[SurveyResult], object], bool]] = []

    def proposed_answer(self, question: str, answers: Mapping[str, str]) -> ProposedAnswer | None:
        return self.found.get(question)

    def start_survey(self, told: Callable[[SurveyResult], object], *, asking: bool = False) -> None:
        self.told.append((told, asking))

    @property
    def survey_progress(self) -> Progress:
        return self.standing

    def say(self, question: str, known: ProposedAnswer, standing: Progress = DONE) -> None:
        self.found[question], self.standing = known, standing
        told, _ = self.told[-1]
        told(SurveyResult())


@asynccontextmanager
async def asked(tmp_path: Path) -> AsyncIterator[tuple[Driver, Hosts]]:
    desk = Hosts(tmp_path)
    app = WizardApp(lambda _: Loaded(desk), start=Start("restore"), by="ann", setting=setting(under_way=""))
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot, desk)
        await driver.at(TriageScreen)
        yield driver, desk


async def test_the_worksheets_answer_at_once_and_the_hosts_answer_takes_their_place(tmp_path: Path) -> None:
    async with asked(tmp_path) as (driver, desk):
        await driver.reads("found  worksheets: no backup pool recorded")
        await driver.reads("hosts  being queried")
        await driver.reads("› Not paired")
        desk.say("gate", LIVE)
        await driver.reads("› Paired, but the partner cannot take over")
        await driver.reads("found  Get-CsPoolBackupRelationship on fe01")
        await driver.reads("but    Not paired; worksheets")
        await driver.reads("hosts  15 of 16 servers answer")
        await driver.press("enter")
        await driver.reads("pairing: Paired, but the partner cannot take over")


async def test_what_somebody_has_chosen_is_left_to_them(tmp_path: Path) -> None:
    async with asked(tmp_path) as (driver, desk):
        await driver.press("down")
        desk.say("gate", LIVE)
        await driver.reads("hosts  15 of 16 servers answer")
        await driver.reads("› Paired, the partner can take over, and the failed one will come back")


async def test_an_answer_given_before_the_hosts_spoke_is_doubted_at_the_end(tmp_path: Path) -> None:
    async with asked(tmp_path) as (driver, desk):
        await driver.press("enter")
        await driver.reads("What failed?")
        desk.say("gate", LIVE)
        desk.say("failed", ProposedAnswer("witness", "sql03.contoso.com no answer"))
        await driver.reads("› The witness of a mirrored Back End")
        await driver.press("enter")
        await driver.at(AdviceScreen)
        await driver.reads("but    pairing: Not paired; but Get-CsPoolBackupRelationship on fe01")


async def test_r_asks_again_and_then_a_password_may_be_asked_for(tmp_path: Path) -> None:
    async with asked(tmp_path) as (driver, desk):
        desk.say("gate", WORKSHEETS["gate"], LOCKED)
        await driver.reads("r queries with")
        await driver.press("r")
        await driver.until(lambda: len(desk.told) == 2)
        assert [asking for _, asking in desk.told] == [False, True]


def gate() -> Question:
    question = next_step({})
    assert isinstance(question, Question)
    return question


async def test_an_enter_meant_for_the_old_proposal_does_not_take_the_new_one() -> None:
    clock = Clock()
    screen = TriageScreen(setting(clock=clock), gate(), (), WORKSHEETS["gate"])
    stage = Stage(screen)
    async with stage.run_test(size=SMALL) as pilot:
        await settled(pilot)
        clock.jump = 0.0
        screen.show_proposal(LIVE, DONE)
        await pilot.press("enter")
        await settled(pilot)
        assert stage.dismissed == []
        assert "› Paired, but the partner cannot take over" in "\n".join(text_of(stage))


async def test_where_a_person_has_to_judge_nothing_is_preselected() -> None:
    known = ProposedAnswer("", "paired with se02, whose servers answer")
    assert (await press(TriageScreen(setting(), gate(), (), known), "enter")).dismissed == []


@pytest.mark.parametrize("hosts", [BEING_ASKED, DONE])
async def test_the_longest_question_leaves_room_for_its_answers(hosts: Progress) -> None:
    question = next_step({"gate": "unpaired"})
    assert isinstance(question, Question)
    stage = Stage(TriageScreen(setting(), question, [("pairing", "Not paired")], LIVE, {}, hosts))
    async with stage.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert sum(line.startswith(("  A ", "› A ")) for line in text_of(stage)) >= 2


LOSS = {"gate": "paired-lost", "failed": "standard-edition", "cms": "yes"}


async def test_failover_and_restore_stand_beside_each_other_and_nothing_is_cut_off() -> None:
    advice = next_step(LOSS)
    assert isinstance(advice, Advice)
    loses = "what changed in the 7 h since the newest verified set (2026-11-22T060000Z_contoso)"
    ways = (
        Way("failover", ("pool-failover",), "what changed since the last sync: unknown", "the partner answers", True),
        Way("restore", ("restore-cms",), loses),
    )
    stage = Stage(AdviceScreen(setting(), Outcome(advice, ways, meanwhile(LOSS)), [("pairing", "Paired")], 1800))
    shown: list[str] = []
    async with stage.run_test(size=SMALL) as pilot:
        for _ in range(8):
            await settled(pilot)
            shown += text_of(stage)
            await pilot.press("pagedown")
    first = shown[: SMALL[1]]
    assert any("loses" in line for line in first), "what is lost is seen before anybody scrolls"
    beside = [line for line in first if "failover (advised)" in line]
    assert beside
    assert all("restore" in line for line in beside)
    words = set(" ".join(shown).split())
    for text in (
        advice.why,
        advice.first,
        advice.then,
        loses,
        *(r for s in meanwhile(LOSS).stages for _, r in s.rows()),
    ):
        assert set(text.split()) <= words, text
