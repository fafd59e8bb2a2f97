"""Twenty hosts at once, shown without a clock: hosts that wait for one another answer only if asked together."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard.checks import Finding, examine
from tests.checks.worlds import World

HOSTS = [f"host{number:02}.contoso.com" for number in range(20)]
ASKED = ("hosts-answer", "account-groups", "clock")
PATIENCE = 30.0


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, {"steps": [{"cmdlet": "Get-Date", "at": host} for host in HOSTS]})


def examined(world: World) -> list[Finding]:
    context = world.context()
    return examine(replace(context, plan=replace(context.plan, checks=ASKED)), lambda _: None)


def test_twenty_hosts_are_asked_at_the_same_time(world: World) -> None:
    """Nobody's first answer comes before everybody was asked."""
    everybody = threading.Barrier(len(HOSTS))
    seen: set[str] = set()

    def wait(host: str) -> None:
        if host not in seen:
            seen.add(host)
            everybody.wait(PATIENCE)

    world.hosts.on_question = wait
    assert [finding.status for finding in examined(world)] == ["ok"] * len(HOSTS) * len(ASKED)


def test_a_slow_host_holds_up_nobody_but_itself(world: World) -> None:
    """The slow one answers only when all questions to all others are answered: its own time is the whole time."""
    slow = HOSTS[7]
    left = threading.Semaphore(0)

    def wait(host: str) -> None:
        if host != slow:
            left.release()
        elif not done.is_set():
            for _ in range((len(HOSTS) - 1) * len(ASKED)):
                assert left.acquire(timeout=PATIENCE)
            done.set()

    done = threading.Event()
    world.hosts.on_question = wait
    assert {finding.status for finding in examined(world)} == {"ok"}
    assert done.is_set()


def test_questions_to_one_host_come_one_after_the_other(world: World) -> None:
    under_way: dict[str, int] = {}
    most: list[int] = []

    def look(host: str) -> None:
        under_way[host] = under_way.get(host, 0) + 1
        most.append(under_way[host])
        under_way[host] -= 1

    world.hosts.on_question = look
    examined(world)
    assert len(most) == len(HOSTS) * len(ASKED)
    assert max(most) == 1
