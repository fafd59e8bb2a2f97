"""A deployment made from a backup set: servers and stores as its topology says, people and objects as its files hold.

What a set does not say (names of accounts, a domain controller, the server for backups) is the lab's own.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from lync_wizard import backup
from lync_wizard.backup import Artifact, BackupSet, Manifest
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.lab.farm import exports, topology
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import Cms, ContactObject, PoolStore, RgsObject, State, User, UserData
from lync_wizard.lab.farm.topology import Cluster, Topology
from lync_wizard.lab.scenarios import disaster, load, pool_worksheets, standalone_sql
from lync_wizard.lab.scenarios.blueprint import Blueprint
from lync_wizard.lab.scenarios.seeded import SeededValues
from lync_wizard.lab.verdict import restore

TESTED: Final = frozenset({"Configuration", "Locations", "UserData", "Rgs", "FileStore"})
"""Kinds of files that the lab can restore from."""
PROCEDURES: Final = ("restore-cms", "restore-se", "restore-backend", "restore-pool", "restore-filestore", "restore-rgs")
"""What can be carried out on a deployment made from a set."""
BACKUP_HOST: Final = "restore-test"
_SHARE: Final = "LyncBackup"
_SEEDING: Final = "restore-test-seeding"
_SEEDING_SHARE: Final = "MirrorShare"
_LEVEL: Final = "5.0.8308.887"
_STAND_ALONE: Final = ("ArchivingStore", "MonitoringStore", "PersistentChatStore", "PersistentChatComplianceStore")
_ADMIN: Final = [
    "Domain Users",
    "Domain Admins",
    "RTCUniversalServerAdmins",
    "RTCUniversalUserAdmins",
    "CsAdministrator",
]
_ACCOUNTS: Final = {
    "lyncadmin": _ADMIN,
    "da": ["Domain Users", "Domain Admins"],
    "chatadmin": ["Domain Users", "CsPersistentChatAdministrator"],
}
_UNKNOWN: Final = (KeyError, ValueError, StopIteration, IndexError, AttributeError, TypeError, FileNotFoundError)
"""What the simulation raises for a topology that it cannot make sense of."""


@dataclass(frozen=True)
class SetContent:
    """What the files of a set hold, as the lab reads them; of one that it cannot read, nothing."""

    chosen: BackupSet
    cms: Cms
    users: Mapping[str, Mapping[str, UserData]] = field(default_factory=dict)
    groups: Mapping[str, tuple[list[RgsObject], dict[str, Any]]] = field(default_factory=dict)

    @property
    def manifest(self) -> Manifest:
        return self.chosen.manifest


def build(chosen: BackupSet, folder: Path, procedure: str, target: str) -> Simulation:
    """Build the deployment of a set in the lab's ``folder``, with what ``procedure`` restores for ``target`` lost.

    Raises :class:`InputError` where the set names no deployment that the lab can simulate.
    """
    content = read(chosen)
    document = topology.read_topology(content.cms.topology)
    try:
        return _built(content, document, folder, loss(document, procedure, target))
    except _UNKNOWN as error:
        raise InputError(
            f"the lab cannot simulate the deployment of {chosen.name}: {type(error).__name__} {error}",
            "Restore it on real servers that are kept apart, and report this topology.",
        ) from error


def read(chosen: BackupSet) -> SetContent:
    """What a set holds. Raises :class:`InputError` where no file of it and not its manifest has a topology."""
    cms = Cms()
    users, groups = {}, {}
    for artifact in chosen.manifest.files:
        path, of = chosen.local(artifact), (artifact.of or "").lower()
        try:
            match artifact.kind:
                case "Configuration":
                    found = exports.read_configuration(path.read_bytes())
                    cms.topology, cms.policies, cms.oauth = found.topology, found.policies, found.oauth
                case "Locations":
                    cms.locations = [
                        replace(place, published=True) for place in exports.read_locations(path.read_bytes())
                    ]
                case "UserData":
                    users[of] = exports.read_user_data(path.read_bytes())
                case "Rgs":
                    groups[of] = exports.read_response_groups(path.read_bytes())
        except (OSError, exports.DamagedExport):
            continue
    cms.topology = cms.topology or chosen.manifest.topology or ""
    _document(chosen, cms.topology)
    return SetContent(chosen, cms, users, groups)


def topology_of(chosen: BackupSet) -> Topology:
    """The published topology in a set; its manifest's where its export has none. Raises :class:`InputError`."""
    text = ""
    for artifact in chosen.of_kind("Configuration"):
        with contextlib.suppress(OSError, exports.DamagedExport):
            text = exports.read_configuration(chosen.local(artifact).read_bytes()).topology
    return _document(chosen, text or chosen.manifest.topology or "")


def _document(chosen: BackupSet, text: str) -> Topology:
    try:
        document = topology.read_topology(text)
    except (ValueError, *_UNKNOWN) as error:
        raise InputError(f"the topology of {chosen.name} cannot be read: {error}", _NEEDS_TOPOLOGY) from error
    if not document.services:
        raise InputError(f"{chosen.name} holds no topology to build a deployment from", _NEEDS_TOPOLOGY)
    if not pool_worksheets.cms_pool(document):
        raise InputError(f"the topology of {chosen.name} names no Central Management store", _NEEDS_TOPOLOGY)
    return document


_NEEDS_TOPOLOGY: Final = "Test a set with the export of Export-CsConfiguration."


def restores(document: Topology, artifact: Artifact, only: str = "") -> list[tuple[str, str]]:
    """Procedures and targets that restore from a file, the likeliest first; none where its pool or share is unknown.

    ``only``: that procedure alone, where it restores such a file.
    """
    found = _restores(document, artifact)
    if only:
        more = [("restore-pool", target) for name, target in found if name == "restore-backend"]
        return [one for one in (*found, *more) if one[0] == only]
    return found


def _restores(document: Topology, artifact: Artifact) -> list[tuple[str, str]]:
    central = pool_worksheets.cms_pool(document)
    if artifact.kind in {"Configuration", "Locations"}:
        return [("restore-cms", central)]
    of = (artifact.of or "").lower()
    if artifact.kind == "FileStore":
        users = [c for c in document.pools if "\\\\{}\\{}".format(*_file_store(document, c)).lower() == of]
        homes = [c for c in users if of.strip("\\").partition("\\")[0] in c.machines]
        whole = [one for cluster in homes for one in _of_pool(document, cluster, central)]
        return whole or [("restore-filestore", cluster.fqdn) for cluster in users if _has_users(document, cluster)]
    cluster = document.clusters.get(of)
    if cluster is None or not _has_users(document, cluster):
        return []
    return _of_pool(document, cluster, central) + ([("restore-rgs", of)] if artifact.kind == "Rgs" else [])


def _has_users(document: Topology, cluster: Cluster) -> bool:
    return pool_worksheets.kind(document, cluster) in load.USER_POOLS


def _of_pool(document: Topology, cluster: Cluster, central: str) -> list[tuple[str, str]]:
    if cluster.fqdn == central:
        return [("restore-cms", central)]
    alone = pool_worksheets.kind(document, cluster) == "standard-edition"
    return [("restore-se" if alone else "restore-backend", cluster.fqdn)]


def loss(document: Topology, procedure: str, target: str) -> Mapping[str, Any]:
    """What is lost before a procedure restores it, as :func:`disaster.strike` wants it. Raises :class:`InputError`."""
    cluster = document.clusters.get(target.lower())
    if procedure not in PROCEDURES or cluster is None:
        raise InputError(
            f"{procedure} for {target} cannot be tested with a set", f"Take one of {', '.join(PROCEDURES)}."
        )
    alone = pool_worksheets.kind(document, cluster) == "standard-edition"
    role = "CentralMgmtStore" if procedure == "restore-cms" else "UserStore"
    store = document.store(cluster.fqdn, role)
    back_end = [key.partition("\\")[0] for key in (store.primary, store.mirror) if key] if store else []
    lost = list(cluster.machines) if alone or procedure == "restore-pool" else []
    match procedure:
        case "restore-cms" | "restore-backend":
            lost += back_end
        case "restore-pool" if cluster.fqdn != pool_worksheets.cms_pool(document):
            lost += back_end
        case "restore-filestore":
            lost = [server for server in [_file_store(document, cluster)[0]] if server]
        case "restore-rgs":
            return {"lost": [], "lost-response-groups": [cluster.fqdn], "target": cluster.fqdn}
    return {"lost": list(dict.fromkeys(lost)), "target": cluster.fqdn}


def _built(content: SetContent, document: Topology, folder: Path, lost: Mapping[str, Any]) -> Simulation:
    at = timestamps.now().timestamp()
    scenario = {**_scenario(content, document), **lost}
    values = SeededValues(0)
    state = _SetBlueprint(content, scenario, values, at).state()
    state.facts["deployment"] = content.manifest.deployment
    simulation = Simulation(folder, state, speed=1e9, clock=lambda: at)
    for host in state.hosts.values():
        simulation.wipe_disk(host.fqdn)
        for path in host.shares.values():
            simulation.locate(host.fqdn, path).mkdir(parents=True, exist_ok=True)
    standalone_sql.fill(simulation, scenario, values)
    simulation.save()
    _copy(content.chosen, simulation.locate(scenario["backup"]["host"], f"C:\\{_SHARE}"))
    restore.take_snapshot(folder, simulation.state)
    disaster.strike(simulation, scenario)
    with simulation.change() as changed:
        changed.lost = list(scenario["lost"])
        if topology.cms_trouble(changed):
            changed.cms.locations = []
    return simulation


def _copy(chosen: BackupSet, share: Path) -> None:
    """The files that the lab can restore from, with a manifest of them alone."""
    folder = share / chosen.name
    files = tuple(artifact for artifact in chosen.manifest.files if artifact.kind in TESTED)
    for artifact in files:
        target = BackupSet(folder, chosen.manifest).local(artifact)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(chosen.local(artifact), target)
    backup.write_manifest(folder, replace(chosen.manifest, files=files))


# The scenario


def _scenario(content: SetContent, document: Topology) -> dict[str, Any]:
    """The set's deployment in the shape of a completed scenario (:mod:`lync_wizard.lab.scenarios.load`)."""
    recorded = {cell: str(value) for cell, value in content.manifest.values.items()}
    pools = list(_pools(document))
    central = pool_worksheets.cms_pool(document)
    servers = document.clusters[central].machines
    domain = recorded.get("deployment-facts/deployment/dns-domain") or servers[0].partition(".")[2] or "lab.invalid"
    netbios = recorded.get("deployment-facts/deployment/netbios-domain") or domain.partition(".")[0].upper()[:15]
    lync = {name for pool in pools for name in (*pool["servers"], pool["fqdn"])}
    mirrored = [pool for pool in pools if pool.get("mirror")]
    for pool in mirrored:
        pool["mirror-share"] = f"\\\\{_SEEDING}.{domain}\\{_SEEDING_SHARE}"
    standby = next((s.cluster for s in document.services if s.role == "CentralMgmt" and s.cluster != central), "")
    return {
        "deployment": content.manifest.deployment,
        "domain": domain,
        "netbios": netbios,
        "level": content.manifest.versions.get("lync") or _LEVEL,
        "accounts": {name: list(groups) for name, groups in _ACCOUNTS.items()},
        "domain-controller": recorded.get("deployment-facts/deployment/domain-controller") or f"dc.{domain}",
        "backup": {"host": f"{BACKUP_HOST}.{domain}", "share": _SHARE},
        "central": central,
        "standby": standby,
        "pools": pools,
        "sql-servers": list(_sql_servers(document, lync)),
        "file-servers": [
            {"fqdn": s.cluster, "shares": []}
            for s in document.services
            if s.role == "FileStore" and s.cluster not in lync
        ]
        + ([{"fqdn": f"{_SEEDING}.{domain}", "shares": [_SEEDING_SHARE]}] if mirrored else []),
    }


def _pools(document: Topology) -> Iterator[dict[str, Any]]:
    for cluster in document.pools:
        kind = pool_worksheets.kind(document, cluster)
        if not kind or not cluster.machines:
            continue
        pool: dict[str, Any] = {"fqdn": cluster.fqdn, "kind": kind, "servers": list(cluster.machines), "users": {}}
        central = document.store(cluster.fqdn, "CentralMgmtStore")
        store = document.store(cluster.fqdn, "UserStore") or central
        if store:
            pool["sql"] = _instance(document, store.primary)
            pool |= {"mirror": _instance(document, store.mirror)} if store.mirror else {}
            pool |= {"witness": _instance(document, store.witness)} if store.witness else {}
        yield pool


def _instance(document: Topology, key: str) -> str:
    """An instance as the topology writes its name."""
    found = next((s for s in document.services if s.instance is not None and s.key == key), None)
    return f"{found.cluster}\\{found.instance}" if found else key


def _sql_servers(document: Topology, lync: set[str]) -> Iterator[dict[str, Any]]:
    """Instances on servers that run no Lync, with the stores of each."""
    places = {s.key: s for s in document.services if s.instance is not None and s.cluster not in lync}
    for key, place in places.items():
        stores = [s.role for s in document.services if s.instance is not None and s.key == key]
        databases = [name for role in stores if role in _STAND_ALONE for name in topology.DATABASES.get(role, ())]
        yield {
            "fqdn": place.cluster,
            "instance": place.instance,
            "stores": stores,
            "databases": {name: {} for name in databases},
        }


def _file_store(document: Topology, cluster: Cluster) -> tuple[str, str]:
    """Server and share of the file store of a pool; empty where it has none."""
    needed = {key for service in document.on(cluster.fqdn) for key in service.depends_on}
    found = next((s for s in document.services if s.role == "FileStore" and s.id in needed), None)
    return (found.cluster, found.settings.get("ShareName", "")) if found else ("", "")


class _SetBlueprint(Blueprint):
    """The healthy deployment with what the set holds in the place of people that a scenario makes up."""

    def __init__(self, content: SetContent, scenario: Mapping[str, Any], values: SeededValues, at: float) -> None:
        super().__init__(f"set {content.manifest.name}", scenario, values, at)
        self._content = content
        self._began = at

    def _central_store(self) -> Cms:
        cms = self._content.cms
        cms.changed_at, cms.sip_domain = self._began - 3600, self._domain
        return cms

    def _populate(self, state: State) -> None:
        # Of a user in the exports of two pools the one that is restored is the home.
        for pool in sorted(self._scenario["pools"], key=lambda pool: pool["fqdn"] == self._scenario["target"]):
            if pool["kind"] not in load.USER_POOLS:
                continue
            fqdn = pool["fqdn"]
            found = dict(self._content.users.get(fqdn, {}))
            objects, settings = self._content.groups.get(fqdn, ([], {}))
            state.stores[fqdn] = PoolStore(found, list(objects), settings)
            for sip in found:
                name = sip.removeprefix("sip:").partition("@")[0]
                state.directory.users[sip] = User(sip, name, name, fqdn)
            for item in objects:
                item.owner, item.imported = item.owner.lower() or fqdn, False
                if item.kind == "Workflow" and (sip := str(item.properties.get("PrimaryUri") or "")):
                    state.directory.contact_objects.append(ContactObject(sip, item.name, fqdn))
