"""Whether two published topologies are equal, whichever side of a mirror is the primary."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any, Final

_EITHER: Final = frozenset({"Default", "Mirror"})
"""Usages of a dependency on a store: as the primary or as its mirror."""


def equal(one: str, other: str) -> bool:
    """Compare two documents: after ``restore-primary`` the survivor is the primary, the rebuilt server its mirror."""
    return one == other or (bool(one and other) and _outline(one) == _outline(other))


def _outline(text: str) -> Any:
    root = ET.XML(text)
    places = {_key(one, "ServiceId"): _place(one) for one in _all(root, "Service")}
    clusters = [ET.tostring(one).strip() for one in _all(root, "Cluster")]
    compared = ("Clusters", "SqlInstances", "Services")
    rest = [ET.tostring(child).strip() for child in root if _local(child) not in compared]
    return sorted(clusters), sorted(_service(one, places) for one in _all(root, "Service")), rest


def _service(element: ET.Element, places: dict[str, str]) -> str:
    """Role, where it is installed, what its own element says, and on what it depends, stores of a pair in any order."""
    role = next(_all(element, "ServiceId")).get("RoleName", "")
    details = [ET.tostring(child).strip() for child in element if _local(child) not in _PLACED]
    needs = []
    for dependency in _all(element, "Dependency"):
        usage, on = dependency.get("Usage", ""), _key(dependency, "ServiceId")
        store = "Store-" in on and usage in _EITHER and not on.split("-")[1].startswith("File")
        needs.append(f"{'either' if store else usage} {on.split('-')[1]} {places.get(on, on)}")
    return repr((role, _place(element), sorted(details), sorted(needs)))


_PLACED: Final = frozenset({"ServiceId", "DependsOn", "InstalledOn"})


def _place(element: ET.Element) -> str:
    installed = next(_all(element, "InstalledOn"))
    instance = next((one.get("Name", "") for one in _all(installed, "SqlInstanceId")), "")
    cluster = next(_all(installed, "ClusterId"))
    return f"{cluster.get('SiteId')}-{cluster.get('Number')}\\{instance}"


def _key(element: ET.Element, name: str) -> str:
    key = next(_all(element, name))
    return f"{key.get('SiteId')}-{key.get('RoleName')}-{key.get('Instance')}"


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (one for one in element.iter() if _local(one) == name)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
