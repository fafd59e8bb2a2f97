"""Deeds in Topology Builder on a pool's Back End: SQL store, mirror and witness published, databases installed."""

from __future__ import annotations

from typing import Any

from lync_wizard.lab.farm import exports, mirroring, topology, topology_xml
from lync_wizard.lab.farm.state import Cms, State
from lync_wizard.lab.manual_steps.registry import Scene, action
from lync_wizard.lab.scenarios import load

_OURS = ("UserStore", "ApplicationStore", "CentralMgmtStore")


def _pool(scene: Scene) -> str:
    """The mirrored or unmirrored Enterprise pool that the drill is about."""
    stores = topology.known(scene.before).stores
    pools = [store.pool for store in stores if store.role == "UserStore"]
    target = str(scene.state.facts.get("target", "")).lower()
    return target if target in pools else next((s.pool for s in stores if s.mirror), next(iter(pools), ""))


def _mirrored_once(scene: Scene) -> bool:
    store = topology.known(scene.before).store(_pool(scene), "UserStore")
    return store is not None and bool(store.mirror)


def _now(scene: Scene) -> topology.Store | None:
    return topology.topology(scene.state).store(_pool(scene), "UserStore")


def _publish(scene: Scene, **changes: str) -> None:
    """Publish the topology with another Back End of the pool; nothing else of it changes."""
    state, pool = scene.state, _pool(scene)
    overlaid: dict[str, dict[str, str]] = state.facts.setdefault("back-ends", {})
    overlaid.setdefault(pool, {}).update(changes)
    full = load.read(state.scenario)
    for entry in full["pools"]:
        entry.update(overlaid.get(entry["fqdn"], {}))
    text = topology_xml.topology(full)
    state.cms.topology = exports.read_configuration(exports.configuration(Cms(text))).topology
    topology.cms_changed(state, scene.simulation.clock())


def _spelled(state: State, key: str) -> str:
    """An instance as people write it."""
    record = state.instances.get(key)
    server, _, name = key.partition("\\")
    return f"{record.host}\\{record.name}" if record else f"{server}\\{name.upper()}"


def _bar(scene: Scene, *, mirrored: bool) -> str:
    if trouble := topology.cms_trouble(scene.state):
        return trouble
    store = _now(scene)
    if store is None:
        return "the topology has no such pool"
    if bool(store.mirror) != mirrored:
        return f"SQL Server store mirroring of {_pool(scene)} is {'off' if mirrored else 'on'} in the topology"
    return ""


@action(
    "topology-builder-unmirror",
    "Topology Builder: clear SQL Server store mirroring of the pool, and publish",
    600,
    bar=lambda scene: _bar(scene, mirrored=True),
    place="nowhere",
    fits=_mirrored_once,
)
def _unmirror(scene: Scene) -> str:
    _publish(scene, mirror="", witness="")
    return f"the topology is published: {_pool(scene)} is no longer mirrored"


@action(
    "topology-builder-new-store",
    "Topology Builder: make the mirror the SQL Server store of the pool, and publish",
    600,
    bar=lambda scene: _bar(scene, mirrored=False),
    place="nowhere",
    fits=_mirrored_once,
)
def _new_store(scene: Scene) -> str:
    first = topology.known(scene.before).store(_pool(scene), "UserStore")
    survivor = _spelled(scene.before, first.mirror if first else "")
    _publish(scene, sql=survivor)
    return f"the topology is published: the SQL Server store of {_pool(scene)} is {survivor}"


@action(
    "topology-builder-mirror",
    "Topology Builder: enable SQL Server store mirroring of the pool again, and publish",
    600,
    bar=lambda scene: _bar(scene, mirrored=False),
    place="nowhere",
    fits=_mirrored_once,
)
def _mirror(scene: Scene) -> str:
    first, store = topology.known(scene.before).store(_pool(scene), "UserStore"), _now(scene)
    if first is None or store is None:
        return "there is no pool to be mirrored"
    other = first.primary if store.primary == first.mirror else first.mirror
    witness = _spelled(scene.before, first.witness) if first.witness else ""
    _publish(scene, mirror=_spelled(scene.before, other), witness=witness)
    return f"the topology is published: {_pool(scene)} is mirrored on {_spelled(scene.before, other)}"


def _missing(scene: Scene, *keys: str) -> str:
    for key in [key for key in keys if key]:
        host = scene.state.host(key.partition("\\")[0])
        if host is None or not host.present or key not in scene.state.instances:
            return f"the SQL Server instance {_spelled(scene.before, key)} was not found or was not accessible"
    return ""


def _bar_create(scene: Scene) -> str:
    store = _now(scene)
    return topology.cms_trouble(scene.state) or _missing(scene, store.primary if store else "")


@action(
    "topology-builder-create-databases",
    "Topology Builder: publish the topology and create the pool's databases",
    900,
    bar=_bar_create,
    place="nowhere",
)
def _create(scene: Scene) -> str:
    made: list[str] = []
    for store in [store for store in _stores(scene) if store.role != "CentralMgmtStore"]:
        record = scene.state.instances[store.primary]
        fresh = {name: level for name, level in topology.DATABASES[store.role].items() if name not in record.databases}
        record.databases.update(fresh)
        made += fresh
    return f"Publish Topology: completed; databases created: {', '.join(made) or 'none'}"


def _stores(scene: Scene) -> list[topology.Store]:
    every: list[Any] = [topology.topology(scene.state).store(_pool(scene), role) for role in _OURS]
    return [store for store in every if store is not None]


def _bar_install(scene: Scene) -> str:
    if trouble := _bar(scene, mirrored=True):
        return trouble
    store = _now(scene)
    if store is None:
        return "the topology has no such pool"
    if trouble := _missing(scene, store.primary, store.mirror):
        return trouble
    record = scene.state.instances[store.primary]
    taken = [d.name for d in record.server.databases.values() if d.mirroring is not None]
    if taken:
        return f"{', '.join(taken)} on {_spelled(scene.state, store.primary)} take part in a mirroring session already"
    if "rtcxds" not in record.databases:
        return f"the databases of {_pool(scene)} do not exist on {_spelled(scene.state, store.primary)}"
    return ""


@action(
    "topology-builder-install-mirror",
    "Topology Builder: Install Database, with the mirror databases of the pool",
    900,
    bar=_bar_install,
    place="nowhere",
    fits=_mirrored_once,
)
def _install_mirror(scene: Scene) -> str:
    state = scene.state
    for store in _stores(scene):
        witness = "" if _missing(scene, store.witness) else store.witness
        names = list(topology.DATABASES[store.role])
        pair = state.instances[store.primary], state.instances[store.mirror]
        mirroring.pair(state, *pair, names, state.instances.get(witness))
    return "Install Database: completed; the mirror databases are created and synchronised"
