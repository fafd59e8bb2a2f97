"""A property that no object of an answer has is no answer: nothing holds by it, and what is guessed says so."""

from __future__ import annotations

from typing import Any

import pytest

from lync_wizard.hosts import Record, Reply
from lync_wizard.hosts.command import Cmdlet, Pipeline, Statement
from lync_wizard.procedures.expectations import expectation_from, verification_from

TEXT = Record("Routing group 1: primary fe01")
ROW = Record("row", {"Name": "RTCSRV", "Status": "Running"})


def question(cmdlet: str, **predicates: Any) -> Any:
    return verification_from({"run": {"pipeline": [{"name": cmdlet}]}, "host": "h", "as": "lync-admin", **predicates})


@pytest.mark.parametrize(
    ("predicate", "objects", "answer"),
    [
        ({"none": {"HealthState": {"in": ["Warning", "Error"]}}}, (TEXT,), "cannot-tell"),
        ({"none": {"HealthState": {"in": ["Warning", "Error"]}}}, (ROW, TEXT), "cannot-tell"),
        ({"all": {"HealthState": {"not": "Error"}}}, (TEXT,), "cannot-tell"),
        ({"all": {"Status": {"not": "Stopped"}, "Health": {"not": "Error"}}}, (ROW,), "cannot-tell"),
        ({"count": {"at_least": 1}, "none": {"HealthState": {"equals": "Error"}}}, (TEXT,), "cannot-tell"),
        ({"none": {"value": {"contains": "fail"}}}, (), "cannot-tell"),
        ({"none": {"value": {"contains": "fail"}}}, (TEXT,), "yes"),
        ({"none": {"Status": {"equals": "Stopped"}}}, (), "yes"),
        ({"none": {"status": {"equals": "Stopped"}}}, (ROW,), "yes"),
        ({"all": {"Status": {"equals": "Running"}}}, (ROW,), "yes"),
        ({"all": {"Status": {"equals": "Running"}}}, (ROW, TEXT), "no"),
        ({"all": {"Status": {"equals": "Running"}}}, (), "no"),
        ({"any": {"Health": {"equals": "Ok"}}}, (ROW,), "no"),
        ({"all": {"Status": {"equals": "Stopped"}}, "none": {"Health": {"equals": "Error"}}}, (ROW,), "no"),
    ],
)
def test_a_missing_property_satisfies_nothing(
    predicate: dict[str, Any], objects: tuple[Record, ...], answer: str
) -> None:
    proof = question("Get-CsPoolFabricState", **predicate).judge(Reply("completed", objects))
    assert proof.answer == answer, proof
    assert proof.evidence


@pytest.mark.parametrize(
    ("held", "answer"),
    [
        ("Registrar:pool01.contoso.com", "yes"),
        ("registrar:POOL01.contoso.com", "yes"),
        (("Registrar:pool02.contoso.com", "UserServer:pool01.contoso.com"), "yes"),
        ("Registrar:oldpool01.contoso.com", "no"),
        ("Registrar:old-pool01.contoso.com", "no"),
        ("Registrar:fe01.pool01.contoso.com", "no"),
        ("Registrar:pool01.contoso.com.example", "no"),
        ("The registrar is pool01.contoso.com.", "yes"),
        (None, "no"),
    ],
)
def test_a_longer_fqdn_is_no_mention_of_a_shorter_one(held: Any, answer: str) -> None:
    asked = question("Get-CsService", all={"Registrar": {"mentions": "pool01.contoso.com"}})
    reply = Reply("completed", (Record("row", {"Registrar": held}),))
    assert asked.judge(reply).answer == answer


def test_a_name_without_a_dot_is_mentioned_where_it_begins_another() -> None:
    asked = question("Get-ADComputer", each={"MemberOf": {"mentions": "CN=RTC"}})
    groups = ("CN=Domain Computers,DC=contoso", "CN=RTCComponentUniversalServices,DC=contoso")
    assert asked.judge(Reply("completed", (Record("row", {"MemberOf": groups}),))).answer == "yes"
    assert asked.judge(Reply("completed", (Record("row", {"MemberOf": groups[:1]}),))).answer == "no"


def test_the_command_itself_is_then_unknown_never_ok() -> None:
    expectation = expectation_from({"none": {"HealthState": {"equals": "Error"}}})
    outcome = expectation.judge(Reply("completed", (TEXT,)))
    assert (outcome.result, "HealthState" in outcome.why) == ("unknown", True)


@pytest.mark.parametrize(
    ("cmdlet", "name", "guess"),
    [
        ("Get-CsWindowsService", "Status", False),
        ("get-cswindowsservice", "status", False),
        ("Test-CsKerberosAccountAssignment", "value", True),
        ("Get-CsPoolUpgradeReadinessState", "State", True),
    ],
)
def test_evidence_says_that_it_rests_on_a_guess(cmdlet: str, name: str, guess: bool) -> None:
    objects = (Record("Success", {"Status": "Success", "State": "Success"}),)
    proof = question(cmdlet, none={name: {"contains": "fail"}}).judge(Reply("completed", objects))
    assert proof.answer == "yes"
    assert ("rests on a guess" in proof.evidence) is guess


def test_the_columns_of_a_statement_are_no_guess() -> None:
    asked = verification_from(
        {
            "run": {"statement": "mirroring"},
            "host": "h\\RTC",
            "as": "sql-admin",
            "none": {"database_name": {"equals": "xds"}},
        }
    )
    assert isinstance(asked.command, Statement)
    assert not isinstance(asked.command, Pipeline | Cmdlet)
    assert "guess" not in asked.judge(Reply("completed", (Record("rtc", {"database_name": "rtc"}),))).evidence
