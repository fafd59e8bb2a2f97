"""The worksheet cells that a deployment found by the program itself can fill."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError
from lync_wizard.deployment import FEATURES, Deployment, Pool, SqlInstance, same
from lync_wizard.topology.interpret import product
from lync_wizard.worksheets import Cell, Entry, Value, fill, forms
from lync_wizard.worksheets.values import fqdn as check_fqdn

TOLD: Final = ("archiving", "monitoring", "file-store-on-pool")
"""Features whose absence a topology tells as well; of the others only what is there can be said."""

_FOLDER: Final = re.compile(r"[^\s\\/:*?\"<>|]{1,60}-(?:ApplicationServer|WebServices)-[0-9]{1,9}")
_FRONTS: Final = ("standard-edition", "enterprise")
_Told = Iterator[tuple[str, Value]]


def found_entries(
    deployment: Deployment, at: datetime, origin: str, *, told: Collection[str] = TOLD
) -> dict[Cell, Entry]:
    """An entry (source ``found``) for every cell that the deployment fills, checked like any other value.

    ``told`` names the features whose absence is certain; they are filled with no where a pool lacks them. A pool whose
    FQDN is no host name has no cells, since its sheets could not be stored under that name.
    """
    found: dict[Cell, Entry] = {}
    # Many cells hold the same few names; a sound value is checked once for each kind of cell.
    checked: dict[object, Entry] = {}
    known = forms()

    def enter(values: _Told, pool: str | None) -> None:
        for address, value in values:
            if not value:
                continue
            cell = Cell(pool, *address.split("/"))
            field = known.field(cell)
            key = (field.kind, field.many, field.choices, value)
            entry = checked.get(key)
            if entry is None:
                entry = fill(field, value, "found", at=at, origin=origin)
                if entry.sound:
                    checked[key] = entry
            found[cell] = entry

    enter(_of_deployment(deployment, at), None)
    good = _Neighbours(deployment)
    for pool in deployment.lync_pools:
        if is_fqdn(pool.fqdn):
            enter(_of_pool(pool, good.of(pool), told), pool.fqdn)
            if pool.kind in _FRONTS:
                enter(_sheets(pool, deployment), pool.fqdn)
    return found


def is_fqdn(name: str) -> bool:
    """Whether a name may stand for a pool on worksheets."""
    try:
        return check_fqdn(name).lower() == name.lower()
    except InputError:
        return False


def _of_deployment(found: Deployment, at: datetime) -> _Told:
    row = "deployment-facts/deployment"
    yield f"{row}/netbios-domain", found.netbios_domain
    yield f"{row}/dns-domain", found.dns_domain
    yield f"{row}/domain-controller", found.domain_controller
    yield f"{row}/sip-domains", found.sip_domains
    yield f"{row}/sites", tuple(site.name for site in found.sites)
    versions = Counter(role.version for pool in found.lync_pools for role in pool.roles if role.version)
    yield f"{row}/server-version", product(versions.most_common(1)[0][0]) if versions else ""
    yield f"{row}/topology-read", timestamps.stamp(at)[:10]
    yield f"{row}/gateways", found.gateways
    yield f"{row}/trusted-applications", found.trusted_applications
    if found.cms:
        yield "deployment-facts/cms/pool", found.cms.pool
        yield from _instance("deployment-facts/cms", found.cms.sql, "sql-server", "sql-instance")
        yield from _instance("deployment-facts/cms", found.cms.mirror, "mirror-server", "mirror-instance")


def _instance(
    row: str, found: SqlInstance | None, server: str = "server", instance: str = "instance"
) -> Iterator[tuple[str, str]]:
    if found:
        yield f"{row}/{server}", found.server
        yield f"{row}/{instance}", found.instance or "default"


class _Neighbours:
    """For each pool a server elsewhere in its site from which commands can be run."""

    def __init__(self, deployment: Deployment) -> None:
        self._by_site: dict[str, list[Pool]] = defaultdict(list)
        for pool in deployment.pools_of_kind("standard-edition", "enterprise", "director"):
            if len(self._by_site[pool.site]) < 2 and pool.servers:
                self._by_site[pool.site].append(pool)

    def of(self, pool: Pool) -> str:
        others = [other for other in self._by_site[pool.site] if not same(other.fqdn, pool.fqdn)]
        return others[0].servers[0].fqdn if others else ""


def _of_pool(pool: Pool, good_server: str, told: Collection[str]) -> _Told:
    sheet = "deployment-facts"
    yield f"{sheet}/pool/kind", pool.kind
    yield f"{sheet}/pool/site", pool.site
    yield f"{sheet}/pool/servers", pool.server_fqdns
    yield f"{sheet}/pool/good-server", pool.good_server or good_server
    yield f"{sheet}/pool/version", pool.version
    yield f"{sheet}/pool/windows", pool.windows
    yield f"{sheet}/pool/backup-pool", pool.backup_pool
    yield f"{sheet}/pool/edge-pool", pool.edge_pool
    yield f"{sheet}/pool/next-hop", pool.next_hop
    yield f"{sheet}/pool/branch-appliances", pool.branch_appliances
    yield f"{sheet}/kerberos/account", pool.kerberos_account
    if pool.kind in _FRONTS:
        for feature in FEATURES:
            there = feature in pool.features
            yield f"{sheet}/features/{feature}", "true" if there else "false" if feature in told else ""
    yield from _instance(f"{sheet}/sql", pool.sql)
    yield from _instance(f"{sheet}/mirror", pool.mirror)
    yield f"{sheet}/mirror/share", pool.mirror_share
    yield from _instance(f"{sheet}/witness", pool.witness)
    for row, store, mirror in (
        ("archiving", pool.archiving, pool.archiving_mirror),
        ("monitoring", pool.monitoring, pool.monitoring_mirror),
    ):
        yield from _instance(f"{sheet}/{row}", store, "sql-server", "sql-instance")
        yield from _instance(f"{sheet}/{row}", mirror, "mirror-server", "mirror-instance")
    yield f"{sheet}/persistent-chat/pool", pool.chat_pool
    yield from _instance(f"{sheet}/persistent-chat", pool.chat, "sql-server", "sql-instance")
    yield from _instance(
        f"{sheet}/persistent-chat", pool.chat_secondary, "log-shipping-server", "log-shipping-instance"
    )
    yield from _instance(f"{sheet}/persistent-chat", pool.chat_mirror, "mirror-server", "mirror-instance")
    yield from _instance(
        f"{sheet}/persistent-chat", pool.chat_secondary_mirror, "secondary-mirror-server", "secondary-mirror-instance"
    )
    yield f"{sheet}/persistent-chat/active-servers", pool.chat_active
    if pool.file_store:
        yield f"{sheet}/file-store/share", pool.file_store.share if pool.kind not in _FRONTS else ""
        yield f"{sheet}/file-store/local-folder", pool.file_store.local_folder
        yield f"{sheet}/file-store/acl", pool.file_store.acl
    for role, column in (("ApplicationServer", "app-server-id"), ("WebServices", "web-services-id")):
        ids = [r.service_id for r in pool.roles if r.name == role and _FOLDER.fullmatch(r.service_id)]
        yield f"{sheet}/file-store/{column}", ids[0] if ids else ""


def _sheets(pool: Pool, found: Deployment) -> _Told:
    if pool.sql:
        yield "database/userdata/server", pool.sql.server
    if pool.archiving:
        yield "database/archiving/server", pool.archiving.server
    if pool.monitoring:
        yield "database/cdr/server", pool.monitoring.server
        yield "database/qoe/server", pool.monitoring.server
    if pool.chat:
        yield "database/pchat/server", pool.chat.server
    if pool.file_store:
        yield "file-store/lync/server", pool.file_store.server
        yield "file-store/lync/share", pool.file_store.share
    if found.cms and found.cms.sql and found.hosts_cms(pool):
        yield "settings/xds/server", found.cms.sql.server
        yield "settings/lis/server", found.cms.sql.server
    if "response-group" in pool.features:
        yield "settings/rgs/server", pool.fqdn
