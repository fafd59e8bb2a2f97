"""``failover status|schedule``: whether a failover of paired pools would work now, and who asks that regularly."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

from lync_wizard.cli import scheduling
from lync_wizard.cli.arguments import Commands, command, group, json_flag
from lync_wizard.cli.context import ask_nobody, open_context
from lync_wizard.cli.output import note, present
from lync_wizard.core import terminal
from lync_wizard.core.errors import InputError, WizardError
from lync_wizard.failover.answers import Line
from lync_wizard.failover.readiness import FailoverReadiness, PairReadiness
from lync_wizard.workspace import failover_status
from lync_wizard.workspace.backup_job import schedule

_MARKS: Final = {"ok": "✓", "caution": "!", "no": "✗", "cannot-tell": "?", "not-recorded": "·"}
_NOBODY: Final = 4
_DAILY: Final = "daily 07:00"


def add(commands: Commands) -> None:
    sub = group(commands, "failover", "whether paired pools could be failed over now", "lync-wizard failover status")
    status = command(sub, "status", "ask both pools of each pair whether a failover would work now; changes nothing",
                     "lync-wizard failover status --pool pool01.contoso.com", action=_status)  # fmt: skip
    status.add_argument("--pool", metavar="FQDN", default="", help="only the pair of this pool")
    status.add_argument("--headless", action="store_true", help="no prompt ever; for a scheduler")
    json_flag(status)
    timed = command(sub, "schedule", "print, or install, what asks that regularly", "lync-wizard failover schedule "
                    "--at 'daily 07:00'", action=_schedule)  # fmt: skip
    scheduling.add_to(timed, "the plan's, else daily at 07:00")


def _status(options: argparse.Namespace) -> int:
    work = open_context(options, ask=ask_nobody if options.headless else None)
    workspace = work.workspace
    chosen = failover_status.pairs(workspace, options.pool)
    if not chosen:
        raise InputError(
            "no pool of this deployment has a backup pool",
            "Read the deployment again (`lync-wizard setup`), or pair two pools (pairing).",
        )
    if workspace.gate and not options.headless:
        workspace.gate.settle(failover_status.asked_hosts(chosen))
    found = failover_status.examine(workspace, chosen, workspace.quiet if options.headless else workspace.connect)
    if not options.pool:
        try:
            failover_status.keep(workspace, found)
        except WizardError as error:
            note(f"this answer was not kept: {error.summary}")
    present(options, found.to_data(), _lines(found))
    if not found.answered:
        return _NOBODY
    return int(not found.ready)


def _schedule(options: argparse.Namespace) -> int:
    work = open_context(options)
    planned = work.workspace.entries.text("plan/failover/check") or _DAILY
    ends = (
        "Where a failover would not work it ends with an exit code other than 0 (the task's last result, the unit's "
        f"state and the journal show it); `backup status` and {work.home.root / failover_status.FILE} say why."
    )
    return scheduling.carry_out(options, work, schedule.FAILOVER, planned, ends)


def _lines(found: FailoverReadiness) -> Iterator[str]:
    yield found.line()
    for pair in found.pairs:
        yield ""
        yield from _pair(pair)


def _pair(pair: PairReadiness) -> Iterator[str]:
    yield f"{pair.name}: {'ready' if pair.ready else 'NOT READY'}"
    for line in pair.lines:
        yield from _line(line)
    yield from (f"  manually: {what}" for what in pair.manual)
    yield from (f"  to look closer: {offer}" for offer in pair.offers)


def _line(line: Line) -> Iterator[str]:
    yield f"  {_MARKS[line.status]} {line.status:<12} {line.about:<15} {line.text}"
    if line.evidence:
        yield from (f"      {text}" for text in terminal.lines(line.evidence))
    if line.hint and line.status != "ok":
        yield f"      HINT: {line.hint}"
