"""A drill that names nothing: drawn by its seed, only symptoms told, and a score of the wrong turns at the end."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from lync_wizard import backup, procedures
from lync_wizard.core import catalogue, timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.core.yaml_document import Problems
from lync_wizard.lab.scenarios import catalogue as practice
from lync_wizard.lab.scenarios import random_pick, symptoms
from lync_wizard.lab.server import process
from lync_wizard.lab.verdict import score
from lync_wizard.plans.model import Plan
from lync_wizard.runs.chains import START
from lync_wizard.runs.state import EventType, RunEvent
from tests.drills.dialogue import Dialogue
from tests.drills.test_drills import run

TITLES = {
    one.id: one.title for one in procedures.load_library([catalogue.data_folder() / "procedures"], Problems()).values()
}


@pytest.mark.parametrize(
    ("name", "scenario"), random_pick.pairs(), ids=[scenario for _, scenario in random_pick.pairs()]
)
def test_every_disaster_has_symptoms_that_name_no_procedure(name: str, scenario: str) -> None:
    told = " ".join(symptoms.of(scenario))
    assert len(symptoms.of(scenario)) >= 2
    assert not re.search(r"\brestor|\brebuil|procedure", told, re.IGNORECASE)
    assert not any(one in told for one, _ in random_pick.pairs())
    assert TITLES.get(name, "no title").lower() not in told.lower()
    assert scenario not in told


def test_the_same_seed_draws_the_same_and_every_disaster_can_be_drawn() -> None:
    found = [random_pick.pick(seed) for seed in range(600)]
    assert found == [random_pick.pick(seed) for seed in range(600)]
    assert set(found) == set(random_pick.pairs())
    assert not {name for name, _ in found} & practice.BACKUPS


def test_a_scenario_that_nothing_mends_is_refused() -> None:
    assert random_pick.procedure_for("contoso-archmon") == "restore-archmon"
    with pytest.raises(InputError):
        random_pick.procedure_for("nowhere")


def seed_of(wanted: str) -> int:
    return next(seed for seed in range(10_000) if random_pick.pick(seed)[1] == wanted)


def test_line_mode_tells_the_symptoms_and_not_the_cause(tmp_path: Path) -> None:
    seed = str(seed_of("contoso-se"))
    talk = Dialogue(["drill", "--plain", "--seed", seed, "--speed", "400"], tmp_path, lambda *_: None)
    assert talk.run() == 3
    before = talk.said.partition("verdict:")[0]
    for told in symptoms.of("contoso-se"):
        assert told in before
    assert "restore-se" not in before
    assert "What failed?" in before or "Answer" in before, "the questions of triage come next"


def test_at_its_end_a_surprise_is_named_with_what_mends_it(tmp_path: Path) -> None:
    scenario = "contoso-se-cms-pointer"
    done = run(tmp_path, "drill", "--headless", "--seed", str(seed_of(scenario)), "--speed", "400")
    before, _, after = done.stdout.partition("verdict: restored")
    assert done.returncode == 0
    assert random_pick.procedure_for(scenario) not in before
    assert f"restored with {random_pick.procedure_for(scenario)}" in after
    assert f"drill {random_pick.procedure_for(scenario)} --variant {scenario}" in after


def test_a_surprise_unattended_ends_with_verdict_score_and_evidence(tmp_path: Path) -> None:
    """Skips a step on the way: the lab says what is missing, the score who left it out."""
    script = tmp_path / "script.yaml"
    left = "restore-rgs/rgs-import.2"
    script.write_text(
        yaml.safe_dump(
            {
                "answers": {
                    left: {"choice": "skip", "reason": "forgotten"},
                    **{f"restore-rgs/rgs-verify.{n}": {"choice": "skip", "reason": "none"} for n in range(1, 6)},
                }
            }
        ),
        "utf-8",
    )
    seed = str(seed_of("contoso-se"))
    done = run(tmp_path, "drill", "--headless", "--json", "--seed", seed, "--speed", "400", "--script", str(script))
    said = json.loads(done.stdout)
    assert done.returncode == 1, done.stderr
    assert (said["verdict"], said["procedure"], said["seed"]) == ("not restored", "restore-se", int(seed))
    assert f"{left}: forgotten" in said["score"]["skipped_steps"]
    assert said["score"]["wrong_turns"] >= 1
    assert said["rto_seconds"]
    assert said["within_rto"] is True
    assert Path(said["report"]).read_bytes().startswith(b"%PDF")
    assert Path(said["report"]).parent == tmp_path / "reports"
    kept = sets(tmp_path / "drills" / said["lab"])
    assert not any(backup.read_log(one).restored for one in kept), "what was not restored proves nothing"


@pytest.mark.thorough
def test_a_drill_that_restored_is_recorded_beside_its_set(tmp_path: Path) -> None:
    done = run(tmp_path, "drill", "restore-se", "--headless", "--json", "--speed", "400")
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"], said["score"]["wrong_turns"]) == (0, "restored", 0), done.stderr
    (kept,) = sets(tmp_path / "drills" / said["lab"])
    (restored,) = backup.read_log(kept).restored
    assert (restored.run, restored.environment, restored.restored) == (said["run"], "drill", True)


def sets(lab: Path) -> list[Path]:
    process.stop(lab)
    return [manifest.parent for manifest in (lab / "lab" / "disks").rglob("manifest.json")]


def plan(name: str) -> Plan:
    return Plan(name, "", "se01.contoso.com", "c", "c", "drill", None, None, timestamps.now(), {}, ())


def events(*facts: tuple[EventType, str, dict[str, Any]]) -> list[RunEvent]:
    return [
        RunEvent(n, timestamps.now(), START, "r", kind, step, 1, data) for n, (kind, step, data) in enumerate(facts)
    ]


def test_wrong_turns_are_what_somebody_did_and_not_what_befell_them() -> None:
    done = events(
        ("step_finished", "a", {"outcome": "failed", "why": "the service runs"}),
        ("step_started", "b", {}),
        ("step_finished", "b", {"outcome": "ok", "to_verify": True}),
        ("step_verified", "b", {"result": "no", "evidence": "nothing there"}),
        ("step_started", "c", {}),
        ("step_finished", "c", {"outcome": "unknown", "why": "the connection was lost"}),
        ("step_verified", "c", {"result": "no", "evidence": "asked before deciding"}),
        ("step_reconciled", "c", {"decision": "again"}),
        ("step_confirmed", "c", {"typed": "se01.contoso.com", "wrong_targets": ["fe01", "se02"]}),
        ("note", "d", {"text": "the target typed was not se01.contoso.com; nothing was sent"}),
        ("step_skipped", "d", {"reason": "later"}),
    )
    found = score.of([(plan("restore-cms"), []), (plan("restore-se"), done)], "restore-se", ["x: not yet"])
    assert found.procedures == ("restore-cms se01.contoso.com",)
    assert found.failed == ("a: the service runs", "b: not verified, nothing there")
    assert found.wrong_targets == (
        "c: fe01",
        "c: se02",
        "d: the target typed was not se01.contoso.com; nothing was sent",
    )
    assert (found.skipped, found.refused_actions) == (("d: later",), ("x: not yet",))
    assert found.total == 8
    assert "wrong turns: 8" in found.lines()
