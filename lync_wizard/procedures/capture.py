"""What a step hands over as a file of the new backup set: the bytes of an export, or its answer as text."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from lync_wizard.backup import registry
from lync_wizard.core import mapping, storage
from lync_wizard.core.errors import InputError
from lync_wizard.hosts import Record, Reply, bounds
from lync_wizard.hosts.spooled import Spooled
from lync_wizard.procedures.expectations import Outcome

FORMS: Final = ("bytes", "text", "registry")


@dataclass(frozen=True)
class Kept:
    """What was written of a delivered file."""

    bytes: int
    sha256: str


Content = Sequence[bytes | Spooled]
"""What a file is made of, piece by piece; the pieces that are large lie in files themselves."""
CaptureSink = Callable[[str, Content], Kept]
"""Keeps a delivered file: its path in the set (forward slashes) and its content. Raises OSError."""


@dataclass(frozen=True)
class Capture:
    """Where in the set the reply of a step ends, and as what; the set is complete without an ``optional`` one.

    ``bytes`` are taken as they are, ``text`` writes the objects down, ``registry`` makes a file for `reg import`.
    """

    path: str
    form: str = "bytes"
    optional: bool = False

    def to_data(self) -> dict[str, Any]:
        return {"to": self.path, "as": self.form} | ({"optional": True} if self.optional else {})


def from_data(data: Mapping[str, Any]) -> Capture:
    """The delivery that :meth:`Capture.to_data` wrote. Raises ValueError for a path that points outside the set."""
    path = PurePosixPath(str(data["to"]).replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in str(path) or not path.parts:
        raise ValueError(f"the path {data['to']!r} points outside the set")
    form = str(data.get("as", "bytes"))
    if form not in FORMS:
        raise ValueError(f"as: {form!r} is none of {', '.join(FORMS)}")
    return Capture(str(path), form, bool(data.get("optional", False)))


mapping.own_form(Capture, Capture.to_data, from_data)


def content(delivery: Capture, reply: Reply) -> Content | None:
    """The content that a completed reply hands over; None where it holds none, or not all of it.

    A byte array arrives as one object or, unrolled by the pipeline, as one number a byte.
    """
    if reply.dropped:
        return None
    match delivery.form:
        case "text":
            return [_written_down(reply).encode("utf-8")]
        case "registry":
            return [registry.written(_values(reply))]
    parts: list[bytes | Spooled] = []
    numbers = bytearray()
    for record in reply.objects:
        value = record.value
        if isinstance(value, bytes | Spooled):
            parts += [bytes(numbers), value]
            numbers.clear()
        elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 255:
            numbers.append(value)
        else:
            return None
    found = [part for part in (*parts, bytes(numbers)) if len(part)]
    return found or None


def keep(
    delivery: Capture | None, reply: Reply, outcome: Outcome, sink: CaptureSink | None
) -> tuple[Outcome, dict[str, Any] | None]:
    """Hand what a step delivers to the sink; the journal learns its size and hash, never the bytes.

    A registry key that is not there leaves no file: one without values would be put back as if something were saved.
    """
    if delivery is None or outcome.result != "ok":
        return outcome, None
    if delivery.form == "registry" and not reply.dropped and not _values(reply).keys:
        return replace(outcome, why="nothing was saved: the key is not there"), None
    data = content(delivery, reply)
    if data is None:
        why = "more was returned than is kept" if reply.dropped else "no bytes were returned"
        return Outcome("failed", f"the result is no file: {why}"), None
    if sink is None:
        return Outcome("failed", "the file cannot be kept: this run belongs to no backup set"), None
    try:
        kept = sink(delivery.path, data)
    except OSError as error:
        return Outcome("failed", f"{delivery.path} could not be written: {error.strerror or error}"), None
    return outcome, {"path": delivery.path, "bytes": kept.bytes, "sha256": kept.sha256}


def into(folder: Path) -> CaptureSink:
    """A sink that writes below ``folder``, each file whole or not at all.

    The folder itself must be there: a set whose share is gone is not begun anew somewhere else. Raises OSError.
    """

    def keep(path: str, content: Content) -> Kept:
        if not folder.is_dir():
            raise FileNotFoundError(2, "the folder of the backup set no longer exists", str(folder))
        size = sum(map(len, content))
        try:
            bounds.room_on(folder)(size)
        except bounds.Excess as error:
            raise OSError(errno.ENOSPC, str(error)) from error
        digest = hashlib.sha256()

        def pieces() -> Iterator[bytes]:
            for part in content:
                for piece in (part,) if isinstance(part, bytes) else part.chunks():
                    digest.update(piece)
                    yield piece

        try:
            storage.write_pieces(folder.joinpath(*PurePosixPath(path).parts), pieces())
        except InputError as error:
            raise OSError(error.detail or error.summary) from error
        return Kept(size, digest.hexdigest())

    return keep


def _values(reply: Reply) -> registry.Values:
    return registry.asked(record.text for record in reply.objects)


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
