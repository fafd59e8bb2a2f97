"""The whole program against the lab: a scenario, what people answer, what goes wrong → journal, verdict, exit code.

Each ``*.yaml`` beside this file is a case; dropping one in is enough. Keys: ``title``, ``drill`` (the procedure,
restore-se by default), ``scenario`` (contoso-se by default), ``face`` (headless, plain),
``faults``, ``script`` (answers, deeds, reconcile …), ``environment`` of the wizard, ``without`` (texts cut out of a
shipped procedure, put into the drill's own home), ``kill_at`` ({type, step}: SIGKILL when that event is on disk),
``resume`` (the script to go on with after that, or after a run that paused), ``dialogue`` (line mode: what is typed at
prompts that contain a word),
``thorough`` (true: carried out by `make drills` only),
``expect`` (exit, verdict, not_restored, events, never, said).
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lync_wizard.core.catalogue import data_folder
from lync_wizard.core.errors import WizardError
from lync_wizard.lab.server import process
from lync_wizard.runs import journal
from lync_wizard.runs.journal import Reader
from lync_wizard.runs.state import RunEvent
from tests.command import call, lives
from tests.drills.dialogue import Dialogue

CASES = sorted(Path(__file__).parent.glob("*.yaml"))
LAB = "case"
PROCEDURE, SCENARIO = "restore-se", "contoso-se"


def run(home: Path, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return call(home, *arguments, **(environment or {}))


@pytest.fixture
def drill_home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    yield home
    process.stop(home / "drills" / LAB)


def _case(path: Path) -> Any:
    thorough = yaml.safe_load(path.read_text("utf-8")).get("thorough", False)
    return pytest.param(path, id=path.stem, marks=[pytest.mark.thorough] if thorough else [])


@pytest.mark.parametrize("path", [_case(path) for path in CASES])
def test_drill(path: Path, drill_home: Path) -> None:
    carry_out(path, drill_home)


def carry_out(path: Path, drill_home: Path, powershell: str | None = None) -> None:
    """One case from its lab's start to its verdict; ``powershell`` interprets the pipelines where it is given."""
    case = yaml.safe_load(path.read_text("utf-8"))
    lab = drill_home / "drills" / LAB
    for name, texts in case.get("without", {}).items():
        shipped = (data_folder() / "procedures" / name).read_text("utf-8")
        for text in texts:
            assert text in shipped
            shipped = shipped.replace(text, "")
        (lab / "procedures").mkdir(parents=True, exist_ok=True)
        (lab / "procedures" / name).write_text(shipped, "utf-8")
    process.start(
        lab, case.get("scenario", SCENARIO), speed=case.get("speed", 400), seed=7, faults=case.get("faults", ()),
        powershell=powershell,
    )  # fmt: skip
    done = play(case, drill_home)
    check(case["expect"], done, lab)


def test_every_restore_keeps_a_drill_that_succeeds_and_one_that_does_not_in_every_test_run() -> None:
    kept: dict[str, set[str]] = {}
    for case in (yaml.safe_load(path.read_text("utf-8")) for path in CASES):
        verdicts = kept.setdefault(case.get("drill", PROCEDURE), set())
        # Failovers, which need a whole pair of pools, are all carried out by `make drills`.
        if not case.get("thorough") or not case.get("drill", PROCEDURE).startswith("restore-"):
            verdicts.add("bad" if case["expect"]["verdict"].startswith("not ") else "good")
    assert {name: {"good", "bad"} for name in kept} == kept


def play(case: dict[str, Any], home: Path) -> subprocess.CompletedProcess[str]:
    environment = case.get("environment", {})
    if case.get("face") == "plain":
        return talk(case, home)
    arguments = ["drill", case.get("drill", PROCEDURE), "--headless", "--json", "--lab", LAB]
    if "script" in case:
        script = home / "script.yaml"
        script.write_text(yaml.safe_dump(case["script"]), "utf-8")
        arguments += ["--script", str(script)]
    if "kill_at" in case:
        name = killed(home, arguments, case["kill_at"])
    else:
        done = run(home, *arguments, environment=environment)
        if "resume" not in case:
            return done
        name = journal.runs(home / "drills" / LAB / "runs")[0].name
    answers = home / "answers.yaml"
    answers.write_text(yaml.safe_dump(case.get("resume", {})), "utf-8")
    resumed = run(home, "resume", name, "--headless", "--approve", "--answers", str(answers), "--json")
    verdict = process.running(home / "drills" / LAB) and Path(home)
    assert verdict, "the lab did not outlive the wizard"
    return resumed


def killed(home: Path, arguments: list[str], at: dict[str, str]) -> str:
    """Start the wizard and kill it as soon as that event is on disk; the name of the run."""
    child = subprocess.Popen(
        [sys.executable, "-m", "lync_wizard", *arguments],
        env={**os.environ, "LYNC_WIZARD_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while time.monotonic() < end and lives(child):
        for folder in journal.runs(home / "drills" / LAB / "runs"):
            events = read(folder)
            if any(fits(e, at) for e in events):
                child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
                child.wait()
                return folder.name
    child.kill()
    raise AssertionError(f"the event {at} never came")


def read(folder: Path) -> list[RunEvent]:
    try:
        with Reader(folder) as reader:
            return reader.events()
    except WizardError:
        return []


def talk(case: dict[str, Any], home: Path) -> subprocess.CompletedProcess[str]:
    """Line mode: answers by rule, the first that fits; a rule with a list gives one item each time."""
    rules = [(rule["asked"], list(rule["type"])) for rule in case["dialogue"]]

    def answer(prompt: str, said: str) -> str | None:
        for asked, lines in rules:
            if re.search(asked, prompt) and lines:
                line = str(lines.pop(0) if len(lines) > 1 or asked.endswith("$") else lines[0])
                return pick(line, said)
        return None

    talking = Dialogue(
        ["drill", case.get("drill", PROCEDURE), "--plain", "--lab", LAB], home, answer, case.get("environment", {})
    )
    code = talking.run()
    return subprocess.CompletedProcess([], code, talking.said, "")


def pick(line: str, said: str) -> str:
    """``(deed)`` is the number that stands before the simulated action of that name in the list just shown."""
    if not line.startswith("("):
        return line
    shown = [row for row in said.splitlines() if line in row]
    return shown[-1].split()[0]


def check(expect: dict[str, Any], done: subprocess.CompletedProcess[str], lab: Path) -> None:
    everything = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == expect["exit"], everything
    for said in expect.get("said", ()):
        assert said in everything
    folders = journal.runs(lab / "runs")
    assert bool(folders) == expect.get("run", True)
    events = read(folders[0]) if folders else []
    for wanted in expect.get("events", ()):
        assert any(fits(event, wanted) for event in events), f"{wanted} did not happen"
    for unwanted in expect.get("never", ()):
        assert not any(fits(event, unwanted) for event in events), f"{unwanted} happened"
    from lync_wizard.lab.server.control import LabControl

    verdict = LabControl(lab).verdict()
    assert verdict["verdict"] == expect["verdict"], verdict
    for what in expect.get("not_restored", ()):
        assert any(what in line for line in verdict["not_restored"]), verdict
    if done.stdout.startswith("{"):
        assert json.loads(done.stdout)
    for folder in folders:
        with Reader(folder) as reader:
            assert reader.broken_at() is None
    assert_no_secret(lab, everything)


def fits(event: RunEvent, wanted: dict[str, Any]) -> bool:
    data = event.to_data()
    return all(str(value) in str(data.get(key)) for key, value in wanted.items())


def assert_no_secret(lab: Path, said: str) -> None:
    """The lab's password stands in its own user file and nowhere else."""
    password = process.password(lab)
    assert password
    secret = password.reveal()
    assert secret not in said
    for path in lab.parent.parent.rglob("*"):
        if path.is_file() and path != process.users_file(lab):
            assert secret.encode() not in path.read_bytes(), path
            assert secret.encode("utf-16-le") not in path.read_bytes(), path
