"""A published topology document of every kind of pool and the servers around them (docs/lync-formats.md)."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

TOPOLOGY = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"
ROLES = "urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"

_FRONT_END: Final = {
    "FileStore": (),
    "UserServices": ("UserStore", "FileStore"),
    "Registrar": ("UserServices",),
    "WebServices": ("UserServices", "FileStore"),
    "ConfServices": ("UserServices", "FileStore"),
    "MediationServer": ("Registrar",),
    "ApplicationServer": ("ApplicationStore", "FileStore", "Registrar"),
}
_KINDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "standard-edition": _FRONT_END,
    "enterprise": _FRONT_END,
    "director": {"FileStore": (), "Registrar": (), "WebServices": ("FileStore",)},
    "mediation": {"MediationServer": ("Registrar",)},
    "branch-appliance": {"Registrar": ("UserServices",), "MediationServer": ("Registrar",)},
    "edge": {"EdgeServer": ("Registrar",), "ManagementServices": ()},
    "persistent-chat": {
        "PersistentChatService": ("PersistentChatStore", "PersistentChatComplianceStore", "FileStore", "Registrar"),
    },
}
"""Kind of pool → its roles → the roles that each depends on, of the same pool or of the one it leads to.

A Front End pool with ``persistent-chat`` has the role of that kind as well. A branch appliance has the user services of
the pool that its key ``user-services`` names; how a real document expresses it is a guess.
"""
_BESIDE: Final = {"mirror": "Mirror", "shipping": "Backup", "shipping-mirror": "BackupMirror"}
"""Key of a stand-alone SQL server → usage of the store there; how a document names log shipping is a guess."""
_COPIED: Final = ("PersistentChatStore",)
_OWN_STORES: Final = ("UserStore", "ApplicationStore")
_CLASS = "Microsoft.Rtc.Management.Deploy.Internal.ServiceRoles."

Key = tuple[str, str, int]
"""A service: site id, role name, instance."""


@dataclass(frozen=True)
class _Place:
    """A cluster: site id and number in its site."""

    fqdn: str
    site: str
    number: int


def topology(scenario: Mapping[str, Any]) -> str:
    """The document for a completed scenario (:mod:`lync_wizard.lab.scenarios.load`); site ids count from 1.

    How a real document expresses a mirror is unknown (docs/lync-formats.md): here its stores are services of their own
    that are depended on with the usage ``Mirror``, and the witness with ``Witness``; that a Registrar depends on that
    of its backup pool with the usage ``Backup`` is a guess too.
    """
    return _Composition(scenario).text()


class _Composition:
    def __init__(self, scenario: Mapping[str, Any]) -> None:
        self._scenario = scenario
        self._sites = {name: str(number) for number, name in enumerate(scenario["sites"], 1)}
        self._places: dict[str, _Place] = {}
        counts: dict[str, int] = {}
        for entry in (*scenario["pools"], *scenario["sql-servers"], *scenario["file-servers"]):
            site = self._sites[entry["site"]]
            counts[site] = counts.get(site, 0) + 1
            self._places[entry["fqdn"]] = _Place(entry["fqdn"], site, counts[site])
        self._pools = {pool["fqdn"]: pool for pool in scenario["pools"]}
        self._files: dict[str, Key] = {}
        for pool in scenario["pools"]:
            if "FileStore" in _KINDS[pool["kind"]]:
                self._files.setdefault(pool["file-store"].lower(), self._key("FileStore", pool["fqdn"]))
        self._elsewhere = {
            role: self._key(role, server["fqdn"]) for server in scenario["sql-servers"] for role in server["stores"]
        }
        self._beside = {
            role: [(usage, server[key]) for key, usage in _BESIDE.items() if key in server]
            for server in scenario["sql-servers"]
            for role in server["stores"]
            if role in _COPIED
        }
        self._services = ET.Element("Services")

    def _key(self, role: str, fqdn: str) -> Key:
        place = self._places[fqdn]
        return place.site, role, place.number

    def text(self) -> str:
        domain = self._scenario["domain"]
        signature = str(uuid.uuid5(uuid.NAMESPACE_DNS, domain))
        root = ET.Element("Topology", {"xmlns": TOPOLOGY, "Signature": signature})
        domains = ET.SubElement(root, "InternalDomains", {"AllowAllDomains": "false", "DefaultDomain": domain})
        facts = {"Name": domain, "Authoritative": "false", "AllowSubDomains": "false"}
        ET.SubElement(domains, "InternalDomain", facts)
        sites = ET.SubElement(root, "Sites")
        for name, number in self._sites.items():
            site = ET.SubElement(sites, "CentralSite", {"SiteId": number})
            ET.SubElement(site, "Name").text = name
            state = "IL" if name == "Chicago" else "WA"
            ET.SubElement(site, "Location", {"City": name, "State": state, "CountryCode": "US"})
        clusters, instances = ET.SubElement(root, "Clusters"), ET.SubElement(root, "SqlInstances")
        for pool in self._scenario["pools"]:
            self._cluster(clusters, pool["fqdn"], pool["servers"])
            if pool["kind"] == "standard-edition":
                self._instance(ET.SubElement(instances, "SqlInstance"), pool["sql"])
            self._pool(pool)
        for server in self._scenario["sql-servers"]:
            self._cluster(clusters, server["fqdn"], [server["fqdn"]], lync=False)
            at = f"{server['fqdn']}\\{server['instance']}"
            self._instance(ET.SubElement(instances, "SqlInstance"), at)
            for role in server["stores"]:
                self._service(self._elsewhere[role], (), sql=at)
                for _, beside in self._beside.get(role, ()):
                    self._service(self._key(role, _server(beside)), (), sql=beside)
        for server in self._scenario["file-servers"]:
            self._cluster(clusters, server["fqdn"], [server["fqdn"]], lync=False)
        root.append(self._services)
        ET.indent(root)
        return ET.tostring(root, encoding="unicode")

    def _cluster(self, parent: ET.Element, fqdn: str, machines: Iterable[str], *, lync: bool = True) -> None:
        ours, place = "true" if lync else "false", self._places[fqdn]
        facts = {"RequiresReplication": ours, "RequiresSetup": ours, "Fqdn": fqdn}
        element = ET.SubElement(parent, "Cluster", facts)
        self._cluster_id(element, fqdn)
        for ordinal, name in enumerate(machines, 1):
            machine = ET.SubElement(element, "Machine", {"OrdinalInCluster": str(ordinal), "Fqdn": name})
            for side, network in (("Primary", 10), ("External", 20)) if lync else ():
                address = f"192.168.{network}.{10 * int(place.site) + place.number + 20 * (ordinal - 1)}"
                facts = {"InterfaceSide": side, "InterfaceNumber": "1", "IPAddress": address}
                ET.SubElement(machine, "NetInterface", facts)

    def _cluster_id(self, parent: ET.Element, fqdn: str) -> None:
        place = self._places[fqdn]
        ET.SubElement(parent, "ClusterId", {"SiteId": place.site, "Number": str(place.number)})

    def _instance(self, parent: ET.Element, at: str) -> None:
        fqdn, _, name = at.partition("\\")
        self._cluster_id(ET.SubElement(parent, "SqlInstanceId", {"Name": name}), fqdn)

    def _pool(self, pool: Mapping[str, Any]) -> None:
        """The services of one pool, and the stores that are its own."""
        fqdn, roles = pool["fqdn"], dict(_KINDS[pool["kind"]])
        if pool.get("persistent-chat"):
            roles |= _KINDS["persistent-chat"]
        central = fqdn in (self._scenario["central"], self._scenario.get("standby"))
        own = (*_OWN_STORES, *(("CentralMgmtStore",) if central else ())) if "UserServices" in roles else ()
        for role in own:
            self._service(self._key(role, fqdn), (), sql=pool["sql"])
            if pool.get("mirror"):
                self._service(self._key(role, _server(pool["mirror"])), (), sql=pool["mirror"])
        if pool.get("witness"):
            self._service(self._key("WitnessStore", _server(pool["witness"])), (), sql=pool["witness"])
        for role, needs in roles.items():
            if role == "FileStore" and self._files[pool["file-store"].lower()] != self._key(role, fqdn):
                continue
            self._service(self._key(role, fqdn), self._needs(pool, role, needs), self._details(pool, role), on=fqdn)
        if central:
            depends = self._needs(pool, "CentralMgmt", ("CentralMgmtStore", "FileStore"))
            in_use = "true" if self._scenario["central"] == fqdn else "false"
            active = ("CentralMgmtService", {"IsActive": in_use})
            self._service(self._key("CentralMgmt", fqdn), depends, active, on=fqdn)

    def _details(self, pool: Mapping[str, Any], role: str) -> tuple[str, dict[str, str]] | None:
        share = pool.get("file-store", "").removeprefix("\\\\").partition("\\")[2]
        registrar = {"IsDirector": "true" if pool["kind"] == "director" else "false"}
        registrar |= {"IsBranch": "true"} if pool["kind"] == "branch-appliance" else {}
        return {
            "FileStore": ("FileStoreService", {"ShareName": share}),
            "Registrar": ("RegistrarService", registrar),
            "ApplicationServer": ("ApplicationServerService", {}),
        }.get(role)

    def _needs(self, pool: Mapping[str, Any], role: str, needs: Iterable[str]) -> list[tuple[Key, str]]:
        """What a service of the pool depends on, with the usage."""
        found: list[tuple[Key, str]] = []
        for needed in needs:
            owner = pool["fqdn"]
            if needed == "FileStore":
                found.append((self._files[pool["file-store"].lower()], "Default"))
                continue
            if needed == "PersistentChatComplianceStore" and needed not in self._elsewhere:
                continue
            if needed in self._elsewhere:
                found.append((self._elsewhere[needed], "Default"))
                found += [(self._key(needed, _server(at)), usage) for usage, at in self._beside.get(needed, ())]
                continue
            if needed == "Registrar" and "Registrar" not in _KINDS[pool["kind"]]:
                owner = pool["next-hop"]
            if needed == "UserServices":
                owner = pool.get("user-services", owner)
            found.append((self._key(needed, owner), "Default"))
            if pool.get("mirror") and needed.endswith("Store"):
                found.append((self._key(needed, _server(pool["mirror"])), "Mirror"))
        if role == "UserServices" and pool.get("witness"):
            found.append((self._key("WitnessStore", _server(pool["witness"])), "Witness"))
        if role == "Registrar" and pool["fqdn"] in self._scenario.get("pairs", {}):
            found.append((self._key("Registrar", self._scenario["pairs"][pool["fqdn"]]), "Backup"))
        if role == "Registrar" and pool["kind"] != "director":
            stores = (key for store, key in self._elsewhere.items() if store in ("ArchivingStore", "MonitoringStore"))
            found += [(key, "Default") for key in stores]
        return found

    def _service(
        self,
        key: Key,
        needs: Iterable[tuple[Key, str]],
        details: tuple[str, dict[str, str]] | None = None,
        *,
        on: str = "",
        sql: str = "",
    ) -> None:
        kind = {"Type": _CLASS + details[0]} if details else {}
        element = ET.SubElement(self._services, "Service", {"RoleVersion": "1", "ServiceVersion": "6", **kind})
        _service_id(element, key)
        depends = ET.SubElement(element, "DependsOn")
        for needed, usage in needs:
            _service_id(ET.SubElement(depends, "Dependency", {"Usage": usage}), needed)
        installed = ET.SubElement(element, "InstalledOn")
        if sql:
            self._instance(installed, sql)
        elif key[1] == "FileStore":
            self._cluster_id(installed, _server(self._pools[on]["file-store"].removeprefix("\\\\")))
        else:
            self._cluster_id(installed, on)
        ports = ET.SubElement(element, "Ports", {"xmlns": ROLES})
        if key[1] == "Registrar":
            facts = {"Owner": "urn:component:Registrar", "Usage": "SipServer", "InterfaceSide": "Primary"}
            facts |= {"InterfaceNumber": "1", "Port": "5061", "Protocol": "Mtls", "UrlPath": "/"}
            ET.SubElement(ports, "Port", {**facts, "AuthorizesRequests": "true", "GruuType": "HomeServer"})
        if details:
            ET.SubElement(element, details[0], {"xmlns": ROLES, **details[1]})


def _server(at: str) -> str:
    return at.partition("\\")[0]


def _service_id(parent: ET.Element, key: Key) -> None:
    site, role, instance = key
    ET.SubElement(parent, "ServiceId", {"SiteId": site, "RoleName": role, "Instance": str(instance)})
