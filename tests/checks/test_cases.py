"""Every check in every direction: each file of ``cases/`` is a check, each entry a case of it; worlds.py says how.

A case adds to the world's keys what is found: ``status``, and fragments of ``message``, ``hint`` and ``evidence``
(``<host>`` being the host that the finding is of) and ``gates``, the ids of the steps that wait for the answer.
``host`` names whose finding is meant (empty: this machine); without it every finding has to be so. ``at-start`` asks
before the first step, when what the plan wipes cannot be asked yet; else it is asked just before a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lync_wizard.checks import CHECKS, Finding, evaluate
from tests.checks.worlds import World
from tests.conftest import Papers

FILES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
}
CASES = [
    pytest.param(check, case, id=f"{check}: {name}") for check, file in FILES.items() for name, case in file.items()
]
KEYS = {
    "world", "target", "steps", "more-steps", "without-steps", "cms", "pools", "cells", "set", "values", "asks",
    "unreachable", "listening", "answers", "at-start", "done", "wipe-running", "host", "status", "message", "hint",
    "evidence", "gates",
}  # fmt: skip


@pytest.mark.parametrize(("check", "case"), CASES)
def test_case(check: str, case: Mapping[str, Any], tmp_path: Path, papers: Papers) -> None:
    assert case.keys() <= KEYS, "a misspelt key would go unnoticed"
    context = World(tmp_path, case, gating=not case.get("at-start")).context(papers)
    asked = CHECKS[check].hosts(context)
    assert asked, "the plan puts the question to nobody"
    for host in [case["host"]] if "host" in case else asked:
        assert host in asked
        fits(case, evaluate(CHECKS[check], context, host))


def fits(case: Mapping[str, Any], finding: Finding) -> None:
    assert finding.status == case["status"], finding
    for part in ("message", "hint", "evidence"):
        assert case.get(part, "").replace("<host>", finding.host) in getattr(finding, part), finding
    assert list(finding.gates) == case.get("gates", [])
    assert finding.message
    assert finding.hint or finding.status in {"ok", "later"}
    assert finding.evidence or finding.status in {"unknown", "later"}, "what was asked, and what was answered"


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_is_seen_to_pass_and_to_fail(check: str) -> None:
    seen = [case["status"] for case in FILES.get(check, {}).values()]
    assert "ok" in seen
    assert {"caution", "blocked", "unknown"} & {*seen}, "nobody has seen it find anything"


def test_every_file_is_of_a_check() -> None:
    assert set(FILES) <= set(CHECKS)
