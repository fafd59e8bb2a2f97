"""Pairs of pools: who is whose backup, who serves whom, and what the Backup Service has copied."""

from __future__ import annotations

import copy
from typing import Final

from lync_wizard.lab.farm import quorum, topology
from lync_wizard.lab.farm.pair_records import (
    CENTRAL,
    CONTENT,
    FAILED_OVER,
    FAILING_OVER,
    IN_BACKUP,
    IN_USE,
    LEFT_BEHIND,
    MODULES,
    USERS,
    CentralStore,
    Standing,
)
from lync_wizard.lab.farm.state import RTM, RUNNING, Conference, Copy, Host, PoolStore, State, UserData
from lync_wizard.lab.farm.topology import Cluster

SYNC_SECONDS: Final = 120.0
"""The Backup Service's interval where nobody changed it."""
OLD_BACKUP_SERVICE: Final = "backup-service-old"
"""The fact that lists servers whose Backup Service came from the original media and crashes (P14)."""
STEADY: Final = frozenset({"SteadyState", "FinalState"})


def partner(state: State, pool: str) -> str:
    """The backup pool by the topology; empty without one."""
    return topology.known(state).backup_of(pool)


def standing(state: State, pool: str) -> Standing:
    """How a pool stands, added to the state where nothing is kept yet."""
    return state.standings.setdefault(pool.lower(), Standing())


def failed_over(state: State, pool: str) -> bool:
    found = state.standings.get(pool.lower())
    return found is not None and found.state == FAILED_OVER


def serving(state: State, pool: str) -> str:
    """The pool that gives the users of ``pool`` everything; empty where they are in Resiliency mode or without any."""
    if failed_over(state, pool):
        other = state.copies[pool].holder if pool in state.copies else partner(state, pool)
        return other if works(state, other) else ""
    found = state.standings.get(pool)
    moving = found is not None and found.state == FAILING_OVER
    return pool if works(state, pool) and not moving else ""


def runs(state: State, pool: str) -> bool:
    """Whether enough of a pool's Front End Servers run."""
    cluster = topology.known(state).clusters.get(pool.lower())
    return cluster is not None and _forms(state, cluster)


def _forms(state: State, cluster: Cluster) -> bool:
    return len(quorum.in_state(state, cluster, RUNNING)) >= quorum.needed(cluster, first=False)


def works(state: State, pool: str) -> bool:
    """Whether a pool serves users: its Front End Servers run and its user store is open."""
    return bool(pool) and runs(state, pool) and topology.user_store(state, pool) is not None


def backup_service(state: State, pool: str) -> bool:
    """Whether the Backup Service runs on a server of the pool; it works on one at a time."""
    return any(
        topology.running(state, machine, topology.BACKUP_SERVICE) for machine in topology.pool_machines(state, pool)
    )


def install_backup_service(state: State, host: Host) -> None:
    """What the bootstrapper does on a server of a pair: the service of the media, which crashes on an updated one."""
    document = topology.read_topology(host.local_store)
    fresh = topology.windows_services(document, host.fqdn).get(topology.BACKUP_SERVICE)
    if fresh is None or topology.BACKUP_SERVICE in host.services:
        return
    host.services[topology.BACKUP_SERVICE] = fresh
    if host.lync_version != RTM:
        state.facts[OLD_BACKUP_SERVICE] = [*state.facts.get(OLD_BACKUP_SERVICE, ()), host.fqdn]


def live(state: State, pool: str) -> dict[str, UserData]:
    """The user data that people work with now: those in the backup pool while the pool is failed over."""
    kept = state.copies.get(pool)
    if failed_over(state, pool) and kept is not None:
        return kept.users
    return state.stores.setdefault(pool, PoolStore()).users


# The Backup Service


def interval(state: State) -> float:
    """The interval in seconds."""
    found = state.facts.get("backup-service", {}).get("SyncInterval", "")
    parts = [float(part) for part in str(found).split(":")] if found else []
    return parts[0] * 3600 + parts[1] * 60 + parts[2] if len(parts) == 3 else SYNC_SECONDS


def exports(state: State, pool: str) -> bool:
    """Whether the pool's data can be copied to its backup pool at all now."""
    other = partner(state, pool)
    there = bool(other) and backup_service(state, pool) and backup_service(state, other)
    stores = topology.user_store(state, pool) is not None and topology.user_store(state, other) is not None
    return there and stores and not failed_over(state, pool)


def module_states(state: State, pool: str) -> list[tuple[str, str, str]]:
    """(module, export state, import state) of a pool; the order and the states are those of Microsoft's blog.

    That a pool whose partner does not answer shows ErrorState, and that a pool without the store has the row of the
    Central Management store at all, are guesses.
    """
    other, known = partner(state, pool), standing(state, pool)
    whole = exports(state, pool) or (failed_over(state, other) and backup_service(state, pool))
    rows = []
    for module in MODULES:
        sent = "FinalState" if failed_over(state, pool) else "SteadyState"
        if module == CENTRAL and not _holds_master(state, pool):
            sent = "NotInitialized"
        elif module in known.exports:
            sent = known.exports[module]
        elif not whole or not backup_service(state, other):
            sent = "ErrorState"
        elif not changed(state, pool) and module == CONTENT:
            sent = "FinalState"
        failing = module in known.import_failed or not backup_service(state, pool)
        rows.append((module, sent, "ErrorState" if failing else "NormalState"))
    return rows


def _holds_master(state: State, pool: str) -> bool:
    return any(
        s.role == "CentralMgmt" and s.settings.get("IsActive", "true") == "true" for s in topology.known(state).on(pool)
    )


def changed(state: State, pool: str) -> bool:
    """Whether a pool has user data that its backup pool does not have yet."""
    kept = state.copies.get(pool)
    return kept is not None and kept.users != state.stores.get(pool, PoolStore()).users


def lags(state: State, pool: str) -> bool:
    """Whether the pool's user data do not reach its backup pool as they should."""
    return standing(state, pool).exports.get(USERS, "SteadyState") not in STEADY


def copy_over(state: State, pool: str, now: float) -> bool:
    """Copy a pool's user data to its backup pool; returns whether anything had to be copied.

    Data of a user are never replaced by nothing: what an emptied pool does to its copy is a guess.
    """
    other = partner(state, pool)
    store = state.stores.setdefault(pool, PoolStore())
    kept = state.copies.setdefault(pool, Copy(other, now))
    if kept.holder != other:
        kept.holder, kept.users = other, {}
    fresh = {sip: data for sip, data in store.users.items() if not _empty(data) or _empty(kept.users.get(sip))}
    if all(kept.users.get(sip) == data for sip, data in fresh.items()):
        return False
    kept.at = now
    kept.users = {**kept.users, **copy.deepcopy(fresh)}
    return True


def _empty(data: UserData | None) -> bool:
    return data is None or not (data.contacts or data.conferences)


def settle(state: State, now: float, seconds: float) -> bool:
    """What the Backup Services do by themselves; ``seconds`` is the interval as it passes here."""
    moved = False
    for pool, kept in list(state.copies.items()):
        if kept.at + seconds <= now and exports(state, pool) and not lags(state, pool):
            moved |= copy_over(state, pool, now)
    return moved | standby_database(state)


def standby_database(state: State) -> bool:
    """The pool that no longer holds the store in use has its database in backup mode as soon as both are there."""
    document, found = topology.topology(state), False
    for pool, kept in state.central.items():
        other = document.backup_of(pool)
        ours = topology.holder(state, "CentralMgmtStore", pool, "xds") is not None
        master = other in state.central and state.central[other].current == IN_USE and _holds_master(state, other)
        if ours and master and kept.current == LEFT_BEHIND and backup_service(state, pool):
            kept.current, found = IN_BACKUP, True
    return found


def central(state: State, pool: str) -> CentralStore | None:
    return state.central.get(pool.lower())


# People


def activity(users: dict[str, UserData], count: int, word: str) -> list[tuple[str, str]]:
    """Some of a pool's people schedule a conference; returns (SIP address, conference)."""
    made = []
    for sip in sorted(users)[:count]:
        number = f"{word.upper()}-{len(users[sip].conferences) + 1}"
        users[sip].conferences.append(Conference(number, f"Made {word}"))
        made.append((sip, number))
    return made
