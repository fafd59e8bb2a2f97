"""A healthy deployment built from a completed scenario: directory, servers of every kind, stores, file shares."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from lync_wizard.lab.farm import dfs, exports, mirroring, network, topology, topology_xml
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import (
    RUNNING,
    Account,
    Certificate,
    Cms,
    Computer,
    Directory,
    Host,
    LisLocation,
    Replica,
    Service,
    SqlInstance,
    State,
)
from lync_wizard.lab.powershell.cmdlets.topology import SERVER_GROUPS
from lync_wizard.lab.scenarios.population import Population
from lync_wizard.lab.scenarios.seeded import SeededValues

_CA: Final = "CN=Contoso Issuing CA, DC=contoso, DC=com"
_REPLICATOR: Final = "RTCUniversalConfigReplicator"
LOCAL_ADMINISTRATOR: Final = "Administrator"
"""The account that a workgroup computer lets in."""
_WEB: Final = ("Default", "WebServicesInternal", "WebServicesExternal")
_USES: Final = {
    "standard-edition": _WEB,
    "enterprise": _WEB,
    "director": _WEB,
    "mediation": ("Default",),
    "persistent-chat": ("Default",),
    "edge": ("Internal",),
    "branch-appliance": ("Default",),
}
"""Kind of pool → what the certificate of a member is assigned to."""
_OUTSIDE: Final = ("AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication")
"""What the external certificate of an Edge Server is assigned to."""


class Blueprint:
    """The deployment of one scenario as of ``at`` (seconds since 1970)."""

    def __init__(self, name: str, scenario: Mapping[str, Any], values: SeededValues, at: float) -> None:
        self._name = name
        self._scenario = scenario
        self._values = values
        self._at = at
        self._domain: str = scenario["domain"]

    def state(self) -> State:
        """The healthy deployment."""
        state = State(self._name, self._directory(), self._central_store())
        state.facts["level"] = self._scenario["level"]
        state.facts["test-accounts"] = self._scenario.get("test-accounts", "recorded")
        if "replacement" in self._scenario:
            state.facts["replacement"] = dict(self._scenario["replacement"])
        state.facts[dfs.TARGETS] = list(self._scenario.get("dfs", {}).get("targets", ()))
        state.facts["pair-with"] = dict(self._scenario.get("pair-with", {}))
        state.facts["voice"] = {pool: dict(what) for pool, what in self._scenario.get("voice", {}).items()}
        for fqdn in self._plain():
            state.hosts[fqdn] = self._windows(fqdn)
        controller = state.hosts[self._scenario["domain-controller"]]
        controller.services["NTDS"] = Service("NTDS", "Active Directory Domain Services", "", RUNNING)
        for server in self._scenario["sql-servers"]:
            own = self._certificate(f"CN={server['fqdn']}", [server["fqdn"]], [])  # for encrypted SQL connections
            state.hosts[server["fqdn"]].certificates = [own]
            state.instances[f"{server['fqdn']}\\{server['instance']}".lower()] = SqlInstance(
                server["fqdn"], server["instance"]
            )
        for pool in self._scenario["pools"]:
            for fqdn in pool["servers"]:
                self._server(state, pool, fqdn)
        self._shares(state)
        self._populate(state)
        self._databases(state)
        state.hosts = dict(sorted(state.hosts.items()))
        return state

    def _central_store(self) -> Cms:
        """What the Central Management store holds."""
        cms = Cms(topology_xml.topology(self._scenario), changed_at=self._at - 3600, sip_domain=self._domain)
        cms.policies = {identity: dict(settings) for identity, settings in self._scenario["policies"].items()}
        cms.oauth = self._certificate(f"CN={self._domain}", [self._domain], ["OAuthTokenIssuer"])
        cms.locations = [LisLocation(*row) for row in self._scenario["locations"]]
        # Through an export and back, so that a restored topology is the same text to the letter.
        cms.topology = exports.read_configuration(exports.configuration(cms)).topology
        return cms

    def _populate(self, state: State) -> None:
        """Put the users into the directory, and what they have into the stores of their pools."""
        Population(self._scenario, self._values).enable(state)

    def _plain(self) -> list[str]:
        """Servers of the domain that run no Lync."""
        servers = [*self._scenario["sql-servers"], *self._scenario["file-servers"]]
        return [
            self._scenario["domain-controller"],
            self._scenario["backup"]["host"],
            *(server["fqdn"] for server in servers),
            *self._scenario.get("replacement", {}).get("servers", ()),
        ]

    # Directory

    def _directory(self) -> Directory:
        directory = Directory(self._domain, self._scenario["netbios"])
        directory.accounts = {name: Account(name, list(groups)) for name, groups in self._scenario["accounts"].items()}
        directory.groups = sorted(
            {g for groups in self._scenario["accounts"].values() for g in groups} | set(SERVER_GROUPS)
        )
        directory.groups.append(_REPLICATOR)
        directory.kerberos_account = self._scenario.get("kerberos", "")
        directory.kerberos_password = 1 if directory.kerberos_account else 0
        for fqdn in self._plain():
            directory.computers[_name(fqdn)] = Computer(_name(fqdn), fqdn, ["Domain Computers"])
        for pool in self._scenario["pools"]:
            central = self._scenario["central"] == pool["fqdn"]
            if central:
                directory.cms_pointer, directory.cms_mirror = pool["sql"], pool.get("mirror", "")
            for fqdn in pool["servers"] if pool["kind"] != "edge" else ():
                replicates = central or self._scenario.get("standby") == pool["fqdn"]
                groups = [*SERVER_GROUPS, *([_REPLICATOR] if replicates else [])]
                directory.computers[_name(fqdn)] = Computer(_name(fqdn), fqdn, groups)
        return directory

    # Hosts

    def _windows(self, fqdn: str) -> Host:
        netbios = self._scenario["netbios"]
        admins = [f"{netbios}\\Domain Admins", f"{netbios}\\RTCUniversalServerAdmins"]
        admins += [f"{netbios}\\{name}" for name in self._scenario["accounts"]]
        groups = {"Administrators": admins, "Performance Monitor Users": [f"{netbios}\\RTCUniversalServerAdmins"]}
        return Host(fqdn, name=_name(fqdn), suffix=fqdn.partition(".")[2], domain=self._domain, groups=groups)

    def _perimeter(self, fqdn: str) -> Host:
        """A workgroup computer with the primary DNS suffix that makes it the one of the topology."""
        groups = {"Administrators": [f"{_name(fqdn)}\\{LOCAL_ADMINISTRATOR}"]}
        accounts = [LOCAL_ADMINISTRATOR]
        host = Host(fqdn, name=_name(fqdn), suffix=fqdn.partition(".")[2], groups=groups, local_accounts=accounts)
        host.gateways, host.routes = [network.EXTERNAL_GATEWAY], [" ".join(row) for row in network.ROUTES]
        return host

    def _server(self, state: State, pool: Mapping[str, Any], fqdn: str) -> None:
        kind = pool["kind"]
        host = state.hosts[fqdn] = self._perimeter(fqdn) if kind == "edge" else self._windows(fqdn)
        host.local_store = state.cms.topology
        host.lync_version = self._scenario["level"]
        host.steps = [1, 2, 3, 4]
        topology.install_components(state, host)
        for service in host.services.values():
            service.status = RUNNING
        host.certificates = list(self._certificates(pool, fqdn))
        host.registry = {key: dict(values) for key, values in self._scenario.get("registry", {}).items()}
        if fqdn in self._scenario.get("dfs", {}).get("targets", ()):
            host.registry[dfs.MUP] = {dfs.LOOPBACK: 1}
        if _USES[kind] == _WEB:
            host.kerberos_password = state.directory.kerberos_password
        state.replicas[fqdn] = Replica(fqdn, state.cms.serial, host.lync_version, self._at - 3500)

    def _certificates(self, pool: Mapping[str, Any], fqdn: str) -> Iterator[Certificate]:
        """The certificates of a member: named after its pool, with its own name among the alternative ones.

        The members of an Edge pool have the same two, because of media relay authentication.
        """
        kind, name = pool["kind"], pool["fqdn"]
        names = [name, *(pool["servers"] if kind == "edge" else [fqdn] if fqdn != name else [])]
        if "WebServicesInternal" in _USES[kind]:
            names += [f"{n}.{self._domain}" for n in ("sip", "dialin", "meet", "lyncdiscoverinternal")]
        yield self._certificate(f"CN={name}", names, list(_USES[kind]), "" if kind == "edge" else fqdn)
        if kind == "edge":
            outside = [f"{n}.{self._domain}" for n in ("access", "webcon")]
            yield self._certificate(f"CN={outside[0]}", outside, list(_OUTSIDE))

    def _certificate(self, subject: str, alternatives: list[str], uses: list[str], of: str = "") -> Certificate:
        thumbprint = self._values.digest(subject, of, *uses)[:40].upper()
        begin = datetime.fromtimestamp(self._at - 200 * 86400, UTC).replace(microsecond=0)
        end = begin.replace(year=begin.year + 2, day=min(begin.day, 28))
        return Certificate(thumbprint, subject, _CA, begin.isoformat(), end.isoformat(), uses, alternatives)

    def _shares(self, state: State) -> None:
        backup = self._scenario["backup"]
        full = [f"{self._scenario['netbios']}\\Domain Admins,FULL"]
        _share(state.hosts[backup["host"]], backup["share"], full)
        state.facts["backup-share"] = f"\\\\{backup['host']}\\{backup['share']}"
        for server in self._scenario["file-servers"]:
            for share in server["shares"]:
                _share(state.hosts[server["fqdn"]], share, [*full, *self._seeders(f"\\\\{server['fqdn']}\\{share}")])
        for host, share in file_stores(state):
            _share(state.hosts[host], share, ["Administrators,FULL"])
            state.hosts[host].acl_set.append(share)

    def _seeders(self, share: str) -> list[str]:
        """The SQL servers whose service accounts may write to a share, because it seeds their mirror."""
        pools = [pool for pool in self._scenario["pools"] if pool.get("mirror") and pool.get("mirror-share") == share]
        servers = [_name(pool[side]).upper() for pool in pools for side in ("sql", "mirror")]
        chat = [one for one in self._scenario["sql-servers"] if share in one.get("mirror-shares", ())]
        servers += [
            _name(name).upper()
            for one in chat
            for name in (one["fqdn"], *(one[key] for key in ("mirror", "shipping", "shipping-mirror") if key in one))
        ]
        return [f"{self._scenario['netbios']}\\{server}$,FULL" for server in servers]

    # Stores

    def _databases(self, state: State) -> None:
        for store in topology.topology(state).stores:
            content = topology.DATABASES.get(store.role, {})
            if store.role in ("UserStore", "ApplicationStore", "CentralMgmtStore"):
                state.instances[store.primary].databases.update(content)
        mirrored = [one for one in topology.topology(state).stores if one.mirror and one.role != "PersistentChatStore"]
        for pool in {store.pool: store for store in mirrored}.values():
            primary, mirror = state.instances[pool.primary], state.instances[pool.mirror]
            mirroring.pair(state, primary, mirror, list(primary.databases), state.instances.get(pool.witness))


def file_stores(state: State) -> Iterator[tuple[str, str]]:
    """Host and share of every file store of the topology."""
    for service in topology.topology(state).services:
        if service.role == "FileStore":
            yield service.cluster, service.settings["ShareName"]


def fill_disks(simulation: Simulation, scenario: Mapping[str, Any], at: float) -> None:
    """Make every host's disk, with its shares and what lies in the file stores."""
    state = simulation.state
    for host in state.hosts.values():
        simulation.wipe_disk(host.fqdn)
        for path in host.shares.values():
            simulation.locate(host.fqdn, path).mkdir(parents=True, exist_ok=True)
    document = topology.topology(state)
    for service in document.services:
        pool = next((pool for pool in scenario["pools"] if pool["fqdn"] == service.cluster), None)
        if service.role not in ("WebServices", "ApplicationServer", "CentralMgmt") or pool is None:
            continue
        server, _, share = pool["file-store"].removeprefix("\\\\").partition("\\")
        root = simulation.locate(server, f"C:\\{share}")
        for path, size in {**scenario["files"], **scenario["central-files"]}.items():
            role, _, rest = path.partition("/")
            if role != service.role:
                continue
            target = root.joinpath(service.id, *rest.format(pool=_name(pool["fqdn"])).split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            block = hashlib.sha256(f"{pool['fqdn']}/{path}".encode()).digest()
            target.write_bytes((block * (int(size) // len(block) + 1))[: int(size)])
            os.utime(target, (at - 86400, at - 86400))


def _share(host: Host, share: str, grants: list[str]) -> None:
    host.shares[share] = f"C:\\{share}"
    host.share_grants[share] = grants


def _name(fqdn: str) -> str:
    return fqdn.partition(".")[0]
