"""Every command that leaves for a host, in one place: whoever keeps the record hears it before its first byte."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from lync_wizard.core.secret import Redactor

LONGEST: Final = 2_000
"""Characters of a command that are recorded."""


@dataclass(frozen=True)
class Sent:
    """One command as it was sent; ``account`` is the role of connections.yaml, or the user of a personal sign-in."""

    host: str
    account: str
    wire: str
    text: str


Hear = Callable[[Sent], None]


class SentCommands:
    """Hands every command on, redacted and in one line, to where it is recorded now; safe from any thread.

    What is sent to a host again and again without another command in between is recorded once, then counted.
    """

    def __init__(self, keep: Hear, redactor: Redactor) -> None:
        self._keep = keep
        self._redact = redactor
        self._repeated: dict[tuple[str, str], tuple[Sent, int]] = {}
        self._lock = threading.Lock()

    def to(self, host: str, account: str, wire: str) -> Callable[[str], None]:
        """What a session to that host calls with every command."""
        return lambda text: self._hear(Sent(host, account, wire, text))

    @contextlib.contextmanager
    def kept_by(self, keep: Hear) -> Iterator[None]:
        """Hand them to ``keep`` meanwhile: a run has a record of its own."""
        before = self._switch(keep)
        try:
            yield
        finally:
            self._switch(before)

    def flush(self) -> None:
        """Record how often the last commands were repeated."""
        with self._lock:
            for key in list(self._repeated):
                self._counted(key)

    def _switch(self, keep: Hear) -> Hear:
        self.flush()
        with self._lock:
            before, self._keep = self._keep, keep
            return before

    def _hear(self, sent: Sent) -> None:
        text = " ".join(self._redact(sent.text[: 2 * LONGEST]).split())
        sent = replace(sent, text=text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
        key = sent.host.casefold(), sent.wire
        with self._lock:
            last = self._repeated.get(key)
            if last is not None and last[0] == sent:
                self._repeated[key] = sent, last[1] + 1
                return
            self._counted(key)
            self._repeated[key] = sent, 0
            self._keep(sent)

    def _counted(self, key: tuple[str, str]) -> None:
        sent, again = self._repeated.pop(key, (None, 0))
        if sent is not None and again:
            self._keep(replace(sent, text=f"{sent.text} (sent {again:,} more times)"))
