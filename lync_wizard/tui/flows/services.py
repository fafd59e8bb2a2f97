"""What single screens ask of the app while they stay open: checks, worksheet values, printouts, saved texts."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from typing import Any

from textual.screen import Screen

from lync_wizard.checks import Finding
from lync_wizard.core import storage
from lync_wizard.core.errors import WizardError
from lync_wizard.hosts.agreement import Unagreed
from lync_wizard.tui.context import Context
from lync_wizard.tui.flows import printing
from lync_wizard.tui.messages import (
    EntryTyped,
    ExamineAsked,
    ForServices,
    Found,
    HostsAsked,
    JobProgressed,
    PrintAsked,
    SaveAsked,
    StatusAsked,
    SurveyProgressed,
    UndoAsked,
)
from lync_wizard.tui.screens.checks import ChecksScreen
from lync_wizard.tui.screens.choose import ChooseScreen
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.log import LogScreen
from lync_wizard.tui.screens.progress import ProgressScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.triage import TriageScreen
from lync_wizard.tui.screens.worksheet import WorksheetScreen
from lync_wizard.tui.view import rows, status
from lync_wizard.tui.widgets.choice_list import ChoiceItem
from lync_wizard.tui.widgets.frame import WizardScreen
from lync_wizard.worksheets import Cell
from lync_wizard.workspace import agreed_hosts


class Services:
    """Answers the screen that asked, while it is still shown; everything here runs in the app's own thread."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.app = context.app

    def take(self, message: ForServices) -> None:
        """Do what a screen asks for; nothing where another screen is shown by now."""
        screen = self.app.screen
        match message:
            case Found(screen=ChecksScreen() as asking, finding=finding):
                asking.found(finding)
            case ExamineAsked(only=only) if isinstance(screen, ChecksScreen):
                self.app.run_worker(self._examine(screen, only), name="checks")
            case EntryTyped(cell=cell, text=text) if isinstance(screen, WorksheetScreen):
                self.app.run_worker(self._record(screen, cell, text), name="worksheet")
            case UndoAsked() if isinstance(screen, WorksheetScreen):
                self.app.run_worker(self._undo(screen), name="worksheet")
            case StatusAsked(screen=HomeScreen() as home):
                self.app.run_worker(self._read_status(home), name="status")
                self.app.run_worker(self._probe_hosts(home), name="hosts")
            case HostsAsked():
                self.app.run_worker(self._query_hosts(), name="hosts")
            case SurveyProgressed() if isinstance(screen, TriageScreen):
                workspace = self.context.workspace
                screen.show_proposal(
                    workspace.proposed_answer(screen.question.id, screen.answers), workspace.survey_progress
                )
            case JobProgressed(screen=ProgressScreen() as working, text=text) if working.is_attached:
                working.go_on(text)
            case PrintAsked(screen=asking) if asking is screen:
                self.app.run_worker(self.print_screen(asking), name="print")
            case SaveAsked(name=name, text=text) if isinstance(screen, (LogScreen, ReportScreen)):
                self.app.run_worker(self._save(screen, name, text), name="save")

    async def _examine(self, screen: ChecksScreen, only: Collection[tuple[str, str]]) -> None:
        def tell(finding: Finding) -> None:
            self.app.post_message(Found(screen, finding))

        try:
            await self.context.blocking(screen.session.examine, tell, only)
        except WizardError as error:
            await self.context.show_error(error)
        # Behind the last answer in the queue, so that none comes after the end.
        self.app.call_later(screen.finished)

    async def _query_hosts(self) -> None:
        # Where somebody says no, the hosts that are agreed to are asked all the same.
        with contextlib.suppress(Unagreed):
            await self.context.blocking(agreed_hosts.settle, self.context.workspace)
        self.context.workspace.start_survey(lambda _: self.app.post_message(SurveyProgressed()), asking=True)

    async def _record(self, screen: WorksheetScreen, cell: Cell, text: str) -> None:
        try:
            await self.context.blocking(self.context.workspace.record, cell, text)
        except WizardError as error:
            screen.refuse(cell, error.summary, error.hint)
        else:
            screen.accept(self._row(screen, cell))

    async def _undo(self, screen: WorksheetScreen) -> None:
        await self.context.blocking(self.context.workspace.undo)
        screen.renew([self._row(screen, row.cell) for row in screen.rows])

    def _row(self, screen: WorksheetScreen, cell: Cell) -> rows.SheetRow:
        required = {row.cell for row in screen.rows if row.required}
        return rows.sheet_row(self.context.workspace, cell, required, self.context.setting.now())

    async def _read_status(self, screen: HomeScreen) -> None:
        found = await self.context.blocking(status.read, self.context.workspace, self.context.setting.now())
        waiting = await self.context.blocking(status.waiting_sets, self.context.workspace)
        if screen.is_attached:
            screen.show_facts(found.facts, dict(found.right), rows.waiting_items(waiting))

    async def _probe_hosts(self, screen: HomeScreen) -> None:
        found = await self.context.blocking(status.reachable, self.context.workspace)
        if screen.is_attached:
            screen.show_facts([found])

    async def print_screen(self, screen: Screen[Any]) -> None:
        """Make the printouts of a screen, say where they lie, and print them where that is wanted."""
        setting = screen.setting if isinstance(screen, WizardScreen) else self.context.setting
        try:
            made = await self.context.blocking(printing.make, self.context.workspace, screen, setting.now())
        except WizardError as error:
            await self.context.show_error(error)
            return
        where = "\n".join(str(path) for path in made)
        items = [ChoiceItem("keep", "Keep the file" if len(made) == 1 else "Keep the files"),
                 ChoiceItem("send", "Send to the default printer")]  # fmt: skip
        if isinstance(screen, HomeScreen):
            self.app.run_worker(self._read_status(screen), name="status")
        asked = ChooseScreen(setting, "Print", "Written:", items, why=where, selected="keep")
        if await self.app.push_screen_wait(asked) != "send":
            return
        try:
            for path in made:
                await self.context.blocking(printing.send, path)
        except WizardError as error:
            await self.context.show_error(error)

    async def _save(self, screen: LogScreen | ReportScreen, name: str, text: str) -> None:
        path = self.context.workspace.home.reports / name
        try:
            await self.context.blocking(storage.write_whole, path, text)
        except OSError as error:
            await self.context.show_error(
                WizardError(f"{path} could not be written", "Make room, then try again.", str(error))
            )
        else:
            screen.saved(str(path))
