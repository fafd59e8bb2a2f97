"""A value never becomes a line, a directive or a command of what is written with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import call
from tests.hostile import homes

HOSTILE = ["root\nExecStartPre=/bin/evil", "a\rb", "a\x1bb", "a\x00b", "a\u2028b", "a\tb", " a", "a\u202eb"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return homes.unpacked(tmp_path_factory.mktemp("sound"))


@pytest.mark.parametrize("account", HOSTILE)
@pytest.mark.parametrize("form", ["systemd", "task"])
def test_an_account_of_a_schedule_is_one_word(home: Path, account: str, form: str) -> None:
    done = call(home, "backup", "schedule", "--as", form, "--account", account)
    assert done.returncode == 2
    assert not done.stdout
    assert "HINT: Type it yourself" in done.stderr


def test_a_home_of_a_schedule_is_one_line(tmp_path: Path) -> None:
    home = homes.unpacked(tmp_path / "a\nExecStartPre=b")
    done = call(home, "backup", "schedule", "--as", "systemd")
    assert done.returncode == 2
    assert not done.stdout


def test_specifiers_of_systemd_are_no_specifiers(home: Path) -> None:
    done = call(home, "backup", "schedule", "--as", "systemd", "--account", "a%hb")
    assert "User=a%%hb\n" in done.stdout
