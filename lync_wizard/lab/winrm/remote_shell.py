"""A remote shell: one runspace pool, its pipelines in threads of their own, and what waits to be received.

The shell outlives the connection that opened it, as on Windows: only Delete or the listener's end closes it.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psrpcore
from psrpcore.types import ErrorRecord as WireErrorRecord
from psrpcore.types import PipelineState, PSInvocationState, PSRPMessageType

from lync_wizard.lab.winrm import clixml, fragments, wsman
from lync_wizard.lab.winrm.contract import (
    Ended,
    ErrorRecord,
    Estate,
    Interpreters,
    Invocation,
    Shell,
    Stopped,
    Terminated,
    Trouble,
)
from lync_wizard.lab.winrm.streams import PipelineStreams, Write

WINDOWS_FRAGMENT: Final = 32768
NEVER_RUN: Final = ("drop-before", "http-500", "shell-gone")
_LOOK_UP: Final = 0.5  # seconds between two looks at whether a waiting client is still there
_GATHER: Final = 0.02  # seconds that a command's output waits for what follows it at once, and for its end

_log = logging.getLogger(__name__)
# They write the content of messages, which may hold what an operator typed, into their debug logs.
for _noisy in ("psrpcore", "pypsrp", "spnego"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)


class WireTrouble(Exception):
    """The answer is none, or not WinRM's: ``drop``, ``hang``, ``http-400`` … (see :class:`~.contract.Trouble`)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass
class Outbox:
    """Fragments that wait for a Receive; the newest reader is the one that is served."""

    fragments: deque[bytes] = field(default_factory=deque)
    finished: bool = False
    readers: int = 0
    _ending: bool = False

    def put(self, data: bytes) -> None:
        """Take in fragments of an interpreter, which end the pipeline with its state's last one."""
        for fragment in fragments.split(data):
            self._ending |= fragments.kind(fragment) == fragments.PIPELINE_STATE
            self.finished |= self._ending and fragments.is_last(fragment)
            self.fragments.append(fragment)

    def take(self, room: int) -> list[bytes]:
        """As many complete fragments as fit into an envelope with ``room`` bytes for the body; at least one."""
        taken: list[bytes] = []
        while self.fragments:
            room -= -(-len(self.fragments[0]) // 3) * 4 + wsman.STREAM_OVERHEAD
            if taken and room < 0:
                break
            taken.append(self.fragments.popleft())
        return taken


class Command:
    """One pipeline that a client started."""

    def __init__(self, command_id: uuid.UUID, pipeline: psrpcore.ServerPipeline) -> None:
        self.id = command_id
        self.pipeline = pipeline
        self.outbox = Outbox()
        self.stop = threading.Event()
        self.trouble: Trouble | None = None
        self.began = time.monotonic()
        self.held = b""
        self.passed_on = False

    def show_trouble(self) -> float | None:
        """Seconds until the connection shows its trouble: ``after``, or before the pipeline's end is told.

        Raises :class:`WireTrouble` when that is now.
        """
        if self.trouble is None or self.trouble.kind not in ("drop", "hang"):
            return None
        left = self.began + self.trouble.after - time.monotonic()
        if left > 0 and not self.outbox.finished:
            return left
        kind = self.trouble.kind
        if kind == "drop":
            self.trouble = None  # whoever comes back finds the command running
        raise WireTrouble(kind)


class RemoteShell:
    """What Create opens. Every method may be called from any thread.

    With ``interpreters`` its pipelines run in a PowerShell of its own; its runspace pool here then only follows what
    the client sends, to know what is asked for.
    """

    def __init__(
        self,
        shell_id: str,
        host: str,
        user: str,
        estate: Estate,
        *,
        envelope: int,
        interpreters: Interpreters | None = None,
    ) -> None:
        self.id = shell_id
        self.host = host
        self.user = user
        self._estate = estate
        self._fragment = min(WINDOWS_FRAGMENT, (envelope - wsman.ENVELOPE_OVERHEAD) * 3 // 4)
        self._pool = psrpcore.ServerRunspacePool()
        self._changed = threading.Condition()
        self._outbox = Outbox()
        self._commands: dict[uuid.UUID, Command] = {}
        self._idle: list[Shell] = [estate.open_shell(host, user)]
        self._opened = 1
        self._closed = False
        self._threads: list[threading.Thread] = []
        self._interpreters = interpreters
        try:
            self._interpreter = None if interpreters is None else interpreters.open(host, user, self._deliver)
        except Ended as error:
            raise wsman.internal_error(f"PowerShell could not be started. {error} ") from error

    def feed(self, data: bytes, command_id: uuid.UUID | None = None) -> Trouble | None:
        """Take in what the client sent; returns the trouble of a pipeline that it completes.

        Raises :class:`~.wsman.Fault` for an unknown command or a message that PowerShell would not take.
        """
        statements: list[list[Invocation]] | None = None
        with self._changed:
            command = None if command_id is None else self._command(command_id)
            passed_on = command is not None and command.passed_on
        if not passed_on:
            statements = self._understand(data, command)
        if self._interpreter is not None and (command is None or passed_on):
            self._hand_over(data, command_id)
            return None
        if command is None or statements is None:
            return None
        return self._start(command, statements)

    def _understand(self, data: bytes, command: Command | None) -> list[list[Invocation]] | None:
        """What a message asks for, when it is complete; answered here where no interpreter does."""
        statements: list[list[Invocation]] | None = None
        command_id = None if command is None else command.id
        with self._changed:
            if command is not None and self._interpreter is not None:
                command.held += data
            try:
                self._pool.receive_data(psrpcore.PSRPPayload(data, psrpcore.StreamType.default, command_id))
                while event := self._pool.next_event():
                    if isinstance(event, psrpcore.CreatePipelineEvent):
                        bare = self._interpreter is not None
                        statements = clixml.invocations(event.pipeline.commands, bare=bare)
                    elif self._interpreter is None:
                        self._respond(event, command)
            except Exception as error:  # psrpcore believes what it reads: anything may come of garbage
                _log.debug("a message was not understood: %s", type(error).__name__)
                raise wsman.internal_error("The PowerShell remoting message is not valid. ") from error
            finally:
                self._drain()
        return statements

    def open_command(self, command_id: uuid.UUID) -> None:
        """Make the place for a pipeline, whose definition may still be arriving in fragments."""
        with self._changed:
            if self._closed:
                raise wsman.shell_not_found(self.id)
            self._commands[command_id] = Command(command_id, psrpcore.ServerPipeline(self._pool, command_id))

    def receive(
        self, command_id: uuid.UUID | None, timeout: float, envelope: int, gone: Callable[[], bool]
    ) -> tuple[list[bytes], bool]:
        """Wait at most ``timeout`` seconds for fragments; True with the last of a command's.

        ``gone`` tells whether the client has hung up; nothing is taken for it then. Raises
        :class:`~.wsman.Fault` (time limit, shell gone, another reader) and :class:`WireTrouble`.
        """
        deadline = time.monotonic() + timeout
        gathered = 0.0
        with self._changed:
            command = None if command_id is None else self._command(command_id)
            box = self._outbox if command is None else command.outbox
            box.readers += 1
            reader = box.readers
            self._changed.notify_all()
        while True:
            # Called without the lock: the estate has one of its own, and cmdlets write here while they hold it.
            if gone() or not self._estate.answers(self.host):
                raise WireTrouble("drop")
            with self._changed:
                if self._closed or box.readers != reader:
                    raise wsman.aborted()
                due = None if command is None else command.show_trouble()
                now = time.monotonic()
                gathered = gathered or (now + _GATHER if box.fragments else 0.0)
                if box.finished or (box.fragments and (command is None or now >= min(gathered, deadline))):
                    taken = box.take(envelope - wsman.ENVELOPE_OVERHEAD)
                    if command is not None and command.trouble is not None and "lengths" in command.trouble.kind:
                        taken = [each[:17] + b"\x7f\xff\xff\xff" + each[21:] for each in taken]
                    return taken, box.finished and not box.fragments
                left = min(deadline, gathered or deadline) - now
                if left <= 0:
                    raise wsman.timed_out()
                self._changed.wait(min(left, _LOOK_UP, _LOOK_UP if due is None else due))

    def signal(self, command_id: uuid.UUID, *, terminate: bool) -> None:
        """Request that a pipeline stops; ``terminate`` forgets it as well."""
        with self._changed:
            command = self._command(command_id)
            command.stop.set()
            if terminate:
                self._commands.pop(command_id, None)
            self._changed.notify_all()
        if command.passed_on and self._interpreter is not None:
            with contextlib.suppress(Ended):
                (self._interpreter.forget if terminate else self._interpreter.stop)(command_id)

    def wait_end(self, command_id: uuid.UUID, stopping: threading.Event) -> None:
        """Return when a pipeline has ended, or everything does."""
        with self._changed:
            command = self._command(command_id)
            while not (command.outbox.finished or self._closed or stopping.is_set()):
                self._changed.wait(_LOOK_UP)

    def drops_idle(self, command_id: uuid.UUID) -> bool:
        """Whether the connection is to be closed when this command has ended."""
        command = self._commands.get(command_id)
        return command is not None and command.trouble is not None and command.trouble.kind == "idle-drop"

    def delay(self, command_id: uuid.UUID | None) -> float:
        """Seconds by which each answer about this command is late."""
        command = None if command_id is None else self._commands.get(command_id)
        trouble = None if command is None else command.trouble
        return trouble.seconds if trouble is not None and trouble.kind == "slow" else 0.0

    def close(self) -> None:
        """Stop every pipeline and close the runspaces; those in use close when their pipeline has ended."""
        with self._changed:
            self._closed = True
            for command in self._commands.values():
                command.stop.set()
            idle, self._idle = self._idle, []
            self._changed.notify_all()
        for runspace in idle:
            runspace.close()
        if self._interpreter is not None:
            self._interpreter.close()

    def join(self, timeout: float) -> None:
        """Wait at most ``timeout`` seconds for the pipelines of a closed shell, and for its interpreter."""
        deadline = time.monotonic() + timeout
        if self._interpreter is not None:
            self._interpreter.join(timeout)
        for thread in list(self._threads):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _command(self, command_id: uuid.UUID) -> Command:
        if self._closed:
            raise wsman.shell_not_found(self.id)
        try:
            return self._commands[command_id]
        except KeyError:
            raise wsman.invalid_parameter() from None

    def _start(self, command: Command, statements: list[list[Invocation]]) -> Trouble | None:
        asked = [each for statement in statements for each in statement]
        trouble = self._estate.trouble(self.host, asked)
        passed_on = self._interpreters is not None and self._interpreters.passes_on(asked)
        with self._changed:
            if trouble is not None and trouble.kind in NEVER_RUN:
                self._commands.pop(command.id, None)
                command.pipeline.close()
                return trouble
            command.trouble = trouble
            command.began = time.monotonic()
            command.passed_on = passed_on
            if passed_on:
                command.pipeline.close()
            else:
                command.pipeline.start()
                self._work_beside(command, statements)
        if passed_on:
            self._begin(command)
        return trouble

    def _begin(self, command: Command) -> None:
        if self._interpreter is not None:
            held, command.held = command.held, b""
            with self._interpreter_there():
                self._interpreter.begin(command.id)
                self._interpreter.receive(held, command.id)

    def _hand_over(self, data: bytes, command_id: uuid.UUID | None) -> None:
        if self._interpreter is not None and data:
            with self._interpreter_there():
                self._interpreter.receive(data, command_id)

    @contextlib.contextmanager
    def _interpreter_there(self) -> Iterator[None]:
        try:
            yield
        except Ended:
            raise wsman.shell_not_found(self.id) from None

    def _deliver(self, data: bytes | None, command_id: uuid.UUID | None) -> None:
        """What the interpreter wrote, or its end, which is the shell's."""
        with self._changed:
            command = None if command_id is None else self._commands.get(command_id)
            if data is None:
                self._closed = True
            elif command is not None:
                command.outbox.put(data)
            elif command_id is None:
                self._outbox.put(data)
            self._changed.notify_all()

    def _work_beside(self, command: Command, statements: list[list[Invocation]]) -> None:
        thread = threading.Thread(
            target=self._work, args=(command, statements), name=f"{self.host} pipeline", daemon=True
        )
        self._threads = [*(each for each in self._threads if each.is_alive()), thread]
        thread.start()

    def _respond(self, event: Any, command: Command | None) -> None:
        match event:
            case psrpcore.GetAvailableRunspacesEvent():
                busy = self._opened - len(self._idle)
                self._pool.runspace_availability_response(event.ci, max(0, self._pool.max_runspaces - busy))
            case psrpcore.SetMaxRunspacesEvent() | psrpcore.SetMinRunspacesEvent() | psrpcore.ResetRunspaceStateEvent():
                self._pool.runspace_availability_response(event.ci, True)
            case psrpcore.GetCommandMetadataEvent() if command is not None:
                command.pipeline.start()
                self._finish(command, ErrorRecord("Command metadata is not available here.", "NotImplemented"))

    def _work(self, command: Command, statements: Sequence[Sequence[Invocation]]) -> None:
        streams = PipelineStreams(lambda write: self._write(command, write), command.stop, self.host, self.user)
        failure: ErrorRecord | None = None
        try:
            runspace = self._acquire(command)
            try:
                for statement in statements:
                    streams.check()
                    runspace.run(statement, streams)
            finally:
                self._release(runspace)
        except Stopped:
            command.stop.set()
        except Terminated as terminated:
            failure = terminated.record
        except Exception as error:
            _log.exception("a simulated cmdlet broke")
            failure = ErrorRecord(f"The simulated cmdlet broke: {error}", "NotSpecified", "SimulationFailed")
        with self._changed:
            self._finish(command, failure)

    def _acquire(self, command: Command) -> Shell:
        with self._changed:
            while not self._idle and self._opened >= self._pool.max_runspaces:
                if command.stop.is_set():
                    raise Stopped
                self._changed.wait()
            if command.stop.is_set():
                raise Stopped
            if self._idle:
                return self._idle.pop()
            self._opened += 1
        return self._estate.open_shell(self.host, self.user)

    def _release(self, runspace: Shell) -> None:
        with self._changed:
            if not self._closed:
                self._idle.append(runspace)
                self._changed.notify_all()
                return
        runspace.close()

    def _write(self, command: Command, write: Write) -> None:
        with self._changed:
            write(command.pipeline)
            self._drain()

    def _finish(self, command: Command, failure: ErrorRecord | None) -> None:
        if failure is not None:
            _fail(command.pipeline, clixml.error_to_wire(failure))
        elif command.stop.is_set():
            command.pipeline.stop()
        else:
            command.pipeline.complete()
        command.pipeline.close()
        self._drain()
        command.outbox.finished = True
        self._changed.notify_all()

    def _drain(self) -> None:
        while sent := self._pool.data_to_send(self._fragment):
            command = None if sent.pipeline_id is None else self._commands.get(sent.pipeline_id)
            box = self._outbox if sent.pipeline_id is None else command.outbox if command is not None else Outbox()
            if self._interpreter is None or sent.pipeline_id is not None:
                box.fragments.extend(fragments.split(sent.data))
        self._changed.notify_all()


def _fail(pipeline: psrpcore.ServerPipeline, record: WireErrorRecord) -> None:
    # psrpcore offers complete() and stop() only; this is the message that it would send.
    pipeline.prepare_message(
        PipelineState(PipelineState=int(PSInvocationState.Failed), ExceptionAsErrorRecord=record),
        message_type=PSRPMessageType.PipelineState,
    )
    pipeline.state = PSInvocationState.Failed
