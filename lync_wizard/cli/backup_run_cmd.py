"""``backup run|schedule``: a new backup set, by hand or at night, and who starts it at night."""

from __future__ import annotations

import argparse
from typing import Final

from lync_wizard.cli import front_ends, scheduling
from lync_wizard.cli.arguments import Commands, command, front_end, json_flag
from lync_wizard.cli.context import CommandContext, ask_nobody, open_context
from lync_wizard.cli.output import note, present, tell
from lync_wizard.core.errors import WizardError
from lync_wizard.runs.operator import this_user
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.backup_job import PROCEDURE, BackupResult, schedule
from lync_wizard.workspace.backup_job.unattended_operator import UnattendedOperator
from lync_wizard.workspace.run_session import RunSession

_TESTS: Final = "Sun 03:30"


def add_to(sub: Commands) -> None:
    """Add these commands to the group ``backup``."""
    run = command(sub, "run", "back everything up into a new set", "lync-wizard backup run --headless", action=_run)
    run.add_argument("id", metavar="ID", nargs="?", default=PROCEDURE, help="only this one, such as backup-core")
    front_end(run, headless="no prompt ever, one summary line; for a scheduler")
    json_flag(run)
    timed = command(sub, "schedule", "print, or install, what starts the backup, or restore tests, regularly",
                    "lync-wizard backup schedule --as task", action=_schedule)  # fmt: skip
    timed.add_argument("--test", action="store_true", help="start `backup test`, on Sundays at 03:30 unless --at says")
    scheduling.add_to(timed, "the plan's schedule")


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
    session = RunSession(work.workspace, backup_job.prepare(work.workspace, procedure), by=this_user())
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
        note(f"may be removed under the plan's retention: {session.why_removable(one)}")
    if going and (trouble := session.remove_old_sets(going)):
        note(trouble)


def watched(work: CommandContext, procedure: str, *, plain: bool, as_json: bool = False) -> int:
    """A backup under somebody's eyes, in line mode or on the screens."""
    session = RunSession(work.workspace, backup_job.prepare(work.workspace, procedure), by=this_user())
    return front_ends.watched(work, session, plain=plain, as_json=as_json)


def _schedule(options: argparse.Namespace) -> int:
    work = open_context(options)
    job = schedule.RESTORE_TEST if options.test else schedule.BACKUP
    planned = _TESTS if options.test else work.workspace.entries.text("plan/backup/schedule") or "daily 01:30"
    shows = "(the task's last result, the unit's state and the journal show it)"
    ends = (
        f"A restore test in which a file failed ends with an exit code other than 0 {shows}; `backup status` says more."
        if options.test
        else f"A backup that is not complete ends with an exit code other than 0 {shows} and says why in "
        f"{work.home.root / backup_job.STATUS}."
    )
    return scheduling.carry_out(options, work, job, planned, ends)
