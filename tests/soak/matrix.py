"""The cases: the picture of a lab and its journal at every event of one whole run, and what to do from each.

A wizard that is killed leaves its journal as it is on disk and the hosts as they are. The whole run is therefore
carried out once by a wizard that waits at each event, after it is on disk, while both are copied: every copy is what
SIGKILL at that event leaves. In the middle of a step a real process is killed, because there it matters how the
connection breaks.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from lync_wizard.lab.farm import faults
from lync_wizard.lab.scenarios.random_pick import Pair
from lync_wizard.runs.state import RunEvent
from tests.soak import wizard
from tests.soak.invariants import broken
from tests.soak.meeting import same
from tests.soak.spawned import spawned

MOST_WORDS = 400
_QUIET = {"output", "note"}


def key(pair: Pair) -> str:
    """``PROCEDURE/SCENARIO``, as figures and folders have it: a scenario may be ended by several procedures."""
    return "/".join(pair)


@dataclass(frozen=True)
class Boundary:
    """An event of the whole run: its number, type and step, and seconds from the one before."""

    seq: int
    type: str
    step: str | None
    seconds: float


@dataclass(frozen=True)
class Case:
    """One cell of the matrix.

    ``kind``: ``event`` (killed at it), ``middle`` (killed while its step runs), or ``fault`` (never killed; the
    boundary's type names what goes wrong in the lab, and an honest no will do).
    """

    pair: Pair
    kind: str
    boundary: Boundary

    @property
    def name(self) -> str:
        before = self.boundary
        return f"{key(self.pair)} {self.kind} {before.seq} {before.type} {before.step or ''}".strip()


@dataclass(frozen=True)
class Figure:
    """How a case went: what was wrong, in words, and seconds it took."""

    case: str
    wrong: tuple[str, ...]
    seconds: float


class Matrix:
    """Everything about one procedure and scenario, below one folder; what is there already is not made again."""

    def __init__(self, folder: Path, pair: Pair) -> None:
        self.pair = pair
        self.procedure, self.scenario = pair
        self.folder = folder / key(pair)

    def prepare(self) -> list[Boundary]:
        """Carry the whole run out once, a copy at every event. Raises AssertionError where it does not end well."""
        index = self.folder / "boundaries.json"
        if index.is_file():
            return [Boundary(**one) for one in json.loads(index.read_text("utf-8"))]
        shutil.rmtree(self.folder, ignore_errors=True)
        whole = self.folder / "whole"
        found: list[Boundary] = []
        last = time.monotonic()

        def keep(event: RunEvent) -> None:
            nonlocal last
            if event.type in _QUIET:
                return
            found.append(Boundary(event.seq, event.type, event.step, time.monotonic() - last))
            like = self.folder / f"at{found[-2].seq}" if len(found) > 1 else None
            copied(whole, self.folder / f"at{event.seq}", like)
            last = time.monotonic()

        with wizard.running(whole, self.scenario, seed=7) as lab:
            copied(whole, self.folder / "at0")
            end = wizard.begun(lab, self.procedure, keep).run().end
            wrong = wizard.judged(lab)
            assert end == "finished", f"{key(self.pair)}: the whole run ended {end}"
            assert not wrong, f"{key(self.pair)}: {wrong}"
        shutil.rmtree(whole)
        index.write_text(json.dumps([asdict(one) for one in found]), "utf-8")
        return found

    def cases(self) -> list[Case]:
        """Every event but the last, and the middle of every step."""
        found = self.prepare()
        events = [Case(self.pair, "event", one) for one in found[:-1]]
        middles = [Case(self.pair, "middle", one) for one in found if one.type == "step_started"]
        wrong = [
            Case(self.pair, "fault", Boundary(0, name, None, 0.0))
            for name in sorted(set(faults.CATALOGUE) - set(faults.HOSTILE))
        ]
        return events + middles + wrong

    def play(self, case: Case) -> Figure:
        """Put the copy in place, kill where that is still to be done, go on, and judge."""
        began = time.monotonic()
        place = self.folder / f"case-{os.getpid()}-{threading.get_ident()}"
        shutil.rmtree(place, ignore_errors=True)
        try:
            wrong = self._play(case, place)
        except Exception as error:  # whatever ends a run otherwise is a finding of this matrix
            wrong = [f"{type(error).__name__}: {error}"]
        shutil.rmtree(place, ignore_errors=True)
        return Figure(case.name, tuple(text[:MOST_WORDS] for text in wrong), round(time.monotonic() - began, 2))

    def _play(self, case: Case, place: Path) -> list[str]:
        before = case.boundary
        if case.kind == "fault":
            copied(self.folder / "at0", place)
            with wizard.running(place, self.scenario, faults=[case.boundary.type]) as lab:
                with contextlib.suppress(wizard.WizardError):
                    wizard.begun(lab, self.procedure).run()
                return wizard.judged(lab, whole=False)
        if case.kind == "middle":
            found = self.prepare()
            before = found[found.index(case.boundary) - 1]
        copied(self.folder / f"at{before.seq}", place)
        with wizard.running(place, self.scenario) as lab:
            run = wizard.only_run(lab)
            if case.kind == "middle":
                self._kill_in(case, lab, run)
            met = False
            try:
                if wizard.unfinished(lab):  # the last step may have ended before it could be killed
                    met = self._go_on(lab, run)
            except wizard.WizardError as error:
                return [str(error), *wizard.judged(lab)]
            return broken(*wizard.told(lab)) if met else wizard.judged(lab)

    def _go_on(self, lab: Path, run: str) -> bool:
        """Resume until the run is where the undisturbed one was, or to its end; True where they met."""
        known = {one.step: one.seq for one in self.prepare() if one.type == "step_ready"}
        met: list[int] = []

        def compare(event: RunEvent) -> None:
            if event.type == "step_ready" and event.step in known and not met:
                other = wizard.lab_of(self.folder / f"at{known[event.step]}")
                if same(lab, other, run, event.seq):
                    met.append(event.seq)
                    runner.stop_after_this_step()

        runner = wizard.resumed(lab, run, compare)
        runner.run()
        return bool(met)

    def _kill_in(self, case: Case, lab: Path, run: str) -> None:
        """Resume in a process of its own and kill it at some moment of the step."""
        ended = next(
            (b.seconds for b in self.prepare() if b.step == case.boundary.step and b.type == "step_finished"), 0.1
        )
        moment = random.Random(case.name).uniform(0.0, min(ended, 5.0))
        with spawned(wizard.main, [str(lab), run], lab / "killed.log") as (child, said):
            stuck = threading.Timer(wizard.PATIENCE, child.kill)
            stuck.start()
            for line in said:
                kind, step, _ = json.loads(line)
                if (kind, step) == ("step_started", case.boundary.step):
                    child.join(moment)
                    break
            child.kill()
            stuck.cancel()


def copied(source: Path, target: Path, like: Path | None = None) -> None:
    """A copy of a lab and its journals; a file that was replaced meanwhile is copied in its new state.

    What is the same in the copy ``like`` is linked from there: nobody changes a copy. Log and locks of a
    journal are never linked: whoever only reads it changes them, and two pictures would share them.
    """

    def copy(one: str, other: str) -> str:
        before = like / Path(one).relative_to(source) if like else None
        if before and before.is_file() and not one.endswith(("-wal", "-shm")):
            then, now = before.stat(), Path(one).stat()
            if (then.st_size, then.st_mtime_ns) == (now.st_size, now.st_mtime_ns):
                os.link(before, other)
                return other
        return str(shutil.copy2(one, other))

    for _ in range(5):
        try:
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, copy_function=copy)
        except shutil.Error:
            continue
        return
    raise AssertionError(f"{source} does not hold still")
