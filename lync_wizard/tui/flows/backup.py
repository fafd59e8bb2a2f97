"""A backup from the screens: made ready, carried out like every plan, its set completed and judged, old ones let go."""

from __future__ import annotations

from lync_wizard.core.errors import WizardError
from lync_wizard.runs.report import render_text
from lync_wizard.tui.context import Context
from lync_wizard.tui.messages import JobProgressed
from lync_wizard.tui.screens.choose import ChooseScreen
from lync_wizard.tui.screens.progress import ProgressScreen
from lync_wizard.tui.widgets.choice_list import ChoiceItem
from lync_wizard.tui.widgets.frame import Setting
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.conclusion import Conclusion
from lync_wizard.workspace.run_session import RunSession


class BackupFlow:
    """What a backup needs before its run begins and after it has ended; nothing of it for any other plan."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.app = context.app

    async def session(self) -> RunSession | None:
        """A session for a backup of everything; None where it could not be made, which has been said."""

        def make() -> RunSession:
            return RunSession(
                self.context.workspace, backup_job.prepare(self.context.workspace), by=self.context.starter
            )

        try:
            return await self.context.blocking(make)
        except WizardError as error:
            await self.context.show_error(error)
            return None

    async def conclude(self, session: RunSession, setting: Setting) -> Conclusion:
        """Conclude a session; the set of a backup is completed and verified meanwhile. Raises :class:`WizardError`."""
        if not session.backs_up:
            return await self.context.blocking(session.conclude)
        screen = ProgressScreen(setting, "Completing the set", "looking at what was saved")
        await self.app.push_screen(screen)

        def say(text: str) -> None:
            self.app.post_message(JobProgressed(screen, text))

        self.context.working = "completing the backup set"
        try:
            return await self.context.blocking(session.conclude, say)
        finally:
            self.context.working = ""
            while screen in self.app.screen_stack:
                self.app.pop_screen()

    async def offer_removal(self, session: RunSession, setting: Setting) -> None:
        """Offer to remove what the plan's retention allows: each is listed first, nothing goes by Enter alone."""
        try:
            going = await self.context.blocking(session.old_sets)
        except WizardError:
            return
        if not going:
            return
        listed = "\n".join(session.why_removable(one) for one in going)
        sets = "set" if len(going) == 1 else "sets"
        items = [ChoiceItem("keep", "Keep them for now"), ChoiceItem("remove", f"Remove {len(going)} {sets} now")]
        question = f"{len(going)} older {sets} may be removed under the plan. Remove now?"
        screen = ChooseScreen(setting, "Older sets", question, items, why=listed)
        if await self.app.push_screen_wait(screen) != "remove":
            return
        if trouble := await self.context.blocking(session.remove_old_sets, going):
            hint = "Look at the backup location; the next backup offers it again."
            await self.context.show_error(WizardError("an older set could not be removed", hint, trouble))


def lines_of(ended: Conclusion, width: int) -> list[str]:
    """The report of a run; that of a backup begins with the set, and what is wrong with it."""
    made = ended.backup
    first = [made.line, *(f"  {one}" for one in made.why)] if made else []
    return [*first, *render_text(ended.report, width)]
