"""A lab behind the product's own sessions, with one interpreter or the other, and the processes that it has."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lync_wizard.core.secret import Redactor, Secret
from lync_wizard.hosts import Limits, Output, Reply, silent
from lync_wizard.hosts.addresses import Credentials, Endpoint
from lync_wizard.hosts.command import Cmdlet, Command, Pipeline
from lync_wizard.hosts.powershell_session import PsrpSession, open_session
from lync_wizard.lab.server.process import Started


def cmdlet(name: str, **parameters: Any) -> Pipeline:
    return Pipeline((Cmdlet(name, tuple(parameters.items())),))


@dataclass
class Client:
    """Opens sessions to the hosts of a lab; they are closed at the end of the test."""

    lab: Started
    opened: list[PsrpSession] = field(default_factory=list)

    def session(
        self,
        host: str,
        user: str = "CONTOSO\\lyncadmin",
        password: Secret | None = None,
        resolve: Callable[[str], Path | None] = lambda _: None,
    ) -> PsrpSession:
        fqdn = f"{host}.contoso.com"
        endpoint = Endpoint("127.0.0.1", self.lab.hosts[fqdn], operation_timeout=60.0)
        credentials = Credentials(user, password or self.lab.password)
        self.opened.append(open_session(fqdn, endpoint, credentials, Redactor(), resolve=resolve))
        return self.opened[-1]

    def run(self, host: str, *commands: Command) -> list[Reply]:
        session = self.session(host)
        return [run(session, command) for command in commands]

    def close(self) -> None:
        for session in self.opened:
            session.close()


def run(
    session: PsrpSession,
    command: Command,
    on_output: Callable[[Output], None] = silent,
    cancel: threading.Event | None = None,
    **limits: float,
) -> Reply:
    bounds = Limits(**{"overall": 60.0, "operation": 30.0} | limits)
    return session.run(command, limits=bounds, on_output=on_output, cancel=cancel or threading.Event())


def powershells(lab: Path) -> list[int]:
    """The process ids of the PowerShells that the lab in that home has started and that still live."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            named = f"LYNC_LAB_START={lab}/".encode() in environment.read_bytes()
        except OSError:
            continue
        if named and "Z" not in (environment.parent / "stat").read_text().rpartition(")")[2][:3]:
            found.append(int(environment.parent.name))
    return sorted(found)


def gone(lab: Path, seconds: float = 20.0) -> bool:
    """Whether none of them is left within that time."""
    left = threading.Event()
    for _ in range(int(seconds * 10)):
        if not powershells(lab):
            return True
        left.wait(0.1)
    return False


def end(process: int) -> None:
    subprocess.run(["kill", "-9", str(process)], check=True)
