"""SQL mirroring as Lync's cmdlets do it: its state, failover, and the mirrors of a Back End created and removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lync_wizard.lab.farm import mirroring, topology
from lync_wizard.lab.farm.state import SqlInstance
from lync_wizard.lab.farm.topology import Store
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.databases import no_instance, reachable
from lync_wizard.lab.powershell.cmdlets.topology import document, not_found
from lync_wizard.lab.powershell.enumerations import MIRROR_STATE
from lync_wizard.lab.sqlserver.instance import Database, Mirroring

NEITHER: Final = "DatabaseInaccessibleOrMirroringNotEnabled"
_TYPES: Final = {
    "user": "User", "application": "Application", "centralmgmt": "CentralMgmt", "archiving": "Archiving",
    "monitoring": "Monitoring", "persistentchat": "PersistentChat",
    "persistentchatcompliance": "PersistentChatCompliance",
}  # fmt: skip
_WRITERS: Final = frozenset({"everyone", "authenticated users", "domain computers"})


def _role(call: Call) -> str:
    """The store's role that ``-DatabaseType`` names; empty without one."""
    wanted = call.get("DatabaseType")
    if wanted is None:
        return ""
    role = topology.DATABASE_TYPES.get(str(wanted).lower())
    if role is None:
        text = f"Cannot bind parameter 'DatabaseType'. \"{wanted}\" is not one of {', '.join(_TYPES.values())}."
        call.fail(text, "InvalidArgument", "CannotConvertArgument")
    return role


def _instance(call: Call, key: str) -> SqlInstance | None:
    """An instance that answers here now."""
    record = call.state.instances.get(key.lower())
    host = call.state.host(record.host) if record else None
    return record if record and host and host.present and call.delegated(host.fqdn) else None


def _answering(call: Call, key: str) -> SqlInstance:
    """An instance the cmdlet must change. Ends the command where it does not answer."""
    server, _, name = key.partition("\\")
    reachable(call, server)
    record = _instance(call, key)
    if record is None:
        no_instance(call, server, name)
    return record


def _kept(call: Call, key: str, name: str) -> Database | None:
    record = _instance(call, key) if key else None
    return record.server.database(name) if record else None


@cmdlet("Get-CsDatabaseMirrorState")
def get_cs_database_mirror_state(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    found = document(call, local=bool(call.get("LocalStore", False)))
    pool, role = str(call.get("PoolFqdn")).lower(), _role(call)
    if pool not in found.clusters:
        not_found(call, pool)
        return
    mirroring.update_sessions(call.state)
    own = [_in_use(call, store) for store in found.stores if store.pool == pool]
    for store in own:
        wanted = store.role == role if role else bool(store.mirror) or store.role == "UserStore"
        for name in topology.DATABASES.get(store.role, {}) if wanted else ():
            call.work(0.2)
            here, there = (_session(_kept(call, key, name)) for key in (store.primary, store.mirror))
            properties = {
                "DatabaseName": name,
                "StateOnPrimary": MIRROR_STATE(here.role if here else NEITHER),
                "StateOnMirror": MIRROR_STATE(there.role if there else NEITHER),
                "MirroringStatusOnPrimary": here.state.lower() if here else "",
                "MirroringStatusOnMirror": there.state.lower() if there else "",
            }
            call.emit("Microsoft.Rtc.Management.Deployment.Core.DatabaseMirrorState", properties, name)
    call.report()


def _in_use(call: Call, store: Store) -> Store:
    """A chat store with the databases that its pool works with now: after a failover those of the other site."""
    keys = topology.chat_keys(call.state, store)
    if not store.backup or store.backup not in keys:
        return store
    return replace(store, primary=store.backup, mirror=store.backup_mirror)


def _session(database: Database | None) -> Mirroring | None:
    return database.mirroring if database else None


@cmdlet("Invoke-CsDatabaseFailover")
def invoke_cs_database_failover(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    found = document(call, local=bool(call.get("LocalStore", False)))
    pool, role = str(call.get("PoolFqdn")).lower(), _role(call)
    store = found.store(pool, role)
    if store is None or not store.mirror:
        call.fail(
            f'The topology has no mirror for the {call.get("DatabaseType")} databases of pool "{pool}".',
            "InvalidOperation",
            "MirrorNotConfigured",
        )
    to_mirror = str(call.get("NewPrincipal")).lower() == "mirror"
    record = _answering(call, store.mirror if to_mirror else store.primary)
    spared = {str(name).lower() for name in call.get("ExcludeDatabaseList") or ()}
    if not call.proceeds(call.name, f"{record.host}\\{record.name}"):
        return
    mirroring.update_sessions(call.state)
    for name in topology.DATABASES[role]:
        if name.lower() not in spared:
            call.work(2.0, f"Failing {name} over to {record.host}\\{record.name}")
            _fail_over(call, record, name)
    call.report()


def _fail_over(call: Call, record: SqlInstance, name: str) -> None:
    database = record.server.database(name)
    session = _session(database)
    if database is None or session is None:
        call.error(f'Database "{name}" is not configured for database mirroring.', "InvalidOperation", "NotMirrored")
        return
    if session.role == "PRINCIPAL":
        call.warning(f'Database "{name}" is the principal on {record.host}\\{record.name} already.')
        return
    connected = session.state != "DISCONNECTED"
    if not connected and not call.get("Force", False):
        call.error(
            f'Database "{name}" cannot be failed over: its principal cannot be reached. Use the Force parameter to '
            "make the mirror the principal; transactions it has not received are lost.",
            "InvalidOperation",
            "PrincipalNotAccessible",
        )
        return
    if not connected and session.witness and session.witness_state != "CONNECTED":
        call.error(
            f'The database mirroring service cannot be forced for database "{name}" because the database is not in '
            "the correct state to become the principal database.",
            "InvalidOperation",
            "NoQuorum",
            exception="System.Data.SqlClient.SqlException",
        )
        return
    with call.simulation.change() as state:
        mirroring.take_over(state, record, database)


@cmdlet("Install-CsMirrorDatabase")
def install_cs_mirror_database(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    found = topology.topology(call.state)
    server = str(call.get("SqlServerFqdn")).lower()
    stores = [store for store in _chosen(call, found.stores, server) if store.mirror]
    if not stores:
        call.fail(
            f'The topology defines no mirror for databases of "{server}". Enable mirroring in Topology Builder and '
            "publish the topology first.",
            "ObjectNotFound",
            "MirrorNotConfigured",
        )
    pairs = {(_answering(call, store.primary).key, _answering(call, store.mirror).key) for store in stores}
    for primary, mirror in pairs:
        _require_share(call, str(call.get("FileShare")), (primary, mirror))
    if call.get("WhatIf", False):
        call.proceeds(call.name, server)
        return
    if call.get("Confirm") is not False:  # it prompts for each database by default
        call.fail(
            "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
            "InvalidOperation",
            "InvalidOperation",
            exception="System.Management.Automation.PSInvalidOperationException",
        )
    spared = {str(name).lower() for name in call.get("ExcludeDatabaseList") or ()}
    for store in stores:
        for name in topology.DATABASES.get(store.role, {}):
            if name.lower() not in spared:
                call.work(3.0, f"Backing up {name} to {call.get('FileShare')}", f"Restoring {name} on {store.mirror}")
                _mirror(call, store, name)
    call.report()


def _chosen(call: Call, stores: tuple[Store, ...], server: str) -> Iterator[Store]:
    """The stores of a server that the parameters name, each instance's once."""
    role, seen = _role(call), set()
    wanted = str(call.get("SqlInstanceName") or call.get("ForInstance") or "").lower()
    shipped = (replace(one, primary=one.backup, mirror=one.backup_mirror) for one in stores if one.backup)
    for store in (*stores, *shipped):
        host, _, name = store.primary.partition("\\")
        fits = host == server and (not role or store.role == role) and (not wanted or name == wanted)
        if fits and (store.role, store.primary) not in seen:
            seen.add((store.role, store.primary))
            yield store


def _require_share(call: Call, share: str, keys: tuple[str, ...]) -> None:
    """The share must be there, and the accounts under which both SQL servers run may write to it (pitfall P23)."""
    server, _, name = share.removeprefix("\\\\").partition("\\")
    host = call.state.host(server)
    folder = name.partition("\\")[0].lower()
    known = next((known for known in host.shares if known.lower() == folder), None) if host and host.present else None
    if host is None or known is None:
        call.fail(f'The network path was not found: "{share}".', "ObjectNotFound", "FileShareNotFound")
    allowed = {grant.rpartition(",")[0].rpartition("\\")[2].lower() for grant in host.share_grants.get(known, ())}
    for key in keys:
        computer = f"{key.partition('.')[0]}$"
        if not allowed & (_WRITERS | {computer}):
            account = f"{call.state.directory.netbios}\\{computer.upper()}"
            call.fail(
                f'Cannot open backup device "{share}". Operating system error 5(Access is denied.). The account '
                f"{account}, under which SQL Server runs, needs read and write access to the share.",
                "PermissionDenied",
                "ShareAccessDenied",
                exception="System.Data.SqlClient.SqlException",
            )


def _mirror(call: Call, store: Store, name: str) -> None:
    primary, mirror = call.state.instances[store.primary], call.state.instances[store.mirror]
    kept, copy = primary.server.database(name), mirror.server.database(name)
    there = name in primary.databases
    if not there or (kept and kept.mirroring):
        why = (
            f'The operation cannot be performed on database "{name}" because it is involved in a database mirroring '
            "session or an availability group."
            if there or (kept and kept.mirroring)
            else f'Database "{name}" does not exist on {primary.host}\\{primary.name}.'
        )
        if there:
            with call.simulation.change() as state:
                state.facts.setdefault(mirroring.REFUSED, []).append([store.role, store.primary])
        call.error(why, "InvalidOperation", "MirrorFailed", exception="System.Data.SqlClient.SqlException")
        return
    if (copy or name in mirror.databases) and not call.get("DropExistingDatabasesOnMirror", False):
        call.error(
            f'Database "{name}" exists on {mirror.host}\\{mirror.name} already. Use the DropExistingDatabasesOnMirror '
            "parameter to delete it there.",
            "ResourceExists",
            "DatabaseExistsOnMirror",
        )
        return
    with call.simulation.change() as state:
        mirror.server.databases.pop(name.lower(), None)
        mirror.databases.pop(name, None)
        witness = state.instances.get(store.witness)
        host = state.host(witness.host) if witness else None
        mirroring.pair(state, primary, mirror, [name], witness if host and host.present else None)
    if store.witness and not (witness and host and host.present):
        call.warning(f'The witness {store.witness} cannot be reached; "{name}" is mirrored without it.')


@cmdlet("Uninstall-CsMirrorDatabase")
def uninstall_cs_mirror_database(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    found, role = topology.topology(call.state), _role(call)
    server = str(call.get("SqlServerFqdn")).lower()
    key = f"{server}\\{call.get('SqlInstanceName') or ''}".lower()
    store = next((one for one in found.stores if (one.role, one.primary) == (role, key) and one.mirror), None)
    if store is None:
        call.fail(
            f'Cannot find the mirror of the {call.get("DatabaseType")} databases of "{key}" in the topology. The '
            "parameter SqlServerFqdn names the primary of a mirror that the topology defines.",
            "ObjectNotFound",
            "MirrorNotConfigured",
        )
    record = _answering(call, store.primary)
    if not call.proceeds(call.name, key):
        return
    other = _instance(call, store.mirror)
    for name in topology.DATABASES[role]:
        call.work(1.0, f"Removing the mirror of {name}")
        with call.simulation.change() as state:
            mirroring.end_session(state, record, name)
            if other and call.get("DropExistingDatabasesOnMirror", False):
                other.server.databases.pop(name.lower(), None)
                other.databases.pop(name, None)
    if other is None:
        call.warning(f"The mirror {store.mirror} cannot be reached; what it holds of these databases stays there.")
    call.report()
