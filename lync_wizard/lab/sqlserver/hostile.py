"""An instance that answers as no SQL Server does, over the same protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from lync_wizard.lab.tds.listener import Client, Refusal
from lync_wizard.lab.tds.protocol import Column

PREFIX: Final = "hostile-sql-"
INPUTS: Final = {
    "endless": "The instances repeat every row without an end.",
    "giant": "The instances write hundreds of thousands of characters into every row.",
    "control": "The instances write into every row and message what a terminal would obey.",
    "types": "The instances answer with columns of other types than SQL Server has there.",
    "lengths": "The instances send rows whose lengths are not true.",
}
"""What such an instance sends, with the sentence of its fault."""
CONTROL: Final = "\x1b]52;c;Rk9SR0VE\x07\x1b[2J\r\n\u202eFORGED"
_GIANT: Final = 300_000
_AT_ONCE: Final = 200
_LYING: Final = b"\xd1" + b"\xf0" * 8 + b"\xff" * 4
"""A ROW whose first value says that it is longer than any message."""


class HostileClient:
    """Implements :class:`Client` over the real one."""

    def __init__(self, client: Client, how: str) -> None:
        self._client = client
        self._how = how

    def columns(self, shape: Sequence[Column]) -> None:
        wide = self._how != "endless"
        self._client.columns([Column(one.name, "nvarchar", 0) for one in shape] if wide else shape)

    def row(self, values: Sequence[Any]) -> None:
        match self._how:
            case "endless":
                while True:
                    for _ in range(_AT_ONCE):
                        self._client.row(values)
                    self._client.wait(0.01)
            case "lengths":
                self._client.raw(_LYING)
            case "types":
                self._client.row(["∞" if number % 2 else None for number in range(len(values))])
            case _:
                more = CONTROL if self._how == "control" else "x" * _GIANT
                self._client.row([None if value is None else f"{value}{more}" for value in values])

    def info(self, number: int, text: str, state: int = 1) -> None:
        self._client.info(number, text + CONTROL if self._how == "control" else text, state)

    def raw(self, data: bytes) -> None:
        self._client.raw(data)

    def error(self, refusal: Refusal) -> None:
        self._client.error(refusal)

    def done(self, count: int | None = None) -> None:
        self._client.done(count)

    def database(self, new: str, old: str) -> None:
        self._client.database(new, old)

    def wait(self, seconds: float) -> None:
        self._client.wait(seconds)


def client(strikes: Callable[[str], bool], found: Client) -> Client:
    """The client of an instance with such a fault; ``strikes`` tells whether a fault of that kind was asked for."""
    how = next((name for name in INPUTS if strikes(PREFIX + name)), "")
    return HostileClient(found, how) if how else found
