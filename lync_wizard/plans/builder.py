"""From procedure to plan: includes, alternatives and lists resolved, every value filled in; pure, no network."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from lync_wizard.backup import BackupSet
from lync_wizard.core import timestamps
from lync_wizard.core.yaml_document import Problems, did_you_mean
from lync_wizard.deployment import Deployment, Pool, roles, same
from lync_wizard.hosts import powershell
from lync_wizard.hosts.command import Copy, Pipeline, from_data, to_data
from lync_wizard.plans.fill import Fill
from lync_wizard.plans.model import Omitted, Plan, PlannedStep, Precondition, Read
from lync_wizard.procedures import (
    ForEach,
    Library,
    Procedure,
    Step,
    capture,
    collections,
    conditions,
    included,
    merged,
    options_of,
    step_range,
    targets,
)
from lync_wizard.procedures.conditions import Situation
from lync_wizard.procedures.expand import parts_of
from lync_wizard.procedures.expectations import expectation_from, verification_from
from lync_wizard.procedures.model import Confirm
from lync_wizard.procedures.placeholders import Values
from lync_wizard.worksheets import Cell, Entries
from lync_wizard.worksheets.values import duration

EXPECTED_BY_HAND: Final = 900.0
"""Seconds a person's step counts for where the procedure says nothing."""


@dataclass(frozen=True)
class Environment:
    """Where the plan will be carried out: kind (production, drill) and id of connections.yaml."""

    kind: str
    id: str


def new_set_name(deployment: str, at: datetime) -> str:
    """The name of a backup set begun at ``at``: ``YYYY-MM-DDTHHMMSSZ_<deployment>``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}_{deployment}"


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
    pool = targets.pool_for(deployment, target)
    fitting = targets.fqdns(procedure.target, deployment)
    answers = _answers(procedure, library, asks, problems)
    part = step_range.of(answers)
    part.check(own_steps(procedure, library), problems)
    target = next((fqdn for fqdn in fitting if same(target, fqdn)), target)
    if pool is None or target not in fitting:
        what = procedure.target.replace("-", " ") or "pool"
        problems.add(
            None, "target", f"{target or 'nothing'} is no {what} of this deployment", did_you_mean(target, fitting)
        )
        return None
    server = target if any(same(target, member) for member in pool.server_fqdns) else _first_server(pool)
    values = Values(entries, deployment, pool, server, backup_set, answers, new_set=new_set)
    if procedure.needs_backup and backup_set is None and part.whole:
        problems.add(None, "backup-set", "no backup set is chosen", "Name one with --backup-set.")
    builder = _Builder(procedure, library, values, problems, gaps if gaps is not None else [])
    steps = _gated(tuple(builder.steps()))
    if not steps and not part.whole and len(problems) == before:
        why = "; ".join(dict.fromkeys(one.why for one in builder.omitted if one.group == part.only_step))
        problems.add(None, "steps", f"nothing is left to do{f': {why}' if why else ''}", "Plan another part of it.")
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
        backup_at=timestamps.utc(backup_set.manifest.made_at) if backup_set else None,
        made_at=timestamps.now(),
        values=dict(sorted(builder.used.items())),
        steps=steps,
        omitted=tuple(dict.fromkeys(builder.omitted)),
        checks=procedure.checks,
        rto_seconds=duration(rto).total_seconds() if rto else None,
        afterwards=procedure.afterwards,
        source=procedure.source,
    )


def own_steps(procedure: Procedure, library: Library) -> list[str]:
    """The steps that a plan can begin at or end with: the procedure's own, in order, with those of what it includes."""
    found = []
    for step in procedure.steps:
        inner = library.get(step.include)
        found += [step.id or step.include, *(own_steps(inner, library) if inner and not inner.block else ())]
    return found


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
    known = {ask.name: ask for ask in options_of(procedure, library)}
    for name, choice in given.items():
        if name in step_range.NAMES:
            continue
        if name not in known:
            problems.add(None, name, "is no question of this procedure", did_you_mean(name, known))
        elif choice not in known[name].choices:
            problems.add(None, name, f"{choice!r} is no answer", did_you_mean(choice, known[name].choices))
    return {name: given.get(name, ask.default) for name, ask in known.items()} | step_range.bounds(given)


def _judged_once(step: Step) -> bool:
    """Whether its facts are the same in every round: those of pools, databases and servers are judged for each."""
    each = step.for_each
    return each is None or (each.over in collections.TARGET_LISTS and each.bind != "ServerFqdn")


@dataclass(frozen=True)
class _Place:
    """What a step inherits from where it is included: prefix, group and round of its id, title, source."""

    prefix: str = ""
    group: str = ""
    title: str = ""
    source: str = ""
    item: str = ""

    def id_of(self, step: Step, number: int) -> str:
        return f"{self.prefix}{step.id}{f'.{number}' if step.parts else ''}{f'@{self.item}' if self.item else ''}"


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
        self.asks = {ask.name: tuple(ask.choices) for ask in options_of(self.procedure, self.library)}

    def steps(self) -> Iterator[PlannedStep]:
        yield from self._within(self.procedure.steps, _Place(source=self.procedure.source))

    def _within(self, steps: Sequence[Step], place: _Place) -> Iterator[PlannedStep]:
        """The steps of a procedure that belong to the part of it that is planned."""
        names = [step.id or step.include for step in steps]
        outside = step_range.of(self.values.asks).left_out(names)
        for name, step in zip(names, steps, strict=True):
            if why := outside.get(name):
                self.omitted.append(Omitted(place.group or name, self._title(step), why))
            else:
                yield from self._expand(step, place)

    def _title(self, step: Step) -> str:
        return step.title or (self.library[step.include].title if step.include in self.library else step.id)

    def _expand(self, step: Step, place: _Place) -> Iterator[PlannedStep]:
        """A step with its include, way, parts and list resolved."""
        title = self._title(step)
        group = place.group or place.prefix + (step.id or step.include)
        if _judged_once(step) and (unmet := self._unmet(step)):
            self.omitted.append(Omitted(group, title, "; ".join(conditions.why_not(name) for name in unmet)))
            return
        if step.on:
            with self._at(self._on(step, group)):
                yield from self._expand(replace(step, on=""), place)
            return
        step = self._chosen(step)
        if step.for_each and (step.include or step.parts):
            yield from self._rounds(step, step.for_each, place)
            return
        if step.include:
            yield from self._include(step, place)
            return
        for number, part in enumerate(parts_of(step, self.library), 1):
            step_id = place.id_of(step, number)
            whole = _Place("", group, place.title or title, step.source or place.source)
            unmet = self._unmet(part) if part is not step and _judged_once(part) else []
            if unmet:
                self.omitted.append(Omitted(group, part.title, "; ".join(map(conditions.why_not, unmet))))
            else:
                with self._at(self._on(part, group)):
                    yield from self._each(self._chosen(replace(part, host=part.host or step.host)), step_id, whole)

    @contextlib.contextmanager
    def _at(self, values: Values) -> Iterator[None]:
        """What is planned inside has these values, and facts that fit them."""
        kept = self.values, self.situation
        self.values = values
        self.situation = replace(self.situation, pool=values.pool, server=values.server)
        try:
            yield
        finally:
            self.values, self.situation = kept

    def _on(self, step: Step, group: str) -> Values:
        """The values with the server at hand that a step names."""
        if not step.on:
            return self.values
        fill = Fill(step, group, self.values, self.problems, self.gaps, self.used)
        return replace(self.values, server=fill.text(step.on))

    def _rounds(self, step: Step, each: ForEach, place: _Place) -> Iterator[PlannedStep]:
        """A step of several commands for every item: one item after the other, or command by command abreast."""
        once, found = replace(step, for_each=None), []
        items = collections.items(each.over, self.values.deployment, self.values.pool)
        for item in items:
            with self._at(self._bound(each, item)):
                found += [(item.name, one) for one in self._expand(once, replace(place, item=item.name))]
        if not items:
            self._omit(step, place, f"there is none in {each.over.replace('-', ' ')}")
        if each.order == "sequence":
            yield from (one for _, one in found)
            return
        commands = [(one.id.replace(f"@{name}", "", 1), one) for name, one in found]
        for batch in dict.fromkeys(name for name, _ in commands):
            yield from (replace(one, batch="" if one.by_hand else batch) for name, one in commands if name == batch)

    def _bound(self, each: ForEach, item: collections.CollectionItem) -> Values:
        """The values of one round; a bound ``<ServerFqdn>`` is the server at hand."""
        values = self.values
        if item.pool:
            values = replace(values, pool=item.pool, server=_first_server(item.pool))
        if each.bind == "ServerFqdn":
            values = replace(values, server=item.name)
        return replace(values, bound={**values.bound, **item.bound, each.bind: item.name})

    def _unmet(self, step: Step, pool: Pool | None = None) -> list[str]:
        situation = replace(self.situation, pool=pool, server=_first_server(pool)) if pool else self.situation
        return [name for name in step.when if not conditions.holds(name, situation, self.asks)]

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
        title = step.title or inner.title
        inside = _Place(f"{place.prefix}{inner.id}/", step.id or inner.id, title, source, place.item)
        yield from self._within(included(step, inner), inside)

    def _each(self, step: Step, step_id: str, place: _Place) -> Iterator[PlannedStep]:
        if step.for_each is None:
            planned = self._plan(step, step_id, place, self.values)
            if planned:
                yield planned
            return
        each = step.for_each
        if names := collections.DATABASE_LISTS.get(each.over):
            yield from self._each_database(step, step_id, place, each, names)
            return
        items = collections.items(each.over, self.values.deployment, self.values.pool)
        if not items:
            self._omit(step, place, f"there is none in {each.over.replace('-', ' ')}")
        for item in items:
            if unmet := self._unmet(step, item.pool):
                self._omit(step, place, f"{item.name}: {'; '.join(map(conditions.why_not, unmet))}")
                continue
            planned = self._plan(step, f"{step_id}@{item.name}", place, self._bound(each, item))
            if planned:
                yield replace(planned, batch=step_id if each.order == "parallel" else "")

    def _each_database(
        self, step: Step, step_id: str, place: _Place, each: ForEach, names: tuple[str, ...]
    ) -> Iterator[PlannedStep]:
        """One step a database: of the whole deployment for a backup, of the target pool for a restore."""
        known, pool, chosen = self.values.deployment, self.values.pool, self.values.backup_set
        whole = self.procedure.target == targets.DEPLOYMENT
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

    def _plan(self, step: Step, step_id: str, place: _Place, values: Values) -> PlannedStep | None:
        fill = Fill(step, step_id, values, self.problems, self.gaps, self.used)
        command = fill.command(step.run)
        host = fill.text(step.host or "<ServerFqdn>")
        by_hand = command is None or "do" in to_data(command)
        destructive = fill.text(step.destructive) if step.destructive else None
        confirm: Confirm = "type" if destructive else step.confirm or ("none" if by_hand else "yes")
        verify = fill.plain(self._question(fill, step.verify, step)) if step.verify else None
        expect = fill.plain(step.expect)
        before = tuple(self._before(fill, item, step) for item in step.before)
        reads = {name: self._read(fill, item, step) for name, item in step.reads.items()}
        deliver = fill.plain(step.deliver) if step.deliver and fill.text("<BackupSet>") else None
        if fill.failed:
            return None
        return PlannedStep(
            id=step_id,
            group=place.group or step_id,
            group_title=place.title or step.title,
            title=step.title,
            host=host,
            account=roles.account(values.deployment, host, step.account),
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
            deliver=capture.from_data(deliver) if deliver else None,
        )

    def _question(self, fill: Fill, question: Mapping[str, Any], step: Step) -> dict[str, Any]:
        host = fill.text(str(question.get("host") or step.host or "<ServerFqdn>"))
        account = roles.account(self.values.deployment, host, str(question.get("as") or step.account))
        return {**question, "host": host, "as": account}

    def _before(self, fill: Fill, item: Mapping[str, Any], step: Step) -> Precondition:
        if "check" in item:
            return Precondition(str(item.get("title") or item["check"]), check=str(item["check"]))
        question = {key: value for key, value in item.items() if key != "title"}
        filled = fill.plain(self._question(fill, question, step))
        title = fill.text(str(item["title"]))
        return Precondition(title, question=None if fill.failed else verification_from(filled))

    def _read(self, fill: Fill, item: Mapping[str, Any], step: Step) -> Read:
        filled = fill.plain(self._question(fill, item, step))
        return Read(from_data(filled["run"]), filled["host"], filled["as"], filled["select"])
