"""Asks the hosts of every pair whether a failover would work now, and keeps the last answer in the home."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from lync_wizard.core import reading, storage, timestamps
from lync_wizard.core.errors import InputError, WizardError
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import did_you_mean
from lync_wizard.deployment import Pool, roles, same
from lync_wizard.deployment.pairs import first
from lync_wizard.failover import central, readiness, readings
from lync_wizard.failover.answers import (
    NOT_ASKED,
    Allowed,
    Couple,
    Heard,
    PairAnswers,
    Recorded,
    ServerAnswers,
    couples,
)
from lync_wizard.failover.readiness import FailoverReadiness
from lync_wizard.hosts import Connect
from lync_wizard.hosts.command import Cmdlet, Command, Pipeline, Statement, Switch
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.probe import Probe
from lync_wizard.worksheets.values import duration
from lync_wizard.workspace.workspace import Workspace

FILE: Final = "failover-status.json"
_FORMAT: Final = 1
_FRESH: Final = timedelta(days=2)
_THIRD: Final = 2
"""Other pools of which a server is tried, until one answers."""
_FACTS: Final = "deployment-facts/pairing"
_SCENARIOS: Final = ("pool-failover", "cms-failover")
_REGISTRARS: Final = "Get-CsRegistrarConfiguration"
_OF_A_SERVER: Final[tuple[tuple[str, Pipeline], ...]] = (
    ("services", Pipeline((Cmdlet("Get-Service", (("Name", readings.SERVICES),)),))),
    ("programs", Pipeline((Cmdlet("Get-ItemProperty", (("Path", (readings.PROGRAMS,)),)),))),
    ("windows", Pipeline((Cmdlet("Get-CimInstance", (("ClassName", "Win32_OperatingSystem"),)),))),
    ("computer", Pipeline((Cmdlet("Get-CimInstance", (("ClassName", "Win32_ComputerSystem"),)),))),
)


@dataclass(frozen=True)
class LastAnswer:
    """What `failover status` said last in this home; ``fault`` why that cannot be read."""

    at: datetime | None = None
    ready: bool = False
    line: str = ""
    fault: str = ""

    @property
    def stands(self) -> bool:
        """Whether it was ready, and that is not long ago."""
        return self.ready and self.at is not None and timestamps.now() - self.at <= _FRESH

    @property
    def text(self) -> str:
        """The answer with its time, for a line of other commands."""
        if self.at is None:
            return self.fault or "never asked (lync-wizard failover status)"
        return f"{self.line} ({timestamps.local_text(self.at)}, {timestamps.age_of(self.at)} ago)"

    def to_data(self) -> dict[str, Any]:
        return {
            "at": timestamps.utc(self.at) if self.at else None,
            "ready": self.ready,
            "line": self.line or self.fault,
        }


def pairs(workspace: Workspace, pool: str = "") -> list[Couple]:
    """The pairs of the deployment, or the one of a pool. Raises :class:`InputError` for a pool that is in none."""
    known = workspace.known
    found = [Couple(known, *both, {p.fqdn.lower(): _recorded(workspace, p) for p in both}) for both in couples(known)]
    if not pool:
        return found
    chosen = [one for one in found if any(member.has(pool) for member in one.pools)]
    if not chosen:
        names = [member.fqdn for one in found for member in one.pools]
        there = known.pool_of(pool)
        what = f"{there.fqdn} has no backup pool" if there else f"there is no pool {pool}"
        raise InputError(what, did_you_mean(pool, names) if names else "No pool of this deployment is paired.")
    return chosen


def asked_hosts(chosen: Sequence[Couple]) -> list[str]:
    """Every server that is signed in to for these pairs, and the SQL servers of their stores."""
    members = [fqdn for one in chosen for pool in one.pools for fqdn in pool.server_fqdns]
    instances = [str(where) for one in chosen for pool in one.pools for where in central.databases(one, pool)]
    third = [fqdn for one in chosen for fqdn in third_servers(one)]
    return list(dict.fromkeys([*members, *instances, *third]))


def third_servers(couple: Couple) -> list[str]:
    """One server each of the first other pools with users, from which the standby's database should be reached."""
    pools = couple.deployment.pools_of_kind("enterprise", "standard-edition")
    others = [pool for pool in pools if not any(same(pool.fqdn, one.fqdn) for one in couple.pools)]
    return [first(pool) for pool in others][:_THIRD]


def examine(workspace: Workspace, chosen: Sequence[Couple], connect: Connect) -> FailoverReadiness:
    """Ask about these pairs, side by side, and judge; raises nothing for a host that does not answer."""
    allowed = _allowed(workspace)
    with SessionPool(connect) as session_pool:
        asking = _Asking(workspace, Probe(session_pool))
        with ThreadPoolExecutor(max_workers=max(len(chosen), 1), thread_name_prefix="failover") as threads:
            found = list(threads.map(lambda one: readiness.judge(one, asking.about(one), allowed), chosen))
    return FailoverReadiness(timestamps.now().replace(microsecond=0), tuple(found))


class _Asking:
    """Questions to the hosts of a pair; safe from any thread."""

    def __init__(self, workspace: Workspace, probe: Probe) -> None:
        self._workspace = workspace
        self._probe = probe

    def about(self, couple: Couple) -> PairAnswers:
        """Everything that the hosts of one pair say."""
        members = [fqdn for pool in couple.pools for fqdn in pool.server_fqdns]
        with ThreadPoolExecutor(max_workers=max(len(members), 1), thread_name_prefix="failover-hosts") as threads:
            servers = dict(zip(members, threads.map(self._server, members), strict=True))
            shell = next((fqdn for fqdn in _in_turn(couple) if servers[fqdn].services.answered), "")
            found = self._from(shell, couple, servers) if shell else PairAnswers(servers)
            held = central.held_by(couple, found)
            if not held:
                return found
            heard = threads.map(lambda pool: self._database(couple, pool), couple.pools)
            stores = dict(zip((pool.fqdn for pool in couple.pools), heard, strict=True))
        standby = next((pool for pool in couple.pools if not same(pool.fqdn, held[0])), couple.second)
        return replace(found, stores=stores, reach=self._reach(couple, standby))

    def _reach(self, couple: Couple, standby: Pool) -> Heard | None:
        """How the first server of a third pool that answers finds the standby's database; None where none answers."""
        where = next(iter(central.databases(couple, standby)), None)
        if where is None:
            return None
        name = (("SqlInstanceName", where.instance),) if where.instance else ()
        named = (("CentralManagementDatabase", Switch()), ("SqlServerFqdn", where.server), *name)
        question = Pipeline((Cmdlet("Test-CsDatabase", named),))
        for fqdn in third_servers(couple):
            if self._ask(fqdn, _OF_A_SERVER[0][1]).answered:
                return self._ask(fqdn, question)
        return None

    def _from(self, shell: str, couple: Couple, servers: dict[str, ServerAnswers]) -> PairAnswers:
        """What any server with the management shell says of the deployment."""

        def ask(name: str, **parameters: Any) -> Heard:
            return self._ask(shell, Pipeline((Cmdlet(name, tuple(parameters.items())),)))

        registrars = ask(_REGISTRARS)
        if not registrars.answered:
            # The store may be down while this server's own replica still tells it.
            registrars = ask(_REGISTRARS, LocalStore=Switch())
        edges = any(edge.cold for edge in couple.deployment.pools_of_kind("edge"))
        return PairAnswers(
            servers=servers,
            modules={pool.fqdn: self._ask(shell, readings.modules_of(pool.fqdn)) for pool in couple.pools},
            relations={pool.fqdn: ask("Get-CsPoolBackupRelationship", PoolFqdn=pool.fqdn) for pool in couple.pools},
            registrars=registrars,
            central=ask("Get-CsService", CentralManagement=Switch()),
            connection=ask("Get-CsManagementConnection"),
            location=ask("Get-CsConfigurationStoreLocation"),
            configuration=ask("Get-CsBackupServiceConfiguration"),
            sites=ask("Get-CsSite"),
            replicas=ask("Get-CsManagementStoreReplicationStatus") if edges else NOT_ASKED,
        )

    def _server(self, fqdn: str) -> ServerAnswers:
        """What a server says of itself; one that does not answer is not asked a second time."""
        found: dict[str, Heard] = {}
        for name, question in _OF_A_SERVER:
            silent = found.get("services")
            if silent and not silent.answered:
                found[name] = Heard(_shown(question, fqdn), why=silent.why)
            else:
                found[name] = self._ask(fqdn, question)
        return ServerAnswers(**found)

    def _database(self, couple: Couple, pool: Pool) -> Heard:
        """The state of a pool's database of the store: on its mirror where the primary does not tell it."""
        heard = NOT_ASKED
        for where in central.databases(couple, pool):
            heard = self._ask(str(where), Statement("central-state"), account="sql-admin")
            if readings.current_state(heard.records):
                break
        return heard

    def _ask(self, where: str, question: Command, *, account: str = "") -> Heard:
        shown = where if isinstance(question, Statement) else _shown(question, where)
        who = account or roles.account(self._workspace.known, where, "lync-admin")
        try:
            reply = self._probe.reply(where, who, question)
        except WizardError as error:
            return Heard(shown, why=error.summary)
        if reply.state != "completed" or (reply.errors and not reply.objects):
            return Heard(shown, why=reply.errors[0].message if reply.errors else reply.why or f"{where} did not answer")
        return Heard(shown, reply.objects)


def _shown(question: Command, host: str) -> str:
    """A question as evidence names it."""
    first = question.cmdlets[0] if isinstance(question, Pipeline) else None
    words = [f" -{key}" if isinstance(value, Switch) else f" {value}" for key, value in first.parameters
             if isinstance(value, Switch | str)] if first else []  # fmt: skip
    return f"{first.name if first else question}{''.join(words)} on {host}"


def _in_turn(couple: Couple) -> list[str]:
    """The servers of a pair in the order in which one is looked for that answers: first of each pool, then seconds."""
    members = [(n, fqdn) for pool in couple.pools for n, fqdn in enumerate(pool.server_fqdns)]
    return [fqdn for _, fqdn in sorted(members, key=lambda one: one[0])]


def _recorded(workspace: Workspace, pool: Pool) -> Recorded:
    entries = workspace.entries
    return Recorded(
        entries.text(f"{_FACTS}/hosting", pool.fqdn),
        entries.text(f"{_FACTS}/availability", pool.fqdn),
        entries.flag(f"{_FACTS}/capacity", pool.fqdn),
        entries.flag(f"{_FACTS}/three-ran", pool.fqdn),
    )


def _allowed(workspace: Workspace) -> Allowed:
    entries = workspace.entries
    met = {name: entries.flag(f"plan/rto-met/{name}") for name in _SCENARIOS}

    def span(cell: str) -> timedelta | None:
        text = entries.text(cell)
        return duration(text) if text else None

    return Allowed(
        span("plan/rto/pool-failover"),
        span("plan/rto/cms-failover"),
        span("plan/failover/rpo"),
        met=tuple(name for name, said in met.items() if said),
        missed=tuple(name for name, said in met.items() if said is False),
    )


# The last answer


def keep(workspace: Workspace, found: FailoverReadiness) -> None:
    """Keep the answer about every pair of the deployment in the home. Raises :class:`WizardError`, OSError."""
    path = workspace.home.root / FILE
    try:
        answers = _read(workspace.home)
    except InputError:
        answers = {}
    answers[workspace.deployment] = {"at": timestamps.utc(found.at), "ready": found.ready, "line": found.line()}
    data = {"format": _FORMAT, "deployments": answers}
    storage.write_whole(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def last(home: Home, deployment: str) -> LastAnswer:
    """What was said last about a deployment; asks no host and raises nothing."""
    try:
        with reading.readable(home.root / FILE, "Ask again: lync-wizard failover status"):
            said = _read(home).get(deployment)
            if said is None:
                return LastAnswer()
            return LastAnswer(timestamps.parse_utc(said["at"]), said["ready"] is True, str(said["line"]))
    except WizardError as error:
        return LastAnswer(fault=error.summary)


def paired(workspace: Workspace) -> bool:
    """Whether the deployment has a pair at all."""
    return bool(couples(workspace.known))


def _read(home: Home) -> dict[str, Any]:
    path = home.root / FILE
    with reading.readable(path, "Ask again: lync-wizard failover status"):
        if not path.exists():
            return {}
        data = json.loads(reading.text(path))
        if data["format"] != _FORMAT:
            raise reading.Unfit(f"it has format {data['format']}, which this version does not know")
        return dict(data["deployments"])
