"""Two chains of hashes over the events of a run: what was decided and done, and what the hosts printed.

The second has its head in every event of the first that ends a step or the run. Journals of format 1 have one chain
over all events. What the chains prove, and what they cannot, stands in docs/events.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lync_wizard.runs.state import RunEvent

START: Final = "0" * 64
CLOSING: Final = frozenset({"step_finished", "run_paused", "run_finished"})
HEAD: Final = "output_head"


def event_hash(event: RunEvent) -> str:
    """SHA-256 over the event's compact, key-sorted JSON, which holds the hash of the event before."""
    text = json.dumps(event.to_data(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass
class Heads:
    """The last hash of either chain; ``single`` where both are one."""

    state: str = START
    output: str = START
    single: bool = False

    def before(self, kind: str) -> str:
        """The hash that the next event of this type refers to."""
        return self.output if kind == "output" and not self.single else self.state

    def closing(self, kind: str) -> Mapping[str, Any]:
        """What an event of this type carries of the other chain."""
        return {HEAD: self.output} if kind in CLOSING and not self.single else {}

    def add(self, kind: str, digest: str) -> None:
        """Take the hash of an event that was recorded."""
        if kind == "output" and not self.single:
            self.output = digest
        else:
            self.state = digest


def first_break(stored: Iterable[tuple[int, RunEvent | None, str]], *, single: bool, outputs: bool) -> int | None:
    """The number of the first event that does not fit its chain, or None where all do.

    ``stored`` are number, event (None for one that cannot be read) and hash, in order; without ``outputs`` it holds no
    events of that type, so that gaps in the numbers prove nothing and heads of that chain are not compared.
    """
    heads, last = Heads(single=single), 0
    for seq, event, digest in stored:
        if event is None or event.seq != seq or seq <= last or (outputs and seq != last + 1):
            return seq if event is None or seq > last + 1 else last + 1
        if event.prev != heads.before(event.type) or event_hash(event) != digest:
            return seq
        if outputs and not single and event.type in CLOSING and event.data.get(HEAD) != heads.output:
            return seq
        heads.add(event.type, digest)
        last = seq
    return None
