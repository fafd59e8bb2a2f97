"""``check|plan|run|resume|watch|report|runs``: one plan, from its checks to its report."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lync_wizard.cli import drill_verdict
from lync_wizard.cli.arguments import Commands, aim, command, front_end, group, json_flag, run_argument
from lync_wizard.cli.context import CommandContext, home_of, home_with, me, open_context, with_drill
from lync_wizard.cli.front_ends import headless, print_end, scripted, watched
from lync_wizard.cli.output import (
    deliver,
    describe,
    entry,
    for_people,
    note,
    present,
    print_finding,
    print_json,
    say,
    table,
    tell,
)
from lync_wizard.core.errors import InputError, Refused, WizardError
from lync_wizard.plans import model
from lync_wizard.plans.model import Plan
from lync_wizard.runs import history, journal, report, scripted_operator
from lync_wizard.runs import state as run_state
from lync_wizard.runs.history import RunSummary
from lync_wizard.runs.operator import Operator
from lync_wizard.runs.scripted_operator import Script
from lync_wizard.workspace.backup_job.unattended_operator import UnattendedOperator
from lync_wizard.workspace.run_session import RunSession


def add(commands: Commands) -> None:
    check = command(commands, "check", "run the checks of a procedure that can be run now; changes nothing",
                    "lync-wizard check restore-se --target se01.contoso.com", action=_check)  # fmt: skip
    aim(check)
    json_flag(check)
    planned = command(commands, "plan", "the exact steps, every value filled in; changes nothing",
                      "lync-wizard plan restore-se --target se01.contoso.com -o plan.json", action=_plan)  # fmt: skip
    aim(planned)
    planned.add_argument("--format", choices=["json", "ps1", "md"], default="json",
                         help="json, for `run` (default); for people a PowerShell script or Markdown")  # fmt: skip
    planned.add_argument("-o", "--output", metavar="FILE", help="write it there; else ps1 and md go to standard output")
    json_flag(planned)
    run = command(commands, "run", "carry a plan out", "lync-wizard run plan.json", action=_run)
    run.add_argument("plan", metavar="plan.json")
    run.add_argument("--approve", metavar="HASH", help="the plan's own hash; needed with --headless")
    run.add_argument("--answers", metavar="FILE", help="answers for manual steps and decisions, with --headless")
    run.add_argument("--second", metavar="NAME", default="",
                     help="the second person who approves, where the plan sheet asks for one")  # fmt: skip
    front_end(run)
    json_flag(run)
    sub = group(commands, "runs", "past and unfinished runs", "lync-wizard runs list")
    json_flag(command(sub, "list", "list the runs, newest first", "lync-wizard runs list", action=_list))
    show = command(sub, "show", "what a run did", "lync-wizard runs show 2026-11-22", action=_report)
    run_argument(show)
    json_flag(show)
    export = command(sub, "export", "make one file for the ticket", "lync-wizard runs export 2026-11-22 -o run.zip",
                     action=_export)  # fmt: skip
    run_argument(export)
    export.add_argument("-o", "--output", metavar="FILE", help="else RUN.zip in the current folder")
    resume = command(commands, "resume", "go on with a run where it stopped", "lync-wizard resume 2026-11-22",
                     action=_resume)  # fmt: skip
    run_argument(resume)
    resume.add_argument("--answers", metavar="FILE", help="answers, with --headless")
    resume.add_argument("--approve", action="store_true", help="approve the destructive steps left, with --headless")
    front_end(resume)
    json_flag(resume)
    watch = command(commands, "watch", "follow a run from another terminal, read-only", "lync-wizard watch 2026-11-22",
                    action=_watch)  # fmt: skip
    run_argument(watch)
    json_flag(watch)
    report = command(commands, "report", "the report of a run", "lync-wizard report 2026-11-22", action=_report)
    run_argument(report)
    json_flag(report)


def make_plan(work: CommandContext, options: argparse.Namespace) -> Plan:
    """The plan the options describe. Raises :class:`InputError` with every problem."""
    asks = {}
    for given in options.set:
        name, found, choice = given.partition("=")
        if not found:
            raise InputError(f"--set {given} names no choice", "Write ASK=CHOICE.")
        asks[name] = choice
    needs = options.id in work.workspace.procedures and work.workspace.procedures[options.id].needs_backup
    chosen = options.backup_set or (work.workspace.newest() if needs else None)
    return work.workspace.plan(options.id, options.target, chosen, asks)


def _check(options: argparse.Namespace) -> int:
    work = open_context(options)
    made = make_plan(work, options)
    session = RunSession(work.workspace, made, by=me())
    shown = session.examine((lambda _: None) if options.json else print_finding)
    if options.json:
        print_json({"procedure": made.procedure, "target": made.target, "findings": [f.to_data() for f in shown]})
    standing = session.in_the_way
    if any(f.status == "unknown" for f in standing):
        return 4
    return 1 if any(f.status == "blocked" for f in standing) else 0


def _plan(options: argparse.Namespace) -> int:
    written_for_people = options.format != "json"
    if written_for_people and options.json and not options.output:
        raise InputError(
            f"--json and --format {options.format} both go to standard output", "Name a file with -o, or leave one out."
        )
    made = make_plan(open_context(options), options)
    if written_for_people:
        deliver(for_people(made, None, options.format, to_file=bool(options.output)), options.output)
    elif options.output:
        model.save(made, Path(options.output))
    if options.output:
        note(f"{options.output}  {made.hash}")
    if options.json or not (options.output or written_for_people):
        present(options, made.to_data(), _steps(made))
    return 0


def _steps(made: Plan) -> Iterator[str]:
    for step in made.steps:
        yield f"{step.id}  {step.title}\n    on {step.host} as {step.account}: {step.text}"
        if usually := report.usually(step):
            yield f"    {usually}"
        if step.destructive:
            yield f"    DESTRUCTIVE: {step.destructive}"
    yield from (f"– {left.group}  {left.title}: {left.why}" for left in made.omitted)
    yield report.in_all(made)
    yield made.hash


def _run(options: argparse.Namespace) -> int:
    work = open_context(options)
    session = RunSession(work.workspace, model.load(Path(options.plan)), by=me())
    digest = session.plan.hash
    if options.approve and options.approve != digest:
        raise Refused("the approved hash is not the plan's own", f"Read the plan, then approve {digest}.")
    if not options.headless:
        return watched(work, session, plain=options.plain, as_json=options.json)
    if not options.approve:
        raise Refused("a headless run needs an approval", f"Read the plan, then add --approve {digest}.")
    script = _script(options.answers)
    operator = scripted(work, script, approve_destructive=True)
    operator.must_answer(session.plan)
    ended = headless(session, operator, script, second=options.second)
    print_end(session, plain=False, as_json=options.json)
    return ended.exit_code


def _script(path: str | None) -> Script:
    return scripted_operator.load(Path(path)) if path else Script()


def _resume(options: argparse.Namespace) -> int:
    home = home_with(options, options.run)
    work = with_drill(options, home)
    session = RunSession.resume(work.workspace, options.run, by=me())
    if session.awaits_conclusion or options.headless:
        if session.awaits_conclusion:
            code = session.conclude(note).exit_code
        else:
            code = headless(session, _answering(work, session, options)).exit_code
        print_end(session, plain=False, as_json=options.json)
    else:
        code = watched(work, session, plain=options.plain, as_json=options.json)
    return code if session.backs_up else _judged(work, session.run, code)


def _answering(work: CommandContext, session: RunSession, options: argparse.Namespace) -> Operator:
    """Who answers in a run that is resumed without a prompt: a backup saves what can be saved."""
    if session.backs_up and not options.answers:
        return UnattendedOperator(tell)
    return scripted(work, _script(options.answers), approve_destructive=options.approve)


def _judged(work: CommandContext, run: str, code: int) -> int:
    """The same exit code; where a lab stands in the home, its verdict on a restore is said, and kept beside the set."""
    if code in {0, 1} and work.home.has_lab:
        drill_verdict.verdict(work, run)
    return code


def _list(options: argparse.Namespace) -> int:
    found = history.runs(home.runs for home in home_of(options).with_drills())
    rows = [
        (s.run, s.target, s.end or ("under way" if s.held else "unfinished"), f"{s.done} of {s.total}", s.at_step)
        for s in found
    ]
    lines = table(rows, heading=("run", "target", "state", "steps", "at"))
    present(options, [_summary(one) for one in found], lines)
    return 0


def _summary(one: RunSummary) -> dict[str, Any]:
    return {
        "run": one.run,
        "procedure": one.procedure,
        "target": one.target,
        "started_at": one.started_at.isoformat().replace("+00:00", "Z") if one.started_at else None,
        "done": one.done,
        "total": one.total,
        "at": one.at_step,
        "end": one.end or None,
        "held": one.held,
    }


def _report(options: argparse.Namespace) -> int:
    home = home_with(options, options.run)
    with journal.Reader(journal.find(home.runs, options.run)) as reader:
        made = report.of(reader)
    present(options, made.to_data(), report.render_text(made))
    return 0


def _export(options: argparse.Namespace) -> int:
    folder = journal.find(home_with(options, options.run).runs, options.run)
    target = Path(options.output or f"{folder.name}.zip")
    try:
        journal.export(folder, target)
    except OSError as error:
        raise WizardError(f"{target} cannot be written", "Name another file with -o.", str(error)) from error
    say(str(target))
    return 0


def _watch(options: argparse.Namespace) -> int:
    """Every event so far, then each new one, until the run is finished or nobody carries it out."""
    folder = journal.find(home_with(options, options.run).runs, options.run)
    pause = threading.Event()
    with journal.Reader(folder) as reader:
        last, state = 0, run_state.RunState()
        while True:
            alive = journal.held(folder)
            for event in reader.events(last):
                last, state = event.seq, run_state.apply(state, event)
                entry(options, event.to_data(), describe(event))
            if state.finished or not alive:
                return 0
            pause.wait(0.25)
