"""``restore|triage``, and the front ends: screens and line mode, from wherever somebody wants to begin."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lync_wizard.cli.arguments import Commands, command, json_flag
from lync_wizard.cli.context import CommandContext, me, open_context
from lync_wizard.cli.output import present, say
from lync_wizard.core.errors import InputError

if TYPE_CHECKING:
    from lync_wizard.core.secret import AskPassword
    from lync_wizard.plans.model import Plan


def add(commands: Commands) -> None:
    restore = command(commands, "restore", "the whole guided way: triage, gaps, backup set, checks, plan, run, report",
                      "lync-wizard restore", action=_restore)  # fmt: skip
    restore.add_argument("id", metavar="ID", nargs="?", help="the procedure; without it, triage asks what failed")
    restore.add_argument("--target", metavar="FQDN", help="what is to be restored")
    restore.add_argument("--plain", action="store_true", help="line mode instead of screens")
    triage = command(commands, "triage", "ask what failed and name the procedure", "lync-wizard triage", action=_triage)
    json_flag(triage)


REPORTED = "What was reported:"


def _restore(options: argparse.Namespace) -> int:
    if options.plain:
        return guided(open_context(options), options.id, options.target)
    from lync_wizard import tui

    def load(ask: AskPassword) -> CommandContext:
        return _known(open_context(options, ask=ask), options.id)

    return tui.open_app(load, tui.Start("restore", options.id, options.target), by=me())


def _known(work: CommandContext, procedure: str | None) -> CommandContext:
    """The same pieces, where they hold the procedure. Raises :class:`InputError`."""
    if procedure and procedure not in work.workspace.procedures:
        raise InputError(f"there is no procedure {procedure}", "Take an id from `lync-wizard procedures list`.")
    return work


def _asking(work: CommandContext) -> Callable[[AskPassword], CommandContext]:
    """How the screens take over pieces that stand already: from then on they ask for the passwords."""

    def load(ask: AskPassword) -> CommandContext:
        work.asking.by = ask
        return work

    return load


def guided(work: CommandContext, procedure: str | None, target: str | None) -> int:
    """The guided way in line mode."""
    from lync_wizard import line_mode

    _known(work, procedure)
    return line_mode.restore(work.workspace, procedure, target, by=me())


def practise(
    work: CommandContext, procedure: str | None, target: str | None, *, told: Sequence[str], plain: bool
) -> int:
    """A drill begins with what was reported: at the home screen, or where a procedure is named, on the way to it."""
    if plain:
        say(*([REPORTED, *(f"  - {one}" for one in told)] if told else ()))
        return guided(work, procedure, target)
    from lync_wizard import tui

    begin = tui.Start("restore" if procedure else "home", procedure, target, told=tuple(told))
    return tui.open_app(_asking(work), begin, by=me())


def run_plan(work: CommandContext, made: Plan, *, plain: bool) -> int:
    """Run a plan made before, in one of the two faces."""
    if plain:
        from lync_wizard import line_mode

        return line_mode.carry_out(work.workspace, made, by=me())
    from lync_wizard import tui

    return tui.open_app(_asking(work), tui.Start("plan", plan=made), by=me())


def resume_run(work: CommandContext, run: str, *, plain: bool) -> int:
    """Resume a run in one of the two faces."""
    if plain:
        from lync_wizard import line_mode

        return line_mode.resume(work.workspace, run, by=me())
    from lync_wizard import tui

    return tui.open_app(_asking(work), tui.Start("resume", run=run), by=me())


def _triage(options: argparse.Namespace) -> int:
    from lync_wizard import line_mode

    workspace = open_context(options).workspace
    advice, told = line_mode.triage_by_questions(workspace, said_to=sys.stderr if options.json else None)
    answers = [
        {"question": one.question.id, "answer": one.answer.id, "from": one.evidence or line_mode.PERSON,
         "against": one.against or None}
        for one in told
    ]  # fmt: skip
    named = {"procedure": advice.procedure, "title": advice.title, "why": advice.why, "first": advice.first}
    lines = [f"\n{advice.procedure or 'not covered'}: {advice.title}\n{advice.why}"]
    for one in told:
        lines.append(f"  {one.question.text} {one.answer.label}\n    {one.evidence or line_mode.PERSON}")
        lines += [f"    but: {one.against}\n"] if one.against else []
    present(options, {**named, "answers": answers}, lines)
    return 0 if advice.procedure else 1
