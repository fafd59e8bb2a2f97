"""The SQL instances of the simulated deployment: how their engines reach the state, the disks and the services."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from lync_wizard.lab.farm import faults, mirroring, topology
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import RUNNING, Cms, LisLocation, PoolStore, SqlInstance, State, from_data
from lync_wizard.lab.sqlserver.instance import Server, new_database
from lync_wizard.lab.tds.listener import Client

LOGIN: Final = "sqladmin"
"""The SQL login of every simulated instance; a sysadmin with the lab's password."""
VERSION: Final = (11, 0, 7001)
_SYSTEM: Final = frozenset({"master", "tempdb", "model", "msdb"})
_STEP_SECONDS: Final = 2.0
"""What one step of BACKUP or RESTORE takes, in simulated seconds."""
_CONNECTED: Final = {"LcsLog": "RTCSRV", "LcsCDR": "RTCSRV", "QoEMetrics": "RTCSRV", "mgc": "RTCCHAT"}
"""Database → the Windows service of the pools that holds connections to it; without any such, the Front End."""


class SimulatedInstance:
    """An :class:`Instance` of the deployment; it exists while its host and record exist."""

    edition = "Standard Edition (64-bit)"
    version = VERSION

    def __init__(self, simulation: Simulation, fqdn: str, name: str, password: Callable[[], str]) -> None:
        self.simulation = simulation
        self.fqdn = fqdn
        self.key = f"{fqdn}\\{name}".lower()
        self.name = "" if name.lower() == "default" else name
        self._password = password
        self._thrown_out: set[str] = set()

    @property
    def _record(self) -> SqlInstance | None:
        return self.simulation.state.instances.get(self.key)

    def answers(self) -> bool:
        host = self.simulation.state.host(self.fqdn)
        return host is not None and host.present and self._record is not None

    @contextlib.contextmanager
    def change(self) -> Iterator[Server]:
        with self.simulation.lock:
            record = self._record
            if record is None:  # the host was wiped while a connection stood
                yield Server.installed()
                return
            self._show_databases(record)
            mirroring.update_sessions(self.simulation.state)
            before, held = repr(record.server), mirroring.sessions_of(record)
            yield record.server
            if repr(record.server) != before:
                mirroring.carry_over(self.simulation.state, record, held)
                _note_databases(record)
                self.simulation.save()

    def _show_databases(self, record: SqlInstance) -> None:
        """Add databases that a cmdlet or setup created since the last call, with their folders."""
        folder = record.server.databases["model"].files[0].physical.rpartition("\\")[0]
        state = self.simulation.state
        for name in record.databases:
            if record.server.database(name) is None:
                made = record.server.add(new_database(name, folder, folder))
                topology.admit_components(record.server, made.name, state.directory.netbios)
        for name in [name for name, found in record.server.databases.items() if self._gone(record, found.name, name)]:
            del record.server.databases[name]
        for database in record.server.databases.values():
            for file in database.files:
                with contextlib.suppress(FileNotFoundError):
                    self.locate(str(PureWindowsPath(file.physical).parent)).mkdir(parents=True, exist_ok=True)

    @staticmethod
    def _gone(record: SqlInstance, name: str, key: str) -> bool:
        """A database that a cmdlet dropped; one that is being restored is not among the finished ones yet."""
        database = record.server.databases[key]
        return key not in _SYSTEM and database.state == "ONLINE" and _spelled(record, name) not in record.databases

    def turned_away(self) -> tuple[int, ...]:
        return ()

    def admits(self, user: str, password: str) -> bool:
        if faults.waiting(self.simulation.state, faults.REFUSED_LOGON):
            return False
        return user.lower() == LOGIN and password == self._password()

    def sysadmin(self, user: str) -> bool:
        return user.lower() == LOGIN

    def knows(self, account: str) -> bool:
        domain, _, name = account.partition("\\")
        directory = self.simulation.state.directory
        if domain.lower() != directory.netbios.lower():
            return False
        computers = [f"{computer.name}$" for computer in directory.computers.values()]
        known = [topology.COMPONENTS, *directory.groups, *directory.accounts, *computers]
        return name.lower() in {one.lower() for one in known}

    def users_of(self, database: str) -> list[str]:
        with self.simulation.lock:
            record = self._record
            found = record.server.database(database) if record else None
            if record is None or found is None:
                return []
            if found.state == "ONLINE" and found.access == "MULTI_USER":
                self._thrown_out.discard(database.lower())
            if database.lower() in self._thrown_out or (database.lower() == "mgc" and not self._serves_chat()):
                return []
            wanted = {name.lower(): service for name, service in _CONNECTED.items()}.get(database.lower())
            hosts = [host for host in self.simulation.state.hosts.values() if host.domain]
            if wanted and not any(wanted in host.services for host in hosts):
                wanted = "RTCSRV"
            return [
                f"{service.display} on {host.fqdn}"
                for host in hosts
                for service in host.services.values()
                if host.present
                and service.name == wanted
                and service.status == RUNNING
                and self._connects(host.fqdn, wanted)
            ]

    def _connects(self, fqdn: str, service: str) -> bool:
        """Whether a service uses the database: of a stretched chat pool only those of its active servers do."""
        pools = self.simulation.state.chat.values()
        return service != "RTCCHAT" or not pools or any(fqdn in pool.active for pool in pools)

    def _serves_chat(self) -> bool:
        """Whether a chat pool works with the database here, by its state; true where no pool is stretched."""
        state = self.simulation.state
        stores = [s for s in topology.known(state).stores if s.role == "PersistentChatStore" and s.backup]
        return not stores or any(self.key in topology.chat_keys(state, store) for store in stores)

    def disconnect(self, database: str) -> None:
        with self.simulation.lock:
            self._thrown_out.add(database.lower())

    def content(self, database: str) -> Any:
        """``{"version": schema version, "data": …}``; that of a user store or the CMS is its part of the state."""
        with self.simulation.lock:
            record = self._record
            if record is None:
                return None
            version = record.databases.get(_spelled(record, database), "")
            return {"version": version, "data": _read(self.simulation.state, record, database.lower())}

    def replace(self, database: str, content: Any) -> None:
        with self.simulation.change() as state:
            record = self._record
            if record is None or not isinstance(content, Mapping):
                return
            record.databases[_spelled(record, database)] = content["version"]
            _write(state, record, database.lower(), content["data"])

    def central_state(self) -> int | None:
        """The one in use where there is no pair: nothing else has the store then."""
        with self.simulation.lock:
            state = self.simulation.state
            if not topology.opens(state, self.key, "xds"):
                return None
            pool = topology.pool_of_store(state, self.key, "CentralMgmtStore")
            return state.central[pool].current if pool in state.central else 0

    def reaches(self, address: str) -> bool:
        record = self._record
        return record is not None and mirroring.witness_answers(self.simulation.state, address, record)

    def locate(self, path: str) -> Path:
        return self.simulation.locate(self.fqdn, path)

    def drives(self) -> Mapping[str, int]:
        host = self.simulation.state.host(self.fqdn)
        return {"C": host.disk_free >> 20} if host else {}

    def struck(self, kind: str, command: str) -> bool:
        return self.simulation.fault(kind, self.fqdn, command) is not None

    def moment(self, work: str, percent: int, client: Client) -> None:
        if work == "BACKUP" and percent >= 50 and self.simulation.fault(faults.DISK_FULL, self.fqdn):
            raise OSError(errno.ENOSPC, "There is not enough space on the disk")
        client.wait(min(0.5, _STEP_SECONDS / self.simulation.speed))


def _spelled(record: SqlInstance, database: str) -> str:
    """The database as the records spell it."""
    return next(
        (name for name in [*record.databases, *topology.SCHEMA_VERSIONS] if name.lower() == database.lower()), database
    )


def _note_databases(record: SqlInstance) -> None:
    """Register what SQL created for the cmdlets; to them a database that is still being restored does not exist."""
    for key, database in record.server.databases.items():
        name = _spelled(record, database.name)
        if key in _SYSTEM:
            continue
        if database.state == "ONLINE":
            record.databases.setdefault(name, topology.SCHEMA_VERSIONS.get(name, ""))
        else:
            record.databases.pop(name, None)


_ROLE_OF: Final = {"rtcxds": "UserStore", "rgsconfig": "ApplicationStore"}


def _pool(state: State, record: SqlInstance, database: str) -> str:
    """The pool whose users or Response Groups the database holds."""
    role = _ROLE_OF.get(database)
    return (role and topology.pool_of_store(state, record.key, role)) or record.host.lower()


def _read(state: State, record: SqlInstance, database: str) -> Any:
    store = state.stores.get(_pool(state, record, database))
    if record.name.lower() in topology.LOCAL_INSTANCES:
        return record.contents.get(database)
    match database:
        case "rtcxds" if store:
            return dataclasses.asdict(store)["users"]
        case "rgsconfig" if store:
            data = dataclasses.asdict(store)
            return {"rgs": data["rgs"], "rgs_settings": data["rgs_settings"]}
        case "xds":
            return {name: value for name, value in dataclasses.asdict(state.cms).items() if name != "locations"}
        case "lis":
            return dataclasses.asdict(state.cms)["locations"]
    return record.contents.get(database)


def _write(state: State, record: SqlInstance, database: str, data: Any) -> None:
    pool = _pool(state, record, database)
    local = record.name.lower() in topology.LOCAL_INSTANCES
    if not local and database == "rtcxds" and pool in state.stores:
        state.stores[pool].users = from_data(PoolStore, {"users": data}).users
    elif not local and database == "rgsconfig" and pool in state.stores:
        read = from_data(PoolStore, data)
        state.stores[pool].rgs, state.stores[pool].rgs_settings = read.rgs, read.rgs_settings
    elif not local and database == "xds":
        read_cms = from_data(Cms, {**data, "serial": state.cms.serial + 1})
        read_cms.locations = state.cms.locations
        state.cms = read_cms
    elif not local and database == "lis":
        state.cms.locations = [from_data(LisLocation, place) for place in data]
    elif data is None:
        record.contents.pop(database, None)
    else:
        record.contents[database] = data
