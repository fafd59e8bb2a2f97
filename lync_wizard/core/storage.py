"""Where things lie and how they are written: the home folder, owner-only folders, files that are whole or not there."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from lync_wizard.core import reading
from lync_wizard.core.errors import InputError, WizardError

_BINARY: Final = getattr(os, "O_BINARY", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_LONGEST: Final = 100
"""Characters of a name that a temporary one repeats: the whole may be as long as a name can be."""


@dataclass(frozen=True)
class Home:
    """The wizard's folder (docs/files.md, Home folder); a drill's folder is such a home of its own."""

    root: Path
    named: str = ""
    """What ``--home`` said, where it did; a command to be typed later has to say it again."""

    @classmethod
    def find(cls, given: str | None = None) -> Home:
        """The home named on the command line, else ``LYNC_WIZARD_HOME``, else the platform's user data folder."""
        named = given or os.environ.get("LYNC_WIZARD_HOME")
        if named:
            return cls(Path(named).expanduser().absolute(), given or "")
        # Imported here: the first frame and every help do without it.
        from platformdirs import user_data_path

        return cls(user_data_path("lync-wizard", appauthor=False))

    def within(self, root: Path) -> Home:
        """Another home inside this one, such as a drill's; the same ``--home`` leads there."""
        return Home(root, self.named)

    @property
    def command(self) -> str:
        """How this program is called on this home, as it is typed; what to do comes behind it."""
        words = ["lync-wizard", *(["--home", self.named] if self.named else [])]
        return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)

    def resume(self, run: str) -> str:
        """The command that goes on with a run."""
        return f"{self.command} resume {run}"

    @property
    def worksheets(self) -> Path:
        return self.root / "worksheets"

    @property
    def connections(self) -> Path:
        return self.root / "connections.yaml"

    @property
    def procedures(self) -> Path:
        return self.root / "procedures"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def drills(self) -> Path:
        return self.root / "drills"

    @property
    def lab(self) -> Path:
        """The state of the simulated deployment that this home leads to, where there is one."""
        return self.root / "lab"

    @property
    def has_lab(self) -> bool:
        """Whether this is the home of a drill: its connections lead to a lab of its own."""
        try:
            return self.lab.is_dir()
        except OSError:
            return False

    def with_drills(self) -> list[Home]:
        """This home, and behind it those of the drills inside it, by name."""
        try:
            drills = sorted(folder for folder in self.drills.iterdir() if folder.is_dir())
        except OSError:
            drills = []
        return [self, *map(self.within, drills)]


def cache_folder() -> Path:
    """The platform's folder for what can be made again."""
    # Imported here: the first frame and every help do without it.
    from platformdirs import user_cache_path

    return user_cache_path("lync-wizard", appauthor=False)


def private_folder(path: Path) -> Path:
    """Make ``path`` and what is missing above it, for the owner alone.

    Mode 0700 sets the owner-only access list on Windows as well (CPython 3.11.10 and later); older ones there rely on
    the user profile's own protection. Raises :class:`InputError` where the folder cannot be made.
    """
    try:
        for folder in [*reversed(path.parents), path]:
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
    except (OSError, ValueError) as error:
        raise InputError(
            f"cannot make the folder {path}: {reading.why(error)}",
            "Name a folder you may write to with --home.",
            str(error),
        ) from error
    return path


class Unwritable(WizardError, OSError):
    """A file could not be written: the disk is full, a right is missing, the name is none. Nothing of it is there."""

    def __init__(self, path: Path, error: Exception) -> None:
        number = getattr(error, "errno", None)
        hint = (
            "Make room on that disk, then try again."
            if number in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
            else "Look at the rights of that folder and at the name, then try again."
        )
        super().__init__(f"{path} cannot be written: {reading.why(error)}", hint)
        self.errno, self.strerror, self.filename = number, reading.why(error), str(path)


def write_whole(path: Path, data: str | bytes) -> None:
    """Replace ``path`` by ``data`` (text as UTF-8): written beside it, flushed, synced, renamed; owner-only.

    A reader sees the old file or the new one, never half of one. Half a character becomes a question mark. Raises
    :class:`Unwritable` (disk full, no right), which is an OSError.
    """
    write_pieces(path, [data.encode("utf-8", "replace") if isinstance(data, str) else data])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """The same of content that comes in pieces, so that a large one never lies in memory whole."""
    private_folder(path.parent)
    try:
        with whole(path) as part:
            for piece in pieces:
                part.stream.write(piece)
    except (OSError, ValueError) as error:
        raise Unwritable(path, error) from error


@dataclass(frozen=True)
class Part:
    """A file while it is written, under a name that nobody can guess."""

    path: Path
    stream: BinaryIO


@contextlib.contextmanager
def whole(path: Path, *, private: bool = True) -> Iterator[Part]:
    """A new file beside ``path`` that takes its place where all went well, synced and renamed.

    ``private``: owner-only; else as the folder's other files are, since servers read a backup set as somebody else.
    Raises OSError, ValueError.
    """
    handle, name = _beside(path, private)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield Part(part, stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _beside(path: Path, private: bool) -> tuple[int, str]:
    head = f".{path.name[:_LONGEST]}."
    if private:
        return tempfile.mkstemp(prefix=head, suffix=".part", dir=path.parent)
    name = str(path.with_name(f"{head}{secrets.token_hex(8)}.part"))
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY | _NO_LINK, 0o666), name


def append(path: Path, text: str, *, private: bool = True) -> None:
    """Add to a file that only grows, and have it on disk; a link in its place is not followed. Raises OSError."""
    with os.fdopen(growing(path, private=private), "ab") as stream:
        stream.write(text.encode("utf-8", "replace"))
        stream.flush()
        os.fsync(stream.fileno())


def growing(path: Path, *, private: bool = True) -> int:
    """A handle that only adds to a file; a link in its place is not followed. Raises OSError."""
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _BINARY | _NO_LINK, 0o600 if private else 0o666)


def unnamed(folder: Path) -> BinaryIO:
    """A file in ``folder`` that nobody else can open and that is gone when it is closed. Raises OSError."""
    return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))


def begun(path: Path) -> Path:
    """An owner-only file that is there from now on, for a library that opens it by its name. Raises OSError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | _BINARY | _NO_LINK, 0o600))
    return path


def try_out(folder: Path) -> None:
    """Write a file there and remove it. Raises OSError."""
    with tempfile.NamedTemporaryFile(prefix=".lync-wizard-", dir=folder) as probe:
        probe.write(b"lync-wizard")
        probe.flush()


class Linked(OSError):
    """A link stands where only a file or a folder of our own belongs."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.ELOOP, "it is a link, and links are not followed here", str(path))


def _is_junction(path: Path) -> bool:
    """Whether it is a junction of Windows, which leads elsewhere as a link does; Python 3.12 and later can tell."""
    asked = getattr(path, "is_junction", None)
    return bool(asked and asked())


def within(root: Path, *parts: str) -> Path:
    """A path below ``root``. Raises :class:`Linked` where anything on the way there, or the path itself, is a link."""
    path = root
    for part in parts:
        path = path / part
        if path.is_symlink() or _is_junction(path):
            raise Linked(path)
    return path
