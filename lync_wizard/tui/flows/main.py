"""The order of the screens, as coroutines: home, restore, resume, run, report, worksheets."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from lync_wizard.core.errors import WizardError
from lync_wizard.runs import error_hints
from lync_wizard.runs.report import Report
from lync_wizard.runs.runner import Runner
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
            case "resume":
                ending = await self._resume(start.run or "")
            case "plan":
                ending = await self._restore(RestoreFlow(self.context, plan=start.plan))
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
        plan = await self.backup_flow.plan()
        if plan is not None:
            await self._restore(RestoreFlow(self.context, plan=plan))

    async def _restore(self, flow: RestoreFlow) -> Ending:
        """What failed → target → worksheets → set → options → plan → checks → review → run → report; Esc goes back."""
        stages: tuple[Callable[[], Coroutine[Any, Any, Turn]], ...] = (
            flow.ask_what_failed, flow.ask_target, flow.fill_gaps, flow.choose_set, flow.choose_options, flow.make_plan,
            flow.check, flow.review,
        )  # fmt: skip
        if flow.plan is not None:
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
        return Ending() if at < 0 else await self._run(flow)

    async def _run(self, flow: RestoreFlow) -> Ending:
        """Carry the plan out and report."""
        if flow.plan is None or flow.examined is None:
            raise AssertionError("a run needs a plan and its checks")
        accepted = {f: flow.examined.accepted[f.key] for f in flow.examined.findings if f.key in flow.examined.accepted}
        operator = TuiOperator(self.app.post_message)
        findings, by = flow.examined.findings, self.context.starter
        start = partial(
            self.context.workspace.start,
            flow.plan,
            operator,
            accepted=accepted,
            findings=findings,
            by=by,
            second=flow.second,
        )
        return await self._carry_out(self.backup_flow.begun(flow.plan, start), operator)

    async def _resume(self, run: str) -> Ending:
        if await self.backup_flow.waits(run):
            return await self.backup_flow.only_complete(run)
        operator = TuiOperator(self.app.post_message)
        return await self._carry_out(
            partial(self.context.workspace.resume, run, operator, self.context.starter), operator
        )

    async def _carry_out(self, make: Callable[[], Runner], operator: TuiOperator) -> Ending:
        """Run, reconcile where needed, report."""
        try:
            runner = await self.context.blocking(make)
        except WizardError as error:
            await self.context.show_error(error)
            return Ending()
        self.context.run_name = runner.run_name
        setting = self.context.setting.about(f"{runner.plan.procedure} {runner.plan.target}")
        self.context.run_flow = flow = RunFlow(self.context, setting, runner, operator)
        ended = await flow.carry_out()
        self.context.run_flow = None
        if ended.error is not None and not isinstance(ended.error, WizardError):
            raise ended.error
        if isinstance(ended.error, WizardError):
            await self.context.show_error(ended.error)
        what = ended.result.end if ended.result else "paused"
        resume = self.context.resume if what == "paused" else ""
        taken = None
        if what != "paused":
            taken = await self.backup_flow.conclude(runner.plan, self.context.run_name, setting)
        if not self.context.leaving:
            report: Report = await self.context.blocking(self.context.workspace.report, self.context.run_name)
            good = taken.exit_code == 0 if taken else {"finished": True, "incomplete": False}.get(what)
            lines = partial(lines_of, taken, report)
            await self.app.push_screen_wait(ReportScreen(setting, lines, good, self.context.run_name, resume))
            if taken:
                await self.backup_flow.retire(taken, setting)
        if flow.screen in self.app.screen_stack:
            self.app.pop_screen()
        ending = Ending(what, self.context.run_name, (f"Paused. Go on with: {resume}",) if resume else ())
        if self.context.leaving:
            self.app.exit(ending)
        return ending

    async def _worksheets(self) -> None:
        cells = rows.all_cells(self.context.workspace)
        needed = await self.context.blocking(rows.needed_cells, self.context.workspace)
        shown = [rows.sheet_row(self.context.workspace, cell, needed, self.context.setting.now()) for cell in cells]
        await self.app.push_screen_wait(WorksheetScreen(self.context.setting.about("worksheets"), "Worksheets", shown))
