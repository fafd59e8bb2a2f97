"""The list of a run's steps: groups in order, the one under way opened, each with its state as glyph and word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from textual.content import Content

from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs.forecast import current
from lync_wizard.runs.state import RunState
from lync_wizard.tui.view.words import fit, fit_title, mark, style_of


def settled(plan: Plan, state: RunState) -> int:
    return sum(1 for step in plan.steps if state.of(step.id).settled)


def group_state(steps: Sequence[PlannedStep], state: RunState) -> str:
    """One word for a whole group: what needs looking at most."""
    shown = [state.of(step.id).shown for step in steps]
    for worst in ("failed", "unknown", "running", "ready"):
        if worst in shown:
            return worst
    if all(one == "skipped" for one in shown):
        return "skipped"
    if all(one in {"done", "skipped"} for one in shown):
        return "done"
    return "running" if any(one in {"done", "skipped"} for one in shown) else "waiting"


def step_lines(plan: Plan, state: RunState, width: int) -> tuple[list[Content], int]:
    """The lines of the list, and the number of the line with the step under way."""
    lines: list[Content] = []
    at = current(plan, state)
    focus = 0
    for _, grouped in groupby(plan.steps, key=lambda step: step.group):
        steps = list(grouped)
        opened = at is not None and at.group == steps[0].group
        done = sum(1 for step in steps if state.of(step.id).settled)
        count = f"{done}/{len(steps)}" if opened else f"{len(steps)}"
        title = fit(steps[0].group_title, width - 12 - len(count))
        gap = " " * max(1, width - 11 - len(title) - len(count))
        style = "bold" if opened else "$muted" if done == len(steps) else ""
        lines.append(
            Content.assemble(" ", mark(group_state(steps, state), 7), " ", (title, style), gap, (count, "$muted"))
        )
        if opened:
            for step in steps:
                shown = state.of(step.id).shown
                if step is at:
                    focus = len(lines)
                words = fit_title(step.title, width - 12)
                style = (
                    "bold" if step is at else "$muted" if shown in {"done", "skipped", "waiting"} else style_of(shown)
                )
                danger = ("!", "$error bold") if step.destructive and shown not in {"done", "skipped"} else (" ", "")
                lines.append(Content.assemble("  ", mark(shown, 7), danger, (words, style)))
    for omitted in plan.omitted:
        words = fit(f"{omitted.title}: {omitted.why}", width - 12)
        lines.append(Content.assemble(" ", mark("skipped", 7), " ", (words, "$muted")))
    return lines, focus
