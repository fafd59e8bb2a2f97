"""Users, and what is homed on a pool beside them, moved to another pool; the texts of refusals are guesses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lync_wizard.lab.farm import pairing, topology
from lync_wizard.lab.farm.pair_records import (
    ACCESS_NUMBER,
    ANALOG,
    DIRECTORY,
    FAILED_OVER,
    FAILING_OVER,
    PHONE,
    ROOM,
    UM_CONTACT,
    Homed,
)
from lync_wizard.lab.farm.state import PoolStore, User, UserData
from lync_wizard.lab.powershell.call import LYNC_ADMINS, Call, cmdlet
from lync_wizard.lab.powershell.cmdlets.topology import READERS
from lync_wizard.lab.powershell.cmdlets.userdata import find_user, fits

_USER_ADMINS: Final = "RTCUniversalUserAdmins"
_MOVED: Final = {"move-cscommonareaphone": PHONE, "move-csanalogdevice": ANALOG, "move-csexumcontact": UM_CONTACT,
                 "move-csmeetingroom": ROOM}  # fmt: skip
_LISTED: Final = {"get-cscommonareaphone": PHONE, "get-csanalogdevice": ANALOG, "get-csexumcontact": UM_CONTACT,
                  "get-csmeetingroom": ROOM}  # fmt: skip


def _identities(call: Call) -> list[str]:
    """What ``-Identity`` names, or what came down the pipeline."""
    if call.get("Identity") is not None:
        return [str(call.get("Identity"))]
    found = []
    for thing in call.received:
        properties = getattr(thing, "properties", {})
        found.append(str(properties.get("SipAddress") or properties.get("Identity") or thing))
    return found


def _target(call: Call, parameter: str = "Target") -> str:
    pool = str(call.get(parameter)).lower().rpartition(":")[2]
    if pool not in topology.topology(call.state).clusters:
        call.fail(f'Cannot find pool "{pool}" in the topology.', "ObjectNotFound", "PoolNotFound", target=pool)
    return pool


def _refused(call: Call, pool: str, target: str) -> str:
    """Why something cannot be moved with its data from ``pool`` to ``target``; empty where it can."""
    for fqdn in (pool, target):
        known = call.state.standings.get(fqdn)
        if known is not None and known.state in (FAILED_OVER, FAILING_OVER):
            return f'The pool "{fqdn}" is failed over.'
    for fqdn in (pool, target):
        if fqdn in call.state.stores and not pairing.works(call.state, fqdn):
            return f'Cannot contact the pool "{fqdn}".'
    return ""


@cmdlet("Move-CsUser")
def move_cs_user(call: Call) -> None:
    call.require_group(_USER_ADMINS, "CsUserAdministrator")
    call.require_cms()
    target, forced = _target(call), bool(call.get("Force", False))
    for identity in _identities(call):
        user = find_user(call, identity)
        if user is None:
            call.error(f'Management object not found for identity "{identity}".', "ObjectNotFound", "Identity")
            continue
        why = "" if forced else _refused(call, user.pool, target)
        if why:
            call.error(why, "InvalidOperation", "MoveError", target=user.sip, exception="MoveUserException")
        elif call.proceeds(call.name, user.sip):
            call.work(0.3, f"Moving {user.sip}")
            _move_user(call, user, target, forced=forced)
    call.report()


def _move_user(call: Call, user: User, target: str, *, forced: bool) -> None:
    """``-Force`` moves the account alone: contacts and conferences stay behind and are lost to the user."""
    with call.simulation.change() as state:
        old = state.stores.get(user.pool, PoolStore())
        data = UserData() if forced else old.users.get(user.sip, UserData())
        if not forced:
            old.users = {sip: kept for sip, kept in old.users.items() if sip != user.sip}
        user.pool = target
        store = state.stores.get(target)
        if store is not None:
            store.users = {**store.users, user.sip: data}


def _fitting(call: Call, kind: str) -> Iterator[Homed]:
    wanted, text = str(call.get("Identity") or "").lower(), str(call.get("Filter") or "")
    for one in call.state.homed:
        shown = {"registrarpool": one.pool, "pool": one.pool, "displayname": one.name, "sipaddress": one.identity}
        named = not wanted or wanted in (
            one.identity.lower(),
            one.name.lower(),
            one.identity.lower().removeprefix("sip:"),
        )
        if one.kind == kind and named and fits(shown, text):
            yield one


def _emit(call: Call, one: Homed) -> None:
    properties: dict[str, Any] = {
        "Identity": one.identity,
        "SipAddress": one.identity,
        "DisplayName": one.name,
        "RegistrarPool": one.pool,
        "Enabled": True,
        **one.properties,
    }
    call.emit("Microsoft.Rtc.Management.ADConnect.Schema.OCSADContact", properties, one.identity)


@cmdlet("Get-CsCommonAreaPhone", "Get-CsAnalogDevice", "Get-CsExUmContact", "Get-CsMeetingRoom")
def get_homed(call: Call) -> None:
    call.require_group(*READERS)
    for one in _fitting(call, _LISTED[call.name.lower()]):
        _emit(call, one)


@cmdlet("Move-CsCommonAreaPhone", "Move-CsAnalogDevice", "Move-CsExUmContact", "Move-CsMeetingRoom")
def move_homed(call: Call) -> None:
    call.require_group(_USER_ADMINS)
    call.require_cms()
    _move(call, _MOVED[call.name.lower()], _target(call))
    call.report()


def _move(call: Call, kind: str, target: str) -> None:
    for identity in _identities(call):
        found = next((o for o in call.state.homed if o.kind == kind and identity.lower() in _names(o)), None)
        if found is None:
            call.error(f'Management object not found for identity "{identity}".', "ObjectNotFound", "Identity")
            continue
        why = "" if call.get("Force", False) else _refused(call, found.pool, target)
        if why:
            call.error(why, "InvalidOperation", "MoveError", target=identity)
        elif call.proceeds(call.name, found.identity):
            call.work(0.3)
            with call.simulation.change():
                found.pool = target


def _names(one: Homed) -> tuple[str, ...]:
    plain = one.identity.lower()
    return plain, plain.removeprefix("sip:"), one.name.lower()


# Dial-in conferencing


@cmdlet("Get-CsApplicationEndpoint")
def get_cs_application_endpoint(call: Call) -> None:
    call.require_group(*READERS)
    if str(call.get("ApplicationId") or "Caa").lower() != "caa":
        return
    pool = str(call.get("PoolFqdn") or "").lower()
    for one in _fitting(call, ACCESS_NUMBER):
        if pool in ("", one.pool):
            properties = {"Identity": one.identity, "SipAddress": one.identity, "DisplayName": one.name}
            properties |= {"OwnerUrn": "urn:application:Caa", "RegistrarPool": one.pool, **one.properties}
            call.emit("Microsoft.Rtc.Management.ADConnect.Schema.OCSADApplicationContact", properties, one.identity)


@cmdlet("Get-CsDialInConferencingAccessNumber")
def get_cs_dial_in_conferencing_access_number(call: Call) -> None:
    call.require_group(*READERS)
    for one in _fitting(call, ACCESS_NUMBER):
        properties = {"Identity": one.identity, "PrimaryUri": one.identity, "DisplayName": one.name, "Pool": one.pool}
        call.emit("Microsoft.Rtc.Management.Xds.AccessNumber", {**properties, **one.properties}, one.identity)


@cmdlet("Move-CsApplicationEndpoint")
def move_cs_application_endpoint(call: Call) -> None:
    call.require_group(_USER_ADMINS)
    call.require_cms()
    _move(call, ACCESS_NUMBER, _target(call, "TargetApplicationPool"))


@cmdlet("Get-CsConferenceDirectory")
def get_cs_conference_directory(call: Call) -> None:
    call.require_group(*READERS)
    for one in call.state.homed:
        if one.kind == DIRECTORY and str(call.get("Identity") or one.identity) == one.identity:
            properties = {"Identity": one.identity, "ServiceId": f"UserServer:{one.pool}", "Description": ""}
            call.emit(
                "Microsoft.Rtc.Management.WritableConfig.Settings.PstnConf.ConferenceDirectories",
                properties,
                one.identity,
            )


@cmdlet("Move-CsConferenceDirectory")
def move_cs_conference_directory(call: Call) -> None:
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    _move(call, DIRECTORY, _target(call, "TargetPool"))


@cmdlet("Remove-CsUserStoreBackupData")
def remove_cs_user_store_backup_data(call: Call) -> None:
    """Deletes what the pool holds of its partner; that it does so while they are paired is a guess (errata O-03)."""
    call.require_group(LYNC_ADMINS)
    call.require_cms()
    pool = str(call.get("PoolFqdn")).lower()
    if topology.user_store(call.state, pool) is None:
        call.fail(f'Cannot open the database "rtcxds" of pool "{pool}".', "ConnectionError", "SqlConnectionFailed")
    if not call.proceeds(call.name, pool):
        return
    call.work(10.0, "Deleting backup user data")
    with call.simulation.change() as state:
        for fqdn, kept in list(state.copies.items()):
            if kept.holder == pool:
                call.verbose(f"Deleted the backup data of {len(kept.users)} users of {fqdn}.")
                del state.copies[fqdn]


@cmdlet("Get-CsTrustedApplicationPool")
def get_cs_trusted_application_pool(call: Call) -> None:
    """None here: no scenario has one."""
    call.require_group(*READERS)
    call.require_cms()
