"""Actions for Survivable Branch Appliances whose pool is replaced by another one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from lync_wizard.core.wrapping import counted
from lync_wizard.lab.farm import exports, topology, topology_edit
from lync_wizard.lab.farm.state import UserData
from lync_wizard.lab.farm.topology import Topology
from lync_wizard.lab.manual_steps.registry import Context, action, unreachable
from lync_wizard.lab.powershell.cmdlets.userdata import merged
from lync_wizard.lab.scenarios import replacement

_RESCUE = r"C:\Rescue"


def branches(document: Topology) -> list[str]:
    """The FQDNs of the Survivable Branch Appliances in a topology."""
    return [s.cluster for s in document.services if s.role == "Registrar" and s.settings.get("IsBranch") == "true"]


def _own(context: Context) -> list[str]:
    """The appliances of the pool that was lost."""
    lost = str(context.state.facts.get(replacement.FACT, {}).get("for", ""))
    before = topology.known(context.before)
    return [one for one in branches(before) if before.user_services(one) == lost]


def _saved(context: Context, pattern: str) -> list[Path]:
    """Files of the set that was made during the failover; the newest ones first."""
    found = context.simulation.locate(context.host.fqdn, _RESCUE).glob(f"*/{pattern}")
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _listed(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from (row["SipAddress"] for row in csv.DictReader(file))


def _obstacle(context: Context) -> str:
    if unreachable(context) or topology.cms_trouble(context.state):
        return unreachable(context) or topology.cms_trouble(context.state)
    for name in ("PoolBUserData.zip", "sba_*.csv"):
        if not _saved(context, name):
            return f"there is no {_RESCUE}\\…\\{name} on {context.host.fqdn}"
    return ""


@action(
    "update-branch-users",
    "Update the data of each appliance's users on {host}: Convert-CsUserData, Update-CsUserData",
    900,
    obstacle=_obstacle,
    place="any",
    fits=lambda context: bool(_own(context)),
)
def _update(context: Context) -> str:
    state, document = context.state, topology.topology(context.state)
    kept = exports.read_user_data(_saved(context, "PoolBUserData.zip")[0].read_bytes())
    updated = []
    for sip in dict.fromkeys(sip for path in _saved(context, "sba_*.csv") for sip in _listed(path)):
        user = state.directory.users.get(sip)
        store = state.stores.get(document.user_services(user.pool)) if user else None
        if store is not None and sip in kept:
            store.users = {**store.users, sip: merged(store.users.get(sip, UserData()), kept[sip])}
            updated.append(sip)
    return f"the data of {counted(len(updated), 'user')} are updated"


@action(
    "topology-builder-branch-appliance",
    "Topology Builder: the new pool as User Services Pool of the appliances, and publish",
    600,
    obstacle=lambda context: topology.cms_trouble(context.state),
    place="nowhere",
    fits=lambda context: bool(_own(context)),
)
def _associate(context: Context) -> str:
    new = str(context.state.facts[replacement.FACT]["fqdn"])
    for one in _own(context):
        topology_edit.publish(context.state, context.simulation.clock(), "user-services", one, new)
    return f"Publish Topology: completed; the User Services Pool of {', '.join(_own(context))} is {new}"
