"""Fragments of PowerShell Remoting messages ([MS-PSRP] 2.2.4) as bytes: where one ends, and what kind it begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

HEADER: Final = 21
PIPELINE_STATE: Final = 0x00041006
_START, _END = 1, 2


def split(data: bytes) -> Iterator[bytes]:
    """Each fragment of what was sent together."""
    while data:
        end = HEADER + int.from_bytes(data[17:HEADER], "big")
        yield data[:end]
        data = data[end:]


def kind(fragment: bytes) -> int | None:
    """The type of the message (2.2.1) that a fragment begins; None where it goes on with one."""
    if not fragment[16] & _START:
        return None
    return int.from_bytes(fragment[HEADER + 4 : HEADER + 8], "little")


def is_last(fragment: bytes) -> bool:
    """Whether its message is complete with it."""
    return bool(fragment[16] & _END)
