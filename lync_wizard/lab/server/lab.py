"""One running lab in its home: the simulation, a listener for each host, the users' file, ``connections.yaml``."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lync_wizard.core import reading
from lync_wizard.core.errors import InputError
from lync_wizard.core.secret import Secret
from lync_wizard.core.storage import write_whole
from lync_wizard.lab import manual_steps
from lync_wizard.lab.farm import dfs, faults, topology
from lync_wizard.lab.farm.simulation import REPLICATION_SECONDS, Simulation
from lync_wizard.lab.farm.sql_instances import LOGIN, SimulatedInstance
from lync_wizard.lab.powershell.runspace import SimulatedHosts
from lync_wizard.lab.real_powershell.interpreters import START, RealPowerShell
from lync_wizard.lab.scenarios import build, set_faults
from lync_wizard.lab.server import process
from lync_wizard.lab.server.certificate import self_signed, server_context
from lync_wizard.lab.sqlserver.engine import SqlEngine
from lync_wizard.lab.tds.listener import Listener
from lync_wizard.lab.verdict import backup, failover_families, restore
from lync_wizard.lab.winrm.auth import USER_FILE
from lync_wizard.lab.winrm.listener import Endpoint

LOOPBACK: Final = "127.0.0.1"
_WORK_RATE: Final = 600.0
"""How much faster than in reality a person acts at speed 1: installing Windows takes seconds, not 45 minutes."""
_LONGEST_ACTION: Final = 5.0
_ROLES: Final = {
    "lync-admin": "lyncadmin",
    "domain-admin": "da",
    "sql-admin": "lyncadmin",
    "chat-admin": "chatadmin",
}
"""Role of connections.yaml → account of the scenario's directory."""
_PERIMETER: Final = "edge-admin"
"""Role of connections.yaml for servers in no domain, each with an account of its own."""


@dataclass
class Identity:
    """The identity of a lab, kept in ``lab/lab.json``: a restart keeps id and ports."""

    id: str
    scenario: str
    seed: int
    ports: dict[str, int]

    @classmethod
    def load(cls, folder: Path) -> Identity | None:
        """The identity stored in ``folder``, or None where no lab was ever completely built."""
        try:
            return cls(**json.loads(reading.text(folder / "lab.json")))
        except FileNotFoundError:
            return None
        except reading.FAULTS as error:
            raise InputError(
                f"{folder / 'lab.json'} is damaged", "Remove that lab's folder and start it again.", reading.why(error)
            ) from error

    def save(self, folder: Path) -> None:
        write_whole(folder / "lab.json", json.dumps(vars(self)))


class Lab:
    """Implements :class:`ControlTarget`; ``ending`` is set when somebody asked the lab to stop.

    Its pipelines run in the built-in interpreter, or in ``powershell``.
    """

    def __init__(
        self,
        home: Path,
        simulation: Simulation,
        identity: Identity,
        password: Secret | None,
        powershell: RealPowerShell | None = None,
    ) -> None:
        self.home = home
        self.folder = home / "lab"
        self.simulation = simulation
        simulation.tamper = lambda: set_faults.swap_plan(home)
        self.identity = identity
        self.ending = threading.Event()
        self._users = process.users_file(home)
        self.password = password or process.password(home) or Secret(secrets.token_urlsafe(15))
        simulation.accepts = self.password.__eq__
        self._endpoints: list[Endpoint] = []
        self._listeners: dict[str, Listener] = {}
        self._powershell = powershell

    @property
    def connections(self) -> Path:
        return self.home / "connections.yaml"

    def open(self) -> None:
        """Write the users' file, listen for every host, and write ``connections.yaml``."""
        self._write_users()
        os.environ[USER_FILE] = str(self._users)
        here = self.simulation.state
        for fqdn in sorted(name for name in here.hosts if not dfs.is_namespace(here, name)):
            endpoint = self._endpoint(fqdn, self.identity.ports.get(fqdn, 0))
            self._endpoints.append(endpoint)
            self.identity.ports[fqdn] = endpoint.port
        for name, listener in self._instances():
            self._listeners[name] = listener
            self.identity.ports[name] = listener.port
        self.identity.save(self.folder)
        write_whole(self.connections, self._connections())
        for endpoint in self._endpoints:
            endpoint.start()

    def close(self) -> None:
        """Close every listener; what runs on them is told to stop and waited for."""
        for endpoint in self._endpoints:
            endpoint.stop()
        for listener in self._listeners.values():
            listener.close()
        if self._powershell is not None:
            self._powershell.close()

    def announcement(self, *, with_password: bool) -> dict[str, Any]:
        """The start line (README.md); ``with_password`` where only another program reads it."""
        return {
            "connections": str(self.connections),
            "password": self.password.reveal() if with_password else None,
            "password_file": str(self._users),
            "hosts": self._addresses(),
            "pid": os.getpid(),
            "home": str(self.home),
        }

    # ControlTarget

    def actions(self) -> dict[str, Any]:
        self.simulation.settle()
        return {"deeds": manual_steps.actions(self.simulation)}

    def do(self, name: str) -> dict[str, Any]:
        done = manual_steps.do(self.simulation, name)
        self._write_users()
        if self._powershell is not None:
            self._powershell.refresh()
        self.ending.wait(min(_LONGEST_ACTION, done.seconds / _WORK_RATE / self.simulation.speed))
        return {"title": done.title, "said": done.said, "seconds": done.seconds}

    def verdict(self) -> dict[str, Any]:
        self.simulation.settle()
        if any(one.catches_up_at for one in self.simulation.state.replicas.values()):
            self.ending.wait(min(_LONGEST_ACTION, REPLICATION_SECONDS / self.simulation.speed + 0.05))
            self.simulation.settle()
        with self.simulation.lock:
            if "verdict" in self.simulation.state.facts:
                return failover_families.compare(self.simulation, restore.snapshot(self.folder))
            return restore.compare(self.folder, self.simulation.state).to_json()

    def backed_up(self, name: str) -> dict[str, Any]:
        """Compare a set with the deployment, which becomes the snapshot of a restore where the set is complete."""
        self.simulation.settle()
        with self.simulation.lock:
            missing = backup.compare(self.simulation, name)
            if not missing:
                restore.take_snapshot(self.folder, self.simulation.state)
        return {"verdict": "not backed up" if missing else "backed up", "not_restored": missing}

    def strike(self) -> dict[str, Any]:
        with self.simulation.lock:
            build.strike(self.simulation)
            return {"lost": self.simulation.state.lost}

    def status(self) -> dict[str, Any]:
        with self.simulation.lock:
            state = self.simulation.state
            present = {fqdn: host.present for fqdn, host in state.hosts.items()}
            waiting = [fault.kind for fault in state.faults if fault.times != 0]
            shown = dict(self.simulation.shown)
            target = state.facts.get("target") or next(iter(state.lost), "")
            standing = bool(state.facts.get(build.STANDING))
        return {
            "scenario": self.identity.scenario,
            "seed": self.identity.seed,
            "environment": self.identity.id,
            "target": target,
            "standing": standing,
            "hosts": [host | {"present": present[host["fqdn"]]} for host in self._addresses()],
            "faults": waiting,
            "shown": shown,
            "speed": self.simulation.speed,
            "powershell": None if self._powershell is None else self._powershell.pwsh,
            "connections": str(self.connections),
            "pid": os.getpid(),
        }

    def powershell(self, host: str, user: str) -> dict[str, Any]:
        if self._powershell is None:
            raise InputError("this lab has no PowerShell of its own", "Start it with --powershell PATH or auto.")
        if not self.simulation.answers(host):
            raise InputError(f"no computer {host} is there", "See its hosts with `lab start`, and what was lost.")
        more = self._powershell.environment(host, user)
        return {"program": self._powershell.pwsh, "first": START, "environment": more}

    def stop(self) -> None:
        self.ending.set()

    # Files

    def _endpoint(self, fqdn: str, port: int) -> Endpoint:
        try:
            return Endpoint(fqdn, SimulatedHosts(self.simulation), port=port, interpreters=self._powershell)
        except OSError:
            # Another process has taken the port since the lab last ran.
            return Endpoint(fqdn, SimulatedHosts(self.simulation), port=0, interpreters=self._powershell)

    def _instances(self) -> Iterator[tuple[str, Listener]]:
        """Every instance that can be reached from outside, those included that are to be installed again."""
        here = self.simulation.state.instances | restore.snapshot(self.folder).instances
        for record in sorted(here.values(), key=lambda record: record.key):
            if record.name.lower() in topology.LOCAL_INSTANCES:
                continue
            name = f"{record.host}\\{record.name}".rstrip("\\")
            instance = SimulatedInstance(self.simulation, record.host, record.name, self.password.reveal)
            engine, tls = SqlEngine(instance), server_context(*self_signed([record.host]))
            try:
                yield name, Listener(engine, tls, address=LOOPBACK, port=self.identity.ports.get(name, 0))
            except OSError:
                yield name, Listener(engine, tls, address=LOOPBACK)

    def _addresses(self) -> list[dict[str, Any]]:
        return [{"fqdn": end.host, "address": LOOPBACK, "port": end.port} for end in self._endpoints]

    def _write_users(self) -> None:
        directory = self.simulation.state.directory
        refused = faults.waiting(self.simulation.state, faults.REFUSED_LOGON)
        password = secrets.token_urlsafe(15) if refused else self.password.reveal()
        lines = [f"{process.ON_RECORD}:{self.password.reveal()}\n"]
        lines += [f"{directory.netbios}:{account.name}:{password}\n" for account in directory.accounts.values()]
        lines += [f":{account.name}@{directory.domain}:{password}\n" for account in directory.accounts.values()]
        for user in self._local_users().values():
            lines += [f"{user.replace(chr(92), ':')}:{password}\n"]
        write_whole(self._users, "".join(lines))

    def _local_users(self) -> dict[str, str]:
        """The administrator (``HOST\\name``) of each computer that is in no domain, by its FQDN."""
        before = restore.snapshot(self.folder).hosts.values()
        return {h.fqdn: f"{h.name.upper()}\\{h.local_accounts[0]}" for h in before if h.local_accounts}

    def _connections(self) -> str:
        """``connections.yaml``; every value is written as JSON, which YAML reads."""
        state = self.simulation.state
        accounts = {role: name for role, name in _ROLES.items() if name in state.directory.accounts}
        lines = [f"environment: {{kind: drill, id: {self.identity.id}}}", "accounts:"]
        for role, name in accounts.items():
            user = _text("\\".join([state.directory.netbios, name]))
            lines.append(f"  {role}: {{user: {user}, password_env: {process.VARIABLE}}}")
        own = self._local_users()
        signs_in = {fqdn: f"user: {_text(user)}, password_env: {process.VARIABLE}" for fqdn, user in own.items()}
        if own:
            lines.append(f"  {_PERIMETER}: {{{next(iter(signs_in.values()))}}}")
        lines += ["defaults: {auth: negotiate, ssl: false, delegate: true}", "hosts:"]
        for end in self._endpoints:
            more = f", {signs_in[end.host]}" if end.host in signs_in else ""
            lines.append(f"  {end.host}: {{address: {LOOPBACK}, port: {end.port}{more}}}")
        if self._listeners:
            lines += ["sql:"]
        for name, listener in self._listeners.items():
            how = f"auth: sql, user: {LOGIN}, password_env: {process.VARIABLE}, encrypt: true, verify: false"
            lines.append(f"  {_text(name)}: {{address: {LOOPBACK}, port: {listener.port}, {how}}}")
        lines += ["shares:"]
        for host in state.hosts.values():
            for name, local in host.shares.items():
                # A folder of a DFS namespace lies below its root.
                share, _, below = name.partition("\\")
                path = local.removesuffix(f"\\{below}") if below else local
                if not host.lync_version:
                    unc = "\\".join(["", "", host.fqdn, share])
                    lines.append(f"  {_text(unc)}: {_text(str(self.simulation.locate(host.fqdn, path)))}")
        return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
