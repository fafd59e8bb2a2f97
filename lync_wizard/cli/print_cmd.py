"""``print worksheets|plan|procedure|set|report``: papers as PDF, into a file or to a printer."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from lync_wizard.cli.arguments import Commands, command, group, output_argument, run_argument
from lync_wizard.cli.context import home_of, home_with, open_context, procedure_named
from lync_wizard.cli.output import say
from lync_wizard.core import output_path, timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Problems
from lync_wizard.plans import derivation
from lync_wizard.runs import journal, report
from lync_wizard.worksheets import Recorded, read


def add(commands: Commands) -> None:
    sub = group(commands, "print", "printable documents", "lync-wizard print worksheets -o worksheets.pdf")
    _paper(command(sub, "worksheets", "the worksheets as forms: filled, with blanks to write on",
                   "lync-wizard print worksheets --paper letter", action=_worksheets))  # fmt: skip
    _paper(command(sub, "plan", "the backup and restoration plan", "lync-wizard print plan --printer", action=_plan))
    one = command(sub, "procedure", "a procedure, or a plan made before, as a checklist",
                  "lync-wizard print procedure restore-se -o restore-se.pdf", action=_procedure)  # fmt: skip
    one.add_argument("id", metavar="ID", help="id of a procedure, or the path of a plan.json")
    _paper(one)
    saved = command(sub, "set", "a backup set on one sheet, with the SHA-256 by which it is known again",
                    "lync-wizard print set 2026-11-21T210003Z_contoso", action=_set)  # fmt: skip
    saved.add_argument("name", metavar="SET")
    _paper(saved)
    past = command(sub, "report", "the report of a run", "lync-wizard print report 2026-11-22", action=_report)
    run_argument(past)
    _paper(past)


def _paper(added: argparse.ArgumentParser) -> None:
    output_argument(added, "else a file in the home's folder reports", "FILE.pdf")
    added.add_argument("--printer", metavar="NAME", nargs="?", const="", help="print it; without NAME on the default")
    added.add_argument("--paper", choices=["a4", "letter"], default="a4")


def _deliver(options: argparse.Namespace, name: str, make: Callable[[datetime], bytes]) -> int:
    """Write the PDF, say where it lies, and send it to the printer where one is asked for."""
    path = options.output or str((home_of(options).reports / f"{name}.pdf").absolute())
    to_file = path != output_path.STANDARD_OUTPUT
    if options.printer is not None and not to_file:
        raise InputError("-o - and --printer exclude each other", "Leave one out.")
    output_path.write(path, make(timestamps.now()), force=options.force)
    if to_file:
        say(str(Path(path).absolute()))
    if options.printer is not None:
        # Imported here: it loads typst, which no help needs.
        from lync_wizard.render import pdf

        pdf.send(Path(path).absolute(), options.printer or None)
    return 0


def _recorded(options: argparse.Namespace) -> Recorded:
    """What is recorded; values that are wrong are printed with the reason, anything else must be fixed first."""
    problems = Problems()
    recorded = read(home_of(options), options.deployment, problems)
    if recorded.broken:
        problems.raise_any("the worksheets")
    return recorded


def _worksheets(options: argparse.Namespace) -> int:
    # Imported here: it loads typst, which no help needs.
    from lync_wizard.render import pdf

    recorded = _recorded(options)
    name = recorded.deployment or options.deployment or ""
    return _deliver(
        options,
        "worksheets",
        lambda at: pdf.worksheets(recorded.entries, name, made_at=at, paper=options.paper),
    )


def _plan(options: argparse.Namespace) -> int:
    # Imported here: it loads typst, which no help needs.
    from lync_wizard.render import pdf

    recorded = _recorded(options)
    name = recorded.deployment or options.deployment or ""
    return _deliver(options, "plan", lambda at: pdf.plan_sheet(recorded.entries, name, made_at=at, paper=options.paper))


def _procedure(options: argparse.Namespace) -> int:
    # Imported here: it loads typst, which no help needs.
    from lync_wizard.render import pdf

    if options.id.endswith(".json"):
        made = derivation.load(Path(options.id))
        return _deliver(
            options,
            f"{made.procedure}-{made.target}",
            lambda at: pdf.procedure(made, made_at=at, paper=options.paper),
        )
    one, library = procedure_named(options, options.id)
    return _deliver(options, one.id, lambda at: pdf.procedure(one, library, made_at=at, paper=options.paper))


def _set(options: argparse.Namespace) -> int:
    # Imported here: it loads typst, which no help needs.
    from lync_wizard.render import pdf

    workspace = open_context(options).workspace
    one = workspace.backup_set(options.name)
    standing = workspace.ledger.standing(one.folder)
    return _deliver(
        options,
        f"set-{one.name}",
        lambda at: pdf.set_sheet(one, standing, made_at=at, paper_size=options.paper),
    )


def _report(options: argparse.Namespace) -> int:
    # Imported here: it loads typst, which no help needs.
    from lync_wizard.render import pdf

    with journal.Reader(journal.find(home_with(options, options.run).runs, options.run)) as reader:
        made = report.of(reader)
    return _deliver(options, f"report-{made.run}", lambda at: pdf.report(made, made_at=at, paper=options.paper))
