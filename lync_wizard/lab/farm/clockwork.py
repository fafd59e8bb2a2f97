"""What happens as time passes: starts end, pools form or fall apart, users are provisioned, replicas catch up."""

from __future__ import annotations

from lync_wizard.lab.farm import pairing, quorum, topology
from lync_wizard.lab.farm.state import RUNNING, STARTING, Replica, State, UserData
from lync_wizard.lab.farm.topology import Cluster


def settle(state: State, now: float, replication: float, speed: float = 1.0) -> bool:
    """Carry out what is due at ``now``; returns whether anything changed. ``replication`` in seconds."""
    changed = False
    document = topology.known(state)
    pools = {machine: pool for pool in document.pools for machine in pool.machines}
    for host in state.hosts.values():
        for service in host.services.values():
            if service.status != STARTING or service.ready_at > now or not host.present:
                continue
            if service.name == quorum.FRONT_END and not quorum.may_run(state, pools.get(host.fqdn), host.fqdn, now):
                continue
            service.status = RUNNING
            changed = True
    for pool in document.pools:
        changed |= quorum.settle(state, pool)
        changed |= _provision(state, pool)
    for replica in state.replicas.values():
        changed |= _replicate(state, replica, now, replication)
    if state.copies:
        changed |= pairing.settle(state, now, pairing.interval(state) / speed)
    return changed


def _provision(state: State, pool: Cluster) -> bool:
    """The User Replicator: users homed on the pool get an empty entry in its user store."""
    store = state.stores.get(pool.fqdn)
    if store is None or topology.user_store(state, pool.fqdn) is None:
        return False
    if not any(topology.running(state, machine, "RTCSRV") for machine in pool.machines):
        return False
    missing = [u.sip for u in state.directory.users.values() if u.pool == pool.fqdn and u.sip not in store.users]
    # Replaced, not changed in place: a reader on another thread keeps a consistent dictionary.
    store.users = {**store.users, **{sip: UserData() for sip in missing}}
    return bool(missing)


def _replicate(state: State, replica: Replica, now: float, seconds: float) -> bool:
    able = (
        replica.serial != state.cms.serial
        and not topology.cms_trouble(state)
        and topology.master(state) is not None
        and topology.running(state, replica.fqdn, "REPLICA")
        and state.database(replica.fqdn, "rtclocal", "xds")
    )
    if not able:
        return False
    if not replica.catches_up_at:
        replica.catches_up_at = now + seconds
        return True
    if replica.catches_up_at > now:
        return False
    host = state.hosts[replica.fqdn]
    host.local_store = state.cms.topology
    replica.serial, replica.catches_up_at, replica.reported_at = state.cms.serial, 0.0, now
    replica.product_version = host.lync_version
    return True
