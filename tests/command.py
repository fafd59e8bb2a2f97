"""A command of the program carried out in the tests' own process: the same ``main``, without starting Python anew."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from pathlib import Path
from unittest import mock

from lync_wizard.cli import main


def call(home: Path, *arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """What a process of its own would say and end with; ``typed`` is all its standard input holds."""
    said, told = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environment),
        mock.patch("sys.stdin", io.StringIO(typed)),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(told),
    ):
        try:
            code = main(["--home", str(home), *arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(arguments, code, said.getvalue(), told.getvalue())


def lives(child: subprocess.Popen[bytes]) -> bool:
    """Whether a process goes on, told after a moment in which it, and not who watches it, has the processor."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(0.01)
    return child.poll() is None
