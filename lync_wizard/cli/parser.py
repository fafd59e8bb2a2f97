"""The command line as a whole: which commands there are, and which module each comes from."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final, NamedTuple

from lync_wizard.cli.arguments import Parser
from lync_wizard.cli.output import say
from lync_wizard.core import terminal
from lync_wizard.core.errors import InputError


class Command(NamedTuple):
    """A command as the help of the program lists it: the module of this folder that adds it, and one line."""

    module: str
    line: str


COMMANDS: Final[dict[str, dict[str, Command]]] = {
    "Before a disaster": {
        "setup": Command("setup_cmd", "find the deployment and fill in the worksheets"),
        "worksheet": Command("worksheet_cmd", "show, check and change the filled worksheets"),
        "print": Command("print_cmd", "worksheets, plan, procedures and reports as PDF"),
        "procedures": Command("procedures_cmd", "show, check and export the procedures"),
        "backup": Command("backup_cmd", "take, verify, compare and keep backup sets"),
        "failover": Command("failover_cmd", "whether paired pools could be failed over now"),
        "doctor": Command("doctor_cmd", "what this computer lacks, and how to fix it"),
        "drill": Command("drill_cmd", "practise on a simulated deployment that has lost something"),
        "lab": Command("drill_cmd", "the simulated deployment by itself"),
        "completion": Command("completion_cmd", "completion for bash, zsh or PowerShell"),
    },
    "During a disaster": {
        "restore": Command("restore_cmd", "the guided restore, from what failed to the report"),
        "triage": Command("restore_cmd", "ask what failed and name the procedure"),
        "check": Command("run_cmd", "run the checks of a procedure; changes nothing"),
        "plan": Command("run_cmd", "every step with its values and hosts; changes nothing"),
        "run": Command("run_cmd", "carry a plan out"),
        "resume": Command("run_cmd", "go on with a run where it stopped"),
        "watch": Command("run_cmd", "follow a run from another terminal, read-only"),
    },
    "After a disaster": {
        "runs": Command("run_cmd", "list, show and export past and unfinished runs"),
        "report": Command("run_cmd", "the report of a run"),
    },
}
DESCRIPTION: Final = (
    "Guided backup and restore of Lync Server 2013 and its successors.\nWithout a command: the screens."
)
_MODULES: Final = {name: one.module for commands in COMMANDS.values() for name, one in commands.items()}
_TOP_ONLY: Final = frozenset({"-h", "--help", "--version"})

Action = Callable[[argparse.Namespace], int]


def parse(arguments: Sequence[str] | None, *, screens: Action) -> argparse.Namespace:
    """The options, with the function that carries the command out as ``action``; ``screens`` where none is named.

    Only the module of the command that is named is imported; for the screens and the program's own help, none.
    Raises :class:`InputError`.
    """
    for word in sys.argv[1:] if arguments is None else arguments:
        _writable(word)
    first = Parser(prog="lync-wizard", add_help=False, allow_abbrev=False)
    _where(first)
    options, rest = first.parse_known_args(arguments)
    if not rest:
        options.action = screens
        return options
    return _parser(rest[0], screens).parse_args(arguments)


def _writable(word: str) -> None:
    """Raises :class:`InputError` for a word that neither a path nor a file can hold."""
    try:
        whole_characters = bool(os.fsencode(word)) or not word
    except UnicodeEncodeError:
        whole_characters = False
    if "\0" in word or not whole_characters:
        raise InputError(f"{terminal.visible(word)} holds a character that no name can hold", "Type it yourself.")


def whole() -> argparse.ArgumentParser:
    """The parser with every command in it."""
    return _parser("", None)


def _parser(word: str, screens: Action | None) -> argparse.ArgumentParser:
    """The parser that a command line with this first word needs."""
    top = Parser(
        prog="lync-wizard",
        usage="lync-wizard [--home DIR] [--deployment NAME] [COMMAND ...]",
        description=f"{DESCRIPTION}\n\n{_listed()}\n`lync-wizard COMMAND --help` says more about each.",
        epilog="example: lync-wizard drill",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    _where(top)
    top.set_defaults(action=screens, whole=whole)
    commands = top.add_subparsers(metavar="COMMAND", help=argparse.SUPPRESS, prog="lync-wizard", parser_class=Parser)
    if word not in _TOP_ONLY:
        for module in [_MODULES[word]] if word in _MODULES else dict.fromkeys(_MODULES.values()):
            import_module(f"lync_wizard.cli.{module}").add(commands)
    return top


def _where(top: argparse.ArgumentParser) -> None:
    top.add_argument("--home", metavar="DIR", help="the wizard's folder; else LYNC_WIZARD_HOME, else the user's own")
    top.add_argument("--deployment", metavar="NAME", help="which deployment, where several are recorded")


def _listed() -> str:
    wide = max(len(name) for name in _MODULES)
    return "\n".join(
        f"{heading}:\n" + "".join(f"  {name:<{wide}}  {one.line}\n" for name, one in commands.items())
        for heading, commands in COMMANDS.items()
    )


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        # Imported here: slow to import, and needed for this flag alone.
        from importlib.metadata import version

        say(f"lync-wizard {version('lync-wizard')}")
        parser.exit()
