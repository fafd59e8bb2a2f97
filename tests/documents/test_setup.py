"""The guided set-up: from a topology file to complete worksheets, by answers in a file and by answers at prompts."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from lync_wizard.cli import main
from lync_wizard.core.errors import InputError, Refused, Unreachable
from lync_wizard.core.prompts import Prompts, at_terminal, through
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import Limits, Output, Record, Reply, Transport
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.command import Command, Pipeline
from lync_wizard.setup.interview import Interview
from lync_wizard.setup.sources import Source
from lync_wizard.setup.unattended import Outcome, unattended
from lync_wizard.worksheets import Cell, Entries, read

CASES = Path(__file__).parent.parent / "topology" / "cases"
CONTOSO = Source("file", str(CASES / "enterprise.xml"))
POOL = "pool01.contoso.com"
SHARE = r"\\backup01.contoso.com\LyncBackup"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CTRL_C = "\x03"

PEOPLE = f"""\
plan/plan/owner: Unified Communications
plan/people/decides: Head of operations
additional/ad-ds/owner: Directory services
additional/certificates/owner: Public key infrastructure
plan/backup/location: {SHARE}
plan/backup/schedule: daily 01:30
plan/backup/responsible: Unified Communications
plan/rto/pool: 4h
plan/rto/cms: 2 hours
plan/plan/next-review: 2027-03-01
plan/plan/paper: Fire safe
"""


class Farm:
    """Hosts that answer whether a path is there, or nothing at all; the commands they were sent."""

    def __init__(self, *up: str) -> None:
        self.up = up
        self.sent: list[str] = []

    def reach(self, book: AddressBook) -> Farm:
        return self

    def __call__(self, server: str, account: str, transport: Transport = "psrp") -> FarmSession:
        if server not in self.up:
            raise Unreachable(f"{server} does not answer", "Look at it.")
        return FarmSession(self, server)


class FarmSession:
    def __init__(self, farm: Farm, host: str) -> None:
        self.farm = farm
        self.host = host

    def run(
        self, command: Command, *, limits: Limits, on_output: Callable[[Output], None], cancel: threading.Event
    ) -> Reply:
        assert isinstance(command, Pipeline)
        self.farm.sent.append(f"{self.host} {command.cmdlets[0].name}")
        return Reply("completed", (Record("True", {}, True),))

    def close(self) -> None:
        pass


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def answered(
    home: Home, tmp_path: Path, text: str, source: Source | None = CONTOSO, farm: Farm | None = None
) -> Outcome:
    path = tmp_path / "answers.yaml"
    path.write_text(text, "utf-8")
    return unattended(home, None, source, path, (farm or Farm()).reach, lambda: NOW)


def recorded(home: Home) -> Entries:
    problems = Problems()
    found = read(home, None, problems)
    assert not list(problems)
    return found.entries


class Person:
    """Somebody who answers by what is asked, each question with the next of its answers; all else stays open.

    What is asked when its answers are used up, or is answered with ``STOP``, ends the input.
    """

    def __init__(self, **answers: str | list[str]) -> None:
        self.answers = {key: [a] if isinstance(a, str) else list(a) for key, a in answers.items()}
        self.out = io.StringIO()
        self.last, self.repeated = "", 0

    def __call__(self, question: str) -> str:
        label = question.partition(" [")[0].partition(" (")[0].strip()
        given = self.answers.get(label.replace(" ", "_"))
        # Where nothing was thought of, the looking over at the end is left and everything else stays open.
        silent = "q" if label == "Look at" else "" if "(y/n)" in question else "-"
        answer = silent if given is None else given.pop(0) if given else STOP
        self.repeated = self.repeated + 1 if question == self.last else 0
        self.last = question
        assert self.repeated < 20, f"asked again and again: {question}"
        self.out.write(f"? {question} {answer}\n")
        if answer == STOP:
            raise EOFError
        return answer

    @property
    def said(self) -> str:
        return self.out.getvalue()


STOP = "STOP"
NO_TRIALS = {"Try_to_connect_to_all_servers_and_SQL_instances_(3)_now?_Nothing_is_changed_on_them.": "n"}


def sit(home: Home, person: Person, source: Source | None = None, farm: Farm | None = None) -> bool | None:
    """A sitting with that person; None where the input ended in its middle."""
    prompts = Prompts(person, person.out)
    try:
        return Interview(home, prompts, (farm or Farm()).reach, None, lambda: NOW).hold(source)
    except Refused:
        return None


def missing(outcome: Outcome) -> list[str]:
    return [str(cell) for cell in outcome.missing]


# Without questions


def test_a_topology_alone_leaves_what_only_people_know(home: Home, tmp_path: Path) -> None:
    outcome = answered(home, tmp_path, "plan/plan/owner: me\n")
    assert not outcome.sound
    assert "plan/backup/location" in missing(outcome)
    assert f"{POOL}:database/userdata/schedule" in missing(outcome)
    assert not [cell for cell in missing(outcome) if "/server" in cell or "deployment-facts" in cell]
    entries = recorded(home)
    assert entries.text("deployment-facts/pool/servers") == "fe01.contoso.com, fe02.contoso.com"
    assert entries.text("database/userdata/server") == "sql01.contoso.com"
    assert (home.worksheets / "contoso" / POOL / "database.yaml").is_file()


def test_answers_complete_the_worksheets_and_imply_what_follows(home: Home, tmp_path: Path) -> None:
    outcome = answered(home, tmp_path, PEOPLE)
    assert outcome.sound
    entries = recorded(home)
    assert entries.text("database/userdata/destination") == SHARE
    assert entries.text("settings/xds/schedule") == "daily 01:30"
    assert entries.text("plan/rto/cms") == "2h"
    found = entries.find("settings/xds/schedule")
    assert found
    assert (found.source, found.origin) == ("operator", "as plan/backup/schedule")


def test_what_the_source_lacks_and_where_worksheets_contradict_is_said_without_questions(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (CASES / "standard-edition.xml").read_text("utf-8").replace('IsActive="false"', 'IsActive="true"')
    text = text.replace('RoleName="WebServices"', 'RoleName="HolographicServices"')
    (tmp_path / "two.xml").write_text(text, "utf-8")
    (tmp_path / "answers.yaml").write_text(f"{PEOPLE}deployment-facts/cms/pool: nobody.contoso.com\n", "utf-8")
    call = ["--home", str(home.root), "setup", "--answers", str(tmp_path / "answers.yaml")]
    source = ["--from-topology", str(tmp_path / "two.xml")]
    assert main([*call, *source, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert any("Several Central Management services are marked as active" in one for one in said["findings"])
    assert any("does not know are kept as they are: HolographicServices on" in one for one in said["findings"])
    assert any("nobody.contoso.com" in one["message"] for one in said["contradictions"])
    assert main([*call, *source]) == 1
    out = capsys.readouterr().out
    assert "found    Several Central Management services are marked as active" in out
    assert "nobody.contoso.com" in out
    assert not out.endswith("complete\n")


def test_the_command_says_what_is_missing_and_how_it_ended(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answers.yaml"
    call = ["--home", str(home.root), "setup", "--answers", str(path)]
    path.write_text("plan/plan/owner: me\n", "utf-8")
    assert main([*call, "--from-topology", CONTOSO.place]) == 1
    assert "missing  plan/backup/location  Backup location" in capsys.readouterr().out
    path.write_text(PEOPLE, "utf-8")
    assert main(call) == 0
    assert capsys.readouterr().out.endswith("complete\n")
    assert main(["--home", str(home.root), "worksheet", "check"]) == 0


def test_all_mistakes_are_told_at_once_and_only_sound_answers_are_written(home: Home, tmp_path: Path) -> None:
    outcome = answered(
        home,
        tmp_path,
        r"""plan/plan/owner: me
plan/plan/next-review: tomorrow
plan/rto/pol: 4h
pool2.contoso.com:database/userdata/server: sql09.contoso.com
database/userdata/destination: \\SQL01\d$
plan/backup/location: D:\Backup
connections/accounts/lyncadmin: CONTOSO\x
plan/people/decides: {name: x}
file-store/lync/server: fs09.contoso.com
""",
    )
    told = {problem.key: str(problem) for problem in outcome.problems}
    assert list(told) == [
        "plan/plan/next-review",
        "plan/rto/pol",
        "pool2.contoso.com:database/userdata/server",
        "database/userdata/destination",
        "plan/backup/location",
        "connections/accounts/lyncadmin",
        "plan/people/decides",
    ]
    assert all("HINT: " in text for text in told.values())
    assert "answers.yaml:2:" in told["plan/plan/next-review"]
    assert "lost together with it" in told["database/userdata/destination"]
    entries = recorded(home)
    assert entries.text("plan/plan/owner") == "me"
    assert entries.text("file-store/lync/server") == "fs09.contoso.com"
    assert not entries.text("database/userdata/destination")
    assert entries.pools == (POOL,)


def test_a_file_that_cannot_be_read_writes_nothing(home: Home, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        answered(home, tmp_path, "plan: [unclosed\n")
    with pytest.raises(InputError):
        answered(home, tmp_path, PEOPLE, Source("file", str(CASES / "cut-short.xml")))
    assert not home.worksheets.exists()


def test_a_deployment_is_told_by_hand_with_every_server_down(home: Home, tmp_path: Path) -> None:
    outcome = answered(
        home, tmp_path, "se01.contoso.com:deployment-facts/pool/kind: standard-edition\nplan/plan/owner: me\n", None
    )
    assert outcome.deployment == "contoso"
    assert "plan/rto/standard-edition" in missing(outcome)
    assert "se01.contoso.com:deployment-facts/sql/server" in missing(outcome)


def test_comments_and_connections_of_an_operator_survive(home: Home, tmp_path: Path) -> None:
    answered(home, tmp_path, PEOPLE)
    plan = home.worksheets / "contoso" / "plan.yaml"
    plan.write_text("# ours\n" + plan.read_text("utf-8"), "utf-8")
    home.connections.write_text("# reached through the jump host\ndefaults: {delegate: true}\n", "utf-8")
    outcome = answered(
        home,
        tmp_path,
        f"plan/people/executes: On-call\nconnections/accounts/lync-admin: CONTOSO\\lyncadmin\n"
        f"connections/shares/backup: {tmp_path}\n",
        None,
    )
    assert outcome.sound
    assert next(trial.status for trial in outcome.trials) == "ok"
    assert plan.read_text("utf-8").startswith("# ours\n")
    text = home.connections.read_text("utf-8")
    assert text.startswith("# reached through the jump host\ndefaults: {delegate: true}\n")
    assert "CONTOSO\\lyncadmin" in text


# At prompts

NAMED = {"Name_of_this_deployment": ""}


def test_a_sitting_shows_the_tree_and_keeps_every_answer_when_it_is_broken_off(home: Home) -> None:
    person = Person(**NAMED, NetBIOS_name_of_the_domain="CONTOSO", Response_Group="y", Persistent_Chat=STOP)
    assert sit(home, person, CONTOSO) is None
    assert f"{POOL}  Enterprise Edition pool, Central Management store" in person.said
    assert "monitoring  sql01.contoso.com\\rtc" in person.said
    entries = recorded(home)
    assert entries.text("deployment-facts/deployment/netbios-domain") == "CONTOSO"
    assert entries.flag("deployment-facts/features/response-group") is True
    person = Person(Read_it_from="c", Persistent_Chat=STOP)
    sit(home, person)
    asked = [line for line in person.said.splitlines() if line.startswith("? ")]
    assert [line.partition(" (")[0] for line in asked] == ["? Read it from [c] c", "? Persistent Chat"]


def test_every_question_gives_its_reason_and_its_details(home: Home) -> None:
    person = Person(**NAMED, NetBIOS_name_of_the_domain=["?", STOP])
    sit(home, person, CONTOSO)
    assert "Procedures put it into their commands as <DOMAIN>." in person.said
    assert "cell     deployment-facts/deployment/netbios-domain" in person.said
    assert "found by Get-ADDomain" in person.said


def test_an_answer_is_revised_by_going_back(home: Home) -> None:
    person = Person(**NAMED, NetBIOS_name_of_the_domain=["WRONG", "RIGHT", STOP], DNS_name_of_the_domain=["<", STOP])
    sit(home, person, CONTOSO)
    assert recorded(home).text("deployment-facts/deployment/netbios-domain") == "RIGHT"


def test_a_backup_location_on_the_pool_itself_is_refused_with_a_hint(home: Home) -> None:
    wanted = ["\\\\fe02.contoso.com\\Backup", "\\\\SQL01\\Backup", "D:\\Backup", SHARE]
    person = Person(**NAMED, Backup_location=wanted)
    sit(home, person, CONTOSO)
    assert "fe02.contoso.com belongs to pool01.contoso.com itself" in person.said
    assert person.said.count("HINT: Name a share on a separate machine outside every pool") == 2
    assert "HINT: Name a share as" in person.said
    assert recorded(home).text("plan/backup/location") == SHARE


def test_a_whole_sitting_ends_with_complete_worksheets(home: Home, tmp_path: Path) -> None:
    (tmp_path / "mount").mkdir()
    person = Person(
        **NAMED,
        Plan_owner="UC",
        Who_decides_that_a_restore_is_needed_and_which_procedure_applies="Head of operations",
        Owner=["Directory services", "Public key infrastructure", "-", "-", "-"],
        Backup_location=SHARE,
        Schedule_of_the_regular_backup="daily 01:30",
        Who_is_responsible_for_the_regular_backup="UC",
        **{"Take_them_all?": "y"},
        A_Lync_pool_fails=["4h", "3 hours"],
        The_Central_Management_store_is_lost="2h",
        Next_review="2027-03-01",
        Where_the_printed_worksheets_lie="Safe",
        **{"Account,_as_DOMAIN\\name": ["CONTOSO\\lyncadmin", "", ""]},
        Folder_under_which_it_is_mounted_here=str(tmp_path / "mount"),
        **{"Try_to_reach_the_2_servers_now?_Nothing_is_changed_on_them.": "y"},
        Look_at=["5", "q"],
        **{"Which_one?": ["1", ""]},
    )
    assert sit(home, person, CONTOSO, Farm("fe01.contoso.com")) is True, person.said
    entries = recorded(home)
    assert entries.text("plan/rto/pool") == "3h", "an answer was revisited at the end"
    assert entries.text("database/qoe/destination") == SHARE
    assert "ok       fe01.contoso.com: answers and accepts the account" in person.said
    assert "blocked  fe02.contoso.com: fe02.contoso.com does not answer" in person.said
    assert "and lies" in person.said
    assert main(["--home", str(home.root), "worksheet", "check", "--days", "99999"]) == 0


def test_the_same_through_a_pipe_ends_where_the_input_does(home: Home) -> None:
    out = io.StringIO()
    prompts = Prompts(through(io.StringIO("\nCONTOSO\n"), out), out)
    with pytest.raises(Refused):
        Interview(home, prompts, Farm().reach, None, lambda: NOW).hold(CONTOSO)
    assert "? NetBIOS name of the domain CONTOSO" in out.getvalue()
    assert recorded(home).text("deployment-facts/deployment/netbios-domain") == "CONTOSO"


def test_ctrl_c_at_a_terminal_ends_the_sitting_at_once(home: Home) -> None:
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        keyboard.send_text("\rCONTOSO\r" + CTRL_C)
        prompts = Prompts(at_terminal, io.StringIO())
        with pytest.raises(KeyboardInterrupt):
            Interview(home, prompts, Farm().reach, None, lambda: NOW).hold(CONTOSO)
    assert recorded(home).text("deployment-facts/deployment/netbios-domain") == "CONTOSO"


def test_a_wrong_file_is_told_and_another_may_be_named(home: Home) -> None:
    files = [str(CASES / "no-pools.xml"), CONTOSO.place]
    person = Person(**NAMED, Read_it_from="f", Path_of_the_file=files, NetBIOS_name_of_the_domain=STOP)
    person.answers["Read_it_from"] = ["f", "f"]
    sit(home, person)
    assert "1 problem in" in person.said
    assert recorded(home).pools == (POOL,)


def test_by_hand_everything_is_asked_in_its_order(home: Home) -> None:
    person = Person(
        Read_it_from="h",
        Name_of_this_deployment=["", "", ""],
        Kind="1",
        NetBIOS_name_of_the_domain="CONTOSO",
        Pool_with_the_active_CMS="",
        SQL_server_of_the_CMS="",
        Its_instance="",
        Site="Redmond",
        SQL_server=STOP,
        **{"FQDNs_of_all_pools_and_Standard_Edition_servers,_with_commas_between": ["fe01", "se01.contoso.com"]},
    )
    sit(home, person)
    assert "'fe01' is not fully qualified" in person.said
    assert (home.worksheets / "contoso").is_dir(), "the name comes from the domain"
    entries = recorded(home)
    assert entries.text("deployment-facts/pool/kind", "se01.contoso.com") == "standard-edition"
    assert entries.text("deployment-facts/deployment/netbios-domain") == "CONTOSO"
    assert entries.text("deployment-facts/cms/sql-server") == "se01.contoso.com"
    assert entries.text("deployment-facts/cms/sql-instance") == "rtc"


# What has changed since


def changed(tmp_path: Path, *pairs: tuple[str, str]) -> Source:
    text = Path(CONTOSO.place).read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "later.xml"
    path.write_text(text, "utf-8")
    return Source("file", str(path))


def test_a_topology_that_changed_is_asked_about_value_by_value(home: Home, tmp_path: Path) -> None:
    answered(home, tmp_path, PEOPLE + "database/cdr/server: mon01.contoso.com\n")
    later = changed(tmp_path, ("fe02.contoso.com", "fe03.contoso.com"), ("LyncShare", "LyncStore"))
    person = Person(**{"Take_over_what_is_there_now?": ["y", "n", "y"]}, Backup_location=STOP)
    sit(home, person, later)
    assert "Difference 1 of 3" in person.said
    entries = recorded(home)
    assert entries.text("deployment-facts/pool/servers") == "fe01.contoso.com, fe03.contoso.com"
    kept = entries.find("database/cdr/server")
    assert kept
    assert (kept.text, kept.source) == ("mon01.contoso.com", "operator")


def test_unattended_what_a_person_wrote_stays_until_somebody_decides(home: Home, tmp_path: Path) -> None:
    answered(home, tmp_path, PEOPLE + "database/cdr/server: mon01.contoso.com\n")
    outcome = answered(home, tmp_path, "plan/people/executes: On-call\n")
    assert not outcome.sound
    assert [one.now for one in outcome.undecided] == ["sql01.contoso.com"]
    assert recorded(home).text("database/cdr/server") == "mon01.contoso.com"
    outcome = answered(home, tmp_path, "database/cdr/server: mon01.contoso.com\n")
    assert outcome.sound, "the answers decide it"


def test_pools_that_came_and_went_are_asked_about(home: Home, tmp_path: Path) -> None:
    answered(home, tmp_path, PEOPLE)
    answered(home, tmp_path, "old.contoso.com:deployment-facts/pool/kind: director\n", None)
    answered(home, tmp_path, "old.contoso.com:deployment-facts/pool/site: Redmond\n", None)
    (home.worksheets / "contoso" / "old.contoso.com").mkdir()
    person = Person(**{"Take_its_worksheets_out?_They_are_moved_aside,_not_deleted.": "y"}, Executes=STOP)
    sit(home, person, CONTOSO)
    assert "old.contoso.com is recorded and not there any more" in person.said
    assert recorded(home).pools == (POOL,)
    person = Person(**{"Take_it_up?": ["n", "y", STOP], "Take_over_what_is_there_now?": ["n"] * 50})
    sit(home, person, Source("file", str(CASES / "every-kind.xml")))
    assert "is not recorded yet" in person.said
    assert len(read(home, None, Problems()).entries.pools) == 2


def test_a_gateway_named_by_its_address_is_taken(home: Home) -> None:
    person = Person(**NAMED, Executes=STOP)
    sit(home, person, Source("file", str(CASES / "every-kind.xml")))
    assert "192.168.20.5" in recorded(home).texts("deployment-facts/deployment/gateways")


def test_a_found_value_that_cannot_be_right_is_kept_and_told_with_its_reason(home: Home, tmp_path: Path) -> None:
    odd = changed(tmp_path, ('ShareName="LyncShare"', 'ShareName="Lync|Share"'))
    outcome = answered(home, tmp_path, PEOPLE, odd)
    assert not outcome.sound
    ((cell, entry),) = ((c, e) for c, e in outcome.wrong.items() if c.sheet == "file-store")
    assert "Lync|Share" in entry.text
    assert (bool(entry.problem), bool(entry.hint), entry.source) == (True, True, "found")
    kept = read(home, None, Problems()).entries.get(cell)
    assert kept is not None
    assert (kept.text, kept.problem) == (entry.text, entry.problem)


def test_another_deployment_is_not_mixed_into_this_one(home: Home, tmp_path: Path) -> None:
    answered(home, tmp_path, PEOPLE)
    other = changed(tmp_path, ("pool01.contoso.com", "pool77.fabrikam.com"))
    with pytest.raises(InputError, match="none of the pools"):
        answered(home, tmp_path, PEOPLE, other)
    assert recorded(home).pools == (POOL,)


def test_a_store_that_is_gone_is_cleared_when_somebody_agrees(home: Home, tmp_path: Path) -> None:
    answered(home, tmp_path, PEOPLE)
    text = Path(CONTOSO.place).read_text("utf-8")
    start = text.index('<Dependency Usage="Default"><ServiceId SiteId="1" RoleName="MonitoringStore"')
    end = text.index("</Dependency>", start) + len("</Dependency>")
    path = tmp_path / "unmonitored.xml"
    path.write_text(text[:start] + text[end:], "utf-8")
    person = Person(**{"Take_over_what_is_there_now?": "y", "Clear_these_values?": "y"}, **NO_TRIALS)
    sit(home, person, Source("file", str(path)))
    assert "monitoring store is not there any more" in person.said
    entries = recorded(home)
    assert entries.flag("deployment-facts/features/monitoring") is False
    assert Cell(POOL, "deployment-facts", "monitoring", "sql-server") not in entries
