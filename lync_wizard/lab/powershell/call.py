"""One running cmdlet: its bound parameters, its streams, and what it can reach from its host."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.simulation import Simulation, plain_path
from lync_wizard.lab.farm.state import Host, State
from lync_wizard.lab.powershell.parameter_binding import Bound, cmdlet_class
from lync_wizard.lab.winrm.contract import ErrorRecord, Streams, Terminated, Thing

Cmdlet = Callable[["Call"], None]

REGISTRY: dict[str, Cmdlet] = {}
"""Simulated cmdlets by lower-case name; filled by the modules of the package ``cmdlets``."""

LYNC_ADMINS = "RTCUniversalServerAdmins"


def cmdlet(*names: str) -> Callable[[Cmdlet], Cmdlet]:
    """Register a function as the simulation of one or more cmdlets."""

    def register(function: Cmdlet) -> Cmdlet:
        REGISTRY.update({name.lower(): function for name in names})
        return function

    return register


@dataclass
class Call:
    """A running cmdlet; ``received`` are the pipeline's input objects, ``variables`` the runspace's."""

    simulation: Simulation
    host_name: str
    user: str
    name: str
    bound: Bound
    streams: Streams
    write: Callable[[Any], None]
    received: Sequence[Any] = ()
    variables: dict[str, Any] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)

    @property
    def state(self) -> State:
        return self.simulation.state

    @property
    def host(self) -> Host:
        """The host where the cmdlet runs."""
        return self.state.hosts[self.host_name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.bound.get(name, default)

    def record(self, message: str, category: str, error_id: str, target: str = "", exception: str = "") -> ErrorRecord:
        kind = exception or "System.InvalidOperationException"
        return ErrorRecord(message, category, f"{error_id},{cmdlet_class(self.name)}", kind, target, self.name)

    def error(self, message: str, category: str = "InvalidOperation", error_id: str = "", **more: str) -> None:
        """Write a non-terminating error; ``-ErrorAction Stop`` ends the command with it."""
        record = self.record(message, category, error_id or "ProcessingFailed", **more)
        action = str(self.get("ErrorAction", "Continue")).lower()
        if action == "stop":
            raise Terminated(record)
        if action not in {"silentlycontinue", "ignore"}:
            self.streams.error(record)

    def fail(self, message: str, category: str = "InvalidOperation", error_id: str = "", **more: str) -> NoReturn:
        """End the command with a terminating error."""
        raise Terminated(self.record(message, category, error_id or "ProcessingFailed", **more))

    def verbose(self, text: str) -> None:
        if self.get("Verbose", False):
            self.streams.verbose(text)

    def warning(self, text: str) -> None:
        if str(self.get("WarningAction", "Continue")).lower() not in {"silentlycontinue", "ignore"}:
            self.streams.warning(text)

    def work(self, seconds: float, *stages: str) -> None:
        """Take simulated time, in equal parts per stage, with a progress record and a verbose line for each."""
        shown = stages or ("Processing",)
        for number, stage in enumerate(shown):
            self.streams.check()
            if stages:
                self.streams.progress(self.name, stage, 100 * number // len(shown))
                self.verbose(stage)
            self.streams.wait(seconds / len(shown) / self.simulation.speed)
        if stages:
            self.streams.progress(self.name, "Completed", 100)

    def proceeds(self, action: str, target: str) -> bool:
        """Whether to act: False under ``-WhatIf``, which says what would happen."""
        if self.get("WhatIf", False):
            self.streams.information(f'What if: Performing the operation "{action}" on target "{target}".')
            return False
        if self.get("Confirm", False):
            self.fail(
                "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
                "InvalidOperation",
                "InvalidOperation",
                exception="System.Management.Automation.PSInvalidOperationException",
            )
        return True

    def emit(self, kind: str, properties: Mapping[str, Any], text: str = "") -> None:
        self.write(Thing((kind, "System.Object"), dict(properties), text or str(properties.get("Identity", kind))))

    # Rights and reach

    def groups(self) -> list[str]:
        account = self.simulation.account(self.user)
        return account.groups if account else []

    def require_group(self, *groups: str) -> None:
        """Refuse the command unless the account is in one of the groups; in the perimeter local administrators pass."""
        if not self.host.domain and self.simulation.is_local_admin(self.host, self.user):
            return
        if not set(groups) & set(self.groups()):
            self.fail(
                f'Access is denied. The account "{self.user}" is not a member of {" or ".join(groups)}.',
                "PermissionDenied",
                "AccessDenied",
                exception="System.UnauthorizedAccessException",
            )

    def delegated(self, other: str) -> bool:
        """Whether the operator's identity reaches ``other`` from here (pitfall P2)."""
        own = other.lower() in (self.host_name, self.host_name.partition(".")[0])
        return own or self.simulation.fault("no-delegation", self.host_name) is None

    def require_cms(self) -> None:
        """Refuse the command unless the Central Management store can be opened from here."""
        trouble = topology.cms_trouble(self.state)
        if not self.host.domain:
            trouble = "Active Directory cannot be reached: this computer is not a member of a domain."
        pointer = self.state.directory.cms_pointer
        if not trouble and not self.delegated(pointer.partition("\\")[0]):
            trouble = (
                f'Cannot open database "xds" requested by the login on "{pointer}". The login failed. '
                "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON'."
            )
        if trouble:
            self.fail(trouble, "ConnectionError", "SqlConnectionFailed", exception="System.Data.SqlClient.SqlException")

    def path(self, text: str) -> Path:
        """The real path behind a Windows path. Raises FileNotFoundError, or PermissionError without delegation."""
        plain = plain_path(text)
        server = plain[2:].partition("\\")[0] if plain.startswith("\\\\") else ""
        if server and not self.delegated(server):
            raise PermissionError(f"Access to the path '{text}' is denied.")
        return self.simulation.locate(self.host_name, text)

    def target_file(self, text: str, *, new: bool = False) -> Path:
        """A file to write; ``new`` refuses an existing one. Ends the command where it cannot be written."""
        try:
            path = self.path(text)
        except OSError as refused:
            self.fail(str(refused), "WriteError", "PathNotFound", exception="System.IO.IOException")
        if new and path.exists():
            self.fail(f"The file '{text}' already exists.", "ResourceExists", "FileExists")
        if not path.parent.is_dir():
            parent = text.rpartition("\\")[0]
            self.fail(f"Could not find a part of the path '{parent}'.", "ObjectNotFound", "DirectoryNotFound")
        self.require_room()
        return path

    def require_room(self) -> None:
        """End the command when the host's disk is full."""
        if self.simulation.fault("disk-full", self.host_name):
            self.fail(
                "There is not enough space on the disk.", "WriteError", "DiskFull", exception="System.IO.IOException"
            )

    def source_file(self, text: str) -> bytes:
        """The content of a file to read. Ends the command where it cannot be read."""
        try:
            return self.path(text).read_bytes()
        except PermissionError as refused:
            self.fail(str(refused), "PermissionDenied", "AccessDenied", exception="System.UnauthorizedAccessException")
        except OSError:
            self.fail(
                f"Could not find file '{text}'.",
                "ObjectNotFound",
                "FileNotFound",
                exception="System.IO.FileNotFoundException",
            )

    def report(self) -> None:
        """Write the HTML report requested with ``-Report``."""
        wanted = self.get("Report")
        if wanted:
            text = f"<html><body><h1>{self.name}</h1><p>Overall status: Completed</p></body></html>"
            self.target_file(wanted).write_text(text, encoding="utf-8")
