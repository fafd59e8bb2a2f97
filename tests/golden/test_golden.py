"""What the program says today, kept to the letter: plans of every drill, their papers, and the blank procedures.

``drills/PROCEDURE.SCENARIO/`` holds plan.json, runbook.md and script.ps1 of the plan that an unattended drill carries
out; ``procedures/`` holds the same of every shipped procedure with its values still placeholders.

What differs from one making of a simulated deployment to the next, and from one version to the next, is replaced by
fixed values first: the name of the backup set, the times, the program's version, the SHA-256 and size of every file in
the set. Everything else is compared.

``LYNC_WIZARD_NEW_GOLDEN=1`` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lync_wizard import backup
from lync_wizard.cli import procedures_cmd
from lync_wizard.core.yaml_document import Problems
from lync_wizard.lab.scenarios import catalogue, load
from lync_wizard.plans import derivation, template
from lync_wizard.plans.model import Plan, from_plan_data
from lync_wizard.procedures import Library, Procedure, available
from lync_wizard.render import scripts
from lync_wizard.runs import scripted_operator
from lync_wizard.workspace import backup_job
from lync_wizard.workspace.workspace import Workspace
from tests.conftest import Papers, copied, opened
from tests.world import World

FOLDER = Path(__file__).parent
NEW = bool(os.environ.get("LYNC_WIZARD_NEW_GOLDEN"))
DRILLS = [(procedure, variant) for procedure, variants in catalogue.VARIANTS.items() for variant in variants]
AT = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
MADE_AT = "2026-11-22T02:41:00Z"
PRODUCT = "0.0.0"
SIZE = 4096
MADE_ON_THE_WAY = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z_(?=[a-z]+-rescue)")
"""How the name begins of a set that the plan makes: with the time at which the plan was made."""
STRUCK = frozenset({"title", "lost", "lost-central", "lost-response-groups", "target"})
"""What a scenario says about its disaster alone; the papers and the backup were made before it."""


def agrees(path: Path, text: str) -> None:
    """Whether the text is the one that is kept; written anew where that is asked for."""
    if NEW:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    assert text == path.read_bytes().decode("utf-8"), f"{path.relative_to(FOLDER)} differs"


def laid_out(data: dict[str, Any]) -> str:
    """JSON with a line for each step, value and omission, so that a difference can be read."""
    members = []
    for key, value in data.items():
        match value:
            case dict() if value:
                inner = [f"  {in_a_line(name)}: {in_a_line(one)}" for name, one in value.items()]
                text = "{\n" + ",\n".join(inner) + "\n }"
            case list() if value:
                text = "[\n" + ",\n".join(f"  {in_a_line(one)}" for one in value) + "\n ]"
            case _:
                text = in_a_line(value)
        members.append(f" {in_a_line(key)}: {text}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def in_a_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# Plans of drills.


@pytest.fixture(scope="module")
def guide_for(papers: Papers, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Workspace]:
    """The opened papers of a scenario, shared by all whose deployments differ in nothing but the disaster."""
    first: dict[str, str] = {}

    @cache
    def open_papers(name: str) -> Workspace:
        kept = papers(name)
        return opened(copied(kept, tmp_path_factory.mktemp("golden") / name), kept, World())

    def find(name: str) -> Workspace:
        standing = {key: value for key, value in load.read(name).items() if key not in STRUCK}
        return open_papers(first.setdefault(json.dumps(standing, sort_keys=True), name))

    return find


def planned(workspace: Workspace, procedure: str, variant: str) -> Plan:
    """The plan that an unattended drill makes."""
    if procedure in catalogue.BACKUPS:
        return backup_job.prepare(workspace, procedure, at=AT)
    scenario = load.read(variant)
    target = scenario.get("target") or scenario["lost"][0]
    asks = scripted_operator.load(catalogue.script(procedure, variant)).asks
    return workspace.plan(procedure, target, workspace.newest(), asks)


def settled(plan: Plan, workspace: Workspace) -> Plan:
    """The plan with fixed values for what differs every time, loaded from its data as a run loads it."""
    data = plan.to_data()
    assert from_plan_data(data) == plan
    text = json.dumps(data, ensure_ascii=False)
    name = workspace.newest()
    assert name
    text = text.replace(name, backup.new_set_name(None, plan.deployment, AT))
    text = MADE_ON_THE_WAY.sub(backup.new_set_name(None, "", AT), text)
    for artifact in sorted(workspace.backup_set(name).manifest.files, key=lambda one: one.path):
        text = text.replace(artifact.sha256, hashlib.sha256(artifact.path.encode()).hexdigest())
    data = json.loads(text, object_hook=sized)
    data["made_at"] = MADE_AT
    data["product"] = PRODUCT
    data["backup_at"] = data["backup_at"] and "2026-11-22T01:30:00Z"
    return from_plan_data(sealed(data))


def sized(found: dict[str, Any]) -> dict[str, Any]:
    """A file of the set, wherever it is named, has one size."""
    return found | {"bytes": SIZE} if found.get("sha256") and found.get("bytes") is not None else found


def sealed(data: dict[str, Any]) -> dict[str, Any]:
    """Data with the hash that fits it, reckoned here: the product's own must come to the same, or loading is refused.

    It is over the compact, key-sorted UTF-8 JSON of everything but ``hash``.
    """
    body = {key: value for key, value in data.items() if key != "hash"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return data | {"hash": "sha256:" + hashlib.sha256(text.encode()).hexdigest()}


@pytest.mark.parametrize(("procedure", "variant"), DRILLS, ids=[".".join(pair) for pair in DRILLS])
def test_the_plan_of_a_drill_and_its_papers(
    procedure: str, variant: str, guide_for: Callable[[str], Workspace], tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = guide_for(variant)
    made = planned(workspace, procedure, variant)
    assert [*derivation.contradictions(made), *template.deviations(made, workspace.procedures)] == []
    plan = settled(made, workspace)
    text = laid_out(plan.to_data())
    assert json.loads(text) == plan.to_data()
    assert str(tmp_path_factory.getbasetemp().parent) not in text
    kept = FOLDER / "drills" / f"{procedure}.{variant}"
    agrees(kept / "plan.json", text)
    agrees(kept / "runbook.md", scripts.markdown(plan))
    agrees(kept / "script.ps1", exported(plan))


def exported(what: Plan | Procedure, known: Library | None = None) -> str:
    """The script as its file has it: byte order mark, and line ends of Windows but within literals."""
    return scripts.script_bytes(what, known).decode("utf-8")


def test_a_plan_that_is_kept_can_be_loaded() -> None:
    for path in sorted(FOLDER.glob("drills/*/plan.json")):
        data = json.loads(path.read_text("utf-8"))
        assert from_plan_data(data).hash == data["hash"], path


# Blank procedures.


@cache
def library() -> Mapping[str, Procedure]:
    problems = Problems()
    found = available.load(None).procedures
    problems.raise_any("the procedures")
    return found


@pytest.mark.parametrize("name", sorted(library()))
def test_a_blank_procedure(name: str) -> None:
    one = library()[name]
    kept = FOLDER / "procedures" / name
    agrees(kept.with_suffix(".json"), laid_out(procedures_cmd.as_data(one, library())))
    agrees(kept.with_suffix(".md"), scripts.markdown(one, library()))
    agrees(kept.with_suffix(".ps1"), exported(one, library()))


def test_no_file_is_kept_for_what_is_no_longer_there() -> None:
    kept = {path.name for path in (FOLDER / "drills").iterdir()}
    assert kept == {".".join(pair) for pair in DRILLS}
    assert {path.stem for path in (FOLDER / "procedures").iterdir()} == set(library())
