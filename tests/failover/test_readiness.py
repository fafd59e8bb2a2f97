"""Readiness of a pair: what each set of answers means; no host is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lync_wizard.deployment import CentralManagement, Deployment, FileStore, Pool, Server, SqlInstance
from lync_wizard.failover.answers import Allowed, Couple, Heard, Line, PairAnswers, Recorded, ServerAnswers, couples
from lync_wizard.failover.central import databases
from lync_wizard.failover.readiness import FailoverReadiness, PairReadiness, judge
from lync_wizard.hosts import Record

ONE, TWO = "pool01.contoso.com", "pool02.contoso.com"
FIRST = Pool(
    ONE, "enterprise", "Redmond", tuple(Server(f"fe0{n}.contoso.com", n) for n in (1, 2, 3)),
    SqlInstance("sql01.contoso.com", "RTC"), SqlInstance("sql02.contoso.com", "RTC"), backup_pool=TWO,
    file_store=FileStore(r"\\fs01.contoso.com\Lync"),
)  # fmt: skip
SECOND = Pool(
    TWO, "enterprise", "Chicago", tuple(Server(f"fe1{n}.contoso.com", n) for n in (1, 2, 3)),
    SqlInstance("sql11.contoso.com", "RTC"), SqlInstance("sql12.contoso.com", "RTC"), backup_pool=ONE,
    file_store=FileStore(r"\\fs11.contoso.com\Lync"),
)  # fmt: skip
EDGES = (
    Pool("edge01.contoso.com", "edge", "Redmond", (Server("edge01.contoso.com", 1),), next_hop=ONE),
    Pool("edge11.contoso.com", "edge", "Chicago", (Server("edge11.contoso.com", 1),), next_hop=TWO),
)
KNOWN = Deployment("contoso", pools=(FIRST, SECOND, *EDGES), cms=CentralManagement(ONE, FIRST.sql))
SAID = Recorded("virtual", "mirror", capacity=True, three_ran=True)
ALLOWED = Allowed(timedelta(minutes=45), timedelta(minutes=5), timedelta(minutes=30))
Change = Callable[[PairAnswers], PairAnswers]


def heard(*records: Mapping[str, Any], asked: str = "a question") -> Heard:
    return Heard(asked, tuple(Record(str(one), one) for one in records))


def refused(why: str = "Access is denied.") -> Heard:
    return Heard("a question", why=why)


def modules(users: str = "SteadyState/NormalState", master: str = "SteadyState/NormalState") -> Heard:
    rows = {"UserServices.PresenceFocus": users, "ConfServices.DataConf": "FinalState/NormalState",
            "CentralMgmt.CMSMaster": master}  # fmt: skip
    return heard(*(
        dict(zip(("Identity", "ExportStatus", "ImportStatus"), (name, *states.split("/")), strict=True))
        for name, states in rows.items()
    ))  # fmt: skip


def server(
    level: str = "5.0.8308.1068", windows: str = "6.3.9600", caption: str = "Windows Server", **services: str
) -> ServerAnswers:
    states = {"RTCSRV": "Running", "LYNCBACKUP": "Running", **services}
    return ServerAnswers(
        heard(*({"Name": name, "Status": state} for name, state in states.items())),
        heard({"DisplayName": "Microsoft Lync Server 2013, Core Components", "DisplayVersion": level}),
        heard({"Caption": caption, "Version": windows}),
        heard({"Manufacturer": "Microsoft Corporation", "Model": "Virtual Machine"}),
    )


def central(*states: tuple[str, bool | None]) -> Heard:
    return heard(*({"PoolFqdn": fqdn, **({} if on is None else {"Active": on})} for fqdn, on in states))


def state(value: int | None) -> Heard:
    return heard(*([] if value is None else [{"Value": value}]), asked="an instance")


SOUND = PairAnswers(
    servers={fqdn: server() for pool in (FIRST, SECOND) for fqdn in pool.server_fqdns},
    modules={ONE: modules(), TWO: modules(master="NotInitialized/NormalState")},
    relations={ONE: heard({"BackupPool": TWO}), TWO: heard({"BackupPool": ONE})},
    registrars=heard({"Identity": "Global", "PoolState": "Active"}),
    central=central((ONE, True), (TWO, False)),
    connection=heard({"SqlServer": "sql01.contoso.com", "SqlInstance": "RTC"}),
    location=heard({"BackEndServer": r"SQL01.contoso.com\rtc"}),
    stores={ONE: state(0), TWO: state(3)},
    reach=heard({"DatabaseName": "xds", "InstalledVersion": "10.13.2"}),
    configuration=heard({"SyncInterval": "00:02:00"}),
    sites=heard({"Identity": "Site:Redmond", "FederationRoute": "EdgeServer:edge01.contoso.com"}),
)


def couple(known: Deployment = KNOWN, **said: Recorded) -> Couple:
    first, second = couples(known)[0]
    return Couple(known, first, second, {ONE: said.get("one", SAID), TWO: said.get("two", SAID)})


def judged(
    change: Change = lambda sound: sound, whose: Couple | None = None, allowed: Allowed = ALLOWED
) -> PairReadiness:
    return judge(whose or couple(), change(SOUND), allowed)


def lines(found: PairReadiness, about: str) -> list[Line]:
    return [line for line in found.lines if line.about == about]


def test_a_pair_is_named_once_and_only_where_both_pools_are_recorded() -> None:
    assert [(one.fqdn, two.fqdn) for one, two in couples(KNOWN)] == [(ONE, TWO)]
    assert not couples(replace(KNOWN, pools=(replace(FIRST, backup_pool="gone.contoso.com"), *EDGES)))


def test_a_sound_pair_is_ready_with_evidence_for_every_line() -> None:
    found = judged()
    assert found.ready
    assert {line.status for line in found.lines} == {"ok"}
    assert all(line.evidence for line in found.lines)
    [sync] = lines(found, "last-sync")
    assert sync.text == "last sync: unknown (interval 2 min)"
    assert [offer.partition(" compares")[0] for offer in found.offers] == [
        f"Debug-CsInterPoolReplication -PoolFqdn {ONE}", f"Debug-CsInterPoolReplication -PoolFqdn {TWO}"
    ]  # fmt: skip


def with_server(fqdn: str, answer: ServerAnswers) -> Change:
    return lambda sound: replace(sound, servers={**sound.servers, fqdn: answer})


def all_of(pool: Pool, answer: ServerAnswers) -> Change:
    return lambda sound: replace(sound, servers={**sound.servers, **dict.fromkeys(pool.server_fqdns, answer)})


def with_modules(pool: str, answer: Heard) -> Change:
    return lambda sound: replace(sound, modules={**sound.modules, pool: answer})


def with_states(one: Heard, two: Heard) -> Change:
    return lambda sound: replace(sound, stores={ONE: one, TWO: two})


def with_registrar(**properties: str) -> Change:
    records = ({"Identity": "Global", "PoolState": "Active"}, {"Identity": f"Service:Registrar:{ONE}", **properties})
    return lambda sound: replace(sound, registrars=heard(*records))


NEW_GROUPS = Record("", {"Identity": "ApplicationServer.RGSDataStore", "ExportStatus": "NotInitialized",
                         "ImportStatus": "NormalState"})  # fmt: skip
TABLE: list[tuple[str, Change, str, str, str]] = [
    # What is told, how it is told, about what, status, words of the answer.
    ("lagging", with_modules(ONE, modules("NonSteadyState/NormalState")), "backup-service", "no", "everything over"),
    ("import failed", with_modules(TWO, modules("FinalState/ErrorState", "NotInitialized/NormalState")),
     "backup-service", "no", "FinalState/ErrorState"),
    ("the master's module never began", with_modules(ONE, modules(master="NotInitialized/NormalState")),
     "backup-service", "no", "CMSMaster NotInitialized"),
    ("case does not matter", with_modules(ONE, modules("steadystate/NORMALSTATE")), "backup-service", "ok", ""),
    ("no ImportStatus", with_modules(ONE, heard({"Identity": "Users", "ExportStatus": "FinalState"})),
     "backup-service", "cannot-tell", "does not say"),
    ("no modules", with_modules(ONE, heard()), "backup-service", "cannot-tell", "not known"),
    ("status refused", with_modules(ONE, refused()), "backup-service", "cannot-tell", "not known"),
    ("groups being filled", with_modules(ONE, Heard("a question", (*modules().records, NEW_GROUPS))),
     "backup-service", "caution", "Response Groups"),
    ("no master", lambda a: replace(a, central=central((ONE, False), (TWO, False))), "cms-master", "no", "no pool is"),
    ("two masters", lambda a: replace(a, central=central((ONE, True), (TWO, True))), "cms-master", "no", "both active"),
    ("no Active", lambda a: replace(a, central=central((ONE, None), (TWO, None))), "cms-master", "cannot-tell", "says"),
    ("no standby", lambda a: replace(a, central=central((ONE, True))), "cms-master", "no", "no standby"),
    ("elsewhere", lambda a: replace(a, central=central(("se01.contoso.com", True))), "cms-master", "ok", "neither"),
    ("nothing", lambda a: replace(a, central=central()), "cms-master", "no", "no pool is"),
    ("not asked", lambda a: replace(a, central=refused()), "cms-master", "cannot-tell", "could not be asked"),
    ("both in use", with_states(state(0), state(0)), "cms-standby", "no", "two masters"),
    ("both in Backup mode", with_states(state(3), state(3)), "cms-standby", "no", "no master"),
    ("the other way round", with_states(state(3), state(0)), "cms-standby", "no", "is in use"),
    ("standby in transition", with_states(state(0), state(1)), "cms-standby", "no", "in transition"),
    ("master in transition", with_states(state(2), state(3)), "cms-standby", "no", "in transition"),
    ("may not read", with_states(state(0), refused("The SELECT permission was denied")), "cms-standby", "cannot-tell",
     "cannot be read"),
    ("master not read", with_states(refused(), state(3)), "cms-standby", "cannot-tell", "cannot be read"),
    ("no row", with_states(state(0), state(None)), "cms-standby", "cannot-tell", "cannot be read"),
    ("pointers differ", lambda a: replace(a, location=heard({"BackEndServer": r"sql11.contoso.com\RTC"})),
     "cms-connection", "no", "Active Directory names"),
    ("no BackEndServer", lambda a: replace(a, location=heard({"Other": "x"})), "cms-connection", "cannot-tell", ""),
    ("a store nobody recorded", lambda a: replace(
        a, connection=heard({"SqlServer": "sql99.contoso.com"}),
        location=heard({"BackEndServer": "sql99.contoso.com"})),
     "cms-connection", "caution", "not recorded"),
    ("the mirror serves it", lambda a: replace(
        a, connection=heard({"SqlServer": "sql02.contoso.com", "SqlInstance": "RTC"}),
        location=heard({"BackEndServer": r"sql02.contoso.com\RTC"})), "cms-connection", "ok", "sql02"),
    ("not reached", lambda a: replace(a, reach=refused("no such server")), "cms-reach", "cannot-tell", "not known"),
    ("no third pool", lambda a: replace(a, reach=None), "cms-reach", "cannot-tell", "no server of a third pool"),
    ("failed over", with_registrar(PoolState="FailedOver"), "pool-state", "no", "is failed over now"),
    ("interrupted", with_registrar(PoolState="failingover"), "pool-state", "no", "begun and is not finished"),
    ("failed back", with_registrar(PoolState="FailedBack"), "pool-state", "ok", ""),
    ("an unknown state", with_registrar(PoolState="Sleeping"), "pool-state", "cannot-tell", "Sleeping"),
    ("no PoolState", with_registrar(Other="x"), "pool-state", "cannot-tell", "no settings show it"),
    ("settings refused", lambda a: replace(a, registrars=refused()), "pool-state", "cannot-tell", "nobody"),
    ("no Front End", all_of(SECOND, server(RTCSRV="Stopped")), "services", "no", "Front-End service runs on"),
    ("no Backup Service", all_of(SECOND, server(LYNCBACKUP="Stopped")), "services", "no", "Backup Service runs on"),
    ("one of three", with_server("fe11.contoso.com", server(RTCSRV="Stopped")), "services", "caution", "2 of 3"),
    ("a silent pool", all_of(FIRST, ServerAnswers(refused())), "services", "cannot-tell", "no server"),
    ("paired otherwise", lambda a: replace(a, relations={**a.relations, ONE: heard()}), "pairing", "no", "no pool"),
    ("an update on one side", with_server("fe11.contoso.com", server("5.0.8308.0")), "update-level", "no", "different"),
    ("level not told", with_server("fe11.contoso.com", replace(server(), programs=refused())), "update-level",
     "cannot-tell", "fe11.contoso.com"),
    ("another Windows", all_of(SECOND, server(windows="10.0.14393")), "windows", "no", "operating system"),
    ("one Windows, two editions", all_of(SECOND, server(caption="Datacenter")), "windows", "ok", ""),
    ("several federated", lambda a: replace(a, sites=heard(
        {"FederationRoute": "EdgeServer:edge01.contoso.com"}, {"FederationRoute": "EdgeServer:edge11.contoso.com"})),
     "federation", "caution", "several"),
    ("a longer interval", lambda a: replace(a, configuration=heard({"SyncInterval": "PT10M"})), "last-sync", "caution",
     "interval 10 min"),
    ("no interval", lambda a: replace(a, configuration=refused()), "last-sync", "cannot-tell", "2 min by default"),
    ("an interval beyond the RPO", lambda a: replace(a, configuration=heard({"SyncInterval": "01:00:00"})), "rpo", "no",
     "60 min"),
]  # fmt: skip
NOT_ESSENTIAL = {"cms-reach", "pairing", "update-level", "windows", "federation", "last-sync"}


@pytest.mark.parametrize(
    ("change", "about", "status", "words"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_an_answer_means(change: Change, about: str, status: str, words: str) -> None:
    found = judged(change)
    hit = next((line for line in lines(found, about) if line.status != "ok"), lines(found, about)[0])
    assert (hit.status, words in hit.text) == (status, True), hit
    assert hit.status == "ok" or hit.hint or about == "last-sync"
    stops = status == "no" or (status == "cannot-tell" and about not in NOT_ESSENTIAL)
    assert hit.stops == stops
    assert found.ready is not stops


def test_a_pair_without_the_store_is_asked_for_no_database() -> None:
    found = judged(lambda a: replace(a, central=central(("se01.contoso.com", True)), stores={}))
    assert not lines(found, "cms-standby")
    assert not lines(found, "cms-rto")


@pytest.mark.parametrize(
    ("known", "about", "status"),
    [
        (replace(KNOWN, pools=(FIRST, replace(SECOND, kind="standard-edition"))), "edition", "no"),
        (replace(KNOWN, pools=(FIRST, replace(SECOND, site="redmond"))), "sites", "caution"),
        (replace(KNOWN, pools=(FIRST, SECOND, EDGES[0])), "edge-next-hop", "caution"),
        (replace(KNOWN, pools=(FIRST, SECOND, EDGES[0], replace(EDGES[1], cold=True))), "edge-next-hop", "caution"),
        (replace(KNOWN, pools=(FIRST, SECOND, replace(EDGES[1], next_hop=""))), "edge-next-hop", "not-recorded"),
    ],
)  # fmt: skip
def test_what_the_deployment_means(known: Deployment, about: str, status: str) -> None:
    found = judged(whose=couple(known))
    assert status in {line.status for line in lines(found, about)}
    assert found.ready is (status != "no")


@pytest.mark.parametrize(
    ("replicas", "status"),
    [
        (heard({"ReplicaFqdn": "EDGE11.contoso.com", "UpToDate": True}), "ok"),
        (heard({"ReplicaFqdn": "EDGE11.contoso.com", "UpToDate": False}), "caution"),
        (refused(), "cannot-tell"),
    ],
)
def test_a_cold_edge_pool_with_an_old_configuration_is_told(replicas: Heard, status: str) -> None:
    whose = couple(replace(KNOWN, pools=(FIRST, SECOND, EDGES[0], replace(EDGES[1], cold=True))))
    [line] = lines(judged(lambda sound: replace(sound, replicas=replicas), whose), "edge-cold")
    assert line.status == status


@pytest.mark.parametrize(
    ("said", "about", "status"),
    [
        (Recorded("physical", "mirror", capacity=True, three_ran=True), "hosting", "no"),
        (Recorded("virtual", "cluster", capacity=True, three_ran=True), "availability", "caution"),
        (Recorded("virtual", "mirror", capacity=False, three_ran=True), "capacity", "no"),
        (Recorded("virtual", "mirror", capacity=None, three_ran=True), "capacity", "not-recorded"),
        (Recorded("virtual", "mirror", capacity=True, three_ran=False), "three-together", "no"),
        (Recorded(capacity=True, three_ran=None), "three-together", "not-recorded"),
        (Recorded(capacity=True, three_ran=True), "hosting", "ok"),
    ],
)
def test_what_only_people_know(said: Recorded, about: str, status: str) -> None:
    found = judged(whose=couple(two=said))
    [line] = lines(found, about)
    assert line.status == status
    assert found.ready is (status != "no")


@pytest.mark.parametrize(
    ("product", "allowed", "about", "status"),
    [
        ("", ALLOWED, "rto", "ok"),
        ("Lync Server 2013", replace(ALLOWED, pool=timedelta(minutes=25)), "rto", "no"),
        ("Skype for Business Server 2019", replace(ALLOWED, pool=timedelta(minutes=25)), "rto", "ok"),
        ("Skype for Business Server 2015", replace(ALLOWED, pool=timedelta(minutes=15)), "rto", "no"),
        ("", replace(ALLOWED, pool=timedelta(minutes=25), met=("pool-failover",)), "rto", "ok"),
        ("", replace(ALLOWED, missed=("pool-failover",)), "rto", "no"),
        ("", replace(ALLOWED, pool=None), "rto", "not-recorded"),
        ("", replace(ALLOWED, store=timedelta(minutes=4)), "cms-rto", "no"),
        ("", replace(ALLOWED, loss=timedelta(minutes=10)), "rpo", "no"),
        ("Skype for Business Server 2015", replace(ALLOWED, loss=timedelta(minutes=10)), "rpo", "ok"),
        ("", replace(ALLOWED, loss=None), "rpo", "not-recorded"),
    ],
)
def test_what_the_plan_allows(product: str, allowed: Allowed, about: str, status: str) -> None:
    found = judged(whose=couple(replace(KNOWN, product=product)), allowed=allowed)
    [line] = lines(found, about)
    assert line.status == status
    assert found.ready is (status != "no")


@pytest.mark.parametrize(
    ("product", "words"),
    [("", "no availability groups"), ("Skype for Business Server 2019", "xds and lis are not in them")],
)
def test_availability_groups_are_of_the_successors_and_lack_the_store(product: str, words: str) -> None:
    both = [replace(pool, mirror=None) for pool in (FIRST, SECOND)]
    said = Recorded("virtual", "always-on", capacity=True, three_ran=True)
    [line] = lines(judged(whose=couple(replace(KNOWN, product=product, pools=(*both, *EDGES)), one=said, two=said)),
                   "availability")  # fmt: skip
    assert line.status == "caution"
    assert words in line.text


def test_one_line_says_what_stands_in_the_way_and_what_is_open() -> None:
    at = datetime(2026, 11, 30, 7, tzinfo=UTC)
    name = f"{ONE} and {TWO}"
    assert FailoverReadiness(at, (judged(),)).line() == f"ready: {name}"
    unsaid = judged(whose=couple(two=Recorded("virtual", "mirror", three_ran=True)))
    assert FailoverReadiness(at, (unsaid,)).line() == f"ready: {name} (1 not recorded)"
    bad = judged(with_states(state(3), state(3)))
    told = FailoverReadiness(at, (judged(), bad)).line()
    assert told == f"NOT READY: {name}: both databases are in Backup mode: there is no master"
    silent = judge(couple(), PairAnswers(), ALLOWED)
    assert FailoverReadiness(at, (silent,)).line() == f"NOT KNOWN: no server of {name} answered"
    assert not FailoverReadiness(at, ()).ready


def test_a_store_on_an_instance_of_its_own_is_looked_for_there() -> None:
    own = replace(KNOWN, cms=CentralManagement(ONE, SqlInstance("cms01.contoso.com", "CMS")))
    where = [str(one) for one in databases(couple(own), FIRST)]
    assert where[0] == r"cms01.contoso.com\CMS"
    assert str(databases(couple(own), SECOND)[0]) == r"sql11.contoso.com\RTC"


def test_a_pair_nobody_answers_for_is_not_ready_and_says_so() -> None:
    found = judge(couple(), PairAnswers(), ALLOWED)
    assert not found.answered
    assert not found.ready
