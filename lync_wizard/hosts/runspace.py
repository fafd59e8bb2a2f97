"""One PowerShell runspace on one host over pypsrp, and the wire below it.

How pypsrp behaves about time limits, lost connections, objects and logs was measured; where that is answered here, a
comment says so.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

from pypsrp.complex_objects import PSInvocationState
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from pypsrp.messages import MessageType
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.serializer import Serializer, TaggedValue
from pypsrp.wsman import NAMESPACES, OptionSet, SelectorSet, WSMan, WSManAction

from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.hosts import (
    HostError,
    Limits,
    Output,
    Record,
    Reply,
    State,
    Stream,
    clixml,
    connection_errors,
    file_copy,
)
from lync_wizard.hosts.addresses import Credentials, Endpoint
from lync_wizard.hosts.command import Cmdlet, FileBytes, Program, Switch, Value

ENVELOPE: Final = 153_000
"""Bytes of a message. Just under the 150 KB of an older host, and not its exact default, which pypsrp would raise."""

KEPT_OBJECTS: Final = 20_000
KEPT_CHARACTERS: Final = 64 << 20
"""What a reply keeps of the objects a command writes; byte arrays are kept whole, and the log has everything."""

_POLL: Final = 1
_SLACK: Final = 10.0
_BREATH: Final = 2.0
_OPENING: Final = 120.0
_IDLE: Final = 30.0
_CLOSING: Final = 5
_TIMED_OUT: Final = 2150858793
_SHELL_GONE: Final = 2150858843
_ACCESS_DENIED: Final = 5
_BAD_REQUEST: Final = 400
_INT32: Final = range(-(1 << 31), 1 << 31)
_STATES: Final[dict[int, State]] = {
    PSInvocationState.COMPLETED: "completed",
    PSInvocationState.FAILED: "failed",
    PSInvocationState.STOPPED: "stopped",
}
_MESSAGES: Final[dict[int, Stream]] = {
    MessageType.VERBOSE_RECORD: "verbose",
    MessageType.WARNING_RECORD: "warning",
    MessageType.DEBUG_RECORD: "debug",
    MessageType.INFORMATION_RECORD: "information",
    MessageType.PROGRESS_RECORD: "progress",
    MessageType.ERROR_RECORD: "error",
}

Say = Callable[[Output], None]
Fill = Callable[[PowerShell], None]
"""Puts the commands of one pipeline into pypsrp's; made by :func:`cmdlets`, :func:`program` and :func:`script`."""


def _silence() -> None:
    # They write scripts and whole messages into their logs, at levels from DEBUG to WARNING. Disabled, a logger says
    # nothing whatever level or handler somebody gives it; the rest covers loggers that are yet to be made.
    for library in ("pypsrp", "psrpcore", "spnego", "requests", "requests_credssp", "urllib3"):
        top = logging.getLogger(library)
        top.setLevel(logging.CRITICAL + 1)
        top.propagate = False
        top.addHandler(logging.NullHandler())
        made = [name for name in logging.root.manager.loggerDict if name.startswith(f"{library}.")]
        for name in [library, *made]:
            logging.getLogger(name).disabled = True


_silence()
warnings.filterwarnings("ignore", module=r"(pypsrp|spnego|requests|requests_credssp|urllib3)(\.|$)")


@dataclass(frozen=True)
class Within:
    """What bounds one pipeline and hears it; ``deadline`` on the monotonic clock."""

    limits: Limits
    deadline: float
    cancel: threading.Event
    say: Say


class _Sink:
    """What one pipeline has written so far."""

    def __init__(self, say: Say, redactor: Redactor) -> None:
        self._say = say
        self._clean = redactor
        self._characters = 0
        self._dropped = 0
        self.objects: list[Record] = []
        self.errors: list[HostError] = []

    def output(self, record: Record, size: int) -> None:
        self._say(Output("output", record.text))
        whole = isinstance(record.value, bytes)
        if not whole and (len(self.objects) >= KEPT_OBJECTS or self._characters + size > KEPT_CHARACTERS):
            self._dropped += 1
            if self._dropped == 1:
                self._say(Output("warning", "too many objects to keep: the rest is only shown here, not evaluated"))
            return
        self._characters += 0 if whole else size
        self.objects.append(record)

    def record(self, stream: Stream, record: Any) -> None:
        if stream == "error":
            error = clixml.host_error(record, self._clean)
            self.errors.append(error)
            self._say(Output("error", error.message, error))
        else:
            text = clixml.progress if stream == "progress" else clixml.message
            self._say(Output(stream, text(record, self._clean)))

    def reply(self, state: State, why: str = "") -> Reply:
        if self._dropped:
            dropped = f"{self._dropped} more objects were written than are kept"
            why = f"{why}; {dropped}" if why else dropped
        return Reply(state, tuple(self.objects), tuple(self.errors), why=why)


class Runspace:
    """One runspace on one host: opened, opened again after a loss, asked one pipeline at a time."""

    def __init__(self, host: str, endpoint: Endpoint, credentials: Credentials, redactor: Redactor) -> None:
        self.host = host
        self.module: str | None = None
        self.module_settled = False
        self._endpoint = endpoint
        self._wire = _wire(host, endpoint, credentials)
        self._redactor = redactor
        self._pool: RunspacePool | None = None
        self._used = time.monotonic()

    def open(self) -> None:
        """Raises :class:`lync_wizard.core.errors.Unreachable` and its kinds."""
        self._wire.hang_up()
        self._wire.limit(self._endpoint.connect_timeout, self._endpoint.operation_timeout)
        self._wire.patient_until = time.monotonic() + _OPENING
        pool = RunspacePool(self._wire)
        pool._serializer = pool._fragmenter.serializer = _Objects(self._redactor)
        try:
            pool.open()
        except Exception as error:
            self._wire.hang_up()
            raise _refusal(error, self.host, self._endpoint) from error
        finally:
            self._wire.patient_until = 0.0
        self._pool = pool
        self.module_settled = False
        self._used = time.monotonic()

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            self._wire.limit(_CLOSING, _CLOSING, slack=1)
            with contextlib.suppress(Exception):
                pool.close()
        self._wire.hang_up()

    def carry_out(self, fill: Fill, within: Within) -> Reply | None:
        """Run one pipeline to its end; None when the runspace was gone (a host restarted), so that nothing ran.

        Never raises for what host or wire do; passes on what ``within.say`` raises.
        """
        sink = _Sink(within.say, self._redactor)
        for again in (True, False):
            if within.cancel.is_set():
                return sink.reply("stopped", "cancelled before anything was sent")
            is_new = self._pool is None
            try:
                shell = PowerShell(self._ready())
                fill(shell)
                self._wire.limit(within.limits.connect, within.limits.operation)
            except WizardError as error:
                return sink.reply("failed", f"{error.summary}; nothing was sent")
            try:
                shell.begin_invoke(remote_stream_options=0)
            except Exception as error:
                code = getattr(error, "code", None)
                if code == _BAD_REQUEST and again:  # sealed for a connection that the host had closed, so not read
                    self._wire.hang_up()
                    continue
                if code == _SHELL_GONE and not is_new:
                    self._abandon()
                    return None
                if _never_sent(error):
                    self._wire.hang_up()
                    return sink.reply("failed", f"{_words(error)}; nothing was sent")
                self._abandon()
                return sink.reply("unknown", f"{_words(error)} while the command was being sent")
            break
        try:
            return self._follow(shell, within, sink)
        except BaseException:
            self._wire.hang_up()
            with contextlib.suppress(Exception):
                shell.stop()
            self._abandon()
            raise

    def _follow(self, shell: PowerShell, within: Within, sink: _Sink) -> Reply:
        while shell.state == PSInvocationState.RUNNING:
            left = within.deadline - time.monotonic()
            if within.cancel.is_set() or left <= 0:
                return self._stop(shell, within, sink)
            # A Receive that the host answers after a second at the latest keeps cancel and limit prompt; for how long
            # a host may be silent is a limit of its own.
            self._wire.limit(within.limits.connect, _POLL, slack=max(_BREATH, min(within.limits.operation, left)))
            try:
                messages = shell.runspace_pool._receive(shell.id)
            except Exception as error:
                if getattr(error, "code", None) == _TIMED_OUT:
                    continue
                self._abandon()
                return sink.reply("unknown", f"{_words(error)} while the command was running")
            finally:
                self._used = time.monotonic()
            self._deliver(shell, messages, sink)
        state = _STATES.get(shell.state)
        if state is None:
            self._abandon()
            return sink.reply("unknown", "the host left the command in a state that is no end")
        self._finish(shell, within.limits)
        return sink.reply(state)

    def _deliver(self, shell: PowerShell, messages: list[tuple[int, Any]], sink: _Sink) -> None:
        streams = shell.streams
        for kind, message in messages:
            if kind == MessageType.PIPELINE_OUTPUT:
                sink.output(*message.data.data)
            elif (stream := _MESSAGES.get(kind)) is not None:
                sink.record(stream, getattr(streams, stream).pop(0))
        for record in streams.error:  # the record of a terminating error comes with the pipeline's state
            sink.record("error", record)
        streams.error.clear()

    def _stop(self, shell: PowerShell, within: Within, sink: _Sink) -> Reply:
        passed = "" if within.cancel.is_set() else f"the limit of {within.limits.overall:g} seconds was passed; "
        self._wire.limit(within.limits.connect, within.limits.operation)
        try:
            shell.stop()
        except Exception as error:
            self._abandon()
            return sink.reply("unknown", f"{passed}the host was told to stop and did not confirm it: {_words(error)}")
        self._finish(shell, within.limits)
        if passed:
            return sink.reply("unknown", f"{passed}the host was told to stop")
        return sink.reply("stopped", "cancelled while it was running")

    def _finish(self, shell: PowerShell, limits: Limits) -> None:
        self._wire.limit(limits.connect, limits.operation)
        try:
            shell.close()
        except Exception:
            self._wire.hang_up()  # the command's end is known; a new connection serves the next one
        self._used = time.monotonic()

    def _ready(self) -> RunspacePool:
        if self._pool is not None and time.monotonic() - self._used > _IDLE:
            self._wire.hang_up()  # hosts close idle connections, and a sealed request on the next one gets a 400
        if self._pool is None:
            self.open()
        if self._pool is None:
            raise AssertionError("an opened runspace has a pool")
        return self._pool

    def _abandon(self) -> None:
        """Leave the runspace to what may still be running in it: closing it would stop that."""
        self._pool = None
        self.module_settled = False
        self._wire.hang_up()


class _Wire(WSMan):
    """WSMan with one try for a Receive: pypsrp's five silent ones can block for minutes."""

    patient_until = 0.0

    def limit(self, connect: float, operation: float, *, slack: float = _SLACK) -> None:
        """Seconds to connect and for one exchange; the host's own time limit lies ``slack`` below the wire's."""
        self.operation_timeout = max(1, round(operation))
        self.transport.connection_timeout = max(1, round(connect))
        self.transport.read_timeout = max(1, round(self.operation_timeout + slack))

    def hang_up(self) -> None:
        """Close the connection and forget its security context: a sealed request on another one would get a 400."""
        if self.transport.session is not None:
            with contextlib.suppress(Exception):
                self.transport.session.close()
        self.transport.session = None
        self.transport.encryption = None

    def receive(
        self,
        resource_uri: str,
        resource: ElementTree.Element,
        option_set: OptionSet | None = None,
        selector_set: SelectorSet | None = None,
        timeout: int | None = None,
    ) -> ElementTree.Element:
        while True:
            try:
                reply = self.invoke(WSManAction.RECEIVE, resource_uri, resource, option_set, selector_set, timeout)
            except WSManFaultError as fault:
                if fault.code != _TIMED_OUT or time.monotonic() > self.patient_until:
                    raise
                continue
            body = reply.find("s:Body", namespaces=NAMESPACES)
            if body is None:
                raise ValueError("the host answered without a body")
            return body


class _Objects(Serializer):
    """Reads what a pipeline writes as (:class:`Record`, size) and leaves everything else to pypsrp."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def deserialize(self, element: Any, metadata: Any = None, clear: bool = True) -> Any:
        if not (clear and metadata is None and isinstance(element, str)):
            return super().deserialize(element, metadata, clear)
        try:
            return clixml.read(element, self._redactor), len(element)
        except (ElementTree.ParseError, ValueError, KeyError):
            text = self._redactor(element)
            return Record(text, value=text), len(element)


def _wire(host: str, endpoint: Endpoint, credentials: Credentials) -> _Wire:
    options: dict[str, Any] = {"negotiate_hostname_override": host, "negotiate_delegate": endpoint.delegate}
    options["cert_validation"] = endpoint.verify  # a CA file as well, which pypsrp's annotation does not know
    if endpoint.auth == "certificate":
        options |= {"certificate_pem": endpoint.cert, "certificate_key_pem": endpoint.key}
    address = endpoint.address or host
    connection_errors.forbid_clear_text(host, address, endpoint)
    clear = endpoint.auth == "basic" and not endpoint.ssl
    try:
        wire = _Wire(
            address,
            max_envelope_size=ENVELOPE,
            port=endpoint.port,
            username=credentials.user,
            password=None if credentials.password is None else credentials.password.reveal(),
            ssl=endpoint.ssl,
            auth=endpoint.auth,
            encryption="never" if clear else "auto",
            no_proxy=True,  # servers of the own network; a proxy of the environment is for the web
            reconnection_retries=0,
            **options,
        )
    except ValueError as error:
        raise _refusal(error, host, endpoint) from error
    if endpoint.ssl and address != host:
        connection_errors.expect_certificate(wire.transport, host)
    return wire


def cmdlets(pipeline: Iterable[Cmdlet]) -> Fill:
    """A pipeline of cmdlets with named parameters."""

    def fill(shell: PowerShell) -> None:
        for cmdlet in pipeline:
            shell.add_cmdlet(cmdlet.name)
            for name, value in cmdlet.parameters:
                shell.add_parameter(name, _to_wire(value))

    return fill


def program(command: Program) -> Fill:
    """An external program with its arguments, which the host quotes itself."""

    def fill(shell: PowerShell) -> None:
        shell.add_cmdlet(command.name)
        for argument in command.args:
            shell.add_argument(argument)

    return fill


def script(text: str, parameters: Mapping[str, str | int | bool | bytes]) -> Fill:
    """One of the constants of :mod:`lync_wizard.hosts.transfer_scripts` with its parameters."""

    def fill(shell: PowerShell) -> None:
        shell.add_script(text)
        for name, value in parameters.items():
            shell.add_parameter(name, value if isinstance(value, bytes) else _to_wire(value))

    return fill


def _to_wire(value: Value) -> Any:
    match value:
        case Switch(present):
            # A null counts as present for a compiled cmdlet only: to a function it is $false.
            return present
        case bool() | None | str():
            return value
        case int():
            return value if value in _INT32 else TaggedValue("I64", value)
        case float():
            return TaggedValue("Db", value)  # pypsrp's own choice is a Single
        case FileBytes():
            return file_copy.content(value)
        case tuple():
            return [_to_wire(item) for item in value]


def _never_sent(error: Exception) -> bool:
    denied = isinstance(error, AuthenticationError) or getattr(error, "code", None) == _ACCESS_DENIED
    return denied or connection_errors.never_connected(error)


def _words(error: Exception) -> str:
    match error:
        case WSManFaultError() if error.code is None:
            return "what answered there is not WinRM"
        case WSManFaultError():
            return f"the host refused the request ({error.reason or 'without a reason'}, code {error.code})"
        case WinRMTransportError():
            return f"the host answered HTTP {error.code}"
        case AuthenticationError():
            return "the host no longer accepts the account"
    return connection_errors.words(error)


def _refusal(error: Exception, host: str, endpoint: Endpoint) -> Unreachable:
    match error:
        case AuthenticationError() if "did not response" in str(error):
            return connection_errors.not_offered(host, endpoint, str(error))
        case AuthenticationError():
            return connection_errors.wrong_password(host)
        case WSManFaultError() if error.code == _ACCESS_DENIED:
            return connection_errors.access_denied(host, str(error.reason or ""))
        case WSManFaultError():
            return connection_errors.not_remoting(host, endpoint, _words(error))
        case WinRMTransportError():
            return connection_errors.not_remoting(host, endpoint, f"HTTP {error.code}")
    return connection_errors.refusal(error, host, endpoint)
