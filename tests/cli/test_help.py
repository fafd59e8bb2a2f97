"""What the program says of itself: its help, and the manual page that is made from the same parser."""

from __future__ import annotations

from pathlib import Path

import pytest

from lync_wizard.cli import main
from lync_wizard.cli.arguments import subcommands
from lync_wizard.cli.manual import page
from lync_wizard.cli.parser import COMMANDS, whole

MANUAL = Path(__file__).parents[2] / "docs" / "lync-wizard.1"


def help_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    assert not ended.value.code
    return capsys.readouterr().out


def test_help_lists_every_command_once_by_when_it_is_needed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = help_of(capsys).splitlines()
    assert max(map(len, lines)) <= 80
    headings = [line for line in lines if line.endswith(" a disaster:")]
    assert headings == ["Before a disaster:", "During a disaster:", "After a disaster:"]
    listed = lines[lines.index(headings[0]) : lines.index("options:")]
    names = [line.split()[0] for line in listed if line.startswith("  ")]
    assert sorted(names) == sorted(subcommands(whole()))
    assert all(line.split(maxsplit=1)[1] for line in listed if line.startswith("  "))


def test_a_command_alone_has_the_help_it_has_among_all(capsys: pytest.CaptureFixture[str]) -> None:
    known = subcommands(whole())
    for name in (name for commands in COMMANDS.values() for name in commands):
        assert help_of(capsys, name) == known[name].format_help()


def test_the_manual_page_is_the_one_the_parser_makes() -> None:
    assert MANUAL.read_text("utf-8") == page(), "make manual writes it again"
