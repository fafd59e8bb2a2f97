"""What the locks say, read as pip reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
LOCKS: Final = ROOT / "locks"
_PINNED: Final = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+?)(?: ; (?P<marker>.+?))? \\")
_HASH: Final = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?P<more> \\)?")


@dataclass(frozen=True)
class Pinned:
    """One package of a lock."""

    name: str
    version: str
    marker: str
    hashes: int


def pinned(name: str) -> list[Pinned]:
    """The packages of ``locks/NAME.txt``. Raises ValueError for a line that is neither a package nor its hash."""
    found: list[Pinned] = []
    for line in (LOCKS / f"{name}.txt").read_text("utf-8").splitlines():
        if package := _PINNED.fullmatch(line):
            found.append(Pinned(package["name"], package["version"], package["marker"] or "", 0))
        elif _HASH.fullmatch(line) and found:
            last = found.pop()
            found.append(Pinned(last.name, last.version, last.marker, last.hashes + 1))
        else:
            raise ValueError(f"locks/{name}.txt holds a line that is none: {line[:80]}")
    return found
