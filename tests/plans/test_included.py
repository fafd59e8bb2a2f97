"""Parts of procedures put into others, and what is particular to servers outside the domain."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lync_wizard import procedures
from lync_wizard.core.yaml_document import Problems
from lync_wizard.procedures import available, collections, targets
from lync_wizard.workspace.workspace import Workspace

OWN = """\
id: half-a-member
title: Half a member
steps:
  - include: restore-member
    only: [{only}]
"""


@pytest.fixture
def library() -> Mapping[str, procedures.Procedure]:
    return available.load(None).procedures


def linted(folder: Path, only: str, library: Mapping[str, procedures.Procedure]) -> list[str]:
    path = folder / "half.yaml"
    path.write_text(OWN.format(only=only), "utf-8")
    problems = Problems()
    own = procedures.read(path, problems)
    assert own
    procedures.lint({**library, own.id: own}, problems)
    return [f"{problem.key}: {problem.message} {problem.hint}" for problem in problems if problem.key == "only"]


def test_only_names_steps_of_what_is_included(tmp_path: Path, library: Mapping[str, procedures.Procedure]) -> None:
    assert linted(tmp_path, "mem-bare, mem-setup", library) == []
    (wrong,) = linted(tmp_path, "mem-bear", library)
    assert "restore-member has no step mem-bear" in wrong
    assert "mem-bare" in wrong


CIRCLE = """\
id: {id}
title: A procedure that leads back to itself
source: ours
checks: [hosts-answer, no-such-check]
steps:
  - id: {id}-step
    include: {inner}
"""


@pytest.mark.parametrize("circle", [("one", "one"), ("one", "two", "one")])
def test_a_procedure_that_includes_itself_is_found(circle: tuple[str, ...], tmp_path: Path) -> None:
    for name, inner in itertools.pairwise(circle):
        (tmp_path / f"{name}.yaml").write_text(CIRCLE.format(id=name, inner=inner), "utf-8")
    problems = Problems()
    procedures.lint(procedures.load_library([tmp_path], problems), problems, checks=["hosts-answer"])
    found = [problem for problem in problems if problem.key == "include"]
    assert len(found) == len(circle) - 1
    assert all(problem.where and problem.where.line == 6 for problem in found)


def test_an_unknown_check_is_shown_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(CIRCLE.format(id="one", inner="two"), "utf-8")
    problems = Problems()
    procedures.lint(procedures.load_library([tmp_path], problems), problems, checks=["hosts-answer"])
    (found,) = [problem for problem in problems if problem.key == "checks"]
    assert "no-such-check" in found.message
    assert found.where
    assert (found.where.line, found.where.column) == (4, 24)


def test_questions_of_everything_included_are_asked_once(library: Mapping[str, procedures.Procedure]) -> None:
    names = [ask.name for ask in procedures.options_of(library["restore-pool"], library)]
    assert names[0] == "back-end"
    assert {"roles", "rgs-settings", "user-store"} <= set(names)
    assert len(names) == len(set(names))


WITHIN = """\
id: tried
title: A procedure whose step has a block among its parts
source: ours
steps:
  - id: try
    title: Try the pool
    kind: cmdlet
    host: <ServingServerFqdn>
    parts:
      - include: user-acceptance
"""


def test_a_block_among_the_parts_of_a_step_asks_its_questions(
    tmp_path: Path, library: Mapping[str, procedures.Procedure]
) -> None:
    path = tmp_path / "tried.yaml"
    path.write_text(WITHIN, "utf-8")
    own = procedures.read(path, Problems())
    assert own
    asked = procedures.options_of(own, {**library, own.id: own})
    assert [one.name for one in asked] == ["acceptance"]


def test_nothing_runs_as_a_domain_account_on_an_edge_server(workspace_of: Callable[[str], Workspace]) -> None:
    workspace = workspace_of("contoso-ee")
    plan = workspace.plan("restore-member", "edge02.contoso.com", workspace.newest(), {})
    asked = [(step.host, step.account) for step in plan.steps]
    asked += [(step.verify.host, step.verify.account) for step in plan.steps if step.verify]
    asked += [(p.question.host, p.question.account) for step in plan.steps for p in step.before if p.question]
    asked += [(read.host, read.account) for step in plan.steps for read in step.reads.values()]
    assert {account for host, account in asked if host == "edge02.contoso.com"} == {"edge-admin"}
    assert {account for host, account in asked if host.startswith("fe")} == {"lync-admin"}


def test_a_file_server_brings_all_its_file_stores_back(workspace_of: Callable[[str], Workspace]) -> None:
    known = workspace_of("contoso-ee").known
    assert "pool01.contoso.com" in targets.fqdns("file-store", known)
    assert "medpool.contoso.com" not in targets.fqdns("file-store", known)
    for name in ("pool01.contoso.com", "chatpool.contoso.com"):  # they share one file store
        pool = known.pool(name)
        assert pool
        rounds = [item.name for item in collections.items("file-stores-of-server", known, pool)]
        assert rounds == [name, "dir01.contoso.com"]
