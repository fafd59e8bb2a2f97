"""The guided set-up asks a live Front End Server: what the cmdlets tell is never asked of a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lync_wizard.cli import main
from lync_wizard.lab.server import process

ANSWERS = r"""
plan/plan/owner: Unified Communications
plan/people/decides: Head of operations
additional/ad-ds/owner: Directory services
additional/certificates/owner: Public key infrastructure
plan/backup/location: \\backup01.contoso.com\LyncBackup
plan/backup/schedule: daily 01:30
plan/backup/responsible: Unified Communications
plan/rto/standard-edition: 2h
plan/rto/cms: 4h
plan/plan/next-review: 2027-03-01
plan/plan/paper: Fire safe
se01.contoso.com:deployment-facts/file-store/local-folder: C:\LyncShare
"""


def test_a_live_server_and_what_only_people_know_make_complete_worksheets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    process.start(home, "contoso-se", speed=500, seed=3)
    try:
        answers = tmp_path / "answers.yaml"
        answers.write_text(ANSWERS, "utf-8")
        common = ["--home", str(home), "--deployment", "live"]
        code = main([*common, "setup", "--from-host", "fe01.contoso.com", "--answers", str(answers), "--json"])
        told = json.loads(capsys.readouterr().out)
    finally:
        process.stop(home)
    assert told["missing"] == []
    assert told["problems"] == []
    status = {(trial["subject"], trial["status"]) for trial in told["trials"]}
    assert ("fe01.contoso.com", "ok") in status
    assert ("se01.contoso.com", "blocked") in status, "it is the server that the scenario broke"
    assert code == 1
    assert main([*common, "worksheet", "check"]) == 0, capsys.readouterr().out


def test_sql_instances_are_tried_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    process.start(home, "contoso-archmon", speed=500, seed=3)
    try:
        answers = tmp_path / "answers.yaml"
        answers.write_text("connections/try: true\n", "utf-8")
        common = ["--home", str(home), "--deployment", "contoso"]
        main([*common, "setup", "--answers", str(answers), "--json"])
        told = json.loads(capsys.readouterr().out)
    finally:
        process.stop(home)
    assert told["problems"] == []
    status = {(trial["subject"], trial["status"]) for trial in told["trials"]}
    assert ("mon01.contoso.com\\LYNC", "ok") in status
    assert ("fe01.contoso.com", "ok") in status


def test_an_instance_that_does_not_answer_is_said_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    process.start(home, "contoso-archmon", speed=500, seed=3)
    process.stop(home)
    answers = tmp_path / "answers.yaml"
    answers.write_text("connections/try: true\n", "utf-8")
    assert main(["--home", str(home), "--deployment", "contoso", "setup", "--answers", str(answers), "--json"]) == 1
    trials = {trial["subject"]: trial for trial in json.loads(capsys.readouterr().out)["trials"]}
    assert trials["mon01.contoso.com\\LYNC"]["status"] == "blocked"
    assert trials["mon01.contoso.com\\LYNC"]["hint"]
