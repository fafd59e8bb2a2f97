"""Places in files, and what is wrong there, gathered so that all of it is shown at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lync_wizard.core import terminal
from lync_wizard.core.errors import InputError
from lync_wizard.core.wrapping import counted

MOST_PROBLEMS: Final = 1_000
"""Problems that are kept of one reading; nobody reads more, and each costs a comparison of spellings."""
LONGEST_WORD: Final = 100
"""Characters of a word that are compared with the allowed spellings, and shown."""


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file; line and column count from 1. Line 0 is the file or folder itself."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file or a value: where, which key, what (lower case, no full stop), and what to do."""

    where: Mark | None
    key: str
    message: str
    hint: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        key = f"{self.key}: " if self.key else ""
        return f"{terminal.visible(f'{place}{key}{self.message}')}\n  HINT: {terminal.visible(self.hint)}"


class Problems:
    """A growing list of problems; nothing is raised until somebody asks."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    @property
    def full(self) -> bool:
        """Whether no more are kept."""
        return len(self._found) >= MOST_PROBLEMS

    def add(self, where: Mark | None, key: str, message: str, hint: str) -> None:
        self.extend([Problem(where, _short(key), _short(message, 20 * LONGEST_WORD), hint)])

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            if len(self._found) < MOST_PROBLEMS - 1:
                self._found[problem] = None
            elif not self.full and problem not in self._found:
                self._found[Problem(None, "", "there are more problems than are listed", _REST)] = None

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._found, key=lambda p: (p.where is None, p.where or Mark("", 0, 0))))

    def __len__(self) -> int:
        return len(self._found)

    def raise_any(self, what: str) -> None:
        """Raise one :class:`InputError` that lists every problem; do nothing where there is none."""
        if self._found:
            count = counted(len(self._found), "problem")
            raise InputError(f"{count} in {what}", "Fix what is listed and try again.", "\n".join(str(p) for p in self))


@dataclass(frozen=True)
class Node:
    """One YAML node: ``value`` is a str, int, float, bool, None, a list of nodes or a dict of nodes by key.

    ``text`` is a scalar exactly as written. ``keys`` holds where each key of a mapping stands.
    """

    value: Any
    mark: Mark
    text: str = ""
    keys: Mapping[str, Mark] | None = None

    def plain(self) -> Any:
        """The value without marks."""
        match self.value:
            case dict():
                return {key: node.plain() for key, node in self.value.items()}
            case list():
                return [node.plain() for node in self.value]
        return self.value


_REST: Final = "Fix those that are listed first."


def _short(text: str, most: int = LONGEST_WORD) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """The rest of a hint: the nearest allowed spelling, then what is allowed."""
    words = list(allowed)
    by_lower = {w.lower(): w for w in words}
    near = difflib.get_close_matches(word.lower()[:LONGEST_WORD], by_lower, n=1)
    listed = f"Allowed: {', '.join(words)}." if words else "Nothing is allowed here."
    return f"Did you mean {by_lower[near[0]]}? {listed}" if near else listed
