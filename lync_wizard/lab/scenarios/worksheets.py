"""The worksheets of the simulated deployment, filled in while it was healthy."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from lync_wizard import worksheets
from lync_wizard.core import timestamps
from lync_wizard.core.storage import Home
from lync_wizard.lab.farm import topology
from lync_wizard.lab.farm.state import State
from lync_wizard.lab.scenarios import pair_worksheets, pool_worksheets, replacement, verified_sets
from lync_wizard.lab.scenarios.pool_worksheets import SCHEDULE, Values
from lync_wizard.lab.verdict import restore

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
    ("backup/schedule", SCHEDULE),
    ("backup/rpo", "24h"),
    ("backup/responsible", "Unified Communications team"),
    ("backup/validation", "A drill with the newest set"),
    ("backup/ad-ds", SCHEDULE),
    ("strategy/spares", "One spare server on site, next-day supply contract"),
    ("decides/standard-edition", "Manager on duty"),
    ("executes/standard-edition", "On-call engineer, Unified Communications"),
    ("criteria/standard-edition", "The server is lost or cannot be repaired within an hour"),
)
_SCENARIOS: Final = {
    "standard-edition": ("restore-se", "2h"),
    "pool": ("restore-pool", "8h"),
    "cms": ("restore-cms", "4h"),
    "back-end": ("restore-backend", "4h"),
    "back-end-primary": ("restore-primary", "4h"),
    "back-end-mirror": ("restore-mirror", "8h"),
    "witness": ("restore-witness", "8h"),
    "member-server": ("restore-member", "4h"),
    "file-store": ("restore-filestore", "4h"),
    "archiving": ("restore-archmon", "8h"),
    "monitoring": ("restore-archmon", "8h"),
    "persistent-chat": ("restore-pchat", "8h"),
    "response-group": ("restore-rgs", "4h"),
}
"""What may fail → the procedure for it and the time it may take."""
_OUTSIDE: Final = (
    ("ad-ds", "Directory services"),
    ("certificates", "Public key infrastructure"),
    ("firewall", "Network"),
    ("dns", "Network"),
    ("dhcp", "Network"),
)


def write_worksheets(home: Path, lab: Path, at: datetime | None = None) -> str:
    """Write the filled worksheets of the deployment in the snapshot of ``lab`` into ``home``; returns its name.

    The backup sets there are verified, as the plan requires.
    ``at`` is when the values were found, now by default. Raises :class:`lync_wizard.core.errors.InputError`.
    """
    before = restore.snapshot(lab)
    found_at = at or timestamps.now()
    deployment = str(before.facts.get("deployment") or before.directory.domain.partition(".")[0])
    root = _backup_root(before)
    document = topology.topology(before)
    changes: dict[worksheets.Cell, worksheets.Entry | None] = {}

    def enter(values: Values, pool: str | None, source: worksheets.Source, origin: str) -> None:
        for address, raw in values:
            cell = worksheets.Cell.parse(address).at(pool)
            given = raw if isinstance(raw, str) else tuple(raw)
            if given:
                field = worksheets.forms().field(cell)
                changes[cell] = worksheets.fill(field, given, source, at=found_at, origin=origin)

    machines = topology.pool_machines(before, pool_worksheets.cms_pool(document))
    found_on = machines[0] if machines else before.directory.cms_pointer.partition("\\")[0]
    enter(_deployment_facts(before, document, found_at), None, "found", found_on)
    enter(pair_worksheets.deployment(before), None, "found", found_on)
    enter(_plan(root, found_at), None, "file", "")
    for cluster in document.pools:
        if pool_worksheets.kind(document, cluster):
            pool = pool_worksheets.PoolWorksheets(before, document, cluster, root)
            enter(pool.facts(), cluster.fqdn, "found", found_on)
            enter(pair_worksheets.of_pool(before, document, cluster.fqdn), cluster.fqdn, "found", found_on)
            enter(pool.backup_worksheets(), cluster.fqdn, "file", "")
    worksheets.write(Home(home), deployment, changes)
    verified_sets.mark_verified(home, lab)
    if replacement.FACT in before.facts:
        # Written when the pool is planned, after the backups were made and verified.
        changes.clear()
        whole = topology.read_topology(replacement.document(before.scenario))
        cluster = whole.clusters[str(before.facts[replacement.FACT]["fqdn"])]
        enter(pool_worksheets.PoolWorksheets(before, whole, cluster, root).facts(), cluster.fqdn, "found", found_on)
        worksheets.write(Home(home), deployment, changes)
    return deployment


def _backup_root(state: State) -> str:
    """The share for backup sets; where none is noted, one on a server that carries no Lync."""
    found = [f"\\\\{h.fqdn}\\{share}" for h in state.hosts.values() if not h.lync_version for share in h.shares]
    return str(state.facts.get("backup-share") or next(iter(found), ""))


def _deployment_facts(state: State, document: topology.Topology, at: datetime) -> Values:
    sheet = "deployment-facts"
    server, _, instance = state.directory.cms_pointer.partition("\\")
    mirror, _, mirror_instance = state.directory.cms_mirror.partition("\\")
    controllers = [h.fqdn for h in state.hosts.values() if "NTDS" in h.services]
    yield f"{sheet}/deployment/netbios-domain", state.directory.netbios
    yield f"{sheet}/deployment/dns-domain", state.directory.domain
    yield f"{sheet}/deployment/domain-controller", controllers[0] if controllers else ""
    yield f"{sheet}/deployment/sip-domains", (state.cms.sip_domain or state.directory.domain,)
    yield f"{sheet}/deployment/sites", tuple(document.sites.values())
    yield f"{sheet}/deployment/server-version", "Lync Server 2013"
    yield f"{sheet}/deployment/topology-read", f"{at:%Y-%m-%d}"
    yield f"{sheet}/deployment/gateways", tuple(s.cluster for s in document.services if s.role == "PstnGateway")
    yield f"{sheet}/cms/pool", pool_worksheets.cms_pool(document) or server
    yield f"{sheet}/cms/sql-server", server
    yield f"{sheet}/cms/sql-instance", instance or ("default" if server else "")
    yield f"{sheet}/cms/mirror-server", mirror
    yield f"{sheet}/cms/mirror-instance", mirror_instance


def _plan(root: str, at: datetime) -> Values:
    yield "plan/backup/location", root
    yield "plan/plan/next-review", f"{at + timedelta(days=90):%Y-%m-%d}"
    for cell, value in _PLAN:
        yield f"plan/{cell}", value
    for scenario, (procedure, time) in _SCENARIOS.items():
        yield f"plan/rto/{scenario}", time
        yield f"plan/procedure/{scenario}", procedure
    for row, owner in _OUTSIDE:
        yield f"additional/{row}/owner", owner
        yield f"additional/{row}/done", "true"
