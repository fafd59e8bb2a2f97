"""Lync's databases: created, updated, tested."""

from __future__ import annotations

from typing import Final, NoReturn

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.state import Cms, SqlInstance
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet

_EXPRESS: Final = frozenset({"rtc", "rtclocal", "lynclocal"})
"""Instances that setup makes by itself on a Standard Edition server."""


def reachable(call: Call, server: str) -> None:
    """End the command where the SQL server does not answer, or refuses the operator's login (pitfalls P2, P8)."""
    host = call.state.host(server)
    if host is None or not host.present:
        call.fail(
            f'Cannot connect to the SQL Server instance on "{server}". The server was not found or was not accessible.',
            "ConnectionError",
            "SqlConnectionFailed",
            exception="System.Data.SqlClient.SqlException",
        )
    if not call.delegated(server) or not call.simulation.is_local_admin(host, call.user):
        call.fail(
            f"Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON' on \"{server}\".",
            "PermissionDenied",
            "SqlLoginFailed",
            exception="System.Data.SqlClient.SqlException",
        )


def no_instance(call: Call, server: str, name: str) -> NoReturn:
    """End the command: the server answers, and has no instance of that name."""
    call.fail(
        f'Cannot connect to the SQL Server instance "{server}\\{name}". A network-related or instance-specific '
        "error occurred while establishing a connection to SQL Server. The instance was not found.",
        "ConnectionError",
        "SqlConnectionFailed",
        exception="System.Data.SqlClient.SqlException",
    )


def _server(call: Call) -> str:
    """The SQL server that the parameters mean; without one this computer, or that of the Central Management store."""
    named = call.get("SqlServerFqdn")
    if named is None and call.get("CentralManagementDatabase", False):
        named = call.state.directory.cms_pointer.partition("\\")[0]
    return str(named or call.host_name).lower()


def _wanted(call: Call, server: str) -> dict[str, dict[str, str]]:
    """Instance name → databases with their versions, as the parameters choose them."""
    document = topology.topology(call.state)
    if call.get("CentralManagementDatabase", False):
        name = call.get("SqlInstanceName") or (
            "" if call.get("SqlServerFqdn") else call.state.directory.cms_pointer.partition("\\")[2]
        )
        return {str(name): dict(topology.DATABASES["CentralMgmtStore"])}
    if call.get("DatabaseType"):
        role = topology.DATABASE_TYPES.get(str(call.get("DatabaseType")).lower())
        if role is None:
            call.fail(f'"{call.get("DatabaseType")}" is not a database type here.', "InvalidArgument", "DatabaseType")
        return {str(call.get("SqlInstanceName") or "rtc"): dict(topology.DATABASES[role])}
    if not call.get("ConfiguredDatabases", False):
        return topology.databases(document, server)
    found: dict[str, dict[str, str]] = {}
    for store in document.stores:
        host, _, name = store.primary.partition("\\")
        if host == server and not (call.get("ExcludeCollocatedStores", False) and document.cluster_of(server)):
            found.setdefault(name, {}).update(topology.DATABASES.get(store.role, {}))
    only = str(call.get("ForInstance") or "").lower()
    return {name: content for name, content in found.items() if not only or name == only}


@cmdlet("Install-CsDatabase")
def install_cs_database(call: Call) -> None:
    call.require_group(LYNC_ADMINS, "RTCUniversalReadOnlyAdmins")
    server = _server(call)
    reachable(call, server)
    clean, update = bool(call.get("Clean", False)), bool(call.get("Update", False))
    if clean and update:
        call.fail("The Clean and Update parameters cannot be used together.", "InvalidArgument", "CleanAndUpdate")
    host = call.state.hosts[server]
    if host.disk_free < 16 << 30 and not (call.get("DatabasePaths") or call.get("UseDefaultSqlPaths", False)):
        call.fail(
            "Cannot find any suitable disks for database files. You must manually specify database paths.",
            "ResourceUnavailable",
            "NoSuitableDisk",
        )
    if not call.get("CentralManagementDatabase", False):
        call.require_cms()
    if not call.proceeds("Install-CsDatabase", server):
        return
    wanted = _wanted(call, server)
    if not wanted:
        call.fail(f'The topology defines no databases for "{server}".', "ObjectNotFound", "NoDatabases")
    for name, content in wanted.items():
        _require_instance(call, server, name)
        free = [database for database in content if _may_touch(call, server, name, database)]
        for database in free:
            call.work(2.0, f"Creating database {database} on {server}\\{name}")
        _make(call, server, name, {database: content[database] for database in free})
    call.report()


def _require_instance(call: Call, server: str, name: str) -> None:
    """SQL Server must be installed there, except where setup brings it along."""
    key = f"{server}\\{name}".lower()
    alone = topology.known(call.state).cluster_of(server)
    central = bool(call.get("CentralManagementDatabase", False))
    brings = alone is not None and alone.needs_setup and name.lower() in _EXPRESS and not central
    if key not in call.state.instances and not brings:
        no_instance(call, server, name)


def _may_touch(call: Call, server: str, name: str, database: str) -> bool:
    """Whether a database may be made, updated or dropped: one in a mirroring session may not (errata C-28)."""
    record = call.state.instances.get(f"{server}\\{name}".lower())
    found = record.server.database(database) if record else None
    if found is None or found.mirroring is None:
        return True
    if call.get("Update", False) or call.get("Clean", False) or found.state != "ONLINE":
        call.error(
            f'The database "{database}" is enabled for database mirroring. Database mirroring must be removed before '
            "you drop or update the database.",
            "InvalidOperation",
            "DatabaseMirrored",
            exception="System.Data.SqlClient.SqlException",
        )
    return False


def _make(call: Call, server: str, name: str, content: dict[str, str]) -> None:
    clean, central = bool(call.get("Clean", False)), bool(call.get("CentralManagementDatabase", False))
    with call.simulation.change() as state:
        instance = state.instances.setdefault(f"{server}\\{name}".lower(), SqlInstance(server, name))
        created = clean or any(database not in instance.databases for database in content)
        for database in content if clean else ():
            instance.server.databases.pop(database.lower(), None)
            instance.contents.pop(database.lower(), None)
        instance.databases.update(content)
        if central and created and state.directory.cms_pointer.lower() in ("", instance.key):
            topology.keep_replicas(state)
            state.cms = Cms(serial=state.cms.serial + 1, sip_domain=state.cms.sip_domain)
        users = state.stores.get(topology.pool_of_store(state, instance.key, "UserStore"))
        if clean and "rtcxds" in content and users:
            users.users.clear()
        groups = state.stores.get(topology.pool_of_store(state, instance.key, "ApplicationStore"))
        if clean and "rgsconfig" in content and groups:
            groups.rgs.clear()


@cmdlet("Test-CsDatabase")
def test_cs_database(call: Call) -> None:
    server, local = _server(call), bool(call.get("LocalService", False))
    named = call.get("CentralManagementDatabase", False) and call.get("SqlServerFqdn")
    if local and not call.host.local_store:
        call.fail("The local configuration store does not exist on this computer.", "ObjectNotFound", "NoLocalStore")
    if not local and not named:
        call.require_cms()
    reachable(call, server)
    mirrored = {
        (store.primary, store.role): store.mirror for store in topology.known(call.state).stores if store.mirror
    }
    roles = {database: role for role, content in topology.DATABASES.items() for database in content}
    for name, content in _wanted(call, server).items():
        instance = call.state.instances.get(f"{server}\\{name}".lower())
        for database, expected in content.items():
            call.work(0.2)
            installed = instance.databases.get(database) if instance else None
            opens = bool(instance and topology.opens(call.state, instance.key, database))
            partner = mirrored.get((f"{server}\\{name}".lower(), roles.get(database, "")), "")
            there, _, named = partner.partition("\\")
            properties = {
                "SqlServerFqdn": server,
                "SqlInstanceName": name,
                "MirrorSqlServerFqdn": there or None,
                "MirrorSqlInstanceName": named or None,
                "DatabaseName": database,
                "DataSource": f"(local)\\{name}" if local else f"{server}\\{name}",
                "SQLServerVersion": "11.0.2100.60" if instance else None,
                "ExpectedVersion": expected,
                "InstalledVersion": installed if opens else None,
                "Succeed": opens and installed == expected,
            }
            call.emit("Microsoft.Rtc.Management.Deployment.Core.DatabaseTestResult", properties, database)
    call.report()
