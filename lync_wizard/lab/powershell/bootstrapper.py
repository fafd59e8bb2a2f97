"""Lync setup without its dialogs: what Bootstrapper.exe and the setup cmdlets do to a computer, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_wizard.lab.farm import pairing, topology
from lync_wizard.lab.farm.state import RTM, Host, SqlInstance, State
from lync_wizard.lab.powershell.call import Call
from lync_wizard.lab.powershell.parameter_binding import command_not_found

PATH: Final = r"c:\program files\microsoft lync server 2013\deployment\bootstrapper"
"""Its path in the form in which the lab looks programs up."""
SETUP: Final = r"d:\setup\amd64\setup"
"""Setup.exe of the media, in the same form; it is in the drive of a server where somebody started it."""
INSTALL_DIR: Final = "C:\\Program Files\\Microsoft Lync Server 2013\\"
CORE_KEY: Final = r"hklm:\software\microsoft\real-time communications\{a766c25b-a1d1-4711-a726-ac3e7ca4aab3}"
"""Where the core components say in the registry which folder they are in."""
NOT_IN_TOPOLOGY: Final = "WARNING! Host not found in topology. All roles will be uninstalled."
LOCAL_STORE, COMPONENTS = 1, 2
"""Completed steps of the Deployment Wizard (``Host.steps``)."""


def start_setup(host: Host) -> None:
    """Setup.exe from the media: core components and management shell."""
    host.module = True
    host.lync_version = host.lync_version or RTM


def bootstrapper(call: Call, words: Sequence[str]) -> int:
    """``/BootstrapLocalMgmt`` makes the local instance; without a switch the roles of the topology are installed."""
    if not call.host.module:
        raise command_not_found("Bootstrapper.exe")
    switches = {word.lower() for word in words}
    if switches - {"/bootstraplocalmgmt", "/mincache", "/setup"}:
        call.write("Unknown switch. Usage: Bootstrapper.exe [/BootstrapLocalMgmt] [/MinCache] [/Setup]")
        return 1
    if not call.simulation.is_local_admin(call.host, call.user):
        call.write("You must be a local administrator to run this tool.")
        return 1
    return _local_instance(call) if "/bootstraplocalmgmt" in switches else _components(call)


def setup(call: Call, words: Sequence[str]) -> int:
    """``/BootstrapLocalMgmt``: core components and the local instance; without it a window opens that nobody sees."""
    if not call.host.module:
        raise command_not_found("Setup.exe")
    if {word.lower() for word in words} != {"/bootstraplocalmgmt"}:
        call.write("Setup opens a window, and there is nobody to look at it.")
        return 1
    return bootstrapper(call, words)


def _local_instance(call: Call) -> int:
    host, state = call.host, call.state
    call.work(20.0, "Installing SQL Server Express (RTCLOCAL)", "Creating the local configuration store")
    with call.simulation.change():
        make_local_store(state, host)
    call.write("Local management services are installed. Exit code 0")
    return 0


def make_local_store(state: State, host: Host) -> None:
    """The instance RTCLOCAL with an empty local configuration store."""
    instance = state.instances.setdefault(f"{host.fqdn}\\rtclocal".lower(), SqlInstance(host.fqdn, "rtclocal"))
    instance.databases.setdefault("xds", topology.LOCAL_INSTANCES["rtclocal"]["xds"])


def _components(call: Call) -> int:
    host, state = call.host, call.state
    if not host.local_store:
        call.write("The local configuration store is empty: it does not show which roles belong on this computer.")
        return 1
    if topology.read_topology(host.local_store).cluster_of(host.full_name) is None:
        call.write(f"{NOT_IN_TOPOLOGY} ({host.full_name})")
        with call.simulation.change():
            uninstall(state, host)
        return 0
    call.work(40.0, "Installing components", "Setting up local databases")
    with call.simulation.change():
        if COMPONENTS not in host.steps:
            host.lync_version = RTM
            state.facts["inactive"] = [*inactive(state), host.fqdn]
        pairing.install_backup_service(state, host)
        topology.install_components(state, host)
    call.write("Setup of Lync Server components is complete. Exit code 0")
    return 0


def uninstall(state: State, host: Host) -> None:
    """Every role of a computer that the topology does not know is removed (pitfall P10)."""
    for key in [key for key, instance in state.instances.items() if instance.host.lower() == host.fqdn.lower()]:
        del state.instances[key]
    host.services.clear()
    host.steps.clear()
    host.local_store, host.lync_version, host.module, host.clean = "", "", False, False


def inactive(state: State) -> list[str]:
    """Hosts whose roles are installed and wait for ``Enable-CsComputer``."""
    return list(state.facts.get("inactive", ()))


def activate(state: State, host: Host) -> None:
    """What ``Enable-CsComputer`` does, which step 2 of the Deployment Wizard calls too."""
    state.facts["inactive"] = [fqdn for fqdn in inactive(state) if fqdn != host.fqdn]
    if COMPONENTS not in host.steps:
        host.steps.append(COMPONENTS)
