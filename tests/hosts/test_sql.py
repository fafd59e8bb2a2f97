"""The product's SQL client through every driver that this platform has, against the lab's TDS server."""

from __future__ import annotations

import errno
import ssl
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from lync_wizard.core.errors import Denied, InputError, Unreachable
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.hosts import Limits, Output, Reply, identity, sql_login_errors, sql_session, statements
from lync_wizard.hosts.addresses import Credentials, SqlEndpoint
from lync_wizard.hosts.command import Pipeline, Statement, Value
from lync_wizard.hosts.identity import Identity
from lync_wizard.hosts.odbc_drivers import Driver
from lync_wizard.lab.server.certificate import self_signed, server_context
from lync_wizard.lab.sqlserver import backup_media
from lync_wizard.lab.sqlserver.engine import RESET, SILENT, SqlEngine
from lync_wizard.lab.sqlserver.instance import DatabaseFile, Mirroring, MirroringEndpoint, Standalone, new_database
from lync_wizard.lab.tds.listener import Client, Listener

PASSWORD = "Pa55word-of-sql"
SERVER = "sql01.contoso.com\\RTC"
COMPONENTS = "CONTOSO\\RTCComponentUniversalServices"
SOON = 10.0
"""Seconds after which a test that waits for an event has failed."""
PATIENCE = Limits(overall=2 * SOON)

PACKAGED = ("microsoft",) if sys.platform == "win32" else ("microsoft", "freetds")
"""Kinds of driver that this platform has a package for; FreeTDS has none on Windows."""


class Staged(Standalone):
    """An instance whose BACKUP and RESTORE wait for the test, break off, or stop listening."""

    def __init__(self, disk: Path) -> None:
        super().__init__(disk, {"sa": PASSWORD, "pässwörd": "a;b{c}d'e"})
        self.until: threading.Event | None = None
        self.deaf: threading.Event | None = None
        self.full_at = 0
        self.waited_in_vain = False

    def moment(self, work: str, percent: int, client: Client) -> None:
        if self.deaf is not None:
            self.deaf.wait(SOON)
        if self.full_at and percent >= self.full_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        if self.until is not None and percent >= 60:
            for _ in range(int(SOON * 100)):
                client.wait(0.01)
                if self.until.is_set():
                    return
            self.waited_in_vain = True


@dataclass
class Lab:
    """One instance, its listener, and sessions to it through one driver."""

    instance: Staged
    listener: Listener
    driver: Driver
    opened: list[sql_session.SqlSession] = field(default_factory=list)
    said: list[Output] = field(default_factory=list)

    def endpoint(self, **settings: Any) -> SqlEndpoint:
        there = SqlEndpoint(SERVER, "127.0.0.1", self.listener.port, "sql", verify=False, driver=self.driver.reference)
        return replace(there, **settings)

    def session(self, user: str = "sa", password: str = PASSWORD, **settings: Any) -> sql_session.SqlSession:
        opened = sql_session.open_session(self.endpoint(**settings), Credentials(user, Secret(password)), Redactor())
        self.opened.append(opened)
        return opened

    def run(
        self,
        name: str,
        *,
        on: sql_session.SqlSession | None = None,
        hear: Callable[[Output], None] | None = None,
        cancel: threading.Event | None = None,
        limits: Limits = PATIENCE,
        **parameters: Value,
    ) -> Reply:
        def on_output(output: Output) -> None:
            self.said.append(output)
            if hear is not None:
                hear(output)

        session = on or (self.opened[0] if self.opened else self.session())
        command = Statement(name, tuple(parameters.items()))
        return session.run(command, limits=limits, on_output=on_output, cancel=cancel or threading.Event())

    def done(self, name: str, **parameters: Value) -> list[dict[str, Any]]:
        reply = self.run(name, **parameters)
        assert reply.state == "completed", (reply.why, reply.errors)
        return [dict(found.properties) for found in reply.objects]

    def refused(self, name: str, **parameters: Value) -> str:
        reply = self.run(name, **parameters)
        assert reply.state == "failed", reply
        return reply.errors[0].error_id or reply.errors[0].message

    def backup(self, database: str = "LcsCDR", path: str = "C:\\Backup\\LcsCDR.bak") -> Path:
        self.done("backup-database", Database=database, Path=path)
        return self.instance.locate(path)


@pytest.fixture(params=PACKAGED)
def driver(request: pytest.FixtureRequest) -> Driver:
    found = next((d for d in sql_session.available_drivers() if d.kind == request.param), None)
    if found is None:
        more = "" if request.param == "microsoft" else " For FreeTDS: apt-get install libodbc2 tdsodbc"
        pytest.fail(f"there is no {request.param} ODBC driver for SQL Server here. {sql_session.install_hint()}{more}")
    return found


@pytest.fixture
def instance(tmp_path: Path) -> Staged:
    made = Staged(tmp_path)
    for folder in ("Backup", "Backup/Zürich's [new] {fn now()}", "CsData", "Restored"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("LcsCDR", "QoEMetrics", "rtcxds"):
        database = made.server.add(new_database(name, "C:\\CsData", "C:\\CsData", recovery="FULL"))
        database.roles = ["ServerRole"]
        made.contents[name.lower()] = {"rows": [f"{name} {number}" for number in range(20)]}
    made.accounts = {COMPONENTS, "CONTOSO\\SQL02$"}
    return made


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    return server_context(*self_signed(["sql01.contoso.com"]))


@pytest.fixture
def lab(driver: Driver, instance: Staged, tls: ssl.SSLContext) -> Iterator[Lab]:
    made = Lab(instance, Listener(SqlEngine(instance), tls), driver)
    yield made
    for session in made.opened:
        session.close()
    made.listener.close()


# Asking


def test_an_instance_says_who_it_is(lab: Lab) -> None:
    (row,) = lab.done("instance")
    assert row["server_name"] == "SQL01\\RTC"
    assert row["product_version"] == "11.0.7001.0"
    assert row["is_sysadmin"] == 1
    assert str(row["version_text"]).startswith("Microsoft SQL Server 2012")


def test_a_connection_that_is_made_again_is_another_instance_until_it_was_vetted(lab: Lab) -> None:
    session, met = lab.session(), list[Identity]()
    known = identity.ask(session)
    assert known == replace(identity.named(SERVER), installed="2013-04-08T09:13:36")

    def refuse(found: Identity) -> None:
        met.append(found)
        raise Unreachable("that is another instance", "Look at it.")

    session.vet = refuse
    assert lab.done("databases"), "the connection stands and was vetted"
    session.close()
    reply = lab.run("databases")
    assert reply.state == "failed"
    assert "that is another instance" in reply.errors[0].message
    session.vet = met.append
    assert lab.done("databases")
    assert met == [known, known]


def test_a_question_that_may_open_nothing_is_asked_only_over_a_connection_that_stands(lab: Lab) -> None:
    session, beside = lab.session(), replace(PATIENCE, may_open=False)
    assert lab.run("databases", limits=beside).state == "completed"
    session.close()
    reply = lab.run("databases", limits=beside)
    assert (reply.state, reply.why) == ("failed", "no session is open")
    assert lab.done("databases")


def test_an_instance_that_was_installed_again_is_another_under_the_same_names(lab: Lab) -> None:
    session = lab.session()
    then = identity.ask(session)
    session.close()
    assert identity.ask(session) == then, "a new connection says the same"
    lab.instance.server.installed_after(lab.instance.server)
    now = identity.ask(session)
    assert identity.differences(then, now) == ["installed: 2013-04-09T09:13:36, recorded 2013-04-08T09:13:36"]
    assert now.key == "2013-04-09T09:13:36"
    assert now.tells(now.key)
    assert not now.tells(then.key)
    assert not identity.differences(identity.named(SERVER), now), "of one that was known by its names alone"


def test_rows_come_as_plain_values(lab: Lab) -> None:
    lab.backup()
    (header,) = lab.done("header-only", Path="C:\\Backup\\LcsCDR.bak")
    assert header["DatabaseName"] == "LcsCDR"
    assert header["FirstLSN"] > 1 << 64
    assert header["HasBackupChecksums"] is True
    assert header["BackupName"] is None
    assert "T" in header["BackupStartDate"]
    (state,) = lab.done("database-state", Database="lcscdr")
    assert (state["name"], state["state_desc"], state["recovery_model_desc"]) == ("LcsCDR", "ONLINE", "FULL")
    assert [row["size_mb"] for row in lab.done("model-size")] == [4, 1]
    assert lab.done("disk-space") == [{"drive": "C", "MB free": 122880}]
    assert {row["Database Name"] for row in lab.done("log-space")} >= {"LcsCDR", "master"}


SAMPLES: dict[str, Value] = {
    "Database": "QoEMetrics",
    "Path": "C:\\Backup\\sample.bak",
    "Account": "CONTOSO\\SQL02$",
    "Role": "ServerRole",
    "Witness": "sql03.contoso.com",
}


def test_the_lab_understands_every_statement_of_the_catalogue(lab: Lab) -> None:
    lab.instance.server.databases["qoemetrics"].mirroring = Mirroring()
    for name, entry in statements.CATALOGUE.items():
        if name == "central-state":  # it asks of a database that only a Central Management store has
            continue
        reply = lab.run(name, **{key: SAMPLES[key] for key in entry.required})
        not_understood = {"102", "105", "137", "156", "195", "207", "208", "2812"}
        assert not not_understood & {error.error_id for error in reply.errors}, (name, reply.errors)
        assert reply.state in ("completed", "failed"), (name, reply)


# Backup


def test_a_backup_is_a_new_sound_file(lab: Lab) -> None:
    file = lab.backup()
    assert file.is_file()
    assert lab.done("verify-backup", Path="C:\\Backup\\LcsCDR.bak") == []
    texts = [output.text for output in lab.said if output.stream == "progress"]
    assert texts[0] == "5 percent processed."
    assert any("successfully processed" in output.text for output in lab.said if output.stream == "information")


def test_progress_is_shown_while_it_happens(lab: Lab) -> None:
    lab.instance.until = heard = threading.Event()

    def hear(output: Output) -> None:
        if output.stream == "progress":
            heard.set()

    path = "C:\\Backup\\live.bak"
    reply = lab.run("backup-database", Database="LcsCDR", Path=path, hear=hear)
    assert reply.state == "completed"
    assert not lab.instance.waited_in_vain, "no progress arrived before the backup was over"


def test_a_backup_never_goes_into_a_file_that_is_there(lab: Lab) -> None:
    before = lab.backup().read_bytes()
    assert "new file (P63)" in lab.refused("backup-database", Database="LcsCDR", Path="C:\\Backup\\LcsCDR.bak")
    assert lab.instance.locate("C:\\Backup\\LcsCDR.bak").read_bytes() == before
    assert "no folder" in lab.refused("backup-database", Database="LcsCDR", Path="C:\\Nowhere\\x.bak")
    answer = lab.refused("backup-database", Database="Gone", Path="C:\\Backup\\gone.bak")
    assert answer == "there is no database Gone on this instance"
    assert lab.refused("single-user", Database="Gone") in ("5011", "5069")  # FreeTDS passes the second on


def test_an_error_in_the_middle_is_an_error(lab: Lab) -> None:
    lab.instance.full_at = 50
    assert lab.refused("backup-database", Database="LcsCDR", Path="C:\\Backup\\full.bak") == "3202"
    assert "45 percent processed." in [output.text for output in lab.said]
    assert next(output.text for output in lab.said if output.stream == "error").startswith("Write on ")
    assert len([output for output in lab.said if output.text == "45 percent processed."]) == 1
    lab.instance.full_at = 0
    assert lab.refused("verify-backup", Path="C:\\Backup\\full.bak") == "3241"


def test_cancel_stops_the_statement_on_the_instance(lab: Lab) -> None:
    lab.instance.until = threading.Event()
    cancel = threading.Event()
    path = "C:\\Backup\\cancelled.bak"
    reply = lab.run("backup-database", Database="LcsCDR", Path=path, hear=lambda _: cancel.set(), cancel=cancel)
    assert (reply.state, reply.why) == ("stopped", "cancelled")
    assert not lab.instance.waited_in_vain
    assert lab.refused("verify-backup", Path=path) == "3241"


def test_a_cancel_before_the_start_sends_nothing(lab: Lab) -> None:
    cancel = threading.Event()
    cancel.set()
    reply = lab.run("backup-database", Database="LcsCDR", Path="C:\\Backup\\never.bak", cancel=cancel)
    assert reply.state == "stopped"
    assert not lab.instance.locate("C:\\Backup\\never.bak").exists()


def test_a_killed_connection_leaves_the_outcome_unknown(lab: Lab) -> None:
    lab.instance.until = threading.Event()

    def hear(output: Output) -> None:
        if output.stream == "progress":
            lab.listener.cut()

    reply = lab.run("backup-database", Database="LcsCDR", Path="C:\\Backup\\cut.bak", hear=hear)
    assert reply.state == "unknown", reply
    assert "connection was lost" in reply.why
    assert lab.done("instance")[0]["server_name"] == "SQL01\\RTC"


def test_a_connection_that_was_closed_while_it_was_idle_costs_a_change_nothing(lab: Lab) -> None:
    lab.done("databases")
    lab.listener.cut()
    lab.done("single-user", Database="LcsCDR")
    (state,) = lab.done("database-state", Database="LcsCDR")
    assert state["user_access_desc"] == "SINGLE_USER"


def test_a_time_limit_cancels_and_leaves_the_outcome_unknown(lab: Lab) -> None:
    lab.instance.until = threading.Event()
    limits = Limits(overall=0.5)
    reply = lab.run("backup-database", Database="LcsCDR", Path="C:\\Backup\\slow.bak", limits=limits)
    assert (reply.state, reply.why) == ("unknown", "not done after 0.5 s; the statement was cancelled")
    assert not lab.instance.waited_in_vain


def test_an_instance_that_does_not_even_take_the_cancellation_is_given_up(lab: Lab) -> None:
    lab.instance.deaf = threading.Event()
    limits = Limits(overall=0.3, operation=0.3)
    reply = lab.run("backup-database", Database="LcsCDR", Path="C:\\Backup\\deaf.bak", limits=limits)
    lab.instance.deaf.set()
    assert reply.state == "unknown"
    assert "did not confirm" in reply.why
    assert lab.done("instance")


def test_a_backup_that_ends_without_its_message_is_not_believed(lab: Lab) -> None:
    class Mute(SqlEngine):
        """Ends every BACKUP quietly, as a driver does that has lost the rest."""

        def login(self, login: Any, cut: Any) -> Any:
            connection, database = super().login(login, cut)
            ordinary = connection.run

            def run(text: str, parameters: Any, client: Client) -> None:
                if not text.startswith("BACKUP"):
                    return ordinary(text, parameters, client)
                client.info(3211, "5 percent processed.")
                return client.done()

            connection.run = run
            return connection, database

    listener = Listener(Mute(lab.instance), server_context(*self_signed(["sql01.contoso.com"])))
    session = lab.session(port=listener.port)
    reply = lab.run("backup-database", on=session, Database="LcsCDR", Path="C:\\Backup\\quiet.bak")
    session.close()
    listener.close()
    assert reply.state == "unknown"
    assert "3014" in reply.why


def test_flipped_bits_and_missing_ends_are_found(lab: Lab) -> None:
    file = lab.backup()
    whole = file.read_bytes()
    for place in (0, 20, 35, len(whole) // 3, len(whole) // 2, len(whole) - 40, len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        file.write_bytes(damaged)
        assert lab.refused("verify-backup", Path="C:\\Backup\\LcsCDR.bak") in ("3189", "3203", "3241"), place
    file.write_bytes(whole[:-5])
    assert lab.refused("verify-backup", Path="C:\\Backup\\LcsCDR.bak") == "3203"
    file.write_bytes(whole)
    lab.done("verify-backup", Path="C:\\Backup\\LcsCDR.bak")


# Names and paths that bite


@pytest.mark.parametrize(
    "path",
    [
        "C:\\Backup\\it's.bak",
        "C:\\Backup\\[brackets] and ]] more.bak",
        "C:\\Backup\\Zürich's [new] {fn now()}\\äöü ☎ 漢字 '; DROP DATABASE [x]--.bak",
        "C:\\Backup\\%s @P1 {ts '2013'}.bak",
    ],
)
def test_paths_with_quotes_brackets_braces_and_unicode(lab: Lab, path: str) -> None:
    assert lab.backup(path=path).is_file()
    lab.done("verify-backup", Path=path)
    assert [row["LogicalName"] for row in lab.done("filelist-only", Path=path)] == ["LcsCDR_data", "LcsCDR_log"]
    lab.done("restore-database", Database="LcsCDR", Path=path)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("single-user", {"Database": "x] SET MULTI_USER; DROP DATABASE [rtcxds"}),
        ("single-user", {"Database": "o'clock"}),
        ("single-user", {"Database": ""}),
        ("single-user", {"Database": 7}),
        ("header-only", {"Path": "backup.bak"}),
        ("header-only", {"Path": "C:\\Backup\\a\nb.bak"}),
        ("header-only", {"Path": "C:\\Backup\\<Placeholder>.bak"}),
        ("database-access", {"Database": "LcsCDR", "Account": "CONTOSO\\x]; --", "Role": "ServerRole"}),
        ("set-witness", {"Database": "LcsCDR", "Witness": "a'b"}),
        ("set-witness", {"Database": "LcsCDR", "Witness": "sql03", "Port": 70000}),
        ("restore-database", {"Database": "LcsCDR", "Path": "C:\\a.bak", "LogicalNames": ("a", "b")}),
        ("restore-database", {"Database": "LcsCDR", "Path": "C:\\a.bak", "Files": "C:\\x.mdf"}),
        ("restore-database", {"Database": "LcsCDR", "Path": "C:\\a.bak", "Moves": "C:\\x.mdf"}),
        ("restore-database", {"Database": "LcsCDR", "Path": "C:\\a.bak", "Moves": "a=x.mdf"}),
        ("restore-database", {"Database": "LcsCDR", "Path": "C:\\a.bak", "Position": 0}),
        ("restore-state", {}),
        ("header-only", {}),
        ("header-only", {"Path": "C:\\a.bak", "Pat": "x"}),
        ("headeronly", {"Path": "C:\\a.bak"}),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_sent(name: str, parameters: dict[str, Value]) -> None:
    with pytest.raises(InputError) as caught:
        statements.compose(Statement(name, tuple(parameters.items())))
    assert caught.value.hint.endswith((".", "?"))


def test_a_refused_statement_is_a_failed_reply(lab: Lab) -> None:
    assert "a database name of letters" in lab.refused("single-user", Database="x]y")
    with pytest.raises(ValueError, match="not for a SQL session: Pipeline"):
        lab.session().run(Pipeline(()), limits=Limits(), on_output=lab.said.append, cancel=threading.Event())


def test_a_unicode_database_name(lab: Lab) -> None:
    lab.instance.server.add(new_database("Zürich-Log 1", "C:\\CsData", "C:\\CsData"))
    lab.backup("Zürich-Log 1", "C:\\Backup\\z.bak")
    lab.done("restore-database", Database="zürich-log 1", Path="C:\\Backup\\z.bak")


# Restore


def test_a_restore_brings_content_back_to_other_places(lab: Lab) -> None:
    lab.backup()
    before = lab.instance.contents["lcscdr"]
    lab.instance.contents["lcscdr"] = {"rows": []}
    lab.instance.connected["lcscdr"] = ["RTCSRV on fe01.contoso.com"]
    files = ("C:\\Restored\\LcsCDR.mdf", "C:\\Restored\\LcsCDR.ldf")
    moves = (f"LcsCDR_log={files[1]}", f"LcsCDR_data={files[0]}")
    found = lab.done("restore-database", Database="LcsCDR", Path="C:\\Backup\\LcsCDR.bak", Moves=moves)
    assert found == []
    assert lab.instance.contents["lcscdr"] == before
    assert [row["physical_name"] for row in lab.done("database-files", Database="LcsCDR")] == list(files)
    (state,) = lab.done("database-state", Database="LcsCDR")
    assert (state["state_desc"], state["user_access_desc"]) == ("ONLINE", "MULTI_USER")


def test_a_restore_into_an_instance_that_lost_the_database(lab: Lab) -> None:
    lab.backup()
    before = lab.instance.contents.pop("lcscdr")
    del lab.instance.server.databases["lcscdr"]
    lab.done("restore-database", Database="LcsCDR", Path="C:\\Backup\\LcsCDR.bak")
    assert lab.instance.contents["lcscdr"] == before


def test_other_connections_to_the_database_are_ended(lab: Lab) -> None:
    lab.backup()
    other = lab.session()
    assert lab.run("grant-database-access", on=other, Database="LcsCDR", Account=COMPONENTS, Role="Nope").errors
    assert len(lab.done("connections", Database="master")) == 2
    lab.done("single-user", Database="LcsCDR")
    assert lab.done("database-state", Database="LcsCDR")[0]["user_access_desc"] == "SINGLE_USER"
    lab.done("multi-user", Database="LcsCDR")


def test_a_restore_asks_before_it_destroys(lab: Lab) -> None:
    lab.backup("QoEMetrics", "C:\\Backup\\q.bak")
    before = lab.instance.contents["lcscdr"]
    answer = lab.refused("restore-database", Database="LcsCDR", Path="C:\\Backup\\q.bak")
    assert answer == "the backup is one of QoEMetrics, not of LcsCDR"
    names: tuple[Value, ...] = ("LcsCDR_data", "LcsCDR_log")
    files: tuple[Value, ...] = ("C:\\Restored\\a.mdf", "C:\\Restored\\a.ldf")
    answer = lab.refused(
        "restore-database", Database="QoEMetrics", Path="C:\\Backup\\q.bak", LogicalNames=names, Files=files
    )
    assert answer == "the backup holds the files QoEMetrics_data, QoEMetrics_log, not LcsCDR_data, LcsCDR_log"
    assert lab.refused("restore-database", Database="LcsCDR", Path="C:\\Backup\\none.bak") == "3201"
    lab.instance.server.databases["qoemetrics"].mirroring = Mirroring()
    assert "P58" in lab.refused("restore-database", Database="QoEMetrics", Path="C:\\Backup\\q.bak")
    assert lab.instance.contents["lcscdr"] == before
    assert lab.instance.server.databases["lcscdr"].access == "MULTI_USER"


def test_after_a_failed_restore_users_are_let_in_again(lab: Lab) -> None:
    lab.backup()
    moves = ("LcsCDR_data=C:\\Nowhere\\a.mdf", "LcsCDR_log=C:\\Nowhere\\a.ldf")
    answer = lab.refused("restore-database", Database="LcsCDR", Path="C:\\Backup\\LcsCDR.bak", Moves=moves)
    assert answer == "5133"
    (state,) = lab.done("database-state", Database="LcsCDR")
    assert (state["state_desc"], state["user_access_desc"]) == ("ONLINE", "MULTI_USER")


def test_a_restore_that_breaks_off_can_be_repeated(lab: Lab) -> None:
    lab.backup()
    lab.instance.full_at = 30
    assert lab.refused("restore-database", Database="LcsCDR", Path="C:\\Backup\\LcsCDR.bak") == "3203"
    assert lab.done("database-state", Database="LcsCDR")[0]["state_desc"] == "RESTORING"
    lab.instance.full_at = 0
    lab.done("restore-database", Database="LcsCDR", Path="C:\\Backup\\LcsCDR.bak")


# Which file goes where

BAK = "C:\\Backup\\LcsCDR.bak"
DATA2 = DatabaseFile("LcsCDR_data2", "C:\\CsData\\LcsCDR2.ndf", "ROWS", 128)


def places(lab: Lab) -> dict[str, str]:
    return {row["name"]: row["physical_name"] for row in lab.done("database-files", Database="LcsCDR")}


def as_read(lab: Lab) -> dict[str, Value]:
    """The parameters that a procedure reads just before the restore."""
    names = tuple(row["LogicalName"] for row in lab.done("filelist-only", Path=BAK))
    files = tuple(row["physical_name"] for row in lab.done("database-files", Database="LcsCDR"))
    return {"Database": "LcsCDR", "Path": BAK, "LogicalNames": names, "Files": files}


def test_three_files_stay_where_they_are_although_the_two_lists_have_another_order(lab: Lab) -> None:
    lab.instance.server.databases["lcscdr"].files.append(replace(DATA2))
    lab.backup()
    before = places(lab)
    read = as_read(lab)
    assert read["LogicalNames"] == ("LcsCDR_data", "LcsCDR_data2", "LcsCDR_log")
    assert list(before) == ["LcsCDR_data", "LcsCDR_log", "LcsCDR_data2"]
    lab.done("restore-database", **read)
    assert places(lab) == before


@pytest.mark.parametrize(
    ("backed_up", "present", "moved"),
    [
        # Made anew, the log has another id than in the backup: it is the only log.
        ((("d", 1), ("l", 2), ("d", 3)), (("d", 1), ("d", 3), ("l", 5)), {"d1": "d1", "l2": "l5", "d3": "d3"}),
        ((("d", 1), ("l", 2)), (("l", 2), ("d", 1)), {"d1": "d1", "l2": "l2"}),
        ((("d", 1), ("l", 2)), (("d", 1), ("l", 2), ("d", 3)), {"d1": "d1", "l2": "l2"}),
    ],
)
def test_files_are_paired_by_type_and_id(
    lab: Lab, backed_up: tuple[tuple[str, int], ...], present: tuple[tuple[str, int], ...], moved: dict[str, str]
) -> None:
    def files(of: tuple[tuple[str, int], ...]) -> list[DatabaseFile]:
        kinds = {"d": "ROWS", "l": "LOG"}
        return [DatabaseFile(f"{k}{n}", f"C:\\CsData\\{k}{n}.xdf", kinds[k], 128, n) for k, n in of]

    database = lab.instance.server.databases["lcscdr"]
    database.files = files(backed_up)
    lab.backup()
    database.files = files(present)
    lab.done("restore-database", **as_read(lab))
    assert places(lab) == {name: f"C:\\CsData\\{place}.xdf" for name, place in moved.items()}


def test_a_file_the_present_database_does_not_have_gets_a_place_of_its_own(lab: Lab) -> None:
    database = lab.instance.server.databases["lcscdr"]
    database.files.append(replace(DATA2, physical="C:\\Old\\LcsCDR2.ndf"))
    lab.backup()
    del database.files[2]
    lab.done("restore-database", **as_read(lab))
    assert places(lab)["LcsCDR_data2"] == "C:\\CsData\\LcsCDR2.ndf"
    assert "does not have yet goes to C:\\CsData\\LcsCDR2.ndf" in "\n".join(output.text for output in lab.said)


@pytest.mark.parametrize("obstacle", ["file", "database", "strange path"])
def test_a_file_without_a_safe_place_is_refused_with_what_can_be_done(lab: Lab, obstacle: str) -> None:
    database = lab.instance.server.databases["lcscdr"]
    database.files.append(replace(DATA2))
    lab.backup()
    del database.files[2]
    read = as_read(lab)
    if obstacle == "file":
        (lab.instance.disk / "CsData" / "LcsCDR2.ndf").write_bytes(b"")
    elif obstacle == "database":
        lab.instance.server.databases["rtcxds"].files.append(replace(DATA2))
    else:
        read["Files"] = ("C:\\Restored\\a.mdf", "C:\\Restored\\b.ndf", "C:\\Restored\\c.ldf")
    answer = lab.refused("restore-database", **read)
    assert "by Moves, as LogicalName=path" in answer
    assert lab.instance.server.databases["lcscdr"].access == "MULTI_USER"
    names = {"LcsCDR_data": "a.mdf", "LcsCDR_data2": "b.ndf", "LcsCDR_log": "c.ldf"}
    moves = {name: f"C:\\Restored\\{file}" for name, file in names.items()}
    lab.done("restore-database", Database="LcsCDR", Path=BAK, Moves=tuple("=".join(pair) for pair in moves.items()))
    assert places(lab) == moves


# Several backups in one file


def fill(file: Path, *sets: tuple[str, int]) -> None:
    """Have a backup file hold these sets, database and type each; their content is that of the one set it holds."""
    (one,) = backup_media.read(file)
    file.unlink()
    for number, (database, kind) in enumerate(sets, 1):
        header = replace(one.header, database=database, type=kind, guid=str(uuid.UUID(int=number)))
        backup_media.append(file, header, {**one.content, "data": {"rows": [f"set {number}"]}})


CDR, QOE = "LcsCDR", "QoEMetrics"


@pytest.mark.parametrize(
    ("sets", "position", "restored", "refused"),
    [
        (((CDR, 1),), 0, 1, ""),
        (((CDR, 2), (CDR, 1)), 0, 2, ""),
        (((CDR, 5), (CDR, 1)), 0, 2, ""),
        (((QOE, 1), (CDR, 1)), 0, 2, ""),
        (((CDR, 1), (QOE, 1)), 0, 1, ""),
        (((CDR, 1), (CDR, 1)), 0, 0, "Name the set to take by Position"),
        (((CDR, 1), (CDR, 2)), 0, 0, "1: a full backup of LcsCDR"),
        (((CDR, 2), (CDR, 5)), 0, 0, "2: a differential backup of LcsCDR"),
        (((CDR, 1), (CDR, 1)), 1, 1, ""),
        (((CDR, 1), (CDR, 1)), 2, 2, ""),
        (((CDR, 1), (CDR, 2)), 1, 1, ""),
        (((CDR, 1), (CDR, 2)), 2, 0, "a log backup of LcsCDR and restores nothing"),
        (((CDR, 1), (QOE, 1)), 2, 0, "the backup is one of QoEMetrics, not of LcsCDR"),
        (((CDR, 1), (CDR, 1)), 3, 0, "holds no backup set 3"),
        (((CDR, 2),), 0, 0, "a log backup of LcsCDR and restores nothing"),
        (((CDR, 5),), 0, 0, "a differential backup of LcsCDR and restores nothing"),
        (((QOE, 1), (QOE, 2)), 0, 0, "the backup is one of QoEMetrics, not of LcsCDR"),
    ],
)
def test_the_set_that_is_meant_is_restored_or_none(
    lab: Lab, sets: tuple[tuple[str, int], ...], position: int, restored: int, refused: str
) -> None:
    fill(lab.backup(), *sets)
    before = lab.instance.contents["lcscdr"]
    chosen: dict[str, Value] = {"Position": position} if position else {}
    if refused:
        assert refused in lab.refused("restore-database", Database=CDR, Path=BAK, **chosen)
        assert lab.instance.contents["lcscdr"] == before
        return
    lab.done("restore-database", Database=CDR, Path=BAK, **chosen)
    assert lab.instance.contents["lcscdr"] == {"rows": [f"set {restored}"]}
    said = "\n".join(output.text for output in lab.said)
    assert (f"set {restored} is restored" in said) is (len(sets) > 1)


def test_of_several_sets_the_one_named_is_read_to_its_end_and_listed(lab: Lab) -> None:
    fill(lab.backup(), (CDR, 1), (QOE, 1))
    answer = lab.refused("verify-backup", Path=BAK)
    assert "1: a full backup of LcsCDR" in answer
    assert "2: a full backup of QoEMetrics" in answer
    lab.done("verify-backup", Path=BAK, Position=2)
    assert lab.refused("verify-backup", Path=BAK, Position=3) == "4038"
    assert len(lab.done("filelist-only", Path=BAK, Position=2)) == 2
    assert [row["BackupType"] for row in lab.done("header-only", Path=BAK)] == [1, 1]


# Evidence of this restore


def test_the_state_of_a_backup_is_that_of_this_database_in_this_file(lab: Lab) -> None:
    path = "C:\\Backup\\LcsCDR.bak"
    assert lab.done("backup-state", Database="LcsCDR", Path=path) == []
    lab.backup(path=path)
    (first,) = lab.done("backup-state", Database="lcscdr", Path=path)
    assert first["BackedUpTo"] == path
    assert lab.done("backup-state", Database="rtcxds", Path=path) == []
    assert lab.done("backup-state", Database="LcsCDR", Path="C:\\Backup\\other.bak") == []
    lab.instance.locate(path).unlink()
    lab.backup(path=path)
    (second,) = lab.done("backup-state", Database="LcsCDR", Path=path)
    assert second["BackupId"] > first["BackupId"]


def test_a_backup_that_broke_off_is_not_in_the_history(lab: Lab) -> None:
    lab.instance.full_at = 60
    lab.refused("backup-database", Database="LcsCDR", Path="C:\\Backup\\LcsCDR.bak")
    assert lab.done("backup-state", Database="LcsCDR", Path="C:\\Backup\\LcsCDR.bak") == []


def test_the_state_of_a_restore_names_its_entry_and_its_backup(lab: Lab) -> None:
    lab.backup()
    (row,) = lab.done("restore-state", Database=CDR)
    assert (row["State"], row["UserAccess"], row["RestoreId"]) == ("ONLINE", "MULTI_USER", None)
    for number in (1, 2):
        lab.done("restore-database", Database=CDR, Path=BAK)
        (row,) = lab.done("restore-state", Database="lcscdr")
        assert (row["RestoreId"], row["RestoredFrom"]) == (number, BAK)
        (header,) = lab.done("header-only", Path=BAK)
        assert row["BackupFinishDate"] == header["BackupFinishDate"]
        assert row["BackupSetGuid"].lower() == header["BackupSetGUID"].lower()
    assert lab.done("restore-state", Database="rtcxds")[0]["RestoreId"] is None
    assert lab.done("restore-state", Database="Gone") == []


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ((RESET, "SET SINGLE_USER"), "connection was lost"),
        ((RESET, "USE [master]"), "connection was lost"),
        ((SILENT, "RESTORE DATABASE"), "message 3014"),
    ],
)
def test_a_restore_whose_end_nobody_saw_is_never_done(lab: Lab, fault: tuple[str, str], why: str) -> None:
    lab.backup()
    lab.done("restore-database", Database=CDR, Path=BAK)
    lab.instance.contents["lcscdr"] = {"rows": []}
    lab.instance.faults.append(fault)
    reply = lab.run("restore-database", Database=CDR, Path=BAK)
    assert lab.instance.faults == []
    assert (reply.state, lab.instance.contents["lcscdr"]) == ("unknown", {"rows": []})
    assert why in reply.why
    assert lab.done("restore-state", Database=CDR)[0]["RestoreId"] == 1
    lab.done("restore-database", Database=CDR, Path=BAK)
    assert lab.done("restore-state", Database=CDR)[0]["RestoreId"] == 2


@pytest.mark.parametrize("other", [False, True])
def test_a_restore_that_msdb_does_not_know_is_not_believed(lab: Lab, tls: ssl.SSLContext, other: bool) -> None:
    class Boasting(SqlEngine):
        """Says 3014 for a RESTORE that it did not do, while another backup may have been restored."""

        def login(self, login: Any, cut: Any) -> Any:
            connection, database = super().login(login, cut)
            ordinary = connection.run

            def run(text: str, parameters: Any, client: Client) -> None:
                if not text.startswith("RESTORE DATABASE"):
                    return ordinary(text, parameters, client)
                if other:
                    ordinary(text.replace("LcsCDR.bak", "other.bak"), parameters, client)
                client.info(3014, "RESTORE DATABASE successfully processed 0 pages.")
                return client.done()

            connection.run = run
            return connection, database

    lab.backup()
    lab.backup(path="C:\\Backup\\other.bak")
    lab.done("restore-database", Database=CDR, Path=BAK)
    listener = Listener(Boasting(lab.instance), tls)
    session = lab.session(port=listener.port)
    reply = lab.run("restore-database", on=session, Database=CDR, Path=BAK)
    session.close()
    listener.close()
    assert reply.state == "unknown"
    assert ("restored from C:\\Backup\\other.bak, not from" if other else "no restore of LcsCDR after") in reply.why


# Access and mirroring


def test_access_is_given_once_and_can_be_asked_for(lab: Lab) -> None:
    wanted: dict[str, Value] = {"Database": "LcsCDR", "Account": COMPONENTS, "Role": "ServerRole"}
    assert lab.done("database-access", **wanted) == [{"login_id": None, "user_id": None, "in_role": 0}]
    for _ in range(2):
        lab.done("grant-database-access", **wanted)
    (row,) = lab.done("database-access", **wanted)
    assert not [output.text for output in lab.said if output.text.startswith("Changed ")]
    assert row["in_role"] == 1
    assert row["login_id"]
    assert row["user_id"]
    assert lab.refused("grant-database-access", **(wanted | {"Account": "CONTOSO\\Nobody"})) == "15401"
    assert lab.refused("grant-database-access", **(wanted | {"Role": "NoRole"})) == "15014"


def test_mirroring_can_be_read_ended_and_forced(lab: Lab) -> None:
    databases = lab.instance.server.databases
    for name in ("lcscdr", "rtcxds"):
        databases[name].mirroring = Mirroring("MIRROR", "DISCONNECTED", witness="TCP://sql03.contoso.com:7022")
        databases[name].state = "RESTORING"
    assert [row["database_name"] for row in lab.done("mirroring")] == ["LcsCDR", "rtcxds"]
    assert "is RESTORING" in lab.refused("backup-database", Database="LcsCDR", Path="C:\\Backup\\m.bak")
    lab.done("partner-off", Database="LcsCDR")
    lab.done("recover-database", Database="LcsCDR")
    lab.done("force-service", Database="rtcxds")
    lab.done("witness-off", Database="rtcxds")
    (row,) = lab.done("mirroring")
    assert (row["mirroring_role_desc"], row["mirroring_witness_name"]) == ("PRINCIPAL", None)
    lab.done("set-witness", Database="rtcxds", Witness="sql04.contoso.com")
    assert lab.done("mirroring")[0]["mirroring_witness_name"] == "TCP://sql04.contoso.com:7022"
    assert lab.refused("witness-off", Database="LcsCDR") == "1416"
    lab.done("witness-endpoint", Account="CONTOSO\\SQL02$")
    assert lab.instance.server.endpoints == {
        "mirroring_endpoint": MirroringEndpoint(7022, "WITNESS", ["CONTOSO\\SQL02$"])
    }


# Getting in


def test_a_wrong_password_is_denied_and_not_shown(lab: Lab) -> None:
    with pytest.raises(Denied) as caught:
        lab.session(password="wrong-password")
    assert "sa" in caught.value.summary
    assert "Check user and password" in caught.value.hint
    assert "wrong-password" not in str(caught.value)


REFUSED = (SqlEndpoint(SERVER, auth="sql"), Credentials("sa", Secret(PASSWORD)))
MICROSOFT = Driver("ODBC Driver 17 for SQL Server", "microsoft", "ODBC Driver 17 for SQL Server")
GERMAN = "28000 [28000] [Microsoft][ODBC Driver 17 for SQL Server][SQL Server]Fehler bei der Anmeldung für 'sa'."
CHAIN = "08001 [08001] [Microsoft][ODBC Driver 17 for SQL Server]SSL-Anbieter: Die Zertifikatkette ist zweifelhaft."


@pytest.mark.parametrize(
    ("text", "denied", "summary"),
    [
        (f"{GERMAN} (18456) (SQLDriverConnect)", True, "refuses the login of sa"),
        (f"{GERMAN} (18456); [28000] [Microsoft]noch einmal (18456)", True, "refuses the login of sa"),
        (f"{GERMAN} (0) (SQLDriverConnect)", True, "refuses the login of sa"),
        (f"{GERMAN} (18401) (SQLDriverConnect)", False, "is not ready"),
        (f"{GERMAN} (18451) (SQLDriverConnect)", False, "is not ready"),
        (f"{GERMAN} (18461) (SQLDriverConnect)", False, "is not ready"),
        (f"{GERMAN} (17142); {GERMAN[6:]} (18456) (SQLDriverConnect)", False, "is not ready"),
        (f"{GERMAN} Status: 23 (18456) (SQLDriverConnect)", False, "is not ready"),
        (f"{GERMAN} State: 8 (18456) (SQLDriverConnect)", True, "refuses the login of sa"),
        (f"{GERMAN} (4060); {GERMAN[6:]} (18456) (SQLDriverConnect)", False, "cannot open the database"),
        (f"{GERMAN} State: 38 (18456) (SQLDriverConnect)", False, "cannot open the database"),
        (f"{GERMAN} (18486) (SQLDriverConnect)", False, "does not let this login in"),
        (f"{GERMAN} (18487) (SQLDriverConnect)", False, "does not let this login in"),
        (f"{CHAIN} (-2146893019) (SQLDriverConnect)", False, "certificate"),
        (f"{CHAIN} (-2146893022) (SQLDriverConnect)", False, "certificate"),
        (f"{CHAIN} (-2146893042) (SQLDriverConnect)", False, "no Windows login"),
        (f"{CHAIN} (-2146893048) (SQLDriverConnect)", False, "share no encryption"),
        ("08001 [08001] [Microsoft]Zeitüberschreitung in (18456) Fällen (0) (SQLDriverConnect)", False, "connected"),
    ],
)
def test_a_refusal_is_told_by_its_numbers_in_every_language(text: str, denied: bool, summary: str) -> None:
    refused = sql_login_errors.refusal(REFUSED[0], MICROSOFT, REFUSED[1], text)
    assert summary in refused.summary
    assert isinstance(refused, Denied) is denied
    assert refused.detail == text


def test_the_same_number_without_a_certificate_check_is_about_windows_logins() -> None:
    endpoint = SqlEndpoint(SERVER, auth="windows", verify=False)
    refused = sql_login_errors.refusal(endpoint, MICROSOFT, Credentials(None, None), f"{CHAIN} (-2146893022)")
    assert "no Windows login" in refused.summary


@pytest.mark.parametrize(
    ("numbers", "summary"),
    [
        ((18401,), "is not ready"),
        ((18451,), "is not ready"),
        ((18461,), "is not ready"),
        ((17142, 18456), "is not ready"),
        ((4060, 18456), "cannot open the database"),
        ((18486,), "does not let this login in"),
    ],
)
def test_what_says_nothing_about_the_password_does_not_blame_it(
    lab: Lab, numbers: tuple[int, ...], summary: str
) -> None:
    lab.instance.refusing = numbers
    with pytest.raises(Unreachable) as caught:
        lab.session()
    assert summary in caught.value.summary
    assert not isinstance(caught.value, Denied)


def test_a_password_with_everything_in_it(lab: Lab) -> None:
    if lab.driver.kind == "freetds":
        with pytest.raises(InputError, match="FreeTDS cannot send"):
            lab.session("pässwörd", "a;b{c}d'e")
    else:
        assert lab.run("instance", on=lab.session("pässwörd", "a;b{c}d'e")).state == "completed"


def test_a_certificate_nobody_vouches_for_is_refused_by_default(lab: Lab) -> None:
    with pytest.raises((Unreachable, InputError)) as caught:
        lab.session(verify=True)
    assert "certificate" in caught.value.summary
    assert "verify: false" in caught.value.hint


def test_without_encryption_only_where_it_is_asked_for(lab: Lab) -> None:
    assert lab.run("instance", on=lab.session(encrypt=False)).state == "completed"
    bare = Listener(SqlEngine(lab.instance), None)
    try:
        with pytest.raises(Unreachable) as caught:
            lab.session(port=bare.port)
        assert "encrypt" in str(caught.value)
    finally:
        bare.close()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_a_server_with_old_encryption_is_named_as_such(lab: Lab) -> None:
    if lab.driver.kind != "microsoft":
        return  # FreeTDS brings its own TLS, which still speaks 1.1
    old = server_context(*self_signed(["sql01.contoso.com"]), newest=ssl.TLSVersion.TLSv1_1)
    listener = Listener(SqlEngine(lab.instance), old)
    try:
        with pytest.raises(Unreachable, match="share no encryption") as caught:
            lab.session(port=listener.port)
        assert "TLS 1.2" in caught.value.hint
    finally:
        listener.close()


def test_a_port_nobody_listens_on_is_said_at_once(lab: Lab) -> None:
    lab.listener.close()
    with pytest.raises(Unreachable, match="does not answer") as caught:
        lab.session()
    assert "firewall" in caught.value.hint


def test_a_windows_login_needs_a_ticket(lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KRB5CCNAME", str(tmp_path / "none"))
    with pytest.raises(Unreachable) as caught:
        lab.session(auth="windows")
    assert "auth: sql" in caught.value.hint


def test_an_address_cannot_smuggle_keywords(lab: Lab) -> None:
    with pytest.raises(InputError, match="is no address"):
        lab.session(address="127.0.0.1;UID=sa")


def test_an_instance_that_is_down(lab: Lab) -> None:
    lab.instance.up = False
    with pytest.raises(Unreachable) as caught:
        lab.session()
    assert not isinstance(caught.value, Denied)


def test_a_driver_that_is_not_there(lab: Lab) -> None:
    with pytest.raises(InputError, match="no ODBC driver 'Sybase'"):
        lab.session(driver="Sybase")


# Shown, and not loaded


def test_a_statement_is_shown_as_a_person_would_write_it() -> None:
    shown = statements.show(
        Statement("backup-database", (("Database", "LcsLog"), ("Path", "<ArchivingDestination>\\<File>")))
    )
    assert shown == (
        "BACKUP DATABASE [LcsLog] TO DISK = N'<ArchivingDestination>\\<File>' WITH COPY_ONLY, CHECKSUM, STATS = 5;"
    )
    assert statements.show(Statement("database-state", (("Database", "mgc"),))).endswith("WHERE name = N'mgc';")


def test_neither_driver_nor_pyodbc_is_loaded_before_it_is_needed() -> None:
    code = "import sys, lync_wizard.hosts.sql_session, lync_wizard.hosts.statements; print('pyodbc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
