"""An error that nobody foresaw: what is known of the command under way goes into the report of it."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from lync_wizard.core import timestamps
from lync_wizard.core.storage import Home
from lync_wizard.runs import journal
from lync_wizard.runs import state as run_state
from lync_wizard.workspace import error_report


def report(error: BaseException, options: argparse.Namespace, seconds: float) -> list[str]:
    """Write the report and return the lines to say; the command began ``seconds`` ago. Raises nothing."""
    home: Home = getattr(options, "opened", None) or Home.find(getattr(options, "home", None))
    run = _unfinished(home, timestamps.now() - timedelta(seconds=seconds))
    redact = getattr(options, "redactor", str)
    return error_report.write(home, error, redact=redact, run=run, resume=home.resume(run) if run else "")


def _unfinished(home: Home, since: datetime) -> str:
    """The run that this command carried out, where it is not at its end; empty where there is none."""
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
