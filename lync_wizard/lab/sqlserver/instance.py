"""A simulated SQL instance as its engine uses it, and the records it consists of (plain, so that they go to JSON)."""

from __future__ import annotations

import contextlib
import datetime
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any, Protocol

from lync_wizard.lab.tds.listener import Client


@dataclass
class DatabaseFile:
    """A file of a database; ``pages`` of 8 KiB, ``kind`` ROWS or LOG; ``file_id`` 0 is its place among the files."""

    logical: str
    physical: str
    kind: str = "ROWS"
    pages: int = 16384
    file_id: int = 0


def numbered(files: list[DatabaseFile]) -> list[tuple[int, DatabaseFile]]:
    """The files with their ids, in the order of these, as sys.master_files has them."""
    return sorted(((file.file_id or place, file) for place, file in enumerate(files, 1)), key=lambda pair: pair[0])


@dataclass
class Mirroring:
    """A database's part in a mirroring session; ``witness`` as ``TCP://fqdn:port``, empty without one."""

    role: str = "PRINCIPAL"
    state: str = "SYNCHRONIZED"
    partner: str = ""
    witness: str = ""
    witness_state: str = "CONNECTED"
    guid: str = "6f9619ff-8b86-d011-b42d-00c04fc964ff"

    @property
    def alone(self) -> bool:
        """Whether a principal has lost both its partner and its witness: it serves nobody then."""
        return (
            self.role == "PRINCIPAL"
            and (self.state, self.witness_state) == ("DISCONNECTED",) * 2
            and bool(self.witness)
        )


@dataclass
class Database:
    """A database; ``users`` maps a user to the roles it is a member of."""

    name: str
    files: list[DatabaseFile] = field(default_factory=list)
    state: str = "ONLINE"
    recovery: str = "SIMPLE"
    access: str = "MULTI_USER"
    users: dict[str, list[str]] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    mirroring: Mirroring | None = None
    owner: str = "sa"
    redo_lsn: int = 0
    """Up to which sequence number log backups were applied, while the database is RESTORING."""


@dataclass
class MirroringEndpoint:
    port: int
    role: str
    connect: list[str] = field(default_factory=list)


@dataclass
class Restore:
    """A row of msdb.dbo.restorehistory with the backup set and the media it came from; times are ISO 8601."""

    database: str
    user: str
    at: str
    device: str
    position: int
    backup_of: str
    backup_guid: str
    backup_started: str
    backup_finished: str


@dataclass
class Backup:
    """A row of msdb.dbo.backupset with the media that the backup was written to; times are ISO 8601."""

    database: str
    device: str
    position: int
    guid: str
    started: str
    finished: str


@dataclass
class Server:
    """Everything an instance keeps; databases by their name in lower case, in the order of their ids from 1.

    ``installed_at`` is when setup made the login of LocalSystem, ISO 8601; each installation has another.
    """

    databases: dict[str, Database] = field(default_factory=dict)
    logins: list[str] = field(default_factory=list)
    endpoints: dict[str, MirroringEndpoint] = field(default_factory=dict)
    restores: list[Restore] = field(default_factory=list)
    backups: list[Backup] = field(default_factory=list)
    shipped: list[str] = field(default_factory=list)
    """Databases that log shipping feeds here."""
    installed_at: str = "2013-04-08T09:13:36"

    def installed_after(self, former: Server) -> Server:
        """The same, installed on the day after another installation: an installation that is no other's."""
        then = datetime.datetime.fromisoformat(former.installed_at) + datetime.timedelta(days=1)
        self.installed_at = then.isoformat()
        return self

    @classmethod
    def installed(cls, folder: str = r"C:\Program Files\Microsoft SQL Server\MSSQL11.RTC\MSSQL\DATA") -> Server:
        """A freshly installed instance: the four system databases."""
        server = cls()
        for name in ("master", "tempdb", "model", "msdb"):
            server.add(new_database(name, folder, folder, data_mb=4, log_mb=1))
        return server

    def add(self, database: Database) -> Database:
        self.databases[database.name.lower()] = database
        return database

    def database(self, name: str) -> Database | None:
        return self.databases.get(name.lower())


def new_database(
    name: str, data_folder: str, log_folder: str, *, data_mb: int = 128, log_mb: int = 128, recovery: str = "SIMPLE"
) -> Database:
    """An empty database with one data file and one log file (``name.mdf``, ``name.ldf``), sizes in MB."""
    return Database(
        name,
        [
            DatabaseFile(f"{name}_data", str(PureWindowsPath(data_folder) / f"{name}.mdf"), "ROWS", data_mb * 128),
            DatabaseFile(f"{name}_log", str(PureWindowsPath(log_folder) / f"{name}.ldf"), "LOG", log_mb * 128),
        ],
        recovery=recovery,
    )


class Instance(Protocol):
    """What the engine needs from the deployment around it. All calls may come from several threads."""

    @property
    def fqdn(self) -> str: ...

    @property
    def name(self) -> str:
        """The instance's name; empty for the default instance."""

    @property
    def version(self) -> tuple[int, int, int]:
        """Major, minor, build: (11, 0, 7001) is SQL Server 2012 SP4."""

    @property
    def edition(self) -> str: ...

    def answers(self) -> bool:
        """Whether host and instance are there at all."""

    def change(self) -> AbstractContextManager[Server]:
        """Hold the lock, yield the records, save what was changed."""

    def turned_away(self) -> tuple[int, ...]:
        """Errors with which every login is refused at present; empty where the instance is ready."""

    def admits(self, user: str, password: str) -> bool: ...
    def sysadmin(self, user: str) -> bool: ...

    def knows(self, account: str) -> bool:
        """Whether Windows knows ``DOMAIN\\name`` as a user, group or computer."""

    def users_of(self, database: str) -> list[str]:
        """Programs of the deployment that hold connections to the database now (services of Lync servers)."""

    def disconnect(self, database: str) -> None:
        """Those programs lose their connections; they stay out while the database is not open to them."""

    def content(self, database: str) -> Any:
        """What the database holds, as JSON."""

    def replace(self, database: str, content: Any) -> None:
        """The database now holds ``content``, as :meth:`content` gave it out."""

    def reaches(self, address: str) -> bool:
        """Whether a witness listens at ``TCP://fqdn:port`` and lets this instance connect."""

    def central_state(self) -> int | None:
        """``CurrentState`` of the Central Management store here; None where no such database can be opened."""

    def locate(self, path: str) -> Path:
        """The real file or folder behind a Windows or UNC path, which need not exist.

        Raises FileNotFoundError (no such drive, server or share) or PermissionError, for the service account.
        """

    def drives(self) -> Mapping[str, int]:
        """Free space in MB by drive letter."""

    def struck(self, kind: str, command: str) -> bool:
        """Whether a requested fault of that kind shows at this statement; each is shown as often as was asked."""

    def moment(self, work: str, percent: int, client: Client) -> None:
        """Pass the time one step of BACKUP, RESTORE or VERIFYONLY takes; the place where faults strike.

        May raise OSError (ENOSPC, EIO: the media fail here) or what ``client.wait`` raises.
        """


class Standalone:
    """An :class:`Instance` of its own, without a deployment around it; its host's disk is the folder ``disk`` (C:)."""

    def __init__(
        self,
        disk: Path,
        passwords: Mapping[str, str],
        *,
        fqdn: str = "sql01.contoso.com",
        name: str = "RTC",
        edition: str = "Standard Edition (64-bit)",
    ) -> None:
        self.disk = disk
        self.fqdn = fqdn
        self.name = name
        self.version = (11, 0, 7001)
        self.edition = edition
        self.server = Server.installed()
        self.contents: dict[str, Any] = {}
        self.connected: dict[str, list[str]] = {}
        self.accounts: set[str] = set()
        self.up = True
        self.refusing: tuple[int, ...] = ()
        self.faults: list[tuple[str, str]] = []
        self.lock = threading.RLock()
        self._passwords = dict(passwords)

    def answers(self) -> bool:
        return self.up

    @contextlib.contextmanager
    def change(self) -> Iterator[Server]:
        with self.lock:
            yield self.server

    def turned_away(self) -> tuple[int, ...]:
        return self.refusing

    def admits(self, user: str, password: str) -> bool:
        return self._passwords.get(user) == password

    def sysadmin(self, user: str) -> bool:
        return user in self._passwords

    def knows(self, account: str) -> bool:
        return account.lower() in {known.lower() for known in self.accounts}

    def users_of(self, database: str) -> list[str]:
        return list(self.connected.get(database.lower(), ()))

    def disconnect(self, database: str) -> None:
        self.connected.pop(database.lower(), None)

    def content(self, database: str) -> Any:
        return self.contents.get(database.lower())

    def replace(self, database: str, content: Any) -> None:
        self.contents[database.lower()] = content

    def reaches(self, address: str) -> bool:
        return bool(address)

    def central_state(self) -> int | None:
        return 0 if "xds" in self.server.databases else None

    def locate(self, path: str) -> Path:
        windows = PureWindowsPath(path)
        if windows.drive.upper() != "C:":
            raise FileNotFoundError(path)
        return self.disk.joinpath(*windows.parts[1:])

    def drives(self) -> Mapping[str, int]:
        return {"C": 122880}

    def struck(self, kind: str, command: str) -> bool:
        if (kind, command) not in self.faults:
            return False
        self.faults.remove((kind, command))
        return True

    def moment(self, work: str, percent: int, client: Client) -> None:
        if percent and work:
            client.wait(0)
