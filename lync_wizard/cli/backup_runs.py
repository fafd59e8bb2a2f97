"""``backup run|schedule``: a new backup set, by hand or at night, and who starts it at night."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from lync_wizard import backup_run
from lync_wizard.backup_run import PROCEDURE, Taken, schedule
from lync_wizard.backup_run.unattended import Unattended
from lync_wizard.checks import Finding
from lync_wizard.cli import runs
from lync_wizard.cli.backup_sets import judge
from lync_wizard.cli.compose import Commands, Parts, ask_nobody, command, json_flag, me, parts, print_json
from lync_wizard.errors import WizardError
from lync_wizard.plan import Plan

_ACCEPTED = "a scheduled backup saves what can be saved"


def add_to(sub: Commands) -> None:
    """Add these commands to the group ``backup``."""
    run = command(sub, "run", "back everything up into a new set", "lync-wizard backup run --headless", action=_run)
    run.add_argument("id", metavar="ID", nargs="?", default=PROCEDURE, help="only this one, such as backup-core")
    face = run.add_mutually_exclusive_group()
    face.add_argument("--plain", action="store_true", help="line mode instead of screens")
    face.add_argument("--headless", action="store_true", help="no prompt ever, one summary line; for a scheduler")
    json_flag(run)
    timed = command(sub, "schedule", "print, or install, what starts the backup regularly",
                    "lync-wizard backup schedule --as task", action=_schedule)  # fmt: skip
    timed.add_argument("--at", metavar="WHEN", help="such as `daily 01:30`; else the plan's schedule")
    timed.add_argument("--account", metavar="USER", default="", help="the account it runs as")
    timed.add_argument(
        "--as", dest="form", choices=("task", "systemd"), default="task" if sys.platform == "win32" else "systemd"
    )
    timed.add_argument("-o", "--output", metavar="FOLDER", help="write the files there, as the scheduler reads them")
    timed.add_argument("--install", action="store_true", help="hand it to this machine's scheduler")
    json_flag(timed)


def _run(options: argparse.Namespace) -> int:
    work = parts(options, ask=ask_nobody if options.headless else None)
    if not options.headless:
        return watched(work, options.id, plain=options.plain, as_json=options.json)
    taken, code = unattended(work, options.id, talk=not options.json)
    if options.json and taken:
        print_json(taken.to_data())
    elif taken:
        print(taken.line)
    return code


def unattended(work: Parts, procedure: str = PROCEDURE, *, talk: bool = True) -> tuple[Taken | None, int]:
    """A backup without anybody: what came of it and the exit code; the status file says the same.

    Raises :class:`WizardError` where it could not be begun or completed, the status file written.
    """
    try:
        made = backup_run.prepare(work.guide, procedure)
        taken = _carry_out(work, made, talk=talk)
    except WizardError as error:
        backup_run.write_status(work.guide, None, error.summary, error.exit_code)
        raise
    backup_run.write_status(work.guide, taken, "", taken.exit_code)
    return taken, taken.exit_code


def _carry_out(work: Parts, made: Plan, *, talk: bool) -> Taken:
    guide = work.guide
    findings = guide.examine(made, runs.print_to_stderr if talk else _silent)
    accepted = {f: _ACCEPTED for f in findings if f.status in {"caution", "unknown"}}
    backup_run.open_set(guide, made)
    try:
        operator = Unattended(runs.tell) if talk else Unattended()
        runner = guide.start(made, operator, accepted=accepted, findings=findings, by=me())
    except WizardError as error:
        backup_run.abandon(guide, made, error.summary)
        raise
    runner.run()
    return _judged(work, backup_run.finish(guide, work.connect, runner.run_name, by=me()))


def _judged(work: Parts, taken: Taken) -> Taken:
    """A complete set is verified at once, so that status and retention know of it in the morning."""
    if not taken.complete:
        return taken
    found = judge(work.guide, taken.name)
    faults = (f"{level}: {fault}" for level, said in found.levels.items() for fault in said.problems)
    return replace(taken, sound=not found.failed, why=tuple(faults))


def _silent(_: Finding) -> None:
    """Findings that stand in the way are told by the refusal itself."""


def watched(work: Parts, procedure: str, *, plain: bool, as_json: bool = False) -> int:
    """A backup under somebody's eyes, in one of the two faces."""
    from lync_wizard.cli import start

    made = backup_run.prepare(work.guide, procedure)
    backup_run.open_set(work.guide, made)
    try:
        code = start.carry_out(work, made, plain=plain)
    finally:
        run = backup_run.newest_run(work.guide, made)
        if not run:
            backup_run.abandon(work.guide, made, "the run was never begun")
    return complete(work, run, as_json=as_json) if run else code


def complete(work: Parts, run: str, *, as_json: bool = False) -> int:
    """Complete the set of a run that was watched or resumed, and say how it went."""
    say = None if as_json else (lambda text: print(text, file=sys.stderr))
    taken = _judged(work, backup_run.finish(work.guide, work.connect, run, by=me(), say=say))
    if as_json:
        print_json(taken.to_data())
    else:
        print(taken.line)
    backup_run.write_status(work.guide, taken, "", taken.exit_code)
    return taken.exit_code


def _schedule(options: argparse.Namespace) -> int:
    work = parts(options)
    text = options.at or work.guide.entries.text("plan/backup/schedule") or "daily 01:30"
    when = schedule.parse(text, options.account)
    arguments = schedule.command(work.home.root, options.deployment or "")
    if options.install:
        done = schedule.install(when, arguments)
        if options.json:
            print_json({"installed": done})
        else:
            print("\n".join(done))
        return 0
    files = (
        {f"{schedule.NAME}.xml": schedule.task_xml(when, arguments)}
        if options.form == "task"
        else schedule.systemd_units(when, arguments)
    )
    if options.output:
        for path in schedule.save(files, Path(options.output)):
            print(path)
        return 0
    if options.json:
        print_json({"schedule": text, "files": files})
        return 0
    for name, content in files.items():
        if len(files) > 1:
            print(f"# {name}")
        print(content)
    print(
        "A backup that is not complete ends with an exit code other than 0 (the task's last result, the unit's state "
        f"and the journal show it) and says why in {work.home.root / backup_run.STATUS}.",
        file=sys.stderr,
    )
    return 0
