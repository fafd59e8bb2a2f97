"""What a host can make this program hold in memory, keep on disk and wait for, whatever it sends."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import struct
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pypsrp.messages import Message, MessageType

from lync_wizard.core.errors import Unreachable
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.hosts import Record, bounds, clixml
from lync_wizard.hosts.addresses import Credentials, Endpoint
from lync_wizard.hosts.messages import Assembler
from lync_wizard.hosts.powershell_session import open_session
from lync_wizard.hosts.runspace import _Objects
from lync_wizard.hosts.spooled import Spooled
from lync_wizard.procedures import capture
from lync_wizard.procedures.expectations import Outcome

MIB = 1 << 20


def fragments(kind: int, text: Iterator[bytes], *, number: int = 1) -> Iterator[bytes]:
    """One message as a host sends it, a fragment for each piece of its text."""
    head = struct.pack("<II", 1, kind) + bytes(32)
    place = 0
    for piece in text:
        blob = head + piece
        yield struct.pack(">QQBI", number, place, not place, len(blob)) + blob
        head, place = b"", place + 1
    yield struct.pack(">QQBI", number, place, 2 + (not place), 0)


def assembler(folder: Path, room: Callable[[int], None] = lambda _: None) -> Assembler:
    return Assembler(100_000, _Objects(Redactor()), folder, room)


def array(size: int, piece: int = 99_999) -> Iterator[bytes]:
    yield b"<BA>"
    block = base64.b64encode(bytes(range(256)) * 3)
    text = block * (piece // len(block) + 1)
    left = size * 4 // 3
    while left > 0:
        yield text[: min(piece // 1024 * 1024, left)]
        left -= piece // 1024 * 1024
    yield b"</BA>"


def last(found: list[Message]) -> Record:
    assert len(found) == 1
    record: Record = found[0].data.data[0]
    return record


def fed(to: Assembler, pieces: Iterator[bytes]) -> list[Message]:
    found: list[Message] = []
    for piece in pieces:
        found += to.defragment(piece)
    return found


def test_a_file_that_a_cmdlet_returns_never_lies_in_memory(tmp_path: Path) -> None:
    def peak(size: int) -> int:
        tracemalloc.start()
        try:
            record = last(fed(assembler(tmp_path), fragments(MessageType.PIPELINE_OUTPUT, array(size))))
            assert isinstance(record.value, Spooled)
            assert record.text == f"<{size} bytes>"
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small, large = peak(24 * MIB), peak(96 * MIB)
    assert large < 1.2 * small
    assert large < 24 * MIB


def test_what_was_delivered_is_kept_whole_with_its_hash(tmp_path: Path) -> None:
    data = os.urandom(9 * MIB + 5)
    text = base64.b64encode(data)
    pieces = (text[at : at + 70_001] for at in range(0, len(text), 70_001))
    whole = (piece for part in ([b'<Obj RefId="0"><BA>'], pieces, [b"</BA><MS/></Obj>"]) for piece in part)
    record = last(fed(assembler(tmp_path), fragments(MessageType.PIPELINE_OUTPUT, whole)))
    delivery = capture.Capture("Rgs/pool.zip")
    (tmp_path / "set").mkdir()
    done = Outcome("ok", "")
    outcome, receipt = capture.keep(delivery, reply_of(record), done, capture.into(tmp_path / "set"))
    assert outcome == done
    assert (tmp_path / "set" / "Rgs" / "pool.zip").read_bytes() == data
    assert receipt == {"path": "Rgs/pool.zip", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def reply_of(*records: Record, dropped: int = 0) -> Any:
    from lync_wizard.hosts import Reply

    return Reply("completed", records, dropped=dropped)


def test_a_disk_that_would_be_full_ends_the_delivery_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "FREE_RESERVE", 1 << 60)
    monkeypatch.setattr(bounds, "RESERVE_SHARE", 1)
    with pytest.raises(bounds.Excess, match="MB free on the disk"):
        fed(
            assembler(tmp_path, bounds.room_on(tmp_path)),
            fragments(MessageType.PIPELINE_OUTPUT, array(16 * MIB)),
        )


@pytest.mark.parametrize(
    ("kind", "piece", "said"),
    [
        (MessageType.PIPELINE_OUTPUT, b"<S>" + b"x" * MIB, "one message of more than"),
        (MessageType.VERBOSE_RECORD, b"x" * MIB, "one message of more than"),
        (MessageType.PIPELINE_OUTPUT, b"<S>" * 300_000, "one message of more than"),
    ],
)
def test_a_message_without_an_end_is_given_up(tmp_path: Path, kind: int, piece: bytes, said: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(bounds.Excess, match=said):
            fed(assembler(tmp_path), fragments(kind, iter([piece] * 400)))
        assert tracemalloc.get_traced_memory()[1] < 3 * bounds.MESSAGE_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [
        b"short",
        struct.pack(">QQBI", 1, 0, 3, 1 << 31) + b"x",
        struct.pack(">QQBI", 1, 0, 3, 0xFFFFFFFF),
        struct.pack(">QQBI", 1, 5, 0, 1) + b"x",
        struct.pack(">QQBI", 1, 0, 2, 1) + b"x",
        struct.pack(">QQBI", 1, 0, 3, 4) + b"<S/>",
        b"\xff" * 4096,
    ],
)
def test_lengths_that_lie_are_no_message(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ValueError, match=r"fragment|message"):
        assembler(tmp_path).defragment(data)


def test_messages_that_never_end_are_counted(tmp_path: Path) -> None:
    pieces = (struct.pack(">QQBI", number, 0, 1, 1) + b"x" for number in range(bounds.OPEN_MESSAGES + 1))
    with pytest.raises(bounds.Excess, match="unfinished"):
        fed(assembler(tmp_path), pieces)


def test_a_few_lines_that_stand_for_more_than_memory_holds_are_refused() -> None:
    bomb = '<Obj RefId="0"><LST>' + "<S>x</S>" * 10 + "</LST></Obj>"
    for level in range(1, 12):
        bomb = f'<Obj RefId="{level}"><LST>{bomb}' + f'<Ref RefId="{level - 1}"/>' * 9 + "</LST></Obj>"
    with pytest.raises(bounds.Excess, match="value"):
        clixml.read(bomb, str)


@pytest.mark.parametrize("inside", [('<Obj RefId="0"><LST>', "</LST></Obj>"), ("<DCT><En><S N='Key'/>", "</En></DCT>")])
def test_objects_nested_without_an_end_are_refused(inside: tuple[str, str]) -> None:
    begin, end = inside
    value = begin.replace("<DCT>", "<DCT N='Value'>")
    with pytest.raises(bounds.Excess, match="levels deep"):
        clixml.read(begin + value * 5_000 + end * 5_001, str)


def test_a_line_of_the_log_is_bounded_whatever_an_object_holds() -> None:
    wide = "".join(f'<S N="P{n}">{"x" * 100}</S>' for n in range(5_000))
    record = clixml.read(
        f'<Obj RefId="0"><MS>{wide}<Obj N="L" RefId="1"><LST>{"<S>y</S>" * 9_000}</LST></Obj></MS></Obj>', str
    )
    assert len(record.text) == clixml.LINE_LIMIT
    assert len(bounds.shown("x" * 10**6)) < bounds.SHOWN_CHARACTERS + 50


def test_an_exception_that_holds_itself_has_an_end() -> None:
    error = SimpleNamespace(adapted_properties={"Message": "again"}, extended_properties={})
    error.adapted_properties["InnerException"] = error
    assert clixml.host_error(SimpleNamespace(exception=error), str).message == "again"


def test_bytes_of_which_some_were_not_kept_are_no_file() -> None:
    assert capture.content(capture.Capture("a.zip"), reply_of(Record("1", value=1), dropped=5)) is None


@pytest.fixture
def server() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    listening: list[socket.socket] = []

    def start(answer: Callable[[socket.socket], None]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listening.append(listener)

        def serve() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with peer:
                    try:
                        peer.recv(1 << 16)
                        answer(peer)
                    except OSError:
                        pass

        threading.Thread(target=serve, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listening:
        listener.close()


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    def answer(peer: socket.socket) -> None:
        peer.sendall(head)
        while True:
            peer.sendall(piece)
            if pause:
                threading.Event().wait(pause)

    return answer


BLOCK = b"x" * 65536
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n"


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("a body without an end", endless(OK + b"Content-Length: 999999999999\r\n\r\n", BLOCK), "more than 8 MB"),
        ("a body that says no length", endless(OK + b"\r\n", BLOCK), "more than 8 MB"),
        ("chunks without an end", endless(OK + CHUNKED, b"10000\r\n" + BLOCK + b"\r\n"), "more than 8 MB"),
        ("headers without an end", endless(OK, b"X-More: " + b"y" * 60000 + b"\r\n"), ""),
        ("continue without an end", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "in time"),
        ("a header a byte at a time", endless(OK + b"X: ", b"y", 0.2), "in time"),
        ("a body a byte at a time", endless(OK + b"Content-Length: 9999\r\n\r\n", b"y", 0.2), "in time"),
    ],
)  # fmt: skip
def test_an_answer_has_an_end_in_bytes_and_in_time(
    server: Callable[[Callable[[socket.socket], None]], int],
    name: str,
    answer: Callable[[socket.socket], None],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lync_wizard.hosts.exchange._SLACK", 0.5)
    port = server(answer)
    endpoint = Endpoint("127.0.0.1", port, auth="basic", operation_timeout=1, connect_timeout=5)
    monkeypatch.setattr("lync_wizard.hosts.wire._SLACK", 1)
    began = time.monotonic()
    with pytest.raises(Unreachable) as refused:
        open_session("se01.contoso.com", endpoint, Credentials("u", Secret("Pa55word")), Redactor())
    assert said in str(refused.value), name
    assert time.monotonic() - began < 60, name
