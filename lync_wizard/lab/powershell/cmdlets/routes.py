"""Routes: the next hop of an Edge pool, the federation routes of a site."""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm import topology, topology_edit
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.topology import not_found

_ROUTES: Final = ("FederationRoute", "XmppFederationRoute")


def _service(call: Call, text: str, role: str, service: str) -> str:
    """The pool in a service's identity (``EdgeServer:<fqdn>``). Ends the command for any other."""
    scope, _, pool = text.lower().removeprefix("service:").rpartition(":")
    there = [s.cluster for s in topology.topology(call.state).services if s.role == service]
    if scope not in ("", role.lower()) or pool not in there:
        call.fail(f'Cannot find "{text}" in the topology.', "ObjectNotFound", "ServiceNotFound", target=text)
    return pool


@cmdlet("Set-CsEdgeServer")
def set_cs_edge_server(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    edge = _service(call, str(call.get("Identity")), "EdgeServer", "EdgeServer")
    if call.get("Registrar") is None or not call.proceeds(call.name, edge):
        return
    target = _service(call, str(call.get("Registrar")), "Registrar", "Registrar")
    with call.simulation.change() as state:
        topology_edit.publish(state, call.simulation.clock(), "next-hop", edge, target)


@cmdlet("Set-CsSite")
def set_cs_site(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    wanted = str(call.get("Identity") or "").lower().removeprefix("site:")
    site = next((name for name in topology.topology(call.state).sites.values() if name.lower() == wanted), None)
    if site is None:
        not_found(call, wanted)
        return
    given = {name: str(call.get(name)) for name in _ROUTES if call.get(name)}
    edges = {name: _service(call, text, "EdgeServer", "EdgeServer") for name, text in given.items()}
    if edges and call.proceeds(call.name, f"Site:{site}"):
        with call.simulation.change() as state:
            state.cms.routes[site] = {**state.cms.routes.get(site, {}), **edges}
            topology.cms_changed(state, call.simulation.clock())
