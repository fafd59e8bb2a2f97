"""The verdict on a state that the tests damage directly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import Certificate, LisLocation, State
from lync_wizard.lab.verdict import restore
from tests.lab.small_farm import FE, SE, healthy, lost


def _words(simulation: Simulation) -> str:
    found = restore.compare(simulation.folder, simulation.state)
    assert found.restored is (found.not_restored == ())
    return "\n".join(found.not_restored)


def test_a_deployment_as_it_was_is_restored(tmp_path: Path) -> None:
    simulation = healthy(tmp_path)

    assert restore.compare(tmp_path, simulation.state) == restore.Verdict(True)
    assert restore.compare(tmp_path, simulation.state).to_json() == {"verdict": "restored", "not_restored": []}


def test_right_after_the_disaster_nothing_is_restored(tmp_path: Path) -> None:
    simulation = lost(tmp_path)

    words = _words(simulation)

    assert f"{SE} is not on the network" in words
    assert f"contacts are missing on {SE} for ann@contoso.com, bob@contoso.com, cyd@contoso.com" in words
    assert "Response Group objects are missing" in words
    assert f"the file store \\\\{SE}\\LyncShare does not exist" in words


def _no_contacts(state: State) -> None:
    state.stores[SE].users["ann@contoso.com"].contacts.pop()


def _no_user_entry(state: State) -> None:
    del state.stores[SE].users["bob@contoso.com"]


def _no_group(state: State) -> None:
    state.stores[SE].users["ann@contoso.com"].contact_groups.clear()


def _no_conference(state: State) -> None:
    state.stores[SE].users["cyd@contoso.com"].conferences.clear()


def _service_stopped(state: State) -> None:
    state.hosts[SE].services["RTCRGS"].status = "Stopped"


def _service_missing(state: State) -> None:
    del state.hosts[SE].services["RTCSRV"]


def _media_level(state: State) -> None:
    state.hosts[SE].lync_version = "5.0.8308.0"


def _wrong_name(state: State) -> None:
    state.hosts[SE].name = "se1"


def _not_joined(state: State) -> None:
    state.hosts[SE].domain = ""


def _queue_missing(state: State) -> None:
    del state.stores[SE].rgs[0]


def _workflow_of_another_pool(state: State) -> None:
    state.stores[SE].rgs[1].owner = FE


def _queue_changed(state: State) -> None:
    state.stores[SE].rgs[0].properties["Timeout"] = 10


def _contact_object_taken(state: State) -> None:
    state.directory.contact_objects[0].owner = FE


def _replica_behind(state: State) -> None:
    state.replicas[SE].serial = 0


def _account_deleted(state: State) -> None:
    del state.directory.computers["se01"]


def _account_without_groups(state: State) -> None:
    state.directory.computers["se01"].groups.clear()


def _share_gone(state: State) -> None:
    state.hosts[SE].shares.clear()


def _share_elsewhere(state: State) -> None:
    state.hosts[SE].shares["LyncShare"] = "C:\\Other"


def _share_without_permissions(state: State) -> None:
    state.hosts[SE].acl_set.clear()


def _user_moved(state: State) -> None:
    state.directory.users["ann@contoso.com"].pool = FE


def _certificate_unassigned(state: State) -> None:
    state.hosts[SE].certificates[0].uses.remove("Default")


def _database_gone(state: State) -> None:
    del state.instances[f"{SE}\\rtc"].databases["rgsconfig"]


def _topology_changed(state: State) -> None:
    state.cms.topology = state.cms.topology.replace("Redmond", "Bern")


def _policy_changed(state: State) -> None:
    state.cms.policies["ClientPolicy:Global"]["Mode"] = "2"


def _pointer_gone(state: State) -> None:
    state.directory.cms_pointer = ""


@pytest.mark.parametrize(
    ("corrupt", "said"),
    [
        (_no_contacts, f"contacts are missing on {SE} for ann@contoso.com"),
        (_no_user_entry, f"contacts are missing on {SE} for bob@contoso.com"),
        (_no_group, f"contact groups are missing on {SE} for ann@contoso.com"),
        (_no_conference, f"conferences are missing on {SE} for cyd@contoso.com"),
        (_service_stopped, f"services are not running on {SE}: RTCRGS"),
        (_service_missing, f"roles are not installed on {SE}: there is no service RTCSRV"),
        (_media_level, f"{SE} has CU version 5.0.8308.0, the deployment 5.0.8308.1068"),
        (_wrong_name, f"{SE} calls itself se1.contoso.com"),
        (_not_joined, f"{SE} is not a member of the domain contoso.com"),
        (_queue_missing, f"Response Group objects are missing on {SE}: Queue Sales"),
        (_workflow_of_another_pool, f"Response Group objects on {SE} belong to another pool: Workflow Sales"),
        (_queue_changed, f"Response Group objects on {SE} are not as backed up: Queue Sales"),
        (_contact_object_taken, "Response Groups do not answer"),
        (_replica_behind, f"replication of the Central Management store is not up to date: {SE}"),
        (_account_deleted, f"the computer account of {SE} is gone"),
        (_account_without_groups, f"the computer account of {SE} is no longer in RTCHSUniversalServices"),
        (_share_gone, "is not shared"),
        (_share_elsewhere, "is at C:\\Other instead of C:\\LyncShare"),
        (_share_without_permissions, "the permissions of the file store"),
        (_user_moved, "users are no longer enabled for Lync on their pool: ann@contoso.com"),
        (_certificate_unassigned, f"no certificate is assigned on {SE} for Default"),
        (_database_gone, f"databases are missing in {SE}\\rtc: rgsconfig"),
        (_topology_changed, "the published topology is not the one of the backup"),
        (_policy_changed, "policies are missing or changed: ClientPolicy:Global"),
        (_pointer_gone, "Active Directory points to the Central Management store nowhere"),
    ],
)
def test_what_is_corrupt_is_named(tmp_path: Path, corrupt: Callable[[State], None], said: str) -> None:
    simulation = healthy(tmp_path)

    corrupt(simulation.state)

    assert said in _words(simulation)


def test_files_are_compared_by_content(tmp_path: Path) -> None:
    simulation = healthy(tmp_path)
    wave = simulation.disk(SE) / "LyncShare" / "1-ApplicationServer-1" / "welcome.wav"
    wave.write_bytes(b"RIFX" + SE.encode())
    assert "1-applicationserver-1/welcome.wav" in _words(simulation)
    assert "not as backed up" in _words(simulation)

    wave.unlink()
    assert f"files are missing in \\\\{SE}\\LyncShare: 1-applicationserver-1/welcome.wav" in _words(simulation)


def test_locked_meeting_files_and_newer_things_are_no_loss(tmp_path: Path) -> None:
    simulation = healthy(tmp_path)
    share = simulation.disk(SE) / "LyncShare" / "1-ApplicationServer-1"
    (share / "Meeting.Active").unlink()
    (share / "later.log").write_text("made after the restore")
    simulation.state.hosts[SE].certificates.append(Certificate("FF", "CN=new", "CN=CA", "", ""))
    simulation.state.cms.locations.append(LisLocation("Contoso", "Lobby", "", "", "", "", "", ""))

    assert _words(simulation) == ""
