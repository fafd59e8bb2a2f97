"""Changes of the published topology: what Topology Builder and the cmdlets publish, one small edit each."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Final

from lync_wizard.lab.farm import exports, topology
from lync_wizard.lab.farm.state import Cms, State

PUBLISHED: Final = "published"
"""The fact that lists the edits published so far: a topology composed anew gets them again."""

Edit = Callable[..., None]


def publish(state: State, now: float, edit: str, *of: str) -> None:
    """Publish the topology with one more edit, by its name in :data:`EDITS`."""
    state.facts.setdefault(PUBLISHED, []).append([edit, *of])
    state.cms.topology = _edited(state.cms.topology, [[edit, *of]])
    topology.cms_changed(state, now)


def again(state: State, text: str) -> str:
    """A topology composed anew, with everything that was published since."""
    return _edited(text, state.facts.get(PUBLISHED, []))


def _edited(text: str, edits: list[list[str]]) -> str:
    root = ET.XML(text)
    for name, *of in edits:
        EDITS[name](root, *of)
    plain = ET.tostring(root, encoding="unicode")
    return exports.read_configuration(exports.configuration(Cms(plain))).topology


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(root: ET.Element, name: str) -> Iterator[ET.Element]:
    return (one for one in root.iter() if _local(one) == name)


def _place(root: ET.Element, fqdn: str) -> tuple[str, str]:
    """Site and number of a cluster."""
    for cluster in _all(root, "Cluster"):
        if cluster.get("Fqdn", "").lower() == fqdn.lower():
            key = next(_all(cluster, "ClusterId"))
            return key.get("SiteId", ""), key.get("Number", "")
    return "", ""


def _id(service: ET.Element) -> ET.Element:
    return next(_all(service, "ServiceId"))


def _own(root: ET.Element, fqdn: str, *roles: str) -> list[ET.Element]:
    """The services of a pool, of these roles only where any are named."""
    site, number = _place(root, fqdn)
    found = [s for s in _all(root, "Service") if (_id(s).get("SiteId"), _id(s).get("Instance")) == (site, number)]
    return [s for s in found if not roles or _id(s).get("RoleName") in roles]


def _active(root: ET.Element, fqdn: str) -> None:
    mine = _own(root, fqdn, "CentralMgmt")
    for service in _all(root, "Service"):
        for settings in [one for one in service if _local(one) == "CentralMgmtService"]:
            settings.set("IsActive", "true" if service in mine else "false")


def _next_hop(root: ET.Element, fqdn: str, target: str) -> None:
    site, number = _place(root, target)
    for service in _own(root, fqdn, "EdgeServer", "PersistentChatService", "MediationServer"):
        for dependency in _all(service, "Dependency"):
            key = next(_all(dependency, "ServiceId"))
            if key.get("RoleName") == "Registrar":
                key.set("SiteId", site)
                key.set("Instance", number)


def _user_services(root: ET.Element, branch: str, target: str) -> None:
    """What a branch appliance had is replaced; of a pool that was deleted nothing is left there."""
    for service in _own(root, branch, "Registrar"):
        holder = next(_all(service, "DependsOn"))
        for one in [d for d in holder if next(_all(d, "ServiceId")).get("RoleName") == "UserServices"]:
            holder.remove(one)
        _depend(root, holder, "Default", "UserServices", target)


def _unpair(root: ET.Element, fqdn: str) -> None:
    place = _place(root, fqdn)
    own = _own(root, fqdn, "Registrar")
    for service in [s for s in _all(root, "Service") if _id(s).get("RoleName") == "Registrar"]:
        for holder in _all(service, "DependsOn"):
            for one in [d for d in holder if d.get("Usage") == "Backup"]:
                key = next(_all(one, "ServiceId"))
                if service in own or (key.get("SiteId"), key.get("Instance")) == place:
                    holder.remove(one)


def _pair(root: ET.Element, fqdn: str, partner: str) -> None:
    for one in (fqdn, partner):
        _unpair(root, one)
    for one, other in ((fqdn, partner), (partner, fqdn)):
        for service in _own(root, one, "Registrar"):
            _depend(root, next(_all(service, "DependsOn")), "Backup", "Registrar", other)


def _depend(root: ET.Element, holder: ET.Element, usage: str, role: str, pool: str) -> None:
    site, number = _place(root, pool)
    space = holder.tag.rpartition("}")[0] + "}" if "}" in holder.tag else ""
    dependency = ET.SubElement(holder, f"{space}Dependency", {"Usage": usage})
    ET.SubElement(dependency, f"{space}ServiceId", {"SiteId": site, "RoleName": role, "Instance": number})


def _remove(root: ET.Element, fqdn: str) -> None:
    """A pool with its services, its stores, and the SQL servers that carry nothing then."""
    _unpair(root, fqdn)
    mine = {_name(_id(service)) for service in _own(root, fqdn)}
    mine |= {_name(key) for s in _own(root, fqdn) for key in _all(s, "ServiceId") if _of_back_end(key)}
    shared = {_name(_id(s)) for s in _all(root, "Service") if _id(s).get("RoleName") == "FileStore"}
    others = [s for s in _all(root, "Service") if _name(_id(s)) not in mine]
    used = {_name(key) for s in others for key in list(_all(s, "ServiceId"))[1:]}
    gone = mine - (shared & used)
    for parent in list(root.iter()):
        for child in list(parent):
            key = _id(child) if _local(child) in ("Service", "Dependency") else None
            if key is not None and _name(key) in gone:
                parent.remove(child)
    places = {(k.get("SiteId"), k.get("Number")) for s in _all(root, "Service") for k in _all(s, "ClusterId")}
    ours = _place(root, fqdn)
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child) in ("Cluster", "SqlInstance"):
                key = next(_all(child, "ClusterId"))
                place = key.get("SiteId"), key.get("Number")
                if place == ours or (place not in places and child.get("RequiresSetup") != "true"):
                    parent.remove(child)


def _of_back_end(key: ET.Element) -> bool:
    role = key.get("RoleName", "")
    return role in ("UserStore", "ApplicationStore", "CentralMgmtStore", "WitnessStore")


def _name(key: ET.Element) -> tuple[str, ...]:
    return key.get("SiteId", ""), key.get("RoleName", ""), key.get("Instance", "")


EDITS: Final[dict[str, Edit]] = {
    "active": _active,
    "next-hop": _next_hop,
    "user-services": _user_services,
    "pair": _pair,
    "unpair": _unpair,
    "remove": _remove,
}
"""Edit → what it does to a document; the arguments are FQDNs of pools."""
