"""Worksheets: the shipped forms, one path for every value, and files whose untouched lines stay as they are."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lync_wizard import deployment
from lync_wizard.core.catalogue import data_folder
from lync_wizard.core.errors import InputError
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems, parse, update
from lync_wizard.hosts import connections
from lync_wizard.procedures import conditions
from lync_wizard.worksheets import (
    Cell,
    Entries,
    Entry,
    check_value,
    deployments,
    duration,
    fill,
    forms,
    missing,
    read,
    read_file,
    write,
    wrong,
)

POOL = "se01.contoso.com"
NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
PLACEHOLDERS = re.findall(
    r"\w+",
    """
    UserDataServerFqdn UserDataFile UserDataExpiration UserDataDestination UserDataSchedule
    ArchivingServerFqdn ArchivingBackupFile ArchivingDestination CdrServerFqdn CdrBackupFile CdrDestination
    QoeServerFqdn QoeBackupFile QoeDestination PChatServerFqdn PChatFile PChatDestination FileStoreServerFqdn
    FileStoreShare FileStoreDestination XdsServerFqdn XdsFile XdsLocation LisServerFqdn LisFile LisLocation
    RgsPoolFqdn RgsFile RgsLocation BackupRoot FrontEndFqdn SqlServerFqdn SqlInstance CmsSqlServerFqdn
    CmsSqlInstance CmsMirrorSqlServerFqdn CmsMirrorSqlInstance PrimarySqlFqdn MirrorSqlFqdn WitnessSqlFqdn
    MirrorFileShare CmsPoolFqdn BackupPoolFqdn EdgePoolFqdn NextHopPoolFqdn SiteName PChatPoolFqdn
    PChatSqlFqdn PChatSqlInstance PChatActiveServers PChatMemberFqdn KerberosAccount InternalNetwork
    InternalMask InternalGateway OAuthPfxFile ConferenceDirectoryId CaaUri OrbitIdentity UnassignedRange
    AnnouncementName AppServerServiceId ShareAclAndPermissions SbaFqdn GoodServerFqdn BackupPChatSqlFqdn
    BackupPChatSqlInstance DOMAIN Domain
    """,
)


def field(address: str):  # type of a form's field
    return forms().field(Cell.parse(address))


def entry(address: str, raw: str | list[str], **more) -> Entry:
    return fill(field(address), raw, more.pop("source", "operator"), **more)


def recorded(values: dict[str, str | list[str]]) -> Entries:
    return Entries({Cell.parse(address): entry(address, raw) for address, raw in values.items()})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def put(home: Home, path: str, text: str | bytes) -> Path:
    file = home.worksheets / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def sound(home: Home, name: str | None = None) -> Entries:
    problems = Problems()
    found = read(home, name, problems)
    assert [str(p) for p in problems] == []
    return found.entries


class TestForms:
    def test_the_sheets_have_the_rows_and_columns_of_the_printed_ones(self) -> None:
        shape = {sheet.id: ([r.id for r in sheet.rows], [c.id for c in sheet.columns]) for sheet in forms()}
        assert shape["database"] == (
            ["userdata", "archiving", "cdr", "qoe", "pchat"],
            ["server", "schedule", "tool", "set-name", "set-expiration", "destination", "notes"],
        )
        assert shape["file-store"] == (["lync"], ["server", "schedule", "tool", "share", "destination", "notes"])
        assert shape["settings"] == (
            ["xds", "lis", "rgs"],
            ["server", "schedule", "tool", "file", "location", "notes"],
        )
        assert all(len(row.fields) == 7 for row in forms().sheet("database").rows)

    def test_prefilled_cells_read_as_on_paper(self) -> None:
        assert field("database/userdata/tool").prefilled == "Export-CsUserData cmdlet"
        assert (
            field("database/pchat/tool").prefilled == "SQL Server management tool or Export-CsPersistentChatData cmdlet"
        )
        assert "Meeting.Active" in field("file-store/lync/notes").prefilled
        assert "RtcDyn" in " ".join(forms().sheet("database").notes)

    @pytest.mark.parametrize("name", PLACEHOLDERS)
    def test_every_recorded_placeholder_has_its_cell(self, name: str) -> None:
        assert forms().by_placeholder(name) is not None

    def test_no_placeholder_stands_for_two_cells(self) -> None:
        names = [name for sheet in forms() for f in sheet.fields for name in f.placeholders]
        assert len(names) == len(set(names))

    def test_what_makes_a_cell_required_is_a_known_fact(self) -> None:
        used = {name.removeprefix("not-") for sheet in forms() for f in sheet.fields for name in f.required_when}
        assert used <= set(conditions.names())

    def test_discovery_names_cmdlets_that_exist(self) -> None:
        known = json.loads((data_folder() / "cmdlets.json").read_text(encoding="utf-8"))
        named = {n for sheet in forms() for f in sheet.fields for n in re.findall(r"\b[A-Z]\w+-Cs\w+", f.discovery)}
        assert named <= set(known)

    def test_every_default_is_a_value_the_form_itself_accepts(self) -> None:
        for sheet in forms():
            for f in sheet.fields:
                default = f.default or f.prefilled
                assert not default or fill(f, default.replace("<PoolFqdn>", POOL), "default").sound, f

    def test_every_scenario_of_the_plan_has_the_same_columns(self) -> None:
        plan = forms().sheet("plan")
        columns = {
            tuple(f.column for f in row.fields)
            for row in plan.rows
            if row.id in {"rto", "estimate", "criteria", "decides", "executes", "procedure", "last-test"}
        }
        assert len(columns) == 1
        assert field("plan/procedure/standard-edition").default == "restore-se"


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "near"),
        [
            ("databse/userdata/server", "database"),
            ("database/user-data/server", "userdata"),
            ("database/userdata/sever", "server"),
        ],
    )
    def test_an_unknown_address_names_the_nearest(self, address: str, near: str) -> None:
        with pytest.raises(InputError) as refused:
            field(address)
        assert f"Did you mean {near}?" in refused.value.hint

    @pytest.mark.parametrize("text", ["", "database", "database/userdata", "a/b/c/d", "x y:database/userdata/server"])
    def test_what_is_no_address_is_refused_with_an_example(self, text: str) -> None:
        with pytest.raises(InputError, match="not the address"):
            Cell.parse(text)

    def test_pools_compare_without_case_and_print_before_the_cell(self) -> None:
        cell = Cell.parse("SE01.Contoso.com:database/userdata/server")
        assert cell == Cell(POOL, "database", "userdata", "server")
        assert str(cell) == f"{POOL}:database/userdata/server"

    def test_the_only_pool_need_not_be_named(self) -> None:
        one = recorded({f"{POOL}:database/userdata/server": POOL})
        assert str(one.locate("database/userdata/schedule")) == f"{POOL}:database/userdata/schedule"
        assert one.text("database/userdata/server") == POOL
        two = one.set(Cell.parse("p2.contoso.com:database/cdr/server"), entry("database/cdr/server", "sql.contoso.com"))
        with pytest.raises(InputError, match="2 pools"):
            two.locate("database/userdata/schedule")
        assert two.text("database/userdata/server", POOL.upper()) == POOL
        assert two.text("database/userdata/server", "p2.contoso.com") == ""

    def test_a_cell_of_the_deployment_takes_no_pool(self) -> None:
        with pytest.raises(InputError, match="whole deployment"):
            field(f"{POOL}:plan/backup/location")

    def test_the_cms_exports_are_found_from_any_pool(self) -> None:
        both = recorded({"p1.contoso.com:settings/xds/file": "Cms.zip", "p2.contoso.com:settings/rgs/file": "R.zip"})
        assert both.text("settings/xds/file", "p2.contoso.com") == "Cms.zip"
        assert both.text("settings/rgs/file", "p1.contoso.com") == ""


class TestValues:
    @pytest.mark.parametrize(
        ("address", "given", "kept"),
        [
            ("database/userdata/server", " “SE‑01.contoso.com.” ", "SE-01.contoso.com"),
            ("database/userdata/server", "se01\u200e.contoso.com", "se01.contoso.com"),
            ("database/userdata/schedule", "Nightly at 1:30", "daily 01:30"),
            ("database/userdata/schedule", "weekly on Sun 03:00, every 4 h", "weekly sunday 03:00 and every 4 hours"),
            ("database/userdata/schedule", "other: when the tape robot calls", "other: when the tape robot calls"),
            ("database/userdata/set-expiration", "14\u00a0days", "14d"),
            ("database/userdata/set-expiration", "2026–01–31", "2026-01-31"),
            ("database/userdata/destination", "//backup01/Lync/", "\\\\backup01\\Lync"),
            ("database/userdata/destination", "d:/Backup//x/", "D:\\Backup\\x"),
            ("deployment-facts/sql/instance", "(default)", "default"),
            ("deployment-facts/sql/instance", "MSSQLSERVER", "default"),
            ("deployment-facts/pool/kind", "Standard Edition", "standard-edition"),
            ("deployment-facts/features/e911", "Yes", "true"),
            ("deployment-facts/conferencing/caa-uris", "caa@contoso.com", "sip:caa@contoso.com"),
            ("plan/rto/cms", "1 hour 30 min", "1h 30min"),
            ("plan/people/decides", "Žofie Nováková – 山田", "Žofie Nováková – 山田"),
        ],
    )
    def test_a_value_becomes_its_plain_spelling_and_stays_it(self, address: str, given: str, kept: str) -> None:
        assert check_value(field(address), given) == kept
        assert check_value(field(address), kept) == kept

    @pytest.mark.parametrize(
        ("address", "given"),
        [
            ("database/userdata/destination", "\\\\backup01\\Lync—Backup"),
            ("database/userdata/destination", "\\\\backup01\\“Lync”x"),
            ("database/userdata/destination", "C:\\a\\..\\b"),
            ("database/userdata/set-name", "..\\Config.zip"),
            ("database/userdata/set-name", "COM1.zip"),
            ("database/userdata/server", "a" * 64 + ".contoso.com"),
            ("database/userdata/server", "''"),
            ("database/userdata/notes", "bell\a"),
            ("database/userdata/notes", "x" * 5000),
            ("deployment-facts/sql/instance", "be01\\RTC"),
            ("plan/rto/cms", "2"),
            ("plan/retention/count", "٣"),
        ],
    )
    def test_a_refused_value_is_kept_with_reason_and_hint(self, address: str, given: str) -> None:
        with pytest.raises(InputError) as refused:
            check_value(field(address), given)
        assert refused.value.hint.endswith(".")
        kept = entry(address, given)
        assert (kept.text, kept.problem, kept.hint) == (given, refused.value.summary, refused.value.hint)

    def test_lists_are_parted_where_people_part_them(self) -> None:
        assert entry("deployment-facts/pool/servers", "fe01.x.y, fe02.x.y;fe03.x.y\n").value == (
            "fe01.x.y", "fe02.x.y", "fe03.x.y",
        )  # fmt: skip
        assert entry("deployment-facts/file-store/acl", "A: Full, Change\nB: Read").value == (
            "A: Full, Change",
            "B: Read",
        )

    def test_one_wrong_item_marks_the_list_and_loses_none(self) -> None:
        kept = entry("deployment-facts/pool/servers", ["fe01.x.y", "fe02"])
        assert kept.value == ("fe01.x.y", "fe02")
        assert "'fe02'" in kept.problem

    def test_time_spans(self) -> None:
        assert duration("1h 30min") == timedelta(minutes=90)
        assert duration("2 days") == timedelta(days=2)


class TestMissing:
    def test_only_what_the_deployment_needs_is_missing(self) -> None:
        given = recorded({f"{POOL}:deployment-facts/pool/kind": "standard-edition"})
        true = {"front-end", "standard-edition", "response-group-deployed"}
        names = {str(c.at(None)) for c in missing(forms(), given, POOL, lambda fact: fact in true)}
        assert {"database/userdata/server", "settings/rgs/location", "plan/backup/location"} <= names
        assert not names & {"database/archiving/server", "settings/xds/server", "deployment-facts/pool/servers"}
        assert "deployment-facts/pool/kind" not in names

    def test_without_a_pool_the_deployment_alone_is_judged(self) -> None:
        given = recorded({f"{POOL}:deployment-facts/pool/kind": "standard-edition"})
        cells = missing(forms(), given, None, lambda _: True)
        assert cells
        assert {c.pool for c in cells} == {None}

    def test_wrong_is_not_missing(self) -> None:
        cell = Cell.parse(f"{POOL}:database/userdata/server")
        given = Entries({cell: entry("database/userdata/server", "se01", at=NOON)})
        assert wrong(given) == [cell]
        assert cell not in missing(forms(), given, POOL, lambda _: True)
        assert given.text(cell) == ""


class TestFiles:
    def test_nothing_recorded_is_empty_and_no_problem(self, home: Home) -> None:
        problems = Problems()
        found = read(home, None, problems)
        assert (found.deployment, len(found.entries), len(problems), deployments(home)) == ("", 0, 0, [])

    def test_what_is_written_is_read_with_source_time_and_origin(self, home: Home) -> None:
        changes = {
            f"{POOL}:database/userdata/server": entry("database/userdata/server", POOL, at=NOON, origin="Ada"),
            f"{POOL}:deployment-facts/pool/servers": entry(
                "deployment-facts/pool/servers", [POOL], source="found", at=NOON, origin="Get-CsComputer"
            ),
            f"{POOL}:deployment-facts/features/e911": entry("deployment-facts/features/e911", "no", source="file"),
            "plan/rto/standard-edition": entry("plan/rto/standard-edition", "2h", source="file"),
            "plan/retention/count": entry("plan/retention/count", "7", source="file"),
        }
        write(home, "contoso", {Cell.parse(address): value for address, value in changes.items()})
        entries = sound(home)
        assert entries[Cell.parse(f"{POOL}:database/userdata/server")] == Entry(POOL, "operator", NOON, "Ada")
        assert entries.find("deployment-facts/pool/servers") == Entry((POOL,), "found", NOON, "Get-CsComputer")
        assert entries.flag("deployment-facts/features/e911") is False
        plan = (home.worksheets / "contoso/plan.yaml").read_text()
        assert "rto:\n  standard-edition: 2h\n" in plan
        assert "retention:\n  count: 7\n" in plan

    def test_defaults_of_the_form_stand_behind_what_is_recorded(self, home: Home) -> None:
        put(home, f"contoso/{POOL}/settings.yaml", "xds: {file: Mine.zip}\n")
        entries = sound(home)
        assert entries.text("settings/xds/file") == "Mine.zip"
        found = entries.find("settings/rgs/file")
        assert found is not None
        assert (found.text, found.source) == (f"{POOL}.zip", "default")

    def test_a_wrong_value_is_kept_and_the_files_count_as_whole(self, home: Home) -> None:
        put(home, f"contoso/{POOL}/database.yaml", "userdata: {server: se01}\n")
        problems = Problems()
        found = read(home, "CONTOSO", problems)
        assert [p.key for p in problems] == ["userdata/server"]
        assert not found.broken
        kept = found.entries.find("database/userdata/server")
        assert kept is not None
        assert (kept.text, kept.sound) == ("se01", False)

    def test_problems_of_all_files_come_together(self, home: Home) -> None:
        put(home, f"contoso/{POOL}/databse.yaml", "")
        put(home, f"contoso/{POOL}/settings.yaml", "xds: {fiel: x}\n")
        put(home, "contoso/plan.yaml", "rto: [\n")
        put(home, "contoso/notes.txt", "not a worksheet")
        problems = Problems()
        found = read(home, None, problems)
        text = "\n".join(str(p) for p in problems)
        assert found.broken
        assert "plan.yaml:2:1: is not valid YAML" in text
        assert "settings.yaml:1:7: fiel: is not a key of xds" in text
        assert "databse.yaml: is not a worksheet of a pool\n  HINT: Did you mean database?" in text

    def test_a_deployment_that_is_not_meant_clearly_is_refused(self, home: Home) -> None:
        put(home, "contoso/plan.yaml", "")
        with pytest.raises(InputError, match="no deployment 'contosso'") as refused:
            read(home, "contosso", Problems())
        assert "Did you mean contoso?" in refused.value.hint
        put(home, "fabrikam/plan.yaml", "")
        with pytest.raises(InputError, match="2 deployments"):
            read(home, None, Problems())

    @pytest.mark.parametrize("name", ["../x", "a/b", "CON", ".hidden", ""])
    def test_a_deployment_cannot_be_written_outside_its_folder(self, home: Home, name: str) -> None:
        cell = Cell.parse("plan/plan/owner")
        with pytest.raises(InputError):
            write(home, name, {cell: entry("plan/plan/owner", "Ada")})
        with pytest.raises(InputError):
            write(home, "contoso", {Cell("../x", "database", "userdata", "tool"): entry("database/userdata/tool", "x")})
        assert not home.worksheets.exists()


MESSY = """\
# How we back up.  Do not reorder!
archiving:   {schedule: "daily 02:00",   server: sql01.contoso.com}   # shared

userdata:
    notes:   >-
        folded
        text
    # the box itself
    server:    se01.contoso.com     # moved 2019

    'destination': '\\\\backup01\\Lync'
    schedule:
        value: daily 01:30
        source: operator
qoe:
"""


class TestUntouchedLines:
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_only_the_line_of_a_changed_value_changes(self, home: Home, end: str, mark: str) -> None:
        text = (mark + MESSY).replace("\n", end)
        file = put(home, "contoso/SE01.contoso.com/database.yaml", text)
        cell = Cell.parse(f"{POOL}:database/userdata/server")
        write(home, None, {cell: entry("database/userdata/server", "se02.contoso.com", at=NOON, origin="Ada")})
        detail = "{value: se02.contoso.com, source: operator, at: '2026-01-31T12:00:00Z', origin: Ada}"
        assert file.read_bytes().decode() == text.replace("se01.contoso.com ", f"{detail} ", 1)
        assert sound(home).text(cell) == "se02.contoso.com"

    @pytest.mark.parametrize(
        ("address", "value", "old", "new"),
        [
            ("archiving/schedule", None, '{schedule: "daily 02:00",   server: sql01.contoso.com}',
             "{server: sql01.contoso.com}"),
            ("archiving/destination", "D:\\a, b", '{schedule: "daily 02:00",   server: sql01.contoso.com}',
             "{schedule: \"daily 02:00\", server: sql01.contoso.com, destination: 'D:\\a, b'}"),
            ("userdata/notes", None, "    notes:   >-\n        folded\n        text\n", ""),
            ("userdata/notes", "short", ">-\n        folded\n        text", "short"),
            ("userdata/schedule", "daily 03:00", "\n        value: daily 01:30\n        source: operator\n",
             " 'daily 03:00'\n"),
            ("userdata/destination", "D:\\x", "\\\\backup01\\Lync", "D:\\x"),
            ("userdata/set-name", "u.zip", "operator\n", "operator\n    set-name: u.zip\n"),
            ("qoe/notes", "new", "qoe:\n", "qoe: {notes: new}\n"),
            ("cdr/notes", "new", "qoe:\n", "qoe:\ncdr:\n  notes: new\n"),
            ("cdr/notes", None, "", ""),
        ],
    )  # fmt: skip
    def test_every_way_of_writing_a_value(
        self, home: Home, address: str, value: str | None, old: str, new: str
    ) -> None:
        text = MESSY
        file = put(home, f"contoso/{POOL}/database.yaml", text)
        cell = Cell.parse(f"{POOL}:database/{address}")
        write(home, None, {cell: None if value is None else entry(f"database/{address}", value, source="file")})
        assert file.read_text() == (text.replace(old, new, 1) if old else text)
        assert cell in sound(home) or value is None

    def test_pools_keep_their_spelling(self, home: Home) -> None:
        text = "pools:\n  SE01.Contoso.com:\n    pool:\n      kind: standard-edition\n"
        file = put(home, "contoso/deployment-facts.yaml", text)
        change = entry("deployment-facts/pool/site", "Redmond", source="file")
        write(home, None, {Cell.parse(f"{POOL}:deployment-facts/pool/site"): change})
        assert file.read_text() == text + "      site: Redmond\n"

    def test_a_broken_file_is_not_written_nor_its_neighbour(self, home: Home) -> None:
        broken = put(home, "contoso/plan.yaml", "rto: [\n")
        whole = put(home, "contoso/additional.yaml", "# mine\n")
        changes = {
            Cell.parse("additional/dns/owner"): entry("additional/dns/owner", "Ada"),
            Cell.parse("plan/plan/owner"): entry("plan/plan/owner", "Ada"),
        }
        with pytest.raises(InputError):
            write(home, None, changes)
        assert (broken.read_text(), whole.read_text()) == ("rto: [\n", "# mine\n")


FACTS = """\
deployment: {netbios-domain: CONTOSO, sites: [Redmond], gateways: [gw01.contoso.com]}
cms: {pool: SE01.contoso.com, sql-server: se01.contoso.com, sql-instance: RTC}
pools:
  se01.contoso.com:
    pool: {kind: standard-edition, site: Redmond, backup-pool: pool02.contoso.com}
    sql: {server: se01.contoso.com, instance: RTC}
    features: {response-group: true, e911: false}
    file-store: {local-folder: 'C:\\LyncShare', acl: ['Administrators: Full']}
  pool02.contoso.com:
    pool: {kind: enterprise, site: Prague, servers: [fe01.contoso.com, fe02.contoso.com], backup-pool: se01.contoso.com}
    sql: {server: be01.contoso.com, instance: default}
    mirror: {server: be02.contoso.com, instance: RTC}
"""


class TestDeployment:
    def test_the_facts_make_a_deployment(self, home: Home) -> None:
        put(home, "contoso/deployment-facts.yaml", FACTS)
        put(home, f"contoso/{POOL}/file-store.yaml", "lync: {share: '\\\\SE01.contoso.com\\LyncShare'}\n")
        found, problems = deployment.of(sound(home), "contoso")
        assert problems == []
        se, ee = found.pools
        assert [site.name for site in found.sites] == ["Redmond", "Prague"]
        assert (se.kind, se.server_fqdns, str(se.sql)) == ("standard-edition", (POOL,), f"{POOL}\\RTC")
        assert se.features == {"response-group"}
        assert se.file_store_on_pool
        assert se.file_store == deployment.FileStore(
            "\\\\SE01.contoso.com\\LyncShare", "C:\\LyncShare", ("Administrators: Full",)
        )
        assert (se.file_store.server, se.file_store.share_name) == ("SE01.contoso.com", "LyncShare")
        assert ee.sql == deployment.SqlInstance("be01.contoso.com")
        assert ee.mirrored
        assert found.hosts_cms(se)
        assert not found.hosts_cms(ee)
        assert found.pool_of("FE02.contoso.com") is ee
        assert found.pool_of("nobody.contoso.com") is None
        assert [str(s) for s in found.sql_instances] == [f"{POOL}\\RTC", "be01.contoso.com", "be02.contoso.com\\RTC"]
        assert found.host_fqdns == (POOL, "fe01.contoso.com", "fe02.contoso.com")

    @pytest.mark.parametrize(
        ("old", "new", "key", "message"),
        [
            ("kind: enterprise, ", "", "pool02.contoso.com:deployment-facts/pool/kind", "is not filled"),
            ("backup-pool: se01", "backup-pool: se09", "pool02.contoso.com:deployment-facts/pool/backup-pool",
             "not among the pools"),
            ("[fe01.contoso.com,", "[se01.contoso.com,", "pool02.contoso.com:deployment-facts/pool/servers",
             "is a member of se01.contoso.com as well"),
            ("pool: SE01", "pool: SE02", "deployment-facts/cms/pool", "not among the pools"),
            ("mirror: {server: be02.contoso.com, ", "mirror: {", "pool02.contoso.com:deployment-facts/mirror/instance",
             "without its server"),
            ("kind: standard-edition,", "kind: standard-edition, servers: [x.y, z.y],",
             f"{POOL}:deployment-facts/pool/servers", "itself as its only member"),
        ],
    )  # fmt: skip
    def test_contradictions_are_problems(self, home: Home, old: str, new: str, key: str, message: str) -> None:
        put(home, "contoso/deployment-facts.yaml", FACTS.replace(old, new))
        _, problems = deployment.of(sound(home), "contoso")
        assert any(p.key == key and message in p.message and p.hint for p in problems), problems

    def test_nothing_recorded_is_an_empty_deployment(self) -> None:
        found, problems = deployment.of(Entries(), "contoso")
        assert (found.pools, found.cms, problems) == ((), None, [])


def test_a_file_read_alone_brings_no_defaults(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("rto: {cms: 4h}\n")
    assert list(read_file(path, "plan", None, Problems())) == [Cell.parse("plan/rto/cms")]


WORDS = st.sampled_from(
    ["a", "b", "c d", "x:", "#1", "- z", "yes", "1", "01:30", "\\\\s\\h", "{", "'", '"', "é", "null"]
)
TREES = st.recursive(WORDS | st.none() | st.integers() | st.lists(WORDS, max_size=3),
                     lambda inner: st.dictionaries(WORDS, inner, max_size=3), max_leaves=8)  # fmt: skip
PATHS = st.lists(WORDS, min_size=1, max_size=3).map(tuple)


def plain(text: str) -> object:
    problems = Problems()
    node = parse(text, "x", problems)
    assert node is not None, text
    assert len(problems) == 0, text
    return node.plain()


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(WORDS, TREES, max_size=3),
    PATHS,
    st.none() | WORDS | st.lists(WORDS, max_size=2),
    st.sampled_from([None, False, True]),
    st.integers(2, 5),
)
def test_an_update_changes_the_value_asked_for_and_no_other(
    tree: dict[str, object], path: tuple[str, ...], value: object, flow: bool | None, indent: int
) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, indent=indent, allow_unicode=True)
    expected = plain(text)
    place = expected
    for key in path[:-1]:
        if not isinstance(place.get(key), dict):
            if value is None:
                break
            place[key] = {}
        place = place[key]
    else:
        place.pop(path[-1], None)
        if value is not None:
            place[path[-1]] = value
    got = plain(update("# mine\n" + text + "# last\n", {path: value}))
    assert emptied(got) == emptied(expected)


def emptied(tree: object) -> object:
    """A mapping that lost its last key reads as nothing."""
    if isinstance(tree, dict):
        return {key: emptied(value) for key, value in tree.items()} or None
    return [str(item) for item in tree] if isinstance(tree, list) else tree


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text("ab:-{}[]&*!|>'\"#%@\\ \n\t\u2028\u00a0", max_size=60).map(str.encode))
def test_no_bytes_make_reading_raise(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "database.yaml"
    path.write_bytes(data)
    problems = Problems()
    read_file(path, "database", POOL, problems)
    connections.read(path, problems)
    assert all(problem.hint for problem in problems)
