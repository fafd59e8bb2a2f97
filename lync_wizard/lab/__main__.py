"""``python -m lync_wizard.lab``: build or reopen a lab in a home, announce it, serve until told to end."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import stat
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

from filelock import FileLock, Timeout

from lync_wizard.backup import BackupSet, read_manifest
from lync_wizard.core import secret, terminal, timestamps
from lync_wizard.core.errors import InputError, Unreachable, WizardError
from lync_wizard.core.storage import private_folder
from lync_wizard.lab.farm import faults
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.real_powershell import assembly
from lync_wizard.lab.real_powershell.interpreters import RealPowerShell
from lync_wizard.lab.scenarios import build, from_set, set_faults
from lync_wizard.lab.scenarios.worksheets import write_worksheets
from lync_wizard.lab.server import process
from lync_wizard.lab.server.control import ControlServer
from lync_wizard.lab.server.lab import Identity, Lab

_TICK = 0.5
FIRST = "contoso-se"
"""What a new lab simulates where nothing else is named."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a lab to its end; returns the exit code. Refusals go to standard error, the start line to standard output."""
    given = _parse(arguments)
    try:
        timestamps.shift_from_environment()
        return _run(given)
    except WizardError as error:
        terminal.write(sys.stderr, terminal.lines(f"lab: {error}"))
        return error.exit_code
    except OSError as error:
        hint = "HINT: Look at the disk, its room and its rights, then try again."
        terminal.write(sys.stderr, [f"lab: a file of the lab cannot be read or written: {error}", hint])
        return Unreachable.exit_code


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m lync_wizard.lab",
        description="A simulated Lync deployment on loopback.",
        epilog="example: python -m lync_wizard.lab --home ./drill --scenario contoso-se --speed 10",
    )
    parser.add_argument("--home", required=True, type=Path, help="the drill's home; its lab lies in lab/ there")
    parser.add_argument("--scenario", help=f"what is simulated and what is broken (a new lab: {FIRST})")
    parser.add_argument("--speed", type=_speed, default=1.0, help="how many times faster than life time passes")
    parser.add_argument("--seed", type=int, default=None, help="the same seed builds the same deployment")
    parser.add_argument("--standing", action="store_true", help="build it complete; the loss is simulated later")
    parser.add_argument(
        "--from-set", type=Path, metavar="FOLDER",
        help="build the deployment of this backup set in a new home, which goes when standard input ends",
    )  # fmt: skip
    parser.add_argument("--lose-for", nargs=2, metavar=("PROCEDURE", "TARGET"), help="with --from-set: what is lost")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME[@WHERE]", help="what is to go wrong")
    parser.add_argument("--powershell", metavar="PATH|auto", help="a real PowerShell 7 that interprets the pipelines")
    return parser.parse_args(arguments)


def _speed(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("the speed is a number above 0")
    return value


def _run(given: argparse.Namespace) -> int:
    home: Path = given.home.expanduser().absolute()
    folder = private_folder(home / "lab")
    lock = FileLock(folder / "lock", mode=0o600)
    cut_off = threading.Event()
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise process.already_running(home) from None
    try:
        lab = _open(home, folder, given)
        _on_signals_raise()
        if given.from_set is not None:
            threading.Thread(target=_end_with_input, args=(lab, cut_off), name="lab-tether", daemon=True).start()
        return _serve(lab)
    finally:
        lock.release()
        if cut_off.is_set():
            shutil.rmtree(home, ignore_errors=True)


def _open(home: Path, folder: Path, given: argparse.Namespace) -> Lab:
    for fault in given.fault:
        faults.parse(fault)
    pwsh = None if given.powershell is None else assembly.located(given.powershell)
    password = secret.from_environment(process.VARIABLE)
    os.environ.pop(process.VARIABLE, None)
    if password is not None and (":" in password.reveal() or not password.reveal().isprintable()):
        raise InputError("the lab cannot take that password", "Choose one without a colon and without line breaks.")
    identity = Identity.load(folder)
    if given.from_set is not None and [one.name for one in home.iterdir()] != [folder.name]:
        raise InputError(f"{home} is no new home", "A restore test builds a lab in a folder of its own.")
    if identity is not None and given.scenario not in {None, identity.scenario}:
        raise InputError(
            f"the lab in {home} is {identity.scenario}, not {given.scenario}", "Name another lab with --lab."
        )
    if identity is None:
        identity = _build(home, folder, given)
    simulation = Simulation.load(folder, given.speed)
    with simulation.change() as state:
        state.faults += [faults.parse(fault, faults.where(state)) for fault in given.fault]
        state.faults.sort(key=lambda fault: fault.times < 0)  # a fault shown once comes before a permanent one
    set_faults.apply(home, folder, {faults.parse(fault).kind for fault in given.fault})
    return Lab(home, simulation, identity, password, RealPowerShell(simulation, folder, pwsh) if pwsh else None)


def _build(home: Path, folder: Path, given: argparse.Namespace) -> Identity:
    """A new deployment; what an interrupted attempt left is deleted first."""
    shutil.rmtree(folder / "disks", ignore_errors=True)
    seed = secrets.randbelow(1 << 31) if given.seed is None else given.seed
    name = given.scenario or FIRST
    if given.from_set is not None:
        name = "restore-test"
        from_set.build(BackupSet(given.from_set, read_manifest(given.from_set)), folder, *given.lose_for)
    else:
        build.build(name, folder, seed=seed, standing=given.standing)
    if not (home / "worksheets").exists():
        write_worksheets(home, folder)
    identity = Identity(f"{name}-{secrets.token_hex(4)}", name, seed, {})
    identity.save(folder)
    return identity


def _end_with_input(lab: Lab, cut_off: threading.Event) -> None:
    """Whoever tests a set holds the other end of standard input: with that process the lab ends, and its home goes."""
    while os.read(sys.stdin.fileno(), 64):
        pass
    cut_off.set()
    lab.stop()


def _serve(lab: Lab) -> int:
    control = ControlServer(lab.home, lab)
    try:
        lab.open()
        control.start()
        terminal.write(sys.stdout, [json.dumps(lab.announcement(with_password=_is_pipe(sys.stdout)))])
        while not lab.ending.wait(_TICK):  # Windows delivers Ctrl-C only between waits
            pass
    except KeyboardInterrupt:
        lab.stop()
    finally:
        _on_signals_ignore()
        control.stop()
        lab.close()
    return 0


def _is_pipe(stream: TextIO) -> bool:
    """Whether only a program reads it: on a terminal or in a file the password would stay to be seen."""
    try:
        return stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _signals() -> list[signal.Signals]:
    names = ("SIGTERM", "SIGINT", "SIGBREAK")
    return [signal.Signals[name] for name in names if hasattr(signal, name)]


def _on_signals_raise() -> None:
    def end(_: int, __: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    for number in _signals():
        signal.signal(number, end)


def _on_signals_ignore() -> None:
    for number in _signals():
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
