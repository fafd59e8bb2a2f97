"""What hosts of simulated deployments answer to triage, through the workspace."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lync_wizard import triage
from lync_wizard.cli import main
from lync_wizard.cli.context import connector
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.connections import read
from lync_wizard.hosts.passwords import Passwords
from lync_wizard.lab.server import process
from lync_wizard.triage import Advice, ProposedAnswer, SurveyResult
from lync_wizard.worksheets import Cell
from lync_wizard.workspace import outcome
from lync_wizard.workspace.workspace import Workspace

PASSWORD = Secret("Pa55word-of-triage")
Opened = Callable[..., Workspace]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """The workspace on a scenario's lab; ``secret`` is the known password, ``typed`` the one a person would type."""
    homes: list[Path] = []

    def open_one(scenario: str, secret: Secret | None = PASSWORD, typed: Secret | None = None) -> Workspace:
        homes.append(tmp_path / scenario)
        process.start(homes[-1], scenario, speed=500, seed=3, password=PASSWORD)
        problems = Problems()
        book = read(homes[-1] / "connections.yaml", problems)
        problems.raise_any("connections.yaml")
        passwords = Passwords(lambda _: typed, environment=lambda _: secret, keyring=lambda _: None)
        connect, quiet = (connector(book, one, Redactor()) for one in (passwords, passwords.quiet()))
        return Workspace(Home(homes[-1]), book, connect, Redactor(), judged=True, quiet=quiet)

    yield open_one
    for home in homes:
        process.stop(home)


def looked(workspace: Workspace, *, asking: bool = False) -> list[SurveyResult]:
    """Survey the hosts to the end; every result reported meanwhile."""
    told: list[SurveyResult] = []
    workspace.start_survey(told.append, asking=asking)
    assert workspace.background_survey.wait(60)
    return told


def walked(workspace: Workspace) -> tuple[Advice, dict[str, ProposedAnswer]]:
    """Triage with every proposed answer accepted."""
    found: dict[str, ProposedAnswer] = {}
    answers: dict[str, str] = {}
    while not isinstance(step := triage.next_step(answers), Advice):
        known = workspace.proposed_answer(step.id, answers)
        assert known is not None, step.id
        found[step.id] = known
        answers[step.id] = known.answer
    return step, found


POINTER = "Get-CsConfigurationStoreLocation on"


@pytest.mark.parametrize(
    ("scenario", "procedure", "row", "evidence"),
    [
        (
            "contoso-se",
            "restore-se",
            "B1",
            {
                "gate": "Get-CsPoolBackupRelationship on fe01.contoso.com: no partner of se01.contoso.com",
                "failed": "se01.contoso.com no answer",
                "cms": rf"{POINTER} fe01.contoso.com: fe01.contoso.com\rtc",
                "features": "Get-CsService -Registrar, -PersistentChatServer on fe01.contoso.com",
            },
        ),
        (
            "contoso-se-cms",
            "restore-cms",
            "B2",
            {
                "gate": "Get-CsPoolBackupRelationship -LocalStore on se01.contoso.com",
                "cms": rf"{POINTER} se01.contoso.com: fe01.contoso.com\rtc",
                "features": "worksheets: ",
            },
        ),
        (
            "contoso-ee-primary",
            "restore-primary",
            "B9",
            {
                "failed": "sql01.contoso.com no answer (Back End of pool01.contoso.com)",
                "cms": rf"{POINTER} fe01.contoso.com: se02.contoso.com\rtc",
                "mirror": r"sql02.contoso.com\RTC: its witness is sql03.contoso.com",
                "side": "rtcxds is inaccessible or not mirrored on the primary, Principal on the mirror",
            },
        ),
        (
            "contoso-ee-cms-database",
            "restore-cms",
            "B13",
            {"failed": r"sql02.contoso.com\RTC answers and has no xds", "side": r"sql01.contoso.com\RTC answers"},
        ),
        (
            "contoso-pchat",
            "restore-pchat",
            "B23",
            {
                "failed": r"chatsql01.contoso.com\LYNC answers and has no mgc",
                "place": r"Get-CsService -PersistentChatDatabase on fe01.contoso.com: chatsql01.contoso.com\LYNC",
                "mirror": "it names no mirror",
            },
        ),
    ],
)
def test_the_hosts_answer_and_say_which(
    opened: Opened, scenario: str, procedure: str, row: str, evidence: dict[str, str]
) -> None:
    workspace = opened(scenario)
    first, *_ = looked(workspace)
    assert not first.over
    assert first.doors, "the doors are told before anything else is known"
    advice, found = walked(workspace)
    assert (advice.procedure, advice.row) == (procedure, row)
    for question, text in evidence.items():
        assert text in found[question].evidence
    assert not any(known.against for known in found.values())


def test_where_the_worksheets_say_otherwise_both_are_shown_and_the_hosts_are_proposed(opened: Opened) -> None:
    workspace = opened("contoso-ee-primary")
    workspace.record(Cell.parse("deployment-facts/cms/pool"), "pool01.contoso.com")
    looked(workspace)
    known = workspace.proposed_answer("cms", {"failed": "back-end"})
    assert known is not None
    assert (known.answer, known.evidence) == ("no", rf"{POINTER} fe01.contoso.com: se02.contoso.com\rtc")
    assert known.against == "Yes; worksheets: the active Central Management store is on pool01.contoso.com"


def test_without_a_password_the_doors_are_known_and_the_worksheets_stand(opened: Opened) -> None:
    workspace = opened("contoso-se", secret=None, typed=PASSWORD)
    looked(workspace)
    before = workspace.survey_progress
    assert before.locked
    assert "no password for CONTOSO\\lyncadmin is available" in before.text
    gate, failed = workspace.proposed_answer("gate", {}), workspace.proposed_answer("failed", {"gate": "unpaired"})
    assert gate is not None
    assert gate.evidence.startswith("worksheets: ")
    assert failed == ProposedAnswer("standard-edition", "se01.contoso.com no answer")
    looked(workspace, asking=True)
    assert not workspace.survey_progress.locked
    assert walked(workspace)[1]["cms"].evidence.startswith(POINTER)


def test_where_nothing_answers_only_the_worksheets_speak(opened: Opened) -> None:
    workspace = opened("contoso-se")
    process.stop(workspace.home.root)
    looked(workspace)
    gate = workspace.proposed_answer("gate", {})
    assert gate is not None
    assert gate.evidence.startswith("worksheets: ")
    assert workspace.proposed_answer("failed", {"gate": "unpaired"}) is None


def test_the_command_says_where_each_answer_is_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    process.start(home, "contoso-se-cms", speed=500, seed=3, password=PASSWORD)
    try:
        monkeypatch.setenv(process.VARIABLE, PASSWORD.reveal())
        monkeypatch.setattr(sys, "stdin", io.StringIO("\n1\n\n2\n"))
        assert main(["--home", str(home), "triage", "--json"]) == 0
    finally:
        process.stop(home)
    said = json.loads(capsys.readouterr().out)
    assert said["procedure"] == "restore-cms"
    origin = {one["question"]: (one["answer"], one["from"]) for one in said["answers"]}
    assert origin["failed"] == ("standard-edition", "fe01.contoso.com no answer")
    assert origin["cms"] == ("yes", rf"{POINTER} se01.contoso.com: fe01.contoso.com\rtc")
    assert origin["features"] == ("differs", "said by the person asked")


# Pairs.


def proposed(workspace: Workspace, question: str, **answers: str) -> ProposedAnswer:
    known = workspace.proposed_answer(question, answers)
    assert known is not None, question
    return known


def test_a_lost_pool_of_a_pair_leads_to_its_partner_with_both_losses(opened: Opened) -> None:
    workspace = opened("contoso-failover-pool")
    looked(workspace)
    gate = proposed(workspace, "gate")
    assert gate.answer == "", "whether it comes back is for a person to say"
    assert "pool02.contoso.com is paired with pool01.contoso.com" in gate.evidence
    assert "the servers of pool01.contoso.com answer" in gate.evidence
    answers = {"gate": "paired-lost", "failed": proposed(workspace, "failed", gate="paired-lost").answer}
    assert answers["failed"] == "front-end-pool"
    answers["cms"] = proposed(workspace, "cms", **answers).answer
    advice = triage.next_step(answers)
    assert isinstance(advice, Advice)
    assert (advice.procedure, advice.facts["mode"]) == ("pool-failover", "disaster")
    found = outcome.of(workspace, answers, advice)
    failover, restore = found.ways
    assert "unknown (interval 2 min)" in failover.loses
    assert failover.remark == "the servers of pool01.contoso.com answer"
    assert restore.procedures == ("restore-pool",)
    assert re.fullmatch(r"what changed in the \d+ (h|min) since the newest verified set \(.+_contoso\)", restore.loses)
    assert found.failed_over == ()
    assert found.now == ()


def test_a_pool_that_is_failed_over_and_works_again_is_failed_back(opened: Opened) -> None:
    workspace = opened("contoso-failback")
    looked(workspace)
    gate = proposed(workspace, "gate")
    assert gate.answer == "failback"
    assert "PoolState of pool02.contoso.com is FailedOver; pool01.contoso.com serves its users" in gate.evidence
    advice = triage.next_step({"gate": "failback"})
    assert isinstance(advice, Advice)
    assert outcome.of(workspace, {"gate": "failback"}, advice).failed_over == ("pool02.contoso.com",)


def test_the_edge_pool_that_carries_federation_is_known_from_the_sites(opened: Opened) -> None:
    workspace = opened("contoso-failover-edge")
    looked(workspace)
    advice, found = walked(workspace)
    assert advice.procedure == "edge-federation-failover"
    assert "edge-failback" in advice.then
    assert "Get-CsSite on fe01.contoso.com: edgepool.contoso.com carries federation and xmpp" in found["edge"].evidence


def test_the_lost_site_of_a_stretched_chat_pool_is_seen(opened: Opened) -> None:
    workspace = opened("contoso-failover-chat")
    looked(workspace)
    assert proposed(workspace, "gate").answer == "unpaired"
    assert proposed(workspace, "failed", gate="unpaired").answer == "chat-site"


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("contoso-failback-chat", ["Persistent Chat of chatpool.contoso.com is failed over (PoolState FailedOver"]),
        ("contoso-failover-edge", []),
    ],
)
def test_it_is_said_that_persistent_chat_is_failed_over(opened: Opened, scenario: str, said: list[str]) -> None:
    workspace = opened(scenario)
    looked(workspace)
    advice = triage.next_step({"gate": "failback"})
    assert isinstance(advice, Advice)
    now = [text for text in outcome.of(workspace, {"gate": "failback"}, advice).now if "Persistent Chat" in text]
    assert len(now) == len(said)
    assert all(text.startswith(start) for text, start in zip(now, said, strict=True))
