"""Where things lie and how they are written: the home folder, owner-only folders, files that are whole or not there."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lync_wizard.core.errors import InputError


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
    def drills(self) -> Path:
        return self.root / "drills"

    @property
    def lab(self) -> Path:
        """The state of the simulated deployment that this home leads to, where there is one."""
        return self.root / "lab"

    @property
    def has_lab(self) -> bool:
        """Whether this is the home of a drill: its connections lead to a lab of its own."""
        return self.lab.is_dir()

    def with_drills(self) -> list[Home]:
        """This home, and behind it those of the drills inside it, by name."""
        return [self, *(self.within(folder) for folder in sorted(self.drills.glob("*")) if folder.is_dir())]


def private_folder(path: Path) -> Path:
    """Make ``path`` and what is missing above it, for the owner alone.

    Mode 0700 sets the owner-only access list on Windows as well (CPython 3.11.10 and later); older ones there rely on
    the user profile's own protection. Raises :class:`InputError` where the folder cannot be made.
    """
    try:
        for folder in [*reversed(path.parents), path]:
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot make the folder {path}", "Name a folder you may write to with --home.", str(error)
        ) from error
    return path


def write_whole(path: Path, data: str | bytes) -> None:
    """Replace ``path`` by ``data`` (text as UTF-8): written beside it, flushed, synced, renamed; owner-only.

    A reader sees the old file or the new one, never half of one. Raises OSError (disk full, no right).
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    private_folder(path.parent)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
