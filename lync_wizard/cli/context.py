"""Puts the pieces together for one command: home, address book, passwords, transports, workspace."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lync_wizard.core import terminal, timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.core.secret import AskPassword, Redactor, Secret
from lync_wizard.core.storage import Home

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from lync_wizard.backup import Ledger
    from lync_wizard.hosts import Connect, Session, SignIn, Transport
    from lync_wizard.hosts.addresses import AddressBook, Credentials, SqlEndpoint
    from lync_wizard.hosts.agreement import Gate, NamedHost, Person
    from lync_wizard.hosts.export_comparison import Compared
    from lync_wizard.hosts.passwords import Passwords
    from lync_wizard.hosts.sent import SentCommands
    from lync_wizard.procedures import Procedure
    from lync_wizard.procedures.available import Available
    from lync_wizard.workspace.simulated_actions import ActionProvider
    from lync_wizard.workspace.workspace import Workspace


@dataclass
class Asking:
    """Who is asked now: whoever sits at the terminal, or at the screens while they are open."""

    by: Person

    def __call__(self, user: str) -> Secret | None:
        return self.by(user)

    def agrees(self, hosts: Sequence[NamedHost]) -> bool | None:
        return self.by.agrees(hosts)

    def told(self, text: str) -> None:
        self.by.told(text)


@dataclass(frozen=True)
class AtTerminal:
    """Whoever sits at this terminal; nobody where standard input is none, or where the command asks nothing."""

    silent: bool = False

    def __call__(self, user: str) -> Secret | None:
        return ask_terminal(user)

    def agrees(self, hosts: Sequence[NamedHost]) -> bool | None:
        if self.silent or not sys.stdin.isatty():
            return None
        # Imported here: the screens paint their first frame without it.
        from lync_wizard.core.prompts import prompts
        from lync_wizard.hosts import agreement

        return agreement.ask(prompts(sys.stderr), hosts)

    def told(self, text: str) -> None:
        terminal.write(sys.stderr, [text])


@dataclass(frozen=True)
class Wallet:
    """The passwords that commands hand to hosts, of accounts by their user."""

    book: AddressBook
    passwords: Passwords

    def given(self, user: str) -> Secret:
        """Raises :class:`lync_wizard.core.errors.Denied` where nobody has it."""
        return self.passwords.given(self.book.account_of(user))

    def forget(self, user: str) -> None:
        """Ask for it anew next time."""
        self.passwords.forget(self.book.account_of(user))


@dataclass(frozen=True)
class CommandContext:
    """What a command works with."""

    home: Home
    book: AddressBook
    connect: Connect
    passwords: Passwords
    redactor: Redactor
    workspace: Workspace
    asking: Asking


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
    person: Person | None = None,
    known: AskPassword | None = None,
    action_provider: ActionProvider | None = None,
    judged: bool = False,
    confined: bool = False,
    lists: bool = False,
) -> CommandContext:
    """Everything for the home the options name. Raises :class:`InputError` for a broken file, all problems at once.

    ``person`` is asked for passwords, and about hosts; else whoever sits at the terminal, unless the command runs
    without questions. ``known`` has the passwords, and nobody is asked. ``judged``: somebody else judges what a run
    restored. ``lists``: worksheets that cannot be read stop only what is planned by them. ``confined``: no connection
    leaves this machine.
    """
    # Imported here, so that the screens paint their first frame without them.
    from lync_wizard.backup import Ledger
    from lync_wizard.core.secret import from_keyring
    from lync_wizard.core.yaml_document import Problems
    from lync_wizard.hosts.connections import read
    from lync_wizard.hosts.passwords import Passwords
    from lync_wizard.workspace.workspace import Workspace

    home = _with_its_clock(home) if home else home_of(options)
    problems = Problems()
    book = read(home.connections, problems)
    problems.raise_any("connections.yaml")
    if confined:
        book.confine()
    redactor = Redactor()
    # Where the report of an unexpected error looks for them.
    options.opened, options.redactor = home, redactor
    asking = Asking(person or AtTerminal(silent=getattr(options, "headless", False)))
    # The keyring of somebody who practises is not asked for what would be sent to a lab.
    kept = known or (lab_password(home) if home.has_lab else from_keyring)
    passwords = Passwords(ask_nobody if known else ask or asking, keyring=kept, on_secret=redactor.add)
    gate = gate_of(home, options.deployment or "", book, asking)
    sent = recorder(options, home, redactor)
    connect, quiet = (
        connector(book, whose, redactor, Ledger(home), gate=gate, quiet=silent, sent=sent, spool=home.root)
        for whose, silent in ((passwords, False), (passwords.quiet(), True))
    )
    whole = home_of(options)
    past = [whole.runs, *whole.drills.glob("*/runs")]
    # Where a lab stands in the home itself, its verdict judges, not the end of a run.
    judged = judged or home.has_lab
    workspace = Workspace(
        home, book, connect, redactor,
        deployment=options.deployment, action_provider=action_provider, past=past, judged=judged, quiet=quiet,
        sign_in=personal_connector(book, redactor, gate, sent), gate=gate, sent=sent,
    )  # fmt: skip
    if not lists:
        workspace.require_worksheets()
    return CommandContext(home, book, connect, passwords, redactor, workspace, asking)


def lab_password(home: Home) -> AskPassword:
    """The password of the lab that lives in this home, for whatever account: it is in a file of the lab's own.

    Where the variable of the lab is set, whoever set it means what is in it.
    """

    def kept(_: str) -> Secret | None:
        # Imported here: a real deployment never needs the lab.
        from lync_wizard.lab.server import process

        return None if process.VARIABLE in os.environ else process.password(home.root)

    return kept


def recorder(options: argparse.Namespace, home: Home, redactor: Redactor) -> SentCommands:
    """The record of what is sent to hosts outside of a run, in the home's ``logs``; complete when the command ends."""
    # Imported here: the screens paint their first frame without it.
    from lync_wizard.hosts.sent import SentCommands
    from lync_wizard.workspace.command_log import CommandLog

    log = CommandLog(home.logs)
    sent = SentCommands(log.keep, redactor)

    def end() -> None:
        sent.flush()
        log.close()
        if log.fault:
            terminal.write(sys.stderr, [f"caution: {log.fault}"])

    options.at_end = [*getattr(options, "at_end", ()), end]
    return sent


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


def available_procedures(options: argparse.Namespace) -> Available:
    """The shipped procedures and the operator's own, with those that cannot be used."""
    # Imported here: the screens paint their first frame without them.
    from lync_wizard import checks
    from lync_wizard.procedures import available

    return available.load(home_of(options).procedures, checks=checks.ids())


def procedure_named(options: argparse.Namespace, name: str) -> tuple[Procedure, Mapping[str, Procedure]]:
    """A procedure by id, and all of them. Raises :class:`InputError` for a broken one, or with the nearest spelling."""
    # Imported here: the screens paint their first frame without it.
    from lync_wizard.core.yaml_document import did_you_mean

    found = available_procedures(options)
    found.refuse_broken(name)
    if name not in found.procedures:
        listed = [p.id for p in found.procedures.values() if p.listed]
        raise InputError(f"there is no procedure {name!r}", did_you_mean(name, listed))
    return found.procedures[name], found.procedures


def gate_of(home: Home, deployment: str, book: AddressBook, asking: Person) -> Gate:
    """What every sign-in of a home passes; what a person agrees to is kept in its connections.yaml."""
    # Imported here: the screens paint their first frame without them.
    from lync_wizard.hosts.agreement import Gate

    def keep(hosts: Sequence[str]) -> None:
        # Imported here: it loads the topology readers, which few commands need.
        from lync_wizard.setup import accounts

        accounts.record(home, deployment, hosts=hosts)

    return Gate(book, person=asking, keep=keep, announce=asking.told)


def personal_connector(
    book: AddressBook, redactor: Redactor, gate: Gate | None = None, sent: SentCommands | None = None
) -> SignIn:
    """Sessions of a person with their own account and password, which are handed on to nobody."""
    # Imported here: the screens paint their first frame without it.
    from lync_wizard.hosts.agreement import Gate

    passed = gate or Gate(book)
    heard = sent.to if sent else _nobody_hears

    def sign_in(server: str, user: str, password: Secret) -> Session:
        # Imported here: each transport is heavy, and a command needs one at most.
        from lync_wizard.hosts import powershell_session, way
        from lync_wizard.hosts.addresses import Credentials

        endpoint = book.personal_endpoint(server)
        passed.admit(server, way.of_endpoint(endpoint, user))
        shown = Credentials(user, password) if user else Credentials(None, None)
        return powershell_session.open_session(server, endpoint, shown, redactor, sent=heard(server, user, "psrp"))

    return sign_in


def connector(
    book: AddressBook,
    passwords: Passwords,
    redactor: Redactor,
    ledger: Ledger | None = None,
    *,
    gate: Gate | None = None,
    quiet: bool = False,
    sent: SentCommands | None = None,
    spool: Path | None = None,
) -> Connect:
    """The one place that knows which transport is which; ``ledger`` tells what folders of backup sets hold.

    Every session passes ``gate``; without one, only hosts that stand in connections.yaml do. ``quiet``: nobody is asked
    about a host. ``sent`` hears every command, ``spool`` is the folder for what is too large for memory.
    """
    # Imported here: the screens paint their first frame without it.
    from lync_wizard.hosts.agreement import Gate

    passed = gate or Gate(book)
    heard = sent.to if sent else _nobody_hears

    def judge(cmdlet: str, asked: BinaryIO, wanted: BinaryIO) -> Compared:
        # Imported here: it loads the XML library, which few commands need.
        from lync_wizard.backup import export_comparison

        return export_comparison.compared(cmdlet, asked, wanted)

    def connect(server: str, account: str, transport: Transport = "psrp") -> Session:
        # Imported here: the screens paint their first frame without it.
        from lync_wizard.hosts import way

        if transport == "sql":
            where = book.sql(server, account)
            passed.admit(server, way.of_instance(where), quiet=quiet)
            return _sql_session(where, passwords, redactor, heard(server, account, transport))
        # Imported here: each transport is heavy, and a command needs one at most.
        from lync_wizard.hosts import powershell_session

        endpoint = book.endpoint(server, account)
        passed.admit(server, way.of_endpoint(endpoint, endpoint.account.user), quiet=quiet)

        def attempt(credentials: Credentials) -> Session:
            return powershell_session.open_session(
                server,
                endpoint,
                credentials,
                redactor,
                resolve=book.share,
                expected=lambda folder: ledger.held_below(book.share(folder)) if ledger else {},
                wallet=Wallet(book, passwords),
                spool=spool,
                judge=judge,
                sent=heard(server, account, transport),
            )

        return passwords.use(endpoint.account, attempt)

    return connect


def _nobody_hears(host: str, account: str, wire: str) -> Callable[[str], None]:
    del host, account, wire
    return lambda _: None


def _sql_session(where: SqlEndpoint, passwords: Passwords, redactor: Redactor, sent: Callable[[str], None]) -> Session:
    # Imported here: as above.
    from lync_wizard.hosts import sql_session
    from lync_wizard.hosts.addresses import Account

    def attempt(credentials: Credentials) -> Session:
        return sql_session.open_session(where, credentials, redactor, sent=sent)

    # A Windows login shows whoever runs this program: no password of the role's user is asked for.
    return passwords.use(where.account if where.auth == "sql" else Account(), attempt)


def ask_terminal(user: str) -> Secret | None:
    """Ask for a password without echo; nobody to ask where standard input is no terminal."""
    if not sys.stdin.isatty():
        return None
    value = getpass.getpass(terminal.visible(f"Password for {user} (kept in memory only): "), stream=sys.stderr)
    return Secret(value) if value else None


def ask_nobody(_: str) -> Secret | None:
    return None
