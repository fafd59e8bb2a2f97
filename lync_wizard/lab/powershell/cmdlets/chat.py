"""Persistent Chat: its categories and rooms listed, its data exported and imported."""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm import exports, topology
from lync_wizard.lab.farm.state import SqlInstance
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet

DATABASE: Final = "mgc"
SERVICE: Final = "RTCCHAT"
ADMINS: Final = "CsPersistentChatAdministrator"
_NODES: Final = "tblNode"
_CATEGORIES: Final = 2
"""How many of the nodes are categories; the rest are rooms, by turns in one of them."""
_LEVELS: Final = {
    "user": ("tblPrincipal",),
    "category": ("tblPrincipal", _NODES),
    "roomdirectory": ("tblPrincipal", _NODES),
    "content": ("tblPrincipal", _NODES, "tblChat"),
}
"""``-Level`` in lower case → what is exported; ``All`` is everything."""

Tables = dict[str, list[str]]


def chat_instances(call: Call, pool: str = "") -> list[tuple[str, str]]:
    """(Persistent Chat pool, instance of its database) as the topology names them, of one pool or of all."""
    document = topology.topology(call.state)
    found = []
    for service in document.services:
        if service.role == "PersistentChatService" and pool.lower() in ("", service.cluster):
            stores = [store for store in map(document.service, service.depends_on) if store]
            at = next((store for store in stores if store.role == "PersistentChatStore"), None)
            if at is not None:
                found.append((service.cluster, f"{at.cluster}\\{at.instance}".lower()))
    return found


def _opened(call: Call, at: str) -> SqlInstance:
    """The instance, its chat database open to all. Ends the command where it cannot be opened from here."""
    server, _, name = at.partition("\\")
    host = call.state.host(server)
    trouble = ""
    if host is None or not host.present:
        trouble = "The server was not found or was not accessible."
    elif not call.delegated(host.fqdn):
        trouble = "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON'."
    record = call.state.instances.get(f"{host.fqdn}\\{name or 'default'}".lower()) if host and not trouble else None
    kept = record.server.database(DATABASE) if record else None
    if not trouble and (record is None or not call.state.database(record.host, record.name, DATABASE)):
        trouble = "The server was not found or was not accessible, or the database does not exist."
    elif kept is not None and (kept.state, kept.access) != ("ONLINE", "MULTI_USER"):
        trouble = f"The database is {kept.state} and {kept.access}."
    if trouble or record is None:
        call.fail(
            f'Cannot open the database "{DATABASE}" on "{at}". {trouble}',
            "ConnectionError",
            "SqlConnectionFailed",
            exception="System.Data.SqlClient.SqlException",
            target=at,
        )
    return record


def _tables(record: SqlInstance) -> Tables:
    return dict(record.contents.get(DATABASE) or {})


def _answering(call: Call) -> list[tuple[str, Tables]]:
    """Every requested Persistent Chat pool with what its database holds, as long as one of its services runs."""
    call.require_group(ADMINS, LYNC_ADMINS)
    call.require_cms()
    wanted = str(call.get("PersistentChatPoolFqdn") or "")
    found = []
    for pool, at in chat_instances(call, wanted):
        record = _opened(call, at)
        if not any(
            topology.running(call.state, machine, SERVICE) for machine in topology.pool_machines(call.state, pool)
        ):
            call.error(
                f'The Persistent Chat service of pool "{pool}" is not running. Start it and try again.',
                "ResourceUnavailable",
                "PersistentChatServiceUnavailable",
                target=pool,
            )
            continue
        found.append((pool, _tables(record)))
    return found


@cmdlet("Get-CsPersistentChatCategory")
def get_cs_persistent_chat_category(call: Call) -> None:
    for pool, tables in _answering(call):
        for number, node in enumerate(tables.get(_NODES, [])[:_CATEGORIES], 1):
            identity = f"{pool}\\Category {number}"
            if call.get("Identity") in (None, identity):
                properties = {"Identity": identity, "Name": f"Category {number}", "Id": node, "Pool": pool}
                call.emit("Microsoft.Rtc.Management.PersistentChat.Category", properties, identity)


@cmdlet("Get-CsPersistentChatRoom")
def get_cs_persistent_chat_room(call: Call) -> None:
    for pool, tables in _answering(call):
        for number, node in enumerate(tables.get(_NODES, [])[_CATEGORIES:], 1):
            identity = f"{pool}\\Room {number}"
            category = f"Category {1 + number % _CATEGORIES}"
            if call.get("Identity") in (None, identity) and call.get("Category") in (None, category):
                properties = {"Identity": identity, "Name": f"Room {number}", "Category": category, "Id": node}
                call.emit("Microsoft.Rtc.Management.PersistentChat.Room", {**properties, "Disabled": False}, identity)


@cmdlet("Export-CsPersistentChatData")
def export_cs_persistent_chat_data(call: Call) -> None:
    call.require_group(ADMINS)
    record = _opened(call, str(call.get("DBInstance")))
    tables = _tables(record)
    level = _LEVELS.get(str(call.get("Level") or "All").lower())
    data = exports.chat_data({name: rows for name, rows in tables.items() if level is None or name in level})
    call.work(6.0, "Reading users and groups", "Reading rooms", "Reading messages", "Writing the package")
    if call.get("AsBytes", False):
        call.write(data)
    else:
        call.target_file(str(call.get("FileName"))).write_bytes(data)
    if call.get("DisableExportedNodes", False):
        with call.simulation.change():
            record.contents[DATABASE] = {**tables, "tblNodeDisabled": list(tables.get(_NODES, []))}
    call.report()


@cmdlet("Import-CsPersistentChatData")
def import_cs_persistent_chat_data(call: Call) -> None:
    call.require_group(ADMINS)
    at = str(call.get("DBInstance"))
    record = _opened(call, at)
    given = call.get("ByteInput")
    try:
        found = exports.read_chat_data(given if given is not None else call.source_file(str(call.get("FileName"))))
    except exports.DamagedExport as damaged:
        call.fail(str(damaged), "InvalidData", "InvalidPackage", exception="System.IO.FileFormatException")
    there = _tables(record)
    twice = sum(len(set(rows) & set(there.get(name, ()))) for name, rows in found.items())
    if twice:
        call.warning(f"{twice} objects of the file exist in the database already and are added a second time.")
    call.work(3.0, "Reading the package", "Comparing it with the database")
    if not call.proceeds("Import-CsPersistentChatData", f"{sum(map(len, found.values()))} objects into {at}"):
        call.report()
        return
    _require_quiet(call, record)
    call.work(8.0, "Importing users and groups", "Importing rooms", "Importing messages")
    if call.simulation.fault("imported-in-part", call.host_name, call.name):
        found = {name: rows for name, rows in found.items() if name == "tblPrincipal"}
    with call.simulation.change():
        record.contents[DATABASE] = {
            name: [*there.get(name, []), *found.get(name, [])] for name in dict.fromkeys([*there, *found])
        }
    call.report()


def _require_quiet(call: Call, record: SqlInstance) -> None:
    """End the command while a Persistent Chat service still works on the database (errata O-26)."""
    for pool, at in chat_instances(call):
        for machine in topology.pool_machines(call.state, pool) if at == record.key else ():
            if topology.running(call.state, machine, SERVICE):
                call.fail(
                    f"The Persistent Chat service on {machine} is using the database. Stop every Persistent Chat "
                    "service before importing data.",
                    "ResourceBusy",
                    "PersistentChatServiceRunning",
                    target=machine,
                )
