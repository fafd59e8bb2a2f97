"""The simulated deployment through its shells: a restore done right, and what goes wrong in reality."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.core.errors import InputError
from lync_wizard.hosts import transfer_scripts
from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import RUNNING, STOPPED, Fault
from lync_wizard.lab.scenarios import build, load
from lync_wizard.lab.verdict import restore
from lync_wizard.lab.winrm.contract import Invocation
from tests.lab.console import Answer, Console, call

FE, SE, DC, BACKUP = "fe01.contoso.com", "se01.contoso.com", "dc01.contoso.com", "backup01.contoso.com"
SHARE = f"\\\\{BACKUP}\\LyncBackup"
SERVICE = f"service:ApplicationServer:{SE}"
WIZARD = (
    "deployment-wizard-step-1",
    "deployment-wizard-step-2",
    "install-update",
    "deployment-wizard-step-3",
    "deployment-wizard-step-4",
)


@pytest.fixture
def lost(tmp_path: Path) -> Simulation:
    build.build("contoso-se", tmp_path, seed=7)
    return Simulation.load(tmp_path, speed=1e9)


@pytest.fixture
def rebuilt(lost: Simulation) -> Simulation:
    """Windows, certificates, file store, and all four steps of the Deployment Wizard are done."""
    for action in ("install-windows", "restore-certificates", "take-image"):
        manual_steps.do(lost, action)
    restore_file_store(lost)
    assert Console(lost, FE).run("Enable-CsTopology").ok
    for action in WIZARD:
        manual_steps.do(lost, action)
    # What a backup saves of the registry and a restore puts back.
    lost.state.hosts[SE].registry |= {key: dict(values) for key, values in load.read("contoso-se")["registry"].items()}
    lost.settle()
    return lost


def backup_set(simulation: Simulation) -> str:
    (folder,) = simulation.locate(BACKUP, "C:\\LyncBackup").iterdir()
    return f"{SHARE}\\{folder.name}"


def restore_file_store(simulation: Simulation) -> None:
    se = Console(simulation, SE)
    assert se.run("New-Item", Path="C:\\LyncShare", ItemType="Directory", Force=True).ok
    source = f"{backup_set(simulation)}\\FileStore\\{SE}_LyncShare"
    assert se.program("robocopy", source, "C:\\LyncShare", "/E", "/COPY:DATSO", "/DCOPY:T", "/R:2", "/W:5")[0] == 1
    assert se.program("net", "share", "LyncShare=C:\\LyncShare", "/GRANT:Administrators,FULL")[0] == 0


def fetch(simulation: Simulation, kind: str) -> str:
    se = Console(simulation, SE)
    assert se.run("New-Item", Path=f"C:\\Restore\\{kind}", ItemType="Directory", Force=True).ok
    code, _ = se.program("robocopy", f"{backup_set(simulation)}\\{kind}", f"C:\\Restore\\{kind}", f"{SE}.zip")
    assert code < 8
    return f"C:\\Restore\\{kind}\\{SE}.zip"


def import_users(simulation: Simulation, *, stop: bool = True) -> Answer:
    se, path = Console(simulation, SE), fetch(simulation, "UserData")
    if stop:
        assert se.run("Stop-CsWindowsService").ok
    answer = se.run("Import-CsUserData", PoolFqdn=SE, FileName=path)
    assert se.run("Start-CsWindowsService").ok
    return answer


def import_groups(simulation: Simulation, **more: bool) -> Answer:
    path = fetch(simulation, "Rgs")
    return Console(simulation, SE).run(
        "Import-CsRgsConfiguration", Destination=SERVICE, FileName=path, **{"OverwriteOwner": True, **more}
    )


def catch_up(simulation: Simulation) -> None:
    Console(simulation, FE).run("Invoke-CsManagementStoreReplication")
    simulation.settle()


# The whole way


def test_a_restore_done_right_is_found_complete(rebuilt: Simulation) -> None:
    assert import_users(rebuilt).ok
    assert import_groups(rebuilt).ok
    catch_up(rebuilt)

    assert restore.compare(rebuilt.folder, rebuilt.state).not_restored == ()
    assert Console(rebuilt, SE).run("Get-CsUserDatabaseState", RegistrarPool=SE).column("Online") == [True]
    status = Console(rebuilt, FE).run("Get-CsManagementStoreReplicationStatus", ReplicaFqdn=SE)
    assert status.column("UpToDate") == [True]
    assert all(Console(rebuilt, SE).run("Test-CsDatabase", LocalService=True).column("Succeed"))


def test_the_disaster_leaves_what_others_know(lost: Simulation) -> None:
    assert not lost.answers(SE)
    account = Console(lost, DC).run("Get-ADComputer", Identity="se01", Properties=["MemberOf"])
    assert any("RTCHSUniversalServices" in group for group in account.column("MemberOf")[0])
    assert Console(lost, FE).run("Get-CsComputer", Identity=SE).column("Pool") == [SE]
    status = Console(lost, FE).run("Get-CsManagementStoreReplicationStatus", ReplicaFqdn=SE)
    assert status.column("UpToDate") == [False]
    users = Console(lost, FE).pipe(
        call("Get-CsUser"), call("Where-Object", "RegistrarPool", SE, EQ=True), call("Measure-Object")
    )
    assert users.column("Count") == [25]


def test_the_state_survives_the_process(rebuilt: Simulation) -> None:
    again = Simulation.load(rebuilt.folder)

    assert again.state.to_text() == rebuilt.state.to_text()
    assert again.state.hosts[SE].services["RTCSRV"].display == "Lync Server Front-End"


def test_the_password_of_the_kerberos_account_survives_the_process(tmp_path: Path) -> None:
    simulation = build.build("contoso-se-kerberos", tmp_path / "lab", seed=3)
    account = simulation.state.directory.kerberos_account

    assert Console(simulation, FE).run("Set-CsKerberosAccountPassword", UserAccount=account).ok
    assert Simulation.load(simulation.folder).state.directory.kerberos_password == 2


def test_a_scenario_is_repeatable_and_an_unknown_one_named(tmp_path: Path) -> None:
    first = build.build("contoso-se", tmp_path / "a", seed=3, now=1.6e9)
    second = build.build("contoso-se", tmp_path / "b", seed=3, now=1.6e9)

    assert first.state.to_text() == second.state.to_text()
    with pytest.raises(InputError, match="contoso-moon"):
        build.build("contoso-moon", tmp_path / "c")


# The backup set


def test_the_backup_set_is_sound_and_leaves_out_the_locked_file(lost: Simulation) -> None:
    (found,) = backup.sets(lost.locate(BACKUP, "C:\\LyncBackup"))

    assert isinstance(found, backup.BackupSet)
    assert all(backup.digest(found.local(a)) == (a.bytes, a.sha256) for a in found.manifest.files)
    assert {a.kind for a in found.manifest.files} == {
        "Configuration",
        "Locations",
        "UserData",
        "Rgs",
        "FileStore",
        "Schannel",
    }
    assert found.of_kind("FileStore", f"\\\\{SE}\\LyncShare")
    assert not [a for a in found.manifest.files if a.path.endswith("Meeting.Active")]
    with zipfile.ZipFile(found.local(found.of_kind("UserData", SE)[0])) as archive:
        assert archive.read("DocItemSet.xml").count(b'Name="urn:lcd:') == 25
    with zipfile.ZipFile(found.local(found.of_kind("Rgs", SE)[0])) as archive:
        assert "RgsImportExport/Workflows.xml" in archive.namelist()


# User data (P41, P43)


def test_an_import_while_services_run_says_nothing_and_changes_nothing(rebuilt: Simulation) -> None:
    assert import_users(rebuilt, stop=False).ok

    assert all(not user.contacts for user in rebuilt.state.stores[SE].users.values())


def test_an_import_overwrites_what_came_since(rebuilt: Simulation) -> None:
    import_users(rebuilt)
    sip, before = next((s, u) for s, u in rebuilt.state.stores[SE].users.items() if u.contacts)
    kept = [c.buddy for c in before.contacts]
    with rebuilt.change():
        before.contacts[0].buddy = "newer@contoso.com"

    import_users(rebuilt)

    assert [c.buddy for c in rebuilt.state.stores[SE].users[sip].contacts] == kept


def test_a_damaged_package_is_an_error(rebuilt: Simulation) -> None:
    path = rebuilt.locate(SE, fetch(rebuilt, "UserData"))
    path.write_bytes(path.read_bytes()[:-200])

    answer = Console(rebuilt, SE).run("Import-CsUserData", PoolFqdn=SE, FileName=f"C:\\Restore\\UserData\\{SE}.zip")

    assert answer.ended is not None
    assert answer.ended.message == "File contains corrupted data."


def test_services_that_do_not_stop_make_the_import_vain(rebuilt: Simulation) -> None:
    with rebuilt.change() as state:
        state.faults.append(Fault("services-not-stopped", command="Stop-CsWindowsService"))
    se = Console(rebuilt, SE)

    assert se.run("Stop-CsWindowsService").ok

    running = se.pipe(call("Get-CsWindowsService"), call("Where-Object", "Status", RUNNING, EQ=True))
    assert running.column("Name") == ["RTCSRV"]


# Response Group (P44, P47, P49)


def test_response_groups_need_the_overwritten_owner(rebuilt: Simulation) -> None:
    refused = import_groups(rebuilt, OverwriteOwner=False)

    assert refused.ended is not None
    assert "already exists in Active Directory" in refused.ended.message
    assert rebuilt.state.stores[SE].rgs == []


def test_imported_groups_show_only_when_asked_for(rebuilt: Simulation) -> None:
    import_groups(rebuilt)
    se = Console(rebuilt, SE)

    assert se.run("Get-CsRgsWorkflow", Identity=SERVICE).objects == []
    assert len(se.run("Get-CsRgsWorkflow", Identity=SERVICE, ShowAll=True).objects) == 3
    assert len(se.run("Get-CsRgsHoursOfBusiness", Identity=SERVICE, Owner=SERVICE).objects) == 2


def test_response_groups_need_running_services(rebuilt: Simulation) -> None:
    Console(rebuilt, SE).run("Stop-CsWindowsService", Name="RTCRGS")

    refused = import_groups(rebuilt)

    assert refused.ended is not None
    assert "is not running" in refused.ended.message


@pytest.mark.parametrize("name", ["Export-CsLisConfiguration", "Export-CsRgsConfiguration"])
def test_exports_refuse_an_existing_file(lost: Simulation, name: str) -> None:
    fe = Console(lost, FE)
    source = {"Source": f"service:ApplicationServer:{FE}"} if "Rgs" in name else {}

    first, second = (fe.run(name, FileName="C:\\once.zip", **source) for _ in range(2))

    assert first.ok
    assert second.ended is not None
    assert "already exists" in second.ended.message


# Server and services: pitfalls P10, P11, P16


def test_a_wrong_suffix_uninstalls_every_role(lost: Simulation) -> None:
    manual_steps.do(lost, "join-wrong-suffix")
    manual_steps.do(lost, "deployment-wizard-step-1")

    said = manual_steps.do(lost, "deployment-wizard-step-2").said

    assert said.startswith("WARNING! Host not found in topology. All roles will be uninstalled.")
    shown = Console(lost, SE).run("Get-CimInstance", ClassName="Win32_ComputerSystem")
    assert shown.column("PartOfDomain") == [True]


def test_without_its_groups_a_server_starts_nothing_until_it_is_enabled_again(rebuilt: Simulation) -> None:
    se = Console(rebuilt, SE)
    se.run("Stop-CsWindowsService")
    with rebuilt.change() as state:
        state.directory.computers["se01"].groups = ["Domain Computers"]

    refused = se.run("Start-CsWindowsService", Name="RTCSRV")
    assert "Access is denied" in refused.errors[0].message

    assert se.run("Enable-CsComputer").ok
    assert se.run("Start-CsWindowsService", Name="RTCSRV").ok
    assert rebuilt.state.hosts[SE].services["RTCSRV"].status == RUNNING


def test_a_start_that_does_not_wait_reports_success_whatever_happens(rebuilt: Simulation) -> None:
    se = Console(rebuilt, SE)
    se.run("Stop-CsWindowsService")
    with rebuilt.change() as state:
        state.hosts[SE].certificates[0].uses = []

    assert se.run("Start-CsWindowsService", NoWait=True).ok
    assert rebuilt.state.hosts[SE].services["RTCSRV"].status == STOPPED
    assert rebuilt.state.hosts[SE].services["REPLICA"].status != STOPPED


# Central Management store (P27, P29)


def test_the_central_store_is_rebuilt_in_its_order_only(lost: Simulation) -> None:
    fe, topology = Console(lost, FE), lost.state.cms.topology
    name = backup_set(lost)
    with lost.change() as state:
        del state.instances[f"{FE}\\rtc"].databases["xds"]
    assert fe.run("Import-CsConfiguration", FileName=f"{name}\\Config.zip").ended is not None
    place = {"SqlServerFqdn": FE, "SqlInstanceName": "rtc"}
    assert fe.run("Set-CsConfigurationStoreLocation", **place).ended is not None

    assert fe.run("Install-CsDatabase", CentralManagementDatabase=True, Clean=True, **place).ok
    assert fe.run("Set-CsConfigurationStoreLocation", **place).ok
    assert fe.run("Get-CsPool").objects == []
    assert fe.run("Import-CsConfiguration", FileName=f"{name}\\Config.zip").ok
    assert lost.state.cms.topology == topology
    assert fe.run("Import-CsLisConfiguration", FileName=f"{name}\\E911Config.zip").ok
    assert not any(place.published for place in lost.state.cms.locations)
    assert fe.run("Publish-CsLisConfiguration").ok
    fe.run("Enable-CsTopology")
    catch_up(lost)
    assert fe.run("Get-CsManagementStoreReplicationStatus", ReplicaFqdn=FE).column("UpToDate") == [True]


def test_replication_waits_for_the_replica_service(rebuilt: Simulation) -> None:
    catch_up(rebuilt)
    Console(rebuilt, SE).run("Stop-CsWindowsService", Name="REPLICA")
    data = Console(rebuilt, FE).run("Export-CsConfiguration", AsBytes=True).objects[0]
    Console(rebuilt, FE).run("Import-CsConfiguration", ByteInput=data)
    status = {"name": "Get-CsManagementStoreReplicationStatus", "ReplicaFqdn": SE}

    catch_up(rebuilt)
    assert Console(rebuilt, FE).run(**status).column("UpToDate") == [False]

    Console(rebuilt, SE).run("Start-CsWindowsService", Name="REPLICA")
    catch_up(rebuilt)
    assert Console(rebuilt, FE).run(**status).column("UpToDate") == [True]


# Access, faults, streams


def test_without_delegation_neither_share_nor_store_is_reached(lost: Simulation) -> None:
    with lost.change() as state:
        state.faults.append(Fault("no-delegation", times=-1))
    controller = Console(lost, FE)
    manual_steps.do(lost, "install-windows")
    se = Console(lost, SE)

    assert controller.run("Get-CsPool").ok
    refused = se.run("Test-Path", SHARE)
    assert refused.objects == [False]
    assert refused.errors[0].category == "PermissionDenied"
    code, text = se.program("robocopy", SHARE, "C:\\x", "/E")
    assert code == 16
    assert "Access is denied" in text


def test_who_may_do_what(lost: Simulation) -> None:
    assert lost.admits(FE, "CONTOSO\\lyncadmin")
    assert not lost.admits(FE, "CONTOSO\\nobody")
    refused = Console(lost, FE, "CONTOSO\\da").run("Export-CsUserData", PoolFqdn=FE, FileName="C:\\a.zip")
    assert refused.ended is not None
    assert refused.ended.category == "PermissionDenied"
    assert "CONTOSO\\RTCUniversalServerAdmins" in Console(lost, FE).program("whoami", "/groups")[1]


def test_a_host_without_lync_knows_no_lync_cmdlet(lost: Simulation) -> None:
    manual_steps.do(lost, "install-windows")
    se = Console(lost, SE)

    unknown = se.run("Get-CsWindowsService")
    assert unknown.ended is not None
    assert unknown.ended.error_id == "CommandNotFoundException"
    assert se.run("Get-Service", Name="RTC*").ok
    assert se.run("Get-Module", ListAvailable=True, Name=["Lync", "SkypeForBusiness"]).objects == []
    known = Console(lost, FE).run("Get-Command", Name=["Import-CsUserData", "Start-CsPool"])
    assert "PoolFqdn" in known.column("Parameters")[0]
    assert known.errors[0].target == "Start-CsPool"


def test_what_if_and_error_action(lost: Simulation) -> None:
    fe = Console(lost, FE)

    asked = fe.run("Stop-CsWindowsService", Name="RTCSRV", WhatIf=True)
    assert asked.informations[0].startswith("What if: Performing the operation")
    assert lost.state.hosts[FE].services["RTCSRV"].status == RUNNING
    assert fe.run("Get-CsComputer", Identity="no.contoso.com", ErrorAction="SilentlyContinue").errors == []
    assert fe.run("Get-CsComputer", Identity="no.contoso.com", ErrorAction="Stop").ended is not None
    assert fe.run("Get-CsComputer", Identity="no.contoso.com").errors[0].category == "ObjectNotFound"


def test_work_takes_visible_time_and_tells(tmp_path: Path) -> None:
    build.build("contoso-se", tmp_path)
    slow = Console(Simulation.load(tmp_path, speed=2.0), FE)

    answer = slow.run("Export-CsUserData", PoolFqdn=FE, FileName="C:\\u.zip", Verbose=True)

    assert answer.waited == pytest.approx(3.0)
    assert len(answer.progresses) >= 3
    assert answer.verbose_lines


def test_faults_are_shown_as_often_as_asked_for(lost: Simulation) -> None:
    with lost.change() as state:
        state.faults += [
            Fault("cmdlet-error", command="Get-CsPool", fields={"message": "The operation timed out."}),
            Fault("drop", host="fe01", command="Get-CsUser"),
            Fault("disk-full", host=FE, times=-1),
        ]
    fe = Console(lost, FE)

    failed = fe.run("Get-CsPool")
    assert failed.ended is not None
    assert failed.ended.message == "The operation timed out."
    assert fe.run("Get-CsPool").ok
    shown = [lost.trouble(FE, [call("Get-CsUser")]) for _ in range(2)]
    assert [trouble and trouble.kind for trouble in shown] == ["drop", None]
    full = fe.run("Export-CsConfiguration", FileName="C:\\c.zip")
    assert full.ended is not None
    assert "not enough space" in full.ended.message


# Files and programs


def test_robocopy_has_its_own_exit_codes(lost: Simulation) -> None:
    fe = Console(lost, FE)
    source = "C:\\LyncShare"

    locked, text = fe.program("robocopy", source, "C:\\copy", "/E", "/R:0")
    assert locked == 9
    assert "used by another process" in text
    assert fe.program("robocopy", source, "C:\\copy", "/E", "/XF", "Meeting.Active")[0] == 0
    lost.locate(FE, "C:\\copy\\extra.txt").write_text("x")
    assert fe.program("robocopy", source, "C:\\copy", "/E", "/XF", "Meeting.Active")[0] == 2
    assert fe.program("robocopy", "C:\\nowhere", "C:\\copy")[0] == 16


def test_certutil_prints_the_hash_in_pairs(lost: Simulation) -> None:
    lost.locate(FE, "C:\\a.txt").write_bytes(b"abc")

    code, text = Console(lost, FE).program("certutil", "-hashfile", "C:\\A.TXT", "SHA256")

    assert code == 0
    assert text.splitlines()[1] == hashlib.sha256(b"abc").digest().hex(" ")
    assert Console(lost, FE).program("certutil", "-hashfile", "C:\\b.txt", "SHA256")[0] != 0


def test_a_share_needs_its_folder_and_a_free_name(lost: Simulation) -> None:
    fe = Console(lost, FE)

    assert fe.program("net", "share", "New=C:\\none", "/GRANT:Administrators,FULL")[0] == 2
    assert fe.program("net", "share", "LyncShare=C:\\LyncShare")[0] == 2
    assert "C:\\LyncShare" in fe.program("net", "share")[1]


def test_files_move_by_the_known_scripts_only(lost: Simulation) -> None:
    fe = Console(lost, FE)

    def script(text: str, **named: object) -> Answer:
        return fe.pipe(Invocation(text, tuple(named.items()), is_script=True))

    assert script(transfer_scripts.WRITE, Path="C:\\in\\a.tmp", Bytes=b"one", Append=False).ok
    assert script(transfer_scripts.WRITE, Path="C:\\in\\a.tmp", Bytes=b"two", Append=True).ok
    assert script(transfer_scripts.WRITE, Path="C:\\in\\a.tmp", Bytes=b"x", Append=False).ended is not None
    assert script(transfer_scripts.MOVE, Path="C:\\in\\a.tmp", Destination="C:\\in\\a.zip").ok
    assert script(transfer_scripts.READ, Path="C:\\in\\a.zip", Offset=3, Count=9).objects == [b"two"]
    assert script("Get-Date", Path="x").ended is not None
