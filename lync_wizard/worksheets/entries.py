"""Values with their source for the cells of a deployment, and what is missing or wrong among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lync_wizard.core.errors import InputError
from lync_wizard.worksheets.cells import Cell, Entry
from lync_wizard.worksheets.forms import Field, Forms, forms
from lync_wizard.worksheets.values import fill


class Entries(Mapping[Cell, Entry]):
    """What is recorded, by cell; immutable. Iterates in the order of recording.

    ``pools`` may name pools that have no entry yet (a folder without sheets).
    """

    def __init__(self, recorded: Mapping[Cell, Entry] | None = None, pools: tuple[str, ...] = ()) -> None:
        self._recorded = dict(recorded or {})
        named = [*pools, *(cell.pool for cell in self._recorded if cell.pool)]
        self._pools = tuple(dict.fromkeys(pool.lower() for pool in named))

    def __getitem__(self, cell: Cell) -> Entry:
        return self._recorded[cell]

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._recorded)

    def __len__(self) -> int:
        return len(self._recorded)

    def set(self, cell: Cell, entry: Entry | None) -> Entries:
        """These entries with one changed; None takes it out."""
        return self.merge({cell: entry})

    def merge(self, changes: Mapping[Cell, Entry | None]) -> Entries:
        """These entries with several changed."""
        recorded = dict(self._recorded)
        for cell, entry in changes.items():
            if entry is None:
                recorded.pop(cell, None)
            else:
                recorded[cell] = entry
        return Entries(recorded, self._pools)

    def find(self, address: str | Cell, pool: str | None = None) -> Entry | None:
        """The entry at ``sheet/row/column`` for ``pool``: its own, else the deployment's.

        Without a pool the only pool is meant. A cell that stands once for the deployment (CMS exports) is found in
        whichever pool's sheet holds it. A default yields to what anybody recorded. Raises :class:`InputError` for an
        address that no form has.
        """
        cell = Cell.parse(address) if isinstance(address, str) else address
        pool = cell.pool or (pool.lower() if pool else None)
        field = forms().field(cell.at(None))
        if field.scope == "deployment":
            return self.get(cell.at(None))
        if pool is None and len(self._pools) == 1:
            pool = self._pools[0]
        own = self.get(cell.at(pool)) if pool else None
        if field.once and (own is None or own.source == "default"):
            others = [self[cell.at(p)] for p in self._pools if cell.at(p) in self]
            return next((e for e in others if e.source != "default"), own or (others[0] if others else None))
        return own

    def text(self, address: str | Cell, pool: str | None = None) -> str:
        """The value found there in one line, empty where there is none or it does not validate."""
        found = self.find(address, pool)
        return found.text if found and found.sound else ""

    def texts(self, address: str | Cell, pool: str | None = None) -> tuple[str, ...]:
        """The values found there as a list, empty where there are none or one does not validate."""
        found = self.find(address, pool)
        return found.items if found and found.sound else ()

    def flag(self, address: str | Cell, pool: str | None = None) -> bool | None:
        """The yes or no found there; None where nobody said."""
        found = self.text(address, pool)
        return None if not found else found == "true"

    def locate(self, address: str) -> Cell:
        """The full cell an operator means: the only pool is added where none is named. Raises :class:`InputError`."""
        cell = Cell.parse(address)
        field = forms().field(cell)
        if field.scope == "deployment" or cell.pool:
            return cell
        if len(self._pools) == 1:
            return cell.at(self._pools[0])
        if not self._pools:
            raise InputError(f"no pool is recorded yet for {cell}", f"Write the pool before it: POOL:{cell}.")
        raise InputError(
            f"{cell} is on the sheets of {len(self._pools)} pools",
            f"Write the pool before it, for example {self._pools[0]}:{cell}.",
        )

    @property
    def pools(self) -> tuple[str, ...]:
        """FQDNs (lower case) of the recorded pools, in order."""
        return self._pools


def cells_of(forms: Forms, entries: Entries, pool: str | None = None) -> Iterator[tuple[Cell, Field]]:
    """Every cell there is, in the order of the forms: the deployment's, and those of ``pool`` (else of all pools).

    An Edge, Director, Mediation or Persistent Chat pool has facts but no user data: its sheets are asked for only
    what their facts require.
    """
    pools = (pool.lower(),) if pool else entries.pools
    for sheet in forms:
        for field in sheet.fields:
            if field.scope == "deployment":
                yield field.cell(None), field
            else:
                for name in pools:
                    yield field.cell(name), field


def with_defaults(forms: Forms, entries: Entries) -> Entries:
    """The entries plus, for every pool and question that has none, the form's default (source ``default``)."""
    added: dict[Cell, Entry | None] = {}
    for cell, field in cells_of(forms, entries):
        default = field.default or field.prefilled
        if default and cell not in entries:
            added[cell] = fill(field, default.replace("<PoolFqdn>", cell.pool or ""), "default", origin="blank form")
    return entries.merge(added)


def needed(field: Field, facts: Callable[[str], bool]) -> bool:
    """Whether a field must be filled, as ``facts`` stand."""
    if field.required or not field.required_when:
        return field.required
    return all(not facts(n.removeprefix("not-")) if n.startswith("not-") else facts(n) for n in field.required_when)


def missing(forms: Forms, entries: Entries, pool: str | None, facts: Callable[[str], bool]) -> list[Cell]:
    """Cells that must be filled and are not, of ``pool`` and the deployment, in the order of the forms.

    Without a pool, those of the deployment alone. A cell with a wrong value is wrong, not missing.
    """
    found = []
    for cell, field in cells_of(forms, entries, pool):
        if (cell.pool is None or pool) and needed(field, facts):
            entry = entries.get(cell)
            if entry is None or not entry.items:
                found.append(cell)
    return found


def wrong(entries: Entries) -> list[Cell]:
    """Cells whose value does not validate, in order."""
    return [cell for cell, entry in entries.items() if not entry.sound]
