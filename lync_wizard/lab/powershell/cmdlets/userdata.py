"""Users, and the data of the user store: exported, imported, and whether the store answers."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping

from lync_wizard.lab.farm import exports, pairing, topology
from lync_wizard.lab.farm.state import STOPPED, PoolStore, User, UserData
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet

_HARMLESS = frozenset({"RTCCLSAGT", "W3SVC"})
"""Services that Stop-CsWindowsService may leave running; they do not keep the user store busy."""


def pool_of(call: Call) -> str:
    """The pool named by ``-PoolFqdn`` or by the home of ``-Identity``. Ends the command where there is none."""
    pool = call.get("PoolFqdn")
    if pool is None:
        user = find_user(call, str(call.get("Identity")))
        pool = user.pool if user else str(call.get("Identity")).rpartition(":")[2]
    if pool.lower() not in {p.fqdn for p in topology.topology(call.state).pools}:
        call.fail(f'Cannot find pool "{pool}" in the topology.', "ObjectNotFound", "PoolNotFound", target=pool)
    return str(pool).lower()


def find_user(call: Call, identity: str) -> User | None:
    wanted = identity.lower().removeprefix("sip:")
    for user in call.state.directory.users.values():
        sam = f"{call.state.directory.netbios}\\{user.sam}".lower()
        if wanted in (user.sip.lower().removeprefix("sip:"), user.name.lower(), user.sam.lower(), sam):
            return user
    return None


def require_store(call: Call, pool: str) -> PoolStore:
    """The pool's store. Ends the command where its database cannot be opened from here."""
    instance = topology.user_store(call.state, pool)
    trouble = "" if instance else "The server was not found or was not accessible, or the database does not exist."
    if instance and not call.delegated(instance.host):
        trouble = "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON'."
    if trouble:
        call.fail(
            f'Cannot open the database "rtcxds" of pool "{pool}". {trouble}',
            "ConnectionError",
            "SqlConnectionFailed",
            exception="System.Data.SqlClient.SqlException",
        )
    return call.state.stores.setdefault(pool, PoolStore())


@cmdlet("Get-CsUser")
def get_cs_user(call: Call) -> None:
    identity = call.get("Identity")
    users = list(call.state.directory.users.values())
    if identity is not None:
        user = find_user(call, str(identity))
        users = [user] if user else []
        if user is None:
            call.error(
                f'Management object not found for identity "{identity}".',
                "ObjectNotFound",
                "Identity",
                target=str(identity),
            )
    for user in users:
        shown = {"registrarpool": user.pool, "sipaddress": user.sip, "displayname": user.name}
        if not fits({**shown, "enabled": str(user.enabled)}, str(call.get("Filter") or "")):
            continue
        properties = {
            "Identity": f"CN={user.name},CN=Users,"
            + ",".join(f"DC={p}" for p in call.state.directory.domain.split(".")),
            "DisplayName": user.name,
            "SipAddress": user.sip,
            "SamAccountName": user.sam,
            "RegistrarPool": user.pool,
            "Enabled": user.enabled,
            "HomeServer": f"CN=Lc Services,CN=Microsoft,{user.pool}",
        }
        call.emit("Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser", properties, str(properties["Identity"]))


def fits(shown: Mapping[str, str], text: str) -> bool:
    """Whether an object, by its properties in lower case, fits a ``-Filter`` of one comparison."""
    words = text.strip("{} ").split(None, 2)
    if len(words) != 3:
        return True
    value = shown.get(words[0].lower(), "")
    wanted = words[2].strip("'\"$").lower()
    same = fnmatch.fnmatch(value.lower(), wanted)
    return same if words[1].lower() in {"-eq", "-like"} else not same


@cmdlet("Export-CsUserData")
def export_cs_user_data(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    pool = pool_of(call)
    store = require_store(call, pool)
    path = call.target_file(str(call.get("FileName")))
    wanted = str(call.get("UserFilter") or "").lower()
    held = {**_served(call, pool), **store.users}
    users = {sip: data for sip, data in held.items() if not wanted or sip.lower() == f"sip:{wanted}"}
    call.work(6.0, "Connecting to the user store", "Reading user data", "Writing the package")
    path.write_bytes(exports.user_data(users))


def _served(call: Call, pool: str) -> dict[str, UserData]:
    """The data of users of another pool that is failed over to this one, which its user store holds too."""
    kept = [(one, found) for one, found in call.state.copies.items() if found.holder == pool]
    return {
        sip: data for one, found in kept if pairing.failed_over(call.state, one) for sip, data in found.users.items()
    }


def _package(call: Call, parameter: str) -> dict[str, UserData]:
    """The users of the export that a parameter names. Ends the command where it is none."""
    try:
        return exports.read_user_data(call.source_file(str(call.get(parameter))))
    except exports.DamagedExport as damaged:
        call.fail(str(damaged), "InvalidData", "InvalidPackage", exception="System.IO.FileFormatException")


@cmdlet("Convert-CsUserData")
def convert_cs_user_data(call: Call) -> None:
    """The form of Lync Server 2010 is not known here: the file that is written holds the same export."""
    _package(call, "InputFile")
    call.work(2.0, "Converting user data")
    call.target_file(str(call.get("OutputFile"))).write_bytes(call.source_file(str(call.get("InputFile"))))


@cmdlet("Update-CsUserData")
def update_cs_user_data(call: Call) -> None:
    """Adds to what users have, on the pool where each is homed, while its services run."""
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    wanted = str(call.get("UserFilter") or "").lower().removeprefix("sip:")
    chosen = {sip: data for sip, data in _package(call, "FileName").items() if wanted in ("", sip.lower()[4:])}
    pool = str(call.get("TargetPoolFqdn") or "").lower()
    for sip, user_data in chosen.items():
        user = call.state.directory.users.get(sip)
        home = topology.topology(call.state).user_services(user.pool) if user else ""
        if user is None or (pool and home != pool) or home not in call.state.stores:
            continue
        require_store(call, home)
        if call.proceeds(call.name, sip):
            call.work(0.3)
            with call.simulation.change() as state:
                store = state.stores[home]
                store.users = {**store.users, sip: merged(store.users.get(sip, UserData()), user_data)}


@cmdlet("Import-CsUserData")
def import_cs_user_data(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    pool = pool_of(call)
    require_store(call, pool)
    found = _package(call, "FileName")
    if not call.proceeds(call.name, pool):
        return
    wanted = str(call.get("UserFilter") or "").lower()
    call.work(3.0, "Reading the package", "Connecting to the user store")
    if call.simulation.fault("imported-in-part", call.host_name, call.name):
        found = dict(list(found.items())[:1])
    for number, (sip, user_data) in enumerate(found.items()):
        if wanted and sip.lower() != f"sip:{wanted}":
            continue
        call.streams.progress(call.name, f"Importing user {sip}", 100 * number // len(found))
        call.verbose(f"Importing user {sip}.")
        call.work(0.3)
        _take_in(call, pool, sip, user_data)
    call.streams.progress(call.name, "Completed", 100)


def _take_in(call: Call, pool: str, sip: str, data: UserData) -> None:
    """Write one user's data, without effect and without an error while a Front End Server still runs (pitfall P41)."""
    with call.simulation.change() as state:
        user = state.directory.users.get(sip)
        if user is None or user.pool.lower() != pool or _busy(call, pool):
            return
        if pairing.failed_over(state, pool):
            state.facts.setdefault("imported-over", {}).setdefault(pool, []).append(sip)
        store = state.stores[pool]
        store.users = {**store.users, sip: data}


def merged(old: UserData, new: UserData) -> UserData:
    buddies, meetings = {c.buddy for c in new.contacts}, {c.id for c in new.conferences}
    return UserData(
        [*new.contacts, *(c for c in old.contacts if c.buddy not in buddies)],
        {**old.contact_groups, **new.contact_groups},
        [*new.conferences, *(c for c in old.conferences if c.id not in meetings)],
    )


def _busy(call: Call, pool: str) -> bool:
    hosts = [call.state.hosts.get(machine) for machine in topology.pool_machines(call.state, pool)]
    return any(
        service.status != STOPPED and service.name not in _HARMLESS
        for host in hosts
        if host and host.present
        for service in host.services.values()
    )


@cmdlet("Get-CsUserDatabaseState")
def get_cs_user_database_state(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    document = topology.topology(call.state)
    pool = call.get("RegistrarPool")
    if pool and pool.lower() not in document.clusters:
        call.fail(f'Cannot find pool "{pool}" in the topology.', "ObjectNotFound", "PoolNotFound", target=pool)
    for store in document.stores:
        if store.role != "UserStore" or (pool and store.pool != pool.lower()):
            continue
        server = store.primary.partition("\\")[0]
        identity = f"UserDatabase:{server}"
        if call.get("Identity") and identity.lower() != str(call.get("Identity")).lower():
            continue
        holder = topology.user_store(call.state, store.pool)
        properties = {"Identity": identity, "Online": holder is not None and call.delegated(holder.host)}
        call.emit("Microsoft.Rtc.Management.UserPinService.UserDatabaseState", properties)
