"""A run under way: the runner in its one thread, questions and wishes in the order they arrive, until it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final

from textual.message import Message
from textual.screen import Screen

from lync_wizard.core.errors import WizardError
from lync_wizard.runs import error_hints
from lync_wizard.runs.runner import Answer, Request, Runner
from lync_wizard.tui.context import Context
from lync_wizard.tui.messages import ActionAsked, Answered, Arrived, Asked, Ended, Wanted
from lync_wizard.tui.operator import TuiOperator
from lync_wizard.tui.screens.choose import ChooseScreen
from lync_wizard.tui.screens.confirm import ConfirmScreen
from lync_wizard.tui.screens.decide import DecideScreen
from lync_wizard.tui.screens.log import LogScreen
from lync_wizard.tui.screens.manual_steps import ActionsPanel, ActionsScreen
from lync_wizard.tui.screens.note import NoteScreen
from lync_wizard.tui.screens.reconcile import ReconcileScreen
from lync_wizard.tui.screens.run import RunScreen, inline
from lync_wizard.tui.view.rows import backup_words
from lync_wizard.tui.view.words import when
from lync_wizard.tui.widgets.choice_list import ChoiceItem
from lync_wizard.tui.widgets.frame import Setting
from lync_wizard.tui.widgets.log_view import LogLine, log_lines

if TYPE_CHECKING:
    from lync_wizard.workspace.simulated_actions import ActionProvider

GATHER: Final = 0.05
"""Seconds for which output is gathered before the screen takes it."""
REMEMBERED: Final = 50_000


class RunFlow:
    """Carries one runner to its end on one run screen; everything here runs in the app's own thread."""

    def __init__(self, context: Context, setting: Setting, runner: Runner, operator: TuiOperator) -> None:
        self.context = context
        self.app = context.app
        self.setting = setting
        self.runner = runner
        self.operator = operator
        self.lines: list[LogLine] = []
        self._hints = error_hints.HintTracker(runner.plan)
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self.said = ""
        self.actions: list[tuple[str, str]] = []
        panel = ActionsPanel(setting, self.action_provider.title, ()) if self.action_provider else None
        self.screen = RunScreen(setting, runner.plan, actions_panel=panel)
        self.actions_panel: ActionsScreen | None = None
        self._open = False

    @property
    def action_provider(self) -> ActionProvider | None:
        return self.context.workspace.action_provider

    @property
    def under_way(self) -> str:
        """The step that was sent and has not ended, in words; empty where nothing is cut off by leaving."""
        if self.screen.ended or self.operator.waiting is not None:
            return ""
        running = [s for s in self.runner.plan.steps if self.runner.state.of(s.id).shown == "running"]
        return "; ".join(f"{step.title} on {step.host}" for step in running) or "the next step's preconditions"

    def receive(self, message: Message) -> None:
        """Take a message from a screen or from the runner's thread; handled in the order they come."""
        self._inbox.put_nowait(message)

    def abandon(self) -> None:
        """The app ends: every question is answered with stop, and the runner stops after the step under way."""
        self.operator.close()
        self.runner.stop_after_this_step()

    async def carry_out(self) -> Ended:
        """Show the run until its thread has ended."""
        await self.app.push_screen(self.screen)
        self.app.run_worker(self._run, thread=True, exit_on_error=False, name="runner")
        self._spawn(self._list_actions())
        while True:
            message = await self._inbox.get()
            match message:
                case Arrived():
                    self.app.set_timer(GATHER, self._take)
                case Asked(request=request):
                    self._take()
                    self.screen.ask(request)
                    self._spawn(self._list_actions())
                    if not inline(request):
                        self._spawn(self._answer())
                case Answered(answer=answer):
                    self._reply(answer)
                case Wanted(wish="stop"):
                    self.stop()
                case Wanted(wish=wish):
                    self._spawn(self._grant(wish))
                case ActionAsked(name=name):
                    self._spawn(self._do(name))
                case Ended():
                    self._take()
                    self.screen.ended = True
                    self._close_screens_above()
                    return message

    def _run(self) -> None:
        """The runner's thread: nothing but the runner, and one message at its end."""
        try:
            self.app.post_message(Ended(self.runner.run()))
        except Exception as error:  # every end of the thread must reach the app
            self.app.post_message(Ended(None, error))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.app.run_worker(work, name="aside")

    def _take(self) -> None:
        events = self.operator.take()
        if not events:
            return
        lines = [line for event in events for line in log_lines(event, self._hints)]
        self.lines.extend(lines)
        del self.lines[: max(0, len(self.lines) - REMEMBERED)]
        self.screen.update(self.runner.state, lines)
        for screen in self.app.screen_stack:
            if isinstance(screen, LogScreen):
                screen.add(lines)
        if any(event.type in {"step_started", "step_finished"} for event in events):
            self._spawn(self._list_actions())

    def _reply(self, answer: Answer) -> None:
        if self.operator.waiting is not None:
            self.screen.ask(None)
            self.operator.answer(answer)

    def stop(self) -> None:
        """Stop at the end of the step under way; at once where a question stands open and nothing is under way."""
        if self.operator.waiting is not None:
            self._reply(Answer("stop"))
        else:
            self.runner.stop_after_this_step()
            self.screen.show_stopping()

    async def _answer(self) -> None:
        """Open the screen that fits the question; Esc there leaves it open on the run screen."""
        request = self.operator.waiting
        if request is None or self._open:
            return
        self._open = True
        try:
            answer = await self.app.push_screen_wait(self._screen_for(request))
        finally:
            self._open = False
        if answer is not None and self.operator.waiting is request:
            self._reply(answer)

    def _screen_for(self, request: Request) -> Screen[Answer | None]:
        plan = self.runner.plan
        match request.kind:
            case "confirm":
                number = plan.steps.index(plan.step(request.step.id)) + 1
                position = f"step {number} of {len(plan.steps)}"
                return ConfirmScreen(self.setting, request, position, backup_words(plan, self.setting.now()))
            case "reconcile":
                at = self.runner.state.of(request.step.id).started_at
                return ReconcileScreen(self.setting, request, when(at, self.setting.now()))
        errors = (line.text for line in self.lines[-200:] if line.tag == "ERR" and line.step == request.step.id)
        said = tuple(errors)[-5:]
        return DecideScreen(self.setting, request, said if request.kind == "decide" else ())

    async def _grant(self, wish: str) -> None:
        match wish:
            case "open":
                await self._answer()
            case "note":
                await self._note()
            case "skip":
                await self._skip()
            case "cancel":
                await self._cancel()
            case "actions":
                await self._open_actions()
            case "log" | "find":
                name = f"{self.context.run_name}-log.txt"
                await self.app.push_screen_wait(
                    LogScreen(self.setting, tuple(self.lines), name, finding=wish == "find")
                )

    async def _note(self) -> None:
        step = self.operator.waiting.step if self.operator.waiting else None
        about = f"A note on {step.title}." if step else "A note on the run."
        text = await self.app.push_screen_wait(NoteScreen(self.setting, "Note", about))
        if text is None:
            return
        if self.operator.waiting is not None:
            self._reply(Answer("note", text=text))
        else:
            self.runner.note(text)

    async def _skip(self) -> None:
        request = self.operator.waiting
        if request is None:
            return
        about = f"{request.step.title} is left out; the steps after it may need it."
        screen = NoteScreen(self.setting, "Skip this step", about, "Why is it skipped?")
        reason = await self.app.push_screen_wait(screen)
        if reason is not None and self.operator.waiting is request:
            self._reply(Answer("skip", reason=reason))

    async def _cancel(self) -> None:
        if not self.under_way:
            return
        items = [
            ChoiceItem("stay", "Let it finish"),
            ChoiceItem(
                "cancel", "Ask the host to stop it", more=("What it did until then stays done; you decide then.",)
            ),
        ]
        why = f"Under way: {self.under_way}"
        screen = ChooseScreen(
            self.setting, "Cancel this step?", "Stop the command now?", items, why=why, selected="stay"
        )
        if await self.app.push_screen_wait(screen) == "cancel" and self.under_way:
            self.runner.cancel_step()

    # Manual actions, simulated beside the run.

    async def _list_actions(self) -> None:
        if self.action_provider is None:
            return
        try:
            actions = await self.context.blocking(self.action_provider.actions)
        except WizardError as error:
            self._show_result(error.summary)
            return
        # Where several servers are empty, the actions on the server in question come first.
        at = f"@{self.screen.request.step.host}".lower() if self.screen.request else ""
        ordered = sorted(actions, key=lambda action: not (at and action.name.lower().endswith(at)))
        self.actions = [(action.name, action.title) for action in ordered]
        for panel in self._panels():
            panel.offer(self.actions)

    async def _open_actions(self) -> None:
        if self.action_provider is None:
            return
        await self._list_actions()
        self.actions_panel = ActionsScreen(self.setting, self.action_provider.title, self.actions, self.said)
        try:
            await self.app.push_screen_wait(self.actions_panel)
        finally:
            self.actions_panel = None

    async def _do(self, name: str) -> None:
        if self.action_provider is None:
            return
        do: Callable[[str], str] = self.action_provider.do
        try:
            said = await self.context.blocking(do, name)
        except WizardError as error:
            said = f"✗ {error.summary}. {error.hint}"
        else:
            self.screen.back_to_step()
        self._show_result(said)
        await self._list_actions()

    def _show_result(self, said: str) -> None:
        self.said = said
        for panel in self._panels():
            panel.show_result(said)

    def _panels(self) -> list[ActionsPanel]:
        shown = [self.screen.actions_panel] if self.screen.actions_panel is not None else []
        return [
            panel for panel in (*shown, *([self.actions_panel.panel] if self.actions_panel else [])) if panel.is_mounted
        ]

    def _close_screens_above(self) -> None:
        """Screens opened over the run have nothing to answer any more."""
        while self.app.screen is not self.screen and self.screen in self.app.screen_stack:
            self.app.pop_screen()
