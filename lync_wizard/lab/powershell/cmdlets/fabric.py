"""Windows Fabric of a Front End pool: its state, and its resets."""

from __future__ import annotations

from lync_wizard.lab.farm import quorum, topology
from lync_wizard.lab.farm.state import RUNNING, STARTING, STOPPED
from lync_wizard.lab.farm.topology import Cluster
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.topology import READERS, document, not_found

_GROUPS = 3
"""Routing groups shown of a pool."""


def _pool(call: Call) -> Cluster | None:
    found = document(call)
    pool = found.clusters.get(str(call.get("PoolFqdn")).lower())
    if pool is None or not any(service.role == "Registrar" for service in found.on(pool.fqdn)):
        not_found(call, str(call.get("PoolFqdn")))
        return None
    return pool


@cmdlet("Get-CsPoolFabricState")
def get_cs_pool_fabric_state(call: Call) -> None:
    call.require_group(*READERS)
    pool = _pool(call)
    if pool is None:
        return
    call.work(2.0, "Connecting to the pool")
    running = quorum.in_state(call.state, pool, RUNNING)
    if len(running) < quorum.needed(pool, first=False):
        call.error(
            f'The fabric of pool "{pool.fqdn}" cannot be reached: too few of its Front End Servers run.',
            "ResourceUnavailable",
            "FabricNotReachable",
            target=pool.fqdn,
        )
        return
    for number in range(_GROUPS):
        order = [*running[number % len(running) :], *running[: number % len(running)]]
        enough = len(order) > 1 or len(pool.machines) == 1
        missing = "" if enough else " Missing replicas: 1."
        group = f"{number + 1:08d}-0000-0000-0000-000000000000"
        # Its text holds primary, secondaries and what is missing; how it is laid out is not known.
        call.write(
            f"Routing group {group}: primary {order[0]}, secondaries {', '.join(order[1:3]) or 'none'}.{missing}"
        )


@cmdlet("Get-CsPoolUpgradeReadinessState")
def get_cs_pool_upgrade_readiness_state(call: Call) -> None:
    call.require_group(*READERS)
    pool = document(call).cluster_of(call.host_name)
    if pool is None or quorum.front_end(call.state, call.host_name) is None:
        call.fail("This computer is not a Front End Server.", "InvalidOperation", "NotFrontEnd")
    running = quorum.in_state(call.state, pool, RUNNING)
    # What its properties are called is not known; nothing may rest on these names.
    whole = len(running) == len(pool.machines)
    properties = {"State": "Ready" if whole else "InsufficientActiveFrontEnds", "Active": len(running)}
    call.emit("Microsoft.Rtc.Management.Hadr.PoolUpgradeState", properties, str(properties["State"]))


@cmdlet("Reset-CsPoolRegistrarState")
def reset_cs_pool_registrar_state(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    pool = _pool(call)
    if pool is None:
        return
    kind = str(call.get("ResetType") or "ServiceReset").lower()
    if not call.proceeds(call.name, pool.fqdn):
        return
    if kind == "machinestateremoved":
        _forget_machine(call, pool)
    elif kind == "quorumlossrecovery":
        call.work(20.0, "Recovering the routing groups that lost their quorum")
        with call.simulation.change() as state:
            quorum.of(state, pool.fqdn).recovered = True
    else:
        _restart(call, pool, full=kind == "fullreset")
    call.report()


def _forget_machine(call: Call, pool: Cluster) -> None:
    machine = str(call.get("MachineFqdn") or "").lower()
    if machine not in pool.machines:
        call.fail(f'The computer "{machine}" is not in pool "{pool.fqdn}".', "InvalidArgument", "MachineNotInPool")
    if not quorum.in_state(call.state, pool, RUNNING):
        call.fail(
            f'No Front End Server of pool "{pool.fqdn}" is running.',
            "ResourceUnavailable",
            "FabricNotReachable",
        )
    if machine in quorum.in_state(call.state, pool, RUNNING):
        call.fail(
            f'The state of "{machine}" cannot be removed while its Front End service runs.',
            "InvalidOperation",
            "NodeIsUp",
        )
    call.work(10.0, "Removing the state of the computer from the pool")
    with call.simulation.change() as state:
        known = quorum.of(state, pool.fqdn)
        known.stale = [name for name in known.stale if name != machine]
        # The servers that ran keep the pool's quorum: its restart waits for no more than those.
        known.recovered = True
    _restart(call, pool, full=False)


def _restart(call: Call, pool: Cluster, *, full: bool) -> None:
    """Restart the Front End services of the pool together; a full reset discards every computer's old state."""
    call.work(20.0, "Stopping the Front End services", "Resetting the fabric")
    with call.simulation.change() as state:
        if full:
            quorum.of(state, pool.fqdn).stale = []
        machines = quorum.in_state(state, pool, RUNNING, STARTING)
        services = [service for machine in machines if (service := quorum.front_end(state, machine))]
        for service in services:
            service.status = STOPPED
        for service in services if not call.get("NoReStart", False) else ():
            topology.start_service(service, call.simulation.clock(), 2.0 / call.simulation.speed)
