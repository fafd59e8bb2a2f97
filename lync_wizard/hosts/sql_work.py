"""One composed statement on its connection, in the thread of the driver: what it said, and what it left unproven.

pyodbc is loaded only when a connection is wanted.
"""

from __future__ import annotations

import contextlib
import datetime
import queue
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, NoReturn

from lync_wizard.hosts import HostError, Output, Record, bounds
from lync_wizard.hosts.sql_batches import Batch, BatchSequence, Row, SqlCheck, Unsuitable

PROGRESS: Final = 3211
_SILENT: Final = frozenset({5701, 5703})
"""Changed database context, changed language: said at every connection."""
_LOST_STATES: Final = frozenset({"08S01", "08003", "08007"})
"""Not every 08: error 911 comes as 08004."""
_LOST: Final = frozenset({10053, 10054, 10060, 20003, 20004, 20006, 20017, 20047})
"""Connection reset or aborted (Winsock), and FreeTDS's own words for it."""

_REPEAT_CANCEL: Final = 0.5
_DIAGNOSTIC: Final = re.compile(r"(?:^|; )\[(\w{5})\] (.*?) \((-?\d+)\)(?= \(SQL|; \[\w{5}\] |$)", re.DOTALL)
_AT_ONCE: Final = 50
"""Rows fetched in one go; each may hold the longest text that the driver takes."""
MORE_ROWS: Final = "the instance sent more rows than are kept: the answer is not complete"
_ALIVE: Final = "SELECT 1 AS alive;"
_ORIGIN: Final = re.compile(r"^(?:\[[^\]]*\]){1,3}\s*")


@dataclass
class Heard:
    """What the worker has heard so far; read by the caller once the worker has ended."""

    objects: list[Record] = field(default_factory=list)
    errors: list[HostError] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    why: str = ""
    sent: bool = False
    lost: bool = False
    doubtful: bool = False
    completed: bool = False
    dropped: int = 0
    characters: int = 0

    def complain(self, error: HostError) -> HostError:
        """Keep an error, its text no longer than the log takes it; of more than are kept only the last place."""
        error = replace(error, message=bounds.shown(error.message))
        if len(self.errors) < bounds.KEPT_ERRORS:
            self.errors.append(error)
        return error


class _Broken(Exception):
    """A batch did not succeed; what it said has been heard."""


class Work:
    """One composed statement in the worker thread."""

    def __init__(
        self,
        connection: Any,
        name: str,
        composed: BatchSequence,
        said: queue.Queue[Output | None],
        sent: Callable[[str], None],
        *,
        reads: bool,
    ) -> None:
        self.heard = Heard()
        self.abandoned = threading.Event()
        self._connection = connection
        self._name = name
        self._composed = composed
        self._said = said
        self.excess = threading.Event()
        self._sent = sent
        self._reads = reads
        self._cancelled = threading.Event()
        self._tidying = False
        self._guard = threading.Lock()
        self._ended = threading.Event()
        self._asked = False
        self._cursor: Any = None

    def _say(self, output: Output | None) -> None:
        """Hand a line on, or the end; waits while nobody takes the lines before it, unless nobody will any more."""
        while not self.abandoned.is_set():
            with contextlib.suppress(queue.Full):
                self._said.put(output, timeout=_REPEAT_CANCEL)
                return

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
            heard.why = f"the answer of the instance could not be read ({error})"
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
        self.heard.complain(HostError(why, "Refused", "", self._name))
        self._say(Output("error", why))
        raise _Broken

    def _ask(self, question: SqlCheck) -> str:
        return question.judge(self._rows(question.batch))

    def _rows(self, batch: Batch) -> list[Row]:
        return [record.properties for record in self._send(batch, quiet=True)]

    def _still_there(self) -> None:
        with contextlib.suppress(_Broken):
            self._send(Batch(_ALIVE), quiet=True)

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
            self._sent(batch.text + (f" -- {', '.join(map(repr, batch.values))}" if batch.values else ""))
            cursor.execute(batch.text, *batch.values)
            while True:
                self._listen(cursor)
                if cursor.description:
                    names = [column[0] for column in cursor.description]
                    while rows := cursor.fetchmany(_AT_ONCE):
                        records = [self._taken(_record(names, row), found) for row in rows]
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

    def _taken(self, record: Record, found: list[Record]) -> Record:
        """Keep a row with those found; raises :class:`_Broken` where there are more than are kept."""
        heard = self.heard
        heard.characters += len(record.text)
        if len(found) < bounds.KEPT_OBJECTS and heard.characters <= bounds.KEPT_CHARACTERS:
            found.append(record)
            return record
        # A statement that changes something goes on to its end: what it returns decides nothing.
        heard.dropped += 1
        if self._reads:
            heard.complain(HostError(MORE_ROWS, "LimitsExceeded", "", self._name))
            self.excess.set()
            raise _Broken
        return record

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
        if len(heard.numbers) < bounds.KEPT_ERRORS:
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
                kept = heard.complain(HostError(said, state, str(number or ""), self._name))
                heard.numbers.add(number)
                self._say(Output("error", kept.message, kept))
        # Asked where an error names no cause of the server's.
        if not heard.lost and not any(number for *_, number in found) and not alive(self._connection, self._sent):
            heard.lost, heard.why = True, heard.why or text


def alive(connection: Any, sent: Callable[[str], None]) -> bool:
    """Whether a connection still answers."""
    # Imported here: where the driver manager is missing, only SQL steps do without it.
    import pyodbc

    try:
        with contextlib.closing(connection.cursor()) as cursor:
            sent(_ALIVE)
            return cursor.execute(_ALIVE).fetchone() is not None
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
