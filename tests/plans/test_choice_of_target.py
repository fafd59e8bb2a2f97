"""What is said of the targets of a procedure when one of several is chosen, before anything is planned for it."""

from __future__ import annotations

from pathlib import Path

from lync_wizard.triage import SurveyResult
from tests.conftest import Papers, copied, opened
from tests.world import World

STORE, OTHER = "pool01.contoso.com", "se02.contoso.com"
LOST, ALIVE = "dir01.contoso.com", "fe01.contoso.com"


def test_the_pool_that_holds_the_store_is_named_and_so_is_every_other(papers: Papers, tmp_path: Path) -> None:
    kept = papers("contoso-ee")
    workspace = opened(copied(kept, tmp_path / "home"), kept, World())
    assert workspace.remark("restore-cms", STORE) == "holds the Central Management store, as the worksheets say"
    assert workspace.remark("restore-cms", OTHER).startswith("does NOT hold the Central Management store")
    assert workspace.remark("restore-rgs", STORE) == ""


def test_what_the_hosts_have_said_so_far_is_told_of_each_server(papers: Papers, tmp_path: Path) -> None:
    kept = papers("contoso-ee")
    workspace = opened(copied(kept, tmp_path / "home"), kept, World())
    assert workspace.remark("restore-member", ALIVE) == ""
    assert workspace.likely_target("restore-member") == ""
    workspace.background_survey.seen = SurveyResult({LOST: "refuses the connection", ALIVE: ""})
    assert workspace.remark("restore-member", LOST) == "does not answer"
    assert workspace.remark("restore-member", ALIVE) == "answers: it does not seem to be the lost one"
    assert workspace.likely_target("restore-member") == LOST


def test_a_pool_that_is_silent_or_failed_over_is_the_likely_one(papers: Papers, tmp_path: Path) -> None:
    kept = papers("contoso-paired")
    workspace = opened(copied(kept, tmp_path / "home"), kept, World())
    assert workspace.likely_target("pool-failover") == ""
    doors = {f"fe{n}.contoso.com": "" for n in ("01", "02", "03", "11", "12", "13")}
    lost = {**doors, **{f"fe1{n}.contoso.com": "no answer" for n in (1, 2, 3)}}
    workspace.background_survey.seen = SurveyResult(lost)
    assert workspace.likely_target("pool-failover") == "pool02.contoso.com"
    assert workspace.remark("pool-failover", "pool02.contoso.com") == "no server answers"
    assert workspace.remark("pool-failover", STORE) == ""
    workspace.background_survey.seen = SurveyResult({**doors, "fe12.contoso.com": "no answer"})
    assert workspace.remark("pool-failover", "pool02.contoso.com") == "no answer of fe12.contoso.com"
    assert workspace.likely_target("pool-failover") == ""
    workspace.background_survey.seen = SurveyResult(doors, states={"pool02.contoso.com": "FailedOver"})
    assert workspace.likely_target("pool-failback") == "pool02.contoso.com"
    assert workspace.remark("pool-failback", "pool02.contoso.com") == "PoolState FailedOver"
