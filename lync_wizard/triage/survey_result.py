"""What living hosts said about what is left, as plain facts: who answers, and what the cmdlets told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from lync_wizard.deployment import Pool, SqlInstance

NEITHER: Final = "DatabaseInaccessibleOrMirroringNotEnabled"
"""What Get-CsDatabaseMirrorState says of a side that does not answer, or that mirrors nothing."""


@dataclass(frozen=True)
class Mirroring:
    """A row of Get-CsDatabaseMirrorState: a database, and the role it has on each side of the topology's mirror."""

    database: str
    on_primary: str
    on_mirror: str

    @property
    def mirrored(self) -> bool:
        return self.on_primary != NEITHER or self.on_mirror != NEITHER

    @property
    def said(self) -> str:
        return f"{self.database} is {_role(self.on_primary)} on the primary, {_role(self.on_mirror)} on the mirror"


def _role(state: str) -> str:
    return "inaccessible or not mirrored" if state == NEITHER else state


@dataclass(frozen=True)
class Session:
    """What an instance says of one mirrored database: ``role`` PRINCIPAL or MIRROR, ``witness`` its server or empty."""

    database: str
    role: str
    witness: str


@dataclass(frozen=True)
class Service:
    """What Get-CsService says of a service: its pool or server, and other services by property, as identities."""

    pool: str
    instance: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyResult:
    """What was asked and answered. What was not asked, or not answered, is absent; that is never taken for a no.

    ``doors`` says by FQDN (lower case) what is wrong at a server's door, empty where it opens. ``databases`` and
    ``sessions`` go by an instance's key. ``host`` is the server the Lync cmdlets were asked of; ``pointer`` is where
    Active Directory says that the Central Management store is, one without server where it says nothing. ``partners``
    and ``mirrors`` go by a pool's FQDN (lower case), ``services`` by the switch of Get-CsService. ``states`` is the
    PoolState of a pool of a pair (FQDN in lower case), ``interval`` how often the Backup Service synchronises,
    ``chat_states`` the PoolState of each server of a stretched Persistent Chat pool, ``routes`` by ``federation`` and
    ``xmpp`` the Edge pools (lower case) that a site names for it.
    ``local``: the replica on ``host`` was asked, because the Central Management store did not answer. ``why`` says what
    stood in the way where no cmdlet could be asked; ``locked``: nobody let us in, for want of a password or with a
    wrong one. ``over``: there is no more to come.
    """

    doors: Mapping[str, str] = field(default_factory=dict)
    databases: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    sessions: Mapping[tuple[str, str], tuple[Session, ...]] = field(default_factory=dict)
    shares: Mapping[str, bool] = field(default_factory=dict)
    host: str = ""
    pointer: SqlInstance | None = None
    partners: Mapping[str, str] = field(default_factory=dict)
    mirrors: Mapping[str, tuple[Mirroring, ...]] = field(default_factory=dict)
    services: Mapping[str, tuple[Service, ...]] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    interval: timedelta | None = None
    chat_states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    routes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    local: bool = False
    why: str = ""
    locked: bool = False
    over: bool = False

    @property
    def silent(self) -> list[str]:
        """The servers that give no sign of life."""
        return [name for name in self.doors if self.dead(name)]

    @property
    def said(self) -> str:
        """In a line: how many answer, and of whom more was asked."""
        if self.over and not self.doors:
            return "nothing was asked: no server is known (no worksheets; lync-wizard setup fills them)"
        dead = len(self.silent)
        head = f"{len(self.doors) - dead} of {len(self.doors)} servers answer"
        if not self.over:
            return f"{head}, querying further …"
        return (
            f"{head}, cmdlets run on {self.host}"
            if self.host
            else f"{head}, no cmdlet run{self.why and f': {self.why}'}"
        )

    @property
    def store(self) -> str:
        """How a cmdlet that may read the replica was asked."""
        return " -LocalStore" if self.local else ""

    @property
    def any_door(self) -> bool:
        """Whether anything answers; where nothing does, it may be this machine that is cut off."""
        return "" in self.doors.values()

    def dead(self, fqdn: str) -> bool:
        """Whether a server was asked and gives no sign of life: no door opens, no instance and no share answers."""
        name = fqdn.rstrip(".").lower()
        alive = name == self.host.lower() or any(server == name for server, _ in self.databases)
        return bool(self.doors.get(name)) and not alive and not self.shares.get(name, False)

    def gone(self, instance: SqlInstance | None, *databases: str) -> bool:
        """Whether an instance's server is dead, or the instance answers and lacks one of these databases."""
        if instance is None:
            return False
        there = self.databases.get(instance.key)
        lacking = there is not None and not {name.lower() for name in databases} <= there
        return lacking or self.dead(instance.server)

    def trouble(self, fqdn: str) -> str:
        """The server with what is wrong at its door."""
        return f"{fqdn} {self.doors.get(fqdn.rstrip('.').lower(), '')}".strip()

    def about(self, instance: SqlInstance, *databases: str) -> str:
        """What is wrong with an instance: its server is silent, or which databases it lacks."""
        there = self.databases.get(instance.key)
        if there is None:
            return self.trouble(instance.server)
        lacking = [name for name in databases if name.lower() not in there]
        return f"{instance} answers and has no {', '.join(lacking)}"

    def lost_members(self, pool: Pool) -> list[str]:
        """The members of a pool that give no sign of life."""
        return [fqdn for fqdn in pool.server_fqdns or (pool.fqdn,) if self.dead(fqdn)]
