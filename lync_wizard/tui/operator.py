"""The one bridge between the runner's thread and the app: questions block, events are gathered."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from textual.message import Message

from lync_wizard.runs.runner import Answer, Request
from lync_wizard.runs.state import RunEvent
from lync_wizard.tui.messages import Arrived, Asked


class TuiOperator:
    """Answers for whoever sits at the screen.

    ``post`` hands a message to the app and may be called from any thread (Textual's ``post_message``).
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._events: list[RunEvent] = []
        self._lock = threading.Lock()
        self._closed = False
        self.waiting: Request | None = None

    # The runner's thread.

    def ask(self, request: Request) -> Answer:
        """Post the question and block until the app answers; after :meth:`close` the answer is always to stop."""
        with self._lock:
            if self._closed:
                return Answer("stop", reason="the window was closed")
            self.waiting = request
        self._post(Asked(request))
        return self._answers.get()

    def show(self, event: RunEvent) -> None:
        """Keep an event until the app takes it; one message wakes the app for all that gather meanwhile."""
        with self._lock:
            self._events.append(event)
            first = len(self._events) == 1
        if first:
            self._post(Arrived())

    # The app's thread.

    def take(self) -> list[RunEvent]:
        """Every event since the last call, in order."""
        with self._lock:
            events, self._events = self._events, []
        return events

    def answer(self, answer: Answer) -> None:
        """Answer the question that is open; without one nothing happens (the same answer given twice)."""
        with self._lock:
            if self.waiting is None:
                return
            self.waiting = None
        self._answers.put(answer)

    def close(self) -> None:
        """Nobody can answer any more: the open question and every later one is answered with stop."""
        with self._lock:
            self._closed = True
        self.answer(Answer("stop", reason="the window was closed"))
