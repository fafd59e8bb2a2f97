"""Which part of a procedure is planned: all of it, from a step on, up to one, or one alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lync_wizard.core.yaml_document import Problems, did_you_mean

NAMES: Final = ("begin-at", "up-to", "only-step")
"""What may be said beside the answers to a procedure's questions; each names a step of it."""
_DECIDING: Final = "prepare"
"""The procedure that every restore begins with: deciding belongs to any part of a procedure but a single step."""


@dataclass(frozen=True)
class StepRange:
    """The part that is planned; an empty name sets no bound. Steps are those the procedure itself lists."""

    begin_at: str = ""
    up_to: str = ""
    only_step: str = ""

    @property
    def whole(self) -> bool:
        return not (self.begin_at or self.up_to or self.only_step)

    def left_out(self, steps: Iterable[str]) -> dict[str, str]:
        """The steps outside, each with the reason in words. ``steps`` are ids in order, of includes what they include.

        A name that stands twice (one step written for two cases) is inside or outside as a whole. A bound that is none
        of these steps bounds nothing here: it is one of a procedure that they include, or that includes them.
        """
        order = {step: number for number, step in enumerate(dict.fromkeys(steps))}
        found: dict[str, str] = {}
        for step, number in order.items():
            if self.only_step in order:
                if step != self.only_step:
                    found[step] = f"only {self.only_step} is needed"
            elif step == _DECIDING:
                continue
            elif self.begin_at in order and number < order[self.begin_at]:
                found[step] = f"the plan begins at {self.begin_at}"
            elif self.up_to in order and number > order[self.up_to]:
                found[step] = f"the plan ends with {self.up_to}"
        return found

    def check(self, steps: Iterable[str], problems: Problems) -> None:
        """Add a problem for every bound that is no step of the procedure, or that contradicts another."""
        order = list(dict.fromkeys(steps))
        for name, step in zip(NAMES, (self.begin_at, self.up_to, self.only_step), strict=True):
            if step and step not in order:
                problems.add(None, name, f"there is no step {step}", did_you_mean(step, order))
        if self.only_step and (self.begin_at or self.up_to):
            problems.add(None, "only-step", "is given beside begin-at or up-to", "Say one or the other.")
        if self.begin_at in order and self.up_to in order and order.index(self.up_to) < order.index(self.begin_at):
            problems.add(None, "up-to", f"{self.up_to} comes before {self.begin_at}", "Swap the two.")


def of(said: Mapping[str, str]) -> StepRange:
    """The part that answers or triage's facts name."""
    return StepRange(*(said.get(name, "") for name in NAMES))


def bounds(said: Mapping[str, str]) -> dict[str, str]:
    """The bounds among answers."""
    return {name: said[name] for name in NAMES if said.get(name)}


def said_in(facts: Mapping[str, str]) -> dict[str, str]:
    """What of triage's facts bounds the plan, to be put beside the answers to its questions.

    Where triage names a procedure for the Back End of a pool, the bounds are of that procedure, which has its own plan.
    """
    return {} if facts.get("back-end") else bounds(facts)
