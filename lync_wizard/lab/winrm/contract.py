"""The contract between the lab's WinRM listeners and its simulation: commands in, streams out."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Argument = tuple[str | None, Any]
"""A parameter as the client sent it: its name (None = positional), a plain value; a bare switch is True."""


@dataclass(frozen=True)
class Invocation:
    """One command of a pipeline: a cmdlet, an external program, or (``is_script``) a script block's text."""

    name: str
    arguments: tuple[Argument, ...] = ()
    is_script: bool = False


@dataclass(frozen=True)
class Thing:
    """An object that a simulated cmdlet writes: type names (most derived first), properties, and its text form."""

    type_names: tuple[str, ...]
    properties: Mapping[str, Any]
    text: str = ""


@dataclass(frozen=True)
class ErrorRecord:
    """A PowerShell error record; ``category`` as in ``InvalidArgument``, ``error_id`` fully qualified."""

    message: str
    category: str = "NotSpecified"
    error_id: str = ""
    exception: str = "System.Management.Automation.RuntimeException"
    target: str = ""
    activity: str = ""


class Terminated(Exception):
    """A terminating error: the pipeline ends in state Failed with this record."""

    def __init__(self, record: ErrorRecord) -> None:
        super().__init__(record.message)
        self.record = record


class Stopped(Exception):
    """The client stopped the pipeline; raised by :meth:`Streams.wait` and :meth:`Streams.check`."""


class Streams(Protocol):
    """Where a running pipeline writes; every call is delivered to the client while the pipeline runs."""

    def output(self, value: Any) -> None:
        """Write an object: a str, int, bool, bytes, None, list, dict or :class:`Thing`."""

    def error(self, record: ErrorRecord) -> None:
        """Write a non-terminating error."""

    def verbose(self, text: str) -> None: ...
    def debug(self, text: str) -> None: ...
    def warning(self, text: str) -> None: ...
    def information(self, text: str) -> None: ...

    def progress(self, activity: str, status: str, percent: int) -> None:
        """Write a progress record; ``percent`` 0 to 100, -1 when unknown."""

    def check(self) -> None:
        """Raise :class:`Stopped` when the client has requested a stop."""

    def wait(self, seconds: float) -> None:
        """Pass ``seconds`` of wall time, or raise :class:`Stopped` as soon as the client requests a stop."""


class Shell(Protocol):
    """One runspace on one simulated host: it keeps imported modules and ``$LASTEXITCODE`` between pipelines."""

    def run(self, pipeline: Sequence[Invocation], streams: Streams) -> None:
        """Run a pipeline to its end. Raises :class:`Terminated` or :class:`Stopped`."""

    def close(self) -> None: ...


@dataclass(frozen=True)
class Trouble:
    """What the wire does to one command instead of, or on top of, running it (see ``lab/farm/faults.py``)."""

    kind: str
    """``drop`` (connection lost in mid-command, which runs on) · ``drop-before`` (lost, never ran) · ``hang``
    (accepted, then silence) · ``http-500`` (never ran) · ``http-400`` (ran to its end, and its Command is answered with
    a bare 400) · ``shell-gone`` (never ran: its shell has ended) · ``idle-drop`` (the connection is closed when it has
    ended) · ``slow`` (each reply ``seconds`` late) · ``hostile-psrp-lengths`` (lengths of fragments are not true)."""
    after: float = 0.0
    seconds: float = 0.0
    fields: Mapping[str, Any] = field(default_factory=dict)


class Estate(Protocol):
    """The simulated deployment as WinRM listeners use it."""

    def admits(self, host: str, user: str) -> bool:
        """Whether ``user`` (``DOMAIN\\name``) may open a shell on ``host`` now; False is an access-denied fault."""

    def answers(self, host: str) -> bool:
        """Whether the host is on the network at all; False: connections are refused."""

    def open_shell(self, host: str, user: str) -> Shell: ...

    def trouble(self, host: str, pipeline: Sequence[Invocation]) -> Trouble | None:
        """The fault to show on this pipeline, taken from the requested ones; each is shown as often as it says."""


Deliver = Callable[[bytes | None, uuid.UUID | None], None]
"""Takes fragments that an interpreter wrote: of a pipeline, or (None) of the runspace pool; no bytes: it has ended."""


class Ended(Exception):
    """The interpreter's process has ended, and with it its shell."""


class Interpreter(Protocol):
    """A PowerShell of its own behind one remote shell: the protocol's fragments go in and come out as they are.

    All but :meth:`close` and :meth:`join` return when it has confirmed, and raise :class:`Ended` where it cannot.
    """

    def receive(self, fragments: bytes, pipeline: uuid.UUID | None) -> None: ...
    def begin(self, pipeline: uuid.UUID) -> None: ...
    def stop(self, pipeline: uuid.UUID) -> None: ...
    def forget(self, pipeline: uuid.UUID) -> None: ...

    def close(self) -> None:
        """Have it end, whatever runs in it; returns at once."""

    def join(self, timeout: float) -> None:
        """Wait at most ``timeout`` seconds until its process is gone."""


class Interpreters(Protocol):
    """Where a lab has real interpreters: every remote shell gets one of its own."""

    def open(self, host: str, user: str, deliver: Deliver) -> Interpreter:
        """Start one. Raises :class:`Ended` where that fails."""

    def passes_on(self, pipeline: Sequence[Invocation]) -> bool:
        """Whether it is for the interpreter; else the simulation's own :class:`Shell` runs it."""
