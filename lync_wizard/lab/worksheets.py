"""The worksheets that the operators of the simulated deployment filled in while everything was healthy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from lync_wizard import worksheet
from lync_wizard.lab import farm, verdict
from lync_wizard.lab.state import Host, State
from lync_wizard.storage import Home

Values = Iterator[tuple[str, str | Iterable[str]]]
"""Addresses (``sheet/row/column``) with what stands there."""

_SCHEDULE: Final = "daily 01:30"
_PLAN: Final = (
    ("plan/owner", "Unified Communications team"),
    ("plan/reviewers", ("Infrastructure architect", "Head of operations")),
    ("plan/testers", ("Unified Communications team",)),
    ("plan/paper", "Fire safe of the operations room, second copy at the other site"),
    ("approval/business", "Head of customer services"),
    ("approval/technical", "Head of operations"),
    ("people/decides", "Head of operations, at night the manager on duty"),
    ("people/executes", "On-call engineer, Unified Communications"),
    ("people/informs", "Service desk"),
    ("people/ad-administrator", "On-call engineer, directory services"),
    ("people/sql-administrator", "On-call engineer, databases"),
    ("people/network-administrator", "On-call engineer, network"),
    ("backup/schedule", _SCHEDULE),
    ("backup/rpo", "24h"),
    ("backup/responsible", "Unified Communications team"),
    ("backup/validation", "A drill with the newest set"),
    ("backup/ad-ds", _SCHEDULE),
    ("strategy/spares", "One spare server on site, next-day supply contract"),
    ("rto/standard-edition", "2h"),
    ("rto/cms", "4h"),
    ("rto/file-store", "4h"),
    ("procedure/standard-edition", "restore-se"),
    ("procedure/cms", "restore-cms"),
    ("procedure/file-store", "restore-filestore"),
    ("decides/standard-edition", "Manager on duty"),
    ("executes/standard-edition", "On-call engineer, Unified Communications"),
    ("criteria/standard-edition", "The server is lost or cannot be repaired within an hour"),
)
_SQL_ROWS: Final = {
    "LcsLog": ("archiving", "archiving"),
    "LcsCDR": ("cdr", "monitoring"),
    "QoEMetrics": ("qoe", "monitoring"),
    "mgc": ("pchat", "persistent-chat"),
}
"""Database → its rows of the Database worksheet and of the deployment facts."""
_OUTSIDE: Final = (
    ("ad-ds", "Directory services"),
    ("certificates", "Public key infrastructure"),
    ("firewall", "Network"),
    ("dns", "Network"),
    ("dhcp", "Network"),
)


def write_worksheets(home: Path, lab: Path, at: datetime | None = None) -> str:
    """Write the filled worksheets of the deployment pictured in ``lab`` into ``home``; returns the deployment's name.

    ``at`` is when the values were found, now by default. Raises :class:`~lync_wizard.errors.InputError`.
    """
    before = verdict.picture(lab)
    found_at = at or datetime.now(UTC)
    deployment = before.directory.domain.partition(".")[0]
    root = _backup_root(before)
    document = farm.topology(before)
    changes: dict[worksheet.Cell, worksheet.Entry | None] = {}

    def enter(values: Values, pool: str | None, source: worksheet.Source, origin: str) -> None:
        for address, raw in values:
            cell = worksheet.Cell.parse(address).at(pool)
            given = raw if isinstance(raw, str) else tuple(raw)
            if given:
                field = worksheet.forms().field(cell)
                changes[cell] = worksheet.fill(field, given, source, at=found_at, origin=origin)

    witness = before.directory.cms_pointer.partition("\\")[0]
    enter(_deployment_facts(before, document, found_at), None, "found", witness)
    enter(_plan(root, found_at), None, "file", "")
    for cluster in document.pools:
        if any(service.role == "UserServices" for service in document.on(cluster.fqdn)):
            enter(_pool_facts(before, document, cluster), cluster.fqdn, "found", witness)
            enter(_pool_sheets(before, document, cluster, root), cluster.fqdn, "file", "")
    worksheet.write(Home(home), deployment, changes)
    return deployment


def _backup_root(state: State) -> str:
    """The share on the server that carries no Lync."""
    found = [(host.fqdn, share) for host in state.hosts.values() if not host.lync_version for share in host.shares]
    return f"\\\\{found[0][0]}\\{found[0][1]}" if found else ""


def _deployment_facts(state: State, document: farm.Topology, at: datetime) -> Values:
    sheet = "deployment-facts"
    server, _, instance = state.directory.cms_pointer.partition("\\")
    controllers = [h.fqdn for h in state.hosts.values() if "NTDS" in h.services]
    yield f"{sheet}/deployment/netbios-domain", state.directory.netbios
    yield f"{sheet}/deployment/dns-domain", state.directory.domain
    yield f"{sheet}/deployment/domain-controller", controllers[0] if controllers else ""
    yield f"{sheet}/deployment/sip-domains", (state.cms.sip_domain or state.directory.domain,)
    yield f"{sheet}/deployment/sites", tuple(document.sites.values())
    yield f"{sheet}/deployment/server-version", "Lync Server 2013"
    yield f"{sheet}/deployment/topology-read", f"{at:%Y-%m-%d}"
    yield f"{sheet}/deployment/gateways", tuple(s.cluster for s in document.services if s.role == "PstnGateway")
    yield f"{sheet}/cms/pool", _cms_pool(document) or server
    yield f"{sheet}/cms/sql-server", server
    yield f"{sheet}/cms/sql-instance", instance


def _cms_pool(document: farm.Topology) -> str:
    return next((s.cluster for s in document.services if s.role == "CentralMgmt"), "")


def _plan(root: str, at: datetime) -> Values:
    yield "plan/backup/location", root
    yield "plan/plan/next-review", f"{at + timedelta(days=90):%Y-%m-%d}"
    for cell, value in _PLAN:
        yield f"plan/{cell}", value
    for row, owner in _OUTSIDE:
        yield f"additional/{row}/owner", owner
        yield f"additional/{row}/done", "true"


def _pool_facts(state: State, document: farm.Topology, cluster: farm.Cluster) -> Values:
    sheet, pool = "deployment-facts", cluster.fqdn
    server = state.hosts[cluster.machines[0]]
    sql_server, sql_instance = _user_store(document, pool)
    good = [c.fqdn for c in document.pools if c.site == cluster.site and c.fqdn != pool and document.on(c.fqdn)]
    store = state.stores.get(pool)
    yield f"{sheet}/pool/kind", "standard-edition" if cluster.machines == (pool,) else "enterprise"
    yield f"{sheet}/pool/site", document.sites.get(cluster.site, cluster.site)
    yield f"{sheet}/pool/servers", cluster.machines
    yield f"{sheet}/pool/good-server", next((fqdn for fqdn in good if fqdn in state.hosts), "")
    yield f"{sheet}/pool/version", server.lync_version
    yield f"{sheet}/pool/windows", f"{server.windows}, {server.windows_version}"
    deployed = {
        "response-group": bool(store and store.rgs),
        "persistent-chat": "mgc" in _sql_rows(state, document, pool),
        "archiving": _serves(document, pool, "Archiving"),
        "monitoring": _serves(document, pool, "Monitoring"),
        "e911": bool(state.cms.locations) and pool == _cms_pool(document),
        "call-park": False,
        "announcement": False,
        "conferencing-attendant": False,
        "file-store-on-pool": bool(_share(server)),
    }
    for feature, there in deployed.items():
        yield f"{sheet}/features/{feature}", "true" if there else "false"
    yield f"{sheet}/sql/server", sql_server
    yield f"{sheet}/sql/instance", sql_instance
    yield f"{sheet}/sql/machine-name", sql_server.partition(".")[0].upper()
    for database, (at_server, at_instance) in _sql_rows(state, document, pool).items():
        row = _SQL_ROWS[database][1]
        yield f"{sheet}/{row}/sql-server", at_server
        yield f"{sheet}/{row}/sql-instance", at_instance or "default"
        if row == "persistent-chat":
            yield f"{sheet}/{row}/pool", pool
    yield f"{sheet}/kerberos/account", state.directory.kerberos_account
    yield (
        f"{sheet}/certificates/list",
        tuple(f"{c.thumbprint}: {', '.join(c.uses)}" for c in server.certificates if c.uses),
    )
    share = _share(server)
    if share:
        yield f"{sheet}/file-store/local-folder", server.shares[share]
        grants = server.share_grants.get(share, ())
        yield f"{sheet}/file-store/acl", tuple(grant.replace(",", ": ") for grant in grants)
    for role, column in (("ApplicationServer", "app-server-id"), ("WebServices", "web-services-id")):
        ids = [service.id for service in document.on(pool) if service.role == role]
        yield f"{sheet}/file-store/{column}", ids[0] if ids else ""


def _serves(document: farm.Topology, pool: str, role: str) -> bool:
    """Whether a service on the pool uses a store of that kind."""
    return any(role in needed for service in document.on(pool) for needed in (service.id, *service.depends_on))


def _sql_rows(state: State, document: farm.Topology, pool: str) -> dict[str, tuple[str, str]]:
    """Archiving, monitoring and chat databases of the pool, with SQL server and instance of each."""
    used = [needed for service in document.on(pool) for needed in service.depends_on]
    found = {}
    for store in [service for service in document.services if service.id in used]:
        for database in farm.DATABASES.get(store.role, {}):
            if database in _SQL_ROWS:
                found[database] = (store.cluster, store.instance or "")
    if state.facts.get("persistent-chat") == pool:  # its role names are in no published document known to us
        holder = next((one for one in state.instances.values() if "mgc" in one.databases), None)
        if holder:
            found["mgc"] = (holder.host, holder.name)
    return found


def _user_store(document: farm.Topology, pool: str) -> tuple[str, str]:
    """SQL server and instance of the pool's user store."""
    for service in document.on(pool):
        for needed in service.depends_on if service.role == "UserServices" else ():
            store = document.service(needed)
            if store is not None and store.role == "UserStore":
                return store.cluster, store.instance or "default"
    return pool, "rtc"


def _share(server: Host) -> str:
    return next(iter(server.shares), "")


def _pool_sheets(state: State, document: farm.Topology, cluster: farm.Cluster, root: str) -> Values:
    pool = cluster.fqdn
    server = state.hosts[cluster.machines[0]]
    sql_server, _ = _user_store(document, pool)
    yield "database/userdata/server", sql_server
    yield "database/userdata/schedule", _SCHEDULE
    yield "database/userdata/set-expiration", "14 days"
    yield "database/userdata/destination", root
    for database, (at_server, _) in _sql_rows(state, document, pool).items():
        row = f"database/{_SQL_ROWS[database][0]}"
        yield f"{row}/server", at_server
        yield f"{row}/schedule", _SCHEDULE
        yield f"{row}/tool", "SQL Server management tool"
        yield f"{row}/set-name", f"{database}.bak"
        yield f"{row}/set-expiration", "14 days"
        yield f"{row}/destination", root
    share = _share(server)
    if share:
        yield "file-store/lync/server", server.fqdn
        yield "file-store/lync/schedule", _SCHEDULE
        yield "file-store/lync/share", f"\\\\{server.fqdn}\\{share}"
        yield "file-store/lync/destination", root
    exported = {
        "xds": pool == _cms_pool(document),
        "lis": pool == _cms_pool(document) and bool(state.cms.locations),
        "rgs": bool(pool in state.stores and state.stores[pool].rgs),
    }
    for row, there in exported.items():
        if there:
            yield f"settings/{row}/server", pool
            yield f"settings/{row}/schedule", _SCHEDULE
            yield f"settings/{row}/location", root
