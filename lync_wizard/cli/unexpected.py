"""Errors that nobody foresaw, in whichever thread: each is reported, none ends in a bare traceback."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from datetime import datetime, timedelta

from lync_wizard.cli.output import note
from lync_wizard.core import timestamps
from lync_wizard.core.errors import UNEXPECTED
from lync_wizard.core.storage import Home


class UnexpectedErrors:
    """Those of one command. ``options`` are the command's own, as soon as they are known."""

    def __init__(self) -> None:
        self.options = argparse.Namespace()
        self._began = time.monotonic()
        self._terminal = sys.stderr
        self._reporting = threading.Lock()
        self._any = False
        self._unsaid: list[str] = []

    def report(self, error: BaseException) -> None:
        """Write a report into the home and say where it is; any thread."""
        # Imported here: hardly ever needed.
        from lync_wizard.workspace import error_report

        with self._reporting:
            self._any = True
            # The home and the redactor that :func:`open_context` left in the options, where it came so far.
            home: Home = getattr(self.options, "opened", None) or Home.find(getattr(self.options, "home", None))
            redact = getattr(self.options, "redactor", str)
            run = _unfinished(home, timestamps.now() - timedelta(seconds=time.monotonic() - self._began))
            lines = error_report.write(home, error, redact=redact, run=run, resume=home.resume(run) if run else "")
            # What is written while the screens are open is seen by nobody.
            if sys.stderr is self._terminal:
                note(*lines)
            else:
                self._unsaid += lines

    def in_thread(self, hook: threading.ExceptHookArgs) -> None:
        """The ``threading.excepthook`` while the command runs."""
        if hook.exc_value is not None and not isinstance(hook.exc_value, SystemExit):
            self.report(hook.exc_value)

    def exit_code(self, code: int) -> int:
        """The exit code of a command that ended with ``code``; says what could not be said before."""
        with self._reporting:
            note(*self._unsaid)
            return UNEXPECTED if self._any else code


def _unfinished(home: Home, since: datetime) -> str:
    """The run that was carried out since then and is not at its end; empty where there is none."""
    # Imported here: hardly ever needed.
    from lync_wizard.runs import journal
    from lync_wizard.runs import state as run_state

    try:
        for folder in journal.runs(home.runs):
            with journal.Reader(folder) as reader:
                events = reader.events()
            if events and events[-1].at >= since and not run_state.fold(events).finished:
                return folder.name
    except Exception:
        # Whatever broke the command may break this as well; the report is written all the same.
        return ""
    return ""
