"""The rows that screens show, and how they are made from what the workspace knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from textual.content import Content

from lync_wizard.core import timestamps
from lync_wizard.plans.model import Plan
from lync_wizard.procedures import Procedure, expand
from lync_wizard.runs.history import RunSummary
from lync_wizard.tui.view.words import about, when
from lync_wizard.tui.widgets.choice_list import ChoiceItem
from lync_wizard.worksheets import Cell, Entry
from lync_wizard.workspace.workspace import Overview, SetSummary, Workspace

SHOWN_RUNS: Final = 3
_SOURCES: Final = {"operator": "typed", "file": "file", "found": "found", "default": "default"}


@dataclass(frozen=True)
class Fact:
    """One line of the status: a name, a statement, where it is from; a text without styles of its own gets one.

    A fact without a name belongs to the one before it.
    """

    name: str
    text: Content | str
    origin: str = ""
    style: str = ""


@dataclass(frozen=True)
class SetRow:
    """A set as it is offered: ``age`` in words, ``problems`` and ``why`` in words where there are any."""

    name: str
    age: str
    complete: bool
    files: int
    usable: bool
    problems: tuple[str, ...] = ()
    why: str = ""
    levels: Content | str = ""
    """What is known of present, intact, read and restored, each by itself."""


@dataclass(frozen=True)
class SheetRow:
    """One question as it is shown.

    ``row`` is the row as printed, ``label`` its column; ``origin`` says source and time. ``problem`` and ``hint`` say
    why the value does not validate.
    """

    cell: Cell
    row: str
    label: str
    help: str = ""
    value: str = ""
    origin: str = ""
    required: bool = False
    problem: str = ""
    hint: str = ""
    choices: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """missing, wrong, or empty where nothing is to be done."""
        return "wrong" if self.problem else "missing" if self.required and not self.value else ""


def domain(fqdns: Iterable[str]) -> str:
    """The domain that most of these names share; empty where there are none."""
    parents = Counter(name.partition(".")[2] for name in fqdns if "." in name)
    return parents.most_common(1)[0][0] if parents else ""


def expected_seconds(procedure: str, library: Mapping[str, Procedure]) -> float:
    """What the steps of a procedure usually take together; 0 where nobody knows."""
    return expand.expected_seconds(library[procedure], library) if procedure in library else 0.0


def home_items(overview: Overview, now: datetime, *, elsewhere: Collection[str] = ()) -> list[ChoiceItem]:
    """What can be done, most likely first: an unfinished run comes before everything."""
    runs = [_run_item(run, now) for run in overview.unfinished[:SHOWN_RUNS]]
    gaps = [
        f"{overview.missing} missing" if overview.missing else "",
        f"{overview.wrong} wrong" if overview.wrong else "",
    ]
    worksheets = ", ".join(gap for gap in gaps if gap) or "complete"
    return [
        *runs,
        ChoiceItem("restore", "Something failed: restore"),
        ChoiceItem("back-up", "Back up now"),
        ChoiceItem("worksheets", "Worksheets", worksheets),
        ChoiceItem("print", "Print for safekeeping"),
        *([ChoiceItem("practise", "Practise: drill", "nothing real is touched")] if "practise" in elsewhere else []),
        *([ChoiceItem("set-up", "Set up this deployment")] if "set-up" in elsewhere else []),
    ]


def waiting_items(runs: Sequence[RunSummary]) -> list[ChoiceItem]:
    """Sets that were left incomplete, each to be completed."""
    return [
        ChoiceItem(f"run {run.run}", f"Complete the set of {run.run}", "all steps done, the set is not", cut=True)
        for run in runs
    ]


def _run_item(run: RunSummary, now: datetime) -> ChoiceItem:
    at = f"stopped at: {run.at_step}" if run.at_step else ""
    held = "being carried out by another window" if run.held else at
    if run.broken_at is not None:
        held = f"its journal was changed at event {run.broken_at}: it cannot be resumed"
    title = f"Go on with {run.procedure} {run.target}"
    return ChoiceItem(
        f"run {run.run}", title, f"{run.done} of {run.total} done, {when(run.started_at, now)}", under=(held,)
    )


def home_facts(overview: Overview) -> list[Fact]:
    """The status: the deployment, what is wrong in words, and what is still being read."""
    facts = [Fact("Deployment", overview.summary), Fact("Backup", "reading …", style="$muted")]
    facts.append(Fact("Reachable", "asking …", style="$muted"))
    facts += [
        Fact("Problem" if not number else "", text, style="$warning") for number, text in enumerate(overview.problems)
    ]
    return facts


def _doubts(one: SetSummary) -> tuple[str, ...]:
    return (*one.problems, one.note) if one.note else one.problems


def set_rows(sets: Iterable[SetSummary], levels: Mapping[str, Content]) -> list[SetRow]:
    """The sets as they are offered; ``levels`` shows by name what is known of each."""
    return [
        SetRow(one.name, one.age or "?", one.complete, one.files, one.usable, _doubts(one), one.why,
               levels.get(one.name, ""))
        for one in sets
    ]  # fmt: skip


def origin(entry: Entry | None, now: datetime) -> str:
    """Source and time of a value in few words: ``found 21:04 fe01``, ``typed 03:12``, ``file``."""
    if entry is None:
        return ""
    parts = [_SOURCES[entry.source], when(entry.at, now)]
    if entry.source == "found" and entry.origin:
        parts.append(entry.origin.split(".")[0])
    return " ".join(part for part in parts if part)


def sheet_row(workspace: Workspace, cell: Cell, needed: Collection[Cell], now: datetime) -> SheetRow:
    """One worksheet cell as it stands now."""
    field = workspace.forms.field(cell)
    sheet = workspace.forms.sheet(cell.sheet)
    row = sheet.row(cell.row)
    entry = workspace.entries.get(cell)
    hints = " ".join(text for text in (field.hint, row.notes if row else "") if text)
    return SheetRow(
        cell,
        ", ".join(part for part in (row.label if row else sheet.title, cell.pool) if part),
        field.label or cell.column,
        hints,
        entry.text if entry else "",
        origin(entry, now),
        cell in needed,
        entry.problem if entry else "",
        entry.hint if entry else "",
        field.choices,
    )


def all_cells(workspace: Workspace) -> list[Cell]:
    """Every worksheet cell of the deployment, in the order of the forms."""
    cells = []
    for sheet in workspace.forms:
        for row in sheet.rows:
            pools: tuple[str | None, ...] = workspace.entries.pools if row.scope == "pool" else (None,)
            cells += [field.cell(pool) for pool in pools for field in row.fields]
    return list(dict.fromkeys(cells))


def needed_cells(workspace: Workspace) -> set[Cell]:
    """What any procedure's plan needs for any of its targets; may block on files."""
    named = [one.id for one in workspace.procedures.values() if one.listed and not one.block]
    return {cell for name in named for fqdn in workspace.targets(name) for cell in workspace.needed(name, fqdn)}


def backup_words(plan: Plan, now: datetime) -> str:
    """What is saved and when, for the confirmation of a destructive step."""
    if plan.backup_set is None:
        return ""
    if plan.backup_at is None:
        return plan.backup_set
    made = timestamps.parse_utc(plan.backup_at)
    return f"{plan.backup_set}, made {when(made, now)}, {about((now - made).total_seconds())} old"
