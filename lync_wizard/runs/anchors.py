"""The heads of a run's chains kept outside its journal, so that a rewritten tail is found.

A line of JSON per anchor in ``anchors.jsonl`` of the backup set's folder: run, event number, hash, time. What a file
on a share that the same account may write proves, and what it cannot, stands in docs/events.md.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lync_wizard.backup import ANCHORS
from lync_wizard.core import reading, storage, timestamps
from lync_wizard.runs.chains import Heads
from lync_wizard.runs.state import RunEvent

EVERY: Final = 100
"""An anchor is written at the latest after so many events."""
_MOMENTS: Final = frozenset({"run_started", "step_confirmed", "run_paused", "run_finished"})
_PATIENCE: Final = 5.0


class Anchors:
    """Writes anchors of one run beside its backup set, in a thread of its own: a share that hangs delays nothing.

    Never raises; an anchor that could not be written is missing when the run is compared with its anchors.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.folder = folder
        self._file = folder / ANCHORS
        self._run = run
        self._last = 0
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="anchors", daemon=True)
        self._writer.start()

    def take(self, events: Sequence[RunEvent], heads: Heads) -> None:
        """Events that were just recorded, and the heads after them; any thread, at once."""
        if not events:
            return
        if any(event.type in _MOMENTS for event in events) or events[-1].seq >= self._last + EVERY:
            done = [event for event in events if event.type != "output"]
            if done:
                self._last = done[-1].seq
                data = {"run": self._run, "seq": self._last, "hash": heads.state, "at": timestamps.utc(done[-1].at)}
                self._lines.put(json.dumps(data) + "\n")

    def close(self) -> None:
        """Wait a few seconds for what is still to be written."""
        self._lines.put(None)
        self._writer.join(_PATIENCE)

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                storage.append(self._file, line, private=False)
            except OSError:
                continue


@dataclass(frozen=True)
class Anchored:
    """How far a journal agrees with its anchors: up to event ``seq`` (0: there is none), not at ``broken_at``."""

    seq: int = 0
    broken_at: int | None = None

    @property
    def line(self) -> str:
        """One sentence for the report."""
        if self.broken_at is not None:
            return (
                f"The journal was rewritten: event {self.broken_at} is not the one anchored in the backup set's folder."
            )
        if not self.seq:
            return "Not anchored: no hash of this journal lies outside it."
        return f"Anchored in the backup set's folder up to event {self.seq}."


NOT_ANCHORED: Final = Anchored()


def compare(folder: Path | None, run: str, hashes: Mapping[int, str]) -> Anchored:
    """Hold the hashes of a journal, by event number, against the anchors of its run in a folder. Never raises."""
    agreed = 0
    for seq, digest in _read(folder, run):
        if hashes.get(seq) != digest:
            return Anchored(agreed, seq)
        agreed = seq
    return Anchored(agreed)


def _read(folder: Path | None, run: str) -> Iterable[tuple[int, str]]:
    try:
        lines = reading.text(folder / ANCHORS).splitlines() if folder else []
    except (OSError, ValueError):
        return
    for line in lines:
        try:
            data = json.loads(line)
            if data["run"] == run:
                yield int(data["seq"]), str(data["hash"])
        except reading.FAULTS:
            # A line that was cut off when the power failed proves nothing.
            continue
