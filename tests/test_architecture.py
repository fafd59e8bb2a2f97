"""What is really imported, in a process of its own, and the rules that a reader would have to take on trust."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lync_wizard"
HEAVY = ("textual", "pypsrp", "psrpcore", "pyodbc", "lxml", "questionary", "typst", "keyring")


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


_STEPS_OF_A_RUN = {
    "examine": "lync_wizard.checks",
    "create": "lync_wizard.runs.journal.Journal",
    "open": "lync_wizard.runs.journal.Journal",
    "open_set": "lync_wizard.workspace.backup_job",
    "conclude": "lync_wizard.workspace.backup_job.complete",
    "remove_sets": "lync_wizard.workspace.backup_job.complete",
    "Runner": "lync_wizard.runs.runner",
}
"""What a run session does for every front end, and where it is defined."""


def test_no_front_end_carries_a_run_out_by_itself() -> None:
    """Check, open the set, start, conclude, remove: all of it is called by the run session only."""
    alone = [
        f"{path.relative_to(PACKAGE)}:{line} calls {owner}.{name}"
        for path in modules()
        if path.relative_to(PACKAGE).parts[0] != "workspace"
        for line, owner, name in calls(ast.parse(path.read_text("utf-8")))
        if _STEPS_OF_A_RUN.get(name) == owner
    ]
    assert not alone


def calls(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Every call with what is called: the line, the module or class it was imported with, and its name."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first, dot, rest = ast.unparse(node.func).partition(".")
            owner, _, name = f"{names.get(first, first)}{dot}{rest}".rpartition(".")
            yield node.lineno, owner, name
