"""``restore|triage``: the whole guided way, and its first questions by themselves."""

from __future__ import annotations

import argparse
import sys

from lync_wizard import line_mode
from lync_wizard.cli.arguments import Commands, command, json_flag
from lync_wizard.cli.context import CommandContext, home_of, me, open_context
from lync_wizard.cli.front_ends import guided, holding
from lync_wizard.cli.output import present
from lync_wizard.core.secret import AskPassword


def add(commands: Commands) -> None:
    restore = command(commands, "restore", "the whole guided way: triage, gaps, backup set, checks, plan, run, report",
                      "lync-wizard restore", action=_restore)  # fmt: skip
    restore.add_argument("id", metavar="ID", nargs="?", help="the procedure; without it, triage asks what failed")
    restore.add_argument("--target", metavar="FQDN", help="what is to be restored")
    restore.add_argument("--plain", action="store_true", help="line mode instead of screens")
    triage = command(commands, "triage", "ask what failed and name the procedure", "lync-wizard triage", action=_triage)
    json_flag(triage)


def _restore(options: argparse.Namespace) -> int:
    if options.plain:
        return guided(open_context(options), options.id, options.target)
    # Imported here: it loads textual, which no help and no line mode needs.
    from lync_wizard import tui

    def load(ask: AskPassword) -> CommandContext:
        return holding(open_context(options, ask=ask), options.id)

    return tui.open_app(load, tui.Start("restore", options.id, options.target), by=me(), home=home_of(options))


def _triage(options: argparse.Namespace) -> int:
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
