"""What the verdict asks of each family of failover: routes, chat, applications, content, mirrors, pairs, a new pool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from lync_wizard.lab.farm import conference_content
from lync_wizard.lab.farm.pair_records import DIRECTORY
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.farm.topology import DATABASES, Topology, read_topology
from lync_wizard.lab.verdict import failover
from lync_wizard.lab.verdict.failover import BACK, OVER, Case, names, runs, up


def compare(simulation: Simulation, healthy: State) -> dict[str, Any]:
    """The verdict that the scenario asks for. Raises OSError or ValueError without its snapshot."""
    case = failover.case(simulation.folder, simulation.state, healthy)
    wrong = [text for name in case.state.facts["verdict"]["checks"] for text in _CHECKS[name](case)]
    return failover.to_json(case, list(dict.fromkeys(wrong)))


# Edge


def _edges(document: Topology) -> list[str]:
    return [s.cluster for s in document.services if s.role == "EdgeServer"]


def _hop(document: Topology, edge: str) -> str:
    ids = [i for s in document.on(edge) if s.role == "EdgeServer" for i in s.depends_on]
    return next((one.cluster for i in ids if (one := document.service(i)) and one.role == "Registrar"), "")


def _edge_runs(case: Case, edge: str) -> bool:
    return any(runs(case.state, machine, "RTCSRV") for machine in case.document.clusters[edge].machines)


def _next_hops(case: Case) -> Iterator[str]:
    """An Edge pool that runs leads to a pool that serves."""
    for edge in _edges(case.document):
        pool = _hop(case.document, edge)
        known = case.state.standings.get(pool)
        if _edge_runs(case, edge) and (not up(case.state, case.document, pool) or (known and known.state != "Active")):
            yield f"the next hop of {edge} is {pool}, which serves nobody"
        healthy = _hop(read_topology(case.healthy.cms.topology), edge)
        if case.word == BACK and pool != healthy:
            yield f"the next hop of {edge} is {pool} instead of {healthy}"


def _federation(case: Case) -> Iterator[str]:
    """Every site's federation goes through an Edge pool that runs, and public DNS leads there."""
    dns = case.state.facts.get("dns", {}).get("federation", "")
    for site, before in case.healthy.cms.routes.items():
        edge, old = case.state.cms.routes.get(site, {}).get("FederationRoute", ""), before.get("FederationRoute", "")
        if case.word == BACK and edge != old:
            yield f"the federation route of site {site} is {edge or 'none'} instead of {old}"
        elif not edge or not _edge_runs(case, edge):
            yield f"the federation route of site {site} is {edge or 'none'}, where no Edge Server runs"
        if dns != edge:
            yield f"public DNS (federation) leads to {dns or 'nothing'}, not to {edge}"


def _xmpp(case: Case) -> Iterator[str]:
    """One Edge pool that runs is designated by the route of a site, and both records lead to it."""
    routes = {one["XmppFederationRoute"] for one in case.state.cms.routes.values() if one.get("XmppFederationRoute")}
    old = {one["XmppFederationRoute"] for one in case.healthy.cms.routes.values() if one.get("XmppFederationRoute")}
    wanted = old if case.word == BACK else {edge for edge in routes if _edge_runs(case, edge)}
    if not wanted & {edge for edge in routes if _edge_runs(case, edge)}:
        yield f"the XMPP route leads to {names(sorted(routes)) or 'nothing'}, where it cannot be served"
        return
    dns = case.state.facts.get("dns", {})
    for record in ("xmpp-a", "xmpp-srv"):
        if dns.get(record) not in wanted:
            yield f"public DNS ({record}) leads to {dns.get(record) or 'nothing'}, not to {names(sorted(wanted))}"


def _media(case: Case) -> Iterator[str]:
    for pool, edge in case.state.cms.media.items():
        old = case.healthy.cms.media.get(pool, "")
        if case.word == BACK and edge != old:
            yield f"{pool} has {edge} for media instead of {old}"
        elif up(case.state, case.document, pool) and not _edge_runs(case, edge):
            yield f"{pool} has {edge} for media, where no Edge Server runs"


def _edge_services(case: Case) -> Iterator[str]:
    for edge in _edges(case.document):
        for machine in case.document.clusters[edge].machines:
            host = case.state.hosts[machine]
            stopped = [name for name, one in host.services.items() if one.status != "Running"]
            if host.present and stopped:
                yield f"services are not running on {machine}: {names(stopped)}"
    yield from failover.replicas(case)


# Persistent Chat


def _chat(case: Case) -> Iterator[str]:
    shipped, document = case.state.shipping, case.document
    pool = case.pool
    store, known = document.store(pool, "PersistentChatStore"), case.state.chat.get(pool)
    if store is None or known is None or shipped is None:
        yield f"{pool} is no stretched Persistent Chat pool"
        return
    over = case.word == OVER
    wanted = "FailedOver" if over else "Normal"
    odd = [server for server, state in known.states.items() if state != wanted]
    if odd:
        yield f"the state of {names(odd)} is not {wanted}"
    key, other = (store.backup, store.backup_mirror) if over else (store.primary, store.mirror)
    record = case.state.instances.get(key)
    kept = record.server.database("mgc") if record else None
    if record is None or kept is None or kept.state != "ONLINE":
        yield f"mgc is not online on {key}"
    elif not _rows(case) <= set(record.contents.get("mgc", {}).get("tblChat", ())):
        yield f"messages are missing in mgc on {key}: a log backup was not applied, or not everything was brought home"
    if kept is not None and (not kept.mirroring or kept.mirroring.state != "SYNCHRONIZED"):
        yield f"mgc on {key} is not mirrored to {other}"
    there = [
        m for m in document.clusters[pool].machines if case.state.hosts[m].present and _on_side(case, m, over=over)
    ]
    if over and sorted(known.active) != sorted(there):
        yield f"the active servers are {names(known.active) or 'none'} instead of {names(there)}"
    if not over and not known.active:
        yield "no Persistent Chat server is active"
    dead = [m for m in known.active if not runs(case.state, m, "RTCCHAT")]
    if dead:
        yield f"Persistent Chat does not run on active servers: {names(dead)}"
    second = case.state.instances.get(store.backup)
    if over and second is not None and second.server.shipped:
        yield f"{store.backup} is still the secondary of log shipping"
    if not over and (second is None or "mgc" not in second.server.shipped):
        yield f"log shipping to {store.backup} is not set up"


def _rows(case: Case) -> set[str]:
    """The messages that must be there: all that were shipped, and at a failback all that the other site had."""
    store = case.document.store(case.pool, "PersistentChatStore")
    key = (store.primary if case.word == OVER else store.backup) if store else ""
    held = (case.before if case.word == OVER else case.start).instances[key]
    return set(held.contents.get("mgc", {}).get("tblChat", ()))


def _on_side(case: Case, machine: str, *, over: bool) -> bool:
    """Whether a chat server stands at the site of the database in use: at a failover those that are not lost."""
    return not over or case.before.hosts[machine].present


# Applications


def _owners(case: Case) -> Iterator[str]:
    """While the pool is failed over its groups are in the partner, owned by the pool; afterwards at home."""
    over, pool = case.failed_over, case.pool
    wanted = {(one.kind, one.name): one for one in case.before.stores[pool].rgs}
    place = case.partner if over else pool
    store = case.state.stores.get(place)
    there = {(one.kind, one.name): one for one in (store.rgs if store else [])}
    gone = [name for kind, name in wanted if (kind, name) not in there]
    if gone:
        yield f"Response Group objects of {pool} are missing on {place}: {names(dict.fromkeys(gone))}"
    foreign = [name for (_, name), one in there.items() if (one.kind, name) in wanted and one.owner != pool]
    if foreign:
        yield f"Response Group objects on {place} are not owned by {pool}: {names(dict.fromkeys(foreign))}"
    contacts = {one.sip: one.owner for one in case.state.directory.contact_objects}
    odd = [
        one.sip for one in case.before.directory.contact_objects if one.owner == pool and contacts.get(one.sip) != pool
    ]
    if odd:
        yield f"contact objects of Response Groups are missing or owned by another pool: {names(odd)}"


def _voice(case: Case, what: str) -> dict[str, str]:
    """Range or orbit → the pool that serves it."""
    voice = case.state.facts.get("voice", {})
    return {one["name"]: pool for pool, uses in voice.items() for one in uses.get(what, ())}


def _announcements(case: Case) -> Iterator[str]:
    over, pool = case.failed_over, case.pool
    place = case.partner if over else pool
    before = case.healthy.facts.get("voice", {}).get(pool, {})
    now = case.state.facts.get("voice", {}).get(place, {}).get("announcements", [])
    made = {one["name"]: one for one in now}
    gone = [one["name"] for one in before.get("announcements", ()) if one["name"] not in made]
    if gone:
        yield f"announcements are missing on {place}: {names(gone)}"
    mute = [
        one["name"]
        for one in before.get("announcements", ())
        if one["name"] in made and (one.get("file"), one.get("text")) != _prompt(made[one["name"]])
    ]
    if mute:
        yield f"announcements on {place} have another prompt: {names(mute)}"
    served = _voice(case, "numbers")
    odd = [one["name"] for one in before.get("numbers", ()) if served.get(one["name"]) != place]
    if odd:
        yield f"ranges of unassigned numbers are not served by {place}: {names(odd)}"


def _prompt(announcement: dict[str, Any]) -> tuple[Any, Any]:
    return announcement.get("file"), announcement.get("text")


def _pickup(case: Case) -> Iterator[str]:
    over, pool = case.failed_over, case.pool
    place = case.partner if over else pool
    served = _voice(case, "orbits")
    ranges = case.healthy.facts.get("voice", {}).get(pool, {}).get("orbits", ())
    groups = [one["name"] for one in ranges if one.get("type") == "GroupPickup"]
    odd = [name for name in groups if served.get(name) != place]
    if odd:
        yield f"ranges of Group Call Pickup are not served by {place}: {names(odd)}"


# Content, mirrors, pairs


def _content(case: Case) -> Iterator[str]:
    """What conferences left in the file store of either pool is in that of this one."""
    here = Simulation(case.folder, case.state)
    there = conference_content.files(here, case.pool)
    wanted = conference_content.files(here, case.partner)
    gone = [path for path, digest in wanted.items() if there.get(path) != digest]
    if gone or not there:
        yield f"conference content is missing in the file store of {case.pool}: {names(gone) or 'everything'}"


def _mirrors(case: Case) -> Iterator[str]:
    """Every mirrored database is open on the side it is to be on; the store's where the pool is its master."""
    document = case.document
    master = any(s.role == "CentralMgmt" and s.settings.get("IsActive") == "true" for s in document.on(case.pool))
    for store in document.stores:
        if store.pool != case.pool or not store.mirror or (store.role == "CentralMgmtStore" and not master):
            continue
        key = store.mirror if case.word == OVER else store.primary
        record = case.state.instances.get(key)
        for name in [n for n in read_mirrored(case.healthy, store.primary) if n in DATABASES[store.role]]:
            kept = record.server.database(name) if record else None
            role = kept.mirroring.role if kept and kept.mirroring else ""
            if kept is None or kept.state != "ONLINE" or role == "MIRROR":
                yield f"the database {name} is not open on {key}"


def read_mirrored(state: State, key: str) -> list[str]:
    """The databases of an instance that were mirrored."""
    record = state.instances.get(key)
    return [d.name for d in record.server.databases.values() if d.mirroring] if record else []


def _sync(case: Case) -> Iterator[str]:
    """Both directions of the pair work: services, no module that lags, copies as new as the data."""
    for pool, other in ((case.pool, case.partner or _now(case)), (case.partner or _now(case), case.pool)):
        machines = case.document.clusters[pool].machines if pool in case.document.clusters else ()
        idle = [m for m in machines if not runs(case.state, m, "LYNCBACKUP")]
        if idle or not machines:
            yield f"the Backup Service does not run on {names(idle) or pool}"
        known = case.state.standings.get(pool)
        if known and known.exports:
            yield f"modules of {pool} are not steady: {names(known.exports)}"
        if known and known.import_failed:
            yield f"modules of {pool} are not imported: {names(known.import_failed)}"
        kept, store = case.state.copies.get(pool), case.state.stores.get(pool)
        data = {sip: user for sip, user in (store.users if store else {}).items() if user.contacts or user.conferences}
        if kept is None or kept.holder != other or any(kept.users.get(sip) != user for sip, user in data.items()):
            yield f"{other} does not have every user's data of {pool}"


def _now(case: Case) -> str:
    return case.document.backup_of(case.pool)


def _paired(case: Case) -> Iterator[str]:
    other = _now(case)
    if not other or case.document.backup_of(other) != case.pool:
        yield f"{case.pool} has no backup pool that it is the backup pool of"
        return
    yield from _sync(case)
    yield from failover.replicas(case)


def _unpaired(case: Case) -> Iterator[str]:
    if _now(case):
        yield f"{case.pool} is still paired with {_now(case)}"
    for pool, kept in case.state.copies.items():
        if pool in (case.pool, case.partner):
            yield f"{kept.holder} still holds user data of {pool}"
    yield from failover.replicas(case)


# A new pool for a lost one


def _replaced(case: Case) -> Iterator[str]:
    """Everything that was homed on A is on C, A is gone, B and C are paired, and no data are lost that B had."""
    new = str(case.state.facts["verdict"]["new"]).lower()
    state, document = case.state, case.document
    if case.pool in document.clusters:
        yield f"{case.pool} is still in the topology"
    if not up(state, document, new):
        yield f"{new} does not run"
    left = [user.sip for user in state.directory.users.values() if user.pool == case.pool]
    if left:
        yield f"users are still homed on {case.pool}: {names(left)}"
    homed = [f"{one.kind} {one.name}" for one in state.homed if one.pool == case.pool]
    if homed:
        yield f"still homed on {case.pool}: {names(homed)}"
    was = {(one.kind, one.identity) for one in case.before.homed if one.pool == case.pool}
    moved = {(one.kind, one.identity) for one in state.homed if one.pool == new}
    astray = [f"{'conference directory' if kind == DIRECTORY else kind} {one}" for kind, one in was - moved]
    if astray:
        yield f"not homed on {new}: {names(sorted(astray))}"
    yield from _replaced_data(case, new)
    yield from _branches(case, new)
    voice = state.facts.get("voice", {})
    for what in ("orbits", "numbers"):
        if voice.get(case.pool, {}).get(what):
            yield f"{what} still belong to {case.pool}: {names(one['name'] for one in voice[case.pool][what])}"
        wanted = {one["name"] for one in case.healthy.facts.get("voice", {}).get(case.pool, {}).get(what, ())}
        astray = sorted(wanted - {one["name"] for one in voice.get(new, {}).get(what, ())})
        if astray:
            yield f"{what} are not served by {new}: {names(astray)}"
    if document.backup_of(new) != case.partner or document.backup_of(case.partner) != new:
        yield f"{case.partner} and {new} are not paired"
    else:
        yield from _sync_of(case, new, case.partner)
    yield from failover.central(case)
    yield from failover.nobody_without_pool(case)


def _replaced_data(case: Case, new: str) -> Iterator[str]:
    store, kept = case.state.stores.get(new), case.start.copies.get(case.pool)
    there = store.users if store else {}
    gone = [
        sip
        for sip, data in (kept.users if kept else {}).items()
        if {c.buddy for c in data.contacts} - {c.buddy for c in (there[sip].contacts if sip in there else ())}
    ]
    if gone:
        yield f"contacts are missing on {new} for {names(gone)}"
    groups = {(one.kind, one.name): one.owner for one in (store.rgs if store else [])}
    wanted = [(one.kind, one.name) for one in case.before.stores[case.pool].rgs]
    odd = [name for kind, name in wanted if groups.get((kind, name)) != new]
    if odd:
        yield f"Response Group objects are missing on {new} or owned by another pool: {names(dict.fromkeys(odd))}"


def _branches(case: Case, new: str) -> Iterator[str]:
    """The appliances of A have C behind them, run, and serve their users again."""
    before = read_topology(case.before.cms.topology)
    for one in (cluster for cluster in before.clusters if before.user_services(cluster) == case.pool != cluster):
        if case.document.user_services(one) != new:
            yield f"{one} has {case.document.user_services(one)} as its User Services Pool instead of {new}"
        if not all(runs(case.state, machine, "RTCSRV") for machine in before.clusters[one].machines):
            yield f"{one} does not run"
        users = [user.sip for user in case.before.directory.users.values() if user.pool == one]
        away = [sip for sip in users if case.state.directory.users[sip].pool != one]
        if away:
            yield f"users of {one} are homed elsewhere: {names(away)}"


def _sync_of(case: Case, one: str, other: str) -> Iterator[str]:
    for pool in (one, other):
        idle = [m for m in case.document.clusters[pool].machines if not runs(case.state, m, "LYNCBACKUP")]
        if idle:
            yield f"the Backup Service does not run on {names(idle)}"
        kept = case.state.copies.get(pool)
        if kept is None or kept.holder != (other if pool == one else one):
            yield f"{other if pool == one else one} holds no user data of {pool}"


_CHECKS: Final[dict[str, Callable[[Case], Iterator[str]]]] = {
    "users": failover.users,
    "central": failover.central,
    "locations": failover.locations,
    "next-hops": _next_hops,
    "federation": _federation,
    "xmpp": _xmpp,
    "media": _media,
    "edge-services": _edge_services,
    "chat": _chat,
    "owners": _owners,
    "announcements": _announcements,
    "pickup": _pickup,
    "content": _content,
    "mirrors": _mirrors,
    "sync": _sync,
    "paired": _paired,
    "unpaired": _unpaired,
    "replaced": _replaced,
}
"""Check of a scenario's ``verdict`` → what it finds wrong."""
