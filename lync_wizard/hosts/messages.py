"""PowerShell Remoting messages put together from their fragments ([MS-PSRP] 2.2.4), within bounds.

pypsrp's own way copies what is left for every fragment, believes lengths, and holds a message whole in memory several
times; a file that a cmdlet returns arrives as one message.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pypsrp.messages import Destination, Message, MessageType, PipelineOutput
from pypsrp.powershell import Fragmenter
from pypsrp.serializer import Serializer

from lync_wizard.hosts import Record, bounds
from lync_wizard.hosts.spooled import Base64Spool

_FRAGMENT: Final = struct.Struct(">QQBI")
_START: Final = 1
_END: Final = 2
_HEAD: Final = 40
"""Bytes of a message before its data: destination, type, runspace pool and pipeline."""
_BYTES: Final = re.compile(rb'(?:\xef\xbb\xbf)?(?:<Obj RefId="[0-9]{1,6}">)?<BA>')


class _Unfinished:
    """A message of which more is to come."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.next = 0
        self.spool: Base64Spool | None = None

    @property
    def kind(self) -> int:
        return int.from_bytes(self.data[4:8], "little")


class Assembler(Fragmenter):
    """Puts messages together; large byte arrays of a pipeline go to a file in ``folder``.

    ``received`` counts the bytes of every other message, so that whoever follows a pipeline can bound what it says.
    """

    def __init__(self, max_size: int, serializer: Serializer, folder: Path, room: Callable[[int], None]) -> None:
        super().__init__(max_size, serializer)
        self.received = 0
        self._folder = folder
        self._room = room
        self._unfinished: dict[int, _Unfinished] = {}

    def defragment(self, data: bytes) -> list[Message]:
        """The messages that are whole now. Raises ValueError, :class:`.bounds.Excess`, OSError."""
        found: list[Message] = []
        at = 0
        while at < len(data):
            if len(data) - at < _FRAGMENT.size:
                raise ValueError("a fragment without its head")
            number, place, flags, length = _FRAGMENT.unpack_from(data, at)
            at += _FRAGMENT.size
            if length > len(data) - at:
                raise ValueError("a fragment is shorter than it says")
            whole = self._take(number, place, flags, data[at : at + length])
            at += length
            if whole is not None:
                found.append(whole)
        return found

    def _take(self, number: int, place: int, flags: int, blob: bytes) -> Message | None:
        if flags & _START and flags & _END:
            return self._unpacked(blob)
        if flags & _START and number not in self._unfinished:
            if len(self._unfinished) >= bounds.OPEN_MESSAGES:
                raise bounds.Excess(bounds.too_many("unfinished message", bounds.OPEN_MESSAGES))
            self._unfinished[number] = _Unfinished()
        message = self._unfinished.get(number)
        if message is None or message.next != place:
            raise ValueError("a fragment out of its turn")
        message.next += 1
        self._add(message, blob)
        if not flags & _END:
            return None
        del self._unfinished[number]
        if message.spool is None:
            return self._unpacked(bytes(message.data))
        array = message.spool.close()
        return self._output(Record(str(array), value=array))

    def _add(self, message: _Unfinished, blob: bytes) -> None:
        if message.spool is not None:
            message.spool.feed(blob)
            return
        message.data += blob
        if len(message.data) <= bounds.SPOOLED_FROM:
            return
        head = _BYTES.match(message.data, _HEAD) if message.kind == MessageType.PIPELINE_OUTPUT else None
        if head is not None:
            message.spool = Base64Spool(self._folder, self._room)
            message.spool.feed(bytes(message.data[head.end() :]))
            message.data.clear()
        elif sum(len(each.data) for each in self._unfinished.values()) > bounds.MESSAGE_BYTES:
            raise bounds.Excess(f"the host sent one message of more than {bounds.MESSAGE_BYTES >> 20} MB")

    def _unpacked(self, data: bytes) -> Message:
        if len(data) < _HEAD:
            raise ValueError("a message without its head")
        if data.count(b"<") > 2 * bounds.VALUES:
            raise bounds.Excess(bounds.too_many("value in one object", bounds.VALUES))
        self.received += len(data)
        return Message.unpack(data, self.serializer)

    def _output(self, record: Record) -> Message:
        delivered: Any = (record, 0)
        return Message(Destination.CLIENT, None, None, PipelineOutput(delivered), self.serializer)
