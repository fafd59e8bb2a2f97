"""The app: the way from home to report as one coroutine, and what holds on every screen."""

from __future__ import annotations

import getpass
import os
import sys
import traceback
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar, Final, Literal, ParamSpec, TypeVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerFailed

from lync_wizard import storage
from lync_wizard.checks import Finding
from lync_wizard.errors import WizardError
from lync_wizard.guide import Guide
from lync_wizard.plan import Plan
from lync_wizard.report import Report, render_text
from lync_wizard.runner import Runner
from lync_wizard.tui import messages, plain, present, themes
from lync_wizard.tui.conduct import Conduct
from lync_wizard.tui.frame import KEYS, Setting, WizardScreen
from lync_wizard.tui.operator import TuiOperator
from lync_wizard.tui.screens.checks import ChecksScreen
from lync_wizard.tui.screens.help import HelpScreen
from lync_wizard.tui.screens.home import HomeScreen
from lync_wizard.tui.screens.leave import LeaveScreen
from lync_wizard.tui.screens.log import LogScreen
from lync_wizard.tui.screens.report import ReportScreen
from lync_wizard.tui.screens.trouble import TroubleScreen
from lync_wizard.tui.screens.worksheet import SheetRow, WorksheetScreen
from lync_wizard.tui.way import Turn, Way
from lync_wizard.worksheet import Cell

P = ParamSpec("P")
T = TypeVar("T")
RESUME: Final = "lync-wizard resume"


@dataclass(frozen=True)
class Start:
    """Where to begin; only ``home`` comes back to the home screen, all others leave when that one thing is through.

    ``restore`` and ``drill`` may name procedure and target, ``resume`` names a run, ``plan`` brings a plan made before.
    """

    where: Literal["home", "restore", "resume", "practise", "plan"] = "home"
    procedure: str | None = None
    target: str | None = None
    run: str | None = None
    plan: Plan | None = None


@dataclass(frozen=True)
class Ending:
    """How the app was left. ``drill``: somebody chose to practise. ``said``: what to print when the screen is gone."""

    what: Literal["left", "paused", "finished", "incomplete", "practise", "crashed"] = "left"
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
        practise: bool = False,
        redact: Callable[[str], str] = str,
        encoding: str | None = None,
    ) -> None:
        super().__init__()
        self.guide = guide
        self.start = start or Start()
        self.by = by or getpass.getuser()
        self.setting = setting or Setting(
            guide.deployment or "no deployment yet", guide.environment_kind, domain=present.domain(guide.entries.pools)
        )
        self.conduct: Conduct | None = None
        self.run_name = ""
        self.practise = practise
        self._redact = redact
        self._plain = tuple(plain.filters(encoding))
        self._leaving = False
        self.crash: tuple[str, ...] = ()
        self.register_theme(themes.DARK)
        self.register_theme(themes.LIGHT)
        light = os.environ.get("LYNC_WIZARD_THEME", "").lower() == "light"
        self.theme = (themes.LIGHT if light else themes.DARK).name

    def get_line_filters(self) -> Sequence[LineFilter]:
        return (*super().get_line_filters(), *self._plain)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(themes.DARK.variables)

    def on_mount(self) -> None:
        self.run_worker(self._flow(), name="flow")

    # The way.

    async def _flow(self) -> None:
        """Begin where asked to; from home, come back home."""
        start = self.start
        match start.where:
            case "home":
                await self._at_home()
                return
            case "resume":
                ending = await self._resume(start.run or "")
            case "plan":
                ending = await self._restore(Way(self, plan=start.plan))
            case _:
                given = frozenset(name for name in (start.procedure, start.target) if name)
                ending = await self._restore(Way(self, start.procedure, start.target, given=given))
        self.exit(ending)

    async def _at_home(self) -> None:
        while True:
            overview = await self.blocking(self.guide.overview)
            items = present.home_items(overview, self.setting.now(), practise=self.practise)
            match await self.push_screen_wait(HomeScreen(self.setting, items, present.home_facts(overview))):
                case "restore":
                    await self._restore(Way(self))
                case "worksheets":
                    await self._worksheets()
                case "practise":
                    self.exit(Ending("practise"))
                    return
                case choice:
                    await self._resume(choice.removeprefix("run "))

    async def _restore(self, way: Way) -> Ending:
        """What failed → target → papers → backup set → asks → plan → checks → review → run → report; Esc goes back."""
        stages: tuple[Callable[[], Coroutine[Any, Any, Turn]], ...] = (
            way.ask_what_failed, way.ask_target, way.fill_gaps, way.choose_set, way.ask_choices, way.make_plan,
            way.check, way.review,
        )  # fmt: skip
        if way.plan is not None:
            stages = (way.check, way.review)
        at, direction = 0, 1
        while 0 <= at < len(stages):
            try:
                turn = await stages[at]()
            except WizardError as error:
                await self.trouble(error)
                turn = "back"
            direction = {"next": 1, "back": -1, "nothing": direction}[turn]
            at += direction
        return Ending() if at < 0 else await self._run(way)

    async def _run(self, way: Way) -> Ending:
        """Carry the plan out and report."""
        if way.plan is None or way.examined is None:
            raise AssertionError("a run needs a plan and its checks")
        accepted = {f: way.examined.accepted[f.key] for f in way.examined.findings if f.key in way.examined.accepted}
        operator = TuiOperator(self.post_message)
        start = partial(
            self.guide.start, way.plan, operator, accepted=accepted, findings=way.examined.findings, by=self.by
        )
        return await self._carry_out(start, operator)

    async def _resume(self, run: str) -> Ending:
        operator = TuiOperator(self.post_message)
        return await self._carry_out(partial(self.guide.resume, run, operator, self.by), operator)

    async def _carry_out(self, make: Callable[[], Runner], operator: TuiOperator) -> Ending:
        """Run, reconcile where needed, report."""
        try:
            runner = await self.blocking(make)
        except WizardError as error:
            await self.trouble(error)
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
            await self.trouble(ended.error)
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
        needed = await self.blocking(present.needed_cells, self.guide)
        rows = [present.sheet_row(self.guide, cell, needed, self.setting.now()) for cell in cells]
        await self.push_screen_wait(WorksheetScreen(self.setting.about("worksheets"), "Worksheets", rows))

    # What holds everywhere.

    async def blocking(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call something that may block in a thread worker; raises what it raises."""
        worker = self.run_worker(partial(function, *args, **kwargs), thread=True, exit_on_error=False)
        try:
            return await worker.wait()
        except WorkerFailed as failed:
            raise failed.error from failed

    async def trouble(self, error: WizardError) -> None:
        await self.push_screen_wait(TroubleScreen(self.setting, error.summary, error.hint, error.detail))

    def on_unmount(self) -> None:
        """However the app ended: a runner that waits for an answer would wait for ever."""
        if self.conduct is not None:
            self.conduct.operator.close()
            self.conduct.runner.stop_after_this_step()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "leave" and isinstance(self.screen, LeaveScreen):
            return False
        if action == "help" and isinstance(self.screen, HelpScreen):
            return False
        return super().check_action(action, parameters)

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
        name = "Light theme" if other is themes.LIGHT else "Dark theme"
        yield SystemCommand(name, "Change the colours", partial(setattr, self, "theme", other.name))

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

    def on_examine_asked(self, message: messages.ExamineAsked) -> None:
        screen = self.screen
        if isinstance(screen, ChecksScreen):
            self.run_worker(self._examine(screen, message.only), name="checks")

    async def _examine(self, screen: ChecksScreen, only: Collection[tuple[str, str]]) -> None:
        def tell(finding: Finding) -> None:
            self.post_message(messages.Found(screen, finding))

        try:
            await self.blocking(self.guide.examine, screen.plan, tell, only)
        except WizardError as error:
            await self.trouble(error)
        # Behind the last answer in the queue, so that none comes after the end.
        self.call_later(screen.finished)

    def on_found(self, message: messages.Found) -> None:
        if isinstance(message.screen, ChecksScreen):
            message.screen.found(message.finding)

    def on_entry_typed(self, message: messages.EntryTyped) -> None:
        if isinstance(self.screen, WorksheetScreen):
            self.run_worker(self._record(self.screen, message.cell, message.text), name="worksheet")

    async def _record(self, screen: WorksheetScreen, cell: Cell, text: str) -> None:
        try:
            await self.blocking(self.guide.record, cell, text)
        except WizardError as error:
            screen.refuse(cell, error.summary, error.hint)
        else:
            screen.accept(self._row(screen, cell))

    def on_undo_asked(self) -> None:
        if isinstance(self.screen, WorksheetScreen):
            self.run_worker(self._undo(self.screen), name="worksheet")

    async def _undo(self, screen: WorksheetScreen) -> None:
        await self.blocking(self.guide.undo)
        screen.renew([self._row(screen, row.cell) for row in screen.rows])

    def _row(self, screen: WorksheetScreen, cell: Cell) -> SheetRow:
        required = {row.cell for row in screen.rows if row.required}
        return present.sheet_row(self.guide, cell, required, self.setting.now())

    def on_save_asked(self, message: messages.SaveAsked) -> None:
        if isinstance(self.screen, (LogScreen, ReportScreen)):
            self.run_worker(self._save(self.screen, message.name, message.text), name="save")

    async def _save(self, screen: LogScreen | ReportScreen, name: str, text: str) -> None:
        path = self.guide.home.reports / name
        try:
            await self.blocking(storage.write_whole, path, text)
        except OSError as error:
            await self.trouble(WizardError(f"{path} could not be written", "Make room, then try again.", str(error)))
        else:
            screen.saved(str(path))

    # The end nobody wanted.

    def _fatal_error(self) -> None:
        """A report file instead of Textual's traceback, whose local variables could show a secret."""
        error = self._exception or RuntimeError("unknown")
        if isinstance(error, WorkerFailed):
            error = error.error if isinstance(error.error, Exception) else error
        self.crash = self._crash_report(error)
        if self.conduct is not None:
            # The thread cannot be cut off: it stops at the end of its step, and then the program ends.
            under_way = self.conduct.under_way
            self.conduct.operator.close()
            self.conduct.runner.stop_after_this_step()
            if under_way:
                self._exit_renderables.append(f"Waiting for the step under way: {under_way}")
        self._close_messages_no_wait()

    def _crash_report(self, error: BaseException) -> tuple[str, ...]:
        text = self._redact("".join(traceback.format_exception(error)))
        path = self.guide.home.reports / f"crash-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.txt"
        head = f"lync-wizard ended unexpectedly: {type(error).__name__}"
        try:
            storage.write_whole(path, f"{head}\nrun {self.run_name or 'none'}\n\n{text}")
            written = f"A report was written to {path}"
        except OSError as failed:
            written = f"No report could be written: {failed}"
        again = f"{RESUME} {self.run_name}" if self.conduct is not None else "lync-wizard"
        return (head, written, "HINT: Nothing recorded is lost. Go on with:", again)


def _report_lines(report: Report, width: int) -> list[str]:
    return render_text(report, width)


EXIT_CODES: Final = {"left": 0, "finished": 0, "incomplete": 1, "paused": 130, "crashed": 1, "practise": 0}


def open_app(
    guide: Guide,
    start: Start | None = None,
    *,
    by: str | None = None,
    practise: Callable[[], int] | None = None,
    redact: Callable[[str], str] = str,
) -> int:
    """Open the screens and return the exit code; what there is to say afterwards goes to standard error.

    ``practise`` is what the home screen's drill does, once the screens are closed; without it there is no such item.
    ``redact`` takes secrets out of a crash report.
    """
    app = WizardApp(guide, start=start, by=by, practise=practise is not None, redact=redact)
    ending = app.run() or Ending()
    said = app.crash or ending.said
    if said:
        sys.stderr.write("\n".join(said) + "\n")
    if app.crash:
        return EXIT_CODES["crashed"]
    if ending.what == "practise" and practise is not None:
        return practise()
    if ending.what == "left" and app.start.where != "home":
        return EXIT_CODES["paused"]
    return EXIT_CODES[ending.what]
