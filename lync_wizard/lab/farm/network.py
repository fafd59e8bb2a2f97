"""The network of a computer in the perimeter: gateways and persistent routes."""

from __future__ import annotations

from typing import Any, Final

from lync_wizard.lab.farm.state import Host

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
