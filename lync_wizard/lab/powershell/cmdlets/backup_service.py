"""The Backup Service of paired pools: relationship, states, settings, forced sync, comparison.

Guesses: the property names of a relationship, the top level of the status object but for ``BackupModules``, and the
text of the comparison.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from lync_wizard.lab.farm import pairing, topology
from lync_wizard.lab.farm.conference_content import bring
from lync_wizard.lab.farm.pair_records import CENTRAL, CONTENT, MODULES, USERS
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.failover import paired_pool
from lync_wizard.lab.powershell.cmdlets.topology import READERS, document
from lync_wizard.lab.powershell.enumerations import EXPORT_STATUS, IMPORT_STATUS
from lync_wizard.lab.winrm.contract import Thing

_SPACE: Final = "Microsoft.Rtc.Management.Hadr.BackupService"
_CATEGORIES: Final = {"cms": (CENTRAL,), "userdata": (USERS, CONTENT)}
_SPELLINGS: Final = {
    "all": MODULES,
    "presencefocus": (USERS,),
    "dataconf": (CONTENT,),
    "cmsmaster": (CENTRAL,),
    "centralmgmt": (CENTRAL,),
    **{module.lower(): (module,) for module in MODULES},
}
"""Both spellings of the references; which one a host takes is to be asked of it."""
_DEFAULTS: Final[dict[str, Any]] = {
    "SyncInterval": "00:02:00",
    "AuthorizedUniversalGroups": "",
    "AuthorizedLocalAccounts": "",
    "MaxBatchesPerCmsSync": 1,
    "MaxBatchesPerUserStoreSync": 10,
    "MaxConcurrentCalls": 10,
    "MaxDataConfPackageSizeKB": 4194304,
}


@cmdlet("Get-CsPoolBackupRelationship")
def get_cs_pool_backup_relationship(call: Call) -> None:
    found = document(call, local=call.get("LocalStore", False))
    pool = str(call.get("PoolFqdn"))
    if pool.lower() not in found.clusters:
        call.fail(f'Cannot find pool "{pool}" in the topology.', "ObjectNotFound", "PoolNotFound", target=pool)
    partner = found.backup_of(pool.lower())
    if partner:
        call.emit(f"{_SPACE}.BackupRelation", {"PoolFqdn": pool, "BackupPoolFqdn": partner}, partner)


@cmdlet("Get-CsBackupServiceStatus")
def get_cs_backup_service_status(call: Call) -> None:
    groups = call.state.facts.get("backup-service", {}).get("AuthorizedUniversalGroups", "")
    call.require_group(LYNC_ADMINS, *[group.strip() for group in str(groups).split(",") if group.strip()])
    call.require_cms()
    pool, _ = paired_pool(call)
    _require_service(call, pool)
    wanted = _CATEGORIES.get(str(call.get("Category") or "").lower(), MODULES)
    rows = [row for row in pairing.module_states(call.state, pool) if row[0] in wanted]
    modules = [
        Thing(
            (f"{_SPACE}.BackupModuleStatus", "System.Object"),
            {"Identity": module, "ExportStatus": EXPORT_STATUS(sent), "ImportStatus": IMPORT_STATUS(taken)},
            module,
        )
        for module, sent, taken in rows
    ]
    works = next(
        (
            m
            for m in topology.pool_machines(call.state, pool)
            if topology.running(call.state, m, topology.BACKUP_SERVICE)
        ),
        "",
    )
    properties = {"ActiveMachineFqdn": works, "BackupModules": modules}
    call.emit(f"{_SPACE}.BackupServiceStatus", properties, pool)


def _require_service(call: Call, pool: str) -> None:
    if not pairing.backup_service(call.state, pool):
        call.fail(
            f'The Backup Service of pool "{pool}" is not running on any of its servers.',
            "ResourceUnavailable",
            "BackupServiceUnavailable",
        )


@cmdlet("Get-CsBackupServiceConfiguration")
def get_cs_backup_service_configuration(call: Call) -> None:
    call.require_group(*READERS)
    document(call, local=call.get("LocalStore", False))
    properties = {"Identity": "Global", **_DEFAULTS, **call.state.facts.get("backup-service", {})}
    properties["SyncInterval"] = _length(properties["SyncInterval"])
    call.emit("Microsoft.Rtc.Management.WritableConfig.Settings.BackupService.BackupServiceSettings", properties)


def _length(text: str) -> timedelta:
    hours, minutes, seconds = map(int, text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


@cmdlet("Set-CsBackupServiceConfiguration")
def set_cs_backup_service_configuration(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    given = {name: call.get(name) for name in _DEFAULTS if call.get(name) is not None}
    interval = str(given.get("SyncInterval", _DEFAULTS["SyncInterval"]))
    if not timedelta(seconds=5) <= _length(interval) <= timedelta(hours=3):
        call.fail(
            f"Cannot validate argument on parameter 'SyncInterval'. The value {interval} is not between 00:00:05 and "
            "03:00:00.",
            "InvalidData",
            "ParameterArgumentValidationError",
        )
    if call.proceeds(call.name, "Global"):
        with call.simulation.change() as state:
            state.facts["backup-service"] = {**state.facts.get("backup-service", {}), **given}


def _modules(call: Call) -> tuple[str, ...]:
    wanted = str(call.get("BackupModule") or "All")
    found = _SPELLINGS.get(wanted.lower())
    if found is None:
        call.fail(f'"{wanted}" is not a backup module.', "InvalidArgument", "BackupModule", target=wanted)
    return found


@cmdlet("Invoke-CsBackupServiceSync")
def invoke_cs_backup_service_sync(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    _sync(call, _modules(call))


@cmdlet("Backup-CsPool")
def backup_cs_pool(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    modules = _CATEGORIES.get(str(call.get("Category") or "").lower(), MODULES)
    if call.proceeds(call.name, str(call.get("PoolFqdn"))):
        _sync(call, modules)
    call.report()


def _sync(call: Call, modules: tuple[str, ...]) -> None:
    pool, other = paired_pool(call)
    _require_service(call, pool)
    if not pairing.backup_service(call.state, other):
        _require_service(call, other)
    call.work(6.0, f"Exporting from {pool}", f"Importing into {other}")
    with call.simulation.change() as state:
        known = pairing.standing(state, pool)
        known.exports = {module: sent for module, sent in known.exports.items() if module not in modules}
        back = pairing.standing(state, other)
        back.import_failed = [module for module in back.import_failed if module not in modules]
        if USERS in modules and pairing.exports(state, pool):
            pairing.copy_over(state, pool, call.simulation.clock())
    if CONTENT in modules:
        bring(call.simulation, pool, other)


@cmdlet("Debug-CsInterPoolReplication")
def debug_cs_inter_pool_replication(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    pool, other = paired_pool(call)
    _require_service(call, pool)
    call.work(60.0, "Reading the data of both pools", "Comparing")
    kept, store = call.state.copies.get(pool), call.state.stores.get(pool)
    behind = [
        sip for sip, data in (store.users if store else {}).items() if kept is None or kept.users.get(sip) != data
    ]
    lines = [f"Comparing {pool} with {other}.", *(f"Differs: {sip}" for sip in sorted(behind))]
    call.write("\r\n".join([*lines, f"{len(behind)} items differ."]))
