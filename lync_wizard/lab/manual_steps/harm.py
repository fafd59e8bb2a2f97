"""Actions that end a fault, and actions that do harm."""

from __future__ import annotations

from lync_wizard.lab.farm import faults, topology
from lync_wizard.lab.farm.state import RUNNING
from lync_wizard.lab.manual_steps import roles, windows
from lync_wizard.lab.manual_steps.registry import Context, action, unreachable


def _obstacle_to_make_room(context: Context) -> str:
    return "" if faults.waiting(context.state, faults.DISK_FULL) else "no disk is full"


@action("free-disk-space", "Make room on the full disk", 300, obstacle=_obstacle_to_make_room, place="nowhere")
def _make_room(context: Context) -> str:
    faults.end(context.state, faults.DISK_FULL)
    return "old installation media are deleted: there is room again"


def _obstacle_to_reset_password(context: Context) -> str:
    return "" if faults.waiting(context.state, faults.REFUSED_LOGON) else "the password on record is the right one"


@action(
    "reset-password",
    "Set the administrators' password as recorded",
    120,
    obstacle=_obstacle_to_reset_password,
    place="nowhere",
)
def _reset_password(context: Context) -> str:
    faults.end(context.state, faults.REFUSED_LOGON)
    return "the accounts have the password on record again"


@action("install-windows-wrong-name", "Install Windows under another name than that of {host}", 45 * 60)
def _install_wrong_name(context: Context) -> str:
    return windows.install(context, f"{context.account}-new", context.state.directory.domain)


@action(
    "join-wrong-suffix",
    "Install Windows as {host}, but with another primary DNS suffix",
    45 * 60,
    fits=lambda context: not windows.in_perimeter(context),
)
def _join_wrong_suffix(context: Context) -> str:
    return windows.install(context, context.account, f"corp.{context.state.directory.domain}")


@action(
    "install-over-existing",
    "Take an old Lync server as {host} without wiping its disk",
    30 * 60,
    fits=lambda context: bool(context.old.lync_version),
)
def _install_over(context: Context) -> str:
    """The replacement computer is an old Lync server that nobody wiped (pitfall P12)."""
    said = windows.install(context, context.account, context.state.directory.domain)
    fresh = context.again()
    fresh.host.clean = False
    fresh.host.local_store = fresh.state.cms.topology
    topology.install_components(fresh.state, fresh.host)
    fresh.host.local_store, fresh.host.module = "", False
    return f"{said}; nobody wiped the disk of the Lync server it was before"


def _obstacle_to_delete_account(context: Context) -> str:
    if context.account not in context.state.directory.computers:
        return f"Active Directory has no computer account {context.account}"
    return ""


@action(
    "delete-computer-account",
    "Delete the computer account of {host} in Active Directory",
    60,
    obstacle=_obstacle_to_delete_account,
    fits=lambda context: not windows.in_perimeter(context),
)
def _delete_account(context: Context) -> str:
    del context.state.directory.computers[context.account]
    return f"the computer account {context.account} is deleted, and its group memberships with it"


def _obstacle_to_start_services(context: Context) -> str:
    if unreachable(context):
        return unreachable(context)
    if not context.host.services:
        return f"no Lync service is installed on {context.host.fqdn}"
    if all(service.status == RUNNING for service in context.host.services.values()):
        return "all services run already"
    return ""


@action(
    "start-services",
    "Start stopped services on {host} manually",
    120,
    obstacle=_obstacle_to_start_services,
    place="any",
    fits=lambda context: bool(context.host.lync_version or (context.known and context.old.lync_version)),
)
def _start_services(context: Context) -> str:
    started = roles.start(context)
    return f"started manually: {', '.join(started)}" if started else "nothing could be started"
