"""Who opens the door, without anybody logging on."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lync_wizard.hosts.addresses import AddressBook, Endpoint, SqlEndpoint
from lync_wizard.hosts.reachability import probe_hosts, silent


@contextmanager
def door(answer: Callable[[socket.socket], None] | None) -> Iterator[int]:
    """A port on which each caller meets ``answer``; nobody accepts where it is None."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                while True:
                    caller, _ = server.accept()
                    with caller:
                        caller.recv(4096)
                        if answer:
                            answer(caller)
            except OSError:
                return

        if answer:
            threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def says(text: str) -> Callable[[socket.socket], None]:
    return lambda caller: caller.sendall(f"HTTP/1.1 {text}\r\nContent-Length: 0\r\n\r\n".encode())


def found(port: int, **more: object) -> str:
    book = AddressBook(hosts={"fe01.contoso.com": Endpoint(address="127.0.0.1", port=port, **more)})
    return probe_hosts(book, ["fe01.contoso.com"], "lync-admin", seconds=0.5)["fe01.contoso.com"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says("401 Unauthorized"), ""),
        (says("503 Service Unavailable"), "answers with HTTP 503"),
        (lambda caller: None, "no answer"),
        (None, "no answer"),
    ],
)
def test_what_the_door_says(answer: Callable[[socket.socket], None] | None, said: str) -> None:
    with door(answer) as port:
        assert found(port) == said


def test_a_closed_door_and_one_without_tls() -> None:
    with door(says("401 Unauthorized")) as port:
        assert found(port, ssl=True) == "speaks no TLS"
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert found(port) == "refuses the connection"


def test_a_name_that_nobody_knows() -> None:
    told = probe_hosts(AddressBook(), ["nobody.invalid"], "lync-admin", seconds=0.5)["nobody.invalid"]
    assert told, "a host without a name opened its door"
    assert probe_hosts(AddressBook(), [], "lync-admin") == {}


@contextmanager
def hung_up() -> Iterator[int]:
    """A port as a tunnel has it whose far end is down: each connection is taken, and ended without a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield int(server.getsockname()[1])


def unused() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_silent_is_where_a_connection_is_refused_and_nowhere_that_it_is_taken() -> None:
    """Whatever a session ends with: a host that takes connections is there."""
    server, instance = "fe01.contoso.com", "sql01.contoso.com\\RTC"

    def book(port: int) -> AddressBook:
        at = {"address": "127.0.0.1", "port": port}
        return AddressBook(hosts={server: Endpoint(**at)}, sql={instance: SqlEndpoint(instance, **at)})

    with door(None) as port:
        assert not silent(book(port), server)
        assert not silent(book(port), instance)
    with hung_up() as port:
        assert silent(book(port), server)
        assert silent(book(port), instance)
    closed = book(unused())
    assert silent(closed, server)
    assert silent(closed, instance)


def test_where_nobody_can_tell_nothing_is_silent() -> None:
    nameless = AddressBook(hosts={"fe01.contoso.com": Endpoint(address="no-such-name.invalid", port=5985)})
    assert not silent(nameless, "fe01.contoso.com")
    # The port of a named instance is SQL Browser's to tell: that another one is closed says nothing of it.
    portless = AddressBook(sql={"sql01\\RTC": SqlEndpoint("sql01\\RTC", address="127.0.0.1")})
    assert not silent(portless, "sql01\\RTC")
