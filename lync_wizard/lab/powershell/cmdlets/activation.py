"""What activates a computer that setup has prepared: its replica, then its roles."""

from __future__ import annotations

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.state import Computer, Service
from lync_wizard.lab.powershell import bootstrapper
from lync_wizard.lab.powershell.call import Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.topology import SERVER_GROUPS


@cmdlet("Enable-CsReplica")
def enable_cs_replica(call: Call) -> None:
    _require_administrator(call)
    if not call.host.local_store:
        call.fail(
            "The local configuration store holds no topology. Import the configuration first.",
            "ObjectNotFound",
            "NoLocalTopology",
        )
    if not call.proceeds("Enable-CsReplica", call.host_name):
        return
    call.work(4.0, "Activating the replica", "Creating the replica share")
    with call.simulation.change():
        for name, display in (
            ("REPLICA", "Lync Server Replica Replicator Agent"),
            ("RTCCLSAGT", "Lync Server Centralized Logging Service Agent"),
        ):
            call.host.services.setdefault(name, Service(name, display, "Replica"))
        call.host.clean = False
        if bootstrapper.LOCAL_STORE not in call.host.steps:
            call.host.steps.append(bootstrapper.LOCAL_STORE)
    call.report()


@cmdlet("Enable-CsComputer")
def enable_cs_computer(call: Call) -> None:
    _require_administrator(call)
    cluster = topology.read_topology(call.host.local_store).cluster_of(call.host.full_name)
    if cluster is None:
        call.fail(
            f'Cannot find the computer "{call.host.full_name}" in the topology of the local configuration store.',
            "ObjectNotFound",
            "ComputerNotInTopology",
        )
    wanted = topology.windows_services(topology.read_topology(call.host.local_store), call.host.fqdn)
    lacking = [name for name in wanted if name not in call.host.services]
    if lacking:
        call.fail(
            f"The roles of this computer are not installed: there is no service {', '.join(lacking)}. "
            "Run setup (Bootstrapper.exe) first.",
            "ObjectNotFound",
            "RolesNotInstalled",
        )
    if not call.proceeds("Enable-CsComputer", call.host_name):
        return
    call.work(6.0, "Activating roles", "Setting permissions", "Configuring services")
    with call.simulation.change():
        bootstrapper.activate(call.state, call.host)
        _join_groups(call)
    call.report()


def _join_groups(call: Call) -> None:
    """A domain administrator's activation puts the computer account into Lync's groups again."""
    if call.host.domain and "Domain Admins" in call.groups():
        name = call.host.name.lower()
        account = call.state.directory.computers.setdefault(name, Computer(name, call.host.full_name))
        account.groups += [group for group in SERVER_GROUPS if group not in account.groups]


def _require_administrator(call: Call) -> None:
    if not call.simulation.is_local_admin(call.host, call.user):
        call.fail(
            "Access is denied. You must be a local administrator of this computer.",
            "PermissionDenied",
            "AccessDenied",
            exception="System.UnauthorizedAccessException",
        )
