"""``backup copy``: a second, encrypted copy of a set, in another place."""

from __future__ import annotations

import argparse
import getpass
import shutil
import sys
from pathlib import Path

from lync_wizard.backup.ledger import CopyRecord
from lync_wizard.cli.arguments import Commands, command, json_flag
from lync_wizard.cli.context import open_context
from lync_wizard.cli.output import note, present
from lync_wizard.core import timestamps
from lync_wizard.core.errors import InputError, Refused, Unreachable
from lync_wizard.core.secret import Secret
from lync_wizard.runs.operator import this_user
from lync_wizard.workspace.backup_job.verify import root_of
from lync_wizard.workspace.workspace import Workspace

_ROOM = 1.02
"""How much larger than the set its copy may be."""


def add(sub: Commands) -> None:
    copy = command(sub, "copy", "write a second, encrypted copy of a set (age), and prove it",
                   "lync-wizard backup copy 2026-11-21T210003Z_contoso --to /mnt/vault", action=_copy)  # fmt: skip
    copy.add_argument("name", metavar="SET")
    copy.add_argument("--to", metavar="FOLDER", required=True, help="a folder outside the backup location")
    copy.add_argument("--key", metavar="FILE", type=Path,
                      help="an age key file, or one of recipients; without it a passphrase is asked for")  # fmt: skip
    json_flag(copy)


def _copy(options: argparse.Namespace) -> int:
    # Imported here: no help needs the encryption.
    from lync_wizard.backup import second_copy
    from lync_wizard.hosts import shares

    workspace = open_context(options).workspace
    one = workspace.backup_set(options.name)
    standing = workspace.ledger.standing(one.folder)
    if standing.fault:
        raise Refused(f"{one.name} is not copied: {standing.fault}", "Copy a set that is what was saved.")
    if standing.stranger:
        raise Refused(f"{one.name} is not known to this home", f"Run `lync-wizard backup verify {one.name}` first.")
    target = shares.named(options.to, workspace.book.share)
    _place(workspace, target, one.size)
    key = second_copy.key_of_file(options.key) if options.key else second_copy.key_of_passphrase(_passphrase())
    told = -1

    def tell(done: int, whole: int) -> None:
        nonlocal told
        if (tenth := 10 * done // max(whole, 1)) != told:
            told = tenth
            note(f"{10 * tenth} % of {whole / 1e6:,.1f} MB encrypted")

    try:
        made = second_copy.write(one, target, key, (lambda _, __: None) if options.json else tell)
    except OSError as error:
        raise Unreachable(f"the copy to {target} failed", "Look at the disk and its rights.", str(error)) from error
    at = timestamps.now().replace(microsecond=0)
    record = CopyRecord(str(made.file.absolute()), made.bytes, made.sha256, at, this_user(), made.opened)
    workspace.ledger.record_copy(one.folder, record)
    proof = "opened again, every file as in the manifest" if made.opened else "read back; the key file opens no copy"
    present(
        options,
        {"name": one.name, "file": record.file, "bytes": made.bytes, "sha256": made.sha256, "opened": made.opened},
        [f"{record.file}  {made.bytes / 1e6:,.1f} MB  {proof}", _how(made.file, by_passphrase=bool(key.wrapped))],
    )
    return 0


def _how(file: Path, *, by_passphrase: bool) -> str:
    key = file.name.replace(".tar.age", ".key.age") if by_passphrase else "KEYFILE"
    return f"It comes back with any age program: age -d -i {key} {file.name} | tar -xf -"


def _place(workspace: Workspace, folder: Path, size: int) -> None:
    """Raises :class:`InputError` for a folder that is no second place, :class:`Refused` for one without room."""
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}", "Name one that is there, on another disk or machine.")
    root = root_of(workspace).resolve()
    if root in {folder.resolve(), *folder.resolve().parents}:
        raise InputError(f"{folder} lies in the backup location", "A second copy belongs in another place.")
    free = shutil.disk_usage(folder).free
    if free < size * _ROOM:
        raise Refused(f"{folder} has {free:,} bytes free, the copy needs {int(size * _ROOM):,}", "Make room there.")


def _passphrase() -> Secret:
    """A passphrase, typed twice. Raises :class:`Refused` where nobody can be asked, or both differ."""
    if not sys.stdin.isatty():
        raise Refused("nobody can be asked for a passphrase", "Name a key file with --key.")
    first = getpass.getpass("Passphrase of the copy (written down nowhere): ", stream=sys.stderr)
    if getpass.getpass("Once more: ", stream=sys.stderr) != first:
        raise Refused("the two passphrases differ", "Begin again.")
    return Secret(first)
