"""Topology Builder, Install Database, for SQL servers of no pool: archiving, monitoring, Persistent Chat."""

from __future__ import annotations

from typing import Final

from lync_wizard.lab.farm import topology
from lync_wizard.lab.manual_steps.registry import Context, action

_ROLES: Final = ("ArchivingStore", "MonitoringStore", "PersistentChatStore", "PersistentChatComplianceStore")


@action(
    "install-stand-alone-databases",
    "Topology Builder, Install Database: databases of archiving, monitoring and Persistent Chat",
    900,
    obstacle=lambda context: topology.cms_trouble(context.state),
    place="nowhere",
)
def _install(context: Context) -> str:
    """Makes what is missing, empty; an instance that does not answer is left out, as its log says."""
    made, silent = [], []
    for key in dict.fromkeys(
        store.primary for store in topology.topology(context.state).stores if store.role in _ROLES
    ):
        host = context.state.host(key.partition("\\")[0])
        record = context.state.instances.get(key) if host and host.present else None
        if record is None:
            silent.append(key)
            continue
        roles = {store.role for store in topology.topology(context.state).stores if store.primary == key}
        for role in roles & set(_ROLES):
            fresh = {name: level for name, level in topology.DATABASES[role].items() if name not in record.databases}
            record.databases.update(fresh)
            made += [f"{name} on {key}" for name in fresh]
    refused = f"; was not accessible: {', '.join(silent)}" if silent else ""
    return f"Install Database: created {', '.join(sorted(made)) or 'nothing, all are there'}{refused}"
