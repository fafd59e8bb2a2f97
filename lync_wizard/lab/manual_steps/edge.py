"""Actions for Edge pools: federation, XMPP and media in Topology Builder, public DNS, the firewall outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lync_wizard.lab.farm import topology, topology_edit
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.manual_steps.registry import Context, action, unreachable

_DRAFT: Final = "federation-draft"
"""The fact with what Topology Builder shows and nobody has published: the Edge pool with the box ticked, or empty."""


def edges(state: State) -> list[str]:
    return [s.cluster for s in topology.known(state).services if s.role == "EdgeServer"]


def _failed(context: Context) -> str:
    """The Edge pool that the drill is about, or the first one."""
    target = str(context.state.facts.get("target", "")).lower()
    found = edges(context.state)
    return target if target in found else next(iter(found), "")


def _other(context: Context) -> str:
    return next((one for one in edges(context.state) if one != _failed(context)), "")


def _several(context: Context) -> bool:
    return len(edges(context.before)) > 1


def _store(context: Context) -> str:
    return topology.cms_trouble(context.state)


def _route(context: Context, route: str, old: str, new: str) -> None:
    """Every site whose route led to ``old`` has it lead to ``new``; published."""
    state = context.state
    for routes in state.cms.routes.values():
        if routes.get(route) in (old, ""):
            routes[route] = new
    topology.cms_changed(state, context.simulation.clock())


@action(
    "topology-builder-federation-clear",
    "Topology Builder: clear federation of the Edge pool, publish nothing yet",
    180,
    obstacle=_store,
    place="nowhere",
    fits=_several,
)
def _clear(context: Context) -> str:
    context.state.facts[_DRAFT] = ""
    return f"federation of {_failed(context)} is cleared; nothing is published"


@action(
    "topology-builder-federation-set",
    "Topology Builder: tick federation of the other Edge pool, publish nothing yet",
    180,
    obstacle=_store,
    place="nowhere",
    fits=_several,
)
def _set(context: Context) -> str:
    context.state.facts[_DRAFT] = _other(context)
    return f"federation of {_other(context)} is ticked; nothing is published"


@action(
    "topology-builder-federation-publish",
    "Topology Builder: publish the topology with the other Edge pool for federation",
    300,
    obstacle=lambda context: _store(context) or ("" if context.state.facts.get(_DRAFT) else "no Edge pool is ticked"),
    place="nowhere",
    fits=_several,
)
def _publish(context: Context) -> str:
    edge = str(context.state.facts.pop(_DRAFT))
    _route(context, "FederationRoute", _failed(context), edge)
    return f"Publish Topology: completed; federation goes through {edge}"


@action(
    "topology-builder-federation-back",
    "Topology Builder: give federation back to the restored Edge pool, and publish",
    600,
    obstacle=_store,
    place="nowhere",
    fits=_several,
)
def _back(context: Context) -> str:
    _route(context, "FederationRoute", _other(context), _failed(context))
    return f"Publish Topology: completed; federation goes through {_failed(context)}"


def _on_edge(context: Context) -> bool:
    pool = topology.known(context.state).cluster_of(context.host.fqdn)
    return _several(context) and pool is not None and pool.fqdn in edges(context.state)


@action(
    "edge-setup-again",
    "Deployment Wizard on {host}: Setup or Remove Lync Server Components, Run Again",
    600,
    obstacle=unreachable,
    place="any",
    fits=_on_edge,
)
def _setup(context: Context) -> str:
    done = context.state.facts.setdefault("edge-setup", [])
    done += [] if context.host.fqdn in done else [context.host.fqdn]
    return "Setup or Remove Lync Server Components: task status completed"


def _media(context: Context, old: str, new: str) -> str:
    state = context.state
    state.cms.media = {pool: new if edge == old else edge for pool, edge in state.cms.media.items()}
    topology.cms_changed(state, context.simulation.clock())
    return f"Publish Topology: completed; media goes through {new}"


@action(
    "topology-builder-media",
    "Topology Builder: associate Front End pools with the other Edge pool for media, and publish",
    300,
    obstacle=_store,
    place="nowhere",
    fits=_several,
)
def _media_over(context: Context) -> str:
    return _media(context, _failed(context), _other(context))


@action(
    "topology-builder-media-back",
    "Topology Builder: associate Front End pools with their own Edge pool for media again, and publish",
    300,
    obstacle=_store,
    place="nowhere",
    fits=_several,
)
def _media_back(context: Context) -> str:
    state = context.state
    state.cms.media = {pool: context.before.cms.media.get(pool, edge) for pool, edge in state.cms.media.items()}
    topology.cms_changed(state, context.simulation.clock())
    return "Publish Topology: completed; every Front End pool has the Edge pool for media that it had"


@action(
    "topology-builder-next-hop",
    "Topology Builder: another next hop for the Edge pools behind the failed pool, and publish",
    300,
    obstacle=_store,
    place="nowhere",
    fits=_several,
)
def _next_hop(context: Context) -> str:
    pool = str(context.state.facts.get("target", "")).lower()
    return _hop(context, pool, topology.known(context.state).backup_of(pool))


@action(
    "topology-builder-next-hop-back",
    "Topology Builder: the former next hop of the Edge pools again, and publish",
    300,
    obstacle=_store,
    place="nowhere",
    fits=_several,
)
def _next_hop_back(context: Context) -> str:
    for edge in edges(context.state):
        pool = hop(context.before, edge)
        if pool and hop(context.state, edge) != pool:
            topology_edit.publish(context.state, context.simulation.clock(), "next-hop", edge, pool)
    return "Publish Topology: completed; the Edge pools have their former next hops"


def hop(state: State, edge: str) -> str:
    """The pool that an Edge pool's next hop is."""
    document = topology.known(state)
    ids = [i for s in document.on(edge) if s.role == "EdgeServer" for i in s.depends_on]
    found = [one for i in ids if (one := document.service(i))]
    return next((one.cluster for one in found if one.role == "Registrar"), "")


def _hop(context: Context, old: str, new: str) -> str:
    if not new:
        return f"{old} has no backup pool"
    for edge in edges(context.state):
        if hop(context.state, edge) == old:
            topology_edit.publish(context.state, context.simulation.clock(), "next-hop", edge, new)
    return f"Publish Topology: completed; the next hop is {new}"


# Outside


def _outside(name: str, wording: str, record: str, to: Callable[[Context], str]) -> None:
    @action(name, wording, 900, place="nowhere", fits=_several)
    def _point(context: Context) -> str:
        context.state.facts.setdefault("dns", {})[record] = to(context)
        return f"done; {record} leads to {to(context)}"


for _record, _text in (
    ("federation", "_sipfederationtls._tcp and the A record it names"),
    ("xmpp-a", "the A record for XMPP federation"),
    ("xmpp-srv", "_xmpp-server._tcp, port 5269"),
):
    _outside(f"public-dns-{_record}", f"Public DNS: point {_text} to the other Edge pool", _record, _other)
    _outside(f"public-dns-{_record}-back", f"Public DNS: point {_text} to the restored Edge pool", _record, _failed)
_outside("firewall-xmpp", "Firewall: port 5269 of the other Edge pool is open from outside", "xmpp-port", _other)
_outside("firewall-xmpp-back", "Firewall: port 5269 of the restored Edge pool is open", "xmpp-port", _failed)


@action("xmpp-ready", "Check that the other Edge pool can carry XMPP", 600, place="nowhere", fits=_several)
def _ready(context: Context) -> str:
    return f"the XMPP proxy of {_other(context)} is installed, its certificate has the SIP domain"
