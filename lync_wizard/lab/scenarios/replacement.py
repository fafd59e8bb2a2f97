"""A new pool under another name for one that is lost: its topology, its worksheets, its servers once they are built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lync_wizard.lab.farm import topology, topology_edit, topology_xml
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import Certificate, PoolStore, State
from lync_wizard.lab.powershell.cmdlets.topology import SERVER_GROUPS
from lync_wizard.lab.scenarios import load

FACT = "replacement"
"""The fact with the definition of the new pool; its key ``for`` names the lost one."""


def document(name: str) -> str:
    """The topology of a scenario with its new pool."""
    scenario: Mapping[str, Any] = load.read(name)
    return topology_xml.topology({**scenario, "pools": [*scenario["pools"], scenario[FACT]]})


def build(simulation: Simulation) -> str:
    """Define, publish and deploy the new pool up to step 3 of the Deployment Wizard; no service is started."""
    state = simulation.state
    pool = str(state.facts[FACT]["fqdn"])
    if pool in topology.topology(state).clusters:
        return f"{pool} is deployed already"
    state.cms.topology = topology_edit.again(state, document(state.scenario))
    topology.cms_changed(state, simulation.clock())
    found = topology.topology(state)
    for store in found.stores:
        if store.pool == pool and store.role in ("UserStore", "ApplicationStore"):
            state.instances[store.primary].databases.update(topology.DATABASES[store.role])
    state.stores[pool] = PoolStore()
    for machine in found.clusters[pool].machines:
        _deploy(state, pool, machine)
    share = str(state.facts[FACT]["file-store"])
    server, _, name = share.removeprefix("\\\\").partition("\\")
    state.hosts[server].acl_set += [] if name in state.hosts[server].acl_set else [name]
    for service in found.on(pool):
        if service.role in ("WebServices", "ApplicationServer"):
            simulation.locate(server, f"{share}\\{service.id}").mkdir(parents=True, exist_ok=True)
    return f"{pool} is defined, published and deployed up to step 3; its databases are created, no service runs"


def _deploy(state: State, pool: str, machine: str) -> None:
    host = state.hosts[machine]
    host.local_store, host.lync_version, host.steps = state.cms.topology, str(state.facts["level"]), [1, 2, 3]
    topology.install_components(state, host)
    uses = ["Default", "WebServicesInternal", "WebServicesExternal"]
    names = [pool, machine]
    host.certificates.append(
        Certificate(
            f"C{host.name.upper()}", f"CN={pool}", "CN=Contoso Issuing CA", "2013-01-01", "2036-01-01", uses, names
        )
    )
    account = state.directory.computers[host.name]
    account.groups += [group for group in SERVER_GROUPS if group not in account.groups]
