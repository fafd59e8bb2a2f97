"""Synthetic transactions: test users sign in, send messages, see presence, reach the Address Book and a chat room.

Names and values of the output are those of the reference. What keeps a transaction from succeeding, and the texts that
say so, are our reading of how a client fails.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from lync_wizard.core.secret import Secret
from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.state import State, User
from lync_wizard.lab.powershell.call import Call, cmdlet
from lync_wizard.lab.powershell.cmdlets import chat, userdata

_SECONDS: Final = {"test-csgroupim": 2.4, "test-cspersistentchatmessage": 3.1, "test-csaddressbookservice": 0.9}
_PARTIES: Final = ("User", "Sender", "Receiver", "Publisher", "Subscriber")


@cmdlet("Get-CsHealthMonitoringConfiguration")
def get_cs_health_monitoring_configuration(call: Call) -> None:
    call.require_cms()
    for pool, sips in _monitored(call.state).items():
        if call.get("Identity") and str(call.get("Identity")).lower() != pool:
            continue
        users = [call.state.directory.users[sip] for sip in sips]
        netbios = call.state.directory.netbios
        properties = {"Identity": pool, "TargetFqdn": pool}
        for place, user in zip(("First", "Second"), users, strict=True):
            properties |= {f"{place}TestUserSipUri": user.sip, f"{place}TestSamAccountName": f"{netbios}\\{user.sam}"}
        call.emit("Microsoft.Rtc.Management.WritableConfig.Settings.HealthMonitoring", properties, pool)


@cmdlet(
    "Test-CsRegistration",
    "Test-CsIM",
    "Test-CsPresence",
    "Test-CsGroupIM",
    "Test-CsAddressBookService",
    "Test-CsPersistentChatMessage",
)
def try_as_user(call: Call) -> None:
    pool = str(call.get("TargetFqdn")).lower()
    latency = _SECONDS.get(call.name.lower(), 0.6)
    call.work(latency, "Signing in", call.name.partition("-Cs")[2])
    trouble = _trouble(call, pool)
    properties: dict[str, Any] = {
        "TargetFqdn": pool,
        "Result": "Failure" if trouble else "Success",
        "Latency": timedelta(seconds=0 if trouble else latency),
        "Error": trouble,
        "Diagnosis": "",
    }
    call.emit("Microsoft.Rtc.SyntheticTransactions.TaskOutput", properties)


def _trouble(call: Call, pool: str) -> str:
    """Why the transaction fails; empty where it succeeds."""
    if pool not in {one.fqdn for one in topology.topology(call.state).pools}:
        return f"The pool {pool} does not exist in the topology."
    parties = _parties(call) or _test_users(call, pool)
    if isinstance(parties, str):
        return parties
    for user in parties:
        if why := _signs_in(call.state, user, pool):
            return why
    match call.name.lower():
        case "test-csgroupim" if not _runs(call.state, pool, "RTCIMMCU"):
            return "The conference could not be joined. 504, Server time-out: no IM Conferencing service answered."
        case "test-csaddressbookservice":
            return _address_book(call, pool)
        case "test-cspersistentchatmessage":
            return _chat(call, pool)
    return ""


def _parties(call: Call) -> list[User] | str:
    """The users whom the parameters name, or why one of them is not let in."""
    found = []
    for party in _PARTIES:
        sip = call.get(f"{party}SipAddress")
        if sip is None:
            continue
        user = userdata.find_user(call, str(sip))
        if user is None or not user.enabled:
            return f"404, Not Found: {sip} is not enabled for Lync Server."
        shown = call.get(f"{party}Credential")
        if shown is not None and not _admitted(call, user, shown):
            return f"401, Unauthorized: the credentials of {sip} were refused."
        found.append(user)
    return found


def _admitted(call: Call, user: User, shown: Any) -> bool:
    """Whether a credential is the user's: the account in Active Directory, with the password on record."""
    given = shown if isinstance(shown, dict) else {}
    account = f"{call.state.directory.netbios}\\{user.sam}"
    password = given.get("Password")
    return (
        str(given.get("UserName", "")).lower() == account.lower()
        and isinstance(password, Secret)
        and call.simulation.accepts(password)
    )


def _test_users(call: Call, pool: str) -> list[User] | str:
    sips = _monitored(call.state).get(pool)
    if sips is None:
        return f"Test users are not configured for the pool {pool}. Use New-CsHealthMonitoringConfiguration."
    return [call.state.directory.users[sip] for sip in sips]


def _monitored(state: State) -> dict[str, list[str]]:
    """Pool → its two test users, where the scenario has configured them for monitoring."""
    found: dict[str, list[str]] = {}
    for user in state.directory.users.values() if state.facts.get("test-accounts") == "monitored" else ():
        found.setdefault(user.pool.lower(), []).append(user.sip)
    return {pool: sips[:2] for pool, sips in found.items() if len(sips) > 1}


def _signs_in(state: State, user: User, pool: str) -> str:
    home = user.pool.lower()
    serving = home if _runs(state, home, "RTCSRV") else pool
    paired = {home, topology.topology(state).backup_of(home).lower()}
    if serving not in paired or not _runs(state, serving, "RTCSRV") or not _runs(state, pool, "RTCSRV"):
        return f"Timed out: no Registrar answered {user.sip} for the pool {pool}."
    return ""


def _address_book(call: Call, pool: str) -> str:
    if not _runs(call.state, pool, "W3SVC"):
        return f"The Address Book Web Query service of {pool} did not answer."
    document = topology.topology(call.state)
    needed = {key for service in document.on(pool) for key in service.depends_on}
    for service in document.services:
        if service.role == "FileStore" and (service.id in needed or service.cluster == pool):
            host = call.state.host(service.cluster)
            if host is None or not host.present or service.settings["ShareName"] not in host.shares:
                return f"No Address Book files were found for {pool}."
    return ""


def _chat(call: Call, pool: str) -> str:
    document = topology.topology(call.state)
    needed = {service.id for service in document.on(pool)}
    names = {one.cluster for one in document.services if one.role == "PersistentChatService"}
    used = [
        one.cluster
        for one in document.services
        if one.role == "PersistentChatService" and (one.cluster == pool or needed & set(one.depends_on))
    ]
    for cluster in used or sorted(names):
        if _runs(call.state, cluster, chat.SERVICE) and topology.holder(
            call.state, "PersistentChatStore", cluster, chat.DATABASE
        ):
            return ""
    return "The chat room could not be joined: no Persistent Chat service answered."


def _runs(state: State, pool: str, service: str) -> bool:
    return any(topology.running(state, machine, service) for machine in topology.pool_machines(state, pool))
