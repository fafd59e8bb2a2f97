"""A plan as a PowerShell script: the grammar accepts it, and every value reads back as exactly itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_powershell
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lync_wizard.hosts.command import (
    Cmdlet,
    Command,
    Copy,
    FileBytes,
    Pipeline,
    Program,
    SimulatedAction,
    Statement,
    Switch,
)
from lync_wizard.lab.sqlserver import parser
from lync_wizard.plans.model import Omitted, Plan, PlannedStep, Precondition, Read
from lync_wizard.procedures.capture import Capture
from lync_wizard.procedures.expectations import Expectation, Predicate, Test, Verification
from lync_wizard.render import scripts
from lync_wizard.workspace.workspace import Workspace

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
SE = "se01.contoso.com"
QUOTES = ("'", "‘", "’", "‚", "‛")
HOSTILE = (
    "it's", "'", "''", "‘curly’ ‚low‛", "“double”", '"double"', "$(Remove-Item C:\\)", "$env:PATH ${x}",
    "`n back`tick`", "two\nlines", "a\r\nb", "#> comment", "# hash", "@'\nhere\n'@", "{0} -f", "; exit 1", "| Out-Null",
    "--%", "C:\\a b\\", "C:\\plain\\", "\\\\srv\\share\\", "trailing\\\\", 'quote\\"', "Příliš žluťoučký",
    "東京サーバー", "", " ", "-Force", "<#", "@(1)", "%TEMP%", "\u2028", "—", "name,with,commas", "&", "> out.txt",
    "True", "$null", "07", "0x1F",
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def tree(text: str) -> Any:
    return PARSER.parse(text.encode()).root_node


def nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children:
        yield from nodes(child)


def broken(text: str) -> list[str]:
    """Every place the grammar does not understand."""
    return [f"{n.start_point}: {n.text!r}" for n in nodes(tree(text)) if n.type == "ERROR" or n.is_missing]


def literals(text: str) -> list[str]:
    """The values of all single-quoted strings, as PowerShell reads them; it must find no other kind of string."""
    found = [n for n in nodes(tree(text)) if "string" in n.type and n.type.endswith(("characters", "_literal"))]
    kinds = {n.type for n in found if not n.type.startswith("string_literal")}
    assert kinds <= {"verbatim_string_characters"}, kinds
    return [unquoted(n.text.decode()) for n in found if n.type == "verbatim_string_characters"]


def unquoted(token: str) -> str:
    """A single-quoted token's value; for PowerShell (and not for the grammar) typographic quotes end it as well."""
    assert token[0] == token[-1] == "'"
    value, rest = "", token[1:-1]
    while rest:
        if rest[0] in QUOTES:
            assert rest[1:2] in QUOTES, f"{rest[0]} ends the string {token}"
            rest = rest[1:]
        value, rest = value + rest[0], rest[1:]
    return value


def received(argument: str) -> str:
    """What a program gets for an argument Windows PowerShell 5.1 was given: its quoting, then the C runtime's."""
    line = f'"{argument}"' if re.search(r"\s", argument) else argument
    out, inside, i = "", False, 0
    while i < len(line):
        slashes = len(line[i:]) - len(line[i:].lstrip("\\"))
        i += slashes
        if line[i : i + 1] == '"':
            out += "\\" * (slashes // 2)
            if slashes % 2:
                out += '"'
            else:
                inside = not inside
            i += 1
        else:
            out += "\\" * slashes
            if not slashes:
                out += line[i]
                i += 1
    assert not inside, f"{argument!r} leaves a quote open"
    return out


def step(command: Command | None, name: str = "se-step", **more: Any) -> PlannedStep:
    kind = "cmdlet" if command else "decision"
    defaults: dict[str, Any] = {"group": "g", "group_title": "Group", "title": "Title", "host": SE} | more
    account = defaults.pop("account", "lync-admin")
    return PlannedStep(name, account=account, kind=kind, command=command, text="words", **defaults)


def plan(*steps: PlannedStep, **more: Any) -> Plan:
    return Plan(
        procedure="restore-se", title="Restore", target=SE, deployment="contoso", environment="contoso",
        environment_kind="production", backup_set=None, backup_at=None, made_at=datetime(2026, 11, 22, tzinfo=UTC),
        values={}, steps=steps, **more,
    )  # fmt: skip


def with_everywhere(text: str) -> Plan:
    """A plan that holds a text wherever one can stand."""
    question = Verification(
        Pipeline((Cmdlet("Get-Item", (("LiteralPath", text),)),)), SE, "lync-admin",
        (Predicate("all", (Test("Name", "equals", text),)),),
    )  # fmt: skip
    elsewhere = replace(question, host="other.contoso.com")
    words: dict[str, Any] = {
        "title": text, "group_title": text, "destructive": text or "harm", "confirm_text": text, "notes": (text,),
        "undo": text, "before": (Precondition(text, "clock"), Precondition(text, question=elsewhere)),
        "verify": question, "expect": Expectation(objects=question.predicates, tolerates=(text,) if text else ()),
    }  # fmt: skip
    return plan(
        step(Pipeline((Cmdlet("Import-CsUserData", (("FileName", text), ("Confirm", Switch(False)))),)), **words),
        step(Program("net", ("share", text)), "se-net", **words),
        step(Copy(text, text, (text,)), "se-copy", **words),
        step(SimulatedAction(text), "se-deed", **words),
        step(None, "se-ask", choices=(text,), **words),
        omitted=(Omitted("x", text, text),),
        afterwards=(text,),
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_grammar_accepts_every_script(text: str) -> None:
    assert broken(scripts.powershell_script(with_everywhere(text))) == []


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_no_text_leaves_its_place(text: str) -> None:
    assert broken(scripts.powershell_script(with_everywhere(text))) == []


@settings(max_examples=200, deadline=None)
@given(TEXTS)
@example("‘")
@example("a\r\nb")
def test_a_parameter_is_one_literal_that_reads_back_as_itself(text: str) -> None:
    made = scripts.source(Pipeline((Cmdlet("Import-CsUserData", (("FileName", text),)),)))
    assert literals(made) == [text]
    assert made.startswith("Import-CsUserData -FileName '")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_values_in_lists_and_files_are_one_literal_each(text: str) -> None:
    made = scripts.source(
        Pipeline((Cmdlet("Get-CsUser", (("Filter", (text, text)), ("ByteInput", FileBytes(text, 3, "00" * 32)))),))
    )
    assert literals(made) == [text] * 3
    assert broken(made) == []


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab \\\"'\n$`"), max_size=12))
@example("C:\\My Folder\\")
@example('say "so"\\')
@example("")
def test_a_program_receives_exactly_its_argument(text: str) -> None:
    made = scripts.source(Program("certutil", ("-hashfile", text)))
    first, second = literals(made)
    assert (received(first), received(second) if text else second) == ("-hashfile", text or '""')


def test_a_copy_is_judged_by_robocopys_exit_codes() -> None:
    made = scripts.powershell_script(
        plan(step(Copy("\\\\bk01\\my backups\\", "C:\\Lync Share\\", ("Meeting.Active",))))
    )
    line = next(line for line in made.splitlines() if "{ robocopy" in line)
    assert "robocopy '\\\\bk01\\my backups' 'C:\\Lync Share' '/E'" in line
    assert "'/XF' 'Meeting.Active'" in line
    assert "Assert-ExitCode -Low 0 -High 7" in made


def test_a_file_that_gets_another_name_is_copied_under_that_name() -> None:
    made = scripts.powershell_script(
        plan(step(Copy("\\\\bk01\\set\\se01.reg", "C:\\Restore\\Schannel-se01.reg", sha256="1")))
    )
    assert "{ New-Item -ItemType 'Directory' -Path 'C:\\Restore' -Force | Out-Host }" in made
    assert (
        "{ Copy-Item -LiteralPath '\\\\bk01\\set\\se01.reg' -Destination 'C:\\Restore\\Schannel-se01.reg' | Out-Host }"
        in made
    )
    assert "Assert-ExitCode -" not in made.partition("Copy-Item")[2]


def test_what_is_read_for_a_statement_is_sent_for_each_log_backup() -> None:
    parameters = (("Database", "mgc"), ("Path", "<Read:Logs>"))
    made = scripts.powershell_script(plan(step(Statement("restore-log", parameters))))
    assert "function Restore-Log(" in made
    assert "-Mark '<Read:Logs>' -File $Read_Logs | Out-Host }" in made


def test_sessions_are_ended_by_tsql_that_an_instance_takes() -> None:
    text = scripts.powershell_script(plan(step(Statement("kill-connections", (("Database", "mgc"),)))))
    sent = text.partition("'-Q' '")[2].partition("' | Out-Host")[0].replace("''", "'")
    assert [type(one).__name__ for one in parser.parse(sent)] == ["Use", "KillEach"]


def test_a_destructive_step_is_reached_only_past_the_name_it_harms() -> None:
    command = Pipeline((Cmdlet("Import-CsUserData", (("FileName", "x.zip"),)),))
    lines = scripts.powershell_script(
        plan(step(command, destructive="overwrites contacts", confirm="type", confirm_text=SE))
    ).splitlines()
    asked = lines.index(f"    Confirm-Harm -Harm 'overwrites contacts' -Name '{SE}'")
    assert asked < lines.index("    Invoke-Shown -Command { Import-CsUserData -FileName 'x.zip' | Out-Host }")


def test_a_step_by_hand_waits_and_one_elsewhere_names_its_host() -> None:
    made = scripts.powershell_script(plan(step(SimulatedAction("Install Windows."), host="dc01.contoso.com")))
    assert "Write-Host 'Install Windows.'" in made
    assert "Read-Answer -Question 'Press Enter when it is done'" in made
    assert "-RunOn 'dc01.contoso.com'" in made


def test_a_value_read_on_the_way_takes_the_place_of_its_mark() -> None:
    files = Read(Statement("filelist-only", (("Path", "C:\\a.bak"),)), "be01\\rtc", "sql-admin", "LogicalName")
    command = Pipeline((Cmdlet("Set-Item", (("Value", "name <Read:Names>"), ("Include", "<Read:Names>"))),))
    made = scripts.powershell_script(plan(step(command, reads={"Names": files})))
    assert "$Read_Names = Read-Value -Question 'LogicalName (from be01\\rtc)'" in made
    assert "-Value ('name <Read:Names>'.Replace('<Read:Names>', ($Read_Names -join ', '))) -Include $Read_Names" in made
    assert broken(made) == []


def test_a_database_is_restored_to_as_many_files_as_were_read() -> None:
    files = Read(Statement("filelist-only", (("Path", "C:\\a.bak"),)), "be01\\rtc", "sql-admin", "LogicalName")
    parameters = (
        ("Database", "mgc"),
        ("Path", "C:\\a.bak"),
        ("LogicalNames", "<Read:Names>"),
        ("Files", "<Read:Files>"),
    )
    made = scripts.powershell_script(
        plan(step(Statement("restore-database", parameters), host="be01\\rtc", reads={"Names": files, "Files": files}))
    )
    [line] = [line for line in made.splitlines() if ".Replace(" in line and "Join-Move -Name" in line]
    mark = ", MOVE N''<Read:Names>'' TO N''<Read:Files>''"
    assert f".Replace('{mark}', (Join-Move -Name $Read_Names -File $Read_Files))" in line
    assert "function Join-Move" in made
    assert broken(made) == []


def test_a_delivered_answer_becomes_its_file_of_the_set() -> None:
    export = step(
        Pipeline((Cmdlet("Export-CsConfiguration", (("AsBytes", Switch()),)),)), "bk-xds", deliver=delivery("bytes")
    )
    shown = step(Pipeline((Cmdlet("Get-CsService"),)), "bk-fs-find", deliver=delivery("text"))
    made_plan = replace(plan(export, shown), values={"BackupSet": "\\\\bk01\\Lync\\2026"})
    made = scripts.powershell_script(made_plan)
    path = "'\\\\bk01\\Lync\\2026\\Sub\\File.x'"
    lines = made.splitlines()
    assert f"    Invoke-Shown -Command {{ Save-Byte -Path {path} -Data @(Export-CsConfiguration -AsBytes) }}" in lines
    assert f"    Invoke-Shown -Command {{ Save-Text -Path {path} -Data @(Get-CsService) }}" in lines
    assert "WriteAllBytes($Path, $bytes)" in made
    assert "UTF8Encoding" in made
    assert broken(made) == []
    told = scripts.markdown(made_plan)
    assert "The answer becomes the new file `\\\\bk01\\Lync\\2026\\Sub\\File.x`, byte for byte." in told
    assert "written down as text (UTF-8)" in told


def delivery(how: str) -> Capture:
    return Capture("Sub/File.x", how)


def test_a_script_without_reads_and_deliveries_has_no_functions_for_them() -> None:
    made = scripts.powershell_script(plan(step(SimulatedAction("Look."))))
    assert "Save-Byte" not in made
    assert "Read-Value" not in made


def test_the_grammar_accepts_every_shipped_procedure(workspace: Workspace) -> None:
    for procedure in workspace.procedures.values():
        if procedure.listed and not procedure.block:
            made = scripts.powershell_script(procedure, workspace.procedures)
            assert broken(made) == [], procedure.id


def test_every_export_of_the_backup_is_kept(workspace: Workspace) -> None:
    """Nothing that the wizard would deliver into the set is only shown by the script."""
    made = scripts.powershell_script(workspace.procedures["backup"], workspace.procedures)
    assert made.count("{ Save-") + made.count("{ reg 'export'") == sum(
        bool(step.deliver) for one in workspace.procedures.values() for step in one.walk()
    )
    assert "Save-Byte -Path '<BackupSet>\\PersistentChat\\<PoolFqdn>.zip'" in made


def test_a_script_with_placeholders_refuses_to_run(workspace: Workspace) -> None:
    made = scripts.powershell_script(workspace.procedures["restore-se"], workspace.procedures)
    assert broken(made) == []
    listed = made.index("'<PoolFqdn>'")
    assert listed < made.index("throw ('Fill in first") < made.index("if (Test-Step -Id")


def test_a_plan_has_no_placeholders_left_and_every_step(workspace: Workspace) -> None:
    made_plan = workspace.plan("restore-se", workspace.targets("restore-se")[0], workspace.newest(), {})
    made = scripts.powershell_script(made_plan)
    assert "Fill in first" not in made
    assert re.findall(r"Test-Step -Id '([^']+)'", made) == [step.id for step in made_plan.steps]
    assert broken(made) == []


def test_a_file_starts_with_a_mark_and_ends_lines_as_windows_does() -> None:
    data = scripts.script_bytes(plan(step(SimulatedAction("Příliš žluťoučký"))))
    assert data.startswith(b"\xef\xbb\xbf#")
    text = data.decode("utf-8-sig")
    assert "Příliš žluťoučký" in text
    assert text.count("\n") == text.count("\r\n")


def test_markdown_keeps_commands_to_the_letter_and_words_harmless() -> None:
    command = Pipeline((Cmdlet("Get-Item", (("LiteralPath", "C:\\```\\$(x)"),)),))
    made = scripts.markdown(plan(step(command, title="# <b>*bold*</b>", destructive="harms", confirm_text=SE)))
    assert "````powershell\nGet-Item -LiteralPath 'C:\\```\\$(x)'\n````" in made
    assert "### 1. \\# \\<b\\>\\*bold\\*\\</b\\>" in made
    assert f"**Destructive:** harms. It harms {SE}." in made


def test_no_question_holds_the_mark_of_a_value_that_was_read() -> None:
    """A person is asked with the value; what to look at after an error comes before it is read, and names it."""
    scripts = [*(Path(__file__).parents[1] / "golden").rglob("*.ps1")]
    lines = [line for path in scripts for line in path.read_text("utf-8-sig").splitlines() if "<Read:" in line]
    asked = [line for line in lines if "Confirm-Check" in line]
    assert asked
    assert [line for line in asked if ".Replace('<Read:" not in line] == []
    assert [line for line in lines if "Test-Step" in line] == []
