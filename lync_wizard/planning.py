"""From procedure to plan: includes, alternatives and lists resolved, every value filled in; pure, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from lync_wizard import backup, delivery, facts
from lync_wizard.backup import BackupSet
from lync_wizard.deployment import Deployment, Pool, same
from lync_wizard.document import Mark, Problems, did_you_mean
from lync_wizard.expectation import expectation_from, verification_from
from lync_wizard.facts import Situation
from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import Command, Copy, Pipeline, from_data, to_data
from lync_wizard.placeholders import PLACEHOLDER, Missing, Values
from lync_wizard.plan import Confirm, Omitted, Plan, PlannedStep, Precondition, Read
from lync_wizard.procedure import Ask, ForEach, Library, Procedure, Step, merged
from lync_wizard.worksheet import Cell, Entries
from lync_wizard.worksheet.values import duration

EXPECTED_BY_HAND: Final = 900.0
"""Seconds a person's step counts for where the procedure says nothing."""

_TARGETS: Final = {
    "standard-edition-server": ("standard-edition",),
    "enterprise-pool": ("enterprise",),
    "front-end-pool": ("enterprise", "standard-edition"),
    "member-server": ("enterprise", "director", "mediation", "edge", "persistent-chat"),
    "pool": ("enterprise", "director", "mediation", "edge", "persistent-chat"),
}
DEPLOYMENT: Final = "deployment"
"""The target of backups: everything the papers name, one list a kind of thing to save."""


@dataclass(frozen=True)
class Environment:
    """Where the plan will be carried out: kind (production, drill) and id of connections.yaml."""

    kind: str
    id: str


def targets(procedure: Procedure, deployment: Deployment) -> list[str]:
    """FQDNs of what the procedure can be aimed at; all pools where it does not say, the name of a deployment."""
    if procedure.target == DEPLOYMENT:
        return [deployment.name]
    kinds = _TARGETS.get(procedure.target, ())
    pools = [pool for pool in deployment.lync_pools if not kinds or pool.kind in kinds]
    if procedure.target == "member-server":
        return [server for pool in pools for server in (pool.server_fqdns or (pool.fqdn,))]
    return [pool.fqdn for pool in pools]


def pool_for(deployment: Deployment, target: str) -> Pool | None:
    """The pool whose values and servers a target means; for the deployment itself the one with the active CMS."""
    if target and target == deployment.name:
        central = deployment.pool_of(deployment.cms.pool) if deployment.cms else None
        return central or next(iter(front_end_pools(deployment)), None)
    return deployment.pool_of(target)


def new_set_name(deployment: str, at: datetime) -> str:
    """The name of a backup set begun at ``at``: ``YYYY-MM-DDTHHMMSSZ_<deployment>``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}_{deployment}"


def front_end_pools(deployment: Deployment) -> tuple[Pool, ...]:
    """The pools that home users."""
    return deployment.pools_of_kind("enterprise", "standard-edition")


def file_store_pools(deployment: Deployment) -> tuple[Pool, ...]:
    """For every file store the first pool that uses it: pools of a site share one."""
    found: dict[str, Pool] = {}
    for pool in deployment.lync_pools:
        if pool.file_store:
            found.setdefault(pool.file_store.share.rstrip("\\").lower(), pool)
    return tuple(found.values())


def chat_pools(deployment: Deployment) -> tuple[Pool, ...]:
    """For every Persistent Chat database the first pool that names it."""
    found: dict[tuple[str, str], Pool] = {}
    for pool in deployment.lync_pools:
        if "persistent-chat" in pool.features and pool.chat:
            found.setdefault(pool.chat.key, pool)
    return tuple(found.values())


def asks_of(procedure: Procedure, library: Library) -> list[Ask]:
    """The questions to decide before planning, those of included procedures too, each once."""
    included = [ask for step in procedure.steps if step.include in library for ask in library[step.include].asks]
    return list({ask.name: ask for ask in [*procedure.asks, *included]}.values())


def build(
    procedure: Procedure,
    library: Library,
    *,
    entries: Entries,
    deployment: Deployment,
    target: str,
    backup_set: BackupSet | None,
    asks: Mapping[str, str],
    environment: Environment,
    problems: Problems,
    gaps: list[Cell] | None = None,
    new_set: str = "",
) -> Plan | None:
    """The plan, or None with every problem added: an unfit target, wrong asks, values that are missing.

    ``gaps`` collects the cells whose values are missing. ``new_set`` names the set that a backup is about to make.
    """
    before = len(problems)
    pool = pool_for(deployment, target)
    fitting = targets(procedure, deployment)
    answers = _answers(procedure, library, asks, problems)
    target = next((fqdn for fqdn in fitting if same(target, fqdn)), target)
    if pool is None or target not in fitting:
        what = procedure.target.replace("-", " ") or "pool"
        problems.add(
            None, "target", f"{target or 'nothing'} is no {what} of this deployment", did_you_mean(target, fitting)
        )
        return None
    server = _first_server(pool) if target == deployment.name else target
    values = Values(entries, deployment, pool, server, backup_set, answers, new_set=new_set)
    if procedure.needs_backup and backup_set is None:
        problems.add(None, "backup-set", "no backup set is chosen", "Name one with --backup-set.")
    builder = _Builder(procedure, library, values, problems, gaps if gaps is not None else [])
    steps = _gated(tuple(builder.steps()))
    rto = entries.text(f"plan/{procedure.rto.replace('.', '/')}") if procedure.rto else ""
    if len(problems) > before:
        return None
    return Plan(
        procedure=procedure.id,
        title=procedure.title,
        target=target,
        deployment=deployment.name,
        environment=environment.id,
        environment_kind=environment.kind,
        backup_set=backup_set.folder.name if backup_set else new_set or None,
        backup_at=backup.utc(backup_set.manifest.made_at) if backup_set else None,
        made_at=datetime.now(UTC),
        values=dict(sorted(builder.used.items())),
        steps=steps,
        omitted=tuple(builder.omitted),
        checks=procedure.checks,
        rto_seconds=duration(rto).total_seconds() if rto else None,
        afterwards=procedure.afterwards,
        source=procedure.source,
    )


def _first_server(pool: Pool) -> str:
    return next(iter(pool.server_fqdns), pool.fqdn)


def _gated(steps: tuple[PlannedStep, ...]) -> tuple[PlannedStep, ...]:
    """What can only be known of a rebuilt host later gates the first step that needs it there."""
    known = Precondition("every cmdlet and parameter of the plan exists there", check="cmdlets-known")
    hop = Precondition("the session reaches the backup share", check="second-hop")
    for gate, wants in ((known, _sends_lync), (hop, lambda step: isinstance(step.command, Copy))):
        seen: set[str] = set()
        gated = []
        for step in steps:
            first = wants(step) and step.host.lower() not in seen
            if first:
                seen.add(step.host.lower())
            gated.append(replace(step, before=(gate, *step.before)) if first else step)
        steps = tuple(gated)
    return steps


def _sends_lync(step: PlannedStep) -> bool:
    return isinstance(step.command, Pipeline) and any("-Cs" in cmdlet.name for cmdlet in step.command.cmdlets)


def _answers(procedure: Procedure, library: Library, given: Mapping[str, str], problems: Problems) -> dict[str, str]:
    known = {ask.name: ask for ask in asks_of(procedure, library)}
    for name, choice in given.items():
        if name not in known:
            problems.add(None, name, "is no question of this procedure", did_you_mean(name, known))
        elif choice not in known[name].choices:
            problems.add(None, name, f"{choice!r} is no answer", did_you_mean(choice, known[name].choices))
    return {name: given.get(name, ask.default) for name, ask in known.items()}


_POOL_LISTS: Final[Mapping[str, Callable[[Deployment], tuple[Pool, ...]]]] = {
    "lync-pools": lambda known: known.lync_pools,
    "front-end-pools": front_end_pools,
    "response-group-pools": lambda known: tuple(p for p in known.lync_pools if "response-group" in p.features),
    "file-store-pools": file_store_pools,
    "persistent-chat-pools": chat_pools,
}
"""Lists whose items are pools: the steps made for one of them have that pool's values, servers and facts."""
_DATABASE_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "archiving-and-monitoring-databases": ("LcsLog", "LcsCDR", "QoEMetrics"),
    "persistent-chat-databases": ("mgc",),
}
"""Lists whose items are databases that SQL Server itself backs up and restores."""


@dataclass(frozen=True)
class _Place:
    """What a step inherits from where it is included: prefix and group of its id, facts that hold for all."""

    prefix: str = ""
    group: str = ""
    title: str = ""
    source: str = ""


@dataclass
class _Builder:
    procedure: Procedure
    library: Library
    values: Values
    problems: Problems
    gaps: list[Cell]
    omitted: list[Omitted] = field(default_factory=list)
    used: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        v = self.values
        self.situation = Situation(v.deployment, v.pool, v.server, v.backup_set, v.asks)
        self.asks = {ask.name: tuple(ask.choices) for ask in asks_of(self.procedure, self.library)}

    def steps(self) -> Iterator[PlannedStep]:
        for step in self.procedure.steps:
            yield from self._expand(step, _Place(source=self.procedure.source))

    def _expand(self, step: Step, place: _Place) -> Iterator[PlannedStep]:
        """A step with its include, way, parts and list resolved."""
        title = step.title or (self.library[step.include].title if step.include in self.library else step.id)
        group = place.group or place.prefix + (step.id or step.include)
        if step.for_each is None and (unmet := self._unmet(step)):
            self.omitted.append(Omitted(group, title, "; ".join(facts.why_not(name) for name in unmet)))
            return
        if step.include:
            yield from self._include(step, place)
            return
        step = self._chosen(step)
        parts = step.parts or (step,)
        for number, part in enumerate(parts, 1):
            step_id = place.prefix + step.id + (f".{number}" if step.parts else "")
            whole = _Place("", group, place.title or title, step.source or place.source)
            unmet = [] if part is step or part.for_each else self._unmet(part)
            if unmet:
                self.omitted.append(Omitted(group, part.title, "; ".join(map(facts.why_not, unmet))))
            else:
                yield from self._each(self._chosen(replace(part, host=part.host or step.host)), step_id, whole)

    def _unmet(self, step: Step, pool: Pool | None = None) -> list[str]:
        situation = replace(self.situation, pool=pool, server=_first_server(pool)) if pool else self.situation
        return [name for name in step.when if not facts.holds(name, situation, self.asks)]

    def _chosen(self, step: Step) -> Step:
        return merged(step, step.ways[self.values.asks[step.ask]]) if step.ways else step

    def _include(self, step: Step, place: _Place) -> Iterator[PlannedStep]:
        inner = self.library[step.include]
        source = inner.source or place.source
        if inner.block:
            # A block's steps are the parts of the step that includes it: se-userdata.1, se-userdata.2 …
            parts = inner.steps
            whole = Step(
                id=step.id or inner.id, title=step.title or inner.title, mark=step.mark, host=step.host, parts=parts,
                source=step.source or source,
            )  # fmt: skip
            yield from self._expand(whole, place)
            return
        for child in inner.steps:
            group = f"{inner.id}" if not step.id else step.id
            title = step.title or inner.title
            yield from self._expand(child, _Place(f"{place.prefix}{inner.id}/", group, title, source))

    def _each(self, step: Step, step_id: str, place: _Place) -> Iterator[PlannedStep]:
        if step.for_each is None:
            planned = self._plan(step, step_id, place, self.values)
            if planned:
                yield planned
            return
        each = step.for_each
        if names := _DATABASE_LISTS.get(each.over):
            yield from self._each_database(step, step_id, place, each, names)
            return
        items = self._list(each.over)
        if not items:
            self._omit(step, place, f"there is none in {each.over.replace('-', ' ')}")
        for item in items:
            values, pool = self.values, self.values.deployment.pool(item) if each.over in _POOL_LISTS else None
            if pool:
                values = replace(values, pool=pool, server=_first_server(pool))
            if unmet := self._unmet(step, pool):
                self._omit(step, place, f"{item}: {'; '.join(map(facts.why_not, unmet))}")
                continue
            bound = replace(values, bound={**values.bound, each.bind: item})
            planned = self._plan(step, f"{step_id}@{item}", place, bound)
            if planned:
                yield replace(planned, batch=step_id if each.order == "parallel" else "")

    def _each_database(
        self, step: Step, step_id: str, place: _Place, each: ForEach, names: tuple[str, ...]
    ) -> Iterator[PlannedStep]:
        """One step a database: of the whole deployment for a backup, of the target pool for a restore."""
        known, pool, chosen = self.values.deployment, self.values.pool, self.values.backup_set
        whole = self.procedure.target == DEPLOYMENT
        databases = (known if whole else replace(known, pools=(pool,))).databases(*names)
        if not databases:
            self._omit(step, place, f"{pool.fqdn if not whole else known.name} has none of {', '.join(names)}")
        for database in databases:
            saved = chosen and any(a.path.lower() == database.artifact.lower() for a in chosen.of_kind("Sql"))
            if chosen and not saved:
                self._omit(step, place, f"{database.name}: not in the backup set")
                continue
            alike = [other for other in databases if other.name == database.name]
            item = database.name if len(alike) == 1 else f"{database.name}@{database.instance}"
            values = replace(self.values, bound={**self.values.bound, each.bind: database.name}, database=database)
            planned = self._plan(step, f"{step_id}@{item}", place, values)
            if planned:
                yield replace(planned, batch=step_id if each.order == "parallel" else "")

    def _omit(self, step: Step, place: _Place, why: str) -> None:
        self.omitted.append(Omitted(place.group or step.id, step.title or place.title, why))

    def _list(self, name: str) -> tuple[str, ...]:
        pool = self.values.pool
        if chosen := _POOL_LISTS.get(name):
            return tuple(p.fqdn for p in chosen(self.values.deployment))
        return pool.server_fqdns or (pool.fqdn,)

    def _plan(self, step: Step, step_id: str, place: _Place, values: Values) -> PlannedStep | None:
        fill = _Fill(step, step_id, values, self.problems, self.gaps, self.used)
        command = fill.command(step.run)
        host = fill.text(step.host or "<ServerFqdn>")
        by_hand = command is None or "do" in to_data(command)
        destructive = fill.text(step.destructive) if step.destructive else None
        confirm: Confirm = "type" if destructive else step.confirm or ("none" if by_hand else "yes")
        verify = fill.plain(self._question(step.verify, step)) if step.verify else None
        expect = fill.plain(step.expect)
        before = tuple(self._before(fill, item, step) for item in step.before)
        reads = {name: self._read(fill, item, step) for name, item in step.reads.items()}
        deliver = fill.plain(step.deliver) if step.deliver else None
        if fill.failed:
            return None
        return PlannedStep(
            id=step_id,
            group=place.group or step_id,
            group_title=place.title or step.title,
            title=step.title,
            host=host,
            account=step.account,
            kind=step.kind,
            command=command,
            text=powershell.text_of(command) if command else step.title,
            confirm=confirm,
            confirm_text=(fill.text(step.harms) if step.harms else host) if confirm == "type" else "",
            destructive=destructive,
            before=before,
            reads=reads,
            expect=expectation_from(expect),
            verify=verification_from(verify) if verify else None,
            repeatable=step.repeatable,
            expected_seconds=step.expected_seconds or (EXPECTED_BY_HAND if by_hand else 5.0),
            limit_seconds=step.limit_seconds,
            choices=step.choices,
            source=place.source,
            undo=fill.text(step.undo),
            notes=tuple(fill.text(note) for note in step.notes),
            errata=step.errata,
            pitfalls=step.pitfalls,
            deliver=delivery.from_data(deliver) if deliver else None,
        )

    def _question(self, question: Mapping[str, Any], step: Step) -> dict[str, Any]:
        return {"host": step.host or "<ServerFqdn>", "as": step.account, **question}

    def _before(self, fill: _Fill, item: Mapping[str, Any], step: Step) -> Precondition:
        if "check" in item:
            return Precondition(str(item.get("title") or item["check"]), check=str(item["check"]))
        question = {key: value for key, value in item.items() if key != "title"}
        filled = fill.plain(self._question(question, step))
        title = fill.text(str(item["title"]))
        return Precondition(title, question=None if fill.failed else verification_from(filled))

    def _read(self, fill: _Fill, item: Mapping[str, Any], step: Step) -> Read:
        filled = fill.plain({"host": step.host or "<ServerFqdn>", "as": step.account, **item})
        return Read(from_data(filled["run"]), filled["host"], filled["as"], filled["select"])


@dataclass
class _Fill:
    """Replaces placeholders in the texts of one step; what is missing becomes a problem at the place of its use."""

    step: Step
    step_id: str
    values: Values
    problems: Problems
    gaps: list[Cell]
    used: dict[str, Any]
    failed: bool = False

    def text(self, text: str) -> str:
        filled = self._string(text)
        return ", ".join(filled) if isinstance(filled, tuple) else str(filled)

    def plain(self, data: Any) -> Any:
        match data:
            case str():
                filled = self._string(data)
                return list(filled) if isinstance(filled, tuple) else filled
            case dict() | Mapping():
                return {key: self.plain(value) for key, value in data.items()}
            case list() | tuple():
                return [self.plain(item) for item in data]
        return data

    def command(self, template: Command | None) -> Command | None:
        if template is None:
            return None
        data = to_data(template)
        sources = data.get("copy", {}).get("from", "")
        filled = self.plain(data)
        if self.failed:
            return None
        command = from_data(filled)
        if isinstance(command, Copy) and (kind := _artifact_kind(sources)) and kind != "FileStore":
            artifact = self.values.artifact(kind)
            if artifact:
                return replace(command, sha256=artifact.sha256, size=artifact.bytes)
        return command

    def _string(self, text: str) -> Any:
        whole = PLACEHOLDER.fullmatch(text)
        if whole:
            return self._value(whole[1])
        return PLACEHOLDER.sub(lambda found: self._inline(found[1]), text)

    def _inline(self, name: str) -> str:
        value = self._value(name)
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    def _value(self, name: str) -> Any:
        value = self.values.get(name)
        if not isinstance(value, Missing):
            if not name.startswith(("Read:", "Ask:")) and name not in self.values.bound:
                self.used[name] = list(value) if isinstance(value, tuple) else value
            return value
        self.failed = True
        if value.cell and value.cell not in self.gaps:
            self.gaps.append(value.cell)
        where: Mark = next((use.mark for use in self.step.uses if use.name == name), self.step.mark)
        hint = f"Fill in {value.cell}." if value.cell else "Choose a backup set that holds it."
        self.problems.add(where, f"{self.step_id} <{name}>", value.why, hint)
        return ""


def _artifact_kind(source: str) -> str:
    found = PLACEHOLDER.fullmatch(source)
    return found[1].split(":")[1] if found and found[1].startswith("BackupSet:") else ""
