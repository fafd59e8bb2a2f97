"""What a topology document names, before anything is concluded from it: sites, clusters, SQL instances, services."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from lync_wizard.deployment import Server, Site
from lync_wizard.topology.remarks import Remarks, clip

DEPLOY: Final = "urn:schema:Microsoft.Rtc.Management.Deploy."
TOPOLOGY: Final = f"{{{DEPLOY}Topology.2008}}"
SERVICE_ROLES: Final = f"{{{DEPLOY}ServiceRoles.2008}}"
DEFAULT_USAGE: Final = "Default"

MOST_ATTRIBUTES: Final = 200
"""Of one element; the richest seen has fifteen."""

_ANY: Final = str(ipaddress.IPv4Address(0))
_PORTS: Final = f"{SERVICE_ROLES}Ports"
_PORT: Final = f"{SERVICE_ROLES}Port"
_INTERFACE: Final = f"{TOPOLOGY}NetInterface"
_KNOWN: Final = {
    "Cluster": frozenset({"Fqdn", "RequiresReplication", "RequiresSetup", "UniqueId", "IsSingleMachineOnly"}),
    "Machine": frozenset({"OrdinalInCluster", "Fqdn", "FaultDomain", "UpgradeDomain", "UniqueId"}),
    "SqlInstance": frozenset({"UniqueId", "Name", "AlwaysOnPrimaryNodeFqdn"}),
    "Service": frozenset({"RoleVersion", "ServiceVersion", "Type", "UniqueId", "RoleName", "InstalledOn"}),
}


@dataclass(frozen=True)
class Cluster:
    """A pool or any other server that the topology names; ``key`` is ``SiteId:Number`` or a Topology Builder GUID."""

    key: str
    fqdn: str
    site: str
    servers: tuple[Server, ...] = ()


@dataclass(frozen=True)
class Instance:
    """A SQL Server instance on a cluster; ``name`` is empty for the default one."""

    cluster: str
    name: str


@dataclass(frozen=True)
class Service:
    """A service; ``cluster`` and ``instance`` say where it is installed, ``needs`` holds (key, usage) of each
    dependency.
    """

    key: str
    role: str
    version: int | None
    cluster: str
    instance: Instance | None = None
    needs: tuple[tuple[str, str], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Inventory:
    """Everything a document names, in its order."""

    sites: list[Site] = field(default_factory=list)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    instances: list[Instance] = field(default_factory=list)
    services: dict[str, Service] = field(default_factory=dict)
    sip_domains: tuple[str, ...] = ()
    remarks: Remarks = field(default_factory=Remarks)

    def add_cluster(self, cluster: Cluster, stands: int) -> None:
        if not cluster.fqdn:
            self.remarks.gather("Clusters without an FQDN are left out (lines {}).", str(stands))
        elif cluster.key in self.clusters:
            self.remarks.gather("Clusters with an identifier that another one has are left out: {}.", cluster.fqdn)
        else:
            self.clusters[cluster.key] = cluster

    def add_service(self, service: Service) -> None:
        if service.key in self.services:
            self.remarks.gather("Services that are in the file twice are taken once: {}.", service.key)
        else:
            self.services[service.key] = service


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text(element: etree._Element, name: str) -> str:
    """An attribute without outer blanks and without characters that nobody could see."""
    value = element.get(name)
    if not value:
        return ""
    return value.strip() if value.isprintable() else clip(value.strip(), 300)


def items(element: etree._Element) -> list[tuple[str, str]]:
    """The attributes of an element, up to :data:`MOST_ATTRIBUTES`; those in a namespace as ``{namespace}name``."""
    if len(element.attrib) <= MOST_ATTRIBUTES:
        return [(str(name), str(value)) for name, value in element.items()]
    # Each value is looked up by name, so that all of them would take quadratic time.
    return [(str(name), element.get(name) or "") for name in element.keys()[:MOST_ATTRIBUTES]]


def line(element: etree._Element) -> int:
    """Where an element stands in its file, 0 where that is not known."""
    found: object = element.sourceline
    return found if isinstance(found, int) else 0


def number(value: str | None) -> int | None:
    """A whole number of up to nine digits; None for anything else."""
    return int(value) if value and len(value) < 10 and value.isascii() and value.isdigit() else None


def server(element: etree._Element, remarks: Remarks, fqdn: str = "") -> Server:
    """A machine with its addresses in the order of its interfaces; the address 0.0.0.0 means any and is left out.

    ``fqdn`` stands where the machine has none of its own.
    """
    unknown(element, "Machine", remarks)
    given = (face.get("ConfiguredIPAddress") or face.get("IPAddress") for face in element.iterchildren(_INTERFACE))
    return Server(
        text(element, "Fqdn") or fqdn,
        number(element.get("OrdinalInCluster")) or 0,
        tuple(dict.fromkeys(clip(address) for address in given if address and address != _ANY)),
        text(element, "FaultDomain"),
        text(element, "UpgradeDomain"),
    )


def unknown(element: etree._Element, name: str, remarks: Remarks) -> None:
    """Remark on attributes that no topology seen so far has on such an element."""
    known = _KNOWN[name]
    for attribute, value in items(element):
        if attribute not in known:
            shown = element.get("Fqdn") or element.get("Name") or f"line {line(element)}"
            remarks.gather(
                f"The attribute {clip(attribute)} of {name} is not known to this program ({{}}).",
                f"{shown}: {value}",
            )


def ports(element: etree._Element) -> dict[str, int]:
    """Port numbers by ``Usage/InterfaceSide``; where several share both, the first."""
    found: dict[str, int] = {}
    for port in element.iterchildren(_PORT):
        value = number(port.get("Port"))
        if value is not None:
            found.setdefault(f"{port.get('Usage', '')}/{port.get('InterfaceSide', '')}", value)
    return found


def is_ports(tag: str) -> bool:
    return tag == _PORTS


def details(element: etree._Element) -> dict[str, str]:
    """All that a role's own element says: its attributes by name, those below it as ``Element.Attribute``, and text.

    Values of elements that come several times are parted by commas.
    """
    found: dict[str, list[str]] = {name: [value] for name, value in items(element)}
    for inner in element.iterdescendants():
        name = local(inner)
        for attribute, value in items(inner):
            found.setdefault(f"{name}.{attribute}", []).append(value)
        if inner.text and inner.text.strip():
            found.setdefault(name, []).append(inner.text.strip())
    return {name: clip(", ".join(values), 4000) for name, values in found.items()}


def extras(element: etree._Element) -> dict[str, str]:
    """Attributes of a service that are not known; they are kept with its others."""
    known = _KNOWN["Service"]
    return {name: clip(value, 4000) for name, value in items(element) if name not in known}


def usages(needs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Dependencies of another usage than the ordinary one, as ``DependsOn/Usage`` → service ids parted by commas."""
    found: dict[str, list[str]] = {}
    for key, usage in needs:
        if usage != DEFAULT_USAGE:
            found.setdefault(f"DependsOn/{clip(usage)}", []).append(key)
    return {name: clip(", ".join(keys), 4000) for name, keys in found.items()}
