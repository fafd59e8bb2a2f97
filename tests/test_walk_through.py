"""The commands of the README's walk-through, carried out against the lab as they stand there."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def commands() -> list[list[str]]:
    section = README.read_text("utf-8").partition("## A walk through a restore")[2].partition("\n## ")[0]
    return [shlex.split(line) for line in re.findall(r"^\$ lync-wizard (.*)$", section, re.M)]


def test_the_readme_walks(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "PYTHONUTF8": "1", "LYNC_WIZARD_HOME": str(home)}
    environment.pop("LYNC_WIZARD_LAB_PASSWORD", None)
    lab: subprocess.Popen[str] | None = None
    walked = 0
    try:
        for words in commands():
            arguments = [word.replace("HOME/", f"{home}/") for word in words]
            call = [sys.executable, "-m", "lync_wizard", *arguments]
            if arguments[:2] == ["lab", "start"]:
                lab = subprocess.Popen(call, env=environment, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
                assert lab.stdout is not None
                line = json.loads(lab.stdout.readline())
                assert {"connections", "password", "hosts", "pid"} <= set(line)
            else:
                done = subprocess.run(
                    call, env=environment, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, timeout=120,
                    check=False,
                )  # fmt: skip
                assert done.returncode == 0, (words, done.stderr)
                if "--json" in words and "drill" in words:
                    assert json.loads(done.stdout)["verdict"] == "restored"
            walked += 1
        assert (tmp_path / "plan.json").is_file()
        assert walked >= 7
    finally:
        if lab:
            lab.kill()
            lab.wait()
