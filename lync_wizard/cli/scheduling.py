"""What commands have in common that hand something regular to the scheduler of this machine."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from lync_wizard.cli.arguments import json_flag
from lync_wizard.cli.context import CommandContext
from lync_wizard.cli.output import note, present, say
from lync_wizard.workspace.backup_job import schedule
from lync_wizard.workspace.backup_job.schedule import Job


def add_to(added: argparse.ArgumentParser, otherwise: str) -> None:
    """When, as whom and in which form; ``otherwise`` says when it is where nobody says so."""
    added.add_argument("--at", metavar="WHEN", help=f"such as `daily 01:30`; else {otherwise}")
    added.add_argument("--account", metavar="USER", default="", help="the account it runs as")
    added.add_argument(
        "--as", dest="form", choices=("task", "systemd"), default="task" if sys.platform == "win32" else "systemd"
    )
    added.add_argument("-o", "--output", metavar="FOLDER", help="write the files there, as the scheduler reads them")
    added.add_argument("--install", action="store_true", help="register it with this machine's scheduler")
    json_flag(added)


def carry_out(options: argparse.Namespace, work: CommandContext, job: Job, planned: str, ends: str) -> int:
    """Print, write or install what starts a job; ``planned`` is when, unless ``--at`` says, ``ends`` how it ends badly.

    Raises :class:`InputError` for a schedule that no scheduler can be told, :class:`WizardError` where it refuses.
    """
    text = options.at or planned
    when = schedule.parse(text, options.account)
    arguments = schedule.command(work.home.root, options.deployment or "", job)
    if options.install:
        done = schedule.install(when, arguments, job)
        present(options, {"installed": done}, done)
        return 0
    as_task = options.form == "task"
    files = (
        {f"{job.name}.xml": schedule.task_xml(when, arguments, job)}
        if as_task
        else schedule.systemd_units(when, arguments, job)
    )
    if options.output:
        say(*map(str, schedule.save(files, Path(options.output))))
        return 0
    shown: list[str] = []
    for name, content in files.items():
        shown += [*([f"# {name}"] if len(files) > 1 else []), *content.split("\n")]
    present(options, {"schedule": text, "files": files}, shown)
    if options.json:
        return 0
    steps = [schedule.task_command(when, f"{job.name}.xml", job)] if as_task else schedule.systemd_commands(when, job)
    note(*(f"Then: {subprocess.list2cmdline(words)}" for words in steps), ends)
    return 0
