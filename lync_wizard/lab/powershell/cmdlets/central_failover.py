"""Failover of the Central Management store between the two pools of a pair.

Known texts: the one about a move in progress and the one about Backup mode. Guesses: every other text, that the cmdlet
compares its parameters with the topology before anything else, and what ``-WhatIf`` says.
"""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm import pairing, topology, topology_edit
from lync_wizard.lab.farm.pair_records import IN_BACKUP, IN_USE, LEFT_BEHIND
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet

MOVING: Final = (
    "###50020:XDSForceReplication: This central management store is being moved to another location. No changes can be "
    "made until this move is complete"
)
_BACKUP_MODE: Final = (
    'Cannot fail over the Central Management Server. The new Central Management Store located at "{}" is not in backup '
    "mode."
)
WITHOUT_MASTER: Final = "cms-failover-without-master"
"""A fault: the cmdlet reports success, and both databases are in backup mode."""


def holder(state: State) -> str:
    """The pool whose Central Management service the topology calls active."""
    document = topology.known(state)
    services = [s for s in document.services if s.role == "CentralMgmt"]
    return next((s.cluster for s in services if s.settings.get("IsActive", "true") == "true"), "")


def standby(state: State) -> str:
    """The other pool with Central Management services; empty without a pair that holds the store."""
    document, active = topology.known(state), holder(state)
    return next((s.cluster for s in document.services if s.role == "CentralMgmt" and s.cluster != active), "")


@cmdlet("Invoke-CsManagementServerFailover")
def invoke_cs_management_server_failover(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    if call.get("Restore", False):
        _restore(call)
        return
    target, forced = standby(call.state), bool(call.get("Force", False))
    named = call.get("BackupSqlServerFqdn") is not None
    if call.get("WhatIf", False):
        _say_what_if(call, target)
        return
    if not target:
        call.fail("No backup Central Management Server is defined in the topology.", "InvalidOperation", "NoBackupCms")
    call.proceeds(call.name, target)
    pool = topology.known(call.state).cluster_of(call.host_name)
    if pool is None or pool.fqdn != target:
        call.fail(
            f'This cmdlet must be run on a computer in pool "{target}", which takes over.',
            "InvalidOperation",
            "NotInBackupPool",
        )
    if named:
        _require_named(call, target)
    if not forced:
        _require_alive(call)
    _require_backup_mode(call, target)
    stages = ("Waiting for replication", "Making the old store read-only") if not forced else ()
    call.work(10.0, *stages, "Making the backup store active", "Updating the service connection point")
    _switch(call, target)
    call.report()


def _say_what_if(call: Call, target: str) -> None:
    active = holder(call.state)
    call.streams.information(
        f'What if: Performing the operation "{call.name}" on target "{target or active}".\n'
        f"Current Central Management Server pool: {active}\nProposed Central Management Server pool: {target or 'none'}"
    )


def _require_named(call: Call, target: str) -> None:
    """The parameters name the database that the topology has as standby, its mirror too where it is mirrored."""
    store = topology.known(call.state).store(target, "CentralMgmtStore")
    pairs = (
        ("BackupSqlServerFqdn", "BackupSqlInstanceName", store.primary if store else ""),
        ("BackupMirrorSqlServerFqdn", "BackupMirrorSqlInstanceName", store.mirror if store else ""),
    )
    for server, instance, wanted in pairs:
        given = "\\".join(str(call.get(one)) for one in (server, instance) if call.get(one) is not None).lower()
        if given != wanted and given.partition("\\")[0] + "\\default" != wanted:
            call.fail(
                f'The parameters {server} and {instance} name "{given}". The topology has "{wanted or "no mirror"}" '
                f'for the Central Management store of pool "{target}".',
                "InvalidArgument",
                "NotInTopology",
            )


def _require_alive(call: Call) -> None:
    call.require_cms()
    active = holder(call.state)
    kept = pairing.central(call.state, active)
    if kept is not None and kept.current != IN_USE:
        call.fail(MOVING, "InvalidOperation", "StoreIsBeingMoved")
    if topology.master(call.state) is None:
        call.fail(
            f'Cannot reach the Central Management Server on pool "{active}". Use the Force parameter in disaster mode.',
            "ConnectionError",
            "MasterNotAvailable",
        )


def _require_backup_mode(call: Call, target: str) -> None:
    found = topology.holder(call.state, "CentralMgmtStore", target, "xds")
    if found is None or not call.delegated(found.host):
        call.fail(
            f'Cannot open the Central Management store of pool "{target}". The server was not found or was not '
            "accessible.",
            "ConnectionError",
            "SqlConnectionFailed",
            exception="System.Data.SqlClient.SqlException",
        )
    kept = pairing.central(call.state, target)
    if kept is None or kept.current != IN_BACKUP:
        call.fail(_BACKUP_MODE.format(target), "InvalidOperation", "NotInBackupMode")


def _switch(call: Call, target: str) -> None:
    """The other database is in use; the location information of the old one stays behind (errata S-08)."""
    old, failing = holder(call.state), call.simulation.fault(WITHOUT_MASTER, call.host_name, call.name) is not None
    with call.simulation.change() as state:
        reaches = topology.holder(state, "CentralMgmtStore", old, "xds") is not None
        before, after = state.central[old], state.central[target]
        before.locations, state.cms.locations = list(state.cms.locations), list(after.locations)
        forced = bool(call.get("Force", False))
        before.current = (IN_USE if forced else IN_BACKUP) if reaches else LEFT_BEHIND
        after.current = IN_BACKUP if failing else IN_USE
        store = topology.known(state).store(target, "CentralMgmtStore")
        if store is not None:
            state.directory.cms_pointer = _spelled(state, store.primary)
            state.directory.cms_mirror = _spelled(state, store.mirror) if store.mirror else ""
        topology_edit.publish(state, call.simulation.clock(), "active", target)


def _spelled(state: State, key: str) -> str:
    found = state.instances.get(key)
    return f"{found.host}\\{found.name}" if found else key


def _restore(call: Call) -> None:
    """End a move that was begun and not completed: the store that the service connection point names stays in use."""
    call.require_cms()
    pool = topology.known(call.state).cluster_of(call.host_name)
    named = topology.pool_of_store(call.state, call.state.directory.cms_pointer, "CentralMgmtStore")
    if pool is None or pool.fqdn != named:
        call.fail(
            f'Run this cmdlet on a computer in pool "{named}", which the management connection names.',
            "InvalidOperation",
            "NotInManagementPool",
        )
    if not call.proceeds(call.name, named):
        return
    call.work(6.0, "Restoring the Central Management store to the state before the move")
    with call.simulation.change() as state:
        for fqdn, kept in state.central.items():
            if fqdn == named:
                kept.current = IN_USE
            elif topology.holder(state, "CentralMgmtStore", fqdn, "xds"):
                kept.current = IN_BACKUP
        topology_edit.publish(state, call.simulation.clock(), "active", named)
    call.report()


@cmdlet("Move-CsManagementServer")
def move_cs_management_server(call: Call) -> None:
    """Every session here is a remote one, and the reference forbids those."""
    call.fail(
        "Move-CsManagementServer cannot be run in a remote session. Run it in an elevated Lync Server Management Shell "
        "on the computer itself.",
        "InvalidOperation",
        "RemoteSessionNotSupported",
    )
