"""The published topology document (``Get-CsTopology -AsXml``) as an inventory.

Elements are known by namespace and local name, never by prefix or order (docs/lync-formats.md).
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from lync_wizard.deployment import Site
from lync_wizard.topology.raw_model import (
    DEFAULT_USAGE,
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
from lync_wizard.topology.remarks import clip

ROOT: Final = f"{TOPOLOGY}Topology"
_CLUSTER_ID: Final = f"{TOPOLOGY}ClusterId"
_INSTANCE_ID: Final = f"{TOPOLOGY}SqlInstanceId"
_SERVICE_ID: Final = f"{TOPOLOGY}ServiceId"
_DEPENDS_ON: Final = f"{TOPOLOGY}DependsOn"
_INSTALLED_ON: Final = f"{TOPOLOGY}InstalledOn"


def inventory(root: etree._Element) -> Inventory:
    """Everything that a ``Topology`` element names."""
    found = Inventory()
    for part in root:
        match part.tag:
            case tag if tag == f"{TOPOLOGY}InternalDomains":
                found.sip_domains = sip_domains(part)
            case tag if tag == f"{TOPOLOGY}Sites":
                found.sites += [site(element, found) for element in part]
            case tag if tag == f"{TOPOLOGY}Clusters":
                for element in part.iterchildren(f"{TOPOLOGY}Cluster"):
                    found.add_cluster(_cluster(element, found), line(element))
            case tag if tag == f"{TOPOLOGY}SqlInstances":
                for element in part.iterchildren(f"{TOPOLOGY}SqlInstance"):
                    _sql_instance(element, found)
            case tag if tag == f"{TOPOLOGY}Services":
                for element in part.iterchildren(f"{TOPOLOGY}Service"):
                    _service(element, found)
    return found


def sip_domains(element: etree._Element) -> tuple[str, ...]:
    """The SIP domains of ``InternalDomains``, the default one first."""
    named = [text(inner, "Name") for inner in element.iterchildren(f"{TOPOLOGY}InternalDomain")]
    every = (text(element, "DefaultDomain"), *named)
    return tuple({name.lower(): name for name in reversed(every) if name}.values())[::-1]


def site(element: etree._Element, found: Inventory, parent: str = "") -> Site:
    """A site; what is not a ``CentralSite`` is taken for a branch site, which is said in a remark."""
    key = text(element, "SiteId")
    child = next(element.iterchildren(f"{TOPOLOGY}Name"), None)
    name = clip(" ".join((child.text or "").split())) if child is not None else ""
    name = name or text(element, "Name") or key
    if str(element.tag).endswith("}CentralSite"):
        return Site(name, key)
    found.remarks.gather(
        "What kind of sites these are is not certain, they are taken for branch sites: {}.",
        f"{name} ({local(element)})",
    )
    return Site(name, key, "branch", parent)


def _cluster(element: etree._Element, found: Inventory) -> Cluster:
    unknown(element, "Cluster", found.remarks)
    key = site_id = ""
    servers = []
    for child in element:
        if child.tag == _CLUSTER_ID:
            key, site_id = _cluster_key(child), child.get("SiteId", "")
        elif child.tag == f"{TOPOLOGY}Machine":
            servers.append(server(child, found.remarks))
    servers.sort(key=lambda member: member.ordinal)
    return Cluster(key, text(element, "Fqdn"), site_id, tuple(servers))


def _cluster_key(element: etree._Element) -> str:
    return f"{element.get('SiteId', '')}:{element.get('Number', '')}"


def _sql_instance(element: etree._Element, found: Inventory) -> None:
    unknown(element, "SqlInstance", found.remarks)
    for child in element.iterchildren(_INSTANCE_ID):
        instance = _instance(child)
        found.instances.append(instance)
        if element.get("AlwaysOnPrimaryNodeFqdn"):
            found.remarks.gather(
                "A SQL Server availability group lies behind these instances, with the primary node at the time of "
                "publishing: {}.",
                f"{instance.name or 'default'} on {text(element, 'AlwaysOnPrimaryNodeFqdn')}",
            )


def _instance(element: etree._Element) -> Instance:
    cluster = next(element.iterchildren(_CLUSTER_ID), None)
    return Instance(_cluster_key(cluster) if cluster is not None else "", text(element, "Name"))


def _service_key(element: etree._Element) -> str:
    return f"{element.get('SiteId', '')}-{element.get('RoleName', '')}-{element.get('Instance', '')}"


def _service(element: etree._Element, found: Inventory) -> None:
    key = role = cluster = ""
    instance: Instance | None = None
    needs: tuple[tuple[str, str], ...] = ()
    attributes = extras(element)
    numbers: dict[str, int] = {}
    for child in element:
        tag = str(child.tag)
        if tag == _SERVICE_ID:
            key, role = _service_key(child), text(child, "RoleName")
        elif tag == _DEPENDS_ON:
            needs = tuple(
                (_service_key(target), dependency.get("Usage", DEFAULT_USAGE))
                for dependency in child
                for target in dependency.iterchildren(_SERVICE_ID)
            )
        elif tag == _INSTALLED_ON:
            for place in child:
                if place.tag == _CLUSTER_ID:
                    cluster = _cluster_key(place)
                elif place.tag == _INSTANCE_ID:
                    instance = _instance(place)
                    cluster = instance.cluster
        elif is_ports(tag):
            numbers = ports(child)
        else:
            attributes |= details(child)
    if not role:
        found.remarks.gather("Services without a role are left out (lines {}).", str(line(element)))
        return
    attributes |= usages(needs)
    version = number(element.get("ServiceVersion"))
    found.add_service(Service(key, role, version, cluster, instance, needs, attributes, numbers))
