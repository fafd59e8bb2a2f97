"""The wizard on a lab, in this process or as one that can be killed: ``python -m tests.soak.wizard LAB RUN``."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lync_wizard.backup import ANCHORS
from lync_wizard.cli.context import CommandContext, with_drill
from lync_wizard.core.errors import WizardError
from lync_wizard.core.storage import Home, private_folder
from lync_wizard.lab.__main__ import main as laboratory
from lync_wizard.lab.scenarios import catalogue
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.lab.verdict import failover
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.runs import journal, scripted_operator
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.runner import Runner
from lync_wizard.runs.scripted_operator import Script
from lync_wizard.runs.state import RunEvent, fold
from lync_wizard.workspace.run_session import RunSession
from tests.soak.invariants import broken
from tests.soak.person import Person
from tests.soak.spawned import spawned

SPEED = 2000.0
PATIENCE = 120.0
"""Seconds after which a process counts as stuck."""
LONGEST = 1500.0
"""Seconds after which a case that still goes on loses its lab, and so ends: waits that a fault causes are shorter."""
GOOD = {"restored", failover.OVER, failover.BACK, failover.DONE}
"""Verdicts of a run that did what its procedure is for: the lab says them in the word of its scenario."""
Heard = Callable[[RunEvent], None]


def unheard(_: RunEvent) -> None:
    """Nobody listens."""


def lab_of(case: Path) -> Path:
    """Where a case's lab lies: the home of a drill inside the case's own home."""
    return case / "drills" / "soak"


@contextmanager
def running(case: Path, scenario: str, *, seed: int | None = None, faults: Sequence[str] = ()) -> Iterator[Path]:
    """The lab of a case while it runs: built with ``seed`` where there is none; ``faults`` strike it."""
    lab = lab_of(case)
    arguments = ["--home", str(lab), "--scenario", scenario, "--speed", str(SPEED)]
    arguments += [] if seed is None else ["--seed", str(seed)]
    arguments += [part for fault in faults for part in ("--fault", fault)]
    private_folder(lab / "lab")
    with spawned(laboratory, arguments, lab / "lab" / "lab.log") as (running_lab, said):
        assert said.readline(), "the lab did not start"
        endless = threading.Timer(LONGEST, running_lab.kill)
        endless.start()
        try:
            yield lab
        finally:
            endless.cancel()
        process.stop(lab)
        running_lab.join(PATIENCE)


def pieces(lab: Path) -> CommandContext:
    options = argparse.Namespace(home=str(lab.parent.parent), deployment=None)
    return with_drill(options, Home(lab))


def script_of(lab: Path, procedure: str) -> Script:
    return scripted_operator.load(catalogue.script(procedure, str(LabControl(lab).status()["scenario"])))


def begun(lab: Path, procedure: str, heard: Heard = unheard, **person: Any) -> Runner:
    """A new run of a procedure that ends what the lab's scenario began, checks included."""
    work, script = pieces(lab), script_of(lab, procedure)
    operator = Person(lab, script, on_event=heard, **person)
    workspace = work.workspace
    target = str(LabControl(lab).status()["target"])
    plan = workspace.plan(procedure, target, workspace.newest(), script.asks)
    session = RunSession(workspace, plan, by="soak")
    for finding in session.examine(lambda _: None):
        if finding.check in script.accept and finding.status in {"caution", "unknown"}:
            session.accept(finding, script.accept[finding.check])
    session.approve()
    return session.start(operator)


def resumed(lab: Path, run: str, heard: Heard = unheard) -> Runner:
    """The run, to be gone on with."""
    before = picture(lab)

    def ran(step: PlannedStep) -> bool:
        """Nobody kept a picture from before the step: what the lab did since it was started again would show."""
        return picture(lab) != before

    session = RunSession.resume(pieces(lab).workspace, run, by="soak")
    if session.approval_wanted:
        # It was killed before its first event, which is the start with the approvals.
        session.approve()
    script = script_of(lab, session.plan.procedure)
    return session.start(Person(lab, script, ran=ran, on_event=heard))


def picture(lab: Path) -> str:
    """A digest of what the lab's hosts hold."""
    digest = hashlib.sha256((lab / "lab" / "state.json").read_bytes())
    for path in sorted((lab / "lab" / "disks").rglob("*")):
        # The hashes of a journal are written down by the wizard itself, on each resumption: no effect of a step.
        if path.is_file() and path.name != ANCHORS:
            digest.update(f"{path} {path.stat().st_size}".encode())
    return digest.hexdigest()


def has_run(lab: Path) -> bool:
    return bool(journal.runs(lab / "runs"))


def only_run(lab: Path) -> str:
    (folder,) = journal.runs(lab / "runs")
    return folder.name


def unfinished(lab: Path) -> bool:
    """Whether the lab's run is there to be gone on with."""
    return not fold(told(lab)[1]).finished


def told(lab: Path) -> tuple[Plan, list[RunEvent]]:
    """The plan and the events of the lab's one run."""
    with Reader(lab / "runs" / only_run(lab)) as reader:
        breach = reader.broken_at()
        assert breach is None, f"the chain of hashes is broken at {breach}"
        return reader.plan, reader.events()


def judged(lab: Path, *, whole: bool = True) -> list[str]:
    """What is wrong with a lab's run: breaches in its journal, and an end that is not the verdict's.

    ``whole``: nothing but what the procedure is for (restored, failed over, failed back, done) will do; else an honest
    no is as good.
    """
    if not whole and not has_run(lab):
        return []
    plan, events = told(lab)
    wrong = broken(plan, events)
    end, verdict = fold(events).finished, LabControl(lab).verdict()
    if verdict["verdict"] not in GOOD and (whole or end == "finished"):
        wrong.append(f"{verdict['verdict']}, run {end or 'unfinished'}: {'; '.join(verdict['not_restored'][:4])}")
    if whole and end != "finished":
        wrong.append(f"the run ended {end or 'nowhere'}")
    return wrong


def main(arguments: list[str]) -> int:
    """Go on with a run in a process of its own; every event is said on standard output when it is on disk."""
    lab = Path(arguments[0])

    def say(event: RunEvent) -> None:
        sys.stdout.write(json.dumps([event.type, event.step, event.seq]) + "\n")
        sys.stdout.flush()

    try:
        return 0 if resumed(lab, arguments[1], say).run().end == "finished" else 1
    except WizardError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
