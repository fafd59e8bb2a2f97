"""Deeds that undo a fault, and deeds that do harm."""

from __future__ import annotations

from lync_wizard.lab.farm import faults, topology
from lync_wizard.lab.farm.state import RUNNING
from lync_wizard.lab.manual_steps import roles, windows
from lync_wizard.lab.manual_steps.registry import Scene, action, up


def _bar_room(scene: Scene) -> str:
    return "" if faults.waiting(scene.state, faults.DISK_FULL) else "no disk is full"


@action("free-disk-space", "Make room on the full disk", 300, bar=_bar_room, place="nowhere")
def _make_room(scene: Scene) -> str:
    faults.end(scene.state, faults.DISK_FULL)
    return "old installation media are deleted: there is room again"


def _bar_password(scene: Scene) -> str:
    return "" if faults.waiting(scene.state, faults.REFUSED_LOGON) else "the password on record is the right one"


@action("reset-password", "Set the administrators' password as recorded", 120, bar=_bar_password, place="nowhere")
def _reset_password(scene: Scene) -> str:
    faults.end(scene.state, faults.REFUSED_LOGON)
    return "the accounts have the password on record again"


@action("install-windows-wrong-name", "Install Windows under another name than that of {host}", 45 * 60)
def _install_wrong_name(scene: Scene) -> str:
    return windows.install(scene, f"{scene.account}-new", scene.state.directory.domain)


@action(
    "join-wrong-suffix",
    "Install Windows as {host}, but with another primary DNS suffix",
    45 * 60,
    fits=lambda scene: not windows.in_perimeter(scene),
)
def _join_wrong_suffix(scene: Scene) -> str:
    return windows.install(scene, scene.account, f"corp.{scene.state.directory.domain}")


@action(
    "install-over-existing",
    "Take an old Lync server as {host} without wiping its disk",
    30 * 60,
    fits=lambda scene: bool(scene.old.lync_version),
)
def _install_over(scene: Scene) -> str:
    """The replacement computer is an old Lync server that nobody wiped (pitfall P12)."""
    said = windows.install(scene, scene.account, scene.state.directory.domain)
    fresh = scene.again()
    fresh.host.clean = False
    fresh.host.local_store = fresh.state.cms.topology
    topology.install_components(fresh.state, fresh.host)
    fresh.host.local_store, fresh.host.module = "", False
    return f"{said}; nobody wiped the disk of the Lync server it was before"


def _bar_delete_account(scene: Scene) -> str:
    if scene.account not in scene.state.directory.computers:
        return f"Active Directory has no computer account {scene.account}"
    return ""


@action(
    "delete-computer-account",
    "Delete the computer account of {host} in Active Directory",
    60,
    bar=_bar_delete_account,
    fits=lambda scene: not windows.in_perimeter(scene),
)
def _delete_account(scene: Scene) -> str:
    del scene.state.directory.computers[scene.account]
    return f"the computer account {scene.account} is deleted, and its group memberships with it"


def _bar_start_services(scene: Scene) -> str:
    if up(scene):
        return up(scene)
    if not scene.host.services:
        return f"no Lync service is installed on {scene.host.fqdn}"
    if all(service.status == RUNNING for service in scene.host.services.values()):
        return "all services run already"
    return ""


@action(
    "start-services",
    "Start stopped services on {host} by hand",
    120,
    bar=_bar_start_services,
    place="any",
    fits=lambda scene: bool(scene.old.lync_version),
)
def _start_services(scene: Scene) -> str:
    started = roles.start(scene)
    return f"started by hand: {', '.join(started)}" if started else "nothing could be started"
