"""Actions for pairs of pools: Topology Builder, the bootstrapper, and what people do with a pool's applications."""

from __future__ import annotations

import shutil
from pathlib import Path

from lync_wizard.lab.farm import conference_content, pairing, topology, topology_edit
from lync_wizard.lab.farm.pair_records import Standing
from lync_wizard.lab.farm.state import LisLocation, from_data
from lync_wizard.lab.manual_steps.registry import Context, action, unreachable


def _target(context: Context) -> str:
    """The pool that the drill is about."""
    return str(context.state.facts.get("target", "")).lower()


def _partner(context: Context) -> str:
    """The backup pool it has, had, or is to have."""
    meant = str(context.state.facts.get("pair-with", {}).get(_target(context), ""))
    now = topology.known(context.state).backup_of(_target(context))
    return now or meant or topology.known(context.before).backup_of(_target(context))


def _paired(context: Context) -> bool:
    return bool(_partner(context))


def _on_front_end(context: Context) -> bool:
    """Whether it is a Front End Server where pools are paired."""
    return _paired(context) and "RTCSRV" in context.host.services


def _on_standard_edition(context: Context) -> bool:
    pool = topology.known(context.state).cluster_of(context.host.fqdn)
    return _on_front_end(context) and pool is not None and pool.fqdn == context.host.fqdn.lower()


def _store(context: Context) -> str:
    return topology.cms_trouble(context.state)


@action(
    "define-pools", "Topology Builder: define the pools of a pair", 300, obstacle=_store, place="nowhere", fits=_paired
)
def _define(context: Context) -> str:
    return f"{_target(context)} and {_partner(context)} are in the tree"


@action(
    "topology-builder-pair",
    "Topology Builder: associate the backup pool, and publish",
    300,
    obstacle=_store,
    place="nowhere",
    fits=_paired,
)
def _pair(context: Context) -> str:
    pool, other = _target(context), _partner(context)
    topology_edit.publish(context.state, context.simulation.clock(), "pair", pool, other)
    for one in (pool, other):
        context.state.standings.setdefault(one, Standing())
    return f"Publish Topology: completed; {pool} and {other} are each other's backup pool"


@action(
    "topology-builder-unpair",
    "Topology Builder: clear the associated backup pool, and publish",
    300,
    obstacle=_store,
    place="nowhere",
    fits=_paired,
)
def _unpair(context: Context) -> str:
    pool = _target(context)
    topology_edit.publish(context.state, context.simulation.clock(), "unpair", pool)
    return f"Publish Topology: completed; {pool} has no backup pool"


@action(
    "prepare-standard-edition",
    "Prepare first Standard Edition server, on {host}: the firewall for its databases",
    600,
    obstacle=unreachable,
    place="any",
    fits=_on_standard_edition,
)
def _prepare(context: Context) -> str:
    return f"Prepare first Standard Edition server, on {context.host.fqdn}: task status completed"


def _obstacle_to_bootstrap(context: Context) -> str:
    if unreachable(context):
        return unreachable(context)
    document = topology.read_topology(context.host.local_store)
    pool = document.cluster_of(context.host.fqdn)
    if pool is None or not document.backup_of(pool.fqdn):
        return "the local configuration store does not hold the pairing yet: wait until its replica is up to date"
    return ""


@action(
    "bootstrap-backup-service",
    "Bootstrapper.exe on {host}: install what pairing needs",
    600,
    obstacle=_obstacle_to_bootstrap,
    place="any",
    fits=_on_front_end,
)
def _bootstrap(context: Context) -> str:
    pairing.install_backup_service(context.state, context.host)
    if "replacement" in context.state.facts:  # that step says to install the update as well
        return _update(context)
    return "Bootstrapper: completed; the Backup Service is installed from the original media"


@action(
    "update-backup-service",
    "Install the cumulative update again on {host}",
    900,
    obstacle=unreachable,
    place="any",
    fits=_on_front_end,
)
def _update(context: Context) -> str:
    old = context.state.facts.get(pairing.OLD_BACKUP_SERVICE, [])
    context.state.facts[pairing.OLD_BACKUP_SERVICE] = [fqdn for fqdn in old if fqdn != context.host.fqdn]
    return f"every component is at {context.host.lync_version}, the Backup Service too"


# Applications


def _phase_pool(context: Context) -> str:
    """The pool whose applications are set up now: the partner while the pool is failed over, itself otherwise.

    Where a new pool takes its place, it is the new one as soon as nobody is homed on the lost one.
    """
    new = context.state.facts.get("replacement", {})
    homes = {user.pool for user in context.state.directory.users.values()}
    if new and _target(context) not in homes:
        return str(new["fqdn"])
    return _partner(context) if pairing.failed_over(context.state, _target(context)) else _target(context)


@action("test-call", "Make a test call", 300, place="nowhere", fits=_paired)
def _call(context: Context) -> str:
    pool = _target(context)
    serving = pairing.serving(context.state, pool)
    return f"the call is answered by {serving}" if serving else f"the call is dropped: nobody serves {pool}"


@action("agents-sign-in", "Have the agents sign in again", 300, place="nowhere", fits=_paired)
def _agents(context: Context) -> str:
    return f"the agents of {_target(context)} say that they are signed in"


def _application_folder(context: Context, pool: str) -> Path | None:
    web = conference_content.folder(context.simulation, pool)
    service = next((s for s in topology.known(context.state).on(pool) if s.role == "ApplicationServer"), None)
    return web.parent / service.id / "AppServerFiles" / "RGS" / "AS" if web is not None and service else None


@action(
    "import-announcement-audio",
    "Import the kept audio files of the announcements",
    300,
    obstacle=_store,
    place="nowhere",
    fits=_paired,
)
def _audio(context: Context) -> str:
    share = context.simulation.locate(context.host.fqdn, str(context.state.facts["backup-share"]))
    kept = sorted(share.glob(f"*/Audio/AS/{_target(context)}/*"))
    folder = _application_folder(context, _phase_pool(context))
    if folder is None or not kept:
        return "there is no audio, or no file store for it"
    folder.mkdir(parents=True, exist_ok=True)
    for path in kept:
        shutil.copy2(path, folder / path.name)
    return f"imported: {', '.join(sorted({path.name for path in kept}))}"


@action(
    "create-announcements",
    "Create the announcements again, as the worksheet lists them",
    600,
    obstacle=_store,
    place="nowhere",
    fits=_paired,
)
def _announce(context: Context) -> str:
    voice, pool = context.state.facts.setdefault("voice", {}), _phase_pool(context)
    kept = context.before.facts.get("voice", {}).get(_target(context), {}).get("announcements", [])
    there = voice.setdefault(pool, {}).setdefault("announcements", [])
    made = [dict(one) for one in kept if one["name"] not in {known["name"] for known in there}]
    there += made
    return f"created in {pool}: {', '.join(one['name'] for one in made) or 'nothing, all are there'}"


@action(
    "remove-announcements",
    "Remove the announcements of the other pool from the one that has no more use for them",
    300,
    obstacle=_store,
    place="nowhere",
    fits=_paired,
)
def _remove(context: Context) -> str:
    voice, pool = context.state.facts.setdefault("voice", {}), _partner(context)
    own = context.before.facts.get("voice", {}).get(_target(context), {}).get("announcements", [])
    names = {one["name"] for one in own}
    used = {one["announcement"] for one in voice.get(pool, {}).get("numbers", [])}
    known = voice.get(pool, {}).get("announcements", [])
    voice.setdefault(pool, {})["announcements"] = [one for one in known if one["name"] not in names - used]
    return f"removed from {pool}: {', '.join(sorted(names - used)) or 'nothing'}"


@action(
    "import-locations",
    "Import and publish the saved location information",
    300,
    obstacle=_store,
    place="nowhere",
    fits=lambda context: bool(context.before.cms.locations),
)
def _locations(context: Context) -> str:
    kept = [from_data(LisLocation, {**vars(place), "published": True}) for place in context.before.cms.locations]
    context.state.cms.locations = kept
    topology.cms_changed(context.state, context.simulation.clock())
    return f"{len(kept)} locations are imported and published"
