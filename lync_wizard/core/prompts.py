"""Lines out, answers in: the same words at a terminal and through a pipe, one line at a time, nothing ever redrawn."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from lync_wizard.core import terminal
from lync_wizard.core.errors import Refused
from lync_wizard.core.secret import Secret


@dataclass(frozen=True)
class Choice:
    """One answer: the key that is typed for it, and its words."""

    key: str
    label: str
    note: str = ""


Reader = Callable[[str], str]
"""Shows a question and returns the line answered. Raises KeyboardInterrupt, and EOFError where the input ends."""


class Prompts:
    """Says lines and asks questions; :meth:`say` may be called from any thread.

    ``read_secret`` asks without showing what is typed; without it nobody can be asked for a password.
    """

    def __init__(self, read: Reader, out: TextIO, read_secret: Reader | None = None) -> None:
        self._read = read
        self._read_secret = read_secret
        self._out = out
        self.asking = False

    def say(self, *lines: str) -> None:
        """Write lines at once; what the terminal's encoding lacks becomes a question mark."""
        terminal.write(self._out, lines)

    def can_show(self, text: str) -> bool:
        """Whether the terminal's encoding has these characters."""
        try:
            text.encode(getattr(self._out, "encoding", None) or "utf-8")
        except UnicodeEncodeError:
            return False
        return True

    def line(self, question: str, default: str = "") -> str:
        """One line; an empty one is the default. Raises KeyboardInterrupt, and Refused where the input has ended."""
        return self._answer(self._read, f"{question} [{default}]" if default else question).strip() or default

    @property
    def can_hide(self) -> bool:
        """Whether a password can be asked for."""
        return self._read_secret is not None

    def secret(self, question: str) -> Secret:
        """What is typed without being shown; empty where nothing was. Raises as :meth:`line`."""
        if self._read_secret is None:
            raise Refused("there is no terminal to ask for a password at", "Run this at a terminal.")
        return Secret(self._answer(self._read_secret, question))

    def _answer(self, read: Reader, question: str) -> str:
        self.asking = True
        try:
            return read(terminal.visible(question))
        except EOFError as error:
            raise Refused(
                f"the input ended before this was answered: {question}",
                "Answer each question on a line of its own, or in a file: --answers (a run: --headless --answers).",
            ) from error
        finally:
            self.asking = False

    def text(self, question: str) -> str:
        """A line that may not be empty."""
        while True:
            if answer := self.line(question):
                return answer
            self.say("  An answer is needed here.")

    def choose(self, question: str, choices: Sequence[Choice], default: str = "") -> str:
        """The key of one choice; the choices stand one a line above the question."""
        width = max(len(choice.key) for choice in choices)
        for choice in choices:
            note = f" ({choice.note})" if choice.note else ""
            self.say(f"  {choice.key:>{width}}  {choice.label}{note}")
        keys = {choice.key.lower(): choice.key for choice in choices}
        while True:
            answer = self.line(question, default)
            if answer.lower() in keys:
                return keys[answer.lower()]
            self.say(f"  {answer or 'Nothing'} is none of these: {', '.join(keys.values())}.")

    def pick(self, question: str, labels: Iterable[tuple[str, str]], default: int | None = None) -> int:
        """The index of one of (label, note), numbered from 1 on the screen."""
        choices = [Choice(str(number), label, note) for number, (label, note) in enumerate(labels, 1)]
        return int(self.choose(question, choices, "" if default is None else str(default + 1))) - 1

    def agree(self, question: str, default: bool | None = None) -> bool:
        """Yes or no."""
        preset = "" if default is None else "y" if default else "n"
        while True:
            answer = self.line(f"{question} (y/n)", preset).lower()
            if answer in {"y", "yes"}:
                return True
            if answer in {"n", "no"}:
                return False
            self.say("  Answer y or n.")


def at_terminal(question: str) -> str:
    """Ask with questionary: editing and history of the line, and Ctrl-C at once."""
    # Imported here: the first frame and every help do without it.
    import questionary

    answer: str | None = questionary.text(question, qmark="?").unsafe_ask()
    if answer is None:
        raise EOFError
    return answer


def hidden(question: str) -> str:
    """Ask with questionary, without showing what is typed."""
    # Imported here: as above.
    import questionary

    answer: str | None = questionary.password(question, qmark="?").unsafe_ask()
    if answer is None:
        raise EOFError
    return answer


def through(source: TextIO, out: TextIO) -> Reader:
    """Ask through a pipe: the question, then the answer as it was read, so that the record is whole."""

    def read(question: str) -> str:
        terminal.write(out, [f"? {question} "], end="")
        line = source.readline()
        terminal.write(out, [line.rstrip("\r\n")])
        if not line:
            raise EOFError
        return line

    return read


def prompts(out: TextIO | None = None) -> Prompts:
    """Prompts for this process: questionary where input is a terminal, plain lines where it is a pipe.

    ``out`` takes lines and questions instead of standard output.
    """
    if sys.stdin.isatty() and out is None:
        return Prompts(at_terminal, sys.stdout, hidden)
    return Prompts(through(sys.stdin, out or sys.stdout), out or sys.stdout)
