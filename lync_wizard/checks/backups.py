"""The backup set and the paths that must be the same as when it was made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from lync_wizard.checks.finding import Context, Finding, check, this_machine
from lync_wizard.deployment import same
from lync_wizard.errors import Unreachable
from lync_wizard.worksheet.values import duration

Say = Callable[..., Finding]


def _set(context: Context, _: str, say: Say) -> Finding:
    chosen = context.backup_set
    if chosen is None:
        return say("blocked", "no backup set is chosen", "Choose one.")
    gone = chosen.absent()
    if gone:
        return say(
            "blocked",
            f"{len(gone)} of {len(chosen.manifest.files)} files are missing or have another size",
            "Choose another set, or find the missing files.",
            "; ".join(artifact.path for artifact in gone[:5]),
        )
    if chosen.manifest.deployment.lower() != context.deployment.name.lower():
        return say(
            "blocked",
            f"the set is of deployment {chosen.manifest.deployment}, not {context.deployment.name}",
            "Choose a set of this deployment.",
        )
    age = datetime.now(UTC) - chosen.manifest.made_at
    text = context.entries.text("plan/backup/rpo")
    hours = age.total_seconds() / 3600
    evidence = f"{len(chosen.manifest.files)} files, made {chosen.manifest.made_at:%Y-%m-%d %H:%M} UTC"
    if text and age > duration(text):
        return say(
            "caution",
            f"the set is {hours:.0f} h old, the plan allows {text}",
            "Look for a newer set; everything since then will be lost.",
            evidence,
        )
    return say("ok", f"all {len(chosen.manifest.files)} files are there; {hours:.1f} h old", evidence=evidence)


def _share(context: Context, _: str, say: Say) -> Finding:
    root = context.entries.text("plan/backup/location")
    path = context.reads_share(root)
    if path is None:
        return say(
            "caution",
            f"this machine does not know how to read {root}",
            "Name it under `shares:` in connections.yaml if the wizard is to carry files.",
        )
    try:
        next(path.iterdir(), None)
    except OSError as error:
        raise Unreachable(f"{root} cannot be read: {error.strerror}", "Check the share and its rights.") from error
    return say("ok", f"this machine reads {root}", evidence=str(path))


def _store_path(context: Context, _: str, say: Say) -> Finding:
    store, chosen = context.pool.file_store, context.backup_set
    if store is None or chosen is None:
        return say("ok", "no file store to compare", evidence="deployment facts")
    stores = {artifact.of for artifact in chosen.manifest.files if artifact.kind == "FileStore" and artifact.of}
    if any(same(of, store.share) for of in stores):
        return say("ok", f"the set was made of {store.share}", evidence=", ".join(sorted(stores)))
    return say(
        "caution",
        f"the set holds no file store {store.share}",
        "Path and share name must be exactly as at backup time; correct the worksheet or choose another set.",
        ", ".join(sorted(stores)) or "no file store in the set",
    )


CHECKS = (
    check("backup-set", "The backup set is complete and of this deployment", this_machine, _set, ("P50",)),
    check("backup-share-reachable", "This machine reads the backup share", this_machine, _share),
    check("file-store-path", "The file store's path is that of the backup", this_machine, _store_path, ("P52",)),
)
