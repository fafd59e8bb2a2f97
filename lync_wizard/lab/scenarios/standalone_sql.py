"""The stand-alone SQL servers of a scenario: their databases filled, saved by BACKUP itself, and then lost."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from lync_wizard.lab.farm import sql_instances, topology
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.scenarios.seeded import SeededValues
from lync_wizard.lab.sqlserver.engine import SqlEngine
from lync_wizard.lab.sqlserver.instance import Server
from lync_wizard.lab.tds import protocol
from lync_wizard.lab.tds.listener import Refusal
from lync_wizard.lab.tds.protocol import Column

SAVED: Final = ("LcsLog", "LcsCDR", "QoEMetrics", "mgc")
"""Databases whose content exists nowhere else and is saved by SQL Server itself."""
_ELSEWHERE: Final = r"C:\Program Files\Microsoft SQL Server\MSSQL11.ANEW\MSSQL\DATA"
"""Where databases lie that are created on an instance installed anew: not where the backup says they were."""


class _RefusalClient:
    """A client that keeps only refusals; its ``wait`` returns at once."""

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []

    def columns(self, shape: Sequence[Column]) -> None: ...
    def row(self, values: Sequence[Any]) -> None: ...
    def raw(self, data: bytes) -> None: ...
    def info(self, number: int, text: str, state: int = 1) -> None: ...
    def done(self, count: int | None = None) -> None: ...
    def database(self, new: str, old: str) -> None: ...
    def wait(self, seconds: float) -> None: ...

    def error(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)


def fill(simulation: Simulation, scenario: Mapping[str, Any], values: SeededValues) -> None:
    """Fill the databases of ``sql-servers``: each table with as many rows as the scenario says."""
    with simulation.change() as state:
        for server in scenario["sql-servers"]:
            record = state.instances[f"{server['fqdn']}\\{server['instance']}".lower()]
            for database, tables in server["databases"].items():
                record.databases[database] = topology.SCHEMA_VERSIONS[database]
                if tables:
                    record.contents[database.lower()] = {
                        table: [values.guid(database, table, str(row)) for row in range(rows)]
                        for table, rows in tables.items()
                    }
        if scenario.get("chat-tool"):
            state.facts["chat-tool"] = scenario["chat-tool"]
        lost = scenario["lost"]
        state.facts["target"] = scenario.get("target") or (lost[0] if lost else scenario["central"])
    for record in [record for record in simulation.state.instances.values() if record.contents]:
        instance = sql_instances.SimulatedInstance(simulation, record.host, record.name, str)
        with instance.change():
            pass  # the databases appear, with their folders and the access of Lync's services


def back_up(simulation: Simulation, folder: Path, root: str) -> Iterator[tuple[str, str]]:
    """Save what :data:`SAVED` names with BACKUP into the set ``folder``, which the instances reach as ``root``.

    Yields path within the set and instance. Raises RuntimeError with the message of an instance that refuses.
    """
    password = secrets.token_urlsafe()
    for record in list(simulation.state.instances.values()):
        engine = SqlEngine(sql_instances.SimulatedInstance(simulation, record.host, record.name, lambda: password))
        for database in [name for name in SAVED if name in record.databases]:
            place = f"{record.host}_{record.name}"
            (folder / "Sql" / place).mkdir(parents=True, exist_ok=True)
            target = f"{root}\\Sql\\{place}\\{database}.bak"
            _run(engine, password, f"BACKUP DATABASE [{database}] TO DISK = N'{target}' WITH COPY_ONLY, CHECKSUM;")
            yield f"Sql/{place}/{database}.bak", f"{record.host}\\{record.name}"


def _run(engine: SqlEngine, password: str, batch: str) -> None:
    login = protocol.Login(sql_instances.LOGIN, password, "master", "", "the lab", 4096, False)
    connection, _ = engine.login(login, lambda: None)
    client = _RefusalClient()
    connection.run(batch, {}, client)
    connection.close()
    if client.refusals:
        raise RuntimeError(f"{engine.server_name}: {client.refusals[0]}")


def strike(simulation: Simulation, lost: Sequence[str], databases: Sequence[str]) -> None:
    """The instances of hosts were installed anew, in another folder; the databases are gone."""
    with simulation.change() as state:
        state.lost = list(lost)
        for record in state.instances.values():
            if record.host not in lost:
                continue
            record.server = Server.installed(_ELSEWHERE)
            for name in [name for name in record.databases if name in databases]:
                del record.databases[name]
                record.contents.pop(name.lower(), None)
