"""``backup run|schedule``: a new backup set, by hand or at night, and who starts it at night."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lync_wizard.checks import Finding
from lync_wizard.cli.arguments import Commands, command, faces, json_flag
from lync_wizard.cli.context import CommandContext, ask_nobody, me, open_context
from lync_wizard.cli.output import note, present, print_json, print_to_stderr, say, tell
from lync_wizard.core.errors import WizardError
from lync_wizard.plans.model import Plan
from lync_wizard.runs.runner import Runner
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.backup_job import PROCEDURE, BackupResult, schedule
from lync_wizard.workspace.backup_job import complete as concluding
from lync_wizard.workspace.backup_job.unattended_operator import UnattendedOperator

_ACCEPTED = "a scheduled backup saves what can be saved"


def add_to(sub: Commands) -> None:
    """Add these commands to the group ``backup``."""
    run = command(sub, "run", "back everything up into a new set", "lync-wizard backup run --headless", action=_run)
    run.add_argument("id", metavar="ID", nargs="?", default=PROCEDURE, help="only this one, such as backup-core")
    faces(run, headless="no prompt ever, one summary line; for a scheduler")
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
    work = open_context(options, ask=ask_nobody if options.headless else None)
    if not options.headless:
        return watched(work, options.id, plain=options.plain, as_json=options.json)
    taken, code = unattended(work, options.id, talk=not options.json)
    if taken:
        present(options, taken.to_data(), [taken.line])
    return code


def unattended(
    work: CommandContext, procedure: str = PROCEDURE, *, talk: bool = True
) -> tuple[BackupResult | None, int]:
    """A backup without anybody: what came of it and the exit code; the status file says the same.

    Behind a set that is complete and sound, what may go by the plan is listed on standard error and removed. Raises
    :class:`WizardError` where it could not be begun or completed, the status file written.
    """
    try:
        made = backup_job.prepare(work.workspace, procedure)
        taken = _carry_out(work, made, talk=talk)
    except WizardError as error:
        backup_job.write_status(work.workspace, None, error.summary, error.exit_code)
        raise
    if taken.complete and taken.sound:
        taken = _retire(work, taken, agree=lambda _: True)
        backup_job.write_status(work.workspace, taken, "", taken.exit_code)
    return taken, taken.exit_code


def _retire(work: CommandContext, taken: BackupResult, *, agree: Callable[[int], bool]) -> BackupResult:
    """List the sets that may go by the plan, then remove them where that is agreed to."""
    try:
        going = concluding.removable_sets(work.workspace)
    except WizardError as error:
        note(f"no older set was looked at: {error.summary}")
        return taken
    for one in going:
        note(f"may go by the plan: {concluding.why(one, work.workspace)}")
    if not going or not agree(len(going)):
        return taken
    gone, trouble = concluding.remove_sets(work.workspace, going, by=me())
    if trouble:
        note(trouble)
    return replace(taken, removed=gone)


def _carry_out(work: CommandContext, made: Plan, *, talk: bool) -> BackupResult:
    workspace = work.workspace
    findings = workspace.examine(made, print_to_stderr if talk else _silent)
    accepted = {f: _ACCEPTED for f in findings if f.status in {"caution", "unknown"}}
    operator = UnattendedOperator(tell) if talk else UnattendedOperator()

    def start() -> Runner:
        return workspace.start(made, operator, accepted=accepted, findings=findings, by=me())

    runner = concluding.begin(workspace, made, start)
    runner.run()
    return concluding.conclude(workspace, work.connect, runner.run_name, by=me(), say=note if talk else None)


def _silent(_: Finding) -> None:
    """Findings that stand in the way are told by the refusal itself."""


def watched(work: CommandContext, procedure: str, *, plain: bool, as_json: bool = False) -> int:
    """A backup under somebody's eyes, in one of the two faces."""
    from lync_wizard.cli import restore_cmd

    made = backup_job.prepare(work.workspace, procedure)
    code = restore_cmd.run_plan(work, made, plain=plain)
    run = backup_job.newest_run(work.workspace, made)
    return complete(work, run, as_json=as_json, ask=plain) if run else code


def complete(work: CommandContext, run: str, *, as_json: bool = False, ask: bool = False) -> int:
    """Complete the set of a run that was watched or resumed, and say how it went.

    What may go by the plan is listed; it is removed only where ``ask`` lets somebody agree to it.
    """
    taken = concluding.conclude(work.workspace, work.connect, run, by=me(), say=None if as_json else note)
    if as_json:
        print_json(taken.to_data())
    else:
        say(taken.line)
        if ask and taken.complete and taken.sound:
            _retire(work, taken, agree=_agree)
    return taken.exit_code


def _agree(number: int) -> bool:
    from lync_wizard.core.prompts import prompts

    try:
        return prompts().agree(f"Remove {number} older {'set' if number == 1 else 'sets'} now?")
    except (EOFError, KeyboardInterrupt):
        return False


def _schedule(options: argparse.Namespace) -> int:
    work = open_context(options)
    text = options.at or work.workspace.entries.text("plan/backup/schedule") or "daily 01:30"
    when = schedule.parse(text, options.account)
    arguments = schedule.command(work.home.root, options.deployment or "")
    if options.install:
        done = schedule.install(when, arguments)
        present(options, {"installed": done}, done)
        return 0
    as_task = options.form == "task"
    files = (
        {f"{schedule.NAME}.xml": schedule.task_xml(when, arguments)}
        if as_task
        else schedule.systemd_units(when, arguments)
    )
    if options.output:
        say(*map(str, schedule.save(files, Path(options.output))))
        return 0
    heading = "# {}\n" if len(files) > 1 else ""
    present(
        options,
        {"schedule": text, "files": files},
        [heading.format(name) + content for name, content in files.items()],
    )
    if options.json:
        return 0
    steps = [schedule.task_command(when, f"{schedule.NAME}.xml")] if as_task else schedule.systemd_commands(when)
    note(
        *(f"Then: {subprocess.list2cmdline(words)}" for words in steps),
        "A backup that is not complete ends with an exit code other than 0 (the task's last result, the unit's state "
        f"and the journal show it) and says why in {work.home.root / backup_job.STATUS}.",
    )
    return 0
