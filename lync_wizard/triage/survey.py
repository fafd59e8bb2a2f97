"""Asks living hosts, read-only and side by side, what is left of a deployment: what triage can know by itself."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from lync_wizard.core.errors import Denied, Unreachable, WizardError
from lync_wizard.deployment import Deployment, SqlInstance
from lync_wizard.failover import readings, targets
from lync_wizard.hosts import Connect, Limits, Record, Reply, reachability
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.agreement import Unagreed
from lync_wizard.hosts.command import Cmdlet, Pipeline, Statement, Switch, Value
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.topology.live_queries import place, text, trouble
from lync_wizard.triage.losses import USER_POOLS
from lync_wizard.triage.survey_result import Mirroring, Service, Session, SurveyResult

PATIENCE: Final = 8.0
"""Seconds after which whatever has not answered counts as not answering."""
LIMITS: Final = Limits(connect=4.0, operation=4.0, overall=6.0)
ACCOUNT: Final = "lync-admin"
"""The role whose account asks the servers."""
_SQL_ACCOUNT: Final = "sql-admin"
_LOOK: Final = "Look at the host itself."
_CANDIDATES: Final = 3
"""Living servers that are tried, until one has Lync's cmdlets."""
_TWO: Final = 2
_POINTER: Final = "Get-CsConfigurationStoreLocation"
_SWITCHES: Final = (
    "UserServer", "Registrar", "PersistentChatServer", "ArchivingDatabase", "MonitoringDatabase",
    "PersistentChatDatabase",
)  # fmt: skip
_NAMED: Final = (
    "MirrorUserDatabase", "ArchivingDatabase", "MirrorArchivingDatabase", "MonitoringDatabase",
    "MirrorMonitoringDatabase", "PersistentChatDatabase", "MirrorPersistentChatDatabase", "Registrar",
)  # fmt: skip
_ON: Final = Switch()

Told = Callable[[SurveyResult], object]


def survey(
    deployment: Deployment,
    book: AddressBook,
    connect: Connect,
    quiet: Connect,
    told: Told,
    *,
    asking: bool = False,
    agreed: Callable[[str], bool] = lambda _: True,
) -> SurveyResult:
    """Everything that can be seen within :data:`PATIENCE`; ``told`` hears of the doors first, then of the rest.

    Nothing here raises for what a host does or does not do. ``connect`` leads to Lync's cmdlets, ``quiet`` to SQL
    Server. ``asking``: somebody may be asked for a password, and the time that takes does not count. ``agreed``:
    whether this machine may show itself to a file server.
    """
    stop = threading.Event()
    until = time.monotonic() + PATIENCE
    with SessionPool(connect) as session_pool, SessionPool(quiet) as sql:
        # All of it is on its way before the first answer is waited for.
        instances = _asked_instances(sql, deployment, stop)
        shares = _Shares(deployment, book, agreed)
        files = [pool.file_store.server for pool in deployment.lync_pools if pool.file_store]
        doors_found = reachability.probe_hosts(book, _once((*servers(deployment), *files)), ACCOUNT)
        found = SurveyResult({name.lower(): wrong for name, wrong in doors_found.items()}, shares=shares.known(until))
        told(found)
        if found.any_door:
            found = _Cmdlets(session_pool, deployment, stop, until, asking=asking).ask(found)
        databases, sessions = _instances(instances, until)
        found = replace(found, databases=databases, sessions=sessions, over=True)
        stop.set()
    told(found)
    return found


def servers(deployment: Deployment) -> list[str]:
    """Every server that remote management should answer for: members of pools and SQL servers."""
    members = [s for pool in deployment.lync_pools for s in (pool.server_fqdns or (pool.fqdn,))]
    return _once((*members, *(instance.server for instance in deployment.sql_instances)))


def _once(names: Iterable[str]) -> list[str]:
    return list({name.rstrip(".").lower(): name for name in names if name}.values())


class _Shares:
    """Whether file shares can be read here; a file server need not have remote management."""

    def __init__(self, deployment: Deployment, book: AddressBook, agreed: Callable[[str], bool]) -> None:
        self._found: dict[str, bool] = {}
        paths: dict[tuple[str, Path], Path] = {}
        for store in (pool.file_store for pool in deployment.lync_pools):
            if store and store.server:
                # Windows signs in to a file server as whoever runs this program, as soon as a path of it is looked at.
                mapped = os.name == "nt" and agreed(store.server)
                path = book.share(store.share) or (Path(store.share) if mapped else None)
                paths |= {(store.server.lower(), path): path} if path else {}
        # One thread each: a share whose server is gone can take a minute to say so.
        self._threads = [
            threading.Thread(target=self._try, args=(server, path), name=f"share {server}", daemon=True)
            for (server, _), path in paths.items()
        ]
        for thread in self._threads:
            thread.start()

    def _try(self, server: str, path: Path) -> None:
        try:
            there = path.exists()
        except OSError:
            there = False
        self._found[server] = self._found.get(server, False) or there

    def known(self, until: float) -> Mapping[str, bool]:
        """By server, what is known by then."""
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return dict(self._found)


Asked = dict[SqlInstance, tuple[Future[Reply], Future[Reply]]]
Found = tuple[dict[tuple[str, str], frozenset[str]], dict[tuple[str, str], tuple[Session, ...]]]


def _asked_instances(session_pool: SessionPool, deployment: Deployment, stop: threading.Event) -> Asked:
    def submit(instance: SqlInstance, name: str) -> Future[Reply]:
        command = Statement(name)
        return session_pool.submit(str(instance), _SQL_ACCOUNT, command, transport="sql", limits=LIMITS, cancel=stop)

    every = deployment.sql_instances
    return {instance: (submit(instance, "databases"), submit(instance, "mirroring")) for instance in every}


def _instances(asked: Asked, until: float) -> Found:
    """Which databases every instance has, and which of them it mirrors; an instance that refuses us tells nothing."""
    databases, sessions = {}, {}
    for instance, (first, second) in asked.items():
        rows = _rows(first, until)
        if rows is not None:
            databases[instance.key] = frozenset(text(row, "name").lower() for row in rows)
            mirrored = _rows(second, until) or ()
            sessions[instance.key] = tuple(
                Session(text(row, "database_name"), text(row, "mirroring_role_desc"), _witness(row)) for row in mirrored
            )
    return databases, sessions


def _witness(row: Record) -> str:
    """The server of a session's witness, which SQL Server names ``TCP://fqdn:port``."""
    return text(row, "mirroring_witness_name").rpartition("//")[2].partition(":")[0]


def _rows(asked: Future[Reply], until: float) -> tuple[Record, ...] | None:
    """What came back; None where nothing did."""
    try:
        return _answer(asked, until)
    except WizardError:
        return None


def _answer(asked: Future[Reply], until: float | None) -> tuple[Record, ...]:
    """What came back. Raises :class:`Unreachable` where nothing did, with the host's own words."""
    try:
        reply = asked.result(None if until is None else max(0.0, until - time.monotonic()))
    except Late:
        raise Unreachable("no answer in time", _LOOK) from None
    if refusal := trouble(reply):
        raise Unreachable(refusal, _LOOK)
    return reply.objects


@dataclass
class _Cmdlets:
    """The Lync cmdlets, asked of the first living server that has them."""

    session_pool: SessionPool
    deployment: Deployment
    stop: threading.Event
    until: float
    asking: bool
    host: str = ""

    def ask(self, found: SurveyResult) -> SurveyResult:
        pointer, found = self._first(found)
        if pointer is None:
            return found
        # Behind a password that somebody had to type the time begins anew.
        self.until = time.monotonic() + PATIENCE if self.asking else self.until
        named = SqlInstance.parse(next((text(row, "BackEndServer", "value") for row in pointer), ""))
        switches = {name: self._submit("Get-CsService", **{name: _ON}) for name in _SWITCHES}
        told = {name: _rows(future, self.until) for name, future in switches.items()}
        local = told["UserServer"] is None
        services = {name: tuple(map(_service, rows)) for name, rows in told.items() if rows is not None}
        partners, mirrors = self._pools(local)
        states, interval = self._pairs(partners, local)
        return replace(
            found, host=self.host, pointer=named, local=local, services=services, partners=partners, mirrors=mirrors,
            states=states, interval=interval, chat_states=self._chat(local), routes=self._routes(),
        )  # fmt: skip

    def _first(self, found: SurveyResult) -> tuple[tuple[Record, ...] | None, SurveyResult]:
        """Where Active Directory says that the store is: read there, so that it answers with a dead store too."""
        why, locked = [], False
        for server in self._candidates(found):
            self.host = server
            try:
                return _answer(self._submit(_POINTER), None if self.asking else self.until), found
            except Denied as error:
                # A password that one server refuses is not tried on the next.
                return None, replace(found, why=f"{server}: {error.summary}", locked=True)
            except Unagreed as error:
                locked = True
                why.append(error.summary)
            except WizardError as error:
                why.append(f"{server}: {error.summary}")
        return None, replace(found, why="; ".join(why) or "no server with Lync's cmdlets answers", locked=locked)

    def _candidates(self, found: SurveyResult) -> Iterable[str]:
        pools = sorted(self.deployment.lync_pools, key=lambda pool: pool.kind not in USER_POOLS)
        every = [s for pool in pools if pool.kind != "edge" for s in (pool.server_fqdns or (pool.fqdn,))]
        return [server for server in every if not found.doors.get(server.lower(), "")][:_CANDIDATES]

    def _submit(self, cmdlet: str, **parameters: Value) -> Future[Reply]:
        command = Pipeline((Cmdlet(cmdlet, tuple(parameters.items())),))
        return self.session_pool.submit(self.host, ACCOUNT, command, limits=LIMITS, cancel=self.stop)

    def _pools(self, local: bool) -> tuple[dict[str, str], dict[str, tuple[Mirroring, ...]]]:
        """Of every user pool its partner, and the roles of its mirrored databases."""
        where = _where(local)
        users = self.deployment.pools_of_kind(*USER_POOLS)
        asked = [
            (
                pool,
                self._submit("Get-CsPoolBackupRelationship", PoolFqdn=pool.fqdn, **where),
                self._submit("Get-CsDatabaseMirrorState", PoolFqdn=pool.fqdn, **where),
            )
            for pool in users
        ]
        partners, mirrors = {}, {}
        for pool, pairing, state in asked:
            name = pool.fqdn.lower()
            rows = _rows(pairing, self.until)
            if rows is not None:
                partners[name] = next((partner for row in rows if (partner := _partner(row, name))), "")
            rows = _rows(state, self.until)
            if rows is not None:
                mirrors[name] = tuple(
                    Mirroring(text(r, "DatabaseName"), text(r, "StateOnPrimary"), text(r, "StateOnMirror"))
                    for r in rows
                )
        return partners, mirrors

    def _pairs(self, partners: Mapping[str, str], local: bool) -> tuple[dict[str, str], timedelta | None]:
        """Of every pool of a pair whether it is failed over now, and how often the Backup Service synchronises."""
        users = self.deployment.pools_of_kind(*USER_POOLS)
        paired = [pool.fqdn for pool in users if pool.backup_pool or partners.get(pool.fqdn.lower())]
        if not paired:
            return {}, None
        asked = self._submit("Get-CsRegistrarConfiguration", **_where(local))
        service = self._submit("Get-CsBackupServiceConfiguration", **_where(local))
        rows = _rows(asked, self.until) or ()
        states = {fqdn.lower(): state for fqdn in paired if (state := readings.pool_state(rows, fqdn))}
        return states, targets.sync_interval(_rows(service, self.until) or ())

    def _chat(self, local: bool) -> dict[str, tuple[str, ...]]:
        """Of every stretched Persistent Chat pool the state of each server; absent where nobody says it."""
        stretched = [pool.fqdn for pool in self.deployment.lync_pools if pool.chat_secondary_servers]
        asked = {
            fqdn.lower(): self._submit(
                "Get-CsPersistentChatState", Identity=f"PersistentChatServer:{fqdn}", **_where(local)
            )
            for fqdn in stretched
        }
        told = {fqdn: _rows(future, self.until) or () for fqdn, future in asked.items()}
        states = {fqdn: tuple(text(row, "PoolState") for row in rows) for fqdn, rows in told.items()}
        return {fqdn: each for fqdn, each in states.items() if each and all(each)}

    def _routes(self) -> dict[str, frozenset[str]]:
        """The Edge pools that carry federation and XMPP; asked only where another could take their part."""
        if len(self.deployment.pools_of_kind("edge")) < _TWO:
            return {}
        sites = _rows(self._submit("Get-CsSite"), self.until)
        if sites is None:
            return {}
        return {
            kind: frozenset(place(text(site, name)).lower() for site in sites if text(site, name))
            for kind, name in (("federation", "FederationRoute"), ("xmpp", "XmppFederationRoute"))
        }


def _where(local: bool) -> dict[str, Any]:
    return {"LocalStore": _ON} if local else {}


def _partner(row: Record, pool: str) -> str:
    """The other pool of a pair, under whatever property the module names it."""
    named = [place(text(row, name)) for name in row.properties]
    return next((one for one in named if one and one.lower() != pool and "." in one), "")


def _service(row: Record) -> Service:
    pool = text(row, "PoolFqdn") or place(text(row, "Identity"))
    return Service(pool, text(row, "SqlInstanceName"), {name: text(row, name) for name in _NAMED})
