"""The sockets of a simulated SQL instance: encryption inside TDS packets, logins, one statement at a time, attention.

What is answered comes from an :class:`Engine`; this module knows the wire and nothing of SQL.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from lync_wizard.lab.tds import protocol
from lync_wizard.lab.tds.channel import FIRST_SIZE, Channel, Gone
from lync_wizard.lab.tds.protocol import Column, Message

Encryption = Literal["offered", "required", "none"]
"""offered: the login is always encrypted, the rest as the client wishes; required: everything; none: a server without
any certificate."""

_HANDSHAKE_SECONDS: Final = 30.0
_MOST_STRANGERS: Final = 64
"""Connections on which nobody has logged in; the oldest of more than these is cut."""
_BREATH: Final = 0.05
_OF_THE_LAB: Final = 50000
"""A number of no SQL Server message: from here on they are free for applications."""

_log = logging.getLogger(__name__)


class Cancelled(Exception):
    """The client sent ATTENTION; the running statement ends here."""


class Refusal(Exception):
    """A statement or login refused, with everything SQL Server says about it; ``ends_batch``: nothing after it runs."""

    def __init__(self, *messages: Message, ends_batch: bool = False) -> None:
        super().__init__(messages[0].text)
        self.messages = messages
        self.ends_batch = ends_batch


class Client(Protocol):
    """Where a running statement writes; everything said is on the wire before the call returns."""

    def columns(self, shape: Sequence[Column]) -> None: ...
    def row(self, values: Sequence[Any]) -> None: ...
    def raw(self, data: bytes) -> None:
        """Bytes as they are, for an instance that does not keep to the protocol."""

    def info(self, number: int, text: str, state: int = 1) -> None:
        """An INFO message, followed by a DONE that says that more is to come."""

    def error(self, refusal: Refusal) -> None: ...

    def done(self, count: int | None = None) -> None:
        """The end of one statement."""

    def database(self, new: str, old: str) -> None:
        """The connection's database has changed."""

    def wait(self, seconds: float) -> None:
        """Pass wall time; raises :class:`Cancelled` or :class:`Gone` as soon as the client cancels or is lost."""


class Connection(Protocol):
    """One logged-in connection inside the engine."""

    def run(self, text: str, parameters: Mapping[str, Any], client: Client) -> None:
        """Run a batch. A batch that cannot be parsed raises :class:`Refusal`; other errors go to ``client``."""

    def transaction(self, open_: bool) -> None:
        """The client began or ended a transaction."""

    def close(self) -> None: ...


class Engine(Protocol):
    """A SQL instance as its listener uses it."""

    @property
    def server_name(self) -> str: ...

    @property
    def version(self) -> tuple[int, int, int]: ...

    def answers(self) -> bool:
        """Whether the instance is up; False: connections are closed before a word is said."""

    def login(self, login: protocol.Login, cut: Callable[[], None]) -> tuple[Connection, str]:
        """Let a client in; returns its connection and database. ``cut`` kills the connection from outside.

        Raises :class:`Refusal` (18456, 18452, 4060).
        """


class Listener:
    """Serves one instance on a loopback port, a thread a connection, until :meth:`close`."""

    def __init__(
        self,
        engine: Engine,
        tls: ssl.SSLContext | None,
        *,
        encryption: Encryption = "offered",
        address: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._engine = engine
        self._tls = tls
        self._encryption: Encryption = encryption if tls is not None else "none"
        self._conversations: dict[_Conversation, None] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._socket = socket.create_server((address, port), backlog=64)
        self._socket.settimeout(None)
        self.address, self.port = self._socket.getsockname()[:2]
        self._thread = threading.Thread(target=self._accept, name=f"tds-{self.port}", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Kill every connection without a word, as a crash or a pulled cable does."""
        with self._lock:
            for conversation in list(self._conversations):
                conversation.cut()

    def close(self) -> None:
        """Stop listening and end every conversation; returns when their threads are gone."""
        self._closing.set()
        with contextlib.suppress(OSError):  # wakes a blocked accept on every platform
            socket.create_connection((self.address, self.port), 1).close()
        self._thread.join()
        self._socket.close()
        self.cut()
        for thread in [c.thread for c in list(self._conversations)]:
            thread.join()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                peer, _ = self._socket.accept()
            except OSError:  # a client that was gone already, or no descriptor left for it
                self._closing.wait(_BREATH)
                continue
            if self._closing.is_set():
                peer.close()
                return
            if not self._engine.answers():
                peer.close()
                continue
            with self._lock:
                conversation = _Conversation(peer, self._engine, self._tls, self._encryption, self._ended)
                self._conversations[conversation] = None
                strangers = [one for one in self._conversations if not one.logged_in]
                if len(strangers) > _MOST_STRANGERS:
                    strangers[0].cut()
            try:
                conversation.thread.start()
            except RuntimeError:  # no thread left
                peer.close()
                self._ended(conversation)

    def _ended(self, conversation: _Conversation) -> None:
        with self._lock:
            self._conversations.pop(conversation, None)


class _Writer:
    """The :class:`Client` of one statement; inside a procedure call every DONE is a DONEINPROC."""

    def __init__(self, channel: Channel, server: str, inside_procedure: bool) -> None:
        self._channel = channel
        self._server = server
        self._token = 0xFF if inside_procedure else 0xFD
        self._shape: Sequence[Column] = ()
        self._pending = b""
        self.failed = False

    def columns(self, shape: Sequence[Column]) -> None:
        self._shape = shape
        self._pending += protocol.columns(shape)

    def row(self, values: Sequence[Any]) -> None:
        self._pending += protocol.row(self._shape, values)
        if len(self._pending) > 1 << 16:
            self.flush()

    def raw(self, data: bytes) -> None:
        self._pending += data

    def info(self, number: int, text: str, state: int = 1) -> None:
        self._pending += protocol.message(Message(number, text, 0, state), self._server)
        self._pending += protocol.done(protocol.DONE_MORE, token=self._token)
        self.flush()

    def error(self, refusal: Refusal) -> None:
        for said in refusal.messages:
            self._pending += protocol.message(said, self._server)
        self._pending += protocol.done(protocol.DONE_MORE | protocol.DONE_ERROR, token=self._token)
        self.failed = True

    def done(self, count: int | None = None) -> None:
        self._pending += protocol.done(protocol.DONE_MORE, count, token=self._token)

    def database(self, new: str, old: str) -> None:
        self._pending += protocol.environment(1, new, old)
        said = Message(5701, f"Changed database context to '{new}'.", 0, 2)
        self._pending += protocol.message(said, self._server)

    def wait(self, seconds: float) -> None:
        packet = self._channel.poll(seconds)
        if packet is not None:
            if packet.type == protocol.ATTENTION:
                raise Cancelled
            raise protocol.Malformed("a request while another one runs")

    def flush(self) -> None:
        """Put what was said on the wire, in packets of which none is the message's last."""
        if self._pending:
            pending, self._pending = self._pending, b""
            self._channel.send(pending, last=False)

    def finish(self, ending: bytes) -> None:
        pending, self._pending = self._pending, b""
        self._channel.send(pending + ending)


class _Conversation:
    """One client from PRELOGIN to the end of its connection."""

    def __init__(
        self,
        peer: socket.socket,
        engine: Engine,
        tls: ssl.SSLContext | None,
        encryption: Encryption,
        ended: Callable[[_Conversation], None],
    ) -> None:
        self._channel = Channel(peer)
        self._engine = engine
        self._tls = tls
        self._encryption = encryption
        self._ended = ended
        self._prepared: dict[int, _Prepared] = {}
        self.logged_in = False
        self.thread = threading.Thread(target=self._serve, name="tds-conversation", daemon=True)

    def cut(self) -> None:
        with contextlib.suppress(OSError):
            self._channel.socket.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        peer = self._channel.socket
        try:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer.settimeout(_HANDSHAKE_SECONDS)
            connection = self._log_in()
            if connection is None:
                return
            peer.settimeout(None)
            self.logged_in = True
            try:
                while True:
                    self._answer(connection, *self._channel.message())
            finally:
                connection.close()
        except (Gone, OSError, protocol.Malformed, ssl.SSLError):
            pass  # SQL Server, too, only closes a connection whose bytes it cannot follow
        except Exception as error:  # bytes that nobody could follow fail wherever they are read
            _log.debug("a request was not understood: %s", type(error).__name__)
        finally:
            peer.close()
            self._ended(self)

    def _log_in(self) -> Connection | None:
        channel, engine = self._channel, self._engine
        kind, data = channel.message()
        if kind != protocol.PRELOGIN:
            return None
        wish = (protocol.prelogin_options(data).get(1) or b"\2")[0]
        answer = _encryption(self._encryption, wish)
        channel.send(protocol.prelogin(engine.version, answer))
        if self._tls is not None and answer != protocol.ENCRYPT_NOT_SUPPORTED:
            channel.encrypt(self._tls)
        kind, data = channel.message()
        if kind != protocol.LOGIN:
            return None
        login = protocol.login(data)
        if answer == protocol.ENCRYPT_OFF:
            channel.clear()
        try:
            connection, database = engine.login(login, self.cut)
        except Refusal as refusal:
            said = b"".join(protocol.message(m, engine.server_name) for m in refusal.messages)
            channel.send(said + protocol.done(protocol.DONE_ERROR))
            return None
        size = min(max(login.packet_size, 512), 32767)
        used = Message(5701, f"Changed database context to '{database}'.", 0, 2)
        spoken = Message(5703, "Changed language setting to us_english.")
        welcome = protocol.environment(1, database, "master") + protocol.message(used, engine.server_name)
        welcome += protocol.environment(7, protocol.COLLATION, b"")
        welcome += protocol.environment(2, "us_english") + protocol.message(spoken, engine.server_name)
        welcome += protocol.login_acknowledged(engine.version) + protocol.environment(4, str(size), str(FIRST_SIZE))
        channel.send(welcome + protocol.done())
        channel.size = size
        return connection

    def _answer(self, connection: Connection, kind: int, data: bytes) -> None:
        match kind:
            case protocol.BATCH:
                writer = _Writer(self._channel, self._engine.server_name, False)
                self._run(connection, writer, protocol.batch(data), {}, b"")
            case protocol.RPC:
                for call in protocol.calls(data):
                    self._call(connection, call)
            case protocol.ATTENTION:
                self._channel.send(protocol.done(protocol.DONE_ATTENTION))
            case protocol.TRANSACTION:
                self._transact(connection, protocol.without_headers(data))
            case _:
                raise protocol.Malformed(f"a packet of type 0x{kind:02x}")

    def _transact(self, connection: Connection, data: bytes) -> None:
        request = int.from_bytes(data[:2], "little")
        change = {5: (8, b"\1" + bytes(7), b""), 7: (9, b"", b"\1" + bytes(7)), 8: (10, b"", b"\1" + bytes(7))}
        if request not in change:
            raise protocol.Malformed(f"transaction manager request {request}")
        connection.transaction(request == 5)
        self._channel.send(protocol.environment(*change[request]) + protocol.done())

    def _run(
        self, connection: Connection, writer: _Writer, text: str, parameters: Mapping[str, Any], outputs: bytes
    ) -> None:
        try:
            connection.run(text, parameters, writer)
        except Refusal as refusal:
            writer.error(refusal)
        except Cancelled:
            writer.finish(protocol.done(protocol.DONE_ERROR))
            self._channel.send(protocol.done(protocol.DONE_ATTENTION))
            return
        except (Gone, OSError, protocol.Malformed):
            raise
        except Exception as error:  # a fault of the simulation, not of the host: told as one
            _log.exception("a simulated statement broke: %s", text)
            said = f"The simulated SQL Server broke: {type(error).__name__}: {error}"
            writer.error(Refusal(Message(_OF_THE_LAB, said, 16)))
        status = protocol.DONE_ERROR if writer.failed else protocol.DONE_FINAL
        if outputs:
            writer.finish(outputs + protocol.done(status, token=0xFE))
        else:
            writer.finish(protocol.done(status))

    def _call(self, connection: Connection, call: protocol.Call) -> None:
        """What drivers call: the sp_executesql family here, other procedures as the statement they stand for."""
        given = call.parameters
        outputs = protocol.return_status()
        match call.name.casefold().rpartition(".")[2]:
            case "sp_executesql":
                declared = str(given[1].value or "") if len(given) > 1 else ""
                prepared, bound = _prepared(declared, given[0].value), given[2:]
            case "sp_prepare" | "sp_prepexec" as name:
                prepared, bound = _prepared(given[1].value, given[2].value), given[3:]
                handle = len(self._prepared) + 1
                self._prepared[handle] = prepared
                outputs += protocol.return_value(0, given[0].name, handle)
                if name == "sp_prepare":
                    prepared, bound = _NOTHING, ()
            case "sp_execute":
                prepared, bound = self._prepared.get(int(given[0].value or 0), _NOTHING), given[1:]
            case "sp_unprepare":
                prepared, bound = _NOTHING, ()
            case _:
                names = tuple(f"@{n}" for n in range(len(given)))
                arguments = [f"{p.name} = {n}" if p.name else n for p, n in zip(given, names, strict=True)]
                prepared = _Prepared(names, f"EXEC {call.name} {', '.join(arguments)}")
                bound = tuple(protocol.Parameter("", p.value) for p in given)
        writer = _Writer(self._channel, self._engine.server_name, True)
        values = {(p.name or name).casefold(): p.value for p, name in zip(bound, prepared.names, strict=False)}
        self._run(connection, writer, prepared.text, values, outputs)


@dataclass(frozen=True)
class _Prepared:
    """A parametrised text; parameters that come without a name go by the position of ``names``."""

    names: tuple[str, ...]
    text: str


_NOTHING: Final = _Prepared((), "")


def _prepared(declaration: Any, text: Any) -> _Prepared:
    """From a declaration such as ``@P1 nvarchar(10),@P2 decimal(10,0)`` and its text."""
    words = str(declaration or "").replace(",", " ").split()
    return _Prepared(tuple(word for word in words if word.startswith("@")), str(text or ""))


def _encryption(mode: Encryption, wish: int) -> int:
    if mode == "none":
        return protocol.ENCRYPT_NOT_SUPPORTED
    if wish in (protocol.ENCRYPT_ON, protocol.ENCRYPT_REQUIRED):
        return protocol.ENCRYPT_ON
    if mode == "required":
        return protocol.ENCRYPT_REQUIRED
    return protocol.ENCRYPT_OFF if wish == protocol.ENCRYPT_OFF else protocol.ENCRYPT_NOT_SUPPORTED
