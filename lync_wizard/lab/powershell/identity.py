"""What a simulated computer says of itself: its SIDs follow from its name, and survive a restart of the lab."""

from __future__ import annotations

import zlib

from lync_wizard.lab.farm.state import Host
from lync_wizard.lab.powershell.call import Call

DOMAIN_SID = "S-1-5-21-100-200-300"
_WORKGROUP = "WORKGROUP"
_FIRST_RID = 2_000_000


def identify(call: Call) -> None:
    """The answer to :data:`lync_wizard.hosts.identity.SCRIPT`."""
    host, asked = call.host, str(call.get("Computer") or "")
    name = asked or host.name.upper()
    call.emit(
        "System.Management.Automation.PSCustomObject",
        {
            "Name": name,
            "Domain": host.domain or _WORKGROUP,
            "PartOfDomain": bool(host.domain),
            "Account": _account(call, name) if host.domain else "",
            "Machine": "" if asked or "NTDS" in host.services else _machine(host),
        },
    )


def _account(call: Call, name: str) -> str:
    """The computer account's SID; a new account in the place of a deleted one has another."""
    computers = call.state.directory.computers
    known = next((one for key, one in computers.items() if key.lower() == name.lower()), None)
    if known is None:
        return ""
    strange = call.host.stranger and name.lower() == call.host.name.lower()
    rid = _FIRST_RID + 3 * (zlib.crc32(known.name.lower().encode()) % 1_000_000) + known.renewed + 2 * strange
    return f"{DOMAIN_SID}-{rid}"


def _machine(host: Host) -> str:
    return f"S-1-5-21-{zlib.crc32(host.fqdn.lower().encode())}-{host.installed}-{int(host.stranger)}"
