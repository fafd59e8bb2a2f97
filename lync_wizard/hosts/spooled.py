"""A byte array of a host that is too large for memory: decoded into a temporary file as it arrives."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from lync_wizard.core import storage

_CHUNK: Final = 1 << 20
_ASKED_EVERY: Final = 16 << 20
"""Bytes between two looks at the free space of the disk."""
_BLANKS: Final = b" \t\r\n"
_END: Final = b"<"
_MOST_BEHIND: Final = 1 << 16
"""Bytes behind the array that belong to the object around it, such as its notes."""


class Spooled:
    """The bytes of such an array; its file is gone when nobody holds it any more."""

    def __init__(self, folder: Path) -> None:
        storage.private_folder(folder)
        self._file = storage.unnamed(folder)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __str__(self) -> str:
        return f"<{self._size} bytes>"

    __repr__ = __str__

    def chunks(self) -> Iterator[bytes]:
        """The content from its beginning; for one reader at a time."""
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            yield chunk

    def opened(self) -> BinaryIO:
        """The file itself, at its beginning; it is gone when that is closed or nobody holds it any more."""
        self._file.flush()
        self._file.seek(0)
        return self._file

    def add(self, data: bytes) -> None:
        self._file.write(data)
        self._size += len(data)


class Base64Spool:
    """Takes the text of a ``BA`` element in pieces of any size. Raises ValueError, :class:`.bounds.Excess`, OSError."""

    def __init__(self, folder: Path, room: Callable[[int], None]) -> None:
        self.spooled = Spooled(folder)
        self._room = room
        self._rest = b""
        self._behind: bytes | None = None
        self._asked_at = -_ASKED_EVERY

    def feed(self, text: bytes) -> None:
        if self._behind is None:
            text, end, behind = text.partition(_END)
            self._decode(text, last=bool(end))
            if end:
                self._behind = end + behind
            return
        self._behind += text
        if len(self._behind) > _MOST_BEHIND:
            raise ValueError("more follows a byte array than belongs to it")

    def close(self) -> Spooled:
        """The whole array. Raises ValueError where its end is missing."""
        if self._behind is None or not self._behind.startswith(b"</BA>"):
            raise ValueError("a byte array without its end")
        return self.spooled

    def _decode(self, text: bytes, *, last: bool) -> None:
        if len(self.spooled) - self._asked_at >= _ASKED_EVERY:
            self._room(_ASKED_EVERY)
            self._asked_at = len(self.spooled)
        whole = self._rest + text.translate(None, _BLANKS)
        cut = len(whole) if last else len(whole) // 4 * 4
        self.spooled.add(binascii.a2b_base64(whole[:cut], strict_mode=True) if cut else b"")
        self._rest = whole[cut:]
