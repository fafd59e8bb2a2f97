"""What a person is asked, in which order, with which default and why: what must be filled, and a few things besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lync_wizard.core.wrapping import counted
from lync_wizard.deployment import FileStore
from lync_wizard.setup.completeness import holding
from lync_wizard.setup.draft import Draft
from lync_wizard.worksheets import Cell, Entry, Field, Row, forms
from lync_wizard.worksheets.entries import cells_of, needed

_FRONT: Final = ("front-end",)
_MANY: Final = ("enterprise",)

OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "deployment-facts/deployment/netbios-domain": (),
    "deployment-facts/deployment/dns-domain": (),
    "deployment-facts/deployment/domain-controller": (),
    "deployment-facts/pool/backup-pool": _FRONT,
    "deployment-facts/features/response-group": _FRONT,
    "deployment-facts/features/persistent-chat": _FRONT,
    "deployment-facts/features/archiving": _FRONT,
    "deployment-facts/features/monitoring": _FRONT,
    "deployment-facts/features/e911": _FRONT,
    "deployment-facts/features/call-park": _FRONT,
    "deployment-facts/features/announcement": _FRONT,
    "deployment-facts/features/conferencing-attendant": _FRONT,
    "deployment-facts/mirror/server": _MANY,
    "deployment-facts/witness/server": ("mirrored",),
    "plan/people/executes": (),
    "plan/people/informs": (),
    "plan/people/ad-administrator": (),
    "plan/people/sql-administrator": (),
    "plan/people/network-administrator": (),
    "plan/approval/business": (),
    "plan/approval/technical": (),
    "additional/firewall/owner": (),
    "additional/load-balancer/owner": _MANY,
    "additional/dns/owner": (),
    "plan/backup/rpo": (),
    "plan/backup/ad-ds": (),
    "plan/backup/off-site": (),
    "plan/retention/count": (),
    "plan/retention/days": (),
    "database/userdata/tool": _FRONT,
    "database/userdata/set-name": _FRONT,
    "database/userdata/set-expiration": _FRONT,
    "database/archiving/tool": ("archiving-deployed",),
    "database/archiving/set-name": ("archiving-deployed",),
    "database/archiving/set-expiration": ("archiving-deployed",),
    "database/cdr/tool": ("monitoring-deployed",),
    "database/cdr/set-name": ("monitoring-deployed",),
    "database/cdr/set-expiration": ("monitoring-deployed",),
    "database/qoe/tool": ("monitoring-deployed",),
    "database/qoe/set-name": ("monitoring-deployed",),
    "database/qoe/set-expiration": ("monitoring-deployed",),
    "database/pchat/tool": ("persistent-chat-deployed",),
    "database/pchat/set-expiration": ("persistent-chat-deployed",),
    "file-store/lync/tool": _FRONT,
    "settings/xds/tool": ("hosts-cms",),
    "settings/lis/tool": ("hosts-cms", "e911-deployed"),
    "settings/rgs/tool": ("response-group-deployed",),
    "plan/servers/responsible": (),
    "plan/rto/member-server": _MANY,
    "plan/rto/back-end": _MANY,
    "plan/rto/file-store": _FRONT,
    "plan/rto/archiving": ("archiving-deployed",),
    "plan/rto/monitoring": ("monitoring-deployed",),
    "plan/rto/persistent-chat": ("persistent-chat-deployed",),
    "plan/rto/response-group": ("response-group-deployed",),
    "plan/rto/pool-failover": ("paired",),
    "plan/rto/mirror-failover": ("mirrored",),
}
"""Cells asked for although no form requires them, and the facts that must hold for that."""

_ASK_DEFAULTS: Final = {"plan/backup/rpo", "plan/retention/count", "plan/retention/days"}
"""Decisions: the form's default is offered, yet somebody has to take it."""


@dataclass(frozen=True)
class Section:
    """A part of the sitting: its questions follow one another."""

    id: str
    title: str
    holds: Callable[[Cell], bool]


_PEOPLE: Final = {"people", "approval"}
_BACKUP: Final = {"backup", "retention"}

SECTIONS: Final = (
    Section("deployment", "What is deployed", lambda cell: cell.sheet == "deployment-facts"),
    Section(
        "people",
        "Owners, and who decides",
        lambda cell: (
            cell.sheet == "additional"
            or (cell.sheet == "plan" and cell.row in _PEOPLE)
            or (cell.sheet, cell.row, cell.column) == ("plan", "plan", "owner")
        ),
    ),
    Section("backup", "Where and when backups are made", lambda cell: cell.sheet == "plan" and cell.row in _BACKUP),
    Section(
        "sheets",
        "Schedules, tools, sets and destinations",
        lambda cell: cell.sheet in {"database", "file-store", "settings"} or cell.row == "servers",
    ),
    Section("rto", "Recovery time objective (RTO) per scenario", lambda cell: cell.row == "rto"),
    Section("paper", "The printed copy, and the next review", lambda _: True),
)


@dataclass(frozen=True)
class CellPrompt:
    """One cell as a person is asked for it."""

    cell: Cell
    field: Field
    row: Row
    required: bool

    @property
    def why(self) -> str:
        """The reason for the question, in the form's own words where it has any."""
        if self.cell.row == "rto":
            return f"{self.field.hint} {self.row.notes}".strip()
        if self.field.hint:
            return self.field.hint
        if self.field.placeholders:
            return f"Procedures put it into their commands as <{self.field.placeholders[0]}>."
        if self.row.notes:
            return self.row.notes
        if self.cell.row == "features":
            return "It decides which databases, files and steps belong to this pool."
        if self.required:
            return "A plan cannot be followed in an emergency without it."
        return "It is printed on the sheet for an emergency in which nobody can be asked."

    @property
    def title(self) -> str:
        """Row and column in the words of the form."""
        if self.cell.row == "rto":
            return f"RTO: {self.field.label}"
        same = self.row.label.lower() == self.field.label.lower()
        return self.field.label if same else f"{self.row.label}: {self.field.label}"


def section_of(cell: Cell) -> Section:
    """The part of the sitting in which a cell is asked for."""
    return next(section for section in SECTIONS if section.holds(cell))


def questions(draft: Draft) -> dict[str, list[CellPrompt]]:
    """Every question that this deployment calls for, by section, answered or not, in the order of the forms.

    A value that does not validate is always among them.
    """
    found: dict[str, dict[Cell, CellPrompt]] = {section.id: {} for section in SECTIONS}
    paired = len(draft.known.pools_of_kind("standard-edition", "enterprise")) > 1
    for pool in draft.entries.pools or (None,):
        holds = holding(draft.known, pool)
        for cell, field in cells_of(forms(), draft.entries, pool):
            if cell.pool is None and field.scope == "pool":
                continue
            address = str(cell.at(None))
            required = needed(field, holds)
            wanted = OPTIONAL.get(address)
            called_for = wanted is not None and all(holds(name) for name in wanted)
            if field.column == "backup-pool" and not paired:
                called_for = False
            if not (required or called_for or _broken(draft, cell)):
                continue
            row = forms().sheet(cell.sheet).row(cell.row)
            if row is not None:
                found[section_of(cell).id].setdefault(cell, CellPrompt(cell, field, row, required))
    # Who owns the plan and who decides come before the owners of what lies outside Lync.
    return {
        section: sorted(asked.values(), key=lambda q: q.cell.sheet == "additional") for section, asked in found.items()
    }


def unanswered(draft: Draft, question: CellPrompt) -> bool:
    """Whether a person still has to say something: nothing is there, it is wrong, or only a form's default is."""
    entry = draft.entries.get(question.cell)
    if entry is None or not entry.items:
        return True
    if entry.source == "default" and str(question.cell) in _ASK_DEFAULTS:
        return True
    return not draft.entry(question.cell, entry.value).sound


def _broken(draft: Draft, cell: Cell) -> bool:
    entry = draft.entries.get(cell)
    return entry is not None and not entry.sound


def open_questions(draft: Draft) -> Iterator[CellPrompt]:
    """What is still to be asked, in order; what may stay open and was passed by before is left out."""
    for asked in questions(draft).values():
        told = [n for n, q in enumerate(asked) if (e := draft.entries.get(q.cell)) and _in_turn(q.cell, e)]
        for number, question in enumerate(asked):
            passed = bool(told) and number < told[-1]
            needed_now = question.required or not passed or _broken(draft, question.cell)
            if needed_now and unanswered(draft, question):
                yield question


def _in_turn(cell: Cell, entry: Entry) -> bool:
    """Whether a person answered this when it was its turn; the kind of a pool told by hand comes before all."""
    return entry.source == "operator" and cell.column != "kind"


_FOLLOW: Final[Mapping[tuple[str, str], str]] = {
    ("database", "schedule"): "plan/backup/schedule",
    ("file-store", "schedule"): "plan/backup/schedule",
    ("settings", "schedule"): "plan/backup/schedule",
    ("database", "destination"): "plan/backup/location",
    ("file-store", "destination"): "plan/backup/location",
    ("settings", "location"): "plan/backup/location",
    ("plan", "responsible"): "plan/backup/responsible",
    ("database", "set-expiration"): "plan/retention/days",
}
_SERVERS: Final[Mapping[str, str]] = {
    "database/userdata/server": "deployment-facts/sql/server",
    "database/archiving/server": "deployment-facts/archiving/sql-server",
    "database/cdr/server": "deployment-facts/monitoring/sql-server",
    "database/qoe/server": "deployment-facts/monitoring/sql-server",
    "database/pchat/server": "deployment-facts/persistent-chat/sql-server",
    "settings/xds/server": "deployment-facts/cms/sql-server",
    "settings/lis/server": "deployment-facts/cms/sql-server",
}


def follows(draft: Draft, cell: Cell) -> tuple[str, str] | None:
    """The value of a cell that another answer implies, and the address of that answer."""
    address = str(cell.at(None))
    entries = draft.entries
    if address == "file-store/lync/server":
        share = entries.text("file-store/lync/share", cell.pool)
        return (FileStore(share).server, "file-store/lync/share") if FileStore(share).server else None
    source = _SERVERS.get(address) or _FOLLOW.get((cell.sheet, cell.column))
    if source is None or (cell.sheet == "plan" and cell.row != "servers"):
        return None
    text = entries.text(source, cell.pool)
    if source == "plan/retention/days" and text:
        text = counted(int(text), "day") if text.isdigit() else text
    return (text, source) if text else None


def suggestion(draft: Draft, cell: Cell) -> str:
    """What most would answer, offered as the default; empty where nothing can be guessed."""
    implied = follows(draft, cell)
    if implied:
        return implied[0]
    entries, known = draft.entries, draft.known
    pool = known.pool(cell.pool) if cell.pool else None
    fronts = known.pools_of_kind("standard-edition", "enterprise")
    central = known.pool(entries.text("deployment-facts/cms/pool"))
    single = pool is not None and pool.kind == "standard-edition"
    match str(cell.at(None)):
        case "deployment-facts/cms/pool" if len(fronts) == 1:
            return fronts[0].fqdn
        case "deployment-facts/cms/sql-server" if central and (central.sql or central.kind == "standard-edition"):
            return central.sql.server if central.sql else central.fqdn
        case "deployment-facts/cms/sql-instance" if central:
            return (central.sql.instance or "default") if central.sql else "rtc"
        case "deployment-facts/sql/server" if pool and single:
            return pool.fqdn
        case "deployment-facts/sql/instance":
            return "rtc"
        case "deployment-facts/pool/site":
            return known.sites[0].name if known.sites else ""
        case "deployment-facts/deployment/dns-domain":
            return next((fqdn.partition(".")[2] for fqdn in entries.pools), "")
        case "database/pchat/set-name":
            return "mgc.bak"
        case "plan/backup/schedule":
            return "daily 01:30"
        case "plan/backup/ad-ds":
            return entries.text("plan/backup/schedule")
        case "plan/backup/responsible":
            return entries.text("plan/plan/owner")
        case "plan/plan/next-review":
            return f"{draft.now() + timedelta(days=180):%Y-%m-%d}"
    return ""
