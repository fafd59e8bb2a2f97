"""The Central Management store lost and made again: what refuses in which words, and what order brings it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm import exports
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.scenarios import build
from lync_wizard.lab.verdict import restore
from tests.lab.console import Answer, Console

FE, SE = "fe01.contoso.com", "se01.contoso.com"
STORE = {"SqlServerFqdn": FE, "SqlInstanceName": "rtc"}


class Lab:
    """A deployment whose Standard Edition server with the store is gone; commands run on the one that survives."""

    def __init__(self, folder: Path) -> None:
        build.build("contoso-se-cms", folder, seed=3, now=2e9)
        self.simulation = Simulation.load(folder, speed=1e6)
        self.set = next((folder / "disks" / "backup01.contoso.com" / "C" / "LyncBackup").iterdir())
        local = self.simulation.disk(SE) / "Restore"
        local.mkdir()
        for name in ("Config.zip", "E911Config.zip"):
            (local / name).write_bytes((self.set / name).read_bytes())

    def run(self, command: str, **parameters: Any) -> Answer:
        return Console(self.simulation, SE, "CONTOSO\\lyncadmin").run(command, **parameters)

    def done(self, command: str, **parameters: Any) -> Answer:
        answer = self.run(command, **parameters)
        assert answer.ok, (answer.errors, answer.ended)
        return answer

    def refused(self, command: str, **parameters: Any) -> str:
        answer = self.run(command, **parameters)
        assert answer.ended is not None, f"{command} was not refused"
        return answer.ended.message

    def create(self, **more: Any) -> Answer:
        return self.run("Install-CsDatabase", CentralManagementDatabase=True, Clean=True, **STORE, **more)

    def prepare(self) -> None:
        for name in ("install-windows", "prepare-first-standard-edition"):
            manual_steps.do(self.simulation, name)

    def imported(self) -> None:
        self.prepare()
        assert self.create().ok
        self.done("Set-CsConfigurationStoreLocation", **STORE)
        self.done("Import-CsConfiguration", FileName="C:\\Restore\\Config.zip")

    @property
    def wrong(self) -> list[str]:
        return list(restore.compare(self.simulation.folder, self.simulation.state).not_restored)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


@pytest.mark.parametrize(
    ("command", "parameters"),
    [
        ("Export-CsConfiguration", {"FileName": "C:\\Restore\\New.zip"}),
        ("Export-CsLisConfiguration", {"AsBytes": True}),
        ("Import-CsConfiguration", {"FileName": "C:\\Restore\\Config.zip"}),
        ("Import-CsLisConfiguration", {"FileName": "C:\\Restore\\E911Config.zip"}),
        ("Publish-CsLisConfiguration", {}),
        ("Enable-CsTopology", {}),
        ("Get-CsTopology", {}),
        ("Get-CsManagementStoreReplicationStatus", {}),
    ],
)
def test_nothing_is_read_or_written_while_the_store_is_gone(lab: Lab, command: str, parameters: dict[str, Any]) -> None:
    assert "Cannot open the connection to the Central Management store" in lab.refused(command, **parameters)


def test_the_replica_can_be_exported_without_the_store(lab: Lab) -> None:
    lab.done("Export-CsConfiguration", FileName="C:\\Restore\\Local.zip", LocalStore=True)
    replica = exports.read_configuration((lab.simulation.disk(SE) / "Restore" / "Local.zip").read_bytes())
    saved = exports.read_configuration((lab.set / "Config.zip").read_bytes())
    assert (replica.topology, replica.policies) == (saved.topology, saved.policies)


def test_the_replica_outlives_the_empty_store(lab: Lab) -> None:
    lab.prepare()
    assert lab.create().ok
    lab.done("Export-CsConfiguration", FileName="C:\\Restore\\Local.zip", LocalStore=True)
    replica = exports.read_configuration((lab.simulation.disk(SE) / "Restore" / "Local.zip").read_bytes())
    saved = exports.read_configuration((lab.set / "Config.zip").read_bytes())
    assert (replica.topology, replica.policies) == (saved.topology, saved.policies)
    assert replica.oauth == saved.oauth


def test_active_directory_still_says_where_the_store_was(lab: Lab) -> None:
    assert lab.done("Get-CsConfigurationStoreLocation").column("BackEndServer") == [f"{FE}\\rtc"]
    assert lab.done("Get-CsManagementConnection").column("SqlServer") == [FE]


def test_the_databases_need_a_server_and_its_instance(lab: Lab) -> None:
    assert "was not found or was not accessible" in str(lab.create().ended)
    manual_steps.do(lab.simulation, "install-windows")
    assert "instance" in str(lab.create().ended)
    manual_steps.do(lab.simulation, "prepare-first-standard-edition")
    assert lab.create().ok
    tested = lab.done("Test-CsDatabase", CentralManagementDatabase=True, **STORE)
    assert (tested.column("DatabaseName"), tested.column("Succeed")) == (["xds", "lis"], [True, True])


def test_each_step_waits_for_the_one_before(lab: Lab) -> None:
    lab.prepare()
    assert 'Cannot open database "xds"' in lab.refused("Set-CsConfigurationStoreLocation", **STORE)
    assert 'Cannot open database "xds"' in lab.refused("Import-CsConfiguration", FileName="C:\\Restore\\Config.zip")
    assert lab.create().ok
    assert "Cannot find the topology document" in lab.refused("Enable-CsTopology")
    lab.done("Import-CsConfiguration", FileName="C:\\Restore\\Config.zip")
    assert FE in lab.done("Get-CsPool").column("Identity")


def test_without_a_service_connection_point_nothing_is_found(lab: Lab) -> None:
    lab.imported()
    lab.simulation.state.directory.cms_pointer = ""
    assert "location in Active Directory" in lab.refused("Get-CsTopology")
    tested = lab.done("Test-CsDatabase", CentralManagementDatabase=True, **STORE)
    assert tested.column("Succeed") == [True, True]
    lab.done("Set-CsConfigurationStoreLocation", **STORE)
    lab.done("Get-CsTopology")


def test_skipping_the_lookup_hides_a_wrong_name(lab: Lab) -> None:
    lab.imported()
    wrong = {"SqlServerFqdn": "fe11.contoso.com", "SqlInstanceName": "rtc"}
    assert "check the name" in lab.refused("Set-CsConfigurationStoreLocation", **wrong)
    lab.done("Set-CsConfigurationStoreLocation", SkipLookup=True, **wrong)
    assert "Cannot open the connection" in lab.refused("Get-CsTopology")


def test_locations_are_no_part_of_the_configuration(lab: Lab) -> None:
    lab.imported()
    assert any("locations are missing" in line for line in lab.wrong)
    lab.done("Import-CsLisConfiguration", FileName="C:\\Restore\\E911Config.zip")
    assert any("not published" in line for line in lab.wrong)
    lab.done("Publish-CsLisConfiguration")
    assert not any("locations" in line for line in lab.wrong)


def test_a_clean_install_empties_a_store_that_lives(lab: Lab) -> None:
    lab.imported()
    assert lab.create().ok
    assert lab.done("Get-CsPool").objects == []
    assert any("the published topology is not the one of the backup" in line for line in lab.wrong)


def test_a_damaged_export_is_refused(lab: Lab) -> None:
    lab.prepare()
    assert lab.create().ok
    (lab.simulation.disk(SE) / "Restore" / "Config.zip").write_bytes(b"PK\x03\x04 cut off")
    assert lab.refused("Import-CsConfiguration", FileName="C:\\Restore\\Config.zip")
    assert lab.done("Get-CsPool").objects == []
