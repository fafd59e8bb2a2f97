"""The app: paints its frame before anything is read, then reads the home and starts the flow; holds what is everywhere.

Only Textual and a few light screens are imported here: everything else comes with :mod:`lync_wizard.tui.flows.main`,
in a thread, once the first frame stands.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import WorkerFailed

from lync_wizard.core import terminal
from lync_wizard.core.errors import UNEXPECTED, WizardError
from lync_wizard.core.storage import Home
from lync_wizard.tui import glyph_fallback, themes
from lync_wizard.tui.context import Context, Ending, Start, Work
from lync_wizard.tui.messages import ForRun, ForServices, PrintAsked, ThreadFailed
from lync_wizard.tui.person import AgreementAsked, AppPerson, PasswordAsked, SignInTold
from lync_wizard.tui.screens.help import HelpScreen
from lync_wizard.tui.screens.opening import OpeningScreen
from lync_wizard.tui.widgets.frame import KEYS, Setting, WizardScreen

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lync_wizard.hosts.agreement import NamedHost, Person
    from lync_wizard.tui.flows.main import MainFlow

Load = Callable[["Person"], Work]
"""Reads the home; called once, in a thread. Its argument asks on a screen what is to be asked, from any thread."""


class WizardApp(App[Ending]):
    """The terminal front end over what ``load`` brings; ``refused`` is the refusal loading ended with, if it did."""

    CSS_PATH: ClassVar[str] = str(Path(__file__).with_name("wizard.tcss"))
    TITLE: str | None = "lync-wizard"
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "help"),
        Binding("ctrl+p", "command_palette", "commands", priority=True),
        Binding("p", "print", "print"),
        Binding("q", "leave", "quit"),
        Binding("ctrl+c,ctrl+q", "leave", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        load: Load,
        *,
        start: Start | None = None,
        by: str | None = None,
        setting: Setting | None = None,
        elsewhere: Collection[str] = (),
        encoding: str | None = None,
        home: Home | None = None,
    ) -> None:
        super().__init__()
        self.context = Context(self, start=start, by=by, setting=setting, elsewhere=elsewhere)
        self.refused: WizardError | None = None
        self.crash: tuple[str, ...] = ()
        self.person = AppPerson(self.post_message)
        self.opening = OpeningScreen(self.context.setting)
        self._load = load
        self._home = home
        self._flow: MainFlow | None = None
        self._plain = (glyph_fallback.Visible(), *glyph_fallback.filters(encoding))
        self.register_theme(themes.DARK)
        self.register_theme(themes.LIGHT)
        light = os.environ.get("LYNC_WIZARD_THEME", "").lower() == "light"
        # Without its watcher, which would have every style parsed a second time before the first frame.
        self.set_reactive(App.theme, (themes.LIGHT if light else themes.DARK).name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(not light, "-dark-mode", update=False)
        self.set_class(light, "-light-mode", update=False)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return (*super().get_line_filters(), *self._plain)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(themes.DARK.variables)

    def get_default_screen(self) -> Screen[Any]:
        return self.opening

    def on_ready(self) -> None:
        self.call_after_refresh(self.opened)

    def opened(self) -> None:
        """The first frame has been painted: read everything else."""
        self.run_worker(self._begin(), name="flow")

    async def _begin(self) -> None:
        try:
            self.context.work, flow = await self.context.blocking(self._read)
        except WizardError as error:
            self.refused = error
            self.exit(Ending())
            return
        self._flow = flow
        if not self.context.setting.deployment:
            self.context.setting = flow.setting()
        self.opening.loaded(self.context.setting)
        await flow.go()

    def _read(self) -> tuple[Work, MainFlow]:
        """In a thread: the flows' modules, and the home."""
        # Imported here, so that the first frame does not wait for plans, runs and checks.
        from lync_wizard.tui.flows.main import MainFlow

        return self._load(self.person), MainFlow(self.context)

    # What holds everywhere.

    def on_unmount(self) -> None:
        """However the app ended: whoever waits for an answer would wait for ever."""
        self.person.close()
        if self.context.run_flow is not None:
            self.context.run_flow.abandon()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        screen = self.screen
        if isinstance(screen, WizardScreen) and action in screen.WITHOUT:
            return False
        if action == "print" and not (isinstance(screen, WizardScreen) and screen.PRINTS):
            return False
        return super().check_action(action, parameters)

    def action_help(self) -> None:
        screen = self.screen
        if not isinstance(screen, WizardScreen):
            return
        keys = list(screen.verbs().items())
        for name, active in screen.active_bindings.items():
            if active.binding.show and active.enabled:
                keys.append((KEYS.get(name, name), active.binding.description))
        self.push_screen(HelpScreen(screen.setting, screen.HELP, list(dict(keys).items())))

    def action_print(self) -> None:
        """p: the printout of what the screen shows."""
        self.post_message(PrintAsked(self.screen))

    def action_leave(self) -> None:
        """q and Ctrl-C: asks and never cuts anything off; while nothing has been read yet there is nothing to ask."""
        if self._flow is None:
            self.exit(Ending())
        elif "leave" not in getattr(self.screen, "WITHOUT", ()):
            self.run_worker(self._leave(), name="leave")

    async def _leave(self) -> None:
        # Imported here, so that the first frame does not wait for lists and fields.
        from lync_wizard.tui.screens.leave import LeaveScreen

        run_flow = self.context.run_flow
        resume = self.context.resume if run_flow or self.context.working else ""
        screen = LeaveScreen(self.context.setting, run_flow.under_way if run_flow else self.context.working, resume)
        answer = await self.push_screen_wait(screen)
        if answer == "stay":
            return
        if run_flow is None or run_flow is not self.context.run_flow:
            self.exit(Ending())
            return
        self.context.leaving = True
        run_flow.stop()

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

    def on_password_asked(self, message: PasswordAsked) -> None:
        self.run_worker(self._ask_password(message.user), name="password")

    async def _ask_password(self, user: str) -> None:
        # Imported here, so that the first frame does not wait for lists and fields.
        from lync_wizard.tui.screens.password import PasswordScreen

        typed = await self.push_screen_wait(PasswordScreen(self.context.setting, user))
        self.person.answer(typed)

    def on_agreement_asked(self, message: AgreementAsked) -> None:
        self.run_worker(self._ask_agreement(message.hosts), name="agreement")

    async def _ask_agreement(self, hosts: Sequence[NamedHost]) -> None:
        # Imported here, so that the first frame does not wait for lists and fields.
        from lync_wizard.tui.screens.agreement import AgreementScreen

        agreed = await self.push_screen_wait(AgreementScreen(self.context.setting, hosts))
        self.person.answer(agreed)

    def on_sign_in_told(self, message: SignInTold) -> None:
        if isinstance(self.screen, WizardScreen):
            self.screen.tell(message.text)

    @on(ForRun)
    def forward_to_run(self, message: ForRun) -> None:
        if self.context.run_flow is not None:
            self.context.run_flow.receive(message)

    @on(ForServices)
    def forward_to_services(self, message: ForServices) -> None:
        if self._flow is not None:
            self._flow.services.take(message)

    # An unexpected exception.

    @on(ThreadFailed)
    def raise_from_thread(self, message: ThreadFailed) -> None:
        raise message.error

    def panic(self, *_: RenderableType) -> None:
        """Textual shows errors of its own this way; they are reported like every other."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        """A report file instead of Textual's traceback, whose local variables could show a secret."""
        if self.crash:
            return
        error: BaseException = self._exception or RuntimeError("unknown")
        if isinstance(error, WorkerFailed):
            error = error.error
        self.crash = tuple(self._report(error))
        if self.context.run_flow is not None:
            # The thread cannot be cut off: it stops at the end of its step, and then the program ends.
            under_way = self.context.run_flow.under_way
            self.context.run_flow.abandon()
            if under_way:
                self._exit_renderables.append(terminal.visible(f"Waiting for the step under way: {under_way}"))
        self._close_messages_no_wait()

    def _report(self, error: BaseException) -> list[str]:
        # Imported here, so that the first frame does not wait for what is needed once at most.
        from lync_wizard.workspace import error_report

        work = self.context.work
        if work is None:
            # Before anything is read no secret is known.
            return error_report.write(self._home or Home.find(), error)
        run = self.context.run_name
        resume = self.context.resume if run else ""
        return error_report.write(work.workspace.home, error, redact=work.redactor, run=run, resume=resume)


EXIT_CODES: Final = {
    "left": 0, "finished": 0, "incomplete": 1, "paused": 130, "practise": 0, "set-up": 0,
}  # fmt: skip


def open_app(
    load: Load,
    start: Start | None = None,
    *,
    by: str | None = None,
    elsewhere: Mapping[str, Callable[[], int]] | None = None,
    home: Home | None = None,
) -> int:
    """Open the screens and return the exit code; what there is to say afterwards goes to standard error.

    ``elsewhere`` is what the home screen's ``practise`` and ``set-up`` do, once the screens are closed; what is not
    in it is not offered. ``home`` takes the error report while ``load`` has not read anything yet. Raises the
    :class:`WizardError` that ``load`` ended with, after the screens are closed.
    """
    elsewhere = elsewhere or {}
    app = WizardApp(load, start=start, by=by, elsewhere=tuple(elsewhere), home=home)
    ending = _run(app) or Ending()
    if app.refused is not None:
        raise app.refused
    said = app.crash or ending.said
    if said:
        terminal.write(sys.stderr, said)
    if app.crash:
        return UNEXPECTED
    if ending.what in elsewhere:
        return elsewhere[ending.what]()
    if ending.what == "left" and app.context.start.where != "home":
        return EXIT_CODES["paused"]
    return EXIT_CODES[ending.what]


def _run(app: WizardApp) -> Ending | None:
    """Run the app; an exception in a thread that nobody waits for ends it like one of its own."""

    def failed(thread: threading.ExceptHookArgs) -> None:
        if isinstance(thread.exc_value, Exception):
            app.post_message(ThreadFailed(thread.exc_value))

    before, threading.excepthook = threading.excepthook, failed
    try:
        return app.run()
    finally:
        threading.excepthook = before
