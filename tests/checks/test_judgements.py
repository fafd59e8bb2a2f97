"""Every check in both directions: sound hosts are well; what is broken is told with evidence and a hint."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lync_wizard.checks import CHECKS, gated
from lync_wizard.core import timestamps
from lync_wizard.core.errors import Unreachable
from lync_wizard.deployment import CentralManagement
from lync_wizard.hosts import HostError, Record, Reply
from lync_wizard.hosts.command import SimulatedAction
from lync_wizard.plans.model import PlannedStep
from tests.checks.estate import (
    AUTHORITY,
    DC,
    EDGE,
    EDGES,
    FE1,
    FE2,
    FE3,
    MIRROR,
    POOL,
    SQL1,
    SQL2,
    SQL3,
    STANDARD,
    STORE,
    Estate,
    artifacts,
    asks,
    carries,
    certificate,
    record,
    sends,
    sql,
    step,
    wipes,
)

Harm = Callable[[Estate], None]
MY, ROOT = (f"Get-ChildItem Cert:\\LocalMachine\\{store}" for store in ("My", "Root"))
SCHANNEL = r"Get-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL"
TCPIP = r"Get-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
PROGRAMS = r"Get-ItemProperty HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*"
ANONYMOUS = "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON'."
TOPOLOGY = (Path(__file__).parent.parent / "topology" / "cases" / "enterprise.xml").read_text("utf-8")
LATEST = "fe02.contoso.com"
SQL_PATH = r"\\backup01.contoso.com\LyncBackup\SET\Sql\x\rtcxds.bak"


def answers(asked: str, *found: Record, on: str = "*") -> Harm:
    def harm(estate: Estate) -> None:
        estate.answers[on, asked] = list(found)

    return harm


def refuses(asked: str, why: str, on: str = "*") -> Harm:
    def harm(estate: Estate) -> None:
        estate.answers[on, asked] = Reply("failed", errors=(HostError(why),))

    return harm


def silent(asked: str, on: str) -> Harm:
    def harm(estate: Estate) -> None:
        estate.answers[on, asked] = Unreachable(f"{on} does not answer", "Start it.")

    return harm


def steps(*added: PlannedStep, without: str = "") -> Harm:
    def harm(estate: Estate) -> None:
        kept = [one for one in estate.steps if not without or without not in one.text]
        estate.steps = (*kept, *added)

    return harm


def together(*harms: Harm) -> Harm:
    def harm(estate: Estate) -> None:
        for one in harms:
            one(estate)

    return harm


def edge(estate: Estate) -> None:
    estate.target = EDGE
    estate.steps = (wipes(EDGE), sends(EDGE, "Get-CsWindowsService"), sends(FE1, "Export-CsConfiguration"))


def standard(estate: Estate) -> None:
    """The Standard Edition server with the Central Management store is lost, fe01 survives."""
    estate.target = STANDARD
    estate.steps = (wipes(STANDARD), sends(FE1, "Get-CsTopology"), sends(STANDARD, "Get-CsWindowsService"))
    gone = Reply("failed", errors=(HostError("the store cannot be opened"),))
    estate.answers["*", "Get-CsManagementStoreReplicationStatus CentralManagementStoreStatus"] = gone
    estate.answers["*", "Get-CsTopology AsXml"] = [record(TOPOLOGY)]
    estate.topology = TOPOLOGY


def mirrored_store(estate: Estate) -> None:
    """The store lies on the pool's mirrored Back End, whose primary is lost."""
    central = CentralManagement(POOL, sql(SQL1), sql(SQL2), sql(SQL3))
    estate.deployment = replace(estate.deployment, cms=central)
    estate.target = POOL
    estate.steps = (wipes("sql01.contoso.com"), asks(SQL2, "mirroring"), sends(FE1, "Get-CsTopology"))
    rows = [
        record(database_name=n, mirroring_role_desc="MIRROR", mirroring_state_desc="SYNCHRONIZED")
        for n in ("xds", "lis")
    ]
    estate.answers[SQL2, "mirroring"] = list(rows)


def pool_change(**changes: object) -> Harm:
    return lambda estate: estate.pool(POOL, **changes)


def set_of(*rows: tuple[str, str, str | None]) -> Harm:
    def harm(estate: Estate) -> None:
        estate.files = artifacts(*rows)

    return harm


def recorded(**cells: object) -> Harm:
    return lambda estate: setattr(
        estate, "entries", {k.replace("__", "/").replace("_", "-"): v for k, v in cells.items()}
    )


def verified(**values: str) -> Harm:
    return lambda estate: estate.verified(**values)


def sharing(estate: Estate) -> None:
    estate.steps = (*estate.steps, sends(FE1, "Install-CsMirrorDatabase", FileShare=MIRROR))


def restores(estate: Estate) -> None:
    estate.steps = (*estate.steps, asks(SQL1, "restore-database", Database="rtcxds", Path=SQL_PATH))


def with_chat(way: str) -> Harm:
    command = {"export": "Import-CsPersistentChatData -FileName x", "sql": "RESTORE DATABASE [mgc] FROM DISK"}[way]
    return steps(step("chat", FE1, SimulatedAction("x"), text=command))


def stopped(status: str, on: str = "*") -> Harm:
    return answers("Get-Service RTC*", record(Name="RTCSRV", Status=status), on=on)


def late(estate: Estate) -> None:
    estate.answers[FE1, "Get-Date"] = [record((timestamps.now() - timedelta(minutes=20)).isoformat())]


def unreadable(estate: Estate) -> None:
    estate.folder = estate.folder / "gone"
    estate.folder.mkdir()
    estate.backup_set()
    estate.entries = {"plan/backup/location": r"\\other.contoso.com\Share"}


SOUND: dict[str, Harm] = {
    "backup-levels": verified(),
    "cms-is-lost": standard,
    "local-replica": standard,
    "topology-not-older": standard,
    "cms-mirror": mirrored_store,
    "edge-network": edge,
    "edge-configuration": edge,
    "pool-stopped": stopped("Stopped"),
    "rgs-names": lambda _: None,
    "user-store-lost": steps(wipes("sql01.contoso.com")),
    "sql-mirror-share": sharing,
    "sql-version": restores,
    "server-is-clean": lambda _: None,
    "persistent-chat-way": together(
        with_chat("export"), set_of(("PersistentChat/chatpool.contoso.com.zip", "PersistentChat", None))
    ),
}
"""What has to be so, where the usual plan does not put the question."""

BROKEN: list[tuple[str, str, Harm, str, str]] = [
    ("hosts-answer", "unknown", silent("Get-Date", FE1), FE1, "does not answer"),
    ("account-groups", "blocked", answers("whoami", record("CONTOSO\\Domain Users")), FE1, "RTCUniversalServerAdmins"),
    ("account-groups", "caution", answers("whoami", record("CONTOSO\\RTCUniversalServerAdmins")), FE1, "local admin"),
    (
        "setup-rights",
        "blocked",
        together(
            answers("whoami", record("CONTOSO\\RTCUniversalServerAdmins")),
            answers("Test-CsSetupPermission", record("False")),
        ),
        FE1,
        "may not enable",
    ),
    ("module-present", "blocked", answers("Get-Module"), FE1, "not installed"),
    ("cmdlets-known", "blocked", answers("Get-Command", record(Name="Get-CsWindowsService")), FE1, "Enable-CsTopology"),
    ("second-hop", "blocked", answers("Test-Path", record("False")), FE2, "backup share"),
    ("cms-reachable", "blocked", refuses("Get-CsService CentralManagement", ANONYMOUS), FE1, "may not go on"),
    ("cms-reachable", "unknown", refuses("Get-CsService CentralManagement", "timed out"), FE1, "timed out"),
    (
        "cms-is-lost",
        "blocked",
        together(
            standard,
            answers(
                "Get-CsManagementStoreReplicationStatus CentralManagementStoreStatus", record(ActiveMasterFqdn=STANDARD)
            ),
        ),
        FE1,
        "is served",
    ),
    (
        "cms-mirror",
        "caution",
        together(
            mirrored_store,
            answers(
                "mirroring",
                record(database_name="xds", mirroring_role_desc="MIRROR", mirroring_state_desc="DISCONNECTED"),
                on=SQL2,
            ),
        ),
        SQL2,
        "waits",
    ),
    ("cms-mirror", "caution", together(mirrored_store, answers("mirroring", on=SQL2)), SQL2, "mirrors no database"),
    ("local-replica", "caution", together(standard, answers("Get-CsTopology AsXml", record(" "))), FE1, "no replica"),
    (
        "local-replica",
        "blocked",
        together(standard, answers("Get-CsTopology AsXml", record(" ")), set_of(("x.zip", "UserData", POOL))),
        FE1,
        "no replica",
    ),
    (
        "topology-not-older",
        "caution",
        together(standard, lambda estate: setattr(estate, "topology", TOPOLOGY.replace(LATEST, "older.contoso.com"))),
        FE1,
        LATEST,
    ),
    ("target-in-topology", "blocked", answers("Get-CsComputer", record(Fqdn=FE1)), FE1, FE2),
    ("not-hosting-cms", "blocked", answers("Get-CsService CentralManagement", record(PoolFqdn=POOL)), FE1, "hosts"),
    ("not-failed-over", "caution", pool_change(backup_pool=STANDARD), FE1, STANDARD),
    (
        "replication",
        "caution",
        answers("Get-CsManagementStoreReplicationStatus", record(ReplicaFqdn=STANDARD, UpToDate=False)),
        FE1,
        STANDARD,
    ),
    ("replication", "unknown", answers("Get-CsManagementStoreReplicationStatus"), FE1, "no replica"),
    (
        "cms-active",
        "caution",
        answers("Get-CsManagementStoreReplicationStatus CentralManagementStoreStatus", record(ActiveMasterFqdn="")),
        FE1,
        "no master",
    ),
    (
        "cms-active",
        "caution",
        answers(
            "Get-CsManagementStoreReplicationStatus CentralManagementStoreStatus", record(ActiveMasterFqdn=STANDARD)
        ),
        FE1,
        "File Transfer Agent",
    ),
    (
        "computer-account",
        "blocked",
        refuses("Get-ADComputer", "Cannot find an object with identity: 'fe02'"),
        DC,
        "gone",
    ),
    ("computer-account", "caution", answers("Get-ADComputer", record(Enabled=True, MemberOf=["CN=Users"])), DC, "RTC"),
    (
        "computer-account",
        "caution",
        answers("Get-ADComputer", record(Enabled=False, MemberOf=["CN=RTC"])),
        DC,
        "disabled",
    ),
    ("edge-next-hop", "caution", pool_change(backup_pool=STANDARD), FE1, EDGES),
    (
        "ucs-mode",
        "caution",
        answers("Get-CsUserServicesPolicy", record(Identity="Global", UcsAllowed=True)),
        FE1,
        "Global",
    ),
    (
        "ucs-mode",
        "caution",
        lambda estate: setattr(estate, "counts", {"unified_contact_store": {"policies": ["Global"], "users": {}}}),
        FE1,
        "changed since the backup",
    ),
    ("rgs-names", "caution", answers("Get-CsRgsQueue", record(Name="Hotline")), FE1, "Hotline"),
    (
        "kerberos-account",
        "caution",
        answers("Get-CsKerberosAccountAssignment", record(Identity="Site:Redmond", UserAccount="CONTOSO\\krb")),
        FE1,
        "krb",
    ),
    (
        "file-store-in-topology",
        "blocked",
        answers("Get-CsService FileStore", record(UncPath=r"\\fs09.contoso.com\LyncShare")),
        FE1,
        STORE,
    ),
    (
        "fabric-quorum",
        "caution",
        together(answers("Get-Service RTCSRV", record(Name="RTCSRV", Status="Stopped"), on=FE3)),
        "",
        "1 of 3",
    ),
    (
        "fabric-quorum",
        "caution",
        together(
            answers("Get-Service RTCSRV", record(Name="RTCSRV", Status="Stopped")), silent("Get-Service RTCSRV", FE3)
        ),
        "",
        "cold start",
    ),
    ("pool-stopped", "blocked", together(stopped("Stopped"), stopped("Running", FE3)), "", FE3),
    ("pool-stopped", "caution", together(stopped("Stopped"), silent("Get-Service RTC*", FE3)), "", FE3),
    ("user-store-lost", "caution", lambda _: None, "", "not rebuilt"),
    ("back-end-reachable", "blocked", refuses("Test-CsDatabase", "The server was not found"), FE1, "does not reach"),
    ("server-is-clean", "blocked", answers("Get-Service RTC*", record(Name="RTCSRV")), FE2, "RTCSRV"),
    ("server-name", "blocked", answers(TCPIP, record(Hostname="fe02", Domain="fabrikam.com")), FE2, "fabrikam.com"),
    ("firewall-on", "blocked", answers("Get-Service MpsSvc", record(Name="MpsSvc", Status="Stopped")), FE2, "stopped"),
    (
        "disk-space",
        "caution",
        answers("Get-CimInstance Win32_LogicalDisk", record(DeviceID="C:", FreeSpace=8 << 30)),
        FE2,
        "16 GB",
    ),
    (
        "disk-space",
        "blocked",
        together(
            steps(carries(FE2, size=9 << 30), without="UserData"),
            answers("Get-CimInstance Win32_LogicalDisk", record(DeviceID="C:", FreeSpace=8 << 30)),
        ),
        FE2,
        "C: has",
    ),
    (
        "update-level",
        "blocked",
        answers(PROGRAMS, record(DisplayName="Server 2013, Core Components", DisplayVersion="5.0.8308.0"), on=FE2),
        FE2,
        "5.0.8308.0",
    ),
    ("update-level", "caution", pool_change(version="5.0.8308.577"), FE1, "5.0.8308.577"),
    (
        "windows-version",
        "caution",
        answers("Get-CimInstance Win32_OperatingSystem", record(Version="6.2.9200"), on=FE2),
        FE2,
        "6.2.9200",
    ),
    (
        "session-tickets",
        "caution",
        answers(SCHANNEL, record(EnableSessionTicket=2), on=FE1),
        FE2,
        "EnableSessionTicket",
    ),
    (
        "edge-network",
        "blocked",
        together(
            edge,
            answers(
                "Get-CimInstance Win32_NetworkAdapterConfiguration",
                record(DefaultIPGateway=["1.1.1.1"]),
                record(DefaultIPGateway=["10.0.0.1"]),
            ),
        ),
        EDGE,
        "2 default gateways",
    ),
    ("edge-network", "caution", together(edge, answers("Get-CimInstance Win32_IP4PersistedRouteTable")), EDGE, "route"),
    ("clock", "caution", late, FE1, "20 minutes"),
    ("certificates", "blocked", answers(MY), FE2, "no certificate"),
    ("certificates", "blocked", answers(MY, certificate(f"CN={FE2}", key=False)), FE2, "fit for Lync"),
    ("certificates", "blocked", answers(MY, certificate(f"CN={FE2}", days=-2)), FE2, "fit for Lync"),
    ("certificates", "blocked", answers(MY, certificate("CN=other.contoso.com")), FE2, "fit for Lync"),
    ("certificates", "blocked", answers(MY, certificate(f"CN={FE2}", issuer="CN=Nobody")), FE2, "fit for Lync"),
    ("certificates", "caution", answers(MY, certificate(f"CN={FE2}")), FE2, POOL),
    ("certificates", "caution", answers(MY, certificate(f"CN={FE2}", days=3, DnsNameList=[FE2, POOL])), FE2, "expires"),
    (
        "trusted-roots",
        "caution",
        answers(ROOT, certificate(AUTHORITY, issuer=AUTHORITY), certificate("CN=Lower", issuer=AUTHORITY)),
        FE2,
        "Lower",
    ),
    ("trusted-roots", "caution", answers(ROOT, *(certificate("CN=A", issuer="CN=A") for _ in range(2))), FE2, "twice"),
    ("oauth-certificate", "caution", answers("Get-CsCertificate"), FE1, "no OAuth"),
    (
        "oauth-certificate",
        "caution",
        answers("Get-CsCertificate", certificate("CN=contoso.com", days=-1)),
        FE1,
        "expired",
    ),
    ("backup-levels", "caution", lambda _: None, "", "never verified"),
    ("backup-levels", "blocked", verified(intact="fail"), "", "damaged"),
    ("backup-levels", "caution", verified(present="not tested"), "", "to its end"),
    ("backup-content", "caution", set_of(("Config.zip", "Configuration", None)), "", "contacts"),
    ("backup-share-reachable", "caution", unreadable, "", "does not know"),
    ("file-store-path", "caution", set_of(("FileStore/a/b", "FileStore", r"\\old.contoso.com\LyncShare")), "", STORE),
    ("apart-kept", "caution", pool_change(features=frozenset({"call-park"})), "", "Call Park"),
    ("new-set-is-new", "blocked", lambda estate: setattr(estate, "values", {"RescueSet": r"\\x\y\SET"}), "", "SET"),
    ("persistent-chat-way", "blocked", with_chat("sql"), "", "this way"),
    ("persistent-chat-way", "caution", together(with_chat("sql"), with_chat("export")), "", "restores and imports"),
    (
        "edge-configuration",
        "blocked",
        together(edge, steps(without="Export-CsConfiguration"), set_of(("x.zip", "UserData", POOL))),
        "",
        "no configuration",
    ),
    (
        "sql-instance-answers",
        "blocked",
        answers("instance", record(server_name="SQL01\\RTC", is_sysadmin=0)),
        SQL1,
        "no sysadmin",
    ),
    ("sql-version", "blocked", answers("instance", record(product_version="9.0.1")), SQL1, "older than 2008 R2"),
    (
        "sql-version",
        "blocked",
        together(restores, answers("header-only", record(SoftwareVersionMajor=12, SoftwareVersionMinor=0))),
        SQL1,
        "rtcxds",
    ),
    ("sql-disk-space", "caution", answers("disk-space", record(drive="C", **{"MB free": 900})), SQL1, "16 GB"),
    ("sql-model-size", "caution", answers("model-size", record(type_desc="ROWS", size_mb=300)), SQL1, "300 MB"),
    (
        "sql-log-space",
        "caution",
        answers("log-space", record(**{"Database Name": "rtcxds", "Log Space Used (%)": 97.0})),
        SQL1,
        "rtcxds",
    ),
    (
        "sql-not-mirrored",
        "caution",
        together(restores, answers("mirroring", record(database_name="rtcxds", mirroring_role_desc="PRINCIPAL"))),
        SQL1,
        "is mirrored",
    ),
    ("sql-instance-name", "blocked", answers("instance", record(instance_name="SQLEXPRESS")), SQL1, "SQLEXPRESS"),
    ("sql-instance-name", "caution", answers("instance", record(instance_name="RTC", machine_name="OLD")), SQL1, "OLD"),
    (
        "sql-owner",
        "blocked",
        answers("database-owners", record(name="rtcxds", owner="CONTOSO\\RTCUniversalServerAdmins")),
        SQL1,
        "rtcxds",
    ),
    (
        "sql-partners-alike",
        "blocked",
        answers("instance", record(product_version="10.50.4000.0"), on=SQL2),
        SQL1,
        "different versions",
    ),
    (
        "sql-endpoints",
        "caution",
        answers("mirroring-endpoints", record(name="mirroring_endpoint", state_desc="STOPPED")),
        SQL1,
        "not started",
    ),
    ("sql-mirror-share", "blocked", together(sharing, answers("Test-Path", record("False"))), FE1, "sees no share"),
    (
        "sql-mirror-share",
        "caution",
        together(
            sharing,
            steps(sends("fs01.contoso.com", "Get-SmbShare")),
            answers("Get-SmbShareAccess", record(AccountName="CONTOSO\\SQL01$", AccessRight="Full")),
        ),
        "fs01.contoso.com",
        "sql02$",
    ),
]


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return Estate(tmp_path)


@pytest.mark.parametrize("name", CHECKS)
def test_sound_hosts_are_well(name: str, estate: Estate) -> None:
    SOUND.get(name, lambda _: None)(estate)
    found = estate.findings(name)
    assert found, "the plan puts the question to nobody"
    for host, finding in found.items():
        assert finding.status == "ok", (host, finding)
        assert finding.message
        assert finding.evidence, "what was asked, and what was answered"


@pytest.mark.parametrize(
    ("name", "status", "harm", "host", "words"), BROKEN, ids=[f"{row[0]}-{n}" for n, row in enumerate(BROKEN)]
)
def test_what_is_broken_is_told(name: str, status: str, harm: Harm, host: str, words: str, estate: Estate) -> None:
    harm(estate)
    finding = estate.findings(name)[host]
    assert finding.status == status, finding
    assert words in finding.message
    assert finding.hint
    assert finding.evidence or status == "unknown"


def test_every_check_is_seen_to_fail() -> None:
    assert {row[0] for row in BROKEN} | {"backup-set"} == set(CHECKS)


def test_what_must_wait_gates_the_step_that_rests_on_it(estate: Estate) -> None:
    estate.gating = False
    estate.on_question = lambda host: _silent(host, FE2)
    context = estate.context()
    plan = gated(context.plan, context)
    waiting = {one.check for planned in plan.steps for one in planned.before}
    assert {"server-is-clean", "certificates", "update-level", "second-hop", "cms-reachable"} <= waiting
    for name, gate in (("certificates", f"copy@{FE2}"), ("update-level", f"Import-CsUserData@{FE2}")):
        finding = estate.findings(name)[FE2]
        assert (finding.status, finding.gates) == ("later", (gate,))
        assert name in {one.check for one in plan.step(gate).before}
    assert "target-in-topology" not in waiting, "it could be asked at the start"


def _silent(host: str, lost: str) -> None:
    if host == lost:
        raise Unreachable(f"{host} does not answer", "Start it.")


def test_one_question_to_several_hosts_is_put_to_all_at_once(estate: Estate) -> None:
    """Each host waits until all were asked: only side by side can any answer."""
    barrier = threading.Barrier(3, timeout=20)

    def wait(_: str) -> None:
        barrier.wait()

    stopped("Stopped")(estate)
    estate.on_question = wait
    assert estate.findings("pool-stopped")[""].status == "ok"
