"""A mirrored Back End through its cmdlets, its SQL instances and Topology Builder: what works, and what refuses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core.errors import Refused
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.hosts import Limits, sql_session
from lync_wizard.hosts.addresses import Credentials, SqlEndpoint
from lync_wizard.hosts.command import Statement
from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm import mirroring, topology
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.sql_instances import LOGIN, SimulatedInstance
from lync_wizard.lab.farm.state import Host
from lync_wizard.lab.scenarios import build
from lync_wizard.lab.server.certificate import self_signed, server_context
from lync_wizard.lab.sqlserver.engine import SqlEngine
from lync_wizard.lab.tds.listener import Listener
from lync_wizard.lab.verdict import restore, topology_equal
from tests.lab.console import Answer, Console

POOL, FE = "pool01.contoso.com", "fe01.contoso.com"
ONE, TWO, THREE = (f"sql0{number}.contoso.com" for number in (1, 2, 3))
SHARE = "\\\\fs01.contoso.com\\MirrorShare"
PASSWORD = "Pa55word-of-sql"
NEITHER = "DatabaseInaccessibleOrMirroringNotEnabled"


def built(name: str, folder: Path) -> Simulation:
    build.build(name, folder, seed=7)
    return Simulation.load(folder, speed=1e9)


@pytest.fixture
def ee(tmp_path: Path) -> Simulation:
    """Everything mirrored and nothing broken; the Central Management store is on the mirrored Back End too."""
    return built("contoso-ee", tmp_path / "ee")


@pytest.fixture
def without_mirror(tmp_path: Path) -> Simulation:
    """The mirror's hardware is gone."""
    return built("contoso-ee-mirror", tmp_path / "mirror")


class Instance:
    """One simulated instance over TDS, through the wizard's own SQL session."""

    def __init__(self, simulation: Simulation, fqdn: str) -> None:
        there = SimulatedInstance(simulation, fqdn, "RTC", lambda: PASSWORD)
        self.listener = Listener(SqlEngine(there), server_context(*self_signed([fqdn])))
        endpoint = SqlEndpoint(f"{fqdn}\\RTC", "127.0.0.1", self.listener.port, "sql", verify=False)
        self.session = sql_session.open_session(endpoint, Credentials(LOGIN, Secret(PASSWORD)), Redactor())

    def run(self, name: str, **parameters: Any) -> tuple[list[dict[str, Any]], str]:
        """The rows, and what was refused."""
        command = Statement(name, tuple(parameters.items()))
        reply = self.session.run(command, limits=Limits(overall=30), on_output=lambda _: None, cancel=threading.Event())
        return [dict(row.properties) for row in reply.objects], "; ".join(e.message for e in reply.errors)

    def done(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        rows, refused = self.run(name, **parameters)
        assert not refused
        return rows

    def close(self) -> None:
        self.session.close()
        self.listener.close()


class Instances:
    def __init__(self) -> None:
        self.opened: list[Instance] = []

    def __call__(self, simulation: Simulation, fqdn: str) -> Instance:
        self.opened.append(Instance(simulation, fqdn))
        return self.opened[-1]


@pytest.fixture
def instance() -> Iterator[Instances]:
    made = Instances()
    yield made
    for one in made.opened:
        one.close()


def lose(simulation: Simulation, *servers: str) -> None:
    with simulation.change() as state:
        for fqdn in servers:
            state.hosts[fqdn] = Host(fqdn, present=False)
            for key in [key for key, one in state.instances.items() if one.host == fqdn]:
                del state.instances[key]
        mirroring.update_sessions(state)


def rebuild(simulation: Simulation, fqdn: str) -> None:
    for action in ("install-windows", "restore-certificates", "take-image", "install-sql-server"):
        manual_steps.do(simulation, f"{action}@{fqdn}")


def state_of(simulation: Simulation, kind: str = "User") -> list[tuple[str, str]]:
    answer = Console(simulation, FE).run("Get-CsDatabaseMirrorState", PoolFqdn=POOL, DatabaseType=kind)
    assert answer.ok
    return list(dict.fromkeys(zip(answer.column("StateOnPrimary"), answer.column("StateOnMirror"), strict=True)))


def fail_over(simulation: Simulation, to: str, **more: Any) -> Answer:
    return Console(simulation, FE).run(
        "Invoke-CsDatabaseFailover", PoolFqdn=POOL, DatabaseType="User", NewPrincipal=to, **more
    )


def install(simulation: Simulation, **more: Any) -> Answer:
    named = {"ConfiguredDatabases": True, "FileShare": SHARE, "SqlServerFqdn": ONE, "Confirm": False, **more}
    return Console(simulation, FE).run("Install-CsMirrorDatabase", **named)


def uninstall(simulation: Simulation, kind: str = "User", **more: Any) -> Answer:
    named = {"DatabaseType": kind, "SqlServerFqdn": ONE, "SqlInstanceName": "RTC", "Confirm": False, **more}
    return Console(simulation, FE).run("Uninstall-CsMirrorDatabase", **named)


def said(answer: Answer) -> str:
    return "; ".join([*(record.message for record in answer.errors), answer.ended.message if answer.ended else ""])


def test_cmdlets_and_sql_see_one_state(ee: Simulation, instance: Instances) -> None:
    here, there = instance(ee, ONE), instance(ee, TWO)
    assert state_of(ee) == [("Principal", "Mirror")]
    assert fail_over(ee, "Mirror").ok
    assert state_of(ee) == [("Mirror", "Principal")]
    roles = {row["database_name"]: row["mirroring_role_desc"] for row in there.done("mirroring")}
    assert (roles["rtcxds"], roles["rgsconfig"]) == ("PRINCIPAL", "MIRROR")
    assert here.done("database-state", Database="rtcxds")[0]["state_desc"] == "RESTORING"
    assert there.done("database-state", Database="rtcxds")[0]["state_desc"] == "ONLINE"
    there.done("partner-off", Database="rtcxds")
    assert here.done("mirroring") == [row for row in here.done("mirroring") if row["database_name"] != "rtcxds"]


def test_the_witness_switches_over_and_without_it_somebody_has_to(ee: Simulation, tmp_path: Path) -> None:
    lose(ee, TWO)
    assert state_of(ee) == [("Principal", NEITHER)]
    alone = built("contoso-ee-primary", tmp_path / "primary")
    assert state_of(alone) == [(NEITHER, "Principal")]
    store = topology.user_store(alone.state, POOL)
    assert store is not None
    assert store.host == TWO


def test_principal_without_partner_and_witness_serves_nobody_until_it_is_freed(
    ee: Simulation, instance: Instances
) -> None:
    lose(ee, TWO, THREE)
    here = instance(ee, ONE)
    assert topology.user_store(ee.state, POOL) is None
    assert here.done("database-state", Database="rtcxds")[0]["state_desc"] == "RECOVERING"
    account = {"Account": "CONTOSO\\RTCComponentUniversalServices", "Role": "ServerRole"}
    assert "neither the partner nor witness" in here.run("database-access", Database="rtcxds", **account)[1]
    assert "RECOVERING" in here.run("backup-database", Database="rtcxds", Path="C:\\rtcxds.bak")[1]
    here.done("end-mirroring", Database="rtcxds")
    here.done("end-mirroring", Database="rtcxds")
    here.done("recover-database", Database="rtcxds")
    assert topology.user_store(ee.state, POOL) is not None


def test_mirror_without_principal_and_witness_is_freed_by_recovery(ee: Simulation, instance: Instances) -> None:
    lose(ee, ONE, THREE)
    there = instance(ee, TWO)
    refused = fail_over(ee, "Mirror", Force=True, LocalStore=True)
    assert "not in the correct state to become the principal" in said(refused)
    assert "cannot be forced" in there.run("force-service", Database="rtcxds")[1]
    there.done("end-mirroring", Database="rtcxds")
    assert there.done("database-state", Database="rtcxds")[0]["state_desc"] == "RESTORING"
    there.done("recover-database", Database="rtcxds")
    store = topology.user_store(ee.state, POOL)
    assert store is not None
    assert store.host == TWO


def test_failover_by_force_needs_the_word_force(tmp_path: Path) -> None:
    simulation = built("contoso-ee-cms-primary", tmp_path)
    assert "Use the Force parameter" in said(fail_over(simulation, "Mirror", LocalStore=True))
    assert fail_over(simulation, "Mirror", LocalStore=True, Force=True).ok


@pytest.mark.parametrize("kind", ["Monitoring", "PersistentChat"])
def test_what_is_not_mirrored_cannot_be_failed_over(ee: Simulation, kind: str) -> None:
    answer = Console(ee, FE).run("Invoke-CsDatabaseFailover", PoolFqdn=POOL, DatabaseType=kind, NewPrincipal="Mirror")
    assert "has no mirror" in said(answer)


def test_the_mirror_is_made_again(without_mirror: Simulation) -> None:
    for kind in ("User", "Application", "CentralMgmt"):
        removed = uninstall(without_mirror, kind)
        assert removed.ok
        assert "cannot be reached" in removed.warnings[0]
    assert state_of(without_mirror) == [(NEITHER, NEITHER)]
    rebuild(without_mirror, TWO)
    assert install(without_mirror).ok
    assert state_of(without_mirror) == [("Principal", "Mirror")]
    assert restore.compare(without_mirror.folder, without_mirror.state).restored


def test_some_databases_can_be_left_out_of_the_mirror(without_mirror: Simulation) -> None:
    for kind in ("User", "Application", "CentralMgmt"):
        uninstall(without_mirror, kind)
    rebuild(without_mirror, TWO)
    assert install(without_mirror, ExcludeDatabaseList=["rtcab", "lis"]).ok
    (said_now,) = restore.compare(without_mirror.folder, without_mirror.state).not_restored
    assert said_now.endswith("rtcab, lis")


def test_a_mirror_is_not_made(ee: Simulation, without_mirror: Simulation, tmp_path: Path) -> None:
    assert "involved in a database mirroring session" in said(install(ee))
    assert "NonInteractive mode" in said(install(ee, Confirm=None))
    assert "defines no mirror" in said(install(ee, SqlServerFqdn="mon01.contoso.com"))
    assert "network path was not found" in said(install(ee, FileShare="\\\\fs01.contoso.com\\Nowhere"))
    with ee.change() as state:
        state.hosts["fs01.contoso.com"].share_grants["MirrorShare"] = ["CONTOSO\\SQL01$,FULL"]
    assert "CONTOSO\\SQL02$" in said(install(ee))
    assert "was not found or was not accessible" in said(install(without_mirror))
    manual_steps.do(without_mirror, f"install-windows@{TWO}")
    assert "instance was not found" in said(install(without_mirror))


def test_a_mirror_that_still_holds_databases_is_spared_unless_told_otherwise(ee: Simulation) -> None:
    for kind in ("User", "Application", "CentralMgmt"):
        assert uninstall(ee, kind).ok
    assert state_of(ee) == [(NEITHER, NEITHER)]
    assert "exists on sql02.contoso.com\\RTC already" in said(install(ee))
    assert install(ee, DropExistingDatabasesOnMirror=True).ok
    assert state_of(ee) == [("Principal", "Mirror")]


def test_mirroring_is_removed_at_the_primary_of_the_topology_only(ee: Simulation) -> None:
    assert "names the primary of a mirror that the topology defines" in said(uninstall(ee, SqlServerFqdn=TWO))
    manual_steps.do(ee, "topology-builder-unmirror")
    refused = uninstall(ee)
    assert "Cannot find the mirror" in said(refused)
    assert state_of(ee) == [("Principal", NEITHER)]


def test_topology_builder_exchanges_the_sides(tmp_path: Path, instance: Instances) -> None:
    simulation = built("contoso-ee-primary", tmp_path)
    before = simulation.state.cms.topology
    with pytest.raises(Refused, match="is on in the topology"):
        manual_steps.do(simulation, "topology-builder-new-store")
    manual_steps.do(simulation, "topology-builder-unmirror")
    manual_steps.do(simulation, "topology-builder-new-store")
    (service,) = Console(simulation, FE).run("Get-CsService", UserServer=True, PoolFqdn=POOL).objects
    assert service.properties["UserDatabase"] == f"UserDatabase:{TWO}"
    assert not service.properties["MirrorUserDatabase"]
    assert not topology_equal.equal(before, simulation.state.cms.topology)
    there = instance(simulation, TWO)
    for name in ("rtcab", "rtcshared", "rtcxds", "rgsconfig", "rgsdyn", "cpsdyn"):
        there.done("end-mirroring", Database=name)
    rebuild(simulation, ONE)
    manual_steps.do(simulation, "topology-builder-mirror")
    manual_steps.do(simulation, "topology-builder-install-mirror")
    assert state_of(simulation) == [("Principal", "Mirror")]
    assert simulation.state.cms.topology != before
    assert topology_equal.equal(before, simulation.state.cms.topology)


def test_a_witness_needs_an_endpoint_that_lets_the_partners_in(tmp_path: Path, instance: Instances) -> None:
    simulation = built("contoso-ee-witness", tmp_path)
    here = instance(simulation, ONE)
    here.done("witness-off", Database="rtcxds")
    rebuild(simulation, THREE)
    three = instance(simulation, THREE)
    assert "could not be sent to the remote server" in here.run("set-witness", Database="rtcxds", Witness=THREE)[1]
    three.done("witness-endpoint", Account="CONTOSO\\SQL02$")
    assert "could not be sent" in here.run("set-witness", Database="rtcxds", Witness=THREE)[1]
    three.done("witness-endpoint", Account="CONTOSO\\SQL01$")
    here.done("set-witness", Database="rtcxds", Witness=THREE)
    rows = {
        row["database_name"]: row["mirroring_witness_state_desc"] for row in instance(simulation, TWO).done("mirroring")
    }
    assert rows["rtcxds"] == "CONNECTED"


def test_databases_are_made_where_sql_server_is_and_not_over_a_mirror(ee: Simulation, tmp_path: Path) -> None:
    lost = built("contoso-ee-backend", tmp_path / "backend")
    manual_steps.do(lost, f"install-windows@{ONE}")
    shell = Console(lost, FE)
    made = {"ConfiguredDatabases": True, "SqlServerFqdn": ONE}
    assert "instance was not found" in said(shell.run("Install-CsDatabase", **made))
    assert not any(shell.run("Test-CsDatabase", **made).column("Succeed"))
    manual_steps.do(lost, f"install-sql-server@{ONE}")
    assert shell.run("Install-CsDatabase", **made).ok
    tested = shell.run("Test-CsDatabase", **made)
    assert all(tested.column("Succeed"))
    assert sorted(tested.column("DatabaseName")) == ["cpsdyn", "rgsconfig", "rgsdyn", "rtcab", "rtcshared", "rtcxds"]
    mirrored = Console(ee, FE)
    assert "enabled for database mirroring" in said(mirrored.run("Install-CsDatabase", Update=True, **made))
    assert set(mirrored.run("Test-CsDatabase", **made).column("MirrorSqlServerFqdn")) == {TWO}
