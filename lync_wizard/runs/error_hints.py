"""Known error texts of hosts and what to do about them, from ``worksheets/hints.yaml``."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lync_wizard.core.catalogue import data_folder
from lync_wizard.core.yaml_document import Fields, Problems, load

_ANYTHING = "..."


@dataclass(frozen=True)
class Hint:
    """What a known text means: the ``pitfall`` it belongs to, and what to do."""

    pitfall: str
    do: str
    pattern: re.Pattern[str]

    def __str__(self) -> str:
        return f"⮑ {self.pitfall}: {self.do}"


def hint(text: str) -> Hint | None:
    """The first known hint that fits what a host said, or None."""
    said = " ".join(text.split())
    return next((one for one in shipped() if one.pattern.search(said)), None)


class HintTracker:
    """Hints beside a log: each once for an attempt of a step, though the host's error and the step's end both have it.

    Only what tells how a command fares is read: errors, warnings and plain output, and why a step ended.
    """

    _READ: Final = frozenset({"error", "warning", "output"})

    def __init__(self) -> None:
        self._said: set[tuple[str | None, int | None, str]] = set()

    def output(self, step: str | None, attempt: int | None, stream: str, text: str) -> Hint | None:
        return self._once(step, attempt, text) if stream in self._READ else None

    def ended(self, step: str | None, attempt: int | None, why: str) -> Hint | None:
        return self._once(step, attempt, why)

    def _once(self, step: str | None, attempt: int | None, text: str) -> Hint | None:
        found = hint(text)
        if found is None or (step, attempt, found.do) in self._said:
            return None
        self._said.add((step, attempt, found.do))
        return found


@functools.cache
def shipped() -> tuple[Hint, ...]:
    """The hints this version comes with, parsed once. Raises :class:`InputError` for a broken file."""
    problems = Problems()
    found = read(data_folder() / "hints.yaml", problems)
    problems.raise_any("the hints")
    return found


def read(path: Path, problems: Problems) -> tuple[Hint, ...]:
    """The hints of a file in their order; what is wrong in it is added to ``problems``."""
    node = load(path, problems, shown=path.name)
    if node is None:
        return ()
    top = Fields(node, problems, "hints.yaml")
    hints = []
    for one in top.mappings("hints", required=True):
        pitfall = one.text("id", required=True, pattern=r"P[1-9][0-9]*")
        texts = one.texts("texts", required=True)
        do = one.text("do", required=True)
        one.done()
        for text in texts:
            if len(text.replace(_ANYTHING, "").strip()) < _SHORTEST:
                problems.add(one.where("texts"), "texts", f"{text!r} would fit too much", "Write more of the text.")
        if pitfall and texts and do:
            hints.append(Hint(pitfall, " ".join(do.split()), pattern(texts)))
    top.done()
    return tuple(hints)


_SHORTEST = 5


def pattern(texts: Sequence[str]) -> re.Pattern[str]:
    """What finds any of these texts: ``...`` stands for anything on the way, white space is one blank."""
    return re.compile("|".join(_one(text) for text in texts), re.IGNORECASE)


def _one(text: str) -> str:
    parts = [re.escape(" ".join(part.split())) for part in text.split(_ANYTHING)]
    return ".*?".join(parts)
