"""The wire below a runspace: WS-Management over HTTP, its faults, and which of them prove that nothing ran.

How pypsrp behaves about time limits and lost connections was measured; where that is answered here, a comment says so.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any, Final
from xml.etree import ElementTree

from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from pypsrp.wsman import NAMESPACES, OptionSet, SelectorSet, WSMan, WSManAction

from lync_wizard.core.errors import Unreachable
from lync_wizard.hosts import bounds, certificates, connection_errors, exchange
from lync_wizard.hosts.addresses import Credentials, Endpoint

ENVELOPE: Final = 153_000
"""Bytes of a message. Just under the 150 KB of an older host, and not its exact default, which pypsrp would raise."""

TIMED_OUT: Final = 2150858793
"""ERROR_WSMAN_OPERATION_TIMEDOUT: nothing to receive yet."""
_SHELL_NOT_FOUND: Final = 2150858843
SHELL_GONE: Final = frozenset({_SHELL_NOT_FOUND, 2150858813, 2150858845, 2150858752})
"""The faults that say that the shell of a request does not exist, so that nothing was started in it.

The names are those of wsmerror.h (Windows SDK): ERROR_WSMAN_UNEXPECTED_SELECTORS 0x8033805B, with which Windows says
"the shell was not found on the server"; ERROR_WSMAN_INVALID_SELECTORS 0x8033803D; ERROR_WSMAN_INVALID_SELECTOR_VALUE
0x8033805D; ERROR_WSMAN_RESOURCE_NOT_FOUND 0x80338000, "cannot find the resource identified by the resource URI and
selectors". Each is decided while the request is dispatched, before any provider sees its body. A fault with another
code, and an answer that is no fault, prove nothing.
"""
_ACCESS_DENIED: Final = 5
_SHELLS: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
"""Where a shell of any kind is asked for its state."""
_SLACK: Final = 10.0
_PROVING: Final = 5


class Wire(WSMan):
    """WSMan with one try for a Receive: pypsrp's five silent ones can block for minutes."""

    patient_until = 0.0
    certificate = ""
    """The SHA-256 of the certificate that the host showed with the newest connection; empty without TLS."""

    def limit(self, connect: float, operation: float, *, slack: float = _SLACK) -> None:
        """Seconds to connect and for one exchange; the host's own time limit lies ``slack`` below the wire's."""
        self.operation_timeout = max(1, round(operation))
        self.transport.connection_timeout = max(1, round(connect))
        self.transport.read_timeout = max(1, round(self.operation_timeout + slack))

    def hang_up(self) -> None:
        """Close the connection and forget its security context: a sealed request on another one would get a 400."""
        if self.transport.session is not None:
            with contextlib.suppress(Exception):
                self.transport.session.close()
        self.transport.session = None
        self.transport.encryption = None

    def prove(self, connect: float, operation: float, shell_id: str | None) -> bool:
        """Have a connection that has just carried an answer; False where the host no longer has that shell.

        Asks for the shell's state, which changes nothing: any answer of WS-Management proves the connection. Where none
        comes, a new connection is tried. Raises what keeps that one from answering; then nothing else was sent.
        """
        self.limit(connect, _PROVING, slack=_PROVING)
        shell = SelectorSet()
        shell.add_option("ShellId", shell_id or "")
        try:
            return self._has(shell)
        except Exception:
            self.hang_up()
        self.limit(connect, operation)
        return self._has(shell)

    def _has(self, shell: SelectorSet) -> bool:
        try:
            self.get(_SHELLS, selector_set=shell)
        except WSManFaultError as fault:
            if fault.code is None:
                raise
            return bool(fault.code != _SHELL_NOT_FOUND)
        return True

    def receive(
        self,
        resource_uri: str,
        resource: ElementTree.Element,
        option_set: OptionSet | None = None,
        selector_set: SelectorSet | None = None,
        timeout: int | None = None,
    ) -> ElementTree.Element:
        while True:
            if self.patient_until and time.monotonic() > self.patient_until:
                raise bounds.Excess("the host went on answering and opened no session")
            try:
                reply = self.invoke(WSManAction.RECEIVE, resource_uri, resource, option_set, selector_set, timeout)
            except WSManFaultError as fault:
                if fault.code != TIMED_OUT or time.monotonic() > self.patient_until:
                    raise
                continue
            body = reply.find("s:Body", namespaces=NAMESPACES)
            if body is None:
                raise ValueError("the host answered without a body")
            return body


def wire(host: str, endpoint: Endpoint, credentials: Credentials) -> Wire:
    """The wire to a host; connects when first used. Raises as :func:`refusal` and for clear text."""
    options: dict[str, Any] = {"negotiate_hostname_override": host, "negotiate_delegate": endpoint.delegate}
    options["cert_validation"] = endpoint.verify  # a CA file as well, which pypsrp's annotation does not know
    if endpoint.auth == "certificate":
        options |= {"certificate_pem": endpoint.cert, "certificate_key_pem": endpoint.key}
    address = endpoint.address or host
    connection_errors.forbid_clear_text(host, address, endpoint)
    clear = endpoint.auth == "basic" and not endpoint.ssl
    try:
        made = Wire(
            address,
            max_envelope_size=ENVELOPE,
            port=endpoint.port,
            username=credentials.user,
            password=None if credentials.password is None else credentials.password.reveal(),
            ssl=endpoint.ssl,
            auth=endpoint.auth,
            encryption="never" if clear else "auto",
            no_proxy=True,  # servers of the own network; a proxy of the environment is for the web
            reconnection_retries=0,
            **options,
        )
    except ValueError as error:
        raise refusal(error, host, endpoint) from error
    connection_errors.only_this_host(made.transport)
    exchange.bounded(made.transport)
    if endpoint.ssl:
        certificates.heard(made.transport, lambda shown: setattr(made, "certificate", shown))
    if endpoint.ssl and address != host:
        connection_errors.expect_certificate(made.transport, host)
    return made


def shell_gone(error: Exception) -> bool:
    """Whether the host says that the shell of a request does not exist."""
    return isinstance(error, WSManFaultError) and error.code in SHELL_GONE


def turned_away(error: Exception) -> bool:
    """Whether the host refused the account, or no connection was made: nothing ran, and a second try ends the same."""
    denied = isinstance(error, WSManFaultError) and error.code == _ACCESS_DENIED
    return denied or isinstance(error, AuthenticationError) or connection_errors.never_connected(error)


def timed_out(error: Exception) -> bool:
    """Whether the host had nothing to say within the time of one Receive."""
    return isinstance(error, WSManFaultError) and error.code == TIMED_OUT


def words(error: Exception) -> str:
    """What went wrong on the wire, as a clause."""
    match error:
        case WSManFaultError() if error.code is None:
            return "what answered there is not WinRM"
        case WSManFaultError():
            return f"the host refused the request ({error.reason or 'without a reason'}, code {error.code})"
        case WinRMTransportError():
            return f"the host answered HTTP {error.code}"
        case AuthenticationError():
            return "the host no longer accepts the account"
    return connection_errors.words(error)


def refusal(error: Exception, host: str, endpoint: Endpoint) -> Unreachable:
    """The error for a runspace that could not be opened."""
    match error:
        case AuthenticationError() if "did not response" in str(error):
            return connection_errors.not_offered(host, endpoint, str(error))
        case AuthenticationError():
            return connection_errors.wrong_password(host)
        case WSManFaultError() if error.code == _ACCESS_DENIED:
            return connection_errors.access_denied(host, str(error.reason or ""))
        case WSManFaultError():
            return connection_errors.not_remoting(host, endpoint, words(error))
        case WinRMTransportError():
            return connection_errors.not_remoting(host, endpoint, f"HTTP {error.code}")
    return connection_errors.refusal(error, host, endpoint)
