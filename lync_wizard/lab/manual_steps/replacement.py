"""Actions that put a new pool in the place of a lost one."""

from __future__ import annotations

import copy

from lync_wizard.core.wrapping import counted
from lync_wizard.lab.farm import conference_content, topology, topology_edit
from lync_wizard.lab.farm.pair_records import ACCESS_NUMBER, Standing
from lync_wizard.lab.manual_steps.branch import branches
from lync_wizard.lab.manual_steps.edge import edges, hop
from lync_wizard.lab.manual_steps.registry import Context, action
from lync_wizard.lab.scenarios import replacement


def _new(context: Context) -> str:
    return str(context.state.facts.get(replacement.FACT, {}).get("fqdn", ""))


def _lost(context: Context) -> str:
    return str(context.state.facts.get(replacement.FACT, {}).get("for", ""))


def _partner(context: Context) -> str:
    return topology.known(context.before).backup_of(_lost(context))


def _wanted(context: Context) -> bool:
    return bool(_new(context))


def _store(context: Context) -> str:
    return topology.cms_trouble(context.state)


def _there(context: Context) -> str:
    built = _new(context) in topology.topology(context.state).clusters
    return _store(context) or ("" if built else f"{_new(context)} is not built yet")


@action(
    "build-replacement",
    "Build the new pool: define, publish, deploy up to step 3 of the Deployment Wizard",
    4 * 3600,
    obstacle=_store,
    place="nowhere",
    fits=_wanted,
)
def _build(context: Context) -> str:
    return replacement.build(context.simulation)


@action(
    "copy-conference-content",
    "Copy conference content from the partner to the new pool",
    1800,
    obstacle=_there,
    place="nowhere",
    fits=_wanted,
)
def _content(context: Context) -> str:
    count = conference_content.bring(context.simulation, _partner(context), _new(context))
    return f"{counted(count, 'file')} copied"


@action("park-music", "Bring custom music on hold to the new pool", 300, obstacle=_there, place="nowhere", fits=_wanted)
def _music(context: Context) -> str:
    return f"hold.wma lies in the file store of {_new(context)}"


@action(
    "park-settings", "Set the Call Park settings of the new pool", 600, obstacle=_there, place="nowhere", fits=_wanted
)
def _settings(context: Context) -> str:
    voice = context.state.facts.setdefault("voice", {})
    kept = copy.deepcopy(context.before.facts.get("voice", {}).get(_lost(context), {}).get("call-park", [{}]))
    kept[0]["own"] = True
    voice.setdefault(_new(context), {})["call-park"] = kept
    return f"Get-CsCpsConfiguration shows the four values for {_new(context)}"


@action(
    "move-attendant-contacts",
    "Move the Conferencing Attendant contacts to the new pool",
    300,
    obstacle=_there,
    place="nowhere",
    fits=_wanted,
)
def _contacts(context: Context) -> str:
    own = [one for one in context.state.homed if one.kind == ACCESS_NUMBER and one.pool == _lost(context)]
    for one in own:
        one.pool = _new(context)
    return f"{len(own)} contacts are moved"


@action(
    "topology-builder-chat-next-hop",
    "Topology Builder: the new pool as next hop of Persistent Chat, and publish",
    300,
    obstacle=_there,
    place="nowhere",
    fits=_wanted,
)
def _chat(context: Context) -> str:
    document = topology.topology(context.state)
    for service in [s for s in document.services if s.role == "PersistentChatService"]:
        topology_edit.publish(context.state, context.simulation.clock(), "next-hop", service.cluster, _new(context))
    return f"Publish Topology: completed; the next hop of Persistent Chat is {_new(context)}"


def _refers(context: Context) -> str:
    """What keeps Topology Builder from deleting the lost pool."""
    if _there(context):
        return _there(context)
    state, lost = context.state, _lost(context)
    users = sum(user.pool == lost for user in state.directory.users.values())
    if users:
        return f"{users} users are homed on {lost}"
    homed = [f"{one.kind} {one.name}" for one in state.homed if one.pool == lost]
    if homed:
        return f"still homed on {lost}: {', '.join(homed)}"
    behind = [edge for edge in edges(state) if hop(state, edge) == lost]
    if behind:
        return f"{lost} is the next hop of {', '.join(behind)}"
    document = topology.topology(state)
    ids = {s.id for s in document.on(lost)}
    # Branch appliances follow in step 28, behind this one: that Topology Builder lets the pool go is a guess.
    using = {
        s.cluster for s in document.services if s.cluster not in (lost, *branches(document)) and ids & set(s.depends_on)
    }
    return f"{', '.join(sorted(using))} depends on {lost}" if using else ""


@action(
    "topology-builder-replace-pool",
    "Topology Builder: pair the partner with the new pool, delete the lost pool, and publish",
    900,
    obstacle=_refers,
    place="nowhere",
    fits=_wanted,
)
def _replace(context: Context) -> str:
    state, now = context.state, context.simulation.clock()
    lost, new, partner = _lost(context), _new(context), _partner(context)
    topology_edit.publish(state, now, "pair", partner, new)
    topology_edit.publish(state, now, "remove", lost)
    state.standings.pop(lost, None)
    state.central.pop(lost, None)
    state.stores.pop(lost, None)
    state.copies.pop(lost, None)
    state.standings[new] = Standing()
    if lost in state.cms.media:
        state.cms.media[new] = state.cms.media.pop(lost)
    if not _ranges(context):
        state.facts.get("voice", {}).pop(lost, None)
    return f"Publish Topology: completed; {lost} is deleted, {partner} and {new} are paired"


def _ranges(context: Context) -> bool:
    """Whether ranges still lead to the lost pool, which Topology Builder does not see."""
    voice = context.state.facts.get("voice", {}).get(_lost(context), {})
    return bool(voice.get("orbits") or voice.get("numbers"))
