"""Windows paths as text, whatever machine this is, and what this machine can do with a share it has mapped."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from lync_wizard.core import storage
from lync_wizard.core.errors import InputError


def is_unc(path: str) -> bool:
    """Whether ``path`` names a share (``\\\\server\\share…``) rather than a drive of some host."""
    return PureWindowsPath(path).drive.startswith("\\\\")


def is_local(path: str) -> bool:
    """Whether ``path`` is absolute on a drive of the host that reads it (``C:\\…``)."""
    pure = PureWindowsPath(path)
    return pure.is_absolute() and not is_unc(path)


def split(path: str) -> tuple[str, str]:
    """The share or drive of ``path`` without a trailing separator, and what lies below it (empty for the root)."""
    pure = PureWindowsPath(path)
    return pure.drive, "\\".join(pure.parts[1:]) if pure.anchor else str(pure)


def share(path: str) -> tuple[str, str] | None:
    """Server and share name of a UNC path; None for any other."""
    if not is_unc(path):
        return None
    server, _, name = PureWindowsPath(path).drive[2:].partition("\\")
    return server, name


def join(folder: str, *parts: str) -> str:
    """``folder`` with relative ``parts`` below it. Raises ValueError for a part that leaves the folder."""
    for part in parts:
        pure = PureWindowsPath(part)
        if pure.anchor or ".." in pure.parts:
            raise ValueError(f"not a path below a folder: {part}")
    return str(PureWindowsPath(folder, *parts))


def name(path: str) -> str:
    """The last part of ``path``; empty for a share or a drive."""
    return PureWindowsPath(path).name


def parent(path: str) -> str:
    """The folder that holds ``path``; a root is its own."""
    return str(PureWindowsPath(path).parent)


def below(path: str, folder: str) -> str | None:
    """``path`` relative to ``folder`` (``.`` for the folder itself), None where it lies elsewhere; case is ignored."""
    try:
        return str(PureWindowsPath(path).relative_to(PureWindowsPath(folder)))
    except ValueError:
        return None


def plain(path: str) -> str:
    """``path`` as a program's argument: no trailing backslash, which would quote the quotation mark behind it."""
    text = str(PureWindowsPath(path))
    return f"{text}." if text.endswith(":\\") else text.rstrip("\\")


def named(text: str, mapped: Callable[[str], Path | None], *, windows: bool = sys.platform == "win32") -> Path:
    """The folder that a person names: a UNC path as it stands on Windows, elsewhere as it is ``mapped``.

    Raises :class:`InputError` for a share that this machine cannot open; there its path would be a name like any other.
    """
    if windows or not text.startswith("\\\\"):
        return Path(text)
    if (found := mapped(text)) is not None:
        return found
    raise InputError(
        f"{text} is a share, which only Windows opens by that name",
        "Mount it and give the folder where it is mounted, or name the share under shares in connections.yaml.",
    )


@dataclass(frozen=True)
class ShareState:
    """What this machine found at a folder: whether it exists and can be written, and the free bytes (None unknown)."""

    exists: bool
    writable: bool = False
    free: int | None = None
    why: str = ""


def state(folder: Path) -> ShareState:
    """Look at a share as this machine sees it; a temporary file is written and removed. Never raises."""
    try:
        if not folder.is_dir():
            return ShareState(False, why=f"{folder} is not a folder that this machine can see")
    except OSError as error:
        return ShareState(False, why=_words(error))
    free: int | None
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        free = None
    try:
        storage.try_out(folder)
    except OSError as error:
        return ShareState(True, free=free, why=_words(error))
    return ShareState(True, True, free)


def _words(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.strerror and error.filename else str(error)
