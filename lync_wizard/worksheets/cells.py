"""Cells and what stands in them: the address of one question, and one value with its source and time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from lync_wizard.core.errors import InputError

Source = Literal["file", "operator", "found", "default"]
Value = str | tuple[str, ...]

SOURCES: Final[tuple[Source, ...]] = get_args(Source)

_ADDRESS: Final = re.compile(
    r"(?:(?P<pool>[^:/\s]+):)?(?P<sheet>[a-z0-9-]+)/(?P<row>[a-z0-9-]+)/(?P<column>[a-z0-9-]+)"
)


@dataclass(frozen=True, order=True)
class Cell:
    """The address of one question: ``sheet/row/column``, with ``POOL:`` before it where the sheet is a pool's.

    ``pool`` is an FQDN in lower case, so that cells compare without regard to its case; None for a cell of the whole
    deployment.
    """

    pool: str | None
    sheet: str
    row: str
    column: str

    def __post_init__(self) -> None:
        if self.pool is not None:
            object.__setattr__(self, "pool", self.pool.lower())

    @classmethod
    def parse(cls, text: str) -> Cell:
        """The cell a text addresses; only its form is checked. Raises :class:`InputError`."""
        found = _ADDRESS.fullmatch(text.strip())
        if not found:
            raise InputError(
                f"{text!r} is not the address of a worksheet cell",
                "Write it as sheet/row/column, for example database/userdata/server, with POOL: before it where there "
                "are several pools.",
            )
        return cls(found["pool"], found["sheet"], found["row"], found["column"])

    def at(self, pool: str | None) -> Cell:
        """The same question of another pool, or of the deployment."""
        return Cell(pool, self.sheet, self.row, self.column)

    def __str__(self) -> str:
        return f"{f'{self.pool}:' if self.pool else ''}{self.sheet}/{self.row}/{self.column}"


@dataclass(frozen=True)
class Entry:
    """What stands in a cell: a value with its source, when it was given (UTC) and by what.

    ``origin`` is words: a path, a host and its command, or a person. A value that no longer validates keeps its place
    and says why in ``problem`` (lower case, no full stop) and what to do in ``hint``.
    """

    value: Value
    source: Source
    at: datetime | None = None
    origin: str = ""
    problem: str = ""
    hint: str = ""

    @property
    def text(self) -> str:
        """The value in one line; the items of a list parted by commas."""
        return self.value if isinstance(self.value, str) else ", ".join(self.value)

    @property
    def items(self) -> tuple[str, ...]:
        """The value as a list; one value is a list of one, an empty one a list of none."""
        if isinstance(self.value, tuple):
            return self.value
        return (self.value,) if self.value else ()

    @property
    def sound(self) -> bool:
        return not self.problem

    @property
    def flag(self) -> bool:
        """True where the value is ``true``."""
        return self.value == "true"
