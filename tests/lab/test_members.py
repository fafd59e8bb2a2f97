"""Rebuilding single servers by cmdlets: local store, roles, certificates, and what refuses in the wrong order."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.scenarios import build
from tests.lab.console import Console

FE, EDGE, GOOD = "fe02.contoso.com", "edge02.contoso.com", "dir01.contoso.com"
LYNC_ADMIN, EDGE_ADMIN = "CONTOSO\\lyncadmin", "EDGE02\\Administrator"
SETUP = r"D:\setup\amd64\Setup.exe"
CORE = r"HKLM:\SOFTWARE\Microsoft\Real-Time Communications\{A766C25B-A1D1-4711-A726-AC3E7CA4AAB3}"
BOOTSTRAPPER = r"C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe"
CONFIG = r"C:\Restore\Config.zip"


def lost(folder: Path, name: str, *actions: str) -> Simulation:
    """A deployment with that server lost, and what people did about it so far."""
    build.build(name, folder, seed=5)
    simulation = Simulation.load(folder, speed=1e6)
    for action in actions:
        manual_steps.do(simulation, action)
    return simulation


@pytest.fixture
def front_end(tmp_path: Path) -> Simulation:
    return lost(tmp_path, "contoso-ee-front-end", "install-windows", "restore-certificates", "start-setup")


def local_store(console: Console) -> None:
    """Deployment Wizard step 1 without the wizard."""
    assert console.program(BOOTSTRAPPER, "/BootstrapLocalMgmt")[0] == 0
    assert console.run("New-Item", ItemType="Directory", Path=r"C:\Restore", Force=True).ok
    assert console.run("Export-CsConfiguration", FileName=CONFIG, Force=True).ok
    assert console.run("Import-CsConfiguration", FileName=CONFIG, LocalStore=True).ok
    assert console.run("Enable-CsReplica", Confirm=False).ok


def test_before_setup_there_is_no_bootstrapper(tmp_path: Path) -> None:
    console = Console(lost(tmp_path, "contoso-ee-front-end", "install-windows"), FE)
    refused = console.run(BOOTSTRAPPER)
    assert refused.ended
    assert "is not recognized" in refused.ended.message


def test_the_host_says_where_setup_and_bootstrapper_are(front_end: Simulation) -> None:
    console = Console(front_end, FE)
    drives = [rf"{drive}:\setup\amd64\Setup.exe" for drive in "EDF"]
    media = console.run("Get-ChildItem", Path=drives, ErrorAction="SilentlyContinue")
    assert [one.properties["FullName"] for one in media.objects] == [SETUP]
    assert media.ok
    folder = console.run("Get-ItemProperty", LiteralPath=CORE)
    assert folder.objects[0].properties["InstallDir"] + r"Deployment\Bootstrapper.exe" == BOOTSTRAPPER
    assert console.program(SETUP)[0] == 1
    assert console.program(SETUP, "/BootstrapLocalMgmt")[0] == 0


def test_nothing_is_installed_while_the_local_store_is_empty(front_end: Simulation) -> None:
    console = Console(front_end, FE)
    assert console.program(BOOTSTRAPPER, "/BootstrapLocalMgmt")[0] == 0
    refused = console.run("Enable-CsReplica", Confirm=False)
    assert refused.ended
    assert "holds no topology" in refused.ended.message
    assert console.program(BOOTSTRAPPER)[0] == 1
    assert front_end.state.hosts[FE].services == {}


def test_roles_that_are_not_activated_do_not_start(front_end: Simulation) -> None:
    console = Console(front_end, FE)
    local_store(console)
    assert console.program(BOOTSTRAPPER)[0] == 0
    refused = console.run("Start-CsWindowsService", Name="RTCCLSAGT")
    assert "Enable-CsComputer" in refused.errors[0].message
    assert console.run("Enable-CsComputer", Confirm=False).ok
    assert console.run("Start-CsWindowsService", Name="RTCCLSAGT").ok


def test_a_computer_of_another_name_loses_its_roles(tmp_path: Path) -> None:
    simulation = lost(tmp_path, "contoso-ee-front-end", "join-wrong-suffix", "start-setup")
    console = Console(simulation, FE)
    local_store(console)
    assert console.program(BOOTSTRAPPER)[0] == 0
    host = simulation.state.hosts[FE]
    assert host.services == {}
    assert not host.module


def test_a_certificate_is_assigned_by_its_thumbprint_alone(front_end: Simulation) -> None:
    console = Console(front_end, FE)
    local_store(console)
    (held,) = front_end.state.hosts[FE].certificates
    unknown = console.run("Set-CsCertificate", Type=["Default"], Thumbprint="00", Confirm=False)
    assert unknown.ended
    assert "Cannot find a certificate" in unknown.ended.message
    oauth = console.run("Set-CsCertificate", Type=["OAuthTokenIssuer"], Thumbprint=held.thumbprint, Confirm=False)
    assert oauth.ended
    assert "global" in oauth.ended.message
    assert console.run(
        "Set-CsCertificate", Type=["Default", "WebServicesInternal"], Thumbprint=held.thumbprint, Confirm=False
    ).ok
    assert console.run("Get-CsCertificate", Type=["Default"]).column("Thumbprint") == [held.thumbprint]


def test_a_new_certificate_is_requested_but_not_assigned(front_end: Simulation) -> None:
    console = Console(front_end, FE)
    local_store(console)
    made = console.run("Request-CsCertificate", New=True, Type=["Default"], Confirm=False)
    assert len(made.column("Thumbprint")) == 1
    assert console.run("Get-CsCertificate", Type=["Default"]).objects == []


def test_the_outside_reaches_an_edge_server_only_by_file(tmp_path: Path) -> None:
    simulation = lost(tmp_path, "contoso-ee-edge", "install-windows", "set-edge-network", "start-setup")
    console = Console(simulation, EDGE, EDGE_ADMIN)
    assert console.program(BOOTSTRAPPER, "/BootstrapLocalMgmt")[0] == 0
    assert console.run("Export-CsConfiguration", FileName=CONFIG).ended
    data = Console(simulation, GOOD).run("Export-CsConfiguration", AsBytes=True).objects[0]
    assert console.run("Import-CsConfiguration", ByteInput=data, LocalStore=True).ok
    assert console.run("Enable-CsReplica", Confirm=False).ok


def test_only_persistent_routes_are_kept(tmp_path: Path) -> None:
    simulation = lost(tmp_path, "contoso-ee-edge", "install-windows")
    console = Console(simulation, EDGE, EDGE_ADMIN)
    assert console.program("route", "add", "192.168.10.0", "mask", "255.255.255.0", "172.16.0.1")[0] == 0
    assert simulation.state.hosts[EDGE].routes == []
    assert console.program("route", "-p", "add", "192.168.10.0", "mask", "255.255.255.0", "172.16.0.1")[0] == 0
    shown = console.run("Get-CimInstance", ClassName="Win32_IP4PersistedRouteTable")
    assert shown.column("Destination") == ["192.168.10.0"]
    assert console.program("route", "-p", "add", "192.168.10.0")[0] == 1
    assert console.program("route", "delete", "192.168.10.0")[0] == 0
    assert simulation.state.hosts[EDGE].routes == []


def test_a_fresh_edge_server_has_a_gateway_too_many_and_no_suffix(tmp_path: Path) -> None:
    simulation = lost(tmp_path, "contoso-ee-edge", "install-windows")
    console = Console(simulation, EDGE, EDGE_ADMIN)
    assert len(console.run("Get-CimInstance", ClassName="Win32_NetworkAdapterConfiguration").objects) == 2
    manual_steps.do(simulation, "set-edge-network")
    assert len(console.run("Get-CimInstance", ClassName="Win32_NetworkAdapterConfiguration").objects) == 1
    assert "Primary Dns Suffix  . . . . . . . : contoso.com" in console.program("ipconfig", "/all")[1]
