"""Printouts: what a screen shows, as PDF among the reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from textual.screen import Screen

from lync_wizard.core import storage
from lync_wizard.core.errors import WizardError
from lync_wizard.render import pdf
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.run import RunScreen
from lync_wizard.tui.screens.worksheet import WorksheetScreen
from lync_wizard.tui.view.status import SAFE
from lync_wizard.workspace.backup_job.documents import printouts
from lync_wizard.workspace.workspace import Workspace


def make(workspace: Workspace, screen: Screen[Any], at: datetime) -> list[Path]:
    """Write the printouts of a screen and return their paths. Blocks. Raises :class:`WizardError`."""
    written = []
    for name, data in _documents(workspace, screen, at):
        path = workspace.home.reports / name
        try:
            storage.write_whole(path, data)
        except OSError as error:
            raise WizardError(
                f"{path} could not be written", "Make room, or look at the rights of that folder.", str(error)
            ) from error
        written.append(path)
    return written


def _documents(workspace: Workspace, screen: Screen[Any], at: datetime) -> Iterator[tuple[str, bytes]]:
    match screen:
        case HomeScreen():
            yield from ((f"{SAFE}/{name}", data) for name, data in printouts(workspace))
        case WorksheetScreen():
            yield "worksheets.pdf", pdf.worksheets(workspace.entries, workspace.deployment, made_at=at)
        case ReviewScreen(plan=plan) | RunScreen(plan=plan):
            yield f"{plan.procedure}-{plan.target}.pdf", pdf.procedure(plan, made_at=at)
        case ReportScreen(run_name=run):
            yield f"report-{run}.pdf", pdf.report(workspace.report(run), made_at=at)


def send(path: Path) -> None:
    """Print a file on the default printer. Blocks. Raises :class:`WizardError`."""
    pdf.send(path)
