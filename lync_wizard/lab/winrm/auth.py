"""Authentication of a connection, and WinRM's encryption of its messages.

Negotiate belongs to the TCP connection, Basic to each request. The users of Negotiate are listed in the file that the
environment variable ``NTLM_USER_FILE`` names, one ``DOMAIN:user:password`` per line; a client finds its line only when
it writes domain and user as the line does (``CONTOSO\\user``, ``user@contoso.com`` with an empty domain).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import spnego

from lync_wizard.core.errors import InputError
from lync_wizard.core.secret import Secret

USER_FILE: Final = "NTLM_USER_FILE"
_PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY = "Encrypted Boundary"
_OCTETS = b"\tContent-Type: application/octet-stream\r\n"
_LENGTH = re.compile(rb"OriginalContent:[^\r\n]*;\s*Length=(\d+)", re.IGNORECASE)


class Unreadable(Exception):
    """A message that this connection's security context cannot open."""


@dataclass(frozen=True)
class Admission:
    """The answer to a request's credentials: the user let in, or None, and the content of WWW-Authenticate."""

    user: str | None
    challenges: tuple[str, ...] = ()


def require_user_file() -> None:
    """Raise :class:`InputError` unless ``NTLM_USER_FILE`` names a file: without it no one could sign in."""
    if not Path(os.environ.get(USER_FILE) or "").is_file():
        raise InputError(
            "the lab has no user file for NTLM",
            f"Set {USER_FILE} to a file with one DOMAIN:user:password a line before the lab starts.",
        )


class Authenticator:
    """One connection's authentication and message encryption; used by that connection's thread only."""

    def __init__(self, basic: Mapping[str, Secret] | None = None) -> None:
        self._basic = {user.casefold(): (user, password) for user, password in (basic or {}).items()}
        self._context: Any = None
        self._user: str | None = None

    @property
    def sealed(self) -> bool:
        """Whether this connection has a Negotiate context, so that plain messages are refused."""
        return self._user is not None

    def authenticate(self, authorization: str | None) -> Admission:
        """Check a request's Authorization header; without one, an authenticated connection stays authenticated."""
        if authorization is None:
            return Admission(self._user) if self._user is not None else self._refusal()
        scheme, _, encoded = authorization.partition(" ")
        try:
            token = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return self._refusal()
        if scheme.casefold() == "basic":
            return self._authenticate_basic(token)
        if scheme.casefold() == "negotiate":
            return self._authenticate_negotiate(token)
        return self._refusal()

    def unseal(self, content_type: str, body: bytes) -> bytes:
        """The SOAP envelope in an encrypted message. Raises :class:`Unreadable`; the connection is then useless."""
        found = re.search(r'boundary="?([^";]+)"?', content_type)
        length = _LENGTH.search(body)
        start = body.find(_OCTETS)
        if self._context is None or found is None or length is None or start < 0:
            raise Unreadable
        ending = f"--{found[1]}--\r\n".encode()
        wrapped = body[start + len(_OCTETS) :].removesuffix(ending)
        if len(wrapped) < 4:
            raise Unreadable
        (header_length,) = struct.unpack("<i", wrapped[:4])
        header, sealed = wrapped[4 : 4 + header_length], wrapped[4 + header_length :]
        try:
            envelope = bytes(self._context.unwrap_winrm(header, sealed))
            whole = len(envelope) == int(length[1])
        except Exception:  # what is no sealed message fails wherever the provider happens to be
            raise Unreadable from None
        if not whole:
            raise Unreadable
        return envelope

    def seal(self, envelope: bytes) -> tuple[str, bytes]:
        """``envelope`` encrypted: the Content-Type and the multipart body."""
        wrapped = self._context.wrap_winrm(envelope)
        original = len(envelope) + wrapped.padding_length
        head = (
            f"--{_BOUNDARY}\r\n\tContent-Type: {_PROTOCOL}\r\n"
            f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={original}\r\n--{_BOUNDARY}\r\n"
        )
        body = b"".join(
            [
                head.encode(),
                _OCTETS,
                struct.pack("<i", len(wrapped.header)),
                wrapped.header,
                wrapped.data,
                f"--{_BOUNDARY}--\r\n".encode(),
            ]
        )
        return f'multipart/encrypted;protocol="{_PROTOCOL}";boundary="{_BOUNDARY}"', body

    def _authenticate_basic(self, token: bytes) -> Admission:
        try:
            text = token.decode()
        except UnicodeDecodeError:
            text = token.decode("latin-1")
        name, _, password = text.partition(":")
        user, expected = self._basic.get(name.casefold(), (name, None))
        if expected is not None and hmac.compare_digest(password.encode(), expected.reveal().encode()):
            return Admission(user)
        return self._refusal()

    def _authenticate_negotiate(self, token: bytes) -> Admission:
        try:
            if self._context is None or self._context.complete:
                self._user = None
                # NTLM alone, and in Python everywhere: a system's own provider knows nothing of the lab's users.
                options = spnego.NegotiateOptions.use_negotiate | spnego.NegotiateOptions.use_ntlm
                self._context = spnego.server(protocol="negotiate", options=options)
            answer = self._context.step(token)
        except Exception:  # a token that is no token fails wherever the parser happens to be; all of it means 401
            self._context = None
            return self._refusal()
        challenge = (f"Negotiate {base64.b64encode(answer).decode()}",) if answer else ()
        if not self._context.complete:
            return Admission(None, challenge)
        self._user = str(self._context.client_principal)
        return Admission(self._user, challenge)

    def _refusal(self) -> Admission:
        return Admission(None, ("Negotiate", 'Basic realm="WSMAN"') if self._basic else ("Negotiate",))
