"""The files of a backup set that a plan uses: each with the content of the manifest, each what it is said to be."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from lync_wizard.backup import Artifact, BackupSet, remote_path
from lync_wizard.hosts import command as commands
from lync_wizard.plans.model import Plan

_CHUNK: Final = 8 << 20
_EVERY: Final = 5.0
"""Seconds between two words about how far it has come."""
_MOST: Final = 5


def used(plan: Plan, chosen: BackupSet, root: str) -> list[Artifact]:
    """The files of the set that a step names, by itself or by a folder; ``root`` is the backup location."""
    named = {text.rstrip("\\").lower() for step in plan.steps for text in _texts(step.command)}
    found = []
    for artifact in chosen.manifest.files:
        path = remote_path(root, chosen.folder.name, artifact.path).lower()
        parts = path.split("\\")
        below = len(artifact.path.split("/"))
        if any("\\".join(parts[: len(parts) - up]) in named for up in range(below)):
            found.append(artifact)
    return found


def _texts(command: commands.Command | None) -> Iterator[str]:
    if command is not None:
        yield from _strings(commands.to_data(command))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def problems(
    chosen: BackupSet,
    files: list[Artifact],
    tell: Callable[[str], None] = lambda _: None,
    given_up: Callable[[], bool] = lambda: False,
) -> list[str]:
    """What is wrong with these files, by name: another content than the manifest's, or not what they are said to be.

    ``tell`` hears now and then how much is read and how long the rest will take; it ends early where ``given_up``.
    """
    # Imported here: it loads the XML library, which no help needs.
    from lync_wizard.backup.recognition import not_as_said

    found: list[str] = []
    total, done = sum(artifact.bytes for artifact in files), 0
    began = spoke = time.monotonic()

    def count(size: int) -> None:
        nonlocal done, spoke
        done += size
        now = time.monotonic()
        if now - spoke >= _EVERY:
            spoke = now
            left = (now - began) * (total - done) / max(done, 1)
            tell(f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB hashed, about {max(left, 0) / 60:.0f} min left")

    for artifact in files:
        try:
            wrong = _content(chosen, artifact, count, given_up)
            if given_up():
                break
            if not wrong:
                against = not_as_said(chosen.local(artifact), artifact.kind)
                wrong = f"cannot be {artifact.kind}: it {against}" if against else ""
        except OSError as error:
            wrong = f"cannot be read: {error.strerror or error}"
        if wrong:
            found.append(f"{artifact.path} {wrong}")
    return found


def _content(chosen: BackupSet, artifact: Artifact, count: Callable[[int], None], given_up: Callable[[], bool]) -> str:
    value = hashlib.sha256()
    with chosen.local(artifact).open("rb", buffering=0) as stream:
        while not given_up() and (chunk := stream.read(_CHUNK)):
            value.update(chunk)
            count(len(chunk))
    return "" if value.hexdigest() == artifact.sha256.lower() else "has another content than when the set was made"


def shown(found: list[str]) -> str:
    """Problems in one line, the first few by name."""
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return "; ".join(found[:_MOST]) + more
