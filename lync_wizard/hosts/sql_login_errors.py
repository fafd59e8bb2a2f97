"""What a connection refused by SQL Server or by its ODBC driver means, told by numbers: texts come in many languages.

Numbers of the server: Microsoft Learn, "Database Engine Events and Errors"; states of 18456: "MSSQLSERVER_18456" and
the SQL Server Protocols team's "Understanding login failed (Error 18456) error messages"; negative numbers: the SSPI
and certificate codes of winerror.h ("COM Error Codes (Security and Setup)"), which Microsoft's drivers for Windows
give as the native error.
"""

from __future__ import annotations

import os
import re
from typing import Final

from lync_wizard.core.errors import Denied, Unreachable
from lync_wizard.hosts.addresses import Credentials, SqlEndpoint
from lync_wizard.hosts.odbc_drivers import Driver

WRONG_LOGIN: Final = 18456
"""Login failed for user: the only number that speaks about user and password."""

NOT_READY: Final = {
    921: "its database has not been recovered yet",
    922: "its database is being recovered",
    6005: "it is shutting down",
    17142: "its service is paused",
    17187: "it is not ready for connections yet",
    17189: "it could not start a thread for the connection",
    17197: "it did not finish the login in time",
    17809: "it has reached its largest number of connections",
    18401: "it is upgrading its own scripts after an update",
    18451: "it lets only administrators in at present",
    18461: "it runs in single user mode and its only place is taken",
}
"""Errors of an instance that may well let the same login in later."""
_NOT_READY_STATES: Final = {13: NOT_READY[17142], 23: NOT_READY[6005]}
"""States of 18456; SQL Server shows the client state 1, and the true one in its error log."""

DATABASE: Final = frozenset({911, 916, 924, 927, 942, 4060, 4063, 4064})
"""Errors about the database that a login begins in; 4060 and 4064 are followed by an 18456 that means nothing more."""
_DATABASE_STATES: Final = frozenset({16, 27, 38, 40, 46})

_LOGIN: Final = {
    18452: "Use an account of the server's domain, or set auth: sql for this server in connections.yaml.",
    18470: "Let an administrator of the instance enable the login.",
    18486: "Let an administrator of the instance unlock the login.",
    18487: "Change the password of the login, which has expired.",
    18488: "Change the password of the login, which must be changed before its first use.",
}
"""Errors about a login whose password was not found wrong."""

_CERTIFICATE: Final = frozenset(
    {
        -2146893019,  # SEC_E_UNTRUSTED_ROOT
        -2146893017,  # SEC_E_CERT_UNKNOWN
        -2146893016,  # SEC_E_CERT_EXPIRED
        -2146762487,  # CERT_E_UNTRUSTEDROOT
        -2146762486,  # CERT_E_CHAINING
        -2146762495,  # CERT_E_EXPIRED
        -2146762481,  # CERT_E_CN_NO_MATCH
        -2146885614,  # CRYPT_E_NO_REVOCATION_CHECK
        -2146885613,  # CRYPT_E_REVOCATION_OFFLINE
    }
)
_WRONG_PRINCIPAL: Final = -2146893022
"""SEC_E_WRONG_PRINCIPAL: a certificate made for another name, or with Windows authentication a wrong SPN."""
_ENCRYPTION: Final = frozenset(
    {
        -2146893048,  # SEC_E_INVALID_TOKEN
        -2146893018,  # SEC_E_ILLEGAL_MESSAGE
        -2146893007,  # SEC_E_ALGORITHM_MISMATCH
    }
)
_NO_WINDOWS_LOGIN: Final = frozenset(
    {
        -2146893053,  # SEC_E_TARGET_UNKNOWN
        -2146893044,  # SEC_E_LOGON_DENIED
        -2146893042,  # SEC_E_NO_CREDENTIALS
        -2146893039,  # SEC_E_NO_AUTHENTICATING_AUTHORITY
        -2146893020,  # SEC_E_TIME_SKEW
    }
)

_NATIVE: Final = re.compile(r"\((-?\d+)\)(?=\s*(?:\(SQL|; \[|$))")
_STATE: Final = re.compile(r"\b(?:State|Status)\W{1,2}(\d+)")


def refusal(endpoint: SqlEndpoint, driver: Driver, credentials: Credentials, text: str) -> Unreachable:
    """What a failed connection means; :class:`Denied` only where the server refused user and password.

    ``text`` holds every diagnostic of the driver. Words are looked at only for what has no number: OpenSSL, Kerberos
    and FreeTDS, which speak English everywhere.
    """
    server = endpoint.server
    who = credentials.user or os.environ.get("USERNAME") or os.environ.get("USER") or "this account"
    numbers = {int(number) for number in _NATIVE.findall(text)}
    states = {int(state) for state in _STATE.findall(text)} if WRONG_LOGIN in numbers else set()
    low = text.lower()
    not_ready = next((why for number, why in NOT_READY.items() if number in numbers), None) or next(
        (why for state, why in _NOT_READY_STATES.items() if state in states), None
    )
    if not_ready:
        return Unreachable(f"{server} is not ready: {not_ready}", "Wait a few minutes, then try again.", text)
    if numbers & DATABASE or states & _DATABASE_STATES:
        hint = (
            "Let an administrator of the instance look at the state of master and of the login's default database, "
            "and at the login's right to open them; user and password are not the cause."
        )
        return Unreachable(f"{server} cannot open the database that {who} begins in", hint, text)
    if login := next((number for number in _LOGIN if number in numbers), None):
        return Unreachable(f"{server} knows {who} and does not let this login in", _LOGIN[login], text)
    if WRONG_LOGIN in numbers or (not any(number > 0 for number in numbers) and "28000" in text):
        return Denied(f"{server} refuses the login of {who}", _login_hint(endpoint), text)
    if numbers & _CERTIFICATE or (_WRONG_PRINCIPAL in numbers and endpoint.encrypt and endpoint.verify):
        return _certificate(server, text)
    if numbers & {*_NO_WINDOWS_LOGIN, _WRONG_PRINCIPAL} or re.search(r"no credentials|sspi|kerberos|gssapi", low):
        hint = "Sign in to the domain first (kinit on Linux), or set auth: sql for this server in connections.yaml."
        return Unreachable(f"there is no Windows login to show to {server}", hint, text)
    if re.search(r"certificate (verify failed|chain|was issued)", low):
        return _certificate(server, text)
    if numbers & _ENCRYPTION or re.search(r"ssl|tls|encryption|legacy sigalg|dh key too small", low):
        hint = (
            "Bring that SQL Server to a level that speaks TLS 1.2 (Microsoft KB3135244), or run the wizard on a "
            "Windows computer whose driver still speaks what it knows; encryption is not switched off silently."
        )
        return Unreachable(f"{server} and this computer's driver share no encryption", hint, text)
    if driver.kind == "freetds" and not numbers - {0}:  # FreeTDS keeps its reasons to itself
        hint = "Check the instance's error log; a server without any certificate cannot be reached encrypted."
        if endpoint.auth == "windows":
            hint = "Sign in to the domain first (kinit on Linux), or set auth: sql for this server."
        return Unreachable(f"{server} did not let {driver.name} connect", hint, text)
    return Unreachable(f"{server} cannot be connected to", "Check that the instance is up and accepts logins.", text)


def _certificate(server: str, text: str) -> Unreachable:
    hint = (
        "Install the CA that signed the server's certificate on this computer, and check that the certificate is in "
        "date and carries the server's name; only if you trust the network in between, set verify: false for this "
        "server in connections.yaml."
    )
    return Unreachable(f"the certificate of {server} is not trusted here", hint, text)


def _login_hint(endpoint: SqlEndpoint) -> str:
    if endpoint.auth == "sql":
        return "Check user and password, and that the instance allows SQL Server logins (mixed mode)."
    return "Let an administrator of the instance give this account a login with sysadmin rights."
