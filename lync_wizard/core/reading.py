"""Files that are damaged, cut short or hostile: whatever reading them meets becomes one error that says what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lync_wizard.core import terminal
from lync_wizard.core.errors import InputError, WizardError

FAULTS: Final = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)
"""What a file that is not as this program wrote it may raise on its way in; UnicodeError is a ValueError."""


class Unfit(ValueError):
    """Data that are not as they should be, in words for people."""


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
