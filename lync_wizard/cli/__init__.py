"""The command line: one command from its arguments to its exit code, and the screens where none is named."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Sequence

from lync_wizard.cli.output import note
from lync_wizard.cli.parser import parse
from lync_wizard.cli.unexpected import UnexpectedErrors
from lync_wizard.core.errors import UNEXPECTED, Paused, WizardError, render


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
        code = int(errors.options.action(errors.options))
    except WizardError as error:
        note(render(error))
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
    from lync_wizard.cli.context import home_of, me, open_context

    def command_line(word: str) -> Callable[[], int]:
        return lambda: main([*(["--home", options.home] if options.home else []), word])

    elsewhere = {"practise": command_line("drill"), "set-up": command_line("setup")}
    return tui.open_app(
        lambda ask: open_context(options, ask=ask), tui.Start(), by=me(), elsewhere=elsewhere, home=home_of(options)
    )
