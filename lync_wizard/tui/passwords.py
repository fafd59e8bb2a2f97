"""A password asked for from any thread while the screens are open: that thread waits for the app's answer."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from lync_wizard.core.secret import Secret


class PasswordAsked(Message):
    """A thread waits for the password of a user."""

    def __init__(self, user: str) -> None:
        super().__init__()
        self.user = user


class PasswordPrompt:
    """Asks whoever sits at the screen; ``post`` hands a message to the app and may be called from any thread.

    Threads that ask at the same time are answered one after the other.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._answers: queue.SimpleQueue[Secret | None] = queue.SimpleQueue()
        self._waiting = False
        self._closed = False

    def __call__(self, user: str) -> Secret | None:
        """Post the question and block until it is answered; None where nobody answers, or can any more."""
        with self._turn:
            with self._guard:
                if self._closed:
                    return None
                self._waiting = True
            self._post(PasswordAsked(user))
            return self._answers.get()

    # The app's thread.

    def answer(self, secret: Secret | None) -> None:
        """Answer the question that is open; without one nothing happens."""
        with self._guard:
            if not self._waiting:
                return
            self._waiting = False
        self._answers.put(secret)

    def close(self) -> None:
        """Nobody can answer any more: the open question and every later one gets None."""
        with self._guard:
            self._closed = True
        self.answer(None)
