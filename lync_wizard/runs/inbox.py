"""What other threads say to the runner, in order; what a host writes waits while the journal is behind."""

from __future__ import annotations

import queue
import threading
from typing import Any, Final

from lync_wizard.hosts import Output
from lync_wizard.hosts.sent import Sent

_WAITING: Final = 2_000
"""Lines of hosts that wait to be recorded; a host that writes faster than the disk is held up here."""
_LOOK: Final = 0.5
RECORDED_LINES: Final = 200_000
RECORDED_CHARACTERS: Final = 64 << 20
"""Lines of one attempt at a step, and characters of them, that the journal records."""
RECORDED_COMMANDS: Final = 50_000
"""Commands of one sitting that the journal records besides those of the steps."""
_NO_MORE: Final = "more was written than the journal records; what follows of this step is left out"


class Inbox:
    """A queue for one reader; :meth:`end` frees whoever still waits to say something."""

    def __init__(self) -> None:
        self._said: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._room = threading.Semaphore(_WAITING)
        self._ended = threading.Event()

    def put(self, kind: str, payload: Any) -> None:
        self._said.put((kind, payload))

    def output(self, step: str, output: Output) -> None:
        """A line that a step's host wrote; waits while too many are not yet recorded."""
        while not self._room.acquire(timeout=_LOOK):
            if self._ended.is_set():
                return
        self._said.put(("output", (step, output)))

    def get(self, timeout: float | None = None) -> tuple[str, Any]:
        """The next one. Raises queue.Empty."""
        kind, payload = self._said.get(timeout=timeout)
        if kind == "output":
            self._room.release()
        return kind, payload

    def empty(self) -> bool:
        return self._said.empty()

    def end(self) -> None:
        """Nobody reads any more."""
        self._ended.set()


class Measure:
    """How much of what hosts write is recorded: what is beyond is told once."""

    def __init__(self) -> None:
        self._steps: dict[str, tuple[int, int]] = {}
        self._commands = 0

    def begin(self, step: str) -> None:
        """A new attempt at a step."""
        self._steps[step] = 0, 0

    def output(self, step: str, output: Output) -> Output | None:
        """The line as it is recorded; None for one too many."""
        lines, characters = self._steps.get(step, (0, 0))
        if lines > RECORDED_LINES:
            return None
        lines, characters = lines + 1, characters + len(output.text)
        if lines > RECORDED_LINES or characters > RECORDED_CHARACTERS:
            self._steps[step] = RECORDED_LINES + 1, characters
            return Output("warning", _NO_MORE)
        self._steps[step] = lines, characters
        return output

    def sent(self, sent: Sent) -> dict[str, Any] | None:
        """A command as the journal records it; None for one too many."""
        self._commands += 1
        if self._commands > RECORDED_COMMANDS:
            return None
        more = self._commands == RECORDED_COMMANDS
        text = "more commands were sent than the journal records" if more else sent.text
        return {"stream": "sent", "text": text, "host": sent.host, "account": sent.account}
