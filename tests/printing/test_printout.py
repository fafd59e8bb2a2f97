"""Papers: what is recorded stands on them to the letter, nothing is cut, and blanks are there to be written on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lync_wizard.cli import main
from lync_wizard.core.errors import WizardError
from lync_wizard.core.storage import Home
from lync_wizard.failover import targets
from lync_wizard.hosts.command import Cmdlet, Pipeline, SimulatedAction
from lync_wizard.plans.model import Omitted, Plan, PlannedStep
from lync_wizard.render import pdf as printout
from lync_wizard.render.pdf import text_runs
from lync_wizard.runs import report
from lync_wizard.runs.chains import START
from lync_wizard.runs.state import EventType, RunEvent
from lync_wizard.worksheets import Cell, Entries, Entry, Source, forms, with_defaults
from lync_wizard.workspace.workspace import Workspace

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SE = "se01.contoso.com"
GOLDEN = Path(__file__).with_name("one-server.txt")
HOSTILE = (
    "#set page(width: 1cm)", "$x^2$", "*bold* _under_", "back\\slash \\#", "\"double\" 'single'", "// comment /* more",
    "<label> @ref", "`raw`", "[content]", "= heading", "- item", "a -- b --- c ...", "~tilde", "#(1 + 1)", "{code}",
    "ffi fl", "http://x.y/z",
)  # fmt: skip

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext of poppler-utils reads the PDFs")


def read(pdf: bytes, *options: str) -> str:
    return subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def dense(text: str) -> str:
    """Without white space: where a value wraps is the page's business."""
    return re.sub(r"\s+", "", text)


def recorded(values: Mapping[str, str | tuple[str, ...]], source: Source = "found", pool: str = SE) -> Entries:
    cells: dict[Cell, Entry] = {}
    for address, value in values.items():
        cell = Cell.parse(address)
        scope = forms().field(cell).scope
        cells[cell.at(pool if scope == "pool" else None)] = Entry(value, source, NOON, "here")
    return Entries(cells, (pool,))


ONE_SERVER = with_defaults(
    forms(),
    recorded(
        {
            "deployment-facts/pool/kind": "standard-edition",
            "deployment-facts/pool/site": "Redmond",
            "deployment-facts/features/archiving": "false",
            "database/userdata/server": SE,
            "database/userdata/set-expiration": "14d",
            "file-store/lync/share": f"\\\\{SE}\\LyncShare",
        }
    ).merge(dict(recorded({"database/userdata/schedule": "daily 01:30"}, "operator")))
    .merge(dict(recorded({"database/userdata/destination": "\\\\backup01.contoso.com\\LyncBackup"}, "file"))),
)  # fmt: skip


def worksheets(entries: Entries, paper: printout.Paper = "a4") -> bytes:
    return printout.worksheets(entries, "contoso", made_at=NOON, paper=paper, zone=UTC)


def test_the_forms_of_one_server_read_as_the_golden_text() -> None:
    text = re.sub(r" {2,}", "  ", read(worksheets(ONE_SERVER), "-layout", "-f", "1", "-l", "3"))
    shown = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_text(shown + "\n", encoding="utf-8", newline="\n")
    assert shown + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_columns_stand_in_the_order_of_microsofts_forms() -> None:
    text = read(worksheets(ONE_SERVER), "-layout")
    for heads in (
        ["Database", "Server name", "Backup schedule", "Database backup tool", "Backup set", "Backup dest", "Notes"],
        ["Content", "Server name", "Backup schedule", "File system", "File share", "Backup", "Notes"],
        ["Database", "Server name", "Backup schedule", "Backup tool", "Configuration file", "Backup location", "Notes"],
    ):
        assert re.search(r"^ *" + ".*? ".join(heads[:-1]) + ".* Notes$", text, re.MULTILINE), heads


@pytest.mark.parametrize(("paper", "size"), [("a4", "841.89 x 595.276"), ("letter", "792 x 612")])
def test_wide_sheets_lie_on_their_side(paper: printout.Paper, size: str) -> None:
    info = subprocess.run(["pdfinfo", "-"], input=worksheets(ONE_SERVER, paper), capture_output=True, check=True)
    assert f"Page size:       {size}" in info.stdout.decode()


def test_sources_are_marked_and_what_the_form_prints_is_not() -> None:
    text = read(worksheets(ONE_SERVER), "-layout")
    assert f"{SE} (F)" in text
    assert "daily 01:30 (O)" in dense_spaces(text)
    assert "Export-CsUserData" in text
    assert "cmdlet (D)" not in text


def dense_spaces(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_hostile_values_print_literally() -> None:
    entries = recorded({"deployment-facts/certificates/list": HOSTILE, "database/userdata/notes": " ".join(HOSTILE)})
    text = dense(read(worksheets(entries)))
    assert [value for value in HOSTILE if text.count(dense(value)) < 2] == []


@pytest.mark.parametrize(
    "name", ["Příliš žluťoučký kůň, Ústí nad Labem", "東京データセンターのサーバー", "Ωμέγα", "Отдел"]
)
def test_names_of_other_languages_print(name: str) -> None:
    assert printout.japanese() is not None
    pdf = worksheets(recorded({"deployment-facts/pool/site": name}))
    assert dense(name) in dense(read(pdf))
    assert "show as boxes" not in read(pdf)


def test_what_cannot_be_seen_shows_as_its_code() -> None:
    text = read(worksheets(recorded({"deployment-facts/pool/site": "a\u202eb\x07c"})))
    assert "a\\u202eb\\u0007c" in text


def test_a_long_value_wraps_inside_its_column_and_loses_nothing() -> None:
    path = "\\\\backup01.contoso.com\\" + "\\".join(f"folder-{n}_{'x' * 40}" for n in range(12))
    pdf = worksheets(recorded({"database/userdata/destination": path}))
    assert path in dense(read(pdf))
    words = re.findall(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"[^>]*>([^<]*)</word>', read(pdf, "-bbox"))
    left = next(float(x) for (x, _, word), (_, _, after) in pairwise(words)
                if (word, after) == ("Backup", "destination"))  # fmt: skip
    right = next(float(x) for x, _, word in words if word == "Notes")
    own = [(float(low), float(high)) for low, high, word in words if "xxxx" in word]
    assert own
    assert all(left - 1 <= low and high <= right for low, high in own)


def test_two_hundred_servers_are_all_there() -> None:
    cells: dict[Cell, Entry | None] = {}
    servers = [f"fe{n:03}.contoso.com" for n in range(200)]
    pools = [f"pool{n:02}.contoso.com" for n in range(20)]
    for number, pool in enumerate(pools):
        own = tuple(servers[number * 10 : number * 10 + 10])
        found = {"deployment-facts/pool/kind": "enterprise", "deployment-facts/pool/servers": own,
                 "database/userdata/server": f"be{number:02}.contoso.com"}  # fmt: skip
        cells |= dict(recorded(found, pool=pool))
    entries = with_defaults(forms(), Entries({}, tuple(pools)).merge(cells))
    text = read(worksheets(entries), "-layout")
    assert [server for server in servers if server not in text] == []
    assert [pool for pool in pools if pool not in text] == []
    assert [n for n in range(20) if f"be{n:02}.contoso.com" not in text] == []
    for row in ("Rtc database on the Back End", "Lync Server File Store", "Xds in the Central"):
        assert text.count(row) == 20
    last = re.findall(r"Page (\d+) of (\d+)", text)[-1]
    assert last[0] == last[1]


def test_the_plan_names_every_scenario_once() -> None:
    entries = recorded({"plan/rto/standard-edition": "2h", "plan/plan/owner": "Unified Communications"})
    text = dense(read(printout.plan_sheet(entries, "contoso", made_at=NOON, zone=UTC)))
    scenarios = [field.label for field in forms().sheet("plan").rows[-1].fields]
    assert len(scenarios) == 20
    assert [label for label in scenarios if dense(label) not in text] == []
    assert "2h" in text
    assert "Signature" in text


def test_the_plan_says_who_decides_a_failover_and_the_targets_that_readiness_is_judged_by() -> None:
    decided = {"plan/failover/decides": "Manager on duty"}
    entries = with_defaults(forms(), recorded(decided, "operator"))
    text = dense(read(printout.plan_sheet(entries, "contoso", made_at=NOON, zone=UTC), "-raw"))
    assert dense("Disaster recovery: failover of paired pools") in text
    assert dense("Who decides a failover Manager on duty") in text
    for asked, target in {
        "Target, Lync Server 2013": targets.LYNC_2013,
        "Target, Skype for Business Server 2015 and 2019": targets.SUCCESSORS,
        "Target, Central Management store": targets.STORE,
    }.items():
        assert dense(f"{asked} {target.text}") in text


def test_an_empty_deployment_prints_blank_forms() -> None:
    text = dense(read(worksheets(Entries())))
    assert "PoolorStandardEditionserver:____" in text
    assert "Rtcdatabase" in text


def step(name: str, command: Pipeline | SimulatedAction, **more: Any) -> PlannedStep:
    kind = "manual" if isinstance(command, SimulatedAction) else "cmdlet"
    return PlannedStep(name, name, "Group", f"Title of {name}", SE, "lync-admin", kind, command, "words", **more)


LONG = "C:\\Restore\\" + "\\".join(["Folder with 'quotes' -- and #hash", "東京", "x" * 90]) + "\\users.zip"
IMPORT = Pipeline((Cmdlet("Import-CsUserData", (("PoolFqdn", SE), ("FileName", LONG))),))
PLAN = Plan(
    procedure="restore-se", title="Restore a Standard Edition server", target=SE, deployment="contoso",
    environment="contoso", environment_kind="production", backup_set="2026-11-21T210003Z_contoso",
    backup_at="2026-11-21T21:00:03Z", made_at=NOON, values={}, rto_seconds=3600,
    steps=(
        step("se-bare", SimulatedAction("Install Windows")),
        step("se-userdata", IMPORT, confirm="type", confirm_text=SE, destructive="overwrites contacts"),
        step("se-rgs", IMPORT),
    ),
    omitted=(Omitted("se-pchat", "Persistent Chat", "not deployed"),), afterwards=("Make a fresh backup.",),
)  # fmt: skip


def joined(lines: list[dict[str, Any]]) -> str:
    """What somebody types who heeds the marks."""
    ends = {text_runs.SPACE_MARK: " ", text_runs.JOIN_MARK: "", text_runs.ENTER_MARK: "\n", "": ""}
    return "".join(line["text"] + ends[line["mark"]] for line in lines)


@given(st.text(st.sampled_from("ab -\\/,;'x東\n"), max_size=300), st.integers(12, 72))
def test_a_command_typed_by_the_marks_is_the_command(command: str, width: int) -> None:
    lines = text_runs.typed(command, width)
    assert joined(lines) == command
    assert all(text_runs.columns(line["text"]) <= width for line in lines)


def test_a_checklist_holds_commands_to_the_letter() -> None:
    text = read(printout.procedure(PLAN, made_at=NOON, zone=UTC), "-layout")
    expected = [line["text"] for line in text_runs.typed(f"Import-CsUserData -PoolFqdn {SE} -FileName " + quoted(LONG))]
    assert len(expected) > 2
    assert [line for line in expected if dense(line) not in dense(text)] == []
    assert "DESTRUCTIVE: overwrites contacts" in text
    for words in ("Initials", "Begun", "Persistent Chat: not deployed", "Make a fresh backup.", PLAN.hash):
        assert words in text


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def test_a_procedure_has_a_line_for_each_value_to_look_up(workspace: Workspace) -> None:
    one = workspace.procedures["restore-se"]
    text = read(printout.procedure(one, workspace.procedures, made_at=NOON, zone=UTC), "-layout")
    for words in (
        "<PoolFqdn>",
        "Decide first",
        "Is the user store of the server lost?",
        "on a new server it is empty",
        "se-userdata.3",
    ):
        assert words in text


Fact = tuple[float, EventType, str | None, Mapping[str, Any]]
FACTS: tuple[Fact, ...] = (
    (0, "run_started", None, {"environment": "contoso", "by": "ann", "plan": PLAN.hash}),
    (0, "plan_approved", None, {"by": "ann", "hash": PLAN.hash, "person": 1}),
    (5, "plan_approved", None, {"by": "ben", "hash": PLAN.hash, "person": 2, "not_proven": "typed only"}),
    (30, "step_confirmed", "se-userdata", {"by": "ann", "typed": SE, "reads": {}}),
    (30, "step_started", "se-userdata", {}),
    (50, "step_finished", "se-userdata", {"outcome": "ok", "seconds": 1200.0}),
    (60, "finding_accepted", None, {"finding": "clock@se01", "reason": "two seconds", "by": "ann"}),
    (70, "step_skipped", "se-rgs", {"reason": "no groups in use", "by": "ben"}),
    (70, "run_finished", None, {"result": "incomplete", "skipped": ["se-rgs"]}),
)


def test_a_report_says_who_when_how_long_and_what_was_left_out() -> None:
    events = [
        RunEvent(seq, NOON + timedelta(minutes=minute), START, "run-1", kind, name, 1 if name else None, data)
        for seq, (minute, kind, name, data) in enumerate(FACTS, 1)
    ]
    made = report.from_events("run-1", PLAN, events, last_hash="5" * 64, intact=True)
    text = dense_spaces(read(printout.report(made, made_at=NOON, zone=UTC), "-layout"))
    for words in (
        f"2026-11-22 12:30:00 se-userdata typed {SE} ann",
        "Approved by ann, ben (not proven: typed only)",
        "RTO 1 h 00 min: NOT met, actual 1 h 10 min",
        "Working 20 min 00 s",
        "Waiting for people 50 min 00 s",
        "se-rgs skipped: no groups in use ben 13:10:00",
        "se-pchat Persistent Chat not deployed",
        "clock@se01: two seconds",
        "Import-CsUserData",
        "5" * 64,
    ):
        assert words in text
    broken = replace(made, intact=False)
    assert "chain of hashes is broken" in dense_spaces(read(printout.report(broken, made_at=NOON, zone=UTC)))


def test_without_a_printer_the_refusal_says_where_the_paper_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WizardError) as refusal:
        printout.send(tmp_path / "plan.pdf", "no such printer")
    assert "printer" in refusal.value.summary
    assert "plan.pdf" in refusal.value.hint


@pytest.mark.skipif(os.name == "nt", reason="CUPS is the other platforms' way")
@pytest.mark.parametrize(("printer", "given"), [(None, "-- "), ("Front office", "-d Front office -- ")])
def test_cups_is_given_the_file_and_the_printer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printer: str | None, given: str
) -> None:
    lp = tmp_path / "lp"
    lp.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\n')
    lp.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    printout.send(tmp_path / "-plan.pdf", printer)
    assert (tmp_path / "asked").read_text().strip() == f"{given}{tmp_path / '-plan.pdf'}"


@pytest.mark.parametrize("what", [["worksheets"], ["plan", "--paper", "letter"], ["procedure", "restore-se"]])
def test_print_writes_a_pdf_and_names_it(home: Home, capsys: pytest.CaptureFixture[str], what: list[str]) -> None:
    assert main(["--home", str(home.root), "print", *what]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path.parent == home.reports
    assert read(path.read_bytes()).strip()


@pytest.mark.parametrize(
    ("form", "start"), [("ps1", b"\xef\xbb\xbf#"), ("md", b"# "), ("json", b"{"), ("pdf", b"%PDF-")]
)
def test_a_procedure_is_exported_in_every_form(home: Home, tmp_path: Path, form: str, start: bytes) -> None:
    path = tmp_path / f"out.{form}"
    assert (
        main(["--home", str(home.root), "procedures", "export", "restore-se", "--format", form, "-o", str(path)]) == 0
    )
    assert path.read_bytes().startswith(start)
