"""Persistent Chat in the lab: exported and imported by its own cmdlets, with what goes wrong in reality."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import RUNNING, STOPPED, Fault
from lync_wizard.lab.scenarios import build
from tests.lab.console import Answer, Console

CHAT, SQL = "chat01.contoso.com", "chatsql01.contoso.com"
AT = f"{SQL}\\LYNC"
ZIP = "C:\\Chat.zip"
ADMIN = "CONTOSO\\chatadmin"


@pytest.fixture
def standing(tmp_path: Path) -> Simulation:
    """The Enterprise deployment before its chat databases are lost."""
    build.build("contoso-pchat", tmp_path, seed=7, standing=True)
    return Simulation.load(tmp_path, speed=1e9)


def tables(simulation: Simulation) -> dict[str, list[str]]:
    held: dict[str, Any] = simulation.state.instances[AT.lower()].contents
    return dict(held.get("mgc") or {})


def services(simulation: Simulation, status: str) -> None:
    with simulation.change() as state:
        for host in state.hosts.values():
            if "RTCCHAT" in host.services:
                host.services["RTCCHAT"].status = status


def admin(simulation: Simulation, host: str = CHAT) -> Console:
    return Console(simulation, host, ADMIN)


def export(simulation: Simulation) -> dict[str, list[str]]:
    assert admin(simulation).run("Export-CsPersistentChatData", DBInstance=AT, FileName=ZIP).ok
    return copy.deepcopy(tables(simulation))


def imported(simulation: Simulation, **more: Any) -> Answer:
    return admin(simulation).run("Import-CsPersistentChatData", DBInstance=AT, FileName=ZIP, **more)


def emptied(simulation: Simulation) -> None:
    with simulation.change() as state:
        state.instances[AT.lower()].contents.clear()


def test_an_export_brings_everything_back_into_an_empty_database(standing: Simulation) -> None:
    before = export(standing)
    assert before["tblChat"]
    emptied(standing)
    services(standing, STOPPED)
    assert imported(standing, Report="C:\\Import.html").ok
    assert tables(standing) == before
    assert standing.locate(CHAT, "C:\\Import.html").is_file()


def test_the_rehearsal_reports_and_changes_nothing(standing: Simulation) -> None:
    export(standing)
    emptied(standing)
    services(standing, STOPPED)
    answer = imported(standing, WhatIf=True, Report="C:\\Rehearsal.html")
    assert answer.ok
    assert [line for line in answer.informations if line.startswith("What if") and AT in line]
    assert tables(standing) == {}
    assert standing.locate(CHAT, "C:\\Rehearsal.html").is_file()


def test_an_import_adds_to_what_is_there_and_says_so(standing: Simulation) -> None:
    before = export(standing)
    services(standing, STOPPED)
    answer = imported(standing)
    assert answer.ok
    assert ["added a second time" in line for line in answer.warnings] == [True]
    assert tables(standing)["tblNode"] == before["tblNode"] * 2


def test_no_import_while_a_service_works_on_the_database(standing: Simulation) -> None:
    export(standing)
    emptied(standing)
    answer = imported(standing)
    assert answer.ended is not None
    assert "Stop every Persistent Chat service" in answer.ended.message
    assert tables(standing) == {}


def test_only_chat_administrators_export_and_import(standing: Simulation) -> None:
    export(standing)
    for name in ("Export-CsPersistentChatData", "Import-CsPersistentChatData"):
        refused = Console(standing, CHAT).run(name, DBInstance=AT, FileName=ZIP)
        assert refused.ended is not None
        assert "CsPersistentChatAdministrator" in refused.ended.message


def test_a_database_that_cannot_be_opened(standing: Simulation) -> None:
    wrong = admin(standing).run("Export-CsPersistentChatData", DBInstance=f"{SQL}\\OTHER", FileName=ZIP)
    assert wrong.ended is not None
    standing.state.faults.append(Fault("no-delegation", CHAT, times=-1))
    anonymous = admin(standing).run("Export-CsPersistentChatData", DBInstance=AT, FileName=ZIP)
    assert anonymous.ended is not None
    assert "ANONYMOUS LOGON" in anonymous.ended.message
    standing.state.faults.clear()
    build.strike(standing)
    gone = admin(standing).run("Export-CsPersistentChatData", DBInstance=AT, FileName=ZIP)
    assert gone.ended is not None
    assert 'Cannot open the database "mgc"' in gone.ended.message


def test_a_file_that_is_no_export(standing: Simulation) -> None:
    services(standing, STOPPED)
    standing.locate(CHAT, ZIP).write_bytes(b"PK but no more")
    answer = imported(standing)
    assert answer.ended is not None
    assert "corrupted" in answer.ended.message


def test_rooms_are_shown_while_the_service_runs(standing: Simulation) -> None:
    rooms = admin(standing).run("Get-CsPersistentChatRoom")
    categories = admin(standing).run("Get-CsPersistentChatCategory", PersistentChatPoolFqdn="chatpool.contoso.com")
    assert len(rooms.objects) + len(categories.objects) == len(tables(standing)["tblNode"])
    assert set(rooms.column("Category")) == set(categories.column("Name"))
    services(standing, STOPPED)
    stopped = admin(standing).run("Get-CsPersistentChatRoom")
    assert (stopped.objects, ["is not running" in error.message for error in stopped.errors]) == ([], [True])
    services(standing, RUNNING)
    assert admin(standing).run("Get-CsPersistentChatRoom").ok


def test_disabled_nodes_are_a_change(standing: Simulation) -> None:
    admin(standing).run("Export-CsPersistentChatData", DBInstance=AT, FileName=ZIP, DisableExportedNodes=True)
    assert tables(standing)["tblNodeDisabled"] == tables(standing)["tblNode"]
