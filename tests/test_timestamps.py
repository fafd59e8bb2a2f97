"""The clock that tests and drills may live ahead of, and that production never leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core import timestamps
from lync_wizard.lab.server import process

AHEAD = float(os.environ.get(timestamps.SHIFT) or 0) + 400
"""Days ahead of the computer's clock: 400 more than this process is."""
FACTS = "pools: {{se01.contoso.com: {{pool: {{site: {{value: Redmond, source: found, at: '{at}'}}}}}}}}\n"


def call(home: Path, *arguments: str, ahead: str = str(AHEAD)) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with the variable set."""
    return subprocess.run(
        [sys.executable, "-m", "lync_wizard", "--home", str(home), *arguments],
        env={**os.environ, "PYTHONUTF8": "1", timestamps.SHIFT: ahead},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def stale(home: Path) -> list[Any]:
    """What a check of the worksheets calls older than 90 days, where all was found just now."""
    path = home / "worksheets" / "contoso" / "deployment-facts.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FACTS.format(at=timestamps.stamp(timestamps.now())), "utf-8")
    sheets = json.loads(call(home, "worksheet", "check", "--json", "--days", "90").stdout)["sheets"]
    return [cell for sheet in sheets for cell in sheet["stale"]]


def test_production_lives_in_the_present_whatever_the_environment_says(tmp_path: Path) -> None:
    assert stale(tmp_path) == []


def test_drill_lives_ahead_where_the_environment_says_so(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    assert len(stale(tmp_path)) == 1


def test_lab_is_built_as_far_ahead_as_its_drill_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(timestamps.SHIFT, str(AHEAD))
    process.start(tmp_path, speed=400, seed=1)
    try:
        [made] = json.loads(call(tmp_path, "backup", "list", "--json").stdout)
    finally:
        process.stop(tmp_path)
    age = timestamps.now() + timedelta(days=400) - timestamps.parse_utc(made["made_at"])
    assert timedelta(hours=6) <= age < timedelta(hours=7)


@pytest.mark.parametrize("given", ["soon", "nan", "9" * 20])
def test_number_of_days_is_a_number(given: str, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    done = call(tmp_path, "worksheet", "list", ahead=given)
    assert done.returncode == 2
    assert f"{timestamps.SHIFT} is '{given}', not a number of days" in done.stderr
    assert "\nHINT: " in done.stderr


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T22:15:00Z", datetime(2026, 1, 31, 22, 15, tzinfo=UTC)),
        ("2026-01-31T22:15:00.000120Z", datetime(2026, 1, 31, 22, 15, 0, 120, tzinfo=UTC)),
        ("2026-01-31T22:15:00", datetime(2026, 1, 31, 22, 15, tzinfo=UTC)),
        ("2026-02-01T00:15:00.0000000+02:00", datetime(2026, 1, 31, 22, 15, tzinfo=UTC)),
        ("2028-02-29", datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_utc(text: str, moment: datetime) -> None:
    read = timestamps.parse_utc(text)
    assert (read, read.tzinfo) == (moment, UTC)
    assert timestamps.parse_utc(timestamps.utc(read)) == moment
    assert timestamps.parse_utc(timestamps.stamp(read)) == moment.replace(microsecond=0)


def test_times_are_written_in_utc() -> None:
    written = timestamps.parse_utc("2026-02-01T00:15:00.000120+02:00")
    assert timestamps.utc(written) == "2026-01-31T22:15:00.000120Z"
    assert timestamps.stamp(written) == "2026-01-31T22:15:00Z"


@pytest.mark.parametrize(
    ("ago", "said"),
    [(-timedelta(days=1), "0 min"), (timedelta(minutes=40), "40 min"), (timedelta(hours=6), "6 h"),
     (timedelta(days=3), "3 days")],
)  # fmt: skip
def test_age_is_told_in_the_largest_unit_that_says_enough(ago: timedelta, said: str) -> None:
    assert timestamps.age_of(timestamps.now() - ago) == said
