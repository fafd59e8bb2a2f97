"""Where text leaves for people: what moves a cursor, forges a line, hides or reorders text is shown as its code."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterable
from typing import Any, Final, TextIO

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_writing: Final = threading.Lock()


def visible(text: str) -> str:
    """One line: control characters, line ends and other invisible characters show as ``\\u…``; a tabulator stays."""
    if text.isprintable():
        return text
    return "".join(_code(char) if hides(char) else char for char in text)


def lines(text: str) -> list[str]:
    """The lines of a text that may have several, each as :func:`visible` shows it; only a line feed ends a line."""
    return [visible(line) for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n")]


def hides(char: str) -> bool:
    """Whether a character is not seen where it stands, or changes what stands beside it."""
    return char != "\t" and unicodedata.category(char) in _HIDDEN


def _code(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def json_text(data: Any, indent: int | None = None) -> str:
    """JSON that reads back as the same data and holds no character that a terminal would obey."""
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(_escaped(char) if char != "\n" and hides(char) else char for char in text)


def _escaped(char: str) -> str:
    """As JSON writes it; a character outside the first plane as its two halves."""
    halves = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{halves[i : i + 2].hex()}" for i in range(0, len(halves), 2))


def write(stream: TextIO, said: Iterable[str], end: str = "\n") -> None:
    """Write lines at once, each made visible, whatever other threads write meanwhile.

    What the stream's encoding lacks becomes a question mark. Nothing else writes to a terminal.
    """
    _put(stream, "".join(f"{visible(line)}{end}" for line in said))


def write_document(stream: TextIO, text: str) -> None:
    """Write a document of several lines as it is, but for what :func:`visible` shows as its code."""
    _put(stream, "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n")))


def _put(stream: TextIO, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    with _writing:
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()
