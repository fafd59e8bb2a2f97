"""Puts the pieces together for one command: home, address book, passwords, transports, guide."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.core.secret import AskPassword, Redactor, Secret
from lync_wizard.core.storage import Home

if TYPE_CHECKING:
    from lync_wizard.hosts import Connect, Session, Transport
    from lync_wizard.hosts.addresses import AddressBook, Credentials
    from lync_wizard.hosts.passwords import Passwords
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
    if (home.root / "lab").is_dir():
        timestamps.shift_from_environment()
    return home


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
    asking = PasswordSource(ask_terminal)
    passwords = Passwords(ask_nobody if known else ask or asking, keyring=known or from_keyring, on_secret=redactor.add)
    connect, quiet = (connector(book, whose, redactor) for whose in (passwords, passwords.quiet()))
    whole = home_of(options)
    past = [whole.runs, *whole.drills.glob("*/runs")]
    # Where a lab stands in the home itself, its verdict judges, not the end of a run.
    judged = judged or (home.root / "lab").is_dir()
    workspace = Workspace(
        home, book, connect, redactor,
        deployment=options.deployment, action_provider=action_provider, past=past, judged=judged, quiet=quiet,
    )  # fmt: skip
    return CommandContext(home, book, connect, passwords, redactor, workspace, asking)


def connector(book: AddressBook, passwords: Passwords, redactor: Redactor) -> Connect:
    """The one place that knows which transport is which."""

    def connect(server: str, account: str, transport: Transport = "psrp") -> Session:
        if transport == "sql":
            return _sql_session(server, account, book, passwords, redactor)
        from lync_wizard.hosts import powershell_session

        endpoint = book.endpoint(server, account)

        def attempt(credentials: Credentials) -> Session:
            return powershell_session.open_session(server, endpoint, credentials, redactor, resolve=book.share)

        return passwords.use(endpoint.account, attempt)

    return connect


def _sql_session(server: str, account: str, book: AddressBook, passwords: Passwords, redactor: Redactor) -> Session:
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


def print_json(data: Any) -> None:
    """One JSON document on standard output and nothing else there."""
    print(json.dumps(data, indent=1, ensure_ascii=False))


def print_table(rows: Sequence[Sequence[str]], *, heading: tuple[str, ...] = ()) -> None:
    """Columns as wide as their widest cell, the last one as it comes."""
    shown = [*([heading] if heading else []), *rows]
    if not shown:
        return
    widths = [max(len(row[i]) for row in shown) for i in range(len(shown[0]) - 1)]
    for row in shown:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip())


Commands = Any
"""The sub-parser collection of argparse, which has no public name."""


def command(commands: Commands, name: str, text: str, example: str, **defaults: Any) -> argparse.ArgumentParser:
    """A sub-command with its help, an example, and the function that carries it out (``action``)."""
    added: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=f"example: {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    added.set_defaults(**defaults)
    return added


def group(commands: Commands, name: str, text: str, example: str) -> Commands:
    """A command that has sub-commands of its own."""
    added = command(commands, name, text, example, action=None)

    def missing(_: argparse.Namespace) -> int:
        raise InputError(f"{name} needs a sub-command", f"See `lync-wizard {name} --help`.")

    added.set_defaults(action=missing)
    return added.add_subparsers(metavar="WHAT", parser_class=type(added))


def json_flag(added: argparse.ArgumentParser) -> None:
    added.add_argument("--json", action="store_true", help="one JSON document on standard output")
