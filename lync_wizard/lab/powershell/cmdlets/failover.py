"""Failover and failback of the users of a pool; texts that no public source prints are guesses and say so here.

Known from the field: the two texts about the interface and DCOM, the hydration text, the part about the next hop.
Guesses: every other text, that a next hop on the failed pool ends the cmdlet while that Edge pool runs and warns
otherwise, that a failed-over pool is repeated with a warning, and that a finished failback leaves ``PoolState`` Active.
"""

from __future__ import annotations

import copy
from typing import Final

from lync_wizard.lab.farm import pairing, topology
from lync_wizard.lab.farm.pair_records import ACTIVE, FAILED_BACK, FAILED_OVER, FAILING_OVER, IN_USE, USERS
from lync_wizard.lab.farm.state import Copy, PoolStore, UserData
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet

HYDRATION: Final = "Failed to complete hydration process after repeated attempts."
INTERFACE: Final = "Could not find a compatible interface with the server."
_DCOM: Final = (
    'Unable to connect to the servers in pool "{}" due to a Distributed Component Object Model (DCOM) error. Verify '
    "that Front End service is running on servers in this pool. If the pool is set up for load balancing, verify that "
    "load balancer is configured correctly."
)
_TYPE: Final = "Microsoft.Rtc.Management.Hadr.PoolFailOverException"
INTERRUPTED: Final = "failover-interrupted"
"""A fault: the cmdlet ends in the middle, and the pool stays FailingOver with nothing running."""


def paired_pool(call: Call) -> tuple[str, str]:
    """The pool of ``-PoolFqdn`` and its backup pool. Ends the command where there are none."""
    pool = str(call.get("PoolFqdn")).lower()
    document = topology.topology(call.state)
    if pool not in document.clusters or not any(s.role == "UserServices" for s in document.on(pool)):
        call.fail(f'Cannot find pool "{pool}" in the topology.', "ObjectNotFound", "PoolNotFound", target=pool)
    other = document.backup_of(pool)
    if not other:
        call.fail(f'The pool "{pool}" has no backup pool.', "InvalidOperation", "NoBackupPool", target=pool)
    return pool, other


def _refuse(call: Call, text: str) -> None:
    call.fail(text, "InvalidResult", "ProcessRecord", exception=_TYPE)


@cmdlet("Invoke-CsPoolFailOver")
def invoke_cs_pool_fail_over(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    pool, other = paired_pool(call)
    disaster = bool(call.get("DisasterMode", False))
    if not call.proceeds(call.name, pool):
        return
    known = pairing.standing(call.state, pool)
    if known.state == FAILED_OVER:
        call.warning(f'The pool "{pool}" is failed over to "{other}" already.')
        return
    _require_central(call, pool)
    _require_partner(call, pool, other)
    _require_mode(call, pool, disaster=disaster)
    _require_next_hop(call, pool)
    with call.simulation.change():
        known.state, known.own = FAILING_OVER, True
    call.work(10.0, "Making the pool read-only", "Waiting for the Backup Service")
    if call.simulation.fault(INTERRUPTED, call.host_name, call.name):
        call.fail("The operation was stopped before it was complete.", "OperationStopped", "Stopped", exception=_TYPE)
    if call.get("FlushStorageService", False) and not disaster:
        call.work(4.0, "Flushing the Storage Service")
    call.work(20.0, "Hydrating users in the backup pool", "Moving the registrar", "Completing the failover")
    with call.simulation.change() as state:
        now = call.simulation.clock()
        if not disaster:
            pairing.copy_over(state, pool, now)
        kept = state.copies.setdefault(pool, Copy(other, now))
        kept.users = {sip: kept.users.get(sip, UserData()) for sip in _homed(call, pool)}
        known.state = FAILED_OVER
        pairing.activity(kept.users, 2, "afterwards")


def _homed(call: Call, pool: str) -> list[str]:
    """Whose data the pool's store holds: its own users, and those of its Survivable Branch Appliances."""
    home = topology.topology(call.state).user_services
    return [user.sip for user in call.state.directory.users.values() if home(user.pool) == pool]


def _require_central(call: Call, pool: str) -> None:
    """Users cannot be failed over while the store is not, or is not wholly, failed over."""
    for holder, kept in call.state.central.items():
        active = any(
            s.role == "CentralMgmt" and s.settings.get("IsActive") == "true"
            for s in topology.topology(call.state).on(holder)
        )
        if active and kept.current != IN_USE:
            _refuse(
                call,
                "###50020:XDSForceReplication: This central management store is being moved to another location. No "
                "changes can be made until this move is complete",
            )
        if active and holder == pool and bool(call.get("DisasterMode", False)):
            _refuse(
                call,
                f'The Central Management Server is hosted on pool "{pool}". Fail over the Central Management Server '
                "before you fail over the pool.",
            )
    if topology.master(call.state) is None:
        _refuse(call, "The Central Management Server is not running. Fail over the Central Management Server first.")


def _require_partner(call: Call, pool: str, other: str) -> None:
    if not pairing.works(call.state, other) or not pairing.backup_service(call.state, other):
        call.verbose(f"Connecting to pool {other}, the backup pool of {pool}.")
        _refuse(call, INTERFACE)
    if pairing.failed_over(call.state, other):
        _refuse(call, f'The pool "{other}" is failed over to "{pool}". Fail it back first.')


def _require_mode(call: Call, pool: str, *, disaster: bool) -> None:
    alive = pairing.works(call.state, pool)
    if disaster and alive and pairing.standing(call.state, pool).state != FAILING_OVER:
        _refuse(
            call, f'The pool "{pool}" is running. Do not use the DisasterMode parameter while the pool is available.'
        )
    if disaster:
        return
    if not alive:
        _refuse(call, _DCOM.format(pool))
    states = {module: sent for module, sent, _ in pairing.module_states(call.state, pool)}
    if states.get(USERS) in ("ErrorState", "NotInitialized"):
        _refuse(call, f'The Backup Service of pool "{pool}" cannot synchronize its data: {states[USERS]}.')
    if pairing.lags(call.state, pool):
        call.work(120.0, "Waiting until the backup pool has every change")


def _require_next_hop(call: Call, pool: str) -> None:
    document = topology.topology(call.state)
    for service in document.services:
        hops = [
            found.cluster for i in service.depends_on if (found := document.service(i)) and found.role == "Registrar"
        ]
        if service.role != "EdgeServer" or pool not in hops:
            continue
        text = (
            f'The pool "{pool}" is specified in topology as the next hop for the Edge server "{service.cluster}". '
            "Federation, external access, split domain and XMPP may stop working."
        )
        machines = document.clusters[service.cluster].machines
        if any(topology.running(call.state, one) for one in machines) and not call.get("Force", False):
            _refuse(call, text)
        call.warning(text)


@cmdlet("Invoke-CsPoolFailBack")
def invoke_cs_pool_fail_back(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    pool, other = paired_pool(call)
    if not call.proceeds(call.name, pool):
        return
    known = pairing.standing(call.state, pool)
    if known.state not in (FAILED_OVER, FAILED_BACK):
        _refuse(call, f'The pool "{pool}" is not failed over; its state is {known.state}.')
    if not pairing.works(call.state, pool):
        _refuse(call, _DCOM.format(pool))
    reaches = pairing.works(call.state, other)
    if not reaches and not call.get("DisasterMode", False):
        _refuse(call, _DCOM.format(other))
    call.work(20.0, "Making the users read-only in the backup pool", "Waiting for the Backup Service")
    late = not pairing.backup_service(call.state, pool) or not pairing.backup_service(call.state, other)
    if reaches and (late or pairing.lags(call.state, other) or known.hydrations > 0):
        with call.simulation.change():
            known.hydrations = max(0, known.hydrations - 1)
        _refuse(call, HYDRATION)
    call.work(40.0, "Hydrating users in the primary pool", "Moving the registrar", "Completing the failback")
    with call.simulation.change() as state:
        if reaches:
            _bring_home(call, pool)
        known.state = ACTIVE
        pairing.copy_over(state, pool, call.simulation.clock())


def _bring_home(call: Call, pool: str) -> None:
    """What was made in the backup pool is at home again, but for users whose data somebody imported there meanwhile."""
    store = call.state.stores.setdefault(pool, PoolStore())
    kept = call.state.copies.get(pool)
    imported = set(call.state.facts.get("imported-over", {}).get(pool, ()))
    for sip, data in (kept.users if kept else {}).items():
        if sip not in imported:
            store.users = {**store.users, sip: copy.deepcopy(data)}
