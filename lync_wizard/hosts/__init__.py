"""Hosts as the rest of the program sees them: types and protocols only, no transport."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from lync_wizard.core.secret import Secret
from lync_wizard.hosts.command import Command

Stream = Literal["output", "verbose", "warning", "error", "progress", "information", "debug"]
State = Literal["completed", "failed", "stopped", "unknown"]
UNREADABLE: Final = (
    ValueError, LookupError, TypeError, AttributeError, SyntaxError, RecursionError, OverflowError,
)  # fmt: skip
"""What an answer raises that is not as the protocol has it; XML that is none is a SyntaxError."""


@dataclass(frozen=True)
class Record:
    """One object a host returned: its text and its properties as plain values.

    Properties hold str, int, float, bool, None, bytes, lists of these, or nested :class:`Record`. Enumerations and
    other .NET objects without a plain counterpart appear as their text. A bare value (a string, a number) has no
    properties and keeps itself in ``value``; a large byte array is a :class:`lync_wizard.hosts.spooled.Spooled` there.
    ``itself`` is what the host's ToString makes of an object with properties, whole; empty where that is its type.
    """

    text: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    value: Any = None
    itself: str = ""


@dataclass(frozen=True)
class HostError:
    """An error record as the host wrote it; ``exception`` is the full name of the .NET type behind it."""

    message: str
    category: str = ""
    error_id: str = ""
    command: str = ""
    exception: str = ""


@dataclass(frozen=True)
class Output:
    """One line of a stream as it arrives; an ``error`` comes with the record behind it.

    ``resent``: a remark of the session's own, that the command is sent again although nobody asked for that.
    """

    stream: Stream
    text: str
    error: HostError | None = field(default=None, compare=False)
    resent: bool = False


@dataclass(frozen=True)
class Reply:
    """How a command ended on its host, before any expectation is applied.

    ``state`` unknown: the connection was lost or a time limit passed after something had been sent, so nobody can say
    whether it ran. ``exit_code`` only for external programs. ``seconds`` is wall time. ``dropped``: objects that came
    and were not kept, because there were too many (docs/bounds.md).
    """

    state: State
    objects: tuple[Record, ...] = ()
    errors: tuple[HostError, ...] = ()
    exit_code: int | None = None
    seconds: float = 0.0
    why: str = ""
    dropped: int = 0


@dataclass(frozen=True)
class Limits:
    """Seconds: to connect, for one exchange with the host, and for the whole command.

    Without ``may_open`` no connection is opened for the command: where none is open, it fails and nothing is sent.
    """

    connect: float = 30.0
    operation: float = 20.0
    overall: float = 600.0
    may_open: bool = True


NOT_OPEN: Final = "no session is open"
"""Why a command that may open no connection was not sent."""


class Session(Protocol):
    """An open conversation with one host, used by one thread."""

    @property
    def host(self) -> str: ...

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        """Run one command to its end, handing every stream record to ``on_output`` while it runs.

        Never raises for what the command does: errors, a lost connection and a passed limit are in the
        :class:`Reply`. Setting ``cancel`` stops the command on the host (state ``stopped``).
        """

    def close(self) -> None:
        """End the conversation; never raises."""


Transport = Literal["psrp", "sql"]


class Connect(Protocol):
    """Opens sessions; handed to checks and runner by the composition root.

    ``server`` is the FQDN of a host, or ``fqdn\\instance`` for ``sql``. ``account`` is a role of connections.yaml.
    Raises :class:`lync_wizard.core.errors.Unreachable` or :class:`lync_wizard.core.errors.Denied`.
    """

    def __call__(self, server: str, account: str, transport: Transport = "psrp") -> Session: ...


class SignIn(Protocol):
    """Opens a PowerShell session with the account and password of a person, who delegates nothing to the host.

    An empty ``user`` is whoever runs this program. Raises :class:`lync_wizard.core.errors.Unreachable` or
    :class:`lync_wizard.core.errors.Denied`.
    """

    def __call__(self, server: str, user: str, password: Secret, /) -> Session: ...


def silent(_: Output) -> None:
    """An ``on_output`` that drops everything, for questions whose answer is all that counts."""


def unheard(_: str) -> None:
    """A ``sent`` for sessions of which nobody keeps a record."""


def whole(record: Record) -> str:
    """A returned string, or an object as text: what ToString makes of it where the host sent that."""
    return record.value if isinstance(record.value, str) else record.itself or record.text


def property_of(record: Record, name: str) -> Any:
    """A property by name without regard to case; ``value`` is the bare value, or the text of an object."""
    if name == "value":
        return record.text if record.value is None else record.value
    return next((value for key, value in record.properties.items() if key.lower() == name.lower()), None)


def text_of(record: Record, name: str) -> str:
    """A property as text; empty where it is null or not there."""
    value = property_of(record, name)
    return "" if value is None else (value.text if isinstance(value, Record) else str(value))


def items_of(record: Record, name: str) -> list[str]:
    """The texts of a property that holds several values; empty ones and null are left out."""
    value = property_of(record, name)
    several = value if isinstance(value, list | tuple) else [value]
    texts = (item.text if isinstance(item, Record) else str(item) for item in several if item is not None)
    return [text for text in texts if text]
