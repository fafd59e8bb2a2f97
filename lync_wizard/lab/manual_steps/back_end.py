"""Actions in Topology Builder on a pool's Back End: SQL store, mirror and witness published, databases installed."""

from __future__ import annotations

from typing import Any

from lync_wizard.lab.farm import exports, mirroring, topology, topology_edit, topology_xml
from lync_wizard.lab.farm.state import Cms, State
from lync_wizard.lab.manual_steps.registry import Context, action
from lync_wizard.lab.scenarios import load

_OURS = ("UserStore", "ApplicationStore", "CentralMgmtStore")


def _pool(context: Context) -> str:
    """The mirrored or unmirrored Enterprise pool that the drill is about."""
    stores = topology.known(context.before).stores
    pools = [store.pool for store in stores if store.role == "UserStore"]
    target = str(context.state.facts.get("target", "")).lower()
    return target if target in pools else next((s.pool for s in stores if s.mirror), next(iter(pools), ""))


def _mirrored_once(context: Context) -> bool:
    store = topology.known(context.before).store(_pool(context), "UserStore")
    return store is not None and bool(store.mirror)


def _now(context: Context) -> topology.Store | None:
    return topology.topology(context.state).store(_pool(context), "UserStore")


def _publish(context: Context, **changes: str) -> None:
    """Publish the topology with another Back End of the pool; nothing else of it changes."""
    state, pool = context.state, _pool(context)
    overlaid: dict[str, dict[str, str]] = state.facts.setdefault("back-ends", {})
    overlaid.setdefault(pool, {}).update(changes)
    full = load.read(state.scenario)
    for entry in full["pools"]:
        entry.update(overlaid.get(entry["fqdn"], {}))
    text = topology_edit.again(state, topology_xml.topology(full))
    state.cms.topology = exports.read_configuration(exports.configuration(Cms(text))).topology
    topology.cms_changed(state, context.simulation.clock())


def _spelled(state: State, key: str) -> str:
    """An instance as a person spells it."""
    record = state.instances.get(key)
    server, _, name = key.partition("\\")
    return f"{record.host}\\{record.name}" if record else f"{server}\\{name.upper()}"


def _obstacle(context: Context, *, mirrored: bool) -> str:
    if trouble := topology.cms_trouble(context.state):
        return trouble
    store = _now(context)
    if store is None:
        return "the topology has no such pool"
    if bool(store.mirror) != mirrored:
        return f"SQL Server store mirroring of {_pool(context)} is {'off' if mirrored else 'on'} in the topology"
    return ""


@action(
    "topology-builder-unmirror",
    "Topology Builder: clear SQL Server store mirroring of the pool, and publish",
    600,
    obstacle=lambda context: _obstacle(context, mirrored=True),
    place="nowhere",
    fits=_mirrored_once,
)
def _unmirror(context: Context) -> str:
    _publish(context, mirror="", witness="")
    return f"the topology is published: {_pool(context)} is no longer mirrored"


@action(
    "topology-builder-new-store",
    "Topology Builder: make the mirror the SQL Server store of the pool, and publish",
    600,
    obstacle=lambda context: _obstacle(context, mirrored=False),
    place="nowhere",
    fits=_mirrored_once,
)
def _new_store(context: Context) -> str:
    first = topology.known(context.before).store(_pool(context), "UserStore")
    survivor = _spelled(context.before, first.mirror if first else "")
    _publish(context, sql=survivor)
    return f"the topology is published: the SQL Server store of {_pool(context)} is {survivor}"


@action(
    "topology-builder-mirror",
    "Topology Builder: enable SQL Server store mirroring of the pool again, and publish",
    600,
    obstacle=lambda context: _obstacle(context, mirrored=False),
    place="nowhere",
    fits=_mirrored_once,
)
def _mirror(context: Context) -> str:
    first, store = topology.known(context.before).store(_pool(context), "UserStore"), _now(context)
    if first is None or store is None:
        return "there is no pool to be mirrored"
    other = first.primary if store.primary == first.mirror else first.mirror
    witness = _spelled(context.before, first.witness) if first.witness else ""
    _publish(context, mirror=_spelled(context.before, other), witness=witness)
    return f"the topology is published: {_pool(context)} is mirrored on {_spelled(context.before, other)}"


def _missing(context: Context, *keys: str) -> str:
    for key in [key for key in keys if key]:
        host = context.state.host(key.partition("\\")[0])
        if host is None or not host.present or key not in context.state.instances:
            return f"the SQL Server instance {_spelled(context.before, key)} was not found or was not accessible"
    return ""


def _obstacle_to_create(context: Context) -> str:
    store = _now(context)
    return topology.cms_trouble(context.state) or _missing(context, store.primary if store else "")


@action(
    "topology-builder-create-databases",
    "Topology Builder: publish the topology and create the pool's databases",
    900,
    obstacle=_obstacle_to_create,
    place="nowhere",
)
def _create(context: Context) -> str:
    made: list[str] = []
    for store in [store for store in _stores(context) if store.role != "CentralMgmtStore"]:
        record = context.state.instances[store.primary]
        fresh = {name: level for name, level in topology.DATABASES[store.role].items() if name not in record.databases}
        record.databases.update(fresh)
        made += fresh
    return f"Publish Topology: completed; databases created: {', '.join(made) or 'none'}"


def _stores(context: Context) -> list[topology.Store]:
    every: list[Any] = [topology.topology(context.state).store(_pool(context), role) for role in _OURS]
    return [store for store in every if store is not None]


def _obstacle_to_install(context: Context) -> str:
    if trouble := _obstacle(context, mirrored=True):
        return trouble
    store = _now(context)
    if store is None:
        return "the topology has no such pool"
    if trouble := _missing(context, store.primary, store.mirror):
        return trouble
    record = context.state.instances[store.primary]
    taken = [d.name for d in record.server.databases.values() if d.mirroring is not None]
    if taken:
        return (
            f"{', '.join(taken)} on {_spelled(context.state, store.primary)} take part in a mirroring session already"
        )
    if "rtcxds" not in record.databases:
        return f"the databases of {_pool(context)} do not exist on {_spelled(context.state, store.primary)}"
    return ""


@action(
    "topology-builder-install-mirror",
    "Topology Builder: Install Database, with the mirror databases of the pool",
    900,
    obstacle=_obstacle_to_install,
    place="nowhere",
    fits=_mirrored_once,
)
def _install_mirror(context: Context) -> str:
    state = context.state
    for store in _stores(context):
        witness = "" if _missing(context, store.witness) else store.witness
        names = list(topology.DATABASES[store.role])
        pair = state.instances[store.primary], state.instances[store.mirror]
        mirroring.pair(state, *pair, names, state.instances.get(witness))
    return "Install Database: completed; the mirror databases are created and synchronised"
