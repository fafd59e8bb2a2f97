"""A backup from the screens: made ready, carried out like every plan, its set completed and judged, old ones let go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lync_wizard.core.errors import WizardError
from lync_wizard.plans.model import Plan
from lync_wizard.runs import journal
from lync_wizard.runs import state as run_state
from lync_wizard.runs.report import Report, render_text
from lync_wizard.runs.runner import Runner
from lync_wizard.tui.context import Context, Ending
from lync_wizard.tui.messages import JobProgressed
from lync_wizard.tui.screens.choose import ChooseScreen
from lync_wizard.tui.screens.progress import ProgressScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.widgets.choice_list import ChoiceItem
from lync_wizard.tui.widgets.frame import Setting
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.backup_job import BackupResult, complete


class BackupFlow:
    """What a backup needs before its run begins and after it has ended; nothing of it for any other plan."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.app = context.app

    async def plan(self) -> Plan | None:
        """The plan of a backup of everything; None where it could not be made, which has been said."""
        try:
            return await self.context.blocking(backup_job.prepare, self.context.workspace)
        except WizardError as error:
            await self.context.show_error(error)
            return None

    def begun(self, plan: Plan, start: Callable[[], Runner]) -> Callable[[], Runner]:
        """The same start, for a backup behind the opening of its set. Blocks; for a thread."""
        return partial(complete.begin, self.context.workspace, plan, start)

    async def conclude(self, plan: Plan, run: str, setting: Setting) -> BackupResult | None:
        """Complete and judge the set of a run at its end; None where it could not be done, which has been said."""
        if not backup_job.is_backup(plan):
            return None
        screen = ProgressScreen(setting, "Completing the set", "looking at what was saved")
        await self.app.push_screen(screen)

        def say(text: str) -> None:
            self.app.post_message(JobProgressed(screen, text))

        self.context.working = "completing the backup set"
        by = self.context.starter
        try:
            taken = await self.context.blocking(
                complete.conclude, self.context.workspace, self.context.connect, run, by=by, say=say
            )
        except WizardError as error:
            await self.context.show_error(error)
            return None
        finally:
            self.context.working = ""
            self._close(screen)
        return taken

    def _close(self, screen: ProgressScreen) -> None:
        while screen in self.app.screen_stack:
            self.app.pop_screen()

    async def retire(self, taken: BackupResult, setting: Setting) -> None:
        """Offer to remove what may go by the plan: each is listed first, and nothing goes by Enter alone."""
        if not (taken.complete and taken.sound):
            return
        try:
            going = await self.context.blocking(complete.removable_sets, self.context.workspace)
        except WizardError:
            return
        if not going:
            return
        listed = "\n".join(complete.why(one, self.context.workspace) for one in going)
        sets = "set" if len(going) == 1 else "sets"
        items = [ChoiceItem("keep", "Keep them for now"), ChoiceItem("remove", f"Remove {len(going)} {sets} now")]
        question = f"{len(going)} older {sets} may go by the plan. Remove now?"
        screen = ChooseScreen(setting, "Older sets", question, items, why=listed)
        if await self.app.push_screen_wait(screen) != "remove":
            return
        by = self.context.starter
        _, show_error = await self.context.blocking(complete.remove_sets, self.context.workspace, going, by=by)
        if show_error:
            hint = "Look at the backup location; the next backup offers it again."
            await self.context.show_error(WizardError("an older set could not be removed", hint, show_error))

    async def waits(self, run: str) -> bool:
        """Whether a run is a backup at its end, whose set may still have to be completed."""

        def read() -> bool:
            with journal.Reader(journal.find(self.context.workspace.home.runs, run)) as reader:
                return backup_job.is_backup(reader.plan) and bool(run_state.fold(reader.events()).finished)

        try:
            return await self.context.blocking(read)
        except WizardError:
            return False

    async def only_complete(self, run: str) -> Ending:
        """Complete the set of a run that is at its end, and report."""
        report: Report = await self.context.blocking(self.context.workspace.report, run)
        plan = await self.context.blocking(_plan_of, self.context, run)
        self.context.run_name = run
        setting = self.context.setting.about(f"{plan.procedure} {plan.target}")
        taken = await self.conclude(plan, run, setting)
        if taken is None:
            return Ending("incomplete", run)
        lines = partial(lines_of, taken, report)
        await self.app.push_screen_wait(ReportScreen(setting, lines, taken.exit_code == 0, run))
        await self.retire(taken, setting)
        return Ending("incomplete" if taken.exit_code else "finished", run)


def lines_of(taken: BackupResult | None, report: Report, width: int) -> list[str]:
    """The report of a run; that of a backup begins with the set, and what is wrong with it."""
    first = []
    if taken is not None:
        first = [taken.line, *(f"  {one}" for one in taken.why)]
    return [*first, *render_text(report, width)]


def _plan_of(context: Context, run: str) -> Plan:
    """The plan of a run. Raises :class:`WizardError`; blocks."""
    with journal.Reader(journal.find(context.workspace.home.runs, run)) as reader:
        return reader.plan
