"""What can be practised: which scenarios break what a procedure mends, and who does a drill's work unattended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lync_wizard.document import did_you_mean
from lync_wizard.errors import InputError

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "restore-se": ("contoso-se",),
    "restore-archmon": ("contoso-archmon",),
    "backup": ("contoso-se", "contoso-archmon"),
    "backup-core": ("contoso-se",),
}
"""Procedure → scenarios, the first one by default."""

BACKUPS: Final = frozenset({"backup", "backup-core"})
"""What is practised on a deployment before its disaster; each takes the whole backup, which a restore then needs."""

_SCRIPTS: Final = Path(__file__).with_name("scripts")


def variant(procedure: str, wanted: str | None) -> str:
    """The scenario to build. Raises :class:`InputError` for a procedure or variant that cannot be practised."""
    if procedure not in VARIANTS:
        raise InputError(f"{procedure} cannot be practised", did_you_mean(procedure, VARIANTS))
    if wanted is None:
        return VARIANTS[procedure][0]
    if wanted not in VARIANTS[procedure]:
        raise InputError(f"{procedure} has no variant {wanted!r}", did_you_mean(wanted, VARIANTS[procedure]))
    return wanted


def script(procedure: str) -> Path:
    """The answers and deeds of an unattended drill in which everything is done right."""
    return _SCRIPTS / f"{procedure}.yaml"
