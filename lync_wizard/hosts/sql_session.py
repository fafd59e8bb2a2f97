"""Named statements on one SQL Server instance over ODBC: progress while it happens, success only where it is proven.

The driver works in a thread of its own, so that a statement can be cancelled, and given up when even that is not
answered. pyodbc is loaded only when a connection is wanted.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from lync_wizard.core.errors import InputError, Unreachable, WizardError
from lync_wizard.core.secret import Redactor
from lync_wizard.hosts import (
    NOT_OPEN,
    HostError,
    Limits,
    Output,
    Reply,
    bounds,
    effects,
    identity,
    odbc_drivers,
    sql_login_errors,
    statements,
    unheard,
)
from lync_wizard.hosts.addresses import Credentials, SqlEndpoint
from lync_wizard.hosts.command import Command, Identify, Statement
from lync_wizard.hosts.odbc_drivers import Driver, install_hint
from lync_wizard.hosts.sql_work import MORE_ROWS, Heard, Work, alive

__all__ = ["SqlSession", "available_driver", "available_drivers", "install_hint", "open_session"]

_LIMITS: Final = Limits()
_POLL: Final = 0.1
_WAITING: Final = 1_000
"""Lines that wait to be recorded while an instance goes on talking."""
_SIGN_IN: Final = 5.0
"""Seconds beyond the time limit of a connection in which a driver has to have ended."""


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
    endpoint: SqlEndpoint,
    credentials: Credentials,
    redactor: Redactor,
    *,
    limits: Limits = _LIMITS,
    sent: Callable[[str], None] = unheard,
) -> SqlSession:
    """Connect to an instance; ``sent`` hears every batch just before it is sent.

    Raises :class:`Denied` when it refuses user and password, :class:`Unreachable` when it cannot be reached, is not
    ready or lets nobody in for another reason, and when no driver is here, :class:`InputError` for what the driver
    cannot do.
    """
    if credentials.password is not None:
        redactor.add(credentials.password)
    session = SqlSession(endpoint, credentials, redactor, _driver(endpoint), sent)
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


class SqlSession:
    """A conversation with one instance, for one thread (:class:`lync_wizard.hosts.Session`)."""

    def __init__(
        self,
        endpoint: SqlEndpoint,
        credentials: Credentials,
        redactor: Redactor,
        driver: Driver,
        sent: Callable[[str], None],
    ) -> None:
        self.driver = driver
        self._endpoint = endpoint
        self._credentials = credentials
        self._redactor = redactor
        self._sent = sent
        self._connection: Any = None
        self.vet: identity.Vet | None = None

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
            self._connection = self._connected(pyodbc.connect, text, seconds)
        except pyodbc.Error as error:
            said = self._redactor(" ".join(str(part) for part in error.args))
            raise sql_login_errors.refusal(self._endpoint, self.driver, self._credentials, said) from None

    def _connected(self, connect: Callable[..., Any], text: str, seconds: float) -> Any:
        """The connection; given up where an instance takes the sign-in up and does not come to its end, for which
        drivers have no time limit of their own. Raises :class:`Unreachable`, and what the driver raises.
        """
        ended: queue.Queue[Any] = queue.Queue(1)
        given_up = threading.Event()

        def sign_in() -> None:
            try:
                found = connect(text, autocommit=True, timeout=max(1, round(seconds)))
            except Exception as error:
                found = error
            ended.put(found)
            if given_up.is_set() and not isinstance(found, Exception):
                with contextlib.suppress(Exception):
                    found.close()

        threading.Thread(target=sign_in, name=f"sign-in {self.host}", daemon=True).start()
        try:
            found = ended.get(timeout=seconds + _SIGN_IN)
        except queue.Empty:
            given_up.set()
            raise Unreachable(
                f"{self.host} began the sign-in and did not end it",
                "Look at the instance: it answers, but not as SQL Server does. Try again, or name its port.",
            ) from None
        if isinstance(found, Exception):
            raise found
        return found

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        """Run a named statement (see :mod:`lync_wizard.hosts.statements`) to its end.

        Objects have one property for each column. ``unknown`` also where SQL Server did not say that it succeeded.
        ``failed`` with wrong parameters, and nothing was sent. Raises ValueError for another kind of command.
        """
        vet = self.vet
        if isinstance(command, Identify):
            command, vet = Statement("instance-identity"), None
        if not isinstance(command, Statement):
            raise ValueError(f"not for a SQL session: {type(command).__name__}")
        if not limits.may_open and self._connection is None:
            return Reply("failed", why=NOT_OPEN)
        began = time.monotonic()
        reads = effects.reads_only(command)
        try:
            composed = statements.compose(command)
            if not reads:
                self._make_sure(limits.operation)
            before = self._connection
            self.open(limits.connect)
            if vet is not None and self._connection is not before:
                self._introduce(vet)
        except WizardError as error:
            refused = HostError(self._redactor(str(error)), type(error).__name__, "", command.name)
            return Reply("failed", errors=(refused,), seconds=time.monotonic() - began)
        if cancel.is_set():
            return Reply("stopped", why="cancelled before anything was sent")
        # Bounded: what an instance says must not pile up faster than it is recorded.
        said: queue.Queue[Output | None] = queue.Queue(_WAITING)
        work = Work(self._connection, command.name, composed, said, self._sent, reads=reads)
        threading.Thread(target=work.carry_out, name=f"sql-{command.name}", daemon=True).start()
        try:
            reply = self._wait(work, said, began, limits, on_output, cancel)
        except BaseException:
            work.cancel()
            self._abandon(work)
            raise
        errors = tuple(replace(error, message=self._redactor(error.message)) for error in reply.errors)
        return replace(reply, errors=errors, why=self._redactor(reply.why), seconds=time.monotonic() - began)

    def _introduce(self, vet: identity.Vet) -> None:
        """A connection that was made again may lead to another instance: it is asked before anything else is sent."""
        try:
            vet(identity.ask(self))
        except WizardError:
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):  # a broken connection cannot be closed any better
                self._connection.close()
            self._connection = None

    def _make_sure(self, seconds: float) -> None:
        """Have a connection that has just answered, or none: what is written into a dead one may have been read."""
        connection, ended, answered = self._connection, threading.Event(), threading.Event()
        if connection is None:
            return

        def ask() -> None:
            if alive(connection, self._sent):
                answered.set()
            ended.set()
            if self._connection is not connection:  # given up meanwhile
                with contextlib.suppress(Exception):
                    connection.close()

        threading.Thread(target=ask, name="sql-alive", daemon=True).start()
        if not ended.wait(seconds):
            self._connection = None
        elif not answered.is_set():
            self.close()

    def _wait(
        self,
        work: Work,
        said: queue.Queue[Output | None],
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
                on_output(replace(output, text=bounds.shown(self._redactor(output.text))))
            now = time.monotonic()
            if not why and (cancel.is_set() or now - began > limits.overall):
                why = "cancelled" if cancel.is_set() else f"not done after {limits.overall:g} s"
                give_up_at = now + limits.operation
                work.cancel()
            if not why and work.excess.is_set():
                # Its rest is not waited for longer than a cancellation is.
                why, give_up_at = MORE_ROWS, now + limits.operation
                work.cancel()
            if now > give_up_at:
                self._abandon(work)
                return Reply("unknown", why=f"{why}, and the instance did not confirm the cancellation")
        heard = work.heard
        if heard.lost:
            self.close()
        return _judged(heard, why, timed_out=bool(why) and not cancel.is_set())

    def _abandon(self, work: Work) -> None:
        work.abandoned.set()  # its thread closes the connection as soon as the driver lets go of it
        self._connection = None


def _judged(heard: Heard, why: str, *, timed_out: bool) -> Reply:
    objects, errors = tuple(heard.objects), tuple(heard.errors)
    if heard.lost:
        lost = "the connection was lost: " + (heard.why or "no answer came")
        return Reply("unknown" if heard.sent else "failed", objects, errors, why=lost)
    if heard.completed:
        why = f"{heard.dropped:,} more rows came than are kept" if heard.dropped else ""
        return Reply("completed", objects, errors, why=why, dropped=heard.dropped)
    if why == MORE_ROWS:
        return Reply("failed", objects, errors, why=why)
    if timed_out:
        return Reply("unknown", objects, errors, why=f"{why}; the statement was cancelled")
    if why:
        return Reply("stopped", objects, errors, why=why)
    if errors or not heard.doubtful:
        return Reply("failed", objects, errors, why=heard.why)
    return Reply("unknown", objects, errors, why=heard.why)
