"""Completion scripts: they name all there is, and the shells that are here take them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lync_wizard.cli import main
from lync_wizard.cli.arguments import flags, walk
from lync_wizard.cli.parser import whole
from tests.scripts.real_powershell import real_powershell

CASES = [
    (["lync-wizard", "back"], ["backup"]),
    (["lync-wizard", "backup", "ver"], ["verify"]),
    (["lync-wizard", "--home", "/x", "runs", "e"], ["export"]),
    (["lync-wizard", "run", "plan.json", "--app"], ["--approve"]),
    (["lync-wizard", "plan", "restore-se", "--format", ""], ["json", "ps1", "md"]),
    (["lync-wizard", "completion", "z"], ["zsh"]),
    (["lync-wizard", "run", "--answers", "x"], []),
]


def script(capsys: pytest.CaptureFixture[str], shell: str) -> str:
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "powershell"])
def test_a_script_names_every_command_and_every_flag(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = set(re.findall(r"[\w/-]+", script(capsys, shell)))
    for path, parser in walk(whole()):
        assert not path or "/" + "/".join(path) in words, path
        assert {flag for action in flags(parser) for flag in action.option_strings} <= words, path


def test_only_these_shells_are_known() -> None:
    assert main(["completion", "fish"]) == 2


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
@pytest.mark.parametrize(("typed", "offered"), CASES)
def test_bash_completes(
    typed: list[str], offered: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "completion").write_text(script(capsys, "bash"), "utf-8")
    words = " ".join(f'"{word}"' for word in typed)
    asked = (
        f"source completion; complete -p lync-wizard >&2; COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; "
        'set -u; _lync_wizard; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", asked], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True)
    assert "-F _lync_wizard lync-wizard" in done.stderr
    assert done.stdout.split() == offered


@pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh here")
def test_zsh_takes_the_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "_lync-wizard").write_text(script(capsys, "zsh"), "utf-8")
    asked = "autoload -Uz compinit && compinit -u -D && source ./_lync-wizard && print $_comps[lync-wizard]"
    done = subprocess.run(["zsh", "-fc", asked], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "_lync-wizard"


def test_powershell_completes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pwsh = real_powershell()
    (tmp_path / "completion.ps1").write_text(script(capsys, "powershell"), "utf-8-sig")
    lines = [" ".join(typed) for typed, _ in CASES]
    asked = ". ./completion.ps1; " + "; ".join(
        f"([System.Management.Automation.CommandCompletion]::CompleteInput('{line}', {len(line)}, $null)."
        "CompletionMatches | Where-Object ResultType -ne ProviderItem | ForEach-Object CompletionText) -join ' '"
        for line in lines
    )
    done = subprocess.run(
        [pwsh, "-NoProfile", "-Command", asked], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    told = [line.split() for line in done.stdout.splitlines()]
    assert dict(zip(lines, told, strict=True)) == {" ".join(typed): offered for typed, offered in CASES}
