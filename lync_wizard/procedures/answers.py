"""What the objects of an answer hold, and how that is known: what a predicate may rest on."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

from lync_wizard.core import yaml_document
from lync_wizard.core.catalogue import data_folder
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.command import Command, Compare, Pipeline

Grade = Literal["seen", "documented", "guess"]
GRADES: tuple[Grade, ...] = get_args(Grade)
_HAND_ON: Final = frozenset({"where-object", "select-object", "sort-object"})
"""Cmdlets whose output is what they were given."""


def source_of(command: Command) -> str:
    """The cmdlet whose objects a pipeline answers, or whose export is read; empty for a statement or a program."""
    if isinstance(command, Compare):
        return command.export.name
    if not isinstance(command, Pipeline):
        return ""
    names = [cmdlet.name for cmdlet in command.cmdlets if cmdlet.name.lower() not in _HAND_ON]
    return names[-1] if names else ""


def grade(cmdlet: str, name: str) -> Grade:
    """How it is known that the answer of a cmdlet has a property of that name; a guess where nothing says so."""
    known = _declared().get(cmdlet.lower(), {})
    return known.get(name.lower(), "guess")


def chosen_by(command: Command) -> list[tuple[str, str]]:
    """The properties by which a pipeline chooses or unfolds its objects, each with the cmdlet that gave the objects.

    Of an object without that property nothing is chosen, which looks like an answer: "none of them is left".
    """
    found, source = [], ""
    for cmdlet in command.cmdlets if isinstance(command, Pipeline) else ():
        if cmdlet.name.lower() not in _HAND_ON:
            source = cmdlet.name
            continue
        given = {name.lower(): value for name, value in cmdlet.parameters}
        found += [
            (source, str(given[one])) for one in ("property", "expandproperty") if isinstance(given.get(one), str)
        ]
    return found


def guessed(command: Command, names: Iterable[str]) -> list[str]:
    """What an answer rests on that nobody has seen and nothing documents, as ``PROPERTY of CMDLET``.

    Asked about are these properties of the command's answer, and those by which the command itself chooses.
    """
    cmdlet = source_of(command)
    asked = [*chosen_by(command), *((cmdlet, name) for name in names if cmdlet)]
    return [f"{name} of {source}" for source, name in dict.fromkeys(asked) if grade(source, name) == "guess"]


@functools.cache
def _declared() -> Mapping[str, Mapping[str, Grade]]:
    problems = Problems()
    node = yaml_document.load(data_folder() / "answers.yaml", problems)
    problems.raise_any("answers.yaml")
    data = node.plain() if node else {}
    return {
        str(cmdlet).lower(): {str(name).lower(): one for one in GRADES for name in graded.get(one, ())}
        for cmdlet, graded in (data.items() if isinstance(data, dict) else ())
    }
