"""Whose contacts live in Exchange is asked user by user where a policy allows it, and never guessed."""

from __future__ import annotations

import pytest

from lync_wizard.deployment import Pool
from lync_wizard.hosts import HostError, Record, Reply
from lync_wizard.hosts.command import Pipeline
from lync_wizard.workspace.backup_job import unified_contacts

POOL = Pool("se01.contoso.com", "standard-edition")


class Farm:
    """Answers by cmdlet; ``exchange`` holds whose contacts moved."""

    def __init__(self, allowed: str, users: int = 3, broken: str = "") -> None:
        self.allowed, self.users, self.broken = allowed, users, broken
        self.asked: list[str] = []

    def __call__(self, host: str, question: Pipeline) -> Reply | None:
        [cmdlet] = question.cmdlets
        self.asked.append(cmdlet.name)
        if cmdlet.name == self.broken:
            return Reply("completed", errors=(HostError("not now"),))
        match cmdlet.name:
            case "Get-CsUserServicesPolicy":
                return Reply("completed", (Record("Global", {"Identity": "Global", "UcsAllowed": self.allowed}),))
            case "Get-CsUser":
                names = [f"sip:user{n}@contoso.com" for n in range(self.users)]
                return Reply("completed", tuple(Record(name, {"SipAddress": name}) for name in names))
        there = dict(cmdlet.parameters)["UserSipAddress"] == "sip:user1@contoso.com"
        return Reply("completed", (Record("", {"Result": "Success" if there else "Failure"}),))


def test_nobody_is_asked_where_no_policy_allows_it() -> None:
    farm = Farm("False")
    assert unified_contacts.unified(farm, "fe01.contoso.com", [POOL]) == {"policies": [], "users": {POOL.fqdn: []}}
    assert farm.asked == ["Get-CsUserServicesPolicy"]


def test_users_whose_contacts_moved_are_named() -> None:
    found = unified_contacts.unified(Farm("True"), "fe01.contoso.com", [POOL])
    assert found == {"policies": ["Global"], "users": {POOL.fqdn: ["sip:user1@contoso.com"]}}


@pytest.mark.parametrize(
    "farm", [Farm("True", unified_contacts.MOST_USERS + 1), Farm("True", broken="Get-CsUser"),
             Farm("True", broken="Test-CsUnifiedContactStore")],
)  # fmt: skip
def test_a_pool_that_could_not_be_asked_about_is_left_out(farm: Farm) -> None:
    assert unified_contacts.unified(farm, "fe01.contoso.com", [POOL]) == {"policies": ["Global"], "users": {}}


def test_without_an_answer_about_policies_nothing_is_claimed() -> None:
    nothing = {"policies": None, "users": {}}
    assert (
        unified_contacts.unified(Farm("True", broken="Get-CsUserServicesPolicy"), "fe01.contoso.com", [POOL]) == nothing
    )
    assert unified_contacts.unified(lambda *_: None, "fe01.contoso.com", [POOL]) == nothing
