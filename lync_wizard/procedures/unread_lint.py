"""Whether everything that is written of a step is read, and whether there is something to do in it.

A way, a step with parts and a step that includes others hand on some keys only (docs/procedure-format.md, "Putting
steps together"); what else they give is in no plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Final, get_args

from lync_wizard.core.yaml_document import Mark, Problems
from lync_wizard.hosts.command import SimulatedAction
from lync_wizard.procedures.expand import TAKEN_FROM_A_WAY
from lync_wizard.procedures.model import Kind, Library, Procedure, Step

SENT: Final = frozenset(get_args(Kind)) - {"wizard-gui", "manual", "decision"}
"""Kinds of steps that the wizard sends."""

_ALWAYS: Final = frozenset({"id", "title", "mark", "kind", "uses"})
_WAY: Final = _ALWAYS | TAKEN_FROM_A_WAY | {"run", "parts", "notes"}
_PLACED: Final = _ALWAYS | {"when", "on", "for_each", "followed_by"}
_PARTS: Final = _PLACED | {"parts", "host", "source", "notes", "errata", "pitfalls"}
_PROCEDURE: Final = _PLACED | {"include", "only", "source"}
"""Where the documentation includes another topic is worth writing down, though the steps name their own."""
_BLOCK: Final = (_PARTS - {"parts"}) | {"include"}
_AMONG_PARTS: Final = _ALWAYS | {"include", "when", "host", "on"}
_KEYS: Final = {"account": "as", "limit_seconds": "seconds", "expected_seconds": "seconds",
                "repeatable_because": "repeatable", "followed_by": "followed-by"}  # fmt: skip


def lint_deeds(procedure: Procedure, problems: Problems) -> None:
    """Every step, part and way that would be nobody's: no command, no instruction, and none in what it includes.

    A plan would show it to a person as their own work, without a word of what to do.
    """
    for step in procedure.walk():
        if step.run or step.parts or step.include or step.ways or step.choices or step.kind == "decision":
            continue
        if step.kind in SENT:
            problems.add(step.mark, "run", f"is missing: the kind is {step.kind}, and nothing is sent",
                         "Give `run`; a way brings its own, whatever its step has.")  # fmt: skip
        else:
            problems.add(step.mark, "do", "is missing: nothing says what is to be done",
                         "Give `do`, or `run` with its kind; a way brings its own, whatever its step has.")  # fmt: skip


def lint(procedure: Procedure, library: Library, problems: Problems) -> None:
    """Every key that is read nowhere: of a way, of a step with parts, of one that includes; and kinds that mislead."""
    for step in procedure.steps:
        for mark, what, unread in _unread(step, library, part=False):
            for key in unread:
                problems.add(mark, key, f"is not read of {what}",
                             "Write it in the step, part or way that has the command itself.")  # fmt: skip
    for step in procedure.walk():
        by_hand = isinstance(step.run, SimulatedAction)
        if step.run and by_hand == (step.kind in SENT):
            said = "a person carries it out (do)" if by_hand else "a command is sent (run)"
            kinds = "wizard-gui or manual" if by_hand else ", ".join(sorted(SENT))
            problems.add(step.mark, "kind", f"is {step.kind}, but {said}", f"Write {kinds}.")


def _unread(step: Step, library: Library, *, part: bool) -> Iterator[tuple[Mark, str, list[str]]]:
    for way in step.ways.values():
        yield way.mark, "a way", _given(way, _WAY)
        for one in way.parts:
            yield from _unread(one, library, part=True)
    if step.parts:
        yield step.mark, "a step with parts", _given(step, _PARTS | {"ask", "ways"})
        for one in step.parts:
            yield from _unread(one, library, part=True)
    if step.include in library:
        block = library[step.include].block
        if part and block and not step.for_each:
            yield step.mark, "a block among parts", _given(step, _AMONG_PARTS)
        elif block:
            yield step.mark, "a step that includes a block", _given(step, _BLOCK)
        else:
            yield step.mark, "a step that includes a procedure", _given(step, _PROCEDURE)


def _given(step: Step, read: frozenset[str]) -> list[str]:
    """The keys of a step beside those that are read there; a default that is written out counts as not given."""
    found = []
    for field in fields(step):
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if field.name not in read and getattr(step, field.name) != default:
            found.append(_KEYS.get(field.name, field.name))
    return list(dict.fromkeys(found))
