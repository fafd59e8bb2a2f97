"""A program in a pseudo-terminal, and a person at it who answers what it asks."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

PATIENCE = 60.0
"""Seconds without one byte after which a test fails."""

# Whoever runs the tests in the background ignores Ctrl+C, which every process under it would inherit.
_OWN_TERMINAL = (
    "import fcntl, os, signal, sys, termios; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[=>78M]|\r|\x07")


class Terminal:
    """``text`` is everything on it so far, without colours and movements of the cursor."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))

        self._process = subprocess.Popen(
            [sys.executable, "-c", _OWN_TERMINAL, *command],
            stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=dict(environment), start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self._bytes = b""
        self._seen = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        return _CONTROL.sub("", self._bytes.decode("utf-8", "replace"))

    def until(self, asked: str) -> str:
        """Waits for a text that was not met before; what stands between the one met last and its end."""
        while True:
            at = self.text.find(asked, self._seen)
            if at >= 0:
                before, self._seen = self._seen, at + len(asked)
                return self.text[before : self._seen]
            assert self._read(), f"the program ended before {asked!r}:\n{self.text}"

    def type(self, line: str) -> None:
        os.write(self._master, (line + "\r").encode())

    def interrupt(self) -> None:
        """Ctrl+C."""
        os.write(self._master, b"\x03")

    def answer(self, *told: tuple[str, str]) -> None:
        """Waits for each question in turn and types the answer to it."""
        for question, line in told:
            self.until(question)
            self.type(line)

    def converse(self, choose: Callable[[str], str | None]) -> int:
        """Answers each line that ends in ``: `` as ``choose`` says, until the program ends; its exit code.

        None says that it is no question, or the beginning of a line that is still on its way.
        """
        while True:
            text = self.text
            line = text[self._seen :].rpartition("\n")[2]
            if line.endswith(": ") and (said := choose(line.removesuffix(": "))) is not None:
                self._seen = len(text)
                self.type(said)
            if not self._read():
                return self._process.wait()

    def end(self) -> int:
        """Reads on to the end; the exit code."""
        while self._read():
            pass
        return self._process.wait()

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], PATIENCE)
        assert ready, f"nothing came for {PATIENCE:.0f} s after:\n{self.text}"
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux: the other end is closed.
            return False
        self._bytes += data
        for _ in range(data.count(b"\x1b[6n")):
            os.write(self._master, b"\x1b[1;1R")
        return bool(data)
