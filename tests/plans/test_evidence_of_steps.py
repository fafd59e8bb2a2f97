"""The verifications of shipped procedures, asked in the states that a lost reply leaves: untouched, in part, done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import PureWindowsPath
from typing import Any

import pytest

from lync_wizard.backup import contents
from lync_wizard.hosts import Record, Reply
from lync_wizard.hosts.command import Compare, Copy, Pipeline, Statement
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expectations import Verification
from lync_wizard.workspace.workspace import Workspace

Of = Callable[[str], Workspace]
GUID, OTHER = "6F9619FF-8B86-D011-B42D-00CF4FC964FF", "00000000-8B86-D011-B42D-00CF4FC964FF"
FRESH = {"State": "ONLINE", "UserAccess": "MULTI_USER", "RestoreId": None, "BackupSetGuid": None}
"""A database that was just created, or that no RESTORE ever reached."""


def reply(*objects: Mapping[str, Any]) -> Reply:
    return Reply("completed", tuple(Record(str(one), dict(one)) for one in objects))


def named(*names: str) -> Reply:
    return reply(*({"Name": name, "Fqdn": name} for name in names))


def planned(workspace: Workspace, procedure: str, target: str, **asks: str) -> Plan:
    return workspace.plan(procedure, target, workspace.newest(), {key.replace("_", "-"): asks[key] for key in asks})


def sending(plan: Plan, name: str) -> list[PlannedStep]:
    """The steps that send a statement or cmdlet of that name."""
    found = []
    for step in plan.steps:
        match step.command:
            case Statement(sent, _):
                names = [sent]
            case Pipeline(cmdlets):
                names = [cmdlet.name for cmdlet in cmdlets]
            case _:
                names = []
        if name in names:
            found.append(step)
    return found


def verification(step: PlannedStep) -> Verification:
    assert step.verify
    return step.verify


def restores(of: Of) -> Iterable[PlannedStep]:
    primary = planned(
        of("contoso-ee-cms-primary"), "restore-cms", "pool01.contoso.com",
        lost_side="primary", rescue_way="recover", configuration="bak", restore_from="backup",
    )  # fmt: skip
    archmon = planned(of("contoso-archmon"), "restore-archmon", "fe01.contoso.com")
    chat = planned(of("contoso-pchat"), "restore-pchat", "chatpool.contoso.com")
    return [step for plan in (primary, archmon, chat) for step in sending(plan, "restore-database")]


def test_a_restore_is_told_from_a_fresh_database_and_from_the_restore_of_another_set(workspace_of: Of) -> None:
    steps = list(restores(workspace_of))
    named = {step.id.partition("@")[0].partition(".")[0] for step in steps}
    assert named >= {"cms-from-bak", "ma-options", "pc-sql"}
    for step in steps:
        question = verification(step)
        known = {**question.known(reply(FRESH)), **question.of_reads({"BackupSets": f"{GUID}\n{OTHER[::-1]}"})}
        asked = question.against(known)
        done = {**FRESH, "RestoreId": 1, "BackupSetGuid": GUID.lower()}
        assert asked.judge(reply(FRESH)).answer == "no"
        assert asked.judge(reply({**done, "BackupSetGuid": OTHER})).answer == "no"
        assert asked.judge(reply({**done, "State": "RESTORING"})).answer == "no"
        assert asked.judge(reply(done)).answer == "yes"
        before = question.against({**known, **question.known(reply(done))})
        assert before.judge(reply(done)).answer == "no"


@pytest.mark.parametrize(
    ("scenario", "procedure", "target"),
    [
        ("contoso-se", "restore-se", "se01.contoso.com"),
        ("contoso-ee", "restore-filestore", "pool01.contoso.com"),
    ],
)
def test_a_file_store_is_back_when_every_file_of_the_set_is(
    workspace_of: Of, scenario: str, procedure: str, target: str
) -> None:
    workspace = workspace_of(scenario)
    plan = planned(workspace, procedure, target)
    step, source = next(
        (s, s.command.source) for s in plan.steps if isinstance(s.command, Copy) and s.command.sha256 is None
    )
    backup_set = workspace.backup_set(workspace.newest() or "")
    folder = f"FileStore/{PureWindowsPath(source).name}/"
    saved = len([file for file in backup_set.manifest.files if file.path.startswith(folder)])
    assert saved > 1
    assert verification(step).judge(reply({"Count": saved - 1})).answer == "no"
    assert verification(step).judge(reply({"Count": saved})).answer == "yes"
    assert verification(step).judge(reply()).answer == "no"


def test_response_groups_are_imported_when_every_name_of_the_set_is_there(workspace_of: Of) -> None:
    workspace = workspace_of("contoso-se-rgs")
    plan = planned(workspace, "restore-rgs", "se01.contoso.com")
    (step,) = sending(plan, "Import-CsRgsConfiguration")
    backup_set = workspace.backup_set(workspace.newest() or "")
    (export,) = backup_set.of_kind("Rgs", "se01.contoso.com")
    names = contents.held(backup_set, export, "Workflow")
    assert isinstance(names, tuple)
    assert len(names) > 1
    assert verification(step).judge(named()).answer == "no"
    assert verification(step).judge(named(*names[:-1], "another")).answer == "no"
    assert names[-1] in verification(step).judge(named(*names[:-1])).evidence
    assert verification(step).judge(named("another", *names)).answer == "yes"
    listed = [step for step in plan.steps if step.id.startswith("rgs-verify")]
    assert all(step.expect.judge(named()).result == "failed" for step in listed)


def test_the_configuration_is_imported_when_every_pool_of_the_set_is_there(workspace_of: Of) -> None:
    plan = planned(workspace_of("contoso-ee-cms"), "restore-cms", "pool01.contoso.com")
    (step,) = sending(plan, "Import-CsConfiguration")
    assert verification(step).judge(named()).answer == "no"
    pools = [one for predicate in verification(step).predicates for test in predicate.tests for one in test.wanted]
    assert "pool01.contoso.com" in pools
    assert verification(step).judge(named(*(pool.upper() for pool in pools))).answer == "yes"


def test_locations_are_imported_when_as_many_as_the_set_holds_are_there(workspace_of: Of) -> None:
    workspace = workspace_of("contoso-ee-cms")
    (step,) = sending(planned(workspace, "restore-cms", "pool01.contoso.com"), "Import-CsLisConfiguration")
    backup_set = workspace.backup_set(workspace.newest() or "")
    (export,) = backup_set.of_kind("Locations")
    held = contents.held(backup_set, export, "locations")
    assert isinstance(held, int)
    assert held > 1
    assert verification(step).judge(named(*["place"] * (held - 1))).answer == "no"
    proof = verification(step).judge(named(*["place"] * held))
    assert proof.answer == "yes"
    assert "shows nothing of the step" not in proof.evidence


def test_a_question_that_an_untouched_host_passes_too_says_that_it_shows_nothing(workspace_of: Of) -> None:
    # The export is written by the same plan: nobody knows yet how many locations it will hold.
    plan = planned(
        workspace_of("contoso-ee-cms-primary"), "restore-cms", "pool01.contoso.com",
        lost_side="primary", rescue_way="cmdlet", configuration="backup", restore_from="rescue",
    )  # fmt: skip
    (step,) = sending(plan, "Import-CsLisConfiguration")
    proof = verification(step).judge(reply())
    assert proof.answer == "yes"
    assert "nothing was counted to compare with, so this shows nothing of the step" in proof.evidence


def test_user_data_is_imported_when_the_pool_holds_what_the_file_on_the_host_holds(workspace_of: Of) -> None:
    (step,) = sending(planned(workspace_of("contoso-se"), "restore-se", "se01.contoso.com"), "Import-CsUserData")
    asked = verification(step)
    assert isinstance(asked.command, Compare)
    assert isinstance(step.command, Pipeline)
    assert dict(step.command.cmdlets[0].parameters)["FileName"] == asked.command.file
    assert asked.judge(reply({"Holds": "whole"})).answer == "yes"
    assert asked.judge(reply({"Holds": "in part"})).answer == "no"
    assert asked.judge(reply({})).answer == "cannot-tell"
    assert "rests on a guess" in asked.judge(reply({"Holds": "whole"})).evidence


def test_facts_of_the_manifest_are_taken_before_the_file_is_read(workspace_of: Of) -> None:
    workspace = workspace_of("contoso-se-rgs")
    backup_set = workspace.backup_set(workspace.newest() or "")
    (export,) = backup_set.of_kind("Rgs", "se01.contoso.com")
    recorded = contents.recorded(backup_set.local(export), "Rgs")
    assert set(recorded) == set(contents.HELD["Rgs"])
    assert contents.held(backup_set, export, "Workflow") == tuple(recorded["Workflow"])
    assert contents.held(backup_set, replace(export, held={"Workflow": ["Night"]}), "Workflow") == ("Night",)


def test_a_server_that_runs_lync_has_to_be_in_its_groups_and_a_sql_server_need_not(workspace_of: Of) -> None:
    def account(*groups: str) -> Reply:
        return reply({"Enabled": True, "MemberOf": [f"CN={name},CN=Users,DC=contoso,DC=com" for name in groups]})

    member = planned(workspace_of("contoso-ee-front-end"), "restore-member", "fe02.contoso.com")
    primary = planned(workspace_of("contoso-ee-primary"), "restore-primary", "pool01.contoso.com")
    front_end, sql = (
        next(verification(step) for step in plan.steps if step.id.endswith("prep-ad")) for plan in (member, primary)
    )
    assert front_end.judge(account("Servers", "RTCHSUniversalServices")).answer == "yes"
    assert front_end.judge(account("Servers")).answer == "no"
    assert front_end.judge(account()).answer == "no"
    assert sql.judge(account()).answer == "yes"
    assert sql.judge(reply({"Enabled": False, "MemberOf": []})).answer == "no"
