"""The Central Management store of a pair: who is master, in which state its databases are, what points where."""

from __future__ import annotations

from collections.abc import Iterator

from lync_wizard.deployment import Pool, SqlInstance, same
from lync_wizard.deployment.pairs import store
from lync_wizard.failover import readings
from lync_wizard.failover.answers import Couple, Heard, Line, PairAnswers
from lync_wizard.hosts import text_of

_MASTER, _STANDBY, _POINTERS, _REACH = "cms-master", "cms-standby", "cms-connection", "cms-reach"


def held_by(couple: Couple, answers: PairAnswers) -> tuple[str, ...]:
    """The pools of the pair that hold the store, the active master first; as recorded where no host says it."""
    heard = answers.central
    if heard.answered:
        active = {fqdn.lower() for fqdn in readings.masters(heard.records)}
        holding = [text_of(one, "PoolFqdn") for one in heard.records]
        ours = [pool.fqdn for pool in couple.pools if any(same(pool.fqdn, one) for one in holding)]
        return tuple(sorted(ours, key=lambda fqdn: fqdn.lower() not in active))
    recorded = [pool for pool in couple.pools if couple.deployment.hosts_cms(pool)]
    return tuple(pool.fqdn for one in recorded for pool in (one, couple.other(one)))


def databases(couple: Couple, pool: Pool) -> tuple[SqlInstance, ...]:
    """Where the store's database of a pool is looked for, in turn: as recorded, with the pool's own stores, mirrors."""
    cms = couple.deployment.cms
    named = (cms.sql, cms.mirror) if cms and couple.deployment.hosts_cms(pool) else ()
    found = (*named, store(pool), pool.mirror)
    return tuple({one.key: one for one in found if one and one.server}.values())


def lines(couple: Couple, answers: PairAnswers, held: tuple[str, ...]) -> Iterator[Line]:
    """Nothing where neither pool holds the store and a host says so."""
    heard = answers.central
    if heard.answered and heard.records and not held:
        where = ", ".join(text_of(one, "PoolFqdn") for one in heard.records)
        text = "neither pool holds the Central Management store: none has to be failed over with them"
        yield Line(_MASTER, "ok", text, heard.evidence(where))
        return
    if not heard.answered and not held:
        yield Line(
            _MASTER,
            "cannot-tell",
            "whether the pair holds the Central Management store could not be asked",
            heard.evidence(""),
            "By the worksheets it does not. Ask Get-CsService -CentralManagement.",
        )
        return
    yield _master(couple, heard)
    yield _databases(couple, answers, held)
    yield _pointers(couple, answers, held)
    yield _reach(couple, answers.reach, held)


def _master(couple: Couple, heard: Heard) -> Line:
    hint = "Look at MASTER and FTA of both pools, and whether a failover was begun. Do not fail the store over."
    if not heard.answered:
        text = "who is the active Central Management Server could not be asked"
        return Line(_MASTER, "cannot-tell", text, heard.evidence(""), hint, essential=True)
    shown = ", ".join(f"{text_of(one, 'PoolFqdn')} {text_of(one, 'Active') or 'not known'}" for one in heard.records)
    evidence = heard.evidence(shown or "nothing")
    active = readings.masters(heard.records)
    if not readings.activity_told(heard.records):
        text = "no answer says which pool is the active Central Management Server"
        return Line(_MASTER, "cannot-tell", text, evidence, hint, essential=True)
    if len(active) > 1:
        return Line(
            _MASTER,
            "no",
            f"{' and '.join(active)} are both active masters",
            evidence,
            "Find out which one servers use (Get-CsManagementConnection) and restore the other (restore-cms).",
        )
    if not active:
        return Line(_MASTER, "no", "no pool is the active master", evidence, hint)
    holding = {text_of(one, "PoolFqdn").lower() for one in heard.records}
    if lacking := [pool.fqdn for pool in couple.pools if pool.fqdn.lower() not in holding]:
        return Line(
            _MASTER,
            "no",
            f"{active[0]} is the active master, and {lacking[0]} has no standby",
            evidence,
            "Finish the pairing: databases and services of the store on the partner (pairing).",
        )
    if not any(same(active[0], pool.fqdn) for pool in couple.pools):
        return Line(_MASTER, "no", f"{active[0]} is the active master, which is in no pair here", evidence, hint)
    return Line(_MASTER, "ok", f"{active[0]} is the only active master", evidence)


def _databases(couple: Couple, answers: PairAnswers, held: tuple[str, ...]) -> Line:
    """What both databases say of themselves: 0 in use, 3 in Backup mode."""
    master = next((pool for pool in couple.pools if held and same(pool.fqdn, held[0])), couple.first)
    states: list[str] = []
    shown, why = [], []
    for pool in (couple.other(master), master):
        heard = answers.stores.get(pool.fqdn)
        state = readings.current_state(heard.records) if heard and heard.answered else ""
        states.append(state)
        shown.append(f"{state or 'not known'} on {_named(heard, pool)}")
        if not state:
            why.append(f"{_named(heard, pool)}: {heard.why or 'it says no state' if heard else 'it was not asked'}")
    evidence = f"xds.dbo.DbConfigInt CurrentState → {', '.join(shown)}"
    if why:
        evidence += f" ({'; '.join(why)})"
        return Line(
            _STANDBY,
            "cannot-tell",
            f"the state of {'both databases' if len(why) > 1 else 'a database'} of the store cannot be read",
            evidence,
            "Let the account read xds on both SQL servers (SELECT is enough); it is never written.",
            essential=True,
        )
    match readings.store_state(*states):
        case "standby":
            return Line(_STANDBY, "ok", f"the database of {couple.other(master).fqdn} is in Backup mode", evidence)
        case "two-masters":
            return Line(
                _STANDBY,
                "no",
                "both databases say that they are in use: there are two masters",
                evidence,
                "Do not fail over. Find out which one is right, then restore the store from its exports (restore-cms).",
            )
        case "no-master":
            return Line(
                _STANDBY,
                "no",
                "both databases are in Backup mode: there is no master",
                evidence,
                "No hurry: users go on working. Undo the failover on the pool that Get-CsManagementConnection names "
                "(cms-failover).",
            )
        case "taken-over":
            return Line(
                _STANDBY,
                "no",
                f"the database of {couple.other(master).fqdn} is in use, and {master.fqdn} is called master",
                evidence,
                "A failover has not settled: compare again in a new shell before anything is failed over.",
            )
    return Line(
        _STANDBY,
        "no",
        "a database of the store is in transition",
        evidence,
        "Wait, then ask again: the store settles before it is failed over.",
    )


def _reach(couple: Couple, heard: Heard | None, held: tuple[str, ...]) -> Line:
    """On a Standard Edition server nothing opens the firewall for the database unless it was prepared for that."""
    standby = next((pool.fqdn for pool in couple.pools if not held or not same(pool.fqdn, held[0])), "")
    hint = (
        f"On a server of neither pool open the management shell and ask Test-CsDatabase of {standby}; on a Standard "
        "Edition server run *Prepare first Standard Edition server*, which adds the firewall rules."
    )
    if heard is None:
        text = f"no server of a third pool could be asked whether it reaches the database of {standby}"
        return Line(_REACH, "cannot-tell", text, "no other pool answered", hint)
    opened = [one for one in heard.records if text_of(one, "InstalledVersion")]
    shown = ", ".join(f"{text_of(one, 'DatabaseName')} {text_of(one, 'InstalledVersion')}" for one in opened)
    evidence = heard.evidence(shown or "no database that opens")
    if opened:
        return Line(_REACH, "ok", f"the database of {standby} is reached from a third pool", evidence)
    text = f"whether the database of {standby} is reached from a third pool is not known"
    return Line(_REACH, "cannot-tell", text, evidence, hint)


def _named(heard: Heard | None, pool: Pool) -> str:
    return heard.asked if heard and heard.asked else str(store(pool)) or pool.fqdn


def _pointers(couple: Couple, answers: PairAnswers, held: tuple[str, ...]) -> Line:
    """The management connection, the service connection point, and the database that should be in use."""
    where, points = readings.connection(answers.connection.records), readings.location(answers.location.records)
    evidence = "; ".join(
        (answers.connection.evidence(where or "not known"), answers.location.evidence(points or "not known"))
    )
    again = (
        "Open a new shell and compare again; until both agree the store has not settled, and nothing is failed over."
    )
    if not where or not points:
        text = "whether Active Directory and the management connection name the same store is not known"
        return Line(_POINTERS, "cannot-tell", text, evidence, again, essential=True)
    if where.lower() != points.lower():
        text = f"the management connection is {where}, Active Directory names {points}"
        return Line(_POINTERS, "no", text, evidence, again)
    master = next((pool for pool in couple.pools if held and same(pool.fqdn, held[0])), None)
    own = [str(one).lower() for one in databases(couple, master)] if master else []
    if own and where.lower() not in own:
        text = f"both name {where}, which is not recorded as the store of {held[0]}"
        return Line(_POINTERS, "caution", text, evidence, "Read the deployment again (`lync-wizard setup`).")
    return Line(_POINTERS, "ok", f"Active Directory and the management connection name {where}", evidence)
