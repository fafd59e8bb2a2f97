"""How long the worksheets of two hundred servers take to print: in twenty pools, and each with sheets of its own."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from lync_wizard.render import pdf
from lync_wizard.worksheets import Cell, Entries, Entry, forms, with_defaults

SERVERS = 200
LIMIT = 5.0


def bench_print() -> dict[str, Any]:
    pooled, single = _seconds(SERVERS // 10, "enterprise", 10), _seconds(SERVERS, "standard-edition", 1)
    return {"servers": SERVERS, "pooled_seconds": round(pooled, 2), "single_seconds": round(single, 2), "limit": LIMIT,
            "ok": max(pooled, single) < LIMIT}  # fmt: skip


def _seconds(pools: int, kind: str, members: int) -> float:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    names = [f"pool{number:03}.contoso.com" for number in range(pools)]
    cells = {
        Cell.parse(f"{name}:{address}"): Entry(value, "found", at, "here")
        for number, name in enumerate(names)
        for address, value in {
            "deployment-facts/pool/kind": kind,
            "deployment-facts/pool/site": "Redmond",
            "deployment-facts/pool/servers": tuple(f"fe{number:03}{n}.contoso.com" for n in range(members)),
            "database/userdata/server": name,
            "database/userdata/destination": r"\\backup01.contoso.com\LyncBackup",
            "file-store/lync/share": rf"\\{name}\LyncShare",
        }.items()
    }
    entries = with_defaults(forms(), Entries(cells, tuple(names)))
    began = time.perf_counter()
    pdf.worksheets(entries, "contoso", made_at=at, zone=UTC)
    return time.perf_counter() - began
