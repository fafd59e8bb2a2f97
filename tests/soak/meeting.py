"""Where a run that went on from a copy is again where the undisturbed run once was.

From there on it does what the undisturbed run did, which restored the deployment: what is sent follows from the plan,
the journal's state and the hosts alone, and all three are compared. So a case ends there instead of carrying out the
rest once more. Times are not compared; nothing in a run depends on them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lync_wizard.backup import ANCHORS
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.state import RunEvent, RunState, fold

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?")


def same(lab: Path, other: Path, run: str, seq: int) -> bool:
    """Whether two labs hold the same, and the journals of their runs lead on alike; ``seq`` is the event in ``lab``."""
    return _hosts(lab) == _hosts(other) and _disks(lab) == _disks(other) and _steps(lab, run, seq) == _steps(other, run)


def _hosts(lab: Path) -> str:
    data: Mapping[str, Any] = json.loads((lab / "lab" / "state.json").read_text("utf-8"))
    return _TIME.sub("", json.dumps(data, sort_keys=True))


def _disks(lab: Path) -> dict[str, int]:
    root = lab / "lab" / "disks"
    # How often the journal's hashes were written down depends on how often it was resumed; nobody reads them in a run.
    found = (path for path in root.rglob("*") if path.is_file() and path.name != ANCHORS)
    return {_TIME.sub("", path.relative_to(root).as_posix()): path.stat().st_size for path in found}


def _steps(lab: Path, run: str, upto: int | None = None) -> dict[str, tuple[object, ...]]:
    with Reader(lab / "runs" / run) as reader:
        events: list[RunEvent] = reader.events()
    state: RunState = fold(event for event in events if upto is None or event.seq <= upto)
    open_ones = {name: (step.confirmed, step.outcome) for name, step in state.steps.items() if not step.settled}
    return {name: (step.shown, open_ones.get(name)) for name, step in state.steps.items()}
