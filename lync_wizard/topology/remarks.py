"""What a topology leaves open or says in a way this program does not know, gathered as sentences for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

SHOWN: Final = 12
_ITEMS: Final = 2000
_SENTENCES: Final = 200


def clip(text: str, most: int = 80) -> str:
    """Text from a file as a sentence may hold it: one line, printable, not longer than ``most`` characters."""
    shown = text if text.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


class Remarks:
    """Sentences in the order in which they first came up, each once; what is alike is told in one sentence."""

    def __init__(self) -> None:
        self._told: dict[str, dict[str, None]] = {}
        self._dropped = False

    def say(self, sentence: str) -> None:
        """Add one whole sentence."""
        self._about(sentence)

    def gather(self, sentence: str, item: str) -> None:
        """Add an item to the sentence in which ``{}`` stands for the list of items."""
        items = self._about(sentence)
        if len(items) < _ITEMS:
            items[clip(item)] = None

    def _about(self, sentence: str) -> dict[str, None]:
        if sentence not in self._told and len(self._told) >= _SENTENCES:
            self._dropped = True
            return {}
        return self._told.setdefault(sentence, {})

    def __iter__(self) -> Iterator[str]:
        for sentence, items in self._told.items():
            before, here, after = sentence.partition("{}")
            if not here or not items:
                yield sentence
                continue
            shown = ", ".join(list(items)[:SHOWN])
            rest = len(items) - SHOWN
            yield f"{before}{shown}{f' and {rest} more' if rest > 0 else ''}{after}"
        if self._dropped:
            yield f"More inconsistencies were found than these {_SENTENCES} sentences show."
