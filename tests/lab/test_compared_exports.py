"""The question how much of an export a pool holds, asked of a healthy deployment; it leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lync_wizard.cli.context import connector
from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.core.yaml_document import Problems
from lync_wizard.hosts import Limits, Reply, Session, silent
from lync_wizard.hosts.command import Cmdlet, Compare, Pipeline
from lync_wizard.hosts.connections import read
from lync_wizard.hosts.passwords import Passwords
from lync_wizard.lab.farm import exports
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import UserData
from lync_wizard.lab.scenarios import build as scenario
from lync_wizard.lab.server.lab import Identity, Lab
from lync_wizard.lab.winrm.auth import USER_FILE

SE, FOLDER = "se01.contoso.com", "C:\\Restore\\UserData"
FILE = f"{FOLDER}\\saved.zip"
PASSWORD = Secret("the-word-of-this-lab")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Simulation, Session, Path]]:
    home = tmp_path_factory.mktemp("home")
    scenario.build("contoso-se", home / "lab", seed=5, standing=True)
    simulation = Simulation.load(home / "lab", 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(USER_FILE, "")
        lab = Lab(home, simulation, Identity("x", "contoso-se", 5, {}), PASSWORD)
        lab.open()
        problems = Problems()
        book = read(home / "connections.yaml", problems)
        problems.raise_any("connections.yaml")
        passwords = Passwords(environment=lambda _: PASSWORD, keyring=lambda _: None)
        spool = home / "spool"
        session = connector(book, passwords, Redactor(), spool=spool)(SE, "lync-admin")
        yield simulation, session, spool
        session.close()
        lab.close()


def run(session: Session, command: Pipeline | Compare, *, cancelled: bool = False) -> Reply:
    cancel = threading.Event()
    if cancelled:
        cancel.set()
    return session.run(command, limits=Limits(), on_output=silent, cancel=cancel)


@pytest.fixture
def saved(standing: tuple[Simulation, Session, Path]) -> Iterator[tuple[Simulation, Session, Path]]:
    """The pool's own export lies on the host; afterwards the pool holds what it held, and the folder that one file."""
    simulation, _, spool = standing
    folder = simulation.locate(SE, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    users = dict(simulation.state.stores[SE].users)
    simulation.locate(SE, FILE).write_bytes(exports.user_data(users))
    yield standing
    with simulation.change() as state:
        state.stores[SE].users = users
    assert [path.name for path in folder.iterdir()] == ["saved.zip"]
    assert not spool.exists() or not list(spool.iterdir())


def asked(session: Session, *, pool: str = SE, file: str = FILE, cancelled: bool = False) -> Reply:
    question = Compare(Cmdlet("Export-CsUserData", (("PoolFqdn", pool),)), file)
    return run(session, question, cancelled=cancelled)


def holds(reply: Reply) -> object:
    assert reply.state == "completed", reply.why
    return reply.objects[0].properties.get("Holds")


def test_a_pool_that_nothing_was_lost_of_holds_the_whole(saved: tuple[Simulation, Session, Path]) -> None:
    assert holds(asked(saved[1])) == "whole"


def test_a_user_without_their_contacts_is_a_part(saved: tuple[Simulation, Session, Path]) -> None:
    simulation, session, _ = saved
    with simulation.change() as state:
        users = state.stores[SE].users
        one = next(sip for sip, data in users.items() if data.contacts)
        state.stores[SE].users = {**users, one: UserData()}
    reply = asked(session)
    assert holds(reply) == "in part"
    assert one.removeprefix("sip:") in reply.objects[0].text


@pytest.mark.parametrize("homed", [True, False], ids=["homed here", "homed elsewhere"])
def test_a_user_who_is_not_there_is_expected_only_where_the_directory_has_them_here(
    saved: tuple[Simulation, Session, Path], homed: bool
) -> None:
    simulation, session, _ = saved
    with simulation.change() as state:
        users = state.stores[SE].users
        one = next(sip for sip, data in users.items() if data.contacts)
        state.stores[SE].users = {sip: data for sip, data in users.items() if sip != one}
        kept = state.directory.users[one]
        state.directory.users[one] = replace(kept, pool=SE if homed else "pool09.contoso.com")
    try:
        assert holds(asked(session)) == ("in part" if homed else "whole")
    finally:
        with simulation.change() as state:
            state.directory.users[one] = kept


def test_what_cannot_be_asked_has_no_answer_and_a_reason(saved: tuple[Simulation, Session, Path]) -> None:
    simulation, session, _ = saved
    gone = asked(session, pool="pool09.contoso.com")
    assert (gone.state, gone.objects) == ("failed", ())
    assert "Export-CsUserData: Cannot find pool" in gone.why
    absent = asked(session, file=f"{FOLDER}\\absent.zip")
    assert absent.state == "failed"
    assert asked(session, cancelled=True).state == "stopped"
    whole = simulation.locate(SE, FILE).read_bytes()
    simulation.locate(SE, FILE).write_bytes(whole[: len(whole) // 2])
    cut = asked(session)
    assert cut.state == "failed"
    assert "cannot be compared: the imported export is not a complete ZIP file" in cut.why
    simulation.locate(SE, FILE).write_bytes(whole)
