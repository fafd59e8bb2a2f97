"""A person at line mode: reads what is asked and answers it, through a pipe."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PROMPT = re.compile(r"(?:^|\n)\? ([^\n]*)$")


@dataclass
class Dialogue:
    """One run of the program; ``answer`` gets the last prompt and everything said so far, and returns a line."""

    arguments: list[str]
    home: Path
    answer: Callable[[str, str], str | None]
    environment: dict[str, str] = field(default_factory=dict)
    said: str = ""

    def run(self, seconds: float = 120.0) -> int:
        environment = {**os.environ, "PYTHONUTF8": "1", **self.environment, "LYNC_WIZARD_HOME": str(self.home)}
        child = subprocess.Popen(
            [sys.executable, "-m", "lync_wizard", *self.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        alarm = threading.Timer(seconds, child.kill)
        alarm.start()
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            answered = 0
            while chunk := os.read(child.stdout.fileno(), 65536):
                self.said += chunk.decode("utf-8", "replace").replace("\r", "")
                asked = PROMPT.search(self.said, answered)
                if asked:
                    answered = len(self.said)
                    line = self.answer(asked[1].strip(), self.said)
                    if line is None:
                        child.stdin.close()
                        continue
                    child.stdin.write(f"{line}\n".encode())
                    child.stdin.flush()
            return child.wait()
        finally:
            alarm.cancel()
            child.kill()
