"""Exported scripts in a real PowerShell, at a pseudo-terminal, with a person who answers what they ask."""

from __future__ import annotations

import csv
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.hosts.command import Cmdlet, Command, Pipeline, Program, SimulatedAction, Switch
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.procedures.expectations import Expectation, Predicate, Test, Verification
from lync_wizard.render import scripts
from tests.scripts import stand_ins
from tests.scripts.real_powershell import real_powershell
from tests.scripts.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")

SE = "se01.contoso.com"
START = "run, skip or quit: "
RUNNING = (Predicate("all", (Test("Status", "equals", "Running"),)),)
POOL = Pipeline((Cmdlet("Get-CsPool", (("Identity", SE),)),))
SERVICES = Pipeline((Cmdlet("Get-CsWindowsService"),))
DATABASES = Pipeline((Cmdlet("Test-CsDatabase", (("LocalService", Switch()),)),))
IMPORT = Pipeline((Cmdlet("Import-CsUserData", (("PoolFqdn", SE), ("FileName", "C:\\a b.zip"))),))


def step(name: str, command: Command | None, **more: Any) -> PlannedStep:
    told: dict[str, Any] = {"group": "g", "group_title": "Group", "title": f"Title of {name}", "host": SE} | more
    kind = "cmdlet" if command else "decision"
    return PlannedStep(name, account="lync-admin", kind=kind, command=command, text="words", **told)


def looking(name: str, command: Command, **more: Any) -> PlannedStep:
    return step(name, command, expect=Expectation(objects=RUNNING), **more)


class Desk:
    """A folder with the script of a plan and the cmdlets it calls."""

    def __init__(self, folder: Path, steps: Sequence[PlannedStep], answers: stand_ins.Answers) -> None:
        self.folder = folder
        self.script = folder / "restore it.ps1"
        plan = Plan(
            procedure="restore-se", title="Restore", target=SE, deployment="contoso", environment="contoso",
            environment_kind="production", backup_set=None, backup_at=None, made_at=datetime(2026, 11, 22, tzinfo=UTC),
            values={}, steps=tuple(steps), afterwards=("Take a fresh backup.",),
        )  # fmt: skip
        self.script.write_bytes(scripts.script_bytes(plan))
        stand_ins.write(folder, scripts.powershell_script(plan), answers)

    @contextmanager
    def started(self, *arguments: str, **environment: str) -> Iterator[Terminal]:
        told = " ".join(f"'{one}'" if not one.startswith("-") else one for one in arguments)
        line = f"Import-Module './stand_ins.psm1'; & './restore it.ps1' {told}; exit $LASTEXITCODE"
        command = [real_powershell(), "-NoLogo", "-NoProfile", "-Command", line]
        with Terminal(command, self.folder, os.environ | {"TERM": "xterm"} | environment) as terminal:
            yield terminal

    def answers(self) -> list[dict[str, str]]:
        with (self.folder / "restore it.answers.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def transcripts(self) -> list[Path]:
        return sorted(self.folder.glob("restore it.*.transcript.txt"))


def test_an_answer_stands_before_the_question_whole_and_in_its_own_columns(tmp_path: Path) -> None:
    pool = {"Identity": SE, "Status": "Running", "Services": [f"service:{n}" for n in range(12)]}
    service = {"Name": "RTCSRV", "Status": "Running"} | {f"Property{n}": f"value {n} {'x' * 90}" for n in range(9)}
    steps = [
        looking("s1", POOL),
        step("s2", IMPORT, verify=Verification(SERVICES, SE, "lync-admin", RUNNING)),
        step("s3", SERVICES),
        step("s4", DATABASES, expect=Expectation(objects=(Predicate("count", (Test("value", "at_least", 2),)),))),
    ]
    answers = {"Get-CsPool": pool, "Get-CsWindowsService": service, "Import-CsUserData": {"Moved": 7, "Kept": 8}}
    answers |= {"Test-CsDatabase": [{"Database": name, "Succeed": True} for name in ("rtc", "rtcdyn")]}
    with Desk(tmp_path, steps, answers).started() as terminal:
        terminal.answer((START, "run"))
        shown = terminal.until("Does the answer show every object: Status is Running? (yes or no): ")
        assert "Services : {service:0, " in shown
        assert "service:11}" in shown
        terminal.type("yes")
        terminal.answer((START, "run"))
        shown = terminal.until("Verify: does it show every object: Status is Running? (yes or no): ")
        assert shown.index("Moved") < shown.index("RTCSRV")
        assert shown.replace("\n", "").replace(" ", "").count("x" * 90) == 9
        terminal.type("yes")
        terminal.answer((START, "run"))
        assert "RTCSRV" in terminal.until(START)
        terminal.type("run")
        shown = terminal.until("Does the answer show the number of objects is at least 2? (yes or no): ")
        assert "rtcdyn" in shown
        terminal.type("yes")
        assert terminal.end() == 0
        rest = terminal.text.rpartition(START)[2]
    assert rest.index("Take a fresh backup.") < rest.index("Finished: 4 steps run, 0 skipped")


def test_no_stops_and_a_new_start_goes_on_there(tmp_path: Path) -> None:
    desk = Desk(tmp_path, [step("s1", IMPORT), looking("s2", POOL, undo="the way back"), step("s3", POOL)], {})
    with desk.started() as terminal:
        terminal.answer((START, "run"), (START, "run"), ("(yes or no): ", "perhaps"), ("(yes or no): ", "no"))
        assert terminal.end() == 1
        said = terminal.text.partition("STOPPED at step s2: Title of s2")[2]
    assert f"What ran: Get-CsPool -Identity '{SE}'" in said
    assert "The answer was no: Does the answer show every object: Status is Running?" in said
    assert "Look at: " in said
    assert "To undo: the way back" in said
    assert f'-ExecutionPolicy Bypass -File "{desk.script}" -From s2' in said
    [transcript] = desk.transcripts()
    assert "STOPPED at step s2" in transcript.read_text("utf-8-sig")
    kept = [(line["Step"], line["Asked"], line["Answer"]) for line in desk.answers()]
    assert ("s1", "ended", "run") in kept
    assert ("s2", "Does the answer show every object: Status is Running? (yes or no)", "no") in kept

    with desk.started() as terminal:
        terminal.until("stopped at step s2")
        terminal.answer(("first step (no)? (yes or no): ", "yes"))
        assert "s2  Title of s2" in terminal.until(START)
        terminal.type("skip")
        terminal.answer((START, "run"))
        assert terminal.end() == 0
        assert "Finished: 1 steps run, 1 skipped, 1 passed over" in terminal.text

    with desk.started() as terminal:
        assert "stopped at step" not in terminal.until(START), "it ran to its end"
        terminal.type("quit")
        assert terminal.end() == 130
        assert "-From s1" in terminal.text


def test_an_unknown_step_is_refused_with_the_list(tmp_path: Path) -> None:
    desk = Desk(tmp_path, [step("s1", POOL), step("s2@a/b", POOL)], {})
    with desk.started("-From", "nowhere") as terminal:
        assert terminal.end() == 2
        said = terminal.text
    assert "There is no step nowhere." in said
    assert {"s1", "s2@a/b"} <= set(said.split())
    assert "Take a fresh backup." not in said
    assert START not in said


def test_an_error_tells_its_inner_reason_and_where_to_go_on(tmp_path: Path) -> None:
    asked = Verification(SERVICES, SE, "lync-admin", RUNNING)
    steps = [step("s1", POOL), step("s2", IMPORT, verify=asked), step("s3", POOL)]
    answers = {"Import-CsUserData": {"error": "The import failed.", "inner": "The file is in use."}}
    desk = Desk(tmp_path, steps, answers)
    with desk.started() as terminal:
        terminal.answer((START, "run"), (START, "run"))
        assert terminal.end() == 1
        said = terminal.text.partition("STOPPED at step s2")[2]
    assert "Error: The import failed. (The file is in use.)" in said
    assert "What ran: Import-CsUserData -PoolFqdn" in said
    assert f"Look at: on {SE} run: Get-CsWindowsService" in said
    assert "-From s2" in said
    assert "s3" not in said
    assert "error: The import failed. (The file is in use.)" in [line["Answer"] for line in desk.answers()]


def test_interrupted_in_the_middle_it_knows_where(tmp_path: Path) -> None:
    desk = Desk(tmp_path, [step("s1", POOL), step("s2", IMPORT)], {"Import-CsUserData": {"hangs": True}})
    with desk.started() as terminal:
        terminal.answer((START, "run"), (START, "run"))
        terminal.until("working")
        terminal.interrupt()
        assert terminal.end() != 0
        said = terminal.text.partition("INTERRUPTED at step s2")[2]
    assert "What ran: Import-CsUserData" in said
    assert "-From s2" in said
    assert "INTERRUPTED at step s2" in desk.transcripts()[0].read_text("utf-8-sig")
    with desk.started() as terminal:
        terminal.until("stopped at step s2")


def test_from_goes_on_at_a_step_and_this_computer_is_recognised_by_its_whole_name(tmp_path: Path) -> None:
    here = socket.gethostname().partition(".")[0]
    steps = [
        step("s1", POOL),
        step("s2@a/b", POOL, host=f"{here}.contoso.com"),
        step("s3", POOL, host="else.contoso.com"),
    ]
    with Desk(tmp_path, steps, {}).started("-From", "s2@a/b", COMPUTERNAME=here[:1].upper()) as terminal:
        shown = terminal.until(START)
        assert "s2@a/b  Title" in shown
        assert "Start this script on" not in shown
        terminal.type("run")
        assert f"This is {here}. Start this script on else.contoso.com with -From s3" in terminal.until(START)
        terminal.type("skip")
        assert terminal.end() == 0
        assert "Finished: 1 steps run, 1 skipped, 1 passed over" in terminal.text


def test_tolerated_errors_arguments_to_the_letter_and_an_exit_code_that_is_a_failure(tmp_path: Path) -> None:
    # A folder with a blank and a last backslash is left out: PowerShell 7 doubles that backslash itself, 5.1 does not.
    said = ("a b", 'say "so"', "C:\\Folder\\", "it's", "$HOME", "*")
    failing = Program(sys.executable, ("-c", "import sys; print('half'); sys.exit(9)"), (0, 7))
    steps = [
        step("s1", IMPORT, expect=Expectation(tolerates=("already there",))),
        step("s2", Program(sys.executable, ("-c", "import sys; print(ascii(sys.argv[1:]))", *said))),
        step("s3", failing),
    ]
    answers = {"Import-CsUserData": {"error": "It is already there.", "inner": "It is already there."}}
    with Desk(tmp_path, steps, answers).started() as terminal:
        assert "Lync module needs Windows PowerShell" in terminal.until(START).replace("\n", " ")
        terminal.type("run")
        told = terminal.until("Does it not count? (yes or no): ")
        assert "Error: It is already there.\n" in told
        assert "these words: already there" in told
        terminal.type("yes")
        terminal.answer((START, "run"))
        assert ascii(list(said)) in terminal.until(START)
        terminal.type("run")
        assert terminal.end() == 1
        rest = terminal.text
    assert rest.index("half") < rest.index("STOPPED at step s3") < rest.index("Exit code 9; 0 to 7 mean success.")


def test_where_nobody_answers_it_stops(tmp_path: Path) -> None:
    desk = Desk(tmp_path, [step("s1", SimulatedAction("Do it."))], {})
    command = [real_powershell(), "-NoLogo", "-NoProfile", "-File", str(desk.script)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Nobody is there to answer" in done.stdout


def test_nothing_is_added_to_a_backup_set(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    desk = Desk(tmp_path / "set", [step("s1", POOL)], {})
    (desk.folder / "manifest.json").write_text("{}", "utf-8")
    before = sorted(desk.folder.iterdir())
    with desk.started(HOME=str(tmp_path)) as terminal:
        terminal.answer((START, "quit"))
        assert terminal.end() == 130
    assert sorted(desk.folder.iterdir()) == before
    assert len([*tmp_path.glob("restore it.*.transcript.txt"), *tmp_path.glob("restore it.answers.csv")]) == 2
