"""Exported scripts carried out by a person at the lab, in a real PowerShell on each server: what the wizard restores or
fails over, they do as well, and what goes wrong on the way is put right where it stopped."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_wizard.lab.scenarios import load
from lync_wizard.lab.scenarios.catalogue import BACKUPS, VARIANTS
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from tests.scripts.at_the_lab import START, Person, planned
from tests.scripts.real_powershell import real_powershell
from tests.scripts.terminal import Terminal

pytestmark = [pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal"), pytest.mark.timeout(900)]

DRILLS = [(name, variant) for name, variants in VARIANTS.items() if name not in BACKUPS for variant in variants]
KEPT = {("edge-xmpp-failover", "contoso-failover-xmpp")}
JUDGED = re.compile(r"^(Does the answer show|Verify: does it show) .*\(yes or no\): ", re.MULTILINE)


class Restore:
    """A lab with a real PowerShell, and the plan that restores it."""

    def __init__(self, folder: Path, procedure: str, scenario: str, *faults: str, speed: float = 400.0) -> None:
        self.folder = folder
        self.lab = folder / "home" / "drills" / "case"
        process.start(self.lab, scenario, speed=speed, seed=7, faults=faults, powershell=real_powershell())
        self.plan = planned(self.lab, procedure, scenario)

    @property
    def verdict(self) -> str:
        return str(LabControl(self.lab).verdict()["verdict"])

    def person(self, **answers: str) -> Person:
        return Person(self.lab, self.plan, self.folder, {key.replace("_", " "): one for key, one in answers.items()})

    def close(self) -> None:
        process.stop(self.lab)


@pytest.mark.parametrize(
    ("procedure", "scenario"),
    [pytest.param(*pair, id=".".join(pair), marks=[] if pair in KEPT else pytest.mark.thorough) for pair in DRILLS],
)
def test_a_script_comes_to_what_the_wizard_comes_to(
    procedure: str, scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    restore = Restore(tmp_path, procedure, scenario)
    try:
        person = restore.person()
        code = person.carry_out()
        assert code == 0, person.said[-3000:]
        wanted = load.read(scenario).get("verdict", {"word": "restored"})["word"]
        assert restore.verdict == wanted, LabControl(restore.lab).verdict()
        assert_answers_stand_before_questions(person.said)
    finally:
        restore.close()


def assert_answers_stand_before_questions(said: str) -> None:
    """What a person judges is what stands directly above the question: the answer comes before it, and none behind."""
    for question in JUDGED.finditer(said):
        shown = said[: question.start()].rpartition("\n> ")[2]
        assert "\n> " not in shown
        behind = said[question.end() :].splitlines()[1:2]
        assert not behind or re.match(r"(> |\S+  |Before|Verify|Afterwards|Finished|DESTR|STOPPED|INTERR|Decide|On |$)",
                                      behind[0]), behind  # fmt: skip


class TestWrongOnPurpose:
    """One restore of Response Groups, of which everything goes wrong once."""

    @pytest.fixture
    def restore(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Restore]:
        monkeypatch.chdir(tmp_path)
        restore = Restore(tmp_path, "restore-rgs", "contoso-se-rgs", "cmdlet-error@Import-CsRgsConfiguration")
        yield restore
        restore.close()

    def test_it_goes_on_where_it_stopped_until_all_is_restored(self, restore: Restore) -> None:
        steps = [step.id for step in restore.plan.steps]
        person = restore.person()
        person.arrive()

        assert person.start("-From", "no-such-step")[0] == 2
        assert [step for step in steps if step in person.said] == steps

        person.answers = {START: "quit"}
        assert person.start()[0] == 130
        assert f"-From {steps[0]}" in person.said

        person.answers = {"Verify": "no"} if "Verify" in person.script.read_text("utf-8-sig") else {"Does": "no"}
        assert person.start("-From", steps[0])[0] == 1
        assert "The answer was no" in person.said

        person.answers = {}
        stopped = person.start("-From", steps[0])
        assert stopped[0] == 1
        assert restore.verdict == "not restored"
        at = re.findall(r"When it is fixed, go on with: .* -From (\S+)", person.said)[-1]
        assert "Import-CsRgsConfiguration" in person.said.rpartition("What ran: ")[2]

        assert person.start("-From", at)[0] == 0
        assert restore.verdict == "restored"
        assert_answers_stand_before_questions(person.said)

    def test_a_step_that_is_skipped_is_counted_and_not_done(self, restore: Restore) -> None:
        person = restore.person()
        person.arrive()
        person.skipped = {step.id for step in restore.plan.steps}
        assert person.start()[0] == 0
        assert f"Finished: 0 steps run, {len(restore.plan.steps)} skipped" in person.said
        assert restore.verdict == "not restored"


def test_ctrl_c_stops_the_command_and_says_where_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    restore = Restore(tmp_path, "restore-rgs", "contoso-se-rgs", speed=0.1)

    def interrupt(terminal: Terminal) -> None:
        yes, run = ("(yes or no): ", "yes"), (f"{START}: ", "run")
        terminal.answer(run, yes, yes, run, yes, yes, ("Type se01.contoso.com to go on", "se01.contoso.com"))
        terminal.until("> Import-CsRgsConfiguration")
        terminal.interrupt()

    try:
        person = restore.person()
        person.arrive()
        assert person.watched(interrupt) != 0
        assert "INTERRUPTED at step rgs-import.2" in person.said
        assert "What ran: Import-CsRgsConfiguration" in person.said
        assert restore.verdict == "not restored"
    finally:
        restore.close()
