"""A stretched Persistent Chat pool: which database it uses, and which of its servers accept connections."""

from __future__ import annotations

import fnmatch
from typing import Any

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.pair_records import FAILED_OVER, NORMAL, ChatPool
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.chat import ADMINS
from lync_wizard.lab.powershell.cmdlets.objects import property_of
from lync_wizard.lab.powershell.cmdlets.topology import READERS, document, not_found
from lync_wizard.lab.powershell.enumerations import CHAT_STATE


def _pools(call: Call) -> list[str]:
    """The chat pools that ``-Identity`` (``PersistentChatServer:<fqdn>``) or ``-Filter`` choose."""
    every = [s.cluster for s in topology.topology(call.state).services if s.role == "PersistentChatService"]
    identity = call.get("Identity")
    if identity is None:
        wanted = str(call.get("Filter") or "*").lower().rpartition(":")[2]
        return [pool for pool in every if fnmatch.fnmatch(pool, wanted)]
    scope, _, pool = str(identity).lower().removeprefix("service:").rpartition(":")
    if pool not in every or scope not in ("", "persistentchatserver"):
        not_found(call, str(identity))
        return []
    return [pool]


def chat_pool(call: Call, pool: str) -> ChatPool:
    """The pool's record; all its servers are active and normal where nothing else was said."""
    machines = list(topology.topology(call.state).clusters[pool].machines)
    return call.state.chat.setdefault(pool, ChatPool(machines, dict.fromkeys(machines, NORMAL)))


@cmdlet("Get-CsPersistentChatState")
def get_cs_persistent_chat_state(call: Call) -> None:
    call.require_group(*READERS)
    document(call, local=call.get("LocalStore", False))
    for pool in _pools(call):
        for machine, state in chat_pool(call, pool).states.items():
            properties = {
                "Identity": f"PersistentChatServer:{pool}",
                "PoolState": CHAT_STATE(state),
                "ServerFqdn": machine,
            }
            call.emit("Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat.PersistentChatState", properties)


@cmdlet("Set-CsPersistentChatState")
def set_cs_persistent_chat_state(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    wanted = str(CHAT_STATE(call.get("PoolState") or NORMAL))
    for pool in _pools(call):
        store = topology.topology(call.state).store(pool, "PersistentChatStore")
        if wanted == FAILED_OVER and (store is None or not store.backup):
            call.fail(
                f'The Persistent Chat pool "{pool}" has no backup database in the topology.',
                "InvalidOperation",
                "NoBackupDatabase",
            )
        if call.proceeds(call.name, pool):
            call.work(4.0, f"Setting the state of {pool} to {wanted}")
            with call.simulation.change():
                known = chat_pool(call, pool)
                known.states = dict.fromkeys(topology.topology(call.state).clusters[pool].machines, wanted)


def _names(call: Call, pool: str, value: Any) -> list[str]:
    """Servers of the pool in a list or a single value. Ends the command for a server that is none."""
    items = value if isinstance(value, list | tuple) else [value]
    machines = topology.topology(call.state).clusters[pool].machines
    found = [str(item).lower() for item in items]
    strange = [name for name in found if name not in machines]
    if strange:
        call.fail(f'"{strange[0]}" is not a computer of pool "{pool}".', "InvalidArgument", "NotInPool")
    return found


@cmdlet("Set-CsPersistentChatActiveServer")
def set_cs_persistent_chat_active_server(call: Call) -> None:
    """``-ActiveServers`` takes ``@{Add=…}``, ``@{Remove=…}``, ``@{Replace=…}``, a list, or nothing at all."""
    call.require_group(LYNC_ADMINS, ADMINS)
    call.require_cms()
    for pool in _pools(call):
        known, value = chat_pool(call, pool), call.get("ActiveServers")
        machines = topology.topology(call.state).clusters[pool].machines
        if call.get("Swap", False):
            active = [name for name in machines if name not in known.active]
        elif value is None:
            active = []
        elif property_of(value, "Add") or property_of(value, "Remove") or property_of(value, "Replace"):
            base = _names(call, pool, property_of(value, "Replace") or []) or known.active
            added = _names(call, pool, property_of(value, "Add") or [])
            removed = _names(call, pool, property_of(value, "Remove") or [])
            active = [name for name in dict.fromkeys([*base, *added]) if name not in removed]
        else:
            active = _names(call, pool, value)
        if call.proceeds(call.name, pool):
            with call.simulation.change():
                known.active = active
