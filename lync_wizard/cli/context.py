"""Puts the pieces together for one command: home, address book, passwords, transports, workspace."""

from __future__ import annotations

import argparse
import getpass
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.core.secret import AskPassword, Redactor, Secret
from lync_wizard.core.storage import Home

if TYPE_CHECKING:
    from lync_wizard.hosts import Connect, Session, Transport
    from lync_wizard.hosts.addresses import AddressBook, Credentials
    from lync_wizard.hosts.passwords import Passwords
    from lync_wizard.procedures import Procedure
    from lync_wizard.workspace.workspace import ActionProvider, Workspace


@dataclass
class PasswordSource:
    """Who asks for passwords now: the terminal, or the screens while they are open."""

    by: AskPassword

    def __call__(self, user: str) -> Secret | None:
        return self.by(user)


@dataclass(frozen=True)
class CommandContext:
    """What a command works with."""

    home: Home
    book: AddressBook
    connect: Connect
    passwords: Passwords
    redactor: Redactor
    workspace: Workspace
    asking: PasswordSource


def home_of(options: argparse.Namespace) -> Home:
    """The home the options name; a drill's may live ahead of the clock. Raises :class:`InputError`."""
    return _with_its_clock(Home.find(options.home))


def _with_its_clock(home: Home) -> Home:
    # What happens in a production home is recorded with the real time, whatever the environment says.
    if home.has_lab:
        timestamps.shift_from_environment()
    return home


def home_with(options: argparse.Namespace, run: str) -> Home:
    """The home that holds the run: the one named, else a drill's inside it. Raises :class:`InputError`."""
    # Imported here: the screens paint their first frame without it.
    from lync_wizard.runs import journal

    whole = home_of(options)
    for home in whole.with_drills():
        try:
            journal.find(home.runs, run)
        except InputError:
            continue
        return home
    journal.find(whole.runs, run)
    raise InputError(f"there is no run {run}", "Take a name from `lync-wizard runs list`.")


def open_context(
    options: argparse.Namespace,
    *,
    home: Home | None = None,
    ask: AskPassword | None = None,
    known: AskPassword | None = None,
    action_provider: ActionProvider | None = None,
    judged: bool = False,
) -> CommandContext:
    """Everything for the home the options name. Raises :class:`InputError` for a broken file, all problems at once.

    ``known`` has the passwords, and nobody is asked. ``judged``: somebody else judges what a run restored.
    """
    # Imported here, so that the screens paint their first frame without them.
    from lync_wizard.core.secret import from_keyring
    from lync_wizard.core.yaml_document import Problems
    from lync_wizard.hosts.connections import read
    from lync_wizard.hosts.passwords import Passwords
    from lync_wizard.workspace.workspace import Workspace

    home = _with_its_clock(home) if home else home_of(options)
    problems = Problems()
    book = read(home.connections, problems)
    problems.raise_any("connections.yaml")
    redactor = Redactor()
    # Where the report of an unexpected error looks for them.
    options.opened, options.redactor = home, redactor
    asking = PasswordSource(ask_terminal)
    passwords = Passwords(ask_nobody if known else ask or asking, keyring=known or from_keyring, on_secret=redactor.add)
    connect, quiet = (connector(book, whose, redactor) for whose in (passwords, passwords.quiet()))
    whole = home_of(options)
    past = [whole.runs, *whole.drills.glob("*/runs")]
    # Where a lab stands in the home itself, its verdict judges, not the end of a run.
    judged = judged or home.has_lab
    workspace = Workspace(
        home, book, connect, redactor,
        deployment=options.deployment, action_provider=action_provider, past=past, judged=judged, quiet=quiet,
    )  # fmt: skip
    return CommandContext(home, book, connect, passwords, redactor, workspace, asking)


def with_drill(options: argparse.Namespace, home: Home) -> CommandContext:
    """Everything for a home; where a lab runs in it, with its simulated actions and its password."""
    if home.root == home_of(options).root and not home.has_lab:
        return open_context(options, home=home)
    # Imported here: the screens of a real deployment never need the lab.
    from lync_wizard.lab.server import process
    from lync_wizard.lab.server.companion import LabActions

    if process.running(home.root) is None:
        raise InputError(
            f"the lab of {home.root.name} is not running",
            f"Start it with `lync-wizard lab start --lab {home.root.name}`.",
        )
    password = process.password(home.root)
    known: AskPassword | None = (lambda _: password) if password else None
    return open_context(options, home=home, known=known, action_provider=LabActions(home.root), judged=True)


def library(options: argparse.Namespace) -> dict[str, Procedure]:
    """The shipped procedures and the operator's own by id. Raises :class:`InputError` with every problem at once."""
    # Imported here: the screens paint their first frame without them.
    from lync_wizard.core.yaml_document import Problems
    from lync_wizard.workspace.workspace import load_procedures

    problems = Problems()
    found = load_procedures(home_of(options), problems)
    problems.raise_any("the procedures")
    return found


def procedure_named(options: argparse.Namespace, name: str) -> tuple[Procedure, dict[str, Procedure]]:
    """A procedure by id, and all of them. Raises :class:`InputError` with the nearest spelling."""
    # Imported here: the screens paint their first frame without it.
    from lync_wizard.core.yaml_document import did_you_mean

    found = library(options)
    if name not in found:
        listed = [p.id for p in found.values() if p.listed]
        raise InputError(f"there is no procedure {name!r}", did_you_mean(name, listed))
    return found[name], found


def connector(book: AddressBook, passwords: Passwords, redactor: Redactor) -> Connect:
    """The one place that knows which transport is which."""

    def connect(server: str, account: str, transport: Transport = "psrp") -> Session:
        if transport == "sql":
            return _sql_session(server, account, book, passwords, redactor)
        # Imported here: each transport is heavy, and a command needs one at most.
        from lync_wizard.hosts import powershell_session

        endpoint = book.endpoint(server, account)

        def attempt(credentials: Credentials) -> Session:
            return powershell_session.open_session(server, endpoint, credentials, redactor, resolve=book.share)

        return passwords.use(endpoint.account, attempt)

    return connect


def _sql_session(server: str, account: str, book: AddressBook, passwords: Passwords, redactor: Redactor) -> Session:
    # Imported here: as above.
    from lync_wizard.hosts import sql_session
    from lync_wizard.hosts.addresses import Account

    where = book.sql(server, account)

    def attempt(credentials: Credentials) -> Session:
        return sql_session.open_session(where, credentials, redactor)

    # A Windows login shows whoever runs this program: no password of the role's user is asked for.
    return passwords.use(where.account if where.auth == "sql" else Account(), attempt)


def ask_terminal(user: str) -> Secret | None:
    """Ask for a password without echo; nobody to ask where standard input is no terminal."""
    if not sys.stdin.isatty():
        return None
    value = getpass.getpass(f"Password for {user} (kept in memory only): ", stream=sys.stderr)
    return Secret(value) if value else None


def ask_nobody(_: str) -> Secret | None:
    return None


def me() -> str:
    """Who stands in the journal as the operator of this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "operator"
