"""Files that a person names with ``-o``: written whole, and nothing that is no plain file is ever replaced."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path, PureWindowsPath
from typing import Final

from lync_wizard.core import storage, terminal
from lync_wizard.core.errors import InputError, Refused

STANDARD_OUTPUT: Final = "-"


def write(name: str, data: str | bytes, *, force: bool = False) -> None:
    """Write to a path, or for ``-`` to standard output.

    A device or a named pipe is written to. A link is followed only to a plain file, and only with ``force`` or where
    link and file belong to who runs this. Raises :class:`InputError` for a folder and where it cannot be written,
    :class:`Refused` for a link that is not followed.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    try:
        if name == STANDARD_OUTPUT:
            _to_standard_output(data)
            return
        path = _checked(Path(name).absolute(), force=force)
        if _is_special(path):
            with path.open("wb", buffering=0) as stream:
                stream.write(content)
        else:
            storage.write_whole(path, content)
    except OSError as error:
        raise InputError(
            f"cannot write {name}: {error.strerror or error}", "Name another file with -o.", str(error)
        ) from error


def _to_standard_output(data: str | bytes) -> None:
    """Text through the gate; what is no text is written as it is, and not to a terminal."""
    if isinstance(data, bytes) and sys.stdout.isatty():
        try:
            data = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused("this is no text, and a terminal would obey it", "Name a file with -o.") from None
    if isinstance(data, str):
        terminal.write_document(sys.stdout, data)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _checked(path: Path, *, force: bool) -> Path:
    """The file to be written: the path itself, or where its link leads."""
    if path.is_dir():
        raise InputError(f"{path} is a folder", "Name a file in it with -o.")
    if not path.is_symlink() or _is_special(path):
        return path
    target = path.resolve()
    if not force and not (target.is_file() and _mine(path) and _mine(target)):
        leads = f"a link to {target}" if target.exists() else "a link that leads nowhere"
        raise Refused(f"{path} is {leads}", "Name the file itself with -o, or add --force to write where it leads.")
    return target


def _is_special(path: Path) -> bool:
    """Whether something is there that is neither file nor folder, or the name is one of a Windows device."""
    if os.name == "nt" and PureWindowsPath(path.name).is_reserved():
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _mine(path: Path) -> bool:
    """Whether a file or link belongs to the user of this process; on Windows that is not known."""
    owner = getattr(os, "geteuid", None)
    return owner is not None and path.lstat().st_uid == owner()
