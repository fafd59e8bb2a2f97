"""What a command does to its host: whether it only reads, so that sending it twice harms nobody."""

from __future__ import annotations

from typing import Final

from lync_wizard.hosts import statements
from lync_wizard.hosts.command import Command, Compare, Identify, Pipeline, Program, Statement

READING_VERBS: Final = frozenset({"compare", "get", "measure", "resolve", "select", "sort", "test", "where"})
"""Verbs of cmdlets that change nothing (Microsoft's "Approved Verbs for PowerShell Commands")."""
READING_PROGRAMS: Final = {
    "certutil": "-hashfile",
    "hostname": "",
    "reg": "query",
    "route": "print",
    "setspn": "-l",
    "whoami": "",
}
"""Programs that change nothing, each with the first argument with which that is so; empty: with any."""


def reads_only(command: Command) -> bool:
    """Whether a command changes nothing at all, on the host or elsewhere; False where that is not known."""
    match command:
        case Identify() | Compare():
            # The file that a comparison makes on the host is new each time, and deleted.
            return True
        case Pipeline(cmdlets):
            return all(cmdlet.name.partition("-")[0].casefold() in READING_VERBS for cmdlet in cmdlets)
        case Statement(name):
            known = statements.CATALOGUE.get(name)
            return known is not None and not known.changes
        case Program(name, args):
            wanted = READING_PROGRAMS.get(name.casefold().removesuffix(".exe"))
            return wanted is not None and (args[0].casefold() if args else "").startswith(wanted)
    return False
