"""A host that answers as no Windows does: what it really says is turned into what could harm whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from lync_wizard.lab.winrm.contract import ErrorRecord, Streams, Thing

PREFIX: Final = "hostile-psrp-"
LYING_LENGTHS: Final = f"{PREFIX}lengths"
INPUTS: Final = {
    "endless": "The hosts repeat every answer without an end.",
    "giant": "The hosts write strings of hundreds of thousands of characters into every answer.",
    "deep": "The hosts nest every value of an answer hundreds of times.",
    "control": "The hosts write into every answer what a terminal would obey.",
    "types": "The hosts answer with values of other types than Windows has there.",
    "lengths": "The hosts send messages whose lengths are not true.",
}
"""What such a host sends, with the sentence of its fault."""
CONTROL: Final = "\x1b]52;c;Rk9SR0VE\x07\x1b[2J\x1b]8;;file:///x\x1b\\\r\n\u202eFORGED\u2066\x9b31m"
_GIANT: Final = 300_000
_LEVELS: Final = 300
_WRONG: Final[tuple[Any, ...]] = (None, "∞", -(1 << 62), b"\xff\xfe", ["x", ["y", None]], 1e308, True, "")
_AT_ONCE: Final = 200


class HostileStreams:
    """Implements :class:`Streams` over the real ones."""

    def __init__(self, streams: Streams, how: str) -> None:
        self._streams = streams
        self._how = how
        self._wrong = 0

    def output(self, value: Any) -> None:
        if self._how == "endless":
            while True:
                for _ in range(_AT_ONCE):
                    self._streams.output(value)
                self._streams.verbose("more")
                self._streams.wait(0.01)
        self._streams.output(self._turned(value))

    def error(self, record: ErrorRecord) -> None:
        self._streams.error(replace(record, message=self._text(record.message), error_id=self._text(record.error_id)))

    def verbose(self, text: str) -> None:
        self._streams.verbose(self._text(text))

    def debug(self, text: str) -> None:
        self._streams.debug(self._text(text))

    def warning(self, text: str) -> None:
        self._streams.warning(self._text(text))

    def information(self, text: str) -> None:
        self._streams.information(self._text(text))

    def progress(self, activity: str, status: str, percent: int) -> None:
        self._streams.progress(self._text(activity), status, percent)

    def check(self) -> None:
        self._streams.check()

    def wait(self, seconds: float) -> None:
        self._streams.wait(seconds)

    def _text(self, text: str) -> str:
        match self._how:
            case "control":
                return text + CONTROL
            case "giant":
                return text + "x" * _GIANT
        return text

    def _turned(self, value: Any) -> Any:
        if isinstance(value, Thing):
            names = list(value.properties)
            return replace(value, properties={n: self._value(value.properties[n], n == names[0]) for n in names})
        return self._value(value, True)

    def _value(self, value: Any, first: bool) -> Any:
        match self._how:
            case "types":
                self._wrong += 1
                return _WRONG[self._wrong % len(_WRONG)]
            case "deep":
                nested = value
                for _ in range(_LEVELS):
                    nested = [nested]
                return nested
            case "giant" | "control" if isinstance(value, str) and (first or self._how == "control"):
                return self._text(value)
        return value


def streams(strikes: Callable[[str], bool], found: Streams) -> Streams:
    """The streams of a host with such a fault; ``strikes`` tells whether a fault of that kind was asked for."""
    how = next((name for name in INPUTS if name != "lengths" and strikes(PREFIX + name)), "")
    return HostileStreams(found, how) if how else found
