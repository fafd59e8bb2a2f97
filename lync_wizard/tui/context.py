"""What the flows need of the app: how it began, what was read, the run under way, blocking calls, shown errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, ParamSpec, Protocol, TypeVar

from textual.app import App
from textual.message import Message
from textual.worker import WorkerCancelled, WorkerFailed

from lync_wizard.core.errors import WizardError
from lync_wizard.runs.operator import this_user
from lync_wizard.tui.screens.error import ErrorScreen
from lync_wizard.tui.widgets.frame import Setting

if TYPE_CHECKING:
    from lync_wizard.workspace.run_session import RunSession
    from lync_wizard.workspace.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Start:
    """Where to begin; only ``home`` comes back to the home screen, all others leave when that one thing is done.

    ``restore`` may name procedure and target, ``session`` brings a plan made before or a run to be resumed.
    ``told`` holds the symptoms reported before anybody knew what to do; the first screen shows them.
    """

    where: Literal["home", "restore", "session"] = "home"
    procedure: str | None = None
    target: str | None = None
    session: RunSession | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ending:
    """How the app was left. ``practise`` and ``set-up``: somebody chose that. ``said``: what to print afterwards."""

    what: Literal["left", "paused", "finished", "incomplete", "practise", "set-up"] = "left"
    run: str = ""
    said: tuple[str, ...] = ()


class Work(Protocol):
    """What loading brings: the workspace, and what takes secrets out of a text."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def redactor(self) -> Callable[[str], str]: ...


class RunControl(Protocol):
    """A run under way, as far as the app has to do with it."""

    @property
    def under_way(self) -> str:
        """The step that was sent and has not ended, in words; empty where leaving cuts nothing off."""
        ...

    def receive(self, message: Message) -> None:
        """Take a message from a screen or from the runner's thread."""
        ...

    def stop(self) -> None:
        """Stop at the end of the step under way."""
        ...

    def abandon(self) -> None:
        """The app ends: open and later questions are answered with stop, and the runner stops after its step."""
        ...


class Context:
    """Shared by the app and its flows; ``app`` is Textual's own interface (screens, workers, messages)."""

    def __init__(
        self,
        app: App[Ending],
        *,
        start: Start | None = None,
        by: str | None = None,
        setting: Setting | None = None,
        elsewhere: Collection[str] = (),
    ) -> None:
        self.app = app
        self.start = start or Start()
        self.by = by or ""
        self.setting = setting or Setting("", "")
        self.elsewhere = frozenset(elsewhere)
        self.work: Work | None = None
        """None until everything is read."""
        self.run_flow: RunControl | None = None
        self.run_name = ""
        """The run to be continued, should the app end unexpectedly; empty at the home screen."""
        self.working = ""
        """What a thread does that nobody needs to watch, in words; leaving waits for its end."""
        self.leaving = False

    @property
    def starter(self) -> str:
        """Who stands in the journal as the one who starts and answers."""
        return self.by or this_user()

    @property
    def workspace(self) -> Workspace:
        """The workspace, once it is read."""
        return self._loaded.workspace

    @property
    def _loaded(self) -> Work:
        if self.work is None:
            raise AssertionError("nothing has been read yet")
        return self.work

    @property
    def resume(self) -> str:
        """The command that continues the run under way."""
        return self.workspace.home.resume(self.run_name)

    async def blocking(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call something that may block in a thread worker; raises what it raises."""
        worker = self.app.run_worker(partial(function, *args, **kwargs), thread=True, exit_on_error=False)
        try:
            return await worker.wait()
        except WorkerFailed as failed:
            raise failed.error from failed
        except WorkerCancelled as cancelled:
            # The app is being left: whoever waits here ends with it.
            raise asyncio.CancelledError from cancelled

    async def show_error(self, error: WizardError) -> None:
        """Show what could not be done, and wait until it has been read."""
        await self.app.push_screen_wait(ErrorScreen(self.setting, error.summary, error.hint, error.detail))
