"""``restore|triage``: the whole guided way, and its first questions by themselves."""

from __future__ import annotations

import argparse
import sys

from lync_wizard import line_mode
from lync_wizard.cli.arguments import Commands, command, json_flag
from lync_wizard.cli.context import CommandContext, home_of, open_context
from lync_wizard.cli.front_ends import guided, holding, without_terminal
from lync_wizard.cli.output import present
from lync_wizard.core.wrapping import paragraph
from lync_wizard.hosts.agreement import Person
from lync_wizard.runs.operator import this_user
from lync_wizard.workspace import outcome


def add(commands: Commands) -> None:
    restore = command(commands, "restore", "the guided restore: triage, gaps, backup set, checks, plan, run, report",
                      "lync-wizard restore", action=_restore)  # fmt: skip
    restore.add_argument("id", metavar="ID", nargs="?", help="the procedure; without it, triage asks what failed")
    restore.add_argument("--target", metavar="FQDN", help="what is to be restored")
    restore.add_argument("--plain", action="store_true", help="line mode instead of screens")
    triage = command(commands, "triage", "ask what failed and name the procedure", "lync-wizard triage", action=_triage)
    json_flag(triage)


def _restore(options: argparse.Namespace) -> int:
    if options.plain or without_terminal():
        return guided(open_context(options, lists=True), options.id, options.target)
    # Imported here: it loads textual, which no help and no line mode needs.
    from lync_wizard import tui

    def load(person: Person) -> CommandContext:
        return holding(open_context(options, person=person, lists=True), options.id)

    return tui.open_app(load, tui.Start("restore", options.id, options.target), by=this_user(), home=home_of(options))


def _triage(options: argparse.Namespace) -> int:
    workspace = open_context(options, lists=True).workspace
    advice, told = line_mode.triage_by_questions(workspace, said_to=sys.stderr if options.json else None)
    answers = [
        {"question": one.question.id, "answer": one.answer.id, "from": one.evidence or line_mode.PERSON,
         "against": one.against or None}
        for one in told
    ]  # fmt: skip
    beside = outcome.of(workspace, line_mode.answers_of(told), advice)
    topic = advice.documented
    documented = {"topic": topic.topic, "commands": list(topic.commands)} if topic else None
    named = {"procedure": advice.procedure, "title": advice.title, "why": advice.why, "first": advice.first,
             "documented": documented}  # fmt: skip
    lines = ["", f"{advice.procedure or 'not covered'}: {advice.title}", advice.why]
    said = (("First", advice.first), ("Lost", advice.lost), ("Then", advice.then))
    lines += [line for word, text in said if text for line in paragraph(text, f"  {word:<7} ")]
    lines += beside.lines()
    lines += [f"  topic: {topic.topic}", *(f"    {one}" for one in topic.commands)] if topic else []
    for one in told:
        lines += [f"  {one.question.text} {one.answer.label}", f"    {one.evidence or line_mode.PERSON}"]
        lines += [f"    but: {one.against}", ""] if one.against else []
    present(options, {**named, "answers": answers, **beside.to_data()}, lines)
    return 0 if advice.procedure else 1
