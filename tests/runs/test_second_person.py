"""The second person signs in to a host of the lab: who that is, what proves it, and where the password goes."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lync_wizard.cli.context import connector, personal_connector
from lync_wizard.core.errors import Denied, InputError, Refused, WizardError
from lync_wizard.core.prompts import Prompts, through
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.core.storage import Home
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import Session
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.connections import read
from lync_wizard.hosts.identity import Identity as Known
from lync_wizard.hosts.passwords import Passwords
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.scenarios import build as scenario
from lync_wizard.lab.scenarios.worksheets import write_worksheets
from lync_wizard.lab.server.lab import Identity, Lab
from lync_wizard.lab.winrm.auth import USER_FILE
from lync_wizard.line_mode import Preset, checked
from lync_wizard.plans import approval
from lync_wizard.plans.model import Plan
from lync_wizard.runs import report
from lync_wizard.runs.journal import Reader, runs
from lync_wizard.runs.scripted_operator import Script, ScriptedOperator
from lync_wizard.worksheets import Cell
from lync_wizard.workspace import identities
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace

SE, DC = "se01.contoso.com", "dc01.contoso.com"
APPROVER = r"CONTOSO\approver"
PASSWORD = Secret("the-word-of-this-lab")
MISTYPED = Secret("the-word-of-that-lab")


@dataclass
class Farm:
    """The lab at work in this process; ``tried`` are the hosts at which somebody signed in with their own account."""

    home: Path
    simulation: Simulation
    tried: list[str]

    def workspace(self, known: Secret | None = PASSWORD, *, silent: Collection[str] = ()) -> Workspace:
        """The home, opened by somebody who has the password of the run's accounts; nobody listens at ``silent``."""
        problems = Problems()
        book = read(self.home / "connections.yaml", problems)
        problems.raise_any("connections.yaml")
        book.hosts |= {name: replace(book.hosts[name], port=9) for name in silent}
        redactor = Redactor()
        passwords = Passwords(environment=lambda _: known, keyring=lambda _: None)
        connect = connector(book, passwords, redactor)
        sign_in = self._watched(book, redactor)
        return Workspace(Home(self.home), book, connect, redactor, judged=True, quiet=connect, sign_in=sign_in)

    def _watched(self, book: AddressBook, redactor: Redactor) -> Callable[[str, str, Secret], Session]:
        connect = personal_connector(book, redactor)

        def sign_in(server: str, user: str, password: Secret) -> Session:
            self.tried.append(server)
            return connect(server, user, password)

        return sign_in

    def session(self, workspace: Workspace | None = None, *, by: str = "ann") -> RunSession:
        """Nobody has asked the hosts yet: the plan's own are tried in their order, and the first of them is lost."""
        plan = identities.of_plan(planned(self.workspace()), self.workspace().connect)
        return RunSession(workspace or self.workspace(), plan, by=by)

    def known_otherwise(self, *hosts: str, recorded: Known | None = None) -> RunSession:
        """A session of a plan that was made while these hosts were other machines, or said nothing."""
        session = self.session()
        changed = {
            name: replace(one, identity=recorded or Known())
            for name, one in session.plan.identified.items()
            if not hosts or name.partition(" ")[2] in hosts
        }
        return RunSession(
            session.workspace, replace(session.plan, identified=session.plan.identified | changed), by="ann"
        )


def planned(workspace: Workspace) -> Plan:
    """A plan without checks, before it and at its steps."""
    made = workspace.plan("restore-se", SE, workspace.newest(), {})
    return replace(made, checks=(), steps=tuple(replace(step, before=()) for step in made.steps))


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Simulation]]:
    home = tmp_path_factory.mktemp("home")
    scenario.build("contoso-se", home / "lab", seed=5)
    write_worksheets(home, home / "lab")
    simulation = Simulation.load(home / "lab", 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(USER_FILE, "")
        lab = Lab(home, simulation, Identity("x", "contoso-se", 5, {}), PASSWORD)
        lab.open()
        yield home, simulation
        lab.close()


@pytest.fixture
def farm(started: tuple[Path, Simulation]) -> Farm:
    return Farm(*started, [])


@pytest.fixture
def changed(farm: Farm) -> Iterator[Callable[[Callable[[State], None]], None]]:
    """Change the deployment for one test: who may sign in where."""
    with farm.simulation.change() as state:
        kept = {name: dict(host.groups) for name, host in state.hosts.items()}

    def change(harm: Callable[[State], None]) -> None:
        with farm.simulation.change() as state:
            harm(state)

    yield change
    with farm.simulation.change() as state:
        for name, groups in kept.items():
            state.hosts[name].groups = groups


def without_approver(*hosts: str) -> Callable[[State], None]:
    def harm(state: State) -> None:
        for fqdn in hosts or state.hosts:
            groups = state.hosts[fqdn].groups
            groups["Administrators"] = [one for one in groups.get("Administrators", []) if one != APPROVER]

    return harm


@pytest.mark.parametrize("spelling", [APPROVER, r"contoso\Approver", "contoso/approver", "approver@contoso.com"])
def test_a_host_says_who_has_signed_in_however_they_write_their_name(farm: Farm, spelling: str) -> None:
    found = farm.session(farm.workspace(silent=[DC])).sign_in(spelling, PASSWORD)
    assert found.proven, found.why
    assert found.name == r"contoso\approver"
    assert found.sid.startswith("S-1-5-21-")
    assert farm.tried[0] == DC, "a host that does not answer is passed over"
    assert found.host == farm.tried[-1] != DC


@pytest.mark.parametrize(
    "spelling", [r"CONTOSO\lyncadmin", "lyncadmin@contoso.com", "contoso/lyncadmin", "da@contoso.com"]
)
def test_an_account_of_connections_yaml_is_no_second_person_under_any_spelling(farm: Farm, spelling: str) -> None:
    with pytest.raises(Refused, match="account of this run") as refused:
        farm.session().sign_in(spelling, PASSWORD)
    assert refused.value.hint


@pytest.mark.parametrize("name", ["contoso/lyncadmin", "DA", "chatadmin@contoso.com"])
def test_the_name_of_an_account_of_connections_yaml_is_no_second_person_either(farm: Farm, name: str) -> None:
    with pytest.raises(Refused, match=r"connections\.yaml names this account"):
        farm.session().approve(name)


def test_an_account_is_known_by_its_sid_where_the_names_have_nothing_in_common(farm: Farm) -> None:
    """connections.yaml names an account by a user principal name that is not made of its account name."""
    users = farm.home / "lab" / "ntlm-users"
    users.write_text(f"{users.read_text('utf-8')}:d.adams@contoso.com:{PASSWORD.reveal()}\n", "utf-8")
    with farm.simulation.change() as state:
        state.directory.accounts["d.adams"] = state.directory.accounts["da"]
    workspace = farm.workspace()
    workspace.book.accounts["domain-admin"] = replace(
        workspace.book.accounts["domain-admin"], user="d.adams@contoso.com"
    )
    with pytest.raises(Refused, match=r"account of this run \(d.adams@contoso.com\)"):
        farm.session(workspace).sign_in(r"CONTOSO\da", PASSWORD)


@pytest.mark.parametrize(
    "name", ["contoso/root", "root\u200b", "r\u043e\u043et", r"CONTOSO\r" + "\u043e\u043et", "root@contoso.com"]
)
def test_the_starter_in_disguise_is_refused_before_a_password_is_sent(farm: Farm, name: str) -> None:
    with pytest.raises(Refused):
        farm.session(by="root").sign_in(name, PASSWORD)
    with pytest.raises(Refused):
        farm.session(by="root").approve(name)
    assert not farm.tried


@pytest.mark.parametrize("name", ["approver", "", "CONTOSO\\", "@contoso.com"])
def test_an_account_without_its_domain_is_sent_nowhere(farm: Farm, name: str) -> None:
    with pytest.raises((InputError, Refused)):
        farm.session().sign_in(name, PASSWORD)
    assert not farm.tried


def test_whoever_starts_the_run_as_somebody_else_cannot_sign_in_as_themselves(farm: Farm) -> None:
    with pytest.raises(Refused, match="starts this run"):
        farm.session(by="Approver").sign_in("approver@contoso.com", PASSWORD)


def test_a_wrong_password_goes_to_one_host_and_is_shown_nowhere(farm: Farm) -> None:
    workspace = farm.workspace()
    with pytest.raises(Denied, match="refused the account or its password"):
        farm.session(workspace).sign_in(APPROVER, MISTYPED)
    assert farm.tried == [DC], "refused once, and sent on"
    assert MISTYPED.reveal() not in workspace.redactor(f"said {MISTYPED.reveal()}")


def test_an_account_that_may_not_sign_in_at_one_host_signs_in_at_the_next(
    farm: Farm, changed: Callable[[Callable[[State], None]], None]
) -> None:
    changed(without_approver(DC))
    found = farm.session().sign_in(APPROVER, PASSWORD)
    assert found.proven
    assert farm.tried[0] == DC != found.host


def test_an_account_that_may_sign_in_nowhere_is_not_proven(
    farm: Farm, changed: Callable[[Callable[[State], None]], None]
) -> None:
    changed(without_approver())
    found = farm.session().sign_in(APPROVER, PASSWORD)
    assert not found.proven
    assert f"{DC} knows the account and denies it a PowerShell session" in found.why
    assert not found.sid


def test_accounts_whose_sid_no_host_tells_are_compared_by_name_and_prove_nothing(farm: Farm) -> None:
    workspace = farm.workspace(known=None)
    found = farm.session(workspace).sign_in(APPROVER, PASSWORD)
    assert found.sid
    assert not found.proven
    assert r"compared by name only with CONTOSO\lyncadmin" in found.why
    with pytest.raises(Refused, match="account of this run"):
        farm.session(workspace).sign_in("da@contoso.com", PASSWORD)


OTHER = Known("DC01", "contoso.com", "S-1-5-21-9-9-9-9")


@pytest.mark.parametrize("recorded", [OTHER, None], ids=["another machine", "never recorded"])
def test_what_a_host_says_that_is_not_known_proves_nothing(farm: Farm, recorded: Known | None) -> None:
    found = farm.known_otherwise(recorded=recorded).sign_in(APPROVER, PASSWORD)
    assert not found.proven
    assert found.sid, "who that host says it is stands on record all the same"
    why = f"another machine answers at {found.host}" if recorded else f"what {found.host} is was not recorded"
    assert why in found.why


@pytest.mark.parametrize("recorded", [OTHER, None], ids=["another machine", "never recorded"])
def test_a_host_that_is_known_proves_it_where_another_is_not(farm: Farm, recorded: Known | None) -> None:
    found = farm.known_otherwise(DC, recorded=recorded).sign_in(APPROVER, PASSWORD)
    assert found.proven, found.why
    assert found.host != DC
    assert (farm.tried[0] == DC) == bool(recorded), "what was never recorded comes last"


def starter_on_record(made: RunSession, *, accepting: bool) -> dict[str, object]:
    """The starter as the journal of a run has them that stops at its first question."""
    session = RunSession(made.workspace, made.plan, by="ann", fixed=True)
    session.examine(lambda _: None)
    for finding in session.findings if accepting else ():
        session.accept(finding, "moved to new hardware")
    session.approve()
    runner = session.start(ScriptedOperator(Script()))
    with pytest.raises(WizardError):
        runner.run()
    with Reader(session.workspace.home.runs / session.run) as reader:
        return dict(reader.events(types=("plan_approved",))[0].data)


def test_the_starter_is_proven_by_a_host_that_is_what_the_plan_says(farm: Farm) -> None:
    found = starter_on_record(farm.session(), accepting=False)
    assert (found["account"], found["host"]) == (r"contoso\lyncadmin", DC)
    assert "not_proven" not in found


def test_what_a_host_that_is_not_known_says_of_the_starter_proves_nothing(farm: Farm) -> None:
    found = starter_on_record(farm.known_otherwise(), accepting=False)
    assert found["account"] == r"contoso\lyncadmin", "what it says stands on record all the same"
    assert f"what {found['host']} is was not recorded" in str(found["not_proven"])


def test_the_starter_is_asked_about_at_a_host_that_is_known_where_there_is_one(farm: Farm) -> None:
    found = starter_on_record(farm.known_otherwise(DC), accepting=False)
    assert found["host"] != DC
    assert "not_proven" not in found


def test_another_machine_proves_the_starter_once_a_person_has_confirmed_it(farm: Farm) -> None:
    strange = farm.known_otherwise(recorded=OTHER)
    session = RunSession(strange.workspace, strange.plan, by="ann", fixed=True)
    session.examine(lambda _: None)
    with pytest.raises(Refused, match="blocked"):
        session.start(ScriptedOperator(Script()))
    assert "not_proven" not in starter_on_record(strange, accepting=True)


def test_an_account_of_the_run_is_refused_whatever_the_host_is(farm: Farm) -> None:
    with pytest.raises(Refused, match="account of this run"):
        farm.known_otherwise(DC, recorded=OTHER).sign_in(r"CONTOSO\lyncadmin", PASSWORD)


def test_an_account_of_the_host_itself_proves_nothing(
    farm: Farm, changed: Callable[[Callable[[State], None]], None]
) -> None:
    """Whoever administers a host can make such an account, and be two people."""
    changed(lambda state: setattr(state.directory, "netbios", "DC01"))
    changed(lambda state: state.hosts[DC].groups["Administrators"].append(r"DC01\approver"))
    try:
        found = farm.session().sign_in(APPROVER, PASSWORD)
    finally:
        changed(lambda state: setattr(state.directory, "netbios", "CONTOSO"))
    assert found.sid
    assert "itself" in found.why


def at_terminal(lines: str, secret: Secret) -> tuple[Prompts, io.StringIO]:
    out = io.StringIO()
    return Prompts(through(io.StringIO(lines), out), out, lambda _: secret.reveal()), out


def approved_in_line_mode(workspace: Workspace, lines: str, secret: Secret) -> tuple[str, list[dict[str, object]], str]:
    """What line mode says, the approvals of the journal, and the report of a run that stops at its first question."""
    workspace.record(Cell.parse(approval.CELL), "yes")
    before = set(runs(workspace.home.runs))
    prompts, out = at_terminal(lines, secret)
    try:
        with pytest.raises(Refused):  # the input ends at the first question of the run itself
            checked(RunSession(workspace, planned(workspace), by="ann"), prompts, Preset(by="ann"), "lync-wizard")
    finally:
        workspace.record(Cell.parse(approval.CELL), "no")
    (folder,) = set(runs(workspace.home.runs)) - before
    with Reader(folder) as reader:
        told = [dict(event.data) for event in reader.events() if event.type == "plan_approved"]
        said = " ".join(" ".join(report.render_text(report.of(reader))).split())
    for path in (one for one in folder.rglob("*") if one.is_file()):
        assert secret.reveal().encode() not in path.read_bytes(), path
    assert secret.reveal() not in out.getvalue() + said
    return out.getvalue(), told, said


def test_line_mode_asks_for_account_and_password_and_all_of_it_is_on_record(farm: Farm) -> None:
    said, told, printed = approved_in_line_mode(farm.workspace(), f"y\n{APPROVER}\n", PASSWORD)
    assert f"signs in at {DC}" in said
    first, second = told
    assert (second["by"], second["person"], second["host"]) == (r"contoso\approver", 2, DC)
    assert str(second["sid"]).startswith("S-1-5-21-")
    assert "not_proven" not in second
    assert (first["by"], first["account"]) == ("ann", r"contoso\lyncadmin")
    assert rf"contoso\approver (signed in at {DC}: {second['sid']})" in printed


def test_where_no_host_answers_the_name_stands_everywhere_as_not_proven(farm: Farm) -> None:
    workspace = farm.workspace(silent=farm.simulation.state.hosts)
    said, told, printed = approved_in_line_mode(workspace, f"y\n{APPROVER}\ny\n", PASSWORD)
    assert f"NOT PROVEN: {APPROVER}: " in said
    assert "cannot be reached" in str(told[1]["not_proven"])
    assert "sid" not in told[1]
    assert f"{APPROVER} (not proven: " in printed
    assert "ann (not proven: " in printed, "nothing is known of the starter either"


def test_a_refused_password_can_be_left_at_a_reason_which_is_on_record(farm: Farm) -> None:
    lines = f"y\n{APPROVER}\nn\nknown to me in person\n"
    _, told, printed = approved_in_line_mode(farm.workspace(), lines, MISTYPED)
    assert str(told[1]["not_proven"]).endswith("known to me in person")
    assert "refused the account or its password" in str(told[1]["not_proven"])
    assert "not proven" in printed
