"""A run under way: the steps, the current one's instruction, time against the RTO, the log as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs import forecast
from lync_wizard.runs.forecast import current
from lync_wizard.runs.runner import Answer, Request
from lync_wizard.runs.state import RunState
from lync_wizard.tui.messages import Answered, Wanted
from lync_wizard.tui.screens.manual_steps import ActionsPanel
from lync_wizard.tui.view.words import hours, mark, minutes, sentence
from lync_wizard.tui.widgets.frame import WIDE, Rule, Setting, WizardScreen, key
from lync_wizard.tui.widgets.hanging_text import HangingText
from lync_wizard.tui.widgets.instruction import instruction, where
from lync_wizard.tui.widgets.log_view import LogLine, LogView
from lync_wizard.tui.widgets.steps import settled, step_lines

OPENED: Final = {
    "confirm": "destructive: open the confirmation",
    "decide": "it failed: say how to go on",
    "blocked": "it cannot go yet: say how to go on",
    "unreachable": "nothing was sent: say how to go on",
    "reconcile": "unknown whether it ran: decide",
    "perform": "decide",
    "identity": "is this the right machine?",
}


def inline(request: Request) -> bool:
    """Whether one key on the run screen answers it: ordinary confirmations, and work done by hand."""
    if request.kind == "confirm":
        return request.step.confirm != "type"
    return request.kind == "perform" and not request.step.choices


class RunScreen(WizardScreen[None]):
    """Stands as long as the run does; answers and wishes go out as messages, progress comes by :meth:`update`."""

    HELP: ClassVar[str] = (
        "Left the steps, right the one under way and its log. What waits for you is shown in amber; Enter answers.\n"
        "s stops when the step under way has ended; the run can be resumed later, on this or another day.\n"
        "c asks the host to stop the command now; what it did until then stays done.\n"
        "Tab moves between instruction, log and simulated actions; arrow keys scroll there."
    )
    AUTO_FOCUS = "#instruction"
    PRINTS: ClassVar[bool] = True
    BINDINGS: ClassVar = [
        key("enter", "next", "next"),
        key("s", "stop", "stop after step"),
        key("h", "actions", "actions"),
        key("n", "note", "note"),
        key("l", "log", "log"),
        key("k", "skip", "skip"),
        key("c", "cancel", "cancel step"),
        key("slash", "find", "find"),
        key("v", "streams", "streams"),
        key("end", "follow", "newest", show=False),
    ]

    def __init__(self, setting: Setting, plan: Plan, *, actions_panel: ActionsPanel | None = None) -> None:
        super().__init__(setting)
        self.plan = plan
        self.state = RunState()
        self.request: Request | None = None
        self.asked_at = 0.0
        self.actions_panel = actions_panel
        self.stopping = False
        self.ended = False
        self._shown: tuple[object, ...] = ()

    def body(self) -> ComposeResult:
        with Horizontal(id="columns"):
            with VerticalScroll(id="steps", can_focus=False):
                yield Static("", id="list")
            with Vertical(id="right"):
                yield Static("", id="title", classes="pad")
                with VerticalScroll(id="instruction"):
                    yield HangingText("", Content(""), id="what")
                yield Static("", id="status", classes="pad")
                yield Rule(self.setting.drill)
                yield LogView(id="log")
            if self.actions_panel is not None:
                self.actions_panel.id = "actions"
                yield self.actions_panel

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        self.watch(self.query_one(LogView), "unread", self._stand)
        self._draw()

    def on_resize(self) -> None:
        super().on_resize()
        if self.actions_panel is not None:
            self.actions_panel.display = self.is_wide
        self.query_one(LogView).wrap_lines(self.is_wide)
        self._shown = ()
        self.call_after_refresh(self._draw)

    @property
    def is_wide(self) -> bool:
        """Whether there is room for the actions panel beside the run."""
        return self.app.size.width >= WIDE

    def update(self, state: RunState, lines: Sequence[LogLine]) -> None:
        """The run's present state, and the log lines since the last call."""
        self.query_one(LogView).add(lines)
        if state is not self.state:
            self.state = state
            self._draw()

    def ask(self, request: Request | None) -> None:
        """A question stands open; None when it is answered."""
        self.request = request
        self.asked_at = self.setting.clock()
        self.enter.appeared()
        self._draw()
        self.refresh_bindings()

    def show_stopping(self) -> None:
        """It will stop after the step under way."""
        self.stopping = True
        self._tick()
        self.refresh_bindings()

    def verbs(self) -> dict[str, str]:
        if self.actions_panel is not None and self.actions_panel.has_focus_within:
            return {"Enter": "do it", "↑↓": "choose"}
        if self.request is None:
            return {}
        if not inline(self.request):
            return {"Enter": OPENED[self.request.kind]}
        return {"Enter": "it is done" if self.request.kind == "perform" else "send it"}

    def check_action(self, action: str, _: tuple[object, ...]) -> bool | None:
        match action:
            case "next":
                return self.request is not None
            case "skip":
                return self.request is not None and self.request.kind in {"confirm", "perform"}
            case "cancel":
                return self.request is None and not self.ended and self._step() is not None
            case "stop":
                return not self.stopping and not self.ended
            case "actions":
                return self.actions_panel is not None
        return True

    def _step(self) -> PlannedStep | None:
        return self.request.step if self.request else current(self.plan, self.state)

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        width = self.query_one("#steps").size.width - 1
        step = self._step()
        shown = (width, self.state.steps, step and step.id, self.request)
        if shown != self._shown and width > 20:
            self._shown = shown
            lines, focus = step_lines(self.plan, self.state, width)
            self.query_one("#list", Static).update(Content("\n").join(lines))
            room = self.query_one("#steps").size.height
            self.query_one("#steps").scroll_to(y=max(0, focus - room // 2), animate=False)
            self._describe(step)
        self._tick()

    def _describe(self, step: PlannedStep | None) -> None:
        title, what = self.query_one("#title", Static), self.query_one("#what", HangingText)
        if step is None:
            title.update(Content.styled("Every step is settled", "bold"))
            what.show(Content(""))
            return
        danger = ("! ", "$error bold") if step.destructive else ""
        title.update(
            Content("\n").join(
                [
                    Content.assemble(danger, (step.title, "bold")),
                    Content.assemble(where(step), (f"   {step.id}", "$muted")),
                ]
            )
        )
        parts = []
        if step.destructive:
            parts.append(Content.styled(sentence(step.destructive), "$error"))
        parts.append(instruction(step, self.request.reads if self.request else None))
        for gate in self.request.gates if self.request else ():
            glyph, style = {"yes": ("✓", "$success"), "no": ("✗", "$error bold")}.get(
                gate.proof.answer, ("?", "$warning bold")
            )
            parts.append(Content.assemble((f"{glyph} ", style), (f"before: {gate.title}", "$muted")))
        if step.notes:
            parts += [Content(""), *(Content.styled(note, "$muted") for note in step.notes)]
        what.show(Content("\n").join(parts))
        self.query_one("#instruction").scroll_home(animate=False)

    def _tick(self) -> None:
        if self.is_mounted:
            self._stand()
            self.query_one("#status", Static).update(self._status())

    def _status(self) -> Content:
        step = self._step()
        if self.request is not None:
            waited = minutes(self.setting.clock() - self.asked_at)
            words = {
                "perform": "Do this manually, then press Enter" if inline(self.request) else "A decision: press Enter",
                "confirm": "Enter sends it" if inline(self.request) else "Destructive: Enter opens the confirmation",
            }.get(self.request.kind, f"Enter: {OPENED[self.request.kind]}")
            proof = ""
            if self.request.kind == "perform" and inline(self.request):
                proof = "; the wizard checks it then" if self.request.step.verify else "; your statement is recorded"
            return Content.assemble(
                ("› ", "$warning bold"), (words, "$warning bold"), (f"{proof}   {waited}", "$muted")
            )
        if self.ended or step is None:
            return Content.styled("the run has ended" if self.ended else "finishing …", "$muted")
        at = self.state.of(step.id)
        if at.shown != "running" or at.started_at is None:
            return Content.assemble(
                mark(at.shown), (" reading its preconditions …" if not self.ended else "", "$muted")
            )
        spent = (self.setting.now() - at.started_at).total_seconds()
        doing = "verifying" if at.outcome == "ok" else "running"
        usually = f", usually {minutes(step.expected_seconds)}" if step.expected_seconds else ""
        tail = "   stops when it has ended" if self.stopping else ""
        return Content.assemble(
            (f"▶ {doing} {minutes(spent)}", "$accent bold"), (usually, "$muted"), (tail, "$warning")
        )

    def _stand(self) -> None:
        done = settled(self.plan, self.state)
        words, late = [], False
        if self.state.started_at is not None:
            now = self.setting.now()
            takes = forecast.of(self.plan, self.state, now)
            late = takes.late and not self.ended
            against = f" of RTO {hours(takes.rto)}" if takes.rto is not None else ""
            words.append(f"elapsed {hours(takes.elapsed)}{against}{' (over)' if takes.over else ''}")
            if takes.left:
                end = f"{now + timedelta(seconds=takes.left):%H:%M}"
                missed = f"! RTO missed by {hours(-(takes.margin or 0.0))}, end {end}"
                words.append(missed if late else f"{hours(takes.left)} to go, expected end {end}")
        view = self.query_one(LogView)
        self.rule.say(left=f"{done} of {len(self.plan.steps)}", right=" ── ".join(words), warns=late)
        new = f"{view.unread:,} new ↓ (End)" if view.unread else ""
        quiet = "" if view.filter == "all streams" else view.filter
        self.query_one("#right Rule", Rule).say(right=" · ".join(part for part in (quiet, new) if part))

    def action_next(self) -> None:
        if self.request is None:
            return
        if not inline(self.request):
            self.post_message(Wanted("open"))
            return
        choice = Answer("done") if self.request.kind == "perform" else Answer("go")
        self.deliberate(lambda: self.post_message(Answered(choice)))

    def action_stop(self) -> None:
        self.post_message(Wanted("stop"))

    def action_cancel(self) -> None:
        self.post_message(Wanted("cancel"))

    def action_skip(self) -> None:
        self.post_message(Wanted("skip"))

    def action_note(self) -> None:
        self.post_message(Wanted("note"))

    def action_log(self) -> None:
        self.post_message(Wanted("log"))

    def action_find(self) -> None:
        self.post_message(Wanted("find"))

    def action_actions(self) -> None:
        if self.is_wide and self.actions_panel is not None:
            if self.actions_panel.has_focus_within:
                self.back_to_step()
            else:
                self.actions_panel.focus_actions()
        else:
            self.post_message(Wanted("actions"))

    def back_to_step(self) -> None:
        """Let Enter answer the step again, not the actions panel."""
        if self.actions_panel is not None and self.actions_panel.has_focus_within:
            self.query_one("#instruction").focus()

    def action_streams(self) -> None:
        self.query_one(LogView).show_next()
        self._stand()

    def action_follow(self) -> None:
        self.query_one(LogView).action_follow()
