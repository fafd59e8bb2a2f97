"""The walk through a procedure: what its JSON, its runbook and its script have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard import checks, procedures
from lync_wizard.cli.procedures_cmd import as_data
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import powershell
from lync_wizard.procedures import Library
from lync_wizard.procedures.expand import expanded
from lync_wizard.render import runbook
from lync_wizard.workspace.workspace import Workspace

INNER = """
id: inner
title: Inner
steps:
  - id: in-look
    title: Look
    kind: cmdlet
    when: [mirrored]
    run: {pipeline: [{name: Get-CsPool, parameters: {Identity: <PoolFqdn>}}]}
"""
BLOCK = """
id: block
block: true
title: Block
steps:
  - title: Look at <ServerFqdn>
    kind: cmdlet
    run: {pipeline: [{name: Get-CsComputer, parameters: {Identity: <ServerFqdn>}}]}
    verify:
      run: {pipeline: [{name: Get-CsComputer, parameters: {Identity: <ServerFqdn>}}]}
      any: {Fqdn: {matches_fqdn: <ServerFqdn>}}
  - {title: Touch, kind: manual, do: Touch it., destructive: bad for <ServerFqdn>, harms: <ServerFqdn>}
"""
OUTER = """
id: outer
title: Outer
asks: [{name: how, question: "How?", choices: {one: One way, two: Another way}, default: one}]
steps:
  - {id: out-block, include: block, on: <MirrorSqlFqdn>, when: [mirrored]}
  - {include: inner, when: [enterprise]}
  - id: out-each
    title: Each
    kind: manual
    for_each: {as: <FrontEndFqdn>, in: front-ends-of-pool, order: sequence}
    parts:
      - {title: First, kind: manual, do: First.}
      - {title: Second, kind: manual, do: Second.}
  - id: out-ways
    title: Ways
    kind: cmdlet
    ask: how
    ways:
      one: {kind: cmdlet, run: {pipeline: [{name: Get-CsPool}]}}
      two: {kind: manual, do: Look.}
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    problems = Problems()
    for name, text in (("inner", INNER), ("block", BLOCK), ("outer", OUTER)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    found = procedures.load_library([tmp_path], problems, checks=checks.ids())
    problems.raise_any("the procedures")
    return found


def test_every_command_has_its_id_its_group_and_what_must_hold(library: Library) -> None:
    flat = [(one.id, one.heading.name, one.place.when) for one in expanded(library["outer"], library)]
    assert flat == [
        ("out-block.1", "out-block", ("mirrored",)),
        ("out-block.2", "out-block", ("mirrored",)),
        ("inner/in-look", "inner", ("enterprise", "mirrored")),
        ("out-each.1", "out-each", ()),
        ("out-each.2", "out-each", ()),
        ("out-ways", "out-ways", ()),
    ]


def test_a_block_on_another_server_names_that_one_everywhere(library: Library) -> None:
    first, second = runbook.of_procedure(library["outer"], library).items[:2]
    assert first.command is not None
    assert first.verify is not None
    assert first.host == first.verify.host == "<MirrorSqlFqdn>"
    assert powershell.text_of(first.command) == "Get-CsComputer -Identity '<MirrorSqlFqdn>'"
    assert first.title == "Look at <MirrorSqlFqdn>"
    assert "<MirrorSqlFqdn>" in first.verify.wanted
    assert (second.harms, second.destructive) == ("<MirrorSqlFqdn>", "bad for <MirrorSqlFqdn>")


def test_rounds_and_ways_are_told_in_words_and_as_data(library: Library) -> None:
    items = {item.id + item.kind: item for item in runbook.of_procedure(library["outer"], library).items}
    assert items["out-each.2manual"].only == ("for each <FrontEndFqdn> of front ends of pool",)
    assert items["out-wayscmdlet"].only == ("How? One way",)
    assert items["out-waysmanual"].only == ("How? Another way",)
    steps = {step["id"]: step for step in as_data(library["outer"], library)["steps"]}
    assert steps["out-each.1"]["for_each"] == [{"as": "FrontEndFqdn", "in": "front-ends-of-pool", "order": "sequence"}]
    assert set(steps["out-ways"]["ways"]) == {"one", "two"}
    assert (steps["out-block.2"]["confirm"], steps["out-block.2"]["confirm_text"]) == ("type", "<MirrorSqlFqdn>")


def test_paper_and_data_have_the_same_steps(workspace: Workspace) -> None:
    for one in workspace.procedures.values():
        if one.listed and not one.block:
            told = [step["id"] for step in as_data(one, workspace.procedures)["steps"]]
            printed = [item.id for item in runbook.of_procedure(one, workspace.procedures).items]
            assert list(dict.fromkeys(told)) == list(dict.fromkeys(printed)), one.id
