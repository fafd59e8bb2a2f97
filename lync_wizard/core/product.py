"""Which version of the program this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


@cache
def version() -> str:
    """The version of the installed program, in words where it is not installed."""
    try:
        return installed("lync-wizard")
    except PackageNotFoundError:
        return "of unknown version"
