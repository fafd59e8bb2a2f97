"""Windows Fabric of an Enterprise pool: how many Front End Servers a start needs, who may join (P33, P34)."""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm.state import RUNNING, STARTING, STOPPED, Fabric, Service, State
from lync_wizard.lab.farm.topology import Cluster

FRONT_END: Final = "RTCSRV"
_FIRST_START: Final = {1: 1, 2: 1, 3: 3, 4: 3, 5: 4, 6: 5, 7: 5, 8: 6, 9: 7, 10: 8, 11: 9, 12: 10}
"""Members of a pool → how many of them a cold start needs."""
_FUNCTIONAL: Final = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 4, 10: 5, 11: 5, 12: 5}
"""Members of a pool → how many of them keep it working."""


def of(state: State, pool: str) -> Fabric:
    """The fabric of a pool, added to the state where there was none."""
    return state.fabrics.setdefault(pool.lower(), Fabric())


def front_end(state: State, machine: str) -> Service | None:
    """The Front End service of a computer that is there and has one."""
    host = state.hosts.get(machine)
    return host.services.get(FRONT_END) if host and host.present else None


def in_state(state: State, pool: Cluster, *statuses: str) -> list[str]:
    """The members whose Front End service is in one of these states."""
    services = {machine: front_end(state, machine) for machine in pool.machines}
    return [machine for machine, service in services.items() if service and service.status in statuses]


def needed(pool: Cluster, *, first: bool = True) -> int:
    """How many members a first start needs, or (not ``first``) how many keep the pool working."""
    return (_FIRST_START if first else _FUNCTIONAL).get(len(pool.machines), 1)


def may_run(state: State, pool: Cluster | None, machine: str, now: float) -> bool:
    """Whether a Front End service whose start is due at ``now`` becomes ready, or waits for its pool."""
    if pool is None or len(pool.machines) < 2:
        return True
    known = state.fabrics.get(pool.fqdn) or Fabric()
    if machine in known.stale:
        return False
    if len(in_state(state, pool, RUNNING)) >= needed(pool, first=False):
        return True
    services = ((name, front_end(state, name)) for name in pool.machines if name not in known.stale)
    ready = [
        name
        for name, service in services
        if service and (service.status == RUNNING or (service.status == STARTING and service.ready_at <= now))
    ]
    return len(ready) >= needed(pool, first=not known.recovered)


def settle(state: State, pool: Cluster) -> bool:
    """A pool with too few running members stops, unless it is just forming; whether anything changed."""
    if len(pool.machines) < 2:
        return False
    running = in_state(state, pool, RUNNING)
    known = state.fabrics.get(pool.fqdn)
    if known and known.recovered and len(running) >= needed(pool, first=False):
        known.recovered = False
        return True
    if not running or len(running) >= needed(pool, first=False):
        return False
    for machine in running:
        service = front_end(state, machine)
        if service:
            service.status = STOPPED
    return True


def lose(state: State, pool: Cluster, machine: str) -> None:
    """A member's disks are gone: while others live on, the pool still knows the old ones."""
    survivors = [name for name in pool.machines if name != machine and state.hosts[name].present]
    known = of(state, pool.fqdn)
    known.stale = sorted({*known.stale, machine}) if survivors else []
