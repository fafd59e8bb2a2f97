"""The plan before anything is sent: every step with its host, account and exact command."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lync_wizard.core.wrapping import counted
from lync_wizard.plans import identified, reach
from lync_wizard.plans import remarks as plan_remarks
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs import forecast
from lync_wizard.runs.state import RunState
from lync_wizard.tui.view.words import about, fit_title, sentence, short
from lync_wizard.tui.widgets.choice_list import ChoiceItem, Choices
from lync_wizard.tui.widgets.frame import Rule, Setting, WizardScreen, key
from lync_wizard.tui.widgets.hanging_text import HangingText
from lync_wizard.tui.widgets.instruction import instruction, remarks, where

_AHEAD: Final = len("  1  ! ")


class ReviewScreen(WizardScreen[bool]):
    """Dismisses with True to start the run, False to go back; ``why`` says why it is looked at again."""

    HELP: ClassVar[str] = (
        "This is everything that will be done, in order. Nothing has been sent yet.\n"
        "! marks what destroys something; each of these is confirmed again when it is reached, by typing its target.\n"
        "Enter starts the run with exactly this plan."
    )
    VERBS: ClassVar = {"Enter": "start the run", "↑↓": "look at a step"}
    PRINTS: ClassVar[bool] = True
    BINDINGS: ClassVar = [key("tab", "app.focus_next", "scroll the step", show=False), key("escape", "back", "back")]

    def __init__(self, setting: Setting, plan: Plan, why: str = "") -> None:
        super().__init__(setting)
        self.plan = plan
        self.rule.left = plan.title
        set_name = plan.backup_set or "none"
        takes = forecast.of(plan, RunState(), plan.made_at)
        against = f" of RTO {about(takes.rto)}" if takes.rto is not None else ""
        self.rule.say(
            right=f"{counted(len(plan.steps), 'step')} · about {about(takes.left)}{against}" + " !" * takes.late,
            warns=takes.late,
        )
        self.detail = Rule(setting.drill)
        self._facts = why or f"backup set {set_name}"

    def body(self) -> ComposeResult:
        destructive = sum(1 for step in self.plan.steps if step.destructive)
        by_hand = sum(1 for step in self.plan.steps if step.by_hand)
        facts = Content.assemble(
            (f"{self._facts}   ", "$muted"),
            (f"! {destructive} destructive   ", "$error bold") if destructive else "",
            (f"{by_hand} manual", "$muted"),
        )
        yield Static(facts, classes="say")
        for remark in plan_remarks.of(self.plan):
            yield Static(Content.assemble(("! ", "$warning bold"), (remark, "$warning")), classes="say")
        with Container(id="columns"):
            yield Choices(self._items(), self.plan.steps[0].id if self.plan.steps else None, self.setting.clock)
            with VerticalScroll(id="step"):
                yield self.detail
                yield HangingText("", Content(""), id="what")

    def on_mount(self) -> None:
        self._show(self.query_one(Choices).chosen)

    def _items(self) -> list[ChoiceItem]:
        items = []
        number = 0
        for _, grouped in groupby(self.plan.steps, key=lambda step: step.group):
            steps = list(grouped)
            for position, step in enumerate(steps):
                number += 1
                head = (Content.styled(f"   {steps[0].group_title}", "$muted underline"),) if not position else ()
                row = partial(_row, number, step)
                facts = short(step.host, self.setting.domain)
                if step.by_hand:  # where a step is done for several servers, say for which
                    facts = f"{facts} manual" if "@" in step.id else "manual"
                items.append(ChoiceItem(step.id, row(_AHEAD + len(step.title)), facts, over=head, cut=True, brief=row))
        for number, omitted in enumerate(self.plan.omitted):
            left = Content.styled(f"  –  left out: {omitted.title}", "$muted")
            items.append(ChoiceItem(f"omitted {number}", left, omitted.why))
        return items

    def _show(self, chosen: str | None) -> None:
        step = next((one for one in self.plan.steps if one.id == chosen), None)
        if step is not None:
            self.detail.say(left=step.id, right="destructive" if step.destructive else "")
            self.query_one("#what", HangingText).show(Content("\n").join([details(step), *self._hosts(step)]))

    def _hosts(self, step: PlannedStep) -> Iterator[Content]:
        """What the hosts of a step are, as the plan says."""
        for name in dict.fromkeys(identified.key(wire, host) for wire, host, _ in reach.uses(step)):
            if one := self.plan.identified.get(name):
                yield Content.assemble(("host       ", "$muted"), (f"{name.partition(' ')[2]}: {one}", "$muted"))

    def on_choices_moved(self, event: Choices.Moved) -> None:
        self._show(event.item)
        self.query_one("#step").scroll_home(animate=False)

    def on_choices_chosen(self, _: Choices.Chosen) -> None:
        self.deliberate(lambda: self.dismiss(True))

    def action_back(self) -> None:
        self.dismiss(False)


def _row(number: int, step: PlannedStep, width: int) -> Content:
    """Number, mark and title of a step in at most ``width`` characters."""
    danger = ("! ", "$error bold") if step.destructive else ("  ", "")
    return Content.assemble((f"{number:>3}  ", "$muted"), danger, fit_title(step.title, width - _AHEAD))


def details(step: PlannedStep) -> Content:
    """A step whole: where, what it destroys, the command, how it is confirmed and proved."""
    lines = [where(step)]
    if step.destructive:
        lines.append(Content.assemble(("! ", "$error bold"), (sentence(step.destructive), "$error")))
    lines.append(instruction(step))
    if step.before:
        before = "; ".join(precondition.title for precondition in step.before)
        lines.append(Content.assemble(("before     ", "$muted"), (before, "$muted")))
    if (notes := remarks(step)).plain:
        lines.append(notes)
    if step.undo:
        lines.append(Content.assemble(("undo       ", "$muted"), (step.undo, "$muted")))
    return Content("\n").join(lines)
