"""What a server of each kind runs and needs: the service that shows its role, its certificates, who acts on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lync_wizard.deployment import Deployment, PoolKind, same

SERVICES: Final[Mapping[PoolKind, str]] = {
    "standard-edition": "RTCSRV",
    "enterprise": "RTCSRV",
    "director": "RTCSRV",
    "mediation": "RTCMEDSRV",
    "edge": "RTCSRV",
    "persistent-chat": "RTCCHAT",
}
"""Kind of pool → Windows service that is there once the role is installed."""

_WEB: Final = ("Default", "WebServicesInternal", "WebServicesExternal")
CERTIFICATES: Final[Mapping[PoolKind, tuple[str, ...]]] = {
    "standard-edition": _WEB,
    "enterprise": _WEB,
    "director": _WEB,
    "mediation": ("Default",),
    "edge": ("Internal",),
    "persistent-chat": ("Default",),
}
"""Kind of pool → usages (``-Type``) of the certificate that bears the pool's or server's name."""
EXTERNAL: Final = ("AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication")
"""Usages of an Edge Server's second certificate, the one that the outside sees."""

LOCAL_ADMIN: Final = "edge-admin"
_GROUPS: Final = "CN=RTC"
"""How the distinguished names begin of the groups that Lync puts its servers into."""


def groups(deployment: Deployment, host: str) -> tuple[str, ...]:
    """What distinguished names of groups begin with that a server's account is in; a server without Lync is in none."""
    return (_GROUPS,) if any(same(host, fqdn) for fqdn in deployment.host_fqdns) else ()


def account(deployment: Deployment, host: str, role: str) -> str:
    """The account role on a host: an Edge Server is in no domain, so the Lync administrator is a local one there."""
    pool = deployment.pool_of(host) if role == "lync-admin" else None
    return LOCAL_ADMIN if pool is not None and pool.kind == "edge" else role
