"""A living deployment as its cmdlets tell it: scripted answers in the property shapes of real ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lync_wizard import topology, worksheets
from lync_wizard.core.errors import Unreachable
from lync_wizard.core.yaml_document import Problems
from lync_wizard.deployment import SqlInstance
from lync_wizard.hosts import HostError, Record, Reply
from lync_wizard.hosts.command import Command, Pipeline, Switch
from lync_wizard.topology import TopologyReading
from tests.topology.rendering import AT

DOCUMENT = (Path(__file__).parent / "cases" / "every-kind.xml").read_text(encoding="utf-8")
HOST = "fe01.contoso.com"
POOL, EDGE = "pool01.contoso.com", "edge.contoso.com"
TWO_POOLS = (Path(__file__).parent / "cases" / "standard-edition.xml").read_text(encoding="utf-8")


def record(**properties: Any) -> Record:
    return Record("; ".join(f"{k}: {v}" for k, v in properties.items()), properties)


def words(command: Command) -> str:
    """A command as its key in a script: ``Get-CsService -UserServer``."""
    assert isinstance(command, Pipeline)
    (cmdlet,) = command.cmdlets
    shown = (f"-{name}" if isinstance(value, Switch) else f"-{name} {value}" for name, value in cmdlet.parameters)
    return " ".join((cmdlet.name, *shown))


class Script:
    """Answers by command; what it does not have comes back empty, an exception is raised, an error returned."""

    def __init__(self, answers: Mapping[str, Any], document: str = DOCUMENT) -> None:
        self.answers = {"Get-CsTopology -AsXml": [Record(document, value=document)], **answers}
        self.asked: list[str] = []

    def __call__(self, command: Command) -> Reply:
        self.asked.append(words(command))
        answer = self.answers.get(self.asked[-1], self.answers.get(self.asked[-1].partition(" ")[0], []))
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, HostError):
            return Reply("failed", errors=(answer,))
        return answer if isinstance(answer, Reply) else Reply("completed", tuple(answer))


def read(answers: Mapping[str, Any], document: str = DOCUMENT, host: str = HOST) -> TopologyReading:
    problems = Problems()
    found = topology.read_live(Script(answers, document), host, problems, at=AT)
    assert [str(problem) for problem in problems] == []
    assert found is not None
    return found


def pool(found: TopologyReading, fqdn: str = POOL) -> Any:
    known = found.deployment.pool(fqdn)
    assert known is not None
    return known


def finding(found: TopologyReading, words: str) -> str:
    (only,) = [finding for finding in found.findings if words in finding]
    return only


def test_the_document_alone_reads_like_a_file() -> None:
    problems = Problems()
    file = topology.read_bytes(DOCUMENT.encode(), "x", problems, at=AT)
    found = read({})
    assert file is not None
    assert found.deployment == file.deployment
    assert found.made_from == topology.LIVE
    assert {e.origin for e in found.entries.values()} == {f"cmdlets on {HOST}"}


def test_a_document_that_comes_in_lines_or_with_a_declaration_is_one_document() -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?>\r\n{DOCUMENT}'
    lines = [Record(line, value=line) for line in text.splitlines()]
    assert read({"Get-CsTopology -AsXml": lines}).deployment == read({}).deployment


def test_a_mirror_is_told_by_the_services_and_its_instance_by_the_topology() -> None:
    service = record(
        Identity=f"UserServer:{POOL}",
        PoolFqdn=POOL,
        UserDatabase="UserDatabase:sql01.contoso.com",
        MirrorUserDatabase="UserDatabase:sql02.contoso.com",
    )
    found = read({"Get-CsService -UserServer": [service]})

    assert pool(found).mirror == SqlInstance("sql02.contoso.com", "mon")
    assert not [f for f in found.findings if "mirrored, with which witness" in f]
    assert worksheets.Entries(found.entries).text("deployment-facts/mirror/instance", POOL) == "mon"


def test_a_mirror_whose_instance_nobody_tells_stays_open() -> None:
    service = record(PoolFqdn=POOL, MirrorUserDatabase="UserDatabase:sql09.contoso.com")
    found = read({"Get-CsService -UserServer": [service]})
    assert pool(found).mirror is None
    assert "sql09.contoso.com" in finding(found, "Which instance")


def test_mirrored_databases_without_a_known_mirror_are_a_finding() -> None:
    state = record(DatabaseName="rtcxds", StateOnPrimary="Principal", StateOnMirror="Mirror")
    found = read({f"Get-CsDatabaseMirrorState -PoolFqdn {POOL}": [state]})
    assert POOL in finding(found, "are mirrored, but on which server")


def test_a_witness_is_among_the_services_of_a_pool() -> None:
    known = record(
        Identity=POOL, Fqdn=POOL, Computers=["fe01.contoso.com"], Services=["WitnessStore:sql02.contoso.com"]
    )
    assert pool(read({"Get-CsPool": [known]})).witness == SqlInstance("sql02.contoso.com", "mon")


def test_members_and_pools_that_only_cmdlets_know_are_findings() -> None:
    rows = [
        record(Identity=POOL, Fqdn=POOL, Computers=["FE01.contoso.com", "fe03.contoso.com"], Services=[]),
        record(Identity="new.contoso.com", Fqdn="new.contoso.com", Computers=[], Services=[]),
    ]
    found = read({"Get-CsPool": rows, "Get-CsComputer": [record(Identity="fe04.contoso.com", Pool=POOL)]})
    strange = finding(found, "members of a pool by the cmdlets only")
    assert ("fe03.contoso.com" in strange, "fe04.contoso.com" in strange, "FE01" in strange) == (True, True, False)
    assert "new.contoso.com" in finding(found, "not in the topology document")


def test_pairs_are_told_whatever_the_property_is_called() -> None:
    one, other = "se01.contoso.com", "se02.contoso.com"
    answers = {
        f"Get-CsPoolBackupRelationship -PoolFqdn {fqdn}": [record(PoolFqdn=fqdn, SomePartner=f"Registrar:{partner}")]
        for fqdn, partner in (("SE01.Contoso.com", other), (other, "SE01.Contoso.com"))
    }
    found = read(answers, TWO_POOLS, one)
    assert pool(found, one).backup_pool == other
    assert pool(found, other).backup_pool == "SE01.Contoso.com"
    assert not [f for f in found.findings if "paired" in f]


def test_no_pair_is_known_where_the_question_was_answered_with_nothing() -> None:
    assert not [f for f in read({}, TWO_POOLS, "se01.contoso.com").findings if "paired" in f]


def test_next_hop_branch_appliance_and_stores_come_from_their_services() -> None:
    found = read(
        {
            "Get-CsService -EdgeServer": [record(PoolFqdn=EDGE, Registrar=f"Registrar:{POOL}")],
            "Get-CsService -Registrar": [
                record(PoolFqdn="sba01.contoso.com", BackupRegistrar=f"Registrar:{POOL}"),
                record(
                    PoolFqdn=POOL,
                    MonitoringDatabase="MonitoringDatabase:sql02.contoso.com",
                    MirrorMonitoringDatabase="MonitoringDatabase:sql01.contoso.com\\rtc",
                ),
            ],
        }
    )
    assert pool(found, EDGE).next_hop == POOL
    assert pool(found).branch_appliances == ("sba01.contoso.com",)
    assert pool(found).monitoring_mirror == SqlInstance("sql01.contoso.com", "rtc")


def test_persistent_chat_is_told_by_its_services() -> None:
    chat = "teapot.contoso.com"
    server = record(
        Identity=f"PersistentChatServer:{chat}",
        PoolFqdn=chat,
        PersistentChatDatabase="PersistentChatDatabase:sql01.contoso.com",
        Registrar=f"Registrar:{POOL}",
    )
    found = read({"Get-CsService -PersistentChatServer": [server]})
    entries = worksheets.Entries(found.entries)
    assert pool(found, chat).kind == "persistent-chat"
    assert entries.text("deployment-facts/persistent-chat/pool", POOL) == chat
    assert entries.text("database/pchat/server", POOL) == "sql01.contoso.com"
    assert entries.flag("deployment-facts/features/persistent-chat", POOL) is True


def test_the_active_cms_and_its_mirror() -> None:
    found = read(
        {
            "Get-CsService -CentralManagement": [
                record(PoolFqdn="SE01.Contoso.com", Active=False),
                record(PoolFqdn="se02.contoso.com", Active=True),
            ],
            "Test-CsDatabase -CentralManagementDatabase": [
                record(SqlServerFqdn="se02.contoso.com", MirrorSqlServerFqdn="m.contoso.com", MirrorSqlInstanceName="x")
            ],
            "Get-CsConfigurationStoreLocation": [record(BackEndServer="se01.contoso.com\\rtc")],
        },
        TWO_POOLS,
    )
    assert found.deployment.cms is not None
    assert found.deployment.cms.pool == "se02.contoso.com"
    assert found.deployment.cms.sql == SqlInstance("se02.contoso.com", "RTC")
    assert found.deployment.cms.mirror == SqlInstance("m.contoso.com", "x")
    assert "se01.contoso.com\\rtc" in finding(found, "The directory points to")


def test_features_and_settings_fill_the_cells_of_their_pools() -> None:
    service = f"ApplicationServer:{POOL}"
    found = read(
        {
            f"Get-CsRgsWorkflow -Identity service:{service}": [record(Name="Support", OwnerPool=POOL)],
            f"Get-CsRgsConfiguration -Identity service:{service}": [
                record(Identity="x", AgentRingbackGracePeriod=60, DisableCallContext=False)
            ],
            "Get-CsCallParkOrbit": [
                record(Identity="Hall", NumberRangeStart="100", NumberRangeEnd="199", CallParkService=service),
                record(Identity="Team", NumberRangeStart="200", CallParkService=service, Type="GroupPickup"),
            ],
            "Get-CsCpsConfiguration": [record(Identity="Global", CallPickupTimeoutThreshold="00:01:30")],
            "Get-CsDialInConferencingAccessNumber": [
                record(PrimaryUri="sip:caa@contoso.com", DisplayName="Redmond dial-in", Pool=POOL)
            ],
            "Get-CsUnassignedNumber": [
                record(Identity="U", NumberRangeStart="+1", NumberRangeEnd="+9", AnnouncementService=service)
            ],
            "Get-CsAnnouncement": [record(Identity=f"service:{service}/1c2d", Name="Gone, sorry")],
            "Get-CsConferenceDirectory": [record(Identity="7", ServiceId=f"UserServer:{POOL}")],
            "Get-CsLisLocation": [record(City="Redmond")],
            "Get-CsKerberosAccountAssignment": [record(Identity="Site:Redmond", UserAccount="CONTOSO\\krb")],
        }
    )
    entries = worksheets.Entries(found.entries)
    facts = {
        "features/response-group": "true",
        "features/call-park": "true",
        "features/announcement": "true",
        "features/conferencing-attendant": "true",
        "features/e911": "true",
        "response-group/settings": "AgentRingbackGracePeriod: 60, DisableCallContext: False",
        "call-park/orbits": "Hall, Team",
        "call-park/pickup-ranges": "Team",
        "call-park/settings": "CallPickupTimeoutThreshold: 00:01:30",
        "conferencing/caa-uris": "sip:caa@contoso.com",
        "conferencing/access-numbers": "Redmond dial-in",
        "conferencing/directories": "7",
        "announcements/ranges": "U",
        "announcements/names": "Gone, sorry",
        "kerberos/account": "CONTOSO\\krb",
    }
    assert {row: entries.text(f"deployment-facts/{row}", POOL) for row in facts} == facts
    assert entries.text("settings/rgs/server", POOL) == POOL


PAIRED = {"Get-CsPoolBackupRelationship": [record(Pool1=POOL, Pool2="se02.contoso.com")]}


@pytest.mark.parametrize(
    ("told", "cells"),
    [
        (
            record(SyncInterval="PT3M", AuthorizedUniversalGroups=["CONTOSO\\LyncBackup"], EnableRgsBackupService=1),
            {"interval": "00:03:00", "account": "CONTOSO\\LyncBackup", "response-groups": "true"},
        ),
        (record(SyncInterval="00:02:00", AuthorizedUniversalGroups=["A", "B"]), {"interval": "00:02:00"}),
        (record(SyncInterval="soon", AuthorizedUniversalGroups=[], EnableRgsBackupService=False),
         {"response-groups": "false"}),
    ],
)  # fmt: skip
def test_the_backup_service_of_a_pair_is_told_by_its_settings(told: Record, cells: dict[str, str]) -> None:
    entries = worksheets.Entries(read({**PAIRED, "Get-CsBackupServiceConfiguration": [told]}).entries)
    row = "deployment-facts/backup-service"
    assert {
        name: text for name in ("interval", "account", "response-groups") if (text := entries.text(f"{row}/{name}"))
    } == cells


def test_without_a_pair_the_backup_service_is_not_asked_about() -> None:
    script = Script({})
    topology.read_live(script, HOST, Problems(), at=AT)
    assert not [asked for asked in script.asked if "BackupService" in asked]


def test_what_a_server_does_not_name_leaves_its_cell_alone() -> None:
    found = read(
        {"Get-CsSite": [record(Identity="Site:Redmond")], "Get-CsCommonAreaPhone": [record(RegistrarPool=POOL)]}
    )
    assert not [str(cell) for cell in found.entries if cell.row in {"federation", "homed"}]


def test_what_is_homed_on_a_pool_and_who_federates_is_told() -> None:
    found = read(
        {
            "Get-CsCommonAreaPhone": [
                record(SipAddress="sip:lobby@contoso.com", DisplayName="Lobby", RegistrarPool=POOL)
            ],
            "Get-CsAnalogDevice": [record(SipAddress="sip:fax@contoso.com", RegistrarPool="elsewhere.contoso.com")],
            "Get-CsMeetingRoom": [record(DisplayName="Board room", RegistrarPool=POOL)],
            "Get-CsExUmContact": [record(SipAddress="sip:attendant@contoso.com", RegistrarPool=POOL)],
            "Get-CsService -TrustedApplicationPool": [
                record(PoolFqdn="teapot.contoso.com", Registrar=f"Registrar:{POOL}"),
                record(PoolFqdn="lonely.contoso.com"),
            ],
            "Get-CsSite": [
                record(
                    Identity="Site:Redmond",
                    FederationRoute=f"EdgeServer:{EDGE}",
                    XmppFederationRoute=f"EdgeServer:{EDGE}",
                ),
                record(Identity="Site:Chicago", FederationRoute=f"EdgeServer:{EDGE}"),
            ],
        }
    )
    entries = worksheets.Entries(found.entries)
    facts = {
        "homed/common-area-phones": "Lobby",
        "homed/analog-devices": "",
        "homed/meeting-rooms": "Board room",
        "homed/um-contacts": "sip:attendant@contoso.com",
        "homed/trusted-applications": "teapot.contoso.com",
    }
    assert {row: entries.text(f"deployment-facts/{row}", POOL) for row in facts} == facts
    assert entries.texts("deployment-facts/federation/edge-pools") == (EDGE,)
    assert entries.text("deployment-facts/federation/xmpp-pool") == EDGE
    assert all(entry.source == "found" for entry in found.entries.values())


def test_mirror_log_shipping_and_active_servers_of_persistent_chat() -> None:
    chat = record(
        PoolFqdn=POOL, PersistentChatDatabase="PersistentChatDatabase:a.contoso.com\\x",
        MirrorPersistentChatDatabase="PersistentChatDatabase:b.contoso.com\\x",
        BackupPersistentChatDatabase="PersistentChatDatabase:c.contoso.com\\x",
        MirrorBackupPersistentChatDatabase="PersistentChatDatabase:d.contoso.com\\x",
        MirrorPersistentChatComplianceDatabase="PersistentChatComplianceDatabase:e.contoso.com\\x",
        ActiveServers=["fe01.contoso.com"],
    )  # fmt: skip
    entries = worksheets.Entries(read({"Get-CsService -PersistentChatServer": [chat]}).entries)
    cells = {
        "sql-server": "a.contoso.com",
        "mirror-server": "b.contoso.com",
        "log-shipping-server": "c.contoso.com",
        "log-shipping-instance": "x",
        "secondary-mirror-server": "d.contoso.com",
        "active-servers": "fe01.contoso.com",
    }
    assert {name: entries.text(f"deployment-facts/persistent-chat/{name}", POOL) for name in cells} == cells


def test_features_that_nobody_uses_are_filled_with_no() -> None:
    entries = worksheets.Entries(read({}).entries)
    for feature in ("response-group", "call-park", "announcement", "conferencing-attendant", "e911", "persistent-chat"):
        assert entries.flag(f"deployment-facts/features/{feature}", POOL) is False, feature


def test_versions_and_what_the_asked_server_knows_of_itself() -> None:
    replicas = [
        record(ReplicaFqdn="FE01.contoso.com", ProductVersion="5.0.8308.887"),
        record(ReplicaFqdn="fe02.contoso.com", ProductVersion="5.0.8308.887"),
        record(ReplicaFqdn="edge01.contoso.com", ProductVersion="5.0.8308.0"),
        record(ReplicaFqdn="edge02.contoso.com", ProductVersion="5.0.8308.887"),
    ]
    found = read(
        {
            "Get-CsManagementStoreReplicationStatus": replicas,
            "Get-CimInstance": [record(Caption="Microsoft Windows Server 2012 R2 Standard", Version="6.3.9600")],
            "Get-CsCertificate": [
                record(Use="Default", Thumbprint="AB"),
                record(Use="OAuthTokenIssuer", Thumbprint="AB"),
            ],
            "Get-ADDomain": [record(NetBIOSName="CONTOSO", DNSRoot="contoso.com")],
            "Get-ADDomainController": [record(HostName="dc01.contoso.com")],
        }
    )
    entries = worksheets.Entries(found.entries)
    assert pool(found).version == "5.0.8308.887"
    assert EDGE in finding(found, "different versions")
    assert entries.text("deployment-facts/pool/windows", POOL).endswith("Standard, 6.3.9600")
    assert entries.texts("deployment-facts/certificates/list", POOL) == ("AB: Default, OAuthTokenIssuer",)
    assert entries.text("deployment-facts/deployment/netbios-domain") == "CONTOSO"
    assert entries.text("deployment-facts/deployment/domain-controller") == "dc01.contoso.com"


def test_the_folder_and_the_rights_of_a_share_on_the_asked_server() -> None:
    host = "se02.contoso.com"
    found = read(
        {
            "Get-SmbShare -Name Lync Share$": [record(Name="Lync Share$", Path="D:\\Lync")],
            "Get-SmbShareAccess": [record(AccountName="Administrators", AccessRight="Full")],
        },
        TWO_POOLS,
        host,
    )
    assert pool(found, host).file_store.local_folder == "D:\\Lync"
    assert pool(found, host).file_store.acl == ("Administrators: Full",)


def test_trusted_applications_gateways_and_dfs_shares() -> None:
    found = read(
        {
            "Get-CsService -TrustedApplicationPool": [record(PoolFqdn="teapot.contoso.com")],
            "Get-CsService -PstnGateway": [record(Identity="PstnGateway:gw01.contoso.com")],
            "Get-CsService -FileStore": [record(UncPath="\\\\contoso.com\\LyncShare", IsDfsShare=True)],
        }
    )
    assert found.deployment.trusted_applications == ("teapot.contoso.com",)
    assert pool(found, "teapot.contoso.com").kind == "trusted-application"
    assert found.deployment.gateways == ("192.168.20.5", "gw01.contoso.com")
    assert "\\\\contoso.com\\LyncShare" in finding(found, "DFS")


@pytest.mark.parametrize(
    "answer", [HostError("Access is denied.", "PermissionDenied"), Reply("unknown", why="the connection was lost"), []]
)
def test_without_the_document_nothing_is_read_and_a_problem_says_why(answer: Any) -> None:
    problems = Problems()
    assert topology.read_live(Script({"Get-CsTopology -AsXml": answer}), HOST, problems) is None
    (problem,) = problems
    assert "Get-CsTopology -AsXml on fe01.contoso.com" in str(problem)
    assert problem.hint


def test_a_host_that_cannot_be_reached_at_all_is_an_error_of_its_own() -> None:
    with pytest.raises(Unreachable):
        topology.read_live(Script({"Get-CsTopology -AsXml": Unreachable("gone", "Start it.")}), HOST, Problems())


def test_a_refused_question_is_a_finding_and_its_feature_stays_open() -> None:
    found = read({"Get-CsCallParkOrbit": HostError("The term is not recognized.")})
    assert "Get-CsCallParkOrbit (The term is not recognized.)" in finding(found, "Not answered")
    assert "Call Park" in finding(found, "Whether these are in use")
    assert worksheets.Entries(found.entries).find("deployment-facts/features/call-park", POOL) is None


def test_a_host_that_falls_silent_is_not_asked_for_hours() -> None:
    script = Script({"Get-CsPool": Unreachable("no route", "Wait."), "Get-CsComputer": Reply("unknown", why="lost")})
    problems = Problems()
    found = topology.read_live(script, HOST, problems, at=AT)
    assert found is not None
    assert script.asked == ["Get-CsTopology -AsXml", "Get-CsPool", "Get-CsComputer"]
    assert "Get-CsService -UserServer" in finding(found, "Not queried any more")
    assert pool(found).kind == "enterprise"


def test_only_questions_are_asked() -> None:
    script = Script({})
    topology.read_live(script, HOST, Problems())
    assert {asked.partition("-")[0] for asked in script.asked} == {"Get", "Test"}


def test_answers_of_any_shape_do_no_harm() -> None:
    odd = [
        Record("", {}),
        Record("text", value="text"),
        record(Identity=None, Fqdn=7, Pool=[None], PoolFqdn=Record("x", {"y": 1}), Services="one", Computers=None),
        record(
            Identity=[[]], PoolFqdn=POOL, UserDatabase=3.5, Active=b"\x00", Thumbprint=None, UncPath="\\\\", Name=""
        ),
        record(PoolFqdn=f"{POOL}\u009b", MirrorUserDatabase=":", Registrar=":", PersistentChatDatabase="\\"),
    ]
    everything = dict.fromkeys(
        (name for name in {asked.partition(" ")[0] for asked in _all_questions()} if name != "Get-CsTopology"), odd
    )
    found = read(everything)
    assert pool(found).kind == "enterprise"
    assert all(finding.isprintable() for finding in found.findings)


def _all_questions() -> list[str]:
    script = Script({})
    topology.read_live(script, HOST, Problems())
    return script.asked
