"""The worksheets while they are being filled: every answer is on disk before the next question is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from lync_wizard import deployment as deployments
from lync_wizard import worksheets
from lync_wizard.core import reading
from lync_wizard.core.errors import InputError
from lync_wizard.core.storage import Home, write_whole
from lync_wizard.core.yaml_document import Problem, Problems, load, update
from lync_wizard.deployment import Deployment
from lync_wizard.setup import completeness
from lync_wizard.worksheets import Cell, Entries, Entry, Source, Value, fill, forms, with_defaults
from lync_wizard.worksheets.files import POOLS


class Draft:
    """One deployment's entries, each change written at once; ``known`` is what they describe."""

    def __init__(self, home: Home, name: str, entries: Entries, now: Callable[[], datetime]) -> None:
        self.home = home
        self.name = name
        self.now = now
        self.entries = entries
        self.known: Deployment
        self.contradictions: list[Problem]
        self._refresh()

    @classmethod
    def open(cls, home: Home, name: str | None, now: Callable[[], datetime]) -> Draft:
        """The papers recorded under ``name``, or of the only deployment, or new ones without a name.

        Raises :class:`InputError` for broken files, and where several deployments are recorded and none is named.
        """
        known = worksheets.deployments(home)
        if name and name.lower() not in (one.lower() for one in known):
            return cls(home, name, Entries(), now)
        problems = Problems()
        recorded = worksheets.read(home, name, problems)
        if recorded.broken:
            problems.raise_any("the worksheets")
        return cls(home, recorded.deployment, recorded.entries, now)

    def _refresh(self) -> None:
        self.known, self.contradictions = deployments.of(self.entries, self.name)

    def entry(self, cell: Cell, value: Value, source: Source = "operator", origin: str = "") -> Entry:
        """A value as it would stand in a cell, checked, its place among the servers as well; nothing is written."""
        made = fill(forms().field(cell), value, source, at=self.now(), origin=origin)
        return completeness.placed(cell, made, self.known)

    def record(self, changes: Mapping[Cell, Entry | None]) -> None:
        """Write these values. Raises :class:`InputError`; then nothing has changed."""
        worksheets.write(self.home, self.name, changes)
        self.entries = with_defaults(forms(), self.entries.merge(changes))
        self._refresh()

    def drop(self, pool: str) -> Path | None:
        """Take a pool out: its facts go, its folder gets a name that is no pool's; that new place, if any."""
        folder = self.home.worksheets / self.name
        there = [f for f in folder.iterdir() if f.is_dir() and f.name.lower() == pool.lower()]
        kept = folder / f".removed-{pool.lower()}-{self.now():%Y%m%dT%H%M%SZ}"
        try:
            for sheet in sorted(folder.glob("*.y*ml")):
                _without(sheet, pool)
            for old in there:
                old.rename(kept)
        except OSError as error:
            raise InputError(
                f"cannot move the worksheets of {pool} aside: {error.strerror or error}",
                "Close what has them open, then try again.",
            ) from error
        left = {cell: entry for cell, entry in self.entries.items() if cell.pool != pool.lower()}
        self.entries = Entries(left, tuple(name for name in self.entries.pools if name != pool.lower()))
        self._refresh()
        return kept if there else None

    def missing(self) -> list[Cell]:
        """Cells that must be filled and are not."""
        return completeness.missing(self.entries, self.known)

    def wrong(self) -> dict[Cell, Entry]:
        """Cells whose value does not validate or is no place for backups, with the reason."""
        judged = ((cell, completeness.placed(cell, entry, self.known)) for cell, entry in self.entries.items())
        return {cell: entry for cell, entry in judged if not entry.sound}


def _without(path: Path, pool: str) -> None:
    """Take what a deployment's sheet says of a pool out of its file, however the pool is spelled there."""
    text = reading.data(path).decode("utf-8-sig")
    node = load(path, Problems())
    below = node.value.get(POOLS) if node and isinstance(node.value, dict) else None
    named = [key for key in below.value if key.lower() == pool.lower()] if below and below.value else []
    if named:
        write_whole(path, update(text, {(POOLS, key): None for key in named}))
