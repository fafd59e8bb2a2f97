"""Named statements on one SQL Server instance over ODBC: progress while it happens, success only where it is proven.

The driver works in a thread of its own, so that a statement can be cancelled, and given up when even that is not
answered. pyodbc is loaded only when a connection is wanted.
"""

from __future__ import annotations

import contextlib
import datetime
import queue
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, NoReturn

from lync_wizard.core.errors import InputError, Unreachable, WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.hosts import HostError, Limits, Output, Record, Reply, odbc_drivers, sql_login_errors, statements
from lync_wizard.hosts.addresses import Credentials, SqlEndpoint
from lync_wizard.hosts.command import Command, Statement
from lync_wizard.hosts.odbc_drivers import Driver, install_hint
from lync_wizard.hosts.sql_batches import Batch, BatchSequence, Row, SqlCheck, Unsuitable

__all__ = ["SqlSession", "available_driver", "available_drivers", "install_hint", "open_session"]

PROGRESS: Final = 3211
_SILENT: Final = frozenset({5701, 5703})
"""Changed database context, changed language: said at every connection."""
_LOST_STATES: Final = frozenset({"08S01", "08003", "08007"})
"""Not every 08: error 911 comes as 08004."""
_LOST: Final = frozenset({10053, 10054, 10060, 20003, 20004, 20006, 20017, 20047})
"""Connection reset or aborted (Winsock), and FreeTDS's own words for it."""

_LIMITS: Final = Limits()
_POLL: Final = 0.1
_REPEAT_CANCEL: Final = 0.5
_DIAGNOSTIC: Final = re.compile(r"(?:^|; )\[(\w{5})\] (.*?) \((-?\d+)\)(?= \(SQL|; \[\w{5}\] |$)", re.DOTALL)
_ORIGIN: Final = re.compile(r"^(?:\[[^\]]*\]){1,3}\s*")


def available_drivers() -> tuple[Driver, ...]:
    """Every usable ODBC driver for SQL Server, best first; empty also where pyodbc cannot be loaded."""
    try:
        # Imported here: where the driver manager is missing, only SQL steps do without it.
        import pyodbc
    except ImportError:  # the driver manager's library is missing
        return ()
    return odbc_drivers.best_first(pyodbc.drivers())


def available_driver() -> Driver | None:
    """The driver that is used where connections.yaml names none, or None."""
    return next(iter(available_drivers()), None)


def open_session(
    endpoint: SqlEndpoint, credentials: Credentials, redactor: Redactor, *, limits: Limits = _LIMITS
) -> SqlSession:
    """Connect to an instance.

    Raises :class:`Denied` when it refuses user and password, :class:`Unreachable` when it cannot be reached, is not
    ready or lets nobody in for another reason, and when no driver is here, :class:`InputError` for what the driver
    cannot do.
    """
    if credentials.password is not None:
        redactor.add(credentials.password)
    session = SqlSession(endpoint, credentials, redactor, _driver(endpoint))
    session.open(limits.connect)
    return session


def _driver(endpoint: SqlEndpoint) -> Driver:
    found = available_drivers()
    if endpoint.driver:
        wanted = endpoint.driver.strip("{}")
        known = next((d for d in found if wanted.casefold() in (d.name.casefold(), d.reference.casefold())), None)
        if known is None:
            raise InputError(
                f"there is no ODBC driver {wanted!r} here",
                f"Choose one of {', '.join(d.name for d in found)} in connections.yaml, or leave driver out."
                if found
                else install_hint(),
            )
        return known
    if not found:
        raise Unreachable(
            f"no ODBC driver for SQL Server is installed, so {endpoint.server} stays closed", install_hint()
        )
    return found[0]


@dataclass
class _Heard:
    """What the worker has heard so far; read by the caller once the worker has ended."""

    objects: list[Record] = field(default_factory=list)
    errors: list[HostError] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    why: str = ""
    sent: bool = False
    lost: bool = False
    doubtful: bool = False
    completed: bool = False


class SqlSession:
    """A conversation with one instance, for one thread (:class:`lync_wizard.hosts.Session`)."""

    def __init__(self, endpoint: SqlEndpoint, credentials: Credentials, redactor: Redactor, driver: Driver) -> None:
        self.driver = driver
        self._endpoint = endpoint
        self._credentials = credentials
        self._redactor = redactor
        self._connection: Any = None

    @property
    def host(self) -> str:
        return self._endpoint.server

    def open(self, seconds: float) -> None:
        """Connect, if the connection is not there. Raises as :func:`open_session` does."""
        if self._connection is not None:
            return
        # Imported here: where the driver manager is missing, only SQL steps do without it.
        import pyodbc

        pyodbc.pooling = False  # a pooled connection goes on holding its database (3101)
        port = odbc_drivers.find_port(self._endpoint, seconds)
        text = odbc_drivers.connection_string(self.driver, self._endpoint, self._credentials, port)
        odbc_drivers.probe(self._endpoint, port, seconds)
        try:
            self._connection = pyodbc.connect(text, autocommit=True, timeout=max(1, round(seconds)))
        except pyodbc.Error as error:
            said = self._redactor(" ".join(str(part) for part in error.args))
            raise sql_login_errors.refusal(self._endpoint, self.driver, self._credentials, said) from None

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        """Run a named statement (see :mod:`lync_wizard.hosts.statements`) to its end.

        Objects have one property for each column. ``unknown`` also where SQL Server did not say that it succeeded.
        ``failed`` with wrong parameters, and nothing was sent. Raises ValueError for another kind of command.
        """
        if not isinstance(command, Statement):
            raise ValueError(f"not for a SQL session: {type(command).__name__}")
        began = time.monotonic()
        try:
            composed = statements.compose(command)
            self.open(limits.connect)
        except WizardError as error:
            refused = HostError(self._redactor(str(error)), type(error).__name__, "", command.name)
            return Reply("failed", errors=(refused,), seconds=time.monotonic() - began)
        if cancel.is_set():
            return Reply("stopped", why="cancelled before anything was sent")
        said: queue.SimpleQueue[Output | None] = queue.SimpleQueue()
        work = _Work(self._connection, command.name, composed, said.put)
        threading.Thread(target=work.carry_out, name=f"sql-{command.name}", daemon=True).start()
        try:
            reply = self._wait(work, said, began, limits, on_output, cancel)
        except BaseException:
            work.cancel()
            self._abandon(work)
            raise
        errors = tuple(replace(error, message=self._redactor(error.message)) for error in reply.errors)
        return replace(reply, errors=errors, why=self._redactor(reply.why), seconds=time.monotonic() - began)

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):  # a broken connection cannot be closed any better
                self._connection.close()
            self._connection = None

    def _wait(
        self,
        work: _Work,
        said: queue.SimpleQueue[Output | None],
        began: float,
        limits: Limits,
        on_output: Callable[[Output], None],
        cancel: threading.Event,
    ) -> Reply:
        why = ""
        give_up_at = float("inf")
        while True:
            with contextlib.suppress(queue.Empty):
                output = said.get(timeout=_POLL)
                if output is None:
                    break
                on_output(replace(output, text=self._redactor(output.text)))
            now = time.monotonic()
            if not why and (cancel.is_set() or now - began > limits.overall):
                why = "cancelled" if cancel.is_set() else f"not done after {limits.overall:g} s"
                give_up_at = now + limits.operation
                work.cancel()
            if now > give_up_at:
                self._abandon(work)
                return Reply("unknown", why=f"{why}, and the instance did not confirm the cancellation")
        heard = work.heard
        if heard.lost:
            self.close()
        return _judged(heard, why, timed_out=bool(why) and not cancel.is_set())

    def _abandon(self, work: _Work) -> None:
        work.abandoned.set()  # its thread closes the connection as soon as the driver lets go of it
        self._connection = None


def _judged(heard: _Heard, why: str, *, timed_out: bool) -> Reply:
    objects, errors = tuple(heard.objects), tuple(heard.errors)
    if heard.lost:
        lost = "the connection was lost: " + (heard.why or "no answer came")
        return Reply("unknown" if heard.sent else "failed", objects, errors, why=lost)
    if heard.completed:
        return Reply("completed", objects, errors)
    if timed_out:
        return Reply("unknown", objects, errors, why=f"{why}; the statement was cancelled")
    if why:
        return Reply("stopped", objects, errors, why=why)
    if errors or not heard.doubtful:
        return Reply("failed", objects, errors, why=heard.why)
    return Reply("unknown", objects, errors, why=heard.why)


class _Broken(Exception):
    """A batch did not succeed; what it said has been heard."""


class _Work:
    """One composed statement in the worker thread."""

    def __init__(
        self, connection: Any, name: str, composed: BatchSequence, say: Callable[[Output | None], None]
    ) -> None:
        self.heard = _Heard()
        self.abandoned = threading.Event()
        self._connection = connection
        self._name = name
        self._composed = composed
        self._say = say
        self._cancelled = threading.Event()
        self._tidying = False
        self._guard = threading.Lock()
        self._ended = threading.Event()
        self._asked = False
        self._cursor: Any = None

    def cancel(self) -> None:
        """Ask the instance to stop what it runs. Returns at once: a driver may keep the asking thread waiting."""
        if not self._cancelled.is_set():
            self._cancelled.set()
            threading.Thread(target=self._keep_cancelling, name=f"sql-cancel-{self._name}", daemon=True).start()

    def _keep_cancelling(self) -> None:
        while not self._ended.wait(_REPEAT_CANCEL if self._asked else 0):
            self._asked = True
            with self._guard:
                if self._cursor is not None:
                    with contextlib.suppress(Exception):  # HY010 where nothing runs at this moment
                        self._cursor.cancel()

    def _now_running(self, cursor: Any) -> None:
        """What a cancellation is meant for; returns when none is under way any more."""
        with self._guard:
            self._cursor = cursor

    def carry_out(self) -> None:
        """Questions, batches, what must follow in any case, and the closing question."""
        heard = self.heard
        try:
            self._main()
        except _Broken:
            pass
        except Exception as error:
            heard.why = f"{type(error).__name__}: {error}"
            heard.lost = True
        finally:
            self._ended.set()
            if self.abandoned.is_set():
                with contextlib.suppress(Exception):
                    self._connection.close()
            self._say(None)

    def _main(self) -> None:
        composed, heard = self._composed, self.heard
        for question in composed.before:
            if refused := self._ask(question):
                self._refuse(refused)
        if composed.settle is not None:
            try:
                composed = self._composed = composed.settle(self._rows)
            except Unsuitable as why:
                self._refuse(str(why))
            for note in composed.notes:
                self._say(Output("information", note))
        try:
            heard.sent = True
            for batch in composed.batches:
                heard.objects += self._send(batch)
        finally:
            self._tidy()
        if heard.lost:
            raise _Broken
        if composed.message is not None and composed.message not in heard.numbers:
            heard.doubtful, heard.why = True, f"SQL Server did not say that it succeeded (message {composed.message})"
            self._still_there()
            raise _Broken
        if composed.after is not None and (doubt := self._ask(composed.after)):
            heard.doubtful, heard.why = True, doubt
            raise _Broken
        heard.completed = True

    def _tidy(self) -> None:
        """What must follow in any case runs even after a cancellation, unless the connection is gone."""
        self._tidying = True
        for batch in () if self.heard.lost else self._composed.always:
            with contextlib.suppress(_Broken):
                self._send(batch)

    def _refuse(self, why: str) -> NoReturn:
        self.heard.errors.append(HostError(why, "Refused", "", self._name))
        self._say(Output("error", why))
        raise _Broken

    def _ask(self, question: SqlCheck) -> str:
        return question.judge(self._rows(question.batch))

    def _rows(self, batch: Batch) -> list[Row]:
        return [record.properties for record in self._send(batch, quiet=True)]

    def _still_there(self) -> None:
        with contextlib.suppress(_Broken):
            self._send(Batch("SELECT 1 AS alive;"), quiet=True)

    def _send(self, batch: Batch, *, quiet: bool = False) -> list[Record]:
        """Send a batch and drain everything it returns. Raises :class:`_Broken` when it fails or is cancelled."""
        if self._cancelled.is_set() and not self._tidying:
            raise _Broken
        # Imported here: where the driver manager is missing, only SQL steps do without it.
        import pyodbc

        found: list[Record] = []
        try:
            cursor = self._connection.cursor()
        except pyodbc.Error as error:
            self._complain(error)
            raise _Broken from None
        self._now_running(None if self._tidying else cursor)
        try:
            cursor.execute(batch.text, *batch.values)
            while True:
                self._listen(cursor)
                if cursor.description:
                    names = [column[0] for column in cursor.description]
                    while rows := cursor.fetchmany(500):
                        records = [_record(names, row) for row in rows]
                        found += records
                        for record in () if quiet else records:
                            self._say(Output("output", record.text))
                if not cursor.nextset():
                    break
            self._listen(cursor)
        except pyodbc.Error as error:
            # What follows asks the same connection again: a cancellation meant for the cursor must not strike that.
            self._now_running(None)
            with contextlib.suppress(pyodbc.Error):
                self._listen(cursor)
            self._complain(error)
            raise _Broken from None
        finally:
            self._now_running(None)
            with contextlib.suppress(pyodbc.Error):
                cursor.close()
        if self.heard.lost or (self._cancelled.is_set() and not self._tidying and self._awaited(batch)):
            raise _Broken
        return found

    def _awaited(self, batch: Batch) -> bool:
        """Whether a batch that ended quietly after a cancellation cannot be counted as done."""
        message = self._composed.message
        return batch not in self._composed.batches or message is None or message not in self.heard.numbers

    def _listen(self, cursor: Any) -> None:
        for head, text in cursor.messages or ():
            found = re.search(r"\[(\w{5})\] \((-?\d+)\)", head)
            state, number = (found.group(1), int(found.group(2))) if found else ("", 0)
            self._message(state, number, _ORIGIN.sub("", text))

    def _message(self, state: str, number: int, text: str) -> None:
        heard = self.heard
        if state in _LOST_STATES or number in _LOST:
            heard.lost, heard.why = True, text
            return
        if number in _SILENT:
            return
        heard.numbers.add(number)
        self._say(Output("progress" if number == PROGRESS else "information", text))

    def _complain(self, error: Exception) -> None:
        """Everything an exception says; a driver's word for a lost connection, or a connection that answers no more."""
        heard = self.heard
        text = str(error.args[1]) if len(error.args) > 1 else str(error)
        found = [(m.group(1), _ORIGIN.sub("", m.group(2)), int(m.group(3))) for m in _DIAGNOSTIC.finditer(text)]
        for state, said, number in found or [(str(error.args[0]), text, 0)]:
            if state in _LOST_STATES or number in _LOST:
                heard.lost, heard.why = True, said
            elif not (self._cancelled.is_set() and state in ("HY008", "HY010")) and not heard.lost:
                heard.errors.append(HostError(said, state, str(number or ""), self._name))
                heard.numbers.add(number)
                self._say(Output("error", said, heard.errors[-1]))
        if not heard.lost and not any(number for *_, number in found) and not self._answers():
            heard.lost, heard.why = True, heard.why or text

    def _answers(self) -> bool:
        """Whether the connection still answers; asked where an error names no cause of the server's."""
        # Imported here: where the driver manager is missing, only SQL steps do without it.
        import pyodbc

        try:
            with contextlib.closing(self._connection.cursor()) as cursor:
                return cursor.execute("SELECT 1 AS alive;").fetchone() is not None
        except pyodbc.Error:
            return False


def _record(names: Sequence[str], row: Sequence[Any]) -> Record:
    properties = {name: _plain(value) for name, value in zip(names, row, strict=True)}
    text = "  ".join(f"{name}={value}" for name, value in properties.items() if value is not None)
    only = next(iter(properties.values())) if len(properties) == 1 else None
    return Record(text, properties, only)


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case bytearray():
            return bytes(value)
        case None | bool() | int() | float() | str() | bytes():
            return value
    return str(value)
