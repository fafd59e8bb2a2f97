"""What one command has answered so far: objects and errors within bounds, everything else handed on as it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lync_wizard.hosts import HostError, Output, Record, Reply, State, bounds
from lync_wizard.hosts.spooled import Spooled

_TOO_MANY_ERRORS: Final = "the host wrote more errors than are kept; the first of them are above"


class Answer:
    """Objects and errors of one command; ``say`` hears every line while it runs."""

    def __init__(self, say: Callable[[Output], None]) -> None:
        self._say = say
        self._characters = 0
        self._dropped = 0
        self._objects: list[Record] = []
        self._errors: list[HostError] = []

    @property
    def dropped(self) -> int:
        """How many objects came and were not kept."""
        return self._dropped

    @property
    def excess(self) -> str:
        """Why nobody can rely on the answer being whole; empty where it is."""
        return f"{self._dropped:,} more objects were written than are kept" if self._dropped else ""

    def said(self, output: Output) -> None:
        self._say(output)

    def output(self, record: Record, size: int) -> None:
        """One object, which took ``size`` characters where it is no byte array in a file."""
        self._say(Output("output", record.text))
        size = 0 if isinstance(record.value, Spooled) else size
        full = len(self._objects) >= bounds.KEPT_OBJECTS
        if full or self._characters + size > bounds.KEPT_CHARACTERS:
            self._dropped += 1
            if self._dropped == 1:
                self._say(Output("warning", "too many objects to keep: the rest is only shown here, not evaluated"))
            return
        self._characters += size
        self._objects.append(record)

    def error(self, error: HostError) -> None:
        error = replace(error, message=bounds.shown(error.message), error_id=bounds.shown(error.error_id))
        if len(self._errors) < bounds.KEPT_ERRORS:
            self._errors.append(error)
        elif len(self._errors) == bounds.KEPT_ERRORS:
            # Counts as an error that no expectation tolerates: what the others said, nobody has looked at.
            self._errors.append(HostError(_TOO_MANY_ERRORS, "LimitsExceeded"))
        self._say(Output("error", error.message, error))

    def reply(self, state: State, why: str = "") -> Reply:
        both = "; ".join(part for part in (why, self.excess) if part)
        return Reply(state, tuple(self._objects), tuple(self._errors), why=both, dropped=self._dropped)

    def incomplete(self, why: str) -> Reply:
        """The failure of a question whose answer is more than is taken in."""
        self.error(HostError(f"{why}: the answer is not complete", "LimitsExceeded"))
        return replace(self.reply("failed"), why=f"{why}: the answer is not complete")
