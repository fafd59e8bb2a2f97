"""The checks against the lab over its own wires: what it simulates soundly is well, and each harm shows where it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pytest

from lync_wizard import checks
from lync_wizard.checks import Finding, verdict
from lync_wizard.cli.context import connector
from lync_wizard.core.errors import Refused
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.connections import read
from lync_wizard.hosts.passwords import Passwords
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import STOPPED, Certificate, State
from lync_wizard.lab.scenarios import build as scenario
from lync_wizard.lab.scenarios.worksheets import write_worksheets
from lync_wizard.lab.server.lab import Identity, Lab
from lync_wizard.lab.winrm.auth import USER_FILE
from lync_wizard.plans.probe import Probe
from lync_wizard.render.scripts.script import powershell_script
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.command import call

FE, SE, DC = "fe01.contoso.com", "se01.contoso.com", "dc01.contoso.com"
FE1, FE2, FE3 = (f"fe0{number}.contoso.com" for number in (1, 2, 3))
SQL1, SQL2 = (f"sql0{number}.contoso.com\\RTC" for number in (1, 2))
PASSWORD = Secret("the-word-of-this-lab")
Harm = Callable[[State], None]


@dataclass
class StartedLab:
    """The lab at work in this process, and what the checks of a procedure find in it."""

    home: Path
    simulation: Simulation

    @cached_property
    def workspace(self) -> Workspace:
        problems = Problems()
        book = read(self.home / "connections.yaml", problems)
        problems.raise_any("connections.yaml")
        connect = connector(book, Passwords(environment=lambda _: PASSWORD, keyring=lambda _: None), Redactor())
        return Workspace(Home(self.home), book, connect, Redactor())

    def finding(self, procedure: str, target: str, check: str, host: str) -> Finding:
        """One check on one host, as after something was fixed."""
        return self.findings(procedure, target, (check, host))[check, host]

    def findings(self, procedure: str, target: str, *only: tuple[str, str]) -> dict[tuple[str, str], Finding]:
        plan = self.workspace.plan(procedure, target, self.workspace.newest(), {})
        found = RunSession(self.workspace, plan, by="ann").examine(lambda _: None, only)
        return {finding.key: finding for finding in found}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    homes: dict[str, Path] = {}

    def build(name: str) -> Path:
        if name not in homes:
            homes[name] = tmp_path_factory.mktemp(name)
            scenario.build(name, homes[name] / "lab", seed=5)
            write_worksheets(homes[name], homes[name] / "lab")
        return homes[name]

    return build


@pytest.fixture
def lab(
    built: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], StartedLab]]:
    opened: list[Lab] = []
    monkeypatch.setenv(USER_FILE, "")

    def open_one(name: str) -> StartedLab:
        home = Path(shutil.copytree(built(name), tmp_path / name))
        simulation = Simulation.load(home / "lab", 1000)
        premises = Lab(home, simulation, Identity("x", name, 5, {}), PASSWORD)
        premises.open()
        opened.append(premises)
        return StartedLab(home, simulation)

    yield open_one
    for premises in opened:
        premises.close()


@contextmanager
def changed(lab: StartedLab, harm: Harm) -> Iterator[None]:
    with lab.simulation.change() as state:
        harm(state)
    yield


@pytest.mark.parametrize(
    ("name", "procedure", "target"),
    [
        ("contoso-se", "restore-se", SE),
        ("contoso-ee-front-end", "restore-member", FE2),
    ],
)
def test_a_sound_farm_lets_the_restore_begin(
    name: str, procedure: str, target: str, lab: Callable[[str], StartedLab]
) -> None:
    found = lab(name).findings(procedure, target)
    assert not verdict(found.values())
    assert all(finding.evidence for finding in found.values() if finding.status == "ok")


def groups(name: str, *left: str) -> Harm:
    def harm(state: State) -> None:
        state.directory.accounts[name].groups = list(left)

    return harm


def own_key(state: State) -> None:
    state.hosts[FE].certificates[0].key = False


def odd_root(state: State) -> None:
    begin, end = "2020-01-01T00:00:00+00:00", "2200-01-01T00:00:00+00:00"
    state.hosts[FE].roots.append(Certificate("AB", "CN=Lower", "CN=Upper", begin, end))


def old_oauth(state: State) -> None:
    assert state.cms.oauth
    state.cms.oauth.not_after = "2020-01-01T00:00:00+00:00"


def no_account(state: State) -> None:
    del state.directory.computers["se01"]


def exchange(state: State) -> None:
    state.cms.policies["UserServicesPolicy:Global"] = {"UcsAllowed": "True"}


def kerberos(state: State) -> None:
    state.directory.kerberos_account = "CONTOSO\\kerb"


def no_master(state: State) -> None:
    state.hosts[FE].services["MASTER"].status = STOPPED


def behind(state: State) -> None:
    state.hosts[FE].lync_version = "5.0.8308.0"


@pytest.mark.parametrize(
    ("harm", "check", "host", "status", "words"),
    [
        (groups("lyncadmin", "Domain Users"), "account-groups", FE, "blocked", "RTCUniversalServerAdmins"),
        (groups("lyncadmin", "RTCUniversalServerAdmins"), "setup-rights", FE, "blocked", "may not enable"),
        (own_key, "certificates", FE, "caution", "can be used for Lync"),
        (odd_root, "trusted-roots", FE, "caution", "CN=Lower"),
        (old_oauth, "oauth-certificate", FE, "caution", "expired"),
        (no_account, "computer-account", DC, "blocked", "gone"),
        (exchange, "ucs-mode", FE, "caution", "Global"),
        (kerberos, "kerberos-account", FE, "caution", "kerb"),
        (no_master, "cms-active", FE, "caution", "no master"),
        (behind, "update-level", FE, "caution", "5.0.8308.0"),
    ],
)
def test_a_harm_to_the_farm_is_found(
    harm: Harm, check: str, host: str, status: str, words: str, lab: Callable[[str], StartedLab]
) -> None:
    one = lab("contoso-se")
    with changed(one, harm):
        finding = one.finding("restore-se", SE, check, host)
    assert (finding.status, words in finding.message) == (status, True), finding
    assert finding.hint
    assert finding.evidence


def no_firewall(state: State) -> None:
    state.hosts[SE].firewall = False


def full(state: State) -> None:
    state.hosts[SE].disk_free = 1 << 30


def tickets(state: State) -> None:
    state.hosts[FE].registry[r"hklm:\system\currentcontrolset\control\securityproviders\schannel"] = {
        "EnableSessionTicket": 2
    }


@pytest.mark.parametrize(
    ("harm", "check", "words"),
    [
        (no_firewall, "firewall-on", "stopped"),
        (full, "disk-space", "C: has"),
        (tickets, "session-tickets", "EnableSessionTicket"),
    ],
)
def test_a_rebuilt_server_shows_what_it_lacks_and_where_that_will_stop_the_run(
    harm: Harm, check: str, words: str, lab: Callable[[str], StartedLab]
) -> None:
    one = lab("contoso-se")
    manual_steps.do(one.simulation, "install-windows")
    manual_steps.do(one.simulation, "restore-certificates")
    sound = one.finding("restore-se", SE, check, SE)
    assert sound.status == "ok", sound
    with changed(one, harm):
        finding = one.finding("restore-se", SE, check, SE)
    assert (finding.status, words in finding.message) == ("later", True), finding
    assert finding.gates


def no_third(state: State) -> None:
    state.hosts[FE3].present = False
    for fqdn in (FE1, FE2):
        state.hosts[fqdn].services["RTCSRV"].status = STOPPED


def owned(state: State) -> None:
    state.instances[SQL2.lower()].server.databases["rtcxds"].owner = "CONTOSO\\RTCUniversalServerAdmins"


@pytest.mark.parametrize(
    ("harm", "check", "host", "status", "words"),
    [
        (no_third, "fabric-quorum", "", "caution", "cold start"),
        (owned, "sql-owner", SQL2, "blocked", "rtcxds"),
    ],
)
def test_a_harm_to_the_pool_is_found(
    harm: Harm, check: str, host: str, status: str, words: str, lab: Callable[[str], StartedLab]
) -> None:
    one = lab("contoso-ee-primary")
    assert one.finding("restore-primary", "pool01.contoso.com", check, host).status == "ok"
    with changed(one, harm):
        finding = one.finding("restore-primary", "pool01.contoso.com", check, host)
    assert (finding.status, words in finding.message) == (status, True), finding
    assert finding.hint


def test_a_server_that_works_is_not_wiped_unless_its_name_is_typed_and_a_reason_given(
    lab: Callable[[str], StartedLab],
) -> None:
    one = lab("contoso-ee-front-end")
    only = ("target-alive", FE1)
    assert one.finding("restore-member", FE2, "target-alive", FE2).status == "ok"
    plan = one.workspace.plan("restore-member", FE1, None, {})
    session = RunSession(one.workspace, plan, by="ann")
    (found,) = session.examine(lambda _: None, [only])
    assert (found.status, FE2 in found.message) == ("blocked", True), found
    assert f"Choose {FE2}" in found.hint
    with pytest.raises(Refused, match="cannot be accepted"):
        session.accept(found, "it is broken")
    with pytest.raises(Refused, match="no server that this plan"):
        session.wipe_though_running(FE3)
    session.wipe_though_running(FE1)
    (found,) = session.examine(lambda _: None, [only])
    assert found.status == "caution"
    with pytest.raises(Refused, match="with a reason only"):
        session.accept(found, " ")
    session.accept(found, "its disks fail tonight")
    assert found.key not in {other.key for other in session.in_the_way}


def test_the_step_that_wipes_waits_for_a_silent_server_in_plan_and_script(lab: Callable[[str], StartedLab]) -> None:
    one = lab("contoso-ee-front-end")
    plan = one.workspace.plan("restore-member", FE1, None, {})
    (step,) = [step for step in plan.steps if any(gate.check == "target-alive" for gate in step.before)]
    assert (step.group, step.confirm_text) == ("mem-bare", FE1)
    assert f"Before: {FE1} does not answer, or does not run its role?" in powershell_script(plan)
    assert checks.wiped_servers(plan) == [FE1]
    said = call(one.home, "plan", "restore-member", "--target", FE1).stdout
    assert f"Installed again or wiped: {FE1}. A run stops where it answers" in said
    gate = next(gate for gate in step.before if gate.check == "target-alive")
    with SessionPool(one.workspace.connect) as pool:
        context = one.workspace.check_context(plan, Probe(pool))
        assert checks.precondition(context, step, gate).answer == "no"
        typed = replace(context, wipe_running=frozenset({FE1}))
        assert checks.precondition(typed, step, gate).answer == "cannot-tell"
