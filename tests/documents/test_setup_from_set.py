"""A new machine is set up from a backup set: worksheets, plan and facts as they were when the set was made."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest

from lync_wizard import backup
from lync_wizard.cli import main
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import shares
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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens a share by its name")
def test_a_share_is_read_where_this_machine_has_it_and_refused_elsewhere(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, unc = tmp_path / "new", rf"\\backup01\LyncBackup\{kept.name}"
    assert main(["--home", str(home), "setup", "--from-set", unc]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"{unc} is a share, which only Windows opens by that name" in said
    assert "Mount it and give the folder where it is mounted, or name the share under shares" in said
    assert not (home / "worksheets").exists()
    (home / "connections.yaml").parent.mkdir(exist_ok=True)
    (home / "connections.yaml").write_text(
        f"environment: {{id: test, kind: production}}\nshares: {{'\\\\BACKUP01\\lyncbackup': '{tmp_path}'}}\n",
        "utf-8",
    )
    assert main(["--home", str(home), "setup", "--from-set", f"{unc}\\"]) == 0
    assert recorded(home).pools
    assert main(["--home", str(home), "--deployment", "b", "setup", "--from-set", rf"{unc}\..\x"]) == 2
    assert "leaves its share" in capsys.readouterr().err


@pytest.mark.parametrize(
    "unc", [r"\\server\share\Set", r"\\server\share", r"\\?\UNC\server\share\Set", r"\\192.0.2.1\d$\Set"]
)
def test_windows_opens_a_share_by_its_name(unc: str) -> None:
    found = shares.named(unc, lambda _: None, windows=True)
    assert PureWindowsPath(str(found)) == PureWindowsPath(unc)
    manifest = PureWindowsPath(str(found)) / backup.MANIFEST
    assert str(manifest) == rf"{unc}\manifest.json"
    assert (manifest.is_absolute(), shares.is_unc(str(manifest))) == (True, True)


@pytest.mark.parametrize("folder", ["/mnt/share/Set", "Set", "//server/share/Set"])
def test_other_folders_are_taken_as_they_are(folder: str) -> None:
    for windows in (True, False):
        assert shares.named(folder, lambda _: None, windows=windows) == Path(folder)


def test_a_folder_that_is_not_there_is_not_called_an_empty_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(tmp_path / "new"), "setup", "--from-set", str(tmp_path / "gone")]) == 2
    assert "gone is not a folder that this machine can see" in capsys.readouterr().err


def test_a_folder_that_is_no_set_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path / "new"), "setup", "--from-set", str(tmp_path)]) == 2
    assert "holds no manifest" in capsys.readouterr().err
