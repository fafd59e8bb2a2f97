"""From procedure to plan: the walk through it for one target, with every value filled in; pure, no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lync_wizard.backup import BackupSet
from lync_wizard.core import product, timestamps
from lync_wizard.core.yaml_document import Problems, did_you_mean
from lync_wizard.deployment import Deployment, roles, same
from lync_wizard.hosts.command import Copy, Pipeline, to_data
from lync_wizard.plans import approval
from lync_wizard.plans.chooser import PlanChooser, first_server
from lync_wizard.plans.derivation import text_of, typed_before
from lync_wizard.plans.fill import Fill, Findings
from lync_wizard.plans.model import Plan, PlannedStep, Precondition, Read
from lync_wizard.procedures import Library, Procedure, capture, options_of, step_range, targets
from lync_wizard.procedures.expand import Omitted, PlacedStep, step_names, used, walk
from lync_wizard.procedures.expectations import expectation_from, verification_from
from lync_wizard.procedures.model import Confirm
from lync_wizard.procedures.options import PlanOption
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

    ``gaps`` collects the cells whose values are missing. ``new_set`` names the set that is about to be made: a backup's
    own, or the one beside the backup sets that a failover writes to.
    """
    before = len(problems)
    pool = targets.pool_for(deployment, target)
    fitting = targets.fqdns(procedure.target, deployment)
    options = {option.name: option for option in options_of(procedure, library)}
    answers = _answers(options, asks, problems)
    part = step_range.of(answers)
    part.check(step_names(procedure, library), problems)
    target = next((fqdn for fqdn in fitting if same(target, fqdn)), target)
    if pool is None or target not in fitting:
        what = procedure.target.replace("-", " ") or "pool"
        problems.add(
            None, "target", f"{target or 'nothing'} is no {what} of this deployment", did_you_mean(target, fitting)
        )
        return None
    server = target if any(same(target, member) for member in pool.server_fqdns) else first_server(pool)
    rescue_set, new_set = (new_set, "") if procedure.makes_set else ("", new_set)
    values = Values(entries, deployment, pool, server, backup_set, answers, new_set=new_set, rescue_set=rescue_set)
    if procedure.needs_backup and backup_set is None and part.whole:
        problems.add(None, "backup-set", "no backup set is chosen", "Name one with --backup-set.")
    findings = Findings(problems, gaps if gaps is not None else [])
    choices = {name: tuple(option.choices) for name, option in options.items()}
    chooser = PlanChooser(answers, choices, procedure.target == targets.DEPLOYMENT, findings)
    found: list[PlannedStep] = []
    omitted: list[Omitted] = []
    for one in walk(procedure, library, chooser, values):
        if isinstance(one, Omitted):
            omitted.append(one)
        elif planned := _planned(one, findings):
            again = one.step.confirm == "once" and typed_before(planned, found)
            found.append(replace(planned, confirm="yes") if again else planned)
    steps = _gated(tuple(found))
    if not steps and not part.whole and len(problems) == before:
        why = "; ".join(dict.fromkeys(one.why for one in omitted if one.group == part.only_step))
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
        values=dict(sorted(findings.used.items())),
        steps=steps,
        omitted=tuple(dict.fromkeys(omitted)),
        checks=procedure.checks,
        rto_seconds=duration(rto).total_seconds() if rto else None,
        afterwards=procedure.afterwards,
        source=procedure.source,
        answers=answers,
        second_person=chooser.everywhere is False and approval.asked(entries),
        product=product.version(),
        procedures={one.id: one.sha256 for one in used(procedure, library).values()},
    )


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


def _answers(known: Mapping[str, PlanOption], given: Mapping[str, str], problems: Problems) -> dict[str, str]:
    found = {name: option.default for name, option in known.items()}
    for name, choice in given.items():
        if name in step_range.NAMES:
            continue
        if name not in known:
            problems.add(None, name, "is no question of this procedure", did_you_mean(name, known))
        elif choice not in known[name].choices:
            problems.add(None, name, f"{choice!r} is no answer", did_you_mean(choice, known[name].choices))
        else:
            found[name] = choice
    return found | step_range.bounds(given)


def _planned(placed: PlacedStep[Values], findings: Findings) -> PlannedStep | None:
    """The step with every value filled in; None where one is missing, which is then a problem."""
    step, values, group = placed.step, placed.place.scope, placed.place.group
    fill = Fill(step, placed.id, values, findings)
    command = fill.command(step.run)
    title = fill.text(step.title)
    host = fill.text(step.host)
    by_hand = command is None or "do" in to_data(command)
    destructive = fill.text(step.destructive) if step.destructive else None
    written = "yes" if step.confirm == "once" else step.confirm
    confirm: Confirm = "type" if destructive else written or ("none" if by_hand else "yes")
    verify = fill.plain(_question(fill, step.verify)) if step.verify else None
    expect = fill.plain(step.expect)
    before = tuple(_before(fill, item) for item in step.before)
    reads = {name: _read(fill, item) for name, item in step.reads.items()}
    deliver = fill.plain(step.deliver) if step.deliver and fill.text("<BackupSet>") else None
    if fill.failed:
        return None
    return PlannedStep(
        id=placed.id,
        group=group.name,
        group_title=group.title,
        title=title,
        host=host,
        account=roles.account(values.deployment, host, step.account),
        kind=step.kind,
        command=command,
        text=text_of(command, title),
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
        source=placed.place.source,
        undo=fill.text(step.undo),
        notes=tuple(fill.text(note) for note in step.notes),
        errata=step.errata,
        pitfalls=step.pitfalls,
        batch=placed.batch,
        deliver=capture.from_data(deliver) if deliver else None,
        evidence=fill.text(step.evidence),
    )


def _question(fill: Fill, question: Mapping[str, Any]) -> dict[str, Any]:
    host = fill.text(str(question.get("host") or fill.step.host))
    account = roles.account(fill.values.deployment, host, str(question.get("as") or fill.step.account))
    return {**question, "host": host, "as": account}


def _before(fill: Fill, item: Mapping[str, Any]) -> Precondition:
    if "check" in item:
        return Precondition(str(item.get("title") or item["check"]), check=str(item["check"]))
    question = {key: value for key, value in item.items() if key != "title"}
    filled = fill.plain(_question(fill, question))
    title = fill.text(str(item["title"]))
    return Precondition(title, question=None if fill.failed else verification_from(filled))


def _read(fill: Fill, item: Mapping[str, Any]) -> Read:
    filled = fill.plain(_question(fill, item))
    return Read.from_data(filled)
