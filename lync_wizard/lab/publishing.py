"""Composes a published topology document of Standard Edition servers and SQL servers (data-formats.md 2)."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

TOPOLOGY = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"
ROLES = "urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"

_STORES = ("UserStore", "ApplicationStore")
_ROLES = {
    "FileStore": (),
    "UserServices": ("UserStore", "FileStore"),
    "Registrar": ("UserServices",),
    "WebServices": ("UserServices", "FileStore"),
    "ConfServices": ("UserServices", "FileStore"),
    "MediationServer": ("Registrar",),
    "ApplicationServer": ("ApplicationStore", "FileStore", "Registrar"),
}
"""Role → roles of the same pool that it depends on."""
_CLASS = "Microsoft.Rtc.Management.Deploy.Internal.ServiceRoles."


def topology(written: Mapping[str, Any]) -> str:
    """The document for a scenario's ``pools``, ``sql-servers``, ``site`` and ``domain``; the site's id is 1."""
    domain = written["domain"]
    signature = str(uuid.uuid5(uuid.NAMESPACE_DNS, domain))
    root = ET.Element("Topology", {"xmlns": TOPOLOGY, "Signature": signature})
    domains = ET.SubElement(root, "InternalDomains", {"AllowAllDomains": "false", "DefaultDomain": domain})
    ET.SubElement(domains, "InternalDomain", {"Name": domain, "Authoritative": "false", "AllowSubDomains": "false"})
    site = ET.SubElement(ET.SubElement(root, "Sites"), "CentralSite", {"SiteId": "1"})
    ET.SubElement(site, "Name").text = written["site"]
    ET.SubElement(site, "Location", {"City": written["site"], "State": "WA", "CountryCode": "US"})
    clusters = ET.SubElement(root, "Clusters")
    instances = ET.SubElement(root, "SqlInstances")
    services = ET.SubElement(root, "Services")
    servers = dict(enumerate(written.get("sql-servers", ()), len(written["pools"]) + 1))
    stores = {role: number for number, server in servers.items() for role in server.get("stores", ())}
    for number, pool in enumerate(written["pools"], 1):
        _cluster(clusters, pool["fqdn"], number)
        _instance(ET.SubElement(instances, "SqlInstance"), number)
        _services(services, pool, number, stores)
    for number, server in servers.items():
        _cluster(clusters, server["fqdn"], number, lync=False)
        _instance(ET.SubElement(instances, "SqlInstance"), number, server["instance"])
        for role in server.get("stores", ()):
            _service(services, role, number, (), on_sql=server["instance"])
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


def _cluster(parent: ET.Element, fqdn: str, number: int, *, lync: bool = True) -> None:
    ours = "true" if lync else "false"
    element = ET.SubElement(parent, "Cluster", {"RequiresReplication": ours, "RequiresSetup": ours, "Fqdn": fqdn})
    _cluster_id(element, number)
    machine = ET.SubElement(element, "Machine", {"OrdinalInCluster": "1", "Fqdn": fqdn})
    if not lync:
        return
    for side, address in (("Primary", 10), ("External", 20)):
        interface = {"InterfaceSide": side, "InterfaceNumber": "1", "IPAddress": f"192.168.{address}.{10 + number}"}
        ET.SubElement(machine, "NetInterface", interface)


def _cluster_id(parent: ET.Element, number: int) -> None:
    ET.SubElement(parent, "ClusterId", {"SiteId": "1", "Number": str(number)})


def _instance(parent: ET.Element, number: int, name: str = "rtc") -> None:
    _cluster_id(ET.SubElement(parent, "SqlInstanceId", {"Name": name}), number)


def _services(parent: ET.Element, pool: Mapping[str, Any], number: int, stores: Mapping[str, int]) -> None:
    """The services of one pool; ``stores`` are those on servers of their own, which its Registrar uses."""
    for role in _STORES:
        _service(parent, role, number, (), on_sql="rtc")
    for role, needs in _ROLES.items():
        details = {
            "FileStore": ("FileStoreService", {"ShareName": pool["share"]}),
            "Registrar": ("RegistrarService", {"IsDirector": "false"}),
            "ApplicationServer": ("ApplicationServerService", {}),
        }.get(role)
        elsewhere = tuple(stores.items()) if role == "Registrar" else ()
        _service(parent, role, number, needs, details, elsewhere=elsewhere)
    if pool.get("central"):
        _service(parent, "CentralMgmtStore", number, (), on_sql="rtc")
        active = ("CentralMgmtService", {"IsActive": "true"})
        _service(parent, "CentralMgmt", number, ("CentralMgmtStore", "FileStore"), active)


def _service(
    parent: ET.Element,
    role: str,
    number: int,
    needs: tuple[str, ...],
    details: tuple[str, dict[str, str]] | None = None,
    *,
    on_sql: str = "",
    elsewhere: tuple[tuple[str, int], ...] = (),
) -> None:
    kind = {"Type": _CLASS + details[0]} if details else {}
    element = ET.SubElement(parent, "Service", {"RoleVersion": "1", "ServiceVersion": "6", **kind})
    _service_id(element, role, number)
    depends = ET.SubElement(element, "DependsOn")
    for needed, of in (*((role_needed, number) for role_needed in needs), *elsewhere):
        _service_id(ET.SubElement(depends, "Dependency", {"Usage": "Default"}), needed, of)
    installed = ET.SubElement(element, "InstalledOn")
    if on_sql:
        _instance(installed, number, on_sql)
    else:
        _cluster_id(installed, number)
    ports = ET.SubElement(element, "Ports", {"xmlns": ROLES})
    if role == "Registrar":
        facts = {"Owner": "urn:component:Registrar", "Usage": "SipServer", "InterfaceSide": "Primary"}
        facts |= {"InterfaceNumber": "1", "Port": "5061", "Protocol": "Mtls", "UrlPath": "/"}
        ET.SubElement(ports, "Port", {**facts, "AuthorizesRequests": "true", "GruuType": "HomeServer"})
    if details:
        ET.SubElement(element, details[0], {"xmlns": ROLES, **details[1]})


def _service_id(parent: ET.Element, role: str, number: int) -> None:
    ET.SubElement(parent, "ServiceId", {"SiteId": "1", "RoleName": role, "Instance": str(number)})
