"""One sheet about a backup set, to be kept apart from it: with its manifest's SHA-256 it is known again anywhere."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, tzinfo

from lync_wizard.backup import BackupSet, Standing
from lync_wizard.core.timestamps import local_text
from lync_wizard.core.wrapping import counted
from lync_wizard.render.pdf import text_runs as paper
from lync_wizard.render.pdf.typeset import Paper, set_pages

_GROUP = 8
_MANY = frozenset({"FileStore", "Audio", "Paper"})
"""Kinds of which a set has many files; the manifest's hash stands for each of them."""


def set_sheet(
    one: BackupSet, standing: Standing, *, made_at: datetime, paper_size: Paper = "a4", zone: tzinfo | None = None
) -> bytes:
    """The PDF about a set: what it is, what this home knows of it, the hash of its manifest and of its exports."""
    manifest, seen = one.manifest, standing.verified
    verified = f"{local_text(seen.at)} by {seen.by}" if seen else "never by this home"
    exports = [artifact for artifact in manifest.files if artifact.kind not in _MANY]
    many = Counter(artifact.kind for artifact in manifest.files if artifact.kind in _MANY)
    rows = [
        (paper.cell(artifact.path), paper.cell(f"{artifact.bytes:,}"), paper.cell(grouped(artifact.sha256)))
        for artifact in exports
    ]
    blocks = [
        paper.facts(
            [
                ("Made", f"{local_text(manifest.made_at)} by {manifest.made_by}"),
                ("Verified", standing.fault or verified),
                ("Restored in a test", standing.tested.text if standing.tested else "never by this home"),
                ("Files", counted(len(manifest.files), "file")),
            ]
        ),
        paper.heading("SHA-256 of manifest.json"),
        paper.code(grouped(standing.sha256)),
        paper.words(f"Type it in with: lync-wizard backup verify {one.name} --manifest …"),
        paper.heading("Exports and databases"),
        paper.table([("File", 40), ("Bytes", 14), ("SHA-256", 46)], rows),
        paper.small("; ".join(f"{kind}: {counted(number, 'file')}" for kind, number in many.items())),
        paper.signatures("Printed by", "Date"),
    ]
    section = paper.section(f"Backup set {one.name}", manifest.deployment, blocks, wide=True)
    return set_pages(one.name, manifest.deployment, [section], made_at=made_at, paper=paper_size, zone=zone)


def grouped(sha256: str) -> str:
    """A hash in groups that a person can compare."""
    return " ".join(sha256[at : at + _GROUP] for at in range(0, len(sha256), _GROUP))
