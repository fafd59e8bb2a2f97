"""``check|plan|run|resume|watch|report|runs``: one plan, from its checks to its report."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lync_wizard import checks
from lync_wizard.cli import drill_verdict
from lync_wizard.cli.arguments import Commands, aim, command, front_end, group, json_flag, output_argument, run_argument
from lync_wizard.cli.context import CommandContext, home_of, home_with, open_context, with_drill
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
from lync_wizard.core import output_path, terminal
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.plans import model, remarks
from lync_wizard.plans.model import Plan
from lync_wizard.runs import history, journal, report, scripted_operator
from lync_wizard.runs import state as run_state
from lync_wizard.runs.history import RunSummary, UnreadableRun
from lync_wizard.runs.operator import this_user
from lync_wizard.runs.scripted_operator import Script
from lync_wizard.workspace import identities
from lync_wizard.workspace.backup_job.unattended_operator import UnattendedOperator
from lync_wizard.workspace.conclusion import Conclusion
from lync_wizard.workspace.run_session import RunSession


def add(commands: Commands) -> None:
    check = command(commands, "check", "run the checks of a procedure that can be run now; changes nothing",
                    "lync-wizard check restore-se --target se01.contoso.com", action=_check)  # fmt: skip
    aim(check)
    json_flag(check)
    planned = command(commands, "plan", "every step with its values and hosts; changes nothing",
                      "lync-wizard plan restore-se --target se01.contoso.com -o plan.json", action=_plan)  # fmt: skip
    aim(planned)
    planned.add_argument("--format", choices=["json", "ps1", "md"], default="json",
                         help="json, for `run` (default); for people a PowerShell script or Markdown")  # fmt: skip
    output_argument(planned, "write it there; else ps1 and md go to standard output")
    json_flag(planned)
    run = command(commands, "run", "carry a plan out", "lync-wizard run plan.json", action=_run)
    run.add_argument("plan", metavar="plan.json")
    run.add_argument("--approve", metavar="HASH", help="the plan's own hash; needed with --headless")
    run.add_argument("--answers", metavar="FILE", help="answers for manual steps and decisions, with --headless")
    run.add_argument("--second", metavar="NAME", default="",
                     help="the second person, where two are asked for; recorded as not proven")  # fmt: skip
    _unhashed(run)
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
    output_argument(export, "else RUN.zip in the current folder")
    verify = command(sub, "verify", "has the journal been changed since it was written?",
                     "lync-wizard runs verify 2026-11-22", action=_verify)  # fmt: skip
    run_argument(verify)
    verify.add_argument("--hash", metavar="HASH", default="", help="the last hash on a printed report of the run")
    json_flag(verify)
    resume = command(commands, "resume", "go on with a run where it stopped", "lync-wizard resume 2026-11-22",
                     action=_resume)  # fmt: skip
    run_argument(resume)
    resume.add_argument("--answers", metavar="FILE", help="answers, with --headless")
    resume.add_argument("--approve", action="store_true", help="approve the destructive steps left, with --headless")
    _unhashed(resume)
    resume.add_argument("--second", metavar="NAME", default="",
                        help="the second person, where the approval has expired; recorded as not proven")  # fmt: skip
    front_end(resume)
    json_flag(resume)
    watch = command(commands, "watch", "follow a run from another terminal, read-only", "lync-wizard watch 2026-11-22",
                    action=_watch)  # fmt: skip
    run_argument(watch)
    json_flag(watch)
    report = command(commands, "report", "the report of a run", "lync-wizard report 2026-11-22", action=_report)
    run_argument(report)
    json_flag(report)


def _unhashed(to: argparse.ArgumentParser) -> None:
    to.add_argument("--unhashed", metavar="FQDN", default="",
                    help="do not hash the files of the set first; the target's FQDN, and later a reason")  # fmt: skip
    to.add_argument("--wipe-running", metavar="FQDN", action="append", default=[],
                    help="wipe this server though it works; its FQDN, and later a reason")  # fmt: skip


def make_plan(work: CommandContext, options: argparse.Namespace) -> Plan:
    """The plan the options describe. Raises :class:`InputError` with every problem."""
    asks = {}
    for given in options.set:
        name, found, choice = given.partition("=")
        if not found:
            raise InputError(f"--set {given} names no choice", "Write ASK=CHOICE.")
        asks[name] = choice
    chosen = options.backup_set or work.workspace.newest_for(options.id)
    return work.workspace.plan(options.id, options.target, chosen, asks)


def _check(options: argparse.Namespace) -> int:
    work = open_context(options)
    made = make_plan(work, options)
    session = RunSession(work.workspace, made, by=this_user())
    said = remarks.of(made)
    (note if options.json else say)(*(f"! {remark}" for remark in said))
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
    work = open_context(options)
    made = identities.of_plan(make_plan(work, options), work.workspace.quiet)
    if written_for_people:
        deliver(for_people(made, None, options.format, to_file=bool(options.output)), options)
    elif options.output:
        deliver(model.to_text(made), options)
    if options.output:
        note(*(f"! {remark}" for remark in remarks.of(made)), f"{options.output}  {made.hash}")
    if (options.json and options.output != output_path.STANDARD_OUTPUT) or not (options.output or written_for_people):
        present(options, made.to_data(), _steps(made))
    return 0


def _steps(made: Plan) -> Iterator[str]:
    for step in made.steps:
        yield f"{step.id}  {step.title}"
        yield from terminal.lines(f"    on {step.host} as {step.account}: {step.text}")
        if usually := report.usually(step):
            yield f"    {usually}"
        if step.destructive:
            yield f"    DESTRUCTIVE: {step.destructive}"
    for server in checks.wiped_servers(made):
        yield f"Installed again or wiped: {server}. A run stops where it answers and runs its role."
    yield from (f"! {remark}" for remark in remarks.of(made))
    for name, one in made.identified.items():
        yield from terminal.lines(f"{name.partition(' ')[2]} is {one}")
    yield from (f"– {left.group}  {left.title}: {left.why}" for left in made.omitted)
    yield report.in_all(made)
    yield made.hash


def _run(options: argparse.Namespace) -> int:
    work = open_context(options)
    session = RunSession.of_file(work.workspace, Path(options.plan), by=this_user())
    work.workspace.refuse_exchanged(session.plan)
    if options.unhashed:
        session.leave_files_unhashed(options.unhashed)
    for server in options.wipe_running:
        session.wipe_though_running(server)
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
    session = RunSession.resume(work.workspace, options.run, by=this_user())
    if options.unhashed:
        session.leave_files_unhashed(options.unhashed)
    for server in options.wipe_running:
        session.wipe_though_running(server)
    if session.awaits_conclusion:
        code = session.conclude(note).exit_code
        print_end(session, plain=False, as_json=options.json)
    elif options.headless:
        code = _unattended(work, session, options).exit_code
        print_end(session, plain=False, as_json=options.json)
    else:
        code = watched(work, session, plain=options.plain, as_json=options.json)
    return code if session.backs_up else _judged(work, session.run, code)


def _unattended(work: CommandContext, session: RunSession, options: argparse.Namespace) -> Conclusion:
    """A run that is resumed without a prompt; a backup saves what can be saved, without answers too."""
    if session.backs_up and not options.answers:
        return headless(session, UnattendedOperator(tell))
    if options.approve and session.approval_wanted:
        session.approve(options.second)
    script = _script(options.answers)
    return headless(session, scripted(work, script, approve_destructive=options.approve), script)


def _judged(work: CommandContext, run: str, code: int) -> int:
    """The same exit code; where a lab stands in the home, its verdict on a restore is said, and kept beside the set."""
    if code in {0, 1} and work.home.has_lab:
        drill_verdict.verdict(work, run)
    return code


def _list(options: argparse.Namespace) -> int:
    found = history.every(home.runs for home in home_of(options).with_drills())
    lines = table([_row(one) for one in found], heading=("run", "target", "state", "steps", "at"))
    lines += [f"HINT: {hint}" for hint in dict.fromkeys(s.hint for s in found if isinstance(s, UnreadableRun))]
    present(options, [_summary(one) for one in found], lines)
    return 0


def _row(one: RunSummary | UnreadableRun) -> tuple[str, ...]:
    if isinstance(one, UnreadableRun):
        return (one.run, "", "unreadable", "", one.why)
    return (one.run, one.target, _state(one), f"{one.done} of {one.total}", one.at_step)


def _state(one: RunSummary) -> str:
    if one.broken_at is not None:
        return f"changed at event {one.broken_at}"
    return one.end or ("under way" if one.held else "unfinished")


def _summary(one: RunSummary | UnreadableRun) -> dict[str, Any]:
    if isinstance(one, UnreadableRun):
        return {"run": one.run, "unreadable": one.why}
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
        "broken_at": one.broken_at,
    }


def _report(options: argparse.Namespace) -> int:
    home = home_with(options, options.run)
    with journal.Reader(journal.find(home.runs, options.run)) as reader:
        made = report.of(reader)
    present(options, made.to_data(), report.render_text(made))
    return 0


def _verify(options: argparse.Namespace) -> int:
    """Both chains, the anchors beside the backup set, and a hash from a printed report."""
    folder = journal.find(home_with(options, options.run).runs, options.run)
    with journal.Reader(folder) as reader:
        broken_at, anchored = reader.broken_at(), reader.anchored()
        at = reader.event_of(options.hash) if options.hash else None
    lines = [
        "Both chains of hashes fit." if broken_at is None else f"{_sentence(folder.name, broken_at)}",
        anchored.line,
    ]
    if options.hash:
        lines.append(
            f"The hash given is that of event {at}." if at else "The hash given is that of no event of this run."
        )
    data = {"run": folder.name, "broken_at": broken_at, "anchored_to": anchored.seq,
            "anchor_broken_at": anchored.broken_at, "hash_of": at}  # fmt: skip
    present(options, data, lines)
    return 1 if broken_at or anchored.broken_at or (options.hash and not at) else 0


def _sentence(run: str, event: int) -> str:
    words = journal.broken_words(run, event)
    return f"{words[0].upper()}{words[1:]}."


def _export(options: argparse.Namespace) -> int:
    folder = journal.find(home_with(options, options.run).runs, options.run)
    target = options.output or f"{folder.name}.zip"
    output_path.write(target, journal.exported(folder), force=options.force)
    with journal.Reader(folder) as reader:
        broken_at = reader.broken_at()
    if target != output_path.STANDARD_OUTPUT:
        say(target)
    if broken_at is not None:
        note(_sentence(folder.name, broken_at))
    return 0


def _watch(options: argparse.Namespace) -> int:
    """Every event so far, then each new one, until the run is finished or nobody carries it out."""
    folder = journal.find(home_with(options, options.run).runs, options.run)
    pause = threading.Event()
    with journal.Reader(folder) as reader:
        last, state = 0, run_state.RunState()
        if (broken_at := reader.broken_at(outputs=False)) is not None:
            note(_sentence(folder.name, broken_at))
        while True:
            alive = journal.held(folder)
            for event in reader.events(last):
                last, state = event.seq, run_state.apply(state, event)
                entry(options, event.to_data(), describe(event))
            if state.finished or not alive:
                return 0
            pause.wait(0.25)
