"""What a step hands over as a file of the new backup set: the bytes of an export, or its answer as text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lync_wizard.core import mapping, storage
from lync_wizard.core.errors import InputError
from lync_wizard.hosts import Record, Reply

CaptureSink = Callable[[str, bytes], None]
"""Keeps a delivered file: its path in the set (forward slashes) and its bytes. Raises OSError."""


@dataclass(frozen=True)
class Capture:
    """Where in the set the reply of a step ends; ``text`` writes the objects down, else they must be bytes."""

    path: str
    text: bool = False

    def to_data(self) -> dict[str, Any]:
        return {"to": self.path, "as": "text" if self.text else "bytes"}


def from_data(data: Mapping[str, Any]) -> Capture:
    """The delivery that :meth:`Capture.to_data` wrote. Raises ValueError for a path that leads out of the set."""
    path = PurePosixPath(str(data["to"]).replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in str(path) or not path.parts:
        raise ValueError(f"the path {data['to']!r} leads out of the set")
    if data.get("as", "bytes") not in {"bytes", "text"}:
        raise ValueError(f"as: {data['as']!r} is neither bytes nor text")
    return Capture(str(path), data.get("as") == "text")


mapping.own_form(Capture, Capture.to_data, from_data)


def content(delivery: Capture, reply: Reply) -> bytes | None:
    """The bytes that a completed reply hands over; None where it holds none.

    A byte array arrives as one object or, unrolled by the pipeline, as one number a byte.
    """
    if delivery.text:
        return _written_down(reply).encode("utf-8")
    parts = []
    for record in reply.objects:
        value = record.value
        if isinstance(value, bytes):
            parts.append(value)
        elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 255:
            parts.append(bytes((value,)))
        else:
            return None
    return b"".join(parts) or None


def receipt(delivery: Capture, data: bytes) -> dict[str, Any]:
    """What the journal keeps of a delivered file: never the bytes."""
    return {"path": delivery.path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def into(folder: Path) -> CaptureSink:
    """A sink that writes below ``folder``, each file whole or not at all.

    The folder itself must be there: a set whose share is gone is not begun anew somewhere else. Raises OSError.
    """

    def keep(path: str, data: bytes) -> None:
        if not folder.is_dir():
            raise FileNotFoundError(2, "the folder of the backup set is gone", str(folder))
        try:
            storage.write_whole(folder.joinpath(*PurePosixPath(path).parts), data)
        except InputError as error:
            raise OSError(error.detail or error.summary) from error

    return keep


def _written_down(reply: Reply) -> str:
    """The objects one below the other, a property a line, as Format-List shows them."""
    return "\n\n".join(_lines(record) for record in reply.objects) + "\n"


def _lines(record: Record) -> str:
    if not record.properties:
        return record.text
    width = max(map(len, record.properties))
    return "\n".join(f"{name.ljust(width)} : {_shown(value)}" for name, value in record.properties.items())


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case Record():
            return value.text
        case list() | tuple():
            return "{" + ", ".join(_shown(item) for item in value) + "}"
        case bytes():
            return f"<{len(value)} bytes>"
    return str(value)
