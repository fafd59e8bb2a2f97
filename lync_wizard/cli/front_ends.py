"""How a command is carried out: on the screens, in line mode, or without anybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from lync_wizard import line_mode
from lync_wizard.cli.context import CommandContext, me
from lync_wizard.cli.output import note, print_json, print_to_stderr, say, tell
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.secret import AskPassword
from lync_wizard.runs.operator import Operator
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from lync_wizard.workspace.run_session import Conclusion, RunSession

REPORTED: Final = "What was reported:"
_ANYHOW: Final = "a scheduled backup saves what can be saved"


def guided(work: CommandContext, procedure: str | None, target: str | None) -> int:
    """The guided way in line mode."""
    holding(work, procedure)
    return line_mode.restore(work.workspace, procedure, target, by=me())


def holding(work: CommandContext, procedure: str | None) -> CommandContext:
    """The same context, where it holds the procedure. Raises :class:`InputError`."""
    if procedure and procedure not in work.workspace.procedures:
        raise InputError(f"there is no procedure {procedure}", "Take an id from `lync-wizard procedures list`.")
    return work


def practise(
    work: CommandContext, procedure: str | None, target: str | None, *, told: Sequence[str], plain: bool
) -> int:
    """A drill begins with what was reported: at the home screen, or where a procedure is named, on the way to it."""
    if plain:
        say(*([REPORTED, *(f"  - {one}" for one in told)] if told else ()))
        return guided(work, procedure, target)
    # Imported here: it loads textual, which no help and no line mode needs.
    from lync_wizard import tui

    begin = tui.Start("restore" if procedure else "home", procedure, target, told=tuple(told))
    return tui.open_app(_asking(work), begin, by=me())


def watched(work: CommandContext, session: RunSession, *, plain: bool, as_json: bool = False) -> int:
    """Carry a session out under somebody's eyes, in line mode or on the screens, then say what came of it."""
    if plain:
        code = line_mode.carry_out(session)
    else:
        # Imported here: it loads textual, which no help and no line mode needs.
        from lync_wizard import tui

        code = tui.open_app(_asking(work), tui.Start("session", session=session), by=session.by)
    print_end(session, plain=plain, as_json=as_json)
    return code


def print_end(session: RunSession, *, plain: bool, as_json: bool) -> None:
    """What came of a session, on standard output; of a backup one line, which line mode has said already."""
    ended = session.conclusion
    if ended and as_json:
        print_json((ended.backup or ended.report).to_data())
    elif ended and ended.backup and not plain:
        say(ended.backup.line)


def _asking(work: CommandContext) -> Callable[[AskPassword], CommandContext]:
    """How the screens take over a context that stands already: from then on they ask for the passwords."""

    def load(ask: AskPassword) -> CommandContext:
        work.asking.by = ask
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
    reasons = script.accept if script is not None else None
    try:
        ended = session.carry_out(
            operator,
            reason_for=lambda f: _ANYHOW if reasons is None else reasons.get(f.check),
            on_finding=(lambda _: None) if quiet else print_to_stderr,
            second=second,
            say=None if quiet else note,
        )
    except (Refused, KeyboardInterrupt):
        if session.run:
            note(f"run {session.run} is paused; go on with: {session.resume_command}")
        raise
    if ended.resume:
        note(f"paused; go on with: {ended.resume}")
    return ended
