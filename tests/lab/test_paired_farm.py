"""A pair of pools through its cmdlets: what copies, what a failover refuses, who serves whom afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lync_wizard.lab.farm import pairing, topology
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import STOPPED, Conference, Fault
from lync_wizard.lab.scenarios import build
from tests.lab.console import Answer, Console

ONE, TWO = "pool01.contoso.com", "pool02.contoso.com"
FE, STANDBY_FE = "fe01.contoso.com", "fe11.contoso.com"
ADMIN = "CONTOSO\\lyncadmin"
BACKUP_SQL = {"BackupSqlServerFqdn": "sql11.contoso.com", "BackupSqlInstanceName": "RTC"}
BACKUP_MIRROR = {"BackupMirrorSqlServerFqdn": "sql12.contoso.com", "BackupMirrorSqlInstanceName": "RTC"}


@pytest.fixture
def farm(tmp_path: Path) -> Simulation:
    build.build("contoso-paired", tmp_path / "farm", seed=7)
    return Simulation.load(tmp_path / "farm", speed=1e9)


def at(simulation: Simulation, host: str = FE) -> Console:
    return Console(simulation, host, ADMIN)


def lose(simulation: Simulation, *names: str) -> None:
    with simulation.change() as state:
        for host in state.hosts.values():
            if host.fqdn.partition(".")[0].startswith(names):
                host.present = False
    simulation.settle()


def rows(answer: Answer) -> dict[str, tuple[str, str]]:
    modules = answer.column("BackupModules")[0]
    return {m.properties["Identity"]: (m.properties["ExportStatus"], m.properties["ImportStatus"]) for m in modules}


def text(answer: Answer) -> str:
    return (answer.ended.message if answer.ended else "") + "; ".join(e.message for e in answer.errors)


def pool_state(simulation: Simulation, pool: str, host: str = FE) -> Any:
    answer = at(simulation, host).run("Get-CsRegistrarConfiguration", Identity=f"service:Registrar:{pool}")
    return answer.column("PoolState")[0] if answer.objects else None


def test_both_pools_name_each_other_even_by_the_local_replica(farm: Simulation) -> None:
    assert at(farm).run("Get-CsPoolBackupRelationship", PoolFqdn=ONE).column("BackupPoolFqdn") == [TWO]
    lose(farm, "sql0")
    refused = at(farm).run("Get-CsPoolBackupRelationship", PoolFqdn=TWO)
    assert not refused.ok
    local = at(farm).run("Get-CsPoolBackupRelationship", PoolFqdn=TWO, LocalStore=True)
    assert local.column("BackupPoolFqdn") == [ONE]


def test_the_status_has_a_row_for_each_module_and_only_the_master_exports_the_store(farm: Simulation) -> None:
    assert rows(at(farm).run("Get-CsBackupServiceStatus", PoolFqdn=TWO)) == {
        "UserServices.PresenceFocus": ("SteadyState", "NormalState"),
        "ConfServices.DataConf": ("FinalState", "NormalState"),
        "CentralMgmt.CMSMaster": ("NotInitialized", "NormalState"),
    }
    assert rows(at(farm).run("Get-CsBackupServiceStatus", PoolFqdn=ONE))["CentralMgmt.CMSMaster"][0] == "SteadyState"


def test_a_running_pool_is_failed_over_without_disaster_mode_and_loses_nothing(farm: Simulation) -> None:
    with farm.change() as state:
        sip = next(iter(state.stores[TWO].users))
        state.stores[TWO].users[sip].conferences.append(Conference("NEW", "Made just now"))
    assert (
        "do not use the disastermode"
        in text(at(farm).run("Invoke-CsPoolFailOver", PoolFqdn=TWO, DisasterMode=True)).lower()
    )
    assert pool_state(farm, TWO) is None
    hop = at(farm).run("Invoke-CsPoolFailOver", PoolFqdn=TWO)
    assert "is specified in topology as the next hop for the Edge server" in text(hop)
    moved = at(farm).run("Set-CsEdgeServer", Identity="EdgeServer:edgepool2.contoso.com", Registrar=f"Registrar:{ONE}")
    assert moved.ok
    assert at(farm).run("Invoke-CsPoolFailOver", PoolFqdn=TWO).ok
    assert pool_state(farm, TWO) == "FailedOver"
    assert pairing.serving(farm.state, TWO) == ONE
    assert "NEW" in {c.id for c in pairing.live(farm.state, TWO)[sip].conferences}
    again = at(farm).run("Invoke-CsPoolFailOver", PoolFqdn=TWO)
    assert again.ok
    assert again.warnings


def test_a_failback_brings_home_what_was_made_meanwhile(farm: Simulation) -> None:
    assert "not failed over" in text(at(farm).run("Invoke-CsPoolFailBack", PoolFqdn=TWO))
    at(farm).run("Invoke-CsPoolFailOver", PoolFqdn=TWO, Force=True)
    made = [sip for sip, d in pairing.live(farm.state, TWO).items() if any("AFTERWARDS" in c.id for c in d.conferences)]
    assert made
    assert at(farm).run("Invoke-CsPoolFailBack", PoolFqdn=TWO).ok
    assert pool_state(farm, TWO) == "Active"
    for sip in made:
        assert any("AFTERWARDS" in c.id for c in farm.state.stores[TWO].users[sip].conferences)


def test_a_failback_without_backup_service_fails_to_hydrate(farm: Simulation) -> None:
    at(farm).run("Invoke-CsPoolFailOver", PoolFqdn=TWO, Force=True)
    with farm.change() as state:
        for machine in topology.pool_machines(state, TWO):
            state.hosts[machine].services["LYNCBACKUP"].status = STOPPED
    assert text(at(farm).run("Invoke-CsPoolFailBack", PoolFqdn=TWO)).startswith("Failed to complete hydration")
    assert pool_state(farm, TWO) == "FailedOver"


def test_a_lost_pool_is_failed_over_in_disaster_mode_once_the_store_is_elsewhere(farm: Simulation) -> None:
    lose(farm, "fe0", "sql0")
    other = at(farm, STANDBY_FE)
    assert not other.run("Invoke-CsPoolFailOver", PoolFqdn=ONE, DisasterMode=True).ok
    wrong = other.run("Invoke-CsManagementServerFailover", **BACKUP_SQL, Force=True)
    assert "BackupMirrorSqlServerFqdn" in text(wrong)
    elsewhere = at(farm, "se02.contoso.com").run(
        "Invoke-CsManagementServerFailover", **BACKUP_SQL, **BACKUP_MIRROR, Force=True
    )
    assert "must be run on a computer in pool" in text(elsewhere)
    assert other.run("Invoke-CsManagementServerFailover", **BACKUP_SQL, **BACKUP_MIRROR, Force=True).ok
    services = other.run("Get-CsService", CentralManagement=True)
    active = {s.properties["PoolFqdn"]: s.properties["Active"] for s in services.objects}
    assert active == {ONE: False, TWO: True}
    status = other.run("Get-CsManagementStoreReplicationStatus", CentralManagementStoreStatus=True)
    assert status.column("ActiveMasterFqdn") == [TWO]
    assert "Distributed Component Object Model" in text(other.run("Invoke-CsPoolFailOver", PoolFqdn=ONE, Force=True))
    assert other.run("Invoke-CsPoolFailOver", PoolFqdn=ONE, DisasterMode=True, Force=True).ok
    assert pairing.serving(farm.state, ONE) == TWO
    assert not other.run("Get-CsLisLocation").objects


def test_a_failover_of_the_living_store_needs_a_standby_in_backup_mode(farm: Simulation) -> None:
    with farm.change() as state:
        state.central[TWO].current = 1
    refused = at(farm, STANDBY_FE).run("Invoke-CsManagementServerFailover")
    assert text(refused) == (
        "Cannot fail over the Central Management Server. The new Central Management Store located at "
        f'"{TWO}" is not in backup mode.'
    )
    with farm.change() as state:
        state.central[ONE].current, state.central[TWO].current = 1, 3
    moving = at(farm, STANDBY_FE).run("Invoke-CsManagementServerFailover")
    assert text(moving).startswith("###50020:XDSForceReplication: This central management store is being moved")
    assert not at(farm, STANDBY_FE).run("Invoke-CsManagementServerFailover", Restore=True).ok
    assert at(farm).run("Invoke-CsManagementServerFailover", Restore=True).ok
    assert at(farm, STANDBY_FE).run("Invoke-CsManagementServerFailover").ok
    assert (farm.state.central[ONE].current, farm.state.central[TWO].current) == (3, 0)


def test_success_without_a_master_shows_when_services_are_started_again(farm: Simulation) -> None:
    with farm.change() as state:
        state.faults.append(Fault("cms-failover-without-master"))
    assert at(farm, STANDBY_FE).run("Invoke-CsManagementServerFailover").ok
    assert at(farm, STANDBY_FE).run("Stop-CsWindowsService", Name="MASTER").ok
    refused = at(farm, STANDBY_FE).run("Start-CsWindowsService", Name="MASTER")
    assert "every database is in backup mode" in text(refused)


def test_what_if_names_the_pool_that_holds_the_store_and_changes_nothing(farm: Simulation) -> None:
    asked = at(farm, STANDBY_FE).run("Invoke-CsManagementServerFailover", WhatIf=True)
    assert ONE in asked.informations[0]
    assert farm.state.central[ONE].current == 0


def test_an_interrupted_failover_is_ended_by_the_same_cmdlet(farm: Simulation) -> None:
    with farm.change() as state:
        state.faults.append(Fault("failover-interrupted"))
    assert not at(farm).run("Invoke-CsPoolFailOver", PoolFqdn=TWO, Force=True).ok
    assert pool_state(farm, TWO) == "FailingOver"
    assert pairing.serving(farm.state, TWO) == ""
    assert at(farm).run("Invoke-CsPoolFailOver", PoolFqdn=TWO, Force=True).ok
    assert pool_state(farm, TWO) == "FailedOver"


def test_a_management_server_is_not_moved_in_a_remote_session(farm: Simulation) -> None:
    assert "remote session" in text(at(farm).run("Move-CsManagementServer", WhatIf=True))


def test_a_user_shows_the_backup_pool_failed_over_or_not(farm: Simulation) -> None:
    sip = next(u.sip for u in farm.state.directory.users.values() if u.pool == TWO)
    before = at(farm).run("Get-CsUserPoolInfo", Identity=sip)
    at(farm).run("Invoke-CsPoolFailOver", PoolFqdn=TWO, Force=True)
    after = at(farm).run("Get-CsUserPoolInfo", Identity=sip)
    assert before.column("BackupPoolFqdn") == after.column("BackupPoolFqdn") == [ONE]
    assert after.column("PrimaryPoolFqdn") == [TWO]
