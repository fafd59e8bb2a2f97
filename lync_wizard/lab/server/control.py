"""The lab's control: one JSON line per request and per reply, over loopback, for whoever holds the owner's token."""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import os
import secrets
import socket
import socketserver
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from lync_wizard.core import reading
from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.core.storage import write_whole

_log = logging.getLogger(__name__)
_LINE_LIMIT: Final = 1 << 20
_TIMEOUT: Final = 30.0
_OF_THE_LAB: Final = (
    "This is a fault of the simulation, not of what is practised; part of it may have been done. "
    "Read lab/lab.log of the drill's home, and begin a new drill."
)
REQUESTS: Final = ("deeds", "do", "verdict", "backed-up", "strike", "status", "powershell", "stop")


def control_file(home: Path) -> Path:
    """Where a running lab writes the address and token of its control, and its process id (owner-only)."""
    return home / "lab" / "door.json"


class ControlTarget(Protocol):
    """What the control serves; each reply is a JSON mapping. May raise :class:`WizardError`.

    ``stop`` is called after its reply has been sent; the connection stays open until the process is gone, which
    tells the client that it is.
    """

    def actions(self) -> dict[str, Any]: ...
    def do(self, name: str) -> dict[str, Any]: ...
    def verdict(self) -> dict[str, Any]: ...
    def backed_up(self, name: str) -> dict[str, Any]: ...
    def strike(self) -> dict[str, Any]: ...
    def status(self) -> dict[str, Any]: ...
    def powershell(self, host: str, user: str) -> dict[str, Any]: ...
    def stop(self) -> None: ...


class ControlServer:
    """Serves one lab's control on a loopback port of its own, with a thread per connection."""

    def __init__(self, home: Path, target: ControlTarget) -> None:
        self._file = control_file(home)
        token = secrets.token_urlsafe(32)

        class Handler(socketserver.StreamRequestHandler):
            timeout = _TIMEOUT

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # the client has disconnected
                    line = self.rfile.readline(_LINE_LIMIT)
                    while line:
                        answer, ends = _answer(target, token, line)
                        self.wfile.write(json.dumps(answer).encode() + b"\n")
                        if ends:
                            target.stop()
                        line = self.rfile.readline(_LINE_LIMIT)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self._server = Server(("127.0.0.1", 0), Handler)
        self._token = token
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="lab-control", daemon=True
        )

    def start(self) -> None:
        """Start answering, and write the address to ``lab/door.json``."""
        self._thread.start()
        address = {"host": "127.0.0.1", "port": self._server.server_address[1]}
        write_whole(self._file, json.dumps(address | {"token": self._token, "pid": os.getpid()}))

    def stop(self) -> None:
        """Delete the file and stop answering."""
        if self._thread.is_alive():
            self._file.unlink(missing_ok=True)
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def _answer(target: ControlTarget, token: str, line: bytes) -> tuple[dict[str, Any], bool]:
    """The reply, and whether the lab is to end once it is sent."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return _refusal("the request is not a line of JSON", "Send one JSON object on one line."), False
    given = request.get("token") if isinstance(request, dict) else None
    if not isinstance(given, str) or not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        return _refusal("the token is wrong", "Read the token in lab/door.json of the lab's own home."), False
    try:
        reply = {"ok": True} | _dispatch(target, request)
        json.dumps(reply)
    except WizardError as error:
        return _refusal(error.summary, error.hint, error.detail), False
    except Exception as error:  # whatever is wrong in the lab: who asked learns that it was the lab, and at what
        what = " ".join(str(request[name]) for name in ("ask", "name") if request.get(name))
        _log.exception("the lab failed at: %s", what)
        return _refusal(f"the lab itself failed at {what}: {type(error).__name__}: {error}", _OF_THE_LAB), False
    return reply, request.get("ask") == "stop"


def _dispatch(target: ControlTarget, request: Mapping[str, Any]) -> dict[str, Any]:
    match request.get("ask"):
        case "deeds":
            return target.actions()
        case "do":
            return target.do(str(request.get("name", "")))
        case "verdict":
            return target.verdict()
        case "backed-up":
            return target.backed_up(str(request.get("name", "")))
        case "strike":
            return target.strike()
        case "status":
            return target.status()
        case "powershell":
            return target.powershell(str(request.get("host", "")), str(request.get("user", "")))
        case "stop":
            return {"pid": os.getpid()}
    return _refusal("the door does not know that request", f"Ask one of {', '.join(REQUESTS)}.")


def _refusal(summary: str, hint: str, detail: str = "") -> dict[str, Any]:
    return {"ok": False, "summary": summary, "hint": hint, "detail": detail}


class LabControl:
    """A client of the lab's control; each request opens a connection of its own.

    Every request raises :class:`Unreachable` where no lab answers in that home, and :class:`WizardError` with the
    lab's message where it refuses, or where the lab itself failed: then the message says at what.
    """

    def __init__(self, home: Path) -> None:
        self._file = control_file(home)

    def actions(self) -> list[dict[str, Any]]:
        """Every action: ``name, host, title, seconds, available, why`` (what prevents it, or empty).

        With several lost servers there is one for each, named ``ACTION@HOST``.
        """
        return list(self._request("deeds")["deeds"])

    def do(self, name: str) -> dict[str, Any]:
        """Carry out an action, ``NAME`` or ``NAME@HOST``: ``{"title", "said", "seconds"}``."""
        return self._request("do", name=name)

    def verdict(self) -> dict[str, Any]:
        """``{"verdict": "restored" | "not restored", "not_restored": [text, …]}``.

        Of a failover ``verdict`` is ``failed over``, ``failed back`` or ``done``, or one of these after ``not``, and
        ``lost`` says what the last sync had not copied.
        """
        return self._request("verdict")

    def backed_up(self, name: str) -> dict[str, Any]:
        """Whether the set of that name holds the deployment: ``verdict`` is "backed up" or "not backed up"."""
        return self._request("backed-up", name=name)

    def strike(self) -> dict[str, Any]:
        """Let the disaster happen to a deployment left standing: ``{"lost": [FQDN, …]}``."""
        return self._request("strike")

    def status(self) -> dict[str, Any]:
        """``{"scenario", "environment", "hosts", "pid", "connections", "target", …}``.

        ``shown`` counts the faults that this process of the lab has shown, by kind.
        """
        return self._request("status")

    def powershell(self, host: str, user: str) -> dict[str, Any]:
        """What a PowerShell of this computer needs to be one on a simulated host, signed in as ``user``.

        ``{"program", "first", "environment"}``: ``first`` is what it has to run before anything else.
        """
        return self._request("powershell", host=host, user=user)

    def stop(self) -> None:
        """Ask the lab to end, and return when its process is gone."""
        self._request("stop", to_the_end=True)

    def pid(self) -> int | None:
        """The process id in the control file, or None where there is no file."""
        try:
            return int(json.loads(reading.text(self._file))["pid"])
        except reading.FAULTS:
            return None

    def _request(self, ask: str, *, to_the_end: bool = False, **fields: Any) -> dict[str, Any]:
        home = self._file.parent.parent
        try:
            address = json.loads(reading.text(self._file))
            connection = socket.create_connection((address["host"], address["port"]), timeout=_TIMEOUT)
            line = json.dumps({"ask": ask, "token": address["token"]} | fields).encode() + b"\n"
        except reading.FAULTS as error:
            raise Unreachable(
                f"no lab answers in {home}", "Start it with: lync-wizard lab start.", reading.why(error)
            ) from error
        try:
            with connection, connection.makefile("rb") as replies:
                connection.sendall(line)
                reply = replies.readline(_LINE_LIMIT)
                with contextlib.suppress(ConnectionError):
                    while to_the_end and replies.read(1):
                        pass
            answer: dict[str, Any] = json.loads(reply)
        except reading.FAULTS as error:
            what = " ".join([ask, *map(str, fields.values())])
            raise Unreachable(
                f"the lab in {home} was asked ({what}) and did not answer",
                "What was asked for may have been carried out. Read lab/lab.log there, and begin a new drill.",
                reading.why(error),
            ) from error
        if not answer.pop("ok", False):
            raise WizardError(str(answer["summary"]), str(answer["hint"]), str(answer.get("detail", "")))
        return answer
