"""The front ends: screens and line mode, from wherever somebody wants to begin; and what this machine lacks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lync_wizard.cli.context import (
    CommandContext,
    Commands,
    command,
    home_of,
    json_flag,
    me,
    open_context,
    print_json,
    print_table,
)
from lync_wizard.core.errors import InputError
from lync_wizard.core.storage import Home

if TYPE_CHECKING:
    from lync_wizard.core.secret import AskPassword
    from lync_wizard.workspace.run_session import RunSession


def add(commands: Commands) -> None:
    restore = command(commands, "restore", "the whole guided way: triage, gaps, backup set, checks, plan, run, report",
                      "lync-wizard restore", action=_restore)  # fmt: skip
    restore.add_argument("id", metavar="ID", nargs="?", help="the procedure; without it, triage asks what failed")
    restore.add_argument("--target", metavar="FQDN", help="what is to be restored")
    restore.add_argument("--plain", action="store_true", help="line mode instead of screens")
    triage = command(commands, "triage", "ask what failed and name the procedure", "lync-wizard triage", action=_triage)
    json_flag(triage)
    doctor = command(commands, "doctor", "what this machine lacks, and what mends it", "lync-wizard doctor",
                     action=_doctor)  # fmt: skip
    json_flag(doctor)


REPORTED = "What was reported:"


def home_screen(options: argparse.Namespace) -> int:
    """The screens, at their first one."""
    from lync_wizard import tui

    def command_line(word: str) -> Callable[[], int]:
        def call() -> int:
            from lync_wizard.cli import main

            return main([*(["--home", options.home] if options.home else []), word])

        return call

    elsewhere = {"practise": command_line("drill"), "set-up": command_line("setup")}
    return tui.open_app(lambda ask: open_context(options, ask=ask), tui.Start(), by=me(), elsewhere=elsewhere)


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
        print("\n  - ".join([REPORTED, *told]) if told else "", end="\n" if told else "", flush=True)
        return guided(work, procedure, target)
    from lync_wizard import tui

    begin = tui.Start("restore" if procedure else "home", procedure, target, told=tuple(told))
    return tui.open_app(_asking(work), begin, by=me())


def watched(work: CommandContext, session: RunSession, *, plain: bool) -> int:
    """Carry a session out under somebody's eyes, in line mode or on the screens."""
    if plain:
        from lync_wizard import line_mode

        return line_mode.carry_out(session)
    from lync_wizard import tui

    return tui.open_app(_asking(work), tui.Start("session", session=session), by=session.by)


def with_drill(options: argparse.Namespace, home: Home) -> CommandContext:
    """The pieces for a home; where a lab runs in it, with its hands and its password."""
    if home.root == home_of(options).root and not (home.root / "lab").is_dir():
        return open_context(options, home=home)
    from lync_wizard.lab.server import process
    from lync_wizard.lab.server.companion import LabActions

    if process.running(home.root) is None:
        raise InputError(
            f"the lab of {home.root.name} is not running",
            f"Start it with `lync-wizard lab start --lab {home.root.name}`.",
        )
    password = process.password(home.root)
    known: AskPassword | None = (lambda _: password) if password else None
    return open_context(options, home=home, known=known, action_provider=LabActions(home.root), judged=True)


def _triage(options: argparse.Namespace) -> int:
    from lync_wizard import line_mode

    workspace = open_context(options).workspace
    advice, told = line_mode.triage_by_questions(workspace, said_to=sys.stderr if options.json else None)
    if options.json:
        answers = [
            {"question": one.question.id, "answer": one.answer.id, "from": one.evidence or line_mode.PERSON,
             "against": one.against or None}
            for one in told
        ]  # fmt: skip
        print_json(
            {
                "procedure": advice.procedure,
                "title": advice.title,
                "why": advice.why,
                "first": advice.first,
                "answers": answers,
            }
        )
    else:
        print(f"\n{advice.procedure or 'not covered'}: {advice.title}\n{advice.why}")
        for one in told:
            print(f"  {one.question.text} {one.answer.label}\n    {one.evidence or line_mode.PERSON}")
            print(f"    but: {one.against}\n" if one.against else "", end="")
    return 0 if advice.procedure else 1


def _doctor(options: argparse.Namespace) -> int:
    from lync_wizard.workspace import doctor

    findings = doctor.examine(home_of(options))
    if options.json:
        print_json([{"check": f.check, "status": f.status, "message": f.message, "hint": f.hint} for f in findings])
    else:
        print_table([(f.status, f.check, f.message) for f in findings])
        for finding in findings:
            if finding.status != "ok":
                print(f"HINT: {finding.hint}")
    return 1 if any(f.status == "blocked" for f in findings) else 0
