"""The verdict on a failover or a failback: who serves whom, what was lost, and one master; by code of its own.

``failover.json`` is ``{"before": state, "start": state}``: the deployment just before the loss, and as it was when the
drill began.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lync_wizard.core.storage import write_whole
from lync_wizard.core.wrapping import counted
from lync_wizard.lab.farm.state import RUNNING, State, UserData
from lync_wizard.lab.farm.topology import Topology, read_topology

SNAPSHOT: Final = "failover.json"
OVER, BACK, DONE = "failed over", "failed back", "done"
_CENTRAL_SERVICES: Final = ("MASTER", "REPLICA", "FTA", "LYNCBACKUP")
_SHOWN: Final = 6


@dataclass(frozen=True)
class Case:
    """What is judged: the deployment now, just before the loss, at the beginning of the drill; the pool meant."""

    state: State
    before: State
    start: State
    healthy: State
    pool: str
    word: str
    folder: Path

    @property
    def document(self) -> Topology:
        return read_topology(self.state.cms.topology)

    @property
    def partner(self) -> str:
        return read_topology(self.start.cms.topology).backup_of(self.pool)

    @property
    def failed_over(self) -> bool:
        known = self.state.standings.get(self.pool)
        return known is not None and known.state == "FailedOver"


def take_before(folder: Path, state: State) -> None:
    """Keep the deployment just before the loss."""
    write_whole(folder / SNAPSHOT, f'{{"before": {state.to_text()}, "start": {state.to_text()}}}')


def take_start(folder: Path, state: State) -> None:
    """Keep the deployment as it is when the drill begins."""
    kept = json.loads((folder / SNAPSHOT).read_text("utf-8"))["before"]
    before = json.dumps(kept, ensure_ascii=False)
    write_whole(folder / SNAPSHOT, f'{{"before": {before}, "start": {state.to_text()}}}')


def case(folder: Path, state: State, healthy: State) -> Case:
    """The case that the state asks for. Raises OSError or ValueError without its snapshot."""
    asked = state.facts["verdict"]
    kept = json.loads((folder / SNAPSHOT).read_text("utf-8"))
    before, start = State.from_json(kept["before"]), State.from_json(kept["start"])
    pool = str(asked.get("pool", state.facts.get("target", ""))).lower()
    return Case(state, before, start, healthy, pool, str(asked["word"]), folder)


# Who serves whom


def up(state: State, document: Topology, pool: str) -> bool:
    """Whether a pool serves: most of its Front End services run, and its user database is open somewhere."""
    cluster = document.clusters.get(pool)
    if cluster is None:
        return False
    running = [m for m in cluster.machines if runs(state, m, "RTCSRV")]
    return 2 * len(running) >= len(cluster.machines) and bool(_open(state, document, pool, "UserStore", "rtcxds"))


def runs(state: State, machine: str, service: str) -> bool:
    host = state.hosts.get(machine)
    if host is None or not host.present:
        return False
    return service in host.services and host.services[service].status == RUNNING


def _open(state: State, document: Topology, pool: str, role: str, database: str) -> str:
    """The instance where a database of the pool is open."""
    store = document.store(pool, role)
    for key in (store.primary, store.mirror) if store else ():
        record = state.instances.get(key)
        host = state.hosts.get(record.host) if record else None
        if record is None or host is None or not host.present or database not in record.databases:
            continue
        kept = record.server.database(database)
        if kept is None or (kept.state == "ONLINE" and (not kept.mirroring or kept.mirroring.role == "PRINCIPAL")):
            return key
    return ""


def users(case: Case) -> Iterator[str]:
    """The users of the pool have everything, where they are to have it."""
    yield from _over(case) if case.word == OVER else _home(case)
    yield from nobody_without_pool(case)


def nobody_without_pool(case: Case) -> Iterator[str]:
    document, lost = case.document, []
    for user in case.state.directory.users.values():
        if user.pool not in document.clusters:
            lost.append(user.sip)
    if lost:
        yield f"users are homed on a pool that does not exist: {names(lost)}"


def _over(case: Case) -> Iterator[str]:
    known = case.state.standings.get(case.pool)
    state = known.state if known else "Active"
    if state != "FailedOver":
        yield f"{case.pool} is not failed over: its state is {state}"
        return
    if not up(case.state, case.document, case.partner):
        yield f"{case.partner}, which is to serve the users of {case.pool}, does not run"
    kept = case.state.copies.get(case.pool)
    yield from _data(case, case.pool, expected(case), kept.users if kept else {}, f"on {case.partner}")


def _home(case: Case) -> Iterator[str]:
    known = case.state.standings.get(case.pool)
    state = known.state if known else "Active"
    if state not in ("Active", "FailedBack"):
        yield f"{case.pool} is not failed back: its state is {state}"
        return
    if not up(case.state, case.document, case.pool):
        yield f"{case.pool} does not run"
    store = case.state.stores.get(case.pool)
    yield from _data(case, case.pool, _brought_home(case), store.users if store else {}, f"on {case.pool}")


def _partner_lost(case: Case) -> bool:
    return not up(case.start, read_topology(case.start.cms.topology), case.partner)


def _brought_home(case: Case) -> dict[str, UserData]:
    """What a failback has to bring: what the partner has; of one that is lost nothing, the pool keeps its own."""
    if _partner_lost(case):
        return case.start.stores[case.pool].users
    kept = case.start.copies.get(case.pool)
    return kept.users if kept else {}


def expected(case: Case) -> dict[str, UserData]:
    """What a failover has to bring: everything of a pool that ran, of another what the last sync had copied."""
    if up(case.start, read_topology(case.start.cms.topology), case.pool):
        return case.start.stores[case.pool].users
    kept = case.start.copies.get(case.pool)
    return kept.users if kept else {}


def _data(
    case: Case, pool: str, wanted: dict[str, UserData], there: dict[str, UserData], where: str
) -> Iterator[str]:  # fmt: skip
    contacts, conferences = [], []
    for sip, data in wanted.items():
        user = case.state.directory.users.get(sip)
        if user is None or user.pool != pool:
            continue
        found = there.get(sip, UserData())
        if {c.buddy for c in data.contacts} - {c.buddy for c in found.contacts}:
            contacts.append(sip)
        if {c.id for c in data.conferences} - {c.id for c in found.conferences}:
            conferences.append(sip)
    if contacts:
        yield f"contacts are missing {where} for {names(contacts)}"
    if conferences:
        yield f"conferences are missing {where} for {names(conferences)}"


def lost(case: Case) -> list[str]:
    """What was lost by the lag of the last sync, or with the partner: no fault of whoever failed over or back."""
    kept, store = case.before.copies.get(case.pool), case.before.stores.get(case.pool)
    now = case.state.copies.get(case.pool)
    asked = case.state.facts["verdict"]["checks"]
    if kept is None or store is None or "users" not in asked:
        return []
    if case.word == BACK:
        return _lost_with_partner(case)
    count = 0
    for sip, data in store.users.items():
        there = {c.id for c in (now.users.get(sip, UserData()) if now else UserData()).conferences}
        count += len({c.id for c in data.conferences} - there)
    struck = float(case.state.facts.get("struck", kept.at))
    minutes = max(0, round((struck - kept.at) / 60))
    when = counted(minutes, "minute")
    return [f"{counted(count, 'conference')} made after the last sync, {when} before the loss"] if count else []


def _lost_with_partner(case: Case) -> list[str]:
    if not _partner_lost(case):
        return []
    made = {c.id for data in case.start.copies[case.pool].users.values() for c in data.conferences}
    count = len(made - {c.id for data in case.start.stores[case.pool].users.values() for c in data.conferences})
    return [f"{counted(count, 'conference')} made on {case.partner}, which is lost"] if count else []


# The Central Management store


def central(case: Case) -> Iterator[str]:
    """Exactly one master, its four services run, every server that runs is up to date."""
    state, document = case.state, case.document
    active = [s for s in document.services if s.role == "CentralMgmt" and s.settings.get("IsActive", "true") == "true"]
    holders = [s.cluster for s in active]
    in_use = [
        pool
        for pool, kept in state.central.items()
        if kept.current == 0 and _open(state, document, pool, "CentralMgmtStore", "xds")
    ]
    if len(in_use) != 1:
        what = f"{len(in_use)} databases of the Central Management store are in use" if in_use else (
            "no database of the Central Management store is in use"
        )  # fmt: skip
        yield f"{what}{': ' + names(in_use) if in_use else ''}"
    if holders != in_use[:1] and len(in_use) == 1:
        yield f"the topology has {names(holders)} as master, the database in use is that of {in_use[0]}"
    wanted = case.state.facts["verdict"].get("master")
    if wanted and holders != [wanted]:
        yield f"the Central Management Server is {names(holders) or 'nowhere'}, not on {wanted}"
    for pool in holders:
        machines = document.clusters[pool].machines
        for service in _CENTRAL_SERVICES:
            if not any(runs(state, machine, service) for machine in machines):
                yield f"the service {service} runs on no server of {pool}"
        store = document.store(pool, "CentralMgmtStore")
        if store and state.directory.cms_pointer.lower() not in (store.primary, store.mirror):
            yield f"Active Directory points to the Central Management store {state.directory.cms_pointer}"
    yield from replicas(case)


def locations(case: Case) -> Iterator[str]:
    """The location information, which no failover of the store takes along."""
    state = case.state
    places = {(one.company, one.location) for one in state.cms.locations if one.published}
    gone = [one.location for one in case.before.cms.locations if (one.company, one.location) not in places]
    if gone:
        yield f"locations are missing or not published: {names(gone)}"


def replicas(case: Case) -> Iterator[str]:
    """Every server that runs has the newest configuration."""
    state = case.state
    behind = [
        fqdn
        for fqdn, replica in state.replicas.items()
        if replica.serial != state.cms.serial and runs(state, fqdn, "REPLICA") and fqdn in case.document.replicas
    ]
    if behind:
        yield f"replication of the Central Management store is not up to date: {names(behind)}"


def names(found: Iterable[str]) -> str:
    shown = [name.removeprefix("sip:") for name in found]
    rest = len(shown) - _SHOWN
    return ", ".join(shown[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def to_json(case: Case, wrong: list[str]) -> dict[str, Any]:
    """The verdict as the drill prints it; ``lost`` is said beside it."""
    return {"verdict": f"not {case.word}" if wrong else case.word, "not_restored": wrong, "lost": lost(case)}
