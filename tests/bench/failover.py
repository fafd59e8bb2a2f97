"""The drill of a failover of the Central Management store, over the same commands sent by bare pypsrp to the same lab.

Two labs of one seed: in the first the drill is carried out, and what it hands to its runspaces between ``run_started``
and ``run_finished`` is kept; in the second the same pipelines are sent in the same order, each when the one before it
has ended. A question that the drill asked again later is waited for as long; statements, which pypsrp cannot send, take
as long as they took. Runspaces that were open before the run are open before the clock starts.
"""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest import mock

import yaml
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lync_wizard.core import timestamps
from lync_wizard.core.secret import Secret
from lync_wizard.hosts import Reply
from lync_wizard.hosts.runspace import Order, Runspace, Within
from lync_wizard.hosts.sql_session import SqlSession
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from lync_wizard.runs import journal
from lync_wizard.runs.journal import Reader
from tests.command import call

PROCEDURE: Final = "cms-failover"
SCENARIO: Final = "contoso-failover-cms-planned"
LIMIT: Final = 1.05
SPEED: Final = 4.0
"""Slow enough that, as on real servers, most of the time is what their commands take."""
PAUSE: Final = timedelta(seconds=0.45)
"""What is asked again after less than this was not waited for."""


@dataclass(frozen=True)
class Sent:
    """One pipeline as the drill sent it; no order: a statement."""

    host: str
    order: Order | None
    begun: datetime
    ended: datetime

    @property
    def text(self) -> str:
        return self.order.text() if self.order else ""


@contextlib.contextmanager
def kept() -> Iterator[list[Sent]]:
    """What goes to hosts and instances meanwhile."""
    found: list[Sent] = []
    carry_out, run = Runspace.carry_out, SqlSession.run

    def of_a_host(self: Runspace, order: Order, within: Within, **how: Any) -> Reply | None:
        begun = timestamps.now()
        try:
            return carry_out(self, order, within, **how)
        finally:
            found.append(Sent(self.host, order, begun, timestamps.now()))

    def of_an_instance(self: SqlSession, *given: Any, **how: Any) -> Reply:
        begun = timestamps.now()
        try:
            return run(self, *given, **how)
        finally:
            found.append(Sent(self.host, None, begun, timestamps.now()))

    with mock.patch.object(Runspace, "carry_out", of_a_host), mock.patch.object(SqlSession, "run", of_an_instance):
        yield found


def by_the_drill(home: Path) -> tuple[float, list[Sent]]:
    """Seconds of the run, and what was sent in it."""
    lab = home / "drills" / "bench"
    process.start(lab, SCENARIO, speed=SPEED, seed=7)
    try:
        with kept() as sent:
            done = call(home, "drill", PROCEDURE, "--headless", "--json", "--lab", "bench")
        assert '"verdict": "failed over"' in done.stdout, done.stdout + done.stderr
    finally:
        process.stop(lab)
    [folder] = journal.runs(lab / "runs")
    with Reader(folder) as reader:
        at = {event.type: event.at for event in reader.events()}
    began, ended = at["run_started"], at["run_finished"]
    within = [one for one in sorted(sent, key=lambda one: one.begun) if began <= one.begun <= ended]
    return (ended - began).total_seconds(), within


def _wsman(host: str, port: int, user: str, password: Secret) -> WSMan:
    return WSMan(
        "127.0.0.1",
        port=port,
        ssl=False,
        auth="negotiate",
        username=user,
        password=password.reveal(),
        encryption="always",
        operation_timeout=20,
        read_timeout=30,
        negotiate_hostname_override=host,
    )


def bare(home: Path, sent: Sequence[Sent]) -> float:
    """Seconds of the same by pypsrp alone."""
    lab = process.start(home / "bare", SCENARIO, speed=SPEED, seed=7)
    try:
        user = yaml.safe_load(lab.connections.read_text("utf-8"))["accounts"]["lync-admin"]["user"]
        with contextlib.ExitStack() as stack:
            pools: dict[str, RunspacePool] = {}
            for host in dict.fromkeys(one.host for one in sent if one.order):
                wsman = stack.enter_context(_wsman(host, lab.hosts[host], user, lab.password))
                pools[host] = stack.enter_context(RunspacePool(wsman))
                PowerShell(pools[host]).add_cmdlet("Get-Date").invoke()
            began = time.perf_counter()
            for before, one in zip([None, *sent], sent, strict=False):
                if before and (before.host, before.text) == (one.host, one.text) and one.begun - before.ended > PAUSE:
                    time.sleep((one.begun - before.ended).total_seconds())
                if one.order is None:
                    time.sleep((one.ended - one.begun).total_seconds())
                    continue
                shell = PowerShell(pools[one.host])
                one.order.fill(shell)
                shell.invoke()
            passed = time.perf_counter() - began
        verdict = LabControl(home / "bare").verdict()
        assert verdict["verdict"] == "failed over", verdict
        return passed
    finally:
        process.stop(home / "bare")


def bench_failover() -> dict[str, Any]:
    """The run of a drill of ``cms-failover`` over the same commands with bare pypsrp."""
    ratios = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            ours, sent = by_the_drill(Path(folder))
            ratios.append(ours / bare(Path(folder), sent))
    ratio = statistics.median(ratios)
    return {"ratio": round(ratio, 3), "limit": LIMIT, "ok": ratio <= LIMIT}
