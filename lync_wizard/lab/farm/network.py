"""The network of a computer in the perimeter: gateways, persistent routes, and the programs that set and show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lync_wizard.lab.farm.state import Host
from lync_wizard.lab.powershell.call import Call

EXTERNAL_GATEWAY: Final = "131.107.155.1"
INTERNAL_GATEWAY: Final = "172.16.0.1"
ROUTES: Final = (
    ("192.168.10.0", "255.255.255.0", INTERNAL_GATEWAY),
    ("192.168.40.0", "255.255.255.0", INTERNAL_GATEWAY),
)
"""Persistent routes of a healthy Edge Server's internal interface: network, mask, gateway."""


def persisted_routes(host: Host) -> list[dict[str, Any]]:
    """The persistent routes as Win32_IP4PersistedRouteTable shows them."""
    rows = [(*row.split(), "255.0.0.0", "10.0.0.1")[:3] for row in host.routes]
    return [{"Destination": network, "Mask": mask, "NextHop": hop, "Metric1": 1} for network, mask, hop in rows]


def route(call: Call, words: Sequence[str]) -> int:
    """``route -p add NETWORK mask MASK GATEWAY``, ``route delete NETWORK``, ``route print``."""
    lowered = [word.lower() for word in words]
    verb = next((word for word in lowered if word in {"add", "delete", "print"}), "")
    rest = [word for word in words[lowered.index(verb) + 1 :] if word.lower() != "mask"] if verb else []
    match verb:
        case "print":
            return _print(call)
        case "add" if len(rest) >= 3:
            return _keep(call, rest[0], [" ".join(rest[:3])] if "-p" in lowered else [])
        case "delete" if rest:
            return _keep(call, rest[0], [])
    call.write("The route addition failed: The parameter is incorrect." if verb else "Manipulates routing tables.")
    return 1


def _keep(call: Call, network: str, rows: list[str]) -> int:
    """Replace what is persistent of a network; a route that is not persistent is gone with the next restart."""
    with call.simulation.change():
        call.host.routes = [known for known in call.host.routes if known.split()[0] != network] + rows
    call.write(" OK!")
    return 0


def _print(call: Call) -> int:
    call.write("Persistent Routes:")
    call.write("  Network Address          Netmask  Gateway Address  Metric")
    for row in persisted_routes(call.host):
        call.write(f"{row['Destination']:>17}{row['Mask']:>17}{row['NextHop']:>17}       1")
    if not call.host.routes:
        call.write("  None")
    return 0


def ipconfig(call: Call, words: Sequence[str]) -> int:
    """``ipconfig /all``: name, primary DNS suffix, default gateways."""
    host = call.host
    call.write("Windows IP Configuration")
    if "/all" in {word.lower() for word in words}:
        call.write(f"   Host Name . . . . . . . . . . . . : {host.name}")
        call.write(f"   Primary Dns Suffix  . . . . . . . : {host.suffix}")
    for number, gateway in enumerate(host.gateways or [""], 1):
        call.write(f"Ethernet adapter Ethernet {number}:")
        call.write(f"   Default Gateway . . . . . . . . . : {gateway}")
    return 0
