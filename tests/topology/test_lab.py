"""The lab's own export and the lab's own cmdlets are read like those of a real deployment."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lync_wizard import topology, worksheets
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.deployment import SqlInstance
from lync_wizard.hosts import HostError, Record, Reply
from lync_wizard.hosts.command import Command, Pipeline, Switch, Value
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.scenarios import build
from lync_wizard.lab.winrm.contract import Thing
from lync_wizard.topology import Query, TopologyReading
from lync_wizard.worksheets import Cell
from tests.conftest import Papers
from tests.lab.console import Console, call
from tests.topology.rendering import AT

FE, SE = "fe01.contoso.com", "se01.contoso.com"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    build.build("contoso-se", folder, seed=1)
    return folder


def asked_of(simulation: Simulation, host: str) -> Query:
    console = Console(simulation, host)

    def plain(value: Any) -> Any:
        if isinstance(value, Thing):
            return Record(value.text, {name: plain(inner) for name, inner in value.properties.items()})
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value if value is None or isinstance(value, str | int | float | bool) else str(value)

    def sent(value: Value) -> Any:
        if isinstance(value, Switch):
            return value.present
        return list(value) if isinstance(value, tuple) else value

    def ask(command: Command) -> Reply:
        assert isinstance(command, Pipeline)
        assert all(cmdlet.name.startswith(("Get-", "Test-")) for cmdlet in command.cmdlets)
        answer = console.pipe(
            *(call(c.name, **{name: sent(value) for name, value in c.parameters}) for c in command.cmdlets)
        )
        errors = [*answer.errors, *([answer.ended] if answer.ended else [])]
        found = [plain(item) for item in answer.objects]
        return Reply(
            "failed" if answer.ended else "completed",
            tuple(item if isinstance(item, Record) else Record(str(item), value=item) for item in found),
            tuple(HostError(error.message, error.category, error.error_id) for error in errors),
        )

    return ask


def test_the_exported_configuration_gives_both_pools_their_stores_and_the_cms(lab: Path) -> None:
    (config,) = lab.glob("disks/backup01.contoso.com/C/LyncBackup/*/Config.zip")
    problems = Problems()

    found = topology.read(config, problems, at=AT)

    assert [str(problem) for problem in problems] == []
    assert found is not None
    assert found.made_from == topology.ARCHIVE
    assert found.deployment.name == "contoso"
    for fqdn in (FE, SE):
        pool = found.deployment.pool(fqdn)
        assert pool is not None
        assert (pool.kind, pool.site, pool.server_fqdns) == ("standard-edition", "Redmond", (fqdn,))
        assert pool.sql == SqlInstance(fqdn, "rtc")
        assert pool.file_store is not None
        assert pool.file_store.share == f"\\\\{fqdn}\\LyncShare"
        assert pool.file_store_on_pool
    assert found.deployment.cms is not None
    assert found.deployment.cms.pool == FE
    assert found.deployment.cms.sql == SqlInstance(FE, "rtc")
    assert [str(cell) for cell, entry in found.entries.items() if not entry.sound] == []


@pytest.fixture(scope="module")
def live(lab: Path) -> TopologyReading:
    problems = Problems()
    found = topology.read_live(asked_of(Simulation.load(lab, speed=1e9), FE), FE, problems, at=AT)
    assert [str(problem) for problem in problems] == []
    assert found is not None
    return found


def test_the_living_server_tells_more_than_the_file(live: TopologyReading) -> None:
    entries = worksheets.Entries(live.entries)

    assert entries.flag("deployment-facts/features/e911", FE) is True
    assert entries.flag("deployment-facts/features/persistent-chat", SE) is False
    assert entries.text("deployment-facts/pool/version", FE) == "5.0.8308.887"
    assert entries.text("deployment-facts/file-store/local-folder", FE).startswith("C:\\")
    assert entries.text("deployment-facts/pool/windows", FE).startswith("Microsoft Windows Server")
    assert entries.texts("deployment-facts/certificates/list", FE)
    assert entries.text("deployment-facts/cms/pool") == FE
    assert [str(cell) for cell, entry in live.entries.items() if not entry.sound] == []


def test_a_lost_pool_does_not_hide_what_the_living_ones_answer(live: TopologyReading) -> None:
    entries = worksheets.Entries(live.entries)
    (unanswered,) = [finding for finding in live.findings if finding.startswith("Not answered")]

    assert f"Get-CsRgsWorkflow -Identity service:ApplicationServer:{SE}" in unanswered
    assert entries.flag("deployment-facts/features/response-group", FE) is False
    assert entries.flag("deployment-facts/features/response-group", SE) is None


def test_every_found_cell_belongs_to_a_pool_or_to_the_deployment(live: TopologyReading) -> None:
    assert {cell.pool for cell in live.entries} == {None, FE, SE}
    assert Cell(SE, "database", "userdata", "server") in live.entries


def test_a_server_of_a_pair_tells_what_a_failover_needs(papers: Papers, tmp_path: Path) -> None:
    kept = papers("contoso-paired")
    shutil.copytree(kept / "lab", tmp_path / "lab")
    problems = Problems()
    found = topology.read_live(asked_of(Simulation.load(tmp_path / "lab", speed=1e9), FE), FE, problems, at=AT)
    assert [str(problem) for problem in problems] == []
    assert found is not None
    entries = worksheets.Entries(found.entries)
    recorded = worksheets.read(Home(kept), None, problems).entries
    pool, se = "pool01.contoso.com", "se03.contoso.com"
    for row in (
        "pool/backup-pool",
        "conferencing/directories",
        "conferencing/caa-uris",
        "conferencing/access-numbers",
        "homed/common-area-phones",
        "homed/analog-devices",
        "homed/meeting-rooms",
        "homed/um-contacts",
        "call-park/orbits",
        "call-park/pickup-ranges",
        "announcements/ranges",
    ):
        cell = f"deployment-facts/{row}"
        assert recorded.texts(cell, pool), cell
        assert set(entries.texts(cell, pool)) == set(recorded.texts(cell, pool)), cell
    assert entries.text("deployment-facts/pool/backup-pool", se) == "se04.contoso.com"
    assert entries.text("deployment-facts/backup-service/interval") == "00:02:00"
    assert entries.text("deployment-facts/federation/edge-pools") == "edgepool.contoso.com"
    assert entries.text("deployment-facts/federation/xmpp-pool") == "edgepool.contoso.com"
    assert entries.text("deployment-facts/persistent-chat/mirror-server", "chatpool.contoso.com")
    assert [str(cell) for cell, entry in found.entries.items() if not entry.sound] == []
