"""With whom a restored pool is tried at the end: its own users, those of a pool that uses it, or nobody on record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard.deployment import acceptance
from lync_wizard.procedures.placeholders import Values
from lync_wizard.workspace.workspace import Workspace
from tests.conftest import Papers, copied, opened
from tests.world import World

POOL, PARTNER, CHAT = "pool01.contoso.com", "pool02.contoso.com", "chatpool.contoso.com"


def paired(papers: Papers, folder: Path) -> Workspace:
    kept = papers("contoso-paired")
    return opened(copied(kept, folder / "home"), kept, World())


def values(workspace: Workspace, pool: str) -> Values:
    found = workspace.known.pool(pool)
    assert found
    return Values(workspace.entries, workspace.known, found, found.server_fqdns[0])


def test_a_pool_is_tried_by_its_own_users_and_a_chat_pool_by_those_that_use_it(papers: Papers, tmp_path: Path) -> None:
    workspace = paired(papers, tmp_path)
    for pool in (POOL, CHAT):
        of = values(workspace, pool)
        assert of.get("TriedPoolFqdn") == POOL
        assert of.get("TriedServerFqdn") == "fe01.contoso.com"
        assert (of.get("TestUser1Sip"), of.get("TestUser1")) == ("sip:support01@contoso.com", r"CONTOSO\support01")


def test_a_bound_pool_is_tried_with_the_accounts_of_the_one_whose_users_it_serves(
    papers: Papers, tmp_path: Path
) -> None:
    of = replace(values(paired(papers, tmp_path), POOL), bound={"TriedPoolFqdn": PARTNER})
    assert of.get("TriedPoolFqdn") == PARTNER
    assert of.get("TriedServerFqdn") == "fe11.contoso.com"
    assert of.get("TestUser2") == r"CONTOSO\support02"


def test_accounts_count_only_where_both_are_whole(papers: Papers, tmp_path: Path) -> None:
    home = copied(papers("contoso-paired"), tmp_path / "home")
    [facts] = home.root.glob("worksheets/*/deployment-facts.yaml")
    lines = facts.read_text("utf-8").splitlines(keepends=True)
    facts.write_text("".join(line for line in lines if "support02" not in line), "utf-8")
    workspace = opened(home, papers("contoso-paired"), World())
    pool = workspace.known.pool(POOL)
    assert pool
    assert acceptance.accounts(workspace.known, pool) == ()


def test_a_failover_tries_the_partner_and_asks_with_whom_where_no_accounts_are_recorded(
    papers: Papers, tmp_path: Path
) -> None:
    home = copied(papers("contoso-paired"), tmp_path / "home")
    [facts] = home.root.glob("worksheets/*/deployment-facts.yaml")
    lines = facts.read_text("utf-8").splitlines(keepends=True)
    facts.write_text("".join(line for line in lines if "support0" not in line), "utf-8")
    workspace = opened(home, papers("contoso-paired"), World())
    assert "acceptance" in {ask.name for ask in workspace.asks("pool-failover", POOL, {})}
    plan = workspace.plan("pool-failover", POOL, workspace.newest(), {"acceptance": "monitoring"})
    tried = [step.text for step in plan.steps if step.id.startswith("pf-accept.")]
    assert tried[0] == f"Test-CsRegistration -TargetFqdn {PARTNER}"
    assert all(PARTNER in text for text in tried)


@pytest.mark.parametrize(("extent", "chat"), [("pool", True), ("site", False)])
def test_chat_that_was_lost_with_the_site_is_not_tried(extent: str, chat: bool, papers: Papers, tmp_path: Path) -> None:
    plan = paired(papers, tmp_path).plan("pool-failover", POOL, None, {"mode": "disaster", "extent": extent})
    assert any("Test-CsPersistentChatMessage" in step.text for step in plan.steps) == chat
