"""What the worksheets of a paired deployment hold beyond its pools: routes, devices, log shipping, announcements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from lync_wizard.lab.farm.pair_records import ACCESS_NUMBER, ANALOG, DIRECTORY, PHONE, ROOM, UM_CONTACT
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.farm.topology import Topology
from lync_wizard.lab.scenarios.pool_worksheets import Values

_FACTS: Final = "deployment-facts"
_HOMED: Final = {
    "common-area-phones": PHONE,
    "analog-devices": ANALOG,
    "meeting-rooms": ROOM,
    "um-contacts": UM_CONTACT,
}
_THREE: Final = 3
_NOTHING: Final = "none"
"""Where a column of the announcements has nothing for one of them."""


def deployment(state: State) -> Values:
    """The rows of the whole deployment; nothing where there are no pairs."""
    if not state.copies:
        return
    yield f"{_FACTS}/backup-service/account", "RTCUniversalServerAdmins"
    yield f"{_FACTS}/backup-service/interval", "00:02:00"
    routes = state.cms.routes.values()
    yield f"{_FACTS}/federation/edge-pools", _once(route.get("FederationRoute", "") for route in routes)
    yield f"{_FACTS}/federation/xmpp-pool", next(iter(_once(r.get("XmppFederationRoute", "") for r in routes)), "")
    yield f"{_FACTS}/federation/xmpp-record", f"xmpp.{state.directory.domain}"
    yield f"{_FACTS}/federation/dns-owner", "Contoso Hosting, at night +1 425 555 0199"
    yield f"{_FACTS}/federation/dns-ttl", "1h"
    yield "plan/rto/pool-failover", "45min"
    yield "plan/rto/cms-failover", "10min"
    yield "plan/failover/decides", "Head of operations, at night the manager on duty"
    yield "plan/failover/rpo", "30min"


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def of_pool(state: State, document: Topology, pool: str) -> Values:
    """The rows of one pool."""
    meant = state.facts.get("pair-with", {})
    planned = meant.get(pool) or next((one for one, other in meant.items() if other == pool), "")
    yield f"{_FACTS}/pool/backup-pool", planned
    replacement = state.facts.get("replacement", {})
    if replacement.get("for") == pool:
        yield f"{_FACTS}/pool/replacement", str(replacement["fqdn"])
    appliances = [
        s.cluster for s in document.services if s.role == "Registrar" and s.settings.get("IsBranch") == "true"
    ]
    branch = [one for one in appliances if document.user_services(one) == pool]
    yield f"{_FACTS}/pool/branch-appliances", tuple(branch)
    yield from _pairing(document, pool)
    yield from _edge(document, pool)
    yield from _chat(state, document, pool)
    yield from _homed(state, pool)
    if state.copies:
        yield from _voice(state.facts.get("voice", {}).get(pool, {}))


def _pairing(document: Topology, pool: str) -> Values:
    """The rules of a pair that its planners looked at."""
    if not document.backup_of(pool):
        return
    store = document.store(pool, "UserStore")
    yield f"{_FACTS}/pairing/hosting", "virtual"
    yield f"{_FACTS}/pairing/availability", "mirror" if store and store.mirror else "none"
    yield f"{_FACTS}/pairing/capacity", "true"
    if len(document.clusters[pool].machines) >= _THREE:
        yield f"{_FACTS}/pairing/three-ran", "true"


def _edge(document: Topology, pool: str) -> Values:
    edges = [s.cluster for s in document.services if s.role == "EdgeServer"]
    if pool in edges and len(edges) > 1:
        yield f"{_FACTS}/edge/stand-in", next(one for one in edges if one != pool)
        yield f"{_FACTS}/edge/in-service", "active"


def _chat(state: State, document: Topology, pool: str) -> Values:
    shipped, row = state.shipping, f"{_FACTS}/persistent-chat"
    store = document.store(pool, "PersistentChatStore")
    if shipped is None or store is None or not store.backup:
        return
    sites = {m: document.clusters[pool].machines.index(m) for m in document.clusters[pool].machines}
    second = tuple(m for m, place in sites.items() if place > 0)
    yield f"{row}/active-servers", tuple(m for m in sites if m not in second)
    yield f"{row}/secondary-servers", second
    for cell, key in (
        ("log-shipping", store.backup),
        ("mirror", store.mirror),
        ("secondary-mirror", store.backup_mirror),
    ):
        record = state.instances[key]
        yield f"{row}/{cell}-server", record.host
        yield f"{row}/{cell}-instance", record.name
    yield f"{row}/log-shipping-share", shipped.share
    yield f"{row}/log-shipping-folder", shipped.folder
    yield f"{row}/mirror-share", f"{shipped.share.rpartition(chr(92))[0]}\\MirrorShare"


def _homed(state: State, pool: str) -> Values:
    own = [one for one in state.homed if one.pool == pool]
    for cell, kind in _HOMED.items():
        yield f"{_FACTS}/homed/{cell}", tuple(one.name for one in own if one.kind == kind)
    yield f"{_FACTS}/conferencing/directories", tuple(one.identity for one in own if one.kind == DIRECTORY)
    numbers = [one for one in own if one.kind == ACCESS_NUMBER]
    yield f"{_FACTS}/conferencing/access-numbers", tuple(one.name for one in numbers)
    yield f"{_FACTS}/conferencing/caa-uris", tuple(one.identity for one in numbers)


def _voice(voice: dict[str, list[dict[str, Any]]]) -> Values:
    orbits, numbers = voice.get("orbits", []), voice.get("numbers", [])
    yield f"{_FACTS}/call-park/orbits", tuple(one["name"] for one in orbits)
    pickup = tuple(one["name"] for one in orbits if one.get("type") == "GroupPickup")
    yield f"{_FACTS}/call-park/pickup-ranges", pickup
    settings = voice.get("call-park", [{}])
    yield (
        f"{_FACTS}/call-park/settings",
        tuple(f"{name}: {value}" for name, value in settings[0].items() if value != ""),
    )
    yield f"{_FACTS}/announcements/ranges", tuple(one["name"] for one in numbers)
    yield f"{_FACTS}/announcements/range-announcements", tuple(one["announcement"] for one in numbers)
    known = voice.get("announcements", [])
    yield f"{_FACTS}/announcements/names", tuple(one["name"] for one in known)
    for cell, key in (("prompts", "file"), ("texts", "text"), ("targets", "target")):
        yield f"{_FACTS}/announcements/{cell}", tuple(str(one.get(key, _NOTHING)) for one in known)
    yield f"{_FACTS}/announcements/languages", tuple(str(one.get("language", "en-US")) for one in known)
