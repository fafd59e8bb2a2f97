"""``backup list|show``: the sets that are there; the other sub-commands of ``backup`` are added beside them."""

from __future__ import annotations

import argparse

from lync_wizard import backup
from lync_wizard.cli import backup_runs, backup_sets
from lync_wizard.cli.compose import Commands, command, group, json_flag, parts, print_json, print_table


def add(commands: Commands) -> None:
    sub = group(commands, "backup", "the backup sets", "lync-wizard backup list")
    backup_runs.add_to(sub)
    json_flag(command(sub, "list", "list the sets, newest first", "lync-wizard backup list", action=_list))
    show = command(sub, "show", "show what one set holds", "lync-wizard backup show 2026-11-21T210003Z_contoso",
                   action=_show)  # fmt: skip
    show.add_argument("name", metavar="NAME")
    json_flag(show)
    backup_sets.add(sub)


def _list(options: argparse.Namespace) -> int:
    sets = parts(options).guide.sets()
    if options.json:
        print_json(
            [
                {
                    "name": one.name,
                    "made_at": backup.utc(one.made_at) if one.made_at else None,
                    "files": one.files,
                    "complete": one.complete,
                    "problems": [*one.problems, *([one.why] if one.why else [])],
                }
                for one in sets
            ]
        )
    else:
        rows = [
            (s.name, s.age, "complete" if s.complete else "not usable", "; ".join([*s.problems[:2], s.why]).strip("; "))
            for s in sets
        ]
        print_table(rows, heading=("set", "age", "state", "why"))
    return 0


def _show(options: argparse.Namespace) -> int:
    one = parts(options).guide.backup_set(options.name)
    manifest = one.manifest
    files = [
        {"path": a.path, "bytes": a.bytes, "sha256": a.sha256, "kind": a.kind, "of": a.of, "host": a.host,
         "command": a.command, "at": backup.utc(a.at)}
        for a in manifest.files
    ]  # fmt: skip
    if options.json:
        print_json({"name": one.name, "deployment": manifest.deployment, "made_at": backup.utc(manifest.made_at),
                    "made_by": manifest.made_by, "counts": dict(manifest.counts), "files": files})  # fmt: skip
    else:
        print(f"{one.name}  made {manifest.made_at.astimezone():%Y-%m-%d %H:%M %Z} by {manifest.made_by}")
        print_table([(a.kind, f"{a.bytes:>12,}", a.path) for a in manifest.files], heading=("kind", "bytes", "path"))
    return 0
