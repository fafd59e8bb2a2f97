"""Values derived from a seed: the same seed gives the same scenario on every machine and Python."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class SeededValues:
    """Choices derived from a seed and the words that name them; no state, so their order does not matter."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def digest(self, *words: str) -> str:
        """64 hexadecimal digits."""
        return hashlib.sha256("\0".join((str(self._seed), *words)).encode()).hexdigest()

    def below(self, limit: int, *words: str) -> int:
        """An integer from 0 up to but not including ``limit``."""
        return int(self.digest(*words)[:12], 16) % limit

    def some(self, items: Sequence[T], count: int, *words: str) -> list[T]:
        """``count`` different items, fewer where there are not so many, in their own order."""
        ranked = sorted(range(len(items)), key=lambda index: self.digest(*words, str(index)))
        return [items[index] for index in sorted(ranked[:count])]

    def guid(self, *words: str) -> str:
        return str(uuid.UUID(self.digest(*words)[:32]))
