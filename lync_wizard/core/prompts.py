"""Lines out, answers in: the same words at a terminal and through a pipe, one line at a time, nothing ever redrawn."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from lync_wizard.core.errors import Refused


@dataclass(frozen=True)
class Choice:
    """One answer: the key that is typed for it, and its words."""

    key: str
    label: str
    note: str = ""


Reader = Callable[[str], str]
"""Shows a question and returns the line answered. Raises KeyboardInterrupt, and EOFError where the input ends."""


class Prompts:
    """Says lines and asks questions; :meth:`say` may be called from any thread."""

    def __init__(self, read: Reader, out: TextIO) -> None:
        self._read = read
        self._out = out
        self._speaking = threading.Lock()
        self.asking = False

    def say(self, *lines: str) -> None:
        """Write lines at once; what the terminal's encoding lacks becomes a question mark."""
        with self._speaking:
            _write(self._out, "".join(f"{line}\n" for line in lines))

    def can_show(self, text: str) -> bool:
        """Whether the terminal's encoding has these characters."""
        try:
            text.encode(getattr(self._out, "encoding", None) or "utf-8")
        except UnicodeEncodeError:
            return False
        return True

    def line(self, question: str, default: str = "") -> str:
        """One line; an empty one is the default. Raises KeyboardInterrupt, and Refused where the input has ended."""
        self.asking = True
        try:
            answer = self._read(f"{question} [{default}]" if default else question).strip()
        except EOFError as error:
            raise Refused(
                f"the input ended before this was answered: {question}",
                "Answer each question on a line of its own, or in a file: --answers (a run: --headless --answers).",
            ) from error
        finally:
            self.asking = False
        return answer or default

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


def _write(out: TextIO, text: str) -> None:
    encoding = getattr(out, "encoding", None) or "utf-8"
    out.write(text.encode(encoding, "replace").decode(encoding))
    out.flush()


def at_terminal(question: str) -> str:
    """Ask with questionary: editing and history of the line, and Ctrl-C at once."""
    # Imported here: the first frame and every help do without it.
    import questionary

    answer: str | None = questionary.text(question, qmark="?").unsafe_ask()
    if answer is None:
        raise EOFError
    return answer


def through(source: TextIO, out: TextIO) -> Reader:
    """Ask through a pipe: the question, then the answer as it was read, so that the record is whole."""

    def read(question: str) -> str:
        _write(out, f"? {question} ")
        line = source.readline()
        _write(out, line if line.endswith("\n") else f"{line}\n")
        if not line:
            raise EOFError
        return line

    return read


def prompts(out: TextIO | None = None) -> Prompts:
    """Prompts for this process: questionary where input is a terminal, plain lines where it is a pipe.

    ``out`` takes lines and questions instead of standard output.
    """
    read = at_terminal if sys.stdin.isatty() and out is None else through(sys.stdin, out or sys.stdout)
    return Prompts(read, out or sys.stdout)
