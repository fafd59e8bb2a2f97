"""A part of a procedure as a plan: what triage or a person says bounds it, and what is left out says why."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lync_wizard import triage
from lync_wizard.core.errors import InputError
from lync_wizard.core.prompts import through
from lync_wizard.line_mode import Preset, Prompts, guided
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import step_range
from lync_wizard.workspace.workspace import Workspace
from tests.conftest import copied, opened
from tests.world import World

Planned = Callable[..., Plan]


@pytest.fixture
def planned(workspace_of: Callable[[str], Workspace]) -> Planned:
    workspace = workspace_of("contoso-se-cms")

    def plan(asks: Mapping[str, str], *, backed_up: bool = True) -> Plan:
        return workspace.plan("restore-cms", "fe01.contoso.com", workspace.newest() if backed_up else None, asks)

    return plan


def groups(plan: Plan) -> list[str]:
    return list(dict.fromkeys(step.id.partition(".")[0].partition("@")[0] for step in plan.steps))


def test_one_step_alone_needs_no_backup(planned: Planned) -> None:
    plan = planned({"only-step": "cms-scp"}, backed_up=False)
    assert groups(plan) == ["cms-scp"]
    why = {one.group: one.why for one in plan.omitted}
    assert why["cms-import"] == why["prepare"] == "only cms-scp is needed"


def test_from_a_step_on(planned: Planned) -> None:
    plan = planned({"begin-at": "cms-local-store", "user-store": "intact"})
    assert groups(plan) == [
        "prepare/prep-decide", "cms-local-store", "cms-create", "cms-scp", "cms-import",
        "cms-enable", "cms-lis", "cms-final", "cms-accept",
    ]  # fmt: skip
    assert {one.group: one.why for one in plan.omitted}["cms-bare"] == "the plan begins at cms-local-store"


def test_the_replica_of_a_survivor_is_enough(planned: Planned) -> None:
    plan = planned(
        {"begin-at": "cms-local-store", "user-store": "intact", "configuration": "survivor"}, backed_up=False
    )
    assert any(step.text.startswith("Export-CsConfiguration") and "-LocalStore" in step.text for step in plan.steps)
    assert not any("LyncBackup" in step.text for step in plan.steps)


def test_up_to_a_step(planned: Planned) -> None:
    plan = planned({"begin-at": "cms-create", "up-to": "cms-scp"})
    assert groups(plan) == ["prepare/prep-decide", "prepare/prep-ad", "cms-create", "cms-scp"]
    assert {one.group: one.why for one in plan.omitted}["cms-final"] == "the plan ends with cms-scp"


def test_a_step_of_what_is_included(planned: Planned) -> None:
    plan = planned({"begin-at": "prep-ad", "up-to": "prep-ad"})
    assert [step.id for step in plan.steps if step.id.startswith("prepare/")] == [
        "prepare/prep-decide",
        "prepare/prep-ad",
    ]


def test_one_kind_of_data_comes_back_to_a_server_that_lives(planned: Planned) -> None:
    plan = planned({"only-step": "cms-filestore", "user-store": "intact"})
    assert groups(plan) == ["cms-filestore"]


def test_a_part_in_which_nothing_is_to_do_is_no_plan(planned: Planned) -> None:
    with pytest.raises(InputError, match="nothing is left to do: the Persistent Chat database is elsewhere"):
        planned({"only-step": "cms-pchat"})


def test_without_a_bound_a_backup_is_needed(planned: Planned) -> None:
    with pytest.raises(InputError, match="no backup set is chosen"):
        planned({}, backed_up=False)


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        ({"only-step": "cms-spc"}, "there is no step cms-spc"),
        ({"only-step": "cms-scp", "begin-at": "cms-create"}, "is given beside"),
        ({"begin-at": "cms-scp", "up-to": "cms-create"}, "cms-create comes before cms-scp"),
    ],
)
def test_bounds_that_bound_nothing_are_refused(planned: Planned, asks: Mapping[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        planned(asks)


@pytest.mark.parametrize(
    ("answers", "bounds"),
    [
        ({"gate": "unpaired", "failed": "cms-pointer"}, {"only-step": "cms-scp"}),
        ({"gate": "unpaired", "failed": "cms-database", "mirror": "none"}, {"begin-at": "cms-local-store"}),
    ],
)
def test_what_triage_says_is_planned(planned: Planned, answers: Mapping[str, str], bounds: Mapping[str, str]) -> None:
    advice = triage.next_step(answers)
    assert isinstance(advice, triage.Advice)
    assert advice.procedure == "restore-cms"
    assert step_range.said_in(advice.facts) == bounds
    asks = {name: choice for name, choice in advice.facts.items() if name in {"user-store", *step_range.NAMES}}
    assert groups(planned(asks))[-1] == ("cms-scp" if "only-step" in bounds else "cms-accept")


BY_HAND = """
id: restore-cms
title: Restore by hand
target: front-end-pool
steps:
  - {id: cms-create, title: Create it, kind: manual, do: Create it.}
  - {id: cms-scp, title: Point to it, kind: manual, do: Point to it.}
"""


def test_the_guided_way_plans_what_triage_found_to_be_enough(papers: Callable[[str], Path], tmp_path: Path) -> None:
    home = copied(papers("contoso-se-cms"), tmp_path / "home")
    home.procedures.mkdir()
    (home.procedures / "restore-cms.yaml").write_text(BY_HAND, "utf-8")
    workspace = opened(home, papers("contoso-se-cms"), World())
    answers: dict[str, str] = {}
    typed = []
    for wanted in ("unpaired", "cms-pointer"):
        question = triage.next_step(answers)
        assert isinstance(question, triage.Question)
        typed.append(str([option.id for option in question.options].index(wanted) + 1))
        answers[question.id] = wanted
    out = io.StringIO()
    # What failed, which pool, carry it out, done.
    prompts = Prompts(through(io.StringIO("\n".join([*typed, "1", "y", "d"]) + "\n"), out), out)
    assert guided(workspace, prompts, Preset(by="ann")) == 0, out.getvalue()
    assert "1. cms-scp: Point to it" in out.getvalue()
    assert "left out: Create it: only cms-scp is needed" in out.getvalue()
    assert "Finished: 1 of 1 steps done" in out.getvalue()
