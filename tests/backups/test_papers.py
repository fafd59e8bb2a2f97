"""The papers of a set: where pools are paired they serve a failover too, each for what it has something to do at."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lync_wizard.workspace.backup_job import documents
from lync_wizard.workspace.workspace import Workspace


def written(workspace: Workspace, root: Path) -> dict[str, bytes]:
    """What is written into a copy of the newest set, by name."""
    chosen = workspace.backup_set(workspace.newest() or "")
    folder = shutil.copytree(chosen.folder, root / "sets" / chosen.folder.name)
    names = documents.write(workspace, folder, chosen.manifest)
    return {name: (folder / name).read_bytes() for name in names}


@pytest.fixture(autouse=True)
def in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where typst cannot be loaded: to set all of these pages takes longer than to make them."""
    for name in [name for name in sys.modules if name.startswith("lync_wizard.render.pdf")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "typst", None)


def test_a_set_of_paired_pools_holds_what_a_failover_calls_for(
    workspace_of: Callable[[str], Workspace], tmp_path: Path
) -> None:
    workspace = workspace_of("contoso-paired")
    papers = written(workspace, tmp_path)
    aimed = {name.removesuffix(".ps1") for name in papers if name.endswith(".ps1") and not name.startswith("restore-")}
    assert {one for one in aimed if one.startswith("pool-failover_")} == {
        "pool-failover_pool01.contoso.com", "pool-failover_pool02.contoso.com",
        "pool-failover_se03.contoso.com", "pool-failover_se04.contoso.com",
    }  # fmt: skip
    assert {one for one in aimed if one.startswith("announce-dr_")} == {
        "announce-dr_pool01.contoso.com", "announce-dr_pool02.contoso.com",
    }  # fmt: skip
    assert {one for one in aimed if one.startswith("cms-failover")} == {"cms-failover"}
    assert {"pchat-failover", "pchat-failback", "abc-failover"} <= aimed
    assert not {one for one in aimed if one.startswith(("pairing", "ucs-", "backup-core"))}
    script = papers["pool-failover_pool01.contoso.com.ps1"].decode("utf-8-sig")
    assert "Invoke-CsPoolFailOver -PoolFqdn 'pool01.contoso.com' -DisasterMode" in script
    named = set(re.findall(r"LyncBackup\\([^\\'\"]*-rescue)", script))
    assert named == {f"{workspace.newest()}-rescue"}, "it has the name of the set, not one of the day it was printed"
    assert "<PoolCFqdn>" in papers["abc-failover.ps1"].decode("utf-8-sig"), (
        "no pool is recorded that could take its place"
    )
    runbook = papers["runbook.md"].decode()
    for title in ("Fail a pool over to its partner", "Fail a pool back", "Replace a lost pool by a new one"):
        assert re.search(rf"^# .*{title}", runbook, re.MULTILINE), title


def test_without_a_pair_a_set_holds_restores_alone(workspace_of: Callable[[str], Workspace], tmp_path: Path) -> None:
    scripts = [name for name in written(workspace_of("contoso-ee"), tmp_path) if name.endswith(".ps1")]
    assert scripts
    assert [name for name in scripts if not name.startswith("restore-")] == []
