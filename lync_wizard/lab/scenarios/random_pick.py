"""The disaster of a drill that names none, picked by its seed: the same seed gives the same disaster."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from lync_wizard.core.errors import InputError
from lync_wizard.lab.scenarios.catalogue import BACKUPS, VARIANTS

Pair = tuple[str, str]
"""A procedure and a scenario that it ends."""


def pairs() -> list[Pair]:
    """Every disaster that can be picked, in a fixed order: what a restore ends; backups and failovers are none."""
    return [pair for pair in every() if pair[0].startswith("restore-")]


def pick(seed: int, variant: str | None = None) -> Pair:
    """The disaster of a seed, or that of ``variant`` where one is named, of a failover too. Raises InputError."""
    if variant is None:
        return _one(seed, pairs(), "")
    return _one(seed, [pair for pair in every() if pair[1] == variant], variant)


def procedure_for(scenario: str) -> str:
    """The procedure that restores a scenario. Raises :class:`InputError` where none does."""
    return _one(0, [pair for pair in every() if pair[1] == scenario], scenario)[0]


def every() -> list[Pair]:
    """Every procedure but backups with each of its scenarios, failovers too, in a fixed order."""
    return sorted((one, variant) for one, variants in VARIANTS.items() if one not in BACKUPS for variant in variants)


def _one(seed: int, fitting: Sequence[Pair], what: str) -> Pair:
    if not fitting:
        raise InputError(f"no procedure restores {what}", "See `lync-wizard drill --list`.")
    number = int.from_bytes(hashlib.sha256(f"drill {seed}".encode()).digest()[:8], "big")
    return fitting[number % len(fitting)]
