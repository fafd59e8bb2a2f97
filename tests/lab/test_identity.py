"""What a simulated computer says of itself, before and after it is installed anew, and when another takes its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard.hosts import Record, Reply
from lync_wizard.hosts import identity as identities
from lync_wizard.hosts.identity import Identity
from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import Fault
from lync_wizard.lab.scenarios import build
from lync_wizard.lab.winrm.contract import Invocation
from tests.lab.console import Console

FE, SE, DC = "fe01.contoso.com", "se01.contoso.com", "dc01.contoso.com"


@pytest.fixture
def lost(tmp_path: Path) -> Simulation:
    build.build("contoso-se", tmp_path, seed=7)
    return Simulation.load(tmp_path, speed=1e9)


def said(simulation: Simulation, host: str, computer: str = "") -> Identity:
    answer = Console(simulation, host).pipe(Invocation(identities.SCRIPT, (("Computer", computer),), is_script=True))
    assert answer.ok
    [thing] = answer.objects
    return identities.of_reply(Reply("completed", (Record("", thing.properties),)))


def test_a_computer_says_the_same_after_every_start(lost: Simulation) -> None:
    one = said(lost, FE)
    assert (one.name, one.domain) == ("FE01", "contoso.com")
    assert one.account.startswith("S-1-5-21-")
    assert one.machine.startswith("S-1-5-21-")
    assert said(Simulation.load(lost.folder), FE) == one
    assert said(lost, DC).machine == "", "a domain controller has no accounts of its own"


def test_a_new_installation_keeps_the_computer_account_and_nothing_else(lost: Simulation) -> None:
    known = said(lost, FE, "SE01")
    assert known.machine == ""
    manual_steps.do(lost, "install-windows")
    first = said(lost, SE)
    assert first.account == known.account
    manual_steps.do(lost, "install-windows-wrong-name")
    manual_steps.do(lost, "install-windows")
    again = said(lost, SE)
    assert again.account == first.account
    assert again.machine != first.machine


def test_another_computer_takes_a_place(lost: Simulation) -> None:
    before = said(lost, FE)
    lost.state.faults.append(Fault("other-machine", FE, "Get-Service"))
    trouble = lost.trouble(FE, [Invocation("Get-Service")])
    assert trouble is not None
    assert trouble.kind == "shell-gone"
    found = identities.differences(before, said(lost, FE))
    assert [one.partition(":")[0] for one in found] == ["computer account", "machine SID"]


SAME = Identity("FE01", "contoso.com", "S-1-5-21-1", "S-1-5-21-2", "ab")


def test_what_counts_as_another_machine() -> None:
    assert identities.differences(SAME, SAME) == []
    assert identities.differences(SAME, replace(SAME, name="fe01", certificate="AB")) == []
    # No directory answers at the moment: the machine's own SID tells that it is the same.
    assert identities.differences(SAME, replace(SAME, account="")) == []
    assert identities.differences(SAME, replace(SAME, account="", machine="S-1-5-21-3"))
    for name in ("name", "domain", "account", "machine", "certificate", "instance"):
        assert len(identities.differences(SAME, replace(SAME, **{name: "other"}))) == 1
    assert SAME.tells("S-1-5-21-1")
    assert SAME.tells("AB") or SAME.tells("A:B")
    assert not SAME.tells("")
    assert not SAME.tells("FE01")


def test_an_instance_is_known_by_its_name_alone() -> None:
    assert identities.named(r"sql01.contoso.com\RTC") == Identity("SQL01", instance=r"SQL01\RTC")
    assert identities.named(r"sql01.contoso.com\MSSQLSERVER") == identities.named("sql01.contoso.com")
