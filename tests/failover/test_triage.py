"""Triage of a paired pool: failover and restore side by side, what works meanwhile, and a pool that is failed over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.hosts import nobody
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.triage import Advice, SurveyResult, next_step
from lync_wizard.triage.meanwhile import meanwhile
from lync_wizard.triage.questions import QUESTIONS
from lync_wizard.triage.ways import Saved
from lync_wizard.workspace import outcome
from lync_wizard.workspace.outcome import Outcome
from lync_wizard.workspace.workspace import Workspace
from tests.command import call

FIRST, SECOND = "se03.contoso.com", "se04.contoso.com"
GIVEN = {
    **{f"{one}:deployment-facts/pool/kind": "standard-edition" for one in (FIRST, SECOND)},
    f"{FIRST}:deployment-facts/pool/backup-pool": SECOND,
    f"{SECOND}:deployment-facts/pool/backup-pool": FIRST,
    **{f"{one}:deployment-facts/pool/servers": one for one in (FIRST, SECOND)},
    "deployment-facts/cms/pool": FIRST,
}
LOST = SurveyResult({FIRST: "no answer", SECOND: ""}, host=SECOND, interval=timedelta(minutes=2), over=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for cell, value in GIVEN.items():
        assert call(tmp_path, "--deployment", "contoso", "worksheet", "set", cell, value).returncode == 0
    return tmp_path


@pytest.fixture
def workspace(home: Path) -> Workspace:
    return Workspace(Home(home), AddressBook(), nobody.connects, Redactor(), deployment="contoso")


def outcome_of(workspace: Workspace, seen: SurveyResult | None, **answers: str) -> Outcome:
    workspace.background_survey.seen = seen
    advice = next_step(answers)
    assert isinstance(advice, Advice)
    return outcome.of(workspace, answers, advice)


def numbers(answers: Mapping[str, str]) -> str:
    """What somebody types who gives these answers."""
    typed = []
    for question, option in answers.items():
        offered = next(one.options for one in QUESTIONS if one.id == question)
        typed.append(str([one.id for one in offered].index(option) + 1))
    return "\n".join([*typed, ""])


def test_a_lost_pool_whose_partner_runs_is_failed_over_and_both_ways_are_beside_each_other(
    workspace: Workspace,
) -> None:
    found = outcome_of(workspace, LOST, gate="paired-lost", failed="standard-edition", cms="yes")
    failover, restore = found.ways
    assert found.advice.procedure == "pool-failover"
    assert (failover.procedures, failover.taken) == (("pool-failover",), True)
    assert "last sync: unknown (interval 2 min); by the target at most 30 min" in failover.loses
    assert failover.remark == f"the servers of {SECOND} answer"
    assert (restore.procedures, restore.taken) == (("restore-cms",), False)
    assert restore.loses == "everything since the last backup; no backup location is recorded"


def test_a_partner_that_cannot_take_over_leads_to_a_restore_and_the_failover_stays_beside_it(
    workspace: Workspace,
) -> None:
    silent = replace(
        LOST, host="se05.contoso.com", doors={FIRST: "no answer", SECOND: "no answer", "se05.contoso.com": ""}
    )
    answers = {"gate": "partner-cannot", "failed": "standard-edition", "cms": "yes", "features": "recorded"}
    failover, restore = outcome_of(workspace, silent, **answers).ways
    assert (failover.taken, restore.taken) == (False, True)
    assert failover.procedures == ("pool-failover",)
    assert failover.remark == f"you said that the partner cannot take over; no server of {SECOND} answers"
    assert restore.procedures == ("restore-cms",)


def test_without_an_answer_of_the_hosts_it_cannot_be_told_and_is_no_no(workspace: Workspace) -> None:
    found = outcome_of(workspace, None, gate="paired-lost", failed="standard-edition", cms="no")
    assert found.ways[0].remark == f"whether {FIRST} runs is not known", "the one without the store is meant"
    assert "unknown (interval not known, 2 min by default)" in found.ways[0].loses
    assert found.failed_over == ()
    assert found.now == (f"whether {SECOND} is failed over to {FIRST} is not known: no host said its PoolState.",)


def test_the_recorded_interval_stands_where_no_host_says_it(home: Path) -> None:
    call(home, "--deployment", "contoso", "worksheet", "set", "deployment-facts/backup-service/interval", "00:05:00")
    workspace = Workspace(Home(home), AddressBook(), nobody.connects, Redactor(), deployment="contoso")
    found = outcome_of(workspace, None, gate="paired-lost", failed="standard-edition", cms="no")
    assert "unknown (interval 5 min)" in found.ways[0].loses


def test_a_pool_that_is_failed_over_is_known_as_such(workspace: Workspace) -> None:
    over = replace(LOST, states={FIRST: "FailedOver"})
    answers = {"gate": "partner-serves", "failed": "standard-edition", "cms": "no", "features": "recorded"}
    found = outcome_of(workspace, over, **answers)
    assert found.failed_over == (FIRST,)
    assert found.now[0].startswith(f"{FIRST} is failed over to {SECOND} (PoolState FailedOver on {SECOND})")
    assert "not-failed-over blocks what imports user data or Response Groups into it" in found.now[0]
    assert "rebuild goes on" in found.now[0]
    assert found.advice.procedure == "restore-se"
    assert "pool-failback" in found.advice.then
    begun = outcome_of(workspace, replace(LOST, states={FIRST: "FailingOver"}), **answers)
    assert begun.failed_over == ()
    assert "interrupted: pool-failover once more" in begun.now[0]


def test_a_pool_that_works_again_is_failed_back(workspace: Workspace) -> None:
    seen = replace(LOST, doors={FIRST: "", SECOND: ""}, states={FIRST: "FailedOver", SECOND: "Active"})
    workspace.background_survey.seen = seen
    proposed = workspace.proposed_answer("gate", {})
    assert proposed is not None
    assert proposed.answer == "failback"
    found = outcome_of(workspace, seen, gate="failback")
    assert found.advice.procedure == "pool-failback"
    assert [stage.name for stage in found.meanwhile.stages] == ["now (the pool is failed over)", "in the failback"]


def test_what_works_is_said_apart_for_the_loss_and_for_the_failover() -> None:
    both = meanwhile({"gate": "paired-lost", "failed": "front-end-pool"})
    assert both.loss
    assert both.failover
    assert "Resiliency mode" in both.loss.name
    assert "Calls in progress survive the loss" in both.loss.works
    assert "contacts" in both.loss.stops
    assert "signed out" in both.failover.works
    assert "end" in both.failover.stops
    alone = meanwhile({"gate": "unpaired", "failed": "front-end-pool"})
    assert alone.failover is None
    assert alone.loss
    assert "Resiliency" not in alone.loss.name
    one_side = meanwhile({"gate": "paired-lost", "failed": "back-end", "side": "primary"})
    assert one_side.failover is None
    assert one_side.loss
    assert "30 minutes" in one_side.loss.limited


def test_other_failovers_stand_beside_their_restore(workspace: Workspace) -> None:
    chat = outcome_of(workspace, None, gate="unpaired", failed="chat-site")
    assert [way.procedures for way in chat.ways] == [("pchat-failover",), ("restore-pchat",)]
    edge = outcome_of(workspace, None, gate="unpaired", failed="other-pool", edge="federation")
    assert [way.procedures for way in edge.ways] == [("edge-federation-failover",), ("restore-pool",)]
    assert {way.loses for way in edge.ways} == {"Nothing."}
    lone = outcome_of(workspace, None, gate="unpaired", failed="standard-edition", cms="no", features="recorded")
    assert lone.ways == ()


@pytest.mark.parametrize(
    ("age", "said"), [(timedelta(minutes=40), "40 min"), (timedelta(hours=7), "7 h"), (timedelta(days=3), "72 h")]
)
def test_the_loss_of_a_restore_is_the_time_since_the_newest_verified_set(age: timedelta, said: str) -> None:
    assert Saved("a-set", age).loss == f"what changed in the {said} since the newest verified set (a-set)"


def test_the_command_says_it_in_words_and_as_data(home: Path) -> None:
    answers = {"gate": "paired-lost", "failed": "standard-edition", "cms": "yes"}
    plain = call(home, "triage", typed=numbers(answers))
    assert plain.returncode == 0, plain.stderr
    for text in ("Failover (advised)", "loses", "Restore", "Before the failover (Resiliency mode)", "In the failover"):
        assert text in plain.stdout
    said = json.loads(call(home, "triage", "--json", typed=numbers(answers)).stdout)
    assert said["procedure"] == "pool-failover"
    assert said["first"].startswith("cms-failover comes first")
    assert [(way["way"], way["advised"]) for way in said["ways"]] == [("failover", True), ("restore", False)]
    assert said["meanwhile"]["loss"]["works"]
    assert said["meanwhile"]["failover"]["stops"]
    assert said["failed_over"] == []
