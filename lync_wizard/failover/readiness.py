"""Whether a failover of a pair would work now, judged from answers alone; nothing here asks a host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lync_wizard.core.timestamps import utc
from lync_wizard.deployment import Pool, same
from lync_wizard.failover import central, edges, readings, rules, targets
from lync_wizard.failover.answers import Allowed, Couple, Line, PairAnswers

_SHOWN: Final = 3
_REPLICATED_GROUPS: Final = "applicationserver.rgs"
"""What the modules begin with that carry Response Groups; for minutes after they are switched on they say nothing."""


@dataclass(frozen=True)
class PairReadiness:
    """The answer for one pair; ``offers`` are commands for whoever has time to look closer, ``manual`` is what counts
    on the day and no host is asked about.
    """

    pools: tuple[str, str]
    lines: tuple[Line, ...]
    offers: tuple[str, ...] = ()
    answered: bool = True
    manual: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        return not self.problems

    @property
    def problems(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.stops)

    @property
    def name(self) -> str:
        return " and ".join(self.pools)

    def to_data(self) -> dict[str, Any]:
        return {
            "pools": list(self.pools),
            "ready": self.ready,
            "answered": self.answered,
            "lines": [line.to_data() for line in self.lines],
            "offers": list(self.offers),
            "manual": list(self.manual),
        }


@dataclass(frozen=True)
class FailoverReadiness:
    """The answer of ``failover status``: every pair that was asked, at a time in UTC."""

    at: datetime
    pairs: tuple[PairReadiness, ...]

    @property
    def ready(self) -> bool:
        return bool(self.pairs) and all(pair.ready for pair in self.pairs)

    @property
    def answered(self) -> bool:
        """Whether any host of any pair answered."""
        return any(pair.answered for pair in self.pairs)

    def line(self) -> str:
        """Everything in one line."""
        if not self.pairs:
            return "NOT READY: no pool has a backup pool"
        if not self.answered:
            return f"NOT KNOWN: no server of {', '.join(pair.name for pair in self.pairs)} answered"
        if self.ready:
            return f"ready: {', '.join(pair.name for pair in self.pairs)}{self._open()}"
        shown = []
        for pair in self.pairs:
            if problems := pair.problems:
                more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
                shown.append(f"{pair.name}: {problems[0].text}{more}")
        return f"NOT READY: {'; '.join(shown)}"

    def _open(self) -> str:
        """How many answers are less than good although nothing stands in the way."""
        counts: Counter[str] = Counter(line.status for pair in self.pairs for line in pair.lines)
        names = {"caution": "to look at", "cannot-tell": "not known", "not-recorded": "not recorded"}
        shown = ", ".join(f"{counts[status]} {name}" for status, name in names.items() if counts[status])
        return f" ({shown})" if shown else ""

    def to_data(self) -> dict[str, Any]:
        """The JSON object of ``failover status --json``."""
        return {
            "at": utc(self.at),
            "ready": self.ready,
            "answered": self.answered,
            "line": self.line(),
            "pairs": [pair.to_data() for pair in self.pairs],
        }


def judge(couple: Couple, answers: PairAnswers, allowed: Allowed) -> PairReadiness:
    """Whether either pool of a pair could be failed over to the other now."""
    held = central.held_by(couple, answers)
    lines = [
        *_states(couple, answers),
        *(_serves(couple, pool, answers) for pool in couple.pools),
        *(_modules(pool, answers, held) for pool in couple.pools),
        *central.lines(couple, answers, held),
        *(_relation(couple, pool, answers) for pool in couple.pools),
        *rules.lines(couple, answers),
        *edges.lines(couple, answers),
        *targets.lines(couple, answers, allowed, holds=bool(held)),
    ]
    names = (couple.first.fqdn, couple.second.fqdn)
    return PairReadiness(names, tuple(lines), _offers(names), answers.anybody, tuple(_manual(couple)))


def _offers(pools: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        f"Debug-CsInterPoolReplication -PoolFqdn {pool} compares every item with the partner's copy. It answers in "
        "text and takes long: on a quiet day, never while a failover waits."
        for pool in pools
    )


def _manual(couple: Couple) -> Iterator[str]:
    """What nobody can read from the hosts of the pair."""
    for pool in couple.pools:
        share = (partner := couple.other(pool)).file_store
        if share and share.server:
            yield (
                f"SMB: on every server of {pool.fqdn}, Test-NetConnection {share.server} -Port 445; the Backup Service "
                f"carries everything to the file store of {partner.fqdn} that way, not encrypted."
            )
    yield (
        "Names: meet, dialin and lyncdiscover, the external web services of both pools, and the targets of the reverse "
        "proxy; write down who changes each on the day."
    )
    yield (
        "Voice: a route through a gateway at either site, Exchange UM reachable from either, SRV records that name "
        "Registrars of both. From the loss to the failover (clients change over after 300 s by default) calls work; "
        "Response Group, Call Park, Conferencing Attendant and new conferences do not."
    )


def _states(couple: Couple, answers: PairAnswers) -> Iterator[Line]:
    """Whether either pool is failed over now."""
    for pool in couple.pools:
        yield _state(couple, pool, answers)


def _state(couple: Couple, pool: Pool, answers: PairAnswers) -> Line:
    about, partner = "pool-state", couple.other(pool).fqdn
    heard = answers.registrars
    state = readings.pool_state(heard.records, pool.fqdn)
    evidence = heard.evidence(f"PoolState {state or 'nowhere'} of {pool.fqdn}")
    match state.lower():
        case "active" | "failedback":
            return Line(about, "ok", f"{pool.fqdn} serves its users itself", evidence)
        case "failedover":
            return Line(
                about,
                "no",
                f"{pool.fqdn} is failed over now: {partner} serves its users",
                evidence,
                f"Fail it back (pool-failback) before {partner} is failed over.",
            )
        case "failingover":
            return Line(
                about,
                "no",
                f"a failover of {pool.fqdn} was begun and is not finished",
                evidence,
                "Where no cmdlet runs any more it was interrupted: run the same one again (pool-failover).",
            )
    said = f"it says {state}" if state else "no settings show it" if heard.answered else "nobody could be asked"
    return Line(
        about,
        "cannot-tell",
        f"whether {pool.fqdn} is failed over now is not known: {said}",
        evidence,
        "Ask Get-CsRegistrarConfiguration on a running server, with -LocalStore where the store is down.",
        essential=True,
    )


def _serves(couple: Couple, pool: Pool, answers: PairAnswers) -> Line:
    """Which servers of a pool run what a failover needs."""
    about = "services"
    running: dict[str, list[str]] = {name: [] for name in readings.SERVICES}
    silent, shown = [], []
    for server in pool.server_fqdns:
        heard = answers.servers[server].services if server in answers.servers else None
        if heard is None or not heard.answered:
            silent.append(server)
            shown.append(f"{server} {heard.why if heard else 'was not asked'}")
            continue
        states = readings.services(heard.records)
        shown.append(f"{server} " + " ".join(f"{name} {states.get(name) or 'not there'}" for name in running))
        for name, there in running.items():
            if states.get(name, "").lower() == "running":
                there.append(server)
    evidence = f"Get-Service → {'; '.join(shown) or 'no server is recorded'}"
    front, backup = (len(running[name]) for name in readings.SERVICES)
    number = len(pool.server_fqdns)
    if silent and not front:
        return Line(
            about,
            "cannot-tell",
            f"no server of {pool.fqdn} says that it runs",
            evidence,
            f"Look at {silent[0]}. Where the pool is lost, `lync-wizard triage` leads on: its users can go to "
            f"{couple.other(pool).fqdn}.",
            essential=True,
        )
    if not front or not backup:
        what = "the Front-End service" if not front else "the Backup Service"
        name = readings.SERVICES[0 if not front else 1]
        return Line(
            about, "no", f"{what} runs on no server of {pool.fqdn}", evidence, f"Start {name} there, then ask again."
        )
    if front < number or backup < number:
        return Line(
            about,
            "caution",
            f"{pool.fqdn}: {front} of {number} servers run the Front-End service, {backup} the Backup Service",
            evidence,
            "Start the others: the partner has to carry the users of both pools.",
        )
    return Line(about, "ok", f"{pool.fqdn}: all {number} run Front-End and Backup Service", evidence)


def _modules(pool: Pool, answers: PairAnswers, held: tuple[str, ...]) -> Line:
    """Whether the Backup Service of a pool has carried everything over to its partner."""
    about = "backup-service"
    heard = answers.modules.get(pool.fqdn)
    sync = f"Invoke-CsBackupServiceSync -PoolFqdn {pool.fqdn}, then wait until it is steady or final (backup-service)."
    if heard is None or not heard.answered or not heard.records:
        return Line(
            about,
            "cannot-tell",
            f"what the Backup Service of {pool.fqdn} has carried over is not known",
            heard.evidence("no module") if heard else "",
            "Start LYNCBACKUP there, and ask with an account in RTCUniversalServerAdmins.",
            essential=True,
        )
    found = readings.modules(heard.records)
    evidence = heard.evidence(", ".join(map(str, found)))
    untold = [one.name or "a module" for one in found if not one.told]
    if untold:
        text = f"{pool.fqdn} does not say the state of {', '.join(untold[:_SHOWN])}"
        return Line(about, "cannot-tell", text, evidence, sync, essential=True)
    master = any(same(pool.fqdn, one) for one in held[:1])
    wrong = [one for one in found if not one.well(master=master)]
    fresh = [one for one in wrong if _being_filled(one)]
    if hard := [one for one in wrong if one not in fresh]:
        said = ", ".join(map(str, hard[:_SHOWN]))
        return Line(about, "no", f"{pool.fqdn} has not carried everything over: {said}", evidence, sync)
    if fresh:
        text = f"Response Groups of {pool.fqdn} are not carried over yet"
        return Line(
            about, "caution", text, evidence, "Ask again in some minutes; it was switched on just now, or " + sync
        )
    return Line(about, "ok", f"{pool.fqdn} has carried everything over", evidence)


def _being_filled(module: readings.Module) -> bool:
    return (
        module.name.lower().startswith(_REPLICATED_GROUPS)
        and module.sent.lower() == "notinitialized"
        and module.taken.lower() == "normalstate"
    )


def _relation(couple: Couple, pool: Pool, answers: PairAnswers) -> Line:
    """Whether the published topology pairs the pools as the worksheets do."""
    about, partner = "pairing", couple.other(pool).fqdn
    heard = answers.relations.get(pool.fqdn)
    if heard is None or not heard.answered:
        return Line(
            about,
            "cannot-tell",
            f"whether {pool.fqdn} is paired with {partner} could not be asked",
            heard.evidence("") if heard else "",
            "Ask Get-CsPoolBackupRelationship.",
        )
    known = [one.fqdn for one in couple.deployment.pools]
    found = readings.partners(heard.records, pool.fqdn, known)
    evidence = heard.evidence(", ".join(found) or "no pool that the worksheets know")
    if any(same(one, partner) for one in found):
        return Line(about, "ok", f"{pool.fqdn} is paired with {partner}", evidence)
    hint = "Read the deployment again (`lync-wizard setup`), or pair the pools (pairing)."
    if found or not heard.records:
        text = f"the topology pairs {pool.fqdn} with {found[0] if found else 'no pool'}, the worksheets with {partner}"
        return Line(about, "no", text, evidence, hint)
    return Line(about, "cannot-tell", f"the answer names no partner of {pool.fqdn} that is known", evidence, hint)
