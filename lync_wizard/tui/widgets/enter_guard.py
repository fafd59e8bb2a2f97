"""When an Enter counts: never as the tail of one held down, never before the screen was there to be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

QUIET: Final = 0.4
"""Seconds without an Enter, and since the screen appeared, before one counts."""
SETTLE: Final = 0.15
"""Seconds that must stay free of a further Enter after one that is to pass a confirmation.

A keyboard repeats every 30 to 50 ms, but waits up to a second before the first repeat: that first one looks like a
fresh press, until the next follows.
"""


@dataclass
class EnterGuard:
    """Judges Enter presses of one screen by an injected clock (seconds, monotonic)."""

    clock: Callable[[], float]
    _last: float = field(init=False)
    _count: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._last = self.clock()

    def appeared(self) -> None:
        """Something new stands on the screen: what was pressed before was not meant for it."""
        self._last = self.clock()
        self._count += 1

    def press(self) -> int | None:
        """A token where this Enter may count, None where it is too early or part of a row of them."""
        now = self.clock()
        quiet = now - self._last
        self._last = now
        self._count += 1
        return self._count if quiet >= QUIET else None

    def stands(self, token: int) -> bool:
        """Whether nothing followed that press; asked :data:`SETTLE` seconds after it."""
        return token == self._count
