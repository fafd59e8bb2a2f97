"""The lab's PowerShell Remoting endpoint: a WinRM listener on loopback for each simulated host.

HTTP 1.1 with one thread a connection; the shells belong to the listener, so that a client whose connection was lost
finds them again on the next one.
"""

from __future__ import annotations

import contextlib
import http
import logging
import os
import select
import socket
import socketserver
import threading
import uuid
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, Final, Protocol

from lync_wizard.core.secret import Secret
from lync_wizard.lab.winrm import wsman
from lync_wizard.lab.winrm.auth import Authenticator, Unreadable, require_user_file
from lync_wizard.lab.winrm.contract import Estate, Interpreters
from lync_wizard.lab.winrm.remote_shell import NEVER_RUN, RemoteShell, WireTrouble

MAX_ENVELOPE_KIB: Final = 500
_MOST_BODY: Final = 16 << 20
"""Bytes of a request that are read; the largest that a client of ours sends has a hundredth of that."""
_MOST_STRANGERS: Final = 64
"""Connections that nobody has signed in on; the oldest of more than these is closed."""
_SOAP: Final = "application/soap+xml;charset=UTF-8"
_JOIN: Final = 5.0
_STATUS: Final = {"http-400": http.HTTPStatus.BAD_REQUEST, "http-500": http.HTTPStatus.INTERNAL_SERVER_ERROR}

_log = logging.getLogger(__name__)


class Endpoint:
    """One simulated host's WinRM listener; ``port`` 0 takes a free one, ``basic`` adds Basic for these users.

    Without ``basic`` messages must be encrypted, as Windows ships it. The users of Negotiate come from the file
    that ``NTLM_USER_FILE`` names.
    """

    def __init__(
        self,
        host: str,
        estate: Estate,
        *,
        port: int = 0,
        address: str = "127.0.0.1",
        basic: Mapping[str, Secret] | None = None,
        interpreters: Interpreters | None = None,
    ) -> None:
        self.host = host
        self._basic = basic
        self._service = _Service(host, estate, interpreters)
        self._listener = _Listener((address, port), self._service, basic)
        self._thread = threading.Thread(target=self._listener.listen, name=f"{host} listener", daemon=True)

    @property
    def port(self) -> int:
        """The TCP port in use; known before :meth:`start`, which is when connections are answered."""
        return int(self._listener.server_address[1])

    def start(self) -> None:
        """Answer connections. Raises :class:`lync_wizard.core.errors.InputError` when nobody could sign in."""
        if not self._basic:
            require_user_file()
        self._thread.start()

    def stop(self) -> None:
        """Close the port, every connection and every shell; running pipelines are told to stop and waited for."""
        self._listener.close()
        if self._thread.is_alive():
            self._thread.join(_JOIN)
        self._listener.server_close()
        self._service.close()


class _Caller(Protocol):
    """The connection that a request came by."""

    def gone(self, seconds: float = 0.0) -> bool:
        """Whether the client has hung up; looks for at most ``seconds``."""

    def close_behind(self) -> None:
        """Close the connection behind the answer, without a word."""


class _Service:
    """What the requests mean; knows shells, not sockets."""

    def __init__(self, host: str, estate: Estate, interpreters: Interpreters | None) -> None:
        self.host = host
        self.estate = estate
        self._interpreters = interpreters
        self.stopping = threading.Event()
        self._shells: dict[str, RemoteShell] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        self.stopping.set()
        with self._lock:
            shells = list(self._shells.values())
            self._shells.clear()
        for shell in shells:
            shell.close()
        for shell in shells:
            shell.join(_JOIN)

    def answer(self, request: wsman.Request, user: str, caller: _Caller) -> bytes:
        """The reply's envelope. Raises :class:`~.wsman.Fault` and :class:`~.remote_shell.WireTrouble`."""
        if request.action == wsman.CREATE:
            return wsman.reply(request, self._create(request, user))
        if request.action == wsman.GET and not request.shell_id:
            return wsman.reply(request, wsman.service_configuration(MAX_ENVELOPE_KIB))
        shell = self._shell(request.shell_id, user)
        handlers: dict[str, Callable[[wsman.Request, RemoteShell], str]] = {
            wsman.COMMAND: self._command,
            wsman.SEND: self._send,
            wsman.SIGNAL: lambda request, shell: self._signal(request, shell, caller),
            wsman.DELETE: lambda _, shell: self._delete(shell),
            wsman.RECEIVE: lambda request, shell: self._receive(request, shell, caller.gone),
            wsman.GET: lambda request, shell: wsman.shell_state(request, shell.id, shell.user),
        }
        if request.action not in handlers:
            raise wsman.unsupported(request.action)
        return wsman.reply(request, handlers[request.action](request, shell))

    def _shell(self, shell_id: str, user: str) -> RemoteShell:
        with self._lock:
            shell = self._shells.get(shell_id.upper())
        if shell is None:
            raise wsman.shell_not_found(shell_id)
        if shell.user.casefold() != user.casefold():
            raise wsman.access_denied()
        return shell

    def _create(self, request: wsman.Request, user: str) -> str:
        if not self.estate.admits(self.host, user):
            raise wsman.access_denied()
        element = request.find("rsp:Shell")
        shell_id = (element.attrib.get("ShellId") if element is not None else None) or str(uuid.uuid4()).upper()
        shell = RemoteShell(
            shell_id, self.host, user, self.estate, envelope=request.envelope, interpreters=self._interpreters
        )
        opening = request.find(f"rsp:Shell/{{{wsman.POWERSHELL_NAMESPACE}}}creationXml")
        try:
            shell.feed(wsman.payload(opening))
            with self._lock:
                if self.stopping.is_set() or shell_id.upper() in self._shells:
                    raise wsman.invalid_parameter()
                self._shells[shell_id.upper()] = shell
        except wsman.Fault:
            shell.close()
            raise
        return wsman.shell_created(request, shell_id, user)

    def _command(self, request: wsman.Request, shell: RemoteShell) -> str:
        line = request.find("rsp:CommandLine")
        given = line is not None and "CommandId" in line.attrib
        command_id = request.command_id(line) if given else uuid.uuid4()
        shell.open_command(command_id)
        self._feed(shell, wsman.payload(request.find("rsp:CommandLine/rsp:Arguments")), command_id)
        number = str(command_id).upper()
        return f"<rsp:CommandResponse><rsp:CommandId>{number}</rsp:CommandId></rsp:CommandResponse>"

    def _send(self, request: wsman.Request, shell: RemoteShell) -> str:
        stream = request.find("rsp:Send/rsp:Stream")
        given = stream is not None and "CommandId" in stream.attrib
        self._feed(shell, wsman.payload(stream), request.command_id(stream) if given else None)
        return "<rsp:SendResponse/>"

    def _feed(self, shell: RemoteShell, fragments: bytes, command_id: uuid.UUID | None) -> None:
        trouble = shell.feed(fragments, command_id)
        kind = "" if trouble is None else trouble.kind
        if kind == "shell-gone":
            self._delete(shell)
            raise wsman.shell_not_found(shell.id)
        if kind == "http-400" and command_id is not None:
            shell.wait_end(command_id, self.stopping)
        if kind == "http-400" or kind in NEVER_RUN:
            raise WireTrouble(kind)
        self._be_late(shell, command_id)

    def _receive(self, request: wsman.Request, shell: RemoteShell, gone: Callable[[], bool]) -> str:
        wanted = request.find("rsp:Receive/rsp:DesiredStream")
        given = wanted is not None and "CommandId" in wanted.attrib
        command_id = request.command_id(wanted) if given else None
        fragments, done = shell.receive(command_id, request.timeout, request.envelope, gone)
        self._be_late(shell, command_id)
        return wsman.received(fragments, command_id, done=done)

    def _signal(self, request: wsman.Request, shell: RemoteShell, caller: _Caller) -> str:
        command_id = request.command_id(request.find("rsp:Signal"))
        code = request.body.findtext("rsp:Signal/rsp:Code", "", wsman.NAMESPACES)
        late = shell.delay(command_id)
        if shell.drops_idle(command_id):
            caller.close_behind()
        shell.signal(command_id, terminate=code.casefold().endswith("/terminate"))
        self.stopping.wait(late)
        return "<rsp:SignalResponse/>"

    def _delete(self, shell: RemoteShell) -> str:
        with self._lock:
            self._shells.pop(shell.id.upper(), None)
        shell.close()
        return ""

    def _be_late(self, shell: RemoteShell, command_id: uuid.UUID | None) -> None:
        seconds = shell.delay(command_id)
        if seconds:
            self.stopping.wait(seconds)


class _Listener(socketserver.ThreadingTCPServer):
    """The port: accepts while the host is on the network, and knows its connections so that it can close them."""

    allow_reuse_address = os.name != "nt"  # there it would let a second listener take the same port
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: _Service, basic: Mapping[str, Secret] | None) -> None:
        self.service = service
        self.basic = basic
        self._connections: set[socket.socket] = set()
        self._strangers: dict[socket.socket, None] = {}
        super().__init__(address, _Connection)

    def listen(self) -> None:
        """Accept until :meth:`close`; waits in the accept itself, so that twenty idle hosts cost nothing."""
        while not self.service.stopping.is_set():
            self.handle_request()

    def close(self) -> None:
        self.service.stopping.set()
        host, port = str(self.server_address[0]), int(self.server_address[1])
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            pass  # wakes the accept
        for connection in list(self._connections):
            _hang_up(connection)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        del request, client_address
        return not self.service.stopping.is_set() and self.service.estate.answers(self.service.host)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        self._strangers[request] = None
        if len(self._strangers) > _MOST_STRANGERS:
            oldest = next(iter(self._strangers))
            self.signed_in(oldest)
            _hang_up(oldest)
        super().process_request(request, client_address)

    def signed_in(self, request: socket.socket) -> None:
        """Somebody has signed in on a connection; it is not closed for those that are waiting."""
        self._strangers.pop(request, None)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        self.signed_in(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address
        _log.exception("a connection to %s broke", self.service.host)


class _Connection(BaseHTTPRequestHandler):
    """One TCP connection from a client, with the security context that belongs to it."""

    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Listener

    def setup(self) -> None:
        super().setup()
        self._service = self.server.service
        self._authenticator = Authenticator(self.server.basic)

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, OSError):  # the client's going away is its right
            super().handle()

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdecimal() and len(length) < 12 and int(length) <= _MOST_BODY):
            self.close_connection = True
            self._answer(http.HTTPStatus.BAD_REQUEST)
            return
        body = self.rfile.read(int(length))
        if not self._service.estate.answers(self._service.host):
            self._drop()
            return
        admission = self._authenticator.authenticate(self.headers.get("Authorization"))
        if admission.user is not None:
            self.server.signed_in(self.connection)
        if admission.user is None:
            self._answer(http.HTTPStatus.UNAUTHORIZED, challenges=admission.challenges)
        elif not body:
            self._answer(http.HTTPStatus.OK, challenges=admission.challenges)
        else:
            self._serve(body, admission.user, admission.challenges)

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug("%s: %s", self._service.host, format % args)

    def _serve(self, body: bytes, user: str, challenges: tuple[str, ...]) -> None:
        content_type = self.headers.get("Content-Type", "")
        sealed = content_type.startswith("multipart/encrypted")
        if self._authenticator.sealed and not sealed:
            self._answer(http.HTTPStatus.INTERNAL_SERVER_ERROR, challenges=challenges)  # AllowUnencrypted is false
            return
        try:
            envelope = self._authenticator.unseal(content_type, body) if sealed else body
        except Unreadable:
            self.close_connection = True
            self._answer(http.HTTPStatus.BAD_REQUEST)
            return
        try:
            status, reply = self._reply(envelope, user)
        except WireTrouble as trouble:
            self._show(trouble)
            return
        if sealed:
            content_type, reply = self._authenticator.seal(reply)
        self._answer(status, content_type if sealed else _SOAP, reply, challenges)

    def _reply(self, envelope: bytes, user: str) -> tuple[http.HTTPStatus, bytes]:
        message_id = ""
        try:
            request = wsman.read(envelope)
            message_id = request.message_id
            return http.HTTPStatus.OK, self._service.answer(request, user, self)
        except WireTrouble:
            raise
        except Exception as error:  # whatever a request can hold, its sender learns that it was none
            fault = error if isinstance(error, wsman.Fault) else wsman.invalid_parameter()
            if fault is not error:
                _log.debug("a request was not understood: %s", type(error).__name__)
            return http.HTTPStatus.INTERNAL_SERVER_ERROR, wsman.fault(fault, message_id, self._service.host)

    def _show(self, trouble: WireTrouble) -> None:
        if trouble.kind in _STATUS:
            self._answer(_STATUS[trouble.kind])
            return
        while trouble.kind == "hang" and not self.gone(0.5) and not self._service.stopping.is_set():
            pass
        self._drop()

    def close_behind(self) -> None:
        self.close_connection = True

    def gone(self, seconds: float = 0.0) -> bool:
        try:
            readable, _, _ = select.select([self.connection], [], [], seconds)
            return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    def _drop(self) -> None:
        self.close_connection = True
        _hang_up(self.connection)

    def _answer(
        self, status: http.HTTPStatus, content_type: str = "", body: bytes = b"", challenges: tuple[str, ...] = ()
    ) -> None:
        self.send_response(status)
        for challenge in challenges:
            self.send_header("WWW-Authenticate", challenge)
        if content_type:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
