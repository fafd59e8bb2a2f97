"""Twenty hosts on loopback, a process of their own: ``Wait-Host -Seconds`` takes that long and answers one line; any
other question takes half a second."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lync_wizard.lab.winrm.contract import Invocation, Streams, Trouble
from lync_wizard.lab.winrm.listener import Endpoint

USER, PASSWORD = "BENCH\\runner", "a bench has no secrets"
COUNT = 20
QUESTION = 0.5
"""Seconds that a host takes to answer whatever names no time of its own."""


class Desk:
    def run(self, pipeline: Sequence[Invocation], streams: Streams) -> None:
        named = dict(pipeline[0].arguments)
        streams.wait(float(named.get("Seconds", QUESTION)))
        streams.output("waited")

    def close(self) -> None:
        """Holds nothing."""


class Estate:
    def admits(self, host: str, user: str) -> bool:
        return True

    def answers(self, host: str) -> bool:
        return True

    def open_shell(self, host: str, user: str) -> Desk:
        return Desk()

    def trouble(self, host: str, pipeline: Sequence[Invocation]) -> Trouble | None:
        return None


def main() -> None:
    """Print the ports as one JSON line, then serve until standard input closes."""
    with tempfile.TemporaryDirectory() as folder:
        users = Path(folder) / "users"
        users.write_text("BENCH:runner:" + PASSWORD + "\n", "utf-8")
        os.environ["NTLM_USER_FILE"] = str(users)
        endpoints = [Endpoint(f"host{number:02}.bench", Estate()) for number in range(COUNT)]
        for endpoint in endpoints:
            endpoint.start()
        print(json.dumps({endpoint.host: endpoint.port for endpoint in endpoints}), flush=True)  # noqa: T201
        sys.stdin.read()
        for endpoint in endpoints:
            endpoint.stop()


if __name__ == "__main__":
    main()
