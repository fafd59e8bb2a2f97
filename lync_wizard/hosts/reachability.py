"""Whether hosts can be reached at all: their doors are knocked at, nobody logs on and no password is sent."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from lync_wizard.core.errors import WizardError
from lync_wizard.hosts.addresses import AddressBook, Endpoint

SECONDS: Final = 3.0
_AT_ONCE: Final = 16
_REMOTING: Final = "/wsman"
_SQL_PORT: Final = 1433
_A_MOMENT: Final = 0.5
"""Seconds within which whoever is not there ends a connection that was taken in its place."""
_NOBODY: Final = frozenset({errno.EHOSTUNREACH, errno.ETIMEDOUT, 10060, 10064, 10065})
"""Errors of a connection where nobody is at the address; Windows' own numbers where it tells those."""


def probe_hosts(book: AddressBook, fqdns: Iterable[str], account: str, *, seconds: float = SECONDS) -> dict[str, str]:
    """Each host with what is wrong at its door, in a few words; empty where it opens. Side by side, never raises."""
    hosts = list(dict.fromkeys(fqdns))
    if not hosts:
        return {}
    with ThreadPoolExecutor(min(_AT_ONCE, len(hosts))) as workers:
        return dict(zip(hosts, workers.map(lambda host: _knock(book, host, account, seconds), hosts), strict=True))


def silent(book: AddressBook, server: str, *, seconds: float = SECONDS) -> bool:
    """Whether nobody takes a connection at a host, or an instance (``fqdn\\instance``).

    It is refused, times out, or is ended before anything was said on it, as a tunnel does whose far end is down; a
    server that runs waits for the first word. False as well where nobody can tell: without a name, a network, or the
    port of a named instance. That a session could not be opened for another reason (a certificate, a sign-in, a
    library) says nothing of the host. Never raises.
    """
    sure = True
    try:
        if "\\" in server:
            instance = book.sql(server)
            host = instance.address or server.partition("\\")[0]
            port, sure = instance.port or _SQL_PORT, instance.port is not None
        else:
            where = book.endpoint(server, "lync-admin")
            host, port = where.address or server, where.port
        with socket.create_connection((host, port), timeout=seconds) as taken:
            return _ended(taken)
    except ConnectionRefusedError:
        return sure
    except TimeoutError:
        return True
    except OSError as error:
        return error.errno in _NOBODY
    except (WizardError, UnicodeError):
        return False


def _ended(taken: socket.socket) -> bool:
    """Whether a connection on which nothing was said is ended from the other side."""
    taken.settimeout(_A_MOMENT)
    try:
        return not taken.recv(1)
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def _knock(book: AddressBook, fqdn: str, account: str, seconds: float) -> str:
    try:
        where = book.endpoint(fqdn, account)
    except WizardError as error:
        return error.summary
    try:
        status = _status(where, where.address or fqdn, seconds)
    except TimeoutError:
        return "no answer"
    except socket.gaierror:
        return "its name is unknown"
    except ConnectionRefusedError:
        return "refuses the connection"
    except ssl.SSLError:
        return "speaks no TLS"
    except (http.client.HTTPException, ConnectionError):
        return "no answer"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    # Anybody without a name is sent away with 401: that is the answer of a healthy host.
    return f"answers with HTTP {status}" if status >= 500 else ""


def _status(where: Endpoint, address: str, seconds: float) -> int:
    """What remote management answers to somebody who does not say who they are."""
    if where.ssl:
        # Nothing is told to whoever answers; the certificate is judged by the session that logs on.
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        door: http.client.HTTPConnection = http.client.HTTPSConnection(
            address, where.port, timeout=seconds, context=trusting
        )
    else:
        door = http.client.HTTPConnection(address, where.port, timeout=seconds)
    try:
        door.request("POST", _REMOTING, headers={"Content-Length": "0", "Connection": "close"})
        return door.getresponse().status
    finally:
        door.close()
