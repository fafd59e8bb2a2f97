"""A new machine is set up from a backup set: worksheets, plan and facts as they were when the set was made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard import backup
from lync_wizard.cli import main
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.worksheets import Entries, read
from lync_wizard.workspace.workspace import Workspace


def recorded(home: Path) -> Entries:
    problems = Problems()
    found = read(Home(home), None, problems)
    assert not list(problems)
    return found.entries


@pytest.fixture
def kept(workspace: Workspace, tmp_path: Path) -> Path:
    """A set whose manifest says what the worksheets held."""
    newest = workspace.newest()
    assert newest
    manifest = workspace.backup_set(newest).manifest
    values = {str(cell): entry.text for cell, entry in workspace.entries.items() if entry.text}
    folder = tmp_path / manifest.name
    folder.mkdir()
    backup.write_manifest(folder, replace(manifest, values=values))
    return folder


def test_what_was_recorded_is_recorded_on_the_new_machine(workspace: Workspace, kept: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    assert main(["--home", str(new), "setup", "--from-set", str(kept)]) == 0
    there = recorded(new)
    before = {cell: entry.items for cell, entry in workspace.entries.items() if entry.items}
    assert {cell: entry.items for cell, entry in there.items() if entry.items} == before
    assert there.pools == workspace.entries.pools
    assert main(["--home", str(new), "worksheet", "check"]) == 0


def test_a_deployment_that_is_recorded_is_left_alone(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["--home", str(tmp_path / "new"), "setup", "--from-set", str(kept)]
    assert main([*call, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["missing"] == []
    assert main(call) == 2
    assert "is recorded here already" in capsys.readouterr().err


def test_a_folder_that_is_no_set_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path / "new"), "setup", "--from-set", str(tmp_path)]) == 2
    assert "holds no manifest" in capsys.readouterr().err
