"""What happened around the loss in a scenario of failover: work synchronised or not, and what was done since."""

from __future__ import annotations

import copy
import dataclasses
import shutil
from collections.abc import Callable, Mapping
from typing import Any, Final

from lync_wizard.lab.farm import conference_content, mirroring, pairing, topology, topology_edit
from lync_wizard.lab.farm.pair_records import FAILED_OVER, FAILING_OVER, USERS, Standing
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import RUNNING, STOPPED, Host, PoolStore, Replica, SqlInstance, State, from_data
from lync_wizard.lab.powershell.runspace import Runspace
from lync_wizard.lab.scenarios import loss
from lync_wizard.lab.scenarios.quiet_streams import ErrorStreams
from lync_wizard.lab.verdict import failover, restore
from lync_wizard.lab.winrm.contract import Invocation

_MINUTE: Final = 60.0


def before(simulation: Simulation, scenario: Mapping[str, Any]) -> None:
    """People work until the loss; what the Backup Service had copied by then is kept for the verdict."""
    if "verdict" not in scenario:
        return
    lags = scenario.get("lag", {})
    with simulation.change() as state:
        now = simulation.clock()
        for pool in state.copies:
            users = state.stores[pool].users
            pairing.activity(users, 2, "earlier")
            late = float(lags.get(pool, 1))
            if pool in lags:
                state.standings[pool].exports[USERS] = "NonSteadyState"
            else:
                pairing.copy_over(state, pool, now)
            state.copies[pool].at = now - late * _MINUTE
            pairing.activity(users, 2, "unsynced")
        state.facts["verdict"] = dict(scenario["verdict"])
        state.facts["struck"] = now
    failover.take_before(simulation.folder, simulation.state)


def after(simulation: Simulation, scenario: Mapping[str, Any]) -> None:
    """Carry out ``then``: what people did between the loss and the beginning of the drill, in its order."""
    for line in scenario.get("then", ()):
        word, *of = str(line).split()
        _STAGES[word](simulation, *of)
    if "verdict" in scenario:
        failover.take_start(simulation.folder, simulation.state)


def _run(simulation: Simulation, host: str, name: str, **parameters: Any) -> None:
    streams = ErrorStreams()
    user = f"{simulation.state.directory.netbios}\\lyncadmin"
    Runspace(simulation, host, user).run([Invocation(name, tuple(parameters.items()))], streams)
    if streams.errors:
        raise RuntimeError(f"{name} on {host}: {streams.errors[0].message}")


def _machine(state: State, pool: str) -> str:
    return next(m for m in topology.pool_machines(state, pool) if state.hosts[m].present)


def _central_failover(simulation: Simulation) -> None:
    state = simulation.state
    document = topology.known(state)
    target = next(s for s in document.services if s.role == "CentralMgmt" and s.settings.get("IsActive") != "true")
    store = document.store(target.cluster, "CentralMgmtStore")
    named: dict[str, str] = {}
    if topology.cms_trouble(state) and store is not None:
        sides = (("Backup", store.primary), ("BackupMirror", store.mirror))
        for side, key in [(side, key) for side, key in sides if key]:
            named[f"{side}SqlServerFqdn"], _, named[f"{side}SqlInstanceName"] = key.partition("\\")
    force = {"Force": True} if named else {}
    _run(simulation, _machine(state, target.cluster), "Invoke-CsManagementServerFailover", **named, **force)


def _pool_failover(simulation: Simulation, pool: str) -> None:
    disaster = {} if pairing.works(simulation.state, pool) else {"DisasterMode": True}
    other = pairing.partner(simulation.state, pool)
    _run(simulation, _machine(simulation.state, other), "Invoke-CsPoolFailOver", PoolFqdn=pool, Force=True, **disaster)


def _interrupted(simulation: Simulation, pool: str) -> None:
    with simulation.change() as state:
        state.standings[pool] = Standing(FAILING_OVER, own=True)


def _backup_service(simulation: Simulation, pool: str, status: str) -> None:
    with simulation.change() as state:
        for machine in topology.pool_machines(state, pool):
            service = state.hosts[machine].services.get(topology.BACKUP_SERVICE)
            if service is not None:
                service.status = status


def rebuilt(simulation: Simulation, *names: str) -> None:
    """Hosts are back as they were, with every service running; what their user stores held is not."""
    was = restore.snapshot(simulation.folder)
    with simulation.change() as state:
        back = [fqdn for fqdn in was.hosts if fqdn.partition(".")[0] in names or fqdn in names]
        for fqdn in back:
            state.hosts[fqdn] = from_data(Host, _plain(was.hosts[fqdn]))
            state.hosts[fqdn].local_store = state.cms.topology
            if fqdn in was.replicas:
                state.replicas[fqdn] = Replica(fqdn, state.cms.serial, was.hosts[fqdn].lync_version, simulation.clock())
        for key, one in was.instances.items():
            if one.host in back:
                state.instances[key] = from_data(SqlInstance, _plain(one))
        for pool in state.stores:
            store = topology.known(state).store(pool, "UserStore")
            if store and store.primary.partition("\\")[0] in back:
                state.stores[pool] = PoolStore(rgs_settings=dict(was.stores[pool].rgs_settings))
        mirroring.update_sessions(state)
        state.lost = [fqdn for fqdn in state.lost if fqdn not in back]
    simulation.settle()


def _plain(record: Any) -> dict[str, Any]:
    """A record as JSON would hold it, a copy."""
    return copy.deepcopy(dataclasses.asdict(record))


def _chat_failover(simulation: Simulation) -> None:
    """Carried out as documented: the secondary is in use, mirrored to the server meant for it."""
    was = restore.snapshot(simulation.folder)
    with simulation.change() as state:
        shipped = state.shipping
        if shipped is None:
            return
        record = state.instances[shipped.secondary]
        record.server.shipped.clear()
        kept = record.server.databases["mgc"]
        kept.state, kept.redo_lsn = "ONLINE", 0
        record.databases["mgc"] = topology.SCHEMA_VERSIONS["mgc"]
        record.contents["mgc"] = copy.deepcopy(was.instances[shipped.primary].contents["mgc"])
        for pool, known in state.chat.items():
            site = topology.known(state).clusters[pool].machines
            known.states = dict.fromkeys(site, FAILED_OVER)
            known.active = [m for m in site if state.hosts[m].present]
            store = topology.known(state).store(pool, "PersistentChatStore")
            if store is not None:
                mirroring.pair(state, record, state.instances[store.backup_mirror], ["mgc"])


def _edge_failover(simulation: Simulation, edge: str) -> None:
    with simulation.change() as state:
        state.cms.routes = {site: dict.fromkeys(routes, edge) for site, routes in state.cms.routes.items()}
        state.cms.media = dict.fromkeys(state.cms.media, edge)
        state.facts["dns"] = dict.fromkeys(state.facts["dns"], edge)
        topology.cms_changed(state, simulation.clock())


def _stopped(simulation: Simulation, name: str) -> None:
    """The Lync services of a server are stopped, or of every server of a pool."""
    with simulation.change() as state:
        for fqdn, host in state.hosts.items():
            if fqdn.partition(".")[0] == name:
                for service in host.services.values():
                    service.status = STOPPED


def _lost(simulation: Simulation, *names: str) -> None:
    """More hosts are gone than at the disaster."""
    fqdns = [fqdn for fqdn in simulation.state.hosts if fqdn.partition(".")[0] in names]
    with simulation.change() as state:
        loss.lose(state, [*state.lost, *fqdns])
    for fqdn in fqdns:
        simulation.wipe_disk(fqdn)


def _content_lost(simulation: Simulation, pool: str) -> None:
    root = conference_content.folder(simulation, pool)
    for name in conference_content.FOLDERS:
        if root is not None:
            shutil.rmtree(root / name, ignore_errors=True)


def _pool_failback(simulation: Simulation, pool: str) -> None:
    _run(simulation, _machine(simulation.state, pool), "Invoke-CsPoolFailBack", PoolFqdn=pool)


def _rgs_to_partner(simulation: Simulation, pool: str) -> None:
    """The newest set's Response Groups of the pool are in its backup pool, and one queue was changed there since."""
    state, other = simulation.state, pairing.partner(simulation.state, pool)
    share = str(state.facts["backup-share"])
    kept = sorted(simulation.locate(_machine(state, other), share).glob(f"*/Rgs/{pool}.zip"))[-1]
    file = f"{share}\\{kept.parent.parent.name}\\Rgs\\{pool}.zip"
    destination = f"service:ApplicationServer:{other}"
    _run(simulation, _machine(state, other), "Import-CsRgsConfiguration", Destination=destination, FileName=file)


def _voice_to_partner(simulation: Simulation, pool: str) -> None:
    """Announcements, ranges and groups of Call Pickup of the pool are served by its backup pool."""
    other = pairing.partner(simulation.state, pool)
    with simulation.change() as state:
        voice = state.facts["voice"]
        voice[other]["announcements"] += copy.deepcopy(voice[pool]["announcements"])
        voice[other]["numbers"] += voice[pool].pop("numbers")
        pickup = [one for one in voice[pool]["orbits"] if one.get("type") == "GroupPickup"]
        voice[other]["orbits"] += pickup
        voice[pool]["orbits"] = [one for one in voice[pool]["orbits"] if one not in pickup]
        # The pool was rebuilt: its announcements have to be created again.
        voice[pool]["announcements"] = []


def _chat_rebuilt(simulation: Simulation) -> None:
    """The SQL servers of the first site are installed again, with an empty ``mgc`` that Topology Builder made."""
    was = restore.snapshot(simulation.folder)
    rebuilt(simulation, "chatsql01", "chatsql02")
    with simulation.change() as state:
        for key, one in was.instances.items():
            if one.host.startswith("chatsql0"):
                fresh = SqlInstance(one.host, one.name, dict(one.databases))
                fresh.contents = {"mgc": {}} if "mgc" in one.databases else {}
                state.instances[key] = fresh


def _mirror_in_use(simulation: Simulation, name: str) -> None:
    """The mirrors of a lost server's databases were made principals."""
    with simulation.change() as state:
        mirroring.update_sessions(state)
        for record, database in list(mirroring.sessions(state)):
            session = database.mirroring
            if session and session.role == "MIRROR" and session.partner.startswith(f"TCP://{name}."):
                mirroring.take_over(state, record, database)


def _rebuilt_mirror(simulation: Simulation, name: str) -> None:
    """A former principal is back as the mirror of what took over."""
    was = restore.snapshot(simulation.folder)
    stores = {pool: copy.deepcopy(store) for pool, store in simulation.state.stores.items()}
    rebuilt(simulation, name)
    with simulation.change() as state:
        state.stores = stores
        for key, one in was.instances.items():
            if one.host.partition(".")[0] != name:
                continue
            record = state.instances[key]
            for database in record.server.databases.values():
                if database.mirroring:
                    database.mirroring.role, database.state = "MIRROR", "RESTORING"
                    record.databases.pop(database.name, None)
        mirroring.update_sessions(state)


def _next_hop(simulation: Simulation, edge: str, pool: str) -> None:
    with simulation.change() as state:
        topology_edit.publish(state, simulation.clock(), "next-hop", edge, pool)


def _exports(simulation: Simulation, pool: str, module: str, sent: str) -> None:
    with simulation.change() as state:
        state.standings[pool].exports[module] = sent


def _hydrations(simulation: Simulation, pool: str, count: str) -> None:
    with simulation.change() as state:
        state.standings[pool].hydrations = int(count)


_STAGES: Final[dict[str, Callable[..., None]]] = {
    "cms-failover": _central_failover,
    "pool-failover": _pool_failover,
    "interrupted": _interrupted,
    "rebuilt": rebuilt,
    "backup-service-stopped": lambda simulation, pool: _backup_service(simulation, pool, STOPPED),
    "backup-service-runs": lambda simulation, pool: _backup_service(simulation, pool, RUNNING),
    "chat-failover": _chat_failover,
    "edge-failover": _edge_failover,
    "stopped": _stopped,
    "lost": _lost,
    "content-lost": _content_lost,
    "pool-failback": _pool_failback,
    "rgs-to-partner": _rgs_to_partner,
    "voice-to-partner": _voice_to_partner,
    "chat-rebuilt": _chat_rebuilt,
    "mirror-in-use": _mirror_in_use,
    "rebuilt-mirror": _rebuilt_mirror,
    "next-hop": _next_hop,
    "exports": _exports,
    "hydrations": _hydrations,
}
"""First word of a line of ``then`` → what it does; the further words are pools, hosts or values."""
