"""``worksheet list|show|check|set``: the filled worksheets of a deployment."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lync_wizard import deployment
from lync_wizard.cli.arguments import Commands, command, group, json_flag
from lync_wizard.cli.context import home_of
from lync_wizard.cli.output import present, say, table
from lync_wizard.core import terminal, timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Problem, Problems
from lync_wizard.setup import completeness
from lync_wizard.setup.completeness import SheetState
from lync_wizard.worksheets import Cell, Entries, Entry, Recorded, deployments, fill, forms, read, write
from lync_wizard.worksheets.entries import cells_of


def add(commands: Commands) -> None:
    sub = group(commands, "worksheet", "the filled worksheets", "lync-wizard worksheet show database")
    json_flag(command(sub, "list", "list the sheets and how full they are", "lync-wizard worksheet list", action=_list))
    show = command(sub, "show", "show one sheet", "lync-wizard worksheet show database", action=_show)
    show.add_argument("sheet", metavar="SHEET")
    json_flag(show)
    check = command(sub, "check", "say per sheet whether it is complete, or what is missing, wrong or stale",
                    "lync-wizard worksheet check", action=_check)  # fmt: skip
    check.add_argument("--days", type=_days, metavar="N", help="older values are stale (default: as the plan says)")
    json_flag(check)
    put = command(sub, "set", "record one value", "lync-wizard worksheet set plan/rto/standard-edition 2h", action=_set)
    put.add_argument("cell", metavar="CELL", help="sheet/row/column, with POOL: before it when there are several")
    put.add_argument("value", metavar="VALUE")


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days")
    return int(text)


def _recorded(options: argparse.Namespace, problems: Problems) -> Recorded:
    return read(home_of(options), options.deployment, problems)


def _rows(options: argparse.Namespace) -> list[dict[str, Any]]:
    recorded = _recorded(options, Problems())
    found = []
    for sheet in forms():
        for pool in recorded.entries.pools if sheet.scope == "pool" else (None,):
            cells = [(c, f) for c, f in cells_of(forms(), recorded.entries, pool) if c.sheet == sheet.id]
            filled = [c for c, _ in cells if c in recorded.entries]
            found.append({"sheet": sheet.id, "title": sheet.title, "pool": pool, "filled": len(filled),
                          "cells": len(cells)})  # fmt: skip
    return found


def _list(options: argparse.Namespace) -> int:
    rows = _rows(options)
    shown = [(r["sheet"], r["pool"] or "", f"{r['filled']} of {r['cells']}", r["title"]) for r in rows]
    present(options, rows, table(shown, heading=("sheet", "pool", "filled", "title")))
    return 0


def _show(options: argparse.Namespace) -> int:
    recorded = _recorded(options, Problems())
    sheet = forms().sheet(options.sheet)
    shown = [(c, f, recorded.entries.get(c)) for c, f in cells_of(forms(), recorded.entries) if c.sheet == sheet.id]
    present(
        options,
        [{"cell": str(c), "label": f.label, **_entry(e)} for c, f, e in shown],
        [sheet.title, *table([(str(c), e.text if e else "–", _source(e)) for c, _, e in shown])],
    )
    return 0


def _entry(entry: Entry | None) -> dict[str, Any]:
    if entry is None:
        return {"value": None, "source": None, "at": None, "problem": None}
    value = entry.value if isinstance(entry.value, str) else list(entry.value)
    at = entry.at.isoformat().replace("+00:00", "Z") if entry.at else None
    return {"value": value, "source": entry.source, "at": at, "origin": entry.origin, "problem": entry.problem or None}


def _source(entry: Entry | None) -> str:
    if entry is None:
        return ""
    when = f" {timestamps.local_text(entry.at, '%Y-%m-%d %H:%M')}" if entry.at else ""
    return f"{entry.source}{when} {entry.origin}".rstrip() + (f"  WRONG: {entry.problem}" if entry.problem else "")


def _check(options: argparse.Namespace) -> int:
    """Exit 1 unless every sheet is complete and sound."""
    problems = Problems()
    recorded = _recorded(options, problems)
    if not recorded.deployment:
        raise InputError("no worksheets are filled in yet", "Fill them in with `lync-wizard setup`.")
    known, contradictions = deployment.of(recorded.entries, recorded.deployment)
    days = completeness.most_days(recorded.entries, options.days)
    sheets = completeness.assess(recorded.entries, known, at=timestamps.now(), days=days)
    sound = not (contradictions or len(problems)) and all(sheet.states == ("complete",) for sheet in sheets)
    data = {
        "deployment": recorded.deployment,
        "days": days,
        "sound": sound,
        "sheets": [_judged(sheet) for sheet in sheets],
        "missing": [str(cell) for sheet in sheets for cell in sheet.missing],
        "wrong": [{"cell": str(c), **_entry(e)} for sheet in sheets for c, e in sheet.wrong.items()],
        "stale": [{"cell": str(c), "why": why} for sheet in sheets for c, why in sheet.stale.items()],
        "contradictions": [{"key": p.key, "message": p.message, "hint": p.hint} for p in contradictions],
        "problems": [str(p) for p in problems],
    }
    present(options, data, [*_lines(sheets, contradictions, problems), *(["complete"] if sound else [])])
    return 0 if sound else 1


def _lines(sheets: Sequence[SheetState], contradictions: Sequence[Problem], problems: Problems) -> Iterator[str]:
    yield from table(
        [(s.sheet, s.pool or "", ", ".join(s.states), f"{s.filled} of {s.cells}") for s in sheets],
        heading=("sheet", "pool", "state", "filled"),
    )
    for sheet in sheets:
        yield from (f"missing  {cell}  {forms().field(cell).label}" for cell in sheet.missing)
        for cell, entry in sheet.wrong.items():
            yield from (f"wrong    {cell}  {entry.problem}", f"         HINT: {entry.hint}")
        for why, cells in _by_reason(sheet.stale).items():
            more = f" and {len(cells) - 1} more" if len(cells) > 1 else ""
            yield f"stale    {cells[0]}{more}  {why}"
    for found in contradictions:
        yield from (f"unclear  {found.key}  {found.message}", f"         HINT: {found.hint}")
    for problem in problems:
        if problem.where is None or not any(sheet.wrong for sheet in sheets):
            yield from terminal.lines(f"broken   {problem}")
    if any(sheet.stale for sheet in sheets):
        yield "HINT: Read the topology again with `lync-wizard setup --from-host FQDN`, and confirm the other values."


def _judged(sheet: SheetState) -> dict[str, Any]:
    return {
        "sheet": sheet.sheet,
        "title": sheet.title,
        "pool": sheet.pool,
        "state": sheet.states[0],
        "states": list(sheet.states),
        "filled": sheet.filled,
        "cells": sheet.cells,
        "missing": [str(cell) for cell in sheet.missing],
        "wrong": [str(cell) for cell in sheet.wrong],
        "stale": [str(cell) for cell in sheet.stale],
    }


def _by_reason(stale: Mapping[Cell, str]) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for cell, why in stale.items():
        found.setdefault(why, []).append(cell)
    return found


def _set(options: argparse.Namespace) -> int:
    problems = Problems()
    first = bool(options.deployment) and not deployments(home_of(options))
    recorded = Recorded(options.deployment, Entries()) if first else _recorded(options, problems)
    if recorded.broken:
        problems.raise_any("the worksheets")
    cell = recorded.entries.locate(options.cell)
    entry = fill(forms().field(cell), options.value, "operator", at=timestamps.now(), origin="")
    entry = completeness.placed(cell, entry, deployment.of(recorded.entries, recorded.deployment)[0])
    if entry.problem:
        raise InputError(f"{cell}: {entry.problem}", entry.hint)
    write(home_of(options), recorded.deployment or options.deployment, {cell: entry})
    say(f"{cell} = {entry.text}")
    return 0
