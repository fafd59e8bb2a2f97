"""The order of the screens, as coroutines: home, restore, resume, run, report, worksheets."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from textual.screen import Screen

from lync_wizard.core.errors import WizardError
from lync_wizard.runs import error_hints
from lync_wizard.tui.context import Context, Ending
from lync_wizard.tui.flows.backup import BackupFlow, lines_of
from lync_wizard.tui.flows.restore import RestoreFlow, Turn
from lync_wizard.tui.flows.run import RunFlow
from lync_wizard.tui.flows.services import Services
from lync_wizard.tui.operator import TuiOperator
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.symptoms import SymptomsScreen
from lync_wizard.tui.screens.worksheet import WorksheetScreen
from lync_wizard.tui.view import rows
from lync_wizard.tui.widgets.choice_list import ChoiceItem
from lync_wizard.tui.widgets.frame import Setting
from lync_wizard.workspace.run_session import RunSession


class MainFlow:
    """Goes from where the app was asked to begin to its end; everything here runs in the app's own thread."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.app = context.app
        self.backup_flow = BackupFlow(context)
        self.services = Services(context)
        # Read now, in the loading thread, so that the first error of a run does not wait for them.
        error_hints.shipped()

    def setting(self) -> Setting:
        """What every screen shows in its frame, as read from the home."""
        workspace = self.context.workspace
        return Setting(
            workspace.deployment or "no deployment yet",
            workspace.environment_kind,
            domain=rows.domain(workspace.entries.pools),
        )

    async def go(self) -> None:
        """Begin where asked to; from home, come back home."""
        start = self.context.start
        if start.told:
            await self.app.push_screen_wait(SymptomsScreen(self.context.setting, start.told))
        match start.where:
            case "home":
                await self._at_home()
                return
            case "session" if start.session and start.session.run:
                ending = await self._carry_out(start.session)
            case "session":
                ending = await self._restore(RestoreFlow(self.context, session=start.session))
            case _:
                given = frozenset(name for name in (start.procedure, start.target) if name)
                ending = await self._restore(RestoreFlow(self.context, start.procedure, start.target, given=given))
        self.app.exit(ending)

    async def _at_home(self) -> None:
        symptoms = self.context.start.told
        while True:
            self.context.run_name = ""
            overview = await self.context.blocking(self.context.workspace.overview)
            now = self.context.setting.now()
            items = rows.home_items(overview, now, elsewhere=self.context.elsewhere)
            items += (
                [ChoiceItem("reported", "What was reported"), ChoiceItem("end", "End the drill", "verdict and score")]
                if symptoms
                else []
            )
            screen = HomeScreen(self.context.setting, items, rows.home_facts(overview))
            match await self.app.push_screen_wait(screen):
                case "restore":
                    await self._restore(RestoreFlow(self.context))
                case "back-up":
                    await self._back_up()
                case "reported":
                    await self.app.push_screen_wait(SymptomsScreen(self.context.setting, symptoms))
                case "end":
                    self.app.exit(Ending())
                    return
                case "worksheets":
                    await self._worksheets()
                case "print":
                    await self.services.print_screen(screen)
                case "practise" | "set-up" as choice:
                    self.app.exit(Ending(choice))
                    return
                case choice:
                    await self._resume(choice.removeprefix("run "))

    async def _back_up(self) -> None:
        session = await self.backup_flow.session()
        if session is not None:
            await self._restore(RestoreFlow(self.context, session=session))

    async def _restore(self, flow: RestoreFlow) -> Ending:
        """What failed → target → worksheets → set → options → plan → checks → review → run → report; Esc goes back."""
        stages: tuple[Callable[[], Coroutine[Any, Any, Turn]], ...] = (
            flow.ask_what_failed, flow.ask_target, flow.fill_gaps, flow.choose_set, flow.choose_options, flow.make_plan,
            flow.check, flow.review,
        )  # fmt: skip
        if flow.session is not None:
            stages = (flow.check, flow.review)
        at, direction = 0, 1
        while 0 <= at < len(stages):
            try:
                turn = await stages[at]()
            except WizardError as error:
                await self.context.show_error(error)
                turn = "back"
            direction = {"next": 1, "back": -1, "nothing": direction}[turn]
            at += direction
        return Ending() if at < 0 or flow.session is None else await self._carry_out(flow.session)

    async def _resume(self, run: str) -> Ending:
        try:
            session = await self.context.blocking(
                partial(RunSession.resume, self.context.workspace, run, by=self.context.starter)
            )
        except WizardError as error:
            await self.context.show_error(error)
            return Ending()
        return await self._carry_out(session)

    async def _carry_out(self, session: RunSession) -> Ending:
        """Run where the run is not at its end, reconcile where needed, conclude, report."""
        setting = self.context.setting.about(f"{session.plan.procedure} {session.plan.target}")
        run_screen = None
        try:
            if not await self.context.blocking(lambda: session.awaits_conclusion):
                if not await RestoreFlow(self.context, session=session).renew():
                    return _ending(session)
                run_screen = await self._run(session, setting)
            self.context.run_name = session.run
            await self.backup_flow.conclude(session, setting)
        except WizardError as error:
            await self.context.show_error(error)
        ended = session.conclusion
        if ended and not self.context.leaving:
            good = {0: True, 1: False}.get(ended.exit_code)
            lines = partial(lines_of, ended)
            await self.app.push_screen_wait(ReportScreen(setting, lines, good, session.run, ended.resume))
            await self.backup_flow.offer_removal(session, setting)
        if run_screen in self.app.screen_stack:
            self.app.pop_screen()
        ending = _ending(session)
        if self.context.leaving:
            self.app.exit(ending)
        return ending

    async def _run(self, session: RunSession, setting: Setting) -> Screen[Any]:
        """The runner on its screen, until its thread is through. Raises :class:`WizardError`."""
        operator = TuiOperator(self.app.post_message)
        runner = await self.context.blocking(session.start, operator)
        self.context.run_name = session.run
        run_flow = self.context.run_flow = RunFlow(self.context, setting, runner, operator)
        ended = await run_flow.carry_out()
        self.context.run_flow = None
        if isinstance(ended.error, WizardError):
            await self.context.show_error(ended.error)
        elif ended.error is not None:
            raise ended.error
        return run_flow.screen

    async def _worksheets(self) -> None:
        cells = rows.all_cells(self.context.workspace)
        needed = await self.context.blocking(rows.needed_cells, self.context.workspace)
        shown = [rows.sheet_row(self.context.workspace, cell, needed, self.context.setting.now()) for cell in cells]
        await self.app.push_screen_wait(WorksheetScreen(self.context.setting.about("worksheets"), "Worksheets", shown))


def _ending(session: RunSession) -> Ending:
    """How the app is left behind a run: a set that is not complete or not sound counts as incomplete."""
    if not session.run:
        return Ending()
    match session.conclusion.exit_code if session.conclusion else None:
        case 0:
            return Ending("finished", session.run)
        case 1:
            return Ending("incomplete", session.run)
    return Ending("paused", session.run, (f"Paused. Go on with: {session.resume_command}",))
