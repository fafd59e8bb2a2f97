"""The catalogue of faults that can be requested, and what each one puts into the state for the simulation to show.

Where they take effect: wire kinds in ``Simulation.trouble``; all others are queried with
``Simulation.fault(kind, host, cmdlet)``: ``cmdlet-error`` before a cmdlet acts, ``disk-full`` before a file is written
on a host's own disk, ``no-delegation`` before a host connects to another one as the operator, ``services-not-stopped``
in ``Stop-CsWindowsService`` (one service goes on running without an error), ``imported-in-part`` in
the imports, ``sql-reset`` and ``sql-silent`` in the
engine of a SQL instance. ``wrong-password`` works through the
lab's user file alone, the ``hostile-`` ones on every answer of a host or an instance; ``exchanged-set`` and
``mislabelled-set`` change the sets as the lab is opened.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lync_wizard.core.errors import InputError
from lync_wizard.lab.farm import hostile
from lync_wizard.lab.farm.state import Fault, State
from lync_wizard.lab.sqlserver import hostile as sql_hostile

FOR_EVER: Final = -1
REFUSED_LOGON: Final = "wrong-password"
DISK_FULL: Final = "disk-full"
EXCHANGED_SET: Final = "exchanged-set"
MISLABELLED_SET: Final = "mislabelled-set"
SWAPPED_PLAN: Final = "swapped-plan-row"


@dataclass(frozen=True)
class FaultType:
    """One fault of the catalogue: what is shown (``kind``), where by default, and how often."""

    name: str
    sentence: str
    kind: str
    command: str = ""
    on_lost: bool = False
    """Whether it is limited to the lost host by default."""
    times: int = 1
    after: float = 0.0
    seconds: float = 0.0
    fields: Mapping[str, Any] = field(default_factory=dict)


HOSTILE: Final = {
    **{hostile.PREFIX + name: sentence for name, sentence in hostile.INPUTS.items()},
    **{sql_hostile.PREFIX + name: sentence for name, sentence in sql_hostile.INPUTS.items()},
}
"""Hosts and instances that mean harm; no deployment is restored on them."""
_IMPORT: Final = "Import-CsUserData"
_SQL_TIMEOUT: Final = "Cannot open a connection to the SQL Server instance: the operation timed out."

CATALOGUE: Final = {
    entry.name: entry
    for entry in (
        FaultType(
            "connection-dropped",
            "The connection is lost in the middle of a cmdlet, which runs on to its end on the host.",
            "drop",
            _IMPORT,
            after=0.2,
        ),
        FaultType(
            "connection-dropped-before",
            "The connection is lost just before a cmdlet is started, which therefore never runs.",
            "drop-before",
            _IMPORT,
        ),
        FaultType("host-hangs", "The host accepts a cmdlet and then says nothing more.", "hang", _IMPORT),
        FaultType("http-500", "The host answers one cmdlet with an internal server error.", "http-500", _IMPORT),
        FaultType(
            "http-400-after-run",
            "The host answers one cmdlet with a bare HTTP 400 when it has run to its end.",
            "http-400",
            _IMPORT,
        ),
        FaultType(
            "shell-gone",
            "The host has ended the session when one cmdlet is to be started, which therefore never runs.",
            "shell-gone",
            _IMPORT,
        ),
        FaultType(
            "other-machine",
            "As one cmdlet is to be started, another computer has taken the host's place; it never runs.",
            "other-machine",
            _IMPORT,
        ),
        FaultType("idle-drop", "The hosts close every connection as soon as it is idle.", "idle-drop", times=FOR_EVER),
        FaultType("slow-host", "Every reply of the hosts is late.", "slow", times=FOR_EVER, seconds=0.3),
        FaultType(
            REFUSED_LOGON,
            "The password on record is refused until the directory's administrator sets it again (a simulated action).",
            REFUSED_LOGON,
            times=FOR_EVER,
        ),
        FaultType(
            "cmdlet-error",
            "A cmdlet ends with an error of its own and has changed nothing.",
            "cmdlet-error",
            _IMPORT,
            fields={"message": _SQL_TIMEOUT},
        ),
        FaultType(
            DISK_FULL,
            "The disk of the restored server is full until somebody makes room (a simulated action).",
            DISK_FULL,
            on_lost=True,
            times=FOR_EVER,
        ),
        FaultType(
            "no-delegation",
            "The hosts do not pass the operator's identity on to a second host.",
            "no-delegation",
            times=FOR_EVER,
        ),
        FaultType(
            "services-not-stopped",
            "Stopping the services leaves one of them running, without an error.",
            "services-not-stopped",
            "Stop-CsWindowsService",
        ),
        FaultType(
            "imported-in-part",
            "An import takes in the first workflow, user, location or the principals alone, without an error.",
            "imported-in-part",
            "Import-CsRgsConfiguration",
        ),
        FaultType(
            "sql-reset-single-user",
            "The connection to SQL Server is reset just after a database was set to SINGLE_USER.",
            "sql-reset",
            "SET SINGLE_USER",
        ),
        FaultType(
            "sql-reset-use-master",
            "The connection to SQL Server is reset at USE [master], before a restore.",
            "sql-reset",
            "USE [master]",
        ),
        FaultType(
            "sql-restore-silent",
            "A RESTORE ends without error and without message 3014, and has restored nothing.",
            "sql-silent",
            "RESTORE DATABASE",
        ),
        FaultType(
            "failover-interrupted",
            "A pool failover ends in the middle; the pool stays FailingOver, and nothing runs.",
            "failover-interrupted",
            "Invoke-CsPoolFailOver",
        ),
        FaultType(
            "cms-failover-without-master",
            "A failover of the Central Management store reports success and leaves no master.",
            "cms-failover-without-master",
            "Invoke-CsManagementServerFailover",
        ),
        FaultType(
            EXCHANGED_SET,
            "A file of the backup set was exchanged after its verification, and the manifest made to fit.",
            EXCHANGED_SET,
            times=FOR_EVER,
        ),
        FaultType(
            MISLABELLED_SET,
            "The backup set was adopted with the locations as the configuration.",
            MISLABELLED_SET,
            times=FOR_EVER,
        ),
        FaultType(
            SWAPPED_PLAN,
            "The connection is lost in the middle of a cmdlet, and the plan that was approved is exchanged for another "
            "in the run's journal before the run goes on.",
            "drop",
            _IMPORT,
            after=0.2,
            fields={"tampers": SWAPPED_PLAN},
        ),
        *(FaultType(name, sentence, name, times=FOR_EVER) for name, sentence in HOSTILE.items()),
    )
}


def parse(text: str, lost: str = "") -> Fault:
    """The fault ``NAME``, ``NAME@WHERE`` or ``NAME@CMDLET@HOST``, where WHERE is a cmdlet or a host, for a deployment
    that lost ``lost``.

    Raises :class:`InputError` for a name the catalogue does not have.
    """
    name, _, where = text.strip().partition("@")
    entry = CATALOGUE.get(name)
    if entry is None:
        near = difflib.get_close_matches(name, CATALOGUE, 1)
        hint = f"Did you mean {near[0]}?" if near else f"Choose one of {', '.join(CATALOGUE)}."
        raise InputError(f"there is no fault called {name!r}", hint)
    host, command = (lost if entry.on_lost else ""), entry.command
    cmdlet, both, on = where.partition("@")
    if both:
        host, command = on, cmdlet
    elif "." in where:
        host, command = where, ""
    elif where:
        command = where
    return Fault(
        entry.kind, host, command, entry.times, entry.after, entry.seconds, dict(entry.fields)
    )  # fmt: skip


def where(state: State) -> str:
    """The server on which a fault of the restored server shows: the drill's target where it is lost, or the first."""
    target = str(state.facts.get("target", ""))
    return target if target in state.lost else next(iter(state.lost), "")


def waiting(state: State, kind: str) -> bool:
    """Whether a fault of that kind is still to be shown."""
    return any(fault.kind == kind and fault.times != 0 for fault in state.faults)


def end(state: State, kind: str) -> bool:
    """Take every fault of that kind out of the state; False where there was none."""
    left = [fault for fault in state.faults if fault.kind != kind]
    ended = len(left) != len(state.faults)
    state.faults = left
    return ended
