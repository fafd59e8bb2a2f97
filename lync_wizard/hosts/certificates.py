"""The certificate that a host shows, heard when a connection to it is made, whether or not it is checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import requests
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool


def heard(transport: Any, hear: Callable[[str], None]) -> None:
    """Have every new TLS connection of a transport of pypsrp tell the SHA-256 of the host's certificate (DER)."""

    class Connection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sock: Any = self.sock
            shown = sock.getpeercert(binary_form=True)
            hear(hashlib.sha256(shown).hexdigest() if shown else "")

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    build = transport._build_session

    def build_hearing() -> requests.Session:
        session: requests.Session = build()
        adapter: Any = session.get_adapter(transport.endpoint)
        pools = adapter.poolmanager.pool_classes_by_scheme
        adapter.poolmanager.pool_classes_by_scheme = {**pools, "https": Pool}
        return session

    transport._build_session = build_hearing
