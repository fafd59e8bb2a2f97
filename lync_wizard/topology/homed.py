"""What a failover has to know beside pools: the Backup Service, the Edge pools of federation, what is homed on a pool.

The cells have no place in a deployment; they go by pool (None for the whole) and ``sheet/row/column``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from lync_wizard.core import timestamps
from lync_wizard.hosts import Record
from lync_wizard.topology.live_queries import Host, place, text, texts
from lync_wizard.topology.to_worksheet import is_fqdn
from lync_wizard.worksheets import Value

Found = dict[tuple[str | None, str], Value]
Owner = Callable[[str], str]
"""The FQDN of the pool of the topology that an identity names; empty where there is none."""

_FACTS: Final = "deployment-facts"
_HOMED: Final = {
    "common-area-phones": "Get-CsCommonAreaPhone",
    "analog-devices": "Get-CsAnalogDevice",
    "meeting-rooms": "Get-CsMeetingRoom",
    "um-contacts": "Get-CsExUmContact",
}
_GROUP: Final = re.compile(r"[^\s\\,;:@\"]+(?:\\[^\s\\,;:@\"]+)?")
"""One group by name; several, or one that a worksheet cannot hold, are left to a person."""
_YES: Final = {"true": "true", "1": "true", "false": "false", "0": "false"}


def cells(host: Host, owner: Owner, applications: tuple[Record, ...], *, paired: bool) -> Found:
    """Ask, and what to write; ``applications`` are the services of trusted application pools, asked already.

    ``paired``: whether the deployment has a pair, so that its Backup Service matters.
    """
    found: Found = {}
    if paired:
        found |= {(None, f"{_FACTS}/backup-service/{column}"): value for column, value in _backup_service(host)}
    found |= {(None, f"{_FACTS}/federation/{column}"): value for column, value in _federation(host) if value}
    homed: dict[tuple[str, str], list[str]] = {}
    for column, cmdlet in _HOMED.items():
        for record in host.records(cmdlet) or ():
            _add(homed, owner(text(record, "RegistrarPool")), column, text(record, "DisplayName", "SipAddress"))
    for record in applications:
        fqdn = text(record, "PoolFqdn") or place(text(record, "Identity"))
        _add(homed, owner(text(record, "Registrar")), "trusted-applications", fqdn)
    found |= {(pool, f"{_FACTS}/homed/{column}"): tuple(dict.fromkeys(v)) for (pool, column), v in homed.items()}
    return found


def _add(homed: dict[tuple[str, str], list[str]], pool: str, column: str, shown: str) -> None:
    if is_fqdn(pool) and shown:
        homed.setdefault((pool, column), []).append(shown)


def _backup_service(host: Host) -> Iterator[tuple[str, Value]]:
    for record in host.records("Get-CsBackupServiceConfiguration") or ():
        if span := timestamps.span_of(text(record, "SyncInterval")):
            minutes, seconds = divmod(int(span.total_seconds()), 60)
            yield "interval", f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
        groups = texts(record, "AuthorizedUniversalGroups")
        if len(groups) == 1 and _GROUP.fullmatch(groups[0]):
            yield "account", groups[0]
        if carried := _YES.get(text(record, "EnableRgsBackupService").lower()):
            yield "response-groups", carried


def _federation(host: Host) -> Iterator[tuple[str, Value]]:
    sites = host.records("Get-CsSite") or ()
    pools = dict.fromkeys(place(text(record, "FederationRoute")) for record in sites)
    yield "edge-pools", tuple(pool for pool in pools if is_fqdn(pool))
    xmpp = dict.fromkeys(place(text(record, "XmppFederationRoute")) for record in sites)
    yield "xmpp-pool", next((pool for pool in xmpp if is_fqdn(pool)), "")
