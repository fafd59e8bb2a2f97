"""What is really imported, in a process of its own, and the rules that a reader would have to take on trust."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from lync_wizard.cli.parser import COMMANDS

PACKAGE = Path(__file__).parent.parent / "lync_wizard"
HEAVY = ("textual", "pypsrp", "psrpcore", "pyodbc", "lxml", "questionary", "typst", "keyring", "cattrs", "attr")


def loaded_by(code: str) -> set[str]:
    """The modules that ``code`` leaves in a fresh interpreter."""
    probe = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, encoding="utf-8", timeout=60, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], *([name, "--help"] for commands in COMMANDS.values() for name in commands)],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "from lync_wizard.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    loaded = loaded_by(code)
    assert not loaded & {*HEAVY, "lync_wizard.lab", "lync_wizard.tui"}
    if len(arguments) == 1:
        own = {name for name in loaded if name.startswith("lync_wizard.")}
        assert {name.split(".")[1] for name in own} == {"cli", "core"}, "the program's own help loads no command"


def test_runner_and_checks_pull_in_no_transport() -> None:
    assert not loaded_by("import lync_wizard.runs.runner, lync_wizard.checks, lync_wizard.workspace.workspace") & set(
        HEAVY
    )


def test_commands_write_json_through_the_one_writer() -> None:
    """ruff's T20 says the same of ``print``."""
    for path in (PACKAGE / "cli").glob("*.py"):
        assert path.name == "output.py" or "json.dump" not in path.read_text("utf-8"), path


def test_package_itself_imports_nothing() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    assert [type(node) for node in tree.body] == [ast.Expr]


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def imported_by(path: Path, known: set[str]) -> Iterator[str]:
    """Every module of ``known`` that a file imports at any place: inside functions and for type checkers too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from names & known
            if not names <= known and node.module in known:
                yield node.module


def test_no_import_circle() -> None:
    found = {dotted(path): path for path in modules()}
    TopologicalSorter({name: set(imported_by(path, set(found))) for name, path in found.items()}).prepare()


def test_no_module_over_500_lines() -> None:
    assert not [str(p.relative_to(PACKAGE)) for p in modules() if len(p.read_text("utf-8").splitlines()) > 500]


def test_nothing_outside_the_lab_and_the_command_line_knows_the_lab() -> None:
    for path in modules():
        parts = path.relative_to(PACKAGE).parts
        if parts[0] not in {"lab", "cli"}:
            assert "lync_wizard.lab" not in path.read_text("utf-8"), path


def test_no_decision_hangs_on_being_in_a_drill() -> None:
    """The kind of the environment is displayed; only the frame of the screens and words for people may look at it."""
    shown_only = {"frame.py", "addresses.py"}
    for path in modules():
        parts = path.relative_to(PACKAGE).parts
        if parts[0] in {"lab", "cli"} or path.name in shown_only:
            continue
        assert not re.search(r"==\s*[\"']drill[\"']|[\"']drill[\"']\s*==", path.read_text("utf-8")), path


def own_lookups(tree: ast.AST) -> Iterator[int]:
    """Lines that read a property of what a host returned by its exact name, or compare the names themselves."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Call(func=ast.Attribute(value=ast.Attribute(attr="properties"), attr="get"))
                | ast.Subscript(value=ast.Attribute(attr="properties"))
                | ast.comprehension(
                    iter=ast.Call(func=ast.Attribute(value=ast.Attribute(attr="properties"))), ifs=[_, *_]
                )
            ):
                yield node.iter.lineno if isinstance(node, ast.comprehension) else node.lineno


def test_properties_are_looked_up_without_regard_to_case_in_one_place() -> None:
    """PowerShell does not tell ``Fqdn`` from ``FQDN``; hosts.property_of, text_of and items_of do not either."""
    exempt = {
        Path("hosts/__init__.py"),
        Path("triage/from_survey.py"),  # its services hold names that the survey gave them
    }
    for path in modules():
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] != "lab" and inside not in exempt:
            assert not list(own_lookups(ast.parse(path.read_text("utf-8")))), path


def test_no_posix_only_call_on_a_product_path() -> None:
    forbidden = re.compile(
        r"os\.(fork|kill|getuid|geteuid|chmod|setsid)\b|signal\.SIG(KILL|USR|HUP)|import (fcntl|pwd|grp)\b"
    )
    # Asks whom files belong to in a way of its own on each system.
    twofold = {Path("core/home_safety.py")}
    for path in modules():
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] != "lab" and inside not in twofold:
            assert not forbidden.search(path.read_text("utf-8")), path


def test_no_citation_leads_nowhere() -> None:
    """A file of the documentation that code, tests or documents name is in the repository, with the chapter named."""
    root = PACKAGE.parent
    written_by_the_program = {"runbook.md", "worksheets.md"}
    places = [*modules(), *root.glob("docs/*.md"), *root.glob("*.md"), *root.glob("worksheets/*.md")]
    dangling = []
    for path in places:
        for cited, chapter in re.findall(
            r"\b((?:docs/)?[\w./-]+\.md)\b(?:, ([A-Z][\w .]+?)(?=[).:;`]|$))?", path.read_text("utf-8")
        ):
            target = root / cited if (root / cited).is_file() else path.parent / cited
            if cited in written_by_the_program and path.suffix == ".py":
                continue
            if not target.is_file():
                dangling.append(f"{path.relative_to(root)}: {cited}")
            elif chapter and not re.search(rf"^#+ {re.escape(chapter)}", target.read_text("utf-8"), re.MULTILINE):
                dangling.append(f"{path.relative_to(root)}: {cited}, {chapter}")
    assert not dangling


def test_every_correction_that_is_cited_is_written_down() -> None:
    """``docs/corrections.md`` has each number that a procedure or the code cites, and none that nobody does."""
    root = PACKAGE.parent
    number = re.compile(r"\b[CNOSR]-[0-9]{2}\b")
    places = [*modules(), *root.glob("worksheets/procedures/*.yaml")]
    cited = {found for path in places for found in number.findall(path.read_text("utf-8"))}
    rows = re.findall(r"^\| ([CNOSR]-[0-9]{2}) \|", (root / "docs/corrections.md").read_text("utf-8"), re.MULTILINE)
    assert set(rows) == cited
    assert len(rows) == len(cited)


def test_one_module_alone_asks_for_the_date() -> None:
    """So that ``make test-dates`` can try every other one on another day, the tests themselves included."""
    asks = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|gmtime|localtime|ctime))\b")
    for path in [*modules(), *Path(__file__).parent.rglob("*.py")]:
        if path not in {PACKAGE / "core" / "timestamps.py", Path(__file__)}:
            assert not asks.search(path.read_text("utf-8")), path


def test_an_import_inside_a_function_says_why() -> None:
    silent = []
    for path in modules():
        text = path.read_text("utf-8")
        lines = text.splitlines()
        for function in ast.walk(ast.parse(text)):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in function.body:
                if isinstance(node, ast.Import | ast.ImportFrom):
                    above = node.lineno - 2
                    while re.match(r"\s*(from|import) ", lines[above]):
                        above -= 1
                    if not lines[above].lstrip().startswith("#"):
                        silent.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert not silent


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
