"""The app: the way from home to report as one coroutine, and what holds on every screen."""

from __future__ import annotations

import getpass
import os
import sys
import traceback
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, TypeVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerFailed

from lync_wizard import planning, storage, triage
from lync_wizard.errors import WizardError
from lync_wizard.guide import Guide
from lync_wizard.plan import Plan
from lync_wizard.report import Report, render_text
from lync_wizard.runner import Runner
from lync_wizard.tui import messages, plain, present, themes
from lync_wizard.tui.choices import Item
from lync_wizard.tui.conduct import Conduct
from lync_wizard.tui.frame import KEYS, Setting, WizardScreen
from lync_wizard.tui.operator import TuiOperator
from lync_wizard.tui.screens.asks import AskScreen
from lync_wizard.tui.screens.backup_set import BackupSetScreen
from lync_wizard.tui.screens.checks import ChecksScreen, Examined
from lync_wizard.tui.screens.help import HelpScreen
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.leave import LeaveScreen
from lync_wizard.tui.screens.log import LogScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.review import ReviewScreen
from lync_wizard.tui.screens.triage import AdviceScreen, TriageScreen
from lync_wizard.tui.screens.trouble import TroubleScreen
from lync_wizard.tui.screens.worksheet import WorksheetScreen

T = TypeVar("T")
Turn = Literal["next", "back", "nothing"]
"""How a stage ended; ``nothing``: there was nothing to ask, go on in the direction taken."""
RESUME: Final = "lync-wizard resume"


@dataclass(frozen=True)
class Start:
    """Where to begin. ``drill`` is ``restore`` without a way home: whoever started the lab goes on afterwards."""

    where: Literal["home", "restore", "resume", "drill"] = "home"
    procedure: str | None = None
    target: str | None = None
    run: str | None = None
    backup_set: str | None = None


@dataclass(frozen=True)
class Ending:
    """How the app was left. ``drill``: somebody chose to practise. ``said``: what to print when the screen is gone."""

    what: Literal["left", "paused", "finished", "incomplete", "drill", "crashed"] = "left"
    run: str = ""
    said: tuple[str, ...] = ()


class WizardApp(App[Ending]):
    """The terminal front end over one :class:`Guide`. ``redact`` cleans the text of a crash report."""

    CSS_PATH: ClassVar[str] = "wizard.tcss"
    TITLE: str | None = "lync-wizard"
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "help"),
        Binding("ctrl+p", "command_palette", "commands", priority=True),
        Binding("q", "leave", "quit"),
        Binding("ctrl+c,ctrl+q", "leave", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        guide: Guide,
        *,
        start: Start | None = None,
        by: str | None = None,
        setting: Setting | None = None,
        redact: Callable[[str], str] = str,
        encoding: str | None = None,
    ) -> None:
        super().__init__()
        self.guide = guide
        self.start = start or Start()
        self.by = by or getpass.getuser()
        self.setting = setting or Setting(guide.deployment or "no deployment yet", guide.environment_kind)
        self.conduct: Conduct | None = None
        self.run_name = ""
        self._redact = redact
        self._plain = tuple(plain.filters(encoding))
        self._leaving = False
        self.crash: tuple[str, ...] = ()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return (*super().get_line_filters(), *self._plain)

    def on_mount(self) -> None:
        self.register_theme(themes.DARK)
        self.register_theme(themes.LIGHT)
        light = os.environ.get("LYNC_WIZARD_THEME", "").lower() == "light"
        self.theme = (themes.LIGHT if light else themes.DARK).name
        self.run_worker(self._flow(), name="flow")

    # The way.

    async def _flow(self) -> None:
        """Begin where asked to; from home, come back home; else leave when that one thing is through."""
        start = self.start
        match start.where:
            case "resume" if start.run:
                self.exit(await self._resume(start.run) or Ending())
            case "restore" | "drill":
                way = Way(start.procedure, start.target, given=True, fixed_set=start.backup_set)
                self.exit(await self._restore(way) or Ending())
            case _:
                await self._at_home()

    async def _at_home(self) -> None:
        while True:
            overview = await self.blocking(self.guide.overview)
            now = self.setting.now()
            items = present.home_items(overview, now, self.setting.drill)
            match await self.push_screen_wait(HomeScreen(self.setting, items, present.home_facts(overview))):
                case "restore":
                    await self._restore(Way())
                case "worksheets":
                    await self._worksheets()
                case "drill":
                    self.exit(Ending("drill"))
                    return
                case choice:
                    await self._resume(choice.removeprefix("run "))

    async def _restore(self, way: Way) -> Ending | None:
        """What failed → target → papers → backup set → asks → plan → checks → review → run → report; Esc goes back."""
        stages: tuple[Callable[[Way], Coroutine[Any, Any, Turn]], ...] = (
            self._ask_what_failed, self._ask_target, self._fill_gaps, self._choose_set, self._ask_choices,
            self._make_plan, self._check, self._review,
        )  # fmt: skip
        at, direction = 0, 1
        while 0 <= at < len(stages):
            try:
                turn = await stages[at](way)
            except WizardError as error:
                await self._trouble(error)
                turn = "back"
            direction = {"next": 1, "back": -1, "nothing": direction}[turn]
            at += direction
        return None if at < 0 else await self._run(way)

    async def _run(self, way: Way) -> Ending:
        if way.plan is None or way.examined is None:
            raise AssertionError("a run needs a plan and its checks")
        accepted = {f: way.examined.accepted[f.key] for f in way.examined.findings if f.key in way.examined.accepted}
        operator = TuiOperator(self.post_message)
        start = partial(
            self.guide.start, way.plan, operator, accepted=accepted, findings=way.examined.findings, by=self.by
        )
        return await self._carry_out(start, operator)

    async def _resume(self, run: str) -> Ending | None:
        operator = TuiOperator(self.post_message)
        return await self._carry_out(partial(self.guide.resume, run, operator, self.by), operator)

    async def _carry_out(self, make: Callable[[], Runner], operator: TuiOperator) -> Ending:
        """Run, reconcile where needed, report."""
        try:
            runner = await self.blocking(make)
        except WizardError as error:
            await self._trouble(error)
            return Ending()
        self.run_name = runner.run_name
        setting = self.setting.about(f"{runner.plan.procedure} {runner.plan.target}")
        self.conduct = Conduct(self, setting, runner, operator)
        ended = await self.conduct.carry_out()
        run_screen = self.conduct.screen
        self.conduct = None
        if ended.error is not None and not isinstance(ended.error, WizardError):
            raise ended.error
        if isinstance(ended.error, WizardError):
            await self._trouble(ended.error)
        what = ended.result.end if ended.result else "paused"
        resume = f"{RESUME} {self.run_name}" if what == "paused" else ""
        if not self._leaving:
            report: Report = await self.blocking(self.guide.report, self.run_name)
            good = {"finished": True, "incomplete": False}.get(what)
            lines = partial(_report_lines, report)
            await self.push_screen_wait(ReportScreen(setting, lines, good, self.run_name, resume))
        if run_screen in self.screen_stack:
            self.pop_screen()
        ending = Ending(what, self.run_name, (f"Paused. Go on with: {resume}",) if resume else ())
        if self._leaving:
            self.exit(ending)
        return ending

    async def _worksheets(self) -> None:
        cells = present.all_cells(self.guide)
        needed = {cell for fqdn in self.guide.entries.pools for cell in self.guide.needed("", fqdn)}
        rows = [present.sheet_row(self.guide, cell, needed, self.setting.now()) for cell in cells]
        await self.push_screen_wait(WorksheetScreen(self.setting.about("worksheets"), "Worksheets", rows))

    # What holds everywhere.

    async def blocking(self, function: Callable[..., T], *args: object) -> T:
        """Call something that may block in a thread worker; raises what it raises."""
        worker = self.run_worker(partial(function, *args), thread=True, exit_on_error=False)
        try:
            return await worker.wait()
        except WorkerFailed as failed:
            raise failed.error from failed

    async def _trouble(self, error: WizardError) -> None:
        await self.push_screen_wait(TroubleScreen(self.setting, error.summary, error.hint, error.detail))

    def action_help(self) -> None:
        screen = self.screen
        if isinstance(screen, WizardScreen) and not isinstance(screen, HelpScreen):
            keys = list(screen.verbs().items())
            for name, active in screen.active_bindings.items():
                if active.binding.show and active.enabled:
                    keys.append((KEYS.get(name, name), active.binding.description))
            self.push_screen(HelpScreen(screen.setting, screen.HELP, list(dict(keys).items())))

    def action_leave(self) -> None:
        """q and Ctrl-C: always asks, never cuts anything off."""
        if not isinstance(self.screen, LeaveScreen):
            self.run_worker(self._leave(), name="leave")

    async def _leave(self) -> None:
        conduct = self.conduct
        resume = f"{RESUME} {self.run_name}" if conduct else ""
        screen = LeaveScreen(self.setting, conduct.under_way if conduct else "", resume)
        answer = await self.push_screen_wait(screen)
        if answer == "stay":
            return
        if conduct is None or conduct is not self.conduct:
            self.exit(Ending())
            return
        self._leaving = True
        conduct.stop()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What Ctrl-P offers: the keys of this screen by name, and the themes."""
        for _, active in screen.active_bindings.items():
            if active.binding.show and active.enabled and active.binding.action not in {"command_palette"}:
                run = partial(self._act, active.binding.action, active.node)
                yield SystemCommand(active.binding.description.capitalize(), f"key {active.binding.key}", run)
        other = themes.LIGHT if self.theme == themes.DARK.name else themes.DARK
        yield SystemCommand("Light theme" if other is themes.LIGHT else "Dark theme", "Change the colours", partial(setattr, self, "theme", other.name))

    async def _act(self, action: str, node: Any) -> None:
        await self.run_action(action, node)

    # Messages from screens, and from threads.

    def on_asked(self, message: messages.Asked) -> None:
        self._to_conduct(message)

    def on_arrived(self, message: messages.Arrived) -> None:
        self._to_conduct(message)

    def on_ended(self, message: messages.Ended) -> None:
        self._to_conduct(message)

    def on_answered(self, message: messages.Answered) -> None:
        self._to_conduct(message)

    def on_wanted(self, message: messages.Wanted) -> None:
        self._to_conduct(message)

    def on_deed_asked(self, message: messages.DeedAsked) -> None:
        self._to_conduct(message)

    def _to_conduct(self, message: Message) -> None:
        if self.conduct is not None:
            self.conduct.inbox.put_nowait(message)
