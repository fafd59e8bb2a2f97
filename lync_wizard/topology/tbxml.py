"""The Topology Builder file (``.tbxml``) as an inventory: GUIDs instead of numbers (docs/lync-formats.md)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Final

from lxml import etree

from lync_wizard.topology.published_xml import sip_domains, site
from lync_wizard.topology.raw_model import (
    DEFAULT_USAGE,
    DEPLOY,
    TOPOLOGY,
    Cluster,
    Instance,
    Inventory,
    Service,
    details,
    extras,
    is_ports,
    line,
    local,
    number,
    ports,
    server,
    text,
    unknown,
    usages,
)

ROOT: Final = f"{{{DEPLOY}TopologyBuilder.2008}}TopologyBuilder"
WRITABLE: Final = f"{{{DEPLOY}WritableTopology.2008}}"
PARTIAL: Final = f"{WRITABLE}PartialTopology"
_SITES: Final = (f"{WRITABLE}CentralSite", f"{TOPOLOGY}CentralSite", f"{WRITABLE}RemoteSite", f"{TOPOLOGY}RemoteSite")


def topology_of(root: etree._Element) -> etree._Element | None:
    """The topology that the file describes: the new one where it holds several."""
    every = list(root.iter(PARTIAL))
    new = [e for e in every if any(local(above) == "NewTopology" for above in e.iterancestors())]
    return next(iter(new or every), None)


def inventory(root: etree._Element) -> Inventory:
    """Everything that a ``PartialTopology`` element names."""
    found = Inventory()
    signature = text(root, "Signature")
    if root.get("IsPublished", "").lower() != "true" or _is_zero(signature):
        found.remarks.say(
            "The file was never published: it says what is planned, which may differ from what exists. Compare it with "
            "the servers, or read the published topology."
        )
    for domains in _both(root, "InternalDomains"):
        found.sip_domains = found.sip_domains or sip_domains(domains)
    _sites(root, found)
    instances: dict[str, Instance] = {}
    for element in _both(root, "Cluster"):
        key = _guid(element, "UniqueId")
        if key:
            found.add_cluster(_cluster(element, key, found), line(element))
            for inner in _own(element, "SqlInstance"):
                unknown(inner, "SqlInstance", found.remarks)
                instances[_guid(inner, "UniqueId")] = Instance(key, text(inner, "Name"))
    found.instances += instances.values()
    for element in _both(root, "Service"):
        _service(element, instances, found)
    return found


def _both(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Elements of that name anywhere below, in the writable or the published namespace."""
    found: Iterator[etree._Element] = element.iter(f"{WRITABLE}{name}", f"{TOPOLOGY}{name}")
    return found


def _guid(element: etree._Element, name: str) -> str:
    return text(element, name).strip("{}").lower()


def _is_zero(signature: str) -> bool:
    try:
        return uuid.UUID(signature).int == 0
    except ValueError:
        return False


def _own(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Elements of that name directly in a cluster or in its ``Machines`` or ``SqlInstances``."""
    for child in element:
        kind = local(child)
        if kind == name:
            yield child
        elif kind == f"{name}s":
            yield from (inner for inner in child if local(inner) == name)


def _sites(root: etree._Element, found: Inventory) -> None:
    names: dict[str, str] = {}
    for element in root.iter(*_SITES):
        outer = next(element.iterancestors(*_SITES), None)
        known = site(element, found, names.get(text(outer, "SiteId"), "") if outer is not None else "")
        names.setdefault(known.id, known.name)
        found.sites.append(known)


def _cluster(element: etree._Element, key: str, found: Inventory) -> Cluster:
    unknown(element, "Cluster", found.remarks)
    within = next(element.iterancestors(*_SITES), None)
    site_id = text(within, "SiteId") if within is not None else ""
    fqdn = text(element, "Fqdn")
    # Only the machine of a single-machine cluster may go without a name of its own.
    own = fqdn if element.get("IsSingleMachineOnly", "").lower() == "true" else ""
    servers = [server(machine, found.remarks, own) for machine in _own(element, "Machine")]
    nameless = [s for s in servers if not s.fqdn]
    if nameless:
        found.remarks.gather("Machines without an FQDN are left out, of the pools {}.", fqdn)
    kept = sorted((s for s in servers if s.fqdn), key=lambda member: member.ordinal)
    return Cluster(key, fqdn, site_id, tuple(kept))


def _service(element: etree._Element, instances: dict[str, Instance], found: Inventory) -> None:
    key, role, place = _guid(element, "UniqueId"), text(element, "RoleName"), _guid(element, "InstalledOn")
    if not (key and role):
        found.remarks.gather("Services without a role are left out (lines {}).", str(line(element)))
        return
    instance = instances.get(place)
    attributes = extras(element)
    needs: tuple[tuple[str, str], ...] = ()
    numbers: dict[str, int] = {}
    for child in element:
        if local(child) == "DependsOn":
            needs = tuple((_guid(d, "ServiceUniqueId"), d.get("Usage", DEFAULT_USAGE)) for d in child)
        elif is_ports(str(child.tag)):
            numbers = ports(child)
        else:
            attributes |= details(child)
    attributes |= usages(needs)
    cluster = instance.cluster if instance else place
    version = number(element.get("ServiceVersion"))
    found.add_service(Service(key, role, version, cluster, instance, needs, attributes, numbers))
