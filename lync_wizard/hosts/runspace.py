"""One PowerShell runspace on one host over pypsrp.

How pypsrp behaves about time limits, lost connections, objects and logs was measured; where that is answered here, a
comment says so.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from xml.etree import ElementTree

from pypsrp.complex_objects import PSCredential, PSInvocationState
from pypsrp.messages import MessageType
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.serializer import Serializer, TaggedValue

from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.hosts import (
    Limits,
    Output,
    Record,
    Reply,
    State,
    Stream,
    bounds,
    clixml,
    file_copy,
    powershell,
    transfer_scripts,
    wire,
)
from lync_wizard.hosts.addresses import Credentials, Endpoint
from lync_wizard.hosts.answer import Answer
from lync_wizard.hosts.command import (
    Cmdlet,
    Credential,
    FileBytes,
    Hashtable,
    OptionalValue,
    Pipeline,
    Program,
    Switch,
    Value,
)
from lync_wizard.hosts.messages import Assembler

_POLL: Final = 1
_BREATH: Final = 2.0
_OPENING: Final = 120.0
_IDLE: Final = 30.0
_CLOSING: Final = 5
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


@dataclass(frozen=True)
class Order:
    """The commands of one pipeline; made by :func:`cmdlets`, :func:`program` and :func:`script`."""

    fill: Callable[[PowerShell], None]
    """Puts them into pypsrp's pipeline."""
    text: Callable[[], str]
    """What is sent, for the record."""


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


class Runspace:
    """One runspace on one host: opened, opened again after a loss, asked one pipeline at a time."""

    def __init__(
        self,
        host: str,
        endpoint: Endpoint,
        credentials: Credentials,
        redactor: Redactor,
        *,
        sent: Callable[[str], None],
        spool: Path | None = None,
    ) -> None:
        self.host = host
        self.module: str | None = None
        self.module_settled = False
        self._endpoint = endpoint
        self._wire = wire.wire(host, endpoint, credentials)
        self._redactor = redactor
        self._sent = sent
        self._spool = spool or Path(tempfile.gettempdir())
        self._pool: RunspacePool | None = None
        self._used = time.monotonic()
        self.on_opened: Callable[[], None] = lambda: None

    @property
    def certificate(self) -> str:
        """The SHA-256 of the certificate that the host showed last; empty without TLS."""
        return self._wire.certificate

    @property
    def stands(self) -> bool:
        """Whether the next pipeline needs no new connection, as far as this side knows."""
        return self._pool is not None and time.monotonic() - self._used <= _IDLE

    def open(self) -> None:
        """Raises :class:`lync_wizard.core.errors.Unreachable` and its kinds."""
        self._wire.hang_up()
        self._wire.limit(self._endpoint.connect_timeout, self._endpoint.operation_timeout)
        self._wire.patient_until = time.monotonic() + _OPENING
        pool = RunspacePool(self._wire)
        pool._serializer = _Objects(self._redactor)
        pool._fragmenter = Assembler(
            self._wire.max_payload_size, pool._serializer, self._spool, bounds.room_on(self._spool)
        )
        try:
            pool.open()
        except Exception as error:
            self._wire.hang_up()
            raise wire.refusal(error, self.host, self._endpoint) from error
        finally:
            self._wire.patient_until = 0.0
        self._pool = pool
        self.module_settled = False
        self._used = time.monotonic()
        try:
            self.on_opened()
        except WizardError:
            self.close()
            raise

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            self._wire.limit(_CLOSING, _CLOSING, slack=1)
            with contextlib.suppress(Exception):
                pool.close()
        self._wire.hang_up()

    def carry_out(
        self, order: Order, within: Within, *, reads: bool = False, last: bool = False, secret: bool = False
    ) -> Reply | None:
        """Run one pipeline to its end; None where it is to be sent again, in a runspace that may be a new one.

        That is so where it is known that nothing ran, or where ``reads`` says that it changes nothing; never with
        ``last``, and ``within.say`` has heard of it. With ``secret`` the command hands over a password. Never
        raises for what host or wire do; passes on what ``within.say`` raises.
        """
        sink = Answer(within.say)
        if within.cancel.is_set():
            return sink.reply("stopped", "cancelled before anything was sent")
        try:
            pool = self._ready()
            if secret and (refused := self._agree_on_key(pool, within.limits)):
                return sink.reply("failed", f"{refused}; nothing was sent") if last else None
            shell = PowerShell(pool)
            order.fill(shell)
            self._wire.limit(within.limits.connect, within.limits.operation)
        except WizardError as error:
            return sink.reply("failed", f"{error.summary}; nothing was sent")
        self._sent(order.text())
        try:
            shell.begin_invoke(remote_stream_options=0)
        except Exception as error:
            return self._not_begun(error, sink, reads=reads, last=last)
        try:
            return self._follow(shell, within, sink, reads=reads)
        except BaseException:
            self._wire.hang_up()
            with contextlib.suppress(Exception):
                shell.stop()
            self._abandon()
            raise

    def make_sure(self, limits: Limits) -> bool:
        """Have a connection for the next pipeline that has just carried an answer; False where the runspace is gone.

        Hosts and firewalls close idle connections; of what is written into such a one nobody can say whether it was
        read. Raises :class:`lync_wizard.core.errors.Unreachable` and its kinds where the host no longer answers.
        """
        if self._pool is None:
            return True
        self._hang_up_when_idle()
        try:
            stands = self._wire.prove(limits.connect, limits.operation, self._pool.shell.id)
        except Exception as error:
            self._wire.hang_up()
            raise wire.refusal(error, self.host, self._endpoint) from error
        if not stands:
            self._abandon()
            return False
        self._used = time.monotonic()
        return True

    def _agree_on_key(self, pool: RunspacePool, limits: Limits) -> str:
        """Agree with the host on the key that passwords are encrypted with; what went wrong, else empty."""
        self._wire.limit(limits.connect, limits.operation)
        self._wire.patient_until = time.monotonic() + limits.operation
        try:
            pool.exchange_keys()
        except Exception as error:
            self._abandon()
            return wire.words(error)
        finally:
            self._wire.patient_until = 0.0
        return ""

    def _not_begun(self, error: Exception, sink: Answer, *, reads: bool, last: bool) -> Reply | None:
        """What a pipeline comes to whose Command the host did not confirm."""
        said = wire.words(error)
        if wire.turned_away(error):
            self._wire.hang_up()
            return sink.reply("failed", f"{said}; nothing was sent")
        gone = wire.shell_gone(error)
        if gone:
            self._abandon()
        else:
            self._wire.hang_up()
        if not last and (gone or reads):
            why = f"{said}; {'nothing ran' if gone else 'it only reads'}, so it is sent again"
            sink.said(Output("warning", why, resent=True))
            return None
        if gone:
            return sink.reply("failed", f"{said}; nothing was sent")
        self._abandon()
        return sink.reply("unknown", f"{said} while the command was being sent")

    def _follow(self, shell: PowerShell, within: Within, sink: Answer, *, reads: bool) -> Reply:
        received: Any = shell.runspace_pool._fragmenter
        allowed = bounds.SAID_CHARACTERS if reads else bounds.CHANGING_CHARACTERS
        most = received.received + allowed
        while shell.state == PSInvocationState.RUNNING:
            left = within.deadline - time.monotonic()
            if within.cancel.is_set() or left <= 0:
                return self._stop(shell, within, sink)
            if received.received > most or (reads and sink.dropped):
                return self._cut_short(shell, within, sink, allowed, reads=reads)
            # A Receive that the host answers after a second at the latest keeps cancel and limit prompt; for how long
            # a host may be silent is a limit of its own.
            self._wire.limit(within.limits.connect, _POLL, slack=max(_BREATH, min(within.limits.operation, left)))
            try:
                messages = shell.runspace_pool._receive(shell.id)
            except Exception as error:
                if wire.timed_out(error):
                    continue
                self._abandon()
                return sink.reply("unknown", f"{wire.words(error)} while the command was running")
            finally:
                self._used = time.monotonic()
            self._deliver(shell, messages, sink)
        state = _STATES.get(shell.state)
        if state is None:
            self._abandon()
            return sink.reply("unknown", "the host left the command in a state that is no end")
        self._finish(shell, within.limits)
        return sink.incomplete(sink.excess) if reads and sink.excess else sink.reply(state)

    def _deliver(self, shell: PowerShell, messages: list[tuple[int, Any]], sink: Answer) -> None:
        streams = shell.streams
        for kind, message in messages:
            if kind == MessageType.PIPELINE_OUTPUT:
                sink.output(*message.data.data)
            elif (stream := _MESSAGES.get(kind)) is not None:
                self._record(stream, getattr(streams, stream).pop(0), sink)
        for record in streams.error:  # the record of a terminating error comes with the pipeline's state
            self._record("error", record, sink)
        streams.error.clear()
        shell.runspace_pool.user_events.clear()

    def _record(self, stream: Stream, record: Any, sink: Answer) -> None:
        if stream == "error":
            sink.error(clixml.host_error(record, self._redactor))
            return
        text = clixml.progress if stream == "progress" else clixml.message
        sink.said(Output(stream, text(record, self._redactor)))

    def _cut_short(self, shell: PowerShell, within: Within, sink: Answer, allowed: int, *, reads: bool) -> Reply:
        """End a command that answers with more than is taken in; a question has changed nothing."""
        said = f"the host wrote more than {allowed >> 20} MB"
        self._wire.limit(within.limits.connect, within.limits.operation)
        try:
            shell.stop()
            self._finish(shell, within.limits)
        except Exception:
            self._abandon()
        if reads:
            return sink.incomplete(sink.excess or said)
        return sink.reply("unknown", f"{said} and was asked to stop")

    def _stop(self, shell: PowerShell, within: Within, sink: Answer) -> Reply:
        passed = "" if within.cancel.is_set() else f"the limit of {within.limits.overall:g} seconds was passed; "
        self._wire.limit(within.limits.connect, within.limits.operation)
        try:
            shell.stop()
        except Exception as error:
            self._abandon()
            return sink.reply(
                "unknown", f"{passed}the host was asked to stop and did not confirm it: {wire.words(error)}"
            )
        self._finish(shell, within.limits)
        if passed:
            return sink.reply("unknown", f"{passed}the host was asked to stop")
        return sink.reply("stopped", "cancelled while it was running")

    def _finish(self, shell: PowerShell, limits: Limits) -> None:
        self._wire.limit(limits.connect, limits.operation)
        try:
            shell.close()
        except Exception:
            self._wire.hang_up()  # the command's end is known; a new connection serves the next one
        self._used = time.monotonic()

    def _ready(self) -> RunspacePool:
        self._hang_up_when_idle()
        if self._pool is None:
            self.open()
        if self._pool is None:
            # Asking who it is may have ended it: what came back was no answer.
            raise Unreachable(
                f"{self.host} opened a session and answered with something unreadable",
                "Look at that host: Windows does not answer so. Try again, or leave it out.",
            )
        return self._pool

    def _hang_up_when_idle(self) -> None:
        if not self.stands:
            self._wire.hang_up()  # hosts close idle connections, and a sealed request on the next one gets a 400

    def _abandon(self) -> None:
        """Leave the runspace to what may still be running in it: closing it would stop that."""
        self._pool = None
        self.module_settled = False
        self._wire.hang_up()


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
        except (ElementTree.ParseError, ValueError, KeyError, TypeError, OverflowError):
            text = self._redactor(element)
            return Record(text, value=text), len(element)


def cmdlets(pipeline: tuple[Cmdlet, ...], secrets: Mapping[str, Secret] = MappingProxyType({})) -> Order:
    """A pipeline of cmdlets with named parameters; ``secrets`` holds the passwords of their credentials."""

    def fill(shell: PowerShell) -> None:
        for cmdlet in pipeline:
            shell.add_cmdlet(cmdlet.name)
            for name, value in cmdlet.parameters:
                if isinstance(value, Credential):
                    password = secrets[value.user].reveal()
                    made: Any = PSCredential
                    shell.add_parameter(name, made(username=value.user, password=password))
                else:
                    shell.add_parameter(name, _to_wire(value))

    return Order(fill, lambda: powershell.text_of(Pipeline(pipeline)))


def program(command: Program) -> Order:
    """An external program with its arguments, which the host quotes itself."""

    def fill(shell: PowerShell) -> None:
        shell.add_cmdlet(command.name)
        for argument in command.args:
            shell.add_argument(argument)

    return Order(fill, lambda: powershell.text_of(command))


def script(name: str, text: str, parameters: Mapping[str, str | int | bool | bytes]) -> Order:
    """One of this program's constant scripts with its parameters; the record names it."""

    def fill(shell: PowerShell) -> None:
        shell.add_script(text)
        for key, value in parameters.items():
            shell.add_parameter(key, value if isinstance(value, bytes) else _to_wire(value))

    return Order(fill, lambda: transfer_scripts.shown(name, parameters))


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
        case Credential():
            raise ValueError("a credential is no part of a list")
        case Hashtable(pairs):
            return {key: _to_wire(item) for key, item in pairs}
        case OptionalValue(placeholder):
            raise ValueError(f"{placeholder} was not settled before the command was sent")
        case tuple():
            return [_to_wire(item) for item in value]
