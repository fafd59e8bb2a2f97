"""What keeps a Lync service from starting: rights, certificates, databases (pitfalls P11, P54)."""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.pair_records import IN_USE
from lync_wizard.lab.farm.state import Host, Service, State

_UNCERTIFIED: Final = frozenset({"REPLICA", "RTCCLSAGT", "W3SVC", "FabricHostSvc", "MASTER", "FTA"})
"""Services that start without a certificate."""


def obstacle(state: State, host: Host, service: Service) -> str:
    """Why a service does not start, empty when nothing prevents it; with a missing quorum it starts and waits."""
    computer = state.directory.computers.get(host.name.lower())
    trusted = not host.domain or (computer and any(group.upper().startswith("RTC") for group in computer.groups))
    if service.name != "REPLICA" and host.fqdn in state.facts.get("inactive", ()):
        return "The roles of this computer are not activated; run Enable-CsComputer."
    if service.name != "W3SVC" and not trusted:
        return "Access is denied. The computer account is not a member of the groups of Lync Server."
    if service.name not in _UNCERTIFIED and not any(c.uses for c in host.certificates):
        return "No certificate is assigned (event 14397)."
    if (service.name, service.role) == ("RTCSRV", "Registrar"):
        return _front_end(state, host)
    if (
        service.name == "MASTER"
        and state.central
        and not any(kept.current == IN_USE for kept in state.central.values())
    ):
        return "No Central Management store is in use: every database is in backup mode."
    if service.name == "LYNCBACKUP" and host.fqdn in state.facts.get("backup-service-old", ()):
        return "LyncBackupService.exe has stopped working (event 4007)."
    if service.name == "RTCCHAT":
        return _store(state, host, "PersistentChatStore", "mgc")
    return ""


def _front_end(state: State, host: Host) -> str:
    if not state.database(host.fqdn, "rtclocal", "rtc"):
        return "The database rtc in the instance RTCLOCAL cannot be opened."
    return _store(state, host, "UserStore", "rtcxds")


def _store(state: State, host: Host, role: str, database: str) -> str:
    pool = topology.known(state).cluster_of(host.fqdn)
    store = topology.known(state).store(pool.fqdn, role) if pool else None
    if pool is None or store is None or topology.holder(state, role, pool.fqdn, database):
        return ""
    where = " or ".join(key for key in (store.primary, store.mirror) if key)
    return f'The database "{database}" of pool "{pool.fqdn}" cannot be opened on {where}.'
