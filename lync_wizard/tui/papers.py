"""The papers of the screens: what stands there, as PDF among the reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from textual.screen import Screen

from lync_wizard import storage
from lync_wizard.errors import WizardError
from lync_wizard.guide import Guide
from lync_wizard.tui.outlook import SAFE
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.run import RunScreen
from lync_wizard.tui.screens.worksheet import WorksheetScreen


def make(guide: Guide, screen: Screen[Any], at: datetime) -> list[Path]:
    """Write the papers of a screen; where they lie. Blocks. Raises :class:`WizardError`."""
    written = []
    for name, data in _papers(guide, screen, at):
        path = guide.home.reports / name
        try:
            storage.write_whole(path, data)
        except OSError as error:
            raise WizardError(
                f"{path} could not be written", "Make room, or look at the rights of that folder.", str(error)
            ) from error
        written.append(path)
    return written


def _papers(guide: Guide, screen: Screen[Any], at: datetime) -> Iterator[tuple[str, bytes]]:
    from lync_wizard import printout

    match screen:
        case HomeScreen():
            from lync_wizard.backup_run.papers import for_the_safe

            yield from ((f"{SAFE}/{name}", data) for name, data in for_the_safe(guide))
        case WorksheetScreen():
            yield "worksheets.pdf", printout.worksheets(guide.entries, guide.deployment, made_at=at)
        case ReviewScreen(plan=plan) | RunScreen(plan=plan):
            yield f"{plan.procedure}-{plan.target}.pdf", printout.procedure(plan, made_at=at)
        case ReportScreen(run_name=run):
            yield f"report-{run}.pdf", printout.report(guide.report(run), made_at=at)


def send(path: Path) -> None:
    """Print a file on the default printer. Blocks. Raises :class:`WizardError`."""
    from lync_wizard import printout

    printout.send(path)
