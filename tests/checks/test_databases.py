"""SQL from end to end: the checks, a restore and its verdict, on a simulated instance over its own wire."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lync_wizard.checks import Finding
from lync_wizard.cli.context import connector
from lync_wizard.core.errors import Denied
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import Limits, Reply, Session, silent
from lync_wizard.hosts.command import Statement, Value
from lync_wizard.hosts.connections import read
from lync_wizard.hosts.passwords import Passwords
from lync_wizard.lab.farm import faults
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import SqlInstance
from lync_wizard.lab.scenarios import build
from lync_wizard.lab.scenarios.worksheets import write_worksheets
from lync_wizard.lab.server.lab import Identity, Lab
from lync_wizard.lab.sqlserver.instance import Mirroring, new_database
from lync_wizard.lab.verdict import restore
from lync_wizard.lab.winrm.auth import USER_FILE
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace

INSTANCE = "mon01.contoso.com\\LYNC"
POOL = "fe01.contoso.com"
FOLDER = r"C:\CsData\BackendStore\lync\DbPath"
PASSWORD = Secret("the-word-of-this-lab")
COMPONENTS = "CONTOSO\\RTCComponentUniversalServices"


@dataclass
class Site:
    """The lab at work in this process, and the wizard's pieces in front of it."""

    home: Path
    lab: Lab

    @property
    def record(self) -> SqlInstance:
        return self.lab.simulation.state.instances[INSTANCE.lower()]

    def session(self, password: Secret = PASSWORD) -> Session:
        return self._connect(password)(INSTANCE, "sql-admin", "sql")

    def findings(self) -> dict[str, Finding]:
        problems = Problems()
        book = read(self.home / "connections.yaml", problems)
        problems.raise_any("connections.yaml")
        workspace = Workspace(Home(self.home), book, self._connect(PASSWORD), Redactor())
        plan = workspace.plan("restore-archmon", POOL, workspace.newest(), {})
        found = RunSession(workspace, plan, by="ann").examine(lambda _: None)
        return {finding.check: finding for finding in found}

    def backup_of(self, database: str) -> str:
        problems = Problems()
        share = read(self.home / "connections.yaml", problems).share(r"\\backup01.contoso.com\LyncBackup")
        assert share
        (newest,) = share.iterdir()
        place = INSTANCE.replace("\\", "_")
        return f"\\\\backup01.contoso.com\\LyncBackup\\{newest.name}\\Sql\\{place}\\{database}.bak"

    def wrong(self) -> str:
        return "\n".join(restore.compare(self.lab.folder, self.lab.simulation.state).not_restored)

    def _connect(self, password: Secret) -> Callable[..., Session]:
        problems = Problems()
        book = read(self.home / "connections.yaml", problems)
        return connector(book, Passwords(environment=lambda _: password, keyring=lambda _: None), Redactor())


def made_by_hand(simulation: Simulation) -> None:
    """The lost databases were made again by an administrator: empty, and without anybody's access."""
    with simulation.change() as state:
        record = state.instances[INSTANCE.lower()]
        for name in ("LcsLog", "LcsCDR", "QoEMetrics", "mgc"):
            record.databases[name] = "1.0.0"
            record.server.add(new_database(name, FOLDER, FOLDER)).roles = ["ServerRole"]


@pytest.fixture(scope="module")
def archmon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("archmon")
    made_by_hand(build.build("contoso-archmon", home / "lab", seed=5))
    write_worksheets(home, home / "lab")
    return home


@pytest.fixture
def site(archmon: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    home = tmp_path / "home"
    shutil.copytree(archmon, home)
    monkeypatch.setenv(USER_FILE, "")
    lab = Lab(home, Simulation.load(home / "lab", 1000), Identity("x", "contoso-archmon", 5, {}), PASSWORD)
    lab.open()
    yield Site(home, lab)
    lab.close()


def run(session: Session, name: str, **parameters: Value) -> Reply:
    statement = Statement(name, tuple(parameters.items()))
    return session.run(statement, limits=Limits(), on_output=silent, cancel=threading.Event())


def test_a_healthy_instance_passes_every_check(site: Site) -> None:
    found = site.findings()
    ours = {name: finding for name, finding in found.items() if name.startswith("sql-")}
    assert len(ours) >= 6
    assert {finding.status for finding in ours.values()} == {"ok"}
    assert {finding.host for finding in ours.values()} == {INSTANCE}


def grown_model(site: Site) -> None:
    site.record.server.databases["model"].files[0].pages = 300 * 128


def full_disk(site: Site) -> None:
    site.lab.simulation.state.hosts["mon01.contoso.com"].disk_free = 3 << 30


def mirrored(site: Site) -> None:
    site.findings()  # the databases appear in the instance at the first look
    site.record.server.databases["lcscdr"].mirroring = Mirroring()


def host_gone(site: Site) -> None:
    site.lab.simulation.state.hosts["mon01.contoso.com"].present = False


@pytest.mark.parametrize(
    ("harm", "check", "status", "words"),
    [
        (grown_model, "sql-model-size", "caution", "300 MB"),
        (full_disk, "sql-disk-space", "caution", "16 GB"),
        (mirrored, "sql-not-mirrored", "caution", "LcsCDR is mirrored"),
        (host_gone, "sql-instance-answers", "unknown", ""),
    ],
)
def test_what_stands_in_the_way_is_found(
    site: Site, harm: Callable[[Site], None], check: str, status: str, words: str
) -> None:
    harm(site)
    finding = site.findings()[check]
    assert (finding.status, words in finding.message) == (status, True)
    assert finding.hint


def test_a_restore_and_access_are_seen_by_the_verdict(site: Site) -> None:
    assert "the content of the database LcsCDR" in site.wrong()
    session = site.session()
    files = [record.properties["physical_name"] for record in run(session, "database-files", Database="LcsCDR").objects]
    logical = [
        r.properties["LogicalName"] for r in run(session, "filelist-only", Path=site.backup_of("LcsCDR")).objects
    ]
    restored = run(
        session,
        "restore-database",
        Database="LcsCDR",
        Path=site.backup_of("LcsCDR"),
        LogicalNames=tuple(logical),
        Files=tuple(files),
    )
    assert (restored.state, restored.errors) == ("completed", ())
    assert [file.physical for file in site.record.server.databases["lcscdr"].files] == files
    assert "the content of the database LcsCDR" not in site.wrong()
    assert "no access to the database LcsCDR" in site.wrong()

    granted = run(session, "grant-database-access", Database="LcsCDR", Account=COMPONENTS, Role="ServerRole")
    assert granted.state == "completed"
    assert "LcsCDR" not in site.wrong()
    assert "the content of the database LcsLog" in site.wrong()
    session.close()


def test_the_lync_services_lose_the_database_while_it_is_restored(site: Site) -> None:
    session = site.session()
    held = run(session, "connections", Database="LcsLog").objects
    assert [record.properties["program_name"] for record in held] == [f"Lync Server Front-End on {POOL}"]
    assert run(session, "single-user", Database="LcsLog").state == "completed"
    assert run(session, "connections", Database="LcsLog").objects == ()
    assert run(session, "multi-user", Database="LcsLog").state == "completed"
    assert len(run(session, "connections", Database="LcsLog").objects) == 1
    session.close()


def test_a_full_disk_breaks_a_backup_off(site: Site) -> None:
    with site.lab.simulation.change() as state:
        state.faults.append(faults.parse("disk-full@mon01.contoso.com"))
    session = site.session()
    reply = run(session, "backup-database", Database="LcsLog", Path=site.backup_of("LcsLog") + ".new")
    assert reply.state == "failed"
    assert "not enough space" in reply.errors[0].message
    session.close()


@pytest.mark.parametrize("password", [Secret("another"), PASSWORD])
def test_a_refused_login_says_so_and_is_not_sent_twice(site: Site, password: Secret) -> None:
    """Refused because it is wrong, or because nobody's password is right any more."""
    if password is PASSWORD:
        with site.lab.simulation.change() as state:
            state.faults.append(faults.parse(faults.REFUSED_LOGON))
    with pytest.raises(Denied, match="refuses the login of sqladmin"):
        site.session(password)


def test_state_and_ports_outlive_a_restart(site: Site) -> None:
    session = site.session()
    assert run(session, "restore-database", Database="mgc", Path=site.backup_of("mgc")).state == "completed"
    session.close()
    site.lab.close()
    ports = dict(site.lab.identity.ports)
    simulation = Simulation.load(site.home / "lab", 1000)
    again = Lab(site.home, simulation, site.lab.identity, PASSWORD)
    again.open()
    site.lab = again
    assert again.identity.ports == ports
    assert "the content of the database mgc" not in site.wrong()
    assert run(site.session(), "database-state", Database="mgc").objects
