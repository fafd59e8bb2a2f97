"""How far worksheets can be relied on: per sheet what is missing, wrong, or older than what it describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PureWindowsPath
from typing import Final, Literal

from lync_wizard import worksheets
from lync_wizard.core.wrapping import counted
from lync_wizard.deployment import Deployment, Pool, same
from lync_wizard.procedures import conditions
from lync_wizard.worksheets import Cell, Entries, Entry, Field, duration, forms
from lync_wizard.worksheets.entries import cells_of

State = Literal["complete", "missing", "wrong", "stale"]

DAYS: Final = 180
"""Age at which a value is stale where neither the plan nor the command line says."""
LOCATION: Final = Cell(None, "plan", "backup", "location")
_READ: Final = "deployment-facts/deployment/topology-read"
_INTERVAL: Final = "plan/backup/validation-interval"
_PLACES: Final = {"destination", "location"}


def holding(known: Deployment, fqdn: str | None) -> Callable[[str], bool]:
    """Which facts hold of a pool; without one, whether they hold of any."""
    named = [known.pool(fqdn)] if fqdn else list(known.lync_pools)
    situations = [conditions.Situation(known, pool, pool.fqdn) for pool in named if pool is not None]

    def holds(name: str) -> bool:
        try:
            return any(conditions.holds(name, situation) for situation in situations)
        except KeyError:
            return False

    return holds


def missing(entries: Entries, known: Deployment) -> list[Cell]:
    """Cells that must be filled and are not, of the deployment and all its pools, in the order of the forms."""
    found: dict[Cell, None] = {}
    for pool in entries.pools or (None,):
        found.update(dict.fromkeys(worksheets.missing(forms(), entries, pool, holding(known, pool))))
    return list(found)


def misplaced(cell: Cell, text: str, known: Deployment) -> tuple[str, str] | None:
    """Why a folder for backups would be lost together with what it is to save, and what to do; None where it is well.

    A destination is refused on a member or on the Back End Server of any pool; the backup location is refused on a
    drive as well, since nobody else reaches it.
    """
    if forms().field(cell.at(None)).kind != "folder" or cell.column not in _PLACES:
        return None
    drive = PureWindowsPath(text).drive
    if not drive.startswith("\\\\"):
        if cell != LOCATION:
            return None
        return f"{text} is on a drive of one machine", "Name a share as \\\\server\\share that every server reaches."
    server = drive[2:].partition("\\")[0]
    for pool in known.lync_pools:
        if any(_is(server, fqdn) for fqdn in _machines(pool)):
            return (
                f"{server} belongs to {pool.fqdn} itself: the backups would be lost together with it",
                "Name a share on a separate machine outside every pool, preferably at another place.",
            )
    return None


def _machines(pool: Pool) -> tuple[str, ...]:
    stores = [store.server for store in (pool.sql, pool.mirror) if store]
    return (pool.fqdn, *pool.server_fqdns, *stores)


def _is(server: str, fqdn: str) -> bool:
    """Whether a share's server is that host, named in full or by its first label."""
    return same(server, fqdn) or ("." not in server and server.lower() == fqdn.partition(".")[0].lower())


def placed(cell: Cell, entry: Entry, known: Deployment) -> Entry:
    """The entry, with the reason why its folder is no place for backups where it is none."""
    why = misplaced(cell, entry.text, known) if entry.sound and entry.items else None
    return Entry(entry.value, entry.source, entry.at, entry.origin, *why) if why else entry


@dataclass(frozen=True)
class SheetState:
    """One sheet judged, of ``cells`` questions ``filled``; ``stale`` says of each old value why."""

    sheet: str
    title: str
    pool: str | None
    cells: int
    filled: int
    missing: tuple[Cell, ...]
    wrong: Mapping[Cell, Entry]
    stale: Mapping[Cell, str]

    @property
    def states(self) -> tuple[State, ...]:
        """What can be said of the sheet, the worst first."""
        said: list[State] = []
        said += ["wrong"] if self.wrong else []
        said += ["missing"] if self.missing else []
        said += ["stale"] if self.stale else []
        return tuple(said) or ("complete",)


def most_days(entries: Entries, given: int | None = None) -> int:
    """After how many days a value is stale: as asked, else as the plan's own interval for validating says."""
    if given is not None:
        return given
    found = entries.find(_INTERVAL)
    if found is None or not found.sound or found.source == "default":
        return DAYS
    return max(1, duration(found.text).days)


def assess(entries: Entries, known: Deployment, *, at: datetime, days: int) -> list[SheetState]:
    """Every sheet of the deployment and of each of its pools, as things stand at ``at`` (UTC)."""
    gaps = missing(entries, known)
    oldest = at - timedelta(days=days)
    read = _day(entries)
    by_sheet: dict[tuple[str, str | None], list[tuple[Cell, Field]]] = {}
    for cell, field in cells_of(forms(), entries):
        by_sheet.setdefault((cell.sheet, _folder(cell)), []).append((cell, field))
    found = []
    for (sheet, pool), cells in by_sheet.items():
        there = {cell: entries[cell] for cell, _ in cells if cell in entries and entries[cell].items}
        bad = {cell: placed(cell, entry, known) for cell, entry in there.items()}
        found.append(
            SheetState(
                sheet,
                forms().sheet(sheet).title,
                pool,
                len(cells),
                len(there),
                tuple(cell for cell in gaps if cell.sheet == sheet and _folder(cell) == pool),
                {cell: entry for cell, entry in bad.items() if not entry.sound},
                {cell: why for cell, entry in there.items() if (why := _stale(entry, oldest, days, read))},
            )
        )
    return found


def _folder(cell: Cell) -> str | None:
    """Whose sheet a cell stands on: a pool's facts stand on the deployment's."""
    return cell.pool if forms().sheet(cell.sheet).scope == "pool" else None


def _day(entries: Entries) -> date | None:
    text = entries.text(_READ)
    return date.fromisoformat(text) if text else None


def _stale(entry: Entry, oldest: datetime, days: int, read: date | None) -> str:
    """Why a value is too old; only what was found can be older than the topology it was found in."""
    if entry.at is None:
        return ""
    if entry.at < oldest:
        return f"older than {counted(days, 'day')}"
    if entry.source == "found" and read and entry.at < datetime.combine(read, time(), UTC):
        return f"older than the topology read on {read}"
    return ""
