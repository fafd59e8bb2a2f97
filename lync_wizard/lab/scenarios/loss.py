"""Hosts that are gone with everything on them, at the disaster of a scenario or after it."""

from __future__ import annotations

from lync_wizard.lab.farm import mirroring, quorum, topology
from lync_wizard.lab.farm.state import Host, PoolStore, Replica, State


def lose(state: State, lost: list[str], *, remembered: bool = False) -> None:
    """The hardware is gone, with disks, databases and replicas; directory and topology keep what they know."""
    document = topology.known(state)
    keepers = {pool: _keepers(state, pool) for pool in state.stores}
    for fqdn in lost:
        gone = state.hosts[fqdn]
        state.hosts[fqdn] = Host(fqdn, present=False, windows=gone.windows, windows_version=gone.windows_version)
        if fqdn in state.replicas:
            state.replicas[fqdn] = Replica(fqdn)
    state.lost = lost
    for key in [key for key, instance in state.instances.items() if instance.host in lost]:
        del state.instances[key]
    for pool, hosts in keepers.items():
        # What a mirror still holds can be brought back into service.
        if hosts and hosts <= set(lost):
            state.stores[pool] = PoolStore()
    for fqdn in lost:
        cluster = document.cluster_of(fqdn)
        if (
            remembered
            and cluster
            and len(cluster.machines) > 1
            and any(s.role == "Registrar" for s in document.on(cluster.fqdn))
        ):
            quorum.lose(state, cluster, fqdn)
    mirroring.update_sessions(state)


def _keepers(state: State, pool: str) -> set[str]:
    """The SQL servers that keep what the pool's users have."""
    store = topology.known(state).store(pool, "UserStore")
    return {key.partition("\\")[0] for key in (store.primary, store.mirror) if key} if store else set()
