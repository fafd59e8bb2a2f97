"""The set of its own that a failover makes: named once, kept with the plan, and never taken for a backup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lync_wizard.backup import Manifest, write_manifest
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.plans.model import Plan
from lync_wizard.workspace import kept_plan
from lync_wizard.workspace.workspace import Workspace


@pytest.fixture
def workspace(workspace_of: Callable[[str], Workspace]) -> Workspace:
    return workspace_of("contoso-paired")


def planned(workspace: Workspace) -> Plan:
    return workspace.plan("pool-failover", "pool01.contoso.com", workspace.newest(), {"mode": "planned"})


def test_a_kept_plan_is_made_again_with_the_set_that_it_names(workspace: Workspace) -> None:
    plan = planned(workspace)
    named = str(plan.values["RescueSet"]).rpartition("\\")[2]
    assert named.endswith("Z_contoso-rescue")
    assert plan.backup_set == workspace.newest() != named
    kept_plan.prove(workspace, plan)


def test_a_plan_that_names_another_folder_is_not_carried_out(workspace: Workspace) -> None:
    plan = planned(workspace)
    elsewhere = {**plan.values, "RescueSet": str(plan.values["RescueSet"]).rpartition("\\")[0] + "\\Config"}
    with pytest.raises(InputError, match="names no set that it could make"):
        kept_plan.prove(workspace, replace(plan, values=elsewhere))


def test_what_a_failover_saved_is_not_the_newest_backup(workspace: Workspace) -> None:
    before, root = workspace.newest(), workspace.backup_root
    assert root
    made = root / "2099-01-01T000000Z_contoso-rescue"
    made.mkdir()
    write_manifest(made, Manifest(made.name, "contoso", timestamps.now(), "x", "x", {}, ()))
    assert made.name in [one.name for one in workspace.sets()]
    assert workspace.newest() == before
