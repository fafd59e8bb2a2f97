"""How much of what a host or an instance sends is taken in, and what is said where it sends more (docs/bounds.md).

A host is asked by people in a disaster and may be anybody's by then: memory, disk and time spent on its answers are
bounded here, far above what Lync, Windows and SQL Server send.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lync_wizard.core.wrapping import counted

KEPT_OBJECTS: Final = 100_000
"""Objects or rows of one command that are kept and judged."""
KEPT_CHARACTERS: Final = 64 << 20
"""Characters of all objects or rows of one command that are kept, as they were sent."""
KEPT_ERRORS: Final = 1_000
"""Error records of one command that are kept and judged."""
SHOWN_CHARACTERS: Final = 32_000
"""Characters of one line of the log and of one error text."""
SAID_CHARACTERS: Final = 256 << 20
"""Characters of everything that a command which only reads may write before it is stopped."""
CHANGING_CHARACTERS: Final = 1 << 30
"""The same of a command that changes something; byte arrays in files do not count."""

BODY_BYTES: Final = 8 << 20
"""Bytes of one HTTP answer: fifty times the message size that the host is told."""
MESSAGE_BYTES: Final = 64 << 20
"""Bytes of one PowerShell Remoting message that is no byte array."""
OPEN_MESSAGES: Final = 64
"""Messages that may be unfinished at once."""
VALUES: Final = 1_000_000
"""Values of one object, those that it refers to counted each time."""
DEEPEST: Final = 100
"""Levels of objects within objects."""
INNER_REASONS: Final = 20
"""Exceptions within an exception whose texts are shown."""

SPOOLED_FROM: Final = 4 << 20
"""Bytes from which on a byte array is kept in a file instead of in memory."""
FREE_RESERVE: Final = 512 << 20
"""Bytes of a disk that what hosts deliver leaves free."""
RESERVE_SHARE: Final = 20
"""Of a small disk that many parts, one of which is left free instead."""


class Excess(Exception):
    """A host sent more than is taken in; the text says of what, as a clause."""


def shown(text: str) -> str:
    """The text as one line of the log takes it: its beginning, and how much more there was."""
    if len(text) <= SHOWN_CHARACTERS:
        return text
    return f"{text[:SHOWN_CHARACTERS]}… ({len(text) - SHOWN_CHARACTERS:,} more characters)"


def room_on(folder: Path) -> Callable[[int], None]:
    """Asks whether so many more bytes leave the reserve on the folder's disk; raises :class:`Excess` where not."""

    def ask(wanted: int) -> None:
        disk = shutil.disk_usage(folder)
        reserve = min(FREE_RESERVE, disk.total // RESERVE_SHARE)
        if disk.free - wanted < reserve:
            left = f"less than {reserve >> 20} MB free on the disk of {folder}"
            raise Excess(f"what the host delivers would leave {left}")

    return ask


def too_many(what: str, most: int) -> str:
    """The clause for a count that was passed."""
    return f"the host sent more than {counted(most, what)}"
