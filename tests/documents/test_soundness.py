"""What is said of filled worksheets: complete, missing, wrong, stale, sheet by sheet."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lync_wizard import deployment
from lync_wizard.cli import main
from lync_wizard.core import timestamps
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.setup import completeness
from lync_wizard.setup.completeness import SheetState
from lync_wizard.worksheets import Cell, read

READ = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def facts(read_at: datetime) -> str:
    """The facts of a topology read at that time; two of its pool's were given a day earlier."""
    read_then, before = timestamps.stamp(read_at), timestamps.stamp(read_at - timedelta(days=1))
    return f"""\
deployment:
  topology-read: {{value: '{read_then[:10]}', source: found, at: '{read_then}'}}
pools:
  se01.contoso.com:
    pool:
      kind: {{value: standard-edition, source: found, at: '{read_then}'}}
      site: {{value: Redmond, source: found, at: '{before}'}}
      version: {{value: 5.0.8308.0, source: operator, at: '{before}'}}
"""


def home(tmp_path: Path, *, read_at: datetime = READ, **sheets: str) -> Home:
    folder = tmp_path / "worksheets" / "contoso"
    for name, text in {"deployment-facts": facts(read_at), **sheets}.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Home(tmp_path)


def judged(where: Home, at: datetime = READ, given: int | None = None) -> dict[str, SheetState]:
    found = read(where, None, Problems())
    known, _ = deployment.of(found.entries, found.deployment)
    days = completeness.most_days(found.entries, given)
    return {sheet.sheet: sheet for sheet in completeness.assess(found.entries, known, at=at, days=days)}


def stale(sheets: dict[str, SheetState]) -> dict[str, str]:
    return {cell.column: why for cell, why in sheets["deployment-facts"].stale.items()}


def test_only_what_was_found_can_be_older_than_the_topology(tmp_path: Path) -> None:
    sheets = judged(home(tmp_path))
    assert stale(sheets) == {"site": "older than the topology read on 2026-06-01"}
    assert "stale" in sheets["deployment-facts"].states
    assert sheets["plan"].states == ("missing",)


def test_values_grow_old_after_180_days_or_as_the_plan_says_or_as_asked(tmp_path: Path) -> None:
    where = home(tmp_path)
    assert len(stale(judged(where, READ + timedelta(days=180)))) == 2
    assert len(stale(judged(where, READ + timedelta(days=181)))) == 4
    assert len(stale(judged(where, READ + timedelta(days=8), given=7))) == 4
    where = home(tmp_path, plan="backup: {validation-interval: 60d}\n")
    assert stale(judged(where, READ + timedelta(days=61)))["kind"] == "older than 60 days"


def test_a_place_for_backups_on_the_pool_itself_is_wrong(tmp_path: Path) -> None:
    sheets = judged(home(tmp_path, plan=r"backup: {location: \\se01.contoso.com\Backup}" + "\n"))
    wrong = sheets["plan"].wrong[Cell(None, "plan", "backup", "location")]
    assert "se01.contoso.com belongs to se01.contoso.com itself" in wrong.problem
    assert wrong.hint
    assert sheets["plan"].states == ("wrong", "missing")


@pytest.mark.parametrize("share", [r"\\SE01\Backup", r"\\se01.contoso.com.\Backup"])
def test_other_names_of_the_same_server_are_recognised(tmp_path: Path, share: str) -> None:
    assert judged(home(tmp_path, plan=f"backup: {{location: {share}}}\n"))["plan"].wrong


def test_check_says_so_per_sheet_and_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = home(tmp_path, read_at=timestamps.now(), plan="backup: {rpo: soon}\n")
    assert main(["--home", str(where.root), "worksheet", "check", "--json", "--days", "90"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["deployment"], found["days"], found["sound"]) == ("contoso", 90, False)
    by_sheet = {(sheet["sheet"], sheet["pool"]): sheet for sheet in found["sheets"]}
    assert by_sheet["plan", None]["states"] == ["wrong", "missing"]
    assert by_sheet["plan", None]["wrong"] == ["plan/backup/rpo"]
    assert by_sheet["database", "se01.contoso.com"]["state"] == "missing"
    assert "plan/backup/location" in found["missing"]
    assert main(["--home", str(where.root), "worksheet", "check"]) == 1
    said = capsys.readouterr().out
    assert "wrong    plan/backup/rpo" in said
    assert "stale    se01.contoso.com:deployment-facts/pool/site" in said


def test_days_are_a_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "worksheet", "check", "--days", "soon"]) == 2
    assert "'soon' is not a number of days" in capsys.readouterr().err
