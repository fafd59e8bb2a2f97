"""What is really imported, in a process of its own, and the rules that a reader would have to take on trust."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lync_wizard"
HEAVY = ("textual", "pypsrp", "psrpcore", "pyodbc", "lxml", "questionary", "typst", "keyring", "cattrs", "attr")


def loaded_by(code: str) -> set[str]:
    """The top-level modules that ``code`` leaves in a fresh interpreter."""
    probe = f"import sys\n{code}\nprint('\\n'.join(sorted({{m.partition('.')[0] for m in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, encoding="utf-8", timeout=60, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["drill", "--help"], ["restore", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "from lync_wizard.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    assert not loaded_by(code) & set(HEAVY)


def test_runner_and_checks_pull_in_no_transport() -> None:
    assert not loaded_by("import lync_wizard.runs.runner, lync_wizard.checks, lync_wizard.workspace.workspace") & set(
        HEAVY
    )


def test_package_itself_imports_nothing() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    assert [type(node) for node in tree.body] == [ast.Expr]


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def test_no_module_over_500_lines() -> None:
    assert not [str(p.relative_to(PACKAGE)) for p in modules() if len(p.read_text("utf-8").splitlines()) > 500]


def test_nothing_outside_the_lab_and_the_command_line_knows_the_lab() -> None:
    for path in modules():
        parts = path.relative_to(PACKAGE).parts
        if parts[0] not in {"lab", "cli"}:
            assert "lync_wizard.lab" not in path.read_text("utf-8"), path


def test_no_decision_hangs_on_being_in_a_drill() -> None:
    """The kind of the environment is displayed; only the frame of the screens and words for people may look at it."""
    shown_only = {"frame.py", "present.py", "plan.py", "planning.py", "guide.py", "report.py", "addresses.py"}
    for path in modules():
        parts = path.relative_to(PACKAGE).parts
        if parts[0] in {"lab", "cli"} or path.name in shown_only:
            continue
        assert not re.search(r"==\s*[\"']drill[\"']|[\"']drill[\"']\s*==", path.read_text("utf-8")), path


def test_no_posix_only_call_on_a_product_path() -> None:
    forbidden = re.compile(
        r"os\.(fork|kill|getuid|geteuid|chmod|setsid)\b|signal\.SIG(KILL|USR|HUP)|import (fcntl|pwd|grp)\b"
    )
    for path in modules():
        if path.relative_to(PACKAGE).parts[0] != "lab":
            assert not forbidden.search(path.read_text("utf-8")), path
