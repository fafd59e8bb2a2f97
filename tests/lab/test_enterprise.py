"""The Enterprise deployment: pools of every kind, their quorum, mirrored stores, the perimeter, many lost servers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lync_wizard import deployment
from lync_wizard import worksheets as worksheet
from lync_wizard.core.errors import InputError, Refused
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import RUNNING, STARTING, STOPPED, State
from lync_wizard.lab.scenarios import build, catalogue, load, worksheets
from lync_wizard.lab.verdict import restore
from tests.lab.console import Answer, Console

POOL, EDGE = "pool01.contoso.com", "edge02.contoso.com"
FE = ("fe01.contoso.com", "fe02.contoso.com", "fe03.contoso.com")
STEP = "deployment-wizard-step-"


class Lab:
    """A scenario with a clock that the test moves."""

    def __init__(self, folder: Path, name: str) -> None:
        build.build(name, folder, seed=5, now=2e9)
        self.simulation = Simulation.load(folder, speed=1.0)
        self.now = 2e9
        self.simulation.clock = lambda: self.now

    def run(self, host: str, command: str, *, user: str = "CONTOSO\\lyncadmin", **parameters: Any) -> Answer:
        return Console(self.simulation, host, user).run(command, **parameters)

    def done(self, host: str, command: str, **parameters: Any) -> Answer:
        answer = self.run(host, command, **parameters)
        assert answer.ok, (answer.errors, answer.ended)
        return answer

    def do(self, *names: str) -> str:
        return [manual_steps.do(self.simulation, name).said for name in names][-1]

    def rebuild(self, fqdn: str, *last: str) -> None:
        names = ("install-windows", "restore-certificates", f"{STEP}1", f"{STEP}2", "install-update", f"{STEP}3", *last)
        self.do(*(f"{name}@{fqdn}" for name in names))
        self.put_back_registry(fqdn)

    def put_back_registry(self, fqdn: str) -> None:
        """What a backup saves of the registry and a restore puts back."""
        saved = load.read("contoso-ee")["registry"]
        self.simulation.state.hosts[fqdn].registry |= {key: dict(values) for key, values in saved.items()}

    def passes(self) -> None:
        for _ in range(3):
            self.now += 3600
            self.simulation.settle()

    def front_ends(self) -> list[str]:
        hosts = self.simulation.state.hosts
        return [hosts[name].services["RTCSRV"].status for name in FE if "RTCSRV" in hosts[name].services]

    def wrong(self) -> str:
        self.passes()
        return "\n".join(restore.compare(self.simulation.folder, self.simulation.state).not_restored)


@pytest.fixture
def lab(tmp_path: Path, request: pytest.FixtureRequest) -> Lab:
    return Lab(tmp_path / "lab", getattr(request, "param", "contoso-ee"))


def broken(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("lab", [name], indirect=True)


# Every scenario


ALWAYS = {
    "contoso-se", "contoso-ee", "contoso-ee-cms", "contoso-archmon", "contoso-pchat", "contoso-abc", "contoso-rgs-back",
    "contoso-failover-cms", "contoso-failback-chat",
}  # fmt: skip
"""Scenarios looked at in every test run; the others differ from them in little but the disaster."""
NAMES = [pytest.param(name, marks=[] if name in ALWAYS else pytest.mark.thorough) for name in build.names()]


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_stands_whole_until_its_disaster(name: str, tmp_path: Path) -> None:
    simulation = build.build(name, tmp_path, seed=2, now=2e9, standing=True)
    assert restore.compare(tmp_path, simulation.state) == restore.Verdict(True)

    build.strike(simulation)

    if "verdict" not in simulation.state.facts:  # a failover is not judged as a restore
        assert restore.compare(tmp_path, simulation.state).restored is (name in {"contoso-ee", "contoso-paired"})
    assert str(simulation.state.facts["target"]) in {
        *simulation.state.hosts,
        *topology.known(simulation.state).clusters,
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_worksheets_of_every_scenario_are_sound(name: str, tmp_path: Path) -> None:
    build.build(name, tmp_path / "lab", seed=2)
    worksheets.write_worksheets(tmp_path, tmp_path / "lab")
    problems = Problems()
    entries = worksheet.read(Home(tmp_path), None, problems).entries

    _, contradictions = deployment.of(entries, "contoso")

    assert [str(problem) for problem in (*problems, *contradictions)] == []
    assert worksheet.wrong(entries) == []


def test_every_variant_that_can_be_practised_is_a_scenario() -> None:
    assert {name for names in catalogue.VARIANTS.values() for name in names} <= set(build.names())
    assert catalogue.script("restore-se", "contoso-se").name == "restore-se.yaml"


def test_the_worksheets_know_every_kind_of_pool_and_its_stores(lab: Lab, tmp_path: Path) -> None:
    worksheets.write_worksheets(tmp_path, lab.simulation.folder)
    entries = worksheet.read(Home(tmp_path), None, Problems()).entries
    known, _ = deployment.of(entries, "contoso")

    kinds = {pool.fqdn.partition(".")[0]: pool.kind for pool in known.pools}
    assert kinds == {
        "pool01": "enterprise", "dir01": "director", "medpool": "mediation", "chatpool": "persistent-chat",
        "edgepool": "edge", "se02": "standard-edition",
    }  # fmt: skip
    pool = known.pool(POOL)
    assert pool is not None
    assert (str(pool.sql), str(pool.mirror), str(pool.witness)) == tuple(
        f"sql0{number}.contoso.com\\RTC" for number in (1, 2, 3)
    )
    assert pool.mirror_share == "\\\\fs01.contoso.com\\MirrorShare"
    assert pool.edge_pool == "edgepool.contoso.com"
    assert pool.chat_pool == "chatpool.contoso.com"
    assert pool.features >= {"response-group", "archiving", "monitoring", "persistent-chat"}


# What the topology shows


def test_each_kind_of_server_has_its_services_and_local_instances(lab: Lab) -> None:
    hosts, instances = lab.simulation.state.hosts, lab.simulation.state.instances

    assert "RTCCHAT" in hosts["chat01.contoso.com"].services
    assert "RTCMEDIARELAY" in hosts[EDGE].services
    assert set(hosts["med01.contoso.com"].services) == {"REPLICA", "RTCCLSAGT", "RTCMEDSRV"}
    assert "fe01.contoso.com\\lynclocal" in instances
    assert list(instances["edge01.contoso.com\\rtclocal"].databases) == ["xds"]
    assert "edge01.contoso.com\\lynclocal" not in instances


def test_the_cmdlets_show_mirror_witness_and_next_hop(lab: Lab) -> None:
    (users,) = lab.done(FE[0], "Get-CsService", UserServer=True, PoolFqdn=POOL).objects
    (edge,) = lab.done(FE[0], "Get-CsService", EdgeServer=True).objects
    (chat,) = lab.done(FE[0], "Get-CsService", PersistentChatServer=True).objects
    (pool,) = lab.done(FE[0], "Get-CsPool", Identity=POOL).objects

    assert users.properties["MirrorUserDatabase"] == "UserDatabase:sql02.contoso.com"
    assert edge.properties["Registrar"] == f"Registrar:{POOL}"
    assert chat.properties["PersistentChatDatabase"] == "PersistentChatDatabase:chatsql01.contoso.com"
    assert "WitnessStore:sql03.contoso.com" in pool.properties["Services"]
    assert pool.properties["Computers"] == list(FE)


# Quorum


def _stop_all(lab: Lab) -> None:
    for name in FE:
        lab.done(FE[0], "Stop-CsWindowsService", ComputerName=name)


def test_a_start_that_waits_for_one_server_after_another_never_ends(lab: Lab) -> None:
    _stop_all(lab)

    answer = lab.run(FE[0], "Start-CsWindowsService", ComputerName=FE[1])

    assert ["32174" in error.message for error in answer.errors] == [True]
    assert lab.front_ends() == [STOPPED, STARTING, STOPPED]
    assert f"services are not running on {FE[1]}" in lab.wrong()


def test_started_together_without_waiting_they_form_the_pool(lab: Lab) -> None:
    _stop_all(lab)
    for name in FE:
        lab.done(FE[0], "Start-CsWindowsService", ComputerName=name, NoWait=True)

    assert lab.wrong() == ""
    assert lab.front_ends() == [RUNNING] * 3


def test_two_of_three_are_enough_after_quorum_loss_recovery_only(lab: Lab) -> None:
    _stop_all(lab)
    for name in FE[:2]:
        lab.done(FE[0], "Start-CsWindowsService", ComputerName=name, NoWait=True)
    lab.passes()
    assert lab.front_ends() == [STARTING, STARTING, STOPPED]
    assert not lab.run(FE[0], "Get-CsPoolFabricState", PoolFqdn=POOL).ok

    lab.done(FE[0], "Reset-CsPoolRegistrarState", PoolFqdn=POOL, ResetType="QuorumLossRecovery")
    lab.passes()

    assert lab.front_ends() == [RUNNING, RUNNING, STOPPED]
    assert f"primary {FE[0]}" in str(lab.done(FE[0], "Get-CsPoolFabricState", PoolFqdn=POOL).objects[0])


def test_a_pool_that_falls_below_its_minimum_stops(lab: Lab) -> None:
    for name in FE[:2]:
        lab.done(FE[2], "Stop-CsWindowsService", ComputerName=name)
    lab.passes()

    assert lab.front_ends() == [STOPPED] * 3


@broken("contoso-ee-front-end")
def test_a_rebuilt_front_end_joins_its_pool(lab: Lab) -> None:
    lab.rebuild(FE[1], f"{STEP}4")

    assert lab.wrong() == ""


def _forget(lab: Lab) -> Answer:
    return lab.run(
        FE[0], "Reset-CsPoolRegistrarState", PoolFqdn=POOL, ResetType="MachineStateRemoved", MachineFqdn=FE[1]
    )


@broken("contoso-ee-front-end-remembered")
def test_where_the_pool_holds_the_old_disks_the_server_waits_until_they_are_forgotten(lab: Lab) -> None:
    lab.rebuild(FE[1], f"{STEP}4")
    assert lab.wrong() == f"services are not running on {FE[1]}: RTCSRV"
    assert lab.front_ends() == [RUNNING, STARTING, RUNNING]

    assert _forget(lab).ok

    assert lab.front_ends() == [STARTING] * 3, "the whole pool restarts"
    assert lab.wrong() == ""


@broken("contoso-ee-front-end-remembered")
def test_forgotten_before_it_is_started_the_rest_restarts_and_the_server_joins(lab: Lab) -> None:
    lab.rebuild(FE[1])
    assert _forget(lab).ok
    lab.passes()
    assert lab.front_ends() == [RUNNING, STOPPED, RUNNING]
    lab.do(f"{STEP}4")

    assert lab.wrong() == ""


def test_a_server_that_runs_is_not_removed(lab: Lab) -> None:
    assert _forget(lab).ended is not None
    assert lab.front_ends() == [RUNNING] * 3


@broken("contoso-ee-front-ends")
def test_a_pool_lost_whole_needs_all_three_and_keeps_its_users(lab: Lab) -> None:
    lab.rebuild(FE[0], f"{STEP}4")
    lab.passes()
    assert lab.front_ends() == [STARTING]

    for name in FE[1:]:
        lab.rebuild(name, f"{STEP}4")

    assert lab.wrong() == ""


# Back End


@broken("contoso-ee-backend")
def test_front_ends_do_not_start_without_their_back_end(lab: Lab) -> None:
    _stop_all(lab)
    answer = lab.run(FE[0], "Start-CsWindowsService", Name="RTCSRV")

    assert "rtcxds" in answer.errors[0].message


@broken("contoso-ee-primary")
def test_with_a_witness_the_mirror_has_taken_over(lab: Lab) -> None:
    found = topology.user_store(lab.simulation.state, POOL)

    assert found is not None
    assert found.host == "sql02.contoso.com"
    assert lab.done(FE[0], "Get-CsUserDatabaseState", RegistrarPool=POOL).column("Online") == [True]


@broken("contoso-ee-cms-primary")
def test_without_a_witness_nothing_serves_until_somebody_decides(lab: Lab) -> None:
    assert topology.user_store(lab.simulation.state, POOL) is None
    assert topology.cms_trouble(lab.simulation.state) != ""
    assert len(lab.simulation.state.stores[POOL].users) == 25


@broken("contoso-ee-backend-both")
def test_with_both_sides_gone_the_users_data_are_gone(lab: Lab) -> None:
    assert lab.simulation.state.stores[POOL].users == {}
    lab.do("install-windows@sql01.contoso.com", "install-sql-server@sql01.contoso.com")

    assert "sql01.contoso.com\\rtc" in lab.simulation.state.instances
    assert topology.user_store(lab.simulation.state, POOL) is None


@broken("contoso-ee-witness")
def test_the_loss_of_the_witness_is_seen_by_the_partners_only(lab: Lab) -> None:
    assert "no witness watches the databases" in lab.wrong()
    assert topology.cms_trouble(lab.simulation.state) == ""


def _unmirrored(state: State) -> None:
    for record in state.instances.values():
        for database in record.server.databases.values():
            database.mirroring = None
    state.instances["sql02.contoso.com\\rtc"].server.databases.clear()


def _closed(state: State) -> None:
    for database in state.instances["sql01.contoso.com\\rtc"].server.databases.values():
        database.state = "RESTORING"


def _unwatched(state: State) -> None:
    for database in state.instances["sql02.contoso.com\\rtc"].server.databases.values():
        if database.mirroring:
            database.mirroring.witness_state = "DISCONNECTED"


@pytest.mark.parametrize(
    ("corrupt", "said"),
    [
        (_unmirrored, "databases are not mirrored between sql01.contoso.com\\RTC and sql02.contoso.com\\RTC: rtcxds"),
        (_closed, "databases are open on neither or on both of sql01.contoso.com\\RTC and sql02.contoso.com\\RTC"),
        (_unwatched, "no witness watches the databases of sql01.contoso.com\\RTC and sql02.contoso.com\\RTC"),
    ],
)
def test_a_corrupt_mirror_is_named(lab: Lab, corrupt: Callable[[State], None], said: str) -> None:
    corrupt(lab.simulation.state)

    assert said in "\n".join(restore.compare(lab.simulation.folder, lab.simulation.state).not_restored)


# The perimeter


@broken("contoso-ee-edge")
def test_an_edge_server_is_rebuilt_from_a_file_that_was_carried_there(lab: Lab) -> None:
    lab.do("install-windows", "restore-certificates")
    server = lab.simulation.state.hosts[EDGE]
    assert (server.domain, server.full_name) == ("", "edge02")
    with pytest.raises(Refused, match="in no domain"):
        lab.do(f"{STEP}1")
    with pytest.raises(Refused, match="nobody has carried"):
        lab.do("edge-step-1")
    lab.done(FE[0], "Export-CsConfiguration", FileName="\\\\fs01.contoso.com\\MirrorShare\\EdgeConfig.zip")
    source = lab.simulation.locate(EDGE, "\\\\fs01.contoso.com\\MirrorShare\\EdgeConfig.zip")
    target = lab.simulation.locate(EDGE, "C:\\Restore\\Edge\\EdgeConfig.zip")
    target.parent.mkdir(parents=True)
    target.write_bytes(source.read_bytes())

    lab.do("set-edge-network", "edge-step-1", f"{STEP}2", "install-update", f"{STEP}3", f"{STEP}4")

    assert lab.wrong().startswith(f"registry values of {EDGE} are not as they were: schannel\\EventLogging")
    lab.put_back_registry(EDGE)
    assert lab.wrong() == ""


@broken("contoso-ee-edge")
def test_without_its_dns_suffix_an_edge_server_loses_its_roles(lab: Lab) -> None:
    lab.do("install-windows")
    target = lab.simulation.locate(EDGE, "C:\\Restore\\Edge\\EdgeConfig.zip")
    target.parent.mkdir(parents=True)
    lab.done(FE[0], "Export-CsConfiguration", FileName="C:\\EdgeConfig.zip")
    target.write_bytes(lab.simulation.locate(FE[0], "C:\\EdgeConfig.zip").read_bytes())

    lab.do("edge-step-1")

    assert "All roles will be uninstalled" in lab.do(f"{STEP}2")


def test_the_perimeter_lets_in_its_own_administrator_only(lab: Lab) -> None:
    simulation = lab.simulation
    assert not simulation.admits(EDGE, "CONTOSO\\lyncadmin")
    assert simulation.admits(EDGE, "EDGE02\\Administrator")
    assert not simulation.admits(FE[0], "EDGE02\\Administrator")

    from_inside = lab.run(FE[0], "Get-CsWindowsService", ComputerName=EDGE)
    assert from_inside.ended is not None
    assert "Access is denied" in from_inside.ended.message
    own = lab.run(EDGE, "Get-CsWindowsService", user="EDGE02\\Administrator")
    assert own.ok
    assert len(own.objects) == 6
    store = lab.run(EDGE, "Get-CsPool", user="EDGE02\\Administrator")
    assert store.ended is not None
    assert "not a member of a domain" in store.ended.message


# Several lost servers


@broken("contoso-ee-pool")
def test_a_deed_is_done_on_the_server_it_names(lab: Lab) -> None:
    offered = [row for row in manual_steps.actions(lab.simulation) if row["name"].startswith("install-windows@")]
    assert [row["host"] for row in offered] == [*FE, "sql01.contoso.com", "sql02.contoso.com"]
    assert all(row["host"] in row["title"] for row in offered)

    lab.do("install-windows@fe03.contoso.com")

    present = [fqdn for fqdn in lab.simulation.state.lost if lab.simulation.state.hosts[fqdn].present]
    assert present == [FE[2]]


@broken("contoso-ee-pool")
def test_a_deed_that_could_mean_several_servers_is_refused(lab: Lab) -> None:
    with pytest.raises(Refused, match="does not say on which server") as refused:
        lab.do("install-windows")
    assert "install-windows@fe01.contoso.com" in refused.value.hint
    with pytest.raises(Refused, match=r"se02\.contoso\.com is not lost"):
        lab.do("install-windows@se02.contoso.com")
    with pytest.raises(InputError):
        lab.do("pray@fe01.contoso.com")


@broken("contoso-ee-pool")
def test_deeds_without_a_server_are_offered_once(lab: Lab) -> None:
    names = [row["name"] for row in manual_steps.actions(lab.simulation)]

    assert names.count("download-topology") == 1
    assert "install-sql-server@fe01.contoso.com" not in names
    assert f"{STEP}1@sql01.contoso.com" not in names
