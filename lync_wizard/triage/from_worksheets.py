"""What the papers answer before anybody is asked: only where every pool in question gives the same answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from lync_wizard.deployment import Deployment, Pool
from lync_wizard.triage.questions import ProposedAnswer

KINDS: Final = {
    "standard-edition": ("standard-edition",),
    "back-end": ("enterprise",),
    "front-end-pool": ("enterprise",),
    "front-ends": ("enterprise",),
    "file-store-back-end": ("enterprise",),
}
"""Which pools can be meant by an answer to "what failed?"; any user pool where nothing stands here."""


def from_papers(question: str, answers: Mapping[str, str], deployment: Deployment) -> ProposedAnswer | None:
    """What worksheets and topology say about a question of triage, and where it stands; None where they do not."""
    read = _READERS.get(question)
    pools = deployment.pools_of_kind("standard-edition", "enterprise")
    meant = [pool for pool in pools if pool.kind in KINDS.get(answers.get("failed", ""), (pool.kind,))]
    return read(meant, answers, deployment) if read and meant else None


def _agreed(pools: Sequence[Pool], answer: Callable[[Pool], str], why: str) -> ProposedAnswer | None:
    found = {answer(pool) for pool in pools}
    return ProposedAnswer(found.pop(), f"worksheets: {why}") if len(found) == 1 else None


def _names(pools: Sequence[Pool]) -> str:
    return ", ".join(pool.fqdn for pool in pools)


def _gate(pools: Sequence[Pool], _: Mapping[str, str], __: Deployment) -> ProposedAnswer | None:
    if paired := [f"{pool.fqdn} is paired with {pool.backup_pool}" for pool in pools if pool.backup_pool]:
        return ProposedAnswer("", f"worksheets: {', '.join(paired)}; no host has said whether the partner runs")
    return ProposedAnswer("unpaired", f"worksheets: no backup pool recorded for {_names(pools)}")


def _cms(pools: Sequence[Pool], _: Mapping[str, str], deployment: Deployment) -> ProposedAnswer | None:
    if deployment.cms is None:
        return None
    why = f"the active Central Management store is on {deployment.cms.pool}"
    return _agreed(pools, lambda pool: "yes" if deployment.hosts_cms(pool) else "no", why)


def _mirror(pools: Sequence[Pool], answers: Mapping[str, str], _: Deployment) -> ProposedAnswer | None:
    if answers.get("failed") in {"archiving-monitoring", "chat-database"}:
        return None

    def mirrored(pool: Pool) -> str:
        return "none" if not pool.mirrored else "witness" if pool.witness else "no-witness"

    return _agreed(pools, mirrored, f"SQL Server store of {_names(pools)}")


def _place(pools: Sequence[Pool], answers: Mapping[str, str], _: Deployment) -> ProposedAnswer | None:
    def stores(pool: Pool) -> list[str]:
        used = [pool.chat] if answers.get("failed") == "chat-database" else [pool.archiving, pool.monitoring]
        return ["collocated" if pool.sql and s.key == pool.sql.key else "stand-alone" for s in used if s]

    using = [pool for pool in pools if stores(pool)]
    if any(len(set(stores(pool))) > 1 for pool in using) or not using:
        return None
    return _agreed(using, lambda pool: stores(pool)[0], f"database servers of {_names(using)}")


def _edge(_: Sequence[Pool], __: Mapping[str, str], deployment: Deployment) -> ProposedAnswer | None:
    return None if deployment.pools_of_kind("edge") else ProposedAnswer("no", "worksheets: no Edge pool is recorded")


def _features(pools: Sequence[Pool], _: Mapping[str, str], __: Deployment) -> ProposedAnswer | None:
    recorded = ", ".join(sorted(set().union(*(pool.features for pool in pools)))) or "none of them"
    return ProposedAnswer("recorded", f"worksheets: {_names(pools)}: {recorded}")


_READERS: Final[Mapping[str, Callable[[Sequence[Pool], Mapping[str, str], Deployment], ProposedAnswer | None]]] = {
    "gate": _gate,
    "cms": _cms,
    "mirror": _mirror,
    "place": _place,
    "edge": _edge,
    "features": _features,
}
