"""What living hosts answer before anybody is asked; whatever they leave open stays with the papers and the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lync_wizard.deployment import Deployment, Pool, SqlInstance, same
from lync_wizard.triage import pairing
from lync_wizard.triage.from_worksheets import KINDS
from lync_wizard.triage.losses import USER_POOLS, Loss, back_end_of, losses, lost_side
from lync_wizard.triage.questions import ProposedAnswer
from lync_wizard.triage.survey_result import SurveyResult

_CHAT: Final = "chat-database"
_STORES: Final = {
    _CHAT: (("PersistentChatDatabase", "PersistentChatServer", "PersistentChatDatabase"),),
    "archiving-monitoring": (
        ("ArchivingDatabase", "Registrar", "ArchivingDatabase"),
        ("MonitoringDatabase", "Registrar", "MonitoringDatabase"),
    ),
}
"""What failed → switch of Get-CsService for its store, the service that uses it, and by which property."""
_FEATURES: Final = ("archiving", "monitoring", "persistent-chat")


def from_hosts(
    question: str, answers: Mapping[str, str], deployment: Deployment, seen: SurveyResult
) -> ProposedAnswer | None:
    """What the hosts say about a question of triage, and which of them; None where they do not.

    An empty answer proposes nothing: the hosts tell something, and a person has to judge it.
    """
    read = _READERS.get(question)
    if read is None or not seen.any_door:
        return None
    found = losses(deployment, seen)
    failed = answers.get("failed", "")
    meant = [loss.pool for loss in found if loss.failed == failed]
    if not meant and failed:
        users = deployment.pools_of_kind(*USER_POOLS)
        meant = [pool for pool in users if pool.kind in KINDS.get(failed, (pool.kind,))]
    return read(_Case(deployment, seen, found, answers, tuple(dict.fromkeys(meant))))


@dataclass(frozen=True)
class _Case:
    """One question put to what was seen; ``meant`` are the pools that what failed belongs to."""

    deployment: Deployment
    seen: SurveyResult
    losses: Sequence[Loss]
    answers: Mapping[str, str]
    meant: tuple[Pool, ...]

    @property
    def failed(self) -> str:
        return self.answers.get("failed", "")

    def shows(self, *failed: str) -> str:
        """How the losses of these kinds show."""
        return "; ".join(dict.fromkeys(loss.shows for loss in self.losses if not failed or loss.failed in failed))

    def asked(self, cmdlet: str) -> str:
        return f"{cmdlet} on {self.seen.host}"

    def agreed(self, answer: Callable[[Pool], ProposedAnswer | None]) -> ProposedAnswer | None:
        """One answer for all pools meant, with the evidence of each; None where they differ or one is not told."""
        found = [answer(pool) for pool in self.meant]
        told = [known for known in found if known is not None]
        if not told or len(told) < len(found) or len({known.answer for known in told}) > 1:
            return None
        return ProposedAnswer(told[0].answer, "; ".join(dict.fromkeys(known.evidence for known in told)))


def _gate(case: _Case) -> ProposedAnswer | None:
    lost = [loss.pool.fqdn for loss in case.losses if loss.pool.kind in USER_POOLS and loss.stops]
    every = pairing.standings(case.deployment, case.seen)
    if failed_over := _failed_over(case, [one for one in every if not lost or one.pool.fqdn in lost]):
        return failed_over
    if case.losses and not lost:
        return ProposedAnswer("unpaired", f"what gives no sign of life is neither: {case.shows()}")
    meant = [one for one in every if not lost or one.pool.fqdn in lost]
    if not meant or any(one.partner is None for one in meant):
        return None
    asked = case.asked(f"Get-CsPoolBackupRelationship{case.seen.store}")
    paired = [one for one in meant if one.partner]
    if not paired:
        recorded = ", ".join(f"{one.pool.fqdn} with {one.pool.backup_pool}" for one in meant if one.pool.backup_pool)
        against = f"Paired; worksheets: {recorded}" if recorded else ""
        return ProposedAnswer("unpaired", f"{asked}: no partner of {', '.join(s.pool.fqdn for s in meant)}", against)
    shown = f"{asked if any(one.told for one in paired) else 'worksheets'}: {', '.join(one.named for one in paired)}"
    serving = [f"PoolState of {one.pool.fqdn} is {one.state}" for one in paired if one.state]
    shown = "; ".join([shown, *serving])
    if not lost:
        return ProposedAnswer("", shown)
    silent = [name for one in paired for name in one.silent]
    if any(one.runs == "no" for one in paired):
        return ProposedAnswer("partner-cannot", f"{shown}; {', '.join(map(case.seen.trouble, silent))}")
    silent_pools = [f"{one.pool.fqdn}: {said}" for one in paired if (said := pairing.remark(one.pool, case.seen))]
    return ProposedAnswer("", "; ".join([*silent_pools, shown, *dict.fromkeys(one.partner_said for one in paired)]))


def _failed_over(case: _Case, meant: Sequence[pairing.Standing]) -> ProposedAnswer | None:
    """A pool whose users its partner serves now, or is about to; None where no host says so."""
    asked = case.asked(f"Get-CsRegistrarConfiguration{case.seen.store}")
    for one in meant:
        shown = f"{asked}: PoolState of {one.pool.fqdn} is {one.state}"
        if one.failed_over:
            shown += f"; {one.partner or 'its partner'} serves its users"
            return ProposedAnswer("partner-serves" if one.lost else "failback", shown)
        if one.under_way:
            return ProposedAnswer("", f"{shown}: a failover was begun; where nothing runs, pool-failover once more")
    return None


def _failed(case: _Case) -> ProposedAnswer | None:
    if not case.losses:
        return None
    several = len({loss.failed for loss in case.losses}) > 1
    return ProposedAnswer(
        case.losses[0].failed, f"{'several things, this one first: ' if several else ''}{case.shows()}"
    )


def _cms(case: _Case) -> ProposedAnswer | None:
    pointer = case.seen.pointer
    if pointer is None or not pointer.server or not case.meant:
        return None
    hosting = [pool for pool in case.meant if back_end_of(pool, pointer)]
    known = any(loss.failed == case.failed for loss in case.losses)
    if hosting and len(hosting) < len(case.meant) and not known:
        return None
    return ProposedAnswer("yes" if hosting else "no", f"{case.asked('Get-CsConfigurationStoreLocation')}: {pointer}")


def _mirror(case: _Case) -> ProposedAnswer | None:
    if case.failed in _STORES and case.answers.get("place") != "collocated":
        return _store_mirror(case)
    return case.agreed(lambda pool: _pool_mirror(case, pool))


def _pool_mirror(case: _Case, pool: Pool) -> ProposedAnswer | None:
    states = case.seen.mirrors.get(pool.fqdn.lower(), ())
    asked = case.asked(f"Get-CsDatabaseMirrorState{case.seen.store}")
    first = next((state for state in states if state.mirrored), None)
    if first:
        shown = f"{asked}: {first.said}"
        return _witnessed(case, pool, shown)
    configured = [s for s in case.seen.services.get("UserServer", ()) if same(s.pool, pool.fqdn)]
    if configured:
        partner = configured[0].properties.get("MirrorUserDatabase", "")
        shown = f"{case.asked('Get-CsService -UserServer')}: {partner or f'no MirrorUserDatabase of {pool.fqdn}'}"
        return _witnessed(case, pool, shown) if partner else ProposedAnswer("none", shown)
    if states and pool.sql and not pool.mirror and not case.seen.dead(pool.sql.server):
        return ProposedAnswer("none", f"{asked}: no database of {pool.fqdn} is mirrored")
    return None


def _witnessed(case: _Case, pool: Pool, shown: str) -> ProposedAnswer:
    """Mirrored, and with a witness or without: as the instances say, else as the worksheets do."""
    sides = [side for side in (pool.sql, pool.mirror) if side]
    sessions = [(side, s) for side in sides for s in case.seen.sessions.get(side.key, ())]
    if sessions:
        side, session = next(((one, s) for one, s in sessions if s.witness), sessions[0])
        said = f"its witness is {session.witness}" if session.witness else "it has no witness"
        return ProposedAnswer("witness" if session.witness else "no-witness", f"{shown}; {side}: {said}")
    if pool.mirror:
        said = f"witness {pool.witness}" if pool.witness else "no witness"
        return ProposedAnswer("witness" if pool.witness else "no-witness", f"{shown}; worksheets: {said}")
    return ProposedAnswer("", shown)


def _store_mirror(case: _Case) -> ProposedAnswer | None:
    """A database on a SQL Server of its own: what the topology says of its mirror."""
    found, told = [], False
    for _, user, name in _STORES[case.failed]:
        for service in case.seen.services.get(user, ()):
            if service.properties.get(name):
                told = True
                found += [service.properties[f"Mirror{name}"]] if service.properties.get(f"Mirror{name}") else []
    asked = case.asked(f"Get-CsService -{_STORES[case.failed][0][1]}")
    if not told:
        return None
    if found:
        return ProposedAnswer("", f"{asked}: mirrored on {', '.join(dict.fromkeys(found))}")
    return ProposedAnswer("none", f"{asked}: it names no mirror")


def _side(case: _Case) -> ProposedAnswer | None:
    if case.failed in _STORES and case.answers.get("place") != "collocated":
        return None
    return case.agreed(lambda pool: _pool_side(case, pool))


def _pool_side(case: _Case, pool: Pool) -> ProposedAnswer | None:
    if not pool.mirror or not pool.sql:
        return None
    databases = ("xds",) if case.failed == "cms-database" else ()
    primary, mirror, witness = lost_side(pool, case.seen, *databases)
    witness = witness and case.answers.get("mirror") == "witness"
    gone = [side for side, lost in ((pool.sql, primary), (pool.mirror, mirror), (pool.witness, witness))
            if lost and side]  # fmt: skip
    if not (primary or mirror):
        return None
    answer = "both" if primary and mirror else "primary" if primary else "mirror"
    answer = f"{answer}-and-witness" if witness and answer != "both" else answer
    shown = ", ".join(case.seen.about(side, *databases) for side in gone)
    states = case.seen.mirrors.get(pool.fqdn.lower(), ())
    first = next((state for state in states if state.mirrored), None)
    if first:
        shown += f"; {case.asked(f'Get-CsDatabaseMirrorState{case.seen.store}')}: {first.said}"
    return ProposedAnswer(answer, shown)


def _place(case: _Case) -> ProposedAnswer | None:
    found: dict[str, str] = {}
    ends = [pool for pool in case.deployment.pools_of_kind(*USER_POOLS) if pool.sql]
    for switch, _, _ in _STORES.get(case.failed, ()):
        for service in case.seen.services.get(switch, ()):
            store = SqlInstance(service.pool, service.instance)
            collocated = any(pool.sql and pool.sql.key == store.key for pool in ends)
            found[f"{case.asked(f'Get-CsService -{switch}')}: {store}"] = "collocated" if collocated else "stand-alone"
    if len(set(found.values())) != 1:
        return None
    return ProposedAnswer(next(iter(found.values())), "; ".join(found))


def _edge(case: _Case) -> ProposedAnswer | None:
    if not any(loss.failed == case.failed for loss in case.losses):
        return None
    kinds = {pool.kind == "edge" for pool in case.meant}
    if len(kinds) > 1:
        return None
    shown = f"{case.shows(case.failed)}; worksheets: {', '.join(f'{p.fqdn}: {p.kind}' for p in case.meant)}"
    if kinds == {True}:
        others = [pool for pool in case.deployment.pools_of_kind("edge") if pool not in case.meant]
        if case.failed != "member" and not others:
            return ProposedAnswer("yes", f"{shown}; there is no other Edge pool")
        if case.failed != "member" and (carried := _carried(case)):
            return replace(carried, evidence=f"{shown}; {carried.evidence}")
        # Without an answer about the sites, whether a whole pool carries federation is for a person to say.
        return ProposedAnswer("yes" if case.failed == "member" else "", shown)
    return ProposedAnswer("no", shown)


def _carried(case: _Case) -> ProposedAnswer | None:
    """What the sites say that an Edge pool carries; federation first, which XMPP can follow."""
    asked = case.asked("Get-CsSite")
    for pool in case.meant:
        kinds = [kind for kind in ("federation", "xmpp") if pool.fqdn.lower() in case.seen.routes.get(kind, ())]
        if kinds:
            return ProposedAnswer(kinds[0], f"{asked}: {pool.fqdn} carries {' and '.join(kinds)}")
    return ProposedAnswer("yes", f"{asked}: it carries neither federation nor XMPP") if case.seen.routes else None


def _features(case: _Case) -> ProposedAnswer | None:
    users = [pool for pool in case.meant if pool.kind in USER_POOLS]
    if not {"Registrar", "PersistentChatServer"} <= set(case.seen.services) or not users:
        return None
    asked = case.asked("Get-CsService -Registrar, -PersistentChatServer")
    said, differing = [], False
    for pool in users:
        recorded = {name for name in _FEATURES if name in pool.features or _store(pool, name)}
        live = _deployed(case.seen, pool)
        differing = differing or live != recorded
        said.append(f"{pool.fqdn}: {', '.join(sorted(live)) or 'none of Archiving, Monitoring, Persistent Chat'}")
    return ProposedAnswer("differs" if differing else "recorded", f"{asked}: {'; '.join(said)}")


def _store(pool: Pool, feature: str) -> SqlInstance | None:
    return {"archiving": pool.archiving, "monitoring": pool.monitoring, "persistent-chat": pool.chat}[feature]


def _deployed(seen: SurveyResult, pool: Pool) -> set[str]:
    live = set()
    for service in seen.services["Registrar"]:
        if same(service.pool, pool.fqdn):
            live |= {name for name, database in (("archiving", "ArchivingDatabase"), ("monitoring",
                     "MonitoringDatabase")) if service.properties.get(database)}  # fmt: skip
    for service in seen.services["PersistentChatServer"]:
        if same(service.properties.get("Registrar", "").rpartition(":")[2], pool.fqdn) or same(service.pool, pool.fqdn):
            live.add("persistent-chat")
    return live


_READERS: Final[Mapping[str, Callable[[_Case], ProposedAnswer | None]]] = {
    "gate": _gate, "failed": _failed, "cms": _cms, "mirror": _mirror, "side": _side, "place": _place, "edge": _edge,
    "features": _features,
}  # fmt: skip
