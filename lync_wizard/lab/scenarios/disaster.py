"""The disaster of a scenario: hosts gone with everything on them, or only databases, or only Response Groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lync_wizard.lab.farm import quorum, topology
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import STARTING, State
from lync_wizard.lab.scenarios import aftermath, loss, standalone_sql


def strike(simulation: Simulation, scenario: Mapping[str, Any]) -> None:
    """Let the disaster of a completed scenario happen.

    ``lost-databases`` with ``lost``: the hosts stay, their instances are new, and those databases are gone.
    ``lost-response-groups``: pools whose Response Group database is empty. ``lost-central``: ``store`` where the
    databases of the Central Management store are gone from a server that still runs, ``pointer`` where only Active
    Directory no longer says where they are. ``fabric-remembers``: the pool of a lost Front End Server still holds the
    state of its old disks. ``waits``: a Front End Server that was rebuilt and waits for such a pool. ``lag``: minutes
    since the last sync of a pool; ``then``: what was done between the loss and the beginning of the drill.
    """
    lost = list(scenario["lost"])
    aftermath.before(simulation, scenario)
    with simulation.change() as state:
        if scenario.get("lost-central"):
            _lose_central(state, pointer=scenario["lost-central"] == "pointer")
        for pool in scenario.get("lost-response-groups", ()):
            state.stores[pool].rgs, state.stores[pool].rgs_settings = [], {}
    if scenario.get("lost-databases"):
        standalone_sql.strike(simulation, lost, scenario["lost-databases"])
        return
    with simulation.change() as state:
        loss.lose(state, lost, remembered=bool(scenario.get("fabric-remembers")))
        if waiting := scenario.get("waits"):
            _wait(state, waiting)
    for fqdn in lost:
        simulation.wipe_disk(fqdn)
    aftermath.after(simulation, scenario)


def _lose_central(state: State, *, pointer: bool) -> None:
    directory = state.directory
    keys = [key.lower() for key in (directory.cms_pointer, directory.cms_mirror) if key]
    if pointer:
        directory.cms_pointer = directory.cms_mirror = ""
        return
    for key in keys:
        for name in topology.DATABASES["CentralMgmtStore"]:
            state.instances[key].databases.pop(name, None)
            state.instances[key].server.databases.pop(name.lower(), None)


def _wait(state: State, fqdn: str) -> None:
    """The server is rebuilt and its services are started, but the pool knows its old disks: RTCSRV stays Starting."""
    cluster = topology.known(state).cluster_of(fqdn)
    service = quorum.front_end(state, fqdn)
    if cluster and service:
        quorum.lose(state, cluster, fqdn)
        service.status = STARTING
