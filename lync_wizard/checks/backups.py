"""The backup set: complete, proven, fit for this restore; and the paths that must be the same as when it was made."""

from __future__ import annotations

from collections.abc import Callable

from lync_wizard.backup import BackupSet
from lync_wizard.backup.plausibility import counted_from, disagreement
from lync_wizard.backup.requirements import required_artifacts
from lync_wizard.backup.verification_log import LEVELS, NOT_TESTED
from lync_wizard.checks import set_files
from lync_wizard.checks.check import Context, Evaluate, Finding, Say, check
from lync_wizard.checks.scopes import this_machine
from lync_wizard.core import timestamps
from lync_wizard.core.errors import Unreachable
from lync_wizard.core.wrapping import counted
from lync_wizard.deployment import same
from lync_wizard.worksheets.values import duration


def _chosen(evaluate: Callable[[Context, BackupSet, Say], Finding]) -> Evaluate:
    """Blocked where no backup set is chosen."""

    def found(context: Context, _: str, say: Say) -> Finding:
        if context.backup_set is None:
            return say("blocked", "no backup set is chosen", "Choose one.", "the plan")
        return evaluate(context, context.backup_set, say)

    return found


@_chosen
def _set(context: Context, chosen: BackupSet, say: Say) -> Finding:
    if context.standing.fault:
        return say(
            "blocked",
            context.standing.fault,
            "Choose another set. If you changed this one yourself, look at every file and adopt it again.",
            f"SHA-256 of manifest.json: {context.standing.sha256 or 'none'}",
        )
    gone = chosen.absent()
    if gone:
        return say(
            "blocked",
            f"missing or of another size: {len(gone)} of {counted(len(chosen.manifest.files), 'file')}",
            "Choose another set, or find the missing files.",
            "; ".join(artifact.path for artifact in gone[:5]),
        )
    if chosen.manifest.deployment.lower() != context.deployment.name.lower():
        return say(
            "blocked",
            f"the set is of deployment {chosen.manifest.deployment}, not {context.deployment.name}",
            "Choose a set of this deployment.",
            f"the manifest of {chosen.name}",
        )
    used = set_files.used(context.plan, chosen, context.entries.text("plan/backup/location"))
    wrong: list[str] = []
    if not context.unhashed():
        wrong = set_files.problems(chosen, used, lambda text: context.tell(say("later", text)), context.unhashed)
    if context.unhashed():
        return say(
            "caution",
            f"{counted(len(used), 'file')} used by the plan: not hashed, so what is in them now is unknown",
            "Accept it with the reason why there is no time; else start without leaving it out (--unhashed).",
            f"{sum(artifact.bytes for artifact in used) / 1e6:,.0f} MB; the target's FQDN was typed",
        )
    if wrong:
        return say(
            "blocked",
            f"{len(wrong)} of {len(used)} files that the plan uses are not what was saved: {set_files.shown(wrong)}",
            f"Choose another set; `lync-wizard backup verify {chosen.name}` looks at every file of this one.",
            f"SHA-256 and content of {len(used)} files against the manifest",
        )
    seen = context.standing.verified
    content = seen.written if seen else None
    age = timestamps.now() - counted_from(chosen.manifest.made_at, content)
    text = context.entries.text("plan/backup/rpo")
    hours = age.total_seconds() / 3600
    evidence = (
        f"{counted(len(chosen.manifest.files), 'file')}, made {chosen.manifest.made_at:%Y-%m-%d %H:%M} UTC; "
        f"SHA-256 of the {len(used)} that the plan uses → as in the manifest"
    )
    older = disagreement(chosen.name, chosen.manifest.made_at, content)
    if text and age > duration(text):
        return say(
            "caution",
            f"the set is {hours:.0f} h old, the plan allows {text}" + (f": {older}" if older else ""),
            "Look for a newer set; everything since then will be lost.",
            evidence,
        )
    return say("ok", f"complete: {counted(len(chosen.manifest.files), 'file')}; {hours:.1f} h old", evidence=evidence)


@_chosen
def _levels(context: Context, chosen: BackupSet, say: Say) -> Finding:
    """How far this home has proven the set; what the share says of it is no proof."""
    standing = context.standing
    seen = standing.verified
    proven = any(one.restored for one in standing.restored)
    if standing.fault:
        return say("blocked", standing.fault, "Choose another set.", f"SHA-256 of manifest.json: {standing.sha256}")
    if standing.stranger:
        return say(
            "caution",
            f"{chosen.name} is not known to this home: somebody else may have made or changed it",
            f"Compare the manifest's SHA-256 with the printed one: `lync-wizard backup verify {chosen.name} "
            "--manifest SHA256`; it also reads every file.",
            f"ledger of this home → nothing; SHA-256 of manifest.json: {standing.sha256}",
        )
    if seen is None:
        return say(
            "caution",
            f"{chosen.name} was never verified by this home",
            f"Run `lync-wizard backup verify {chosen.name}`; it reads every file before you depend on it.",
            "ledger of this home → no verification" + (", but it was restored from" if proven else ""),
        )
    values = {name: seen.levels.get(name, NOT_TESTED) for name in LEVELS}
    told = ", ".join(f"{name} {level.value}" for name, level in values.items() if name != "restored")
    evidence = (
        f"verified {seen.at:%Y-%m-%d %H:%M} UTC by {seen.by} → {told}, restored {'pass' if proven else 'not tested'}"
    )
    failed = [
        f"{name}: {level.problems[0]}" for name, level in values.items() if level.value == "fail" and level.problems
    ]
    if values["intact"].value == "fail":
        return say(
            "blocked",
            f"the set is damaged ({failed[0] if failed else 'intact: fail'})",
            "Choose another set; this one is no longer what was saved.",
            evidence,
        )
    if failed:
        return say(
            "caution", failed[0], "Choose a set without this fault, or be sure that it does not matter.", evidence
        )
    if seen.doubts:
        return say(
            "caution",
            f"the set holds far less than the one before: {'; '.join(seen.doubts)}",
            "Look whether an export was cut short, or what was removed; else choose the set before.",
            evidence,
        )
    if not seen.sound:
        return say(
            "caution",
            "the set was not verified to its end",
            f"Run `lync-wizard backup verify {chosen.name}` where all its files can be read.",
            evidence,
        )
    return say("ok", f"{told}, {'restored from before' if proven else 'restored not tested'}", evidence=evidence)


@_chosen
def _content(context: Context, chosen: BackupSet, say: Say) -> Finding:
    """What worksheets and deployment call for, as far as it concerns the pool at hand."""
    pool = context.pool
    ours = {pool.fqdn.lower(), *(store.share.lower() for store in [pool.file_store] if store)}
    ours |= {str(store).lower() for store in (pool.archiving, pool.monitoring, pool.chat) if store}
    wanted = [
        w for w in required_artifacts(context.deployment, context.entries) if w.of is None or w.of.lower() in ours
    ]
    lacking = [one.what for one in wanted if not one.found_in(chosen.manifest)]
    evidence = f"the worksheets require {counted(len(wanted), 'item')}, the set has {len(wanted) - len(lacking)}"
    if lacking:
        return say(
            "caution",
            f"the set lacks {'; '.join(lacking)}",
            "Look for a set that has it; otherwise it is missing after the restore.",
            evidence,
        )
    return say("ok", "the set has everything that is required here", evidence=evidence)


_APART = {"call-park": "Call Park (settings and music on hold)", "announcement": "announcements and their audio"}
_ORIGINALS = "deployment-facts/response-group/originals"


def _kept_apart(context: Context, _: str, say: Say) -> Finding:
    used = [text for feature, text in _APART.items() if feature in context.pool.features]
    audio = context.backup_set.of_kind("Audio", context.pool.fqdn) if context.backup_set else []
    evidence = f"deployment facts → {', '.join(used) or 'none in use'}; Audio files in the set: {len(audio)}"
    if used and not audio:
        return say(
            "caution",
            f"no export holds {' and '.join(used)}",
            "Have the separately kept files ready; they are put back manually after the restore.",
            evidence,
        )
    if "response-group" in context.pool.features and not context.entries.text(_ORIGINALS, context.pool.fqdn):
        return say(
            "caution",
            "nobody recorded where the original audio of Response Group is kept",
            "Ask the owners of the response groups for their recordings, and record the place in the deployment facts.",
            f"deployment facts → no entry; {evidence}",
        )
    return say(
        "ok", "nothing that exports do not contain is in use" if not used else "kept in the set", evidence=evidence
    )


def _new_set(context: Context, _: str, say: Say) -> Finding:
    """Exports refuse an existing file, and a database backup would overwrite the last good one."""
    named = str(context.plan.values.get("RescueSet", "")).rstrip("\\").rpartition("\\")[2]
    name = named or (context.plan.backup_set if context.backup_set is None else "")
    root = context.entries.text("plan/backup/location")
    if not name or not root:
        return say("ok", "no set is made", evidence="the plan")
    path = context.reads_share(root)
    if path is None:
        raise Unreachable(
            f"this machine does not know how to read {root}", "Name it under `shares:` in connections.yaml."
        )
    if (path / name).exists():
        return say(
            "blocked",
            f"there is a folder {name} already",
            "Create a new plan; it then has a name of its own, and nothing is overwritten.",
            str(path / name),
        )
    return say("ok", f"{name} is new", evidence=f"no {path / name}")


@_chosen
def _chat_way(context: Context, chosen: BackupSet, say: Say) -> Finding:
    """Persistent Chat is restored by the method it was backed up with; the plan shows which one it takes."""
    sent = " ".join(step.text for step in context.plan.steps)
    exported = bool(chosen.of_kind("PersistentChat"))
    database = any(a.path.lower().endswith("/mgc.bak") for a in chosen.of_kind("Sql"))
    tool = context.entries.text("database/pchat/tool", context.pool.fqdn)
    held = [name for name, there in (("an export", exported), ("mgc.bak", database)) if there]
    evidence = f"the set → {' and '.join(held) or 'neither export nor mgc.bak'}; worksheet: {tool or 'empty'}"
    by_export = "Import-CsPersistentChatData" in sent
    by_sql = any(words in sent for words in ("RESTORE DATABASE [mgc]", "restore-database Database = mgc"))
    if context.plan.procedure == "restore-pchat" and not (by_export or by_sql):
        return say(
            "blocked",
            "the set holds neither an export of Persistent Chat nor a backup of mgc",
            "Choose a set that holds one of them; nothing else brings the rooms back.",
            evidence,
        )
    if by_export and by_sql:
        return say(
            "caution",
            "the plan restores and imports",
            "Use one method only; an import adds to what is there.",
            evidence,
        )
    if (by_export and not exported) or (by_sql and not database):
        return say(
            "blocked",
            "the set does not hold what this way of restoring needs",
            "Choose the other way, or a set made by the method of this one; the two cannot be mixed.",
            evidence,
        )
    return say("ok", "the set holds what this way needs" if by_export or by_sql else "no chat data is restored",
               evidence=evidence)  # fmt: skip


def _edge_file(context: Context, _: str, say: Say) -> Finding:
    """An Edge Server cannot read the store: its configuration is carried to it as a file."""
    exports = any("Export-CsConfiguration" in step.text for step in context.plan.steps)
    held = context.backup_set is not None and bool(context.backup_set.of_kind("Configuration"))
    evidence = f"the plan exports one: {'yes' if exports else 'no'}; the set holds one: {'yes' if held else 'no'}"
    if exports or held:
        return say("ok", "a configuration file is available" + ("" if exports else " from the set"), evidence=evidence)
    return say(
        "blocked",
        "there is no configuration file for the Edge Server",
        "Export it on a Front End Server, or choose a set that holds it; the Edge cannot read the store.",
        evidence,
    )


def _edges(context: Context) -> list[str]:
    return this_machine(context) if context.pool.kind == "edge" else []


def _share(context: Context, _: str, say: Say) -> Finding:
    root = context.entries.text("plan/backup/location")
    path = context.reads_share(root)
    if path is None:
        return say(
            "caution",
            f"this machine does not know how to read {root}",
            "Name it under `shares:` in connections.yaml if the wizard is to carry files.",
            f"`shares:` of connections.yaml → nothing for {root}",
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


def _taken(context: Context, host: str, say: Say) -> Finding:
    """For a plan that would do without a set: the files that it takes, or why it takes none."""
    chosen = context.backup_set
    if chosen is None:
        if faults := context.exchanged():
            return say(
                "caution",
                f"no backup set is taken, and what it would bring back is left out: {faults}",
                "Look who changed it. A set that you changed yourself can be adopted again after every file was seen.",
                "SHA-256 of each manifest.json against this home's record",
            )
        return say("ok", "no backup set is taken", evidence="the plan")
    if not set_files.used(context.plan, chosen, context.entries.text("plan/backup/location")):
        return say("ok", f"no file of {chosen.name} is taken", evidence="the commands of the plan")
    return _set(context, host, say)


CHECKS = (
    check("backup-set", "The backup set is complete and of this deployment", this_machine, _set, ("P50",)),
    check("backup-files", "What is taken from a backup set is what was saved", this_machine, _taken),
    check("backup-levels", "The backup set was verified", this_machine, _levels),
    check("backup-content", "The backup set holds what this pool needs", this_machine, _content, ("P51",)),
    check("backup-share-reachable", "This machine reads the backup share", this_machine, _share),
    check("file-store-path", "The file store's path is that of the backup", this_machine, _store_path, ("P52",)),
    check("apart-kept", "What exports do not contain is kept separately", this_machine, _kept_apart, ("P51",)),
    check("new-set-is-new", "The new set overwrites no existing one", this_machine, _new_set, ("P49", "P63")),
    check(
        "persistent-chat-way",
        "Persistent Chat is restored by the method it was backed up with",
        this_machine,
        _chat_way,
        ("P50",),
    ),
    check("edge-configuration", "A configuration file is available for the Edge Server", _edges, _edge_file, ("P15",)),
)
