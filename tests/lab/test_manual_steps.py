"""Simulated actions on a lost server: the right order restores it, the wrong one does the harm it does in reality."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core.errors import InputError, Refused
from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm import faults
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import RTM, RUNNING, STOPPED, Host
from lync_wizard.lab.verdict import restore
from lync_wizard.lab.winrm.contract import Invocation
from tests.lab.small_farm import LEVEL, SE, bring_back_data, lost

STEP = "deployment-wizard-step-"
REBUILD = (
    "install-windows", "restore-certificates", "take-image", "download-topology", f"{STEP}1", f"{STEP}2",
    "install-update", f"{STEP}3", f"{STEP}4",
)  # fmt: skip


@pytest.fixture
def simulation(tmp_path: Path) -> Simulation:
    return lost(tmp_path)


class Clock:
    """The simulation's time, moved by the test."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def _do(simulation: Simulation, *names: str) -> str:
    return [manual_steps.do(simulation, name).said for name in names][-1]


def _server(simulation: Simulation) -> Host:
    return simulation.state.hosts[SE]


def _offer(simulation: Simulation, name: str) -> dict[str, Any]:
    return next(action for action in manual_steps.actions(simulation) if action["name"].partition("@")[0] == name)


def _pass_time(simulation: Simulation) -> None:
    clock = Clock()
    clock.now = simulation.clock() + 3600
    simulation.clock = clock
    for _ in range(3):
        simulation.settle()
        clock.now += 3600


def test_the_right_order_and_the_data_give_the_verdict_restored(simulation: Simulation) -> None:
    _do(simulation, *REBUILD)
    bring_back_data(simulation)
    _pass_time(simulation)

    assert restore.compare(simulation.folder, simulation.state) == restore.Verdict(True)


def test_each_deed_of_the_rebuild_is_offered_when_its_turn_comes(simulation: Simulation) -> None:
    for name in REBUILD:
        assert _offer(simulation, name)["available"], name
        _do(simulation, name)


def test_what_was_done_is_still_there_when_the_lab_is_reopened(simulation: Simulation) -> None:
    _do(simulation, "install-windows", "restore-certificates")

    reopened = Simulation.load(simulation.folder)

    assert reopened.state.hosts[SE].present
    assert [c.uses for c in reopened.state.hosts[SE].certificates] == [[]]


def test_a_fresh_windows_is_empty_and_keeps_the_computer_account(simulation: Simulation) -> None:
    _do(simulation, "install-windows")
    server = _server(simulation)

    assert (server.full_name, server.domain, server.services, server.certificates) == (SE, "contoso.com", {}, [])
    assert simulation.state.directory.computers["se01"].groups == ["RTCHSUniversalServices"]
    assert not list(simulation.disk(SE).iterdir())
    assert simulation.admits(SE, "CONTOSO\\lyncadmin")


def test_reinstalling_windows_takes_everything_again(simulation: Simulation) -> None:
    _do(simulation, *REBUILD)
    bring_back_data(simulation)

    _do(simulation, "install-windows")

    assert not list(simulation.disk(SE).iterdir())
    assert not [key for key in simulation.state.instances if key.startswith(SE)]
    assert simulation.state.stores[SE].users == {}
    assert _server(simulation).steps == []


@pytest.mark.parametrize(
    ("done", "name", "why"),
    [
        ((), f"{STEP}1", "there is no computer that answers"),
        ((), "restore-certificates", "there is no computer that answers"),
        (("install-windows",), "install-windows", "freshly installed"),
        (("install-windows",), f"{STEP}2", "step 1 (Install Local Configuration Store) has no green check mark"),
        (("install-windows", f"{STEP}1"), f"{STEP}3", "step 2 (Setup or Remove Lync Server Components)"),
        (("install-windows", f"{STEP}1", f"{STEP}2"), f"{STEP}3", "no certificate with a private key"),
        (("install-windows", f"{STEP}1"), f"{STEP}4", "step 4 is not available"),
        (("install-windows",), "install-update", "no Lync Server component is installed"),
        (("install-windows",), "start-services", "no Lync service is installed"),
        ((), "reset-password", "the password on record is the right one"),
        ((), "free-disk-space", "no disk is full"),
    ],
)
def test_out_of_order_is_refused_and_changes_nothing(
    simulation: Simulation, done: tuple[str, ...], name: str, why: str
) -> None:
    for earlier in done:
        _do(simulation, earlier)
    before = simulation.state.to_text()

    with pytest.raises(Refused, match=why.replace("(", "\\(").replace(")", "\\)")) as refused:
        manual_steps.do(simulation, name)

    assert refused.value.hint
    assert simulation.state.to_text() == before
    assert _offer(simulation, name)["why"] == refused.value.summary


def test_an_unknown_deed_is_an_input_error(simulation: Simulation) -> None:
    with pytest.raises(InputError):
        manual_steps.do(simulation, "pray")


def test_step_2_creates_databases_and_leaves_the_services_stopped_at_the_level_of_the_media(
    simulation: Simulation,
) -> None:
    _do(simulation, "install-windows", f"{STEP}1", f"{STEP}2")

    assert simulation.state.database(SE, "rtc", "rtcxds")
    assert simulation.state.database(SE, "rtclocal", "xds")
    assert simulation.state.database(SE, "lynclocal", "lyss")
    assert {s.status for s in _server(simulation).services.values()} == {STOPPED}
    assert _server(simulation).lync_version == RTM
    _do(simulation, "install-update")
    assert _server(simulation).lync_version == LEVEL


def test_an_update_before_step_2_does_not_reach_the_components_that_step_2_installs(simulation: Simulation) -> None:
    _do(simulation, "install-windows", f"{STEP}1", "install-update", f"{STEP}2")

    assert _server(simulation).lync_version == RTM


@pytest.mark.parametrize("wrong", ["install-windows-wrong-name", "join-wrong-suffix"])
def test_under_another_name_step_2_uninstalls_the_roles(simulation: Simulation, wrong: str) -> None:
    _do(simulation, wrong, f"{STEP}1")

    said = _do(simulation, f"{STEP}2")

    assert "WARNING! Host not found in topology. All roles will be uninstalled." in said
    assert (_server(simulation).services, _server(simulation).steps) == ({}, [])
    _do(simulation, *REBUILD)
    assert 2 in _server(simulation).steps


def test_a_dirty_server_stops_at_step_2_until_it_is_wiped(simulation: Simulation) -> None:
    _do(simulation, "install-over-existing")
    assert "RTCSRV" in _server(simulation).services
    assert not _server(simulation).clean

    _do(simulation, f"{STEP}1")
    with pytest.raises(Refused, match="earlier installation"):
        manual_steps.do(simulation, f"{STEP}2")

    _do(simulation, *REBUILD)
    assert 2 in _server(simulation).steps


def test_a_deleted_computer_account_costs_its_groups_and_the_services_do_not_start(simulation: Simulation) -> None:
    _do(simulation, "delete-computer-account", *REBUILD)
    bring_back_data(simulation)
    _pass_time(simulation)

    assert _server(simulation).services["RTCSRV"].status == STOPPED
    words = "\n".join(restore.compare(simulation.folder, simulation.state).not_restored)
    assert f"the computer account of {SE} is no longer in RTCHSUniversalServices" in words


def test_step_4_reports_success_without_certificates_though_the_front_end_did_not_start(
    simulation: Simulation,
) -> None:
    _do(simulation, "install-windows", f"{STEP}1", f"{STEP}2")

    assert "completed" in _do(simulation, f"{STEP}4")

    _pass_time(simulation)
    assert _server(simulation).services["REPLICA"].status == RUNNING
    assert _server(simulation).services["RTCSRV"].status == STOPPED


def test_actions_end_the_faults_they_can_end(simulation: Simulation) -> None:
    with simulation.change() as state:
        state.faults += [faults.parse(name, state.lost[0]) for name in ("wrong-password", "disk-full", "no-delegation")]

    _do(simulation, "reset-password", "free-disk-space")

    assert [fault.kind for fault in simulation.state.faults] == ["no-delegation"]


def test_a_wire_fault_waits_for_its_cmdlet_and_strikes_once(simulation: Simulation) -> None:
    with simulation.change() as state:
        state.faults.append(faults.parse("connection-dropped", state.lost[0]))

    assert simulation.trouble(SE, [Invocation("Get-CsPool")]) is None
    struck = simulation.trouble(SE, [Invocation("Import-CsUserData")])
    assert struck is not None
    assert struck.kind == "drop"
    assert simulation.trouble(SE, [Invocation("Import-CsUserData")]) is None


def test_faults_are_aimed_by_name_cmdlet_and_host() -> None:
    assert faults.parse("connection-dropped", SE).command == "Import-CsUserData"
    assert faults.parse("connection-dropped@Enable-CsTopology", SE).command == "Enable-CsTopology"
    assert faults.parse("slow-host@fe01.contoso.com", SE).host == "fe01.contoso.com"
    assert faults.parse("disk-full", SE).host == SE
    with pytest.raises(InputError) as unknown:
        faults.parse("connection-droped")
    assert unknown.value.hint == "Did you mean connection-dropped?"
