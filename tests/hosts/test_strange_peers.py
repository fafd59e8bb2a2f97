"""The client against peers that are no lab of ours: web servers, other sign-ins, certificates good and bad."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lync_wizard.core.errors import Denied, Refused, Unreachable
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.hosts import unheard
from lync_wizard.hosts.addresses import Credentials, Endpoint
from lync_wizard.hosts.powershell_session import open_session
from lync_wizard.hosts.runspace import Runspace

HOST = "se01.contoso.com"
Peer = Callable[..., AbstractContextManager[int]]


def refuse(endpoint: Endpoint, user: str | None = "CONTOSO\\admin") -> Unreachable:
    with pytest.raises(Unreachable) as refused:
        open_session(HOST, endpoint, Credentials(user, Secret("Pa55word") if user else None), Redactor())
    assert refused.value.hint.endswith(".")
    assert "Pa55word" not in str(refused.value)
    return refused.value


@pytest.fixture
def peer() -> Peer:
    @contextmanager
    def answering(
        status: int,
        body: bytes = b"",
        challenge: str = "",
        context: ssl.SSLContext | None = None,
        *,
        location: str = "",
        asked: list[str] | None = None,
    ) -> Iterator[int]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if asked is not None:
                    asked.append(self.headers.get("Authorization") or "")
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                if challenge:
                    self.send_header("WWW-Authenticate", challenge)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: object, client_address: object) -> None:
                del request, client_address

        with Quiet(("127.0.0.1", 0), Handler) as server:
            if context is not None:
                server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            yield int(server.server_address[1])
            server.shutdown()

    return answering


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca = folder / "ca.pem"
    ca.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, private)
    return context, str(ca)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("auth", ["basic", "negotiate"])
def test_a_redirect_is_never_followed(peer: Peer, status: int, auth: Any) -> None:
    elsewhere: list[str] = []
    with peer(200, asked=elsewhere) as other, peer(status, location=f"http://127.0.0.1:{other}/wsman") as port:
        refuse(Endpoint("127.0.0.1", port, auth=auth))
    assert not elsewhere


@pytest.mark.parametrize(("status", "body"), [(404, b"<html>no</html>"), (500, b"oops"), (503, b""), (200, b"hello")])
def test_a_web_server_is_not_remoting(peer: Peer, status: int, body: bytes) -> None:
    with peer(status, body) as port:
        endpoint = Endpoint("127.0.0.1", port, auth="basic")
        said = refuse(endpoint)
    assert "did not open a PowerShell session" in said.summary
    assert not isinstance(said, Denied)
    assert f"HTTP {status}" in said.summary or "not WinRM" in said.summary or status == 200


def test_a_sign_in_that_is_not_offered(peer: Peer) -> None:
    with peer(401, challenge='Basic realm="WSMAN"') as port:
        said = refuse(Endpoint("127.0.0.1", port))
    assert said.summary == f"{HOST} does not offer negotiate authentication"
    assert not isinstance(said, Denied)
    assert "Basic" in said.detail


def test_a_sign_in_without_a_user(peer: Peer) -> None:
    with peer(401, challenge='Basic realm="WSMAN"') as port:
        said = refuse(Endpoint("127.0.0.1", port, auth="basic"), None)
    assert isinstance(said, Denied)


def test_a_certificate_nobody_vouches_for(peer: Peer, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path, HOST)
    with peer(404, context=context) as port:
        said = refuse(Endpoint("127.0.0.1", port, ssl=True))
    assert "cannot be trusted: its certificate was not accepted" in said.summary
    assert "verify" in said.hint


def test_a_certificate_is_checked_for_the_host_not_for_its_address(peer: Peer, tmp_path: Path) -> None:
    context, ca = certificate(tmp_path, HOST)
    with peer(404, context=context) as port:
        said = refuse(Endpoint("127.0.0.1", port, ssl=True, verify=ca, auth="basic"))
    assert "HTTP 404" in said.summary


def test_a_certificate_of_another_host(peer: Peer, tmp_path: Path) -> None:
    context, ca = certificate(tmp_path, "other.contoso.com")
    with peer(404, context=context) as port:
        said = refuse(Endpoint("127.0.0.1", port, ssl=True, verify=ca, auth="basic"))
    assert "its certificate was not accepted" in said.summary


def test_verification_can_be_switched_off_for_a_host(peer: Peer, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path, "other.contoso.com")
    with peer(404, context=context) as port:
        said = refuse(Endpoint("127.0.0.1", port, ssl=True, verify=False, auth="basic"))
    assert "HTTP 404" in said.summary


@pytest.mark.parametrize("checked", [True, False])
def test_the_certificate_of_a_host_is_heard_whether_or_not_it_is_checked(
    peer: Peer, tmp_path: Path, checked: bool
) -> None:
    context, ca = certificate(tmp_path, HOST)
    shown = x509.load_pem_x509_certificate(Path(ca).read_bytes())
    with peer(404, context=context) as port:
        endpoint = Endpoint("127.0.0.1", port, ssl=True, verify=ca if checked else False, auth="basic")
        runspace = Runspace(HOST, endpoint, Credentials("CONTOSO\\admin", Secret("Pa55word")), Redactor(), sent=unheard)
        assert runspace.certificate == ""
        with pytest.raises(Unreachable):
            runspace.open()
    assert runspace.certificate == shown.fingerprint(hashes.SHA256()).hex()


def test_a_client_certificate_needs_tls() -> None:
    with pytest.raises(Refused, match="needs TLS"):
        open_session(HOST, Endpoint("127.0.0.1", 5985, auth="certificate"), Credentials(None, None), Redactor())


def test_basic_without_tls_is_refused_for_a_host_known_to_dns() -> None:
    with pytest.raises(Refused, match="would show the password"):
        open_session(HOST, Endpoint("", 5985, auth="basic"), Credentials("x", Secret("Pa55word")), Redactor())
