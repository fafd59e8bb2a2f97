"""Worksheets and plan on paper: the forms operators know, filled with what is recorded, ruled where nothing is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Final

from lync_wizard.render.pdf import text_runs as paper
from lync_wizard.render.pdf.text_runs import Block, Cell, Cells
from lync_wizard.render.pdf.typeset import Paper, set_pages
from lync_wizard.worksheets import Column, Entries, Entry, Field, Row, Worksheet, forms

MARKS: Final = {"found": "F", "operator": "O", "default": "D"}
LEGEND: Final = (
    "F: found on a host or in the topology. O: entered by an operator. D: default of the form. "
    "Unmarked: written in the file."
)
_WIDTHS: Final = {"row": 1.5, "notes": 1.7, "tool": 1.1, "schedule": 0.9, "done": 0.4, "date": 0.7, "share": 1.2}
_MATRIX_WIDTHS: Final = {
    "scenario": 2.4,
    "rto": 0.9,
    "estimate": 0.8,
    "criteria": 1.4,
    "procedure": 1.3,
    "last-test": 0.9,
}
_ABREAST: Final = 3
"""Questions beside each other where they form no table."""

_OF_KINDS: Final = {"mirror": {"enterprise"}, "witness": {"enterprise"}, "edge": {"edge"}}
"""Rows of the deployment facts that only pools of these kinds have."""

_DATA_FREE: Final = {"director", "mediation", "edge"}
"""Kinds of pools that hold no user data: the three worksheets are printed for them only where something is recorded."""


def worksheets(
    entries: Entries, deployment: str, *, made_at: datetime, paper: Paper = "a4", zone: tzinfo | None = None
) -> bytes:
    """Every worksheet but the plan, one set of sheets a pool; a blank set where no pool is recorded."""
    sections = [
        *(part for pool in entries.pools or (None,) for part in _of_pool(entries, pool)),
        *_of_deployment(entries),
        _about(sheet for sheet in forms() if sheet.id != "plan"),
    ]
    return set_pages(f"Worksheets of {deployment}", deployment, sections, made_at=made_at, paper=paper, zone=zone)


def plan_sheet(
    entries: Entries, deployment: str, *, made_at: datetime, paper: Paper = "a4", zone: tzinfo | None = None
) -> bytes:
    """The backup and restoration plan: who decides, how often, how fast, where."""
    sheet = forms().sheet("plan")
    single = [row for row in sheet.rows if row.scope == "deployment" and not _is_matrix(row)]
    matrix = [row for row in sheet.rows if _is_matrix(row)]
    pooled = [row for row in sheet.rows if row.scope == "pool"]
    sections = [
        paper_section(sheet, "", [*_listed(single, entries, None), _signed()]),
        paper_section(sheet, "Scenarios", [_matrix(matrix, entries), _signed()], wide=True),
    ]
    if pooled:
        sections.append(paper_section(sheet, "Pools", [_by_pool(pooled, entries), _signed()]))
    sections.append(_about([sheet]))
    return set_pages(f"Plan of {deployment}", deployment, sections, made_at=made_at, paper=paper, zone=zone)


def paper_section(sheet: Worksheet, subtitle: str, blocks: Sequence[Block], *, wide: bool = False) -> Block:
    return paper.section(sheet.title, subtitle, blocks, wide=wide, foot=LEGEND)


def _signed() -> Block:
    return paper.signatures("Filled by", "Date", "Checked by", "Date", "Signature")


def _of_pool(entries: Entries, pool: str | None) -> Iterator[Block]:
    """The three worksheets of a pool behind each other, then its facts."""
    subtitle = pool or "Pool or Standard Edition server: ____________________"
    kind = entries.text("deployment-facts/pool/kind", pool) if pool else ""
    tables: list[Block] = []
    for sheet in forms():
        if sheet.scope == "pool" and not (kind in _DATA_FREE and not _recorded(sheet, entries, pool)):
            tables += [paper.heading(sheet.title), _table(sheet, entries, pool)]
    if tables:
        yield paper.section("Worksheets", subtitle, [*tables, _signed()], wide=True, foot=LEGEND)
    for sheet in forms():
        rows = [row for row in sheet.rows if row.scope == "pool" and sheet.scope == "deployment"]
        if rows and sheet.id != "plan":
            yield paper_section(sheet, subtitle, [*_listed(rows, entries, pool), _signed()])


def _of_deployment(entries: Entries) -> Iterator[Block]:
    for sheet in forms():
        if sheet.id == "plan" or sheet.scope != "deployment":
            continue
        if sheet.layout == "table":
            yield paper_section(sheet, "", [_table(sheet, entries, None), _signed()], wide=True)
        else:
            rows = [row for row in sheet.rows if row.scope == "deployment"]
            yield paper_section(sheet, "", [*_listed(rows, entries, None), _signed()])


def _recorded(sheet: Worksheet, entries: Entries, pool: str | None) -> bool:
    return any((found := entries.get(field.cell(pool))) and found.source != "default" for field in sheet.fields)


def _about(sheets: Iterable[Worksheet]) -> Block:
    blocks: list[Block] = []
    for sheet in sheets:
        blocks += [paper.heading(sheet.title), *(paper.small(f"• {note}") for note in sheet.notes)]
    return paper.section("About these sheets", "", blocks)


def _table(sheet: Worksheet, entries: Entries, pool: str | None) -> Block:
    groups = _grouped(sheet.columns)
    columns = [(sheet.row_heading, _WIDTHS["row"])]
    columns += [(title, _WIDTHS.get(members[-1].id, 1.0)) for title, members in groups]
    rows: list[Cells] = []
    for row in sheet.rows:
        found: list[Cell | tuple[Cell, ...]] = [paper.cell(row.label, bold=True)]
        for _, members in groups:
            label = len(members) > 1
            found.append(tuple(_in_table(row, member, entries, pool, label=label) for member in members))
        rows.append(found)
    return paper.table(columns, rows)


def _grouped(columns: Sequence[Column]) -> list[tuple[str, list[Column]]]:
    """Columns as printed: neighbours called ``X: A`` and ``X: B`` are one column X with a line each."""

    def shared(column: Column) -> str:
        head, colon, _ = column.title.partition(": ")
        return head if colon else column.title

    return [(title, list(members)) for title, members in groupby(columns, shared)]


def _in_table(row: Row, column: Column, entries: Entries, pool: str | None, *, label: bool) -> Cell:
    field = row.field(column.id)
    if field is None:
        return paper.cell()
    note = row.notes if column.id == "notes" else ""
    title = column.title.partition(": ")[2] if label else None
    blank = 1 if column.kind == "boolean" or note or label else 2
    return _value(field, entries.get(field.cell(pool)), blank=blank, note=note, label=title)


def _value(field: Field, entry: Entry | None, *, blank: int = 1, note: str = "", label: str | None = None) -> Cell:
    """What stands in a cell; what the form itself prints is unmarked, an empty cell is ruled."""
    if entry is None or not entry.items:
        return paper.cell(field.prefilled, blank=0 if field.prefilled else blank, note=note, label=label)
    printed = entry.source == "default" and bool(field.prefilled)
    shown: Sequence[str] = entry.items
    if field.kind == "boolean":
        shown = [{"true": "yes", "false": "no"}.get(item, item) for item in entry.items]
    return paper.cell(
        shown,
        mark="" if printed else MARKS.get(entry.source, ""),
        problem=f"Wrong: {entry.problem}" if entry.problem else "",
        note=note,
        label=label,
    )


def _listed(rows: Iterable[Row], entries: Entries, pool: str | None) -> Iterator[Block]:
    """Rows whose questions differ: three questions a line, with their help where nothing is filled in."""
    left_out = []
    for row in rows:
        filled = any((found := entries.get(field.cell(pool))) and found.items for field in row.fields)
        if not filled and not _applies(row, entries, pool):
            left_out.append(row.label)
            continue
        asked = [_asked(field, entries.get(field.cell(pool))) for field in row.fields]
        asked += [[]] * (-len(asked) % _ABREAST)
        yield paper.heading(row.label)
        if row.notes:
            yield paper.small(row.notes)
        yield paper.grid([1.0] * _ABREAST, [asked[i : i + _ABREAST] for i in range(0, len(asked), _ABREAST)])
    if left_out:
        yield paper.small(f"Not deployed here, therefore not printed: {', '.join(left_out)}.")


def _asked(field: Field, entry: Entry | None) -> Cell:
    """A question above its answer; its help where there is none."""
    empty = entry is None or not entry.items
    return _value(field, entry, label=field.label, note=field.hint if empty else "")


def _applies(row: Row, entries: Entries, pool: str | None) -> bool:
    """Whether a pool can have what this row asks about, as far as its recorded kind and features tell."""
    if pool is None:
        return True
    kinds = _OF_KINDS.get(row.id)
    kind = entries.text("deployment-facts/pool/kind", pool)
    if kinds and kind and kind not in kinds:
        return False
    features = next((other for other in forms().sheet("deployment-facts").rows if other.id == "features"), None)
    feature = features.field(row.id) if features else None
    return feature is None or entries.flag(feature.cell(pool)) is not False


def _is_matrix(row: Row) -> bool:
    """Rows of one set of questions, one for every scenario."""
    return row.scope == "deployment" and len(row.fields) > 1 and row.label.endswith("per scenario")


def _matrix(rows: Sequence[Row], entries: Entries) -> Block:
    """Scenarios down, what is decided for each across."""
    columns = [("Scenario", _MATRIX_WIDTHS["scenario"])]
    columns += [(row.label.removesuffix(" per scenario").rstrip(","), _MATRIX_WIDTHS.get(row.id, 1.0)) for row in rows]
    made: list[Cells] = []
    for scenario in rows[0].fields:
        cells: list[Cell | tuple[Cell, ...]] = [paper.cell(scenario.label, bold=True)]
        for row in rows:
            field = row.field(scenario.column)
            entry = entries.get(field.cell(None)) if field else None
            cells.append(_value(field, entry) if field else paper.cell())
        made.append(cells)
    return paper.table(columns, made)


def _by_pool(rows: Sequence[Row], entries: Entries) -> Block:
    fields = [field for row in rows for field in row.fields]
    columns = [("Pool or server", 1.4), *((field.label, 1.0) for field in fields)]
    made: list[Cells] = [
        [paper.cell(pool or "", bold=True), *(_value(f, entries.get(f.cell(pool))) for f in fields)]
        for pool in entries.pools or (None, None)
    ]
    return paper.table(columns, made)
