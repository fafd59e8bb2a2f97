"""``backup verify|diff|keep|adopt|status``: what is known of the sets, and which stay."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lync_wizard import backup
from lync_wizard.backup.readiness import begun, readiness
from lync_wizard.backup.requirements import required_artifacts
from lync_wizard.backup.retention import room, set_records
from lync_wizard.backup.verification_log import LEVELS, Ledger, Pin, Verification, record_pin
from lync_wizard.cli.arguments import Commands, command, json_flag
from lync_wizard.cli.context import me, open_context
from lync_wizard.cli.output import note, present, table
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, Unreachable
from lync_wizard.workspace.backup_job.verify import folder_of, root_of, verify_set
from lync_wizard.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lync_wizard.backup.import_foreign import MappedFile

_SET = "2026-11-21T210003Z_contoso"


def add(sub: Commands) -> None:
    verify = command(sub, "verify", "test a set: present, intact, read, restored; each by itself",
                     f"lync-wizard backup verify {_SET}", action=_verify)  # fmt: skip
    verify.add_argument("name", metavar="NAME")
    diff = command(sub, "diff", "say what changed between two sets", f"lync-wizard backup diff {_SET} "
                   "2026-11-22T210003Z_contoso", action=_diff)  # fmt: skip
    diff.add_argument("before", metavar="A")
    diff.add_argument("after", metavar="B")
    keep = command(sub, "keep", "pin a set so that it is never removed", f"lync-wizard backup keep {_SET}",
                   action=_keep)  # fmt: skip
    keep.add_argument("name", metavar="NAME")
    keep.add_argument("--why", default="", metavar="TEXT", help="the reason, shown with the set")
    keep.add_argument("--release", action="store_true", help="take the pin away")
    adopt = command(sub, "adopt", "take in files made by other means; their provenance stays unknown",
                    r"lync-wizard backup adopt /mnt/old/LyncBackup --map users1.zip=UserData:fe01.contoso.com",
                    action=_adopt)  # fmt: skip
    adopt.add_argument("folder", metavar="DIR", type=Path)
    adopt.add_argument("--map", action="append", default=[], metavar="FILE=KIND[:OF]",
                       help="what a file is, and of which pool, instance or share")  # fmt: skip
    status = command(sub, "status", "say whether the plan is met and what a restore would lose",
                     "lync-wizard backup status", action=_status)  # fmt: skip
    for one in (verify, diff, keep, adopt, status):
        json_flag(one)


def _verify(options: argparse.Namespace) -> int:
    work = open_context(options)
    found, unrecorded = verify_set(work.workspace, options.name, by=me())
    if unrecorded:
        note(f"this verification was not recorded: {unrecorded}")
    present(options, {**found.to_data(), "sound": found.sound}, _levels(found))
    return int(found.failed)


def _levels(found: Verification) -> Iterator[str]:
    yield found.name
    for name in LEVELS:
        level = found.levels[name]
        yield f"{name:<10}{level.value}"
        yield from (f"          {fault}" for fault in level.problems)
        yield from (f"          not tested: {fault}" for fault in level.untested)
        yield from (f"          {remark}" for remark in level.remarks)


def _diff(options: argparse.Namespace) -> int:
    # Imported here: it loads lxml, which no help needs.
    from lync_wizard.backup.diff import compare

    workspace = open_context(options).workspace
    before, after = (_set(workspace, name) for name in (options.before, options.after))
    found = compare(before, after)
    changes = [{"about": change.about, "text": change.text} for change in found]
    lines = [f"{change.about:<16}{change.text}" for change in found] or ["Nothing changed."]
    present(options, {"before": before.name, "after": after.name, "changes": changes}, lines)
    return 0


def _keep(options: argparse.Namespace) -> int:
    workspace = open_context(options).workspace
    one = _set(workspace, options.name)
    kept = None if options.release else Pin(me(), _now(), options.why)
    try:
        record_pin(one.folder, kept)
    except OSError as error:
        raise Unreachable(f"{one.folder} cannot be written", "Check your rights on the share.", str(error)) from error
    pin = {"by": kept.by, "at": timestamps.utc(kept.at), "why": kept.why} if kept else None
    line = f"{one.name} {'is kept and never removed' if kept else 'is no longer kept'}"
    present(options, {"name": one.name, "kept": pin}, [line])
    return 0


def _adopt(options: argparse.Namespace) -> int:
    # Imported here: it loads lxml, which no help needs.
    from lync_wizard.backup.import_foreign import adopt, unmapped

    workspace = open_context(options).workspace
    given = {}
    for text in options.map:
        file, equals, kind = text.partition("=")
        if not equals:
            raise InputError(f"{text!r} names no kind", "Write FILE=KIND or FILE=KIND:OF.")
        given[file] = kind
    try:
        one, mapped = adopt(options.folder, root_of(workspace), workspace.known, Ledger(workspace.home), given, _now())
    except OSError as error:
        raise Unreachable("a file could not be read or written", "Check the folder and your rights.", str(error)) from (
            error
        )
    missing = unmapped(mapped, required_artifacts(workspace.known, workspace.entries))
    nameless = [m.path for m in mapped if m.of is None and m.kind in {"UserData", "Rgs", "Sql", "FileStore"}]
    present(
        options,
        {
            "name": one.name,
            "folder": str(one.folder),
            "made_at": timestamps.utc(one.manifest.made_at),
            "made_by": one.manifest.made_by,
            "files": [{"path": m.path, "kind": m.kind, "of": m.of, "why": m.why} for m in mapped],
            "of_unknown": nameless,
            "missing": missing,
        },
        [
            *_mapped(mapped),
            f"adopted as {one.name}; who made it, how and with which versions is unknown",
            *(f"unknown of which pool, instance or share: {path} (say it with --map)" for path in nameless),
            *(f"not found: {what}" for what in missing),
        ],
    )
    return 0


def _mapped(mapped: Sequence[MappedFile]) -> list[str]:
    """What each file was taken for; the files of a file store by their number."""
    rows = [(m.kind, m.of or "", m.path, m.why) for m in mapped if m.kind != "FileStore"]
    stores = Counter(m.of or "" for m in mapped if m.kind == "FileStore")
    rows += [("FileStore", of, f"{number} files", "lie in folders of a file store") for of, number in stores.items()]
    return table(rows, heading=("kind", "of", "file", "recognised"))


def _status(options: argparse.Namespace) -> int:
    workspace = open_context(options).workspace
    root, now = root_of(workspace), _now()
    sets = set_records(root, workspace.deployment)
    wanted = required_artifacts(workspace.known, workspace.entries)
    found = readiness(sets, wanted, workspace.entries, now, begun(root, workspace.deployment))
    space = room(root, sets[0].set if sets else None)
    lines = [
        found.line(),
        *(f"a restore would lose: {what}" for what in found.lost),
        *found.incomplete,
        *(f"never verified: {name} (lync-wizard backup verify {name})" for name in found.pending),
        *(f"not tested: {what}" for what in found.untested),
        *(f"may go by the plan: {name}" for name in found.may_go),
    ]
    if not space.enough:
        lines.append(f"room for the next set: {space.free:,} bytes free, {space.needed:,} needed")
    needed = {"needed": space.needed, "free": space.free, "enough": space.enough}
    present(options, {**found.to_data(), "room": needed}, lines)
    return int(not found.met)


def _now() -> datetime:
    return timestamps.now().replace(microsecond=0)


def _set(workspace: Workspace, name: str) -> backup.BackupSet:
    folder = folder_of(workspace, name)
    if not folder.is_dir():
        raise InputError(f"there is no set {name}", "Take a name from `lync-wizard backup list`.")
    return backup.BackupSet(folder, backup.read_manifest(folder))
