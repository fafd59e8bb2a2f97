"""Clients that send what no client sends: the lab's listeners drop them, lose no thread, and go on answering."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import socket
import ssl
import struct
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lync_wizard.core.errors import Unreachable, WizardError
from lync_wizard.core.secret import Secret
from lync_wizard.lab.server.certificate import self_signed, server_context
from lync_wizard.lab.server.companion import LabActions
from lync_wizard.lab.server.control import ControlServer, ControlTarget, LabControl, control_file
from lync_wizard.lab.sqlserver.engine import SqlEngine
from lync_wizard.lab.sqlserver.instance import Standalone
from lync_wizard.lab.tds import protocol
from lync_wizard.lab.tds.listener import Listener
from lync_wizard.lab.winrm import listener as winrm
from lync_wizard.lab.winrm import wsman
from lync_wizard.lab.winrm.listener import Endpoint
from tests.lab.psrp_estate import Scripted

PASSWORD = "Pa55word-of-the-lab"
SIGNED_IN = "Authorization: Basic " + base64.b64encode(f"u:{PASSWORD}".encode()).decode()
TDS_HELLO = next(protocol.packets(protocol.PRELOGIN, b"\0\0\x06\0\x06\xff" + bytes(6), 4096))


@pytest.fixture(scope="module")
def http() -> Iterator[int]:
    endpoint = Endpoint("host.contoso.com", Scripted(), basic={"u": Secret(PASSWORD)})
    endpoint.start()
    yield endpoint.port
    endpoint.stop()


@pytest.fixture(scope="module")
def tds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    tls: ssl.SSLContext = server_context(*self_signed(["sql01.contoso.com"]))
    made = Listener(SqlEngine(Standalone(tmp_path_factory.mktemp("sql"), {"sa": PASSWORD})), tls)
    yield int(made.port)
    made.close()


def winrm_answers(port: int) -> None:
    client = WSMan("127.0.0.1", port=port, ssl=False, auth="basic", encryption="never", username="u", password=PASSWORD)
    with client, RunspacePool(client) as pool:
        assert list(PowerShell(pool).add_cmdlet("Get-CsPool").invoke())


def tds_answers(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 20) as peer:
        peer.sendall(TDS_HELLO)
        assert peer.recv(1) == bytes([protocol.RESPONSE])


def send(port: int, data: bytes, *, patience: float = 5.0) -> bytes:
    """Send it, end the sending, and read whatever comes until the other side closes."""
    said = b""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), patience) as peer:
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        while more := peer.recv(1 << 16):
            said += more
    return said


def post(body: bytes, *more: str, length: str = "") -> bytes:
    head = ["POST /wsman HTTP/1.1", "Host: x", f"Content-Length: {length or len(body)}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def envelope(action: str, body: str, *headers: str, of: str = "") -> bytes:
    namespaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in wsman.NAMESPACES.items())
    selector = f'<w:SelectorSet><w:Selector Name="ShellId">{of}</w:Selector></w:SelectorSet>' if of else ""
    return (
        f"<s:Envelope {namespaces}><s:Header><a:Action>{action}</a:Action><a:MessageID>uuid:1</a:MessageID>"
        f"{selector}{''.join(headers)}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


FRAGMENTS = base64.b64encode(struct.pack(">QQBI", 1, 0, 3, 1 << 31) + b"\xff" * 60).decode()
POWERSHELL = "http://schemas.microsoft.com/powershell"
CREATE = (
    f'<rsp:Shell ShellId="{{}}"><creationXml xmlns="{POWERSHELL}">{{}}</creationXml></rsp:Shell>'
)  # fmt: skip
NO_TOKEN = base64.b64encode(b"NTLMSSP\0" + b"\xff" * 60).decode()
WINRM: dict[str, bytes] = {
    "no HTTP": b"\x16\x03\x01" + bytes(500),
    "a line without an end": b"POST " + b"x" * (1 << 20),
    "ten thousand headers": b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    "a length that is none": post(b"", length="many"),
    "a length below nought": post(b"x", length="-1"),
    "a length beyond memory": post(b"x", length="99999999999"),
    "a length of other digits": post(b"x", length="²"),
    "a length of a million digits": post(b"x", length="9" * 60_000),
    "a body that ends early": post(b"x", length="1000"),
    "a sign-in that is none": post(b"", "Authorization: Negotiate !!!"),
    "a token that is none": post(b"", f"Authorization: Negotiate {NO_TOKEN}"),
    "sealed without a sign-in": post(b"x" * 100, SIGNED_IN, 'Content-Type: multipart/encrypted;boundary="x"'),
    "no XML": post(b"\x00\xff" * 50, SIGNED_IN),
    "an encoding that is none": post(b'<?xml version="1.0" encoding="klingon"?><a/>', SIGNED_IN),
    "entities in UTF-16": post('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"), SIGNED_IN),
    "deep XML": post(b"<a>" * 100_000, SIGNED_IN),
    "no body": post(b"<a/>", SIGNED_IN),
    "an action that is none": post(envelope("\u2603" * 900, ""), SIGNED_IN),
    "a size of other digits": post(envelope(wsman.GET, "", "<w:MaxEnvelopeSize>²</w:MaxEnvelopeSize>"), SIGNED_IN),
    "a time without an end": post(
        envelope(wsman.RECEIVE, "", f"<w:OperationTimeout>P{'9' * 400}D</w:OperationTimeout>", of="x"), SIGNED_IN
    ),
    "fragments that lie": post(envelope(wsman.CREATE, CREATE.format(uuid.uuid4(), FRAGMENTS)), SIGNED_IN),
    "a creation that is no Base64": post(envelope(wsman.CREATE, CREATE.format(uuid.uuid4(), "\u2603")), SIGNED_IN),
    "another method": b"BREW / HTTP/1.1\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", WINRM)
def test_the_remoting_listener_goes_on(http: int, name: str, caplog: pytest.LogCaptureFixture) -> None:
    send(http, WINRM[name])
    winrm_answers(http)
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=300), st.sampled_from([wsman.CREATE, wsman.COMMAND, wsman.SEND, wsman.RECEIVE, wsman.SIGNAL]))
def test_any_fragment_of_any_request_is_answered(http: int, data: bytes, action: str) -> None:
    fragment = base64.b64encode(struct.pack(">QQBI", 1, 0, 3, len(data)) + data).decode()
    said = send(http, post(envelope(action, CREATE.format(uuid.uuid4(), fragment)), SIGNED_IN))
    assert said.startswith(b"HTTP/1.1 500")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=400))
def test_any_bytes_leave_the_remoting_listener_answering(http: int, data: bytes) -> None:
    send(http, data)
    assert send(http, post(b"")).startswith(b"HTTP/1.1 401")


TDS: dict[str, bytes] = {
    "nothing": b"",
    "HTTP": b"GET / HTTP/1.1\r\n\r\n",
    "a packet shorter than its head": struct.pack(">BBHHBB", protocol.PRELOGIN, 1, 0, 0, 0, 0),
    "packets of no bytes": struct.pack(">BBHHBB", protocol.PRELOGIN, 0, 8, 0, 0, 0) * 10_000,
    "options beyond their packet": next(protocol.packets(protocol.PRELOGIN, b"\1\xff\xff\xff\xff\1", 4096)),
    "no TLS behind the hello": TDS_HELLO + next(protocol.packets(protocol.PRELOGIN, b"\xff" * 900, 4096)),
    "a login before the hello": next(protocol.packets(protocol.LOGIN, bytes(200), 4096)),
    "a batch before the login": next(protocol.packets(protocol.BATCH, b"\xff" * 200, 4096)),
    "a message without an end": b"".join(
        struct.pack(">BBHHBB", protocol.PRELOGIN, 0, 0xFFFF, 0, 0, 0) + bytes(0xFFFF - 8) for _ in range(400)
    ),
}


@pytest.mark.parametrize("name", TDS)
def test_the_sql_listener_goes_on(tds: int, name: str) -> None:
    send(tds, TDS[name])
    tds_answers(tds)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_leave_the_sql_listener_answering(tds: int, data: bytes, packed: bool) -> None:
    send(tds, next(protocol.packets(protocol.PRELOGIN, data, 4096)) if packed else data)
    tds_answers(tds)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_a_request_that_cannot_be_read_is_malformed(data: bytes) -> None:
    for read in (protocol.calls, protocol.batch, protocol.login):
        with contextlib.suppress(protocol.Malformed, UnicodeDecodeError, struct.error, ArithmeticError, ValueError):
            read(data)


@pytest.mark.parametrize(("port", "answers"), [("http", winrm_answers), ("tds", tds_answers)])
def test_connections_that_say_nothing_close_nobody_out(
    port: str, answers: Callable[[int], None], request: pytest.FixtureRequest
) -> None:
    number: int = request.getfixturevalue(port)
    before = threading.active_count()
    half_open = [socket.create_connection(("127.0.0.1", number), 20) for _ in range(150)]
    try:
        answers(number)
        assert threading.active_count() < before + 2 * winrm._MOST_STRANGERS
    finally:
        for one in half_open:
            one.close()
    answers(number)


class Target:
    def __getattr__(self, name: str) -> Any:
        return lambda *_: {"asked": name}


@pytest.mark.parametrize(
    "line", [b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"{}\n", b"x" * (2 << 20) + b"\n", b'{"token": "\\ud800"}\n']
)
def test_the_control_of_a_lab_goes_on(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "lab").mkdir()
    server = ControlServer(tmp_path, Target())
    server.start()
    try:
        send(int(json.loads(control_file(tmp_path).read_text("utf-8"))["port"]), line)
        assert LabControl(tmp_path).status() == {"asked": "status"}
    finally:
        server.stop()


class Broken:
    """A lab whose simulated actions have a fault of their own."""

    def do(self, name: str) -> dict[str, Any]:
        raise KeyError(name.partition("@")[2])

    def status(self) -> dict[str, Any]:
        return {"asked": "status"}


def test_an_action_that_breaks_in_the_lab_is_named_and_is_no_silent_lab(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "lab").mkdir()
    server = ControlServer(tmp_path, cast(ControlTarget, Broken()))
    server.start()
    try:
        with pytest.raises(
            WizardError, match="the lab itself failed at do install-windows@se01: KeyError: 'se01'"
        ) as told:
            LabActions(tmp_path).do("install-windows@se01")
        assert not isinstance(told.value, Unreachable)
        assert "the lab failed at: do install-windows@se01" in caplog.text
        assert "KeyError" in caplog.text
        assert LabControl(tmp_path).status() == {"asked": "status"}
    finally:
        server.stop()


def test_a_lab_that_takes_a_request_and_ends_is_not_said_to_be_absent(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = {"host": "127.0.0.1", "port": listening.getsockname()[1], "token": "t", "pid": 1}
        control_file(tmp_path).write_text(json.dumps(address), "utf-8")
        ending = threading.Thread(target=lambda: listening.accept()[0].makefile("rb").readline())
        ending.start()
        with pytest.raises(Unreachable, match=r"was asked \(do install-windows\) and did not answer") as told:
            LabControl(tmp_path).do("install-windows")
        ending.join()
    assert "may have been carried out" in told.value.hint
