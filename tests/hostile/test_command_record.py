"""Every command that leaves for a host is on record: outside of a run in the home's log, within one in its journal."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lync_wizard.core.secret import MASK, Redactor, Secret
from lync_wizard.hosts import Output
from lync_wizard.hosts.sent import LONGEST, Sent, SentCommands
from lync_wizard.lab.server import process
from lync_wizard.runs import inbox
from lync_wizard.runs.journal import Reader
from lync_wizard.workspace import command_log
from lync_wizard.workspace.command_log import CommandLog
from tests.command import call

FE = "fe01.contoso.com"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("record") / "drill"
    process.start(home, seed=7, speed=10_000.0, standing=True)
    yield home
    process.stop(home)


def logged(home: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (home / "logs" / "commands.jsonl").read_text("utf-8").splitlines()]


def test_what_a_check_sends_is_in_the_log_of_the_home(home: Path) -> None:
    call(home, "check", "restore-se", "--target", "se01.contoso.com")
    lines = logged(home)
    sent = {(line["host"], line["command"]) for line in lines}
    assert {(FE, "Get-Date"), (FE, "whoami /groups"), (FE, "Import-Module -Name Lync")} <= sent
    assert (FE, "Get-Variable -Name LASTEXITCODE -ValueOnly") in sent
    assert all(set(line) == {"at", "host", "account", "wire", "command"} for line in lines)
    if sys.platform != "win32":
        assert stat.S_IMODE((home / "logs").stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "logs" / "commands.jsonl").stat().st_mode) == 0o600


def test_what_a_run_sends_is_in_its_journal_and_not_in_the_log(home: Path) -> None:
    done = call(home, "backup", "run", "--headless")
    assert done.returncode == 0, done.stderr
    [run] = (home / "runs").iterdir()
    with Reader(run) as reader:
        assert reader.broken_at() is None
        events = reader.events()
    sent = [event for event in events if event.data.get("stream") == "sent"]
    texts = [event.data["text"] for event in sent]
    assert {"Import-Module -Name Lync", "Get-Variable -Name LASTEXITCODE -ValueOnly"} <= set(texts)
    assert "Export-CsConfiguration -AsBytes" in texts
    assert "Export-CsConfiguration -AsBytes" not in {line["command"] for line in logged(home)}
    begun, ended = (next(e.seq for e in events if e.type == kind) for kind in ("run_started", "run_finished"))
    assert all(begun < event.seq < ended for event in sent)
    assert {event.data["host"] for event in sent} >= {FE, "se01.contoso.com"}
    shown = call(home, "watch", run.name).stdout
    assert f"sent to {FE}: Import-Module -Name Lync" in shown


def test_the_log_is_rotated_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_log, "FILE_BYTES", 2_000)
    log = CommandLog(tmp_path / "logs")
    for number in range(200):
        log.keep(Sent(FE, "lync-admin", "psrp", f"Get-CsPool -Identity {number}"))
        log.close()
    files = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert files == ["commands.1.jsonl", "commands.2.jsonl", "commands.3.jsonl", "commands.4.jsonl", "commands.jsonl"]
    assert sum(path.stat().st_size for path in (tmp_path / "logs").iterdir()) <= 2_000 * command_log.FILES
    assert logged(tmp_path)[-1]["command"].endswith(" 199")
    assert not log.fault


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "commands.jsonl").symlink_to(tmp_path / "elsewhere")
    log = CommandLog(tmp_path / "logs")
    log.keep(Sent(FE, "lync-admin", "psrp", "Get-Date"))
    log.close()
    assert "cannot be written" in log.fault
    assert not (tmp_path / "elsewhere").exists()


def test_what_is_sent_again_and_again_is_counted() -> None:
    kept: list[Sent] = []
    redactor = Redactor()
    redactor.add(Secret("Pa55word"))
    commands = SentCommands(kept.append, redactor)
    ask, other = commands.to(FE, "lync-admin", "psrp"), commands.to("se01.contoso.com", "lync-admin", "psrp")
    for _ in range(1_000):
        ask("Get-CsWindowsService")
        other("Get-Date")
    ask("net use /user:x\nPa55word" + "x" * 10_000)
    commands.flush()
    assert [one.text for one in kept if one.host != FE] == ["Get-Date", "Get-Date (sent 999 more times)"]
    assert [one.text for one in kept if one.host == FE][:2] == [
        "Get-CsWindowsService",
        "Get-CsWindowsService (sent 999 more times)",
    ]
    assert kept[-2].text.startswith(f"net use /user:x {MASK}")
    assert max(len(one.text) for one in kept) <= LONGEST


def test_the_journal_takes_no_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "RECORDED_LINES", 10)
    monkeypatch.setattr(inbox, "RECORDED_COMMANDS", 5)
    measure = inbox.Measure()
    measure.begin("one")
    taken = [measure.output("one", Output("verbose", "x")) for _ in range(100)]
    assert len([one for one in taken if one]) == 11
    assert "left out" in (taken[10] or Output("debug", "")).text
    measure.begin("one")
    assert measure.output("one", Output("verbose", "again")) is not None
    sent = [measure.sent(Sent(FE, "lync-admin", "psrp", "Get-Date")) for _ in range(20)]
    assert len([one for one in sent if one]) == 5
