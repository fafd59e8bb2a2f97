"""Papers in, plan out: each case names a procedure, answers and changed cells; the expected text is beside it.

``scenario`` is the simulated deployment whose papers are used, contoso-se by default.

``LYNC_WIZARD_NEW_PLANS=1`` writes the expected texts anew; read what it wrote.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from lync_wizard.core.errors import InputError
from lync_wizard.hosts import powershell
from lync_wizard.plans import derivation, template
from lync_wizard.plans.model import Plan, from_plan_data
from lync_wizard.worksheets import Cell
from lync_wizard.workspace.workspace import Workspace

CASES = sorted(Path(__file__).parent.glob("*.yaml"))


def rendered(plan: Plan) -> str:
    lines = [f"{plan.procedure} {plan.target} rto {plan.rto_seconds or 0:g}"]
    for step in plan.steps:
        marks = [step.confirm, *(["repeatable"] if step.repeatable else []), *(["batch"] if step.batch else [])]
        lines.append(f"{step.id} [{step.kind}; {', '.join(marks)}] {step.title}")
        lines.append(f"  {step.host} {step.account}: {step.text}")
        lines += [f"  before: {p.title}" for p in step.before]
        if step.destructive:
            lines.append(f"  harms {step.confirm_text}: {step.destructive}")
        if step.verify:
            lines.append(f"  verify {step.verify.host}: {powershell.text_of(step.verify.command)}")
    lines += [f"- {one.group} {one.title}: {one.why}" for one in plan.omitted]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_plan(path: Path, workspace_of: Callable[[str], Workspace]) -> None:
    case = yaml.safe_load(path.read_text("utf-8"))
    workspace = workspace_of(case.get("scenario", "contoso-se"))
    for address, value in case.get("cells", {}).items():
        workspace.record(Cell.parse(address), str(value))
    chosen = workspace.newest()
    assert chosen
    try:
        plan = workspace.plan(case["procedure"], case["target"], chosen, case.get("asks", {}))
        assert from_plan_data(plan.to_data()) == plan
        assert [*derivation.contradictions(plan), *template.deviations(plan, workspace.procedures)] == []
        text = rendered(plan)
    except InputError as error:
        text = f"{error}\n"
    text = re.sub(r"\d{4}-\d\d-\d\dT\d{6}Z_contoso-rescue", "NEWSET", text.replace(chosen, "SET"))
    for artifact in workspace.backup_set(chosen).manifest.files:
        text = text.replace(artifact.sha256, f"SHA256({artifact.path})")
    text = "\n".join(line.partition("/worksheets/procedures/")[2] or line for line in text.splitlines()) + "\n"
    expected = path.with_suffix(".expected")
    if os.environ.get("LYNC_WIZARD_NEW_PLANS"):
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


def test_a_value_missing_is_asked_for_by_its_cell(workspace: Workspace) -> None:
    assert workspace.needed("restore-se", "se01.contoso.com") == []
    cell = Cell.parse("se01.contoso.com:deployment-facts/file-store/local-folder")
    workspace._store(cell, None)
    assert workspace.needed("restore-se", "se01.contoso.com") == [cell]
    workspace.record(cell, r"D:\LyncShare")
    assert workspace.needed("restore-se", "se01.contoso.com") == []
    assert workspace.undo() == cell
    assert workspace.needed("restore-se", "se01.contoso.com") == [cell]


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_repeated_step_names_what_it_is_for(path: Path) -> None:
    for line in path.with_suffix(".expected").read_text("utf-8").splitlines():
        if step := re.match(r"\S+?@(\S+) \[[^]]*\] (.+)", line):
            assert all(item in step[2] for item in step[1].split("@")), line
