"""What is asked from any thread while the screens are open: that thread waits for the app's answer."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from lync_wizard.core.secret import Secret
    from lync_wizard.hosts.agreement import NamedHost


class PasswordAsked(Message):
    """A thread waits for the password of a user."""

    def __init__(self, user: str) -> None:
        super().__init__()
        self.user = user


class AgreementAsked(Message):
    """A thread waits for whether accounts may sign in to hosts."""

    def __init__(self, hosts: Sequence[NamedHost]) -> None:
        super().__init__()
        self.hosts = tuple(hosts)


class SignInTold(Message):
    """A thread is about to sign in to a host, as the text says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class AppPerson:
    """Asks whoever sits at the screen; ``post`` hands a message to the app and may be called from any thread.

    Threads that ask at the same time are answered one after the other.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._answers: queue.SimpleQueue[Secret | bool | None] = queue.SimpleQueue()
        self._waiting = False
        self._closed = False

    def __call__(self, user: str) -> Secret | None:
        """Ask for a password and block until it is answered; None where nobody answers, or can any more."""
        answer = self._ask(PasswordAsked(user))
        return None if isinstance(answer, bool) else answer

    def agrees(self, hosts: Sequence[NamedHost]) -> bool | None:
        """Ask whether accounts may sign in to hosts and block until it is answered, as for a password."""
        answer = self._ask(AgreementAsked(hosts))
        return answer if isinstance(answer, bool) else None

    def told(self, text: str) -> None:
        """Have a sign-in shown."""
        with self._guard:
            if self._closed:
                return
        self._post(SignInTold(text))

    def _ask(self, question: Message) -> Secret | bool | None:
        with self._turn:
            with self._guard:
                if self._closed:
                    return None
                self._waiting = True
            self._post(question)
            return self._answers.get()

    # The app's thread.

    def answer(self, given: Secret | bool | None) -> None:
        """Answer the question that is open; without one nothing happens."""
        with self._guard:
            if not self._waiting:
                return
            self._waiting = False
        self._answers.put(given)

    def close(self) -> None:
        """Nobody can answer any more: the open question and every later one gets None."""
        with self._guard:
            self._closed = True
        self.answer(None)
