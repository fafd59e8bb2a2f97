"""Drills from a set that is not what it seems: refused before the first step, nothing restored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lync_wizard.runs import journal
from tests.drills.test_drills import run


@pytest.mark.parametrize(
    ("fault", "exit_code", "said"),
    [
        ("exchanged-set", 3, "the manifest is not the one that this home knows"),
        ("mislabelled-set", 2, "holds no topology"),
    ],
)
def test_the_central_store_is_never_restored_from_it(tmp_path: Path, fault: str, exit_code: int, said: str) -> None:
    done = run(tmp_path, "drill", "restore-cms", "--headless", "--json", "--speed", "400", "--seed", "5",
               "--fault", fault)  # fmt: skip
    assert done.returncode == exit_code, done.stderr
    assert said in done.stderr
    if done.stdout:
        told = json.loads(done.stdout)
        assert (told["verdict"], told["steps"]) == ("not restored", {"done": 0, "skipped": 0, "failed": 0})
    [lab] = (tmp_path / "drills").iterdir()
    assert not list(journal.runs(lab / "runs"))
