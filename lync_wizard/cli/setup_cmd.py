"""``setup``: the guided first-time set-up, and the same from a file of answers."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lync_wizard.cli.arguments import Commands, command, json_flag
from lync_wizard.cli.context import AtTerminal, ask_terminal, connector, gate_of, home_of, lab_password, recorder
from lync_wizard.cli.output import present
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, Paused, Refused
from lync_wizard.core.prompts import prompts
from lync_wizard.core.secret import Redactor, from_keyring
from lync_wizard.core.storage import Home
from lync_wizard.hosts import Connect
from lync_wizard.hosts.addresses import AddressBook
from lync_wizard.hosts.agreement import HINT, Gate
from lync_wizard.hosts.passwords import Passwords
from lync_wizard.worksheets import forms

if TYPE_CHECKING:
    from lync_wizard.setup.sources import Source
    from lync_wizard.setup.unattended import Outcome


def add(commands: Commands) -> None:
    added = command(commands, "setup", "find the deployment, ask for what cannot be found, fill in the worksheets",
                    "lync-wizard setup --from-topology Config.zip", action=_setup)  # fmt: skip
    source = added.add_mutually_exclusive_group()
    source.add_argument(
        "--from-topology", metavar="FILE",
        help="Topology Builder file, topology XML or the ZIP of Export-CsConfiguration; no server need run",
    )  # fmt: skip
    source.add_argument("--from-host", metavar="FQDN", help="query this server, which is running")
    source.add_argument(
        "--from-set", metavar="DIR",
        help="a backup set: worksheets, plan and facts as they were when it was made, for a machine that has none",
    )  # fmt: skip
    added.add_argument(
        "--answers", metavar="FILE.yaml",
        help="no questions: `sheet/row/column: value`, one a line; lists what is still missing",
    )  # fmt: skip
    json_flag(added)


def _setup(options: argparse.Namespace) -> int:
    # Imported here: it loads lxml, which no help needs.
    from lync_wizard.setup.sources import Source

    source = None
    if options.from_set:
        return _from_set(options)
    if options.from_topology:
        source = Source("file", options.from_topology)
    elif options.from_host:
        source = Source("host", options.from_host)
    if options.answers:
        return _unattended(options, source)
    if options.json:
        raise InputError("--json goes with --answers or --from-set only", "Add one of them, or leave --json out.")
    return _guided(options, source)


def _from_set(options: argparse.Namespace) -> int:
    """The set first, then the answers where there are some."""
    # Imported here: it loads lxml, which no help needs.
    from lync_wizard.hosts import shares
    from lync_wizard.setup import accounts
    from lync_wizard.setup.from_set import from_set

    home = home_of(options)
    folder = shares.named(options.from_set, lambda unc: accounts.book(home).share(unc))
    outcome = from_set(home, options.deployment, folder, timestamps.now)
    if options.answers:
        options.deployment = outcome.deployment
        return _unattended(options, None)
    present(options, _data(outcome), _lines(outcome, home))
    return 0 if outcome.sound else 1


def _guided(options: argparse.Namespace, source: Source | None) -> int:
    # Imported here: it loads lxml, which no help needs.
    from lync_wizard.setup import accounts
    from lync_wizard.setup.interview import Interview

    home = home_of(options)
    asking = prompts()
    again = ["lync-wizard", *(["--home", options.home] if options.home else [])]
    again += ["--deployment", options.deployment] if options.deployment else []
    try:
        gate = gate_of(home, options.deployment or "", accounts.book(home), AtTerminal())
        sitting = Interview(home, asking, _reach(options, home, gate), options.deployment, timestamps.now, gate)
        return 0 if sitting.hold(source) else 1
    except KeyboardInterrupt:
        asking.say("", "What was answered is kept. Go on with:", " ".join([*again, "setup"]))
        return Paused.exit_code
    except Refused:
        asking.say("", "What was answered is kept. Go on with:", " ".join([*again, "setup"]))
        raise


def _unattended(options: argparse.Namespace, source: Source | None) -> int:
    # Imported here: it loads lxml, which no help needs.
    from lync_wizard.setup import accounts
    from lync_wizard.setup.unattended import unattended

    home = home_of(options)
    gate = gate_of(home, options.deployment or "", accounts.book(home), AtTerminal(silent=True))
    reach, answers = _reach(options, home, gate), Path(options.answers)
    outcome = unattended(home, options.deployment, source, answers, reach, timestamps.now, gate)
    present(options, _data(outcome), _lines(outcome, home))
    if outcome.problems:
        return InputError.exit_code
    if outcome.tried and outcome.unagreed:
        return Refused.exit_code
    return 0 if outcome.sound else 1


def _reach(options: argparse.Namespace, home: Home, gate: Gate) -> Callable[[AddressBook], Connect]:
    """The way to hosts, with one memory for passwords however often the address book changes."""
    redactor = Redactor()
    # Where the report of an unexpected error looks for them.
    options.opened, options.redactor = home, redactor
    kept = lab_password(home) if home.has_lab else from_keyring
    passwords = Passwords(ask_terminal, keyring=kept, on_secret=redactor.add)
    sent = recorder(options, home, redactor)
    return lambda book: connector(book, passwords, redactor, gate=gate, sent=sent, spool=home.root)


def _lines(outcome: Outcome, home: Home) -> Iterator[str]:
    yield from map(str, outcome.problems)
    yield from (f"found    {text}" for text in outcome.findings)
    yield from (f"unclear  {one}".replace("\n", "\n       ") for one in outcome.contradictions)
    for cell, entry in outcome.wrong.items():
        yield from (f"wrong    {cell}  {entry.problem}", f"         HINT: {entry.hint}")
    for one in outcome.undecided:
        recorded, now = one.recorded or "not recorded", one.now or "nothing"
        yield f"differs  {one.subject}: {recorded} is recorded, {now} is there now"
        yield "         HINT: Give the cell in the answers, or decide it in `lync-wizard setup`."
    for trial in outcome.trials:
        yield f"{trial.status:<8} {trial.subject}: {trial.message}"
        if trial.status != "ok":
            yield f"         HINT: {trial.hint}"
    yield from (f"unagreed {host}" for host in outcome.unagreed)
    if outcome.unagreed:
        yield f"         HINT: {HINT}"
    for cell in outcome.missing:
        yield f"missing  {cell}  {forms().field(cell).label}"
    yield f"written to {home.worksheets / outcome.deployment}"
    if outcome.sound:
        yield "complete"


def _data(outcome: Outcome) -> dict[str, object]:
    return {
        "deployment": outcome.deployment,
        "missing": [str(cell) for cell in outcome.missing],
        "wrong": [{"cell": str(c), "problem": e.problem, "hint": e.hint} for c, e in outcome.wrong.items()],
        "problems": [
            {"where": str(p.where) if p.where else None, "key": p.key, "message": p.message, "hint": p.hint}
            for p in outcome.problems
        ],
        "findings": list(outcome.findings),
        "contradictions": [{"key": p.key, "message": p.message, "hint": p.hint} for p in outcome.contradictions],
        "undecided": [
            {"kind": d.kind, "subject": d.subject, "recorded": d.recorded, "now": d.now} for d in outcome.undecided
        ],
        "unagreed": [{"host": host.name, "origin": host.origin} for host in outcome.unagreed],
        "trials": [
            {"status": t.status, "subject": t.subject, "message": t.message, "hint": t.hint} for t in outcome.trials
        ],
    }
