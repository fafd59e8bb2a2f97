"""Deeds on a bare computer: Windows, the domain or the workgroup, certificates, SQL Server, an image."""

from __future__ import annotations

from lync_wizard.lab.farm import network
from lync_wizard.lab.farm.state import Certificate, Computer, Host, PoolStore, Replica, SqlInstance
from lync_wizard.lab.manual_steps.registry import Scene, action, up


def in_perimeter(scene: Scene) -> bool:
    """Whether the server stands in the perimeter, in no domain."""
    return not scene.old.domain


def _needs_windows(scene: Scene) -> str:
    host, fqdn = scene.host, scene.host.fqdn.lower()
    used = host.steps or host.services or any(i.host.lower() == fqdn for i in scene.state.instances.values())
    named = host.name == scene.account and (host.suffix == scene.old.suffix or in_perimeter(scene))
    if host.present and host.clean and not used and named and scene.joined:
        return f"Windows is freshly installed on {host.fqdn} already"
    return ""


@action(
    "install-windows",
    "Install Windows on a clean computer as {host} and join the domain",
    45 * 60,
    bar=_needs_windows,
)
def _install_windows(scene: Scene) -> str:
    return install(scene, scene.account, scene.state.directory.domain)


def install(scene: Scene, name: str, suffix: str) -> str:
    """A fresh disk, a name, a domain join that re-uses the computer account of that name where one is left.

    A computer of the perimeter joins no domain and has no DNS suffix until somebody gives it one.
    """
    host, state, old = scene.host, scene.state, scene.old
    perimeter = not old.domain
    scene.simulation.wipe_disk(host.fqdn)
    forget_databases(scene)
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
        state.directory.computers[name] = Computer(name, f"{name}.{suffix}", ["Domain Computers"])
        return f"Windows is installed; {name}.{suffix} has a new computer account in {state.directory.domain}"
    found.enabled = True
    return f"Windows is installed; {name}.{suffix} has joined {state.directory.domain} with its old computer account"


def forget_databases(scene: Scene) -> None:
    """The disk is gone, and with it every instance on it and what its user store held."""
    fqdn = scene.host.fqdn.lower()
    for key in [key for key, instance in scene.state.instances.items() if instance.host.lower() == fqdn]:
        del scene.state.instances[key]
    if fqdn in scene.state.stores:
        scene.state.stores[fqdn] = PoolStore()


def _bar_network(scene: Scene) -> str:
    if up(scene):
        return up(scene)
    return "name, suffix and routes are set already" if scene.host.suffix == scene.old.suffix else ""


@action(
    "set-edge-network",
    "Set primary DNS suffix, gateway and name resolution on {host}",
    600,
    bar=_bar_network,
    fits=in_perimeter,
)
def _set_network(scene: Scene) -> str:
    scene.host.suffix, scene.host.gateways = scene.old.suffix, list(scene.old.gateways)
    return f"the computer was restarted and calls itself {scene.host.full_name}"


def _certificates_there(scene: Scene) -> str:
    there = {certificate.thumbprint for certificate in scene.host.certificates}
    saved = {certificate.thumbprint for certificate in saved_certificates(scene)}
    return up(scene) or ("the certificates are in the computer's store already" if saved <= there else "")


def saved_certificates(scene: Scene) -> list[Certificate]:
    """The certificates that the server had, as they were saved with their keys."""
    return scene.old.certificates


@action(
    "restore-certificates",
    "Import the saved certificates with their keys on {host}",
    600,
    bar=_certificates_there,
    fits=lambda scene: bool(saved_certificates(scene)),
)
def _restore_certificates(scene: Scene) -> str:
    there = {certificate.thumbprint for certificate in scene.host.certificates}
    for certificate in saved_certificates(scene):
        if certificate.thumbprint not in there:
            certificate.uses = []
            scene.host.certificates.append(certificate)
    return f"{len(saved_certificates(scene))} certificates with their private keys are in the computer's store"


def _former_instances(scene: Scene) -> list[SqlInstance]:
    """The instances that somebody installed there by hand; setup makes the others."""
    fqdn = scene.host.fqdn.lower()
    found = [one for one in scene.before.instances.values() if one.host.lower() == fqdn]
    return [] if scene.old.lync_version else found


def _bar_sql(scene: Scene) -> str:
    missing = [one.name for one in _former_instances(scene) if one.key not in scene.state.instances]
    return up(scene) or ("" if missing else "every instance answers under its old name already")


@action(
    "install-sql-server",
    "Install SQL Server on {host} with the old instance names",
    40 * 60,
    bar=_bar_sql,
    fits=lambda scene: bool(_former_instances(scene)),
)
def _install_sql(scene: Scene) -> str:
    for old in _former_instances(scene):
        scene.state.instances.setdefault(old.key, SqlInstance(old.host, old.name))
    names = ", ".join(old.name for old in _former_instances(scene))
    return f"SQL Server is installed, its instance {names} answers and holds no database of Lync"


@action("take-image", "Take an image of {host}", 900, bar=up)
def _take_image(scene: Scene) -> str:
    scene.host.image_taken = True
    return "the image is written and verified"
