"""Deeds in Topology Builder and in the Deployment Wizard, and the cumulative update between its steps."""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm import exports, service_start
from lync_wizard.lab.farm import topology as farm
from lync_wizard.lab.farm.state import RTM, STOPPED, Host, SqlInstance
from lync_wizard.lab.manual_steps.registry import Scene, action, up
from lync_wizard.lab.manual_steps.windows import forget_databases, in_perimeter, saved_certificates
from lync_wizard.lab.powershell import bootstrapper

START_SECONDS: Final = 20.0
"""How long a Lync service needs to start, in simulated seconds."""
EDGE_CONFIGURATION: Final = r"C:\Restore\Edge\EdgeConfig.zip"
"""Where the configuration that was carried to an Edge Server is looked for."""


def _lync(scene: Scene) -> bool:
    return bool(scene.old.lync_version)


def _inside(scene: Scene) -> bool:
    return _lync(scene) and not in_perimeter(scene)


def _store_unreachable(scene: Scene) -> str:
    return farm.cms_trouble(scene.state)


@action(
    "download-topology", "Download the topology in Topology Builder", 300, bar=_store_unreachable, place="nowhere"
)  # fmt: skip
def _download_topology(scene: Scene) -> str:
    scene.state.facts["topology_downloaded"] = True
    lost = ", ".join(scene.state.lost) or scene.host.fqdn
    return f"the topology is downloaded and shows {lost} with the old definition; nothing was published"


def _bar_setup(scene: Scene) -> str:
    return up(scene) or ("the core components are installed already" if scene.host.module else "")


@action("start-setup", "Start Setup.exe from the Lync media on {host}", 300, bar=_bar_setup, fits=_lync)
def _start_setup(scene: Scene) -> str:
    scene.host.module = True
    return "Visual C++ and the core components are installed; the Deployment Wizard is open"


def _bar_step_1(scene: Scene) -> str:
    if up(scene):
        return up(scene)
    if in_perimeter(scene):
        return "the computer is in no domain: choose Import from a file, the Central Management store cannot be read"
    if not scene.joined:
        return "the computer is not a member of the domain: the Central Management store cannot be read"
    return _store_unreachable(scene)


@action(
    "deployment-wizard-step-1",
    "Deployment Wizard on {host}, step 1: Install Local Configuration Store",
    900,
    bar=_bar_step_1,
    fits=_inside,
)
def _step_1(scene: Scene) -> str:
    return _local_store(scene, scene.state.cms.topology)


def _local_store(scene: Scene, topology: str) -> str:
    host, state = scene.host, scene.state
    instance = state.instances.setdefault(f"{host.fqdn}\\rtclocal".lower(), SqlInstance(host.fqdn, "rtclocal"))
    instance.databases["xds"] = farm.LOCAL_INSTANCES["rtclocal"]["xds"]
    host.local_store = topology
    host.module = True
    host.lync_version = host.lync_version or RTM
    _check_mark(host, 1)
    return "Install Local Configuration Store: task status completed"


def _bar_edge_step_1(scene: Scene) -> str:
    if up(scene):
        return up(scene)
    try:
        exports.read_configuration(scene.simulation.locate(scene.host.fqdn, EDGE_CONFIGURATION).read_bytes())
    except OSError:
        return f"the file {EDGE_CONFIGURATION} is not on the computer: nobody has carried the configuration there"
    except ValueError as damaged:
        return f"{EDGE_CONFIGURATION} cannot be imported: {damaged}"
    return ""


@action(
    "edge-step-1",
    "Deployment Wizard on {host}, step 1: Import from a file",
    900,
    bar=_bar_edge_step_1,
    fits=in_perimeter,
)
def _edge_step_1(scene: Scene) -> str:
    data = scene.simulation.locate(scene.host.fqdn, EDGE_CONFIGURATION).read_bytes()
    return _local_store(scene, exports.read_configuration(data).topology)


def _bar_step_2(scene: Scene) -> str:
    if up(scene):
        return up(scene)
    if not scene.host.local_store or 1 not in scene.host.steps:
        return "step 2 is not available: step 1 (Install Local Configuration Store) has no green check mark"
    document = farm.read_topology(scene.host.local_store)
    if 2 not in scene.host.steps and document.cluster_of(scene.host.full_name) is not None:
        for name, content in farm.databases(document, scene.host.fqdn).items():
            old = scene.state.instances.get(f"{scene.host.fqdn}\\{name}".lower())
            central = farm.DATABASES["CentralMgmtStore"]
            left = [one for one in old.databases if one in content and one not in central] if old else []
            if name != "rtclocal" and old is not None and left:
                return f"instance {old.name} holds databases of an earlier installation: {', '.join(left)}"
    return ""


@action(
    "deployment-wizard-step-2",
    "Deployment Wizard on {host}, step 2: Setup or Remove Lync Server Components",
    1200,
    bar=_bar_step_2,
    fits=_lync,
)
def _step_2(scene: Scene) -> str:
    host, state = scene.host, scene.state
    if farm.read_topology(host.local_store).cluster_of(host.full_name) is None:
        forget_databases(scene)
        host.services.clear()
        host.steps.clear()
        host.local_store, host.lync_version, host.module, host.clean = "", "", False, False
        return f"WARNING! Host not found in topology. All roles will be uninstalled. ({host.full_name})"
    if 2 not in host.steps:
        host.lync_version = RTM
    farm.install_components(state, host)
    bootstrapper.activate(state, host)
    return "Setup or Remove Lync Server Components: task status completed"


def _bar_update(scene: Scene) -> str:
    if up(scene) or not scene.host.lync_version:
        return up(scene) or "no Lync Server component is installed here: there is nothing to update"
    level = scene.old.lync_version
    return f"every component is at {level} already" if scene.host.lync_version == level else ""


@action(
    "install-update", "Install on {host} the cumulative update of the other servers", 900, bar=_bar_update, fits=_lync
)  # fmt: skip
def _install_update(scene: Scene) -> str:
    scene.host.lync_version = scene.old.lync_version
    return f"all components are at {scene.host.lync_version}, the level of the other servers"


def _bar_step_3(scene: Scene) -> str:
    if up(scene):
        return up(scene)
    if 2 not in scene.host.steps:
        return "step 3 is not available: step 2 (Setup or Remove Lync Server Components) has no green check mark"
    if not scene.host.certificates:
        return "there is no certificate with a private key in the computer's store to assign"
    return ""


@action(
    "deployment-wizard-step-3",
    "Deployment Wizard on {host}, step 3: Request, Install or Assign Certificates",
    600,
    bar=_bar_step_3,
    fits=_lync,
)
def _step_3(scene: Scene) -> str:
    uses = {certificate.thumbprint: certificate.uses for certificate in saved_certificates(scene)}
    for certificate in scene.host.certificates:
        certificate.uses = list(uses.get(certificate.thumbprint, []))
    _check_mark(scene.host, 3)
    return "Request, Install or Assign Certificates: Assigned"


def _bar_step_4(scene: Scene) -> str:
    if up(scene):
        return up(scene)
    if 2 not in scene.host.steps:
        return "step 4 is not available: step 2 (Setup or Remove Lync Server Components) has no green check mark"
    return ""


@action(
    "deployment-wizard-step-4",
    "Deployment Wizard on {host}, step 4: Start Services",
    300,
    bar=_bar_step_4,
    fits=_lync,
)
def _step_4(scene: Scene) -> str:
    """Best effort (pitfall P16): the wizard reports success whatever did not start."""
    start(scene)
    _check_mark(scene.host, 4)
    return "Start Services: task status completed"


def start(scene: Scene) -> list[str]:
    """Start what can start; returns the services that were asked to."""
    simulation, started = scene.simulation, []
    for service in scene.host.services.values():
        if service.status != STOPPED or service_start.hindrance(scene.state, scene.host, service):
            continue
        stuck = simulation.fault("service-stuck", scene.host.fqdn)
        if stuck is not None and stuck.fields.get("service", service.name) == service.name:
            continue
        farm.start_service(service, simulation.clock(), START_SECONDS / simulation.speed)
        started.append(service.name)
    return started


def _check_mark(host: Host, step: int) -> None:
    if step not in host.steps:
        host.steps.append(step)
