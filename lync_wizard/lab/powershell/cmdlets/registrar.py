"""The Registrar's settings with ``PoolState``, and the pools that a user belongs to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from lync_wizard.lab.farm import pairing, quorum, topology
from lync_wizard.lab.farm.pair_records import ACTIVE
from lync_wizard.lab.farm.state import RUNNING
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.topology import READERS, document, not_found
from lync_wizard.lab.powershell.cmdlets.userdata import find_user
from lync_wizard.lab.powershell.enumerations import REGISTRAR_STATE

_TYPE: Final = "Microsoft.Rtc.Management.WritableConfig.Settings.Registrar.RegistrarSettings"
_DEFAULTS: Final[dict[str, Any]] = {
    "MinEndpointExpiration": 300,
    "MaxEndpointExpiration": 900,
    "DefaultEndpointExpiration": 600,
    "MaxEndpointsPerUser": 8,
    "EnableDHCPServer": False,
    "BackupStoreUnavailableThreshold": timedelta(minutes=30),
    "MaxUserCount": 12000,
}


def _pool(call: Call) -> str:
    """The pool of ``service:Registrar:<fqdn>``; empty for the global settings."""
    identity = str(call.get("Identity") or "")
    if identity.lower() in ("", "global"):
        return ""
    scope, _, pool = identity.lower().removeprefix("service:").partition(":")
    if scope != "registrar" or pool not in topology.known(call.state).clusters:
        not_found(call, identity)
        return "?"
    return pool


def _show(call: Call, pool: str) -> None:
    identity = f"Service:Registrar:{pool}" if pool else "Global"
    state = pairing.standing(call.state, pool).state if pool else ACTIVE
    call.emit(_TYPE, {"Identity": identity, **_DEFAULTS, "PoolState": REGISTRAR_STATE(state)}, identity)


@cmdlet("Get-CsRegistrarConfiguration")
def get_cs_registrar_configuration(call: Call) -> None:
    """The settings of a pool alone exist once it was failed over; before that none are shown for it."""
    call.require_group(*READERS)
    document(call, local=call.get("LocalStore", False))
    own = sorted(pool for pool, known in call.state.standings.items() if known.own)
    if call.get("Identity") is None:
        for pool in ("", *own):
            _show(call, pool)
        return
    pool = _pool(call)
    if pool in ("", *own):
        _show(call, pool)
    elif pool != "?":
        not_found(call, str(call.get("Identity")))


@cmdlet("Set-CsRegistrarConfiguration")
def set_cs_registrar_configuration(call: Call) -> None:
    """Sets the state alone: no data move with it."""
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    pool, state = _pool(call), call.get("PoolState")
    if pool == "?" or not call.proceeds(call.name, str(call.get("Identity") or "Global")):
        return
    if pool and state:
        with call.simulation.change():
            known = pairing.standing(call.state, pool)
            known.state, known.own = str(state), True


@cmdlet("Get-CsUserPoolInfo")
def get_cs_user_pool_info(call: Call) -> None:
    """The same before and after a failover: the backup Registrar is that of the pair (corrections, E1)."""
    found = document(call, local=call.get("LocalStore", False))
    user = find_user(call, str(call.get("Identity")))
    if user is None:
        call.error(
            f'Management object not found for identity "{call.get("Identity")}".',
            "ObjectNotFound",
            "Identity",
            target=str(call.get("Identity")),
        )
        return
    primary = found.clusters.get(user.pool)
    backup = found.clusters.get(found.backup_of(user.pool))
    running = quorum.in_state(call.state, primary, RUNNING) if primary else []
    ordered = [*running, *(m for m in (primary.machines if primary else ()) if m not in running)]
    properties = {
        "PrimaryPoolFqdn": user.pool,
        "BackupPoolFqdn": backup.fqdn if backup else None,
        "UserServicesPoolFqdn": user.pool,
        "PrimaryPoolMachinesInPreferredOrder": ordered,
        "BackupPoolMachinesInPreferredOrder": list(backup.machines) if backup else [],
        "PrimaryPoolPrimaryRegistrar": user.pool,
        "PrimaryPoolBackupRegistrars": [backup.fqdn] if backup else [],
        "BackupPoolPrimaryRegistrar": backup.fqdn if backup else None,
        "BackupPoolBackupRegistrars": [user.pool] if backup else [],
    }
    call.emit("Microsoft.Rtc.Management.AD.UserPoolInfo", properties, user.sip)
