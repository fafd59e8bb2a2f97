"""How commands declare themselves to argparse, the arguments that several share, and a walk over the whole tree."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

from lync_wizard.core import terminal
from lync_wizard.core.errors import InputError

Commands = Any
"""The sub-parser collection of argparse, which has no public name."""


class Parser(argparse.ArgumentParser):
    """A parser whose refusals look like every other one of this program."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message, f"See `{self.prog} --help`.")

    def _print_message(self, message: str, file: Any = None) -> None:
        """Where argparse writes help and usage."""
        terminal.write_document(file or sys.stderr, message)


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


def output_argument(added: argparse.ArgumentParser, text: str, metavar: str = "FILE") -> None:
    """``-o``: a file, ``-`` for standard output."""
    added.add_argument("-o", "--output", metavar=metavar, help=f"{text}; - is standard output")
    added.add_argument("--force", action="store_true", help="with -o: write where a link leads, too")


def run_argument(added: argparse.ArgumentParser) -> None:
    added.add_argument("run", metavar="RUN", help="as `runs list` names it; its beginning is enough")


def aim(added: argparse.ArgumentParser) -> None:
    """What is to be planned: procedure, target, backup set and options."""
    added.add_argument("id", metavar="ID", help="the procedure")
    added.add_argument("--target", metavar="FQDN", required=True, help="what is to be restored")
    added.add_argument("--backup-set", metavar="NAME", help="else the newest complete set")
    added.add_argument(
        "--set",
        metavar="ASK=CHOICE",
        action="append",
        default=[],
        help="answer a question of the plan, or plan a part: begin-at, up-to or only-step=STEP",
    )


def front_end(added: argparse.ArgumentParser, *, headless: str = "no prompt ever") -> None:
    """Screens unless line mode or no front end at all is asked for; ``headless`` is the help of that flag."""
    face = added.add_mutually_exclusive_group()
    face.add_argument("--plain", action="store_true", help="line mode instead of screens")
    face.add_argument("--headless", action="store_true", help=headless)


# What completion scripts and the manual page are made from; argparse has no public way to ask for it.


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands directly below a parser, by name."""
    return {
        name: added
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, added in action.choices.items()
    }


def summaries(parser: argparse.ArgumentParser) -> dict[str, str]:
    """The one-line help of each command directly below a parser, by name."""
    return {
        one.dest: one.help or ""
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for one in action._choices_actions
    }


def positionals(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """The arguments without a flag, in order."""
    return [
        action
        for action in parser._actions
        if not action.option_strings and not isinstance(action, argparse._SubParsersAction)
    ]


def flags(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """The arguments with a flag, in the order of the help."""
    return [action for action in parser._actions if action.option_strings]


def walk(
    parser: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every command with the words that call it, the program itself (no words) first."""
    yield words, parser
    for name, added in subcommands(parser).items():
        yield from walk(added, (*words, name))
