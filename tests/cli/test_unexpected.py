"""An error that nobody foresaw: a short message, a report for whoever fixes it, exit code 70, no bare traceback."""

from __future__ import annotations

import io
import os
import sqlite3
import stat
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from lync_wizard.cli import main


def broken(*_: object, **__: object) -> NoReturn:
    a_local_variable = "not to be shown"
    raise RuntimeError(f"broken, with {len(a_local_variable)} characters")


def reports(home: Path) -> list[Path]:
    return sorted((home / "reports").glob("error-*.txt"))


def test_a_report_is_written_and_the_message_is_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs" / "one").mkdir(parents=True)
    (tmp_path / "runs" / "one" / "journal.db").touch()
    monkeypatch.setattr(sqlite3, "connect", broken)
    assert main(["--home", str(tmp_path), "runs", "list", "--json"]) == 70
    said = capsys.readouterr()
    assert said.out == ""
    [report] = reports(tmp_path)
    lines = said.err.splitlines()
    assert lines[0] == "lync-wizard ended unexpectedly: RuntimeError"
    assert lines[1] == f"A report was written to {report}"
    assert lines[2].startswith("HINT: ")
    assert lines[3:] == [f"lync-wizard --home {tmp_path}"]
    kept = report.read_text("utf-8")
    assert "Traceback" in kept
    assert "run none" in kept
    assert "broken, with 15 characters" in kept
    assert "not to be shown" not in kept, "local variables are left out"
    if os.name == "posix":
        assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_where_no_report_can_be_written_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs" / "one").mkdir(parents=True)
    (tmp_path / "runs" / "one" / "journal.db").touch()
    (tmp_path / "reports").write_text("a file, no folder", "utf-8")
    monkeypatch.setattr(sqlite3, "connect", broken)
    assert main(["--home", str(tmp_path), "runs", "list"]) == 70
    said = capsys.readouterr().err
    assert "No report could be written" in said
    assert "Traceback" not in said


def test_an_error_in_a_worker_thread_is_reported_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path), "--deployment", "contoso"]
    pool, share, mapped = "se01.contoso.com", r"\\fs01.contoso.com\LyncShare", tmp_path / "mapped"
    (tmp_path / "connections.yaml").write_text(
        f"hosts: {{{pool}: {{address: 127.0.0.1, port: 1}}, fs01.contoso.com: {{address: 127.0.0.1, port: 1}}}}\n"
        f"shares:\n  {share}: {mapped}\n",
        "utf-8",
    )
    facts = {"deployment-facts/pool/kind": "standard-edition", "deployment-facts/file-store/share": share}
    for cell, value in facts.items():
        assert main([*home, "worksheet", "set", f"{pool}:{cell}", value]) == 0
    exists = Path.exists
    # Every share is tried in a thread of its own, which is waited for but not asked how it ended.
    monkeypatch.setattr(Path, "exists", lambda path, **how: broken() if path == mapped else exists(path, **how))
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert main([*home, "triage"]) == 70
    said = capsys.readouterr().err
    [report] = reports(tmp_path)
    assert f"A report was written to {report}" in said
    assert "Traceback" not in said
