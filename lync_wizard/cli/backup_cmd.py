"""``backup list|show``: the sets that are there; the other sub-commands of ``backup`` are added beside them."""

from __future__ import annotations

import argparse
from typing import Final

from lync_wizard.backup.ledger import Standing
from lync_wizard.backup.retention import SetRecord, set_records
from lync_wizard.backup.verification_log import LEVELS
from lync_wizard.cli import backup_copy_cmd, backup_run_cmd, backup_set_cmd, backup_test_cmd
from lync_wizard.cli.arguments import Commands, command, group, json_flag
from lync_wizard.cli.context import open_context
from lync_wizard.cli.output import present, table
from lync_wizard.core import timestamps
from lync_wizard.workspace.backup_job.verify import root_of
from lync_wizard.workspace.workspace import STRANGER


def add(commands: Commands) -> None:
    sub = group(commands, "backup", "the backup sets", "lync-wizard backup list")
    backup_run_cmd.add_to(sub)
    json_flag(command(sub, "list", "list the sets, newest first", "lync-wizard backup list", action=_list))
    show = command(sub, "show", "show what one set holds", "lync-wizard backup show 2026-11-21T210003Z_contoso",
                   action=_show)  # fmt: skip
    show.add_argument("name", metavar="NAME")
    json_flag(show)
    backup_set_cmd.add(sub)
    backup_copy_cmd.add(sub)
    backup_test_cmd.add(sub)


def _list(options: argparse.Namespace) -> int:
    workspace = open_context(options, lists=True).workspace
    known = {one.name: one for one in set_records(root_of(workspace), workspace.ledger)}
    sets = workspace.sets()
    data, rows = [], []
    for one in sets:
        record = known.get(one.name)
        levels = _levels(record)
        kept = record is not None and record.pinned
        data.append(
            {
                "name": one.name,
                "made_at": timestamps.utc(one.made_at) if one.made_at else None,
                "files": one.files,
                "complete": one.complete,
                "levels": levels,
                "verified_at": _verified_at(record),
                "kept": kept,
                "restore_tested": record.tested.to_data() if record and record.tested else None,
                "problems": [*one.problems, *([one.why] if one.why else [])],
                "known": not one.note and one.made_at is not None,
            }
        )
        tested = record.tested.text if record and record.tested else ""
        why = "; ".join(text for text in (*one.problems[:2], one.why, one.note, tested) if text)
        shown = [_WORDS[levels[level]] if levels else "–" for level in LEVELS]
        rows.append((one.name, one.age, *shown, "kept" if kept else "", why))
    present(options, data, table(rows, heading=("set", "age", *LEVELS, "", "why")))
    return 0


_WORDS: Final = {"pass": "✓ pass", "fail": "✗ fail", "not tested": "· not tested"}


def _levels(known: SetRecord | None) -> dict[str, str] | None:
    """The four levels, each by itself; None for what is no set."""
    return {level: known.value(level) for level in LEVELS} if known else None


def _verified_at(known: SetRecord | None) -> str | None:
    newest = known.newest if known else None
    return timestamps.utc(newest.at) if newest else None


def _verified(standing: Standing) -> dict[str, str] | None:
    """When this home verified a set, and by whom; None where it never has."""
    seen = standing.verified
    return {"at": timestamps.utc(seen.at), "by": seen.by} if seen else None


def _standing(standing: Standing) -> list[str]:
    """Lines about what this home knows of a set; the hash is there to be printed and typed in again."""
    seen = standing.verified
    if standing.fault:
        state = standing.fault
    elif standing.stranger:
        state = STRANGER
    else:
        state = f"verified by this home {timestamps.local_text(seen.at)} by {seen.by}" if seen else "never verified"
    grouped = " ".join(standing.sha256[at : at + 8] for at in range(0, len(standing.sha256), 8))
    return [f"manifest SHA-256  {grouped}", state, *([standing.tested.text] if standing.tested else [])]


def _show(options: argparse.Namespace) -> int:
    workspace = open_context(options, lists=True).workspace
    one = workspace.backup_set(options.name)
    manifest, standing = one.manifest, workspace.ledger.standing(one.folder)
    files = [
        {"path": a.path, "bytes": a.bytes, "sha256": a.sha256, "kind": a.kind, "of": a.of, "host": a.host,
         "command": a.command, "at": timestamps.utc(a.at)}
        for a in manifest.files
    ]  # fmt: skip
    made = f"{timestamps.local_text(manifest.made_at)} by {manifest.made_by}"
    rows = [(a.kind, f"{a.bytes:>12,}", a.path) for a in manifest.files]
    present(
        options,
        {"name": one.name, "deployment": manifest.deployment, "made_at": timestamps.utc(manifest.made_at),
         "made_by": manifest.made_by, "manifest_sha256": standing.sha256, "fault": standing.fault or None,
         "known": standing.known, "verified": _verified(standing), "counts": dict(manifest.counts), "files": files,
         "restore_tested": standing.tested.to_data() if standing.tested else None},
        [f"{one.name}  made {made}", *_standing(standing), *table(rows, heading=("kind", "bytes", "path"))],
    )  # fmt: skip
    return 0
