"""How a command is carried out: on the screens, in line mode, or without anybody."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Final

from lync_wizard import line_mode
from lync_wizard.checks import Finding
from lync_wizard.cli.context import CommandContext
from lync_wizard.cli.output import note, print_json, print_to_stderr, say, tell
from lync_wizard.core.errors import InputError, Paused, Refused, WizardError
from lync_wizard.hosts.agreement import Person
from lync_wizard.runs.operator import Operator, this_user
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from lync_wizard.workspace import identities
from lync_wizard.workspace.conclusion import Conclusion
from lync_wizard.workspace.run_session import RunSession

REPORTED: Final = "What was reported:"
_ANYHOW: Final = "a scheduled backup saves what can be saved"


def guided(work: CommandContext, procedure: str | None, target: str | None) -> int:
    """The guided way in line mode."""
    holding(work, procedure)
    return line_mode.restore(work.workspace, procedure, target, by=this_user())


def holding(work: CommandContext, procedure: str | None) -> CommandContext:
    """The same context, where it holds the procedure. Raises :class:`InputError`."""
    if procedure and procedure not in work.workspace.procedures:
        raise InputError(f"there is no procedure {procedure}", "Take an id from `lync-wizard procedures list`.")
    return work


def practise(
    work: CommandContext, procedure: str | None, target: str | None, *, told: Sequence[str], plain: bool
) -> int:
    """A drill begins with what was reported: at the home screen, or where a procedure is named, on the way to it."""
    if plain or without_terminal():
        say(*([REPORTED, *(f"  - {one}" for one in told)] if told else ()))
        return guided(work, procedure, target)
    # Imported here: it loads textual, which no help and no line mode needs.
    from lync_wizard import tui

    begin = tui.Start("restore" if procedure else "home", procedure, target, told=tuple(told))
    return tui.open_app(_asking(work), begin, by=this_user())


def watched(work: CommandContext, session: RunSession, *, plain: bool, as_json: bool = False) -> int:
    """Carry a session out under somebody's eyes, in line mode or on the screens, then say what came of it.

    Without a terminal it is line mode. Raises :class:`Refused` where that would mix with the JSON document.
    """
    plain = plain or without_terminal(as_json=as_json)
    if plain:
        code = line_mode.carry_out(session)
    else:
        # Imported here: it loads textual, which no help and no line mode needs.
        from lync_wizard import tui

        code = tui.open_app(_asking(work), tui.Start("session", session=session), by=session.by)
    print_end(session, plain=plain, as_json=as_json)
    return code


def without_terminal(*, as_json: bool = False) -> bool:
    """Whether there is no terminal for screens: they would wait for ever for keys that nobody can press.

    Raises :class:`Refused` there for ``as_json``: what line mode asks goes to standard output.
    """
    if sys.stdin.isatty():
        return False
    if as_json:
        raise Refused("there is no terminal for the screens", "Add --headless with --json, or leave --json out.")
    return True


def print_end(session: RunSession, *, plain: bool, as_json: bool) -> None:
    """What came of a session, on standard output; of a backup one line, which line mode has said already."""
    ended = session.conclusion
    if ended and as_json:
        print_json((ended.backup or ended.report).to_data())
    elif ended and ended.backup and not plain:
        say(ended.backup.line)


def _asking(work: CommandContext) -> Callable[[Person], CommandContext]:
    """How the screens take over a context that stands already: from then on they ask what is to be asked."""

    def load(person: Person) -> CommandContext:
        work.asking.by = person
        return work

    return load


def scripted(
    work: CommandContext, script: Script, *, approve_destructive: bool, quiet: bool = False
) -> ScriptedOperator:
    """The operator who answers from a script; with a drill's simulated actions where the home is a drill's."""
    return ScriptedOperator(
        script,
        approve_destructive=approve_destructive,
        action_provider=work.workspace.action_provider,
        on_event=None if quiet else tell,
    )


def headless(
    session: RunSession, operator: Operator, script: Script | None = None, *, second: str = "", quiet: bool = False
) -> Conclusion:
    """Carry a session out without a prompt; a run that pauses ends with the command that goes on as the last line.

    ``script`` has the reasons for which cautions are accepted; without one every caution is, as a backup wants it.
    """

    def reason_for(finding: Finding) -> str | None:
        if script is None:
            return None if finding.check == identities.CHECK else _ANYHOW
        if met := session.others.met(finding):
            return "the answers say that this is the host" if script.knows(met) else None
        return script.accept.get(finding.check)

    try:
        ended = session.carry_out(
            operator,
            reason_for=reason_for,
            on_finding=(lambda _: None) if quiet else print_to_stderr,
            second=second,
            say=None if quiet else note,
        )
    except WizardError as error:
        if session.run:
            note(f"run {session.run} is paused")
            error.go_on = session.resume_command
        raise
    except KeyboardInterrupt:
        if not session.run:
            raise
        note(f"run {session.run} was cut off")
        raise Paused(f"run {session.run} is paused", f"Go on with: {session.resume_command}") from None
    if ended.resume:
        note(f"paused; go on with: {ended.resume}")
    return ended
