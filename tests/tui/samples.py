"""Real values for the screens: a small plan on contoso.com, its events, findings, rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lync_wizard.checks import Finding
from lync_wizard.core.secret import Redactor
from lync_wizard.core.storage import Home
from lync_wizard.hosts.addresses import AddressBook, Environment
from lync_wizard.hosts.command import Cmdlet, Pipeline, Program, SimulatedAction, Switch
from lync_wizard.hosts.identity import COMPARE, Identity
from lync_wizard.plans.model import Omitted, Plan, PlannedStep
from lync_wizard.procedures.expectations import Predicate, Proof, Test, Verification
from lync_wizard.runs.host_identity import Met
from lync_wizard.runs.runner import Gate, Request
from lync_wizard.runs.state import EventType, RunEvent, RunState, fold
from lync_wizard.workspace.run_session import RunSession
from lync_wizard.workspace.workspace import Workspace
from tests.world import World

SE = "se01.contoso.com"
START = datetime(2026, 11, 22, 12, 12, tzinfo=UTC)


def cmdlet(name: str, **parameters: Any) -> Pipeline:
    return Pipeline((Cmdlet(name, tuple(parameters.items())),))


SERVICES = Verification(
    cmdlet("Get-CsWindowsService", ComputerName=SE),
    SE,
    "lync-admin",
    (Predicate("all", (Test("Status", "equals", "Running"),)),),
)


def step(id: str, group: str, group_title: str, title: str, **more: Any) -> PlannedStep:
    command = more.pop("command", None)
    text = command.do if isinstance(command, SimulatedAction) else more.pop("text", title)
    kind = "manual" if isinstance(command, SimulatedAction) else "decision" if command is None else "cmdlet"
    return PlannedStep(id, group, group_title, title, SE, "lync-admin", kind, command, text, **more)


BARE = step(
    "se-bare", "se-bare", "New Windows installation", "Install Windows with the original computer name",
    command=SimulatedAction("Install Windows on the replacement computer and join the domain.", "install-windows"),
    confirm="type", confirm_text=SE, destructive=f"the disks of {SE} are wiped", expected_seconds=3600,
    notes=("Do not delete the computer account.",), verify=SERVICES,
)  # fmt: skip
IMAGE = step(
    "se-image", "se-bare", "New Windows installation", "Take a system image", confirm="none",
    command=SimulatedAction("Take an image of the computer."), expected_seconds=600,
)  # fmt: skip
COPY = step(
    "se-filestore", "se-filestore", "Restore the file store", "Copy the file store back",
    command=Program("robocopy", (r"\\bk01\lync\FileStore", r"C:\LyncShare", "/E", "/COPY:DATSO"), (0, 7)),
    confirm="type", confirm_text=SE, destructive=f"files in C:\\LyncShare on {SE} are overwritten",
    expected_seconds=300, undo="copy the folder aside first",
)  # fmt: skip
IMPORT = step(
    "se-userdata.4", "se-userdata", "Restore user data", "Import user data",
    command=Pipeline((Cmdlet("Import-CsUserData", (
        ("PoolFqdn", SE), ("FileName", r"C:\Restore\UserData\se01.contoso.com.zip"), ("Confirm", Switch(False)),
    )),)),
    expected_seconds=70, pitfalls=("P44",), verify=SERVICES,
)  # fmt: skip
CHAT = step(
    "se-pchat", "se-pchat", "Restore Persistent Chat", "How was Persistent Chat saved?", confirm="none",
    choices=("SQL backup", "exported file"), text="Look which file the backup set holds.",
)  # fmt: skip

PLAN = Plan(
    procedure="restore-se",
    title="Restore a Standard Edition server",
    target=SE,
    deployment="contoso",
    environment="contoso-drill",
    environment_kind="drill",
    backup_set="2026-11-22T060000Z_contoso",
    backup_at="2026-11-22T06:00:00Z",
    made_at=START,
    values={},
    steps=(BARE, IMAGE, COPY, IMPORT, CHAT),
    omitted=(Omitted("se-kerberos", "Kerberos account password", "no Kerberos account"),),
    checks=("server-is-clean",),
    rto_seconds=7200,
)

FINDINGS = (
    Finding(
        "server-is-clean", "no earlier Lync on the server", "blocked", SE, "services RTCSRV and REPLICA are installed",
        "Reinstall Windows on a clean disk; this restore never goes onto an existing server.",
        "Get-Service: 14 services named RTC*",
    ),
    Finding("second-hop", "a share is in reach", "caution", SE, "only without delegation", "Use CredSSP."),
    Finding("clock", "the clocks agree", "unknown", SE, "no answer", "Wait, then ask again."),
    Finding("account-group", "the account is in the group", "ok", SE, r"CONTOSO\RTCUniversalServerAdmins"),
    Finding("cmdlets-known", "the module has every cmdlet", "later", SE, "checked when the server is available again",
            gates=("se-bare",)),
)  # fmt: skip


UNCHECKED = replace(PLAN, checks=())


def session(plan: Plan = UNCHECKED) -> RunSession:
    """A session of the plan in a home where nothing is, for what screens show of it."""
    book = AddressBook(Environment(plan.environment_kind, plan.environment))
    return RunSession(Workspace(Home(Path("nowhere")), book, World().connect, Redactor()), plan, by="ann")


def events(*facts: tuple[EventType, str | None, dict[str, Any]]) -> list[RunEvent]:
    """Events of one run, a second apart."""
    return [
        RunEvent(number, START + timedelta(seconds=number), "0" * 64, "run", kind, name, 1 if name else None, data)
        for number, (kind, name, data) in enumerate(facts, 1)
    ]


UNDER_WAY = events(
    ("run_started", None, {"environment": "contoso-drill"}),
    ("step_started", "se-bare", {"text": "by hand"}),
    ("step_finished", "se-bare", {"outcome": "ok"}),
    ("step_started", "se-image", {"text": "by hand"}),
    ("step_finished", "se-image", {"outcome": "ok"}),
    ("step_started", "se-filestore", {"command": {"program": "robocopy"}}),
    ("step_finished", "se-filestore", {"outcome": "ok", "seconds": 211.4}),
    ("step_started", "se-userdata.4", {"command": {"pipeline": []}}),
    ("output", "se-userdata.4", {"stream": "verbose", "text": "Reading package ..."}),
    ("output", "se-userdata.4", {"stream": "progress", "text": "Importing users 1,204 of 3,310"}),
    ("output", "se-userdata.4", {"stream": "error", "text": "the database rtc is in use"}),
)


def state(until: int | None = None) -> RunState:
    return fold(UNDER_WAY[:until])


def met(*differing: str, may_accept: bool = True) -> Request:
    """A rebuilt host at its first contact, or with differences another machine."""
    then = Identity("SE01", "contoso.com", "S-1-5-21-1-2-3-1104")
    found = replace(then, machine="S-1-5-21-4-5-6")
    host = Met(SE, f"psrp {SE}", found, then, rebuilt=not differing, first=not differing, differing=differing)
    return Request("identity", IMPORT, host.why, COMPARE, may_accept=may_accept, met=host)


def destructive() -> Request:
    return Request("confirm", COPY, gates=(Gate("the share can be read", Proof("yes", "28 files")),))


def other_target() -> Request:
    return Request(
        "confirm", replace(COPY, id="be-filestore", host="be01.contoso.com", confirm_text="be01.contoso.com")
    )
