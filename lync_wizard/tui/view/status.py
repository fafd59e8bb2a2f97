"""The status for the home screen: the newest set and its levels, what is printed and practised, who answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from textual.content import Content

from lync_wizard import backup
from lync_wizard.backup import BackupSet, Unusable
from lync_wizard.backup.readiness import Readiness, begun, readiness
from lync_wizard.backup.requirements import required_artifacts
from lync_wizard.backup.restore_test import RestoreTest
from lync_wizard.backup.retention import SetRecord, set_records
from lync_wizard.backup.verification_log import LEVELS, LevelName
from lync_wizard.core import timestamps
from lync_wizard.core.errors import WizardError
from lync_wizard.core.wrapping import counted
from lync_wizard.hosts import reachability
from lync_wizard.runs import history, journal
from lync_wizard.triage import survey
from lync_wizard.tui.view.rows import Fact, domain
from lync_wizard.tui.view.words import about, short
from lync_wizard.worksheets.values import duration
from lync_wizard.workspace import failover_status
from lync_wizard.workspace.workspace import Workspace

SAFE: Final = "safe"
"""Below the reports: the documents that were printed for the safe, as they were then."""
_SHOWN: Final = 3
_MARKS: Final = {"pass": ("✓", "$success"), "fail": ("✗", "$error bold"), "not tested": ("·", "$muted")}


@dataclass(frozen=True)
class StatusView:
    """Facts in the order they are shown, and by item of the menu what stands at its right edge."""

    facts: tuple[Fact, ...] = ()
    right: tuple[tuple[str, str], ...] = ()


def read(workspace: Workspace, now: datetime) -> StatusView:
    """What the files say; blocks on the backup location, raises nothing."""
    try:
        facts, back_up = _backups(workspace, now)
    except WizardError as error:
        facts, back_up = [Fact("Backup", error.summary, style="$warning")], ""
    facts += _failover(workspace)
    return StatusView(
        tuple(facts), (("back-up", back_up), ("print", _printed(workspace, now)), ("practise", _drilled(workspace)))
    )


def _backups(workspace: Workspace, now: datetime) -> tuple[list[Fact], str]:
    root = workspace.backup_root
    if root is None:
        return [Fact("Backup", "no backup location is recorded", style="$warning")], ""
    sets = set_records(root, workspace.ledger, workspace.deployment)
    judged = readiness(
        sets,
        required_artifacts(workspace.known, workspace.entries),
        workspace.entries,
        now.astimezone(UTC),
        begun(root, workspace.deployment),
    )
    newest = judged.newest or next(iter(sets), None)
    facts = [Fact("Backup", _set_line(newest, now) if newest else "no complete set", style="$warning")]
    facts += [Fact("", text, style="$warning") for text in judged.problems[:2]]
    facts += [Fact("", text, style="$warning") for text in judged.incomplete[:1] if newest and text > newest.name]
    return facts, _due(judged)


def _failover(workspace: Workspace) -> list[Fact]:
    """What readiness for a failover was when somebody asked last; no host is asked for it."""
    if not failover_status.paired(workspace):
        return []
    said = failover_status.last(workspace.home, workspace.deployment)
    return [Fact("Failover", said.text, style="" if said.stands else "$warning")]


def _set_line(known: SetRecord, now: datetime) -> Content:
    """Name and levels: each by itself, never one tick for all."""
    return Content.assemble(known.name.partition("_")[0], "  ", _levels(known, now))


def levels(workspace: Workspace, now: datetime) -> dict[str, Content]:
    """By name, what is known of each set of the backup location; blocks, raises nothing."""
    root = workspace.backup_root
    try:
        return {known.name: _levels(known, now) for known in set_records(root, workspace.ledger)} if root else {}
    except WizardError:
        return {}


def _levels(known: SetRecord, now: datetime) -> Content:
    shown = [Content.assemble(*_level(known, level, now)) for level in LEVELS]
    return Content("  ").join([*shown, *([_tested(known.tested, now)] if known.tested else [])])


def _tested(test: RestoreTest, now: datetime) -> Content:
    """The date of a restore test and how many files it restored."""
    text = f"tested {test.at.astimezone(now.tzinfo):%d %b} {test.restored}/{test.files}"
    return Content.styled(text, "$success" if test.passed else "$error")


def _level(known: SetRecord, level: LevelName, now: datetime) -> list[tuple[str, str]]:
    value = known.value(level)
    if level == "restored" and value == "pass" and known.restored_at:
        return [(f"restored {known.restored_at.astimezone(now.tzinfo):%d %b}", "$success")]
    glyph, style = _MARKS[value]
    return [(f"{level} ", ""), (glyph, style)]


def _due(judged: Readiness) -> str:
    wanted = about(duration(judged.rpo).total_seconds())
    if judged.age is None:
        return f"no verified set yet, plan requires {wanted}"
    return f"newest verified set {about(judged.age.total_seconds())} old, plan requires {wanted}"


def _printed(workspace: Workspace, now: datetime) -> str:
    try:
        at = max(timestamps.written_at(path) for path in (workspace.home.reports / SAFE).glob("*.pdf"))
    except (OSError, ValueError):
        return "never printed"
    days = (now - at).days
    return "printed today" if days < 1 else f"printed {counted(days, 'day')} ago"


def _drilled(workspace: Workspace) -> str:
    """When somebody practised last, and whether all of it was done."""
    labs = workspace.home.with_drills()[1:]
    runs = [run for run in history.runs(lab.runs for lab in labs) if run.started_at and not _saves(run)]
    last = max(runs, key=lambda run: run.started_at or datetime.min.replace(tzinfo=UTC), default=None)
    if last is None or last.started_at is None:
        return ""
    how = {"finished": "all steps done", "incomplete": "steps left out", "": "unfinished"}.get(last.end, last.end)
    return f"last {timestamps.local_text(last.started_at, '%Y-%m-%d')}, {last.procedure}, {how}"


def _saves(run: history.RunSummary) -> bool:
    return run.procedure.startswith("backup")


def waiting_sets(workspace: Workspace) -> list[history.RunSummary]:
    """Backup runs that came to their end while their set did not: somebody left, or the machine went down just then."""
    root = workspace.backup_root
    try:
        begun_sets = {one.folder.name for one in backup.sets(root) if _left(one)} if root else set()
    except WizardError:
        return []
    found = []
    for folder in journal.runs(workspace.home.runs) if begun_sets else ():
        summary = history.summarise(folder)
        if summary and summary.end and not summary.held and _set_of(folder) in begun_sets:
            found.append(summary)
    return found


def _left(one: BackupSet | Unusable) -> bool:
    # The mark names a run once that has been judged; before, nobody has looked at how it ended.
    return isinstance(one, Unusable) and one.begun and not one.run


def _set_of(folder: Path) -> str:
    try:
        with journal.Reader(folder) as reader:
            return reader.plan.backup_set or ""
    except WizardError:
        return ""


def reachable(workspace: Workspace) -> Fact:
    """Which servers answer; every one is asked, without logging on."""
    servers = survey.servers(workspace.known)
    found = reachability.probe_hosts(workspace.book, servers, "lync-admin")
    silent = {fqdn: why for fqdn, why in found.items() if why}
    text = f"{len(found) - len(silent)} of {len(found)} servers"
    shared = domain(servers)
    shown = [f"{short(fqdn, shared)} {why}" for fqdn, why in list(silent.items())[:_SHOWN]]
    more = f" and {len(silent) - _SHOWN} more" if len(silent) > _SHOWN else ""
    return Fact("Reachable", text, ", ".join(shown) + more, style="$warning" if silent else "")
