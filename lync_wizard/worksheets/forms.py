"""The blank forms: sheets, rows and the fields in them, as the shipped YAML prints them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, get_args

from lync_wizard.core.catalogue import data_folder
from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Fields, Problems, did_you_mean, load
from lync_wizard.worksheets.cells import Cell

Scope = Literal["pool", "deployment"]
Kind = Literal[
    "text", "fqdn", "host", "domain", "netbios", "unc", "windows-path", "folder", "path", "file-name", "schedule",
    "date", "duration", "expiration", "number", "boolean", "choice", "address", "sip-uri", "sql-instance", "account",
    "procedure",
]  # fmt: skip

SHEETS: Final = ("database", "file-store", "settings", "deployment-facts", "additional", "plan")
KINDS: Final[tuple[str, ...]] = get_args(Kind)
_ID: Final = "[a-z][a-z0-9-]*"


@dataclass(frozen=True)
class Column:
    """One column as printed: its heading and what its cells hold unless a row says otherwise."""

    id: str
    title: str
    kind: Kind = "text"
    hint: str = ""


@dataclass(frozen=True)
class Field:
    """One question of a form.

    ``required`` holds always; ``required_when`` names facts that must all hold for it (``not-NAME`` negates).
    ``default`` (else ``prefilled``) is the value where nothing is recorded; ``<PoolFqdn>`` in it is the pool.
    ``placeholders`` are names without angle brackets. ``once``: stands in a pool's sheet, yet holds for the deployment.
    ``lines``: items are parted at line ends only, as they may hold commas.
    """

    sheet: str
    row: str
    column: str
    label: str
    kind: Kind
    hint: str = ""
    prefilled: str = ""
    default: str = ""
    placeholders: tuple[str, ...] = ()
    required: bool = False
    required_when: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    many: bool = False
    lines: bool = False
    scope: Scope = "pool"
    discovery: str = ""
    once: bool = False

    def cell(self, pool: str | None) -> Cell:
        """The address of this question for ``pool``; a deployment's field ignores it."""
        return Cell(pool if self.scope == "pool" else None, self.sheet, self.row, self.column)


@dataclass(frozen=True)
class Row:
    """One row: its printed label and its fields by column id."""

    id: str
    label: str
    scope: Scope
    fields: tuple[Field, ...]
    notes: str = ""
    once: bool = False

    def field(self, column: str) -> Field | None:
        return next((f for f in self.fields if f.column == column), None)


@dataclass(frozen=True)
class Worksheet:
    """A blank form. ``layout`` is ``table`` (every row has every column) or ``list`` (each row has its own)."""

    id: str
    title: str
    scope: Scope
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    layout: Literal["table", "list"] = "table"
    row_heading: str = ""

    def row(self, name: str) -> Row | None:
        return next((r for r in self.rows if r.id == name), None)

    @property
    def fields(self) -> Iterator[Field]:
        return (field for row in self.rows for field in row.fields)


class Forms:
    """All blank forms, in the order in which they are filled."""

    def __init__(self, sheets: tuple[Worksheet, ...]) -> None:
        self.sheets = sheets
        self._fields = {(f.sheet, f.row, f.column): f for sheet in sheets for f in sheet.fields}
        self._placeholders = {name: f for f in self._fields.values() for name in f.placeholders}

    def __iter__(self) -> Iterator[Worksheet]:
        return iter(self.sheets)

    def sheet(self, name: str) -> Worksheet:
        """The form of that name. Raises :class:`InputError` with the nearest spelling."""
        for sheet in self.sheets:
            if sheet.id == name:
                return sheet
        raise InputError(f"there is no worksheet {name!r}", did_you_mean(name, [s.id for s in self.sheets]))

    def field(self, cell: Cell) -> Field:
        """The question at an address. Raises :class:`InputError` with the nearest spelling.

        A cell of a pool may be asked for without its pool; one of the deployment may not be given a pool.
        """
        found = self._fields.get((cell.sheet, cell.row, cell.column))
        if found is None:
            sheet = self.sheet(cell.sheet)
            row = sheet.row(cell.row)
            if row is None:
                raise InputError(
                    f"worksheet {sheet.id} has no row {cell.row!r}", did_you_mean(cell.row, [r.id for r in sheet.rows])
                )
            raise InputError(
                f"row {sheet.id}/{row.id} has no column {cell.column!r}",
                did_you_mean(cell.column, [f.column for f in row.fields]),
            )
        if cell.pool is not None and found.scope == "deployment":
            raise InputError(
                f"{found.cell(None)} holds for the whole deployment, not for {cell.pool}", "Leave out the pool."
            )
        return found

    def by_placeholder(self, name: str) -> Field | None:
        """The question that ``<name>`` stands for, or None; case counts, as in procedures."""
        return self._placeholders.get(name)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Every placeholder that stands for a cell, in the order of the forms."""
        return tuple(self._placeholders)


@functools.cache
def forms() -> Forms:
    """The shipped forms, loaded once. Raises :class:`InputError` where one is broken."""
    problems = Problems()
    found = [sheet for name in SHEETS if (sheet := load_form(data_folder() / f"{name}.yaml", problems))]
    problems.raise_any("the shipped worksheets")
    return Forms(tuple(found))


def load_form(path: Path, problems: Problems, *, shown: str | None = None) -> Worksheet | None:
    """One blank form; None where the file cannot be read. What is wrong in it goes to ``problems``."""
    node = load(path, problems, shown=shown)
    if node is None:
        return None
    form = Fields(node, problems, "the form")
    sheet = form.text("sheet", required=True, choices=SHEETS)
    scope = _scope(form, "deployment")
    layout: Literal["table", "list"] = "list" if form.text("layout", choices=("table", "list")) == "list" else "table"
    columns = [_Column(fields) for fields in form.mappings("columns")]
    sets = form.mapping("sets")
    rows: list[Row] = []
    if sets:
        named = {key: [_Column(fields) for fields in sets.mappings(key)] for key in sets.keys}
        sets.done()
    else:
        named = {}
    for fields in form.mappings("rows", required=True):
        row = _row(fields, sheet, scope, columns, named)
        if any(row.id == other.id for other in rows):
            problems.add(fields.where("id"), row.id, "is the id of two rows", "Give each row an id of its own.")
        rows.append(row)
    found = Worksheet(
        sheet,
        form.text("title", required=True),
        scope,
        tuple(column.column for column in columns),
        tuple(rows),
        form.texts("notes"),
        layout,
        form.text("row-heading"),
    )
    form.done()
    return found


class _Column:
    """A column as a form defines it, with what its cells inherit."""

    def __init__(self, fields: Fields) -> None:
        self.column = Column(
            fields.text("id", required=True, pattern=_ID),
            fields.text("title", required=True),
            _kind(fields) or "text",
            fields.text("hint"),
        )
        self.required = fields.flag("required")
        self.procedure = fields.text("procedure")
        fields.done()


def _scope(fields: Fields, default: Scope) -> Scope:
    return "pool" if fields.text("scope", default, choices=("pool", "deployment")) == "pool" else "deployment"


def _kind(fields: Fields) -> Kind | None:
    named = fields.text("kind", choices=KINDS)
    return next((kind for kind in get_args(Kind) if kind == named), None)


def _required(fields: Fields, key: str) -> bool | tuple[str, ...] | None:
    """``true``, ``false`` or names of facts; None where nothing is said."""
    node = fields.get(key)
    if node is None:
        return None
    return node.value if isinstance(node.value, bool) else fields.texts(key)


def _row(fields: Fields, sheet: str, scope: Scope, columns: list[_Column], sets: Mapping[str, list[_Column]]) -> Row:
    row = fields.text("id", required=True, pattern=_ID)
    scope = _scope(fields, scope)
    once = fields.flag("once")
    kind = _kind(fields)
    required = _required(fields, "required")
    used = sets.get(fields.text("set", choices=tuple(sets)), columns)
    cells = fields.mapping("cells")
    required_of = fields.mapping("required-of")
    found: list[Field] = []
    own = cells.keys if cells else []
    for column in used:
        cell = cells.mapping(column.column.id) if cells and column.column.id in cells else None
        asked: bool | tuple[str, ...] = column.required
        if column.required and required is not None:
            asked = required
        if required_of and (of := _required(required_of, column.column.id)) is not None:
            asked = of
        inherited = Field(
            sheet,
            row,
            column.column.id,
            column.column.title,
            kind or column.column.kind,
            column.column.hint,
            default=column.procedure if kind == "procedure" else "",
            required=asked is True,
            required_when=asked if isinstance(asked, tuple) else (),
            scope=scope,
            once=once,
        )
        found.append(_cell(cell, inherited) if cell else inherited)
    for name in own:
        if not used and cells:
            cell = cells.mapping(name)
            if cell:
                found.append(_cell(cell, Field(sheet, row, name, "", "text", scope=scope, once=once)))
    if cells:
        cells.done()
    if required_of:
        required_of.done()
    made = Row(row, fields.text("label", required=True), scope, tuple(found), fields.text("notes"), once)
    fields.done()
    return made


def _cell(fields: Fields, inherited: Field) -> Field:
    """What a row says about one cell, on top of what the column gives it."""
    required = _required(fields, "required")
    if required is None:
        required = inherited.required or inherited.required_when
    kind = _kind(fields) or inherited.kind
    found = replace(
        inherited,
        label=fields.text("title", inherited.label, required=not inherited.label),
        kind=kind,
        hint=fields.text("hint", inherited.hint),
        prefilled=fields.text("prefilled"),
        default=fields.text("default", inherited.default),
        placeholders=fields.texts("placeholder"),
        required=required is True,
        required_when=required if isinstance(required, tuple) else (),
        choices=fields.texts("choices", required=kind == "choice"),
        many=fields.flag("many"),
        lines=fields.flag("lines"),
        discovery=fields.text("discovery"),
    )
    fields.done()
    return found
