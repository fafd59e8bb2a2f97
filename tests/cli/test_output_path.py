"""``-o``: standard output, devices, pipes, links, folders; what is no plain file is never replaced."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from lync_wizard.cli import main

posix = pytest.mark.skipif(sys.platform == "win32", reason="devices, pipes and owners of a POSIX system")


def export(home: Path, output: str, *more: str) -> int:
    return main(["--home", str(home), "procedures", "export", "restore-rgs", "--format", "md", "-o", output, *more])


@pytest.fixture
def runbook(tmp_path: Path) -> str:
    """What a plain file holds."""
    assert export(tmp_path, str(tmp_path / "plain.md")) == 0
    return (tmp_path / "plain.md").read_text("utf-8")


def test_a_hyphen_is_standard_output(tmp_path: Path, runbook: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    capsysbinary.readouterr()
    assert export(tmp_path, "-") == 0
    assert capsysbinary.readouterr().out.decode() == runbook
    assert not Path("-").exists()


def test_a_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(tmp_path, str(tmp_path)) == 2
    assert "is a folder" in capsys.readouterr().err


@posix
def test_a_device_stays_a_device(tmp_path: Path) -> None:
    assert export(tmp_path, os.devnull) == 0
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    (tmp_path / "null").symlink_to(os.devnull)
    assert export(tmp_path, str(tmp_path / "null")) == 0
    assert (tmp_path / "null").is_symlink()


@posix
def test_a_named_pipe_is_written_to(tmp_path: Path, runbook: str) -> None:
    pipe, heard = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text("utf-8")))
    reader.start()
    assert export(tmp_path, str(pipe)) == 0
    reader.join()
    assert heard == [runbook]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@posix
def test_a_link_of_my_own_leads_to_my_own_file(tmp_path: Path, runbook: str) -> None:
    (tmp_path / "real.md").write_text("old")
    (tmp_path / "link.md").symlink_to("real.md")
    assert export(tmp_path, str(tmp_path / "link.md")) == 0
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text("utf-8") == runbook


@posix
def test_a_link_that_leads_nowhere_is_followed_only_by_force(
    tmp_path: Path, runbook: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "link.md").symlink_to("nowhere.md")
    assert export(tmp_path, str(tmp_path / "link.md")) == 3
    assert "leads nowhere" in capsys.readouterr().err
    assert not (tmp_path / "nowhere.md").exists()
    assert export(tmp_path, str(tmp_path / "link.md"), "--force") == 0
    assert (tmp_path / "nowhere.md").read_text("utf-8") == runbook


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root can give a file to another user")
def test_a_link_to_the_file_of_somebody_else_is_refused(
    tmp_path: Path, runbook: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other, link = tmp_path / "theirs", tmp_path / "link.md"
    other.write_text("theirs")
    os.chown(other, 12345, 12345)
    link.symlink_to(other)
    assert export(tmp_path, str(link)) == 3
    assert f"is a link to {other}" in capsys.readouterr().err
    assert other.read_text() == "theirs"
