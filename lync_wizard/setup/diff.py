"""What is recorded against what is there now: refreshed, new, changed, gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from lync_wizard.core.wrapping import counted
from lync_wizard.setup.draft import Draft
from lync_wizard.topology import TopologyReading
from lync_wizard.worksheets import Cell, Entry, forms

_READ: Final = Cell(None, "deployment-facts", "deployment", "topology-read")
_NO_CASE: Final = {"fqdn", "host", "domain", "unc", "sql-instance", "netbios"}
_STORES: Final = {"archiving": ("archiving",), "monitoring": ("cdr", "qoe"), "persistent-chat": ("pchat",)}
"""Features whose store goes with them, and the rows of the Database worksheet that name its server."""


@dataclass(frozen=True)
class Difference:
    """One thing to decide. ``changes`` is what taking it over writes; a pool that is ``gone`` is taken out whole."""

    kind: Literal["changed", "new pool", "gone pool", "gone"]
    subject: str
    recorded: str
    now: str
    source: str = ""
    cell: Cell | None = None
    changes: dict[Cell, Entry | None] = field(default_factory=dict)

    @property
    def sensible(self) -> bool:
        """Whether taking it over is the obvious answer: not where a person had written something else."""
        return self.source not in {"operator", "file"} and self.kind != "gone pool"


@dataclass(frozen=True)
class Comparison:
    """``plain`` needs no decision: values that are new in an empty cell, and the same values seen again."""

    plain: dict[Cell, Entry | None]
    new: int
    same: int
    differences: list[Difference]


def compare(draft: Draft, reading: TopologyReading) -> Comparison:
    """Everything that a reading says and the papers do not, or say otherwise."""
    recorded = set(draft.entries.pools)
    seen = {pool.fqdn.lower() for pool in reading.deployment.lync_pools}
    plain: dict[Cell, Entry | None] = {}
    differences: list[Difference] = []
    added: dict[str, dict[Cell, Entry | None]] = {}
    new = same = 0
    for cell, entry in reading.entries.items():
        old = draft.entries.get(cell)
        if cell.pool and recorded and cell.pool not in recorded:
            added.setdefault(cell.pool, {})[cell] = entry
        elif old is None or not old.items or old.source == "default" or cell == _READ:
            plain[cell] = entry
            new += cell != _READ
        elif _alike(cell, old, entry):
            same += 1
            if old.source == "found" or not old.sound:
                plain[cell] = entry
        else:
            title = f"{cell}  {forms().field(cell).label}"
            differences.append(Difference("changed", title, old.text, entry.text, old.source, cell, {cell: entry}))
    for pool, changes in added.items():
        found = reading.deployment.pool(pool)
        kind = found.kind if found else "pool"
        differences.append(
            Difference("new pool", pool, "", f"{kind}, {counted(len(changes), 'value')}", changes=changes)
        )
    differences += [Difference("gone pool", pool, "recorded", "") for pool in recorded if pool not in seen]
    differences += [d for pool in recorded if pool in seen for d in _gone(draft, reading, pool)]
    return Comparison(plain, new, same, differences)


def _alike(cell: Cell, old: Entry, new: Entry) -> bool:
    if forms().field(cell).kind in _NO_CASE:
        return old.text.lower() == new.text.lower()
    return old.value == new.value


def _gone(draft: Draft, reading: TopologyReading, pool: str) -> Iterator[Difference]:
    """Stores that the papers have and a reading says the pool has not; what a reading cannot tell is not gone."""
    for feature, rows in _STORES.items():
        told = reading.entries.get(Cell(pool, "deployment-facts", "features", feature))
        if told is None or told.flag:
            continue
        changes: dict[Cell, Entry | None] = {
            cell: None
            for cell, entry in draft.entries.items()
            if cell.pool == pool
            and entry.source == "found"
            and (
                (cell.sheet == "deployment-facts" and cell.row == feature)
                or (cell.sheet == "database" and cell.row in rows)
            )
        }
        if changes:
            values = ", ".join(draft.entries[cell].text for cell in changes)
            yield Difference("gone", f"{pool}: {feature} store", values, "", "found", changes=changes)
