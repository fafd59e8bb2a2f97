"""The lab's hands: what only a person at the machine can do, each deed with the consequence it has in life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lync_wizard.errors import InputError, Refused
from lync_wizard.lab import farm, faults, verdict
from lync_wizard.lab.simulation import Simulation
from lync_wizard.lab.state import (
    RTM,
    RUNNING,
    STOPPED,
    Certificate,
    Computer,
    Host,
    PoolStore,
    Replica,
    SqlInstance,
    State,
)

START_SECONDS: Final = 20.0
"""How long a Lync service needs to start, in simulated seconds."""
_UNCERTIFIED: Final = frozenset({"REPLICA", "RTCCLSAGT", "W3SVC", "FabricHostSvc", "MASTER", "FTA"})
"""Services that start without a certificate."""


@dataclass(frozen=True)
class Scene:
    """What a deed is done to: the simulation, its state (locked), and the server that the disaster took."""

    simulation: Simulation
    state: State
    host: Host

    @property
    def before(self) -> State:
        return verdict.picture(self.simulation.folder)

    @property
    def account(self) -> str:
        """The name of the server's computer account, which is the server's own name of old."""
        return self.host.fqdn.partition(".")[0].lower()


@dataclass(frozen=True)
class Deed:
    """Something a person does: ``bar`` says what stands in its way (empty: nothing), ``act`` does it and tells.

    ``seconds`` is how long it takes in life.
    """

    name: str
    wording: str
    seconds: int
    bar: Callable[[Scene], str]
    act: Callable[[Scene], str]

    @property
    def title(self) -> str:
        """What is done, where no server is in mind."""
        return self.title_on("the lost server")

    def title_on(self, host: str) -> str:
        """What is done, to a server."""
        return self.wording.format(host=host)


@dataclass(frozen=True)
class Done:
    """A deed that was done: what the screen of that machine said, and how long it would have taken in life."""

    title: str
    said: str
    seconds: int


DEEDS: Final[list[Deed]] = []
"""Every deed, in the order of a rebuild."""


def _deed(
    name: str, wording: str, seconds: int, *, bar: Callable[[Scene], str]
) -> Callable[[Callable[[Scene], str]], Callable[[Scene], str]]:
    def entered(act: Callable[[Scene], str]) -> Callable[[Scene], str]:
        DEEDS.append(Deed(name, wording, seconds, bar, act))
        return act

    return entered


def deeds(simulation: Simulation) -> list[dict[str, Any]]:
    """Every deed with ``name, title, seconds, available, why``."""
    with simulation.lock:
        scene = _scene(simulation)
        return [_row(deed, scene.host.fqdn, deed.bar(scene)) for deed in DEEDS]


def do(simulation: Simulation, name: str) -> Done:
    """Do a deed. Raises :class:`InputError` for an unknown one, :class:`Refused` in the words of what refuses."""
    deed = next((deed for deed in DEEDS if deed.name == name), None)
    if deed is None:
        raise InputError(
            f"there is no deed called {name!r}", f"Choose one of {', '.join(deed.name for deed in DEEDS)}."
        )
    simulation.settle()
    with simulation.change():
        scene = _scene(simulation)
        why = deed.bar(scene)
        if why:
            raise Refused(why, "Look at what the current step asks for, and do that first.")
        return Done(deed.title_on(scene.host.fqdn), deed.act(scene), deed.seconds)


def _row(deed: Deed, fqdn: str, why: str) -> dict[str, Any]:
    return {"name": deed.name, "title": deed.title_on(fqdn), "seconds": deed.seconds, "available": not why, "why": why}


def _scene(simulation: Simulation) -> Scene:
    state = simulation.state
    host = state.hosts.get(state.lost.lower())
    if host is None:
        raise Refused("nothing is lost in this lab", "Start a lab whose scenario has a disaster.")
    return Scene(simulation, state, host)


def _free(_: Scene) -> str:
    return ""


def _up(scene: Scene) -> str:
    return "" if scene.host.present else f"there is no computer that answers as {scene.host.fqdn}"


# Windows


def _needs_windows(scene: Scene) -> str:
    host = scene.host
    untouched = host.present and host.clean and not host.steps and not host.services
    if untouched and host.full_name == host.fqdn.lower() and _joined(scene):
        return f"Windows is freshly installed on {host.fqdn} already"
    return ""


def _joined(scene: Scene) -> bool:
    return scene.host.domain.lower() == scene.state.directory.domain.lower()


@_deed(
    "install-windows",
    "Install Windows on a clean computer as {host} and join the domain",
    45 * 60,
    bar=_needs_windows,
)
def _install_windows(scene: Scene) -> str:
    return _install(scene, scene.account, scene.state.directory.domain)


def _install(scene: Scene, name: str, suffix: str) -> str:
    """A fresh disk, a name, a domain join that re-uses the computer account of that name where one is left."""
    host, state = scene.host, scene.state
    old = scene.before.hosts[host.fqdn.lower()]
    scene.simulation.wipe_disk(host.fqdn)
    _forget_databases(scene)
    blank = Host(
        host.fqdn,
        name=name,
        suffix=suffix,
        domain=state.directory.domain,
        windows=old.windows,
        windows_version=old.windows_version,
        groups={group: list(members) for group, members in old.groups.items()},
        disk_size=old.disk_size,
        disk_free=max(old.disk_free, 40 << 30),
    )
    state.hosts[host.fqdn.lower()] = blank
    if host.fqdn.lower() in state.replicas:
        state.replicas[host.fqdn.lower()] = Replica(host.fqdn.lower())
    found = state.directory.computers.get(name)
    if found is None:
        state.directory.computers[name] = Computer(name, f"{name}.{suffix}", ["Domain Computers"])
        return f"Windows is installed; {name}.{suffix} has a new computer account in {state.directory.domain}"
    found.enabled = True
    return f"Windows is installed; {name}.{suffix} has joined {state.directory.domain} with its old computer account"


def _forget_databases(scene: Scene) -> None:
    """The disk is gone, and with it every instance on it and what its user store held."""
    fqdn = scene.host.fqdn.lower()
    for key in [key for key, instance in scene.state.instances.items() if instance.host.lower() == fqdn]:
        del scene.state.instances[key]
    if fqdn in scene.state.stores:
        scene.state.stores[fqdn] = PoolStore()


def _certificates_there(scene: Scene) -> str:
    there = {certificate.thumbprint for certificate in scene.host.certificates}
    saved = {certificate.thumbprint for certificate in _saved(scene)}
    return _up(scene) or ("the certificates are in the computer's store already" if saved <= there else "")


def _saved(scene: Scene) -> list[Certificate]:
    return scene.before.hosts[scene.host.fqdn.lower()].certificates


@_deed("restore-certificates", "Import the saved certificates with their keys on {host}", 600, bar=_certificates_there)
def _restore_certificates(scene: Scene) -> str:
    there = {certificate.thumbprint for certificate in scene.host.certificates}
    for certificate in _saved(scene):
        if certificate.thumbprint not in there:
            certificate.uses = []
            scene.host.certificates.append(certificate)
    return f"{len(_saved(scene))} certificates with their private keys are in the computer's store"


@_deed("take-image", "Take an image of {host}", 900, bar=_up)
def _take_image(scene: Scene) -> str:
    scene.host.image_taken = True
    return "the image is written and verified"


# Topology Builder and the Deployment Wizard


def _store_unreachable(scene: Scene) -> str:
    return farm.cms_trouble(scene.state)


@_deed("download-topology", "Download the topology in Topology Builder", 300, bar=_store_unreachable)
def _download_topology(scene: Scene) -> str:
    scene.state.facts["topology_downloaded"] = True
    return f"the topology is downloaded and shows {scene.host.fqdn} with its old definition; nothing was published"


def _bar_step_1(scene: Scene) -> str:
    if _up(scene):
        return _up(scene)
    if not _joined(scene):
        return "the computer is not a member of the domain: the Central Management store cannot be read"
    return _store_unreachable(scene)


@_deed(
    "deployment-wizard-step-1",
    "Deployment Wizard on {host}, step 1: Install Local Configuration Store",
    900,
    bar=_bar_step_1,
)
def _step_1(scene: Scene) -> str:
    host, state = scene.host, scene.state
    instance = state.instances.setdefault(f"{host.fqdn}\\rtclocal".lower(), SqlInstance(host.fqdn, "rtclocal"))
    instance.databases["xds"] = farm.LOCAL_INSTANCES["rtclocal"]["xds"]
    host.local_store = state.cms.topology
    host.module = True
    host.lync_version = host.lync_version or RTM
    _check_mark(host, 1)
    return "Install Local Configuration Store: task status completed"


def _bar_step_2(scene: Scene) -> str:
    if _up(scene):
        return _up(scene)
    if 1 not in scene.host.steps:
        return "step 2 is not available: step 1 (Install Local Configuration Store) has no green check mark"
    document = farm.read_topology(scene.host.local_store)
    if 2 not in scene.host.steps and document.cluster_of(scene.host.full_name) is not None:
        for name in farm.databases(document, scene.host.fqdn):
            old = scene.state.instances.get(f"{scene.host.fqdn}\\{name}".lower())
            if name != "rtclocal" and old is not None:
                return f"instance {old.name} holds databases of an earlier installation: {', '.join(old.databases)}"
    return ""


@_deed(
    "deployment-wizard-step-2",
    "Deployment Wizard on {host}, step 2: Setup or Remove Lync Server Components",
    1200,
    bar=_bar_step_2,
)
def _step_2(scene: Scene) -> str:
    host, state = scene.host, scene.state
    if farm.read_topology(host.local_store).cluster_of(host.full_name) is None:
        _forget_databases(scene)
        host.services.clear()
        host.steps.clear()
        host.local_store, host.lync_version, host.module, host.clean = "", "", False, False
        return f"WARNING! Host not found in topology. All roles will be uninstalled. ({host.full_name})"
    if 2 not in host.steps:
        host.lync_version = RTM
    farm.install_components(state, host)
    _check_mark(host, 2)
    return "Setup or Remove Lync Server Components: task status completed"


def _bar_update(scene: Scene) -> str:
    if _up(scene) or not scene.host.lync_version:
        return _up(scene) or "no Lync Server component is installed here: there is nothing to update"
    level = _farm_level(scene)
    return f"every component is at {level} already" if scene.host.lync_version == level else ""


def _farm_level(scene: Scene) -> str:
    return scene.before.hosts[scene.host.fqdn.lower()].lync_version


@_deed("install-update", "Install on {host} the cumulative update of the other servers", 900, bar=_bar_update)
def _install_update(scene: Scene) -> str:
    scene.host.lync_version = _farm_level(scene)
    return f"all components are at {scene.host.lync_version}, the level of the other servers"


def _bar_step_3(scene: Scene) -> str:
    if _up(scene):
        return _up(scene)
    if 2 not in scene.host.steps:
        return "step 3 is not available: step 2 (Setup or Remove Lync Server Components) has no green check mark"
    if not scene.host.certificates:
        return "there is no certificate with a private key in the computer's store to assign"
    return ""


@_deed(
    "deployment-wizard-step-3",
    "Deployment Wizard on {host}, step 3: Request, Install or Assign Certificates",
    600,
    bar=_bar_step_3,
)
def _step_3(scene: Scene) -> str:
    uses = {certificate.thumbprint: certificate.uses for certificate in _saved(scene)}
    for certificate in scene.host.certificates:
        certificate.uses = list(uses.get(certificate.thumbprint, []))
    _check_mark(scene.host, 3)
    return "Request, Install or Assign Certificates: Assigned"


def _bar_step_4(scene: Scene) -> str:
    if _up(scene):
        return _up(scene)
    if 2 not in scene.host.steps:
        return "step 4 is not available: step 2 (Setup or Remove Lync Server Components) has no green check mark"
    return ""


@_deed("deployment-wizard-step-4", "Deployment Wizard on {host}, step 4: Start Services", 300, bar=_bar_step_4)
def _step_4(scene: Scene) -> str:
    """Best effort (pitfall P16): the wizard reports success whatever did not start."""
    _start(scene)
    _check_mark(scene.host, 4)
    return "Start Services: task status completed"


def _start(scene: Scene) -> list[str]:
    """Start what can start; returns the services that were asked to."""
    host, simulation = scene.host, scene.simulation
    certified = any(certificate.uses for certificate in host.certificates)
    trusted = any(group.upper().startswith("RTC") for group in _groups(scene))
    started = []
    for service in host.services.values():
        if service.status != STOPPED or not (trusted or service.name == "W3SVC"):
            continue
        if not certified and service.name not in _UNCERTIFIED:
            continue
        stuck = simulation.fault("service-stuck", host.fqdn)
        if stuck is not None and stuck.fields.get("service", service.name) == service.name:
            continue
        farm.start_service(service, simulation.clock(), START_SECONDS / simulation.speed)
        started.append(service.name)
    return started


def _groups(scene: Scene) -> list[str]:
    computer = scene.state.directory.computers.get(scene.host.name.lower())
    return computer.groups if computer else []


def _check_mark(host: Host, step: int) -> None:
    if step not in host.steps:
        host.steps.append(step)


# Deeds that undo a fault


def _bar_room(scene: Scene) -> str:
    return "" if faults.waiting(scene.state, faults.DISK_FULL) else "no disk is full"


@_deed("free-disk-space", "Make room on the full disk", 300, bar=_bar_room)
def _make_room(scene: Scene) -> str:
    faults.end(scene.state, faults.DISK_FULL)
    return "old installation media are deleted: there is room again"


def _bar_password(scene: Scene) -> str:
    return "" if faults.waiting(scene.state, faults.REFUSED_LOGON) else "the password on record is the right one"


@_deed("reset-password", "Set the administrators' password as recorded", 120, bar=_bar_password)
def _reset_password(scene: Scene) -> str:
    faults.end(scene.state, faults.REFUSED_LOGON)
    return "the accounts have the password on record again"


# Deeds that do harm


@_deed(
    "install-windows-wrong-name",
    "Install Windows under another name than that of {host}",
    45 * 60,
    bar=_free,
)
def _install_wrong_name(scene: Scene) -> str:
    return _install(scene, f"{scene.account}-new", scene.state.directory.domain)


@_deed("join-wrong-suffix", "Install Windows as {host}, but with another primary DNS suffix", 45 * 60, bar=_free)
def _join_wrong_suffix(scene: Scene) -> str:
    return _install(scene, scene.account, f"corp.{scene.state.directory.domain}")


@_deed("install-over-existing", "Take an old Lync server as {host} without wiping its disk", 30 * 60, bar=_free)
def _install_over(scene: Scene) -> str:
    """The replacement computer is an old Lync server that nobody wiped (pitfall P12)."""
    said = _install(scene, scene.account, scene.state.directory.domain)
    fresh = _scene(scene.simulation)
    fresh.host.clean = False
    fresh.host.local_store = fresh.state.cms.topology
    farm.install_components(fresh.state, fresh.host)
    fresh.host.local_store, fresh.host.module = "", False
    return f"{said}; nobody wiped the disk of the Lync server it was before"


def _bar_delete_account(scene: Scene) -> str:
    if scene.account not in scene.state.directory.computers:
        return f"Active Directory has no computer account {scene.account}"
    return ""


@_deed(
    "delete-computer-account", "Delete the computer account of {host} in Active Directory", 60, bar=_bar_delete_account
)
def _delete_account(scene: Scene) -> str:
    del scene.state.directory.computers[scene.account]
    return f"the computer account {scene.account} is deleted, and its group memberships with it"


def _bar_start_services(scene: Scene) -> str:
    if _up(scene):
        return _up(scene)
    if not scene.host.services:
        return f"no Lync service is installed on {scene.host.fqdn}"
    if all(service.status == RUNNING for service in scene.host.services.values()):
        return "all services run already"
    return ""


@_deed("start-services", "Start stopped services on {host} by hand", 120, bar=_bar_start_services)
def _start_services(scene: Scene) -> str:
    started = _start(scene)
    return f"started by hand: {', '.join(started)}" if started else "nothing could be started"
