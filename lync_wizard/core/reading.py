"""Files that are damaged, cut short or hostile: whatever reading them meets becomes one error that says what to do."""

from __future__ import annotations

import errno
import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lync_wizard.core import terminal
from lync_wizard.core.errors import InputError, WizardError

FAULTS: Final = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)
"""What a file that is not as this program wrote it may raise on its way in; UnicodeError is a ValueError."""


MOST_BYTES: Final = 268_435_456
"""Bytes of a file that is read whole; a manifest of a file store with a million files has as many."""


class Unfit(ValueError):
    """Data that are not as they should be, in words for people."""


def data(path: Path, *, named: bool = False) -> bytes:
    """The bytes of a file. ``named`` is for one that a person named, which may be a pipe.

    Raises :class:`Unfit` where it is larger than :data:`MOST_BYTES`, OSError where it is a device or a pipe too: those
    of a home or a set are none, and to read one may never end.
    """
    regular(path, named=named)
    with path.open("rb") as stream:
        found = stream.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise Unfit("it is larger than any such file")
    return found


def text(path: Path, *, named: bool = False) -> str:
    """The same as text. Raises UnicodeDecodeError too."""
    return data(path, named=named).decode("utf-8")


def regular(path: Path, *, named: bool = False) -> None:
    """Raise OSError where nothing stands there, and where it is neither a file nor a folder."""
    kind = path.stat().st_mode
    if not (named or stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise OSError(errno.EINVAL, "it is a pipe or a device, and no file", str(path))


@contextmanager
def readable(path: Path | str, hint: str, *more: type[Exception]) -> Iterator[None]:
    """What is met in here, and what of ``more`` is, is raised as :class:`InputError` with path, why and what to do."""
    faults: tuple[type[Exception], ...] = (*FAULTS, *more)
    try:
        yield
    except WizardError:
        raise
    except faults as error:
        raise InputError(f"{path} cannot be read: {why(error)}", hint) from error


def why(error: BaseException) -> str:
    """Why something cannot be read, in words for people: nothing that only a programmer understands."""
    match error:
        case Unfit():
            said = str(error)
        case json.JSONDecodeError():
            said = f"it is no JSON (line {error.lineno})"
        case UnicodeError():
            said = "it is not UTF-8 text"
        case RecursionError():
            said = "it is nested too deeply"
        case OSError():
            said = error.strerror or "the file cannot be opened"
        case _:
            said = "it is damaged, or not as this program writes it"
    return terminal.visible(said)
