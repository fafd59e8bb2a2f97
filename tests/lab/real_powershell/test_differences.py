"""What the two interpreters answer to the pipelines of a drill, object by object; each difference is explained.

``differences.yaml`` lists those that stay: ``command`` and ``what`` are patterns, ``why`` the reason.
"""

from __future__ import annotations

import datetime
import functools
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lync_wizard.core.errors import WizardError
from lync_wizard.hosts import HostError, Record, Reply
from lync_wizard.hosts.command import Command, Copy, Pipeline, Program, from_data
from lync_wizard.hosts.powershell_session import PsrpSession
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import LabControl
from tests.lab.real_powershell.labs import Client, run
from tests.lab.real_powershell.record_pipelines import FOLDER, HOME
from tests.scripts.real_powershell import real_powershell

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="no such PowerShell here"), pytest.mark.timeout(900),
    pytest.mark.xdist_group("differences"),
]  # fmt: skip

EXPLAINED = yaml.safe_load(Path(__file__).with_name("differences.yaml").read_text("utf-8"))
KEPT = {"contoso-se.refusals"}
RECORDED = sorted(path.stem for path in FOLDER.glob("*.json"))
SHARE = "\\\\backup01.contoso.com\\LyncBackup"


class Player:
    """Sends what was recorded to a lab of its own, in the same order."""

    def __init__(self, home: Path, scenario: str, powershell: str | None) -> None:
        self._home = home
        self._client = Client(process.start(home, scenario, speed=400, seed=7, powershell=powershell))
        self._sessions: dict[str, PsrpSession] = {}

    def close(self) -> None:
        self._client.close()
        process.stop(self._home)

    def play(self, line: dict[str, Any]) -> Reply | None:
        if "do" in line:
            LabControl(self._home).do(line["do"])
            return None
        text = json.dumps(line["command"]).replace(HOME, json.dumps(str(self._home))[1:-1])
        host = line["host"].partition(".")[0]
        try:
            if host not in self._sessions:
                self._sessions[host] = self._client.session(host, resolve=self._resolve)
            return run(self._sessions[host], from_data(json.loads(text)))
        except WizardError as error:
            return Reply("failed", why=error.summary)

    def _resolve(self, path: str) -> Path | None:
        if not path.casefold().startswith(SHARE.casefold()):
            return None
        below = path[len(SHARE) :].strip("\\").replace("\\", "/")
        return self._home / "lab" / "disks" / "backup01.contoso.com" / "C" / "LyncBackup" / below


@functools.cache
def played(recorded: str) -> Mapping[tuple[str, str], str]:
    """What the two answered differently to a recording: the command and the kind, and one place that shows it."""
    pwsh = real_powershell()
    scenario = recorded.partition(".")[0]
    found: dict[tuple[str, str], str] = {}
    with tempfile.TemporaryDirectory() as folder:
        built_in = Player(Path(folder) / "built-in", scenario, None)
        real = Player(Path(folder) / "real", scenario, pwsh)
        try:
            for line in json.loads((FOLDER / f"{recorded}.json").read_text("utf-8")):
                ours, theirs = built_in.play(line), real.play(line)
                if ours is not None and theirs is not None:
                    name = label(from_data(line["command"]))
                    found |= {(name, what): f"{line['host']}: {shown}" for what, shown in differences(ours, theirs)}
        finally:
            built_in.close()
            real.close()
    return found


def explains(one: Mapping[str, str], name: str, what: str) -> bool:
    return bool(re.search(one["command"], name) and re.fullmatch(one["what"], what))


@pytest.mark.parametrize(
    "recorded", [pytest.param(name, marks=[] if name in KEPT else pytest.mark.thorough) for name in RECORDED]
)
def test_both_interpreters_answer_alike(recorded: str) -> None:
    unexplained = [
        f"{name} | {what} | {shown}"
        for (name, what), shown in played(recorded).items()
        if not any(explains(one, name, what) for one in EXPLAINED)
    ]
    assert not unexplained, "\n".join(unexplained)


@pytest.mark.thorough
def test_every_explanation_is_still_needed() -> None:
    found = [pair for recorded in RECORDED for pair in played(recorded)]
    assert [one for one in EXPLAINED if not any(explains(one, *pair) for pair in found)] == []


def test_every_explanation_says_why() -> None:
    assert all(set(one) == {"command", "what", "why"} and len(one["why"]) > 20 for one in EXPLAINED)


def label(command: Command) -> str:
    match command:
        case Pipeline(cmdlets):
            return " | ".join(" ".join([one.name, *(f"-{name}" for name, _ in one.parameters)]) for one in cmdlets)
        case Program(name, args):
            return " ".join([name, *args])
        case Copy():
            return "copy"
    raise AssertionError(command)


def differences(ours: Reply, theirs: Reply) -> Iterator[tuple[str, str]]:
    """Each as a kind and a text that shows it; ``theirs`` is the real one's."""
    for what in ("state", "exit_code"):
        yield from value(what, getattr(ours, what), getattr(theirs, what))
    yield from value("why", bool(ours.why), bool(theirs.why))
    yield from value("objects", len(ours.objects), len(theirs.objects))
    for mine, other in zip(ours.objects, theirs.objects, strict=False):
        yield from record(mine, other)
    yield from value("errors", len(ours.errors), len(theirs.errors))
    for wrong, real in zip(ours.errors, theirs.errors, strict=False):
        yield from error(wrong, real)


def record(ours: Record, theirs: Record, where: str = "") -> Iterator[tuple[str, str]]:
    if (ours.value is None) == (theirs.value is None) and ours.value is not None:
        yield from value(f"{where}value", ours.value, theirs.value)
        return
    if not (ours.properties or theirs.properties):
        yield from value(f"{where}text", ours.text, theirs.text)
    mine = {name.lower(): one for name, one in ours.properties.items()}
    others = {name.lower(): one for name, one in theirs.properties.items()}
    for name in sorted(mine.keys() - others.keys()):
        yield f"{where}only built-in: {name}", repr(mine[name])[:200]
    for name in sorted(others.keys() - mine.keys()):
        yield f"{where}only real: {name}", repr(others[name])[:200]
    for name in sorted(mine.keys() & others.keys()):
        if isinstance(mine[name], Record) and isinstance(others[name], Record):
            yield from record(mine[name], others[name], f"{where}{name}.")
        else:
            yield from value(f"{where}{name}", mine[name], others[name])


def error(ours: HostError, theirs: HostError) -> Iterator[tuple[str, str]]:
    yield from value(f"message of {theirs.error_id.partition(',')[0]}", ours.message, theirs.message)
    for what in ("category", "error_id", "exception", "command"):
        yield from value(f"error {what}", getattr(ours, what), getattr(theirs, what))


def value(what: str, ours: Any, theirs: Any) -> Iterator[tuple[str, str]]:
    if settled(ours) != settled(theirs):
        yield what, f"{ours!r:.300} / {theirs!r:.300}"


def settled(one: Any) -> Any:
    """Without what differs between any two labs: moments, and the folder of the lab."""
    if isinstance(one, str):
        text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", "<moment>", one)
        return re.sub(r"\S*/(built-in|real)/", "<home>/", text)
    if isinstance(one, datetime.datetime):
        return "<moment>"
    return [settled(item) for item in one] if isinstance(one, list | tuple) else one
