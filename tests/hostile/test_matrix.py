"""Every command that asks hosts × everything that a hostile host or instance sends: each ends with a word of our own.

`make hostile` prints the whole table; `make drills` carries it out beside other tests, a test run two inputs of it. A
cell counts as tried only where the lab has shown the input while the command ran.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lync_wizard.hosts import bounds
from lync_wizard.lab.farm import faults, hostile
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.lab.sqlserver import hostile as sql_hostile
from tests.command import call
from tests.hostile.homes import obeyed

FE = "fe01.contoso.com"
ALWAYS = {"hostile-psrp-control", "hostile-psrp-types"}
"""Quick and found the most; those that are slow are left to `make drills`."""
ENDINGS = {0: "done", 1: "refused", 2: "bad input", 3: "refused", 4: "unreachable", 5: "paused"}
UNEXPECTED = 70
PSRP = [hostile.PREFIX + name for name in hostile.INPUTS]
SQL = [sql_hostile.PREFIX + name for name in sql_hostile.INPUTS]


def ask(*words: str) -> Callable[[Path], int]:
    return lambda home: told(home, *words)


def told(home: Path, *words: str) -> int:
    """The exit code; what was said held nothing that a terminal obeys and nothing that only a programmer reads."""
    done = call(home, *words)
    said = done.stdout + done.stderr
    assert not obeyed(said), words
    assert "Traceback" not in said, words
    return done.returncode


def planned(home: Path, name: str, *words: str) -> tuple[Path, str]:
    made = home / f"{name}.json"
    if not made.exists():
        done = call(home, "plan", *words, "-o", str(made))
        assert done.returncode == 0, done.stderr
    return made, json.loads(made.read_text("utf-8"))["hash"]


def run(home: Path) -> int:
    made, digest = planned(home, "plan", "backup-core", "--target", "contoso")
    return told(home, "run", str(made), "--headless", "--approve", digest)


def resume(home: Path) -> int:
    """The last run that has stopped; where the checks let none begin, nothing is resumed and nothing asked."""
    stopped = [
        one["run"] for one in json.loads(call(home, "runs", "list", "--json").stdout) if one.get("end", "") is None
    ]
    return told(home, "resume", *stopped[:1], "--headless")


def set_up(home: Path) -> int:
    answers = home / "answers.yaml"
    answers.write_text("connections/try: true\n", "utf-8")
    return told(home, "setup", "--from-host", FE, "--answers", str(answers), "--json")


def verify(home: Path) -> int:
    listed = json.loads(call(home, "backup", "list", "--json").stdout)
    return told(home, "backup", "verify", (listed["sets"] if isinstance(listed, dict) else listed)[0]["name"])


COMMANDS: dict[str, Callable[[Path], int]] = {
    "check": ask("check", "backup-core", "--target", "contoso"),
    "plan": ask("plan", "backup-core", "--target", "contoso"),
    "run": run,
    "resume": resume,
    "setup": set_up,
    "triage": ask("triage", "--json"),
    "doctor": ask("doctor"),
    "backup run": ask("backup", "run", "backup-core", "--headless"),
    "backup verify": verify,
    "backup status": ask("backup", "status"),
    "failover status": ask("failover", "status"),
}
SCENARIOS = {"failover status": "contoso-paired"}
"""Where the usual deployment has nothing for a command to ask."""
NOT_SHOWN = "not asked"


@dataclass
class Table:
    """What was tried, and how it ended."""

    cells: dict[tuple[str, str], str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        inputs = list(dict.fromkeys(name for _, name in self.cells))
        width = max(map(len, inputs), default=0)
        widths = {command: max(len(command), *(len(self.cells.get((command, one), "-")) for one in inputs))
                  for command in COMMANDS}  # fmt: skip
        yield " | ".join(["hostile input".ljust(width), *(command.ljust(widths[command]) for command in COMMANDS)])
        for name in inputs:
            cells = [self.cells.get((command, name), "-").ljust(widths[command]) for command in COMMANDS]
            yield " | ".join([name.ljust(width), *cells])
        failed = sum(end == "FAILED" for end in self.cells.values())
        apart = sum(end == NOT_SHOWN for end in self.cells.values())
        tried = len(self.cells) - apart
        yield f"{tried} tried, {tried - failed} handled, {failed} failed; {apart} did not ask for it"


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    made = Table()
    yield made
    print("\n" + "\n".join(made.lines()))  # noqa: T201 - the table is what this test is run for


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], Path]]:
    """A standing deployment with one fault; made anew for each, and one at a time."""
    running: dict[tuple[str, str], Path] = {}

    def start(fault: str, scenario: str) -> Path:
        if (fault, scenario) not in running:
            while running:
                process.stop(running.popitem()[1])
            home = tmp_path_factory.mktemp("hostile") / "lab"
            process.start(home, scenario, seed=7, speed=10_000.0, faults=[fault], standing=True)
            running[fault, scenario] = home
        return running[fault, scenario]

    yield start
    for home in running.values():
        process.stop(home)


def inputs() -> Iterator[object]:
    """Each with the cells of one fault in one process, which starts one lab for them."""
    for name in (*PSRP, *SQL):
        group = pytest.mark.xdist_group(name)
        yield pytest.param(name, marks=group if name in ALWAYS else [group, pytest.mark.thorough])
    # From the first question on nothing is believed; these harm a command in the middle of a run.
    for name in PSRP:
        yield pytest.param(
            f"{name}@Export-CsConfiguration", marks=[pytest.mark.xdist_group(name), pytest.mark.thorough]
        )


# The fault is the outer one: the commands of one follow each other, at one lab.
@pytest.mark.timeout(600)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fault", list(inputs()))
def test_a_command_ends_with_a_word_of_our_own(
    fault: str,
    command: str,
    lab: Callable[[str, str], Path],
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What is endless is so at any bound; a lab would need minutes to send as much as the real ones take.
    monkeypatch.setattr(bounds, "KEPT_OBJECTS", 300)
    for most in ("SAID_CHARACTERS", "CHANGING_CHARACTERS"):
        monkeypatch.setattr(bounds, most, 200_000)
    home = lab(fault, SCENARIOS.get(command, "contoso-archmon"))
    kind = fault.partition("@")[0]

    def shown() -> int:
        return int(LabControl(home).status()["shown"].get(kind, 0))

    before = shown()
    table.cells[command, fault] = "FAILED"
    code = COMMANDS[command](home)
    assert code in ENDINGS, (command, fault, code)
    table.cells[command, fault] = f"{code} {ENDINGS[code]}" if shown() > before else NOT_SHOWN


def test_every_hostile_fault_is_in_the_catalogue() -> None:
    assert set(faults.HOSTILE) == {*PSRP, *SQL}
    assert set(faults.HOSTILE) <= set(faults.CATALOGUE)
