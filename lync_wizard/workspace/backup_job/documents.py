"""The papers of a set: with them its folder alone is enough for a person who has no wizard at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from lync_wizard.backup import BackupSet, Manifest
from lync_wizard.core import storage, timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.core.yaml_document import Problems
from lync_wizard.plans import builder
from lync_wizard.plans.builder import Environment
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import Procedure, conditions, targets
from lync_wizard.render import scripts
from lync_wizard.workspace.workspace import Workspace

_RESTORE = "restore-"
_FAILOVERS: Final[Mapping[str, str]] = {
    "pool-failover": "paired",
    "cms-failover": "hosts-cms",
    "mirror-failover": "mirrored",
    "edge-federation-failover": "stand-in-known",
    "edge-xmpp-failover": "stand-in-known",
    "pchat-failover": "log-shipping",
    "rgs-dr": "response-group-deployed",
    "announce-dr": "announcements-deployed",
    "callpark-dr": "call-park-deployed",
    "backup-service": "paired",
    "pool-failback": "paired",
    "conf-content": "paired",
    "edge-failback": "stand-in-known",
    "pchat-failback": "log-shipping",
    "abc-failover": "paired",
    "unpair-pools": "paired",
}
"""Procedures of a failover in the order of their use, each with the fact that gives it something to do at a target."""


def write(workspace: Workspace, folder: Path, manifest: Manifest) -> list[str]:
    """Write worksheets, runbook and scripts into the set; their names. Raises OSError.

    A script for every restore, and where pools are paired for what a failover calls for: with every value where it can
    be aimed at a pool of the deployment, else one that asks for its values. PDF where this machine can set pages,
    Markdown where it cannot.
    """
    wanted = _wanted(workspace, BackupSet(folder, manifest))
    plans = {one.id: list(_plans(workspace, one, BackupSet(folder, manifest), fqdns)) for one, fqdns in wanted}
    names: list[str] = []

    def keep(name: str, data: bytes) -> None:
        storage.write_whole(folder / name, data)
        names.append(name)

    for one, _ in wanted:
        made = plans[one.id]
        general = made[0] if len(made) == 1 else one
        keep(f"{one.id}.ps1", scripts.script_bytes(general, workspace.procedures))
        for plan in made if len(made) > 1 else ():
            keep(f"{one.id}_{plan.target}.ps1", scripts.script_bytes(plan, workspace.procedures))
    books: list[Procedure | Plan] = []
    for one, _ in wanted:
        books += plans[one.id] or [one]
    for name, data in _pages(workspace, books):
        keep(name, data)
    return names


def printouts(workspace: Workspace) -> list[tuple[str, bytes]]:
    """Worksheets, plan and the runbooks of a set, from the newest set where there is one; names and contents."""
    newest = workspace.newest()
    chosen = workspace.backup_set(newest) if newest else None
    books: list[Procedure | Plan] = []
    for one, fqdns in _wanted(workspace, chosen):
        books += (list(_plans(workspace, one, chosen, fqdns)) if chosen else []) or [one]
    return _as_pdf(workspace, books)


def _wanted(workspace: Workspace, chosen: BackupSet | None) -> list[tuple[Procedure, list[str]]]:
    """What a set has papers of, with its targets: every restore; where pools are paired also what a failover needs."""
    known = workspace.known
    restores = [one for one in workspace.procedures.values() if one.needs_backup and one.id.startswith(_RESTORE)]
    found = [(one, targets.fqdns(one.target, known)) for one in restores]
    if not any(pool.backup_pool for pool in known.pools):
        return found
    for name, fact in _FAILOVERS.items():
        if one := workspace.procedures.get(name):
            fqdns = [fqdn for fqdn in targets.fqdns(one.target, known) if _holds(workspace, fact, fqdn, chosen)]
            found += [(one, fqdns)] if fqdns else []
    return found


def _holds(workspace: Workspace, fact: str, target: str, chosen: BackupSet | None) -> bool:
    pool = targets.pool_for(workspace.known, target)
    return pool is not None and conditions.holds(
        fact, conditions.Situation(workspace.known, pool, target, backup_set=chosen)
    )


def _plans(workspace: Workspace, procedure: Procedure, chosen: BackupSet, fqdns: Iterable[str]) -> Iterator[Plan]:
    """The plan for each of these targets, from this set; what cannot be planned is passed over."""
    for target in fqdns:
        made = builder.build(
            procedure,
            workspace.procedures,
            entries=workspace.entries,
            deployment=workspace.known,
            target=target,
            backup_set=chosen,
            asks={},
            environment=Environment(workspace.environment_kind, workspace.environment),
            problems=Problems(),
        )
        if made is not None:
            yield made


def _pages(workspace: Workspace, books: list[Procedure | Plan]) -> list[tuple[str, bytes]]:
    try:
        return _as_pdf(workspace, books)
    except (ImportError, WizardError):
        return [
            ("worksheets.md", "\n".join(_worksheets(workspace)).encode("utf-8")),
            ("runbook.md", "\n\n".join(scripts.markdown(book, workspace.procedures) for book in books).encode("utf-8")),
        ]


def _as_pdf(workspace: Workspace, books: list[Procedure | Plan]) -> list[tuple[str, bytes]]:
    # Imported here: where pages cannot be set, only the PDF is left out.
    from lync_wizard.render import pdf, runbook
    from lync_wizard.render.pdf.checklist import paper_section
    from lync_wizard.render.pdf.typeset import set_pages

    at = timestamps.now()
    read = [runbook.of(book, workspace.procedures) for book in books]
    sections = [paper_section(one, f"{one.id} for {one.target}" if one.target else one.id) for one in read]
    title = f"Runbook of {workspace.deployment}"
    return [
        ("worksheets.pdf", pdf.worksheets(workspace.entries, workspace.deployment, made_at=at)),
        ("plan.pdf", pdf.plan_sheet(workspace.entries, workspace.deployment, made_at=at)),
        ("runbook.pdf", set_pages(title, workspace.deployment, sections, made_at=at)),
    ]


def _worksheets(workspace: Workspace) -> Iterator[str]:
    yield f"# Worksheets of {workspace.deployment}\n"
    yield "| Cell | Value | Source |\n| --- | --- | --- |"
    for cell, entry in workspace.entries.items():
        if entry.text:
            value = entry.text.replace("|", "\\|").replace("\n", " ")
            yield f"| {cell} | {value} | {entry.source} |"
