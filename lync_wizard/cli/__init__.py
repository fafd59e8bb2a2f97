"""The command line: one command from its arguments to its exit code, and the screens where none is named."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Sequence

from lync_wizard.cli.output import note, note_error
from lync_wizard.cli.parser import parse
from lync_wizard.cli.unexpected import UnexpectedErrors
from lync_wizard.core.errors import UNEXPECTED, Paused, Refused, WizardError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it ended (README.md).

    An error that nobody foresaw, in any thread, leaves a report in the home and ends with :data:`UNEXPECTED`.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    errors = UnexpectedErrors()
    before, threading.excepthook = threading.excepthook, errors.in_thread
    try:
        errors.options = parse(arguments, screens=_home_screen)
        try:
            code = int(errors.options.action(errors.options))
        finally:
            for end in getattr(errors.options, "at_end", ()):
                end()
    except WizardError as error:
        note_error(error)
        code = error.exit_code
    except KeyboardInterrupt:
        note("interrupted")
        code = Paused.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as error:
        errors.report(error)
        code = UNEXPECTED
    finally:
        threading.excepthook = before
    return errors.exit_code(code)


def _home_screen(options: argparse.Namespace) -> int:
    """The screens, at their first one; a drill or the set-up that is chosen there follows when they are closed."""
    # Imported here: no command needs both for its help.
    from lync_wizard import tui
    from lync_wizard.cli.context import home_of, open_context
    from lync_wizard.runs.operator import this_user

    if not sys.stdin.isatty():
        raise Refused("there is no terminal for the screens", "Name a command; `lync-wizard --help` lists them.")

    def command_line(word: str) -> Callable[[], int]:
        return lambda: main([*(["--home", options.home] if options.home else []), word])

    elsewhere = {"practise": command_line("drill"), "set-up": command_line("setup")}
    return tui.open_app(
        lambda person: open_context(options, person=person, lists=True),
        tui.Start(),
        by=this_user(),
        elsewhere=elsewhere,
        home=home_of(options),
    )
