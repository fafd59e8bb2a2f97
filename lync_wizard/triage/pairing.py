"""Pools and their partners: who is paired with whom, whether the partner runs, and which pool is failed over now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lync_wizard.deployment import Deployment, Pool
from lync_wizard.triage.losses import USER_POOLS, losses
from lync_wizard.triage.survey_result import SurveyResult

Runs = Literal["yes", "partly", "no", "cannot-tell"]


@dataclass(frozen=True)
class Standing:
    """A pool and its partner. ``told``: a host named the partner; else the worksheets do.

    ``partner`` is None where nobody says whether there is one, empty where there is none. ``state`` is the PoolState,
    empty where it cannot be told. ``silent`` are the servers of the partner that give no sign of life.
    """

    pool: Pool
    partner: str | None
    told: bool
    runs: Runs = "cannot-tell"
    silent: tuple[str, ...] = ()
    state: str = ""
    lost: bool = False
    """Whether something of the pool itself gives no sign of life."""

    @property
    def failed_over(self) -> bool:
        return self.state.lower() == "failedover"

    @property
    def under_way(self) -> bool:
        """Whether a failover was begun and has not ended."""
        return self.state.lower() == "failingover"

    @property
    def named(self) -> str:
        return f"{self.pool.fqdn} is paired with {self.partner}"

    @property
    def partner_said(self) -> str:
        """Whether the partner runs, in words."""
        match self.runs:
            case "yes":
                return f"the servers of {self.partner} answer"
            case "no":
                return f"no server of {self.partner} answers"
            case "partly":
                return f"of {self.partner} {', '.join(self.silent)} gives no sign of life"
        return f"whether {self.partner} runs is not known"


def standings(deployment: Deployment, seen: SurveyResult | None) -> tuple[Standing, ...]:
    """How every pool with users stands; a host's answer goes before the worksheets."""
    known = seen or SurveyResult()
    hurt = {loss.pool.fqdn for loss in losses(deployment, known) if loss.of_pool}
    return tuple(_of(deployment, pool, known, pool.fqdn in hurt) for pool in deployment.pools_of_kind(*USER_POOLS))


def _of(deployment: Deployment, pool: Pool, seen: SurveyResult, lost: bool) -> Standing:
    answer = seen.partners.get(pool.fqdn.lower())
    partner = answer if answer is not None else pool.backup_pool or None
    state = seen.states.get(pool.fqdn.lower(), "")
    there = deployment.pool(partner) if partner else None
    members = there.server_fqdns or (there.fqdn,) if there else ()
    silent = tuple(fqdn for fqdn in members if seen.dead(fqdn))
    return Standing(pool, partner, answer is not None, _runs(members, silent, seen), silent, state, lost)


def _runs(members: tuple[str, ...], silent: tuple[str, ...], seen: SurveyResult) -> Runs:
    """Where no door opens at all, it may be this machine that is cut off."""
    if not members or not seen.any_door or not all(fqdn.lower() in seen.doors for fqdn in members):
        return "cannot-tell"
    return "yes" if not silent else "no" if len(silent) == len(members) else "partly"


def remark(pool: Pool, seen: SurveyResult) -> str:
    """What the hosts say of a pool among several targets; empty where nothing speaks for or against it."""
    state = seen.states.get(pool.fqdn.lower(), "")
    said = [f"PoolState {state}"] if state and state.lower() != "active" else []
    lost = seen.lost_members(pool) if seen.any_door else []
    if len(lost) == len(pool.server_fqdns or (pool.fqdn,)):
        said.append("no server answers")
    elif lost:
        said.append(f"no answer of {', '.join(lost)}")
    return "; ".join(said)


def singled_out(pools: Sequence[Pool], seen: SurveyResult) -> str:
    """The only pool of these of which no server answers, else the only one that is failed over; empty without one."""
    if not seen.any_door:
        return ""
    silent = [one for one in pools if len(seen.lost_members(one)) == len(one.server_fqdns or (one.fqdn,))]
    over = [one for one in pools if seen.states.get(one.fqdn.lower(), "").lower() == "failedover"]
    return next((found[0].fqdn for found in (silent, over) if len(found) == 1), "")
