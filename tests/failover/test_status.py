"""`failover status` asked of the lab: a healthy pair, a pool that is failed over, a store without a master, silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core import timestamps
from lync_wizard.core.storage import Home
from lync_wizard.lab.farm import pair_records, pairing
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.scenarios import build as scenario
from lync_wizard.lab.scenarios.worksheets import write_worksheets
from lync_wizard.lab.server import process
from lync_wizard.lab.server.lab import Identity, Lab
from lync_wizard.lab.winrm.auth import USER_FILE
from lync_wizard.tui.view import status
from lync_wizard.workspace import failover_status
from tests.checks.test_in_the_lab import PASSWORD, StartedLab
from tests.command import call

pytestmark = pytest.mark.xdist_group("failover-status")
ONE, TWO = "pool01.contoso.com", "pool02.contoso.com"
PAIR = ("--pool", ONE, "--json")


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedLab]:
    home = tmp_path_factory.mktemp("paired")
    scenario.build("contoso-paired", home / "lab", seed=5)
    write_worksheets(home, home / "lab")
    simulation = Simulation.load(home / "lab", 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(USER_FILE, "")
        patch.setenv(process.VARIABLE, PASSWORD.reveal())
        premises = Lab(home, simulation, Identity("x", "contoso-paired", 5, {}), PASSWORD)
        premises.open()
        yield StartedLab(home, simulation)
        premises.close()


def asked(lab: StartedLab, *more: str) -> tuple[int, Any]:
    done = call(lab.home, "failover", "status", "--headless", *(more or PAIR))
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def of(pair: dict[str, Any], about: str) -> list[tuple[str, str]]:
    return [(line["status"], line["text"]) for line in pair["lines"] if line["about"] == about]


def test_a_healthy_pair_is_ready_and_the_answer_is_kept(paired: StartedLab) -> None:
    code, found = asked(paired, "--json")
    assert code == 0, found
    assert [pair["pools"] for pair in found["pairs"]] == [[ONE, TWO], ["se03.contoso.com", "se04.contoso.com"]]
    assert not [line for pair in found["pairs"] for line in pair["lines"] if line["status"] != "ok"]
    central, beside = found["pairs"]
    assert of(central, "cms-master") == [("ok", f"{ONE} is the only active master")]
    assert of(central, "cms-standby") == [("ok", f"the database of {TWO} is in Backup mode")]
    assert of(central, "last-sync") == [("ok", "last sync: unknown (interval 2 min)")]
    assert of(central, "cms-reach") == [("ok", f"the database of {TWO} is reached from a third pool")]
    assert of(beside, "cms-standby") == []
    kept = json.loads((paired.home / "failover-status.json").read_text("utf-8"))
    assert kept["deployments"]["contoso"]["line"] == found["line"]
    said = json.loads(call(paired.home, "backup", "status", "--offline", "--json").stdout)["failover"]
    assert (said["ready"], said["line"]) == (True, found["line"])
    workspace = paired.workspace
    [home] = [fact for fact in status.read(workspace, timestamps.now()).facts if fact.name == "Failover"]
    assert str(home.text).startswith(found["line"])
    assert "ago)" in str(home.text)


def test_for_people_each_line_has_its_evidence(paired: StartedLab) -> None:
    said = call(paired.home, "failover", "status", "--headless", "--pool", TWO).stdout
    assert f"{ONE} and {TWO}: ready" in said
    assert "Get-CsService -CentralManagement on fe01.contoso.com → " in said
    assert "Debug-CsInterPoolReplication" in said


def test_a_pool_that_is_failed_over_is_known_as_such(paired: StartedLab) -> None:
    with paired.simulation.change() as state:
        standing = pairing.standing(state, ONE)
        standing.state, standing.own = pair_records.FAILED_OVER, True
    try:
        code, found = asked(paired)
    finally:
        with paired.simulation.change() as state:
            standing.state, standing.own = pair_records.ACTIVE, False
    assert code == 1
    assert ("no", f"{ONE} is failed over now: {TWO} serves its users") in of(found["pairs"][0], "pool-state")
    assert "NOT READY" in found["line"]


def test_two_databases_in_backup_mode_are_no_master(paired: StartedLab) -> None:
    with paired.simulation.change() as state:
        state.central[ONE].current = pair_records.IN_BACKUP
    try:
        code, found = asked(paired)
    finally:
        with paired.simulation.change() as state:
            state.central[ONE].current = pair_records.IN_USE
    assert code == 1
    assert of(found["pairs"][0], "cms-standby") == [("no", "both databases are in Backup mode: there is no master")]


def test_a_pool_without_a_backup_pool_is_wrong_usage(paired: StartedLab) -> None:
    done = call(paired.home, "failover", "status", "--headless", "--pool", "se02.contoso.com")
    assert done.returncode == 2
    assert "se02.contoso.com has no backup pool" in done.stderr


def test_a_damaged_last_answer_is_told_and_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / failover_status.FILE).write_text("{", "utf-8")
    assert "cannot be read" in failover_status.last(home, "contoso").text
    (tmp_path / failover_status.FILE).unlink()
    assert "never asked" in failover_status.last(home, "contoso").text


def test_what_asks_regularly_is_printed(paired: StartedLab) -> None:
    done = call(paired.home, "failover", "schedule", "--as", "systemd", "--at", "daily 06:30")
    assert done.returncode == 0
    assert "failover status --headless" in done.stdout
    assert "06:30" in done.stdout


def test_where_nobody_answers_the_exit_code_is_4(tmp_path: Path) -> None:
    scenario.build("contoso-paired", tmp_path / "lab", seed=5)
    write_worksheets(tmp_path, tmp_path / "lab")
    done = call(tmp_path, "failover", "status", "--headless", *PAIR)
    assert done.returncode == 4
    assert not json.loads(done.stdout)["answered"]
