"""Which questions are asked before a plan: those that matter for the target, after what was answered so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from lync_wizard.workspace.workspace import Workspace


@pytest.mark.parametrize(
    ("scenario", "target", "answers", "asked"),
    [
        ("contoso-se-cms", "fe01.contoso.com", {}, []),
        ("contoso-ee-cms", "pool01.contoso.com", {}, ["database-way"]),
        ("contoso-ee-cms-primary", "pool01.contoso.com", {}, ["lost-side", "database-way", "mirror-way"]),
        (
            "contoso-ee-cms-primary",
            "pool01.contoso.com",
            {"lost-side": "primary"},
            ["lost-side", "rescue-way", "restore-from", "database-way"],
        ),
        ("contoso-ee-cms-primary", "pool01.contoso.com", {"user-store": "intact"}, []),
    ],
)
def test_only_what_matters_is_asked(
    scenario: str, target: str, answers: Mapping[str, str], asked: list[str], workspace_of: Callable[[str], Workspace]
) -> None:
    always = ["user-store", "survivor", "configuration"]
    workspace = workspace_of(scenario)
    names = [ask.name for ask in workspace.asks("restore-cms", target, answers)]
    own = [ask.name for ask in workspace.procedures["restore-cms"].options]
    assert sorted(name for name in names if name in own) == sorted(always + asked)


def test_a_procedure_that_is_not_carried_out_asks_nothing(workspace_of: Callable[[str], Workspace]) -> None:
    workspace = workspace_of("contoso-se-cms")
    every = {ask.name for one in workspace.procedures.values() for ask in one.options}
    asked = {ask.name for ask in workspace.asks("restore-cms", "fe01.contoso.com", {}, workspace.newest())}
    assert asked <= every
    for absent in ("restore-archmon", "restore-pchat", "restore-rgs"):
        assert not asked & {ask.name for ask in workspace.procedures[absent].options}, absent
    rgs = {ask.name for ask in workspace_of("contoso-se").asks("restore-se", "se01.contoso.com", {})}
    assert rgs >= {ask.name for ask in workspace.procedures["restore-rgs"].options}


def test_an_answer_given_unasked_counts(workspace_of: Callable[[str], Workspace]) -> None:
    workspace = workspace_of("contoso-se-cms")
    assert "failed-over" not in [ask.name for ask in workspace.asks("restore-cms", "fe01.contoso.com", {})]
    plan = workspace.plan("restore-cms", "fe01.contoso.com", workspace.newest(), {"failed-over": "yes"})
    assert not any(step.id.startswith("cms-userdata") for step in plan.steps)
