"""How long reading a topology takes against lxml's bare parse, and how the time grows with the number of servers."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from lync_wizard import topology
from lync_wizard.core.yaml_document import Problems
from tests.topology.generate import published

SIZES = (10, 100, 1000, 5000)
MOST_TIMES_BARE = 8.0
MOST_GROWTH = 1.5
"""How much dearer a server may be in a topology of 5,000 than in one of 100; 1 is exactly linear."""


def bench_topology() -> dict[str, Any]:
    """Seconds by number of servers, and two ratios with whether they are kept.

    ``times_bare``: reading 1,000 servers over lxml's bare parse of the same bytes. ``growth``: the time of 5,000
    servers over that of 100, divided by what exactly linear growth would give. Times are the best of several, the two
    sides of a ratio measured in turns, so that a busy machine does not spoil them.
    """
    documents = {size: published(size).encode() for size in SIZES}
    read = {size: lambda data=data: _read(data) for size, data in documents.items()}
    times = _best({**read, "bare": lambda: etree.fromstring(documents[1000])})
    times_bare = times[1000] / times["bare"]
    growth = max(times[5000] / times[100] / 50, times[5000] / times[1000] / 5)
    return {
        "seconds": {str(size): round(times[size], 5) for size in SIZES},
        "bare_seconds_1000": round(times["bare"], 5),
        "megabytes": {str(size): round(len(data) / 1e6, 3) for size, data in documents.items()},
        "times_bare": round(times_bare, 2),
        "growth": round(growth, 2),
        "ok": times_bare <= MOST_TIMES_BARE and growth <= MOST_GROWTH,
    }


def _read(data: bytes) -> None:
    problems = Problems()
    found = topology.read_bytes(data, "big.xml", problems, at=datetime(2026, 1, 31, tzinfo=UTC))
    if found is None:
        raise AssertionError([str(problem) for problem in problems])


def _best(what: dict[Any, Callable[[], object]], rounds: int = 5) -> dict[Any, float]:
    found = dict.fromkeys(what, float("inf"))
    for _ in range(rounds):
        for name, work in what.items():
            start = time.perf_counter()
            work()
            found[name] = min(found[name], time.perf_counter() - start)
    return found


if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(bench_topology(), indent=1)}\n")
