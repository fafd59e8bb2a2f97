"""Records what the product sends in a drill: ``python -m tests.lab.real_powershell.record_pipelines`` renews all.

A file ``pipelines/SCENARIO.json`` beside this module lists, in their order, each command with its host, and the
simulated actions between them. A command that was sent before is left out where it only reads.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

from lync_wizard.hosts import effects
from lync_wizard.hosts.command import Copy, Pipeline, Program, to_data
from lync_wizard.hosts.powershell_session import PsrpSession
from lync_wizard.lab.server import process
from lync_wizard.lab.server.companion import LabActions
from tests.command import call

FOLDER = Path(__file__).with_name("pipelines")
SCENARIOS = {
    "contoso-se": "restore-se", "contoso-archmon": "restore-archmon", "contoso-failover-pool": "pool-failover",
    "contoso-failback": "pool-failback", "contoso-failover-chat": "pchat-failover", "contoso-abc": "abc-failover",
}  # fmt: skip
HOME = "<HOME>"


def record(scenario: str, procedure: str, root: Path) -> list[dict[str, Any]]:
    """One drill with the built-in interpreter."""
    sent: list[dict[str, Any]] = []
    carry_out, act = PsrpSession.run, LabActions.do

    def run(self: PsrpSession, command: Any, **how: Any) -> Any:
        if isinstance(command, Pipeline | Program | Copy):
            line = {"host": self.host, "command": to_data(command)}
            reads = not isinstance(command, Copy) and effects.reads_only(command)
            if not (reads and sent and line in sent[_last_change(sent) :]):
                sent.append(line | ({} if reads else {"changes": True}))
        return carry_out(self, command, **how)

    def do(self: LabActions, name: str) -> str:
        sent.append({"do": name})
        return act(self, name)

    with mock.patch.object(PsrpSession, "run", run), mock.patch.object(LabActions, "do", do):
        lab = root / "drills" / "one"
        process.start(lab, scenario, speed=400, seed=7)
        try:
            done = call(root, "drill", procedure, "--headless", "--json", "--lab", "one")
        finally:
            process.stop(lab)
    assert done.returncode == 0, done.stderr
    return json.loads(json.dumps(sent).replace(json.dumps(str(lab))[1:-1], HOME))


def _last_change(sent: list[dict[str, Any]]) -> int:
    return max((number for number, line in enumerate(sent) if "do" in line or "changes" in line), default=-1) + 1


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for scenario, procedure in SCENARIOS.items():
        with tempfile.TemporaryDirectory() as folder:
            sent = record(scenario, procedure, Path(folder))
        lines = ",\n".join(json.dumps(line, ensure_ascii=False) for line in sent)
        (FOLDER / f"{scenario}.json").write_text(f"[\n{lines}\n]\n", "utf-8")


if __name__ == "__main__":
    main()
