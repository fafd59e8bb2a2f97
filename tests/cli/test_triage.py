"""The command `triage` where no procedure of the wizard goes on."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from lync_wizard.cli import main
from lync_wizard.triage.questions import QUESTIONS

FAILED = next(question for question in QUESTIONS if question.id == "failed")
LOCAL_STORE = [option.id for option in FAILED.options].index("local-store") + 1


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_dead_end_names_topic_and_commands(
    form: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path), "--deployment", "contoso"]
    assert main([*home, "worksheet", "set", "se01.contoso.com:deployment-facts/pool/kind", "standard-edition"]) == 0
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"1\n{LOCAL_STORE}\n"))
    assert main([*home, "triage", *form]) == 1
    said = capsys.readouterr().out
    assert "Install-CsDatabase -LocalDatabases" in said
    if form:
        documented = json.loads(said)["documented"]
        assert documented["topic"] == "Install-CsDatabase and Enable-CsReplica, in the cmdlet reference"
        assert "Enable-CsReplica -Verbose" in documented["commands"]
