"""Line mode: the guided way in a plain terminal or through a pipe, readable by a screen reader and fit for a ticket."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TextIO

from lync_wizard.checks import Finding
from lync_wizard.core.errors import InputError, Paused, Refused, WizardError, render
from lync_wizard.core.prompts import Choice, Prompts, prompts
from lync_wizard.core.wrapping import counted
from lync_wizard.line_mode import agreement, second_person
from lync_wizard.line_mode.operator import PlainOperator, command_of
from lync_wizard.line_mode.run import run_to_end
from lync_wizard.plans import remarks
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import step_range
from lync_wizard.runs import report
from lync_wizard.triage import Advice, Option, ProposedAnswer, Question, next_step
from lync_wizard.workspace import outcome
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import SetSummary, Workspace

__all__ = [
    "GivenAnswer",
    "PlainOperator",
    "Preset",
    "Prompts",
    "answers_of",
    "ask_triage",
    "carry_out",
    "checked",
    "guided",
    "prompts",
    "restore",
    "resumed",
    "run_to_end",
    "triage_by_questions",
]  # fmt: skip


PERSON: Final = "said by the person asked"
SECONDS: Final = 5.0
"""How long line mode waits for the hosts before it asks its first question."""


@dataclass(frozen=True)
class Preset:
    """What the command line already said; an empty text is asked for."""

    procedure: str = ""
    target: str = ""
    backup_set: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    command: str = "lync-wizard"


def restore(workspace: Workspace, procedure: str | None, target: str | None, *, by: str) -> int:
    """The guided way at this process's own terminal or pipe; returns the exit code."""
    return guided(workspace, prompts(), Preset(procedure or "", target or "", by=by, command=workspace.home.command))


def carry_out(session: RunSession) -> int:
    """Check, review and run a plan made before, or go on with a run; returns the exit code."""
    command = session.workspace.home.command
    preset = Preset(by=session.by, command=command)
    if session.run:
        return _gone_on(session, prompts(), preset)
    return checked(session, prompts(), preset, f"{command} run plan.json --plain")


def triage_by_questions(workspace: Workspace, *, said_to: TextIO | None = None) -> tuple[Advice, list[GivenAnswer]]:
    """Only the questions of triage, at this process's own terminal or pipe, and what was answered to each.

    ``said_to`` takes what is said and asked, where standard output is wanted for something else.
    """
    told: list[GivenAnswer] = []
    speaking = prompts(said_to)
    _look_out(workspace, speaking)
    return ask_triage(speaking, workspace.proposed_answer, told), told


def _look_out(workspace: Workspace, prompts: Prompts) -> None:
    """Have the hosts asked, and wait for them a few seconds; a password is asked for only where somebody agrees."""
    agreement.before_survey(workspace, prompts)
    prompts.say(f"Querying the hosts (at most {SECONDS:.0f} s) …")
    workspace.start_survey(lambda _: None)
    workspace.background_survey.wait(SECONDS)
    if workspace.survey_progress.locked and sys.stdin.isatty():
        prompts.say(f"  {workspace.survey_progress.text}")
        if prompts.agree("Query again, with a password that you enter now?", default=False):
            workspace.start_survey(lambda _: None, asking=True)
            workspace.background_survey.wait()
    silent = workspace.background_survey.seen.silent if workspace.background_survey.seen else []
    prompts.say(f"  {workspace.survey_progress.text}", *([f"  no answer: {', '.join(silent)}"] if silent else []))


def guided(workspace: Workspace, prompts: Prompts, preset: Preset) -> int:
    """The whole guided way: triage, gaps, backup set, checks, plan, run, report; returns the exit code.

    Ctrl-C keeps what was answered; the last line then is the command that goes on. Raises :class:`WizardError`.
    """
    back = f"{preset.command} restore {preset.procedure} --plain".replace("  ", " ")
    try:
        _say_where(workspace, prompts)
        if not preset.procedure and (unfinished := _unfinished(workspace, prompts)):
            return resumed(workspace, prompts, unfinished, preset)
        procedure, facts = (preset.procedure, {}) if preset.procedure else _procedure(workspace, prompts)
        if not procedure:
            return 1
        target = preset.target or _target(workspace, prompts, procedure)
        back = f"{preset.command} restore {procedure} --target {target} --plain"
        said = {**facts, **preset.asks}
        asks = {**_asks(workspace, prompts, procedure, target, said), **step_range.said_in(said)}
        backup_set = preset.backup_set or _backup_set(workspace, prompts, procedure, part=not step_range.of(said).whole)
        fill_gaps(workspace, prompts, procedure, target, backup_set)
        plan = workspace.plan(procedure, target, backup_set or None, asks)
    except KeyboardInterrupt:
        return _paused(prompts, back)
    return checked(RunSession(workspace, plan, by=preset.by), prompts, preset, back)


def checked(session: RunSession, prompts: Prompts, preset: Preset, back: str) -> int:
    """Checks, review, run and report of a plan; ``back`` is the command that begins again where somebody stops."""
    try:
        agreement.settle(session.workspace, prompts, session.plan)
        session.examine(lambda finding: _say_finding(prompts, finding))
        _settle(session, prompts)
        _review(prompts, session.plan)
        if not prompts.agree("Carry this plan out?"):
            return _paused(prompts, back)
        _approve(session, prompts)
    except KeyboardInterrupt:
        return _paused(prompts, back)
    return _run(session, prompts, preset)


def resumed(workspace: Workspace, prompts: Prompts, run: str, preset: Preset) -> int:
    """Go on with an unfinished run; returns the exit code. Raises :class:`WizardError`."""
    return _gone_on(RunSession.resume(workspace, run, by=preset.by), prompts, preset)


def _gone_on(session: RunSession, prompts: Prompts, preset: Preset) -> int:
    """Go on with a run once somebody has agreed to what has changed, and approved the steps left where that is due."""
    if session.awaits_conclusion:
        return _run(session, prompts, preset)
    back = f"{preset.command} resume {session.run} --plain"
    try:
        agreement.settle(session.workspace, prompts, session.plan)
        _settle(session, prompts)
        if why := session.approval_wanted:
            _review(prompts, session.plan)
            if not prompts.agree(f"{why}. Approve the steps that are left?"):
                return _paused(prompts, back)
            _approve(session, prompts)
    except KeyboardInterrupt:
        return _paused(prompts, back)
    except WizardError as error:
        error.go_on = error.go_on or back
        raise
    return _run(session, prompts, preset)


def _run(session: RunSession, prompts: Prompts, preset: Preset) -> int:
    """Run where the run is not at its end, then conclude and report."""
    go_on = f"{preset.command} resume {{}} --plain"
    if not session.awaits_conclusion:
        operator = PlainOperator(prompts, by=preset.by, action_provider=session.workspace.action_provider)
        try:
            run_to_end(operator, session.start, prompts)
        except WizardError as error:
            session.broke_off()
            if session.run:
                error.go_on = go_on.format(session.run)
                prompts.say("", "Go on with:", error.go_on)
            raise
    ended = session.conclude(lambda text: prompts.say(f"{text} …"))
    if ended.backup:
        prompts.say("", ended.backup.line)
    prompts.say("", *report.render_text(ended.report))
    if ended.end == "paused":
        return _paused(prompts, go_on.format(session.run))
    _offer_removal(session, prompts)
    return ended.exit_code


def _offer_removal(session: RunSession, prompts: Prompts) -> None:
    """List the older sets that may be removed by the plan sheet; they are removed where somebody agrees."""
    try:
        sets = session.old_sets()
    except WizardError as error:
        prompts.say("", f"Older sets were not looked at: {error.summary}")
        return
    if not sets:
        return
    prompts.say("", *(f"may be removed under the plan's retention: {session.why_removable(one)}" for one in sets))
    try:
        agreed = prompts.agree(f"Remove {counted(len(sets), 'older set')} now?")
    except (Refused, KeyboardInterrupt):
        return
    if agreed and (why := session.remove_old_sets(sets)):
        prompts.say(why)


def _paused(prompts: Prompts, command: str) -> int:
    prompts.say("", "What was answered is kept. Go on with:", command)
    return Paused.exit_code


def _say_where(workspace: Workspace, prompts: Prompts) -> None:
    overview = workspace.overview()
    prompts.say(f"lync-wizard, {overview.deployment or 'no deployment yet'}, {workspace.environment_kind.upper()}")
    prompts.say(f"  Deployment  {overview.summary}", f"  Backup      {workspace.newest_text()}")
    prompts.say(f"  Worksheets  {counted(overview.missing, 'value')} missing, {overview.wrong} wrong")
    prompts.say(*(f"  {line}" for problem in overview.problems for line in problem.splitlines()))


def _unfinished(workspace: Workspace, prompts: Prompts) -> str:
    """The unfinished run the operator goes on with; empty where there is none or a new one is wanted."""
    runs = [run for run in workspace.unfinished() if not run.held]
    if not runs:
        return ""
    labels = [(f"go on with {r.run}", f"{r.target}, {r.done} of {r.total} steps, at {r.at_step}") for r in runs]
    chosen = prompts.pick("There are unfinished runs", [*labels, ("something new failed", "")])
    return runs[chosen].run if chosen < len(runs) else ""


@dataclass(frozen=True)
class GivenAnswer:
    """An answer of triage and where it is from; without evidence it is the person's own."""

    question: Question
    answer: Option
    evidence: str = ""
    against: str = ""


def answers_of(told: Sequence[GivenAnswer]) -> dict[str, str]:
    """The answers by question, as triage reads them."""
    return {one.question.id: one.answer.id for one in told}


def ask_triage(
    prompts: Prompts,
    known: Callable[[str, Mapping[str, str]], ProposedAnswer | None],
    told: list[GivenAnswer] | None = None,
) -> Advice:
    """Ask what failed, one question at a time, with what the machine found out preselected and its evidence.

    ``told`` gets every answer.
    """
    answers: dict[str, str] = {}
    while not isinstance(step := next_step(answers), Advice):
        found = known(step.id, answers)
        ids = [option.id for option in step.options]
        default = ids.index(found.answer) if found and found.answer in ids else None
        prompts.say("", step.text, f"  {step.why}")
        if found and default is not None:
            prompts.say(f"  Found: {step.options[default].label}; {found.evidence}")
        elif found and not found.answer:
            prompts.say(f"  Found: {found.evidence}")
        if found and found.against:
            prompts.say(f"  But: {found.against}")
        option = step.options[prompts.pick("Answer", [(o.label, o.note) for o in step.options], default)]
        answers[step.id] = option.id
        if told is not None:
            borne = found if found and found.answer == option.id else None
            told.append(GivenAnswer(step, option, borne.evidence if borne else "", borne.against if borne else ""))
    return step


def _procedure(workspace: Workspace, prompts: Prompts) -> tuple[str, Mapping[str, str]]:
    """The procedure that triage names (empty where there is none), and the facts it found for the plan."""
    _look_out(workspace, prompts)
    told: list[GivenAnswer] = []
    advice = ask_triage(prompts, workspace.proposed_answer, told)
    prompts.say("", f"{advice.title}{f' ({advice.procedure})' if advice.procedure else ''}", f"  Why     {advice.why}")
    for name, text in (("First", advice.first), ("Lost", advice.lost), ("Then", advice.then)):
        if text:
            prompts.say(f"  {name:<7} {text}")
    prompts.say(*outcome.of(workspace, answers_of(told), advice).lines())
    if advice.procedure not in workspace.procedures:
        if advice.procedure:
            prompts.say(
                f"  {advice.procedure} is not among the procedures here: `lync-wizard procedures list` names them."
            )
        if advice.documented:
            prompts.say(f"  Topic   {advice.documented.topic}", *(f"          {c}" for c in advice.documented.commands))
        return "", {}
    return advice.procedure or "", advice.facts


def _target(workspace: Workspace, prompts: Prompts, procedure: str) -> str:
    found = workspace.targets(procedure)
    if not found:
        raise InputError(f"the worksheets contain no target for {procedure}", "Fill them in with `lync-wizard setup`.")
    prompts.say("", f"Targets of {procedure}:")
    likely = workspace.likely_target(procedure)
    default = found.index(likely) if likely else None
    return found[
        prompts.pick("Which one failed?", [(fqdn, workspace.remark(procedure, fqdn)) for fqdn in found], default)
    ]


def _asks(
    workspace: Workspace, prompts: Prompts, procedure: str, target: str, given: Mapping[str, str]
) -> dict[str, str]:
    answers: dict[str, str] = {}
    while open_ones := [a for a in workspace.asks(procedure, target, {**given, **answers}) if a.name not in answers]:
        ask = open_ones[0]
        ids = list(ask.choices)
        if given.get(ask.name) in ids:
            answers[ask.name] = given[ask.name]
            prompts.say("", ask.question, f"  {ask.choices[answers[ask.name]]} (answered before)")
            continue
        prompts.say("", ask.question, *([f"  {ask.why}"] if ask.why else []))
        labels = [(ask.choices[choice], choice) for choice in ids]
        answers[ask.name] = ids[prompts.pick("Answer", labels, ids.index(ask.default) if ask.default in ids else None)]
    return answers


def _noted(one: SetSummary) -> list[str]:
    return [one.note] if one.note else []


def _backup_set(workspace: Workspace, prompts: Prompts, procedure: str, *, part: bool) -> str:
    """The set's name; empty where none is needed, or where there is none and only a part is planned."""
    if not workspace.procedures[procedure].needs_backup:
        return workspace.newest_for(procedure) or ""
    sets = workspace.sets()
    for one in sets:
        if not one.usable:
            prompts.say(f"  not offered: {one.name}: {one.why}")
    offered = [one for one in sets if one.usable]
    if part and not offered:
        return ""
    if not offered:
        raise InputError(
            "there is no backup set to restore from", "Check plan/backup/location, or import one with `backup adopt`."
        )
    prompts.say("", "Backup sets, newest first:")
    labels = [
        (one.name, "; ".join(filter(None, [f"{one.age} old, {counted(one.files, 'file')}", *one.problems, one.note])))
        for one in offered
    ]
    default = next((number for number, one in enumerate(offered) if one.complete), None)
    return offered[prompts.pick("Restore from", labels, default)].name


def fill_gaps(workspace: Workspace, prompts: Prompts, procedure: str, target: str, backup_set: str) -> None:
    """Ask for every value the plan needs that is missing or wrong; each is written as soon as it is answered."""
    while cells := workspace.needed(procedure, target, backup_set or None):
        prompts.say("", f"Missing or wrong: {counted(len(cells), 'value')}.")
        for cell in cells:
            form, entry = workspace.forms.field(cell), workspace.entries.get(cell)
            prompts.say("", f"{cell}: {form.label}", *([f"  {form.hint}"] if form.hint else []))
            if entry:
                prompts.say(f"  is {entry.text} ({entry.source})", *([f"  {entry.problem}"] if entry.problem else []))
            while True:
                try:
                    workspace.record(cell, prompts.text(f"{form.label}"))
                    break
                except InputError as error:
                    prompts.say(*(f"  {line}" for line in render(error).splitlines()))


def _say_finding(prompts: Prompts, finding: Finding) -> None:
    """One line a finding; a hint and its evidence on lines of their own where something is to be done."""
    lines = [f"{finding.status:<8} {finding.check} {finding.host}: {finding.message}"]
    if finding.status not in {"ok", "later"}:
        lines += [f"  HINT: {finding.hint}"] if finding.hint else []
        lines += [f"  evidence: {finding.evidence}"] if finding.evidence else []
    prompts.say(*lines)


def _settle(session: RunSession, prompts: Prompts) -> None:
    """Ask again for what blocks until nothing does, then for a reason for every caution."""
    while open_ones := [f for f in session.in_the_way if f.status in {"blocked", "unknown"}]:
        blocked = any(f.status == "blocked" for f in open_ones)
        prompts.say("", f"The run is blocked by {counted(len(open_ones), 'finding')}.")
        choices = [Choice("a", "ask these again")]
        choices += [] if blocked else [Choice("c", "go on without an answer", "a reason is asked for")]
        match prompts.choose("What now?", [*choices, Choice("x", "stop here")], "a"):
            case "x":
                raise KeyboardInterrupt
            case "c":
                break
        session.examine(lambda finding: _say_finding(prompts, finding), {finding.key for finding in open_ones})
    for finding in session.in_the_way:
        prompts.say("")
        _say_finding(prompts, finding)
        session.accept(finding, prompts.text("Why is this accepted? (Ctrl-C stops)"))


def _approve(session: RunSession, prompts: Prompts) -> None:
    """The starter's approval, and a second person's where it is wanted, asked until it is somebody else's."""
    while True:
        try:
            session.approve(second_person.asked(session, prompts) if session.needs_second else "")
            return
        except (Refused, InputError) as error:
            prompts.say(*(f"  {line}" for line in render(error).splitlines()))


def _review(prompts: Prompts, plan: Plan) -> None:
    prompts.say("", f"{plan.title}: {plan.target}, {counted(len(plan.steps), 'step')}, plan {plan.hash[:19]}")
    for number, step in enumerate(plan.steps, 1):
        place = f" on {step.host} as {step.account}" if step.host else ""
        prompts.say(f"{number:>3}. {step.id}: {step.title}{place}", *command_of(step))
        if usually := report.usually(step):
            prompts.say(f"  {usually}")
        if step.destructive:
            prompts.say(f"  DESTRUCTIVE: {step.destructive}")
    prompts.say(*(f"  left out: {one.title}: {one.why}" for one in plan.omitted))
    prompts.say(*(f"  ! {remark}" for remark in remarks.of(plan)))
    prompts.say(f"{report.in_all(plan)} Backup set: {plan.backup_set or 'none'}.")
