"""``backup verify|diff|keep|adopt|status``: what is known of the sets, and which stay."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from lync_wizard import backup
from lync_wizard.backup import restore_test
from lync_wizard.backup.deletion import may_delete
from lync_wizard.backup.readiness import begun, readiness
from lync_wizard.backup.requirements import required_artifacts
from lync_wizard.backup.restore_test import RestoreTest
from lync_wizard.backup.retention import SetRecord, room, set_records
from lync_wizard.backup.verification_log import LEVELS, Pin, Verification, record_pin
from lync_wizard.cli.arguments import Commands, command, json_flag
from lync_wizard.cli.context import open_context
from lync_wizard.cli.output import note, present, table
from lync_wizard.core import mapping, timestamps
from lync_wizard.core.errors import InputError, Refused, Unreachable
from lync_wizard.core.prompts import prompts
from lync_wizard.core.wrapping import counted
from lync_wizard.runs.operator import this_user
from lync_wizard.workspace import failover_status
from lync_wizard.workspace.backup_job.server_certificates import server_certificates
from lync_wizard.workspace.backup_job.since import ChangesSince, changes_since
from lync_wizard.workspace.backup_job.verify import folder_of, root_of, verify_set
from lync_wizard.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lync_wizard.backup.import_foreign import MappedFile

_MOST_FAILED: Final = 5
_SET = "2026-11-21T210003Z_contoso"


def add(sub: Commands) -> None:
    verify = command(sub, "verify", "test a set: present, intact, read, restored; each by itself",
                     f"lync-wizard backup verify {_SET}", action=_verify)  # fmt: skip
    verify.add_argument("name", metavar="NAME")
    verify.add_argument("--manifest", metavar="SHA256", default="",
                        help="the manifest's hash as `backup show` printed it when the set was made")  # fmt: skip
    diff = command(sub, "diff", "say what changed between two sets", f"lync-wizard backup diff {_SET} "
                   "2026-11-22T210003Z_contoso", action=_diff)  # fmt: skip
    diff.add_argument("before", metavar="A")
    diff.add_argument("after", metavar="B")
    keep = command(sub, "keep", "pin a set so that it is never removed", f"lync-wizard backup keep {_SET}",
                   action=_keep)  # fmt: skip
    keep.add_argument("name", metavar="NAME")
    keep.add_argument("--why", default="", metavar="TEXT", help="the reason, shown with the set")
    keep.add_argument("--release", action="store_true", help="remove the pin")
    adopt = command(sub, "adopt", "import files made by other means; their origin stays unknown",
                    r"lync-wizard backup adopt /mnt/old/LyncBackup --map users1.zip=UserData:fe01.contoso.com",
                    action=_adopt)  # fmt: skip
    adopt.add_argument("folder", metavar="DIR")
    adopt.add_argument("--map", action="append", default=[], metavar="FILE=KIND[:OF]",
                       help="what a file is, and of which pool, instance or share")  # fmt: skip
    status = command(sub, "status", "show whether the plan is met and what a restore would lose",
                     "lync-wizard backup status", action=_status)  # fmt: skip
    status.add_argument("--offline", action="store_true", help="ask no host what changed since the newest set")
    for one in (verify, diff, keep, adopt, status):
        json_flag(one)


def _verify(options: argparse.Namespace) -> int:
    work = open_context(options)
    if options.manifest:
        _compare_manifest(work.workspace, options.name, options.manifest)
    found, unrecorded = verify_set(work.workspace, options.name, by=this_user())
    if unrecorded:
        note(f"this verification was not recorded: {unrecorded}")
    present(options, {**found.to_data(), "sound": found.sound}, _levels(found))
    return int(found.failed)


def _compare_manifest(workspace: Workspace, name: str, typed: str) -> None:
    """Raises :class:`Refused` where the set's manifest has another hash than the one that was typed in."""
    wanted = "".join(typed.split()).replace("-", "").lower()
    actual = workspace.ledger.standing(folder_of(workspace, name)).sha256
    if wanted != actual:
        raise Refused(
            f"the manifest of {name} is not the printed one: its SHA-256 is {actual or 'not to be read'}",
            "Compare digit by digit. Where it differs, the set was damaged, edited or exchanged: choose another.",
        )


def _levels(found: Verification) -> Iterator[str]:
    yield found.name
    for name in LEVELS:
        level = found.levels[name]
        yield f"{name:<10}{level.value}"
        yield from (f"          {fault}" for fault in level.problems)
        yield from (f"          not tested: {fault}" for fault in level.untested)
        yield from (f"          {remark}" for remark in level.remarks)
    yield from (f"doubtful: {doubt}" for doubt in found.doubts)


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
    kept = None if options.release else Pin(this_user(), _now(), options.why)
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
    from lync_wizard.hosts import shares

    workspace = open_context(options).workspace
    given = {}
    for text in options.map:
        file, equals, kind = text.partition("=")
        if not equals:
            raise InputError(f"{text!r} names no kind", "Write FILE=KIND or FILE=KIND:OF.")
        given[file] = kind
    folder = shares.named(options.folder, workspace.book.share)
    whose = None if options.json or not sys.stdin.isatty() else _whose(workspace)
    try:
        one, mapped = adopt(folder, root_of(workspace), workspace.known, workspace.ledger, given, _now(), whose)
    except OSError as error:
        raise Unreachable("a file could not be read or written", "Check the folder and your rights.", str(error)) from (
            error
        )
    missing = unmapped(mapped, required_artifacts(workspace.known, workspace.entries))
    present(
        options,
        {
            "name": one.name,
            "folder": str(one.folder),
            "made_at": timestamps.utc(one.manifest.made_at),
            "made_by": one.manifest.made_by,
            "files": [{"path": m.path, "kind": m.kind, "of": m.of, "why": m.why} for m in mapped],
            "of_unknown": [],
            "missing": missing,
        },
        [
            *_mapped(mapped),
            f"adopted as {one.name}; who made it, how and with which versions is unknown",
            *(f"not found: {what}" for what in missing),
        ],
    )
    return 0


def _whose(workspace: Workspace) -> Callable[[MappedFile], str | None]:
    """Asks at the terminal which pool a file is of that says it nowhere."""
    pools = [pool.fqdn for pool in workspace.known.pools_of_kind("standard-edition", "enterprise")]

    def asked(one: MappedFile) -> str | None:
        if one.kind not in {"UserData", "Rgs"} or not pools:
            return None
        choices = [(fqdn, "") for fqdn in pools] + [("none of them, or unknown", "")]
        number = prompts().pick(f"{one.relative}: {one.kind} of which pool?", choices)
        return pools[number] if number < len(pools) else None

    return asked


def _mapped(mapped: Sequence[MappedFile]) -> list[str]:
    """What each file was taken for; the files of a file store by their number."""
    rows = [(m.kind, m.of or "", m.path, m.why) for m in mapped if m.kind != "FileStore"]
    stores = Counter(m.of or "" for m in mapped if m.kind == "FileStore")
    rows += [
        ("FileStore", of, counted(number, "file"), "lie in folders of a file store") for of, number in stores.items()
    ]
    return table(rows, heading=("kind", "of", "file", "recognised"))


def _status(options: argparse.Namespace) -> int:
    workspace = open_context(options).workspace
    root, now = root_of(workspace), _now()
    sets = set_records(root, workspace.ledger, workspace.deployment)
    wanted = required_artifacts(workspace.known, workspace.entries)
    found = readiness(sets, wanted, workspace.entries, now, begun(root, workspace.deployment))
    space = room(root, sets[0].set if sets else None)
    newest = found.newest or next(iter(sets), None)
    changed = changes_since(workspace, newest) if newest and not options.offline else None
    # Where no host answered at all, each would only be waited for again.
    certificates = server_certificates(workspace) if changed and changed.asked else []
    lines = [
        found.line(),
        *(f"a restore would lose: {what}" for what in found.lost),
        *(f"doubtful: {what}" for what in found.doubts),
        *([] if changed is None else _since(changed)),
        *(one.line(now) for one in certificates),
        *found.incomplete,
        *(f"never verified: {name} (lync-wizard backup verify {name})" for name in found.pending),
        *(f"not tested: {what}" for what in found.untested),
        *(f"may be removed under the plan's retention: {name}" for name in found.may_go),
    ]
    if not space.enough:
        lines.append(f"room for the next set: {space.free:,} bytes free, {space.needed:,} needed")
    needed = {"needed": space.needed, "free": space.free, "enough": space.enough}
    since = None if changed is None else {"asked": changed.asked, "changes": list(changed.changes)}
    copied = [one for one in sets if one.standing.copies]
    may = may_delete(sets[0].set.folder) if sets else None
    lines += list(_second_copy(sets, copied, may=may))
    copies = [{"name": one.name, **mapping.to_data(c)} for one in copied for c in one.standing.copies]
    lines += list(_tested(sets, now))
    failover = failover_status.last(workspace.home, workspace.deployment) if failover_status.paired(workspace) else None
    if failover:
        lines.append(f"failover: {failover.text}")
    beside = {"room": needed, "changed_since": since, "copies": copies, "may_delete": may,
              "certificates": [one.to_data() for one in certificates],
              "failover": failover.to_data() if failover else None}  # fmt: skip
    present(options, {**found.to_data(), **beside, "restore_tested": _newest_test(sets)}, lines)
    return int(not found.met)


def _newest_test(sets: Sequence[SetRecord]) -> dict[str, Any] | None:
    """The newest restore test of any set; else the newest set that a run restored from, which counts no files."""
    if tested := _by_test(sets):
        return {"name": tested[0].name, **tested[1].to_data()}
    restored = next((one for one in sets if one.restored_by), None)
    if restored is None or restored.restored_by is None:
        return None
    by = restored.restored_by
    return {"name": restored.name, "at": timestamps.utc(by.at), "run": by.run}


def _by_test(sets: Sequence[SetRecord]) -> tuple[SetRecord, RestoreTest] | None:
    return max(((one, one.tested) for one in sets if one.tested), key=lambda pair: pair[1].at, default=None)


def _tested(sets: Sequence[SetRecord], now: datetime) -> Iterator[str]:
    """When something was restored from a set last, by a test or for real, and that a test is due."""
    restored = next(((one.name, one.restored_by) for one in sets if one.restored_by), None)
    if restored:
        # A run restores what its procedure needs: nothing is said of the rest of the set.
        yield f"last restored from: {restored[0]}, {timestamps.local_text(restored[1].at)}, by run {restored[1].run}"
    found = _by_test(sets)
    if found:
        one, test = found
        yield f"{one.name}: {test.text}"
        yield from (f"not restored in the test: {fault}" for fault in test.failed[:_MOST_FAILED])
        yield from (f"not tested by a restore: {fault}" for fault in test.untested[:_MOST_FAILED])
        if (more := sum(test.untested_kinds.values()) - _MOST_FAILED) > 0:
            yield f"not tested by a restore: {counted(more, 'further file')}"
        if now - test.at > restore_test.LIMIT:
            days = counted(restore_test.LIMIT.days, "day")
            yield f"the last restore test is older than {days} (lync-wizard backup test)"
    elif sets:
        yield "restore-tested: never, as far as this home knows (lync-wizard backup test)"


def _second_copy(sets: Sequence[SetRecord], copied: Sequence[SetRecord], *, may: bool | None) -> Iterator[str]:
    """The newest second copy, and whether whoever runs this could delete the sets."""
    if copied:
        last = copied[0].standing.copies[-1]
        yield f"second copy: {copied[0].name} in {last.file}, written {timestamps.local_text(last.at)}"
    if sets and (not copied or copied[0].name != sets[0].name):
        yield f"no second copy of {sets[0].name} (lync-wizard backup copy {sets[0].name} --to FOLDER)"
    if may:
        yield "the account that runs this may also delete old sets; a second copy belongs where it may not"


def _since(found: ChangesSince) -> list[str]:
    if not found.asked:
        return [f"changed since the newest set: not known, {found.why}"]
    return [f"changed since the newest set: {text}" for text in found.changes] + (
        ["export again: `lync-wizard backup run`"] if found.changes else []
    )


def _now() -> datetime:
    return timestamps.now().replace(microsecond=0)


def _set(workspace: Workspace, name: str) -> backup.BackupSet:
    folder = folder_of(workspace, name)
    if not folder.is_dir():
        raise InputError(f"there is no set {name}", "Take a name from `lync-wizard backup list`.")
    return backup.BackupSet(folder, backup.read_manifest(folder))
