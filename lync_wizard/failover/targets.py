"""How long a failover takes and what it loses by the documentation's targets, against what the plan allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lync_wizard.core import timestamps
from lync_wizard.failover import rules
from lync_wizard.failover.answers import Allowed, Couple, Line, PairAnswers
from lync_wizard.hosts import Record, text_of

DEFAULT_INTERVAL: Final = timedelta(minutes=2)


@dataclass(frozen=True)
class Target:
    """An engineering target: how long a failover takes, and how much of the newest data may be lost."""

    duration: timedelta
    shown: str
    loss: timedelta

    @property
    def text(self) -> str:
        return f"RTO {self.shown} min, RPO {minutes(self.loss)}"


LYNC_2013: Final = Target(timedelta(minutes=30), "30", timedelta(minutes=30))
SUCCESSORS: Final = Target(timedelta(minutes=20), "15-20", timedelta(minutes=5))
STORE: Final = Target(timedelta(minutes=5), "5", timedelta(minutes=5))
"""Of a failover of the Central Management store, in every version; locations are not covered."""


def target(product: str) -> Target:
    """The target of a pool failover in a product as the worksheets name it; Lync Server 2013 where they do not."""
    return LYNC_2013 if not product or "2013" in product else SUCCESSORS


def minutes(span: timedelta) -> str:
    """A span as a number of minutes, for reading."""
    return f"{span.total_seconds() / 60:g} min"


def interval(answers: PairAnswers) -> timedelta | None:
    """How often the Backup Service synchronises; None where nobody says it."""
    return sync_interval(answers.configuration.records)


def sync_interval(found: Sequence[Record]) -> timedelta | None:
    """The interval that the settings of the Backup Service name; None where they do not."""
    return timestamps.span_of(text_of(found[0], "SyncInterval") if found else "")


def interval_text(every: timedelta | None) -> str:
    """The interval in words; the default where nobody says it."""
    return f"interval {minutes(every)}" if every else f"interval not known, {minutes(DEFAULT_INTERVAL)} by default"


@dataclass(frozen=True)
class Sync:
    """What a failover loses: when the Backup Service carried something over last, and the targets, in words."""

    text: str
    pool: str
    store: str


def sync(product: str, every: timedelta | None) -> Sync:
    """Of a product as the worksheets name it. No cmdlet tells when the last sync was."""
    return Sync(f"unknown ({interval_text(every)})", minutes(target(product).loss), minutes(STORE.loss))


def lines(couple: Couple, answers: PairAnswers, allowed: Allowed, *, holds: bool) -> Iterator[Line]:
    """The last sync, the target of the pools, and, where the pair ``holds`` the store, of that."""
    every = interval(answers)
    yield _last_sync(answers, every)
    wanted = target(couple.deployment.product)
    product = couple.deployment.product or rules.LYNC_2013
    yield _time("rto", "pool-failover", wanted, allowed.pool, allowed, product)
    if holds:
        yield _time("cms-rto", "cms-failover", STORE, allowed.store, allowed, "Central Management store")
    yield _loss(wanted, allowed.loss, every, product)


def _last_sync(answers: PairAnswers, every: timedelta | None) -> Line:
    """No cmdlet tells when the Backup Service carried something over last."""
    heard = answers.configuration
    evidence = heard.evidence(f"SyncInterval {minutes(every) if every else 'not known'}")
    if every and every > DEFAULT_INTERVAL:
        hint = "A longer interval loses more; it is one setting for all pools (backup-service)."
        text = f"last sync: unknown ({interval_text(every)}, longer than the default)"
        return Line("last-sync", "caution", text, evidence, hint)
    text = f"last sync: unknown ({interval_text(every)})"
    return Line("last-sync", "ok" if every else "cannot-tell", text, evidence)


def _time(about: str, scenario: str, wanted: Target, may: timedelta | None, allowed: Allowed, product: str) -> Line:
    cell = f"plan/rto/{scenario}"
    evidence = f"target of {product}: RTO {wanted.shown} min; {cell}: {minutes(may) if may else 'not recorded'}"
    if scenario in allowed.missed:
        text = f"the last test of {scenario} missed its RTO"
        hint = f"Find out why, and test again; then plan/rto-met/{scenario} is true."
        return Line(about, "no", text, f"plan/rto-met/{scenario}: false; {evidence}", hint)
    if may is None:
        text = f"{scenario} takes {wanted.shown} min by its target; what the plan allows is not recorded"
        return Line(about, "not-recorded", text, evidence, f"lync-wizard worksheet set {cell} DURATION")
    if may < wanted.duration and scenario in allowed.met:
        text = f"{scenario} met the {minutes(may)} that the plan allows when it was tested last"
        return Line(about, "ok", text, f"plan/rto-met/{scenario}: true; {evidence}")
    if may < wanted.duration:
        text = f"{scenario} takes {wanted.shown} min by its target, the plan allows {minutes(may)}"
        return Line(about, "no", text, evidence, "Change the plan, or prove in a test that it is faster and record it.")
    return Line(
        about, "ok", f"{scenario} takes {wanted.shown} min by its target, the plan allows {minutes(may)}", evidence
    )


def _loss(wanted: Target, may: timedelta | None, every: timedelta | None, product: str) -> Line:
    about, cell = "rpo", "plan/failover/rpo"
    evidence = f"target of {product}: RPO {minutes(wanted.loss)}; {cell}: {minutes(may) if may else 'not recorded'}"
    worst = max(wanted.loss, every or wanted.loss)
    said = f"up to {minutes(worst)} of the newest data may be lost"
    if may is None:
        hint = f"lync-wizard worksheet set {cell} {minutes(worst).replace(' ', '')}"
        return Line(about, "not-recorded", f"{said}; what the plan allows is not recorded", evidence, hint)
    if may < worst:
        return Line(
            about, "no", f"{said}, the plan allows {minutes(may)}", evidence, "Change the plan, or the interval."
        )
    return Line(about, "ok", f"{said}, the plan allows {minutes(may)}", evidence)
