"""``backup run|schedule``: a new backup set, by hand or at night, and who starts it at night."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from lync_wizard.cli import front_ends
from lync_wizard.cli.arguments import Commands, command, front_end, json_flag
from lync_wizard.cli.context import CommandContext, ask_nobody, me, open_context
from lync_wizard.cli.output import note, present, say, tell
from lync_wizard.core.errors import WizardError
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.backup_job import PROCEDURE, BackupResult, schedule
from lync_wizard.workspace.backup_job.unattended_operator import UnattendedOperator
from lync_wizard.workspace.run_session import RunSession


def add_to(sub: Commands) -> None:
    """Add these commands to the group ``backup``."""
    run = command(sub, "run", "back everything up into a new set", "lync-wizard backup run --headless", action=_run)
    run.add_argument("id", metavar="ID", nargs="?", default=PROCEDURE, help="only this one, such as backup-core")
    front_end(run, headless="no prompt ever, one summary line; for a scheduler")
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
    made = unattended(work, options.id, quiet=options.json)
    present(options, made.to_data(), [made.line])
    return made.exit_code


def unattended(work: CommandContext, procedure: str = PROCEDURE, *, quiet: bool = False) -> BackupResult:
    """A backup without anybody; what came of it, which the status file says too.

    Behind a set that is complete and sound, what may go by the plan is listed on standard error and removed. Raises
    :class:`WizardError` where it could not be begun or completed.
    """
    session = RunSession(work.workspace, backup_job.prepare(work.workspace, procedure), by=me())
    front_ends.headless(session, UnattendedOperator(*([] if quiet else [tell])), quiet=quiet)
    _remove_old_sets(session)
    if session.conclusion is None or session.conclusion.backup is None:
        raise AssertionError("a backup that was concluded has a result")
    return session.conclusion.backup


def _remove_old_sets(session: RunSession) -> None:
    try:
        going = session.old_sets()
    except WizardError as error:
        note(f"no older set was looked at: {error.summary}")
        return
    for one in going:
        note(f"may go by the plan: {session.why_removable(one)}")
    if going and (trouble := session.remove_old_sets(going)):
        note(trouble)


def watched(work: CommandContext, procedure: str, *, plain: bool, as_json: bool = False) -> int:
    """A backup under somebody's eyes, in line mode or on the screens."""
    session = RunSession(work.workspace, backup_job.prepare(work.workspace, procedure), by=me())
    return front_ends.watched(work, session, plain=plain, as_json=as_json)


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
