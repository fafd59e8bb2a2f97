"""The verdicts of failover: what each scenario of failover is told before, halfway and at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.scenarios import build, catalogue
from lync_wizard.lab.verdict import failover_families, restore
from tests.lab.console import Answer, Console, call
from tests.lab.test_paired_farm import ADMIN, BACKUP_MIRROR, BACKUP_SQL, FE, ONE, STANDBY_FE, TWO

EDGE, OTHER_EDGE = "edgepool.contoso.com", "edgepool2.contoso.com"


class Drill:
    """One scenario with its verdict."""

    def __init__(self, folder: Path, scenario: str) -> None:
        build.build(scenario, folder, seed=7)
        self.simulation = Simulation.load(folder, speed=1e9)

    def run(self, name: str, host: str = FE, **parameters: Any) -> Answer:
        answer = Console(self.simulation, host, ADMIN).run(name, **parameters)
        assert answer.ok, answer.ended or answer.errors
        return answer

    def do(self, *names: str) -> None:
        for name in names:
            self.simulation.settle()
            offered = {row["name"] for row in manual_steps.actions(self.simulation) if row["available"]}
            assert name in offered or "@" not in name, f"{name} is offered to nobody"
            manual_steps.do(self.simulation, name)
        self.simulation.settle()

    def verdict(self) -> dict[str, Any]:
        for _ in range(3):  # replicas need two looks to catch up
            self.simulation.settle()
        return failover_families.compare(self.simulation, restore.snapshot(self.simulation.folder))

    def wrong(self) -> str:
        return "; ".join(self.verdict()["not_restored"])


def failed_over_scenarios() -> list[str]:
    practised = {name for procedure, names in catalogue.VARIANTS.items() if procedure in FAMILIES for name in names}
    return sorted(practised)


FAMILIES = {
    "pool-failover", "pool-failback", "cms-failover", "mirror-failover", "pairing", "unpair-pools",
    "edge-federation-failover", "edge-xmpp-failover", "edge-failback", "pchat-failover", "pchat-failback", "rgs-dr",
    "announce-dr", "callpark-dr", "conf-content", "backup-service",
}  # fmt: skip


ALWAYS = {"contoso-failover-site", "contoso-failback-chat", "contoso-callpark-back", "contoso-failback-early"}
"""Judged in every test run; the others show what they lack in a test of their own."""


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(one, marks=[] if one in ALWAYS else pytest.mark.thorough) for one in failed_over_scenarios()],
)
def test_nothing_is_done_at_the_beginning(scenario: str, tmp_path: Path) -> None:
    drill = Drill(tmp_path, scenario)
    said = drill.verdict()
    assert said["verdict"].startswith("not ")
    assert said["not_restored"]


def test_a_lost_pool_is_failed_over_and_the_lag_is_told_but_is_no_fault(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-failover-lag")
    drill.run("Set-CsEdgeServer", Identity=f"EdgeServer:{OTHER_EDGE}", Registrar=f"Registrar:{ONE}")
    drill.run("Invoke-CsPoolFailOver", PoolFqdn=TWO, DisasterMode=True)
    said = drill.verdict()
    assert said["verdict"] == "failed over"
    assert said["not_restored"] == []
    assert said["lost"] == ["4 conferences made after the last sync, 55 minutes before the loss"]


def test_a_next_hop_left_on_the_failed_pool_is_found(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-failover-pool")
    drill.run("Invoke-CsPoolFailOver", PoolFqdn=TWO, DisasterMode=True, Force=True)
    assert f"the next hop of {OTHER_EDGE} is {TWO}" in drill.wrong()


def test_the_store_is_failed_over_before_the_users_and_locations_follow(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-failover-wrong-order")
    drill.run("Invoke-CsManagementServerFailover", STANDBY_FE, **BACKUP_SQL, **BACKUP_MIRROR, Force=True)
    drill.run("Set-CsEdgeServer", STANDBY_FE, Identity=f"EdgeServer:{EDGE}", Registrar=f"Registrar:{TWO}")
    drill.run("Invoke-CsPoolFailOver", STANDBY_FE, PoolFqdn=ONE, DisasterMode=True)
    assert drill.wrong() == "locations are missing or not published: Building 1 Floor 2, Lake Office"
    drill.do("import-locations")
    assert drill.verdict()["verdict"] == "failed over"


def test_a_force_on_a_living_store_leaves_two_masters(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-failover-cms-planned")
    drill.run("Invoke-CsManagementServerFailover", STANDBY_FE, **BACKUP_SQL, **BACKUP_MIRROR, Force=True)
    assert "2 databases of the Central Management store are in use" in drill.wrong()


def test_a_planned_failover_of_the_store_has_one_master_whose_services_run(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-failover-cms-planned")
    drill.run("Invoke-CsManagementServerFailover", STANDBY_FE)
    assert drill.verdict()["verdict"] == "failed over"
    for host in ("fe11", "fe12", "fe13"):
        drill.run("Stop-CsWindowsService", f"{host}.contoso.com", Name="FTA")
    assert f"the service FTA runs on no server of {TWO}" in drill.wrong()


@pytest.mark.parametrize(
    ("scenario", "attempts"),
    [pytest.param("contoso-failback", 1, marks=pytest.mark.thorough), ("contoso-failback-hydration", 3)],
)
def test_a_failback_is_repeated_until_it_hydrates(scenario: str, attempts: int, tmp_path: Path) -> None:
    drill = Drill(tmp_path, scenario)
    for number in range(attempts):
        answer = Console(drill.simulation, FE, ADMIN).run("Invoke-CsPoolFailBack", PoolFqdn=TWO)
        assert answer.ok == (number == attempts - 1)
    drill.run("Set-CsEdgeServer", Identity=f"EdgeServer:{OTHER_EDGE}", Registrar=f"Registrar:{TWO}")
    assert drill.verdict() == {"verdict": "failed back", "not_restored": [], "lost": []}


def test_user_data_imported_over_a_failed_over_pool_hide_what_was_made_meanwhile(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-failback")
    share = str(drill.simulation.state.facts["backup-share"])
    name = next(drill.simulation.locate(FE, share).iterdir()).name
    for host in ("fe11", "fe12", "fe13"):
        drill.run("Stop-CsWindowsService", f"{host}.contoso.com")
    drill.run("Import-CsUserData", PoolFqdn=TWO, FileName=f"{share}\\{name}\\UserData\\{TWO}.zip")
    for host in ("fe11", "fe12", "fe13"):
        drill.run("Start-CsWindowsService", f"{host}.contoso.com", NoWait=True)
    drill.simulation.settle()
    drill.run("Invoke-CsPoolFailBack", PoolFqdn=TWO)
    assert "conferences are missing on pool02.contoso.com" in drill.wrong()


def test_federation_needs_routes_media_and_public_dns(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-failover-edge")
    drill.do(
        "topology-builder-federation-clear", "topology-builder-federation-set", "topology-builder-federation-publish"
    )
    assert "public DNS (federation) leads to edgepool.contoso.com" in drill.wrong()
    drill.do("public-dns-federation", "topology-builder-media")
    assert drill.verdict()["verdict"] == "failed over"


def test_xmpp_needs_its_route_and_both_records(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-failover-xmpp")
    drill.run("Set-CsSite", Identity="Chicago", XmppFederationRoute=f"EdgeServer:{OTHER_EDGE}")
    drill.do("public-dns-xmpp-a")
    assert "public DNS (xmpp-srv)" in drill.wrong()
    drill.do("public-dns-xmpp-srv")
    assert drill.verdict()["verdict"] == "failed over"


def test_federation_and_xmpp_come_home_with_the_services_of_their_edge_pool(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-failback-edge")
    drill.do("topology-builder-federation-back", "public-dns-federation-back", "topology-builder-media-back")
    drill.run("Set-CsSite", Identity="Redmond", XmppFederationRoute=f"EdgeServer:{EDGE}")
    drill.do("public-dns-xmpp-a-back", "public-dns-xmpp-srv-back")
    assert "services are not running on edge01.contoso.com" in drill.wrong()
    with drill.simulation.change() as state:
        for service in state.hosts["edge01.contoso.com"].services.values():
            service.status = "Running"
    assert drill.verdict()["verdict"] == "failed back"


def test_a_pair_needs_the_update_again_and_both_directions(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-pairing")
    drill.do("topology-builder-pair")
    assert "Backup Service does not run" in drill.wrong()
    pair = ("se03.contoso.com", "se04.contoso.com")
    drill.do(*(f"bootstrap-backup-service@{host}" for host in pair))
    refused = Console(drill.simulation, pair[0], ADMIN).run("Start-CsWindowsService", Name="LYNCBACKUP")
    assert "has stopped working" in refused.errors[0].message
    drill.do(*(f"update-backup-service@{host}" for host in pair))
    for host in pair:
        drill.run("Start-CsWindowsService", host, Name="LYNCBACKUP")
    drill.run("Invoke-CsBackupServiceSync", PoolFqdn=pair[0])
    assert "se03.contoso.com does not have every user's data of se04.contoso.com" in drill.wrong()
    drill.run("Invoke-CsBackupServiceSync", PoolFqdn=pair[1])
    assert drill.verdict()["verdict"] == "done"


def test_an_unpaired_pool_keeps_nothing_of_its_former_partner(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-unpair")
    drill.do("topology-builder-unpair")
    assert "still holds user data" in drill.wrong()
    for pool in ("se03.contoso.com", "se04.contoso.com"):
        drill.run("Remove-CsUserStoreBackupData", PoolFqdn=pool)
    assert drill.verdict()["verdict"] == "done"


def test_content_of_conferences_comes_from_the_partner(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-content")
    drill.run("Invoke-CsBackupServiceSync", PoolFqdn=ONE, BackupModule="ConfServices.DataConf")
    assert drill.verdict()["verdict"] == "failed back"


def test_response_groups_are_owned_by_their_pool_wherever_they_are(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-rgs-over")
    share = str(drill.simulation.state.facts["backup-share"])
    name = next(drill.simulation.locate(FE, share).iterdir()).name
    file = {"FileName": f"{share}\\{name}\\Rgs\\{TWO}.zip", "Destination": f"service:ApplicationServer:{ONE}"}
    drill.run("Import-CsRgsConfiguration", **file)
    assert drill.verdict()["verdict"] == "failed over"
    drill.run("Import-CsRgsConfiguration", **file, OverwriteOwner=True)
    assert f"are not owned by {TWO}" in drill.wrong()


def test_announcements_and_pickup_ranges_are_served_by_the_partner(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-announce-over")
    service = f"ApplicationServer:{ONE}"
    missing = Console(drill.simulation, FE, ADMIN).run(
        "Set-CsUnassignedNumber", Identity="Chicago main", AnnouncementService=ONE, AnnouncementName="No such number"
    )
    assert not missing.ok
    drill.run("Import-CsAnnouncementFile", Parent=f"service:{service}", FileName="greeting.wav", Content=b"RIFF")
    drill.run("New-CsAnnouncement", Parent=f"service:{service}", Name="No such number", AudioFilePrompt="greeting.wav")
    drill.run(
        "Set-CsUnassignedNumber", Identity="Chicago main", AnnouncementService=ONE, AnnouncementName="No such number"
    )
    assert drill.verdict()["verdict"] == "failed over"
    drill.run("Set-CsCallParkOrbit", Identity="Chicago pickup", CallParkService=f"service:{service}")
    served = drill.run("Get-CsCallParkOrbit", Type="GroupPickup")
    assert set(served.column("CallParkService")) == {service}


def test_a_mirror_is_made_the_principal_by_force_and_back_without(tmp_path: Path) -> None:
    drill = Drill(tmp_path / "over", "contoso-failover-mirror")
    for kind in ("User", "Application", "CentralMgmt"):
        drill.run(
            "Invoke-CsDatabaseFailover",
            PoolFqdn=TWO,
            DatabaseType=kind,
            NewPrincipal="Mirror",
            Force=True,
            Confirm=False,
        )
    assert drill.verdict()["verdict"] == "failed over"
    back = Drill(tmp_path / "back", "contoso-failback-mirror")
    for kind in ("User", "Application", "CentralMgmt"):
        back.run("Invoke-CsDatabaseFailover", PoolFqdn=TWO, DatabaseType=kind, NewPrincipal="Primary", Confirm=False)
    assert back.verdict()["verdict"] == "failed back"


def test_everything_of_a_lost_pool_comes_to_a_new_one(tmp_path: Path) -> None:
    drill = Drill(tmp_path, "contoso-abc")
    new, shell = "pool03.contoso.com", STANDBY_FE

    def run(name: str, **parameters: Any) -> Answer:
        return drill.run(name, shell, **parameters)

    def move(listed: str, moved: str) -> None:
        console = Console(drill.simulation, shell, ADMIN)
        only = call(listed, Filter=f"RegistrarPool -eq '{ONE}'")
        assert console.pipe(only, call(moved, Target=new, Force=True, Confirm=False)).ok

    run("Invoke-CsManagementServerFailover", **BACKUP_SQL, **BACKUP_MIRROR, Force=True)
    run("Set-CsEdgeServer", Identity=f"EdgeServer:{EDGE}", Registrar=f"Registrar:{TWO}")
    run("Invoke-CsPoolFailOver", PoolFqdn=ONE, DisasterMode=True)
    rgs = f"{drill.simulation.state.facts['backup-share']}\\{set_name(drill.simulation)}\\Rgs\\{ONE}.zip"
    run("Import-CsRgsConfiguration", Destination=f"service:ApplicationServer:{TWO}", FileName=rgs)
    drill.do("build-replacement")
    for noun in ("User", "CommonAreaPhone", "AnalogDevice", "ExUmContact", "MeetingRoom"):
        move(f"Get-Cs{noun}", f"Move-Cs{noun}")
    run("Move-CsConferenceDirectory", Identity="1", TargetPool=new, Force=True, Confirm=False)
    for uri in run("Get-CsApplicationEndpoint", ApplicationId="Caa", PoolFqdn=ONE).column("SipAddress"):
        run("Move-CsApplicationEndpoint", Identity=uri, TargetApplicationPool=new, Force=True, Confirm=False)
    run("Export-CsUserData", PoolFqdn=TWO, FileName="C:\\B.zip")
    run("Import-CsUserData", PoolFqdn=new, FileName="C:\\B.zip")
    drill.do("copy-conference-content", "park-settings", "topology-builder-chat-next-hop")
    for orbit in ("Redmond orbit", "Redmond pickup"):
        run("Set-CsCallParkOrbit", Identity=orbit, CallParkService=f"service:ApplicationServer:{new}")
    for host in ("fe21", "fe22", "fe23"):
        drill.run("Start-CsWindowsService", f"{host}.contoso.com", NoWait=True)
    drill.simulation.settle()
    owned = {"Source": f"service:ApplicationServer:{TWO}", "Owner": f"service:ApplicationServer:{ONE}"}
    run("Export-CsRgsConfiguration", **owned, FileName="C:\\Rgs.zip")
    target = f"service:ApplicationServer:{new}"
    run("Import-CsRgsConfiguration", Destination=target, FileName="C:\\Rgs.zip", OverwriteOwner=True)
    drill.do("import-announcement-audio", "create-announcements")
    for numbers, name in (("Redmond main", "Number not in use"), ("Redmond former", "Former employee")):
        run("Set-CsUnassignedNumber", Identity=numbers, AnnouncementService=new, AnnouncementName=name)
    run("Remove-CsUserStoreBackupData", PoolFqdn=TWO)
    assert drill.wrong().startswith(f"{ONE} is still in the topology")
    drill.do("topology-builder-replace-pool")
    for host in ("fe21", "fe22", "fe23"):
        drill.do(f"bootstrap-backup-service@{host}.contoso.com")
        drill.run("Start-CsWindowsService", f"{host}.contoso.com", Name="LYNCBACKUP")
    run("Invoke-CsBackupServiceSync", PoolFqdn=new)
    run("Invoke-CsBackupServiceSync", PoolFqdn=TWO)
    assert drill.wrong() == ""


def set_name(simulation: Simulation) -> str:
    """The backup set on the simulated share."""
    return next(simulation.locate(FE, str(simulation.state.facts["backup-share"])).iterdir()).name
