"""Actions on a bare computer: Windows, the domain or the workgroup, certificates, SQL Server, an image."""

from __future__ import annotations

from lync_wizard.lab.farm import network
from lync_wizard.lab.farm.state import Certificate, Computer, Host, PoolStore, Replica, SqlInstance
from lync_wizard.lab.manual_steps.registry import Context, action, unreachable
from lync_wizard.lab.sqlserver.instance import Server


def in_perimeter(context: Context) -> bool:
    """Whether the server stands in the perimeter, in no domain."""
    return not context.old.domain


def _obstacle_to_install_windows(context: Context) -> str:
    host, fqdn = context.host, context.host.fqdn.lower()
    used = host.steps or host.services or any(i.host.lower() == fqdn for i in context.state.instances.values())
    named = host.name == context.account and (host.suffix == context.old.suffix or in_perimeter(context))
    if host.present and host.clean and not used and named and context.joined:
        return f"Windows is freshly installed on {host.fqdn} already"
    return ""


@action(
    "install-windows",
    "Install Windows on a clean computer as {host} and join the domain",
    45 * 60,
    obstacle=_obstacle_to_install_windows,
)
def _install_windows(context: Context) -> str:
    return install(context, context.account, context.old.suffix or context.state.directory.domain)


def install(context: Context, name: str, suffix: str) -> str:
    """A fresh disk, a name, a domain join that re-uses the computer account of that name where one is left.

    A computer of the perimeter joins no domain and has no DNS suffix until the action ``set-edge-network``.
    """
    host, state, old = context.host, context.state, context.old
    perimeter = not old.domain
    context.simulation.wipe_disk(host.fqdn)
    forget_databases(context)
    blank = Host(
        host.fqdn,
        name=name,
        suffix="" if perimeter else suffix,
        domain="" if perimeter else state.directory.domain,
        windows=old.windows,
        windows_version=old.windows_version,
        groups={group: list(members) for group, members in old.groups.items()},
        local_accounts=list(old.local_accounts),
        disk_size=old.disk_size,
        disk_free=max(old.disk_free, 40 << 30),
        installed=host.installed + 1,
    )
    state.hosts[host.fqdn.lower()] = blank
    if host.fqdn.lower() in state.replicas:
        state.replicas[host.fqdn.lower()] = Replica(host.fqdn.lower())
    if perimeter:
        blank.routes, blank.gateways = [], [network.INTERNAL_GATEWAY, network.EXTERNAL_GATEWAY]
        blank.groups = {"Administrators": [f"{name}\\{account}" for account in old.local_accounts]}
        return f"Windows is installed; {name} is in a workgroup and has no primary DNS suffix yet"
    found = state.directory.computers.get(name)
    if found is None:
        state.directory.computers[name] = Computer(name, f"{name}.{suffix}", ["Domain Computers"], renewed=1)
        return f"Windows is installed; {name}.{suffix} has a new computer account in {state.directory.domain}"
    found.enabled = True
    return f"Windows is installed; {name}.{suffix} has joined {state.directory.domain} with its old computer account"


def forget_databases(context: Context) -> None:
    """Remove every instance on the wiped disk, and the content of its user store."""
    fqdn = context.host.fqdn.lower()
    for key in [key for key, instance in context.state.instances.items() if instance.host.lower() == fqdn]:
        del context.state.instances[key]
    if fqdn in context.state.stores:
        context.state.stores[fqdn] = PoolStore()


def _obstacle_to_set_network(context: Context) -> str:
    if unreachable(context):
        return unreachable(context)
    return "name, suffix and routes are set already" if context.host.suffix == context.old.suffix else ""


@action(
    "set-edge-network",
    "Set primary DNS suffix, gateway and name resolution on {host}",
    600,
    obstacle=_obstacle_to_set_network,
    fits=in_perimeter,
)
def _set_network(context: Context) -> str:
    context.host.suffix, context.host.gateways = context.old.suffix, list(context.old.gateways)
    return f"the computer was restarted and calls itself {context.host.full_name}"


def _obstacle_to_restore_certificates(context: Context) -> str:
    there = {certificate.thumbprint for certificate in context.host.certificates}
    saved = {certificate.thumbprint for certificate in saved_certificates(context)}
    return unreachable(context) or ("the certificates are in the computer's store already" if saved <= there else "")


def saved_certificates(context: Context) -> list[Certificate]:
    """The certificates that the server had, as they were saved with their keys."""
    return context.old.certificates


@action(
    "restore-certificates",
    "Import the saved certificates with their keys on {host}",
    600,
    obstacle=_obstacle_to_restore_certificates,
    fits=lambda context: bool(saved_certificates(context)),
)
def _restore_certificates(context: Context) -> str:
    there = {certificate.thumbprint for certificate in context.host.certificates}
    for certificate in saved_certificates(context):
        if certificate.thumbprint not in there:
            certificate.uses = []
            context.host.certificates.append(certificate)
    return f"{len(saved_certificates(context))} certificates with their private keys are in the computer's store"


def _former_instances(context: Context) -> list[SqlInstance]:
    """The instances that a person installed there; Lync setup creates the others."""
    fqdn = context.host.fqdn.lower()
    found = [one for one in context.before.instances.values() if one.host.lower() == fqdn]
    return [] if context.old.lync_version else found


def _obstacle_to_install_sql(context: Context) -> str:
    missing = [one.name for one in _former_instances(context) if one.key not in context.state.instances]
    return unreachable(context) or ("" if missing else "every instance answers under its old name already")


@action(
    "install-sql-server",
    "Install SQL Server on {host} with the old instance names",
    40 * 60,
    obstacle=_obstacle_to_install_sql,
    fits=lambda context: bool(_former_instances(context)),
)
def _install_sql(context: Context) -> str:
    for old in _former_instances(context):
        server = Server.installed().installed_after(old.server)
        context.state.instances.setdefault(old.key, SqlInstance(old.host, old.name, server=server))
    names = ", ".join(old.name for old in _former_instances(context))
    return f"SQL Server is installed, its instance {names} answers and holds no database of Lync"


@action("take-image", "Take an image of {host}", 900, obstacle=unreachable)
def _take_image(context: Context) -> str:
    context.host.image_taken = True
    return "the image is written and verified"
