"""What a scenario with pairs has beyond its pools: copies, standby store, routes, devices, a stretched chat pool."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from lync_wizard.lab.farm import conference_content, mirroring, topology
from lync_wizard.lab.farm.pair_records import (
    IN_BACKUP,
    IN_USE,
    NORMAL,
    CentralStore,
    ChatPool,
    Homed,
    LogShipping,
    Standing,
)
from lync_wizard.lab.farm.simulation import Simulation
from lync_wizard.lab.farm.state import Copy, SqlInstance, State
from lync_wizard.lab.sqlserver import backup_media
from lync_wizard.lab.sqlserver.instance import Database, new_database

LOGS: Final = 4
"""Log backups of ``mgc`` that exist: two are applied to the secondary, one more is copied, the last is on the share."""
_FIRST_LSN: Final = 17126681000010739200000
_FOLDER: Final = r"C:\CsData\BackendStore\rtc\DbPath"


def complete(simulation: Simulation, scenario: Mapping[str, Any], at: float) -> None:
    """Add to a healthy deployment as of ``at`` what its scenario says of pairs; nothing where it says nothing."""
    with simulation.change() as state:
        _pairs(state, scenario, at)
        state.cms.routes = {site: dict(routes) for site, routes in scenario.get("routes", {}).items()}
        state.cms.media = dict(scenario.get("media", {}))
        state.facts["dns"] = dict(scenario.get("dns", {}))
        state.homed = [Homed(**one) for one in scenario.get("homed", ())]
    for pool, other in scenario.get("pairs", {}).items():
        conference_content.bring(simulation, pool, other)
    for server in scenario["sql-servers"]:
        if "shipping" in server:
            _stretch(simulation, server, at)


def _pairs(state: State, scenario: Mapping[str, Any], at: float) -> None:
    pairs = scenario.get("pairs", {})
    for pool, other in pairs.items():
        state.copies[pool] = Copy(other, at - 60, copy.deepcopy(state.stores[pool].users))
        state.standings[pool] = Standing()
    if scenario.get("standby"):
        state.central = {
            scenario["central"]: CentralStore(IN_USE),
            scenario["standby"]: CentralStore(IN_BACKUP),
        }


def _stretch(simulation: Simulation, server: Mapping[str, Any], at: float) -> None:
    """Mirror ``mgc`` beside its primary, and ship its logs to the other site."""
    with simulation.change() as state:
        primary = state.instances[f"{server['fqdn']}\\{server['instance']}".lower()]
        secondary = state.instances[server["shipping"].lower()]
        mirror = state.instances[server["mirror"].lower()]
        mirroring.pair(state, primary, mirror, ["mgc"])
        share, folder = str(server["log-share"]), str(server["log-folder"])
        shipped = LogShipping(primary.key, secondary.key, share, folder)
        state.shipping = shipped
        for pool in [s.pool for s in topology.topology(state).stores if s.role == "PersistentChatStore" and s.backup]:
            machines = list(topology.topology(state).clusters[pool].machines)
            state.chat[pool] = ChatPool(machines, dict.fromkeys(machines, NORMAL))
        kept = secondary.server.add(new_database("mgc", _FOLDER, _FOLDER, recovery="FULL"))
        source = primary.server.database("mgc")
        kept.state, kept.roles = "RESTORING", list(source.roles if source else ())
        secondary.server.shipped.append("mgc")
        secondary.contents["mgc"] = _rows(primary, 0)
    for number in range(1, LOGS + 1):
        _log(simulation, shipped, primary, source, number, at)
    with simulation.change():
        kept.redo_lsn = _FIRST_LSN + 3000
        secondary.contents["mgc"] = _rows(primary, 2)
        mirror.contents["mgc"] = _rows(primary, LOGS)
        shipped.applied = [log_name(number) for number in (1, 2)]
        shipped.copied = [log_name(number) for number in (1, 2, 3)]
    host = shipped.secondary.partition("\\")[0]
    place = simulation.locate(host, shipped.folder)
    place.mkdir(parents=True, exist_ok=True)
    for name in shipped.copied:
        (place / name).write_bytes(simulation.locate(host, f"{shipped.share}\\{name}").read_bytes())


def log_name(number: int) -> str:
    """The file of a log backup, as log shipping names them."""
    return f"mgc_2013060112{number * 15 - 15:02}00.trn"


def _rows(primary: SqlInstance, logs: int) -> dict[str, list[str]]:
    """The tables of ``mgc`` as of a log backup: the last rows came with the last ones."""
    whole: dict[str, list[str]] = primary.contents["mgc"]
    late = 5 * (LOGS - logs)
    return {table: rows[: len(rows) - late] if table == "tblChat" else list(rows) for table, rows in whole.items()}


def _log(
    simulation: Simulation, shipped: LogShipping, primary: SqlInstance, source: Database | None, number: int, at: float
) -> None:
    host, _, instance = shipped.primary.partition("\\")
    made = (
        datetime.fromtimestamp(at - 900 * (LOGS - number), UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    )
    header = backup_media.BackupHeader(
        database="mgc",
        server=f"{host.partition('.')[0].upper()}\\{instance.upper()}",
        version="11.0.7001",
        started=made,
        finished=made,
        copy_only=False,
        checksums=False,
        recovery="FULL",
        lsn=_FIRST_LSN + number * 1000,
        guid=str(uuid.uuid5(uuid.NAMESPACE_DNS, log_name(number))),
        files=(),
        type=2,
    )
    users = {"users": source.users if source else {}, "roles": source.roles if source else []}
    data = {"version": topology.SCHEMA_VERSIONS["mgc"], "data": _rows(primary, number)}
    path = simulation.locate(host, f"{shipped.share}\\{log_name(number)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    backup_media.append(path, header, {**users, "data": data})
