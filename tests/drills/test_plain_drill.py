"""Line mode carries the same drill to the same end, by somebody who reads what is asked."""

from __future__ import annotations

import re
from pathlib import Path

from lync_wizard import procedures
from lync_wizard.core import catalogue
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts.command import SimulatedAction
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.runs import journal
from tests.drills.dialogue import Dialogue
from tests.drills.test_drills import assert_no_secret


def actions() -> dict[str, str]:
    """The simulated action of every step that names one, by the step's title."""
    library = procedures.load_library([catalogue.data_folder() / "procedures"], Problems())
    steps = (step for one in library.values() for step in one.walk())
    return {step.title: step.run.name for step in steps if isinstance(step.run, SimulatedAction) and step.run.name}


class Person:
    """Reads the step that stands there last, carries out its simulated action once, and answers what is asked."""

    def __init__(self) -> None:
        self.actions = actions()
        self.did: set[str] = set()

    def answer(self, prompt: str, said: str) -> str:
        step = re.findall(r"^Step \d+ of \d+, (\S+): (.*)$", said, re.M)
        if match := re.match(r"Type (\S+) to go on", prompt):
            return match[1]
        if prompt.startswith("Which simulated action"):
            return next(
                line.split()[0] for line in reversed(said.splitlines()) if f"({self.actions[step[-1][1]]})" in line
            )
        if prompt.startswith("When it is done"):
            name = step[-1][1]
            if name in self.actions and name not in self.did:
                self.did.add(name)
                return "h"
            return "d"
        if prompt.startswith(("Carry", "Is it the right machine")):
            return "y"
        return "1" if prompt.startswith("Which?") else ""


def test_line_mode_restores(tmp_path: Path) -> None:
    lab = tmp_path / "drills" / "plain"
    process.start(lab, "contoso-se", speed=400, seed=11)
    try:
        talk = Dialogue(["drill", "restore-se", "--plain", "--lab", "plain"], tmp_path, Person().answer)
        code = talk.run()
        assert code == 0, talk.said[-3000:]
        assert LabControl(lab).verdict()["verdict"] == "restored"
        assert "\x1b" not in talk.said, "line mode moves no cursor"
        assert len(journal.runs(lab / "runs")) == 1
        assert_no_secret(lab, talk.said)
    finally:
        process.stop(lab)
