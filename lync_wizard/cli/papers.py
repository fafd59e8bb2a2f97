"""``worksheet list|show|check|set``: the filled worksheets of a deployment."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from lync_wizard.cli.compose import Commands, command, group, home_of, json_flag, print_json, print_table
from lync_wizard.document import Problems
from lync_wizard.errors import InputError
from lync_wizard.worksheet import Cell, Entry, fill, forms, missing, read, write, wrong
from lync_wizard.worksheet.entries import cells_of


def add(commands: Commands) -> None:
    sub = group(commands, "worksheet", "the filled worksheets", "lync-wizard worksheet show database")
    json_flag(command(sub, "list", "list the sheets and how full they are", "lync-wizard worksheet list", action=_list))
    show = command(sub, "show", "show one sheet", "lync-wizard worksheet show database", action=_show)
    show.add_argument("sheet", metavar="SHEET")
    json_flag(show)
    check = command(sub, "check", "say what is missing or wrong", "lync-wizard worksheet check", action=_check)
    json_flag(check)
    put = command(sub, "set", "record one value", "lync-wizard worksheet set plan/rto/standard-edition 2h", action=_set)
    put.add_argument("cell", metavar="CELL", help="sheet/row/column, with POOL: before it when there are several")
    put.add_argument("value", metavar="VALUE")


def _recorded(options: argparse.Namespace, problems: Problems) -> Any:
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
    if options.json:
        print_json(rows)
    else:
        print_table(
            [(r["sheet"], r["pool"] or "", f"{r['filled']} of {r['cells']}", r["title"]) for r in rows],
            heading=("sheet", "pool", "filled", "title"),
        )
    return 0


def _show(options: argparse.Namespace) -> int:
    recorded = _recorded(options, Problems())
    sheet = forms().sheet(options.sheet)
    shown = [(c, f, recorded.entries.get(c)) for c, f in cells_of(forms(), recorded.entries) if c.sheet == sheet.id]
    if options.json:
        print_json([{"cell": str(c), "label": f.label, **_entry(e)} for c, f, e in shown])
    else:
        print(sheet.title)
        print_table([(str(c), e.text if e else "–", _source(e)) for c, _, e in shown])
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
    when = f" {entry.at.astimezone():%Y-%m-%d %H:%M}" if entry.at else ""
    return f"{entry.source}{when} {entry.origin}".rstrip() + (f"  WRONG: {entry.problem}" if entry.problem else "")


def _check(options: argparse.Namespace) -> int:
    """Exit 1 unless every sheet is complete and sound."""
    from lync_wizard import deployment, facts

    problems = Problems()
    recorded = _recorded(options, problems)
    known, contradictions = deployment.of(recorded.entries, recorded.deployment)

    def holds_for(fqdn: str) -> Any:
        pool = known.pool_of(fqdn)

        def holds(name: str) -> bool:
            try:
                return pool is not None and facts.holds(name, facts.Situation(known, pool, fqdn))
            except KeyError:
                return False

        return holds

    gaps: list[Cell] = []
    for pool in recorded.entries.pools:
        gaps += [c for c in missing(forms(), recorded.entries, pool, holds_for(pool)) if c not in gaps]
    bad = wrong(recorded.entries)
    if options.json:
        print_json(
            {
                "deployment": recorded.deployment,
                "missing": [str(c) for c in gaps],
                "wrong": [{"cell": str(c), **_entry(recorded.entries[c])} for c in bad],
                "contradictions": [{"key": p.key, "message": p.message, "hint": p.hint} for p in contradictions],
                "problems": [str(p) for p in problems],
            }
        )
    else:
        for cell in gaps:
            print(f"missing  {cell}  {forms().field(cell).label}")
        for cell in bad:
            print(f"wrong    {cell}  {recorded.entries[cell].problem}\n         HINT: {recorded.entries[cell].hint}")
        for problem in contradictions:
            print(f"unclear  {problem.key}  {problem.message}\n         HINT: {problem.hint}")
        if not (gaps or bad or contradictions):
            print("complete")
    if not recorded.deployment:
        raise InputError("no worksheets are filled in yet", "Record values with `lync-wizard worksheet set`.")
    return 1 if gaps or bad or contradictions or len(problems) else 0


def _set(options: argparse.Namespace) -> int:
    problems = Problems()
    recorded = _recorded(options, problems)
    if recorded.broken:
        problems.raise_any("the worksheets")
    cell = recorded.entries.locate(options.cell)
    entry = fill(forms().field(cell), options.value, "operator", at=datetime.now(UTC), origin="")
    if entry.problem:
        raise InputError(f"{cell}: {entry.problem}", entry.hint)
    write(home_of(options), recorded.deployment or options.deployment, {cell: entry})
    print(f"{cell} = {entry.text}")
    return 0
