"""``make bench``: what speed costs, as ratios measured in one run; exit 1 where one is over its limit."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lync_wizard import checks
from lync_wizard.checks import Context
from lync_wizard.core import timestamps
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.deployment import Deployment, Pool
from lync_wizard.hosts import Connect, powershell_session
from lync_wizard.hosts.addresses import Account, Credentials, Endpoint
from lync_wizard.hosts.command import Cmdlet, Pipeline
from lync_wizard.hosts.session_pool import SessionPool
from lync_wizard.plans.model import Plan, PlannedStep
from lync_wizard.plans.probe import Probe
from lync_wizard.procedures.expectations import Proof
from lync_wizard.runs.journal import Journal
from lync_wizard.runs.runner import Answer, Request, Runner
from lync_wizard.runs.state import RunEvent
from lync_wizard.worksheets import Entries
from tests.bench.hosts import PASSWORD, USER


@contextmanager
def hosts() -> Iterator[dict[str, int]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.hosts"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        yield json.loads(child.stdout.readline())
        assert child.stdin is not None
        child.stdin.close()


def connector(ports: dict[str, int]) -> Connect:
    def connect(server: str, account: str, transport: str = "psrp") -> powershell_session.PsrpSession:
        endpoint = Endpoint(address="127.0.0.1", port=ports[server], account=Account(USER))
        return powershell_session.open_session(server, endpoint, Credentials(USER, Secret(PASSWORD)), Redactor())

    return connect


def wait(seconds: float) -> Pipeline:
    return Pipeline((Cmdlet("Wait-Host", (("Seconds", seconds),)),))


class Nobody:
    """Confirms nothing, because nothing asks; sees everything."""

    def ask(self, request: Request) -> Answer:
        raise AssertionError(request)

    def show(self, event: RunEvent) -> None:
        """Drops it."""


def through_the_runner(ports: dict[str, int], steps: int, seconds: float) -> float:
    host = next(iter(ports))
    plan = Plan(
        "bench", "Bench", host, "bench", "bench", "drill", None, None, timestamps.now(), {},
        tuple(
            PlannedStep(f"s{n}", "g", "G", "wait", host, "lync-admin", "cmdlet", wait(seconds), "wait", confirm="none")
            for n in range(steps)
        ),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        session_pool = SessionPool(connector(ports))
        session_pool.submit(host, "lync-admin", wait(0)).result()
        runner = Runner(
            Journal.create(Path(folder), plan), session_pool, Nobody(), gatekeeper=lambda *_: Proof("yes", ""),
            environment="bench", redactor=Redactor(), by="bench",
        )  # fmt: skip
        began = time.perf_counter()
        runner.run()
        return time.perf_counter() - began


def bare(ports: dict[str, int], steps: int, seconds: float) -> float:
    wsman = WSMan("127.0.0.1", port=next(iter(ports.values())), ssl=False, auth="negotiate", username=USER,
                  password=PASSWORD, encryption="always", operation_timeout=20, read_timeout=30)  # fmt: skip
    with wsman, RunspacePool(wsman) as pool:
        PowerShell(pool).add_cmdlet("Wait-Host").invoke()
        began = time.perf_counter()
        for _ in range(steps):
            shell = PowerShell(pool)
            shell.add_cmdlet("Wait-Host").add_parameter("Seconds", seconds)
            shell.invoke()
        return time.perf_counter() - began


def bench_runner() -> dict[str, Any]:
    """A cmdlet of 200 ms through the runner, journal included, over the same with bare pypsrp."""
    with hosts() as ports:
        pairs = [(through_the_runner(ports, 10, 0.2), bare(ports, 10, 0.2)) for _ in range(3)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    return {"ratio": round(ratio, 3), "limit": 1.15, "ok": ratio <= 1.15}


def bench_parallel() -> dict[str, Any]:
    """20 hosts asked 5 things of 500 ms each, over one host asked the same."""

    def asked(ports: dict[str, int], names: list[str]) -> float:
        with SessionPool(connector(ports)) as session_pool:
            began = time.perf_counter()
            for future in [session_pool.submit(name, "lync-admin", wait(0.5)) for name in names for _ in range(5)]:
                future.result()
            return time.perf_counter() - began

    with hosts() as ports:
        names = list(ports)
        pairs = [(asked(ports, names), asked(ports, names[:1])) for _ in range(3)]
    ratio = statistics.median(many / one for many, one in pairs)
    return {"ratio": round(ratio, 3), "limit": 1.3, "ok": ratio <= 1.3}


def bench_checks() -> dict[str, Any]:
    """The checks of a plan for 20 hosts, 500 ms a question, over those of a plan for one of them."""

    def examined(ports: dict[str, int], names: list[str]) -> float:
        steps = tuple(
            PlannedStep(f"s{n}", "g", "G", "look", host, "lync-admin", "cmdlet", wait(0.1), "wait", confirm="none")
            for n, host in enumerate(names)
        )
        asked = ("hosts-answer", "account-groups", "clock")
        plan = Plan("bench", "Bench", names[0], "bench", "bench", "drill", None, None, timestamps.now(), {}, steps,
                    checks=asked)  # fmt: skip
        with SessionPool(connector(ports)) as session_pool:
            context = Context(
                plan, Deployment("bench"), Pool(names[0], "enterprise"), Entries(), None, Probe(session_pool),
                reads_share=lambda _: None, delegates=lambda _: True,
            )  # fmt: skip
            began = time.perf_counter()
            found = checks.examine(context, lambda _: None)
            passed = time.perf_counter() - began
        assert len(found) == len(names) * len(asked)
        return passed

    with hosts() as ports:
        names = list(ports)
        pairs = [(examined(ports, names), examined(ports, names[:1])) for _ in range(3)]
    ratio = statistics.median(many / one for many, one in pairs)
    seconds = statistics.median(many for many, _ in pairs)
    return {"ratio": round(ratio, 3), "limit": 1.3, "seconds": round(seconds, 2), "ok": ratio <= 1.3}


def bench_first_paint() -> dict[str, Any]:
    """From nothing to the first paint of the home screen, over that of an empty Textual app; whole processes."""

    def timed(module: str, *arguments: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", f"tests.bench.{module}", *arguments], check=True, capture_output=True)
        return time.perf_counter() - began

    with tempfile.TemporaryDirectory() as home:
        timed("empty_app"), timed("first_paint", home)
        pairs = [(timed("first_paint", home), timed("empty_app")) for _ in range(7)]
    ratio = statistics.median(ours / empty for ours, empty in pairs)
    return {"ratio": round(ratio, 3), "limit": 1.3, "ok": ratio <= 1.3}


def bench_log() -> dict[str, Any]:
    """20,000 lines a second for five seconds; how long a key press waits (95th percentile), and lines kept."""
    from textual.app import App, ComposeResult

    from lync_wizard.tui.widgets.log_view import LogLine, LogView

    class Flooded(App[None]):
        waits: list[float]

        def compose(self) -> ComposeResult:
            yield LogView()

        def on_key(self) -> None:
            self.waits.append(time.perf_counter() - self.pressed)

        pressed = 0.0

    async def flood() -> tuple[list[float], int, int]:
        app = Flooded()
        app.waits = []
        sent = 0
        async with app.run_test(size=(120, 40)) as pilot:
            view = app.query_one(LogView)
            began = time.perf_counter()
            while (passed := time.perf_counter() - began) < 5:
                due = int(passed * 20_000) - sent
                view.add([LogLine("03:31:12", "out", f"line {sent + n}") for n in range(due)])
                sent += due
                app.pressed = time.perf_counter()
                await pilot.press("x")
                await asyncio.sleep(0.02)
            return app.waits, sent, len(view.lines)

    waits, sent, kept = asyncio.run(flood())
    p95 = statistics.quantiles(waits, n=20)[18] * 1000
    rate = sent / 5
    return {"lines_per_second": round(rate), "key_wait_p95_ms": round(p95, 1), "limit_ms": 100,
            "kept": kept, "ok": p95 <= 100 and rate >= 19_500}  # fmt: skip


def main() -> int:
    found: dict[str, dict[str, Any]] = {}
    benches: list[Callable[[], dict[str, Any]]] = [
        bench_runner,
        bench_parallel,
        bench_checks,
        bench_first_paint,
        bench_log,
    ]
    for module, name in (
        ("tests.bench.failover", "bench_failover"),
        ("tests.topology.bench_topology", "bench_topology"),
        ("tests.backups.bench_backup", "bench_backup"),
        ("tests.printing.bench_print", "bench_print"),
    ):
        if importlib.util.find_spec(module.rpartition(".")[0]) and importlib.util.find_spec(module):
            benches.append(getattr(importlib.import_module(module), name))
    for bench in benches:
        name = bench.__name__.removeprefix("bench_")
        found[name] = bench()
        print(name, json.dumps(found[name]), flush=True)  # noqa: T201
    return 0 if all(result["ok"] for result in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
