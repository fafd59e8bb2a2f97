"""Actions in Topology Builder and in the Deployment Wizard, and the cumulative update between its steps."""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm import exports, service_start
from lync_wizard.lab.farm import topology as farm
from lync_wizard.lab.farm.state import RTM, STOPPED, Host, SqlInstance
from lync_wizard.lab.manual_steps.registry import Context, action, unreachable
from lync_wizard.lab.manual_steps.windows import forget_databases, in_perimeter, saved_certificates
from lync_wizard.lab.powershell import bootstrapper

START_SECONDS: Final = 20.0
"""How long a Lync service needs to start, in simulated seconds."""
EDGE_CONFIGURATION: Final = r"C:\Restore\Edge\EdgeConfig.zip"
"""Where the wizard looks for the configuration that was copied to an Edge Server."""


def _lync(context: Context) -> bool:
    return bool(context.old.lync_version)


def _inside(context: Context) -> bool:
    return _lync(context) and not in_perimeter(context)


def _store_unreachable(context: Context) -> str:
    return farm.cms_trouble(context.state)


@action(
    "download-topology", "Download the topology in Topology Builder", 300, obstacle=_store_unreachable, place="nowhere"
)  # fmt: skip
def _download_topology(context: Context) -> str:
    context.state.facts["topology_downloaded"] = True
    lost = ", ".join(context.state.lost) or context.host.fqdn
    return f"the topology is downloaded and shows {lost} with the old definition; nothing was published"


def _obstacle_to_start_setup(context: Context) -> str:
    return unreachable(context) or ("the core components are installed already" if context.host.module else "")


@action(
    "start-setup", "Start Setup.exe from the Lync media on {host}", 300, obstacle=_obstacle_to_start_setup, fits=_lync
)
def _start_setup(context: Context) -> str:
    context.host.module = True
    return "Visual C++ and the core components are installed; the Deployment Wizard is open"


def _obstacle_to_step_1(context: Context) -> str:
    if unreachable(context):
        return unreachable(context)
    if in_perimeter(context):
        return "the computer is in no domain: choose Import from a file, the Central Management store cannot be read"
    if not context.joined:
        return "the computer is not a member of the domain: the Central Management store cannot be read"
    return _store_unreachable(context)


@action(
    "deployment-wizard-step-1",
    "Deployment Wizard on {host}, step 1: Install Local Configuration Store",
    900,
    obstacle=_obstacle_to_step_1,
    fits=_inside,
)
def _step_1(context: Context) -> str:
    return _local_store(context, context.state.cms.topology)


def _local_store(context: Context, topology: str) -> str:
    host, state = context.host, context.state
    instance = state.instances.setdefault(f"{host.fqdn}\\rtclocal".lower(), SqlInstance(host.fqdn, "rtclocal"))
    instance.databases["xds"] = farm.LOCAL_INSTANCES["rtclocal"]["xds"]
    host.local_store = topology
    host.module = True
    host.lync_version = host.lync_version or RTM
    _check_mark(host, 1)
    return "Install Local Configuration Store: task status completed"


def _obstacle_to_edge_step_1(context: Context) -> str:
    if unreachable(context):
        return unreachable(context)
    try:
        exports.read_configuration(context.simulation.locate(context.host.fqdn, EDGE_CONFIGURATION).read_bytes())
    except OSError:
        return f"the file {EDGE_CONFIGURATION} is not on the computer: nobody has carried the configuration there"
    except ValueError as damaged:
        return f"{EDGE_CONFIGURATION} cannot be imported: {damaged}"
    return ""


@action(
    "edge-step-1",
    "Deployment Wizard on {host}, step 1: Import from a file",
    900,
    obstacle=_obstacle_to_edge_step_1,
    fits=in_perimeter,
)
def _edge_step_1(context: Context) -> str:
    data = context.simulation.locate(context.host.fqdn, EDGE_CONFIGURATION).read_bytes()
    return _local_store(context, exports.read_configuration(data).topology)


def _obstacle_to_step_2(context: Context) -> str:
    if unreachable(context):
        return unreachable(context)
    if not context.host.local_store or 1 not in context.host.steps:
        return "step 2 is not available: step 1 (Install Local Configuration Store) has no green check mark"
    document = farm.read_topology(context.host.local_store)
    if 2 not in context.host.steps and document.cluster_of(context.host.full_name) is not None:
        for name, content in farm.databases(document, context.host.fqdn).items():
            old = context.state.instances.get(f"{context.host.fqdn}\\{name}".lower())
            central = farm.DATABASES["CentralMgmtStore"]
            left = [one for one in old.databases if one in content and one not in central] if old else []
            if name != "rtclocal" and old is not None and left:
                return f"instance {old.name} holds databases of an earlier installation: {', '.join(left)}"
    return ""


@action(
    "deployment-wizard-step-2",
    "Deployment Wizard on {host}, step 2: Setup or Remove Lync Server Components",
    1200,
    obstacle=_obstacle_to_step_2,
    fits=_lync,
)
def _step_2(context: Context) -> str:
    host, state = context.host, context.state
    if farm.read_topology(host.local_store).cluster_of(host.full_name) is None:
        forget_databases(context)
        host.services.clear()
        host.steps.clear()
        host.local_store, host.lync_version, host.module, host.clean = "", "", False, False
        return f"WARNING! Host not found in topology. All roles will be uninstalled. ({host.full_name})"
    if 2 not in host.steps:
        host.lync_version = RTM
    farm.install_components(state, host)
    bootstrapper.activate(state, host)
    return "Setup or Remove Lync Server Components: task status completed"


def _obstacle_to_install_update(context: Context) -> str:
    if unreachable(context) or not context.host.lync_version:
        return unreachable(context) or "no Lync Server component is installed here: there is nothing to update"
    level = context.old.lync_version
    return f"every component has version {level} already" if context.host.lync_version == level else ""


@action(
    "install-update",
    "Install on {host} the cumulative update of the other servers",
    900,
    obstacle=_obstacle_to_install_update,
    fits=_lync,
)
def _install_update(context: Context) -> str:
    context.host.lync_version = context.old.lync_version
    return f"all components are at {context.host.lync_version}, the version of the other servers"


def _obstacle_to_step_3(context: Context) -> str:
    if unreachable(context):
        return unreachable(context)
    if 2 not in context.host.steps:
        return "step 3 is not available: step 2 (Setup or Remove Lync Server Components) has no green check mark"
    if not context.host.certificates:
        return "there is no certificate with a private key in the computer's store to assign"
    return ""


@action(
    "deployment-wizard-step-3",
    "Deployment Wizard on {host}, step 3: Request, Install or Assign Certificates",
    600,
    obstacle=_obstacle_to_step_3,
    fits=_lync,
)
def _step_3(context: Context) -> str:
    uses = {certificate.thumbprint: certificate.uses for certificate in saved_certificates(context)}
    for certificate in context.host.certificates:
        certificate.uses = list(uses.get(certificate.thumbprint, []))
    _check_mark(context.host, 3)
    return "Request, Install or Assign Certificates: Assigned"


def _obstacle_to_step_4(context: Context) -> str:
    if unreachable(context):
        return unreachable(context)
    if 2 not in context.host.steps:
        return "step 4 is not available: step 2 (Setup or Remove Lync Server Components) has no green check mark"
    return ""


@action(
    "deployment-wizard-step-4",
    "Deployment Wizard on {host}, step 4: Start Services",
    300,
    obstacle=_obstacle_to_step_4,
    fits=_lync,
)
def _step_4(context: Context) -> str:
    """Best effort (pitfall P16): the wizard reports success whatever did not start."""
    start(context)
    _check_mark(context.host, 4)
    return "Start Services: task status completed"


def start(context: Context) -> list[str]:
    """Start every stopped service that can start; returns the names of those whose start was requested."""
    simulation, started = context.simulation, []
    for service in context.host.services.values():
        if service.status != STOPPED or service_start.obstacle(context.state, context.host, service):
            continue
        stuck = simulation.fault("service-stuck", context.host.fqdn)
        if stuck is not None and stuck.fields.get("service", service.name) == service.name:
            continue
        farm.start_service(service, simulation.clock(), START_SECONDS / simulation.speed)
        started.append(service.name)
    return started


def _check_mark(host: Host, step: int) -> None:
    if step not in host.steps:
        host.steps.append(step)
