"""Lync's databases: created, updated, tested."""

from __future__ import annotations

from lync_wizard.lab import farm
from lync_wizard.lab.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.state import Cms, SqlInstance


def _reachable(call: Call, server: str) -> None:
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


def _wanted(call: Call) -> dict[str, dict[str, str]]:
    """Instance name → databases with their versions, as the parameters choose them."""
    document = farm.topology(call.state)
    server = str(call.get("SqlServerFqdn") or call.host_name).lower()
    if call.get("CentralManagementDatabase", False):
        return {str(call.get("SqlInstanceName") or ""): dict(farm.DATABASES["CentralMgmtStore"])}
    if call.get("DatabaseType"):
        role = farm.DATABASE_TYPES.get(str(call.get("DatabaseType")).lower())
        if role is None:
            call.fail(f'"{call.get("DatabaseType")}" is not a database type here.', "InvalidArgument", "DatabaseType")
        return {str(call.get("SqlInstanceName") or "rtc"): dict(farm.DATABASES[role])}
    found = farm.databases(document, server)
    if call.get("ConfiguredDatabases", False):
        return {name: content for name, content in found.items() if name not in farm.LOCAL_INSTANCES}
    return found


@cmdlet("Install-CsDatabase")
def install_cs_database(call: Call) -> None:
    call.require_group(LYNC_ADMINS, "RTCUniversalReadOnlyAdmins")
    server = str(call.get("SqlServerFqdn") or call.host_name).lower()
    _reachable(call, server)
    clean = bool(call.get("Clean", False))
    if clean and call.get("Update", False):
        call.fail("The Clean and Update parameters cannot be used together.", "InvalidArgument", "CleanAndUpdate")
    host = call.state.hosts[server]
    if host.disk_free < 16 << 30 and not (call.get("DatabasePaths") or call.get("UseDefaultSqlPaths", False)):
        call.fail(
            "Cannot find any suitable disks for database files. You must manually specify database paths.",
            "ResourceUnavailable",
            "NoSuitableDisk",
        )
    if not call.proceeds("Install-CsDatabase", server):
        return
    central = bool(call.get("CentralManagementDatabase", False))
    for name, content in _wanted(call).items():
        for database in content:
            call.work(2.0, f"Creating database {database} on {server}\\{name}")
        with call.simulation.change() as state:
            instance = state.instances.setdefault(f"{server}\\{name}".lower(), SqlInstance(server, name))
            created = clean or any(database not in instance.databases for database in content)
            for database in content if clean else ():
                instance.server.databases.pop(database.lower(), None)
                instance.contents.pop(database.lower(), None)
            instance.databases.update(content)
            if central and created and state.directory.cms_pointer.lower() in ("", instance.key):
                state.cms = Cms(serial=state.cms.serial + 1, sip_domain=state.cms.sip_domain)
            if clean and "rtcxds" in content and server in state.stores:
                state.stores[server].users.clear()
            if clean and "rgsconfig" in content and server in state.stores:
                state.stores[server].rgs.clear()
    call.report()


@cmdlet("Test-CsDatabase")
def test_cs_database(call: Call) -> None:
    server = str(call.get("SqlServerFqdn") or call.host_name).lower()
    if not call.get("LocalService", False):
        call.require_cms()
    elif not call.host.local_store:
        call.fail("The local configuration store does not exist on this computer.", "ObjectNotFound", "NoLocalStore")
    _reachable(call, server)
    for name, content in _wanted(call).items():
        instance = call.state.instances.get(f"{server}\\{name}".lower())
        for database, expected in content.items():
            call.work(0.2)
            installed = instance.databases.get(database) if instance else None
            properties = {
                "SqlServerFqdn": server,
                "SqlInstanceName": name,
                "MirrorSqlServerFqdn": None,
                "MirrorSqlInstanceName": None,
                "DatabaseName": database,
                "DataSource": f"(local)\\{name}" if call.get("LocalService", False) else f"{server}\\{name}",
                "SQLServerVersion": "11.0.2100.60" if instance else None,
                "ExpectedVersion": expected,
                "InstalledVersion": installed,
                "Succeed": installed == expected,
            }
            call.emit("Microsoft.Rtc.Management.Deployment.Core.DatabaseTestResult", properties, database)
    call.report()
