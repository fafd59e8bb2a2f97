"""Every exported script, and every command named in texts for people, before PowerShell's own parser: notes, undo
texts, titles, manual steps, what is to be done afterwards, hints.

``powershell3.json`` has the syntax, as of PowerShell 3.0, of the cmdlets that surround the steps; those of the steps
are in ``worksheets/cmdlets.json``. Whoever uses more adds it there, with the version it came with in mind.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lync_wizard.core import catalogue
from lync_wizard.plans.model import from_plan_data
from lync_wizard.render import runbook, scripts
from lync_wizard.runs import error_hints
from tests.golden.test_golden import FOLDER, library
from tests.scripts.real_powershell import real_powershell

HERE = Path(__file__).parent
NOTE = "note-"
PROGRAMS = {
    "certutil", "net", "robocopy", "reg", "route", "sqlcmd",
}  # fmt: skip
NODES = {
    "ArrayExpressionAst", "ArrayLiteralAst", "AssignmentStatementAst", "AttributeAst", "BinaryExpressionAst",
    "CatchClauseAst", "CommandAst", "CommandExpressionAst", "CommandParameterAst", "ConstantExpressionAst",
    "ConvertExpressionAst", "ExitStatementAst", "ExpandableStringExpressionAst", "ForEachStatementAst",
    "ForStatementAst", "FunctionDefinitionAst", "HashtableAst", "IfStatementAst", "IndexExpressionAst",
    "InvokeMemberExpressionAst", "MemberExpressionAst", "NamedBlockAst", "ParamBlockAst", "ParameterAst",
    "ParenExpressionAst", "PipelineAst", "ReturnStatementAst", "ScriptBlockAst", "ScriptBlockExpressionAst",
    "StatementBlockAst", "StringConstantExpressionAst", "SwitchStatementAst", "ThrowStatementAst",
    "TryStatementAst", "TypeConstraintAst", "TypeExpressionAst", "UnaryExpressionAst", "VariableExpressionAst",
    "WhileStatementAst",
}  # fmt: skip
"""Of the kinds of node that PowerShell 3 has, those in use."""
NOT_SENT = {"Get-WSManInstance", "Test-CsLisCivicAddress"}
"""Not in the catalogue, because only a person types them: of Windows, and of the reference."""
OPERATORS = {
    "And", "Equals", "Format", "Icontains", "Ieq", "Ige", "Igt", "Ilt", "Imatch", "Ine", "Inotcontains",
    "Ireplace", "Isplit", "Join", "Or", "PlusEquals",
}  # fmt: skip
MEMBERS = {
    "Contains", "GetFolderPath", "GetHostName", "IndexOf", "ReadAllBytes", "Replace", "ToString", "Trim",
    "WriteAllBytes", "WriteAllText",
}  # fmt: skip
"""Methods of .NET Framework 4.0, which PowerShell 3 runs on."""
NEWER_VARIABLES = {"iscoreclr", "islinux", "ismacos", "iswindows", "psedition", "enabledexperimentalfeatures"}
_NAME = re.compile(
    r"\b(?:Add|Clear|Convert|Copy|Debug|Disable|Enable|Export|Get|Grant|Import|Install|Invoke|Move|New|Publish|Remove|"
    r"Repair|Request|Reset|Restart|Set|Start|Stop|Test|Uninstall|Update)-[A-Z][A-Za-z]+"
)
_COMMAND = re.compile(
    r"\b[A-Z][a-z]+-Cs[A-Z][A-Za-z]+(?:\s-[A-Za-z]+(?:[ :](?:'[^']*'|<[^<>]+>|\$\w+|(?!-)[\w.\\:/@-]*\w))?)*"
)


@dataclass(frozen=True)
class Fact:
    kind: str
    file: str
    parts: tuple[str, ...]


def texts(books: Iterable[runbook.Runbook]) -> Iterator[str]:
    """What people read beside the commands that are sent."""
    for book in books:
        yield from book.afterwards
        for item in book.items:
            yield from (*item.notes, item.undo, item.title, item.destructive)
            yield from runbook.shown(item.command) if item.by_hand and item.command else ()
    yield from (hint.do for hint in error_hints.shipped())


def exported() -> Iterator[tuple[str, bytes, runbook.Runbook]]:
    """Blank procedures and the filled plans of the drills."""
    for name, procedure in library().items():
        yield name, scripts.script_bytes(procedure, library()), runbook.of(procedure, library())
    for path in sorted(FOLDER.glob("drills/*/plan.json")):
        plan = from_plan_data(json.loads(path.read_text("utf-8")))
        yield path.parent.name, scripts.script_bytes(plan), runbook.of(plan)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> list[Fact]:
    """Of all files at once, by one PowerShell."""
    pwsh = real_powershell()
    folder = tmp_path_factory.mktemp("scripts")
    books = []
    for name, script, book in exported():
        (folder / f"{name}.ps1").write_bytes(script)
        books.append(book)
    told = dict.fromkeys(found for text in texts(books) for found in _COMMAND.findall(text))
    assert len(told) > 100
    for number, command in enumerate(told):
        (folder / f"{NOTE}{number:03}.ps1").write_text(re.sub("<[^<>]+>", "'x'", command), "utf-8-sig")
    asked = [pwsh, "-NoLogo", "-NoProfile", "-File", str(HERE / "facts.ps1"), "-Folder", str(folder)]
    done = subprocess.run(asked, capture_output=True, text=True, encoding="utf-8", timeout=170, check=True)
    return [
        Fact(kind, file, tuple(parts)) for kind, file, *parts in (line.split("\t") for line in done.stdout.splitlines())
    ]


def of(facts: list[Fact], kind: str) -> list[Fact]:
    return [fact for fact in facts if fact.kind == kind]


def test_every_script_parses(facts: list[Fact]) -> None:
    assert of(facts, "error") == []


def test_nothing_is_newer_than_powershell_3(facts: list[Fact]) -> None:
    assert [fact for fact in of(facts, "node") if fact.parts[0] not in NODES] == []
    assert [fact for fact in of(facts, "operator") if fact.parts[0] not in OPERATORS] == []
    assert [fact for fact in of(facts, "member") if fact.parts[0] not in MEMBERS] == []
    assert [fact for fact in of(facts, "variable") if fact.parts[0].lower() in NEWER_VARIABLES] == []
    assert of(facts, "newer") == []


def test_every_command_and_parameter_is_known_by_its_full_name(facts: list[Fact]) -> None:
    own = {fact.parts[0]: set(filter(None, fact.parts[1].split(","))) for fact in of(facts, "function")}
    lines = json.loads((HERE / "powershell3.json").read_text("utf-8"))
    around = {name: catalogue.parse_syntax(name, {"": f"{name} {line}"}).parameters for name, line in lines.items()}
    wrong = []
    for fact in of(facts, "command"):
        name, named, _, piped = fact.parts
        used = set(filter(None, named.split(",")))
        syntax = catalogue.load().get(name)
        if name in PROGRAMS or (name in NOT_SENT and fact.file.startswith(NOTE)):
            known = True
        elif name in own:
            known = used <= own[name]
        elif name in around and {one.lower() for one in used} <= set(around[name]):
            known = True
        elif fact.file.startswith(NOTE):  # may name a part of what is needed
            known = syntax is not None and {one.lower() for one in used} <= set(syntax.parameters)
        elif name == "":  # what Invoke-Shown was handed
            known = not used
        else:
            # The objects of the cmdlet before it say what it is about.
            given = used | ({"Identity"} if piped else set())
            known = syntax is not None and name == syntax.name
            known = known and any(not syntax.problems(dict.fromkeys(names)) for names in (used, given))
        if not known:
            wrong.append(fact)
    assert wrong == []


def test_every_command_that_a_text_names_exists() -> None:
    around = {*json.loads((HERE / "powershell3.json").read_text("utf-8")), *NOT_SENT}
    named = {name for text in texts(book for _, _, book in exported()) for name in _NAME.findall(text)}
    assert {name for name in named if catalogue.load().get(name) is None} - around == set()


def test_every_value_of_a_script_is_quoted(facts: list[Fact]) -> None:
    assert [fact for fact in of(facts, "command") if fact.parts[2] and not fact.file.startswith(NOTE)] == []
