"""What was asked about a pair of pools and what came back, before anybody judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

from lync_wizard.deployment import Deployment, Pool
from lync_wizard.hosts import Record

Status = Literal["ok", "caution", "no", "cannot-tell", "not-recorded"]


@dataclass(frozen=True)
class Line:
    """One answer of readiness: ``evidence`` says what was asked and what came back, ``hint`` what to do now.

    ``essential``: without this answer nobody can say that a failover would work.
    """

    about: str
    status: Status
    text: str
    evidence: str = ""
    hint: str = ""
    essential: bool = False

    @property
    def stops(self) -> bool:
        """Whether the pair is not ready because of it."""
        return self.status == "no" or (self.essential and self.status == "cannot-tell")

    def to_data(self) -> dict[str, Any]:
        return {
            "about": self.about,
            "status": self.status,
            "text": self.text,
            "evidence": self.evidence,
            "hint": self.hint,
            "stops": self.stops,
        }


@dataclass(frozen=True)
class Heard:
    """The answer to one question; ``why`` says why there is none."""

    asked: str
    records: tuple[Record, ...] = ()
    why: str = ""

    @property
    def answered(self) -> bool:
        return not self.why

    def evidence(self, said: str) -> str:
        """The question and what came back."""
        return f"{self.asked} → {said if self.answered else self.why}"


NOT_ASKED: Final = Heard("", why="no server of the pair answered")


@dataclass(frozen=True)
class ServerAnswers:
    """What one server of the pair says of itself."""

    services: Heard = NOT_ASKED
    programs: Heard = NOT_ASKED
    windows: Heard = NOT_ASKED
    computer: Heard = NOT_ASKED


@dataclass(frozen=True)
class PairAnswers:
    """What hosts say about a pair; ``modules``, ``relations`` and ``stores`` by pool, ``servers`` by server, each FQDN
    as the deployment writes it.
    """

    servers: Mapping[str, ServerAnswers] = field(default_factory=dict)
    modules: Mapping[str, Heard] = field(default_factory=dict)
    relations: Mapping[str, Heard] = field(default_factory=dict)
    registrars: Heard = NOT_ASKED
    central: Heard = NOT_ASKED
    connection: Heard = NOT_ASKED
    location: Heard = NOT_ASKED
    stores: Mapping[str, Heard] = field(default_factory=dict)
    reach: Heard | None = None
    """How a server of neither pool finds the standby's database; None where nobody was asked."""
    configuration: Heard = NOT_ASKED
    sites: Heard = NOT_ASKED
    replicas: Heard = NOT_ASKED

    @property
    def anybody(self) -> bool:
        """Whether any host answered anything."""
        single = (self.registrars, self.central, self.connection, self.location, self.configuration, self.sites)
        return any(one.services.answered for one in self.servers.values()) or any(one.answered for one in single)


@dataclass(frozen=True)
class Recorded:
    """What only people know of a pool of a pair, from its worksheet; None or empty where nobody wrote it down."""

    hosting: str = ""
    availability: str = ""
    capacity: bool | None = None
    three_ran: bool | None = None


@dataclass(frozen=True)
class Allowed:
    """What the plan allows: how long a failover and that of the store may take, how much may be lost; None: not said.

    ``met`` and ``missed`` are the scenarios that kept, or missed, their RTO when they were tested last.
    """

    pool: timedelta | None = None
    store: timedelta | None = None
    loss: timedelta | None = None
    met: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Couple:
    """Two pools that are each other's backup, and what is recorded of each (by FQDN in lower case)."""

    deployment: Deployment
    first: Pool
    second: Pool
    recorded: Mapping[str, Recorded] = field(default_factory=dict)

    @property
    def pools(self) -> tuple[Pool, Pool]:
        return self.first, self.second

    @property
    def name(self) -> str:
        return f"{self.first.fqdn} and {self.second.fqdn}"

    def other(self, pool: Pool) -> Pool:
        return self.second if pool is self.first else self.first

    def of(self, pool: Pool) -> Recorded:
        return self.recorded.get(pool.fqdn.lower(), Recorded())


def couples(deployment: Deployment) -> list[tuple[Pool, Pool]]:
    """Every pair once, in the order of the deployment; a backup pool that is not recorded makes none."""
    found: dict[frozenset[str], tuple[Pool, Pool]] = {}
    for pool in deployment.pools:
        partner = deployment.pool(pool.backup_pool) if pool.backup_pool else None
        if partner:
            found.setdefault(frozenset({pool.fqdn.lower(), partner.fqdn.lower()}), (pool, partner))
    return list(found.values())
