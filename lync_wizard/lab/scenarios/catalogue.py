"""What can be practised: the scenarios of each procedure, and the scripts of unattended drills."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import did_you_mean

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "restore-se": ("contoso-se", "contoso-se-kerberos", "contoso-se-chat"),
    "restore-cms": (
        "contoso-se-cms", "contoso-ee-cms", "contoso-ee-cms-both", "contoso-ee-cms-primary", "contoso-se-cms-local",
        "contoso-se-cms-database", "contoso-se-cms-pointer", "contoso-ee-cms-database", "contoso-se-cms-kerberos",
        "contoso-ee-cms-laden",
    ),
    "restore-backend": ("contoso-ee-backend", "contoso-ee-backend-both"),
    "restore-primary": ("contoso-ee-primary", "contoso-ee-primary-unwatched"),
    "restore-mirror": ("contoso-ee-mirror",),
    "restore-witness": ("contoso-ee-witness",),
    "restore-member": (
        "contoso-ee-front-end", "contoso-ee-director", "contoso-ee-mediation", "contoso-ee-chat", "contoso-ee-edge",
        "contoso-ee-director-kerberos", "contoso-ee-dfs",
    ),
    "restore-pool": ("contoso-ee-pool", "contoso-ee-front-ends"),
    "restore-filestore": ("contoso-ee-filestore",),
    "restore-archmon": ("contoso-archmon",),
    "restore-pchat": ("contoso-pchat", "contoso-pchat-export"),
    "restore-rgs": ("contoso-se-rgs",),
    "pool-failover": (
        "contoso-failover-pool", "contoso-failover-planned", "contoso-failover-cms-pool", "contoso-failover-site",
        "contoso-failover-backend", "contoso-failover-se", "contoso-failover-lag", "contoso-failover-wrong-order",
    ),
    "pool-failback": (
        "contoso-failback", "contoso-failback-early", "contoso-failback-hydration", "contoso-failback-alone",
    ),
    "cms-failover": ("contoso-failover-cms", "contoso-failover-cms-planned"),
    "mirror-failover": ("contoso-failover-mirror", "contoso-failback-mirror"),
    "pairing": ("contoso-pairing",),
    "unpair-pools": ("contoso-unpair",),
    "edge-federation-failover": ("contoso-failover-edge",),
    "edge-xmpp-failover": ("contoso-failover-xmpp",),
    "edge-failback": ("contoso-failback-edge",),
    "pchat-failover": ("contoso-failover-chat",),
    "pchat-failback": ("contoso-failback-chat",),
    "rgs-dr": ("contoso-rgs-over", "contoso-rgs-back"),
    "announce-dr": ("contoso-announce-over", "contoso-announce-back"),
    "callpark-dr": ("contoso-callpark-over", "contoso-callpark-back"),
    "conf-content": ("contoso-content",),
    "backup-service": ("contoso-backup-service",),
    "abc-failover": ("contoso-abc", "contoso-abc-branch"),
    "backup": (
        "contoso-se", "contoso-archmon", "contoso-ee", "contoso-pchat-export", "contoso-voice", "contoso-ee-dfs",
    ),
    "backup-core": ("contoso-se",),
}  # fmt: skip
"""Procedure → scenarios, the first one by default. The target of a drill is named by its scenario."""

BACKUPS: Final = frozenset({"backup", "backup-core"})
"""What is practised on a deployment before its disaster; each makes the full backup that a restore then needs."""

_SCRIPTS: Final = Path(__file__).parent.with_name("scripts")


def variant(procedure: str, wanted: str | None) -> str:
    """The scenario to build. Raises :class:`InputError` for a procedure or variant that cannot be practised."""
    if procedure not in VARIANTS:
        raise InputError(f"{procedure} cannot be practised", did_you_mean(procedure, VARIANTS))
    if wanted is None:
        return VARIANTS[procedure][0]
    if wanted not in VARIANTS[procedure]:
        raise InputError(f"{procedure} has no variant {wanted!r}", did_you_mean(wanted, VARIANTS[procedure]))
    return wanted


def script(procedure: str, variant: str = "") -> Path:
    """The answers and actions of an unattended drill in which everything is done right: the variant's own, if any."""
    own = _SCRIPTS / f"{procedure}.{variant}.yaml"
    return own if variant and own.is_file() else _SCRIPTS / f"{procedure}.yaml"
