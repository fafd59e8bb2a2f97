"""The findings of a whole plan together: what is left for later, what stands in the way, who is asked side by side."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from lync_wizard.checks import CHECKS, Finding, evaluate, gated, verdict
from lync_wizard.core.errors import Unreachable
from lync_wizard.workspace.run_session import RunSession
from tests.checks.scripted_hosts import DC, FE1, FE2
from tests.checks.worlds import World
from tests.conftest import Papers

SE = "se01.contoso.com"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The lost Standard Edition server se01 and the standing fe01, on which restore-se asks about the others."""
    return World(tmp_path, {"world": "restore-se"})


def examine(world: World, papers: Papers) -> Mapping[tuple[str, str], Finding]:
    workspace = world.workspace(papers)
    plan = workspace.plan("restore-se", SE, workspace.newest(), {})
    heard: list[Finding] = []
    found = RunSession(workspace, plan, by="ann").examine(heard.append)
    assert sorted(f.key for f in heard) == sorted(f.key for f in found), "every finding is told as it comes"
    for finding in found:
        assert finding.status in {"ok", "later"} or finding.hint, finding
    return {finding.key: finding for finding in found}


def test_a_lost_server_leaves_its_checks_for_later(world: World, papers: Papers) -> None:
    found = examine(world, papers)
    assert found["hosts-answer", SE].status == "later"
    assert found["cmdlets-known", SE].status == "later"
    assert found["cmdlets-known", FE1].status == "ok"
    assert [finding.check for finding in verdict(found.values())] == ["backup-levels"], "not verified by this home"


def test_unreachable_standing_server_is_unknown_and_stands_in_the_way(world: World, papers: Papers) -> None:
    world.hosts.off.add(FE1)
    found = examine(world, papers)
    assert found["hosts-answer", FE1].status == "unknown"
    assert ("hosts-answer", FE1) in {f.key for f in verdict(found.values())}
    accepted = {f.key for f in found.values() if f.status in {"unknown", "caution"}}
    assert not verdict(found.values(), accepted)


def test_one_round_asks_hosts_side_by_side(world: World, papers: Papers) -> None:
    """Two hosts each wait until the other has been asked: only side by side can both answer."""
    barrier = threading.Barrier(2, timeout=20)
    once: set[str] = set()

    def wait(host: str) -> None:
        if host in {FE1, DC} and host not in once:
            once.add(host)
            barrier.wait()

    world.hosts.on_question = wait
    assert examine(world, papers)["hosts-answer", FE1].status == "ok"


def test_one_question_to_several_hosts_is_put_to_all_at_once(tmp_path: Path) -> None:
    """Each host waits until all were asked: only side by side can any answer."""
    barrier = threading.Barrier(3, timeout=20)
    world = World(tmp_path, {"answers": {"Get-Service RTC*": [{"Name": "RTCSRV", "Status": "Stopped"}]}})

    def wait(_: str) -> None:
        barrier.wait()

    world.hosts.on_question = wait
    assert evaluate(CHECKS["pool-stopped"], world.context(), "").status == "ok"


def test_what_must_wait_gates_the_step_that_rests_on_it(tmp_path: Path) -> None:
    world = World(tmp_path, gating=False)
    world.hosts.on_question = _lost
    context = world.context()
    plan = gated(context.plan, context)
    waiting = {one.check for planned in plan.steps for one in planned.before}
    assert {"server-is-clean", "certificates", "update-level", "second-hop", "cms-reachable"} <= waiting
    for name in ("certificates", "update-level"):
        (gate,) = evaluate(CHECKS[name], context, FE2).gates
        assert name in {one.check for one in plan.step(gate).before}
    assert "target-in-topology" not in waiting, "it could be asked at the start"


def _lost(host: str) -> None:
    if host == FE2:
        raise Unreachable(f"{host} does not answer", "Start it.")
