"""One HTTP exchange with a host, bounded in bytes and in time.

A read timeout is about silence: a host that says a byte every few seconds, or never ends its headers, holds whoever
asked for ever. Here an answer has to be whole by a moment that is known when it is asked for.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from lync_wizard.hosts import bounds

_SLACK: Final = 5.0
"""Seconds that a whole answer may take beyond those that a host may be silent."""
_CHUNK: Final = 1 << 16
_UNLIMITED: Final = 300.0


class _Watch:
    """Cuts off whatever takes longer than it may; one thread for all, which sleeps while nothing is under way."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[object, tuple[float, Callable[[], None]]] = {}
        self._thread: threading.Thread | None = None
        self._wakes = 0.0

    @contextlib.contextmanager
    def over(self, seconds: float, cut: Callable[[], None]) -> Iterator[Callable[[], bool]]:
        """Call ``cut`` where the block takes longer; what is handed out tells whether that happened."""
        key = object()
        due = time.monotonic() + seconds
        with self._changed:
            self._due[key] = due, cut
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="exchange watch", daemon=True)
                self._thread.start()
            if due < self._wakes or not self._wakes:
                self._changed.notify()
        try:
            yield lambda: key not in self._due
        finally:
            with self._changed:
                self._due.pop(key, None)

    def _look(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for key, (due, cut) in list(self._due.items()):
                    if due <= now:
                        del self._due[key]
                        with contextlib.suppress(Exception):  # it is closed already
                            cut()
                # A look that comes too early costs nothing; one for every exchange would cost each of them.
                first = min((due for due, _ in self._due.values()), default=0.0)
                self._wakes = first
                self._changed.wait(max(0.05, first - now) if first else None)


_WATCH: Final = _Watch()


def bounded(transport: Any) -> None:
    """Have every answer of a pypsrp transport bounded by its read timeout and by :data:`.bounds.BODY_BYTES`."""
    build = transport._build_session

    def build_bounded() -> requests.Session:
        session: requests.Session = build()
        adapter: Any = session.get_adapter(transport.endpoint)
        adapter.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        send = adapter.send

        def send_bounded(request: requests.PreparedRequest, **settings: Any) -> requests.Response:
            response: requests.Response = send(request, **settings)
            _bound(response, _seconds(settings.get("timeout")))
            return response

        adapter.send = send_bounded
        return session

    transport._build_session = build_bounded


def _seconds(timeout: Any) -> float:
    read = timeout[1] if isinstance(timeout, tuple) else timeout
    return read if isinstance(read, int | float) else _UNLIMITED


def _bound(response: requests.Response, seconds: float) -> None:
    """Have the body bounded where it is read: before, a sign-in looks at the connection it came by."""
    whole: Callable[[int, bool], Iterator[Any]] = cast(Any, response.iter_content)

    def bounded_content(chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        del chunk_size
        left = bounds.BODY_BYTES
        with _WATCH.over(seconds + _SLACK, response.raw.shutdown) as late:
            try:
                for chunk in whole(_CHUNK, decode_unicode):
                    left -= len(chunk)
                    if left < 0:
                        response.close()
                        raise bounds.Excess(f"the host sent one answer of more than {bounds.BODY_BYTES >> 20} MB")
                    yield chunk
            except (requests.RequestException, OSError, ValueError) as error:
                if late():
                    raise requests.ReadTimeout("the answer was not complete in time") from error
                raise
            if late():
                raise requests.ReadTimeout("the answer was not complete in time")

    cast(Any, response).iter_content = bounded_content


class _Headers:
    """A connection whose answer has to begin, headers and all, in time."""

    sock: socket.socket
    timeout: float | None

    def getresponse(self) -> Any:
        seconds = self.timeout if isinstance(self.timeout, int | float) else _UNLIMITED
        sock = self.sock
        with _WATCH.over(seconds + _SLACK, lambda: sock.shutdown(socket.SHUT_RDWR)) as late:
            try:
                response = cast(Any, super()).getresponse()
            except Exception as error:
                if late():
                    raise TimeoutError("the headers were not complete in time") from error
                raise
            if late():
                raise TimeoutError("the headers were not complete in time")
            return response


class _Connection(_Headers, HTTPConnection):
    pass


class _TlsConnection(_Headers, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
