"""Why a host could not be talked to, in words, with what to do about it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Any, cast

import requests
import spnego.exceptions
import urllib3.exceptions

from lync_wizard.core.errors import Denied, NotAdmitted, Refused, Unreachable
from lync_wizard.hosts import UNREADABLE, bounds
from lync_wizard.hosts.addresses import Endpoint, is_loopback


def forbid_clear_text(host: str, address: str, endpoint: Endpoint) -> None:
    """Raises :class:`lync_wizard.core.errors.Refused` where a password would cross a network readable by others."""
    if endpoint.auth == "basic" and not endpoint.ssl and not is_loopback(address):
        raise Refused(
            f"basic authentication without TLS would show the password for {host} to the network",
            "Set ssl: true for the host in connections.yaml, or use auth: negotiate.",
        )
    if endpoint.auth == "certificate" and not endpoint.ssl:
        raise Refused(
            f"certificate authentication to {host} needs TLS", "Set ssl: true for the host in connections.yaml."
        )


def expect_certificate(transport: Any, host: str) -> None:
    """Have the certificate checked for ``host`` although the connection goes to an address written in its place."""
    build = transport._build_session

    def build_for_host() -> requests.Session:
        session: requests.Session = build()
        adapter: Any = session.get_adapter(transport.endpoint)
        adapter.poolmanager.connection_pool_kw["server_hostname"] = host
        return session

    transport._build_session = build_for_host


def only_this_host(transport: Any) -> None:
    """Have a session follow no redirect, take its CA file from the environment when it is made, and ask nothing there
    at each request.
    """
    build = transport._build_session

    def build_once() -> requests.Session:
        session: requests.Session = build()
        # Else requests looks for proxies and a .netrc before every message; there is no proxy here (see _wire).
        session.trust_env = False
        # A host that was verified could send body and sign-in to any other: a redirect is an answer like any other.
        cast(Any, session).get_redirect_target = lambda _: None
        return session

    transport._build_session = build_once


def never_connected(error: BaseException) -> bool:
    """Whether no connection was made at all, so that nothing can have been sent."""
    return any(
        isinstance(link, requests.ConnectTimeout | urllib3.exceptions.NewConnectionError | ssl.SSLCertVerificationError)
        for link in _chain(error)
    )


def words(error: BaseException) -> str:
    """What went wrong on the wire, as the end of "because …"."""
    for link in _chain(error):
        match link:
            case urllib3.exceptions.NameResolutionError() | socket.gaierror():
                return "its name could not be resolved"
            case ConnectionRefusedError():
                return "the connection was refused"
            case requests.ConnectTimeout():
                return "it did not answer the attempt to connect in time"
            case requests.ReadTimeout():
                return "it accepted the request and did not answer in time"
            case ssl.SSLCertVerificationError():
                return f"its certificate was not accepted ({link.verify_message})"
            case ssl.SSLError():
                return f"TLS could not be agreed on ({link.reason or link})"
            case bounds.Excess():
                return str(link)
            case ConnectionError() | urllib3.exceptions.ProtocolError():
                return "the connection was lost"
    deepest = list(_chain(error))[-1]
    if isinstance(deepest, UNREADABLE) and not isinstance(deepest, OSError):
        return "the host sent something unreadable"
    return f"the connection failed ({str(deepest)[:200]})"


def refusal(error: Exception, host: str, endpoint: Endpoint) -> Unreachable:
    """The error for a connection that could not be opened."""
    said = words(error)
    chain = list(_chain(error))
    place = _place(host, endpoint)
    match error:
        case UnicodeEncodeError():
            return Denied(
                f"the password for {host} holds a character that basic authentication cannot send",
                "Use auth: negotiate for the host in connections.yaml.",
            )
        case ImportError():
            return Unreachable(
                f"this machine lacks the library for {endpoint.auth} authentication",
                "Run lync-wizard doctor and install what it names.",
                str(error),
            )
        case spnego.exceptions.SpnegoError():
            return _no_credential(error, host, endpoint)
        case ValueError() if "must be specified" in str(error):
            return Denied(
                f"{endpoint.auth} authentication to {host} needs a user and a password",
                "Name the user under accounts in connections.yaml; the password is asked for.",
            )
        case ValueError() if "incompatible" in str(error):
            return not_offered(host, endpoint, str(error))
    if any(isinstance(link, ssl.SSLError) for link in chain):
        hint = (
            "Name the certificate authority's file as verify for the host in connections.yaml, and check that the "
            "certificate carries the host's FQDN."
            if any(isinstance(link, ssl.SSLCertVerificationError) for link in chain)
            else "Check that the port speaks HTTPS, or set ssl: false and port: 5985 for the host in connections.yaml."
        )
        return Unreachable(f"{place} cannot be trusted: {said}", hint)
    if any(isinstance(link, urllib3.exceptions.NameResolutionError | socket.gaierror) for link in chain):
        return Unreachable(
            f"{place} cannot be reached: {said}",
            f"Check the name, or write an address for {host} into connections.yaml.",
        )
    if isinstance(error, requests.RequestException | OSError | urllib3.exceptions.HTTPError):
        return Unreachable(
            f"{place} cannot be reached: {said}",
            "Check that the host is up, that Enable-PSRemoting was run on it, and that no firewall closes the port.",
        )
    return not_remoting(host, endpoint, said)


def wrong_password(host: str) -> Denied:
    return Denied(
        f"{host} refused the account or its password",
        "Enter the password again; a new one is tried on one host first, so that the account is not locked.",
    )


def access_denied(host: str, reason: str) -> NotAdmitted:
    return NotAdmitted(
        f"{host} knows the account and denies it a PowerShell session",
        "Add the account to the local Administrators or Remote Management Users of the host.",
        reason,
    )


def not_offered(host: str, endpoint: Endpoint, detail: str) -> Unreachable:
    return Unreachable(
        f"{host} does not offer {endpoint.auth} authentication",
        "Set auth for the host in connections.yaml to a method that its WinRM service allows.",
        detail,
    )


def not_remoting(host: str, endpoint: Endpoint, said: str) -> Unreachable:
    return Unreachable(
        f"{_place(host, endpoint)} did not open a PowerShell session: {said}",
        "Check that Enable-PSRemoting was run on the host and that connections.yaml names the WinRM port.",
    )


def _no_credential(error: spnego.exceptions.SpnegoError, host: str, endpoint: Endpoint) -> Unreachable:
    if isinstance(error, spnego.exceptions.InvalidCredentialError):
        return wrong_password(host)
    if isinstance(error, spnego.exceptions.CredentialsExpiredError):
        return Unreachable(
            f"the sign-in for {host} has expired on this machine",
            "Sign in again (kinit on Linux); change the password first where that has expired.",
            str(error),
        )
    return Unreachable(
        f"no {endpoint.auth} sign-in to {host} was possible on this machine",
        "Run lync-wizard doctor, or set auth: ntlm for the host in connections.yaml.",
        str(error),
    )


def _place(host: str, endpoint: Endpoint) -> str:
    address = endpoint.address or host
    return f"{host} ({address}, port {endpoint.port})" if address != host else f"{host} (port {endpoint.port})"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all behind it: causes, contexts, and what requests and urllib3 carry in their arguments."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        behind = [getattr(link, "reason", None), *link.args, link.__cause__, link.__context__]
        waiting.extend(each for each in behind if isinstance(each, BaseException))
