"""The way through the screens, as coroutines: home, restore, resume, run, report, worksheets; nothing else knows it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from lync_wizard.core.errors import WizardError
from lync_wizard.runs import error_hints
from lync_wizard.runs.report import Report
from lync_wizard.runs.runner import Runner
from lync_wizard.tui.app import Ending
from lync_wizard.tui.flows.backup import BackupFlow, lines_of
from lync_wizard.tui.flows.restore import RestoreFlow, Turn
from lync_wizard.tui.flows.run import RunFlow
from lync_wizard.tui.flows.services import Services
from lync_wizard.tui.operator import TuiOperator
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.symptoms import SymptomsScreen
from lync_wizard.tui.screens.worksheet import WorksheetScreen
from lync_wizard.tui.view import rows as present
from lync_wizard.tui.widgets.choice_list import ChoiceItem
from lync_wizard.tui.widgets.frame import Setting

if TYPE_CHECKING:
    from lync_wizard.tui.app import WizardApp


class MainFlow:
    """Goes from where the app was asked to begin to its end; everything here runs in the app's own thread."""

    def __init__(self, app: WizardApp) -> None:
        self.app = app
        self.backup_flow = BackupFlow(app)
        self.services = Services(app, self.backup_flow)
        # Read now, in the loading thread, so that the first error of a run does not wait for them.
        error_hints.shipped()

    def setting(self) -> Setting:
        """What the papers say about the frame."""
        workspace = self.app.workspace
        return Setting(
            workspace.deployment or "no deployment yet",
            workspace.environment_kind,
            domain=present.domain(workspace.entries.pools),
        )

    async def go(self) -> None:
        """Begin where asked to; from home, come back home."""
        start = self.app.start
        if start.told:
            await self.app.push_screen_wait(SymptomsScreen(self.app.setting, start.told))
        match start.where:
            case "home":
                await self._at_home()
                return
            case "resume":
                ending = await self._resume(start.run or "")
            case "plan":
                ending = await self._restore(RestoreFlow(self.app, plan=start.plan))
            case _:
                given = frozenset(name for name in (start.procedure, start.target) if name)
                ending = await self._restore(RestoreFlow(self.app, start.procedure, start.target, given=given))
        self.app.exit(ending)

    async def _at_home(self) -> None:
        told = self.app.start.told
        while True:
            overview = await self.app.blocking(self.app.workspace.overview)
            now = self.app.setting.now()
            items = present.home_items(overview, now, elsewhere=self.app.elsewhere)
            items += (
                [ChoiceItem("reported", "What was reported"), ChoiceItem("end", "End the drill", "verdict and score")]
                if told
                else []
            )
            screen = HomeScreen(self.app.setting, items, present.home_facts(overview))
            match await self.app.push_screen_wait(screen):
                case "restore":
                    await self._restore(RestoreFlow(self.app))
                case "back-up":
                    await self._back_up()
                case "reported":
                    await self.app.push_screen_wait(SymptomsScreen(self.app.setting, told))
                case "end":
                    self.app.exit(Ending())
                    return
                case "worksheets":
                    await self._worksheets()
                case "print":
                    await self.services.make_paper(screen)
                case "practise" | "set-up" as choice:
                    self.app.exit(Ending(choice))
                    return
                case choice:
                    await self._resume(choice.removeprefix("run "))

    async def _back_up(self) -> None:
        plan = await self.backup_flow.plan()
        if plan is not None:
            await self._restore(RestoreFlow(self.app, plan=plan))

    async def _restore(self, flow: RestoreFlow) -> Ending:
        """What failed → target → papers → backup set → asks → plan → checks → review → run → report; Esc goes back."""
        stages: tuple[Callable[[], Coroutine[Any, Any, Turn]], ...] = (
            flow.ask_what_failed, flow.ask_target, flow.fill_gaps, flow.choose_set, flow.ask_choices, flow.make_plan,
            flow.check, flow.review,
        )  # fmt: skip
        if flow.plan is not None:
            stages = (flow.check, flow.review)
        at, direction = 0, 1
        while 0 <= at < len(stages):
            try:
                turn = await stages[at]()
            except WizardError as error:
                await self.app.show_error(error)
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
        findings, by = flow.examined.findings, self.app.starter
        start = partial(
            self.app.workspace.start,
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
        return await self._carry_out(partial(self.app.workspace.resume, run, operator, self.app.starter), operator)

    async def _carry_out(self, make: Callable[[], Runner], operator: TuiOperator) -> Ending:
        """Run, reconcile where needed, report."""
        try:
            runner = await self.app.blocking(make)
        except WizardError as error:
            await self.app.show_error(error)
            return Ending()
        self.app.run_name = runner.run_name
        setting = self.app.setting.about(f"{runner.plan.procedure} {runner.plan.target}")
        self.app.run_flow = RunFlow(self.app, setting, runner, operator)
        ended = await self.app.run_flow.carry_out()
        run_screen = self.app.run_flow.screen
        self.app.run_flow = None
        if ended.error is not None and not isinstance(ended.error, WizardError):
            raise ended.error
        if isinstance(ended.error, WizardError):
            await self.app.show_error(ended.error)
        what = ended.result.end if ended.result else "paused"
        resume = self.app.resume if what == "paused" else ""
        taken = None
        if what != "paused":
            taken = await self.backup_flow.conclude(runner.plan, self.app.run_name, setting)
        if not self.app.leaving:
            report: Report = await self.app.blocking(self.app.workspace.report, self.app.run_name)
            good = taken.exit_code == 0 if taken else {"finished": True, "incomplete": False}.get(what)
            lines = partial(lines_of, taken, report)
            await self.app.push_screen_wait(ReportScreen(setting, lines, good, self.app.run_name, resume))
            if taken:
                await self.backup_flow.retire(taken, setting)
        if run_screen in self.app.screen_stack:
            self.app.pop_screen()
        ending = Ending(what, self.app.run_name, (f"Paused. Go on with: {resume}",) if resume else ())
        if self.app.leaving:
            self.app.exit(ending)
        return ending

    async def _worksheets(self) -> None:
        cells = present.all_cells(self.app.workspace)
        needed = await self.app.blocking(present.needed_cells, self.app.workspace)
        rows = [present.sheet_row(self.app.workspace, cell, needed, self.app.setting.now()) for cell in cells]
        await self.app.push_screen_wait(WorksheetScreen(self.app.setting.about("worksheets"), "Worksheets", rows))
