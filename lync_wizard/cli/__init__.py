"""The command line: composition root and headless front end; every heavy import stands where it is needed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from lync_wizard.core.errors import InputError, Paused, WizardError, render


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals look like every other one of this program."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message, f"See `{self.prog} --help`.")


def parser() -> argparse.ArgumentParser:
    """The whole command line (README.md)."""
    from lync_wizard.cli import (
        backup_cmd,
        drill_cmd,
        print_cmd,
        procedures_cmd,
        restore_cmd,
        run_cmd,
        setup_cmd,
        worksheet_cmd,
    )

    top = _Parser(
        prog="lync-wizard",
        description="Guided backup and restore of Lync Server 2013 and its successors. Without a command: the screens.",
        epilog="example: lync-wizard drill",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=_version())
    _where(top)
    top.set_defaults(action=restore_cmd.home_screen)
    commands = top.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    for group in (restore_cmd, setup_cmd, worksheet_cmd, procedures_cmd, print_cmd, run_cmd, backup_cmd, drill_cmd):
        group.add(commands)
    return top


def _where(top: argparse.ArgumentParser) -> None:
    top.add_argument("--home", metavar="DIR", help="the wizard's folder; else LYNC_WIZARD_HOME, else the user's own")
    top.add_argument("--deployment", metavar="NAME", help="which deployment, where several are recorded")


def _screens(arguments: Sequence[str] | None) -> argparse.Namespace | None:
    """The options where no command is named: the screens paint their first frame before any command is imported."""
    bare = _Parser(prog="lync-wizard", add_help=False)
    _where(bare)
    options, rest = bare.parse_known_args(arguments)
    if rest:
        return None
    from lync_wizard.cli import restore_cmd

    options.action = restore_cmd.home_screen
    return options


def _version() -> str:
    from importlib.metadata import version

    return f"lync-wizard {version('lync-wizard')}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it ended (README.md)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        options = _screens(arguments) or parser().parse_args(arguments)
        return int(options.action(options))
    except WizardError as error:
        print(render(error), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return Paused.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 1
