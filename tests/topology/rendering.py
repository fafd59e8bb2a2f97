"""What was read from a topology as text for a case file; a folder ``NAME.zip`` of a case becomes a ZIP first.

``python -m tests.topology.rendering FILE…`` writes the expected text of new cases: read it before it is believed.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from lync_wizard import topology
from lync_wizard.core.yaml_document import Problems
from lync_wizard.deployment import Deployment, Pool
from lync_wizard.topology import TopologyReading

AT = datetime(2026, 1, 31, 22, 15, tzinfo=UTC)


def content(case: Path) -> bytes:
    """The bytes of a case; the files of a folder as a ZIP."""
    if case.is_file():
        return case.read_bytes()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(case.rglob("*")):
            if path.is_file():
                packed.writestr(path.relative_to(case).as_posix(), path.read_bytes())
    return target.getvalue()


def rendered(case: Path) -> str:
    """Everything a reader says about a case, its problems last."""
    problems = Problems()
    found = topology.read_bytes(content(case), case.name, problems, at=AT)
    lines = [*(of_reading(found) if found else ("nothing was read",)), *(f"PROBLEM {p}" for p in problems)]
    return "".join(f"{line}\n" for line in lines)


def of_reading(found: TopologyReading) -> Iterator[str]:
    yield f"{found.deployment.name}, from a {found.made_from}"
    yield from of_deployment(found.deployment)
    yield ""
    for cell, entry in found.entries.items():
        wrong = f"   WRONG: {entry.problem}" if entry.problem else ""
        yield f"{cell} = {entry.text}{wrong}"
    yield ""
    for finding in found.findings:
        yield f"- {finding}"


def of_deployment(found: Deployment) -> Iterator[str]:
    yield f"SIP domains: {', '.join(found.sip_domains)}"
    for site in found.sites:
        yield f"site {site.id}: {site.name}, {site.kind}{f' of {site.parent}' if site.parent else ''}"
    yield f"CMS: {found.cms.pool} on {found.cms.sql}, mirror {found.cms.mirror}" if found.cms else "CMS: not told"
    for pool in found.pools:
        yield from _of_pool(pool)


def _of_pool(pool: Pool) -> Iterator[str]:
    yield f"{pool.fqdn}: {pool.kind} in {pool.site}, cluster {pool.cluster_id}"
    for server in pool.servers:
        more = (*server.addresses, server.fault_domain, server.upgrade_domain)
        yield " ".join(("  member", str(server.ordinal), server.fqdn, *filter(None, more)))
    told = {
        "SQL": pool.sql,
        "mirror": pool.mirror,
        "file store": pool.file_store.share if pool.file_store else None,
        "archiving": pool.archiving,
        "monitoring": pool.monitoring,
        "features": ", ".join(sorted(pool.features)),
        "next hop": pool.next_hop,
        "Edge pool": pool.edge_pool,
        "backup pool": pool.backup_pool,
    }
    for name, value in told.items():
        if value:
            yield f"  {name}: {value}"
    for role in pool.roles:
        parts = [f"  role {role.name} {role.service_id} version {role.version}"]
        parts += [f"on {role.sql}"] if role.sql else []
        parts += [f"needs {', '.join(role.depends_on)}"] if role.depends_on else []
        parts += [f"{name}={value}" for name, value in (*role.attributes.items(), *role.ports.items())]
        yield "; ".join(parts)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.with_name(f"{path.name}.expected").write_text(rendered(path), encoding="utf-8", newline="\n")
