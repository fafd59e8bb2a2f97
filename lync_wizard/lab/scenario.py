"""Scenarios: a healthy deployment built from data, backed up by its own cmdlets, and then struck by the disaster."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lync_wizard import document
from lync_wizard.errors import InputError
from lync_wizard.lab import backing, exports, farm, publishing, sqlstores, verdict
from lync_wizard.lab.cmdlets.topology import SERVER_GROUPS
from lync_wizard.lab.simulation import Simulation
from lync_wizard.lab.state import (
    RUNNING,
    Account,
    Certificate,
    Cms,
    Computer,
    Conference,
    Contact,
    ContactObject,
    Directory,
    Host,
    LisLocation,
    PoolStore,
    Replica,
    RgsObject,
    Service,
    SqlInstance,
    State,
    User,
    UserData,
)
from lync_wizard.lab.variety import Variety

_FOLDER = Path(__file__).with_name("scenarios")
STANDING = "standing"
"""The fact of a deployment that no disaster has struck yet."""
_BACKUP_AGE = 6 * 3600.0
"""Seconds between the backup and the moment when the lab is started."""
_CA = "CN=Contoso Issuing CA, DC=contoso, DC=com"


def names() -> list[str]:
    """The scenarios there are."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def build(name: str, folder: Path, *, seed: int = 0, now: float | None = None, standing: bool = False) -> Simulation:
    """Build a scenario in the lab's ``folder``: healthy, pictured, backed up, then broken; its state is saved.

    ``now`` (seconds since 1970) is when the disaster struck, the present by default. The same ``seed`` and ``now``
    give the same deployment. A deployment left ``standing`` waits for
    :func:`strike`. Raises :class:`InputError` for an unknown scenario.
    """
    written = _written(name)
    at = (time.time() if now is None else now) - _BACKUP_AGE
    simulation = Simulation(folder, _Builder(name, written, Variety(seed), at).state(), speed=1e9, clock=lambda: at)
    _fill_disks(simulation, written, at)
    sqlstores.fill(simulation, written, Variety(seed))
    simulation.save()
    backing.back_up(simulation, written, at)
    verdict.take_picture(folder, simulation.state)
    if standing:
        with simulation.change() as state:
            state.lost = written["lost"]
            state.facts[STANDING] = True
    else:
        _disaster(simulation, written)
    return simulation


def strike(simulation: Simulation) -> None:
    """Let the disaster of its scenario strike a deployment that was left standing; once only."""
    if simulation.state.facts.get(STANDING):
        with simulation.change() as state:
            del state.facts[STANDING]
        _disaster(simulation, _written(simulation.state.scenario))


def _written(name: str) -> dict[str, Any]:
    if name not in names():
        raise InputError(f"there is no scenario called {name!r}", f"Choose one of {', '.join(names())}.")
    problems = document.Problems()
    node = document.load(_FOLDER / f"{name}.yaml", problems)
    problems.raise_any(f"scenario {name}")
    return dict(node.plain()) if node else {}


def _disaster(simulation: Simulation, written: Mapping[str, Any]) -> None:
    if written.get("lost-databases"):
        sqlstores.strike(simulation, written["lost"], written["lost-databases"])
    else:
        _strike(simulation, written["lost"])


def _strike(simulation: Simulation, lost: str) -> None:
    """The hardware is gone, with disk, databases and replica; directory and topology keep what they know."""
    with simulation.change() as state:
        gone = state.hosts[lost]
        state.hosts[lost] = Host(lost, present=False, windows=gone.windows, windows_version=gone.windows_version)
        state.lost = lost
        state.stores[lost] = PoolStore()
        state.replicas[lost] = Replica(lost)
        for key in [key for key, instance in state.instances.items() if instance.host == lost]:
            del state.instances[key]
    simulation.wipe_disk(lost)


class _Builder:
    def __init__(self, name: str, written: Mapping[str, Any], variety: Variety, at: float) -> None:
        self._name = name
        self._w = written
        self._variety = variety
        self._at = at
        self._domain: str = written["domain"]

    def state(self) -> State:
        """The healthy deployment."""
        cms = Cms(publishing.topology(self._w), changed_at=self._at - 3600, sip_domain=self._domain)
        cms.policies = {identity: dict(settings) for identity, settings in self._w["policies"].items()}
        cms.oauth = self._certificate(f"CN={self._domain}", [self._domain], ["OAuthTokenIssuer"])
        cms.locations = [LisLocation(*row) for row in self._w["locations"]]
        # Through an export and back, so that a restored topology is the same text to the letter.
        cms.topology = exports.read_configuration(exports.configuration(cms)).topology
        state = State(self._name, self._directory(), cms)
        state.facts["level"] = self._w["level"]
        for pool in self._w["pools"]:
            self._server(state, pool)
            state.stores[pool["fqdn"]] = PoolStore({sip: self._user_data(sip) for sip in self._sips(pool)})
            if pool.get("response-group"):
                self._response_groups(state, pool["fqdn"])
        controller, backup = self._w["domain-controller"], self._w["backup"]
        state.hosts[controller] = self._windows(controller)
        state.hosts[controller].services["NTDS"] = Service("NTDS", "Active Directory Domain Services", "", RUNNING)
        for server in self._w.get("sql-servers", ()):
            state.hosts[server["fqdn"]] = self._windows(server["fqdn"])
        share = backup["share"]
        state.hosts[backup["host"]] = self._windows(backup["host"])
        state.hosts[backup["host"]].shares = {share: f"C:\\{share}"}
        state.hosts[backup["host"]].share_grants = {share: ["CONTOSO\\Domain Admins,FULL"]}
        state.hosts = dict(sorted(state.hosts.items()))
        return state

    # Directory

    def _directory(self) -> Directory:
        directory = Directory(self._domain, self._w["netbios"])
        directory.accounts = {name: Account(name, list(groups)) for name, groups in self._w["accounts"].items()}
        directory.groups = sorted({g for groups in self._w["accounts"].values() for g in groups} | set(SERVER_GROUPS))
        plain = [self._w["domain-controller"], self._w["backup"]["host"]]
        plain += [server["fqdn"] for server in self._w.get("sql-servers", ())]
        for fqdn in [*plain, *(pool["fqdn"] for pool in self._w["pools"])]:
            groups = ["Domain Computers"] if fqdn in plain else list(SERVER_GROUPS)
            name = fqdn.partition(".")[0]
            directory.computers[name] = Computer(name, fqdn, groups)
        for pool in self._w["pools"]:
            if pool.get("central"):
                directory.cms_pointer = f"{pool['fqdn']}\\rtc"
                directory.computers[pool["fqdn"].partition(".")[0]].groups.append("RTCUniversalConfigReplicator")
                directory.groups.append("RTCUniversalConfigReplicator")
            for sip in self._sips(pool):
                sam = sip.removeprefix("sip:").partition("@")[0]
                shown = f"{sam[:-2].title()} {sam[-2:]}"
                directory.users[sip] = User(sip, shown, sam, pool["fqdn"])
        return directory

    def _sips(self, pool: Mapping[str, Any]) -> list[str]:
        rows = pool["users"].items()
        return [f"sip:{team}{number:02}@{self._domain}" for team, count in rows for number in range(1, count + 1)]

    # Hosts

    def _windows(self, fqdn: str) -> Host:
        netbios = self._w["netbios"]
        admins = [f"{netbios}\\Domain Admins", f"{netbios}\\RTCUniversalServerAdmins"]
        admins += [f"{netbios}\\{name}" for name in self._w["accounts"]]
        groups = {"Administrators": admins, "Performance Monitor Users": [f"{netbios}\\RTCUniversalServerAdmins"]}
        name = fqdn.partition(".")[0]
        return Host(fqdn, name=name, suffix=self._domain, domain=self._domain, groups=groups)

    def _server(self, state: State, pool: Mapping[str, Any]) -> None:
        fqdn, share = pool["fqdn"], pool["share"]
        host = state.hosts[fqdn] = self._windows(fqdn)
        host.local_store = state.cms.topology
        host.lync_version = self._w["level"]
        host.steps = [1, 2, 3, 4]
        farm.install_components(state, host)
        for service in host.services.values():
            service.status = RUNNING
        if pool.get("central"):
            central = farm.DATABASES["CentralMgmtStore"]
            state.instances.setdefault(f"{fqdn}\\rtc", SqlInstance(fqdn, "rtc")).databases.update(central)
        uses = ["Default", "WebServicesInternal", "WebServicesExternal"]
        alternatives = [fqdn, *(f"{n}.{self._domain}" for n in ("sip", "dialin", "meet", "lyncdiscoverinternal"))]
        host.certificates = [self._certificate(f"CN={fqdn}", alternatives, uses)]
        host.shares = {share: f"C:\\{share}"}
        host.share_grants = {share: ["Administrators,FULL"]}
        host.acl_set = [share]
        state.replicas[fqdn] = Replica(fqdn, state.cms.serial, host.lync_version, self._at - 3500)

    def _certificate(self, subject: str, alternatives: list[str], uses: list[str]) -> Certificate:
        thumbprint = self._variety.digest(subject, *uses)[:40].upper()
        begin = datetime.fromtimestamp(self._at - 200 * 86400, UTC).replace(microsecond=0)
        end = begin.replace(year=begin.year + 2, day=min(begin.day, 28))
        return Certificate(thumbprint, subject, _CA, begin.isoformat(), end.isoformat(), uses, alternatives)

    # What users and callers have

    def _user_data(self, sip: str) -> UserData:
        everyone = [other for pool in self._w["pools"] for other in self._sips(pool) if other != sip]
        groups = {str(number): name for number, name in enumerate(self._w["contact-groups"], 2)}
        contacts = [
            Contact(buddy.removeprefix("sip:"), "", [1, 2 + self._variety.below(len(groups), sip, buddy)])
            for buddy in self._variety.some(everyone, 2 + self._variety.below(5, sip, "contacts"), sip)
        ]
        subjects = self._variety.some(self._w["conferences"], self._variety.below(3, sip, "meetings"), sip)
        conferences = [Conference(self._variety.digest(sip, s)[:8].upper(), s) for s in subjects]
        return UserData(contacts, groups, conferences)

    def _response_groups(self, state: State, pool: str) -> None:
        written, store = self._w["response-group"], state.stores[pool]
        store.rgs_settings = dict(written["settings"])

        def add(kind: str, name: str, **properties: Any) -> str:
            key = self._variety.guid(pool, kind, name)
            store.rgs.append(RgsObject(kind, key, name, pool, False, properties))
            return key

        open_hours = {"OpenTime": "08:00", "CloseTime": "18:00"}
        days = ("MondayHours1", "TuesdayHours1", "WednesdayHours1", "ThursdayHours1", "FridayHours1")
        hours = [add("HoursOfBusiness", name, **dict.fromkeys(days, open_hours)) for name in written["hours"]]
        rest = [{"Name": "New Year", "StartDate": "2013-01-01", "EndDate": "2013-01-02"}]
        holidays = [add("HolidaySet", name, HolidayList=rest) for name in written["holidays"]]
        for line in written["lines"]:
            agents = [sip for sip in state.stores[pool].users if sip.startswith(f"sip:{line['department']}")]
            routing = {"RoutingMethod": "LongestIdle", "ParticipationPolicy": "Informal", "AgentAlertTime": 20}
            group = add("AgentGroup", line["name"], **routing, AgentsByUri=agents)
            limits = {"TimeoutThreshold": 90, "OverflowThreshold": 20}
            queue = add("Queue", line["name"], AgentGroupIDList=[group], **limits)
            sip = f"sip:{line['address']}@{self._domain}"
            add(
                "Workflow",
                line["name"],
                PrimaryUri=sip,
                LineUri=line["line"],
                Language="en-US",
                TimeZone="Pacific Standard Time",
                Active=True,
                BusinessHoursID=hours[len(store.rgs) % len(hours)],
                HolidaySetIDList=holidays,
                DefaultAction={"Action": "TransferToQueue", "QueueID": queue},
                NonBusinessHoursAction={"Action": "Terminate"},
            )
            state.directory.contact_objects.append(ContactObject(sip, line["name"], pool))


def _fill_disks(simulation: Simulation, written: Mapping[str, Any], at: float) -> None:
    for host in simulation.state.hosts.values():
        simulation.wipe_disk(host.fqdn)
        for path in host.shares.values():
            simulation.locate(host.fqdn, path).mkdir(parents=True, exist_ok=True)
    for number, pool in enumerate(written["pools"], 1):
        root = simulation.locate(pool["fqdn"], f"C:\\{pool['share']}")
        files = {**written["files"], **(written["central-files"] if pool.get("central") else {})}
        for path, size in files.items():
            role, _, rest = path.partition("/")
            target = root.joinpath(f"1-{role}-{number}", *rest.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            block = hashlib.sha256(f"{pool['fqdn']}/{path}".encode()).digest()
            target.write_bytes((block * (int(size) // len(block) + 1))[: int(size)])
            os.utime(target, (at - 86400, at - 86400))
