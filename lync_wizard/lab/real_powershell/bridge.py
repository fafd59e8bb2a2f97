"""The way from a real PowerShell's commands to the simulation: one connection a command, over loopback."""

from __future__ import annotations

import contextlib
import json
import logging
import secrets
import select
import socket
import socketserver
import threading
from collections.abc import Callable
from typing import Any, Final

from lync_wizard.lab.powershell.runspace import Runspace
from lync_wizard.lab.real_powershell import values
from lync_wizard.lab.winrm.contract import ErrorRecord, Invocation, Stopped, Terminated

_LINE_LIMIT: Final = 1 << 28

_log = logging.getLogger(__name__)


class Bridge:
    """Answers commands of whoever holds a token; the token says on which host and as whom they run.

    ``afterwards`` is called before a command's end is told.
    """

    def __init__(self, afterwards: Callable[[], None]) -> None:
        self._afterwards = afterwards
        self._runspaces: dict[str, Runspace] = {}
        bridge = self

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # a command that was stopped hangs up
                    bridge._answer(self.rfile.readline(_LINE_LIMIT), self.connection)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 128

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="PowerShell bridge", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def admit(self, runspace: Runspace) -> str:
        """A token with which commands run in ``runspace``."""
        token = secrets.token_urlsafe(32)
        self._runspaces[token] = runspace
        return token

    def dismiss(self, token: str) -> None:
        """The token is worth nothing any more."""
        self._runspaces.pop(token, None)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._runspaces.clear()

    def _answer(self, line: bytes, connection: socket.socket) -> None:
        streams = _SocketStreams(connection)
        try:
            asked = json.loads(line)
            runspace = self._runspaces.get(str(asked.get("token")))
            if runspace is None:
                raise Terminated(ErrorRecord("The lab does not know this PowerShell.", "PermissionDenied"))
            _run(runspace, asked, streams, self._afterwards)
        except Terminated as terminated:
            streams.say("terminated", values.error_to_json(terminated.record))
        except Stopped:
            pass
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            _log.exception("a command could not be answered")
            record = ErrorRecord(f"The simulated cmdlet broke: {error}", "NotSpecified", "SimulationFailed")
            streams.say("terminated", values.error_to_json(record))


def _run(runspace: Runspace, asked: dict[str, Any], streams: _SocketStreams, afterwards: Callable[[], None]) -> None:
    name = str(asked["name"])
    if "words" in asked:
        words = Invocation(name, tuple((None, word) for word in asked["words"]))
        runspace.answer(words, (), streams)
        afterwards()
        streams.say("exit", runspace.exit_code)
        return
    named = tuple((key, values.from_json(value)) for key, value in asked["parameters"])
    received = [values.from_json(item) for item in asked.get("input", ())]
    runspace.answer(Invocation(name, named), received, streams)
    afterwards()
    streams.say("end")


class _SocketStreams:
    """Implements :class:`~lync_wizard.lab.winrm.contract.Streams`; a connection that hangs up is a stop."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def say(self, kind: str, *parts: Any) -> None:
        try:
            self._connection.sendall(json.dumps([kind, *parts]).encode() + b"\n")
        except OSError as error:
            raise Stopped from error

    def output(self, value: Any) -> None:
        self.say("output", values.to_json(value))

    def error(self, record: ErrorRecord) -> None:
        self.say("error", values.error_to_json(record))

    def verbose(self, text: str) -> None:
        self.say("verbose", text)

    def debug(self, text: str) -> None:
        self.say("debug", text)

    def warning(self, text: str) -> None:
        self.say("warning", text)

    def information(self, text: str) -> None:
        self.say("information", text)

    def progress(self, activity: str, status: str, percent: int) -> None:
        self.say("progress", activity, status, percent)

    def check(self) -> None:
        self.wait(0.0)

    def wait(self, seconds: float) -> None:
        # Nothing is sent after the request: what can be read is the connection's end.
        readable, _, _ = select.select([self._connection], [], [], max(0.0, seconds))
        if readable:
            raise Stopped
