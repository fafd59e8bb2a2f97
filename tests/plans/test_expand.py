"""The walk through a procedure: what its JSON, its runbook and its script have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard import procedures
from lync_wizard.cli.procedures_cmd import as_data
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import powershell
from lync_wizard.procedures import ForEach, Library, Step, available
from lync_wizard.procedures.expand import (
    Chooser,
    Omitted,
    Place,
    Round,
    expanded,
    expected_seconds,
    step_names,
    walk,
)
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
NESTED = """
id: nested
title: Nested
asks: [{name: how, question: "How?", choices: {one: One way, two: Another way}, default: one}]
steps:
  - {include: inner, only: [in-look], for_each: {as: <PoolFqdn>, in: lync-pools, order: parallel}}
  - id: ne-parts
    title: Parts
    kind: manual
    for_each: {as: <FrontEndFqdn>, in: front-ends-of-pool, order: parallel}
    seconds: {expected: 7}
    parts:
      - {title: First, kind: cmdlet, run: {pipeline: [{name: Get-CsPool}]}, seconds: {expected: 20}}
      - {include: block, for_each: {as: <DatabaseName>, in: mirrored-databases, order: sequence}, on: <MirrorSqlFqdn>}
      - title: Third
        kind: cmdlet
        ask: how
        on: <MirrorSqlFqdn>
        ways:
          one: {kind: cmdlet, run: {pipeline: [{name: Get-CsPool, parameters: {Identity: <ServerFqdn>}}]}}
          two: {kind: manual, parts: [{title: Look, kind: manual, do: Look.}, {title: Touch, kind: manual, do: Touch.}]}
"""


class Decided(Chooser[str]):
    """Two items in every list, the second way of every choice, nothing mirrored; the scope is the item at hand."""

    def unmet(self, when: Sequence[str], scope: str) -> str:
        return f"not mirrored ({scope})" if "mirrored" in when else ""

    def ways(self, step: Step) -> Sequence[str]:
        return ["two"] if step.ways else ()

    def rounds(self, each: ForEach, place: Place[str]) -> Sequence[Round[str]]:
        return [Round(name, name) for name in ("a", "b")] if each.over != "mirrored-databases" else []


class Monitored(Chooser[str]):
    """The test accounts that monitoring uses."""

    def ways(self, step: Step) -> Sequence[str]:
        return ["monitoring"] if step.ways else ()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    problems = Problems()
    for name, text in (("inner", INNER), ("block", BLOCK), ("outer", OUTER), ("nested", NESTED)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    found = procedures.load_library([tmp_path], problems)
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


def test_what_is_decided_is_gone_through_and_the_rest_is_left_out_with_its_reason(library: Library) -> None:
    found = list(walk(library["outer"], library, Decided(), ""))
    assert [one for one in found if isinstance(one, Omitted)] == [
        Omitted("out-block", "Block", "not mirrored ()"),
        Omitted("inner", "Look", "not mirrored ()"),
    ]
    placed = [(one.id, one.place.scope, one.step.title) for one in found if not isinstance(one, Omitted)]
    assert placed == [
        ("out-each.1@a", "a", "First: a"),
        ("out-each.2@a", "a", "Second: a"),
        ("out-each.1@b", "b", "First: b"),
        ("out-each.2@b", "b", "Second: b"),
        ("out-ways", "", "Ways"),
    ]


def test_lists_and_parts_within_parts(library: Library) -> None:
    assert [one.id for one in expanded(library["nested"], library)] == [
        "inner/in-look", "ne-parts.1", "ne-parts.2.1", "ne-parts.2.2", "ne-parts.3", "ne-parts.3.1", "ne-parts.3.2",
    ]  # fmt: skip
    found = list(walk(library["nested"], library, Decided(), ""))
    assert [(one.id, one.batch) for one in found if not isinstance(one, Omitted)] == [
        ("ne-parts.1@a", "ne-parts.1"),
        ("ne-parts.1@b", "ne-parts.1"),
        ("ne-parts.3.1@a", ""),
        ("ne-parts.3.1@b", ""),
        ("ne-parts.3.2@a", ""),
        ("ne-parts.3.2@b", ""),
    ]
    assert [one for one in found if isinstance(one, Omitted)] == [
        Omitted("inner", "Look", "not mirrored (a)"),
        Omitted("inner", "Look", "not mirrored (b)"),
        Omitted("ne-parts", "Parts", "there is none in mirrored databases"),
        Omitted("ne-parts", "Parts", "there is none in mirrored databases"),
    ]


def test_a_way_names_the_server_at_hand_of_its_step(library: Library) -> None:
    (way,) = [one for one in runbook.of_procedure(library["nested"], library).items if one.id == "ne-parts.3"]
    assert way.command is not None
    assert powershell.text_of(way.command) == "Get-CsPool -Identity '<MirrorSqlFqdn>'"


def test_what_counts_as_success_of_a_way_is_its_own(library: Library) -> None:
    shipped = available.load(None).procedures
    block = shipped["chat-acceptance"]
    outer = replace(library["outer"], steps=tuple(one for one in block.steps if one.ways))
    (placed,) = [one for one in walk(outer, shipped, Monitored(), "") if not isinstance(one, Omitted)]
    assert placed.step.kind == "cmdlet"
    assert placed.step.expect["all"] == {"Result": {"equals": "Success"}}


def test_estimates_and_bounds_are_of_what_is_carried_out(library: Library) -> None:
    assert expected_seconds(library["nested"], library) == 20
    assert step_names(library["nested"], library) == ["inner", "in-look", "ne-parts"]


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
