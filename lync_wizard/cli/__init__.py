"""The command line: one command from its arguments to its exit code, and the screens where none is named."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable, Sequence

from lync_wizard.cli.output import note
from lync_wizard.cli.parser import parse
from lync_wizard.core.errors import UNEXPECTED, Paused, WizardError, render


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it ended (README.md).

    An error that nobody foresaw, in any thread, leaves a report in the home and ends with :data:`UNEXPECTED`.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options, began = argparse.Namespace(), time.monotonic()
    terminal, failed, unsaid = sys.stderr, threading.Event(), list[str]()

    def report(error: BaseException) -> list[str]:
        # Imported here: it reads journals, and is hardly ever needed.
        from lync_wizard.cli import unexpected

        failed.set()
        return unexpected.report(error, options, time.monotonic() - began)

    def in_thread(hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is None or isinstance(hook.exc_value, SystemExit):
            return
        lines = report(hook.exc_value)
        # What is written while the screens are open is seen by nobody.
        if sys.stderr is terminal:
            note(*lines)
        else:
            unsaid.extend(lines)

    before, threading.excepthook = threading.excepthook, in_thread
    try:
        options = parse(arguments, screens=_home_screen)
        code = int(options.action(options))
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
        note(*report(error))
    finally:
        threading.excepthook = before
    note(*unsaid)
    return UNEXPECTED if failed.is_set() else code


def _home_screen(options: argparse.Namespace) -> int:
    """The screens, at their first one; a drill or the set-up that is chosen there follows when they are closed."""
    # Imported here: no command needs both for its help.
    from lync_wizard import tui
    from lync_wizard.cli.context import me, open_context

    def command_line(word: str) -> Callable[[], int]:
        return lambda: main([*(["--home", options.home] if options.home else []), word])

    elsewhere = {"practise": command_line("drill"), "set-up": command_line("setup")}
    return tui.open_app(lambda ask: open_context(options, ask=ask), tui.Start(), by=me(), elsewhere=elsewhere)
