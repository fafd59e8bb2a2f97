"""``check|plan|run|resume|watch|report|runs``: one carrying-out, from its plan to its report."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lync_wizard.checks import Finding
from lync_wizard.cli import procedures_cmd
from lync_wizard.cli.context import (
    CommandContext,
    Commands,
    command,
    group,
    home_of,
    json_flag,
    me,
    open_context,
    print_json,
    print_table,
)
from lync_wizard.core.errors import InputError, Refused, WizardError
from lync_wizard.core.storage import Home
from lync_wizard.plans import model
from lync_wizard.plans.model import Plan
from lync_wizard.runs import journal, report
from lync_wizard.runs import state as run_state

if TYPE_CHECKING:
    from lync_wizard.runs.operator import Operator
    from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
    from lync_wizard.workspace.run_session import Conclusion, RunSession

_ANYHOW = "a scheduled backup saves what can be saved"
_MARKS = {"ok": "✓", "caution": "!", "blocked": "✗", "unknown": "?", "later": "◦"}


def add(commands: Commands) -> None:
    check = command(commands, "check", "run the checks of a procedure that can be run now; changes nothing",
                    "lync-wizard check restore-se --target se01.contoso.com", action=_check)  # fmt: skip
    _aim(check)
    json_flag(check)
    planned = command(commands, "plan", "the exact steps, every value filled in; changes nothing",
                      "lync-wizard plan restore-se --target se01.contoso.com -o plan.json", action=_plan)  # fmt: skip
    _aim(planned)
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
    _faces(run)
    json_flag(run)
    sub = group(commands, "runs", "past and unfinished runs", "lync-wizard runs list")
    json_flag(command(sub, "list", "list the runs, newest first", "lync-wizard runs list", action=_list))
    show = command(sub, "show", "what a run did", "lync-wizard runs show 2026-11-22", action=_report)
    show.add_argument("run", metavar="RUN")
    json_flag(show)
    export = command(sub, "export", "make one file for the ticket", "lync-wizard runs export 2026-11-22 -o run.zip",
                     action=_export)  # fmt: skip
    export.add_argument("run", metavar="RUN")
    export.add_argument("-o", "--output", metavar="FILE", help="else RUN.zip in the current folder")
    resume = command(commands, "resume", "go on with a run where it stopped", "lync-wizard resume 2026-11-22",
                     action=_resume)  # fmt: skip
    resume.add_argument("run", metavar="RUN")
    resume.add_argument("--answers", metavar="FILE", help="answers, with --headless")
    resume.add_argument("--approve", action="store_true", help="approve the destructive steps left, with --headless")
    _faces(resume)
    json_flag(resume)
    watch = command(commands, "watch", "follow a run from another terminal, read-only", "lync-wizard watch 2026-11-22",
                    action=_watch)  # fmt: skip
    watch.add_argument("run", metavar="RUN")
    json_flag(watch)
    report = command(commands, "report", "the report of a run", "lync-wizard report 2026-11-22", action=_report)
    report.add_argument("run", metavar="RUN")
    json_flag(report)


def _aim(added: argparse.ArgumentParser) -> None:
    added.add_argument("id", metavar="ID", help="the procedure")
    added.add_argument("--target", metavar="FQDN", required=True, help="what is to be restored")
    added.add_argument("--backup-set", metavar="NAME", help="else the newest complete set")
    added.add_argument(
        "--set",
        metavar="ASK=CHOICE",
        action="append",
        default=[],
        help="answer a question of the plan, or plan a part: begin-at, up-to or only-step=STEP",
    )


def _faces(added: argparse.ArgumentParser) -> None:
    face = added.add_mutually_exclusive_group()
    face.add_argument("--plain", action="store_true", help="line mode instead of screens")
    face.add_argument("--headless", action="store_true", help="no prompt ever")


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
    from lync_wizard.workspace.run_session import RunSession

    session = RunSession(work.workspace, made, by=me())
    shown = session.examine((lambda _: None) if options.json else print_finding)
    if options.json:
        print_json({"procedure": made.procedure, "target": made.target, "findings": [f.to_data() for f in shown]})
    standing = session.in_the_way
    if any(f.status == "unknown" for f in standing):
        return 4
    return 1 if any(f.status == "blocked" for f in standing) else 0


def print_finding(finding: Finding) -> None:
    where = f"  {finding.host}" if finding.host else ""
    print(f"{_MARKS[finding.status]} {finding.status:<8} {finding.check}{where}  {finding.message}", flush=True)
    if finding.evidence:
        print(f"    {finding.evidence}")
    if finding.gates:
        print(f"    asked again before {', '.join(finding.gates)}")
    if finding.hint and finding.status != "ok":
        print(f"    HINT: {finding.hint}")


def _plan(options: argparse.Namespace) -> int:
    for_people = options.format != "json"
    if for_people and options.json and not options.output:
        raise InputError(
            f"--json and --format {options.format} both go to standard output", "Name a file with -o, or leave one out."
        )
    made = make_plan(open_context(options), options)
    if for_people:
        data = procedures_cmd.for_people(made, None, options.format, to_file=bool(options.output))
        procedures_cmd.put_out(data, options.output)
    elif options.output:
        model.save(made, Path(options.output))
    if options.output:
        print(f"{options.output}  {made.hash}", file=sys.stderr)
    if options.json:
        print_json(made.to_data())
    elif not options.output and not for_people:
        for step in made.steps:
            print(f"{step.id}  {step.title}\n    on {step.host} as {step.account}: {step.text}")
            if usually := report.usually(step):
                print(f"    {usually}")
            if step.destructive:
                print(f"    DESTRUCTIVE: {step.destructive}")
        for left in made.omitted:
            print(f"– {left.group}  {left.title}: {left.why}")
        print(report.in_all(made))
        print(made.hash)
    return 0


def _run(options: argparse.Namespace) -> int:
    from lync_wizard.cli import restore_cmd
    from lync_wizard.workspace.run_session import RunSession

    work = open_context(options)
    session = RunSession(work.workspace, model.load(Path(options.plan)), by=me())
    digest = session.plan.hash
    if options.approve and options.approve != digest:
        raise Refused("the approved hash is not the plan's own", f"Read the plan, then approve {digest}.")
    if not options.headless:
        code = restore_cmd.watched(work, session, plain=options.plain)
        print_end(session, plain=options.plain, as_json=options.json)
        return code
    if not options.approve:
        raise Refused("a headless run needs an approval", f"Read the plan, then add --approve {digest}.")
    script = _script(options.answers)
    operator = scripted(work, script, approve_destructive=True)
    operator.must_answer(session.plan)
    ended = headless(session, operator, script, second=options.second)
    print_end(session, plain=False, as_json=options.json)
    return ended.exit_code


def print_end(session: RunSession, *, plain: bool, as_json: bool) -> None:
    """What came of a session, on standard output; of a backup one line, which line mode has said already."""
    ended = session.conclusion
    if ended and as_json:
        print_json((ended.backup or ended.report).to_data())
    elif ended and ended.backup and not plain:
        print(ended.backup.line)


def _script(path: str | None) -> Script:
    from lync_wizard.runs import scripted_operator

    return scripted_operator.load(Path(path)) if path else scripted_operator.Script()


def scripted(
    work: CommandContext, script: Script, *, approve_destructive: bool, quiet: bool = False
) -> ScriptedOperator:
    """The operator who answers from a script; with a drill's simulated actions where the home is a drill's."""
    from lync_wizard.runs.scripted_operator import ScriptedOperator

    return ScriptedOperator(
        script,
        approve_destructive=approve_destructive,
        action_provider=work.workspace.action_provider,
        on_event=None if quiet else tell,
    )


def headless(
    session: RunSession, operator: Operator, script: Script | None = None, *, second: str = "", quiet: bool = False
) -> Conclusion:
    """Carry a session out without a prompt; a run that pauses ends with the command that goes on as the last line.

    ``script`` has the reasons for which cautions are accepted; without one every caution is, as a backup wants it.
    """
    reasons = script.accept if script is not None else None
    try:
        ended = session.carry_out(
            operator,
            reason_for=lambda f: _ANYHOW if reasons is None else reasons.get(f.check),
            on_finding=(lambda _: None) if quiet else print_to_stderr,
            second=second,
            say=None if quiet else lambda text: print(text, file=sys.stderr),
        )
    except (Refused, KeyboardInterrupt):
        if session.run:
            print(f"run {session.run} is paused; go on with: {session.resume_command}", file=sys.stderr)
        raise
    if ended.resume:
        print(f"paused; go on with: {ended.resume}", file=sys.stderr)
    return ended


def print_to_stderr(finding: Finding) -> None:
    if finding.status != "ok":
        print(f"{finding.status} {finding.check} {finding.host}: {finding.message}", file=sys.stderr)


def home_with(options: argparse.Namespace, run: str) -> Home:
    """The home that holds the run: the one named, else a drill's inside it. Raises :class:`InputError`."""
    home = home_of(options)
    places = [home, *(home.within(folder) for folder in sorted(home.drills.glob("*")) if folder.is_dir())]
    for place in places:
        try:
            journal.find(place.runs, run)
        except InputError:
            continue
        return place
    journal.find(home.runs, run)
    raise InputError(f"there is no run {run}", "Take a name from `lync-wizard runs list`.")


def _resume(options: argparse.Namespace) -> int:
    from lync_wizard.cli import restore_cmd
    from lync_wizard.workspace.run_session import RunSession

    home = home_with(options, options.run)
    work = restore_cmd.with_drill(options, home)
    session = RunSession.resume(work.workspace, options.run, by=me())
    if session.awaits_conclusion and not options.plain:
        code = session.conclude(lambda text: print(text, file=sys.stderr)).exit_code
    elif not options.headless:
        code = restore_cmd.watched(work, session, plain=options.plain)
    else:
        code = headless(session, _answering(work, session, options)).exit_code
    print_end(session, plain=options.plain, as_json=options.json)
    return code if session.backs_up else _judged(work, session.run, code)


def _answering(work: CommandContext, session: RunSession, options: argparse.Namespace) -> Operator:
    """Who answers in a run that is resumed without a prompt: a backup saves what can be saved."""
    if session.backs_up and not options.answers:
        from lync_wizard.workspace.backup_job.unattended_operator import UnattendedOperator

        return UnattendedOperator(tell)
    return scripted(work, _script(options.answers), approve_destructive=options.approve)


def _judged(work: CommandContext, run: str, code: int) -> int:
    """The same exit code; where a lab stands in the home, its verdict on a restore is said, and kept beside the set."""
    if code in {0, 1} and (work.home.root / "lab").is_dir():
        from lync_wizard.cli import drill_verdict

        drill_verdict.verdict(work, run)
    return code


def tell(event: run_state.RunEvent) -> None:
    """One line an event on standard error, but for the outputs."""
    if event.type != "output":
        print(describe(event), file=sys.stderr, flush=True)


def _list(options: argparse.Namespace) -> int:
    home = home_of(options)
    from lync_wizard.runs import history

    places = [home, *(home.within(folder) for folder in sorted(home.drills.glob("*")) if folder.is_dir())]
    found = history.runs(place.runs for place in places)
    if options.json:
        print_json([_summary(one) for one in found])
    else:
        print_table(
            [(s.run, s.target, s.end or ("under way" if s.held else "unfinished"), f"{s.done} of {s.total}", s.at_step)
             for s in found],
            heading=("run", "target", "state", "steps", "at"),
        )  # fmt: skip
    return 0


def _summary(one: Any) -> dict[str, Any]:
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
    if options.json:
        print_json(made.to_data())
    else:
        print("\n".join(report.render_text(made)))
    return 0


def _export(options: argparse.Namespace) -> int:
    folder = journal.find(home_with(options, options.run).runs, options.run)
    target = Path(options.output or f"{folder.name}.zip")
    try:
        journal.export(folder, target)
    except OSError as error:
        raise WizardError(f"{target} cannot be written", "Name another file with -o.", str(error)) from error
    print(target)
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
                line = json.dumps(event.to_data(), ensure_ascii=False) if options.json else describe(event)
                print(line, flush=True)
            if state.finished or not alive:
                return 0
            pause.wait(0.25)


def describe(event: run_state.RunEvent) -> str:
    """One event in a line for people."""
    data = event.data
    words = data.get("text") or data.get("why") or data.get("reason") or data.get("evidence") or ""
    detail = data.get("stream") or data.get("outcome") or data.get("result") or data.get("decision") or ""
    kind = event.type.removeprefix("step_").replace("_", " ")
    return f"{event.at.astimezone():%H:%M:%S}  {event.step or '':<28} {kind} {detail} {words}".rstrip()
