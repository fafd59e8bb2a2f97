"""The app: paints its frame from next to nothing, then reads the papers and follows the way; holds what is everywhere.

Only Textual and the frame are imported here: whatever the way needs comes with :mod:`lync_wizard.tui.flows.main`, in a
thread, once the first frame stands.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, ParamSpec, Protocol, TypeVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerCancelled, WorkerFailed

from lync_wizard.core import timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.tui import glyph_fallback, themes
from lync_wizard.tui.passwords import PasswordAsked, PasswordPrompt
from lync_wizard.tui.screens.opening import OpeningScreen
from lync_wizard.tui.widgets.frame import KEYS, Setting, WizardScreen

if TYPE_CHECKING:
    from lync_wizard.core.secret import AskPassword
    from lync_wizard.hosts import Connect
    from lync_wizard.plans.model import Plan
    from lync_wizard.tui import messages
    from lync_wizard.tui.flows.main import MainFlow
    from lync_wizard.tui.flows.run import RunFlow
    from lync_wizard.workspace.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Start:
    """Where to begin; only ``home`` comes back to the home screen, all others leave when that one thing is through.

    ``restore`` and ``drill`` may name procedure and target, ``resume`` names a run, ``plan`` brings a plan made before.
    ``told`` is what was reported before anybody knew what to do; the first screen shows it.
    """

    where: Literal["home", "restore", "resume", "practise", "plan"] = "home"
    procedure: str | None = None
    target: str | None = None
    run: str | None = None
    plan: Plan | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ending:
    """How the app was left. ``practise`` and ``set-up``: somebody chose that. ``said``: what to print afterwards."""

    what: Literal["left", "paused", "finished", "incomplete", "practise", "set-up", "crashed"] = "left"
    run: str = ""
    said: tuple[str, ...] = ()


class Work(Protocol):
    """What loading brings: the guide, what takes secrets out of a text, and what opens sessions."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def redactor(self) -> Callable[[str], str]: ...
    @property
    def connect(self) -> Connect: ...


Load = Callable[["AskPassword"], Work]
"""Reads the papers; called once, in a thread. Its argument asks for a password on a screen, from any thread."""


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
    ) -> None:
        super().__init__()
        self.start = start or Start()
        self.by = by or ""
        self.setting = setting or Setting("", "")
        self.elsewhere = frozenset(elsewhere)
        self.run_flow: RunFlow | None = None
        self.run_name = ""
        self.working = ""
        """What a thread does that nobody needs to watch, in words; leaving waits for its end."""
        self.leaving = False
        self.refused: WizardError | None = None
        self.crash: tuple[str, ...] = ()
        self.passwords = PasswordPrompt(self.post_message)
        self.opening = OpeningScreen(self.setting)
        self._load = load
        self._work: Work | None = None
        self._flow: MainFlow | None = None
        self._plain = tuple(glyph_fallback.filters(encoding))
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

    @property
    def starter(self) -> str:
        """Who stands in the journal as the one who starts and answers."""
        return self.by or getpass.getuser()

    @property
    def workspace(self) -> Workspace:
        """The papers, once they are read."""
        if self._work is None:
            raise AssertionError("nothing has been read yet")
        return self._work.workspace

    @property
    def connect(self) -> Connect:
        """Opens sessions on hosts, once the papers are read."""
        if self._work is None:
            raise AssertionError("nothing has been read yet")
        return self._work.connect

    @property
    def resume(self) -> str:
        """The command that goes on with the run under way."""
        return self.workspace.home.resume(self.run_name)

    async def _begin(self) -> None:
        try:
            self._work, flow = await self.blocking(self._read)
        except WizardError as error:
            self.refused = error
            self.exit(Ending())
            return
        self._flow = flow
        if not self.setting.deployment:
            self.setting = flow.setting()
        self.opening.through(self.setting)
        await flow.go()

    def _read(self) -> tuple[Work, MainFlow]:
        """In a thread: what the way needs, modules as well as papers."""
        from lync_wizard.tui.flows.main import MainFlow

        return self._load(self.passwords), MainFlow(self)

    # What holds everywhere.

    async def blocking(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call something that may block in a thread worker; raises what it raises."""
        worker = self.run_worker(partial(function, *args, **kwargs), thread=True, exit_on_error=False)
        try:
            return await worker.wait()
        except WorkerFailed as failed:
            raise failed.error from failed
        except WorkerCancelled as cancelled:
            # The app is being left: whoever waits here ends with it.
            raise asyncio.CancelledError from cancelled

    async def show_error(self, error: WizardError) -> None:
        """Show what could not be done, and wait until it has been read."""
        from lync_wizard.tui.screens.error import ErrorScreen

        await self.push_screen_wait(ErrorScreen(self.setting, error.summary, error.hint, error.detail))

    def on_unmount(self) -> None:
        """However the app ended: whoever waits for an answer would wait for ever."""
        self.passwords.close()
        if self.run_flow is not None:
            self.run_flow.operator.close()
            self.run_flow.runner.stop_after_this_step()

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
        from lync_wizard.tui.screens.help import HelpScreen

        keys = list(screen.verbs().items())
        for name, active in screen.active_bindings.items():
            if active.binding.show and active.enabled:
                keys.append((KEYS.get(name, name), active.binding.description))
        self.push_screen(HelpScreen(screen.setting, screen.HELP, list(dict(keys).items())))

    def action_print(self) -> None:
        """p: the paper of what stands on the screen."""
        from lync_wizard.tui.messages import PrintAsked

        self._serve(PrintAsked(self.screen))

    def action_leave(self) -> None:
        """q and Ctrl-C: asks and never cuts anything off; while nothing has been read yet there is nothing to ask."""
        if self._flow is None:
            self.exit(Ending())
        elif "leave" not in getattr(self.screen, "WITHOUT", ()):
            self.run_worker(self._leave(), name="leave")

    async def _leave(self) -> None:
        from lync_wizard.tui.screens.leave import LeaveScreen

        run_flow = self.run_flow
        resume = self.resume if run_flow or self.working else ""
        screen = LeaveScreen(self.setting, run_flow.under_way if run_flow else self.working, resume)
        answer = await self.push_screen_wait(screen)
        if answer == "stay":
            return
        if run_flow is None or run_flow is not self.run_flow:
            self.exit(Ending())
            return
        self.leaving = True
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
        from lync_wizard.tui.screens.password import PasswordScreen

        self.passwords.answer(await self.push_screen_wait(PasswordScreen(self.setting, user)))

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

    def on_action_asked(self, message: messages.ActionAsked) -> None:
        self._to_conduct(message)

    def _to_conduct(self, message: Message) -> None:
        if self.run_flow is not None:
            self.run_flow.inbox.put_nowait(message)

    def on_examine_asked(self, message: messages.ExamineAsked) -> None:
        self._serve(message)

    def on_found(self, message: messages.Found) -> None:
        self._serve(message)

    def on_entry_typed(self, message: messages.EntryTyped) -> None:
        self._serve(message)

    def on_undo_asked(self, message: messages.UndoAsked) -> None:
        self._serve(message)

    def on_save_asked(self, message: messages.SaveAsked) -> None:
        self._serve(message)

    def on_look_asked(self, message: messages.LookAsked) -> None:
        self._serve(message)

    def on_hosts_asked(self, message: messages.HostsAsked) -> None:
        self._serve(message)

    def on_survey_progressed(self, message: messages.SurveyProgressed) -> None:
        self._serve(message)

    def on_job_progressed(self, message: messages.JobProgressed) -> None:
        self._serve(message)

    def _serve(self, message: Message) -> None:
        if self._flow is not None:
            self._flow.services.take(message)

    # The end nobody wanted.

    def _fatal_error(self) -> None:
        """A report file instead of Textual's traceback, whose local variables could show a secret."""
        error = self._exception or RuntimeError("unknown")
        if isinstance(error, WorkerFailed):
            error = error.error if isinstance(error.error, Exception) else error
        self.crash = self._crash_report(error)
        if self.run_flow is not None:
            # The thread cannot be cut off: it stops at the end of its step, and then the program ends.
            under_way = self.run_flow.under_way
            self.run_flow.operator.close()
            self.run_flow.runner.stop_after_this_step()
            if under_way:
                self._exit_renderables.append(f"Waiting for the step under way: {under_way}")
        self._close_messages_no_wait()

    def _crash_report(self, error: BaseException) -> tuple[str, ...]:

        from lync_wizard.core import storage

        head = f"lync-wizard ended unexpectedly: {type(error).__name__}"
        text = "".join(traceback.format_exception(error))
        if self._work is None:
            # Before anything is read no secret is known, and no folder to write to.
            return (head, text, "HINT: Nothing was begun. Pass these lines on, then try again:", "lync-wizard")
        text = self._work.redactor(text)
        path = self.workspace.home.reports / f"crash-{timestamps.now():%Y-%m-%dT%H%M%SZ}.txt"
        try:
            storage.write_whole(path, f"{head}\nrun {self.run_name or 'none'}\n\n{text}")
            written = f"A report was written to {path}"
        except OSError as failed:
            written = f"No report could be written: {failed}"
        again = self.resume if self.run_flow is not None or self.working else "lync-wizard"
        return (head, written, "HINT: Nothing recorded is lost. Go on with:", again)


EXIT_CODES: Final = {
    "left": 0, "finished": 0, "incomplete": 1, "paused": 130, "crashed": 1, "practise": 0, "set-up": 0,
}  # fmt: skip


def open_app(
    load: Load,
    start: Start | None = None,
    *,
    by: str | None = None,
    elsewhere: Mapping[str, Callable[[], int]] | None = None,
) -> int:
    """Open the screens and return the exit code; what there is to say afterwards goes to standard error.

    ``elsewhere`` is what the home screen's ``practise`` and ``set-up`` do, once the screens are closed; what is not
    in it is not offered. Raises the :class:`WizardError` that ``load`` ended with, after the screens are closed.
    """
    elsewhere = elsewhere or {}
    app = WizardApp(load, start=start, by=by, elsewhere=tuple(elsewhere))
    ending = app.run() or Ending()
    if app.refused is not None:
        raise app.refused
    said = app.crash or ending.said
    if said:
        sys.stderr.write("\n".join(said) + "\n")
    if app.crash:
        return EXIT_CODES["crashed"]
    if ending.what in elsewhere:
        return elsewhere[ending.what]()
    if ending.what == "left" and app.start.where != "home":
        return EXIT_CODES["paused"]
    return EXIT_CODES[ending.what]
