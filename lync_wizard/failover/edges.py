"""The Edge pools around a pair: whose next hop changes with a failover, a cold one, several with federation."""

from __future__ import annotations

from collections.abc import Iterator

from lync_wizard.deployment import Pool, same
from lync_wizard.failover.answers import Couple, Line, PairAnswers
from lync_wizard.hosts import text_of


def lines(couple: Couple, answers: PairAnswers) -> Iterator[Line]:
    """Nothing where the deployment has no Edge pool."""
    edges = couple.deployment.pools_of_kind("edge")
    if not edges:
        return
    yield from (_next_hop(couple, pool, edges) for pool in couple.pools)
    yield from (_cold(edge, answers) for edge in edges if edge.cold)
    yield _federation(couple, answers)


def _next_hop(couple: Couple, pool: Pool, edges: tuple[Pool, ...]) -> Line:
    """What has to be changed before this pool's users are failed over, and whether anything stands in where it goes."""
    about = "edge-next-hop"
    behind = [edge for edge in edges if same(edge.next_hop, pool.fqdn)]
    evidence = "deployment facts: " + ", ".join(f"{e.fqdn} → {e.next_hop or 'not recorded'}" for e in edges)
    if unsaid := [edge.fqdn for edge in edges if not edge.next_hop]:
        hint = f"Record it: lync-wizard worksheet set {unsaid[0]}:deployment-facts/pool/next-hop FQDN"
        return Line(about, "not-recorded", f"the next hop of {unsaid[0]} is not recorded", evidence, hint)
    if not behind:
        return Line(about, "ok", f"no Edge pool has {pool.fqdn} as its next hop", evidence)
    partner = couple.other(pool)
    elsewhere = [e for e in edges if not any(e is one for one in behind)]
    named = " and ".join(edge.fqdn for edge in behind)
    order = f"Where {named} still runs, its next hop becomes {partner.fqdn} before the users follow (pool-failover)."
    if not elsewhere:
        text = f"no Edge pool is left where {pool.fqdn} and its site are lost"
        return Line(about, "caution", text, evidence, f"{order} Plan an Edge pool at the site of {partner.fqdn}.")
    cold = [edge.fqdn for edge in elsewhere if edge.cold]
    if len(cold) == len(elsewhere):
        text = f"only cold Edge pools take over where {pool.fqdn} and its site are lost: {', '.join(cold)}"
        hint = f"{order} Start their services and wait for the replica before anything is pointed at them."
        return Line(about, "caution", text, evidence, hint)
    return Line(about, "ok", f"{named} has {pool.fqdn} as its next hop: it is changed first", evidence, order)


def _cold(edge: Pool, answers: PairAnswers) -> Line:
    """A stopped Edge Server takes no configuration; on the day it has an old one, and perhaps old certificates."""
    about, heard = "edge-cold", answers.replicas
    by_server = {text_of(one, "ReplicaFqdn").lower(): text_of(one, "UpToDate") for one in heard.records}
    states = {fqdn: by_server.get(fqdn.lower(), "") for fqdn in edge.server_fqdns}
    evidence = heard.evidence(", ".join(f"{fqdn} {state or 'not known'}" for fqdn, state in states.items()))
    hint = "Start it now and then, wait until its replica is up to date, and look at its certificates."
    if not heard.answered or not all(states.values()):
        return Line(about, "cannot-tell", f"how old the configuration of {edge.fqdn} is is not known", evidence, hint)
    if all(state.lower() == "true" for state in states.values()):
        return Line(about, "ok", f"{edge.fqdn} is cold, its configuration is up to date", evidence)
    return Line(about, "caution", f"{edge.fqdn} is cold and has an old configuration", evidence, hint)


def _federation(couple: Couple, answers: PairAnswers) -> Line:
    about, heard = "federation", answers.sites
    routes = [text_of(one, "FederationRoute").rpartition(":")[2] for one in heard.records]
    found = list({route.lower(): route for route in routes if route}.values())
    evidence = heard.evidence(", ".join(found) or "no FederationRoute")
    if not heard.answered:
        text = "which Edge pool carries federation could not be asked"
        return Line(about, "cannot-tell", text, evidence, "Ask Get-CsSite (FederationRoute).")
    if len(found) > 1:
        text = f"several Edge pools carry federation: {', '.join(found)}"
        hint = "Say which one is meant when federation is failed over; Move-CsUser then needs -ProxyPool."
        return Line(about, "caution", text, evidence, hint)
    edge = couple.deployment.pool(found[0]) if found else None
    if edge is None:
        return Line(about, "ok", "no site routes federation through an Edge pool that is recorded", evidence)
    where = edge.stand_in or "the other Edge pool"
    hint = f"Where it is lost, federation goes to {where} (edge-federation-failover), and so do the public records."
    return Line(about, "ok", f"{edge.fqdn} carries federation", evidence, hint)
