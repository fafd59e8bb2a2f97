"""The command that goes on with a run leads to the home it was begun in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lync_wizard.core.storage import Home


def test_home_is_repeated_where_it_was_given_and_only_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = tmp_path / "my home"
    quoted = subprocess.list2cmdline([str(given)]) if sys.platform == "win32" else f"'{given}'"
    home = Home.find(str(given))
    assert home.resume("run-1") == f"lync-wizard --home {quoted} resume run-1"
    assert home.within(home.drills / "one").resume("run-1") == home.resume("run-1"), (
        "a drill's runs are found there too"
    )
    monkeypatch.setenv("LYNC_WIZARD_HOME", str(given))
    assert Home.find().resume("run-1") == "lync-wizard resume run-1"
