"""Actions in SQL Server Management Studio: log shipping of a stretched Persistent Chat database set up again."""

from __future__ import annotations

import copy

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.topology import Store
from lync_wizard.lab.manual_steps.registry import Context, action
from lync_wizard.lab.sqlserver.instance import new_database

_FOLDER = r"C:\CsData\BackendStore\rtc\DbPath"


def _store(context: Context) -> Store | None:
    every = topology.known(context.state).stores
    return next((one for one in every if one.role == "PersistentChatStore" and one.backup), None)


def _stretched(context: Context) -> bool:
    return context.state.shipping is not None


def _obstacle(context: Context) -> str:
    store = _store(context)
    if store is None:
        return "no Persistent Chat database is shipped"
    for key in (store.primary, store.backup):
        record = context.state.instances.get(key)
        host = context.state.host(record.host) if record else None
        if record is None or host is None or not host.present:
            return f"the SQL Server instance {key} was not found or was not accessible"
    second = context.state.instances[store.backup].server.database("mgc")
    if second is not None and second.mirroring is not None:
        return f"mgc on {store.backup} takes part in a mirroring session: remove mirroring first"
    if "mgc" not in context.state.instances[store.primary].databases:
        return f"mgc on {store.primary} is not online"
    return ""


@action(
    "set-up-log-shipping",
    "SQL Server Management Studio: ship the logs of mgc to the other site",
    1800,
    obstacle=_obstacle,
    place="nowhere",
    fits=_stretched,
)
def _ship(context: Context) -> str:
    """A full backup of the primary replaces the secondary, which receives logs from then on."""
    store, state = _store(context), context.state
    if store is None or state.shipping is None:
        return "nothing is shipped"
    primary, secondary = state.instances[store.primary], state.instances[store.backup]
    kept = secondary.server.add(new_database("mgc", _FOLDER, _FOLDER, recovery="FULL"))
    source = primary.server.database("mgc")
    kept.state, kept.roles, kept.redo_lsn = "RESTORING", list(source.roles if source else ()), 1
    secondary.databases.pop("mgc", None)
    secondary.contents["mgc"] = copy.deepcopy(primary.contents.get("mgc", {}))
    if "mgc" not in secondary.server.shipped:
        secondary.server.shipped.append("mgc")
    state.shipping.primary, state.shipping.secondary, state.shipping.running = primary.key, secondary.key, True
    return f"log shipping: the first backup, copy and restore jobs from {store.primary} to {store.backup} succeeded"


@action(
    "set-up-log-shipping-of-mirror",
    "SQL Server Management Studio: log shipping from the mirror of mgc",
    1800,
    obstacle=_obstacle,
    place="nowhere",
    fits=_stretched,
)
def _ship_mirror(context: Context) -> str:
    store = _store(context)
    return f"the jobs exist on {store.mirror if store else 'the mirror'}; mgc is principal on the primary again"
