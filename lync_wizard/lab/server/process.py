"""Starting, finding and stopping a lab that is a process of its own and outlives whoever started it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lync_wizard.core import reading
from lync_wizard.core.errors import InputError, Refused, Unreachable, WizardError
from lync_wizard.core.secret import Secret
from lync_wizard.core.storage import private_folder
from lync_wizard.lab.server.control import LabControl

VARIABLE: Final = "LYNC_WIZARD_LAB_PASSWORD"
"""The environment variable that gives a lab its password; every user can read the arguments of a process."""
ON_RECORD: Final = "-:on-record"
"""Domain and user of the line of the users' file that holds the password on record; nobody's account."""
_START_SECONDS: Final = 120.0
_KINDS: Final = {kind.exit_code: kind for kind in (WizardError, InputError, Refused, Unreachable)}


@dataclass(frozen=True)
class Started:
    """A lab that answers: where its connections file is, the password, and each host's port on 127.0.0.1."""

    home: Path
    connections: Path
    password: Secret
    hosts: Mapping[str, int]
    pid: int


@dataclass(frozen=True)
class OfSet:
    """The folder of a backup set whose deployment is built, and what is lost there: what a procedure restores."""

    folder: Path
    procedure: str
    target: str


def start(
    home: Path,
    scenario: str | None = None,
    *,
    speed: float = 1.0,
    seed: int | None = None,
    faults: Sequence[str] = (),
    standing: bool = False,
    password: Secret | None = None,
    powershell: str | None = None,
    of_set: OfSet | None = None,
) -> Started:
    """Start the lab of ``home`` (built there first where there is none) and return when it answers.

    Without a ``scenario`` a lab that is there keeps its own, and a new one is of ``contoso-se``.

    ``standing`` leaves it healthy until ``LabControl.strike`` lets the disaster happen. With ``powershell`` (a path, or
    ``auto``) a real one interprets its pipelines. ``of_set`` takes the deployment from a backup set instead of a
    scenario; such a lab ends with the process that started it.

    Raises :class:`Refused` where one runs there already, and whatever the lab process refuses with.
    """
    if running(home) is not None:
        raise already_running(home)
    # -P keeps the current folder off the module path: what a lab runs is what is installed.
    arguments = [sys.executable, "-P", "-m", "lync_wizard.lab", "--home", str(home), "--speed", str(speed)]
    arguments += [] if scenario is None else ["--scenario", scenario]
    arguments += [] if seed is None else ["--seed", str(seed)]
    arguments += ["--standing"] if standing else []
    arguments += [] if powershell is None else ["--powershell", powershell]
    arguments += [part for fault in faults for part in ("--fault", fault)]
    if of_set is not None:
        arguments += ["--from-set", str(of_set.folder), "--lose-for", of_set.procedure, of_set.target]
    environment = dict(os.environ)
    if password is not None:
        environment[VARIABLE] = password.reveal()
    folder = private_folder(home / "lab")
    log = os.open(folder / "lab.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL if of_set is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            cwd=folder,
            **_detached(),
        )
    finally:
        os.close(log)
    return _ready(child, home)


def already_running(home: Path) -> Refused:
    """The refusal of a second lab in one home."""
    return Refused(
        f"a lab runs in {home} already",
        "Go on with it, stop it with `lync-wizard lab stop`, or name another with --lab.",
    )


def _detached() -> dict[str, Any]:
    """A session (POSIX) or process group without console (Windows) of its own: Ctrl-C here does not reach it."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _ready(child: subprocess.Popen[bytes], home: Path) -> Started:
    timer = threading.Timer(_START_SECONDS, child.kill)
    timer.start()
    with child.stdout or contextlib.nullcontext() as said_there:
        line = said_there.readline() if said_there else b""
    timer.cancel()
    if not line:
        raise _refusal(child.wait(), home)
    # The lab outlives this process; until one of them ends, it has to collect the exit code.
    threading.Thread(target=child.wait, name="lab exit", daemon=True).start()
    said = json.loads(line)
    return Started(
        home=home,
        connections=Path(said["connections"]),
        password=Secret(said["password"]),
        hosts={host["fqdn"]: int(host["port"]) for host in said["hosts"]},
        pid=int(said["pid"]),
    )


def _refusal(code: int, home: Path) -> WizardError:
    log = home / "lab" / "lab.log"
    lines = log.read_text("utf-8", "replace").splitlines()
    summary = next((line for line in reversed(lines) if line.startswith("lab: ")), "")
    hint = next((line for line in reversed(lines) if line.startswith("HINT: ")), "")
    if summary and hint:
        return _KINDS.get(code, WizardError)(summary.removeprefix("lab: "), hint.removeprefix("HINT: "))
    return WizardError("the lab did not start", f"Read what it said in {log}.", "\n".join(lines[-5:]))


def running(home: Path) -> dict[str, Any] | None:
    """The status of the lab of ``home`` (see ``LabControl.status``), or None where none runs."""
    with contextlib.suppress(WizardError):
        return LabControl(home).status()
    return None


def users_file(home: Path) -> Path:
    """The lab's file of users (owner-only): the one place where its password is written."""
    return home / "lab" / "ntlm-users"


def password(home: Path) -> Secret | None:
    """The password on record of the lab in ``home``, or None where no lab was ever started there.

    With the fault ``wrong-password`` the hosts refuse it until the action ``reset-password``.
    """
    try:
        lines = reading.text(users_file(home)).splitlines()
    except (OSError, ValueError):
        return None
    found = next((line for line in lines if line.startswith(f"{ON_RECORD}:")), "")
    return Secret(found.removeprefix(f"{ON_RECORD}:")) if found else None


def stop(home: Path) -> bool:
    """Stop the lab of ``home`` and return when its process is gone; False where none ran. Its state stays."""
    if running(home) is None:
        return False
    LabControl(home).stop()
    return True
