"""What the checks make of what hosts answer: every judgement that is not plain ok, with its hint."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.checks import Finding, verdict
from lync_wizard.core import catalogue, timestamps
from lync_wizard.core.errors import Unreachable
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.hosts import HostError, Limits, Output, Record, Reply
from lync_wizard.hosts.addresses import AddressBook, Environment
from lync_wizard.hosts.command import Command, Pipeline, Program
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.checks.estate import SOUND, certificate, question

SE, FE, DC = "se01.contoso.com", "fe01.contoso.com", "dc01.contoso.com"
GROUPS = (
    "CONTOSO\\RTCUniversalServerAdmins  Group\nCONTOSO\\Domain Admins  Group\nBUILTIN\\Administrators  S-1-5-32-544"
)

REPLICAS = "Get-CsManagementStoreReplicationStatus"


def record(text: str = "", **properties: Any) -> Record:
    return Record(text, properties, None if properties else text)


def command_info(name: str, without: tuple[str, ...] = ()) -> Record:
    syntax = catalogue.load().get(name)
    names = [p.name for p in syntax.parameters.values() if p.name not in without] if syntax else []
    return record(Name=name, Definition=f"\n{name} " + " ".join(f"[-{one} <Object>]" for one in names))


MASTER = {"ActiveMasterFqdn": FE, "ActiveFileTransferAgents": [FE]}
OURS = {
    "Get-CsService CentralManagement": [record(PoolFqdn=FE)],
    "Get-CsService FileStore": [record(UncPath=rf"\\{SE}\LyncShare")],
    f"{REPLICAS} CentralManagementStoreStatus": [record(**MASTER)],
    f"{REPLICAS} ": [record(ReplicaFqdn=FE, UpToDate=True), record(ReplicaFqdn=SE, UpToDate=False)],
}
"""What this farm answers otherwise than the one of the judgements."""


@dataclass
class Farm:
    """Healthy answers by cmdlet or program; a test overrides what it is about, per host."""

    off: set[str] = field(default_factory=lambda: {SE})
    answers: dict[tuple[str, str], list[Record] | Reply] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def connect(self, server: str, account: str, transport: str = "psrp") -> Desk:
        if server in self.off:
            raise Unreachable(f"{server} refuses the connection", "Start it.")
        return Desk(self, server)

    def answer(self, host: str, command: Command) -> Reply:
        name = command.cmdlets[0].name if isinstance(command, Pipeline) else getattr(command, "name", "")
        self.asked.append((host, name))
        found = self.answers.get((host, name), self.answers.get(("*", name)))
        if isinstance(found, Reply):
            return found
        if found is None:
            found = self.healthy(host, name, command)
        return Reply("completed", tuple(found), exit_code=0 if isinstance(command, Program) else None)

    def healthy(self, host: str, name: str, command: Command) -> list[Record]:
        _, detail = question(command)
        match name:
            case "Get-Command" if isinstance(command, Pipeline):
                names = dict(command.cmdlets[0].parameters)["Name"]
                return [command_info(str(one)) for one in names] if isinstance(names, tuple) else []
            case "Get-Date":
                return [record(timestamps.now().isoformat())]
            case "whoami":
                return [record(line) for line in GROUPS.splitlines()]
            case "Get-Module":
                return [record(Name="Lync")]
            case "Get-CsComputer":
                return [record(Fqdn=SE, Identity=SE)]
            case "Get-ADComputer":
                return [record(Enabled=True, MemberOf=["CN=RTCHSUniversalServices,CN=Users,DC=contoso,DC=com"])]
            case "Get-ChildItem" if detail.endswith("My"):
                return [certificate(f"CN={host}", DnsNameList=[host])]
            case "Get-ItemProperty" if "Tcpip" in detail:
                return [record(Hostname=host.partition(".")[0], Domain="contoso.com")]
        return OURS.get(f"{name} {detail}", SOUND.get(f"{name} {detail}".strip(), SOUND.get(name, [])))


@dataclass
class Desk:
    farm: Farm
    host: str

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        return self.farm.answer(self.host, command)

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture
def farm() -> Farm:
    return Farm()


@pytest.fixture
def share(contoso_papers: Path, tmp_path: Path) -> Path:
    kept = next((contoso_papers / "lab" / "disks" / "backup01.contoso.com").glob("C/LyncBackup"))
    return Path(shutil.copytree(kept, tmp_path / "share"))


def examine(home: Home, share: Path, farm: Farm, tamper: Callable[[], None] = lambda: None) -> dict[Any, Finding]:
    book = AddressBook(
        Environment("production", "test"),
        defaults=AddressBook().defaults.__class__(delegate=True),
        shares={r"\\backup01.contoso.com\LyncBackup": share},
    )
    workspace = Workspace(home, book, farm.connect, Redactor())
    plan = workspace.plan("restore-se", SE, workspace.newest(), {})
    tamper()
    heard: list[Finding] = []
    found = RunSession(workspace, plan, by="ann").examine(heard.append)
    assert sorted(f.key for f in heard) == sorted(f.key for f in found), "every finding is told as it comes"
    for finding in found:
        assert finding.status in {"ok", "later"} or finding.hint, finding
    return {finding.key: finding for finding in found}


def test_a_lost_server_leaves_its_checks_for_later(home: Home, share: Path, farm: Farm) -> None:
    found = examine(home, share, farm)
    assert found["hosts-answer", SE].status == "later"
    assert found["cmdlets-known", SE].status == "later"
    assert found["cmdlets-known", FE].status == "ok"
    assert not verdict(found.values())


def test_missing_parameter_names_step_and_parameter(home: Home, share: Path, farm: Farm) -> None:
    names = [n for n in catalogue.load().names if "-Cs" in n and n != "Get-CsComputer"]
    farm.answers[FE, "Get-Command"] = [*(command_info(n) for n in names), command_info("Get-CsComputer", ("Identity",))]
    finding = examine(home, share, farm)["cmdlets-known", FE]
    assert finding.status == "blocked"
    assert "Get-CsComputer has no parameter Identity" in finding.message


def test_missing_cmdlet_is_blocked(home: Home, share: Path, farm: Farm) -> None:
    farm.answers[FE, "Get-Command"] = [command_info("Get-CsComputer")]
    finding = examine(home, share, farm)["cmdlets-known", FE]
    assert finding.status == "blocked"
    assert "Enable-CsTopology does not exist there (step se-acl.2)" in finding.message


def test_an_old_installation_that_still_answers_is_asked_again_once_it_is_wiped(
    home: Home, share: Path, farm: Farm
) -> None:
    farm.off.clear()
    farm.answers[SE, "Get-Service"] = [record(Name="RTCSRV", Status="Running"), record(Name="REPLICA")]
    farm.answers[SE, "Get-ItemProperty"] = [record(Hostname="se01", Domain="fabrikam.com")]
    farm.answers[SE, "Test-Path"] = [record("False")]
    found = examine(home, share, farm)
    for name, words in (
        ("server-is-clean", "RTCSRV, REPLICA"),
        ("server-name", "fabrikam.com"),
        ("second-hop", "share"),
    ):
        finding = found[name, SE]
        assert (finding.status, bool(finding.gates)) == ("later", True)
        assert words in finding.message


def test_unreachable_standing_server_is_unknown_and_stands_in_the_way(home: Home, share: Path, farm: Farm) -> None:
    farm.off.add(FE)
    found = examine(home, share, farm)
    assert found["hosts-answer", FE].status == "unknown"
    assert ("hosts-answer", FE) in {f.key for f in verdict(found.values())}
    accepted = {f.key for f in found.values() if f.status in {"unknown", "caution"}}
    assert not verdict(found.values(), accepted)


@pytest.mark.parametrize(
    ("name", "answer", "key", "status"),
    [
        ("whoami", [record("CONTOSO\\Domain Users")], ("account-groups", FE), "blocked"),
        ("Get-Module", [], ("module-present", FE), "blocked"),
        ("Get-CsComputer", [], ("target-in-topology", FE), "blocked"),
        ("Get-CsService", [record(PoolFqdn=SE)], ("not-hosting-cms", FE), "blocked"),
        (REPLICAS, [record(ReplicaFqdn=FE, UpToDate=False)], ("replication", FE), "caution"),
        (REPLICAS, [], ("replication", FE), "unknown"),
        ("Get-Date", [record((timestamps.now() - timedelta(minutes=20)).isoformat())], ("clock", FE), "caution"),
        ("Get-ADComputer", [record(Enabled=False, MemberOf=["CN=RTC"])], ("computer-account", DC), "caution"),
        (
            "Get-ADComputer",
            Reply("completed", errors=(HostError("Cannot find an object with identity: 'se01'"),)),
            ("computer-account", DC),
            "blocked",
        ),
        ("Get-CsComputer", Reply("unknown", why="the connection was lost"), ("target-in-topology", FE), "unknown"),
    ],
)  # fmt: skip
def test_judgements(
    name: str, answer: Any, key: tuple[str, str], status: str, home: Home, share: Path, farm: Farm
) -> None:
    farm.answers["*", name] = answer
    assert examine(home, share, farm)[key].status == status


def test_damaged_and_foreign_sets(home: Home, share: Path, farm: Farm) -> None:
    folder = next(share.iterdir())

    def lose_one() -> None:
        (folder / "UserData" / f"{SE}.zip").unlink()

    found = examine(home, share, farm, lose_one)["backup-set", ""]
    assert found.status == "blocked"
    assert f"UserData/{SE}.zip" in found.evidence


def test_one_round_asks_hosts_side_by_side(home: Home, share: Path, farm: Farm) -> None:
    """Two hosts each wait until the other has been asked: only side by side can both answer."""
    barrier = threading.Barrier(2, timeout=20)
    once: set[str] = set()
    plain = farm.answer

    def answer(host: str, command: Command) -> Reply:
        if host in {FE, DC} and host not in once:
            once.add(host)
            barrier.wait()
        return plain(host, command)

    farm.answer = answer
    assert examine(home, share, farm)["hosts-answer", FE].status == "ok"
