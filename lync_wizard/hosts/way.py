"""How a host is signed in to, in words, and what about it is weaker than it could be."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import Final

from lync_wizard.hosts.addresses import AddressBook, Endpoint, SqlEndpoint

OURSELVES: Final = "whoever runs this program"
NO_KERBEROS: Final = "this machine has no Kerberos library"


def kerberos_here() -> bool:
    """Whether this machine can sign in with Kerberos; where it can, SPNEGO offers it before NTLM."""
    return platform.system() == "Windows" or bool(find_spec("gssapi") or find_spec("krb5"))


def of_endpoint(endpoint: Endpoint, user: str) -> str:
    """``as USER (SCHEME, AUTH)`` for PowerShell Remoting."""
    auth = "NTLM" if endpoint.auth == "negotiate" and not kerberos_here() else endpoint.auth
    scheme = "https" if endpoint.ssl else "http"
    if endpoint.ssl and endpoint.verify is False:
        scheme = "https, certificate not checked"
    delegated = ", delegated" if endpoint.delegate else ""
    return f"as {user or endpoint.cert or OURSELVES} ({scheme}, {auth}{delegated})"


def of_instance(endpoint: SqlEndpoint) -> str:
    """``as USER (…)`` for SQL Server."""
    scheme = "TDS, encrypted" if endpoint.encrypt else "TDS, not encrypted"
    if endpoint.encrypt and endpoint.verify is False:
        scheme += ", certificate not checked"
    if endpoint.auth == "sql":
        return f"as {endpoint.account.user or OURSELVES} ({scheme}, SQL login)"
    return f"as {OURSELVES} ({scheme}, Windows login)"


def weaknesses(book: AddressBook) -> list[str]:
    """What connections.yaml gives up of what protects an account, one sentence each with the hosts and instances."""
    found: list[tuple[str, str, str, str]] = [
        ("defaults", "https" if book.defaults.ssl else "http", book.defaults.auth, str(book.defaults.verify))
    ]
    found += [(name, "https" if one.ssl else "http", one.auth, str(one.verify)) for name, one in book.hosts.items()]
    found += [(name, ENCRYPTED if one.encrypt else CLEAR, one.auth, str(one.verify)) for name, one in book.instances()]
    return told(found)


ENCRYPTED: Final = "tds, encrypted"
CLEAR: Final = "tds"


def told(ways: Iterable[tuple[str, str, str, str]]) -> list[str]:
    """One sentence for each thing that is given up on these ways: name, scheme, auth, and whether is verified."""
    found: dict[str, dict[str, None]] = {}
    for name, scheme, auth, verify in ways:
        for what in _weakness(scheme, auth, verify):
            found.setdefault(what, {})[name] = None
    return [f"{what}: {', '.join(sorted(names))}" for what, names in found.items()]


def _weakness(scheme: str, auth: str, verify: str) -> Iterator[str]:
    if scheme in {"https", ENCRYPTED} and verify == str(False):
        yield "verify: false, so that any certificate is accepted"
    if scheme == CLEAR:
        yield "encrypt: false, so that questions and answers are readable on the network"
    if auth.partition(" ")[0] == "basic":
        yield "auth: basic, so that the host is given the password itself"
